# __slots__: storage, inheritance, conflicts, __dict__ and weakrefs.
import weakref


class P:
    __slots__ = ("x", "y")

    def __init__(self, x, y=None):
        self.x = x
        if y is not None:
            self.y = y

    def __repr__(self):
        return f"P({self.x})"


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


p = P(1, 2)
print(p.x, p.y, P.__slots__, hasattr(p, "__dict__"), type(P.x).__name__)
p.x = "changed"
p.y += 5
print(p.x, p.y)
del p.y
check(lambda: p.y)
check(lambda: delattr(p, "y"))
check(lambda: setattr(p, "z", 1))
check(lambda: P(1).y)
check(lambda: p.__dict__)
check(lambda: weakref.ref(p))
check(lambda: vars(p))


class Q(P):
    __slots__ = ("z",)


q = Q(1, 2)
q.z = 3
print(q.x, q.y, q.z)
check(lambda: setattr(q, "w", 1))


class R(Q):
    pass


r = R(1, 2)
r.w = 5
r.z = 6
print(r.w, r.z, vars(r), r.x)


class S:
    __slots__ = ("a", "__dict__", "__weakref__")


s = S()
s.a = 1
s.free = 2
print(s.a, vars(s), weakref.ref(s)() is s)


class T:
    __slots__ = "single"


t = T()
t.single = 5
print(t.single)


class Empty:
    __slots__ = ()


check(lambda: setattr(Empty(), "x", 1))
check(lambda: type("Bad", (), {"__slots__": ("a",), "a": 1}))
check(lambda: type("Bad", (), {"__slots__": ("1x",)}))
check(lambda: type("Bad", (), {"__slots__": (5,)}))
check(lambda: type("Bad", (P, type("Other", (), {"__slots__": ("o",)})), {}))
check(lambda: type("Ok", (P, Empty), {"__slots__": ()})(1).x)
check(lambda: type("Bad", (int,), {"__slots__": ("v",)})(5))
check(lambda: type("Bad", (tuple,), {"__slots__": ("v",)}))


class Priv:
    __slots__ = ("__hidden", "_one")

    def __init__(self):
        self.__hidden = 1

    def get(self):
        return self.__hidden


print(Priv().get(), Priv._Priv__hidden.__name__)
P.class_attr = "shared"
print(p.class_attr)
check(lambda: setattr(p, "class_attr", 1))
print(P.x.__get__(p, P), P.x.__get__(None, P) is P.x)
P.x.__set__(p, 99)
print(p.x)
P.x.__delete__(p)
check(lambda: p.x)
check(lambda: P.x.__get__(5, int))


class D:
    __slots__ = {"doc": "described slot", "other": None}


print(D.doc.__doc__, sorted(D.__slots__))


class Node:
    __slots__ = ("value", "next")

    def __init__(self, value, next):
        self.value = value
        self.next = next


head = None
for i in range(1000):
    head = Node(i, head)
total = 0
n = head
while n is not None:
    total += n.value
    n = n.next
print(total)
objs = [P(i, i * 0.5) for i in range(200)]
for o in objs:
    o.x, o.y = o.y, o.x
print(sum(o.x for o in objs), sum(o.y for o in objs))
a, b = P(1, 2), P(3, 4)
a.__class__ = P
class Same:
    __slots__ = ("x", "y")
a.__class__ = Same
print(type(a).__name__, a.x)
check(lambda: setattr(b, "__class__", Q))
check(lambda: setattr(b, "__class__", Empty))
import copy
c = copy.copy(P(7, 8))
print(c.x, c.y, copy.deepcopy(Q([1], 2)).x)
