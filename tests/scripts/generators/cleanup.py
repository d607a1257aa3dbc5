# When generators are abandoned: finally blocks, with blocks, explicit close, exceptions in cleanup.
log = []


class Res:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        log.append("enter " + self.name)
        return self

    def __exit__(self, *exc):
        log.append("exit %s %s" % (self.name, exc[0].__name__ if exc[0] else None))


def lines(name):
    with Res(name):
        for i in range(3):
            yield f"{name}{i}"


for x in lines("full"):
    pass
print(log)
log.clear()
g = lines("partial")
next(g)
g.close()
print(log)
log.clear()
g = lines("thrown")
next(g)
try:
    g.throw(ValueError("x"))
except ValueError:
    log.append("outside")
print(log)
log.clear()


def outer():
    try:
        yield from lines("delegated")
    finally:
        log.append("outer finally")


g = outer()
next(g)
g.close()
print(log)
log.clear()
g = lines("never started")
g.close()
print(log)


def nested():
    with Res("a"), Res("b"):
        try:
            yield 1
        except GeneratorExit:
            log.append("saw exit")
            raise
        else:
            log.append("else")


g = nested()
next(g)
g.close()
print(log)
log.clear()
print(list(nested()), log)
log.clear()


def return_in_finally():
    for i in range(3):
        try:
            yield i
        finally:
            log.append(i)


print([x for x in return_in_finally() if x < 2], log)
log.clear()
g = return_in_finally()
for x in g:
    if x == 1:
        break
log.append("broke")
g.close()
print(log)
log.clear()


def error_in_cleanup():
    try:
        yield 1
    finally:
        raise KeyError("cleanup")


g = error_in_cleanup()
next(g)
try:
    g.close()
except KeyError as e:
    print("KeyError", e, repr(e.__context__))


def loop_else():
    for i in range(2):
        yield i
    else:
        yield "else"
    while False:
        pass
    else:
        yield "while else"


print(list(loop_else()))


def try_all(kind):
    try:
        log.append("try")
        if kind == "raise":
            raise ValueError
        yield "body"
        if kind == "return":
            return
        if kind == "raise late":
            raise ValueError
    except ValueError:
        yield "except"
    else:
        yield "else"
    finally:
        yield "finally"
    yield "end"


for kind in ("plain", "raise", "return", "raise late"):
    print(kind, list(try_all(kind)))
log.clear()
g = try_all("plain")
print(next(g), g.throw(ValueError("thrown")), next(g), next(g), next(g, None))


def while_true():
    n = 0
    while True:
        try:
            n += 1
            cmd = yield n
            if cmd == "break":
                break
            if cmd == "continue":
                continue
        finally:
            log.append(("f", n))
    yield "out"


log.clear()
g = while_true()
print(next(g), next(g), g.send("continue"), g.send("break"), list(g), log)
