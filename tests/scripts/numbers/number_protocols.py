# Numeric dunders on user classes: forward, reflected, in-place, fallbacks, and mixing with builtin numbers.
class Log:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


def binary(op):
    def method(self, other):
        print(op, self.name, other)
        if other == "refuse":
            return NotImplemented
        return Log(f"({self.name} {op} {other})")
    return method


for op in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor", "matmul", "divmod"]:
    setattr(Log, f"__{op}__", binary(op))
    setattr(Log, f"__r{op}__", binary("r" + op))
for op in ["neg", "pos", "invert", "abs"]:
    setattr(Log, f"__{op}__", lambda self, op=op: Log(f"{op}({self.name})"))
a, b = Log("a"), Log("b")
print(a + b, a - 1, 1 - a, a * 2.5, 2.5 * a, a / b, a // 3, 3 // a, a % 4, 4 % a, a ** 2, 2 ** a, a << 1, 1 << a, a >> 1, a & 1, 1 & a, a | 1, a ^ 1, a @ b, divmod(a, 2), divmod(2, a))
print(-a, +a, ~a, abs(a), -(a + b))
print("s%s" % a, [1] + [2], "x" * 2)
for f in (lambda: a + "refuse", lambda: a - "refuse", lambda: [] + a, lambda: "s" + a):
    try:
        print(f())
    except TypeError as e:
        print("TypeError:", e)
x = a
x += 1
x -= 2
x *= 3
print(x)


class InPlace:
    def __init__(self):
        self.items = []

    def __iadd__(self, other):
        self.items.append(("+", other))
        return self

    def __imul__(self, other):
        self.items.append(("*", other))
        return self

    def __ior__(self, other):
        self.items.append(("|", other))
        return self

    def __imatmul__(self, other):
        self.items.append(("@", other))
        return self

    def __ifloordiv__(self, other):
        return NotImplemented

    def __floordiv__(self, other):
        return "floor %r" % (other,)


p = q = InPlace()
p += 1
p *= 2
p |= 3
p @= 4
print(p is q, q.items)
p //= 5
print(p)


class Base:
    def __add__(self, other):
        return "Base.add"

    def __radd__(self, other):
        return "Base.radd"

    def __eq__(self, other):
        return "Base.eq"

    __hash__ = None


class Derived(Base):
    def __radd__(self, other):
        return "Derived.radd"

    def __eq__(self, other):
        return "Derived.eq"

    __hash__ = None


class Plain(Base):
    pass


print(Base() + Derived(), Derived() + Base(), Base() + Plain(), Plain() + Base(), Base() == Derived(), 5 + Base(), Base() + 5, 5 == Base())


class OnlyInt:
    def __int__(self):
        return 3


class Idx:
    def __index__(self):
        return 2


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: [1, 2, 3][Idx()])
check(lambda: [1, 2, 3][OnlyInt()])
check(lambda: "abc" * Idx())
check(lambda: list(range(Idx())))
check(lambda: bin(Idx()))
check(lambda: chr(Idx()))
check(lambda: 10 + Idx())
check(lambda: [0, 1, 2, 3][Idx():])
check(lambda: (5).__radd__(2.5))
check(lambda: int.__add__(1, 2))
check(lambda: int.__add__(1.0, 2))
check(lambda: pow(Log("p"), 2, 3))
check(lambda: complex(Idx()))
check(lambda: round(Log("r")))


class Round:
    def __round__(self, n="none"):
        return "rounded " + str(n)

    def __trunc__(self):
        return 77

    def __floor__(self):
        return 66

    def __ceil__(self):
        return 88


check(lambda: round(Round()))
check(lambda: round(Round(), 2))
import math
check(lambda: math.floor(Round()))
check(lambda: math.ceil(Round()))
check(lambda: math.trunc(Round()))
