# Annotations are lazy since 3.14; docstrings; __name__ and friends on classes and functions.
"""Not a docstring: an import or comment may precede, but this follows the comment only."""
print(__doc__)


def f(a: undefined_name, b: 1 + 1 = 5, *args: "string", **kw: list[int]) -> dict[str, int]:
    x: int = 5
    y: not_evaluated
    return x


print(f(1))
try:
    f.__annotations__
except NameError as e:
    print("NameError:", e)
undefined_name = "defined now"
print(f.__annotations__)
x: int = 3
y: float
(z): str = "s"
print(x, z)
try:
    print(y)
except NameError as e:
    print("NameError:", e)


class C:
    """class doc"""
    a: int
    b: str = "b"
    c: "Forward"
    _p: list[C]

    def m(self) -> C:
        """method doc"""
        self.x: int = 1
        return self

    lst = [0]
    lst[0]: int = 7


print(C.__annotations__["a"], C.__annotations__["_p"], list(C.__annotations__), C.b, hasattr(C, "a"), C.__doc__, C.m.__doc__, C().m().x, C.m.__annotations__ == {"return": C}, C.lst)


class NoDoc:
    pass


class D(C):
    z: int


print(NoDoc.__doc__, D.__doc__, D.__annotations__, C.__module__, C.__qualname__, NoDoc.__annotations__)


def g():
    "single" " joined"
    return g.__doc__


def h():
    f"not a doc {1}"


def k():
    b"not a doc"


print(g(), h.__doc__, k.__doc__, (lambda: 0).__doc__)


def indented():
    """First line.

        Indented block.
      Second.
    Last.
    """


print(repr(indented.__doc__))


class Outer:
    class Inner:
        def m(self):
            def local():
                class L:
                    pass
                return L
            return local


o = Outer.Inner().m()
print(Outer.Inner.__qualname__, Outer.Inner.m.__qualname__, o.__qualname__, o().__qualname__, repr(o()).split("'")[1], Outer.Inner)
type Alias = int | str
type Pair[T] = tuple[T, T]


def generic[T, *Ts, **P](x: T) -> T:
    return x


class Box[T]:
    def __init__(self, v: T):
        self.v = v


print(Alias, Alias.__value__, Pair.__type_params__, generic(5), generic.__type_params__, Box(3).v, Box.__type_params__, Box[int], Box[int]("x").v)
print(list[int], dict[str, list[int]], int | None, tuple[int, ...], type[int], list[int]([1]), (int | str) == (str | int), isinstance(5, int | str), list[int].__origin__, list[int].__args__)
