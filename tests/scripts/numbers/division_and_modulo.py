# Floor division and modulo for all signs and sizes, ints and floats, and divmod's law.
ints = [1, -1, 2, -2, 3, -3, 7, -7, 10**9, -10**9, 2**61, -2**61, 2**62 - 1, -2**62, 2**62, 2**63, -2**63, 10**25, -10**25]
bad = 0
checksum = 0
for a in ints + [0]:
    for b in ints:
        q, r = divmod(a, b)
        if q * b + r != a or not (0 <= r < b or b < r <= 0) or q != a // b or r != a % b:
            bad += 1
        checksum = (checksum * 31 + q * 7 + r) % (10**9 + 7)
print(bad, checksum)
print([(a // b, a % b) for a in (7, -7) for b in (2, -2, 3, -3)], [(-2**62) // b for b in (1, -1, 2, -2, 2**62, -2**62)], [(-2**62) % b for b in (1, -1, 3, -3, 2**62 - 1)])
floats = [1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 7.25, -7.25, 1e10, 1e-3, 3.7]
for a in floats:
    print([(round(a // b, 6), round(a % b, 6)) for b in (2.0, -2.0, 0.3, -0.3, 5)])
inf = float("inf")
print([(5 % inf, -5 % inf, 5 // inf, -5 // inf, 5 % -inf, -5.0 // -inf)], divmod(5, inf), divmod(-5.0, inf), 0.0 % 5, -0.0 % 5, 0.0 // -5, 1e308 // 1e-308)
print(7 / 2, -7 / 2, 2**62 / 2, 2**64 / 2**63, (2**53 + 1) / 1, 10**25 / 10**24, 1 / 3 * 3 == 1, (2**62 - 1) / (2**62), 10**308 * 10 / 10**308)
for op in (lambda: 10**400 / 1, lambda: 1 / 10**400, lambda: 10**400 / 10**399, lambda: 5 // 0.0, lambda: 5.0 % 0, lambda: divmod(2**70, 0), lambda: 2**70 / 0, lambda: inf // 1, lambda: inf % 1, lambda: 2**70 % 0.0):
    try:
        print(op())
    except (ZeroDivisionError, OverflowError) as e:
        print(type(e).__name__, e)


def hot(n):
    t = 0
    u = 0.0
    for i in range(-n, n):
        for d in (3, -3, 7):
            t += i // d * 3 + i % d
        u += i // 2.5 + i % -1.5
    return t, u


print(hot(500))
x = 10**30
digits = []
while x:
    x, d = divmod(x, 7)
    digits.append(d)
print(digits)
