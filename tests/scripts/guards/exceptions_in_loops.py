# Exceptions raised, caught and passed through compiled frames; finally and state after each.
def inner(i):
    if i % 7 == 0:
        raise ValueError(i)
    if i % 11 == 0:
        raise KeyError(i)
    return i


def outer(n):
    total = 0
    errors = 0
    for i in range(1, n):
        try:
            total += inner(i)
        except ValueError as e:
            errors += e.args[0]
        except KeyError:
            total -= 1
        else:
            total += 1
        finally:
            total += 2
    return total, errors


def through(n):
    def a(i):
        return b(i) + 1

    def b(i):
        return c(i) + 1

    def c(i):
        return 10 // (i % 5)
    t = 0
    for i in range(n):
        try:
            t += a(i)
        except ZeroDivisionError:
            t -= 1
    return t


def rare(n):
    t = 0
    a = [1, 2, 3]
    d = {"k": 1}
    for i in range(n):
        try:
            t += a[i % 3 if i != n - 10 else 99]
            t += d["k" if i != n - 5 else "zz"]
            if i == n - 3:
                t += None
        except (IndexError, KeyError, TypeError) as e:
            print(type(e).__name__, e)
    return t


def never_caught(n, at):
    x = 0
    for i in range(n):
        x += i
        if i == at:
            raise RuntimeError(f"at {i} x={x}")
    return x


def finally_runs(n):
    log = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                continue
            if i == n - 1:
                break
        finally:
            log += 1
    return log


def nested(n):
    t = 0
    for i in range(n):
        try:
            try:
                if i % 2:
                    raise ValueError
                t += 1
            except ValueError:
                if i % 3 == 0:
                    raise KeyError(i)
                t += 10
        except KeyError:
            t += 100
    return t


def stop_iteration(n):
    it = iter(range(n))
    t = 0
    while True:
        try:
            t += next(it)
        except StopIteration:
            return t


def raise_from_method(n):
    class R:
        def __init__(self):
            self.n = 0

        def step(self):
            self.n += 1
            if self.n % 100 == 0:
                raise OverflowError("step %d" % self.n)
            return self.n
    r = R()
    t, e = 0, 0
    for _ in range(n):
        try:
            t += r.step()
        except OverflowError:
            e += 1
    return t, e, r.n


def tb_depth(n):
    def deep(k):
        if k == 0:
            return 1 / (n - n)
        return deep(k - 1)
    lengths = set()
    for i in range(300):
        try:
            deep(i % 5 + 1)
        except ZeroDivisionError as e:
            tb, d = e.__traceback__, 0
            while tb:
                d += 1
                tb = tb.tb_next
            lengths.add(d)
    return sorted(lengths)


def line_numbers(n):
    seen = {}
    for i in range(n):
        try:
            if i % 3 == 0:
                [][1]
            elif i % 3 == 1:
                {}["x"]
            else:
                int("q")
        except Exception as e:
            line = e.__traceback__.tb_lineno - line_numbers.__code__.co_firstlineno
            seen[line, type(e).__name__] = seen.get((line, type(e).__name__), 0) + 1
    return sorted(seen.items())


print(outer(3000), through(3000), rare(3000))
for at in (5, 2500):
    try:
        never_caught(3000, at)
    except RuntimeError as e:
        print(e)
print(finally_runs(3000), nested(3000), stop_iteration(3000), raise_from_method(3000))
print(tb_depth(5), line_numbers(3000))


def locals_after(n):
    a = b = c = 0
    for i in range(n):
        a = i
        b = i * 2
        try:
            c = 100 // (i - 2500)
        except ZeroDivisionError:
            return a, b, c, sorted(locals())
    return None


print(locals_after(3000))


def with_loop(n):
    class CM:
        entered = exited = swallowed = 0

        def __enter__(self):
            CM.entered += 1

        def __exit__(self, t, v, tb):
            CM.exited += 1
            if t is ValueError:
                CM.swallowed += 1
                return True
    cm = CM()
    for i in range(n):
        try:
            with cm:
                if i % 10 == 0:
                    raise ValueError
                if i % 15 == 1:
                    raise KeyError
        except KeyError:
            pass
    return CM.entered, CM.exited, CM.swallowed


print(with_loop(3000))


def assert_loop(n):
    bad = 0
    for i in range(n):
        try:
            assert i % 500, f"multiple {i}"
        except AssertionError as e:
            bad += len(str(e))
    return bad


print(assert_loop(3000))


def recursion(n):
    def f(k):
        return f(k + 1)
    caught = 0
    for _ in range(n):
        try:
            f(0)
        except RecursionError:
            caught += 1
    return caught


print(recursion(5))
