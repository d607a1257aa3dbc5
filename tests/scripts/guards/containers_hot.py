# Lists, dicts, tuples and strings in hot loops: bounds, growth, changes while looping, views, membership.
def bubble(n):
    a = [(i * 7919) % 1009 for i in range(n)]
    for i in range(n):
        for j in range(n - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
    return a[:5], a[-3:]


def sieve(n):
    flags = [True] * (n + 1)
    flags[0] = flags[1] = False
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            for j in range(i * i, n + 1, i):
                flags[j] = False
    return sum(flags)


def sieve_slices(n):
    flags = bytearray([1]) * (n + 1)
    flags[0:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return sum(flags)


def dp(n):
    table = [[0] * (n + 1) for _ in range(n + 1)]
    s, t = "abcbdab" * 10, "bdcaba" * 10
    for i in range(1, n + 1):
        for j in range(1, n + 1):
            if s[i - 1] == t[j - 1]:
                table[i][j] = table[i - 1][j - 1] + 1
            else:
                table[i][j] = max(table[i - 1][j], table[i][j - 1])
    return table[n][n]


def index_errors(n):
    a = list(range(10))
    c = 0
    for i in range(n):
        try:
            c += a[i % 12]
        except IndexError:
            c += 1000
        try:
            c += a[-(i % 12)]
        except IndexError:
            c += 5000
    return c


def shrink(n):
    a = list(range(n))
    t = 0
    i = 0
    while i < len(a):
        t += a[i]
        if i % 3 == 0:
            a.pop()
        i += 1
    return t, len(a)


def grow_in_loop(n):
    a = [1]
    for x in a:
        if len(a) < n:
            a.append(x + 1)
            a.append(x * 2)
    return len(a), a[-1], sum(a) % 1000007


def dict_count(n):
    d = {}
    for i in range(n):
        k = (i * 31) % 97
        d[k] = d.get(k, 0) + 1
        if i % 100 == 99:
            d.pop(k)
        if k in d and i % 13 == 0:
            del d[k]
    return len(d), sum(d.values()), sorted(d)[:4]


def dict_strings(n):
    words = "the quick brown fox jumps over the lazy dog and runs".split()
    d = {}
    for i in range(n):
        w = words[i % len(words)]
        if w not in d:
            d[w] = 0
        d[w] += i
    return d


def dict_size_error(n):
    caught = 0
    for i in range(n):
        d = {0: 0, 1: 1, 2: 2}
        try:
            for k in d:
                if i % 10 == 9:
                    d[k + 100] = 1
        except RuntimeError:
            caught += 1
    return caught


def key_errors(n):
    d = {i: i for i in range(50)}
    c = 0
    for i in range(n):
        try:
            c += d[i % 60]
        except KeyError as e:
            c += e.args[0] * 10
    return c


def tuple_work(n):
    p = (0, 1, 2)
    t = 0
    for i in range(n):
        a, b, c = p
        p = (b, c, (a + i) % 17)
        t += p[0] * 3 + p[-1]
    return t, p


def string_work(n):
    s = "hello world"
    out = []
    c = 0
    for i in range(n):
        ch = s[i % len(s)]
        if ch in "aeiou":
            c += 1
        elif ch == " ":
            c += 100
        out.append(ch)
        if len(out) > 50:
            s2 = "".join(out)
            c += s2.count("lo") + s2.find("w") + len(s2.split())
            out.clear()
    return c


def set_work(n):
    s = set()
    c = 0
    for i in range(n):
        k = i * i % 101
        if k in s:
            c += 1
            if i % 5 == 0:
                s.remove(k)
        else:
            s.add(k)
    return c, len(s), sum(s)


def slices(n):
    a = list(range(20))
    t = 0
    for i in range(n):
        b = a[i % 20:(i % 20) + 5]
        t += sum(b) + len(a[::-1][:i % 7])
        a[i % 20] = t % 97
        if i % 50 == 0:
            a[2:4] = [t % 11, t % 13]
    return t, a


def rotate(n):
    a = list(range(8))
    for i in range(n):
        a = a[1:] + a[:1]
        if i % 3 == 0:
            a.insert(0, a.pop())
        if i % 7 == 0:
            a.reverse()
        if i % 11 == 0:
            a.sort(key=lambda v: -v)
    return a


def nested_lists(n):
    g = [[0] * 10 for _ in range(10)]
    for i in range(n):
        r = g[i % 10]
        r[(i * 3) % 10] += i
        g[(i + 1) % 10][i % 10] ^= r[0] & 255
    return [sum(r) for r in g]


def life(w, h, steps):
    cells = {(x, y) for x in range(w) for y in range(h) if (x * 7 + y * 13) % 5 == 0}
    for _ in range(steps):
        counts = {}
        for x, y in cells:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    if dx or dy:
                        k = ((x + dx) % w, (y + dy) % h)
                        counts[k] = counts.get(k, 0) + 1
        cells = {k for k, c in counts.items() if c == 3 or (c == 2 and k in cells)}
    return len(cells)


def matrix_ints(n):
    a = [[i * j % 10 for j in range(n)] for i in range(n)]
    b = [list(r) for r in zip(*a)]
    return sum(sum(x * y for x, y in zip(r, c)) for r in a for c in b)


def enumerate_zip(n):
    a, b = list(range(n)), list(range(n, 0, -1))
    t = 0
    for i, (x, y) in enumerate(zip(a, b)):
        t += i * x - y
    for x, y in zip(a, reversed(b)):
        t += x ^ y
    return t


def bool_list(n):
    a = [False] * 64
    for i in range(n):
        a[i % 64] = not a[(i * 7) % 64]
    return "".join("1" if x else "0" for x in a), sum(a)


for r in (bubble(80), sieve(5000), sieve_slices(5000), dp(60), index_errors(3000), shrink(2000), grow_in_loop(2000), dict_count(3000), dict_strings(2000), dict_size_error(300), key_errors(3000), tuple_work(3000), string_work(3000), set_work(3000), slices(2000), rotate(1000), nested_lists(3000), life(16, 16, 8), matrix_ints(16), enumerate_zip(2000), bool_list(3000)):
    print(r)
