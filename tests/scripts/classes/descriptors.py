# Descriptors and properties: precedence, data and non-data, set_name, delete, errors.
class Loud:
    def __init__(self, v=None):
        self.v = v

    def __get__(self, obj, cls):
        print("get", obj is not None, cls.__name__)
        return self.v

    def __set__(self, obj, v):
        print("set", v)
        self.v = v

    def __delete__(self, obj):
        print("delete")

    def __set_name__(self, owner, name):
        print("named", owner.__name__, name)


class NonData:
    def __get__(self, obj, cls):
        return "non-data"


class SetOnly:
    def __set__(self, obj, v):
        obj.__dict__["s"] = v * 2


class K:
    d = Loud(1)
    n = NonData()
    s = SetOnly()
    plain = "class plain"


k = K()
print(k.d, K.d)
k.d = 5
print(k.d)
k.__dict__["d"] = "shadow"
print(k.d)
del k.d
print(k.n)
k.n = "instance wins"
print(k.n, K.n)
del k.n
print(k.n)
k.s = 10
print(k.s, type(K.s).__name__)
k.plain = "instance"
print(k.plain, K.plain)


class Temp:
    def __init__(self, c):
        self._c = c

    @property
    def f(self):
        "fahrenheit"
        return self._c * 9 / 5 + 32

    @f.setter
    def f(self, v):
        self._c = (v - 32) * 5 / 9

    @f.deleter
    def f(self):
        print("deleting")
        self._c = None

    @property
    def readonly(self):
        return "ro"

    write_only = property(None, lambda self, v: print("wrote", v))
    made = property(lambda self: "made", doc="doc of made")


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


t = Temp(100)
print(t.f, Temp.f.__doc__, Temp.made.__doc__, type(Temp.f).__name__, Temp.f.fget(t))
t.f = 32
print(t._c, t.made)
del t.f
t.write_only = 7
check(lambda: t.write_only)
check(lambda: setattr(t, "readonly", 1))
check(lambda: delattr(t, "readonly"))
check(lambda: setattr(t, "made", 1))
check(lambda: t.f)
check(lambda: Temp.f.__get__(None, Temp) is Temp.f)
check(lambda: Temp.readonly.fset)


class Sub(Temp):
    @Temp.f.getter
    def f(self):
        return "sub " + str(super().f)

    @property
    def raises(self):
        raise AttributeError("inside property")

    @property
    def raises_other(self):
        return self.missing_thing


print(Sub(0).f)
check(lambda: Sub(0).raises)
check(lambda: hasattr(Sub(0), "raises"))
check(lambda: Sub(0).raises_other)
check(lambda: getattr(Sub(0), "raises", "default"))


class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        return getattr(obj, self.name, None)

    def __set__(self, obj, v):
        if not isinstance(v, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}, got {type(v).__name__}")
        setattr(obj, self.name, v)


class Person:
    name = Typed(str)
    age = Typed(int)

    def __init__(self, name, age):
        self.name = name
        self.age = age


p = Person("Ann", 30)
print(p.name, p.age, vars(p), Person.age.kind)
check(lambda: Person(5, 5))
check(lambda: setattr(p, "age", "old"))


class Lazy:
    def __init__(self, fn):
        self.fn = fn
        self.name = fn.__name__

    def __get__(self, obj, cls):
        if obj is None:
            return self
        print("computing", self.name)
        v = obj.__dict__[self.name] = self.fn(obj)
        return v


class Data:
    @Lazy
    def big(self):
        return sum(range(100))


d = Data()
print(d.big, d.big, vars(d))
del d.big
print(d.big)


class ClassProp:
    def __init__(self, f):
        self.f = f

    def __get__(self, obj, cls):
        return self.f(cls)


class Model:
    @ClassProp
    def table(cls):
        return cls.__name__.lower() + "s"


class User(Model):
    pass


print(Model.table, User.table, User().table)


class Meth:
    def __init__(self, fn):
        self.fn = fn

    def __get__(self, obj, cls):
        return lambda *a: (cls.__name__, obj is not None, self.fn(obj, *a))


class UsesMeth:
    @Meth
    def m(self, x):
        return x * 2


print(UsesMeth().m(4), UsesMeth.m(5))


class Meta(type):
    @property
    def meta_prop(cls):
        return "meta " + cls.__name__

    def meta_method(cls):
        return cls.__name__


class WithMeta(metaclass=Meta):
    pass


print(WithMeta.meta_prop, WithMeta.meta_method())
check(lambda: WithMeta().meta_prop)
check(lambda: setattr(WithMeta, "meta_prop", 1))
sm, cm = staticmethod(lambda x: x), classmethod(lambda cls, x: (cls.__name__, x))
print(sm(5), sm.__get__(None, K)(6), cm.__get__(None, K)(7), sm.__func__(8))
class BadName:
    def __set_name__(self, o, n):
        raise ValueError("bad name")
try:
    class Uses:
        attr = BadName()
except ValueError as e:
    print("ValueError:", e, getattr(e, "__notes__", None))
K.dyn = Loud(9)
print(k.dyn)
setattr(K, "late", property(lambda self: "late property"))
print(k.late)
