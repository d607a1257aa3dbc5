# What a generator returns, behind iterators written in C: they drop it, `yield from` a generator keeps it.
def returning(values, result):
    for value in values:
        yield value
    return result


def through(iterator):
    result = yield from iterator
    return ("result", result)


def finish(generator):
    values = []
    while True:
        try:
            values.append(next(generator))
        except StopIteration as stop:
            return values, stop.value


print(finish(through(returning([1, 2], "r"))))
print(finish(through(map(str, returning([1, 2], "r")))))
print(finish(through(zip(returning([1, 2], "r"), "ab"))))
print(finish(through(filter(None, returning([1, 2], "r")))))
print(finish(through(enumerate(returning([1, 2], "r")))))
print(finish(through(iter(returning([1], "r")))))
print(list(returning([1, 2], "r")), tuple(returning([], "r")), set(returning([3], "r")), sum(returning([1, 2], "r")))
print(finish(map(str, returning([1, 2], "r"))))
print(finish(zip(returning([1], "r"))))
print(finish(enumerate(returning([1], "r"))))


class Stops:
    """An iterator whose `__next__` raises StopIteration with a value."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return self

    def __next__(self):
        if self.count == 0:
            raise StopIteration("value", 2)
        self.count -= 1
        return self.count


print(finish(through(Stops(2))))
print(finish(through(map(str, Stops(2)))))
print(finish(map(str, Stops(1))))
print(finish(zip(Stops(1))), finish(enumerate(Stops(1))), finish(filter(None, Stops(2))))
print(finish(Stops(1)), finish(reversed([1])))


def raises(value):
    raise StopIteration(value)
    yield


try:
    list(raises(1))
except RuntimeError as error:
    print(error, repr(error.__cause__))
try:
    list(map(lambda x: next(iter([])), [1]))
    print("ended")
except StopIteration as stop:
    print("stop")


def mapping_raises(x):
    raise StopIteration("from function")


print(finish(map(mapping_raises, [1, 2])))
print(finish(through(map(mapping_raises, [1, 2]))))


import itertools

print(finish(through(itertools.chain(returning([1], "r"), returning([2], "s")))))
print(finish(itertools.islice(returning([1, 2, 3], "r"), 2)))
print(finish(itertools.starmap(max, returning([(1, 2)], "r"))))
print(finish(itertools.takewhile(bool, returning([1, 0], "r"))))
print(finish(itertools.accumulate(returning([1, 2], "r"))))
print(finish(itertools.zip_longest(returning([1], "r"), [1, 2])))
