# Small ints hold 63 bits: arithmetic around both ends must move to big ints and back without a trace.
LIMITS = [2**62, -2**62, 2**63, -2**63, 2**61, 2**31, -2**31, 2**32, 2**53, 2**64]
for limit in LIMITS:
    for delta in (-2, -1, 0, 1, 2):
        n = limit + delta
        print(n, n + 1, n - 1, -n, ~n, abs(n), n * 2, n // 2, n % 7, n >> 1, n << 1, n & 0xFF, n | 1, n ^ limit)

top = 2**62 - 1
bottom = -2**62
print(top + 1 - 1 == top, bottom - 1 + 1 == bottom, (top + 1) - (top + 1), (top + 1) // (top + 1))
print(top * top, bottom * bottom, top * bottom, bottom * -1, bottom // -1, abs(bottom), -bottom)
print((top + 1) is not None, hash(top) == hash(top + 0), top < top + 1, bottom > bottom - 1)
print(divmod(top, 3), divmod(bottom, 3), divmod(top, -3), divmod(bottom, -3), divmod(bottom, -1))

# Products that overflow 64 bits only in the middle.
for a in (3037000499, 3037000500, 2147483648, -2147483648, 2**40, -(2**40)):
    for b in (3037000499, 3037000500, 2**21, 2**22, 2**23, -(2**22)):
        print(a * b, a * b // b == a, a * b - a * b)

# Sums that creep over the limit in a loop, then back.
n = 2**62 - 5
seen = []
for _ in range(10):
    n += 1
    seen.append(n)
for _ in range(10):
    n -= 1
    seen.append(n)
print(seen)
n = -(2**62) + 5
for _ in range(10):
    n -= 1
print(n, n == -(2**62) - 5)
x = 1
for i in range(70):
    x = x * 2
    if i in (60, 61, 62, 63, 64):
        print(i, x, -x, x - 1, -x - 1)
for i in range(70):
    x = x // 2
print(x)
x = -1
for i in range(70):
    x = x << 1
for i in range(70):
    x = x >> 1
print(x)
a = {2**62: "pos", -2**62: "neg", 2**63: "big", 0: "zero"}
print(a[2**61 * 2], a[-(2**61) * 2], a[2**60 * 8], a[2**62 - 2**62])
print(2**62 == float(2**62), 2**62 + 1 == float(2**62), hash(2**62) == hash(float(2**62)))
print(int("4611686018427387904"), int("-4611686018427387905"), int("9223372036854775808"), str(2**62), repr(-2**62))
