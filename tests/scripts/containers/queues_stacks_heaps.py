# Data structures written by hand: heap, ring buffer, linked list, trie, union-find, LRU, binary tree, graph search.
class Heap:
    def __init__(self):
        self.a = []

    def push(self, v):
        a = self.a
        a.append(v)
        i = len(a) - 1
        while i and a[i] < a[(i - 1) // 2]:
            a[i], a[(i - 1) // 2] = a[(i - 1) // 2], a[i]
            i = (i - 1) // 2

    def pop(self):
        a = self.a
        top, last = a[0], a.pop()
        if a:
            a[0] = last
            i = 0
            while 2 * i + 1 < len(a):
                c = 2 * i + 1
                if c + 1 < len(a) and a[c + 1] < a[c]:
                    c += 1
                if a[i] <= a[c]:
                    break
                a[i], a[c] = a[c], a[i]
                i = c
        return top


h = Heap()
for i in range(500):
    h.push(i * 7919 % 1009)
out = [h.pop() for _ in range(500)]
print(out == sorted(out), out[:5], out[-3:])


class Ring:
    def __init__(self, n):
        self.a, self.start, self.size = [None] * n, 0, 0

    def put(self, v):
        if self.size == len(self.a):
            raise OverflowError("full")
        self.a[(self.start + self.size) % len(self.a)] = v
        self.size += 1

    def get(self):
        if not self.size:
            raise LookupError("empty")
        v = self.a[self.start]
        self.start = (self.start + 1) % len(self.a)
        self.size -= 1
        return v


r = Ring(4)
log = []
for i in range(60):
    try:
        if i % 3:
            r.put(i)
        else:
            log.append(r.get())
    except (OverflowError, LookupError) as e:
        log.append(str(e))
print(log)


class Trie:
    def __init__(self):
        self.kids = {}
        self.end = False

    def add(self, w):
        node = self
        for c in w:
            node = node.kids.setdefault(c, Trie())
        node.end = True

    def complete(self, p):
        node = self
        for c in p:
            if c not in node.kids:
                return
            node = node.kids[c]
        yield from node.walk(p)

    def walk(self, p):
        if self.end:
            yield p
        for c in sorted(self.kids):
            yield from self.kids[c].walk(p + c)


t = Trie()
for w in "car cart care cat dog do door".split():
    t.add(w)
print(list(t.complete("ca")), list(t.complete("do")), list(t.complete("x")), sum(1 for _ in t.walk("")))


class Union:
    def __init__(self, n):
        self.p = list(range(n))

    def find(self, x):
        while self.p[x] != x:
            self.p[x] = self.p[self.p[x]]
            x = self.p[x]
        return x

    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        self.p[a] = b
        return a != b


u = Union(200)
joined = sum(u.join(i, i * i % 200) for i in range(200))
print(joined, len({u.find(i) for i in range(200)}))


class Tree:
    __slots__ = ("key", "left", "right", "pri")
    seed = 1

    def __init__(self, key):
        Tree.seed = Tree.seed * 48271 % 2147483647
        self.key, self.left, self.right, self.pri = key, None, None, Tree.seed


def insert(t, k):
    if t is None:
        return Tree(k)
    if k < t.key:
        t.left = insert(t.left, k)
        if t.left.pri > t.pri:
            l = t.left
            t.left, l.right = l.right, t
            return l
    elif k > t.key:
        t.right = insert(t.right, k)
        if t.right.pri > t.pri:
            r = t.right
            t.right, r.left = r.left, t
            return r
    return t


def walk(t):
    if t:
        yield from walk(t.left)
        yield t.key
        yield from walk(t.right)


def height(t):
    return 0 if t is None else 1 + max(height(t.left), height(t.right))


root = None
for i in range(400):
    root = insert(root, i * 37 % 401)
print(list(walk(root)) == sorted(range(0, 401))[:0] or len(list(walk(root))), height(root) < 30, next(walk(root)))
grid = ["S.#.....", "..#.###.", "..#.#...", ".##.#.#.", "....#.#E"]


def path(grid):
    cells = {(x, y): c for y, r in enumerate(grid) for x, c in enumerate(r)}
    start = next(k for k, c in cells.items() if c == "S")
    queue, seen = [(start, 0)], {start}
    for (x, y), d in queue:
        if cells[x, y] == "E":
            return d, len(seen)
        for nxt in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if cells.get(nxt, "#") != "#" and nxt not in seen:
                seen.add(nxt)
                queue.append((nxt, d + 1))


print(path(grid))


def topo(deps):
    order, state = [], {}

    def visit(n):
        if state.get(n) == 1:
            raise ValueError("cycle at " + n)
        if n not in state:
            state[n] = 1
            for m in sorted(deps.get(n, ())):
                visit(m)
            state[n] = 2
            order.append(n)

    for n in sorted(deps):
        visit(n)
    return order


print(topo({"app": {"lib", "log"}, "lib": {"core"}, "log": {"core"}, "core": set()}))
try:
    topo({"a": {"b"}, "b": {"a"}})
except ValueError as e:
    print(e)


def floyd(n):
    d = [[0 if i == j else (i * 7 + j * 3) % 11 + 1 if (i + j) % 3 else 10**9 for j in range(n)] for i in range(n)]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if d[i][k] + d[k][j] < d[i][j]:
                    d[i][j] = d[i][k] + d[k][j]
    return sum(map(sum, d)), max(map(max, d))


print(floyd(18))


def knapsack(items, cap):
    best = [0] * (cap + 1)
    for w, v in items:
        for c in range(cap, w - 1, -1):
            best[c] = max(best[c], best[c - w] + v)
    return best[cap]


print(knapsack([(i % 7 + 1, i * 3 % 11) for i in range(30)], 40))
