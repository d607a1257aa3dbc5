"""asyncio's tasks and futures: results, cancellation, errors nobody asked for, contexts, eager tasks, introspection."""
import asyncio
import contextvars
import gc
import time
import warnings


class NoInput:
    """The selector of a loop that waits for time alone."""

    def select(self, timeout):
        if timeout:
            time.sleep(timeout)
        return []


class Loop(asyncio.BaseEventLoop):
    """A loop without files and sockets, which every machine has."""

    def __init__(self):
        super().__init__()
        self._selector = NoInput()

    def _process_events(self, events):
        pass


def run(main):
    # Somebody may run this script from a loop of their own.
    asyncio._set_running_loop(None)
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(main)


def title(text):
    print("--", text)


async def add(a, b):
    await asyncio.sleep(0)
    return a + b


async def fail(error):
    await asyncio.sleep(0)
    raise error


async def results():
    title("gather, wait, as_completed, shield")
    print(await asyncio.gather(*(add(i, i) for i in range(5))))
    print(await asyncio.gather(add(1, 2), fail(ValueError("v")), return_exceptions=True))
    try:
        await asyncio.gather(add(1, 2), fail(KeyError("k")))
    except KeyError as e:
        print("gather raised", repr(e))
    done, pending = await asyncio.wait([asyncio.create_task(add(i, 1), name=f"n{i}") for i in range(3)])
    print(sorted((t.get_name(), t.result()) for t in done), pending)
    total = 0
    for f in asyncio.as_completed([add(i, 10) for i in range(4)]):
        total += await f
    print(total)
    print(await asyncio.shield(add(5, 6)))
    print(await asyncio.wait_for(add(3, 4), 10))


async def futures():
    title("futures")
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    print(f.done(), f.cancelled(), f._state, f._callbacks, f._asyncio_future_blocking, f.get_loop() is loop)
    for name in ("result", "exception"):
        try:
            getattr(f, name)()
        except asyncio.InvalidStateError as e:
            print(name, "->", e)
    seen = []
    one, two = (lambda g: seen.append(("one", g.result()))), (lambda g: seen.append(("two", g is f)))
    f.add_done_callback(one)
    f.add_done_callback(two)
    f.add_done_callback(two)
    print(f.remove_done_callback(two), f.remove_done_callback(two), len(f._callbacks))
    f.add_done_callback(two)
    f.set_result(42)
    print(f.done(), seen)
    await asyncio.sleep(0)
    print(seen, f.result(), f.exception(), await f)
    for call in (lambda: f.set_result(1), lambda: f.set_exception(ValueError())):
        try:
            call()
        except asyncio.InvalidStateError as e:
            print(type(e).__name__, e)
    g = loop.create_future()
    g.set_exception(LookupError)
    print(repr(g.exception()))
    try:
        await g
    except LookupError as e:
        print("awaited", repr(e), e.__context__)
    h = loop.create_future()
    try:
        h.set_exception(12)
    except TypeError as e:
        print("TypeError:", e)
    h.set_exception(StopIteration("x"))
    print(repr(h.exception()), repr(h.exception().__cause__), repr(h.exception().__context__))
    c = loop.create_future()
    print(c.cancel("why"), c.cancel(), c.cancelled(), c.done(), c._cancel_message)
    for call in (c.result, c.exception):
        try:
            call()
        except asyncio.CancelledError as e:
            print("cancelled", e.args)
    for name in ("_log_traceback", "_cancel_message", "_asyncio_future_blocking", "_state", "_loop"):
        try:
            delattr(c, name)
        except AttributeError as e:
            print(name, "AttributeError:", e)
    try:
        c._log_traceback = True
    except ValueError as e:
        print(e)
    u = asyncio.Future.__new__(asyncio.Future)
    for call in (u.get_loop, lambda: u.set_result(1), u.cancel, lambda: iter(u), u.done):
        try:
            print(call())
        except RuntimeError as e:
            print("RuntimeError:", e)


async def iterators():
    title("iterators of futures")
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    it = f.__await__()
    print(type(it).__name__, iter(it) is it, next(it) is f, f._asyncio_future_blocking)
    try:
        next(it)
    except RuntimeError as e:
        print("RuntimeError:", e)
    f.set_result("r")
    it = iter(f)
    try:
        it.send("ignored")
    except StopIteration as e:
        print("StopIteration", e.value)
    print(list(it))
    it = f.__await__()
    for args in ((ValueError("thrown"),), (ValueError,), (ValueError, "two"), (ValueError, ValueError("v"), None), (1,), (ValueError("a"), "b"), (ValueError, "x", 5)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                it.throw(*args)
            except Exception as e:
                print(type(e).__name__, e.args, [(w.category.__name__, str(w.message)) for w in caught])
    print(it.close())
    def generator():
        while True:
            try:
                yield
            except ValueError as e:
                print("   got", repr(e))
    g = generator()
    next(g)
    for args in ((ValueError("thrown"),), (ValueError, "two")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            g.throw(*args)
            print([str(w.message) for w in caught])
    async def agen():
        yield 1
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        a = agen()
        try:
            await a.athrow(ValueError, "v")
        except ValueError as e:
            print(repr(e), [str(w.message) for w in caught])


async def cancellation():
    title("cancellation")
    async def sleeper():
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError as e:
            print("sleeper cancelled", e.args)
            raise
        finally:
            print("cleanup")
    t = asyncio.create_task(sleeper())
    await asyncio.sleep(0)
    print(t.cancel("bye"), t.cancelling(), t.cancelled(), t._must_cancel)
    try:
        await t
    except asyncio.CancelledError as e:
        print("task cancelled", e.args, t.cancelled(), t.cancel())
    t = asyncio.create_task(sleeper())
    print(t.cancel(), t._must_cancel)
    try:
        await t
    except asyncio.CancelledError:
        print("never started")
    async def stubborn():
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            t = asyncio.current_task()
            print(t.cancelling(), t.uncancel(), t.cancelling(), t.uncancel())
            return "still here"
    t = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    t.cancel()
    print(await t, t.cancelled())
    async def deep(n):
        if n:
            return await deep(n - 1)
        await asyncio.get_running_loop().create_future()
    t = asyncio.create_task(deep(10))
    await asyncio.sleep(0)
    print(t._fut_waiter is not None)
    t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        print("deep cancelled")
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError as e:
        print("timeout", repr(e), repr(e.__cause__))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as e:
        print("wait_for", repr(e))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(ValueError("in group")))
            group.create_task(sleeper())
    except* ValueError as e:
        print(e, e.exceptions)
    outer = asyncio.gather(sleeper(), sleeper())
    await asyncio.sleep(0)
    print(outer.cancel("all"))
    try:
        await outer
    except asyncio.CancelledError as e:
        print("gather cancelled", e.args)


async def unseen():
    title("errors nobody asked for")
    loop = asyncio.get_running_loop()
    reports = []
    loop.set_exception_handler(lambda loop, context: reports.append(
        (context["message"].split(" at ")[0], repr(context.get("exception")), type(context.get("future", context.get("task"))).__name__)))
    async def lose_task():
        t = asyncio.create_task(fail(ValueError("never retrieved")))
        await asyncio.sleep(0.01)
    await lose_task()
    gc.collect()
    await asyncio.sleep(0)
    gc.collect()
    def lose_future(error, look):
        f = loop.create_future()
        f.set_exception(error)
        if look:
            f.exception()
    lose_future(KeyError("f"), False)
    gc.collect()
    lose_future(KeyError("seen"), True)
    gc.collect()
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.01)
    for report in reports:
        print(report)
    loop.set_exception_handler(None)


variable = contextvars.ContextVar("variable", default="unset")


async def contexts():
    title("contexts")
    async def show(text):
        print(text, variable.get())
        variable.set(text)
        await asyncio.sleep(0)
        print(text, variable.get())
    variable.set("outer")
    await asyncio.gather(show("a"), show("b"))
    print(variable.get())
    context = contextvars.copy_context()
    t = asyncio.create_task(show("c"), context=context)
    await t
    print(variable.get(), context[variable], t.get_context() is context)
    f = asyncio.get_running_loop().create_future()
    f.add_done_callback(lambda f: print("callback", variable.get()), context=context)
    f.set_result(None)
    await asyncio.sleep(0)


async def eager():
    title("eager tasks")
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    async def quick():
        print("runs at once", asyncio.current_task().get_name())
        return 7
    async def slow():
        print("starts at once")
        await asyncio.sleep(0)
        print("goes on later")
        return 8
    t = asyncio.create_task(quick(), name="quick")
    print("made", t.done(), t.result())
    t = asyncio.create_task(slow())
    print("made", t.done(), t in asyncio.all_tasks())
    print(await t)
    async def bad():
        raise ValueError("eager")
    t = asyncio.create_task(bad())
    print(repr(t.exception()))
    loop.set_task_factory(None)


async def introspection():
    title("introspection")
    me = asyncio.current_task()
    print(me in asyncio.all_tasks(), len(asyncio.all_tasks()))
    async def waiter():
        await asyncio.get_running_loop().create_future()
    t = asyncio.create_task(waiter(), name="the waiter")
    await asyncio.sleep(0)
    print(len(asyncio.all_tasks()), t.get_name(), t.get_coro().__name__, [f.f_code.co_name for f in t.get_stack()])
    text = repr(t)
    print(text[:text.index(" coro")], text.count("wait_for=<Future pending"))
    t.set_name(12)
    print(t.get_name())
    for call in (lambda: t.set_result(1), lambda: t.set_exception(ValueError())):
        try:
            call()
        except RuntimeError as e:
            print(e)
    t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        text = repr(t)
        print(text[:text.index(" coro")])
    for bad in (None, 1, waiter):
        try:
            asyncio.Task(bad, loop=asyncio.get_running_loop())
        except TypeError as e:
            print(str(e).split(" at ")[0])
    class MyFuture(asyncio.Future):
        pass
    class MyTask(asyncio.Task):
        pass
    f = MyFuture()
    f.note = "attributes too"
    f.set_result(f.note)
    print(await f, MyTask.__mro__[1].__name__, isinstance(f, asyncio.Future))
    coroutine = add(1, 1)
    t = MyTask(coroutine)
    print(await t, t.get_coro() is coroutine)
    print(asyncio.Future[int], asyncio.Task[str])

    title("bad awaits")
    class Yields:
        def __init__(self, value):
            self.value = value
        def __await__(self):
            return (yield self.value)
    def inner():
        yield
    for value in (1, "x", [], f):
        async def bad():
            await Yields(value)
        try:
            await asyncio.create_task(bad(), name="bad")
        except RuntimeError as e:
            print(str(e).split(" running at")[0].split("<")[0])
    async def itself():
        await asyncio.current_task()
    try:
        await asyncio.create_task(itself())
    except RuntimeError as e:
        print(str(e).split("<")[0])
    other = Loop()
    async def foreign():
        await other.create_future()
    try:
        await asyncio.create_task(foreign())
    except RuntimeError as e:
        print("different loop" in str(e))
    other.close()


async def queues():
    title("queues, locks, events, streams of work")
    queue = asyncio.Queue(3)
    out = []
    async def producer(n):
        for i in range(n):
            await queue.put(i)
        await queue.put(None)
    async def consumer():
        while (item := await queue.get()) is not None:
            out.append(item)
            queue.task_done()
    await asyncio.gather(producer(50), consumer())
    print(sum(out), len(out))
    lock, order = asyncio.Lock(), []
    async def worker(i):
        async with lock:
            order.append(i)
            await asyncio.sleep(0)
    await asyncio.gather(*(worker(i) for i in range(5)))
    print(order)
    event = asyncio.Event()
    async def wait():
        await event.wait()
        return "set"
    t = asyncio.create_task(wait())
    await asyncio.sleep(0)
    event.set()
    print(await t)
    semaphore = asyncio.Semaphore(2)
    running = most = 0
    async def limited():
        nonlocal running, most
        async with semaphore:
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1
    await asyncio.gather(*(limited() for _ in range(6)))
    print(most)
    async def ticks(n):
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    print([i async for i in ticks(5)])
    async def hot(n):
        total = 0
        for i in range(n):
            total += await add(i, 1)
        return total
    print(await asyncio.gather(*(hot(300) for _ in range(4))))


async def main():
    for part in (results, futures, iterators, cancellation, unseen, contexts, eager, introspection, queues):
        await part()


run(main())

title("outside of a loop")
for call in (asyncio.get_running_loop, asyncio.current_task):
    try:
        call()
    except RuntimeError as e:
        print(e)


async def interrupted():
    raise SystemExit(3)


try:
    run(interrupted())
except SystemExit as e:
    print("SystemExit", e.code)


async def keyboard():
    async def child():
        raise KeyboardInterrupt("k")
    try:
        await asyncio.create_task(child())
    except asyncio.CancelledError:
        print("main cancelled")
        raise


try:
    run(keyboard())
except KeyboardInterrupt as e:
    print("KeyboardInterrupt", e.args)
