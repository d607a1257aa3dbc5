# f-strings: conversions, specs, nesting, self-documenting, escapes, evaluation order.
name = "world"
n = 42
x = 3.14159
d = {"a": 1, "b": [1, 2]}
print(f"hello {name}", f"{n}", f"{n + 1}", f"{x:.2f}", f"{n:>6}|{n:<6}|{n:^6}|{n:06}", f"{name!r}", f"{name!s:>8}", f"{'é'!a}", f"{n:#x} {n:b}")
print(f"{d['a']}", f"{d["b"][1]}", f"{[i * 2 for i in range(3)]}", f"{ {1: 2}[1] }", f"{(lambda v: v * 2)(4)}", f"{'nested ' + f'{n}'}", f"{n if n > 1 else 0}")
print(f"{n=}", f"{n = }", f"{name=!s}", f"{x=:.1f}", f"{n + 1=}", f"{ n  =  }", f"{d['a']=}", f"{name=:>10}")
print(f"{{}}", f"{{{n}}}", f"}}{{", f"a{{b}}c", f"", f"{'{}'}", f"\t{n}\x41\u00e9\N{BULLET}", rf"\t{n}\d", f"{'a\nb'}", f'{"quote"}', f"""{
    n
    + 1
}""")
width, prec = 10, 3
print(f"{x:{width}.{prec}f}|", f"{x:{'>' + str(width)}}|", f"{name:{'*'}^{width}}|", f"{n:{width}{'d'}}", f"{x!r:{width}}|", f"{x:{width}.{prec + 1}}")
print("a" f"{n}" "b" "c{n}", f"{n}" f"{name}", f"{n:,} {10**9:,} {10**9:_}", f"{n!s}{n!r}{n!a}")


class Custom:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "R"

    def __str__(self):
        return "S"


c = Custom()
print(f"{c} {c:abc} {c!r} {c!s} {c!r:>3} {c:{n}} {c=} {c=!s} {c=:q}", format(c), format(c, "z"), "{:xyz}".format(c), "%s %r" % (c, c))


class Plain:
    def __str__(self):
        return "plain"


try:
    print(f"{Plain():>10}")
except TypeError as e:
    print("TypeError:", e)
print(f"{Plain()}|{Plain()!s:>10}|")


def trace(v):
    print("eval", v)
    return v


print(f"{trace(1)} {trace('w'):>{trace(5)}} {trace(3)}")
print(f"{[f'{i}:{j}' for i in range(2) for j in range(2)]}", f"{max([1, 5, 3])!r:0>4}", f"{1:}", f"{'x':}", f"{None}", f"{True:d}", f"{1j:.1f}")
print(f"{3 != 4}", f"{n == 42}", f"{n >= 42}", f"{(y := 5)}", f"{y}", f"{n:=+8}", f"{'a' 'b'}", f"{'' or 'empty'}", f"{not n}")
print(f"{'#' * 3}", f"{n # a comment
}", f"{'''tri'''}", f"{f"{f"{n}"}"}", f'{d["b"]!r}', f"{*[1, 2], 3}", f"{name[::-1]}", f"{name.upper()} {name[0]}{name[-1]}")


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: f"{undefined}")
check(lambda: f"{1 / 0}")
check(lambda: f"{n:q}")
check(lambda: f"{name:d}")
check(lambda: f"{[]:5}")
check(lambda: f"{d['zz']}")
for i in range(3):
    print(f"{i}: {'even' if i % 2 == 0 else 'odd'} {i ** 2:>3} {i / 3:.3%}")


def wrap(v):
    return f"<{v}>"


print(f"{wrap(f'{wrap(n)}')}", (lambda: f"{n}{name}")(), [f"{k}={v}" for k, v in d.items()])
log = f"{n:>{width}}" + f"{'':->{width}}" + f"{name!r:^{width}}"
print(log)
