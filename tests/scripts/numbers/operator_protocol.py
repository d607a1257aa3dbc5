# Which methods an operator asks, and in which order: reflected methods of subclasses, in-place fallbacks, and the
# builtin sequences, whose + and * come after the numeric methods of both operands.
import operator

log = []


def make(name, bases=(), **methods):
    def method_of(method, result):
        def method_body(self, *others):
            log.append(f"{name}.{method}")
            return result
        return method_body
    return type(name, bases, {m: method_of(m, r) for m, r in methods.items()})


def shown(function, a, b):
    log.clear()
    try:
        result = function(a, b)
        result = repr(result) if type(result).__module__ == "builtins" else type(result).__name__
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    return ",".join(log) + " " + result


for symbol, name, function, inplace in [
    ("+", "add", operator.add, operator.iadd),
    ("*", "mul", operator.mul, operator.imul),
    ("-", "sub", operator.sub, operator.isub),
]:
    left, right, assign = f"__{name}__", f"__r{name}__", f"__i{name}__"
    Both = make("Both", **{left: "left", right: "right"})
    Neither = make("Neither", **{left: NotImplemented, right: NotImplemented})
    Overriding = make("Overriding", (Both,), **{right: "overriding right"})
    Inheriting = make("Inheriting", (Both,))
    Reflected = make("Reflected", **{right: "reflected"})
    InPlace = make("InPlace", **{assign: "in place"})
    InPlaceDeclines = make("InPlaceDeclines", **{assign: NotImplemented, left: "left"})
    Plain = make("Plain")
    Number = make("Number", (int,), **{right: "number"})
    Text = make("Text", (str,), **{right: "text"})
    Items = make("Items", (list,), **{right: "items"})
    PlainItems = make("PlainItems", (list,))
    values = [
        Both(), Neither(), Overriding(), Inheriting(), Reflected(), InPlace(), InPlaceDeclines(), Plain(), Number(3),
        Text("t"), Items([0]), PlainItems([5]), 2, "x", [1], (2,), None, {2: 3},
    ]
    for a in values:
        for b in values:
            print(symbol, type(a).__name__, type(b).__name__, shown(function, a, b))
            if isinstance(a, (list, set, dict)):
                a = type(a)(a)
            print(symbol + "=", type(a).__name__, type(b).__name__, shown(inplace, a, b))

for symbol, name, mirrored, function in [("<", "lt", "gt", operator.lt), ("==", "eq", "eq", operator.eq), ("!=", "ne", "ne", operator.ne)]:
    Both = make("Both", **{f"__{name}__": "method", f"__{mirrored}__": "mirrored"})
    Neither = make("Neither", **{f"__{name}__": NotImplemented, f"__{mirrored}__": NotImplemented})
    Overriding = make("Overriding", (Both,), **{f"__{mirrored}__": "overriding"})
    Inheriting = make("Inheriting", (Both,))
    Plain = make("Plain")
    Equal = make("Equal", __eq__=NotImplemented)
    values = [Both(), Neither(), Overriding(), Inheriting(), Plain(), Equal(), 1, 2.0, "x", [1], (2,), None, 1j, float("nan")]
    for a in values:
        for b in values:
            print(symbol, type(a).__name__, type(b).__name__, shown(function, a, b))
