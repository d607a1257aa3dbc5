# Floats: printing, arithmetic, comparison, special values.
inf = float("inf")
nan = float("nan")
for x in [0.0, -0.0, 1.0, 0.1, 1 / 3, 2 / 3, 100.0, 1e15, 1e16, 123456789012345680.0, 1e17, 1e22, 1e23, 1e-4, 1e-5, 1.5e-7, 1e100, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, inf, -inf, nan, 3.14159265358979, 0.1 + 0.2, 1e21, 123456.789, 9007199254740993.0]:
    print(repr(x), str(x), -x, abs(x), x + 1, x * 2, x - x if x == x and abs(x) != inf else "-", bool(x))
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, -7.5 % -2, divmod(7.5, 2), divmod(-7.5, 2), 1e300 * 1e10, -1e300 * 1e10)
print(0.0 == -0.0, 1 == 1.0, nan == nan, nan != nan, nan < 1, nan > 1, inf == inf, inf > 10**300, -inf < -10**300, 0.1 + 0.2 == 0.3)
print(2**53 == float(2**53), 2**53 + 1 == float(2**53), 2**53 + 1 > float(2**53), 2**53 - 1 < 2.0**53)
print(2.0 ** 0.5, 2.0 ** -1, (-8.0) ** 3, (-8) ** (1 / 3), 0.0 ** 0, inf ** 0, nan ** 0, 1.0 ** nan, (-1.0) ** inf, 2 ** 0.5, 10.0 ** 308)
print(1.5 + 2, 2 + 1.5, 1.5 - True, 3 * 0.5, 1 / 2.0, 5 // 2.0, -5 // 2.0, 5 % 2.5, 5.5 % 1)
print(-0.0 + 0.0, 0.0 * -1, -0.0 * -1, 0.0 // -1, -0.0 % 1, 0.0 % -1, 5.0 % inf, -5.0 % inf, 5.0 // inf, -5.0 // inf)


def check(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: 1.0 / 0)
check(lambda: 1.0 // 0)
check(lambda: 1.0 % 0.0)
check(lambda: divmod(1.0, 0))
check(lambda: 0.0 ** -1)
try:
    10.0 ** 400
except OverflowError as e:
    print("OverflowError")
check(lambda: 1.0 + "a")
check(lambda: 1.0 << 2)
check(lambda: 1.5 < "x")
check(lambda: [1][0.0])
check(lambda: range(1.0))
for text in ["1.5", "  -2.5e3 ", "inf", "-Infinity", "nan", "1_0.5", "1e400", ".5", "5.", "", "abc", "1..2", "0x1p3", "1e", "infinit", "+1e-2", "1_.5"]:
    check(float, text)
check(float)
check(float, 10)
check(float, True)
check(float, b"2.5")
check(float, None)
check(float, 10**400)


class F:
    def __float__(self):
        return 2.5


class G:
    def __float__(self):
        return 1


class I:
    def __index__(self):
        return 9


check(float, F())
check(float, G())
check(float, I())
for x in [0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1e20, 0.1, 123.456, -2.5000001]:
    print(x, round(x), round(x, 1), round(x, 2), int(x), x.is_integer(), x.as_integer_ratio(), x.hex())
check(round, 1234.5678, -2)
check(round, 5.0, None)
check(round, inf)
check(round, nan)
check(round, inf, 2)
check(round, 1e300, 10)
check(inf.as_integer_ratio)
check(float.fromhex, "0x1.8p3")
check(float.fromhex, "-0x.1p-4")
check(float.fromhex, "nope")
check(float.fromhex, "inf")
check((2.5).__trunc__)
check((2.5).__floor__)
check((-2.5).__ceil__)
check((2.5).__eq__, "a")
check((2.5).__add__, 1)
check((2.5).__add__, "a")
check((2.5).conjugate)
check(float.from_number, 3)
print((2.5).real, (2.5).imag, hash(2.0) == hash(2), hash(0.5) == hash(0.5), hash(inf), hash(-inf), hash(-0.0))
print(max(1.0, nan), min(nan, 1.0), max(nan, 1.0), sorted([3.5, 1, 2.5, -1]), max(1, 1.0), max(1.0, 1), min(True, 1.0))
print(sum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum([0.1, 0.2, 0.3]), sum([1, 2.5, 3]), sum([], 0.5), sum([1e308, 1e308, -1e308]))
print([1.0, 2.0].index(2), 1 in [1.0], {1: "a"}[1.0], {1.0: "b"}[True], {0.0: 1}[-0.0], nan in [nan], [nan] == [nan], (nan,) == (nan,))
print(float.__doc__ is not None, isinstance(1.0, float), issubclass(float, object), type(1.0 * 1), type(2 ** -1), type(7 // 2.0))
