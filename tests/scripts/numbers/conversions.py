# What int(), float(), complex(), bool(), index() and round() ask of an object, and their words when it disappoints.
import math
import operator


def show(function, *arguments):
    try:
        result = repr(function(*arguments))
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    name = getattr(function, "__qualname__", repr(function))
    print(name, [type(argument).__name__ for argument in arguments], result)


class Index:
    def __index__(self):
        return 7


class BadIndex:
    def __index__(self):
        return "x"


class FailingIndex:
    def __index__(self):
        raise KeyError("index")


class Float:
    def __float__(self):
        return 2.5


class BadFloat:
    def __float__(self):
        return 3


class Int:
    def __int__(self):
        return 5


class BadInt:
    def __int__(self):
        return 1.5


class Complex:
    def __complex__(self):
        return 1 + 2j


class BadComplex:
    def __complex__(self):
        return 1.0


class MyInt(int):
    pass


class MyFloat(float):
    pass


class MyComplex(complex):
    pass


class Empty:
    def __len__(self):
        return 0


class True_(Empty):
    def __bool__(self):
        return True


class Everything:
    def __round__(self, *digits):
        return "round", digits

    def __trunc__(self):
        return "trunc"

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __abs__(self):
        return "abs"

    def __neg__(self):
        return "neg"

    def __divmod__(self, other):
        return "divmod"

    def __rdivmod__(self, other):
        return "rdivmod"

    def __pow__(self, *others):
        return "pow", others

    def __rpow__(self, *others):
        return "rpow", others


values = [
    Index(), BadIndex(), FailingIndex(), Float(), BadFloat(), Int(), BadInt(), Complex(), BadComplex(), MyInt(9),
    MyFloat(1.25), MyComplex(3j), Empty(), True_(), Everything(), 3, 2.5, 1j, "7", "x", b"8", None, [], True,
    bytearray(b"5"), memoryview(b"66"),
]
for value in values:
    for function in [
        int, float, complex, bool, operator.index, abs, operator.neg, operator.pos, round, math.floor, math.ceil,
        math.trunc, math.sqrt, float.from_number, complex.from_number, hex, oct, bin, math.gcd, math.factorial,
    ]:
        show(function, value)
    for digits in (0, 2, -1, None):
        show(round, value, digits)
    show(divmod, value, 2)
    show(divmod, 2, value)
    show(pow, value, 2)
    show(pow, 2, value)
    show(pow, value, 2, 5)
    show(pow, 2, value, 5)
    show(pow, 2, 3, value)
    show(int, "11", value)
    show(int.__add__, 1, value)
    show(float.__rsub__, 1.0, value)
    show(complex.__eq__, 1j, value)

a = MyInt(5)
a.attribute = 3
print(a.attribute, a.__dict__, a + a, type(a + a), repr(a), f"{a:03d}", hash(a) == hash(5), a == 5, {5: 1}[a])
b = MyFloat(5.5)
b.attribute = [1]
print(b.attribute, b, f"{b:.3f}", b == 5.5, hash(b) == hash(5.5), type(+b), type(b.real), type(b.conjugate()))
c = MyComplex(1, 2)
c.attribute = 1
print(c, c.attribute, c == 1 + 2j, c.real, c.imag, c.conjugate(), type(+c), type(complex(c)))
print(type(+MyInt(3)), type(abs(MyInt(-3))), type(MyInt(3).real), type(int(MyInt(3))), type(round(MyInt(3))))
print(type(MyInt.from_bytes(b"\1\2")), type(MyFloat.fromhex("0x1p3")), type(MyFloat.from_number(3)))
for function in [
    lambda: int.__new__(bool, 1), lambda: int.__new__(str, 1), lambda: int.__new__(), lambda: float.__new__(int),
    lambda: object.__new__(int), lambda: list.__new__(MyInt), lambda: type("B", (bool,), {}),
]:
    show(function)
