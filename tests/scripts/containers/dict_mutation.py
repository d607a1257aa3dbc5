# dicts changed while walked; keys with hostile __hash__ and __eq__.
def attempt(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__ + ":", e)


def grow():
    d = {1: 1, 2: 2}
    for k in d:
        d[k + 10] = 0


def shrink():
    d = {1: 1, 2: 2, 3: 3}
    for k in d:
        del d[k]


def same_size():
    d = {1: 1, 2: 2}
    for k in d:
        print("key", k)
        if k == 1:
            del d[2]
            d[3] = 3


def values_grow():
    d = {1: 1}
    for v in d.values():
        d["x"] = v


def items_pop():
    d = {1: 1, 2: 2}
    for k, v in d.items():
        d.popitem()


def replace_ok():
    d = {1: 1, 2: 2, 3: 3}
    for k in d:
        d[k] = d[k] * 10
    print(d)


def clear_in_loop():
    d = {1: 1, 2: 2}
    for k in d:
        d.clear()


def reversed_change():
    d = {1: 1, 2: 2}
    for k in reversed(d):
        d[9] = 9


for f in (grow, shrink, same_size, values_grow, items_pop, replace_ok, clear_in_loop, reversed_change):
    print(f.__name__)
    attempt(f)
d = {1: 1, 2: 2}
it = iter(d)
next(it)
d[3] = 3
attempt(lambda: next(it))
attempt(lambda: next(it))
for k in list(d):
    if k % 2:
        del d[k]
print(d)


class Key:
    def __init__(self, name, h):
        self.name = name
        self.h = h

    def __hash__(self):
        log.append("hash " + self.name)
        return self.h

    def __eq__(self, other):
        log.append(f"eq {self.name} {other.name if isinstance(other, Key) else other}")
        return isinstance(other, Key) and self.name == other.name

    def __repr__(self):
        return self.name


log = []
a, b, c = Key("a", 1), Key("b", 1), Key("c", 2)
d = {a: "A"}
d[b] = "B"
d[c] = "C"
print(d[a], d[Key("b", 1)], Key("zz", 1) in d, c in d, len(d))
print(log)
log.clear()
del d[a]
d[Key("a", 1)] = "A2"
print(d, log)


class BadHash:
    def __hash__(self):
        raise ValueError("no hash today")


class TextHash:
    def __hash__(self):
        return "x"


class HugeHash:
    def __hash__(self):
        return 2**200 + 3


class NoHash:
    def __eq__(self, other):
        return True


class BadEq:
    def __hash__(self):
        return 7

    def __eq__(self, other):
        raise KeyError("eq failed")


attempt(lambda: {BadHash(): 1})
attempt(lambda: {TextHash(): 1})
attempt(lambda: {NoHash(): 1})
attempt(lambda: {BadEq(): 1, 7: 2})
attempt(lambda: {7: 1}[BadEq()])
attempt(lambda: BadEq() in {7: 1})
h = HugeHash()
print({h: 1}[h], hash(h) == hash(2**200 + 3))


class Mutating:
    """Clears the dict it is compared inside of."""

    def __init__(self, target, n):
        self.target = target
        self.n = n

    def __hash__(self):
        return 5

    def __eq__(self, other):
        self.target.clear()
        return False


target = {}
x, y = Mutating(target, 1), Mutating(target, 2)
target[x] = "x"
target[y] = "y"
print(len(target), target.get(Mutating(target, 3)), len(target))


class Inserting:
    count = 0

    def __init__(self, target):
        self.target = target

    def __hash__(self):
        return 9

    def __eq__(self, other):
        Inserting.count += 1
        if Inserting.count < 50:
            self.target[Inserting.count + 1000] = Inserting.count
        return self is other


target = {}
p, q = Inserting(target), Inserting(target)
target[p] = 1
target[q] = 2
print(target[p], target[q], len(target) > 2, Inserting.count > 0)
nan = float("nan")
m = {nan: 1}
print(m[nan], float("nan") in m, len({nan: 1, float("nan"): 2}), {nan} == {nan}, m == {nan: 1})
