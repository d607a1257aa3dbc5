# repr/str/format/bytes/hash/bool/del/copy hooks, __init__ chains, __class__, comparisons by default.
class T:
    def __repr__(self):
        return "repr"

    def __str__(self):
        return "str"

    def __format__(self, spec):
        return "format:" + spec

    def __bytes__(self):
        return b"bytes"

    def __hash__(self):
        return 12

    def __bool__(self):
        return False

    def __sizeof__(self):
        return 99

    def __dir__(self):
        return ["b", "a"]


t = T()
print(t, repr(t), str(t), [t], (t,), {t: t}, f"{t}", f"{t!r}", f"{t:>5}", "%s %r" % (t, t), "{} {!r}".format(t, t), bytes(t), hash(t), bool(t), not t, dir(t), t.__sizeof__())


class OnlyRepr:
    def __repr__(self):
        return "only repr"


class OnlyStr:
    def __str__(self):
        return "only str"


print(str(OnlyRepr()), f"{OnlyRepr()}", str(OnlyStr()), repr(OnlyStr()).startswith("<__main__.OnlyStr"), [OnlyStr()][0])


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


class Bad:
    def __repr__(self):
        return 5

    def __str__(self):
        return None

    def __bool__(self):
        return 2

    def __hash__(self):
        return "h"

    def __len__(self):
        return -5

    def __format__(self, s):
        return 1

    def __iter__(self):
        return 5

    def __bytes__(self):
        return "s"

    def __int__(self):
        return "1"

    def __float__(self):
        return 1

    def __index__(self):
        return 1.5

    def __contains__(self, x):
        raise ValueError("contains")

    def __call__(self):
        raise KeyError("call")

    def __complex__(self):
        return 1

    def __dir__(self):
        return 5

    def __length_hint__(self):
        return "x"


b = Bad()
for f in (repr, str, bool, hash, len, format, iter, list, bytes, int, float, hex, complex, dir, print):
    check(lambda: f(b))
check(lambda: 1 in b)
check(lambda: b())
check(lambda: [1, 2][b])
check(lambda: "%s" % b)
check(lambda: f"{b!r}")


class EqOnly:
    def __eq__(self, o):
        return True


class EqHash(EqOnly):
    __hash__ = object.__hash__


check(lambda: hash(EqOnly()))
check(lambda: isinstance(hash(EqHash()), int))
print(EqOnly() == 5, 5 == EqOnly(), EqOnly() != 5, EqOnly.__hash__)


class Del:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        gone.append(self.n)


gone = []
import gc
d = Del(1)
d = None
gc.collect()
print(gone)


class Copyable:
    def __init__(self, v):
        self.v = v

    def __copy__(self):
        return Copyable(("copy", self.v))

    def __deepcopy__(self, memo):
        return Copyable(("deep", self.v))


import copy
print(copy.copy(Copyable(1)).v, copy.deepcopy([Copyable(2)])[0].v)


class Reduce:
    def __init__(self, a):
        self.a = a

    def __reduce__(self):
        return Reduce, (self.a + 1,)


print(copy.copy(Reduce(1)).a)


class State:
    def __init__(self):
        self.x = [1]

    def __getstate__(self):
        return {"x": self.x, "extra": 1}

    def __setstate__(self, s):
        self.__dict__.update(s)


s = copy.copy(State())
print(vars(s))


class Enter:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        return False


e = Enter()
e.__enter__ = lambda: "instance"
with e as got:
    print(got is e)


class Lazy:
    def __missing__(self, k):
        return k


check(lambda: Lazy()["x"])


class Sub(str):
    def __str__(self):
        return "sub str"

    def __repr__(self):
        return "sub repr"

    def __len__(self):
        return 77


x = Sub("real")
print(x, str(x), repr(x), len(x), x + "!", f"{x}", "%s" % x, x.upper(), [x], "".join([x, "-"]), x == "real", print.__class__.__name__)


class IntSub(int):
    def __str__(self):
        return "int sub"

    def __index__(self):
        return 0

    def __bool__(self):
        return False


i = IntSub(5)
print(i, i + 1, [10, 20, 30, 40, 50, 60][i], bool(i), "%d" % i, f"{i}", f"{i:d}", i == 5, range(10)[i], -i, i * 2)


class FloatSub(float):
    def __repr__(self):
        return "float sub"

    def __add__(self, o):
        return "added"


fl = FloatSub(1.5)
print(fl, [fl], fl + 1, 1 + fl, fl * 2, f"{fl}", round(fl), "%s" % fl, fl == 1.5, sum([fl]))


class ListSub(list):
    def __len__(self):
        return 0

    def __iter__(self):
        return iter("xyz")

    def __getitem__(self, i):
        return "item"


ls = ListSub([1, 2])
print(ls, bool(ls), list(ls), [*ls], tuple(ls), ls[0], sum(list.__iter__(ls)), len(ls), sorted(ls), ",".join(ls), ls == [1, 2], [0] + ls, max(ls))
a, b, c = ls
print(a, b, c)
