"""`with` makes sure that what was opened is closed, whatever happens in between."""
from contextlib import contextmanager


class Door:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("open", self.name)
        return self

    def __exit__(self, kind, error, traceback):
        print("close", self.name, f"because of {kind.__name__}" if kind else "")
        return kind is ValueError       # True: the exception ends here


with Door("front") as door:
    print("inside", door.name)

with Door("back"):
    raise ValueError("swallowed by __exit__")
print("still running")

try:
    with Door("cellar"), Door("attic"):
        raise KeyError("not swallowed")
except KeyError as error:
    print("caught", error)


@contextmanager
def indented(log, step=2):
    """With this decorator, what stands before `yield` is __enter__ and what follows is __exit__."""
    log.depth += step
    try:
        yield
    finally:
        log.depth -= step


class Log:
    depth = 0

    def write(self, text):
        print(" " * self.depth + text)


log = Log()
log.write("start")
with indented(log):
    log.write("inner")
    with indented(log, 4):
        log.write("innermost")
log.write("end")
