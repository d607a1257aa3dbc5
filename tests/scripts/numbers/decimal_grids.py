# Operations x values x contexts of decimal: results, flags and traps, summed up by digests with samples beside them.
import hashlib
from decimal import (
    Clamped, Context, Decimal, DivisionByZero, FloatOperation, Inexact, InvalidOperation, Overflow, ROUND_05UP,
    ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Rounded,
    Subnormal, Underflow,
)

ROUNDINGS = [ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,
             ROUND_05UP]
VALUES = [Decimal(text) for text in """
    0 -0 0E+3 0E-20 1 -1 1.0 1.000 2 3 7 10 -10 0.5 -0.5 1.5 2.5 -2.5 9.99 99999 100000 1E+3 -1E-3 123456789
    12345678901234567890123456789012345678901234567890 0.000000000000000000000000000000000000000001234567
    9999999999999999999999999999 -0.9999999999999999999999999999 340282366920938463463374607431768211456
    1E+30 1E-30 9.99E+99 -1E-99 5E-105 Infinity -Infinity NaN -NaN7 sNaN sNaN1234567890123456789012345678901234
    1101 101010101010101010101010101010101010
""".split()]
CONTEXTS = [
    Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, traps=[]),
    Context(prec=3, rounding=ROUND_HALF_UP, Emin=-9, Emax=9, clamp=1, traps=[]),
    Context(prec=9, rounding=ROUND_FLOOR, Emin=-99, Emax=99, traps=[], capitals=0),
]
BINARY = """add subtract multiply divide divide_int remainder remainder_near divmod compare compare_signal
    compare_total compare_total_mag max max_mag min min_mag next_toward quantize same_quantum copy_sign logical_and
    logical_or logical_xor rotate scaleb shift""".split()
UNARY = """abs minus plus normalize next_minus next_plus to_integral_value to_integral_exact sqrt logb logical_invert
    copy_abs copy_negate copy_decimal is_canonical is_finite is_infinite is_nan is_normal is_qnan is_signed is_snan
    is_subnormal is_zero number_class to_sci_string to_eng_string canonical _apply""".split()


def flags(context):
    return "".join(signal.__name__[:3] for signal, on in context.flags.items() if on)


def run(context, name, *operands):
    context.clear_flags()
    return f"{getattr(context, name)(*operands)}".replace("Decimal", "") + " " + flags(context)


def report(name, lines):
    text = "\n".join(lines)
    print(name, len(lines), hashlib.md5(text.encode()).hexdigest(), "|".join(lines[7::len(lines) // 4 + 1]))


for number, context in enumerate(CONTEXTS):
    print("context", number, context)
    step = 1 if number == 0 else 3
    for name in UNARY:
        report(name, [run(context, name, a) for a in VALUES])
    for name in BINARY:
        report(name, [run(context, name, a, b) for a in VALUES[number::step] for b in VALUES])
    report("fma", [run(context, "fma", a, b, c) for a in VALUES[::4] for b in VALUES[1::5] for c in VALUES[2::6]])

print("roundings")
for rounding in ROUNDINGS:
    context = Context(prec=3, rounding=rounding, Emin=-5, Emax=5, traps=[])
    lines = [run(context, "create_decimal", f"{sign}{digits}{tail}E{exponent}") for sign in ("", "-")
             for digits in ("100", "101", "105", "119", "995", "999") for tail in ("", "0", "1", "49", "5", "50", "51", "9")
             for exponent in (-9, -4, 0, 3)]
    report(rounding, lines)
    report("integral", [f"{Decimal(text).to_integral_exact(rounding, context)}"
                        for text in "-2.5 -1.5 -1.1 -0.5 -0.4 0.1 0.5 1.4 1.5 1.6 2.5 5.1 10.1 0E-3 1E+3".split()])
    report("quantize", [f"{Decimal(text).quantize(Decimal('0.1'), rounding)}"
                        for text in "1.05 1.15 1.149 -1.151 0.95 0.99 -0.05 0.051 2 9.99".split()])

print("elementary")
for precision in (1, 9, 28, 60):
    context = Context(prec=precision, Emin=-999, Emax=999, traps=[])
    numbers = "0.1 -0.1 1 2 -2 10 0.5 1.0000000000001 0.99999999999999999 123.456 1E-20 -700 2000 -3000 1E+20 1E-40 3E-999"
    for name in ("exp", "ln", "log10", "sqrt"):
        report(name, [run(context, name, Decimal(text)) for text in numbers.split()])
    pairs = [(a, b) for a in "2 10 0.5 1 1.00 -1 -2 1.1 1E+10 0.99999 7.25 Infinity 0".split()
             for b in "0 1 -1 2 -3 0.5 1E+2 0.333 -0.25 33 1000 12345678901234567890123 -Infinity".split()]
    report("power", [run(context, "power", Decimal(a), Decimal(b)) for a, b in pairs])
context = Context(prec=28, traps=[])
triples = [(a, b, m) for a in (0, 1, -3, 17, 10**25) for b in (0, 1, 2, 65537, 10**30) for m in (1, -7, 1000, 10**20 + 39)]
report("modulo", [run(context, "power", a, b, m) for a, b, m in triples])

print("traps")
for signal, name, operands in [
    (InvalidOperation, "divide", ("Infinity", "Infinity")), (InvalidOperation, "divide", (0, 0)),
    (InvalidOperation, "divide_int", ("1E50", 1)), (InvalidOperation, "add", ("sNaN", 1)),
    (InvalidOperation, "create_decimal", ("x",)), (InvalidOperation, "quantize", (1, "1E-99")),
    (InvalidOperation, "sqrt", (-1,)), (DivisionByZero, "divide", (1, 0)), (DivisionByZero, "logb", (0,)),
    (DivisionByZero, "divmod", (1, 0)), (Overflow, "multiply", ("9E9", "9E9")), (Underflow, "multiply", ("9E-9", "9E-9")),
    (Subnormal, "multiply", ("1E-9", "1E-1")), (Inexact, "divide", (1, 3)), (Rounded, "plus", ("1.00000000",)),
    (Clamped, "create_decimal", ("0E-999",)), (FloatOperation, "create_decimal", (1.5,)),
]:
    context = Context(prec=5, Emin=-9, Emax=9, traps=[signal])
    if name != "create_decimal":
        operands = tuple(Decimal(operand) for operand in operands)
    try:
        getattr(context, name)(*operands)
    except signal as error:
        print(name, *operands, type(error).__name__, error.args, flags(context))
    else:
        print(name, *operands, "nothing raised")
