# with: enter and exit order, suppression, several managers, exceptions at each stage, nested, contextlib.
class CM:
    def __init__(self, name, enter=None, exit=None, suppress=False):
        self.name, self.enter, self.exit, self.suppress = name, enter, exit, suppress

    def __enter__(self):
        log.append("enter " + self.name)
        if self.enter:
            raise self.enter
        return self.name.upper()

    def __exit__(self, t, v, tb):
        log.append(f"exit {self.name} {t.__name__ if t else None} {v} {tb is not None}")
        if self.exit:
            raise self.exit
        return self.suppress


def run(f):
    global log
    log = []
    try:
        r = f()
    except Exception as e:
        r = repr(e), repr(e.__context__)
    print(r, log)


def simple():
    with CM("a") as x:
        log.append(x)
    return "ok"


def no_as():
    with CM("a"):
        return "returned"


def two():
    with CM("a") as x, CM("b") as y:
        log.append(x + y)


def parens():
    with (CM("a") as x, CM("b"), CM("c") as z,):
        return x + z


def body_raises():
    with CM("a"):
        raise ValueError("body")


def suppressed():
    with CM("a", suppress=True):
        raise ValueError("body")
    return "after"


def inner_suppresses():
    with CM("outer"), CM("inner", suppress=True):
        raise ValueError("x")
    return "after"


def enter_raises():
    with CM("a"), CM("b", enter=KeyError("enter")):
        log.append("never")


def exit_raises():
    with CM("a", exit=KeyError("exit")):
        pass


def both_raise():
    with CM("a", exit=KeyError("exit")):
        raise ValueError("body")


def exit_replaces():
    with CM("a", suppress=True), CM("b", exit=KeyError("from b")):
        raise ValueError("body")
    return "suppressed replacement"


def loop():
    for i in range(3):
        with CM(str(i)):
            if i == 0:
                continue
            if i == 1:
                break
    return i


def targets():
    class T(CM):
        def __enter__(self):
            return 1, [2, 3]
    d = {}
    with T("t") as (a, [b, c]), T("u") as d["key"]:
        pass
    return a, b, c, d


def truthy_exit():
    with CM("a", suppress="yes"):
        raise ValueError
    with CM("b", suppress=0):
        pass
    return "fine"


def not_cm():
    with 5:
        pass


def no_exit():
    class E:
        def __enter__(self):
            pass
    with E():
        pass


def as_attr():
    class O:
        pass
    with CM("a") as O.x:
        return O.x


def class_level():
    class K(CM):
        pass
    k = K("k")
    k.__enter__ = lambda: "instance"
    with k as v:
        return v


for f in (simple, no_as, two, parens, body_raises, suppressed, inner_suppresses, enter_raises, exit_raises, both_raise, exit_replaces, loop, targets, truthy_exit, not_cm, no_exit, as_attr, class_level):
    print(f.__name__, end=" ")
    run(f)
from contextlib import contextmanager, suppress, closing, ExitStack, redirect_stdout, nullcontext
import io


@contextmanager
def tag(name):
    log.append(f"<{name}>")
    try:
        yield name
    except ValueError as e:
        log.append(f"handled {e}")
    finally:
        log.append(f"</{name}>")


def use_cm():
    with tag("b") as x, tag("i"):
        log.append(x)
    with tag("err"):
        raise ValueError("swallowed")
    return "done"


def unhandled():
    with tag("k"):
        raise KeyError("through")


def use_stack():
    with ExitStack() as st:
        for n in "xyz":
            st.enter_context(CM(n))
        st.callback(log.append, "callback")
        st.push(lambda *a: log.append("pushed"))
    return "stacked"


def others():
    with suppress(KeyError, ZeroDivisionError):
        1 / 0
    buf = io.StringIO()
    with redirect_stdout(buf):
        print("captured")
    with nullcontext(5) as v:
        pass

    class Res:
        def close(self):
            log.append("closed")
    with closing(Res()):
        pass
    return buf.getvalue(), v


@contextmanager
def no_yield():
    return
    yield


@contextmanager
def two_yields():
    yield 1
    yield 2


def bad1():
    with no_yield():
        pass


def bad2():
    with two_yields():
        pass


@tag("decorator")
def decorated():
    log.append("inside")
    return "d"


for f in (use_cm, unhandled, use_stack, others, bad1, bad2, decorated):
    print("contextlib", end=" ")
    run(f)
