"""What a generator handles, who is on the stack, and what arrives when an exception is thrown into it."""
import sys, traceback, types
def g1():
    try:
        print(sys.exception())
        yield
    except Exception as exc:
        print(repr(sys.exception()), exc.__context__)
        yield
        print(repr(sys.exception()))
        yield
        raise
m = g1(); next(m)
try:
    raise KeyError("outer")
except KeyError:
    m.throw(ValueError("x"))
    print(repr(sys.exception()))
next(m)
try: next(m)
except ValueError as e: print(repr(e), repr(e.__context__))
m = g1(); next(m)
m.throw(ValueError("x"))
next(m)
class E(Exception):
    def __new__(cls, *a): return cls
def b(): yield
g = b()
try: g.throw(E)
except TypeError as e: print(e)
print(list(g))
def names():
    f = sys._getframe(1)
    r = []
    while f.f_code.co_name != "<module>": r.append(f.f_code.co_name); f = f.f_back
    return r
def f():
    print(names())
    try: yield
    except Exception: pass
    print(names())
def g():
    print(names()); yield from f(); print(names())
x = g(); next(x)
try: x.throw(RuntimeError)
except StopIteration: pass
x = g(); next(x)
try: x.send(None)
except StopIteration: pass
class C:
    def __iter__(self): return self
    def __next__(self): print(names()); return 1
    def throw(self, *a): print(names()); raise StopIteration
    def send(self, v): print(names())
    def close(self): print(names())
def h():
    yield from C()
    print(names())
    yield from f()
x = h(); next(x); x.throw(ValueError)
x.close()
x = h(); next(x); x.send(5); x.close()
def k():
    try: yield from f2()
    finally: print("k", names())
def f2():
    try: yield 1
    finally: print("f2", names())
x = k(); next(x); x.close()
x = k(); next(x)
try: x.throw(ValueError("tb"))
except ValueError as e:
    for fr in traceback.extract_tb(e.__traceback__): print(fr.name, fr.lineno)
async def aw():
    class Bad:
        def __await__(self): return 42
    class It:
        def __aiter__(self): return self
        def __anext__(self): return Bad()
    for a in (lambda: anext(It(), 1), lambda: anext(It())):
        try: await a()
        except TypeError as e: print(e)
try: aw().send(None)
except StopIteration: pass


def tick():
    yield 1
    return 8


class Counting:
    """An iterator that ends with a StopIteration of its own."""

    count = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.count += 1
        if self.count > 1:
            raise StopIteration(5)
        return self.count


def traced():
    for i in Counting():
        pass
    for i in tick():
        pass
    for i in [1]:
        pass


def report(frame, event, argument):
    if frame.f_code in (traced.__code__, tick.__code__, Counting.__next__.__code__):
        shown = repr(argument[1]) if event == "exception" else argument
        print(frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, shown)
    return report


sys.settrace(report)
traced()
sys.settrace(None)


def shown():
    frame = sys._getframe()
    return frame.f_generator


def own():
    yield sys._getframe().f_generator is running, sys._getframe().f_generator.gi_running


running = own()
print(shown(), next(running), running.gi_frame.f_generator is running)


def keeps():
    try:
        print(repr(sys.exception()))
        yield
    except Exception as error:
        # What was thrown is handled here too, although who threw it is still handling it.
        print(repr(sys.exception()), error.__context__)
        yield
        print(repr(sys.exception()))
        yield
        raise


for nested in (False, True):
    keeper = keeps()
    next(keeper)
    try:
        raise ValueError("same")
    except ValueError as error:
        keeper.throw(error)
        if nested:
            next(keeper)
    if not nested:
        next(keeper)
    try:
        next(keeper)
    except ValueError as error:
        print("raised again", repr(error), error.__context__)
    print(sys.exception())


def own_handlers():
    try:
        raise KeyError("inner")
    except KeyError:
        yield repr(sys.exception())
        try:
            raise IndexError("deeper")
        except IndexError:
            yield repr(sys.exception())
        yield repr(sys.exception())
    yield repr(sys.exception())


print(list(own_handlers()))
try:
    raise OSError("around")
except OSError:
    print(list(own_handlers()))
