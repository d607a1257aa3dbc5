# Nested literals, aliasing, deep equality, recursive repr, comparison chains across kinds.
m = [[i * j for j in range(4)] for i in range(4)]
print(m, [list(r) for r in zip(*m)], [x for row in m for x in row if x % 2], sum(map(sum, m)), [row[:] for row in m] == m)
t = {"list": [1, [2, [3, [4]]]], "dict": {"a": {"b": ()}}, "tuple": (1, (2,)), "set": frozenset([frozenset([1])])}
print(t)
u = {"list": [1, [2, [3, [4]]]], "dict": {"a": {"b": ()}}, "tuple": (1, (2,)), "set": frozenset([frozenset([1])])}
print(t == u, t["list"] is u["list"], t["list"][1][1][1][0])
u["list"][1][1][1].append(5)
print(t == u, u["list"])
a = [1]
b = [a, a]
a.append(2)
print(b, b[0] is b[1])
c = {}
c["me"] = c
c["l"] = [c]
print(c)
d = []
d.append((d, {"d": d}))
print(d)
try:
    print(d == [(d, {"d": d})])
except RecursionError:
    print("RecursionError")
x = []
y = [x]
x.append(y)
try:
    print(x == y)
except RecursionError:
    print("RecursionError")
deep = []
for _ in range(50):
    deep = [deep]
print(deep)
n = 0
while deep:
    deep = deep[0]
    n += 1
print(n)
print([1, 2, 3] == [1, 2, 3.0], (1, [2]) == (1, [2]), {1: [2]} == {1: (2,)}, [None] == [0], [[]] == [()], [1, [2, 3]] < [1, [2, 4]], [(1, "b")] < [(1, "c")])
tree = {"v": 1, "kids": [{"v": 2, "kids": []}, {"v": 3, "kids": [{"v": 4, "kids": []}]}]}


def walk(node, depth=0):
    yield depth, node["v"]
    for kid in node["kids"]:
        yield from walk(kid, depth + 1)


print(list(walk(tree)), sum(v for _, v in walk(tree)))


def flatten(v):
    if isinstance(v, (list, tuple)):
        return [y for x in v for y in flatten(x)]
    return [v]


print(flatten([1, [2, (3, [4, []], 5)], [[[[6]]]]]))


def deep_update(base, extra):
    for k, v in extra.items():
        if isinstance(v, dict) and isinstance(base.get(k), dict):
            deep_update(base[k], v)
        else:
            base[k] = v
    return base


print(deep_update({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"c": 9, "e": {}}, "f": [1]}))
grid = [["." for _ in range(8)] for _ in range(5)]
for i in range(5):
    grid[i][i] = "\\"
    grid[i][7 - i] = "/"
print("\n".join("".join(r) for r in grid))
groups = {}
for w in "apple avocado bean cherry cabbage beet".split():
    groups.setdefault(w[0], []).append(w)
print(groups, {k: len(v) for k, v in groups.items()}, sorted(groups.items(), key=lambda kv: (-len(kv[1]), kv[0])))
graph = {"a": ["b", "c"], "b": ["d"], "c": ["d", "e"], "d": ["f"], "e": ["f"], "f": []}


def paths(at, goal, trail=()):
    trail = trail + (at,)
    if at == goal:
        return [trail]
    return [p for nxt in graph[at] for p in paths(nxt, goal, trail)]


print(paths("a", "f"))
seen, order, queue = {"a"}, [], ["a"]
while queue:
    at = queue.pop(0)
    order.append(at)
    for nxt in graph[at]:
        if nxt not in seen:
            seen.add(nxt)
            queue.append(nxt)
print(order)
matrix = {(i, j): i * 10 + j for i in range(3) for j in range(3)}
print(matrix[1, 2], matrix[(2, 0)], [matrix[i, i] for i in range(3)], {k: v for k, v in matrix.items() if k[0] > k[1]})
s = [[3, 1], [2], [], [1, 5, 0]]
print(sorted(s), sorted(s, key=len), max(s), min(s), sorted(s, key=sum, reverse=True), [sorted(r) for r in s], list(map(len, s)))
