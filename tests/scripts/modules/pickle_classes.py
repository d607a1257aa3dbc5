# pickle: Pickler and Unpickler with all their hooks, memos, files and buffers left out of the pickle.
import array
import collections
import copyreg
import io
import pickle
import re
import sys
import weakref
import gc
from pickle import PickleBuffer, Pickler, Unpickler, dump, dumps, load, loads


def short(text):
    return re.sub(r"0x[0-9a-f]+", "0x", str(text))


def attempt(label, action):
    try:
        print(label, "->", short(repr(action())))
    except BaseException as error:
        print(label, "->", type(error).__name__, short(error))


print("--- the module")
import _pickle

print(sorted(name for name in dir(_pickle) if not name.startswith("__")), _pickle.__doc__)
for error in (pickle.PickleError, pickle.PicklingError, pickle.UnpicklingError):
    print([base.__name__ for base in error.__mro__], error.__module__, error.__doc__)
for value in (Pickler, Unpickler, PickleBuffer, dump, dumps, load, loads):
    print(value, value.__module__, value.__doc__[:60])
print(pickle.format_version, pickle.HIGHEST_PROTOCOL, pickle.DEFAULT_PROTOCOL)


class Point:
    def __init__(self, x):
        self.x = x


print("--- persistent ids")


class Outside(Pickler):
    def persistent_id(self, value):
        if isinstance(value, Point):
            return ("point", value.x)
        if value == 5:
            return "five"
        return super().persistent_id(value)


class Inside(Unpickler):
    def persistent_load(self, pid):
        print("  persistent_load", pid)
        return pid


for protocol in range(6):
    file = io.BytesIO()
    Outside(file, protocol).dump([5, {5: Point(1)}, 5])
    print(protocol, file.getvalue())
    print("  ", Inside(io.BytesIO(file.getvalue())).load())
    attempt("  without", lambda: loads(file.getvalue()))
file = io.BytesIO()
pickler = Pickler(file)
print(pickler.persistent_id(1))
pickler.persistent_id = lambda value: value if isinstance(value, str) else None
pickler.dump(["a", 1])
print(file.getvalue(), pickler.persistent_id("x"))
del pickler.persistent_id
print(pickler.persistent_id("x"))
unpickler = Unpickler(io.BytesIO(file.getvalue()))
attempt("load", lambda: unpickler.persistent_load("x"))
unpickler.persistent_load = lambda pid: pid * 2
print(unpickler.load(), unpickler.persistent_load("x"))
del unpickler.persistent_load
attempt("load", lambda: unpickler.persistent_load("x"))
attempt("foreign", lambda: setattr(unpickler, "foo", 1))
attempt("foreign", lambda: setattr(pickler, "foo", 1))


class NotAscii(Pickler):
    def persistent_id(self, value):
        return "\u20ac" if value == 6 else None


attempt("not ascii", lambda: NotAscii(io.BytesIO(), 0).dump([6]))

print("--- reducer_override and dispatch_table")


class Overriding(Pickler):
    def reducer_override(self, value):
        print("  override", type(value).__name__)
        if isinstance(value, Point):
            return Point, ("overridden",)
        if value is len:
            return "len"
        return NotImplemented


def nothing():
    pass


for value in ([1, "a", {2: 3}], Point(1), [len], nothing, Point, {1, 2}):
    file = io.BytesIO()
    attempt("dump", lambda: Overriding(file, 4).dump(value))
    print(file.getvalue())


class Tabled(Pickler):
    dispatch_table = collections.ChainMap({Point: lambda point: (Point, ("tabled",))}, copyreg.dispatch_table)


file = io.BytesIO()
Tabled(file).dump([Point(1), 1j])
print([item.x if isinstance(item, Point) else item for item in loads(file.getvalue())])
file = io.BytesIO()
pickler = Pickler(file)
attempt("no table", lambda: pickler.dispatch_table)
pickler.dispatch_table = {Point: lambda point: (Point, ("own",))}
pickler.dump(Point(1))
print(loads(file.getvalue()).x, len(pickler.dispatch_table))
del pickler.dispatch_table
attempt("no table", lambda: pickler.dispatch_table)
attempt("no table", lambda: delattr(pickler, "dispatch_table"))


class BadTable(Pickler):
    @property
    def dispatch_table(self):
        raise KeyError("table")


attempt("bad table", lambda: BadTable(io.BytesIO()))

print("--- find_class")


class Restricted(Unpickler):
    def find_class(self, module, name):
        print("  find_class", module, name)
        if module == "builtins" and name != "len":
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not to be had")


attempt("int", lambda: Restricted(io.BytesIO(dumps(int))).load())
attempt("len", lambda: Restricted(io.BytesIO(dumps(len))).load())
attempt("Point", lambda: Restricted(io.BytesIO(dumps(Point(1), 0))).load())
attempt("arguments", lambda: unpickler.find_class("os"))
attempt("arguments", lambda: unpickler.find_class(1, "os"))
attempt("arguments", lambda: unpickler.find_class("os", 1))
print(unpickler.find_class("os", "getcwd").__name__)

print("--- memo")
file = io.BytesIO()
pickler = Pickler(file, 2)
value = ["v"]
pickler.dump(value)
pickler.dump(value)
print(file.getvalue(), type(pickler.memo).__name__)
print(sorted(pickler.memo.copy().values()), id(value) in pickler.memo.copy())
print(pickler.memo.__reduce__()[0])
other = Pickler(io.BytesIO())
other.memo = pickler.memo
pickler.memo.clear()
print(len(pickler.memo.copy()), len(other.memo.copy()))
pickler.memo = other.memo.copy()
pickler.dump(value)
pickler.clear_memo()
pickler.dump(value)
print(file.getvalue())
unpickler = Unpickler(io.BytesIO(file.getvalue()))
first, second = unpickler.load(), unpickler.load()
print(first is second, unpickler.memo.copy(), type(unpickler.memo).__name__, unpickler.memo.__reduce__())
third = Unpickler(io.BytesIO(b"h\0.h\x01."))
third.memo = unpickler.memo
print(third.load() is first, third.load())
unpickler.memo.clear()
attempt("forgotten", unpickler.load)
for memo in (1, {1: 2}, {1: ("a", 2)}, {1: (1, 2)}):
    attempt(memo, lambda: setattr(pickler, "memo", memo))
for memo in (1, {-1: 2}, {"a": 2}, {1: 2}):
    attempt(memo, lambda: setattr(unpickler, "memo", memo))
attempt("delete", lambda: delattr(pickler, "memo"))
attempt("delete", lambda: delattr(unpickler, "memo"))
attempt("hash", lambda: hash(pickler.memo))

print("--- flags")
file = io.BytesIO()
pickler = Pickler(file)
print(pickler.bin, pickler.fast)
pickler.fast = True
shared = ["s"]
pickler.dump([shared, shared, "a", "a", (1,), (1,)])
print(file.getvalue(), pickler.fast)
cycle = []
cycle.append(cycle)
attempt("fast cycle", lambda: pickler.dump(cycle))
ring = {}
ring[1] = ring
attempt("fast cycle", lambda: Pickler(io.BytesIO()).dump(ring))
pickler = Pickler(io.BytesIO())
pickler.fast = 1
attempt("fast cycle", lambda: pickler.dump(ring))
nested = ()
for _ in range(70):
    nested = [nested]
attempt("fast depth", lambda: pickler.dump(nested))
attempt("bin", lambda: setattr(pickler, "bin", "x"))
attempt("bin", lambda: delattr(pickler, "bin"))
file = io.BytesIO()
pickler = Pickler(file, 0)
pickler.bin = True
pickler.dump(["a", 1, 2.5])
print(file.getvalue())

print("--- subclasses that forget their base")


class Forgets(Pickler):
    def __init__(self):
        pass


class ForgetsToo(Unpickler):
    def __init__(self):
        pass


attempt("dump", lambda: Forgets().dump(1))
attempt("load", lambda: ForgetsToo().load())
attempt("new", lambda: Pickler.__new__(Pickler).dump(1))
file = io.BytesIO()
pickler = Pickler(file)
pickler.__init__(file, 1)
pickler.dump([1])
print(file.getvalue())

print("--- files")


class Writer:
    def write(self, data):
        print("  write", type(data).__name__, len(data))
        return len(data)


big = ["x" * 70000, b"y" * 70000, "z", b"q" * 10, list(range(40000)), bytearray(b"1" * 65536)]
for protocol in range(6):
    print(protocol)
    dump(big, Writer(), protocol)


class Reader:
    def __init__(self, *parts):
        self.parts = list(parts)

    def read(self, count):
        part = self.parts.pop(0)
        print("  read", count, part)
        return part

    def readline(self):
        part = self.parts.pop(0)
        print("  readline", part)
        return part


class IntoReader(Reader):
    def readinto(self, buffer):
        part = self.parts.pop(0)
        print("  readinto", len(buffer), part)
        buffer[: len(part)] = part
        return len(part)


class PeekReader(Reader):
    def peek(self, count):
        part = self.parts.pop(0)
        print("  peek", count, part)
        return part


class NoPeekReader(Reader):
    def peek(self, count):
        raise NotImplementedError


for file in (Reader(b"N", b"."), Reader(b"N", 1), Reader("N", 1), Reader(b"I", b"5\n", b"."), Reader(b"I", b"5", b"."), Reader(b"I", b""),
             Reader(bytearray(b"N"), b"."), Reader(b"C", b"\x03", b"abc", b"."), Reader(b"C", b"\x03", b"ab"),
             IntoReader(b"C", b"\x03", b"abc", b"."), IntoReader(b"C", b"\x03", b"ab"),
             IntoReader(b"\x96", b"\x03\0\0\0\0\0\0\0", b"abc", b"."), IntoReader(b"\x95", b"\x03\0\0\0\0\0\0\0", b"C\x02a", b"b", b"."),
             IntoReader(b"X", b"\x03\0\0\0", b"abc", b"."), PeekReader(b"N.", b"N."), NoPeekReader(b"N", b"."), Reader(b"")):
    attempt(type(file).__name__, lambda: load(file))
file = io.BytesIO()
for value in (1, "two", [3], {"four": 4}):
    for protocol in (0, 4):
        dump(value, file, protocol)
file.write(b"rest")
file.seek(0)
print([load(file) for _ in range(8)], file.read())
file.seek(0)
buffered = io.BufferedReader(file)
print([load(buffered) for _ in range(8)], buffered.read())
file = io.BytesIO()
pickler = Pickler(file)
pickler.dump("one")
pickler.dump("one")
attempt("closed", lambda: (file.close(), pickler.dump("two")))
print(loads(bytearray(b"N.")), loads(memoryview(b"xN.")[1:]), loads(array.array("B", b"K\x07.")))
attempt("strided", lambda: loads(memoryview(b"N.N.")[::2]))

print("--- buffers")
data = bytearray(b"abcdef")
for source in (data, bytes(data), memoryview(data)[1:4], array.array("i", [1, 2]), memoryview(b"abcdef")[::2], memoryview(bytes(12)).cast("B", (3, 4))):
    attempt("make", lambda: PickleBuffer(source))
    buffer = PickleBuffer(source)
    attempt("raw", lambda: (buffer.raw(), buffer.raw().tobytes(), buffer.raw().format, buffer.raw().readonly))
    attempt("view", lambda: (memoryview(buffer).shape, memoryview(buffer).tobytes()))
    for callback in (None, lambda buffer: None, lambda buffer: True):
        attempt("dumps", lambda: dumps([buffer, buffer], 5, buffer_callback=callback))
    attempt("protocol 4", lambda: dumps(buffer, 4))
    buffer.release()
    attempt("released", lambda: buffer.raw())
    attempt("released", lambda: dumps(buffer))
    attempt("released", lambda: memoryview(buffer))
    buffer.release()
attempt("make", lambda: PickleBuffer(1))
attempt("make", lambda: PickleBuffer())
attempt("make", lambda: type("Sub", (PickleBuffer,), {}))


class Frame:
    def __init__(self, data):
        self.data = data

    def __reduce_ex__(self, protocol):
        if protocol >= 5:
            return type(self), (PickleBuffer(self.data),)
        return type(self), (bytes(self.data),)


frame = Frame(bytearray(b"frame"))
left_out = []
data = dumps([frame, Frame(b"read only")], 5, buffer_callback=left_out.append)
print(data, [bytes(buffer) for buffer in left_out])
back = loads(data, buffers=left_out)
print(type(back[0].data).__name__, memoryview(back[0].data).obj is frame.data, memoryview(back[1].data).readonly)
print([type(item.data).__name__ for item in loads(dumps([frame, Frame(b"read only")], 5))])
print([type(item.data).__name__ for item in loads(dumps([frame, Frame(b"read only")], 4))])
attempt("missing", lambda: loads(data))
attempt("missing", lambda: loads(data, buffers=left_out[:1]))
attempt("missing", lambda: loads(data, buffers=()))
attempt("none", lambda: loads(data, buffers=None))
attempt("raises", lambda: dumps(frame, 5, buffer_callback=lambda buffer: 1 / 0))
print([len(loads(dumps(PickleBuffer(bytes(size)), 5))) for size in (0, 255, 256, 70000)])
print([type(loads(dumps(PickleBuffer(bytearray(size)), 5))).__name__ for size in (0, 255, 70000)])
buffer = PickleBuffer(b"x")
reference = weakref.ref(buffer)
del buffer
gc.collect()
print(reference())

print("--- audit")
events = []


def hook(event, arguments):
    if event == "pickle.find_class":
        events.append(arguments)


sys.addaudithook(hook)
loads(dumps(Point(1), 0))
loads(dumps([len, Point(1)], 4))
print(events)
print("--- interned names")
state = loads(dumps(Point(1))).__dict__
print([key is sys.intern("x") for key in state])
many = loads(dumps([Point(i) for i in range(5)]))
print([point.x for point in many], all(type(point) is Point for point in many))
