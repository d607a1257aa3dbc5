# finally with return, break, continue, raise, in loops and nested.
def ret():
    try:
        return "try"
    finally:
        log.append("finally")


def ret_value_kept():
    x = 1
    try:
        return x
    finally:
        x = 2


def loop_break():
    for i in range(5):
        try:
            if i == 2:
                break
            log.append(i)
        finally:
            log.append(("f", i))
    else:
        log.append("else")
    return i


def loop_continue():
    for i in range(4):
        try:
            if i % 2:
                continue
            log.append(i)
        finally:
            log.append(("f", i))
    else:
        log.append("else")


def nested_return():
    for i in range(3):
        try:
            try:
                return i
            finally:
                log.append("inner")
        finally:
            log.append("outer")


def raise_in_finally():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")


def raise_in_except():
    try:
        raise ValueError("first")
    except ValueError:
        raise KeyError("second")
    finally:
        log.append("cleanup")


def raise_in_else():
    try:
        pass
    except ValueError:
        log.append("not here")
    else:
        raise ValueError("else is not covered")
    finally:
        log.append("still")


def while_loop():
    n = 0
    while True:
        n += 1
        try:
            try:
                if n == 1:
                    continue
                if n == 2:
                    raise ValueError
                if n == 3:
                    break
            except ValueError:
                log.append("caught")
                continue
            finally:
                log.append(n)
        finally:
            log.append(-n)
    return n


def deep(n):
    if n == 0:
        raise ValueError("bottom")
    try:
        deep(n - 1)
    finally:
        log.append(n)


def generator_like():
    out = []
    for i in range(3):
        for j in range(3):
            try:
                if j == 1:
                    break
                try:
                    if i == 1:
                        continue
                finally:
                    out.append(("c", i, j))
                out.append((i, j))
            finally:
                out.append(("f", i, j))
    return out


def with_and_finally():
    class Ctx:
        def __enter__(self):
            log.append("enter")

        def __exit__(self, *a):
            log.append("exit")

    for i in range(2):
        with Ctx():
            try:
                if i == 0:
                    continue
                return "returned"
            finally:
                log.append(i)


def except_returns():
    try:
        1 / 0
    except ZeroDivisionError:
        return "from except"
    finally:
        log.append("after")


def call_in_finally():
    def f():
        try:
            raise KeyError("handled inside")
        except KeyError:
            return 5
    try:
        raise ValueError("outer")
    finally:
        log.append(f())


def many(n):
    total = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 5 == 0:
                raise KeyError(i)
            total += 1
        except ValueError as e:
            total += e.args[0]
        except KeyError:
            total -= 1
        else:
            total += 2
        finally:
            total += 3
    return total


for f in (ret, ret_value_kept, loop_break, loop_continue, nested_return, raise_in_finally, raise_in_except, raise_in_else, while_loop, lambda: deep(4), generator_like, with_and_finally, except_returns, call_in_finally, lambda: many(100)):
    log = []
    try:
        r = f()
    except Exception as e:
        r = (repr(e), repr(e.__context__))
    print(f.__name__, r, log)


def order():
    def t(x):
        log.append(x)
        return x
    try:
        return t("value")
    finally:
        t("finally")


log = []
print(order(), log)


def unbound_after():
    try:
        x = undefined_thing
    except NameError:
        pass
    finally:
        y = 1
    try:
        return x
    except UnboundLocalError as e:
        return str(e)


print(unbound_after())


def finally_sees():
    import sys
    try:
        try:
            raise ValueError("visible")
        finally:
            log.append(sys.exception() is not None and repr(sys.exception()))
    except ValueError:
        log.append(repr(sys.exception()))
    log.append(sys.exception())


log = []
finally_sees()
print(log)
