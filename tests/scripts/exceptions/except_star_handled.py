# What an except* clause handles: sys.exception(), bare raise, contexts; and chains of contexts that are cycles.
import sys


def attempt(raised, *clauses):
    try:
        try:
            raise raised
        except* clauses as matched:
            print("matched", repr(matched), sys.exception() is matched)
            raise
    except BaseException as error:
        print("left", repr(error), repr(error.__context__), repr(error.__cause__))
    print(sys.exception())


attempt(ExceptionGroup("a", [ValueError(1), TypeError(2)]), ValueError)
attempt(ExceptionGroup("a", [ValueError(1), ExceptionGroup("b", [ValueError(2), OSError(3)])]), ValueError)
attempt(ValueError(42), ValueError)
attempt(ValueError(42), TypeError, KeyError)
attempt(BaseExceptionGroup("a", [KeyboardInterrupt(), ValueError(2)]), KeyboardInterrupt)


def several(raised):
    try:
        try:
            raise raised
        except* ValueError as matched:
            print(1, sys.exception() is matched)
            raise KeyError("new") from matched
        except* TypeError:
            print(2, repr(sys.exception()))
            raise OSError("other")
        except* LookupError as matched:
            raise matched
    except BaseException as error:
        print(repr(error), repr(error.__context__))
        for part in getattr(error, "exceptions", ()):
            print("   ", repr(part), repr(part.__context__), repr(part.__cause__))


several(ExceptionGroup("x", [ValueError(1), TypeError(2)]))
several(ExceptionGroup("x", [ValueError(1), KeyError(2), RuntimeError(3)]))
several(ExceptionGroup("x", [KeyError(2)]))
several(ValueError(1))

try:
    raise OSError("outer")
except OSError:
    try:
        raise ExceptionGroup("inner", [ValueError(1)])
    except* ValueError:
        print(repr(sys.exception()))
    print(repr(sys.exception()))

for jump in ("break", "continue", "return"):
    for loop in ("", "while 1:\n   "):
        source = f"def f():\n  {loop}try: pass\n  {loop and '   '}except* ValueError:\n  {loop and '   '} {jump}\n"
        try:
            compile(source, "text", "exec")
        except SyntaxError as error:
            print(jump, bool(loop), error.msg)


def one_cycle():
    try:
        raise ValueError(1)
    except ValueError as error:
        error.__context__ = error
        raise TypeError(2)


def longer_cycle():
    first, second, third = ValueError(1), ValueError(2), ValueError(3)
    first.__context__, second.__context__, third.__context__ = second, third, second
    try:
        raise first
    except ValueError:
        raise TypeError(4)


for cycle in (one_cycle, longer_cycle):
    try:
        cycle()
    except TypeError as error:
        print(repr(error), repr(error.__context__), repr(error.__context__.__context__))


def lines(function):
    "The lines that the frames of a finished call stopped at, from the start of each function."
    try:
        function()
    except Exception as error:
        traceback = error.__traceback__.tb_next
        found = []
        while traceback:
            frame = traceback.tb_frame
            found.append(frame.f_lineno - frame.f_code.co_firstlineno)
            traceback = traceback.tb_next
        return found


def other_clause():
    try:
        1 / 0
    except TypeError as error:
        pass


def in_clause():
    try:
        1 / 0
    except:
        1 / 0
        pass


print(lines(other_clause), lines(in_clause))
