# str.format and the format mini language's field syntax.
def check(template, *args, **kw):
    try:
        print(template, "->", template.format(*args, **kw))
    except Exception as e:
        print(template, "->", type(e).__name__ + ":", e)


class P:
    def __init__(self):
        self.x = 1
        self.items = {"k": "v", 3: "three"}
        self.l = [10, 20]


p = P()
check("{} {}", 1, 2)
check("{1} {0} {1}", "a", "b")
check("{a} {b}", a=1, b=2)
check("{0.x} {0.l[1]} {0.items[k]} {0.items[3]}", p)
check("{p.x} {p.l[0]}", p=p)
check("{:>5}|{:<5}|{:^5}|{:*^7}", 1, 2, 3, "mid")
check("{:{}}|{:{w}.{p}f}", "ab", 5, 3.14159, w=8, p=2)
check("{0:{1}}", 5, ">4")
check("{!r} {!s} {!a}", "q", "q", "é")
check("{0!r:>6}", "q")
check("{{}} {{{}}}", 5)
check("{:,} {:_} {:x} {:#b} {:08.2f} {:+}", 1234567, 1234567, 255, 5, 3.14159, 7)
check("{:%}", 0.256)
check("{} {}", 1)
check("{0} {}", 1, 2)
check("{} {0}", 1, 2)
check("{a}", 1)
check("{0.nope}", p)
check("{0[5]}", [1])
check("{0[k]}", {"z": 1})
check("{", 1)
check("}", 1)
check("{!}", 1)
check("{!z}", 1)
check("{:q}", 1)
check("{0[}", [1])
check("{0.}", [1])
check("{a.b.c}", a=p)
check("{:d}", "s")
check("{:s}", 5)
check("{-1}", 1)
check("{ 0}", 1)
check("{0[-1]}", [1, 2])
check("{0[ab cd]}", {"ab cd": 5})
check("{:{:{}}}", 1, 2, 3)
check("no fields", 1, 2)
check("", 1)
check("{:>{w}}", "a", w="x")
check("{0}{0!r}{0:>3}", "z")
check("{:c}{:c}", 65, 8364)
check("{:n} {:g} {:e}", 1000000, 0.0001, 12345.678)
check("{:.3} {:.10} {:10.2}|", "abcdef", "ab", "xyz")
check("{:é^9}", "mid")
check("{:<<5}{:>>5}{:^^5}", 1, 2, 3)
check("{:=+7}|{:=-7}|{:= 7}", 42, 42, 42)
print("{x} {y}".format_map({"x": 1, "y": 2}))


class Default(dict):
    def __missing__(self, key):
        return "<" + key + ">"


print("{x} {zz}".format_map(Default(x=1)))
print("{0:{fill}{align}{width}}".format("v", fill="*", align="^", width=9))
print("{} is {age:d} years".format("Ann", age=30), "{0}, {0!r}, {1}".format("a", "b"))
print(format(5), format("s", ">3"), format(2.5, ".3f"), format(True), format(None, ""), format([1]))
import string
f = string.Formatter()
print(f.format("{0} {a}", 1, a=2), list(f.parse("a{b!r:c}d{{}}{}")), f.vformat("{0[0]}", ([9],), {}))
