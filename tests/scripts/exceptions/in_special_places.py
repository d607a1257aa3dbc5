# Exceptions raised inside comparisons, hashing, iteration, attribute hooks, with, comprehensions, finalizers, keys, callbacks.
class Boom(Exception):
    pass


class Mean:
    def __init__(self, what):
        self.what = what

    def trip(self, op):
        if self.what == op:
            raise Boom(op)

    def __eq__(self, o):
        self.trip("eq")
        return False

    def __lt__(self, o):
        self.trip("lt")
        return False

    def __hash__(self):
        self.trip("hash")
        return 1

    def __bool__(self):
        self.trip("bool")
        return True

    def __len__(self):
        self.trip("len")
        return 1

    def __iter__(self):
        self.trip("iter")
        return iter([self])

    def __contains__(self, x):
        self.trip("contains")
        return False

    def __getattr__(self, n):
        self.trip("getattr")
        raise AttributeError(n)

    def __getitem__(self, i):
        self.trip("getitem")
        return i

    def __setitem__(self, i, v):
        self.trip("setitem")

    def __delitem__(self, i):
        self.trip("delitem")

    def __call__(self, *a):
        self.trip("call")

    def __add__(self, o):
        self.trip("add")
        return self

    def __iadd__(self, o):
        self.trip("iadd")
        return self

    def __neg__(self):
        self.trip("neg")
        return self

    def __index__(self):
        self.trip("index")
        return 0

    def __enter__(self):
        self.trip("enter")
        return self

    def __exit__(self, *a):
        self.trip("exit")

    def __repr__(self):
        self.trip("repr")
        return "Mean"

    def __format__(self, s):
        self.trip("format")
        return "fmt"

    def __set_name__(self, o, n):
        self.trip("set_name")

    def __next__(self):
        self.trip("next")
        raise StopIteration

    def __getstate__(self):
        self.trip("getstate")
        return {}


def use_with(m):
    with m:
        pass


def use_del(m):
    del m[0]


def use_set(m):
    m[0] = 1


def use_iadd(m):
    m += 1


def use_for(m):
    for x in m:
        pass


def use_unpack(m):
    a, = m


USES = {
    "eq": [lambda m: m == 1, lambda m: [1].index(m), lambda m: m in [1], lambda m: {m: 1, 1: 2}, lambda m: (m,) == (1,), lambda m: [1, 2].count(m), lambda m: [0].remove(m), lambda m: {1: 2}.get(m), lambda m: {1} & {m}],
    "lt": [lambda m: m < 1, lambda m: sorted([m, m]), lambda m: min(m, m), lambda m: [m] < [m, 1] and m < m, lambda m: max([1, m], key=lambda x: m) if m < 1 else 0],
    "hash": [lambda m: hash(m), lambda m: {m}, lambda m: {m: 1}, lambda m: {}.get(m), lambda m: {1}.add(m), lambda m: frozenset([m]), lambda m: hash((1, m)), lambda m: {k: 1 for k in [m]}],
    "bool": [lambda m: not m, lambda m: m and 1, lambda m: [x for x in [1] if m], lambda m: any([m]), lambda m: list(filter(None, [m])), lambda m: 1 if m else 2, lambda m: bool(m)],
    "len": [lambda m: len(m)],
    "iter": [list, tuple, set, use_for, use_unpack, lambda m: [*m], lambda m: sum(m), lambda m: ",".join(m), lambda m: dict(m), lambda m: [].extend(m), lambda m: (lambda *a: 0)(*m), lambda m: zip(m), lambda m: enumerate(m), lambda m: [x for x in m]],
    "contains": [lambda m: 1 in m, lambda m: 1 not in m],
    "getattr": [lambda m: m.x, lambda m: hasattr(m, "x"), lambda m: getattr(m, "x", 1)],
    "getitem": [lambda m: m[0], lambda m: m[1:2], lambda m: "{0[a]}".format(m)],
    "setitem": [use_set],
    "delitem": [use_del],
    "call": [lambda m: m(), lambda m: m(*[1]), lambda m: list(map(m, [1])), lambda m: sorted([1], key=m), lambda m: [1].sort(key=m)],
    "add": [lambda m: m + 1, lambda m: sum([m], m)],
    "iadd": [use_iadd],
    "neg": [lambda m: -m],
    "index": [lambda m: [1][m], lambda m: range(m), lambda m: "a" * m, lambda m: [1, 2][m:], lambda m: hex(m), lambda m: bytes(m)],
    "enter": [use_with],
    "exit": [use_with],
    "repr": [repr, str, lambda m: f"{m!r}", lambda m: "%s" % m, lambda m: repr([m]), lambda m: repr({1: m}), print],
    "format": [lambda m: f"{m}", lambda m: format(m), lambda m: "{}".format(m)],
    "set_name": [lambda m: type("K", (), {"attr": m})],
    "next": [next, lambda m: next(m, 1)],
}
for what, uses in USES.items():
    for k, use in enumerate(uses):
        m = Mean(what)
        try:
            use(m)
            print(what, k, "no error")
        except Boom as e:
            print(what, k, "Boom", e, end="; ")
        except Exception as e:
            print(what, k, type(e).__name__, e)
    print()


def partial_effects():
    out = []
    items = [1, 2, Mean("bool"), 4]
    try:
        out.extend(x for x in items if x)
    except Boom:
        pass
    d = {}
    try:
        d.update([(1, 2), (Mean("hash"), 3), (4, 5)])
    except Boom:
        pass
    l = []
    try:
        l += (1 // (2 - i) for i in range(4))
    except ZeroDivisionError:
        pass
    return out, d, l


print(partial_effects())
