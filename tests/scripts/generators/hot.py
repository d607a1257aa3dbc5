# Generators that are resumed often enough to be compiled, and everything that may happen at a yield.
import gc


def countdown(n):
    total = 0
    while n > 0:
        got = yield n
        if got is not None:
            total += got
        n -= 1
    return total


def by_hand(n):
    g = countdown(n)
    seen = next(g)
    try:
        i = 0
        while True:
            i += 1
            seen += g.send(i if i % 3 == 0 else None)
    except StopIteration as stop:
        return seen, stop.value


for n in (5, 50, 500, 2000):
    print(by_hand(n))


def floats(n):
    x = 0.5
    for i in range(n):
        x = x * 1.0001 + i
        yield x
    yield "end"


acc = 0.0
for item in floats(3000):
    if isinstance(item, str):
        print(item, round(acc, 3))
    else:
        acc += item


def guarded(n, log):
    try:
        for i in range(n):
            try:
                yield i
            except KeyError as error:
                log.append(("key", i, str(error)))
                yield -i
    finally:
        log.append(("closed", n))


log = []
for n in range(0, 1500, 7):
    g = guarded(n + 1, log)
    total = sum(x for x, _ in zip(g, range(n // 2 + 1)))
    if n % 5 == 0:
        print(n, total, g.throw(KeyError("k")) if n else None)
    g.close()
print(len(log), log[:4], log[-2:])


def raising(n):
    for i in range(n):
        yield 100 // (n - i - 3)


def consume(g):
    result = 0
    try:
        for x in g:
            result += x
    except ZeroDivisionError as error:
        return result, str(error)
    return result, None


for n in (4, 40, 1200):
    print(consume(raising(n)))


def overflow(n):
    x = 1
    for i in range(n):
        x = x * 3 + i
        yield x


print(sum(overflow(300)) % 1000000007, list(overflow(45))[-1])


def permutations(items):
    if not items:
        yield ()
        return
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (items[i],) + rest


print(len(list(permutations([1, 2, 3, 4, 5, 6]))), list(permutations([1, 2, 3]))[3])


class Node:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(tree(low, middle), middle, tree(middle + 1, high))


print([sum(tree(0, n)) for n in (1, 10, 100, 700)])


def mixed(n):
    last = None
    for i in range(n):
        last = i if i % 4 else str(i)
        yield last, i
    return last


print(sum(len(a) if isinstance(a, str) else a for a, _ in mixed(2000)))
print(all(x < 5000 for x in (y * 2 for y in range(2400))), any(x == 4001 for x in (y * 2 for y in range(2400))))
print(sorted({x % 17 + y for x in range(90) for y in (x % 3, x % 5)})[-3:])


def closure_maker(k):
    def inner(n):
        nonlocal k
        for i in range(n):
            k += 1
            yield i * k
    return inner, lambda: k


gen, peek = closure_maker(3)
print(sum(gen(1000)), peek(), sum(gen(1000)), peek())


def stops():
    for i in range(600):
        if i == 590:
            next(iter(()))
        yield i


try:
    print(sum(stops()))
except RuntimeError as error:
    print("RuntimeError:", error, type(error.__cause__).__name__)


def reentrant():
    for i in range(500):
        if i == 450:
            next(holder[0])
        yield i


holder = []
holder.append(reentrant())
try:
    print(sum(holder[0]))
except ValueError as error:
    print("ValueError:", error)


def keeps(n):
    data = [0] * 10
    for i in range(n):
        data = data[1:] + [i]
        gc.collect() if i % 400 == 0 else None
        yield data


kept = [d for d in keeps(900)]
print(kept[3], kept[-1], len(kept))


def default_and_star(a, *rest, step=2, **named):
    while True:
        a += step + len(rest) + len(named)
        yield a


g = default_and_star(1, 2, 3, step=5, x=1)
print([next(g) for _ in range(700)][-1])
