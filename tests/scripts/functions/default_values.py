# Defaults are made once, at definition, in order; mutable ones are shared.
def trace(x):
    print("default", x)
    return x


def f(a=trace(1), *, b=trace(2), c=trace(3)):
    return a, b, c


print(f(), f(9, c=8))


def append(v, target=[]):
    target.append(v)
    return target


print(append(1), append(2), append(3, []), append(4), append.__defaults__)
x = 10


def g(a=x):
    return a


x = 20
print(g(), g(x))
fs = [lambda i=i: i for i in range(4)]
gs = [lambda: i for i in range(4)]
print([h() for h in fs], [h() for h in gs])


def counter(cache={}):
    cache["n"] = cache.get("n", 0) + 1
    return cache["n"]


print(counter(), counter(), counter({}), counter())


def late(v=None):
    if v is None:
        v = []
    v.append(1)
    return v


print(late(), late(), late([5]))


class K:
    size = 3

    def m(self, n=size, *, k=size * 2):
        return n, k


K.size = 100
print(K().m(), K().m(1, k=2))


def annotated(a: int, b: "text" = 5, *args: tuple, c: list[int] = (), **kw: dict) -> str:
    """Doc string."""
    return "r"


print(annotated.__annotations__, annotated.__doc__, annotated.__name__, annotated.__qualname__, annotated.__module__)
annotated.attribute = 1
print(annotated.attribute, vars(annotated), annotated.__dict__)
print((lambda: 0).__name__, (lambda a, b=1: 0).__defaults__, K.m.__qualname__, counter.__kwdefaults__)


def outer():
    def inner():
        pass
    return inner


print(outer().__qualname__, outer.__qualname__)


def none():
    pass


def bare():
    return


def early(n):
    for i in range(10):
        if i == n:
            return i
    else:
        return "else"


print(none(), bare(), early(3), early(50))


def recursive(n, acc=()):
    return acc if n == 0 else recursive(n - 1, acc + (n,))


print(recursive(5))


def make_adder(n):
    def add(x, n=n):
        return x + n
    return add


print([make_adder(i)(10) for i in range(3)], make_adder(1)(1, 100))
print((lambda *a, **k: (a, k))(1, 2, x=3), (lambda a, /, b, *, c: (a, b, c))(1, 2, c=3), (lambda: (yield))().__class__.__name__)
print((lambda x: x if x < 2 else x * (lambda y: y)(x - 1))(5), sorted([3, 1, 2], key=lambda v: -v), (lambda x, y: [x, y])(*[1, 2]))


def evaluate(order):
    def note(n):
        order.append(n)
        return n
    f = lambda *a, **k: None
    f(note(1), *[note(2)], note(3), k=note(4), **{"z": note(5)})
    [note(6), note(7)][note(0)]
    {note(8): note(9), note(10): note(11)}
    note(12) + note(13) * note(14)
    note(15) if note(16) else note(17)
    (note(18), note(19))
    note(20) < note(21) < note(22)
    note(23) and note(0) or note(24)
    d = {}
    d[note(25)] = note(26)
    d[note(25)] += note(27)
    return order


print(evaluate([]))
