# decimal basics.
from decimal import Decimal as D, getcontext
print(D("0.1") + D("0.2"), D(1) / D(3), D("1.10"), D("2") ** 10, D("1e3"), round(D("2.675"), 2), D(10).sqrt(), D("-5") // 2, D("7") % 3, D("1.5") == 1.5, int(D("9.9")), D("NaN").is_nan(), sorted([D(2), D("1.5")]), str(D("1E+5")), D("123.456").quantize(D("0.1")))
getcontext().prec = 10
print(D(1) / D(7), D(2).sqrt())
