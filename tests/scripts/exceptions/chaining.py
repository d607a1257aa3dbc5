# __cause__, __context__, __suppress_context__, notes, cycles, what tracebacks hold.
import sys


def ctx(e):
    return repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__


try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("second")
except ValueError as e:
    print(ctx(e))
try:
    try:
        1 / 0
    except ZeroDivisionError as z:
        raise ValueError("second") from z
except ValueError as e:
    print(ctx(e))
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("second") from None
except ValueError as e:
    print(ctx(e))
try:
    raise ValueError("no context") from KeyError
except ValueError as e:
    print(ctx(e))
for bad in (5, "s", int):
    try:
        raise ValueError("x") from bad
    except TypeError as e:
        print("TypeError:", e, repr(e.__context__))
e = ValueError("manual")
e.__cause__ = KeyError("k")
print(ctx(e))
e.__cause__ = None
print(ctx(e))
for attr, bad in (("__cause__", 5), ("__context__", "x"), ("__traceback__", 1)):
    try:
        setattr(e, attr, bad)
    except TypeError as err:
        print("TypeError:", err)


def chain(n):
    try:
        if n == 0:
            raise ValueError("root")
        chain(n - 1)
    except Exception as e:
        raise RuntimeError("level %d" % n) from e


try:
    chain(3)
except RuntimeError as e:
    while e:
        print(repr(e), end=" <- ")
        e = e.__cause__
    print()
a = ValueError("a")
b = KeyError("b")
try:
    try:
        raise a
    except ValueError:
        raise b
except KeyError:
    try:
        raise a
    except ValueError as e:
        print(ctx(e), repr(a.__context__), repr(b.__context__))


def handled_before():
    try:
        raise KeyError("gone")
    except KeyError:
        pass
    raise ValueError("clean")


try:
    handled_before()
except ValueError as e:
    print(ctx(e))


def raise_while_handling():
    raise TypeError("in callee")


try:
    try:
        raise ValueError("handling me")
    except ValueError:
        raise_while_handling()
except TypeError as e:
    print(ctx(e))
e = ValueError("with notes")
e.add_note("note one")
e.add_note("note two")
print(e.__notes__)
try:
    e.add_note(5)
except TypeError as err:
    print("TypeError:", err)


def tb_lines(tb):
    out = []
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
        tb = tb.tb_next
    return out


def inner():
    x = 1
    raise ValueError("deep")


def middle():
    inner()


def outer():
    try:
        middle()
    except ValueError as e:
        return e


e = outer()
print(tb_lines(e.__traceback__))


def reraise_grows():
    try:
        middle()
    except ValueError as e:
        first = len(tb_lines(e.__traceback__))
        try:
            raise
        except ValueError as e2:
            return first, len(tb_lines(e2.__traceback__)), e is e2


print(reraise_grows())
try:
    raise e.with_traceback(None)
except ValueError as again:
    print(len(tb_lines(again.__traceback__)), again is e)
print(sys.exc_info(), sys.exception())


def info():
    try:
        raise KeyError("i")
    except KeyError:
        t, v, tb = sys.exc_info()
        return t.__name__, repr(v), tb is v.__traceback__, sys.exception() is v


print(info())


def nested_info():
    out = []
    try:
        raise ValueError(1)
    except ValueError:
        try:
            raise KeyError(2)
        except KeyError:
            out.append(repr(sys.exception()))
        out.append(repr(sys.exception()))
    out.append(sys.exception())
    return out


print(nested_info())
frame = sys._getframe()
print(frame.f_code.co_name, frame.f_lineno > 100, frame.f_globals is globals())


def names():
    return [sys._getframe(i).f_code.co_name for i in range(3)]


def call_names():
    return names()


print(call_names())
g = ExceptionGroup("eg", [ValueError(1)])
try:
    raise g from KeyError("cause")
except ExceptionGroup as x:
    print(ctx(x), x.exceptions, x.message)
try:
    try:
        raise StopIteration("s")
    except StopIteration as s:
        raise s
except StopIteration as s:
    print(ctx(s))
