# A variable, attribute, element or argument changes kind while the loop is hot.
def loop(n, change, v):
    x = 0
    for i in range(n):
        if i == change:
            x = v
        x = x + 1 if not isinstance(x, str) else x + "1"
        if isinstance(x, str) and len(x) > 10:
            x = x[:5]
    return x


for v in (0, 0.5, True, 2**70, "s", 1j):
    print(loop(3000, 2500, v), loop(3000, 1, v))


class P:
    def __init__(self, v):
        self.v = v


def attr(n):
    p = P(0)
    log = []
    for i in range(n):
        if i == 1000:
            p.v = p.v + 0.5
        if i == 2000:
            p.v = str(p.v)
        if i == 2500:
            p.v = [p.v]
        if i == 2600:
            p.v = None
        if i == 2700:
            p.v = 2**62
        if i < 2000 or i > 2700:
            p.v += 1
        if i % 500 == 0 or i in (1000, 2000, 2500, 2600, 2700):
            log.append(p.v)
    return log


print(attr(3000))


def elements(n):
    a = [0] * 10
    for i in range(n):
        k = i % 10
        if i == 1000:
            a[3] = 1.5
        if i == 2000:
            a[7] = "text"
        if i == 2500:
            a[7] = None
        v = a[k]
        if isinstance(v, (int, float)):
            a[k] = v + 1
    return a


print(elements(3000))


def add(a, b):
    return a + b


def call_kinds(n):
    out = {}
    pairs = [(1, 2), (1.5, 2), ("a", "b"), ([1], [2]), ((1,), (2,)), (2**62, 2**62), (True, 1), (1, 0.5), (1j, 1), (b"x", b"y")]
    for i in range(n):
        a, b = pairs[0] if i < 2000 else pairs[i % len(pairs)]
        r = add(a, b)
        out[type(r).__name__] = r
    return out


print(call_kinds(3000))


def compare(n):
    items = [1, 2.0, True, 2**65, -5]
    c = 0
    for i in range(n):
        a = items[i % 5] if i > 1000 else i
        b = items[(i * 3) % 5] if i > 1500 else i + 1
        if a < b:
            c += 1
        if a == b:
            c += 10
        if a >= 2:
            c += 100
    return c


print(compare(3000))


def none_sometimes(n):
    total = 0
    for i in range(n):
        x = None if i % 997 == 996 else i
        if x is None:
            total -= 1
            continue
        total += x
    return total


print(none_sometimes(5000))


def index_kinds(n):
    t = (10, 20, 30)
    d = {0: 1, 1: 2, 2: 3, "k": 4}
    s = "xyz"
    total = 0
    for i in range(n):
        c = t if i < 1000 else [1, 2, 3] if i < 1500 else d if i < 2000 else s if i < 2500 else range(5, 9)
        v = c[i % 3]
        total += v if isinstance(v, int) else ord(v)
    return total


print(index_kinds(3000))


def iter_kinds(n):
    total = 0
    for i in range(n):
        src = [1, 2] if i < 500 else (3, 4) if i < 700 else {5, 6} if i < 900 else {7: 8} if i < 1100 else range(3) if i < 1300 else "12" if i < 1500 else (x for x in (1, 2)) if i < 1700 else map(int, "34")
        for x in src:
            total += int(x)
    return total


print(iter_kinds(2000))


def truth_kinds(n):
    c = 0
    values = [0, 1, "", "a", None, [], [0], 0.0, 1.5, {}, (), 2**70, False, True, object()]
    for i in range(n):
        v = i % 2 if i < 1000 else values[i % len(values)]
        if v:
            c += 1
        if not v:
            c += 10
        c += 100 if v and i % 3 else 0
    return c


print(truth_kinds(3000))


def unary(n):
    out = 0
    vals = [5, -3, 2.5, True, 2**62, -2**62]
    for i in range(n):
        v = i if i < 1500 else vals[i % 6]
        out = out + (-v) - abs(v) + (+v)
    return out


print(unary(3000))


def float_to_int(n):
    x = 0.0
    for i in range(n):
        x = x + i if i != 2900 else int(x)
    return x, type(x).__name__


print(float_to_int(2901), float_to_int(3000))
