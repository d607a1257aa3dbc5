# send, throw, close; finally and except around yields; what each returns and raises.
def averager():
    total, n, avg = 0.0, 0, None
    while True:
        x = yield avg
        if x is None:
            return total, n
        total += x
        n += 1
        avg = total / n


g = averager()
print(next(g), g.send(10), g.send(20), g.send(3))
try:
    g.send(None)
except StopIteration as e:
    print("result", e.value)
try:
    g.send(1)
except StopIteration as e:
    print("exhausted", e.value)
g = averager()
try:
    g.send(5)
except TypeError as e:
    print("TypeError:", e)


def catcher():
    while True:
        try:
            x = yield "ready"
            print("sent", x)
        except ValueError as e:
            print("caught", e)
        except GeneratorExit:
            print("closing")
            raise
        finally:
            print("finally")


g = catcher()
print(next(g))
print(g.send(1))
print(g.throw(ValueError("boom")))
print(g.throw(ValueError))
try:
    g.throw(KeyError("out"))
except KeyError as e:
    print("KeyError escaped", e)
print(next(g, "dead"))
g = catcher()
next(g)
print(g.close(), g.close())


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as e:
    print("RuntimeError:", e)


def returns_on_close():
    try:
        yield 1
    except GeneratorExit:
        return "closed value"


g = returns_on_close()
next(g)
print(g.close())
g = returns_on_close()
print(g.close(), list(g))
g = returns_on_close()
try:
    g.throw(ValueError("before start"))
except ValueError as e:
    print("ValueError", e)
print(list(g))


def throw_args():
    for i in range(5):
        try:
            yield i
        except Exception as e:
            print(type(e).__name__, e.args, e.__traceback__ is not None)


g = throw_args()
next(g)
g.throw(ValueError("instance"))
g.throw(IndexError)
try:
    g.throw(5)
except TypeError as e:
    print("TypeError:", e)
print(next(g), next(g, "end"))


def swallow():
    try:
        yield 1
    except KeyError:
        pass
    yield "after"
    return "fin"


g = swallow()
next(g)
print(g.throw(KeyError("k")))
try:
    next(g)
except StopIteration as e:
    print(e.value)


def finally_order():
    try:
        try:
            yield 1
        finally:
            print("inner finally")
    finally:
        print("outer finally")


g = finally_order()
for x in g:
    break
g.close()
print("after close")
g = finally_order()
next(g)
try:
    g.throw(ZeroDivisionError("z"))
except ZeroDivisionError as e:
    print("ZeroDivisionError", e)


def context():
    try:
        yield
    except ValueError:
        raise KeyError("while handling")


g = context()
next(g)
try:
    g.throw(ValueError("first"))
except KeyError as e:
    print(repr(e), repr(e.__context__), e.__cause__)


def exc_state():
    try:
        raise ValueError("inside")
    except ValueError:
        yield 1
        try:
            raise
        except ValueError as e:
            print("reraised", e)
        yield 2


import sys
g = exc_state()
try:
    raise KeyError("outside")
except KeyError:
    next(g)
    print(sys.exc_info()[0].__name__)
next(g)
print(sys.exc_info()[0])


def two_way():
    received = []
    x = None
    while len(received) < 4:
        x = yield (x, len(received))
        received.append(x)
    return received


g = two_way()
out = [next(g)]
try:
    for v in "abcd":
        out.append(g.send(v))
except StopIteration as e:
    print(out, e.value)


def coroutine(fn):
    def start(*a):
        g = fn(*a)
        next(g)
        return g
    return start


@coroutine
def grep(pattern, sink):
    while True:
        line = yield
        if pattern in line:
            sink.send(line)


@coroutine
def collect(into):
    while True:
        into.append((yield))


found = []
g = grep("py", collect(found))
for line in ["python", "rust", "pypy", "lua"]:
    g.send(line)
print(found)
