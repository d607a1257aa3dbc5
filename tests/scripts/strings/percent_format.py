# The % operator on str: flags, widths, mappings, all conversions on a grid of values.
values = [0, 7, -42, 3.14159, -0.5, 1e20, 255, 2**70]
for spec in "%d %i %u %x %X %o %e %E %f %F %g %G %s %r %a %5d %-5d| %05d %+d %.3d %#x %#o %.2f %10.3f %-10.1e| %+.0f %05.1f %.10g %c".split():
    row = []
    for v in values:
        try:
            row.append(spec % v)
        except (TypeError, OverflowError, ValueError) as e:
            row.append(type(e).__name__)
    print(spec, row)
print("%s %s %s" % (1, "a", None), "%s" % "x", "%r" % "x", "%(a)d/%(b)s" % {"a": 1, "b": [2]}, "%%", "%d%%" % 50, "%5s|%-5s|%.1s" % ("a", "b", "cd"), "%*.*f" % (8, 2, 3.14159), "%-*d|" % (6, 42), "%s" % (1,), "%s" % ((1, 2),), "%s and %s" % ("a", ("b",)))


class T:
    def __str__(self):
        return "S"

    def __repr__(self):
        return "R"

    def __int__(self):
        return 7

    def __float__(self):
        return 2.5

    def __index__(self):
        return 9


t = T()
print("%s %r %a %d %x %f %5s %c" % (t, t, t, t, t, t, t, t))
for template, args in [("%d", "1"), ("%d", 1.9), ("%x", 1.5), ("%f", "a"), ("%c", "ab"), ("%c", 300), ("%c", -1), ("%c", 1.0), ("%s %s", "a"), ("%s", ()), ("%s", (1, 2)), ("%q", 1), ("%", ()), ("%(x)s", 5), ("%(x)s", {"y": 1}), ("%(x", {"x": 1}), ("a", 1), ("a", {}), ("a", ()), ("%s", {}), ("%d", True), ("%*d", (1.5, 2)), ("%.*f", (2,)), ("%10", 1), ("%l", 1), ("%ld", 5), ("%hd", 5), ("% 5d", 3), ("%-05d|", 3), ("%+s", "a"), ("%#s", "a"), ("%.0s|", "abc"), ("%s%%%s", (1, 2)), ("%é", 1)]:
    try:
        print(repr(template), "->", repr(template % args))
    except Exception as e:
        print(repr(template), "->", type(e).__name__, e)
print("".join("%c" % c for c in (72, "i", 0x1F600)), "%5c|%-5c|" % ("x", 65), "%s" % b"x", "%r" % b"x", "%a" % "é€", "%s" % 1.0, "%s" % 1e100, "%s" % True, "%d" % False, "%.3s" % 123456, "%5.1s|" % "abc", "%i" % -0.9)
s = "%s-%s"
s %= ("a", "b")
print(s, "%d items" "%s" % (3, "!"), ("%d" * 3) % (1, 2, 3), [("%02d:%02d" % divmod(m, 60)) for m in (0, 59, 60, 135)])
