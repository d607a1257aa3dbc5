# What builtins do with an iterable, for code that runs a generator inlined: see `consumers.rs`.
# No function here calls anything, and none reads its argument twice.


def list(iterable):
    return [item for item in iterable]


def tuple(iterable):
    return (*[item for item in iterable],)


def set(iterable):
    return {item for item in iterable}


def any(iterable):
    for item in iterable:
        if item:
            return True
    return False


def all(iterable):
    for item in iterable:
        if not item:
            return False
    return True


# Every way is taken once, with items of more than one type.
for consumer in list, tuple, set, any, all:
    for items in (0, None, "", 2.5), (1, "a", None, 0), ():
        consumer(items)
