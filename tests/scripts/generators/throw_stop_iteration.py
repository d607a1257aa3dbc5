# StopIteration thrown into generators: where it becomes RuntimeError, where it ends a delegation (PEP 380, 479).
def plain():
    yield 1
    yield 2


def report(action):
    try:
        print("result", action())
    except BaseException as error:
        print(type(error).__name__, error, repr(error.__cause__))


fresh = plain()
report(lambda: fresh.throw(StopIteration("fresh")))
report(lambda: next(fresh))
started = plain()
next(started)
report(lambda: started.throw(StopIteration("started")))


class Source:
    "An iterator without throw()."

    def __iter__(self):
        return self

    def __next__(self):
        return "item"


class Thrower(Source):
    def throw(self, error):
        raise StopIteration("from throw")


class Raiser(Source):
    def throw(self, error):
        raise ValueError("from throw") from error


def delegating(source):
    result = yield from source
    print("delegation gave", repr(result))
    yield "after"


for source in (range(3), Source(), Thrower(), Raiser(), plain()):
    generator = delegating(source)
    next(generator)
    report(lambda: generator.throw(StopIteration("thrown")))
    generator = delegating(source)
    report(lambda: next(generator))
    report(lambda: generator.throw(KeyError("thrown")))
    report(lambda: next(generator))


def catching():
    try:
        yield 1
    except StopIteration as error:
        yield error.value


generator = catching()
next(generator)
report(lambda: generator.throw(StopIteration("caught")))
