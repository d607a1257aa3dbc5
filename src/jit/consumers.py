# What builtins do with an iterable, for code that runs a generator inlined: see `consumers.rs`.
# No function here calls what a program could change (names of builtins are set where this is run), and none reads its
# argument twice.


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


# A sum of ints, as long as it is a machine word; of floats and of complex numbers, whose rounding errors are carried
# along (Neumaier 1974, as in CPython's `sum`); of anything. Each has variables of its own, so that their types do not
# change. `other` is a sum of anything, or of complex numbers: real part and its error, imaginary part and its error.
# (`sum` is as short as can be: its body is translated once for each `yield` of the generator.)
INTS, FLOATS, COMPLEX, ANYTHING = 0, 1, 2, 3
LEAST, GREATEST = -(1 << 63), (1 << 63) - 1


def sum(iterable):
    phase = ints = 0
    high = low = 0.0
    other = None
    for item in iterable:
        if phase == 1:
            if type(item) is float or type(item) is int:
                item = float(item)
                total = high + item
                low = low + (high - total + item if abs(high) >= abs(item) else item - total + high)
                high = total
                continue
        elif phase == 0:
            if type(item) is int:
                total = ints + item
                if -1 <= total >> 61 <= 0:
                    ints = total
                    continue
            elif type(item) is bool:
                if item:
                    ints = ints + 1
                continue
            elif type(item) is float:
                high = ints + item
                phase = 1
                continue
        phase, ints, high, low, other = with_item(phase, ints, high, low, other, item)
    return ints if phase == 0 else result(phase, ints, high, low, other)


def with_item(phase, ints, high, low, other, item):
    if phase == INTS and (type(item) is int or type(item) is bool):
        ints = ints + item
        return INTS if LEAST <= ints <= GREATEST else ANYTHING, ints, high, low, ints
    is_int = is_subclass(int, type(item))
    if phase == FLOATS and is_int:
        return phase, ints, *carried(high, low, double_of(item)), other
    if phase == COMPLEX and (is_int or type(item) is float or type(item) is complex):
        number = double_of(item) if is_int else item
        real, imaginary = carried(*other[:2], number.real), other[2:]
        if type(item) is complex:
            imaginary = carried(*imaginary, item.imag)
        return phase, ints, high, low, real + imaginary
    total = result(phase, ints, high, low, other) + item
    if type(total) is float and phase <= FLOATS:
        return FLOATS, ints, total, 0.0, other
    if type(total) is complex and phase != ANYTHING:
        return COMPLEX, ints, high, low, (total.real, 0.0, total.imag, 0.0)
    return ANYTHING, ints, high, low, total


def result(phase, ints, high, low, other):
    if phase == INTS:
        return ints
    if phase == FLOATS:
        return settled(high, low)
    return complex(settled(*other[:2]), settled(*other[2:])) if phase == COMPLEX else other


def carried(high, low, number):
    total = high + number
    return total, low + (high - total + number if abs(high) >= abs(number) else number - total + high)


def settled(high, low):
    return high + low if low and low - low == 0.0 else high


double_of, is_subclass = int.__float__, type.__subclasscheck__

# Every way is taken once, with items of more than one type.
for consumer in list, tuple, set, any, all:
    for items in (0, None, "", 2.5), (1, "a", None, 0), ():
        consumer(items)
# Of sums, the way of ints alone: where other numbers are added up, code that knows them is made.
for items in (1, 2), ():
    sum(items)
