# In which order the parts of every kind of expression and statement are evaluated.
log = []


def t(tag, v=None):
    log.append(tag)
    return v if v is not None else tag


class O:
    def __repr__(self):
        return "o"

    def __getitem__(self, k):
        log.append(("get", k))
        return 1

    def __setitem__(self, k, v):
        log.append(("set", k, v))

    def __delitem__(self, k):
        log.append(("del", k))

    def __getattr__(self, n):
        log.append(("getattr", n))
        return 1

    def __setattr__(self, n, v):
        log.append(("setattr", n, v))

    def __call__(self, *a, **k):
        log.append(("call", a, k))
        return self

    def __enter__(self):
        log.append("enter")
        return self

    def __exit__(self, *a):
        log.append("exit")


o = O()


def show(name):
    print(name, log)
    log.clear()


t(1) + t(2) * t(3) - t(4)
show("arithmetic")
[t("a"), t("b"), *t("c", [1])]
{t("k1"): t("v1"), t("k2"): t("v2"), **t("d", {})}
{t("x"), t("y")}
(t(1), t(2))
show("displays")
t("f", o)(t("a1"), *t("star", (1,)), t("a2"), k=t("kw"), **t("dstar", {"z": 1}))
show("call")
t("obj", o)[t("key")] = t("value")
t("obj", o).attr = t("value")
show("stores")
t("obj", o)[t("key")] += t("rhs", 5)
t("obj", o).attr += t("rhs", 5)
show("augmented")
t("o1", o)[t("k1")], t("o2", o).b = t("v1"), t("v2")
show("tuple assignment")
x = t("o3", o)[t("k3")] = t("value")
show("chained assignment")
del t("o", o)[t("k")]
show("del")
t("body") if t("cond", 0) == 0 or True else t("else")
t(1) and t(2) and t(3)
t(0, 0) or t("or")
not t("not")
show("logic")
t(1) < t(2) < t(3)
t(3) < t(2) < t(1)
show("chain")
t("s", "abc")[t("lo", 0):t("hi", 2):t("st", 1)]
show("slice")
f"{t('one')} {t('two'):{t('width', '>5')}} {t('three')!r}"
show("fstring")
[t("elt") for _ in t("iter", [1]) if t("if")]
{t("k"): t("v") for _ in t("iter", [1])}
show("comprehension")
lambda a=t("default"): t("never")


def g(a=t("d1"), *, b=t("d2")) -> t("annotation is lazy"):
    t("body")


show("def")


@t("deco1", lambda c: c)
@t("deco2", lambda c: c)
class K(t("base", object), metaclass=t("meta", type)):
    t("class body")


show("class")
with t("cm1", o) as t("target", o).y, t("cm2", o):
    t("inside")
show("with")
for t("for", o).z in t("range", [1, 2]):
    t("loop")
show("for")
try:
    raise t("exc", ValueError)("x") from t("cause", KeyError("k"))
except t("handler1", KeyError):
    pass
except t("handler2", (ValueError,)):
    t("handled")
finally:
    t("finally")
show("try")
assert t("assert"), t("not evaluated")
show("assert")


def gen():
    x = yield t("first")
    t(("got", x))
    yield t("second")


it = gen()
t(next(it))
t(it.send("sent"))
show("generator")
(y := t("walrus")) + t("after")
print(*t("args", ["p"]), sep=t("sep", "-"), end=t("end", "\n"))
show("print")
t("left", 2) ** -t("right", 1)
-t("neg", 1) ** t("pow", 2)
show("power")
match t("subject", 5):
    case 1:
        pass
    case n if t("guard1", False) or n > 100:
        pass
    case n if t("guard2"):
        t("chosen")
show("match")
i = 0
a = [0, 0, 0]
i, a[i] = 1, "x"
a[i], i = "y", 2
print(a, i)
(lambda: t("called"))()
t("receiver", o)(t("arg")).x
show("method")
