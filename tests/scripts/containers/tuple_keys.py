# Tuples as keys and in comparisons: nested, named, of mixed numbers, of objects whose `__eq__` tells when it is asked.
from collections import namedtuple

Point = namedtuple("Point", "x y")


class Loud:
    def __init__(self, name, equal):
        self.name, self.equal = name, equal

    def __eq__(self, other):
        print("eq", self.name, getattr(other, "name", other))
        return self.equal

    def __hash__(self):
        return 7

    def __repr__(self):
        return self.name


class Odd(tuple):
    def __eq__(self, other):
        print("odd", tuple(self))
        return NotImplemented

    __hash__ = tuple.__hash__


nan = float("nan")
values = [
    (), (1,), (True,), (1.0,), (0,), (None,), (0.0,), (-0.0,), ("",), ("a", "b"), ("ab",), (nan,), (1, 2), Point(1, 2),
    (1, (2, (3, "x"))), (1, (2, (3, "y"))), (1, (2, (3, "x"), None)), (1.5, None), (2**70, "big"), (b"a",), ("a",),
    ((((((((((1,),),),),),),),),),), ((((((((((2,),),),),),),),),),), [1], ([1],),
]
for a in values:
    print("".join("=" if a == b else "." if a != b else "?" for b in values))

table = {}
for value in values:
    try:
        table[value] = table.get(value, 0) + 1
    except TypeError as e:
        print(type(e).__name__)
print(table)
for again in ((1,), (True,), Point(1, 2), (nan,), (1, (2, (3, "x"))), (float("nan"),), ((((((((((2,),),),),),),),),),)):
    print(again in table, again in set(table), table.get(again))

print((Loud("a", True), 1) == (Loud("b", False), 1), (Loud("a", False), 1) == (Loud("b", True), 2))
print((1, Loud("a", True)) == (2, Loud("b", True)), (Loud("a", True),) == (Loud("b", True), 5), (5, Loud("c", True)) != (5,))
print({(1, Loud("k", True)): 1}.get((1, Loud("l", True))), (1, Loud("m", True)) in {(1, Loud("n", True))})
print(Odd((1, 2)) == (1, 2), (1, 2) == Odd((1, 2)), {Odd((3,)): 1}.get((3,)), (0, Odd((3,))) == (0, (3,)))


def grid(n):
    # Keys made anew at each look-up.
    seen, count = {}, 0
    for i in range(n):
        for j in range(n):
            seen[i % 7, (j % 5, str(j % 3))] = seen.get((i % 7, (j % 5, str(j % 3))), 0) + 1
            count += (i, j) in seen or (Point(i % 7, (j % 5, str(j % 3)))) in seen
    return len(seen), count, sum(seen.values())


print(grid(60))
