# Weak references, finalizers and cycles, with explicit collections only.
import gc
import weakref


class Node:
    def __init__(self, name):
        self.name = name
        self.links = []

    def __repr__(self):
        return "Node " + self.name


keep = Node("kept")
r = weakref.ref(keep)
print(r() is keep, r == weakref.ref(keep), r is weakref.ref(keep), weakref.getweakrefcount(keep), hash(r) == hash(keep))
events = []


def make_cycle():
    a, b = Node("a"), Node("b")
    a.links.append(b)
    b.links.append(a)
    return weakref.ref(a, lambda ref: events.append("a died")), weakref.ref(b)


def scrub(depth=30):
    """Overwrites what earlier calls left on the native stack."""
    return 0 if depth == 0 else scrub(depth - 1) + len([depth, str(depth)])


refs = [make_cycle() for _ in range(20)]
scrub()
gc.collect()
dead = sum(1 for a, b in refs if a() is None and b() is None)
print(dead >= 18, len(events) == dead)
vd = weakref.WeakValueDictionary()
kd = weakref.WeakKeyDictionary()
ws = weakref.WeakSet()
vd["k"] = keep
kd[keep] = "value"
ws.add(keep)
print(vd["k"] is keep, kd[keep], keep in ws, len(vd), len(kd), len(ws))


def fill():
    for i in range(50):
        n = Node(str(i))
        vd[i] = n
        kd[n] = i
        ws.add(n)


fill()
scrub()
gc.collect()
print(len(vd) <= 3, len(kd) <= 3, len(ws) <= 3, "k" in vd, keep in kd, keep in ws)


class Fin:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        done.append(self.n)


done = []


def churn():
    for i in range(100):
        Fin(i)
        x = [Fin(1000 + i)]
        x.append(x)


churn()
scrub()
gc.collect()
gc.collect()
print(len(done) >= 190, len(set(done)) == len(done))


class Phoenix:
    def __del__(self):
        saved.append(self)


saved = []


def rise():
    p = Phoenix()
    p.tag = "risen"


rise()
scrub()
gc.collect()
print(len(saved), saved and saved[0].tag)
for bad in (5, "s", None, (1,), [1], {1: 2}):
    try:
        weakref.ref(bad)
        print("ok", type(bad).__name__)
    except TypeError as e:
        print("TypeError:", e)
print(weakref.ref(len)() is len, weakref.ref({1})() in ({1}, None), weakref.ref(Node)() is Node, weakref.ref(scrub)() is scrub)
p = weakref.proxy(keep)
print(p.name, p.links, type(p).__name__)
p.name = "through proxy"
print(keep.name)
m = weakref.WeakMethod(keep.__init__)
print(m()("again"), keep.name)


def finalizer():
    n = Node("fin")
    weakref.finalize(n, events.append, "finalized")


events.clear()
finalizer()
scrub()
gc.collect()
print(events)
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), gc.isenabled(), isinstance(gc.collect(), int))
big = []
for i in range(20000):
    big.append([i, str(i), (i,), {i: i}])
    if i % 5000 == 4999:
        big = big[2500:]
print(len(big), big[0][0], big[-1], sum(b[0] for b in big))
tree = None
for i in range(50000):
    tree = (i, tree) if i % 1000 else None
d = 0
while tree:
    d, tree = d + 1, tree[1]
print(d)
