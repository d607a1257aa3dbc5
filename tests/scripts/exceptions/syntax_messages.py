# SyntaxError wording for what people commonly get wrong.
CASES = [
    "x = ", "if x", "if x:\n", "print 'a'", "print(1", "(1", "x = [1, 2", "a b", "1 = x", "f() = 1", "x + 1 = 2", "def f(", "def f():\nreturn 1", "  x = 1", "if 1:\n    x\n  y", "class", "for x in", "for in y: pass",
    "while", "import", "from x import", "x = 'abc", 'x = """abc', "'a' 'b", "5x", "0777", "0b12", "0xg", "1__0", "x = 1,,2", "[1 2]", "{1: }", "{1, 2: 3}", "lambda x", "f(a=1, 2)", "f(**k, *a)", "f(a=1, a=2)", "def f(a, a): pass",
    "def f(a=1, b): pass", "def f(*): pass", "def f(*, **k): pass", "return 1", "yield 1", "break", "continue", "await x", "nonlocal x", "def f():\n nonlocal x", "def f():\n x = 1\n global x", "def f(x):\n global x", "del f()", "del 1", "x = yield = 1",
    "None = 1", "True = 1", "def None(): pass", "f(None=1)", "x: int: str", "(x, y): int = 1", "*a = 1", "*a", "a, *b, *c = x", "try:\n pass", "try:\n pass\nexcept:\n pass\nexcept ValueError:\n pass", "else: pass", "if x = 1: pass", "while x = 1: pass",
    "x = 5 if 1", "assert", "raise from x", "with open(x) as 5: pass", "@", "@x", "async x", "f'{'", "f'{x'", "f'{}'", "f'{x!z}'", "f'{x!}'", "f'}'", "f'{x:{y:{z}}}'", "f'{lambda x: 1}'", "b'é'", "'\\N{nope}'", "'\\x1'", "'\\u12'", "x = $", "x = ?", "a!b", "`x`",
    "x ++", "x--", "i++", "&& x", "a <> b", "x === y", "not = 1", "def f() -> : pass", "match x:\n case 1: pass\n case y: pass\n case 2: pass", "match x:\n case {**a, 'b': 1}: pass", "match x:\n case a | b: pass", "import a.b as c.d", "from . import *\ndef f():\n from x import *", "from __future__ import nope", "class C:\n return 1",
    "[x for x in y for]", "(x for x in y", "{**a for a in b}", "[*a for a in b]", "x = (y for y in z, 1)", "f(x for x in y, 1)", "print(a b)", "x = {a b}", "\tif 1:\n        x", "if 1:\n\tx\n        y", "for x in y\n    pass", "while 1\n    pass", "def f()\n    pass", "class A\n    pass", "else if x: pass", "elif x: pass", "x = 'a\nb'", "x = \\ 1", "(a, b) += 1", "[a] += 1", "f() += 1", "x := 1", "(x := 1) = 2", "[i := 0 for i in x]", "f(a.b=1)", "f(1=2)", "'a'.5", "1.real", "a.1", "global x, x\nx = 1; global x",
]
for case in CASES:
    try:
        compile(case, "<case>", "exec")
        print(f"{case!r}: compiled")
    except SyntaxError as e:
        print(f"{case!r}: {type(e).__name__}: {e.msg} ({e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset})")
