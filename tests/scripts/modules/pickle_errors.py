# pickle: what cannot be pickled, with notes of the way there, and pickles that are none.
import copyreg
import io
import pickle
import re
import sys
from pickle import Pickler, Unpickler, dumps, load, loads


def short(value):
    return re.sub(r"0x[0-9a-f]+", "0x", ascii(value) if not isinstance(value, str) else value)


def attempt(label, action):
    try:
        result = short(ascii(action()))[:300]
    except BaseException as error:
        context = error.__context__
        notes = getattr(error, "__notes__", [])
        result = f"{type(error).__module__}.{type(error).__name__}: {ascii(str(error))} {notes[:8]} {len(notes)} {context!r}"
    print(label, "->", short(result))


class Boom:
    def __reduce__(self):
        raise ValueError("boom")

    def __repr__(self):
        return "Boom()"


class Reduced:
    def __init__(self, *parts):
        self.parts = parts[0] if len(parts) == 1 else parts

    def __reduce__(self):
        return self.parts


class Plain:
    pass


class Sub(list):
    pass


class Map(dict):
    pass


print("--- reduce")
for parts in (1, (), (1,), (1, ()), (print, 1), (print, (), 1, 2), (print, (), None, None, 3), (print, (), None, None, None, 4),
              (print, (), 1, 2, 3, 4, 5), (int,), "nosuch", None, NotImplemented, b"name"):
    attempt(parts, lambda: dumps(Reduced(parts)))
new, new_ex = copyreg.__newobj__, copyreg.__newobj_ex__
for protocol in (0, 2, 4):
    print("protocol", protocol)
    for index, parts in enumerate((
        (new, ()), (new, (1,)), (new, (int,)), (new, (Reduced, Boom())), (new, (Reduced,), Boom()),
        (new_ex, ()), (new_ex, (1, 2, 3)), (new_ex, (int, 2, 3)), (new_ex, (Reduced, (), 3)), (new_ex, (int, (), {})),
        (new_ex, (Reduced, (Boom(),), {})), (new_ex, (Reduced, (), {"a": Boom()})),
        (len, (Boom(),)), (len, ((),), Boom()), (len, ((),), Boom(), None, None, len), (len, ((),), 1, None, None, lambda: 1),
        (len, ((),), None, iter([Boom()])), (len, ((),), None, None, iter([(1, Boom())])),
        (len, ((),), None, None, iter([(1,)])), (len, ((),), None, None, iter([1])), (lambda: 1, ()),
        (len, ((),), None, iter([1, 2, Boom()])), (len, ((),), None, None, iter([(1, 2), (2, 3), (3, Boom())])),
    )):
        attempt(index, lambda: dumps(Reduced(parts), protocol))

print("--- containers")
state = Plain()
state.x = Boom()
deep = []
for _ in range(20):
    deep = [deep, Boom()]
for value in ([1, [2, Boom()]], (1, 2, (2, Boom(), 3, 4)), {"a": {"b": Boom()}}, {1: 2, "a": {"b": Boom(), "c": 1}}, {Boom(): 1},
              {Boom()}, frozenset([Boom()]), state, Sub([Boom()]), Map({1: Boom()}), [None] * 1500 + [Boom()], deep,
              {(1, "k"): [Boom()]}):
    for protocol in (0, 2, 5):
        attempt(type(value).__name__, lambda: dumps(value, protocol))

print("--- names")


def local():
    def function():
        pass

    class Class:
        pass

    return function, Class


def gone():
    pass


was_gone = gone
del gone


def other():
    pass


was_other = other


def other():
    pass


made = lambda: 0
for value in (*local(), local()[1](), lambda: 1, was_gone, was_other, made):
    attempt("name", lambda: dumps(value))
for module, name in (("nosuchmodule", "x"), ("nosuch.module", "x"), ("sys", "a.b.c"), ("sys", "version_info.b"), ("sys", "maxsize.real"),
                     ("", "x"), (5, "x")):
    made.__module__, made.__qualname__ = module, name
    for protocol in (2, 4):
        attempt((module, name), lambda: dumps(made, protocol))
made.__module__, made.__qualname__ = None, "x"
attempt("no module", lambda: dumps(made))
made.__module__, made.__qualname__ = "sys", "<locals>.x"
attempt("local", lambda: dumps(made))
module = type(sys)("\u20ac")
for module_name, name in (("\u20ac", "ascii"), ("plain", "\u20ac"), ("\u20ac", "\u20acx")):
    sys.modules[module_name] = module
    setattr(module, name, made)
    made.__module__, made.__qualname__ = module_name, name
    for protocol in range(6):
        attempt(ascii((module_name, name)), lambda: dumps(made, protocol))
    del sys.modules[module_name]

print("--- things that are not data")
for value in ((x for x in "a"), sys, Pickler(io.BytesIO()), Unpickler(io.BytesIO()), memoryview(b"a"), sys._getframe(),
              int.real, dict.__dict__["fromkeys"], str.__dict__["maketrans"], property(), type(sys.implementation)(a=Boom())):
    for protocol in (0, 2, 4):
        attempt(type(value).__name__, lambda: dumps(value, protocol))

print("--- arguments")
for protocol in (6, -1, -2, "x", 2.5, None, True):
    attempt(protocol, lambda: dumps(1, protocol))
attempt("buffer_callback", lambda: dumps(1, 4, buffer_callback=print))
attempt("no arguments", lambda: dumps())
attempt("three", lambda: dumps(1, 2, 3))
attempt("unknown", lambda: dumps(1, protocol=2, foo=3))
attempt("no file", lambda: pickle.dump(1))
attempt("bad file", lambda: pickle.dump(1, 2))
attempt("no data", lambda: loads())
attempt("str", lambda: loads("abc"))
attempt("int", lambda: loads(1))
attempt("keyword", lambda: loads(data=b"N."))
attempt("encoding", lambda: loads(b"N.", encoding=1))
attempt("encoding", lambda: loads(b"N.", encoding=None))
attempt("buffers", lambda: loads(b"N.", buffers=1))
attempt("load", lambda: load(1))
attempt("Pickler", lambda: Pickler())
attempt("Pickler", lambda: Pickler(1))
attempt("Unpickler", lambda: Unpickler())
attempt("Unpickler", lambda: Unpickler(1))
attempt("Unpickler", lambda: Unpickler(io.BytesIO(), True))

print("--- broken pickles")
broken = rb"""
|N|.|0.|00.|(.|(0.|1.|N(.|2.|a.|Na.|]a.|]Na.|](a.|](Na.|]e.|](e.|(e.|N(e.|N(Ne.|}s.|}Ns.|}NNs.|}(u.|}(Nu.|}(NNu.|}(NNNu.|(u.
N(NNu.|t.|(t.|(Nt.|l.|d.|(d.|(Nd.|(NNd.|(NNNd.|\x85.|N\x85.|\x86.|N\x86.|(N\x86.|\x87.|I\n.|I1.|I1\n.|I01\n.|I00\n.|I02\n.|Ix\n.
I99999999999999999999\n.|I0x10\n.|I010\n.|I 1\n.|I1L\n.|I1_0\n.|L1L\n.|L1\n.|LxL\n.|L\n.|L0x10L\n.|L010L\n.|F1.5\n.|Fx\n.|F\n.|F1e400\n.
Fnan\n.|F 1\n.|F1_0\n.|J\x01.|J\xff\xff\xff\xff.|K.|M\x01.|\x8a\x00.|\x8a\x01.|\x8a\x01\xff.|\x8b\xff\xff\xff\xff.|\x8b\x02\0\0\0\xff\x7f.
G\0.|S\n.|S'a'\n.|S'a\n.|S"a"\n.|S'\\x41'\n.|S'\\x4'\n.|S'\xff'\n.|Sa\n.|S'\n.|U\x01a.|U\x01\xff.|U\x02a.|T\x01\0\0\0a.|T\xff\xff\xff\xffa.
V\n.|Va\\u20ac\n.|V\\u20\n.|V\xff\n.|V\\Uffffffff\n.|Va|X\x01\0\0\0a.|X\x01\0\0\0\xff.|X\x03\0\0\0\xed\xa0\x80.|\x8d\x01\0\0\0\0\0\0\0a.
\x8c\x01a.|\x8c\x02a.|C\x01a.|C\x02a.|\x96\x01\0\0\0\0\0\0\0a.|\x97.|N\x98.|\x98.|C\x01a\x98.|cx\n.|c\n\n.|cx\n\n.|cnosuch\ny\n.
cos\nnosuch\n.|cos\npath.join\n.|\x80\x04cos\npath.nojoin\n.|\x80\x04cos\npath.x.join\n.|c\xff\nx\n.|c__builtin__\nxrange\n.
\x80\x03c__builtin__\nxrange\n.|cos\nx\xff\n.|\x93.|N\x93.|NN\x93.|\x8c\x02osN\x93.|R.|NR.|N)R.|NNR.|cbuiltins\nint\nNR.|cbuiltins\nint\n)R.
\x81.|N\x81.|N)\x81.|cbuiltins\nint\nN\x81.|cbuiltins\nint\n)\x81.|cbuiltins\nlen\n)\x81.|cbuiltins\nint\n)}\x92.|cbuiltins\nint\n))\x92.
cbuiltins\nint\n}}\x92.|N)}\x92.|ctypes\nGeneratorType\n)\x81.|o.|(o.|(No.|(cbuiltins\nint\no.|(cbuiltins\nint\nI5\no.|(cbuiltins\nint\nNNNo.
(cbuiltins\nlen\no.|(ibuiltins\nint\n.|(I7\nibuiltins\nint\n.|ibuiltins\nint\n.|(i\n.|(ibuiltins\n|(ix\xff\nint\n.|b.|Nb.|NNb.|N}b.|NI5\nb.
N(NNtb.|N(N}tb.|N(NI1\ntb.|N(N}V1\nNstb.|cbuiltins\nobject\n)\x81}V1\nNsb.|cbuiltins\nobject\n)\x81(N}V1\nNstb.|cbuiltins\nobject\n)\x81}b.
g0\n.|gx\n.|g\n.|g-1\n.|h\x00.|j\0\0\0\0.|p0\n.|Np0\n0g0\n.|Np-1\n.|Npx\n.|Np|q\0.|Nq|Nr\xff\0\0\0.|Nr\0.|Nr\0\0\0\0h\0\x86.|\x94.|N\x94h\0\x86.
Np5\n\x94h\x01.|P\n.|Pab\n.|P\xff\n.|Q.|NQ.|\x82\0.|\x82\xf0.|\x84\xff\xff\xff\xff.|\x83\0\xf0.|\x80\x06.|\x80|\x80\x05N.
\x95\0\0\0\0\0\0\0\0N.|\x95\x02\0\0\0\0\0\0\0N.|\x95\x03\0\0\0\0\0\0\0N.|\x95\x01\0\0\0\0\0\0\0\x8c\x02ab.|!|'|\\|\x00|\xff|\x8f(e.|\x8f(\x90.
\x8f(N\x90.|\x8f(]\x90.|\x8f\x90.|](N\x90.|(\x90.|(N\x91.|(]\x91.|\x91.|NN.|N.N|\x80\x02]\x94}\x94s.|}]Ns.|(]]d.|((((N|Np99999999\n0g99999999\n.
"""
for line in broken.strip().split(b"\n"):
    for data in line.split(b"|"):
        data = data.decode("unicode_escape").encode("latin1")
        attempt(data, lambda: loads(data))
for data in (b"", b"N", b".", b"S\xff\n", b"I1\n.", b"I", b"X\x05\0\0\0ab", b"\x95\x03\0\0\0\0\0\0\0N.", b"P\n.", b"Va"):
    attempt(("file", data), lambda: load(io.BytesIO(data)))

print("--- strings of Python 2")
for options in ({"encoding": "latin1"}, {"encoding": "bytes"}, {"errors": "replace"}, {"encoding": "nosuch"}, {"errors": "nosuch"}, {"encoding": "utf-8"}):
    for data in (b"U\x01\xff.", b"S'\\xff'\n.", b"T\x02\0\0\0\xc3\xa9."):
        attempt((options, data), lambda: loads(data, **options))
