# Coroutines without an event loop: driven by hand with send.
class Awaitable:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        got = yield ("asked", self.v)
        return got * 2


async def leaf(x):
    return x + 1


async def work(a):
    b = await leaf(a)
    c = await Awaitable(b)
    try:
        d = await Awaitable("x")
    except ValueError as e:
        d = f"handled {e}"
    return a, b, c, d


def run(coro, answers):
    answers = iter(answers)
    try:
        asked = coro.send(None)
        while True:
            print("yielded", asked)
            ans = next(answers)
            asked = coro.throw(ans) if isinstance(ans, Exception) else coro.send(ans)
    except StopIteration as e:
        return e.value


print(run(work(1), [10, 7]))
print(run(work(5), [1, ValueError("bad")]))
c = leaf(1)
print(type(c).__name__, c.__name__, c.cr_running)
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print("RuntimeError:", e)


class Ctx:
    async def __aenter__(self):
        print("aenter")
        return await leaf(41)

    async def __aexit__(self, *exc):
        print("aexit", exc[0] and exc[0].__name__)
        return True


class Ticker:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return await leaf(self.n)


async def agen(n):
    for i in range(n):
        x = await leaf(i)
        yield x


async def everything():
    async with Ctx() as v:
        print("inside", v)
        raise KeyError("swallowed")
    out = []
    async for t in Ticker(3):
        out.append(t)
    else:
        out.append("else")
    async for t in agen(3):
        out.append(t)
    comp = [x async for x in agen(4) if x % 2]
    pairs = {x: await leaf(x) async for x in agen(2)}
    return out, comp, pairs, [await leaf(i) for i in range(3)]


print(run(everything(), []))


async def bad():
    await 5


try:
    bad().send(None)
except TypeError as e:
    print("TypeError:", e)


async def outer_error():
    try:
        await fails()
    except ZeroDivisionError as e:
        return "caught " + str(e)
    finally:
        print("finally")


async def fails():
    1 / 0


print(run(outer_error(), []))
try:
    for x in leaf(1):
        pass
except TypeError as e:
    print("TypeError:", e)
