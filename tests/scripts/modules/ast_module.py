# ast: trees of every node, places, literal_eval, unparse, visitors, signatures of builtins.
import ast
src='''
@dec(1)
# c
async def f(a, /, b: int=2, *args, c, d=3, **kw) -> str:
    "doc"
    x: int = 5; y = z = a + b * -c ** 2 // 3 if not d else lambda q=1: q
    for i, *j in range(10):
        if i > 3 and j or i is not None: continue
        elif i in (1, 2): break
        else: pass
    else: del x, y[0]
    while True: x += 1
    with open(f) as g, h: yield x
    async with q: await r
    try: raise E from e
    except (A, B) as err: pass
    except: ...
    else: assert x, "m"
    finally: global gg
    return [a for b in c if d if e for f in g], {k: v for k in z}, {1, 2}, {**a, 'b': 1}, (yield from q)
class C[T: int, *Ts, **P](B, metaclass=M):
    import os.path as p, sys
    from ..x import (y as z, w)
    from . import *
    a[1:2, ::3].b.c(*args, k=1, **kw)
    f"{x!r:>{w}} a {y=} b" "lit"
    b'bytes' if 0 else b'y'
    s = u'u' "v"
    type X[T] = list[T]
    (w := 5, 1.5, 2j, 10**30, 123456789012345678901234567890, None, True, ...)
    t"a{x + 1!s}"
    match p:
        case 1 | -2.5 | "s" | None: pass
        case [a, *rest] if rest: pass
        case {"k": v, **r}: pass
        case Pt(x, y=0) as q: pass
        case _: nonlocal_ = 1
    a < b <= c != d not in e
try:
    pass
except* ValueError:
    pass
'''
t=ast.parse(src)
print(ast.dump(t, include_attributes=False))
print(ast.unparse(t))
for n in ast.walk(t):
    if hasattr(n,'lineno'): print(type(n).__name__, n.lineno, n.col_offset, n.end_lineno, n.end_col_offset)
print(ast.literal_eval("{'a': [1, 2.5, -3, (None, True)], b'x': {1}, 'c': 1+2j}"))
for s in ("x", "f()", "1+", "[1", "'a' 'b'"):
    try: print(ast.literal_eval(s))
    except Exception as e: print(type(e).__name__, e)
print(ast.dump(ast.parse("x+1", mode="eval")), ast.dump(ast.parse("x", mode="single")))
class V(ast.NodeVisitor):
    def visit_Name(self, n): print(n.id, end=" ")
V().visit(t); print()
class T(ast.NodeTransformer):
    def visit_Constant(self, n): return ast.Constant(0)
print(ast.unparse(T().visit(ast.parse("a = 1 + b(2)"))))
print(ast.get_docstring(t.body[0]), ast.get_source_segment(src, t.body[0].body[1]))
import inspect
print(inspect.signature(len), inspect.signature(dict.get), inspect.signature(print), inspect.signature(int.to_bytes))
