# dict: construction, every method, views, ordering, refusals.
def check(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


d = {"a": 1, "b": 2}
print(d, {}, dict(), dict(a=1, b=2), dict([("x", 1), ("y", 2)]), dict({"k": 1}, j=2), dict(zip("ab", range(2))), {**d, "c": 3}, {**d, **{"a": 9}}, dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), {i: i * i for i in range(4)})
print(d["a"], d.get("a"), d.get("z"), d.get("z", 5), "a" in d, "z" not in d, len(d), list(d), list(d.keys()), list(d.values()), list(d.items()), d.keys(), d.values(), d.items())
d["c"] = 3
d["a"] = 10
d.update({"d": 4})
d.update([("e", 5)], f=6)
d.update(g=7)
print(d, d.pop("a"), d.pop("zz", None), d.popitem(), d.setdefault("b", 99), d.setdefault("n", []), d.setdefault("m"), d)
del d["b"]
d["b"] = "again"
print(list(d), list(reversed(d)), list(reversed(d.items())), list(reversed(d.values())), d.copy() == d, d.copy() is d)
print({1: "a"} | {2: "b"}, {1: "a"} | {1: "z"}, {1: 2} == {1: 2.0}, {1: 2, 3: 4} == {3: 4, 1: 2}, {1: 2} != {1: 3}, {} == [], bool({}), bool({0: 0}))
e = {1: 1}
f = e
e |= {2: 2}
e |= [(3, 3)]
print(e, f is e)
print({1: "int", True: "bool", 1.0: "float"}, {0: "a", 0.0: "b", False: "c", -0.0: "d"}, {"a": 1, "a": 2}, {(1, 2): "t", "s": 1, None: 2, 1.5: 3, b"b": 4, frozenset([1]): 5, ...: 6, int: 7})
k = d.keys()
print("c" in k, k & {"c", "zz"}, sorted(k | {"zz"}), sorted(k - {"c"}), sorted(k ^ {"c", "q"}), k == set(d), k.isdisjoint(["nope"]), len(k), {"c"} <= k, k >= {"c", "d"}, k.mapping["c"])
i = {"x": 1, "y": 2}.items()
print(("x", 1) in i, ("x", 2) in i, i & {("x", 1)}, sorted(i | {("z", 3)}), i == {("x", 1), ("y", 2)}, 1 in {"x": 1}.values())
view = d.values()
d["late"] = "seen"
print(list(view)[-1], len(view))
check(lambda: d["missing"])
check(lambda: d[[]])
check(lambda: {}[()])
check(lambda: {[]: 1})
check(lambda: {{}: 1})
check(lambda: d.pop("missing"))
check({}.popitem)
check(d.get)
check(dict, 5)
check(dict, [1])
check(dict, [(1, 2, 3)])
check(dict, ["ab", "cd"])
check(dict, ["abc"])
check(dict, None)
check(lambda: {} < {})
check(lambda: {} + {})
check(lambda: {} | [])
check(lambda: {}.keys() + 1)
check(lambda: {}.update(5))
check(lambda: {}.update([5]))
check(lambda: hash({}))
check(lambda: {}.nope)
check(lambda: dict(**{1: 2}))
check(lambda: {**5})
check(lambda: {}.setdefault([], 1))
check(lambda: dict.fromkeys(5))
check(lambda: {}.get(1, 2, 3))
check(lambda: {}.get(key=1))


def delete():
    del {}["x"]


check(delete)


class M(dict):
    def __missing__(self, key):
        return f"<{key}>"


m = M(a=1)
print(m["a"], m["zz"], m.get("zz"), "zz" in m, m, len(m), type(m.copy()).__name__, type(m | {}).__name__, isinstance(m, dict))


class Keys:
    def keys(self):
        return ["p", "q"]

    def __getitem__(self, k):
        return k * 2


print(dict(Keys()), {**Keys()}, dict(Keys(), r=1))
r = {}
r["self"] = r
print(r, str({"v": r.values()})[:60])
n = {}
for i in range(1000):
    n[i * 7 % 1009] = i
for i in range(0, 1000, 3):
    n.pop(i * 7 % 1009)
print(len(n), sum(n), sum(n.values()), list(n)[:5], list(n.items())[-3:])
for i in range(500):
    n[str(i)] = i
    n[float(i) + 0.5] = i
    n[(i, i)] = i
print(len(n), n["77"], n[77.5], n[(77, 77)], n[2 * 7])
n.clear()
n[1] = 2
print(n, sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]), max({"x": 1, "y": 5}.items(), key=lambda kv: kv[1]), {v: k for k, v in {"x": 1}.items()}, dict(sorted({"q": 1, "p": 2}.items())))
nested = {"a": {"b": {"c": [1, {"d": 2}]}}}
print(nested["a"]["b"]["c"][1]["d"], nested)
nested["a"]["b"]["c"][1]["d"] += 5
print(nested)
