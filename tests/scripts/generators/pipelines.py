# Programs made of generators: pipelines, merges, windows, simulation, search.
def read():
    for i in range(200):
        yield f"{i},{i * 7 % 13},{'abc'[i % 3]}"


def parse(lines):
    for line in lines:
        n, k, tag = line.split(",")
        yield int(n), int(k), tag


def where(rows, pred):
    return (r for r in rows if pred(r))


def group(rows):
    out = {}
    for n, k, tag in rows:
        out.setdefault(tag, []).append(k)
    return out


g = group(where(parse(read()), lambda r: r[0] % 2 == 0))
print({k: (len(v), sum(v)) for k, v in sorted(g.items())})


def merge(*its):
    heads = []
    for it in map(iter, its):
        for v in it:
            heads.append([v, it])
            break
    while heads:
        best = min(range(len(heads)), key=lambda i: heads[i][0])
        v, it = heads[best]
        yield v
        for nxt in it:
            heads[best][0] = nxt
            break
        else:
            heads.pop(best)


print(list(merge([1, 4, 7], range(0, 9, 3), (x * 5 for x in range(3)))))


def window(it, n):
    buf = []
    for x in it:
        buf.append(x)
        if len(buf) == n:
            yield tuple(buf)
            buf.pop(0)


print(list(window(range(6), 3)), [sum(w) / 3 for w in window([1, 5, 2, 8, 3], 3)])


def chunks(it, n):
    it = iter(it)
    while True:
        part = []
        for x in it:
            part.append(x)
            if len(part) == n:
                break
        if not part:
            return
        yield part


print(list(chunks(range(7), 3)))


def queens(n, row=0, cols=(), d1=(), d2=()):
    if row == n:
        yield cols
        return
    for c in range(n):
        if c not in cols and row + c not in d1 and row - c not in d2:
            yield from queens(n, row + 1, cols + (c,), d1 + (row + c,), d2 + (row - c,))


print(next(queens(8)), sum(1 for _ in queens(6)))


def permutations(s):
    if not s:
        yield ""
    for i, c in enumerate(s):
        for rest in permutations(s[:i] + s[i + 1:]):
            yield c + rest


print(list(permutations("abc")), sum(1 for _ in permutations("abcdef")))


def collatz(n):
    while n != 1:
        yield n
        n = n // 2 if n % 2 == 0 else 3 * n + 1
    yield 1


print(list(collatz(27))[:10], max(collatz(27)), max((sum(1 for _ in collatz(i)), i) for i in range(1, 300)))


def lcg(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        yield seed >> 33


r = lcg(42)
print([next(r) for _ in range(3)], sum(next(r) & 1 for _ in range(1000)))


def simulate(events):
    clock = 0
    pending = sorted(events)
    while pending:
        t, name, repeat = pending.pop(0)
        clock = t
        stop = yield clock, name
        if stop:
            return "stopped at %d" % clock
        if repeat and t < 20:
            pending.append((t + repeat, name, repeat))
            pending.sort()


s = simulate([(0, "tick", 5), (3, "boom", 0), (1, "tock", 7)])
print(list(s))
s = simulate([(0, "a", 2)])
next(s)
next(s)
try:
    s.send(True)
except StopIteration as e:
    print(e.value)


def bfs(start, goal):
    seen = {start}
    frontier = [(start, [start])]
    while frontier:
        at, path = frontier.pop(0)
        if at == goal:
            yield path
            return
        for nxt in (at * 2, at - 1, at + 3):
            if 0 <= nxt <= 100 and nxt not in seen:
                seen.add(nxt)
                frontier.append((nxt, path + [nxt]))


print(list(bfs(2, 37)))


def digits(n):
    while n:
        n, d = divmod(n, 10)
        yield d


print(sum(digits(2**200)), list(digits(90210)), [n for n in range(1, 2000) if n == sum(d ** len(str(n)) for d in digits(n))])


def interleave(*gens):
    gens = [iter(g) for g in gens]
    while gens:
        for g in gens[:]:
            try:
                yield next(g)
            except StopIteration:
                gens.remove(g)


print("".join(interleave("ace", "bdfg", "12")))


class Stream:
    def __init__(self, it):
        self.it = it

    def map(self, f):
        return Stream(f(x) for x in self.it)

    def filter(self, f):
        return Stream(x for x in self.it if f(x))

    def take(self, n):
        def g():
            for i, x in enumerate(self.it):
                if i == n:
                    break
                yield x
        return Stream(g())

    def __iter__(self):
        return iter(self.it)


print(list(Stream(range(10**9)).map(lambda x: x * x).filter(lambda x: x % 3 == 1).take(6)))
total = 0
for i, (a, b) in enumerate(zip(lcg(1), lcg(2))):
    total = (total * 31 + (a ^ b)) % 1000000007
    if i == 3000:
        break
print(total)
