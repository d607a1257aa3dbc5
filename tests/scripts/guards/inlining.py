# Small functions, methods, properties and constructors worth inlining, with each way their assumptions can fail.
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def add(self, o):
        return Point(self.x + o.x, self.y + o.y)

    @property
    def norm1(self):
        return abs(self.x) + abs(self.y)

    def __eq__(self, o):
        return self.x == o.x and self.y == o.y

    def __lt__(self, o):
        return self.norm1 < o.norm1

    def __getitem__(self, i):
        return self.x if i == 0 else self.y


class Point3(Point):
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z

    def add(self, o):
        return Point3(self.x + o.x, self.y + o.y, self.z + getattr(o, "z", 0))


def walk(n):
    p = Point(0, 0)
    d = [Point(1, 0), Point(0, 1), Point(-1, 0), Point(0, -1)]
    t = 0
    for i in range(n):
        p = p.add(d[i * i % 4])
        t += p.norm1 + p[0] - p[1]
        if i == 2000:
            p = Point3(p.x, p.y, 1)
        if i == 2500:
            p = Point(p.x + 0.5, p.y)
    return p.x, p.y, type(p).__name__, t


def clamp(v, lo, hi):
    if v < lo:
        return lo
    if v > hi:
        return hi
    return v


def sign(v):
    return (v > 0) - (v < 0)


def use_small(n):
    t = 0
    for i in range(-n, n):
        t += clamp(i, -100, 100) * sign(i) + clamp(i * 0.5, -1, 1)
    return t


def factory(k):
    def step(x):
        return x + k
    return step


def use_factory(n):
    s1, s2 = factory(1), factory(0.25)
    x = 0
    for i in range(n):
        x = s1(x) if i < 2000 else s2(x)
    return x


def default(a, b=10, *, c=100):
    return a + b + c


def use_default(n):
    t = 0
    for i in range(n):
        t += default(i) + default(i, 1) + default(i, c=2) + default(b=i, a=1, c=0)
    return t


def rec_sum(n):
    return 0 if n == 0 else n + rec_sum(n - 1)


def use_rec(n):
    return sum(rec_sum(i % 30) for i in range(n))


def multi(x):
    try:
        return 100 // x
    except ZeroDivisionError:
        return -1
    finally:
        stats[0] += 1


stats = [0]


def use_multi(n):
    t = 0
    for i in range(n):
        t += multi(i % 6)
    return t, stats[0]


def swap(a, b):
    return b, a


def use_swap(n):
    x, y = 1, "a"
    for i in range(n):
        x, y = swap(x, y)
        if i == 1001:
            y = 2.5
    return x, y


class Stack:
    def __init__(self):
        self.items = []

    def push(self, v):
        self.items.append(v)

    def pop(self):
        return self.items.pop()

    def __len__(self):
        return len(self.items)


def use_stack(n):
    s = Stack()
    t = 0
    for i in range(n):
        s.push(i)
        s.push(i * 2)
        t += s.pop() - len(s)
        if len(s) > 50:
            while len(s) > 10:
                t += s.pop()
    return t, len(s)


class Temp:
    def __init__(self, v):
        if v < 0:
            raise ValueError("negative")
        self.v = v


def use_ctor_error(n):
    c = 0
    for i in range(n):
        try:
            c += Temp(i % 100 - 1).v
        except ValueError:
            c += 1000
    return c


class Acc:
    __slots__ = ("n",)

    def __init__(self):
        self.n = 0

    def __iadd__(self, v):
        self.n += v
        return self

    def __bool__(self):
        return self.n % 2 == 0

    def __contains__(self, v):
        return v == self.n

    def __len__(self):
        return self.n


def use_dunders(n):
    a = Acc()
    t = 0
    for i in range(n):
        a += i % 3
        if a:
            t += 1
        if i in a:
            t += 100
        t += len(a)
    return t


def higher(f, n):
    t = 0
    for i in range(n):
        t += f(i)
    return t


def identity(x):
    return x


def points_sorted(n):
    ps = [Point((i * 37) % 100 - 50, (i * 11) % 60 - 30) for i in range(n)]
    ps.sort()
    return [p.norm1 for p in ps[::50]], Point(1, 2) == Point(1, 2), Point(1, 2) == Point(2, 1), ps.index(Point(ps[5].x, ps[5].y)) <= 5


print(walk(3000), use_small(1500), use_factory(3000), use_default(1500), use_rec(500), use_multi(3000), use_swap(2001))
print(use_stack(2000), use_ctor_error(3000), use_dunders(2000), higher(identity, 2000), higher(lambda x: x * 0.5, 2000), higher(abs, 1000), higher(identity, 1000), points_sorted(300))
