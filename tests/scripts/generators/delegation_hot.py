# Delegation by `yield from` and `await`, deep and often: values, sent values, results, exceptions, closing.
import collections


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(items):
    count = len(items)
    if count == 0:
        return None
    middle = count // 2
    return Tree(tree(items[:middle]), items[middle], tree(items[middle + 1:]))


for size in (1, 10, 1000):
    print(list(tree(range(size))) == list(range(size)), sum(tree(range(size))))

total = 0
for value in tree(range(3000)):
    if value == 2500:
        break
    total += value
print(total)


def leaf(count):
    received = []
    for n in range(count):
        received.append((yield n))
    return received


def middle(depth, count):
    if depth == 0:
        return (yield from leaf(count))
    result = yield from middle(depth - 1, count)
    return result + [depth]


def drive(depth, count):
    generator = middle(depth, count)
    values = [next(generator)]
    try:
        while True:
            values.append(generator.send(len(values) * 10))
    except StopIteration as stop:
        return len(values), stop.value[:4], stop.value[-3:]


print(drive(0, 5))
print(drive(30, 400))


def lazily(count):
    """Other iterators than generators, and several of them."""
    yield from range(count)
    yield from [1, 2, 3]
    yield from "ab"
    yield from map(str, range(3))
    yield from (n * n for n in range(4))
    return "end"


def outer(count):
    for _ in range(count):
        result = yield from lazily(3)
        yield result


print(list(outer(1)))
print(len(list(outer(300))))


def throwing(depth):
    if depth:
        try:
            yield from throwing(depth - 1)
        except KeyError as error:
            raise ValueError(depth, error.args) from None
        finally:
            log.append(depth)
    else:
        while True:
            try:
                yield depth
            except IndexError as error:
                yield ("caught", error.args)


log = []
for _ in range(50):
    generator = throwing(4)
    next(generator)
    assert generator.throw(IndexError(1)) == ("caught", (1,))
    try:
        generator.throw(KeyError(2))
    except ValueError as error:
        last = error.args
    assert next(generator, "over") == "over"
print(last, log[:4], len(log))

log.clear()
generator = throwing(3)
next(generator)
generator.close()
print(log)


def counting():
    n = 0
    while True:
        n += 1
        yield n


def interleaved(count):
    first, second = counting(), counting()
    for _ in range(count):
        yield next(first) - next(second)
        yield next(second)


print(sum(interleaved(500)))


def running():
    yield
    try:
        next(generator)
    except ValueError as error:
        yield str(error)


def around():
    yield from running()


generator = around()
next(generator)
print(next(generator))


def deep(n):
    if n:
        yield from deep(n - 1)
    else:
        yield "bottom"


print(list(deep(300)))
try:
    print(list(deep(100000)))
except RecursionError as error:
    print("RecursionError")


class Pause:
    def __await__(self):
        yield "pause"


def run(*coroutines):
    """Runs coroutines in turn; their results, and how often they paused."""
    waiting = collections.deque(enumerate(coroutines))
    results = {}
    pauses = 0
    while waiting:
        number, coroutine = waiting.popleft()
        try:
            assert coroutine.send(None) == "pause"
            pauses += 1
            waiting.append((number, coroutine))
        except StopIteration as stop:
            results[number] = stop.value
    return results, pauses


async def compute(n):
    if n % 4 == 0:
        await Pause()
    return n * 2


async def add_up(count):
    total = 0
    for n in range(count):
        total += await compute(n)
        try:
            await failing(n)
        except ValueError as error:
            total += error.args[0]
    return total


async def failing(n):
    if n % 3 == 0:
        raise ValueError(1)
    return n


async def ticks(count):
    for n in range(count):
        if n % 5 == 0:
            await Pause()
        yield n


async def collect(count):
    return sum([n async for n in ticks(count)])


print(run(*(add_up(200) for _ in range(3)), collect(300)))
