# Arithmetic on ints of hundreds of digits.
a = 3**200
b = 7**150
print(a)
print(b)
print(a + b, a - b, b - a)
print(a * b)
print(a * b // a == b, a * b % a, divmod(a * b + 17, b) == (a, 17))
print(divmod(-a, b), divmod(a, -b), divmod(-a, -b))
print(-a // 12345678901234567890, -a % 12345678901234567890)
print(a & b, a | b, a ^ b, ~a)
print(-a & b, -a | b, -a ^ -b)
print(a << 70 >> 70 == a, a >> 100, -a >> 100, a >> 1000, -a >> 1000, -1 >> 500, 1 << 200)
print(a < b, a > b, a == a + 0, a != b, -a < a, a <= 5, 5 < a)
print(pow(a, b, 10**30), pow(3, 2**70, 1000007), pow(a, -1, 10**9 + 7))
print(hash(a) == hash(3**200), hash(2**200) == hash(float(2**200)))
print(str(a)[::-1][:20], len(str(7**1000)), int(str(a)) == a, int(str(-b)) == -b)
print(hex(a), oct(b), bin(2**70 + 5))
print(int(hex(a), 16) == a, int(oct(b), 8) == b, int("z" * 30, 36))
print(float(a), float(-b), a / b, b / a, (a * 10**50) / a, 10**400 // 10**399)
try:
    float(10**400)
except OverflowError as e:
    print("OverflowError:", e)
try:
    10**400 / 3
except OverflowError as e:
    print("OverflowError:", e)
try:
    10**400 * 1.0
except OverflowError as e:
    print("OverflowError:", e)
print(10**400 / 10**399, 10**400 > 1e308, 10**400 > float("inf"), -10**400 < float("-inf"), 10**400 == float("inf"))
print(a.bit_length(), (-b).bit_length(), a.bit_count(), (2**100).to_bytes(13, "big"), int.from_bytes(bytes(range(1, 40)), "little"))


def factorial(n):
    r = 1
    for i in range(2, n + 1):
        r *= i
    return r


def fib(n):
    x, y = 0, 1
    for _ in range(n):
        x, y = y, x + y
    return x


def gcd(x, y):
    while y:
        x, y = y, x % y
    return x


print(factorial(60))
print(factorial(100) // factorial(97), sum(int(d) for d in str(factorial(300))))
print(fib(300), fib(1000) % 10**20)
print(gcd(fib(240), fib(180)) == fib(60), gcd(a, b), gcd(factorial(30), 2**50))
n = 2**127 - 1
s = 4
for _ in range(125):
    s = (s * s - 2) % n
print(s == 0)
x = 10**60
r = x
while r * r > x:
    r = (r + x // r) // 2
print(r)
print(1_000_000_007 * 998_244_353 * 1_000_000_009 % 1_000_003, 123456789**9)
print(round(10**25 + 55, -2), round(-(10**25) - 50, -2), abs(-(10**30)), +(10**30), -(10**30))
print(f"{10**30:,}", f"{10**30:e}", f"{2**100:x}", f"{-2**100:#b}", f"{10**24:_}", "%d" % 10**30, "%x" % 2**80, "%.3e" % 10**50)
print(sum([10**20] * 5), sum(range(10**20, 10**20 + 5)), max(10**20, 10**21), min(-10**20, 5), sorted([10**20, 5, -10**20, 2**64]))
print(10**20 in [1, 10**20], [10**20].index(10**20), {10**20: 1}[10**10 * 10**10], len({10**20, 10**20 + 0, 10**21}))
try:
    [1][10**20]
except IndexError as e:
    print("IndexError:", e)
try:
    "a" * 10**20
except OverflowError as e:
    print("OverflowError:", e)
print([1, 2, 3][:10**20], [1, 2, 3][-10**20:2], "abc"[10**20:], (1, 2)[-10**30:10**30])
