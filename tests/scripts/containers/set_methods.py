# set and frozenset. Sets of small ints come out in CPython's order; others are sorted before printing.
def check(f, *args):
    try:
        r = f(*args)
        print(sorted(r, key=str) if isinstance(r, (set, frozenset)) else r)
    except Exception as e:
        print(type(e).__name__ + ":", e)


a = {1, 2, 3}
b = {3, 4}
print(a | b, a & b, a - b, a ^ b, a | b == b | a, a <= {1, 2, 3, 4}, a < a, a <= a, a > {1}, a >= b, a == {3, 2, 1}, a != b, a.isdisjoint({7}), a.issubset([1, 2, 3, 4]), a.issuperset((1,)))
print(set(), {1}, set([1, 1, 2]), set(range(5)), frozenset(), frozenset([1, 2]), len({1, 1.0, True}), {0, 0.0, False}, {1.0, 1}, {True, 1}, bool(set()), {*range(3), *[5]}, {x % 3 for x in range(10)})
a.add(4)
a.add(4)
a.discard(1)
a.discard(100)
a.remove(2)
a.update([5, 6], (7,), {8: "x"})
print(a, len(a), 5 in a, "x" in a, a.copy() == a, a.pop() in {3, 4, 5, 6, 7, 8}, len(a))
c = {1, 2, 3, 4}
c |= {5}
c &= {1, 2, 5, 9}
c -= {9, 2}
c ^= {1, 7}
print(c, c.union([1], "ab") == {1, 5, 7, "a", "b"}, c.intersection([5, 7, 8], {7}), c.difference([5], [1]), c.symmetric_difference([5, 6]))
c.intersection_update([5, 7])
c.difference_update([5])
c.symmetric_difference_update([1, 7])
print(c)
c.clear()
print(c, c == frozenset(), {1} == frozenset({1}), hash(frozenset([1, 2])) == hash(frozenset([2, 1])), {frozenset([1]): "k"}[frozenset([1])], frozenset([1]) | {2}, type({1} | frozenset()).__name__, type(frozenset() | {1}).__name__)
print(frozenset([3]) in {frozenset([3])}, {3} in {frozenset([3])}, frozenset("ab") == set("ab"), frozenset(frozenset([1])) == {1}, set("hello") == {"h", "e", "l", "o"}, sorted(set("mississippi")))
print({i for i in range(20)}, set(range(10, 0, -1)), {5, 3, 1, 4, 2}, {8, 16, 24, 0}, {31, 7, 100, 1000}, set([0, -1, 5]))
check(lambda: {1}.remove(5))
check(lambda: {1}.remove("k"))
check(lambda: set().pop())
check(lambda: {[]})
check(lambda: {1} | [2])
check(lambda: {1} - [1])
check(lambda: {1} < [1])
check(lambda: {1} <= 5)
check(lambda: {1} + {2})
check(lambda: {1}[0])
check(lambda: set(5))
check(lambda: set(1, 2))
check(lambda: hash(set()))
check(lambda: {1}.union(5))
check(lambda: {1}.update(5))
check(lambda: frozenset([1]).add(2))
check(lambda: {set()})
check(lambda: set([[1]]))
check(lambda: [] in {1})
check(lambda: {1}.issubset(5))
s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    for x in s:
        s.discard(x)
except RuntimeError as e:
    print("RuntimeError:", e)
n = set()
for i in range(1000):
    n.add(i * 31 % 997)
for i in range(0, 997, 2):
    n.discard(i)
print(len(n), sum(n), min(n), max(n), 3 in n, 4 in n)
m = {str(i) for i in range(300)} | {(i, i) for i in range(50)} | {i + 0.5 for i in range(20)}
print(len(m), "299" in m, (49, 49) in m, 19.5 in m, (1, 2) in m)


class K:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return self.v % 3

    def __eq__(self, o):
        return isinstance(o, K) and o.v == self.v

    def __repr__(self):
        return f"K{self.v}"


ks = {K(i % 7) for i in range(50)}
print(sorted(ks, key=lambda k: k.v), K(3) in ks, K(9) in ks, len(ks - {K(1), K(2)}), sorted((ks & {K(1), K(9)}), key=repr))


class S(set):
    def add(self, v):
        super().add(v * 2)


z = S([1, 2])
z.add(5)
print(z, type(z | {1}).__name__, type(z.copy()).__name__, isinstance(z, set), z == {1, 2, 10})
print(repr({"only"}), repr(frozenset(["only"])), repr(S([7])), {None}, {()}, str({1.5}))
