# ** and pow in every combination, isqrt, exact integer roots, negative and fractional exponents.
import math
for base in (0, 1, -1, 2, -2, 10, 0.5, -0.5, 2.0, -2.0):
    row = []
    for e in (0, 1, 2, 3, 5, -1, -2, 0.5, -0.5, 2.0, 62, 63, 64):
        try:
            row.append(base ** e)
        except ZeroDivisionError as x:
            row.append(str(x))
    print(base, row)
print(2 ** 62, 2 ** 63, (-2) ** 62, (-2) ** 63, 3 ** 39, 3 ** 40, 7 ** 22, 7 ** 23, (-3) ** 39, 10 ** 18, 10 ** 19, 2 ** 0, 0 ** 0, 0.0 ** 0, 2 ** 1000 % 10**9, True ** 5, 2 ** True)
print(pow(2, 100, 7), pow(2, -1, 7), pow(-3, 3, 10), pow(3, 3, -10), pow(7, 0, 1), pow(2**70, 2**70, 10**9 + 7), pow(0, 0, 5), pow(5, 3), pow(2.0, 3), pow(4, 0.5), pow(-8, 1 / 3).real > 0)
for f in (lambda: pow(2, -1, 6), lambda: pow(2, 2, 0), lambda: pow(2.0, 2, 3), lambda: pow(2, 2.0, 3), lambda: 0 ** -1, lambda: 0.0 ** -2, lambda: 2 ** "a", lambda: pow("a", 2), lambda: pow(2, 3, "a")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print([math.isqrt(n) for n in (0, 1, 3, 4, 24, 25, 2**62 - 1, 2**62, 10**30, 10**31)], all(math.isqrt(n) ** 2 <= n < (math.isqrt(n) + 1) ** 2 for n in range(2000)))


def iroot(n, k):
    lo, hi = 0, 1 << (n.bit_length() // k + 1)
    while lo < hi:
        mid = (lo + hi + 1) // 2
        if mid ** k <= n:
            lo = mid
        else:
            hi = mid - 1
    return lo


print(iroot(10**30, 3), iroot(2**200, 5), iroot(10**40 - 1, 4))


def modpow(b, e, m):
    r = 1
    while e:
        if e & 1:
            r = r * b % m
        b = b * b % m
        e >>= 1
    return r


print(all(modpow(b, e, m) == pow(b, e, m) for b in range(1, 12) for e in range(0, 20) for m in (7, 10, 1000003)), modpow(3, 2**61 - 1, 2**61 - 1))


def miller_rabin(n):
    if n < 2 or n % 2 == 0:
        return n == 2
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if a % n == 0:
            continue
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


print([n for n in range(2**61 - 100, 2**61 + 60) if miller_rabin(n)], miller_rabin(2**89 - 1), miller_rabin(2**91 - 1), sum(map(miller_rabin, range(2000))))
print([i ** 2 for i in range(-3, 4)], [round(i ** 0.5, 6) for i in range(6)], [2 ** -i for i in range(4)], [(-i) ** 3 for i in range(4)], 2 ** 3 ** 2, -2 ** 2, (2 ** 3) ** 2, 2 ** -1 ** 2)
