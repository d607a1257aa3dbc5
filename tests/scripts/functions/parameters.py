# All parameter kinds, how arguments bind, and every TypeError a call can give.
def check(function, /, *args, **kw):
    try:
        print(function(*args, **kw))
    except TypeError as e:
        print("TypeError:", e)


def plain(a, b):
    return a, b


def defaults(a, b=2, c=3):
    return a, b, c


def star(a, *rest):
    return a, rest


def kwonly(a, *, b, c=3):
    return a, b, c


def kwrest(a, **kw):
    return a, kw


def posonly(a, b=2, /, c=3):
    return a, b, c


def everything(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


def nothing():
    return "nothing"


def only_kw(*, x):
    return x


def two_kw(*, x, y, z):
    return x, y, z


def many(a, b, c, d, e):
    return a


check(plain, 1, 2)
check(plain, b=1, a=2)
check(plain, 1, b=2)
check(plain)
check(plain, 1)
check(plain, 1, 2, 3)
check(plain, 1, a=2)
check(plain, 1, c=2)
check(plain, 1, 2, c=2)
check(plain, b=1)
check(many)
check(many, 1)
check(many, 1, 2, 3, 4)
check(many, 1, 2, 3, 4, 5, 6, 7)
check(defaults, 1)
check(defaults, 1, c=9)
check(defaults)
check(defaults, 1, 2, 3, 4)
check(defaults, 1, 2, 3, 4, 5)
check(star, 1)
check(star, 1, 2, 3)
check(star)
check(star, a=1)
check(star, 1, a=1)
check(kwonly, 1, b=2)
check(kwonly, 1)
check(kwonly, 1, 2)
check(kwonly, 1, 2, b=3)
check(kwonly, 1, b=1, d=2)
check(kwrest, 1, x=1, y=2)
check(kwrest, a=1, b=2)
check(kwrest, 1, a=2)
check(kwrest)
check(posonly, 1)
check(posonly, 1, 2, 3)
check(posonly, 1, c=5)
check(posonly, a=1)
check(posonly, 1, b=2)
check(posonly, a=1, b=2)
check(posonly, 1, 2, 3, 4)
check(everything, 1, d=4)
check(everything, 1, 2, 3, 4, 5, d=6, e=7, f=8, a=9)
check(everything, 1)
check(everything, d=1)
check(nothing)
check(nothing, 1)
check(nothing, x=1)
check(nothing, 1, 2)
check(only_kw)
check(only_kw, 5)
check(only_kw, x=5)
check(two_kw)
check(two_kw, x=1)
check(two_kw, x=1, y=2)
check(lambda x: x)
check(lambda x, y=1: x)
check(lambda: 1, 5)


class C:
    def method(self, a, b=2):
        return a, b

    @classmethod
    def cm(cls, a):
        return cls.__name__, a

    @staticmethod
    def sm(a):
        return a

    def __call__(self, *, k):
        return k


c = C()
check(c.method, 1)
check(c.method)
check(c.method, 1, 2, 3)
check(C.method)
check(C.method, c, 5)
check(c.cm)
check(C.cm, 1)
check(c.sm)
check(C.sm, 1, 2)
check(c, k=1)
check(c)
check(c, 1)
check(C, 1)


class D:
    def __init__(self, a, *, b):
        self.v = a, b


check(lambda: D(1, b=2).v)
check(D)
check(D, 1)
check(D, 1, 2, b=3)
args = (1, 2)
kw = {"d": 4}
check(everything, *args, **kw)
check(everything, *args, *args, **kw, **{"e": 9})
check(lambda: everything(*[1], 2, *[3], d=1, **{"q": 2}))
check(lambda: plain(*args, **{"a": 1}))
check(lambda: plain(**{"a": 1}, **{"a": 2}))
check(lambda: plain(a=1, **{"a": 2}))
check(lambda: plain(**{"a": 1, "b": 2}))
check(lambda: plain(*5))
check(lambda: plain(1, *None))
check(lambda: plain(**5))
check(lambda: plain(**{1: 2}))
check(lambda: plain(*"ab"))
check(lambda: plain(*(x for x in (7, 8))))
check(lambda: kwrest(**{"a": 1, "not an identifier": 2}))
check(len)
check(len, 1, 2)
check(len, x=1)
check(abs)
check(print, 1, foo=2)
check(isinstance, 1)
check(lambda: "x".upper("y"))
check(lambda: [].append())
check(lambda: {}.get())
check(lambda: 5())
check(lambda: None())
check(lambda: "s"())
check(lambda: [1]())
print(plain.__name__, plain.__defaults__, defaults.__defaults__, kwonly.__kwdefaults__, everything.__code__.co_argcount, everything.__code__.co_posonlyargcount, everything.__code__.co_kwonlyargcount, everything.__code__.co_varnames)
defaults.__defaults__ = (20, 30)
kwonly.__kwdefaults__ = {"b": "B", "c": "C"}
check(defaults, 1)
check(kwonly, 1)
defaults.__defaults__ = None
check(defaults, 1)
