# ExceptionGroup and except*.
eg = ExceptionGroup("top", [ValueError("v1"), TypeError("t1"), ExceptionGroup("sub", [ValueError("v2"), KeyError("k1")])])
print(eg, repr(eg), eg.message, len(eg.exceptions), eg.exceptions[2])
print(eg.subgroup(ValueError), eg.subgroup((TypeError, KeyError)), eg.subgroup(lambda e: "2" in str(e)), eg.subgroup(OSError))
print(eg.split(ValueError))
print(eg.split(Exception)[1], eg.derive([OSError(1)]))


def handle(e):
    log = []
    try:
        try:
            raise e
        except* ValueError as g:
            log.append(("value", repr(g)))
        except* (KeyError, TypeError) as g:
            log.append(("key/type", repr(g)))
        else:
            log.append("else")
        finally:
            log.append("finally")
    except BaseException as rest:
        log.append(("rest", repr(rest)))
    return log


for e in (eg, ValueError("plain"), OSError("unmatched"), ExceptionGroup("only", [OSError("x"), ValueError("y")]), KeyError("k"), ExceptionGroup("all", [KeyError("a")])):
    print(handle(e))


def nothing():
    log = []
    try:
        log.append("try")
    except* ValueError:
        log.append("no")
    else:
        log.append("else")
    return log


print(nothing())


def raising_inside():
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError:
        raise RuntimeError("from handler")
    except* KeyError:
        pass


try:
    raising_inside()
except Exception as e:
    print(repr(e), repr(e.__context__))


def reraise_part():
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2), OSError(3)])
    except* ValueError:
        raise
    except* KeyError:
        pass


try:
    reraise_part()
except ExceptionGroup as e:
    print(repr(e))


def check(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__ + ":", e)


check(lambda: ExceptionGroup("m", []))
check(lambda: ExceptionGroup("m", [5]))
check(lambda: ExceptionGroup(5, [ValueError()]))
check(lambda: ExceptionGroup("m"))
check(lambda: ExceptionGroup("m", 5))
check(lambda: ExceptionGroup("m", [KeyboardInterrupt()]))
check(lambda: repr(BaseExceptionGroup("m", [KeyboardInterrupt()])))
check(lambda: type(BaseExceptionGroup("m", [ValueError()])).__name__)
check(lambda: issubclass(ExceptionGroup, Exception))


class MyGroup(ExceptionGroup):
    def derive(self, excs):
        return MyGroup(self.message, excs)


m = MyGroup("mine", [ValueError(1), KeyError(2)])
print(repr(m.split(ValueError)), type(m.subgroup(KeyError)).__name__)


def bad_handler():
    try:
        raise ValueError
    except* ExceptionGroup:
        pass


check(bad_handler)


def loop():
    out = []
    for i in range(4):
        try:
            if i:
                raise ExceptionGroup("l", [ValueError(i)] + [KeyError(i)] * (i % 2))
        except* ValueError as g:
            out.append(len(g.exceptions))
        except* KeyError as g:
            out.append("k%d" % len(g.exceptions))
    return out


print(loop())
for code in ("try:\n pass\nexcept* ValueError:\n pass\nexcept KeyError:\n pass", "try:\n pass\nexcept*:\n pass", "for i in []:\n try:\n  pass\n except* ValueError:\n  continue", "def f():\n try:\n  pass\n except* ValueError:\n  return 1"):
    try:
        compile(code, "f", "exec")
        print("compiled")
    except SyntaxError as e:
        print("SyntaxError:", e.msg)
