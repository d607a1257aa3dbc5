# Which keyword arguments exceptions take, and whose name the error says
class I(ImportError): pass
class N(NameError): pass
class A(AttributeError): pass
class S(StopIteration): pass
class O(OSError): pass
class Y(SyntaxError): pass
for c in (ImportError, I, NameError, N, AttributeError, A, S, O, Y, ModuleNotFoundError, UnicodeDecodeError, KeyError, StopIteration, OSError, SyntaxError):
    for kw in ({'bogus':1},{'name':1,'bogus':2},{'name':1},{'obj':1},{'obj':1,'name':2,'x':3},{'a':1,'b':2,'c':3,'d':4}):
        try: print(c.__name__, kw, repr(c("m", **kw)))
        except Exception as e: print(c.__name__, kw, type(e).__name__, e)
