"""Subclasses of builtin classes whose own methods must be asked, and objects that stand for others."""
import array
import copy
import functools
import inspect
import operator
import pickle
import struct
import types
import weakref


def t(f, *args):
    try:
        print(repr(f(*args))[:120])
    except Exception as error:
        print(type(error).__name__, "|", error)


class Loud(array.array):
    def __getitem__(self, index):
        return "get", index
    def __setitem__(self, index, value):
        print("set", index, value)


loud = Loud("i", [1, 2, 3])
for _ in range(60):
    first = loud[0]
print(first, loud[1:2])
loud[0] = 5


class Half(float):
    def __float__(self):
        return 42.0


t(lambda: float(Half(1.5)))


class Plain:
    pass


class Empty:
    __slots__ = ()


class Both(Empty, Plain):
    __slots__ = ("x",)


both = Both()
both.x, both.y = 1, 2
print(both.x, both.y, both.__dict__, weakref.ref(both)() is both)


class Slotted(bytearray):
    __slots__ = ("x", "__dict__")


slotted = Slotted(b"abc")
slotted.x = 1
slotted.z = 2
print(copy.copy(slotted).x, pickle.loads(pickle.dumps(slotted)).z, slotted.__reduce__()[2:])

# Wrapped functions show their annotations.
class Methods:
    @classmethod
    def made(cls, x: int) -> str: ...
    @staticmethod
    def free(y: bytes): ...


print(Methods.__dict__["made"].__annotations__, Methods.__dict__["free"].__annotations__)


class Registry:
    @functools.singledispatchmethod
    def show(self, arg):
        return "base"
    @show.register
    @classmethod
    def _(cls, arg: int):
        return "int"
    @show.register
    @staticmethod
    def _(arg: str):
        return "str"


print(Registry().show(1), Registry().show("s"), Registry().show(1.5))

# Weak proxies forward all operators.
class Numbers:
    def __truediv__(self, other): return "/", other
    def __rtruediv__(self, other): return "r/", other
    def __itruediv__(self, other): return "/=", other
    def __matmul__(self, other): return "@"
    def __rmatmul__(self, other): return "r@"
    def __imatmul__(self, other): return "@="
    def __index__(self): return 10
    def __pow__(self, other, modulus=None): return "**", other, modulus
    def __rpow__(self, other): return "r**", other
    def __divmod__(self, other): return "divmod"
    def __lshift__(self, other): return "<<"
    def __abs__(self): return "abs"
    def __invert__(self): return "~"
    def __pos__(self): return "+"
    def __bytes__(self): return b"bytes"
    def __reversed__(self): return "reversed"


numbers = Numbers()
proxy = weakref.proxy(numbers)
print(proxy / 1, 1 / proxy, proxy @ 5, 5 @ proxy, operator.index(proxy), proxy ** 2, pow(proxy, 2, 3), 2 ** proxy)
print(divmod(proxy, 1), proxy << 1, abs(proxy), ~proxy, +proxy, bytes(proxy), reversed(proxy), "abcdefghijklmn"[proxy])
changed = proxy
changed /= 1
print(changed)
changed = proxy
changed @= 1
print(changed)
t(lambda: round(proxy))


class Iterator:
    def __iter__(self):
        return self


iterator = Iterator()
t(lambda: next(weakref.proxy(iterator)))

# Views of mappings.
mapping = types.MappingProxyType({"a": 1})
t(lambda: {"b": 2} | mapping)
t(lambda: mapping | mapping)


def augmented():
    m = mapping
    m |= {"c": 3}
    return m


t(augmented)
t(lambda: {1: 2}.keys() & frozenset([1]))

# Cells compare by content.
one, two, empty = types.CellType(1), types.CellType(2), types.CellType()
print(one < two, one == types.CellType(1), empty < one, empty == types.CellType(), one != empty)
t(hash, one)

# What constructors refuse.
t(lambda: types.FunctionType(t.__code__, {}, 5))
t(lambda: types.FunctionType(t.__code__, {}, "n", 5))
partial = functools.partial(print, [1])
print(copy.copy(partial).args is partial.args)
print(types.AsyncGeneratorType[int, int], types.CoroutineType[int, int, int], str.maketrans.__qualname__)
print(struct.Struct("=i2H"))


class Reports:
    def __init__(self, hint):
        self.hint = hint
    def __iter__(self):
        return iter([1, 2])
    def __length_hint__(self):
        return self.hint


t(lambda: [0].__add__([1]).extend(Reports(3)))

# Modules show where they come from.
class Loader:
    def __repr__(self):
        return "<loader>"


module = types.ModuleType("shown")
print(module)
module.__loader__ = Loader()
print(module)
module.__spec__ = types.SimpleNamespace(name="spec", loader=Loader(), origin=None, has_location=False)
print(module)
module.__spec__.origin = "origin"
print(module)
module.__spec__.has_location = True
print(module)


# What is thrown goes to a delegate's own throw as it was given.
class Delegate:
    def __iter__(self):
        return self
    def __next__(self):
        return 1
    def throw(self, *given):
        return given


def delegating():
    yield from Delegate()


def outer():
    yield from delegating()


for make in (delegating, outer):
    generator = make()
    next(generator)
    print(generator.throw(123), generator.throw(ZeroDivisionError))


# Subclasses of classmethod and staticmethod bind as these do.
class Marked(classmethod):
    pass


class Free(staticmethod):
    pass


class First:
    @Marked
    def made(cls, x):
        return cls.__name__, x
    @Free
    def free(x):
        return x


class Second(First):
    @classmethod
    def made(cls, x):
        return "second", super().made(x)


print(First.made(1), First().made(2), Second.made(3), Second().made(4), First.free(5), Second().free(6))

# Slots and the fields of dataclasses.
import dataclasses


@dataclasses.dataclass
class Base:
    __slots__ = ("x",)
    x: int


@dataclasses.dataclass
class Derived(Base):
    x: int
    y: int


print(Derived(1, 2), types.MemberDescriptorType is type(Base.x), inspect.ismemberdescriptor(Base.x))
print(types.SimpleNamespace(a=1), types.UnionType, types.GenericAlias, types.NoneType, types.CellType)
