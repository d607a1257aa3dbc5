# A descriptor with __set__ but no __get__: the instance's dict is read first, then the descriptor itself.
class Descriptor:
    def __init__(self, name):
        self.name = name

    def __set__(self, instance, value):
        instance.__dict__[self.name] = value


class X:
    a = Descriptor("a")


x = X()
for _ in range(3):
    print(x.a is X.__dict__["a"], X.a is X.__dict__["a"])
x.a = 42
for _ in range(3):
    print(x.a, vars(x))
del x.__dict__["a"]
print(x.a is X.__dict__["a"])


class Meta(type):
    pass


class OfMeta(metaclass=Meta):
    pass


OfMeta.a = 42
Meta.a = Descriptor("a")
print(OfMeta.a)
X.a.__class__.__get__ = lambda self, instance, owner: "got"
x.__dict__["a"] = 1
print(x.a, OfMeta.a)


async def finished():
    return 1


coroutine = finished()
for action in (lambda: coroutine.send(None), lambda: coroutine.send(None), lambda: coroutine.throw(ValueError), lambda: coroutine.close()):
    try:
        print(action())
    except (StopIteration, RuntimeError, ValueError) as error:
        print(type(error).__name__, error)
