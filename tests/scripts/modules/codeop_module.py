"""Input that may go on, and input that may not: codeop, and the flags of compile() behind it."""
import codeop
import pickle

print(_IncompleteInputError.__mro__, _IncompleteInputError.__doc__, repr(pickle.loads(pickle.dumps(_IncompleteInputError("a")))))

sources = [
    "if x:", "f(", "'''a", "x = 1", "x = ", "x = \n", "class A:\n  pass\n", "try:\n  pass", "[1,", "def f():\n", "@d\n",
    "if 1:\n  x\nelse", "if 1: pass", "def x():\n  pass", "def x():\n  pass\n", "def x():\n  pass\n\n", "if 1:\n  f(\n1)",
    "x", "class A: x=1", "if 1: pass\nelse: pass", "if 1:\n  pass\nelse: pass", "@d\ndef x(): pass",
    "for x in y:\n if 1: pass", "a = 'a\\", "a = 'a\\\n", "'\\", "a = 'a", "a = 'a\n", "x = \\", "x = \\\n", "a b", "f(1))",
    "match x:\n", "with a as b", "with a as b:", "x = {1: 2,", "lambda", "return", "", "\n", "#", "1 if 2", "a = (\n\n",
]
for source in sources:
    try:
        print(repr(source), codeop.compile_command(source) is not None)
    except SyntaxError as error:
        print(repr(source), type(error).__name__)
    for flags in (0, 0x200):
        try:
            compile(source, "<x>", "single", flags)
            result = "ok"
        except SyntaxError as error:
            result = type(error).__name__
        print("   ", hex(flags), result)
