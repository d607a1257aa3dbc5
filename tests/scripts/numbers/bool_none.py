# bool, None, Ellipsis, NotImplemented: singletons, truth, text, arithmetic.
print(True, False, None, ..., NotImplemented, repr(True), str(None), type(None).__name__, type(...).__name__, type(NotImplemented).__name__)
print(True == 1, True is True, None is None, None == False, ... is Ellipsis, True + True + True, True < 2, sum([True, False, True]))
print(bool(), bool(""), bool("0"), bool([]), bool([0]), bool(0.0), bool({}), bool(()), bool(None), bool(...), bool(range(0)), bool(b""), bool(set()))
print(True & False, True | False, True ^ True, not None, True and "x", False or [], None or 0 or "last", 1 and None and 2)
print([True, False].count(1), [1, 0].index(True), {True: "a", 1: "b", 1.0: "c"}, {0: "z", False: "f"}, ["no", "yes"][True], "ab" * True, [1] * False)
print(int(True), float(False), str(True), f"{True:d}", f"{True}", f"{False!r:>7}", "%d" % True, "%s" % None, hex(True), True.bit_length(), (True).to_bytes(1, "big"))


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


class Boolean:
    def __init__(self, b):
        self.b = b

    def __bool__(self):
        return self.b

    def __len__(self):
        raise RuntimeError("not asked")


def check(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(bool, Sized(0))
check(bool, Sized(3))
check(bool, Sized(-1))
check(bool, Sized("a"))
check(bool, Boolean(True))
check(bool, Boolean(1))
check(lambda: not Boolean(False))
check(lambda: "t" if Sized(0) else "f")
check(lambda: bool(NotImplemented))
check(lambda: None + 1)
check(lambda: None.x)
check(lambda: None())
check(lambda: None[0])
check(lambda: None < None)
check(lambda: type(None)())
check(lambda: type(None)(1))
check(lambda: bool(1, 2))
check(lambda: int(None))
check(lambda: any([0, "", None]))
check(lambda: any([0, "x", 1 / 1]))
check(lambda: all([]))
check(lambda: all([1, "", 2]))
check(lambda: all(5))
try:
    class B(bool):
        pass
except TypeError as e:
    print("TypeError:", e)
try:
    class N(type(None)):
        pass
except TypeError as e:
    print("TypeError:", e)
try:
    True.x = 1
except AttributeError as e:
    print("AttributeError:", e)
while None:
    print("never")
else:
    print("else")
x = 5 if None else 6 if 0 else 7
print(x, [i for i in [0, 1, None, "", "a", [], [0]] if i], list(filter(None, [0, 1, None, 2])))
