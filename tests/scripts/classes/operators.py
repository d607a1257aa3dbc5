# Operator and comparison dunders on user classes.
class Vec:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y) if isinstance(o, Vec) else NotImplemented

    def __sub__(self, o):
        return Vec(self.x - o.x, self.y - o.y)

    def __mul__(self, k):
        if isinstance(k, Vec):
            return self.x * k.x + self.y * k.y
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __truediv__(self, k):
        return Vec(self.x / k, self.y / k)

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __abs__(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5

    def __eq__(self, o):
        return isinstance(o, Vec) and (self.x, self.y) == (o.x, o.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __repr__(self):
        return f"Vec({self.x}, {self.y})"

    def __bool__(self):
        return bool(self.x or self.y)

    def __iter__(self):
        yield self.x
        yield self.y

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __len__(self):
        return 2

    def __contains__(self, v):
        return v in (self.x, self.y)

    def __round__(self, n=0):
        return Vec(round(self.x, n), round(self.y, n))

    def __matmul__(self, o):
        return self.x * o.y - self.y * o.x

    def __call__(self, scale):
        return self * scale

    def __index__(self):
        return int(self.x)

    def __divmod__(self, k):
        return Vec(self.x // k, self.y // k), Vec(self.x % k, self.y % k)


a, b = Vec(1, 2), Vec(3, 5)
print(a + b, a - b, a * 3, 3 * a, a * b, a / 2, -a, abs(Vec(3, 4)), a == Vec(1, 2), a != b, bool(Vec(0, 0)), list(a), a[0], a[-1], len(a), 2 in a, 9 in a, round(Vec(1.234, 5.678), 1), a @ b, a(10), [10, 20, 30][a], divmod(b, 2), {a: "k"}[Vec(1, 2)], sum([a, b], Vec(0, 0)), tuple(b), max([a, b], key=abs))
x, y = a
print(x, y, [*a, *b], dict(zip("xy", a)))


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: a + 1)
check(lambda: 1 + a)
check(lambda: a < b)
check(lambda: a[5])
check(lambda: a % 2)
check(lambda: setattr(a, "z", 1))


class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __lt__(self, o):
        if not isinstance(o, Version):
            return NotImplemented
        return self.parts < o.parts

    def __le__(self, o):
        return self.parts <= o.parts

    def __eq__(self, o):
        return isinstance(o, Version) and self.parts == o.parts

    def __repr__(self):
        return "v" + ".".join(map(str, self.parts))


vs = [Version(1, 2), Version(1, 0, 5), Version(0, 9), Version(1, 2)]
print(sorted(vs), min(vs), max(vs), vs[0] > vs[1], vs[0] >= vs[3], vs[0] < vs[1], vs[0] == vs[3], vs[0] != vs[3], vs[0] is vs[3], vs.index(Version(0, 9)), vs.count(Version(1, 2)))
check(lambda: vs[0] < 5)
check(lambda: 5 > vs[0])
check(lambda: hash(vs[0]))


class Returns:
    def __eq__(self, o):
        return "eq result"

    def __ne__(self, o):
        return []

    def __lt__(self, o):
        return 0

    def __gt__(self, o):
        return None

    def __contains__(self, v):
        return "truthy"

    def __le__(self, o):
        return NotImplemented

    def __ge__(self, o):
        return NotImplemented

    def __len__(self):
        return 2**70


r = Returns()
print(r == 1, r != 1, r < 1, r > 1, 1 in r, 1 == r, 1 != r, 1 < r, not r == 1, r == r)
check(lambda: r <= 1)
check(lambda: len(r))
check(lambda: bool(r))
if r == 5:
    print("truthy eq")
print([x for x in [1, 2] if r == x], 1 < r < 2)


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __iadd__(self, o):
        self.cents += o
        return self

    def __isub__(self, o):
        return Money(self.cents - o)

    def __add__(self, o):
        return Money(self.cents + o)

    def __radd__(self, o):
        return Money(self.cents + o)

    def __int__(self):
        return self.cents

    def __float__(self):
        return self.cents / 100

    def __str__(self):
        return "%.2f" % float(self)

    def __format__(self, spec):
        return format(float(self), spec or ".1f")

    def __mod__(self, o):
        return "mod", o


m = n = Money(150)
m += 50
print(m is n, m, str(n), int(m), float(m), f"{m}", f"{m:.3f}", m % 3, sum([1, 2], Money(5)))
m -= 25
print(m is n, m, n)


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __getitem__(self, ij):
        if isinstance(ij, tuple):
            i, j = ij
            return self.rows[i][j]
        return self.rows[ij]

    def __setitem__(self, ij, v):
        i, j = ij
        self.rows[i][j] = v

    def __delitem__(self, i):
        del self.rows[i]

    def __matmul__(self, o):
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])

    def __pow__(self, n, mod=None):
        out = self
        for _ in range(n - 1):
            out = out @ self
        return out if mod is None else Matrix([[v % mod for v in r] for r in out.rows])

    def __repr__(self):
        return repr(self.rows)


q = Matrix([[1, 1], [1, 0]])
print(q ** 10, (q ** 20)[0, 1], pow(q, 5, 3), q[1], q @ q)
q[0, 0] = 7
q[1, 1] += 9
print(q)
del q[0]
print(q)


class Callable:
    def __call__(self, *a, **k):
        return a, k

    def __getattr__(self, n):
        return n


k = Callable()
print(k(), k(1, *[2], x=3), k.anything, callable(k), list(map(k, [1])), k.__call__(5))
