# Deep nesting of functions, classes, comprehensions and lambdas; who sees which name.
x = "module"


def outer():
    x = "outer"

    class Mid:
        x = "mid"
        seen = x

        def method(self):
            return x

        class Inner:
            y = x

            def method(self):
                return x, __class__.__name__

        comp = [x for _ in range(1)]
        gen = list(x for _ in range(1))
        lam = staticmethod(lambda: x)
        nested = [[x for _ in range(1)] for _ in range(1)]

    def f():
        nonlocal x
        x = "changed"
        return Mid

    before = Mid.seen, Mid().method(), Mid.Inner.y, Mid.Inner().method(), Mid.comp, Mid.gen, Mid.lam(), Mid.nested
    f()
    return before, Mid().method(), Mid.Inner().method(), Mid.seen, x


print(outer(), x)


def levels():
    a = 1

    def l1():
        b = a + 1

        def l2():
            c = a + b

            def l3():
                nonlocal a, b
                a, b = b, c
                return [lambda: (a, b, c, i)[k] for i in range(2) for k in (0, 3)]
            return l3
        return l2
    fs = l1()()()
    return [f() for f in fs], a


print(levels())


def make_class(base, **attrs):
    class Made(base):
        for k, v in attrs.items():
            locals()[k] = v
        del k, v
        factory = make_class

        def parent(self):
            return super().__class__, base.__name__

        def again(self):
            return type(self).factory(type(self), z=1)
    Made.__name__ = "Made" + base.__name__.title()
    return Made


M = make_class(list, tag="t", size=3)
print(M.__name__, M.tag, M.size, M([1]).parent()[1], M().again().z, M().again().__mro__[1].tag)


def decorate(cls):
    def wrap(name):
        original = getattr(cls, name)

        def wrapper(self, *a):
            return (name, original(self, *a))
        return wrapper
    for name in [n for n in vars(cls) if not n.startswith("_")]:
        setattr(cls, name, wrap(name))
    return cls


@decorate
class D:
    def a(self):
        return 1

    def b(self, v):
        return self.a(), v


print(D().a(), D().b(2))


def gen_of_classes():
    for i in range(3):
        class K:
            n = i

            def get(self):
                return i, self.n
        yield K


ks = list(gen_of_classes())
print([k().get() for k in ks], len(set(ks)), [k.__qualname__ for k in ks][0])


def conditional_defs(flag):
    if flag:
        def f():
            return "first"
    else:
        def f():
            return "second"
    try:
        class C:
            if not flag:
                raise ValueError("in class body")
            v = f()
        return C.v
    except ValueError as e:
        return str(e), "C" in locals()


print(conditional_defs(True), conditional_defs(False))


class Outer:
    class Config:
        debug = True

        @classmethod
        def make(cls):
            return cls()

    cfg = Config()

    def __init__(self):
        class Local(self.Config):
            owner = self
        self.local = Local.make()


o = Outer()
print(o.local.debug, o.local.owner is o, type(o.local).__qualname__, Outer.Config.__qualname__, o.cfg.debug)
fact = (lambda f: lambda n: f(f, n))(lambda self, n: 1 if n < 2 else n * self(self, n - 1))
print(fact(10), (lambda: (lambda: (lambda: x)())())(), [(lambda y: [y + z for z in range(y)])(w) for w in range(3)])


def default_capture():
    fs = []
    for i in range(3):
        def f(a=i, *, b=[i]):
            b.append(a)
            return b
        fs.append(f)
    return [f() for f in fs] + [fs[0](9), fs[1].__defaults__, fs[2].__kwdefaults__]


print(default_capture())


def many_cells(n):
    a, b, c, d, e = range(5)

    def f():
        nonlocal a, c, e
        a, c, e = c, e, a
        return a + b * 10 + c * 100 + d * 1000 + e * 10000
    return [f() for _ in range(n)], (a, b, c, d, e)


print(many_cells(4))


class Meta(type):
    def __new__(m, name, bases, ns):
        ns = {k: (lambda f: lambda *a: ("meta", f(*a)))(v) if callable(v) and not k.startswith("__") else v for k, v in ns.items()}
        return super().__new__(m, name, bases, ns)


class WithMeta(metaclass=Meta):
    def go(self, v):
        class In(metaclass=Meta):
            def go(s):
                return v, self is not None
        return In().go()


print(WithMeta().go(5))
print([[(i, j, k) for k in range(j)] for i in range(2) for j in range(i + 2)], {i: {j: i * j for j in range(2)} for i in range(2)})
