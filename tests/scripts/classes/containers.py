# Container dunders: sequences, mappings, iteration fallbacks, deletion, missing, reversed, hints.
class Ring:
    def __init__(self, items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return Ring(self.items[i])
        return self.items[i % len(self.items)]

    def __setitem__(self, i, v):
        self.items[i % len(self.items)] = v

    def __delitem__(self, i):
        del self.items[i % len(self.items)]

    def __reversed__(self):
        return iter(["r"] + self.items[::-1])

    def __repr__(self):
        return f"Ring({self.items})"


r = Ring("abc")
print(len(r), r[0], r[5], r[-1], r[1:], list(reversed(r)), bool(r), bool(Ring([])))
r[4] = "Z"
del r[3]
r[0] += "!"
print(r)


class OnlyGet:
    def __getitem__(self, i):
        if i < 3:
            return i * 10
        raise IndexError("done")


class GetLen(OnlyGet):
    def __len__(self):
        return 3


print(list(OnlyGet()), 20 in OnlyGet(), 25 in OnlyGet(), [*OnlyGet()], list(reversed(GetLen())), list(zip(OnlyGet(), "ab")), dict(enumerate(OnlyGet())), max(OnlyGet()), sorted(OnlyGet(), reverse=True))
a, b, c = OnlyGet()
print(a, b, c)


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: reversed(OnlyGet()))
check(lambda: len(OnlyGet()))
check(lambda: OnlyGet()["a"])


class Tracker(dict):
    def __missing__(self, key):
        self[key] = value = len(self)
        return value

    def __contains__(self, k):
        return k == "always" or super().__contains__(k)

    def __iter__(self):
        return iter(sorted(super().keys(), reverse=True))


t = Tracker()
print([t[w] for w in "the cat the dog the end".split()], dict(t.items()), "always" in t, "zzz" in t, list(t), t.get("nope"))


class Len:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


check(lambda: len(Len(3)))
check(lambda: len(Len(-1)))
check(lambda: len(Len("a")))
check(lambda: len(Len(1.0)))
check(lambda: len(Len(True)))
check(lambda: bool(Len(0)))


class NoContains:
    __contains__ = None

    def __iter__(self):
        return iter([1])


class NoHash:
    __hash__ = None


check(lambda: 1 in NoContains())
check(lambda: hash(NoHash()))
check(lambda: {NoHash(): 1})


class Grid:
    def __getitem__(self, key):
        return key

    def __class_getitem__(cls, k):
        return f"{cls.__name__}[{k}]"


print(Grid()[1, 2:3, ...], Grid[int], Grid[1, 2], Grid()[:, ::2])
check(lambda: NoHash[int])


class Stack(list):
    push = list.append

    def peek(self):
        return self[-1]

    @property
    def empty(self):
        return not self


s = Stack()
s.push(1)
s.push(2)
print(s.peek(), s.pop(), s.empty, s, s == [1], isinstance(s, list), len(s))


class LRU:
    def __init__(self, size):
        self.size = size
        self.data = {}

    def __getitem__(self, k):
        v = self.data.pop(k)
        self.data[k] = v
        return v

    def __setitem__(self, k, v):
        self.data.pop(k, None)
        self.data[k] = v
        if len(self.data) > self.size:
            del self.data[next(iter(self.data))]

    def __contains__(self, k):
        return k in self.data

    def __iter__(self):
        yield from self.data


c = LRU(2)
c["a"], c["b"] = 1, 2
c["a"]
c["c"] = 3
print(list(c), "b" in c, c["a"])
check(lambda: c["gone"])


class Poly:
    def __init__(self, *c):
        self.c = c

    def __call__(self, x):
        total = 0
        for k in reversed(self.c):
            total = total * x + k
        return total

    def __mul__(self, o):
        out = [0] * (len(self.c) + len(o.c) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(o.c):
                out[i + j] += a * b
        return Poly(*out)

    def __eq__(self, o):
        return self.c == o.c

    def __str__(self):
        return " + ".join(f"{k}x^{i}" for i, k in enumerate(self.c) if k)


p = Poly(1, 2) * Poly(-1, 0, 3)
print(p, p(2), p == Poly(-1, -2, 3, 6), [p(i) for i in range(-2, 3)])


class LinkedList:
    class Node:
        __slots__ = "value", "next"

        def __init__(self, value, next=None):
            self.value = value
            self.next = next

    def __init__(self, items=()):
        self.head = None
        self.size = 0
        for i in reversed(list(items)):
            self.push(i)

    def push(self, v):
        self.head = self.Node(v, self.head)
        self.size += 1

    def __iter__(self):
        n = self.head
        while n is not None:
            yield n.value
            n = n.next

    def __len__(self):
        return self.size

    def reverse(self):
        prev, n = None, self.head
        while n:
            n.next, prev, n = prev, n, n.next
        self.head = prev


l = LinkedList(range(5))
l.push("top")
l.reverse()
print(list(l), len(l), 3 in l, "top" in l)


class Default:
    def __init__(self, f):
        self.f, self.d = f, {}

    def __getitem__(self, k):
        return self.d.setdefault(k, self.f()) if k not in self.d else self.d[k]


d = Default(list)
d["x"].append(1)
d["x"].append(2)
print(d.d, d["y"])
