# fractions, statistics, decimal basics, numbers.
from fractions import Fraction as F
import statistics as st
import numbers


def check(f, *a):
    try:
        print(repr(f(*a)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


a, b = F(1, 3), F(3, 4)
print(a + b, a - b, a * b, a / b, a // b, b % a, a ** 2, a ** -2, F(4, 9) ** 0.5, -a, abs(F(-1, 2)), a < b, a == F(2, 6), a == 1, F(2) == 2, F(1, 2) == 0.5, a + 1, 1 + a, a + 0.5, 2 ** F(1, 2), float(a), int(F(7, 2)), round(F(7, 2)), round(F(22, 7), 2), F(7, 2).__floor__(), F(-7, 2).__trunc__(), F("3/7"), F("1.25"), F(" -5 "), F(0.75), F(1.1).limit_denominator(10), F(3, -6), F(0, 5), F(10, 4).numerator, hash(F(1, 2)) == hash(0.5), hash(F(5)) == hash(5), str(F(5)), repr(F(5, 2)), bool(F(0)), divmod(F(7, 2), F(2, 3)), f"{F(1, 3):.4f}", F(1, 3).as_integer_ratio(), sum([F(1, n) for n in range(1, 11)]), max(a, b), sorted([b, a, F(1, 2)]), {F(1, 2): "h"}[0.5], F.from_float(0.5), F(True), F(F(1, 2), F(3, 4)))
check(F, 1, 0)
check(F, "x")
check(F, 1.5, 2)
check(F, "1/0")
check(lambda: a + "x")
check(lambda: a / 0)
check(F, float("nan"))
check(lambda: a < "x")
x = F(1)
for i in range(1, 30):
    x = 1 + 1 / x
print(x, float(x))
data = [2, 4, 4, 4, 5, 5, 7, 9]
print(st.mean(data), st.median(data), st.mode(data), st.stdev(data), st.pstdev(data), st.variance(data), st.pvariance(data), st.median_low(data), st.median_high(data), st.median_grouped(data), st.fmean(data), st.geometric_mean([1, 10, 100]), st.harmonic_mean([40, 60]), st.multimode("aabbc"), st.quantiles(data, n=4), st.mean([F(1, 2), F(1, 3)]), st.mean([0.1, 0.2, 0.3]), st.fmean([1, 2], weights=[3, 1]), st.median([3, 1, 2]), st.mean([1, 2, 3.5]))
check(st.mean, [])
check(st.median, [])
check(st.stdev, [1])
check(st.mode, [])
print(st.linear_regression([1, 2, 3], [2, 4, 6]), st.correlation([1, 2, 3], [1, 2, 4]), st.covariance([1, 2, 3], [3, 2, 1]))
n = st.NormalDist(100, 15)
print(n, round(n.cdf(115), 6), round(n.inv_cdf(0.5), 6), n.mean, n.stdev, round(n.pdf(100), 8), n + 5, n * 2)
print(isinstance(1, numbers.Integral), isinstance(1.5, numbers.Real), isinstance(1j, numbers.Complex), isinstance(F(1), numbers.Rational), isinstance("a", numbers.Number), isinstance(True, numbers.Integral), issubclass(float, numbers.Rational))
