# int's constructor, text forms, methods and attributes.
def check(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


for text in ["0", "42", "-17", "+5", " 12 ", "1_000", "0x1f", "", "abc", "1__0", "_1", "1_", "٣٤", "1.5", "- 1", "0b11", "00", "\t7\n"]:
    check(int, text)
for text, base in [("ff", 16), ("0xff", 16), ("0xff", 0), ("0b101", 0), ("0o17", 0), ("z", 36), ("Zz", 36), ("2", 2), ("12", 1), ("12", 37), ("010", 0), ("0", 0), ("0x", 16), ("-0b11", 2), ("1_0", 2)]:
    check(int, text, base)
check(int)
check(int, 3.99)
check(int, -3.99)
check(int, 1e20)
check(int, float("inf"))
check(int, float("nan"))
check(int, True)
check(int, b"123")
check(int, bytearray(b"-5"))
check(int, None)
check(int, [])
check(int, 5, 10)
check(int, "5", base=8)


class Indexed:
    def __index__(self):
        return 41


class Inty:
    def __int__(self):
        return 40


class BadInt:
    def __int__(self):
        return "no"


check(int, Indexed())
check(int, Inty())
check(int, BadInt())
check(hex, Indexed())
check(range, Indexed())
check([10, 20].__getitem__, True)
for n in [0, 1, -1, 255, 256, -128, 2**62, -2**62, 2**64 - 1, 2**100]:
    print(n, bin(n), oct(n), hex(n), n.bit_length(), n.bit_count(), n.conjugate(), n.real, n.imag, n.numerator, n.denominator, n.is_integer(), n.as_integer_ratio())
check((255).to_bytes, 2)
check((255).to_bytes, 2, "little")
check((-1).to_bytes, 2, "big", signed=True)
check((-1).to_bytes, 2, "big")
check((256).to_bytes, 1, "big")
check((0).to_bytes)
check((2**80).to_bytes, 11, "little")
check(int.from_bytes, b"\x01\x00", "big")
check(int.from_bytes, b"\xff\xfe", "little", signed=True)
check(int.from_bytes, [1, 2, 3])
check(int.from_bytes, b"")
check(int.from_bytes, b"\x80" + b"\x00" * 10, "big", signed=True)
check(int.from_bytes, b"ab", "middle")
check(round, 12345, -2)
check(round, 15, -1)
check(round, 25, -1)
check(round, -25, -1)
check(round, 7)
check(round, 7, 3)
check(divmod, 17, 5)
check(divmod, -17, 5)
check((17).__divmod__, 5)
check((17).__add__, "x")
check((5).__lt__, 6)
check((5).__eq__, 5.0)
check((5).__pow__, 3, 7)
check((5).__rsub__, 10)
check((5).__floor__)
check((5).__trunc__)
check((5).__format__, "08.3f")
check(isinstance, True, int)
check(issubclass, bool, int)
check(int.__new__, int, "12")
check(bool.__bases__.__repr__)


class MyInt(int):
    def __add__(self, other):
        return MyInt(int(self) + int(other) + 1000)

    def __repr__(self):
        return "MyInt(%d)" % int(self)


m = MyInt(5)
print(m + 1, 1 + m, m * 2, m == 5, hash(m) == hash(5), {5: "five"}[m], type(m + 0).__name__, type(m * 1).__name__, [m])
print(sum([m, m]), max(m, 6), sorted([MyInt(3), 2, MyInt(1)]), f"{m:04d}", "%d" % m, str(m), int(m))
