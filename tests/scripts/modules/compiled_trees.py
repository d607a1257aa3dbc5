"""compile() of syntax trees: what ast.parse gave, what was transformed, what was built by hand, and trees that are none."""
import ast
import sys
import traceback

SOURCE = '''
"""doc"""
import os.path as p, sys
from math import (floor as f, ceil)
x: int = 3
y: "str"
a, *b = [1, 2, *range(3)]
(c), [d, e] = 1, (2, 3)
class Base: pass
class C(Base, metaclass=type):
    """class doc"""
    z = 1
    @property
    def prop(self): return self.z + 1

    @staticmethod
    # a comment
    def stat(u, /, v=2, *args, w, q=5, **kw) -> int:
        "doc of stat"
        return u, v, args, w, q, kw
    @classmethod
    def klass(cls): return cls.__name__
    def __mangled(self): return "mangled"
    def call(self): return self.__mangled()
class G[T: int, *Ts, **P]: pass
type Alias[T] = list[T]
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return n
    inner()
    return inner() + n
def gen(n):
    try:
        for i in range(n):
            if i == 3: continue
            elif i > 5: break
            else: got = yield i
        else:
            yield "else"
    finally:
        yield "finally"
def catch(kind):
    try:
        raise kind("x") from None
    except (ValueError, TypeError) as error:
        return "caught", str(error)
    else:
        return 1
    finally:
        global_list.append(kind.__name__)
def star(group):
    try:
        raise group
    except* ValueError as v:
        n = len(v.exceptions)
    return n
def match(value):
    match value:
        case 0 | 1: return "small"
        case -2.5: return "negative"
        case 1+2j: return "complex"
        case "s": return "string"
        case b"b": return "bytes"
        case None | True: return "singleton"
        case [a, [b, *rest], _] if a: return a, b, rest
        case {"k": v, **others}: return v, others
        case C(z=1) as instance: return type(instance).__name__
        case os.sep: return "sep"
        case _: return "other"
async def coroutine(items):
    async with manager() as m:
        result = [i async for i in agen(items) if i]
        await nothing()
    return m, result
def loops(n):
    total = 0
    while n:
        n -= 1
        if n % 2: continue
        total += n
    else:
        total *= 10
    del n
    return total
def expressions(t):
    k = {**{"a": 1}, "b": 2}
    lam = lambda u, *v, w=1, **k: (u, v, w, k)
    walrus = [(h := i, h * 2) for i in range(3) if i if i > 0]
    return (k, lam(1, 2, w=3, z=4), walrus, {i: j for i, j in zip("ab", "cd")}, {i % 2 for i in range(5)},
            sum(i for i in range(4)), t[1:2], t[::-1], t[0], not t, -1 ** 2, ~5, +3, 7 // 2, 7 % 4, 2 @ Mat() if t else 0,
            1 < 2 <= 2 != 3, t is None, 1 in t, 5 not in t, t and 1 or 2, (1 if t else 2), f"{t!r:>20}|{t[0]:{t[1]}d}{{}}|{1.5=}",
            b"by" + b"tes", 10**30, 0xffffffffffffffff, 1e100, 3j, ..., (yield_ := 5), "con" "cat" f"{1}", print(*t, sep="-"))
'''

class Mat:
    def __rmatmul__(self, other): return "matmul", other
class Manager:
    async def __aenter__(self): return "entered"
    async def __aexit__(self, *exc): return False
async def agen(items):
    for i in items: yield i
async def nothing(): pass

def namespace():
    import os
    return {"__name__": "tree", "Mat": Mat, "manager": Manager, "agen": agen, "nothing": nothing, "global_list": [], "os": os}

def show(ns):
    C = ns["C"]
    out = [ns["__doc__"], ns["x"], ns["__annotations__"] if "__annotations__" in ns else None, ns["a"], ns["b"], ns["c"], ns["d"], ns["e"],
           C.__doc__, C().prop, C.stat(1, w=3, extra=4), C.stat.__doc__, C.klass(), C().call(), ns["G"].__type_params__, ns["Alias"],
           ns["outer"](), list(ns["gen"](8)), list(ns["gen"](2)), ns["catch"](ValueError), ns["global_list"],
           ns["star"](ExceptionGroup("g", [ValueError(1), ValueError(2)])), ns["loops"](6),
           [ns["match"](v) for v in (0, -2.5, 1+2j, "s", b"b", None, [1, [2, 3, 4], 5], {"k": 1, "l": 2}, C(), "/", 99)],
           ns["expressions"]((1, 2, 3)), C.prop.fget.__code__.co_firstlineno, C.stat.__code__.co_firstlineno, C.__firstlineno__]
    try:
        ns["coroutine"]([0, 1, 2]).send(None)
    except StopIteration as stop:
        out.append(stop.value)
    return repr(out)

direct, through = namespace(), namespace()
exec(compile(SOURCE, "<tree>", "exec"), direct)
tree = ast.parse(SOURCE)
exec(compile(tree, "<tree>", "exec"), through)
print(show(direct) == show(through), show(through))
print(eval(compile(ast.parse("1 + 2 * x", mode="eval"), "<e>", "eval"), {"x": 5}))
exec(compile(ast.Interactive([ast.parse("6 * 7").body[0]]), "<s>", "single"))
print(compile(tree, "f", "exec", ast.PyCF_ONLY_AST) is tree)

# Transformed trees.
class Fold(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        return ast.copy_location(ast.Call(ast.Name("trace", ast.Load()), [ast.Constant(type(node.op).__name__), node.left, node.right], []), node)
tree = ast.fix_missing_locations(Fold().visit(ast.parse("r = 1 + 2 * (3 - x)")))
ns = {"x": 1, "trace": lambda op, a, b: (op, a, b)}
exec(compile(tree, "<t>", "exec"), ns)
print(ns["r"])
module = ast.Module([ast.Assign([ast.Name("@odd", ast.Store())], ast.Constant((1, -2, (3.5, "s", None)))), ast.Assert(ast.Compare(ast.Name("@odd", ast.Load()), [ast.Is()], [ast.Constant(None)]), ast.JoinedStr([ast.Constant("odd is "), ast.FormattedValue(ast.Name("@odd", ast.Load()), 114)]))], [])
ast.fix_missing_locations(module)
ns = {}
try:
    exec(compile(module, "<odd>", "exec"), ns)
except AssertionError as error:
    print("assertion", error, ns["@odd"])
for constant in (0, -5, 2**70, -2**70, 1.5, -0.0, float("inf"), 1+2j, "t", b"b", (), (1, (2,)), True, None, ...):
    e = ast.Expression(ast.Constant(constant))
    value = eval(compile(ast.fix_missing_locations(e), "", "eval"))
    print(repr(value), type(value) is type(constant), end=" ")
print()

# Places: lines and columns of the tree show in tracebacks.
text = "def f(a):\n    return (a.\n        b / 0)\n\n@deco(\n  1)\ndef g(): 1/0\ng()\n"
for shift in (0, 10):
    tree = ast.parse(text)
    ast.increment_lineno(tree, shift)
    def deco(n): return lambda function: function
    ns = {"deco": deco}
    try:
        exec(compile(tree, "<places>", "exec"), ns)
    except ZeroDivisionError as error:
        for frame in traceback.extract_tb(error.__traceback__)[1:]:
            print(frame.lineno, frame.end_lineno, frame.colno, frame.end_colno, frame.name)
    try:
        ns["f"](type("O", (), {"b": 1}))
    except ZeroDivisionError as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        print(frame.lineno, frame.end_lineno, frame.colno, frame.end_colno, frame.name, ns["g"].__code__.co_firstlineno)

# What is no tree.
def name(ctx=None): return ast.Name("n", ctx or ast.Load())
def fails(tree, mode="exec", fix=True):
    if fix and isinstance(tree, ast.AST):
        ast.fix_missing_locations(tree)
    try:
        compile(tree, "<bad>", mode)
    except Exception as error:
        print(type(error).__name__, "|", error)
    else:
        print("compiled")
fails(ast.Expression(ast.Constant(1)))
fails(ast.Module([], []), "eval")
fails(ast.Module([ast.Pass()], []), fix=False)
fails(ast.Module([ast.Constant(1)], []))
fails(ast.Module([ast.Expr(ast.Pass())], []))
fails(ast.Module([ast.Expr(5)], []), fix=False)
fails(ast.Module("x", []))
fails(ast.Module([ast.Assign([name()], ast.Constant(1))], []))
fails(ast.Module([ast.Assign([ast.Constant(1)], ast.Constant(1))], []))
fails(ast.Module([ast.Assign([], ast.Constant(1))], []))
fails(ast.Module([ast.Expr(name(ast.Store()))], []))
fails(ast.Module([ast.While(name(), [], [])], []))
fails(ast.Module([ast.Try([ast.Pass()], [], [], [])], []))
fails(ast.Module([ast.Try([ast.Pass()], [], [ast.Pass()], [ast.Pass()])], []))
fails(ast.Module([ast.Raise(None, name())], []))
fails(ast.Module([ast.Return(name())], []))
fails(ast.Module([ast.Break()], []))
fails(ast.Module([ast.Global(["a", "b"]), ast.Nonlocal(["a"])], []))
fails(ast.Module([ast.Expr(ast.Name("True", ast.Load()))], []))
fails(ast.Module([ast.Expr(ast.Constant([1]))], []))
fails(ast.Module([ast.Expr(ast.Compare(name(), [ast.Lt()], []))], []))
fails(ast.Module([ast.Expr(ast.BoolOp(ast.And(), [name()]))], []))
fails(ast.Module([ast.Expr(ast.Dict([name()], []))], []))
fails(ast.Module([ast.Expr(ast.ListComp(name(), []))], []))
fails(ast.Module([ast.ImportFrom("m", [ast.alias("a")], -1)], []))
fails(ast.Module([ast.Import([])], []))
fails(ast.Module([ast.Expr(ast.UnaryOp(ast.Add(), name()))], []))
fails(ast.Module([ast.Expr(ast.Lambda(ast.arguments([], [], None, [], [], None, [name()]), name()))], []))
fails(ast.Module([ast.Match(name(), [ast.match_case(ast.MatchAs(None, "_"), None, [ast.Pass()])])], []))
fails(ast.Module([ast.Match(name(), [ast.match_case(ast.MatchValue(name()), None, [ast.Pass()])])], []))
fails(5)
place = ast.Pass(lineno=5, col_offset=3, end_lineno=5, end_col_offset=1)
fails(ast.Module([place], []), fix=False)
place = ast.Pass(lineno=5, col_offset=3, end_lineno=4, end_col_offset=1)
fails(ast.Module([place], []), fix=False)
class MyName(ast.Name): pass
print(eval(compile(ast.fix_missing_locations(ast.Expression(MyName("n", ast.Load()))), "", "eval"), {"n": "subclass"}))
deep = ast.Constant(1)
for _ in range(600):
    deep = ast.UnaryOp(ast.USub(), deep)
print(eval(compile(ast.fix_missing_locations(ast.Expression(deep)), "", "eval")) if sys.getrecursionlimit() > 5000 else "shallow")
