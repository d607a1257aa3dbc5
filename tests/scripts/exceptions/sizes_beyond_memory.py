# Sizes that no machine grants raise MemoryError or OverflowError, and recursion through native code alone
# raises RecursionError; neither ends the process.
import array
import io
import itertools
import os
import struct


def kind_of_error(action):
    try:
        action()
    except (MemoryError, OverflowError) as error:
        return type(error).__name__
    return "no error"


HUGE = 2 ** 60


def string_io():
    stream = io.StringIO()
    stream.seek(HUGE)
    stream.write("a")


for name, action in [
    ("bytes", lambda: bytes(HUGE)),
    ("bytearray", lambda: bytearray(HUGE)),
    ("list of ints", lambda: [1] * HUGE),
    ("list of floats", lambda: [1.5] * HUGE),
    ("tuple", lambda: (1,) * HUGE),
    ("str", lambda: "é" * HUGE),
    ("list of range", lambda: list(range(HUGE))),
    ("slice of range", lambda: [1, 2].__setitem__(slice(None), range(HUGE))),
    ("to_bytes", lambda: (1).to_bytes(HUGE)),
    ("array", lambda: array.array("i", [1]) * (HUGE >> 2)),
    ("combinations", lambda: itertools.combinations_with_replacement("abc", HUGE >> 3)),
    ("os.read", lambda: os.read(0, HUGE)),
    ("file", lambda: open("/dev/zero", "rb", buffering=0).read(HUGE)),
    ("buffered file", lambda: open("/dev/zero", "rb").read(HUGE)),
    ("StringIO", string_io),
    ("struct", lambda: struct.pack(f"{HUGE}s", b"a")),
]:
    print(name, kind_of_error(action))


class ReprIsStr:
    pass


class CallIsItself:
    pass


class GetIsItself:
    pass


ReprIsStr.__repr__ = ReprIsStr.__str__
call = CallIsItself.__call__ = CallIsItself()
get = GetIsItself.__get__ = GetIsItself()
GetIsItself.attribute = get

for name, action in [
    ("repr", lambda: repr(ReprIsStr())),
    ("call", call),
    ("get", lambda: get.attribute),
]:
    try:
        action()
    except (RecursionError, TypeError) as error:
        print(name, "stopped")
print("alive")

# What was refused is not counted as memory in use, however often it is asked for.
print(len({kind_of_error(lambda: "ab" * (HUGE << 1)) for _ in range(80)}))
