# array, bisect and heapq.
from array import array
import bisect
import heapq


def check(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__ + ":", e)


a = array("i", [3, 1, 2])
a.append(5)
a.extend([6, 7])
a.insert(0, -1)
print(a, a[0], a[-1], a[1:3], len(a), a.typecode, a.itemsize, a.index(5), a.count(1), a.pop(), a.tolist(), a + array("i", [9]), a * 2, a == array("i", [-1, 3, 1, 2, 5, 6]), 5 in a, list(reversed(a)), sum(a), sorted(a))
a.remove(3)
a.reverse()
a[0] = 100
a[1:3] = array("i", [8, 8, 8])
del a[-1]
print(a, a.tobytes()[:4], array("i", a.tobytes()) == a, a < array("i", [101]), array("d", [1.5, 2]), array("b", b"ab"), array("B"), array("f", [0.1])[0], array("q", [2**62, -2**62]), array("Q", [2**64 - 1]), array("h", range(3)))
for code in "bBhHiIqQfd":
    arr = array(code, [1, 2, 3])
    print(code, arr.itemsize, arr, bytes(arr)[:8])
check(array, "b", [128])
check(array, "B", [-1])
check(array, "i", [1.5])
check(array, "i", ["a"])
check(array, "z", [])
check(array, "d", ["x"])
check(a.append, "x")
check(a.index, 12345)
check(a.remove, 12345)
check(lambda: array("i")[0])
check(array("i").pop)
check(lambda: array("i", [1]) + array("d", [1]))
check(lambda: array("i", [1]) + [1])
check(lambda: a.__setitem__(0, 1.5))
check(array("i").frombytes, b"abc")
b = array("d", [0.0]) * 5
for i in range(5):
    b[i] = i * 0.5
b.fromlist([9.5])
b.byteswap()
b.byteswap()
print(b, b.tolist(), b[::2], b[::-1], memoryview(b).format, max(b), [x * 2 for x in b])
grid = [array("i", [0] * 4) for _ in range(3)]
grid[1][2] = 7
print([list(r) for r in grid])
l = [1, 3, 3, 5, 8]
print([bisect.bisect_left(l, x) for x in range(10)], [bisect.bisect_right(l, x) for x in range(10)], bisect.bisect(l, 3, 0, 2), bisect.bisect_left(l, 3, lo=2), bisect.bisect_left(["a", "bb", "ccc"], 2, key=len))
bisect.insort(l, 4)
bisect.insort_left(l, 3)
bisect.insort(l, 0, key=lambda v: -v if v > 100 else v)
print(l)
check(bisect.bisect, [1, "a"], 0.5)
check(bisect.bisect, [1], "a")
check(bisect.bisect_left, [1], 1, -1)
h = []
for x in [5, 2, 8, 1, 9, 3]:
    heapq.heappush(h, x)
print(h, [heapq.heappop(h) for _ in range(6)])
h = [9, 4, 7, 1, 8, 2]
heapq.heapify(h)
print(h, heapq.heappushpop(h, 0), heapq.heapreplace(h, 10), h, heapq.nlargest(3, [1, 5, 2, 8]), heapq.nsmallest(2, ["bb", "a", "ccc"], key=len), list(heapq.merge([1, 4], [2, 3], [0, 9])), list(heapq.merge([3, 1], [4, 2], reverse=True)))
check(heapq.heappop, [])
check(heapq.heappush, (), 1)
check(heapq.heapify, [1, "a"])


class Item:
    def __init__(self, p, n):
        self.p, self.n = p, n

    def __lt__(self, o):
        return self.p < o.p


h = []
for i, (p, n) in enumerate([(3, "c"), (1, "a"), (2, "b")]):
    heapq.heappush(h, Item(p, n))
print("".join(heapq.heappop(h).n for _ in range(3)))
graph = {i: [((i * 7 + k * 3) % 50, (i * k) % 11 + 1) for k in range(1, 5)] for i in range(50)}
dist = {0: 0}
queue = [(0, 0)]
while queue:
    d, at = heapq.heappop(queue)
    if d > dist[at]:
        continue
    for nxt, w in graph[at]:
        if d + w < dist.get(nxt, 10**9):
            dist[nxt] = d + w
            heapq.heappush(queue, (d + w, nxt))
print(len(dist), sum(dist.values()), max(dist.values()))
heapq.heapify_max(x := [1, 5, 2])
print(x)
