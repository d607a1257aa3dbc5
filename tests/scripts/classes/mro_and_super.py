# C3 linearisation, cooperative super, diamonds, mixins, errors.
class A:
    def who(self):
        return ["A"]


class B(A):
    def who(self):
        return ["B"] + super().who()


class C(A):
    def who(self):
        return ["C"] + super().who()


class D(B, C):
    def who(self):
        return ["D"] + super().who()


class E(C, B):
    def who(self):
        return ["E"] + super(E, self).who()


print(D().who(), E().who(), [k.__name__ for k in D.__mro__], [k.__name__ for k in E.__mro__])


class X:
    pass


class Y:
    pass


class Z(X, Y):
    pass


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: type("Bad", (X, Z), {}))
check(lambda: type("Bad", (Z, type("R", (Y, X), {})), {}))
check(lambda: type("Dup", (X, X), {}))
check(lambda: type("NotClass", (5,), {}))
check(lambda: type("Layout", (int, str), {}))
check(lambda: type("Fn", (type(lambda: 0),), {}))
check(lambda: type(5, (), {}))
check(lambda: type("T", [], {}))
check(lambda: type("T", (), 5))


class O: pass
class F(O): pass
class G(O): pass
class H(O): pass
class K1(F, G): pass
class K2(H, G): pass
class K3(H, F): pass
class K(K1, K2): pass


print([k.__name__ for k in K.__mro__])
check(lambda: type("KK", (K1, K3), {}).__mro__)


class Root:
    def __init__(self, **kw):
        self.log = ["Root"]
        if kw:
            raise TypeError("left over: %s" % sorted(kw))


class Named(Root):
    def __init__(self, name, **kw):
        super().__init__(**kw)
        self.name = name
        self.log.append("Named")


class Sized(Root):
    def __init__(self, size=1, **kw):
        super().__init__(**kw)
        self.size = size
        self.log.append("Sized")


class Thing(Named, Sized):
    def __init__(self, *a, **kw):
        super().__init__(*a, **kw)
        self.log.append("Thing")


t = Thing("n", size=5)
print(t.log, t.name, t.size)
check(lambda: Thing("n", colour=1))


class P:
    @property
    def v(self):
        return "P.v"

    @classmethod
    def make(cls):
        return cls.__name__, "P.make"

    @staticmethod
    def s():
        return "P.s"

    attr = "P.attr"

    def __len__(self):
        return 5


class Q(P):
    @property
    def v(self):
        return "Q " + super().v

    @classmethod
    def make(cls):
        return super().make() + ("Q.make",)

    @staticmethod
    def s():
        return "Q." + P.s()

    def parent(self):
        s = super()
        return s.attr, s.s(), type(s).__name__, s.__thisclass__.__name__, s.__self_class__.__name__, s.__self__ is self

    def __len__(self):
        return super().__len__() + 1

    def via_comprehension(self):
        return [super(Q, self).attr for _ in range(2)]

    def via_nested(self):
        def inner():
            return super(Q, self).attr, __class__.__name__
        return inner()


class R(Q):
    pass


print(Q().v, Q.make(), R.make(), Q.s(), Q().parent(), R().parent(), len(R()), Q().via_comprehension(), Q().via_nested())
check(lambda: super(Q, Q()).nope)
check(lambda: super(Q, 5).v)
check(lambda: super(5))
check(lambda: super(P, Q()).v)


class NoArg:
    def f():
        return super()

    def g(self):
        del self
        return super()

    def h(*args):
        return super().__repr__()


check(NoArg.f)
check(NoArg().g)
check(lambda: NoArg().h()[:9])


class Setter(P):
    def __init__(self):
        super().__setattr__("via", 1)
        object.__setattr__(self, "direct", 2)

    def __getattribute__(self, name):
        if name == "magic":
            return "magic!"
        return super().__getattribute__(name)


s = Setter()
print(s.via, s.direct, s.magic, vars(s))


class Mixin:
    def greet(self):
        return "mixin " + super().greet()


class Greeter:
    def greet(self):
        return "hello"


class Polite(Mixin, Greeter):
    pass


print(Polite().greet())
check(lambda: Mixin().greet())
Greeter.greet = lambda self: "patched"
print(Polite().greet())
Polite.__bases__ = (Greeter,)
print(Polite().greet(), [k.__name__ for k in Polite.__mro__])


class L(list):
    def append(self, v):
        super().append(v * 2)

    def __getitem__(self, i):
        return ("item", super().__getitem__(i))


l = L([1])
l.append(5)
print(l, l[1], len(l))


class DictSub(dict):
    def __setitem__(self, k, v):
        super().__setitem__(k.upper(), v)

    def __getitem__(self, k):
        return super().__getitem__(k.upper())


d = DictSub()
d["a"] = 1
print(d, d["A"], d["a"], d.get("a"), d.get("A"))
