# Generators that delegate to generators, many levels deep: what goes through all of them, and what touches one.
import gc
import sys
import traceback


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Tree(build(low, middle), middle, build(middle + 1, high))


print(sum(build(0, 3000)), list(build(0, 40)))

levels = []


def level(n, length=6):
    """A chain of n generators; the innermost takes what is sent."""
    levels.append(None)
    try:
        if n == 0:
            got = []
            for i in range(length):
                got.append((yield i))
            return got
        result = yield from level(n - 1, length)
        return result + [n] if n % 5 == 0 else result
    finally:
        levels.append(n)


def outcome(function, *arguments):
    try:
        return function(*arguments)
    except BaseException as error:
        return repr(error)


# Sending and results.
g = level(12)
print(next(g), [g.send(x) for x in "abcde"], outcome(g.send, "f"), len(levels))

# Throwing, closing.
g = level(10)
print(next(g), next(g), outcome(g.throw, KeyError("k")), g.gi_frame, outcome(next, g))
g = level(10)
print(next(g), next(g), next(g), g.close(), outcome(next, g), levels[-3:])


def catching(n):
    while True:
        try:
            if n:
                yield from catching(n - 1)
            else:
                yield "innermost"
                yield "again"
            return n
        except ValueError as error:
            yield n, str(error)


g = catching(7)
print(next(g), next(g), g.throw(ValueError("one")), next(g), next(g), g.throw(ValueError("two")), next(g))
g = catching(7)
print([next(g) for i in range(2)], outcome(next, g))


# Exceptions from the inside, with every level in the traceback.
def failing(n, fail):
    if n:
        yield from failing(n - 1, fail)
    else:
        yield 1
        yield 2
        raise fail("deep")
    yield "not reached"


def names(error):
    found = []
    walk = error.__traceback__
    while walk:
        found.append((walk.tb_frame.f_code.co_name, walk.tb_lineno))
        walk = walk.tb_next
    return found


for fail in KeyError, StopIteration, GeneratorExit:
    g = failing(6, fail)
    try:
        for x in g:
            pass
    except BaseException as error:
        print(repr(error), repr(error.__cause__), names(error))


# Each level handles it, and delegates once more.
def retrying(n):
    for attempt in range(2):
        try:
            if n:
                yield from retrying(n - 1)
            else:
                yield attempt
                raise IndexError(attempt)
        except IndexError as error:
            yield n, attempt, str(error), sys.exception() is error
    if n == 3:
        raise IndexError("three")


print(list(retrying(3))[:12] if False else outcome(list, retrying(3)), outcome(lambda: len(list(retrying(2)))))

# Somebody else goes on with one in the middle, with the innermost, or looks at them.
made = []


def kept(n):
    if n:
        inner = kept(n - 1)
        made.append(inner)
        result = yield from inner
        return result
    for i in range(20):
        yield i
    return "end"


def chain_of(g):
    found = []
    while g is not None:
        found.append(g)
        g = g.gi_yieldfrom
    return found


def look(g):
    return [(h.gi_running, h.gi_suspended, h.gi_frame is not None and h.gi_frame.f_lineno) for h in chain_of(g)]


g = kept(6)
print(next(g), next(g), next(g), len(chain_of(g)), look(g)[-2:])
print(next(g), next(g))
print("innermost", next(made[-1]), next(g), next(g))
print("middle", next(made[2]), next(g), next(made[2]), next(g), next(g))
print("thrown", outcome(made[3].throw, KeyError("middle")), outcome(next, g))
made.clear()
g = kept(6)
print(next(g), next(g), next(g), made[-1].close(), outcome(next, g))
made.clear()
g = kept(6)
print([next(g) for i in range(4)], made[1].close(), outcome(next, g), [h.gi_frame for h in made])


# What runs sees the whole chain running, and frames of all levels.
def watching(n, watched):
    if n:
        inner = watching(n - 1, watched)
        watched.append(inner)
        yield from inner
    else:
        for i in range(4):
            frames = []
            frame = sys._getframe()
            while frame and frame.f_code.co_name == "watching":
                frames.append(frame.f_locals["n"])
                frame = frame.f_back
            yield frames, [h.gi_running for h in watched], [outcome(next, h)[:18] for h in watched[:3]]
            yield [h.gi_yieldfrom for h in watched]


watched = []
g = watching(6, watched)
watched.append(g)
for step in g:
    print(step)
    print([(h.gi_running, h.gi_suspended) for h in watched])


def frames_in_the_middle(n):
    if n:
        yield from frames_in_the_middle(n - 1)
    else:
        for i in range(6):
            frame = sys._getframe(2 if i == 3 else 0)
            yield frame.f_locals["n"], frame.f_back is not None


g = frames_in_the_middle(5)
print([next(g) for i in range(5)], [h.gi_frame.f_back for h in chain_of(g)], list(g))


# Calls from the innermost; recursion limits; collections.
def calling(n, function):
    if n:
        yield from calling(n - 1, function)
    else:
        for i in range(5):
            yield function(i)


def depth():
    n = 0
    frame = sys._getframe()
    while frame:
        frame, n = frame.f_back, n + 1
    return n


outside = depth()
print([x - outside for x in calling(30, lambda i: depth())])
print(list(calling(9, lambda i: (gc.collect(), i)[1])))


def recurse(n):
    return 1 + recurse(n - 1) if n else 0


print(list(calling(20, lambda i: recurse(100))), outcome(lambda: list(calling(20, lambda i: recurse(10**6)))))
print(outcome(lambda: [next(calling(10**6, int))]).split("(")[0])
g = calling(200, lambda i: i)
print(list(g))


# Chains that grow and shrink at both ends.
def growing(n):
    yield n
    if n:
        yield from growing(n - 1)
        yield -n
        yield from growing(0)
    yield from ()
    yield from [n * 100]


print(list(growing(6)))


def wrapped(g, n):
    if n:
        yield from wrapped(g, n - 1)
    else:
        yield from g


g = growing(8)
print([next(g) for i in range(7)], [x for x in wrapped(wrapped(g, 4), 4)])

# Inside exception handlers.


def handling(n):
    try:
        raise KeyError(n)
    except KeyError:
        if n:
            yield from handling(n - 1)
        else:
            for i in range(3):
                yield repr(sys.exception())
    yield repr(sys.exception())


try:
    raise ValueError("outer")
except ValueError:
    print(list(handling(5)))


# Tracing begins and ends in the middle.
def tracing(n, at):
    if n:
        yield from tracing(n - 1, at)
    else:
        for i in range(6):
            if i == at:
                sys.settrace(trace)
            yield i


events = []


def trace(frame, event, argument):
    events.append((frame.f_code.co_name, event))
    return trace


seen = []
for x in tracing(4, 3):
    seen.append(x)
    if x == 4:
        sys.settrace(None)
print(seen, [event for event in events if event[0] == "tracing"])


# Coroutines.
class Ready:
    def __await__(self):
        received = yield "waits"
        return received


async def awaiting(n):
    if n:
        return await awaiting(n - 1) + n
    total = 0
    for i in range(5):
        total += await Ready()
    return total


c = awaiting(12)
print(c.send(None), [c.send(i) for i in range(4)], outcome(c.send, 10), outcome(c.send, None))

# Many, in arbitrary order, with the collector at work.
import random

random.seed(7)
running = [iter(build(0, 60)) for i in range(20)]
total = 0
while running:
    g = random.choice(running)
    try:
        total = total * 31 % 1000003 + next(g)
    except StopIteration:
        running.remove(g)
    if random.random() < 0.001:
        gc.collect()
print(total)
