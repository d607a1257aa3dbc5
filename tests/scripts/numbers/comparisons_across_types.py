# Ordering and equality between int, float, bool, big int and Fraction-like values, at the edges where rounding lies.
values = [0, 1, -1, True, False, 0.0, -0.0, 0.5, 1.0, 2**53, 2**53 + 1, float(2**53), 2**62, 2**62 - 1, 2**63, float(2**62), float(2**63), 2**64, 1e19, 10**19, 10**400, float("inf"), float("-inf"), float("nan"), -2**62, -2**63 - 1, -float(2**63)]
for a in values:
    print("".join("<" if a < b else "=" if a == b else ">" if a > b else "?" for b in values), "".join("1" if (a <= b) == (not a > b) else "0" for b in values))
print(sorted([3, 2.5, True, 10**20, -1e30, 2**62, 0, -0.5]), max(2**53 + 1, float(2**53)), min(2**53 + 1, float(2**53)), max(1, True), max(True, 1), min(0, -0.0), min(-0.0, 0))
for a, b in [(1, 1.0), (0, -0.0), (True, 1.0), (2**62, float(2**62)), (10**22, 1e22)]:
    print(a == b, hash(a) == hash(b), len({a, b}), {a: "x"}.get(b), [a].index(b), (a,) == (b,), [a] < [b], [a] <= [b])
print(10**22 == 1e22, 10**23 == 1e23, 2**1024 > 1.7e308, -2**1024 < -1.7e308, 2**1024 == float("inf"), 1 < 1.0000000000000002, 9007199254740993 < 9007199254740992.0, 9007199254740993 > 9007199254740992.0)
c = 0
for i in range(2**53 - 50, 2**53 + 50):
    f = float(i)
    c = c * 3 + (i < f) + 2 * (i == f) + 4 * (i > f)
    c %= 1000003
print(c)
print([x for x in range(-3, 4) if -2.5 < x <= 2.5], sum(x < 0.1 * x for x in range(-5, 6)), any(i != i for i in [1, 2.0, float("nan")]), 1 < 2 < 3.0 < 4, 3 > 2.5 > True >= 1)
