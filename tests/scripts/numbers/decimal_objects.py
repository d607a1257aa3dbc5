# The classes of decimal: constructors, conversions, attributes and their checks, contexts, pickling.
import contextvars, copy, decimal, fractions, math, numbers, pickle
from decimal import *

D = Decimal


def show(function, *arguments, **keywords):
    try:
        print(repr(function(*arguments, **keywords)))
    except Exception as error:
        print(type(error).__name__, error)


print("constructors")
for value in ["1", " -1_000.5e-3\n", "\u0661\u0662.\u0663", "nan123", "-sNaN", "inf", "+Infinity", "1e5", ".5", "5.", "1" * 60,
              0, -7, 10**40, True, 1.5, 0.1, -0.0, float("inf"), (0, (1, 2, 3), -2), (1, (), 0), (0, (0, 0, 4), "n"),
              [1, [9, 9], 3], (1, (1,), "F"), D("1.50")]:
    show(D, value)
for value in ["", "x", "1 2", "1e", "--1", "0x10", "\ud800", (1, 2), (2, (1,), 0), (0, (10,), 0), (0, "12", 0), (0, (1,), "x"),
              (0, (1,), 1.0), None, {}, b"1", 1j]:
    show(D, value)
show(D)
show(D, value="3", context=Context(traps=[]))
show(D, "x", Context(traps=[]))
show(D, 1, 2)
show(D, 1, None, 3)
show(D, digits=1)
for value in [1, 1.25, -0.0, float("-inf"), "1"]:
    show(D.from_float, value)
    show(D.from_number, value)
show(D.from_number, D("1.10"))
show(D.from_number, 1j)

print("conversions")
for text in ["0", "-0", "1.5", "-2.5", "1E+20", "123456789E-4", "NaN", "sNaN", "-Infinity"]:
    x = D(text)
    for function in (int, float, complex, round, math.floor, math.ceil, math.trunc, bool, str, x.as_tuple.__call__,
                     hash if not x.is_nan() else len):
        if function is x.as_tuple.__call__:
            show(function)
        elif function is hash and x.is_finite() and (x != int(x) or abs(x) >= 2**31 - 1):
            continue
        else:
            show(function, x)
    show(x.as_integer_ratio)
show(round, D("2.675"), 2)
show(round, D("1234.5"), -2)
show(round, D("2.5"), "x")
show(D(1).__round__, 1, 2)
print(hash(D(5)) == hash(5), hash(D("0.5")) == hash(0.5), hash(D("-1E-2")) == hash(fractions.Fraction(-1, 100)), hash(D(10**30)) == hash(10**30))

print("operators")
for a, b in [(D(7), 2), (7, D(2)), (D("0.1"), D("0.2")), (D(-7), D(2)), (D(1), D(3)), (2, D("0.5"))]:
    print(a + b, a - b, a * b, a / b, a // b, a % b, divmod(a, b), a**b, a < b, a == b, a >= b)
print(-D("0"), +D("-0"), abs(D("-3.0")), pow(D(3), 4, 5), pow(3, D(4), 5), D("1.00") == 1, D(1) == 1 + 0j, D("0.5") == fractions.Fraction(1, 2))
print(D("0.1") < fractions.Fraction(1, 3) < D("0.4"), D("NaN") == D("NaN"), D("NaN") != 1, D("2") > 1.5, 1.5 < D(2))
for function in [lambda: D(1) + 1.5, lambda: D(1) < "x", lambda: D(1) < 1j, lambda: D("NaN") < 1, lambda: D("sNaN") == 1, lambda: ~D(1), lambda: D(1) / 0,
                 lambda: D(0) / 0, lambda: D(2) ** "x", lambda: pow(D(2), 3, "x"), lambda: D("1E+999999") * 10, lambda: sum([D(1), D("0.1")]),
                 lambda: max(D(1), D("1.0")), lambda: sorted([D(3), 2, D("2.5"), 1.0]), lambda: math.fsum([D("0.5"), D(1)])]:
    show(function)

print("arguments")
for function in [lambda: D(1).exp(3), lambda: D(1).exp(1, 2), lambda: D(1).compare(), lambda: D(1).compare(1.5), lambda: D(1).quantize(1, "x"),
                 lambda: D(1).fma(1), lambda: D(1).quantize(exp=D("0.1"), rounding=ROUND_UP, context=None), lambda: Context().add(1),
                 lambda: Context().add(1, "2"), lambda: Context().abs(), lambda: Context().power(2, 3, modulo=5), lambda: Context().power(a=2),
                 lambda: Context().canonical(1), lambda: D(1).add, lambda: D.exp(1), lambda: D.__add__(1, 2), lambda: D(1).x, lambda: D.x,
                 lambda: setattr(D(1), "x", 1), lambda: setattr(D(1), "real", 1), lambda: D.__new__(int), lambda: Context().create_decimal(1, 2)]:
    show(function)

print("contexts")
for keywords in [dict(prec=0), dict(prec="x"), dict(prec=2**70), dict(rounding="x"), dict(Emin=1), dict(Emax=-1), dict(capitals=2), dict(clamp=2),
                 dict(traps=[1]), dict(flags={}), dict(traps=3), dict(x=1), dict(prec=5, rounding=ROUND_UP, Emin=-9, Emax=9, capitals=0, clamp=1,
                 flags=[Inexact], traps=[Overflow, Underflow])]:
    show(Context, **keywords)
c = Context(prec=6)
show(delattr, c, "prec")
show(setattr, c, "x", 1)
show(setattr, c, "flags", 1)
show(getattr, c, "x")
show(getattr, Context, "flags")
c.traps[Inexact] = True
c.flags = {signal: signal in (Rounded, Inexact) for signal in c.flags}
print(c, c.flags is c.flags, c.flags == c.traps, c.traps == c.traps.copy(), len(c.flags), list(c.flags) == list(c.traps))
show(lambda: c.flags[1])
show(lambda: c.flags.__delitem__(Inexact))
show(lambda: c.flags.clear())
show(lambda: hash(c.flags))
show(lambda: type(c.flags)()[Inexact])
print(c.flags.get(3), c.flags, type(c.flags).__mro__[1:3])
d = c.copy()
c.clear_flags(), c.clear_traps()
print(c, d, c.Etiny(), c.Etop(), c.radix())
print(DefaultContext, BasicContext, ExtendedContext, sep="\n")
for bits in (32, 64, 128, 256, 0, 33, "x"):
    show(IEEEContext, bits) if bits not in (0, 33) else None
with localcontext() as inner:
    inner.prec = 5
    print(D(1) / 7, inner is getcontext())
with localcontext(prec=7, rounding=ROUND_UP):
    print(D(1) / 7)
with localcontext(Context(prec=3)) as inner:
    print(D(1) / 7, getcontext().prec)
print(D(1) / 7)
show(localcontext, 3)
show(localcontext, x=3)
show(setcontext, 3)
setcontext(ExtendedContext)
print(getcontext() is ExtendedContext, getcontext().prec)
setcontext(Context(prec=12))
def in_context():
    setcontext(Context(prec=2))
    return D(2) / 3


print(contextvars.copy_context().run(in_context), D(2) / 3)

print("subclasses")


class Money(D):
    def __str__(self):
        return f"${super().__str__()}"


m = Money("3.50")
m.note = "x"
print(m, repr(m), type(m + 1), type(Money.from_float(2.5)), m == D("3.5"), type(D(m)), type(Money(m)), m.__dict__)
print(type(copy.copy(m)), copy.copy(D(1)), type(copy.deepcopy([m])[0]))


class Loose(Context):
    pass


loose = Loose(prec=3)
loose.extra = 1
print(loose, type(loose.copy()), loose.divide(1, 3), loose.extra)
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    again = pickle.loads(pickle.dumps([D("-1.50"), D("NaN12"), D("1E+500"), Context(prec=5, traps=[Inexact]), DecimalTuple(0, (1,), 2), DivisionByZero], protocol))
    print(again)
print(isinstance(D(1), numbers.Number), isinstance(D(1), numbers.Real), issubclass(DivisionUndefined if hasattr(decimal, "DivisionUndefined") else InvalidOperation, ArithmeticError))
for signal in Context().flags:
    print([base.__name__ for base in signal.__mro__])
print(D(1).real, D("1.5").imag, D(2).conjugate(), D("1.5").__reduce__(), D("7.50").as_tuple()._asdict())

print("formats")
for text in ["0", "-0.000", "1234567.891", "-0.00001234", "1E+10", "9.995", "Infinity", "-sNaN7"]:
    print([format(D(text), specification) for specification in
           ["", ".2f", ".0f", "f", "e", ".3e", "g", ".3g", "%", ".1%", ",", "020,.2f", "+.1f", " ", "<12", "*^15.1f", "=12", "012", "E", ".2E", "n", "\u00e9>14"]])
print(f"{D('3.14159'):.2f}", "{:>10}".format(D(5)), "%s %d %.2f" % (D("1.5"), D("2.5"), D("3.125")))
show(format, D(1), 3)
show(D(1).__format__)
print(D("1234567.5").__format__("n", {"decimal_point": ",", "thousands_sep": ".", "grouping": "\3\2"}))
show(D(1).__format__, "n", [])
