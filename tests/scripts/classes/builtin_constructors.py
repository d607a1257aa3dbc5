# Keywords of constructors that an __init__ in Python takes, names made global elsewhere, attributes that stay.
import types

for base, argument in ((list, [1]), (tuple, [1]), (set, [1]), (frozenset, [1]), (float, "1.5"), (bytearray, b"x"), (dict, {1: 2})):
    class WithInit(base):
        def __init__(self, argument, extra=None):
            self.extra = extra

    class Plain(base):
        pass

    made = WithInit(argument, extra=3)
    print(base.__name__, made.extra, base(made) == base(WithInit(argument)))
    if base is not dict:
        try:
            Plain(argument, extra=3)
        except TypeError as error:
            print(error)

spaces = {}, {}
exec(
    """if 1:
    def f():
        y = 1
        def g():
            global y
            return y
        def h():
            return y + 1
        return g, h
    y = 9
    z = 5
    g, h = f()
    results = g(), h()
    """,
    *spaces,
)
print(spaces[1]["results"], "y" in spaces[0], "y" in spaces[1], "z" in spaces[0])


def defaults(a=1, *, b=2):
    pass


del defaults.__defaults__
del defaults.__kwdefaults__
print(defaults.__defaults__, defaults.__kwdefaults__)


class Base:
    pass


class Meta(type, Base):
    pass


class OfMeta(metaclass=Meta):
    pass


class SomeModule(types.ModuleType, Base):
    pass


module = SomeModule("m")
for target in (OfMeta, module):
    for change in (
        lambda: setattr(target, "__dict__", {}),
        lambda: delattr(target, "__dict__"),
        lambda: Base.__dict__["__dict__"].__set__(target, {}),
    ):
        try:
            change()
            print("changed")
        except (AttributeError, TypeError):
            print("refused")
module.__dict__["spam"] = "eggs"
print(module.spam)


class Other(types.ModuleType):
    a = 1


plain = types.ModuleType("plain")
plain.x = 5
plain.__class__ = Other
print(plain.a, plain.x, plain.__class__ is Other)
plain.__class__ = types.ModuleType
print(hasattr(plain, "a"), plain.x)
