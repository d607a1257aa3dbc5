# raise, except, else, finally: paths, matching, rebinding, attributes, hierarchy.
def path(kind):
    log = []
    try:
        log.append("try")
        if kind == "value":
            raise ValueError("v")
        if kind == "key":
            raise KeyError("k")
        if kind == "type":
            raise TypeError
        if kind == "zero":
            1 / 0
        if kind == "return":
            return log + ["returned"]
    except ValueError as e:
        log.append(f"value {e}")
    except (KeyError, IndexError) as e:
        log.append(f"lookup {e!r}")
    except ArithmeticError as e:
        log.append(f"arith {type(e).__name__}")
    except Exception as e:
        log.append("other " + repr(e))
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


for kind in ("none", "value", "key", "type", "zero", "return"):
    print(kind, path(kind))


def show(f):
    try:
        return f()
    except BaseException as e:
        return f"{type(e).__name__}: {e} {e.args}"


def raiser(e):
    raise e


for e in (ValueError, ValueError(), ValueError("a"), ValueError("a", 1), KeyError("k"), KeyError(1, 2), IndexError("i"), OSError(999, "No such file"), OSError(999, "No such file", "f.txt"), OSError("plain"), StopIteration(5), SystemExit(3), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), AttributeError("a", name="n"), ImportError("i", name="m", path="p"), Exception(), Exception(None), Exception([1]), KeyboardInterrupt(), GeneratorExit("g"), AssertionError(5), NotImplementedError("n"), SyntaxError("s", ("f", 1, 2, "text")), Warning("w"), ZeroDivisionError(), RuntimeError("a\nb"), MemoryError(), EOFError("e"), NameError("n", name="x")):
    print(show(lambda: raiser(e)), "|", repr(e if not isinstance(e, type) else e()), "|", str(e) if not isinstance(e, type) else "")
print(show(lambda: raiser(5)), show(lambda: raiser("s")), show(lambda: raiser(None)), show(lambda: raiser(int)), show(lambda: raiser(object())))


class MyError(Exception):
    def __init__(self, code, *rest):
        super().__init__(code, *rest)
        self.code = code

    def __str__(self):
        return f"my error {self.code}"


class SubError(MyError, KeyError):
    pass


try:
    raise SubError(42, "x")
except KeyError as e:
    print(type(e).__name__, e, e.code, e.args, repr(e), isinstance(e, LookupError), SubError.__mro__[1:4])


def reraise():
    try:
        raise ValueError("original")
    except ValueError:
        try:
            raise
        except ValueError as e:
            return e


print(repr(reraise()))
try:
    raise
except RuntimeError as e:
    print("RuntimeError:", e)


def name_deleted():
    try:
        1 / 0
    except ZeroDivisionError as e:
        pass
    return "e" in locals()


print(name_deleted())


def nested():
    out = []
    try:
        try:
            raise KeyError("inner")
        except ValueError:
            out.append("no")
        finally:
            out.append("inner finally")
    except KeyError as e:
        out.append(repr(e))
        try:
            raise IndexError("second")
        except IndexError as e:
            out.append(repr(e))
        out.append("e" in locals())
    return out


print(nested())


def bad_except(what):
    try:
        raise ValueError("v")
    except what:
        return "caught"


print(show(lambda: bad_except(ValueError)), show(lambda: bad_except((KeyError, (ValueError,)))), show(lambda: bad_except("str")), show(lambda: bad_except((5, ValueError))), show(lambda: bad_except(())), show(lambda: bad_except(object)))


def evaluated(log):
    def t(n, c):
        log.append(n)
        return c
    try:
        raise IndexError
    except t(1, KeyError):
        pass
    except t(2, LookupError):
        log.append("hit")
    except t(3, Exception):
        pass
    return log


print(evaluated([]))
print([c.__name__ for c in FileNotFoundError.__mro__], issubclass(RecursionError, RuntimeError), issubclass(KeyboardInterrupt, Exception), IOError is OSError, EnvironmentError is OSError, issubclass(UnicodeError, ValueError), ModuleNotFoundError.__base__, BlockingIOError.__base__, IndentationError.__mro__[1].__name__)
e = OSError(999, "msg", "file", None, "file2")
print(e.errno, e.strerror, e.filename, e.filename2, type(e).__name__, e.args, OSError(1).errno)
e = StopIteration(5)
print(e.value, StopIteration().value, SystemExit(3).code, SystemExit().code, KeyError("a").args, str(KeyError("a")), str(KeyError("a", "b")))
assert True, "never"
print(show(lambda: exec("assert False")), show(lambda: exec("assert 0, 'msg'")), show(lambda: exec("assert [], [1]")), show(lambda: exec("assert (x := 0) == 1, f'{x}'")))
x = ValueError("attrs")
x.custom = 5
print(x.custom, x.__dict__, x.__traceback__, x.__cause__, x.__context__, x.__suppress_context__, x.with_traceback(None) is x, ValueError("a") == ValueError("a"), x == x)
print(show(lambda: ValueError(k=1)), show(lambda: ValueError.__new__(ValueError, 1).args), show(lambda: BaseException.__str__(ValueError(7))), ValueError.__doc__)
x.args = (1, 2)
print(x, repr(x))
try:
    x.args = 5
except TypeError as err:
    print("TypeError:", err)
