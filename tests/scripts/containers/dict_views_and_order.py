# Insertion order through every kind of change, and dict as used for namespaces, **kwargs, __dict__.
d = {}
for w in "one two three four five six".split():
    d[w] = len(w)
d.pop("three")
d["three"] = 5
d["one"] = 111
print(list(d), list(d.items()))
d = {k: d[k] for k in reversed(list(d))}
print(d)
d.update(zero=0, one=1)
print(list(d)[-1], d["one"], list(d).index("one"))
e = d | {"last": 9}
e.popitem()
e.popitem()
print(e)


def kw(**k):
    k["added"] = 1
    return list(k.items())


args = {"z": 1, "a": 2}
print(kw(**args), args, kw(b=1, **args, c=3), kw())


class C:
    pass


o = C()
o.z = 1
o.a = 2
o.m = 3
del o.a
o.a = 4
print(vars(o), list(o.__dict__), o.__dict__ == {"z": 1, "m": 3, "a": 4})
o.__dict__["injected"] = 5
print(o.injected, sorted(vars(o)))
o.__dict__ = {"fresh": 1}
print(o.fresh, hasattr(o, "z"), vars(o))
o.__dict__.clear()
print(vars(o))
o.again = 1
view = vars(o)
o.more = 2
print(view, view is o.__dict__)
for name in "abc":
    setattr(o, name, name * 2)
print({k: v for k, v in vars(o).items() if len(k) == 1}, len(view))
del view["a"]
print(hasattr(o, "a"), hasattr(o, "b"))
try:
    o.__dict__ = 5
except TypeError as err:
    print("TypeError:", err)
g = globals()
g["made_global"] = 77
print(made_global, "made_global" in globals(), globals() is g)
del g["made_global"]
try:
    made_global
except NameError as err:
    print("NameError:", err)


def local_names(a, b=2):
    c = 3
    before = sorted(locals())
    d = 4
    return before, sorted(locals()), locals()["a"]


print(local_names(1))
cls = vars(C)
print(type(cls).__name__, "__dict__" in cls, cls.get("nope"))
C.attr = 1
print("attr" in cls, cls["attr"])
try:
    cls["x"] = 1
except TypeError as err:
    print("TypeError:", err)
keys, values, items = d.keys(), d.values(), d.items()
print(len(keys), 1 in values, ("one", 1) in items, list(keys)[:2], list(items)[:2])
d.clear()
print(keys, values, items, len(keys))
d["x"] = "y"
print(keys, values, items)
print(sorted({"b": 1}.keys() | {"a"}), {"a": 1}.keys() <= {"a", "b"}, {"a": 1}.items() == {("a", 1)}, {"a": 1}.keys() == {"a": 2}.keys(), {"a": 1}.values() == {"a": 1}.values(), set({"a": 1}.items()))
big = {i: -i for i in range(5000)}
for i in range(4990):
    del big[i]
print(big, len(big))
big.update((i, i) for i in range(5))
print(list(big))
m = {"a": 1, "b": 2, "c": 3}
it = iter(m.items())
print(next(it), list(it), list(m)[1], next(iter(m)), next(reversed(m)), [k for k in m if m[k] > 1])
a, b, c = m
x, (y, z), *_ = m.items()
print(a, b, c, x, y, z)
print("%(a)d-%(c)d" % m, "{a}{b}".format(**m), dict(m, a=9), dict(**m), m == dict(reversed(list(m.items()))), [*m], {**m} is m, (lambda **k: k)(**m) == m)
print(min(m, key=m.get), max(m, key=m.get), sorted(m, key=m.get, reverse=True), sum(m.values()), list(map(m.get, "abz")), list(filter(m.get, "abz")), any(v > 2 for v in m.values()), dict(zip(m.values(), m)))
