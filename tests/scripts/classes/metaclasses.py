# Metaclasses: __new__, __init__, __call__, __prepare__, keywords, conflicts, instance checks, __init_subclass__.
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"injected": "from prepare"}

    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")), kw)
        return super().__new__(mcs, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)

    def __call__(cls, *a, **k):
        print("call", cls.__name__, a, k)
        return super().__call__(*a, **k)

    def __repr__(cls):
        return f"<Meta {cls.__name__}>"

    def __len__(cls):
        return 42

    def __getitem__(cls, k):
        return cls.__name__, k

    def __iter__(cls):
        return iter("meta")

    def __contains__(cls, v):
        return v == "in"

    def __add__(cls, o):
        return "added"

    def __eq__(cls, o):
        return cls is o

    def __hash__(cls):
        return 7


class A(metaclass=Meta, flag=1):
    x = 1

    def __init__(self, v):
        self.v = v


class B(A, flag=2):
    y = injected + "!"


print(A, B, type(B) is Meta, A(5).v, B(v=6).v, len(A), A["k"], list(B), "in" in A, "out" in A, A + 1, A == A, A == B, B.y, {A: 1}[A], isinstance(A, Meta))


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


class M1(type):
    pass


class M2(type):
    pass


class C1(metaclass=M1):
    pass


class C2(metaclass=M2):
    pass


check(lambda: type("Conflict", (C1, C2), {}))


class M3(M1, M2):
    pass


class C3(C1, C2, metaclass=M3):
    pass


print(type(C3).__name__, type(type("Auto", (C3,), {})).__name__)


class Singleton(type):
    instances = {}

    def __call__(cls, *a):
        if cls not in cls.instances:
            cls.instances[cls] = super().__call__(*a)
        return cls.instances[cls]


class Config(metaclass=Singleton):
    def __init__(self):
        print("config made")


print(Config() is Config())


class Registry(type):
    all = {}

    def __init__(cls, name, bases, ns):
        super().__init__(name, bases, ns)
        if bases:
            Registry.all[ns.get("key", name.lower())] = cls


class Plugin(metaclass=Registry):
    pass


class Csv(Plugin):
    key = "csv"


class Json(Plugin):
    pass


print(Registry.all)


class Sub:
    subs = []

    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
        Sub.subs.append((cls.__name__, tag))


class S1(Sub, tag="one"):
    pass


class S2(S1):
    pass


print(Sub.subs, S2.tag)
check(lambda: type("S3", (Sub,), {}, tag="x").tag)
check(lambda: type("S4", (Sub,), {}, other="x"))
check(lambda: type("S5", (object,), {}, other="x"))


class Duck(type):
    def __instancecheck__(cls, obj):
        return hasattr(obj, "quack")

    def __subclasscheck__(cls, sub):
        return "quack" in vars(sub)


class Quacker(metaclass=Duck):
    pass


class Real:
    def quack(self):
        pass


print(isinstance(Real(), Quacker), isinstance(5, Quacker), issubclass(Real, Quacker), issubclass(int, Quacker))


class Ordered(type):
    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, dict(ns))
        cls.order = [k for k in ns if not k.startswith("__")]
        return cls


class Fields(metaclass=Ordered):
    b = 1
    a = 2

    def m(self):
        pass

    c = 3


print(Fields.order)


def function_meta(name, bases, ns, **kw):
    return name, [b.__name__ for b in bases], sorted(k for k in ns if not k.startswith("__")), kw


class NotAClass(int, metaclass=function_meta, extra=5):
    z = 1


print(NotAClass)


class Entries:
    def __mro_entries__(self, bases):
        return (dict, list)[:1]


class FromEntries(Entries()):
    pass


print(FromEntries.__bases__, len(FromEntries.__orig_bases__))


class New:
    def __new__(cls, *a, **k):
        print("New.__new__", a)
        if a and a[0] == "other":
            return "not an instance"
        return super().__new__(cls)

    def __init__(self, *a):
        print("New.__init__", a)


print(type(New(1)).__name__, New("other"))


class Imm(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    @property
    def a(self):
        return self[0]


print(Imm(1, 2), Imm(1, 2).a)
check(lambda: object.__new__(int))
check(lambda: object.__new__(5))
check(lambda: int.__new__(str))
check(lambda: object(1))
class InitOnly:
    def __init__(self, a):
        pass
check(lambda: InitOnly())
class BadInit:
    def __init__(self):
        return 5
check(BadInit)
class Both(New, InitOnly):
    pass
print(Both.__mro__[1].__name__, type(Both(1)).__name__)
print(type.__call__(InitOnly, 3).__class__.__name__, type(type), type.__mro__, isinstance(type, type), issubclass(type, object), type(object).__name__, object.__class__ is type, type.__base__)
