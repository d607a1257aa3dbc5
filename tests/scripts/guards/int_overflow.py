# Hot loops whose ints leave the small range at a moment the compiled code did not see before.
def grow(n, step):
    x = 1
    for i in range(n):
        x = x + step
    return x


def multiply(n):
    x = 1
    out = 0
    for i in range(n):
        x = x * 3
        if x > 10**15:
            x = x % 1000003
        out += x
    return out


def late_overflow(n, at):
    x = 5
    for i in range(n):
        if i == at:
            x = 2**62 - 3
        x = x + 1
    return x


def shift(n):
    total = 0
    for i in range(n):
        total += (1 << (i % 70)) >> (i % 13)
    return total


def negate(n, v):
    for i in range(n):
        v = -v
    return v


def subtract(n, v):
    for _ in range(n):
        v = v - 2**55
    return v


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def power(n):
    p = 1
    for i in range(n):
        p *= 2
    return p


def factorial(n):
    r = 1
    for i in range(1, n + 1):
        r *= i
    return r


def hash_like(n):
    h = 0
    for i in range(n):
        h = (h * 31 + i) & 0xFFFFFFFFFFFFFFFF
    return h


def lcg(n):
    s = 12345
    for _ in range(n):
        s = (s * 6364136223846793005 + 1442695040888963407) % 2**64
    return s


def xorshift(n):
    x = 88172645463325252
    for _ in range(n):
        x ^= (x << 13) & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 7
        x ^= (x << 17) & 0xFFFFFFFFFFFFFFFF
    return x


def accumulate_products(n):
    total = 0
    for i in range(n):
        total += i * i * i * i * i * i
    return total


def floor_div(n):
    total = 0
    for i in range(1, n):
        total += (-(2**62)) // i + (2**62 - 1) % i
    return total


def square_sum(n, start):
    t = 0
    for i in range(start, start + n):
        t += i * i
    return t


def compare(n, v):
    c = 0
    for i in range(n):
        if v + i > 2**62:
            c += 1
        v += 1 if i % 2 else -1
    return c


print(grow(5000, 1), grow(5000, 2**50), grow(5000, 2**51), grow(3000, -2**52))
print(multiply(3000))
print(late_overflow(4000, 3999), late_overflow(4000, 2000), late_overflow(4000, 9999))
print(shift(3000))
print(negate(2001, -2**62), negate(2000, 5), negate(1, 2**62), negate(2001, 2**62 - 1))
print(subtract(300, 0), subtract(2000, 2**62))
print(fib(90), fib(91), fib(92), fib(93), fib(94), fib(300))
print(power(61), power(62), power(63), power(64), power(200))
print(factorial(20), factorial(21), factorial(50))
print(hash_like(4000), lcg(3000), xorshift(3000))
print(accumulate_products(2000), floor_div(2000))
print(square_sum(3000, 0), square_sum(2000, 2**31), square_sum(1000, -2**32))
print(compare(3000, 2**62 - 1000))
for k in range(60, 66):
    x = (1 << k) - 100
    for i in range(200):
        x += 1
    print(k, x, x - (1 << k))


def mixed(values):
    out = []
    for a in values:
        for b in values:
            out.append((a + b) - (a - b) * 2 + (a * b) // (abs(b) + 1))
    return sum(out) % 10**18


vals = [0, 1, -1, 2**31, -2**31, 2**61, -2**61, 2**62 - 1, -2**62, 2**62, -2**62 - 1, 2**63, -2**63, 2**64, 10**30]
print(mixed(vals), [mixed(vals[:k]) for k in range(1, 9)])
