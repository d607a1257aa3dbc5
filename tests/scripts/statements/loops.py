# for and while with else, break, continue; nested; loop variables; iterating over changing things.
for i in range(3):
    for j in range(3):
        if j == 1:
            continue
        if i == 2:
            break
        print(i, j, end="; ")
    else:
        print("inner else", i)
        continue
    print("broke at", i)
else:
    print("outer else")
n = 10
while n:
    n -= 3
    if n == 4:
        continue
    if n < 0:
        print("negative", n)
        break
else:
    print("not reached")
while n < 0:
    n += 1
else:
    print("while else", n)
for x in []:
    pass
else:
    print("empty else")
for a, b in {"k": 1}.items():
    print(a, b)
for (a, (b, *c)), d in [((1, (2, 3)), 4), (("x", "yz"), "w")]:
    print(a, b, c, d)
for i, c in enumerate("ab"):
    for k, v in zip(range(2), "xy"):
        print(i, c, k, v, end=" ")
print()


class O:
    pass


o = O()
d = {}
for o.attr in range(3):
    pass
for d["k"] in "abc":
    pass
l = [0] * 3
for i, l[i] in enumerate("pqr"):
    pass
print(o.attr, d, l, i)


def find(items, pred):
    for x in items:
        if pred(x):
            return x
    else:
        return None


print(find([1, 5, 8], lambda v: v > 4), find([], bool))


def primes(n):
    out = []
    for i in range(2, n):
        for p in out:
            if p * p > i:
                out.append(i)
                break
            if i % p == 0:
                break
        else:
            out.append(i)
    return out


print(primes(60))


def countdown(n):
    while True:
        if n <= 0:
            return "liftoff"
        n -= 1
        if n == 5:
            continue
        try:
            if n == 3:
                break
        finally:
            n -= 1
    return n


print(countdown(10), countdown(4), countdown(0))


def spiral(n):
    grid = [[0] * n for _ in range(n)]
    x = y = 0
    dx, dy = 1, 0
    for k in range(1, n * n + 1):
        grid[y][x] = k
        if not (0 <= x + dx < n and 0 <= y + dy < n and grid[y + dy][x + dx] == 0):
            dx, dy = -dy, dx
        x, y = x + dx, y + dy
    return grid


for row in spiral(5):
    print(" ".join(f"{v:2}" for v in row))
i = 0
while i < 100:
    i += 1
    if i % 2:
        continue
    if i % 7 == 0 and i % 5 == 0:
        break
print(i)
for i in range(10):
    if i == 3:
        i = 100
    if i > 50:
        print("rebinding i does not matter")
print(i)
it = iter(range(10))
for x in it:
    if x % 2 == 0:
        print(x, next(it), end=" ")
print()
total = 0
for i in range(50):
    for j in range(i):
        if (i + j) % 3 == 0:
            continue
        if j > 20:
            break
        total += i * j
    else:
        total += 1
print(total)
for _ in range(3): print("one line", end=";")
while False: print("no")
else: print("yes")
if n: print("n")
elif i: print("i")
else: print("neither")
for x in (y for y in range(3)):
    y = x * 2
print(x, y)
k = 5
for k in range(k):
    pass
print(k)
res = []
for v in (1, 2, 3):
    def f(v=v):
        return v
    class C:
        val = v
    res.append((f(), C.val))
print(res)


def deep():
    for a in range(2):
        for b in range(2):
            for c in range(2):
                for d in range(2):
                    for e in range(2):
                        for f in range(2):
                            if a + b + c + d + e + f == 5:
                                yield a, b, c, d, e, f
                                break
                    else:
                        continue
                    break


print(list(deep()))
while True:
    try:
        k += 1
        if k > 8:
            break
        elif k > 6:
            continue
        raise ValueError
    except ValueError:
        k += 1
        continue
    finally:
        print("k", k, end=" ")
print()
