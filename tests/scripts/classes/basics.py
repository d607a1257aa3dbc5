# Classes: construction, attributes, methods, inheritance, class vs instance, repr, identity.
class Animal:
    count = 0
    kinds = []

    def __init__(self, name, legs=4):
        self.name = name
        self.legs = legs
        Animal.count += 1
        self.kinds.append(type(self).__name__)

    def speak(self):
        return f"{self.name} makes {self.sound()}"

    def sound(self):
        return "a sound"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"


class Dog(Animal):
    def sound(self):
        return "woof"


class Puppy(Dog):
    def __init__(self, name):
        super().__init__(name, legs=4)
        self.age = 0

    def sound(self):
        return super().sound() + "!"


class Bird(Animal):
    def __init__(self, name):
        Animal.__init__(self, name, 2)


zoo = [Animal("generic"), Dog("rex"), Puppy("bit"), Bird("tweety")]
for a in zoo:
    print(a, a.speak(), a.legs, isinstance(a, Dog), isinstance(a, Animal), type(a) is Dog, issubclass(type(a), Dog))
print(Animal.count, Dog.count, Dog.kinds, Dog.kinds is Animal.kinds)
Dog.count = 100
print(Animal.count, Dog.count, Puppy.count, zoo[1].count)
zoo[1].count = "own"
print(zoo[1].count, Dog.count, vars(zoo[1]))
del zoo[1].count
print(zoo[1].count)
print(Dog.__name__, Dog.__bases__, Puppy.__mro__, Dog.__base__, Animal.__subclasses__(), Dog.__module__, Puppy.mro() == list(Puppy.__mro__), Dog.__dict__["sound"] is Dog.sound)


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: zoo[0].nope)
check(lambda: Animal.nope)
check(lambda: Animal())
check(lambda: Animal(1, 2, 3))
check(lambda: delattr(zoo[0], "nope"))
check(lambda: Dog.sound())
check(lambda: zoo[0].name())
check(lambda: zoo[0]())
check(lambda: zoo[0][0])
check(lambda: len(zoo[0]))
check(lambda: zoo[0] + 1)
check(lambda: zoo[0] < zoo[1])
check(lambda: list(zoo[0]))
check(lambda: object().x)
check(lambda: setattr(object(), "x", 1))
check(lambda: int.new_attr)
check(lambda: setattr(int, "new_attr", 1))
check(lambda: type("T", (), {})().missing)
check(lambda: super().x)
check(lambda: zoo[0].nam)
x = zoo[0]
x.extra = 1
x.__dict__["more"] = 2
print(x.extra, x.more, sorted(vars(x)), hasattr(x, "extra"), getattr(x, "zz", None))
x.method = lambda: "instance function"
print(x.method())
del x.extra
check(lambda: x.extra)


class Empty:
    pass


e = Empty()
print(Empty.__doc__, e == e, e == Empty(), e != Empty(), hash(e) == hash(e), bool(e), repr(e).startswith("<__main__.Empty object at 0x"), str(e) == repr(e), Empty, type(e) == Empty, e.__class__ is Empty, Empty.__class__ is type, vars(e))
e.__class__ = Bird
print(type(e).__name__, e.sound())
check(lambda: setattr(e, "__class__", int))
check(lambda: setattr(e, "__class__", 5))


def method(self, y):
    return self.x * y


D = type("D", (Empty,), {"x": 5, "m": method, "__doc__": "made by type()"})
print(D().m(3), D.__name__, D.__doc__, D.__bases__)
D.late = lambda self: "late " + str(self.x)
print(D().late())


class Body:
    for i in range(3):
        exec(f"v{i} = {i}")
    if True:
        def f(self):
            return self.v2
    else:
        def g(self):
            pass
    names = sorted(k for k in locals() if not k.startswith("_"))
    print("in body", __qualname__, __module__)


print(Body().f(), Body.names, Body.i, hasattr(Body, "g"))


class Private:
    def __init__(self):
        self.__secret = 1
        self.__dunder__ = 2
        self._one = 3

    def get(self):
        return self.__secret

    def __hidden(self):
        return "h"

    def call(self):
        return self.__hidden()


p = Private()
print(p.get(), p._Private__secret, sorted(vars(p)), p.call(), p._Private__hidden())
check(lambda: p.__secret)


class Chain:
    def __init__(self):
        self.ops = []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        self.ops.append(name)
        return self

    def __call__(self, *a):
        self.ops.append(a)
        return self


print(Chain().a.b(1).c(2, 3).ops)


class Base:
    def template(self):
        return [self.step1(), self.step2()]

    def step1(self):
        return "base1"

    def step2(self):
        return "base2"


class Impl(Base):
    def step2(self):
        return "impl2:" + super().step2()


print(Impl().template(), Base().template(), Base.template(Impl()))
print(issubclass(Impl, (int, Base)), isinstance(Impl(), object), isinstance(Impl, type), issubclass(Impl, Impl))
