# Truth, short circuits, comparisons chains, ternaries, identity, membership, precedence.
def t(v):
    log.append(v)
    return v


log = []
print(t(0) and t(1), t(1) and t(2), t(0) or t(3), t(4) or t(5), not t(6), t(0) or t("") or t([]), t(7) and t(0) and t(8), log)
log.clear()
print(t(1) < t(2) < t(3), t(3) < t(2) < t(1), t(1) == t(1) != t(2), t(1) < t(3) > t(2) >= t(2), log)
log.clear()
print(t("yes") if t(1) else t("no"), t("a") if t(0) else t("b") if t(0) else t("c"), log)
print(-2 ** 2, (-2) ** 2, 2 ** 3 ** 2, -3 % 5, 7 // -2, ~5 + 1, 1 + 2 * 3 - 4 / 2, 1 << 2 + 1, 5 & 3 | 4 ^ 1, not 0 in [0], 1 if 0 else 2 or 3, 3 - 2 - 1, 2 * 3 % 4, 10 / 2 / 5, 2 ** -1, -1 ** 0, 1 < 2 < 3 < 4, 1 < 3 < 2, 1 != 2 != 1, 5 - -3, - - 5, +-+5, not not 1)
a, b = [1], [1]
print(a == b, a is b, a is not b, a is a, None is None, 1 in a, 2 not in a, "x" in "xyz", [] in [[]], a in [b])


def classify(n):
    if n < 0:
        return "neg"
    elif n == 0:
        return "zero"
    elif n < 10:
        if n % 2:
            return "small odd"
        else:
            return "small even"
    elif n < 100 and n % 10 == 0:
        return "round"
    elif n in (11, 22, 33) or n > 1000:
        return "special"
    return "other"


print([classify(n) for n in (-5, 0, 3, 4, 20, 22, 5000, 57)])


class Truthy:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        log.append("bool")
        return self.v

    def __lt__(self, o):
        log.append("lt")
        return Truthy(self.v)

    def __eq__(self, o):
        return self

    def __repr__(self):
        return f"T{self.v}"


log.clear()
x, y = Truthy(True), Truthy(False)
print(x and y, x or y, y and x, y or x, not x, x < y < x, y < x < x, x == 1, 1 if x else 2, log)
log.clear()
while y:
    pass
if x or y:
    log.append("in")
print(log, [v for v in (x, y) if v], any([y, x]), all([x, y]), bool(x < y))
print(None or "d", 0 or None, "" and 1, [] or {} or (), 1 and [], "a" and "b" and "", 0 == False, "" == False, None == False, [] == False, 1.0 and 2, 0.0 or -0.0, not None, not "", not [0])
v = 5
r = "big" if v > 3 else "small"
f = (lambda: "t") if v else (lambda: "f")
print(r, f(), [i if i % 2 else -i for i in range(4)], (1 if v else 2) + 1, 1 if v else 2 + 1, {True: "a", False: "b"}[v > 3], "ab"[v > 3], [1, 2][not v])
n = 0
for i in range(1000):
    if i % 2 and i % 3 or i % 5 == 0 and not i % 7:
        n += 1
    elif i & 1 or i > 990 or (i < 10 and i != 4):
        n += 2
    if not (i > 5 and i < 900) and i is not None:
        n += 3
    n += 1 if 10 <= i < 20 else 0
print(n)
print(float("nan") < 1 or float("nan") > 1, 1 < float("nan") < 3, [1, 2] < [1, 3] < [2], "a" < "b" <= "b" != "c", (1,) < (1, 2) and {1} < {1, 2}, 1 == 1.0 == True)
if []: print("no")
if [] == []: print("yes")
if (z := v * 2) > 5 and (w := z - 1): print(z, w)
assert v == 5 and z == 10, "not raised"
pass; pass
if v: pass
else: print("never")
