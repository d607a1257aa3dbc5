# Format specs for floats and ints: every presentation type against widths, signs, precision and grouping.
floats = [0.0, -0.0, 1.0, -1.5, 3.14159265, 1234567.891, 1e-7, 1e20, 123456789.0, float("inf"), float("-inf"), float("nan"), 0.000123456, 99999.5]
specs = ["", "e", "E", "f", "F", "g", "G", "%", "n", ".0f", ".1f", ".3f", ".10f", ".0e", ".3e", ".3g", ".10g", "#.0f", "#g", "10", "<10", ">10", "^10", "=10", "010", "+", "-", " ", "+.2f", " .2f", ",", ",.2f", "_.3f", "*^15.2f", "#>12g", "z.1f", ".1%", "015,.2f", "+015.3e", ".0%", ".20g", "_", "020_.4f", ".3"]
for spec in specs:
    print(spec.ljust(10), [format(x, spec) for x in floats])
ints = [0, 1, -1, 42, -12345, 1234567, 2**70, -(10**25)]
specs = ["", "d", "b", "o", "x", "X", "#b", "#o", "#x", "#X", "c", "n", "e", "f", "g", "%", "10", "<10", "^11", "=+10", "010", "+d", " d", ",", "_", "_x", "#_b", "*>12", "012,", "+_d", ".2f", ",.3f", "08b", "#010x", "x<#12o"]
for spec in specs:
    row = []
    for n in ints:
        try:
            row.append(format(n, spec))
        except (ValueError, OverflowError) as e:
            row.append(type(e).__name__ + ": " + str(e))
    print(spec.ljust(10), row)


def check(value, spec):
    try:
        print(repr(format(value, spec)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


for value, spec in [(1, ".2"), (1, "s"), (1.5, "d"), (1.5, "x"), ("a", "d"), ("a", "+"), ("a", "=5"), ("a", ","), (1, "q"), (1, "10.5d"), (1, "+c"), (1.0, "_,"), (1, ",,"), (1, ",x"), (1, "5 d"), (None, "5"), ([], "x"), (True, "d"), (True, ""), (True, "5"), (1j, "f"), ("abc", ".2"), ("abc", "5.1"), ("abc", "^7"), ("abc", "*<7s"), ("é", ">4"), (1, "1000000000000000000000"), (1.5, ".1000000000000000000000f"), (1, "{"), (3, "#c"), (-3, "c"), (1, "\u00e9>5")]:
    check(value, spec)
print("%5.1f|%-8d|%+d|%08.3f|%x|%#o|%e|%g|%G|%c|%c|%%|%s|%r|%a|%5s|%-5s|%.2s|%i|%u" % (3.14159, 42, 7, -3.5, 255, 8, 12345.678, 1e-10, 1e20, "x", 65, "s", "r", "é", "ab", "cd", "xyz", 5, 6))
print("%(a)s %(b)05d %(a)r" % {"a": 1, "b": 2}, "%*d" % (5, 3), "%-*d|" % (5, 3), "%.*f" % (2, 3.14159), "%s" % (("t",),), "%s %s" % (1, [2]), "%d" % 3.99, "%x" % 255, "%#X" % 255, "% d" % 5)
for template, value in [("%d", "a"), ("%d", None), ("%s %s", (1,)), ("%s", (1, 2)), ("%z", 1), ("%", 1), ("%(a)s", 1), ("%(a)s", {}), ("%c", "ab"), ("%c", -1), ("%x", 1.5), ("%f", "x"), ("abc", 1), ("%*d", ("a", 1)), ("%i", 2**70), ("%5%", ()), ("%.3d", 7), ("%+.3i", 7), ("%#x", -255), ("%s", b"x")]:
    try:
        print(repr(template % value))
    except Exception as e:
        print(template, type(e).__name__ + ":", e)
