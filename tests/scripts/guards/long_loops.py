# Loops entered in the middle (OSR): at module level, nested, with many live variables, in methods and generators.
total = 0
for i in range(5000):
    total += i * 2 % 7
    if i == 4000:
        total = float(total)
print(total, i)
x = y = 0
while x < 5000:
    x += 1
    if x % 2:
        continue
    y += x
    if y > 5_000_000:
        break
print(x, y)
a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = 0
for n in range(3000):
    a0 += 1
    a1 += a0
    a2 ^= a1
    a3 = a2 & 0xFF
    a4 += a3 * 0.5
    a5 = a4 if n % 2 else a5
    a6 = str(n) if n % 1000 == 999 else a6
    a7 = [n] if n == 1500 else a7
    a8 = a8 or n == 2999
    a9 = (a0, a3)
print(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9)


def nested(n):
    t = 0
    for i in range(n):
        for j in range(n):
            for k in range(3):
                if (i + j) % 5 == k:
                    t += i * j
                elif k == 2:
                    break
            else:
                t -= 1
    return t


def many_loops(n):
    t = 0
    for i in range(n):
        t += i
    for i in range(n):
        t -= i // 2
    while t > 1000:
        t //= 3
    for i in range(n, 0, -2):
        t += i % 3
    for i in range(-n, n, 7):
        t += abs(i)
    return t


class M:
    def __init__(self):
        self.data = []
        self.sum = 0

    def run(self, n):
        for i in range(n):
            self.data.append(i)
            self.sum += i
            if len(self.data) > 100:
                self.data = self.data[50:]
        return self.sum, len(self.data)


def live_everything(n, a, b=2, *args, c=3, **kw):
    d = [a]
    e = {"k": b}
    f = (c,)
    g = "s"
    h = 1.5
    k = None
    for i in range(n):
        if i == n - 1:
            return a, b, args, c, kw, d, e, f, g, h, k, i
        if i % 2:
            k = i
        h += 0.5
        e["k"] += 1


def range_kinds(n):
    t = 0
    for i in range(2**62 - 5, 2**62 + 5):
        t += i % 10
    for i in range(0, n):
        pass
    else:
        t += i
    for i in range(n, 0, -1):
        t += i & 1
    for i in range(0, -n, -3):
        t += i
    step = 2
    for i in range(0, n, step):
        step = 5
        t += 1
    stop = 10
    for i in range(stop):
        stop = 3
        t += 1
    for i in range(True, 5):
        t += i
    r = range(n)
    for i in r:
        t += i
    for i in reversed(r):
        t -= i
    return t


def break_values(n):
    out = []
    for limit in range(0, n, 333):
        for i in range(n):
            if i * i > limit:
                out.append(i)
                break
    return out


def while_else(n):
    c = 0
    while n > 0:
        n -= 1
        while n % 7:
            n -= 1
            c += 1
        else:
            c += 100
    else:
        c += 10000
    return c


def collatz(limit):
    best = (0, 0)
    for s in range(1, limit):
        n, k = s, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            k += 1
        best = max(best, (k, s))
    return best


def ackermann(m, n):
    while m:
        if n == 0:
            n = 1
        else:
            n = ackermann(m, n - 1)
        m -= 1
    return n + 1


def fannkuch(n):
    p = list(range(n))
    q = [0] * n
    sign, maxflips, total = 1, 0, 0
    s = list(range(n))
    while True:
        if p[0]:
            q = p[:]
            flips = 1
            while True:
                qq = q[q[0]]
                if not qq:
                    break
                k = q[0]
                q[:k + 1] = q[k::-1]
                flips += 1
            maxflips = max(maxflips, flips)
            total += sign * flips
        if sign == 1:
            p[0], p[1] = p[1], p[0]
            sign = -1
        else:
            p[1], p[2] = p[2], p[1]
            sign = 1
            for i in range(2, n):
                if s[i] != 0:
                    s[i] -= 1
                    break
                if i == n - 1:
                    return total, maxflips
                s[i] = i
                t = p[0]
                p[:i + 1] = p[1:i + 2]
                p[i + 1] = t


print(nested(40), many_loops(3000), M().run(3000), live_everything(3000, 1, 5, 6, 7, z=8))
print(range_kinds(3000), break_values(3000), while_else(3000), collatz(400), ackermann(2, 20), fannkuch(6))
