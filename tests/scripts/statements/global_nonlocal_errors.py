# Programs refused at compile time inside a running program, each caught.
CASES = [
    "def f():\n  x = 1\n  global x", "def f():\n  print(x)\n  global x", "def f(x):\n  global x", "nonlocal x", "def f():\n  nonlocal x", "class C:\n  nonlocal x", "def f():\n  x = 1\n  def g():\n    x = 2\n    nonlocal x", "def f():\n  x = 1\n  def g(x):\n    nonlocal x", "def f():\n  global x\n  nonlocal x", "def f():\n  global x\n  def g():\n    nonlocal x",
    "def f():\n  x: int = 1\n  global x", "for i in range(3):\n  def f(): continue", "class C: break", "def f():\n  yield\n  return 1", "lambda: (yield)", "[(yield) for x in y]", "def f():\n  [(yield x) for x in y]", "class C:\n  yield 1", "async def f():\n  yield from x", "def f():\n  await x", "def f(a, *, a): pass", "def f(**k, a): pass", "def f(*a, *b): pass", "def f(a, /, b, /): pass",
    "def f(/, a): pass", "def f(a=1, /, b): pass", "def f(*, a, /): pass", "try:\n  pass\nfinally:\n  continue", "while 1:\n  try: pass\n  finally: continue", "from x import *", "def f():\n  from x import *", "import x.y as z", "x: int; global x", "__debug__ = 1", "def f(__debug__): pass", "del __debug__", "f(__debug__=1)", "a.__debug__ = 1", "(a for a in b) = 1", "[a for a in b] = 1", "a if b else c = 1", "lambda: x = 1", "a and b = 1", "a < b = 1",
    "-a = 1", "f'{a}' = 1", "... = 1", "{} = 1", "{a} = 1", "(a, 1) = 1", "[a, f()] = 1", "for 1 in x: pass", "for f() in x: pass", "with a as f(): pass", "with a as (b, 1): pass", "a = 1 = b", "a += b += c", "a: b: c", "(a): int; a", "a.b: int", "f(): int", "del (a, f())", "del a + b", "del [a, 1]", "del *a", "*a", "print(*)", "return", "x = return", "class C(x=1, x=2): pass", "f(**a, b)", "f(*a, b=1, *c, **d)", "f(b=1, c)", "type X = (yield)", "def f[T: (yield)](): pass", "def f[T, T](): pass", "class C[T](T): pass", "with (a, b): pass", "with (a as b, c as d): pass",
]
for case in CASES:
    try:
        compile(case, "<s>", "exec")
        print("ok      ", repr(case))
    except SyntaxError as e:
        print(f"{type(e).__name__}: {e.msg} | line {e.lineno} col {e.offset} | {case!r}")
