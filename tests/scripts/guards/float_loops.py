# Float arithmetic in hot loops: signed zeros, infinities, NaN, int/float mixes, exact printing of results.
import math


def harmonic(n):
    s = 0.0
    for i in range(1, n):
        s += 1 / i
    return s


def alternate(n):
    s = 0.0
    sign = 1.0
    for i in range(n):
        s += sign / (2 * i + 1)
        sign = -sign
    return s * 4


def to_inf(n):
    x = 1.0
    for _ in range(n):
        x *= 10.0
    return x, -x, x - x, x / x if x != float("inf") else "inf/inf"


def nan_loop(n):
    x = float("nan")
    c = [0, 0, 0, 0, 0, 0]
    for i in range(n):
        c[0] += x < i
        c[1] += x > i
        c[2] += x == x
        c[3] += x != x
        c[4] += not x <= i
        c[5] += x in [x]
    return c


def zeros(n):
    z = 0.0
    signs = []
    for i in range(n):
        z = -z if i % 3 else z * 1.0
        if i % 500 == 0:
            signs.append(math.copysign(1, z))
    return signs, z


def neg_zero_int(n):
    out = 0.0
    for i in range(n):
        out = -0.0 * i if i > n - 3 else out + 0
    return out


def mixes(n):
    a, b, c = 0, 0.0, 0
    for i in range(n):
        a = a + i * 0.5
        b = b + i
        c = c + (i if i % 2 else i / 2)
    return a, b, c, type(c).__name__


def int_division(n):
    t = 0
    u = 0.0
    for i in range(1, n):
        t += i // 3 + i % 7
        u += i / 3 + (i + 0.5) // 2 + (i + 0.5) % 3
    return t, u


def neg_mod(n):
    t = 0
    u = 0.0
    for i in range(-n, n):
        t += i % 7 + i // 7 + (i % -7) * 3 + (i // -7)
        u += i % 2.5 + i // 2.5 + i % -2.5
    return t, u


def compare_big(n):
    c = 0
    for i in range(n):
        if 2.0**53 + i == 2**53 + i:
            c += 1
        if float(2**62) < 2**62 + i:
            c += 10
    return c


def pow_loop(n):
    t = 0.0
    k = 0
    for i in range(n):
        t += (i % 10) ** 0.5 + 2.0 ** -(i % 20) + (i % 5) ** 2
        k += (i % 7) ** 3
    return t, k


def mandel(w, h, limit):
    total = 0
    for py in range(h):
        for px in range(w):
            cx = px / w * 3.0 - 2.0
            cy = py / h * 2.0 - 1.0
            x = y = 0.0
            k = 0
            while x * x + y * y <= 4.0 and k < limit:
                x, y = x * x - y * y + cx, 2.0 * x * y + cy
                k += 1
            total += k
    return total


def round_trip(n):
    bad = 0
    x = 0.1
    for i in range(n):
        x = x * 1.0001 + i * 1e-7
        if float(repr(x)) != x:
            bad += 1
        if float(str(-x)) != -x:
            bad += 1
    return bad, x


def convert(n):
    t = 0
    for i in range(n):
        t += int(i * 1.7) + round(i * 0.3) + int(-i * 0.9) + math.floor(i / 3) + math.ceil(i / 3) + math.trunc(-i / 7)
    return t


def newton(v):
    x = v
    for _ in range(60):
        x = (x + v / x) / 2
    return x


def kahan(n):
    s = c = 0.0
    for i in range(n):
        y = 0.1 - c
        t = s + y
        c = (t - s) - y
        s = t
    return s, sum([0.1] * n), sum(0.1 for _ in range(n))


def matrix(n):
    a = [[(i * j) % 7 / 7.0 for j in range(n)] for i in range(n)]
    b = [[(i + j) % 5 - 2.0 for j in range(n)] for i in range(n)]
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += a[i][k] * b[k][j]
            c[i][j] = s
    return sum(map(sum, c)), c[3][5]


def maths(n):
    s = 0.0
    for i in range(n):
        s += math.sin(i) * math.cos(i) + math.sqrt(i) - math.log(i + 1) + math.exp(-i / 100) + abs(-i * 0.5) + max(i, 0.5) + min(i, 1.5) + math.fabs(-i) + math.atan2(i, 2)
    return f"{s:.9e}"


def overflow_errors(n):
    c = 0
    for i in range(n):
        try:
            math.exp(i)
        except OverflowError:
            c += 1
        try:
            1.0 / (i % 4)
        except ZeroDivisionError:
            c += 1000
        try:
            math.sqrt(5 - i)
        except ValueError:
            c += 10**6
    return c


print(harmonic(5000), alternate(3000))
print(to_inf(200), to_inf(400), nan_loop(2000), zeros(3000), neg_zero_int(2000))
print(mixes(3000), int_division(3000), neg_mod(1500), compare_big(2000))
print(pow_loop(2000), mandel(24, 16, 60), round_trip(2000), convert(3000))
print(newton(2.0), newton(10**20), kahan(3000), matrix(12), maths(1000), overflow_errors(1000))


# Two computations give two objects, however equal; a variable keeps its object.
def identities(x, n):
    answers = []
    for _ in range(n):
        a, b = x * 2.0, x * 2.0
        c = a
        answers.append((a is b, a is not b, a is c, a is x, x is x, c is b))
        if a is b:
            answers.append("one object")
    return set(answers)


for _ in range(50):
    identities(1.5, 20)
print(identities(1.5, 20), identities(float("nan"), 3), identities(0.0, 2))
