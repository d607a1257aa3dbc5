# tokenize: every kind of token, places, errors.
import tokenize, io
src = '''# comment
def f(a, b=1):
    """doc"""
    if a:
        return f"x{a!r:>{b}}y" + 'z'  # c

    x = [1,
      2]
\tclass
'''
def show(s):
    try:
        for t in tokenize.generate_tokens(io.StringIO(s).readline): print(t)
    except BaseException as e: print(type(e).__name__, e)
show('# comment\ndef f(a, b=1):\n    """doc"""\n    if a:\n        return f"x{a!r:>{b}}y{{}}" + \'z\'  # c\n\n    x = [1,\n      2]\n')
show("x = 1e5 + 0xFF if a<=b else c->d:=3 ... ä\n@x\ny//=2; $ ? !")
show("x = 1\\\n+2")
show("(1")
show("'abc")
show("'''abc\n")
show("if 1:\n  a\n b\n")
show("  x\n")
show("")
show("\n")
show("a\r\nb")
show("1_000 0b1 1j 1.5e-3J .5 0777")
show("rb'x' t'a{b}c' f''' {\n a = } '''")
print([tuple(t) for t in tokenize.tokenize(io.BytesIO("é=1\n".encode()).readline)])
