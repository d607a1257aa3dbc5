# contextlib: every manager, nested failures, ExitStack, reuse as decorators, suppression order.
import contextlib
import io
import sys
from contextlib import *


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e, "| context", repr(e.__context__))


log = []


@contextmanager
def cm(name, fail=None, swallow=False):
    log.append("enter " + name)
    if fail == "enter":
        raise ValueError("in enter " + name)
    try:
        yield name
    except KeyError as e:
        log.append(f"{name} saw {e!r}")
        if not swallow:
            raise
    finally:
        log.append("exit " + name)
    if fail == "exit":
        raise ValueError("in exit " + name)


def run(f):
    log.clear()
    check(f)
    print(log)


def simple():
    with cm("a") as x, cm("b") as y:
        return x + y


def raising():
    with cm("a"):
        raise KeyError("k")


def swallowed():
    with cm("a", swallow=True):
        raise KeyError("k")
    return "on"


def enter_fails():
    with cm("a"), cm("b", "enter"):
        pass


def exit_fails():
    with cm("a"), cm("b", "exit"):
        pass


for f in (simple, raising, swallowed, enter_fails, exit_fails):
    run(f)


@cm("deco")
def decorated(x):
    log.append("body")
    return x


log.clear()
print(decorated(1), decorated(2), log)


class Base(ContextDecorator):
    def __init__(self, n):
        self.n = n

    def __enter__(self):
        log.append(("in", self.n))
        return self

    def __exit__(self, *exc):
        log.append(("out", exc[0] and exc[0].__name__))
        return self.n == "swallow"


@Base("swallow")
def f():
    raise ValueError


@Base("pass")
def g():
    return "g"


log.clear()
print(f(), g(), log)


def stack():
    with ExitStack() as s:
        log.append(s.enter_context(cm("one")))
        s.callback(log.append, "callback")
        s.push(lambda t, v, tb: log.append(t and t.__name__) or False)
        s.enter_context(cm("two", swallow=True))
        raise KeyError("inside")
    return "stack swallowed"


run(stack)


def stack_fail():
    with ExitStack() as s:
        s.callback(lambda: 1 / 0)
        s.callback(lambda: [][1])
        raise ValueError("body")


run(stack_fail)


def pop_all():
    with ExitStack() as s:
        s.enter_context(cm("kept"))
        keep = s.pop_all()
    log.append("after with")
    keep.close()
    return "closed"


run(pop_all)
with suppress(ZeroDivisionError):
    1 / 0
    print("never")
with suppress(KeyError, IndexError):
    [][0]
try:
    with suppress(KeyError):
        raise ValueError("not suppressed")
except ValueError as e:
    print(e)
with suppress(ValueError):
    raise ExceptionGroup("g", [ValueError(1)])
buf, err = io.StringIO(), io.StringIO()
with redirect_stdout(buf), redirect_stderr(err):
    print("to buffer")
    print("to err", file=sys.stderr)
print(repr(buf.getvalue()), repr(err.getvalue()))


class Res:
    def close(self):
        log.append("res closed")


log.clear()
with closing(Res()) as r, nullcontext("n") as n:
    log.append(n)
print(log)


class Abs(AbstractContextManager):
    def __exit__(self, *a):
        log.append("abs exit")


with Abs() as a:
    print(type(a).__name__, isinstance(a, AbstractContextManager), isinstance(Base("x"), AbstractContextManager), isinstance(5, AbstractContextManager))


@contextmanager
def never():
    if False:
        yield


@contextmanager
def twice():
    yield 1
    yield 2


@contextmanager
def returns_early():
    try:
        yield
    except ValueError:
        return


def use(c):
    with c():
        pass


check(lambda: use(never))
check(lambda: use(twice))


def use_ret():
    with returns_early():
        raise ValueError("gone")
    return "after"


check(use_ret)


def stop_it():
    with cm("s"):
        raise StopIteration("through")


check(stop_it)
total = 0
for i in range(400):
    with cm("loop", swallow=True):
        if i % 3 == 0:
            raise KeyError(i)
        total += i
print(total, len(log) > 1000)
import os
before = os.getcwd()
with contextlib.chdir("/"):
    inside = os.getcwd()
print(inside, os.getcwd() == before)
