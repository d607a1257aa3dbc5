# sys.exception, __context__ and tracebacks across generators, callbacks, nested handlers and finally.
import sys


def cur():
    e = sys.exception()
    return repr(e) if e else None


def gen():
    yield cur()
    try:
        raise KeyError("in gen")
    except KeyError:
        yield cur()
        yield cur()
    yield cur()


g = gen()
out = []
out.append(next(g))
try:
    raise ValueError("outer")
except ValueError:
    out.append(next(g))
    out.append(cur())
    try:
        raise TypeError("inner")
    except TypeError:
        out.append(next(g))
        out.append(cur())
    out.append(cur())
out.append(next(g))
out.append(cur())
print(out)


def reraise():
    try:
        yield
    except ValueError as e:
        raise RuntimeError("wrapped") from e


g = reraise()
next(g)
try:
    g.throw(ValueError("thrown"))
except RuntimeError as e:
    print(repr(e), repr(e.__cause__), repr(e.__context__))


def chain(n):
    try:
        if n == 0:
            raise ValueError(0)
        chain(n - 1)
    except ValueError as e:
        if n % 2:
            raise
        raise ValueError(n) from (e if n % 4 == 0 else None)


try:
    chain(5)
except ValueError as e:
    seen = []
    while e:
        seen.append((e.args[0], e.__suppress_context__, e.__cause__ is not None))
        e = e.__cause__ or e.__context__
    print(seen)


def in_finally():
    try:
        try:
            1 / 0
        finally:
            first = cur()
            try:
                raise KeyError("k")
            except KeyError:
                second = cur()
            third = cur()
    except ZeroDivisionError:
        return first, second, third, cur()


print(in_finally(), cur())


def loop():
    r = []
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError:
            if i == 1:
                continue
            r.append(cur())
        finally:
            r.append(("f", cur()))
    r.append(cur())
    return r


print(loop())


def callback():
    return cur()


try:
    raise OSError("x")
except OSError:
    print(callback(), list(map(lambda _: cur(), [1])), [cur() for _ in [1]], sorted([1], key=lambda v: cur())[0], (lambda: cur())(), next(v for v in [cur()]))


class CM:
    def __enter__(self):
        self.entered = cur()

    def __exit__(self, t, v, tb):
        self.exited = cur()
        return True


cm = CM()
try:
    raise KeyError("before")
except KeyError:
    with cm:
        raise ValueError("inside")
    after = cur()
print(cm.entered, cm.exited, after, cur())


def lines(e):
    out = []
    tb = e.__traceback__
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
        tb = tb.tb_next
    return out


def level1(d):
    return level2(d) + 1


def level2(d):
    for k in d:
        if k == 3:
            return [level3(x) for x in (1, 0)]
    return 0


def level3(x):
    return (
        10
        //
        x
    )


try:
    level1([1, 2, 3])
except ZeroDivisionError as e:
    print(lines(e))


def gen_tb():
    yield 1
    yield level3(0)


try:
    list(gen_tb())
except ZeroDivisionError as e:
    print(lines(e))
try:
    sum(level3(v) for v in (1, 0))
except ZeroDivisionError as e:
    print(lines(e))
try:
    exec("def f():\n  return level3(0)\nf()")
except ZeroDivisionError as e:
    print(lines(e))
class D:
    @property
    def p(self):
        return level3(0)

    def __getitem__(self, i):
        return self.p

    def __lt__(self, o):
        return self[0]
for f in (lambda: D().p, lambda: D()[1], lambda: D() < 1, lambda: sorted([D(), D()]), lambda: max(D(), D())):
    try:
        f()
    except ZeroDivisionError as e:
        print([n for n, _ in lines(e)])
e1 = ValueError("same")
try:
    raise e1
except ValueError:
    pass
first = len(lines(e1))
try:
    raise e1
except ValueError:
    pass
print(first, len(lines(e1)), e1.__context__)
