# Exceptions that are handled where they are raised, often: in the frame itself, in a frame around it, behind calls,
# in nested handlers and inside generators; and what stays of them: tracebacks, contexts, `sys.exception()`.
import sys


def lines(error):
    """The functions and lines of an exception's traceback, relative to the functions' first lines."""
    found = []
    entry = error.__traceback__
    while entry is not None:
        code = getattr(entry, "tb_" + "frame").f_code
        found.append((code.co_name, entry.tb_lineno - code.co_firstlineno))
        entry = entry.tb_next
    return found


def missing(table, keys):
    hits = 0
    misses = []
    for key in keys:
        try:
            hits += table[key]
        except KeyError as error:
            misses.append(error.args[0])
    return hits, len(misses), misses[:3]


print(missing({1: 10, 2: 20}, [1, 2, 3, 4] * 100))


def check(n):
    if n % 3 == 0:
        raise ValueError(n)
    if n % 5 == 0:
        raise TypeError("five", n)
    return n


def caller(n):
    return check(n) + 1


def sort_out(count):
    total, values, types = 0, 0, 0
    last = None
    for n in range(count):
        try:
            total += caller(n)
        except ValueError as error:
            values += error.args[0]
            last = lines(error)
        except TypeError:
            types += 1
        else:
            total += 1
        finally:
            total += 1000
    return total, values, types, last


print(sort_out(600))


def nested(count):
    log = []
    for n in range(count):
        try:
            try:
                check(n)
            except ValueError:
                if n % 2:
                    raise
                raise KeyError(n)
            except TypeError as error:
                raise RuntimeError(n) from error
        except ValueError as error:
            log.append(("again", error.args, lines(error)))
        except KeyError as error:
            log.append(("context", type(error.__context__).__name__, error.__context__.args, lines(error)))
        except RuntimeError as error:
            log.append(("cause", error.__cause__.args, error.__suppress_context__))
    return len(log), log[0], log[1], log[-1]


print(*nested(400), sep="\n")


def current(count):
    seen = set()
    for n in range(count):
        assert sys.exception() is None
        try:
            check(3 * n)
        except ValueError as outer:
            try:
                check(5 * n + 5)
            except (TypeError, ValueError) as inner:
                seen.add((type(inner).__name__, inner.__context__ is outer, sys.exception() is inner))
            assert sys.exception() is outer
    return sorted(seen)


print(current(300))


class Guarded:
    def __init__(self):
        self.entered = self.left = self.swallowed = 0

    def __enter__(self):
        self.entered += 1
        return self

    def __exit__(self, kind, value, traceback):
        self.left += 1
        if kind is ValueError:
            self.swallowed += 1
            return True
        return False


def with_blocks(count):
    guard = Guarded()
    others = 0
    for n in range(count):
        try:
            with guard as same:
                assert same is guard
                check(n)
        except TypeError:
            others += 1
    return guard.entered, guard.left, guard.swallowed, others


print(with_blocks(500))


def numbers(count):
    for n in range(count):
        try:
            yield check(n)
        except ValueError as error:
            yield -error.args[0]
        except TypeError:
            yield None


def from_generators(count):
    found = list(numbers(count))
    return sum(n for n in found if n is not None), found.count(None), found[:8]


print(from_generators(400))


def handled_while_suspended(count):
    """What a generator handles while it is suspended is its own affair."""
    def inner():
        while True:
            try:
                raise LookupError
            except LookupError:
                yield type(sys.exception()).__name__

    found = set()
    generator = inner()
    for n in range(count):
        try:
            check(3 * n)
        except ValueError:
            found.add(next(generator))
            found.add(type(sys.exception()).__name__)
        assert sys.exception() is None
    return sorted(found)


print(handled_while_suspended(300))


def unbound(count):
    misses = 0
    for n in range(count):
        try:
            if n % 7:
                value = n
            print(value) if value < 0 else None
            del value
        except UnboundLocalError:
            misses += 1
    return misses


print(unbound(350))


def names(count):
    misses = 0
    for n in range(count):
        try:
            undefined_name
        except NameError as error:
            misses += error.name == "undefined_name"
    return misses


print(names(300))


class Chain:
    """Raises from a method that is called through an attribute that changes."""

    def __init__(self, limit):
        self.limit = limit

    def step(self, n):
        if n > self.limit:
            raise StopIteration(n)
        return n


def chains(count):
    results = []
    for n in range(count):
        chain = Chain(n % 11)
        reached = 0
        try:
            while True:
                reached = chain.step(reached) + 1
        except StopIteration as stop:
            results.append(stop.value)
    return sum(results), max(results)


print(chains(300))


def registers_before(count):
    """A handler sees the variables as they were before the statement that raised."""
    bad = 0
    a = b = 0
    for n in range(count):
        a, b = n, -n
        try:
            a, b = check(n), check(n + 1)
        except (ValueError, TypeError):
            bad += (a, b) != (n, -n)
    return bad, a, b


print(registers_before(300))


def recursive(n):
    try:
        if n == 0:
            raise KeyError("bottom")
        return recursive(n - 1)
    except KeyError:
        if n < 5:
            raise
        return n


print([recursive(n) for n in range(5, 60)] == [5] * 55)


def overflow(n):
    try:
        return overflow(n + 1)
    except RecursionError:
        return n


print(overflow(0) > 100)


def destination_before(count):
    """Where a call's result goes stands the old value when the call raises, in inlined callees too."""
    bad = 0
    for n in range(count):
        a, b = n, -n
        try:
            a = check(n)
        except (ValueError, TypeError):
            bad += (a, b) != (n, -n)
    return bad, a, b


print(destination_before(300))
