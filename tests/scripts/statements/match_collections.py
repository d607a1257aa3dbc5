# Which objects are sequences and mappings to patterns, equal keys, what patterns may be written with.
import array
import collections
import collections.abc


def kind(value):
    match value:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
        case _:
            return "neither"


class Registered:
    pass


class RegisteredMapping:
    pass


collections.abc.Sequence.register(Registered)
collections.abc.Mapping.register(RegisteredMapping)


class Both(collections.UserDict, collections.abc.Sequence):
    pass


class BothOtherWay(collections.UserList, collections.abc.Mapping):
    pass


class ListFirst(list, collections.abc.Mapping):
    pass


class DictFirst(dict, collections.abc.Sequence):
    pass


class Child(Registered):
    pass


for value in (
    "text", b"bytes", bytearray(b"x"), [1], (1,), range(2), {}, {1: 2}, set(), 1, None,
    array.array("b", [1]), memoryview(b"abc"), collections.deque(), collections.OrderedDict(),
    collections.Counter(), collections.UserString("x"), Registered(), RegisteredMapping(), Child(), ListFirst(), DictFirst(),
):
    print(type(value).__name__, kind(value))
print(kind(Both.__new__(Both)), kind(BothOtherWay.__new__(BothOtherWay)))

for pattern in (
    "{0: _, False: _}", "{0: _, 0.0: _}", "{0: _, -0: _}", "{0: _, 0j: _}", "{1: _, 1.5: _}", "{1: _, True: _}",
    "{'a': _, b'a': _}", "{None: _, 0: _}", "{2.0: _, 2: _}", "f''", "f'{x}'", "{f'x': 1}", "-1", "1 + 2j", "x.y", "-x",
):
    try:
        compile(f"match 0:\n  case {pattern}: pass", "text", "exec")
        print(pattern, "fine")
    except SyntaxError as error:
        print(pattern, error.msg)

for source in (
    "[x for x in (lambda: (y := 1))()]",
    "[x for x in (i := [1])]",
    "lambda: [x for x in (y := [1])]",
    "[i for i in [j for j in range(5) if (j := True)]]",
    "[(y := f(x)) for x in [1]]",
    "(lambda: (y := 1))()",
    "[lambda: (y := 1) for x in z]",
):
    try:
        compile(source, "text", "exec")
        print("fine", source)
    except SyntaxError as error:
        print(error.msg, source)
