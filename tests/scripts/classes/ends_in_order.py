# What is left at the end is finalized in CPython's order, with the script's names still in place.
# (Expected output: a native build of CPython 3.13, as where the interpreter is embedded the end is the embedder's.)
import sys


class Counted:
    alive = 0

    def __init__(self, name, other=None):
        self.name = name
        self.other = other
        Counted.alive += 1

    def __del__(self):
        Counted.alive -= 1
        print("deleted", self.name, Counted.alive, LIMIT, len(everything))


LIMIT = 5
everything = []
_private = Counted("private")
first = Counted("first", Counted("owned by the first"))
pair = [Counted("list 0"), Counted("list 1")]
second = Counted("second")
fixed = (Counted("tuple 0"), Counted("tuple 1"))
table = {"a": Counted("value a"), "b": Counted("value b")}
Counted.attribute = Counted("attribute of the class")
itself = Counted("refers to itself")
itself.other = itself


def with_default(argument=Counted("default")):
    return argument


def enclosing():
    inner = Counted("closed over")
    return lambda: inner


closure = enclosing()
everything.append(Counted("last"))


def generator():
    try:
        yield
    finally:
        print("generator closed", LIMIT)


waiting = generator()
next(waiting)
log = open("/dev/null", "w")


class Late:
    def __del__(self):
        print("the file is closed:", log.closed)


late = Late()
print("end", file=sys.stdout)
