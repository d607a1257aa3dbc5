# Every operator on small ints, with signs crossed, and what they refuse.
values = [0, 1, -1, 2, -2, 3, 7, -7, 10, -10, 255, -256]
for a in values:
    row = []
    for b in values:
        row.append(a + b)
        row.append(a - b)
        row.append(a * b)
        row.append(a & b)
        row.append(a | b)
        row.append(a ^ b)
        if b:
            row.append(a // b)
            row.append(a % b)
        if 0 <= b < 20:
            row.append(a << b)
            row.append(a >> b)
            row.append(a ** b)
    print(a, row)
print([(a < b, a <= b, a == b, a != b, a > b, a >= b) for a in values[:4] for b in values[:4]])
print(7 / 2, -7 / 2, 7 / -2, 1 / 3, 2 ** -1, (-2) ** -3, 0 ** 0, 10 ** 20, (-3) ** 3)
print(pow(3, 200, 13), pow(-3, 7, 5), pow(3, -1, 7), pow(2, 10, -7), pow(5, 0, 1), pow(7, 2))
print(True + True, True * 5, False - 1, -True, ~True, +False, True & False, True | 2, True ^ True, True << 3)
print(bool(0), bool(-1), not 5, not 0, 5 and 0, 0 or 7, 3 and 4)


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: 1 // 0)
check(lambda: 1 % 0)
check(lambda: 1 / 0)
check(lambda: divmod(1, 0))
check(lambda: 0 ** -1)
check(lambda: 1 << -1)
check(lambda: 1 >> -1)
check(lambda: pow(2, -1, 4))
check(lambda: pow(2, 3, 0))
check(lambda: 1 + "a")
check(lambda: "a" + 1)
check(lambda: 1 - None)
check(lambda: [] * 1.5)
check(lambda: 1 < "a")
check(lambda: -"a")
check(lambda: ~1.5)
check(lambda: 1 @ 2)
check(lambda: 5 & 1.0)
check(lambda: 1[0])
check(lambda: 1())
check(lambda: len(5))
check(lambda: iter(5))
check(lambda: (1).nothing)
x = 5
x += 3; x -= 1; x *= 4; x //= 3; x %= 7; x <<= 3; x >>= 1; x |= 1; x &= 7; x ^= 2; x **= 3
print(x)
x /= 4
print(x)
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 > 1 > 0, 1 == 1 != 2, (1 < 2) < 3)
