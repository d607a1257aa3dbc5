# __del__, closing of generators and weakref callbacks: after gc.collect(), at safepoints, and at the end.
# modes: interpreter gc nursery -- it shows when objects die; native frames of compiled code keep old addresses for longer
import atexit
import gc
import sys
import weakref


def hook(unraisable):
    message = (unraisable.err_msg or "").split(" at 0x")[0]
    print("unraisable:", unraisable.exc_type.__name__, unraisable.exc_value, "|", message, "|", unraisable.object)


sys.unraisablehook = hook


def collect():
    # Some calls in between: a collector that scans stacks finds what earlier ones left there.
    for number in range(3):
        sum([len(str(number)) for number in range(5)])
    gc.collect()


class Loud:
    def __init__(self, name, other=None):
        self.name = name
        self.other = other

    def __del__(self):
        print("del", self.name)


def scope():
    Loud("local")


scope()
collect()


# Owners before what they own; cycles too; __del__ runs once.
def chain():
    inner = Loud("inner")
    Loud("outer", inner)


chain()
collect()


def cycle():
    a, b = Loud("a"), Loud("b")
    a.other, b.other = b, a


cycle()
collect()
collect()


class Phoenix:
    kept = []

    def __del__(self):
        print("rises")
        Phoenix.kept.append(self)


def burn():
    Phoenix()


burn()
collect()
print(len(Phoenix.kept), gc.is_finalized(Phoenix.kept[0]))
Phoenix.kept.clear()
collect()
print(len(Phoenix.kept))


class Bad:
    def __del__(self):
        raise ValueError("in del")


def bad():
    Bad()


bad()
collect()


def generator():
    try:
        yield 1
    finally:
        print("closed")


def suspended():
    next(generator())


suspended()
collect()


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def drop_stubborn():
    next(stubborn())


drop_stubborn()
collect()


def delegating():
    yield from generator()


def drop_delegating():
    next(delegating())


drop_delegating()
collect()


def untouched():
    generator()


untouched()
collect()
print("never started: not closed")


class Target:
    pass


def called(reference):
    print("callback", reference() is None)


def failing(reference):
    raise KeyError("callback")


def weak():
    target = Target()
    return weakref.ref(target, called), weakref.ref(target, failing), weakref.WeakValueDictionary({1: target})


first, second, values = weak()
collect()
print(first() is None, second() is None, len(values))

# A loop that allocates comes to its finalizers without gc.collect().
counted = 0


class Counted:
    def __del__(self):
        global counted
        counted += 1


for _ in range(200_000):
    Counted()
    [None] * 20
print(counted > 1000)


# gc as far as programs use it.
def watch(phase, info):
    print(phase, info["generation"], sorted(info))


gc.callbacks.append(watch)
gc.collect(1)
gc.callbacks.remove(watch)
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), gc.isenabled())
print([type(n).__name__ for n in gc.get_count()], len(gc.get_threshold()), len(gc.get_stats()))
holder = [Target()]
print(any(o is holder for o in gc.get_objects()), any(o is holder for o in gc.get_referrers(holder[0])))
print([type(o).__name__ for o in gc.get_referents(holder)], gc.is_tracked(holder), gc.is_tracked(1))
for wrong in (3, -1):
    try:
        gc.collect(wrong)
    except ValueError as error:
        print(error)


def at_exit():
    raise RuntimeError("at exit")


@atexit.register
def restore():
    # The hook refers to these globals: as long as `sys` has it, they are not garbage at the end.
    sys.unraisablehook = sys.__unraisablehook__


atexit.register(at_exit)


class Last:
    def __del__(self):
        print("last", self.name)


one, two = Last(), Last()
one.name, two.name = "one", "two"
two.other = one
three = Last()
three.name, three.other = "three", three
kept_generator = generator()
next(kept_generator)
kept_file = open("/dev/null", "w")
kept_file.write("x" * 10)
sys.stdout.write("end\n")
