# One function used in turn with every kind of operand, long enough each time to be compiled anew.
def add(a, b):
    return a + b


def mul(a, b):
    return a * b


def lt(a, b):
    return a < b


def eq(a, b):
    return a == b


def index(a, i):
    return a[i]


def length(a):
    return len(a)


def call(f, x):
    return f(x)


def attr(o):
    return o.v


def truth(v):
    return 1 if v else 0


def neg(v):
    return -v


def unpack(p):
    a, b = p
    return a, b


def iterate(it):
    t = []
    for x in it:
        t.append(x)
    return t


def contains(v, c):
    return v in c


class V:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        return V(self.v + o.v)

    def __mul__(self, k):
        return V(self.v * k)

    def __lt__(self, o):
        return self.v < o.v

    def __eq__(self, o):
        return self.v == o.v

    def __getitem__(self, i):
        return self.v + i

    def __len__(self):
        return 4

    def __bool__(self):
        return self.v > 2

    def __neg__(self):
        return V(-self.v)

    def __iter__(self):
        return iter((self.v, 1))

    def __contains__(self, x):
        return x == self.v

    def __call__(self, x):
        return x + self.v

    def __repr__(self):
        return f"V({self.v})"

    __hash__ = None


class W:
    __slots__ = ("v",)

    def __init__(self, v):
        self.v = v


class X:
    v = "class"


class Y:
    def __getattr__(self, n):
        return "dynamic " + n


PAIRS = [(1, 2), (1.5, 2.5), (1, 2.5), (True, False), (2**62, 1), (-2**62, -2**62), (10**30, 3), ("a", "b"), ([1], [2]), ((1,), (2,)), (V(1), V(2)), (b"a", b"b"), (1j, 2), ({1}, {2}), (None, 1), ("a", 1), ([1], (2,))]
REPEAT = 120


def attempt(f, *a):
    for _ in range(REPEAT):
        try:
            r = f(*a)
        except Exception as e:
            r = type(e).__name__ + ": " + str(e)
    return r


for a, b in PAIRS:
    print(repr(a), repr(b), [attempt(f, a, b) for f in (add, lt, eq)], attempt(mul, a, 3))
for a in ([1, 2, 3], (4, 5), "héy", b"xyz", {0: "zero", 1: "one"}, range(5, 10), V(7), {1, 2}, None, 5, [0.5, 1.5], [], "", "abc" * 3):
    print(repr(a), [attempt(index, a, i) for i in (0, 1, -1, 99, "k", slice(0, 2), True, 2**70)], attempt(length, a), attempt(truth, a), attempt(iterate, a), attempt(contains, 1, a), attempt(unpack, a))
for f in (abs, str, V(3), lambda x: x * 2, int, [].append, "{}".format, None, len, V):
    print(attempt(call, f, -4), end=" | ")
print()
for o in (V(1), W(2.5), X(), Y(), X, 5, None, W("s")):
    print(attempt(attr, o), end=" | ")
print()
for v in (0, 1, -2**62, 2**62 - 1, 0.0, -1.5, True, "s", None, V(3), [], 10**20, 1j):
    print(attempt(neg, v), attempt(truth, v), end=" | ")
print()
# And all again, interleaved.
total = []
for i in range(600):
    a, b = PAIRS[i % len(PAIRS)]
    try:
        total.append(add(a, b))
    except TypeError:
        total.append(None)
print(sum(1 for t in total if t is None), [repr(t) for t in total[:17]] == [repr(t) for t in total[17:34]])
