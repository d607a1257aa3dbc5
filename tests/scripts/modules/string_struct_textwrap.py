# string, struct, textwrap, binascii-like packing.
import string
import struct
import textwrap


def check(f, *a, **k):
    try:
        print(f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


print(string.ascii_letters, string.digits, string.hexdigits, string.punctuation, repr(string.whitespace), string.capwords("hello  big world"), len(string.printable))
t = string.Template("$who likes ${what} and $$5 $missing")
print(t.safe_substitute(who="tim", what="kung pao"), string.Template("$a-$b").substitute(a=1, b=2), string.Template("$a $b").get_identifiers())
check(t.substitute, who="x")
check(string.Template("$").substitute)
for fmt, args in [("i", (5,)), ("<i", (-1,)), (">h", (258,)), ("<Q", (2**64 - 1,)), ("b", (-128,)), ("?", (True,)), ("c", (b"x",)), ("5s", (b"ab",)), ("3p", (b"abcd",)), ("<d", (1.5,)), (">f", (0.1,)), ("<e", (1.5,)), ("<hhl", (1, 2, 3)), ("<2i3b", (1, 2, 3, 4, 5)), ("<bxh", (1, 2)), ("!I", (0xDEADBEEF,)), ("<0s", (b"",)), ("=q", (-5,)), ("<iH", (1, 2)), ("<b3xi", (1, 2))]:
    data = struct.pack(fmt, *args)
    print(fmt, data, struct.unpack(fmt, data), struct.calcsize(fmt))
check(struct.pack, "b", 128)
check(struct.pack, "H", -1)
check(struct.pack, "i", "a")
check(struct.pack, "i")
check(struct.pack, "i", 1, 2)
check(struct.pack, "z", 1)
check(struct.pack, "<i", 2**31)
check(struct.pack, "5s", "str")
check(struct.pack, "c", b"ab")
check(struct.unpack, "i", b"abc")
check(struct.unpack, "<ih", b"abcdefg")
check(struct.pack, "<q", 2**63)
check(struct.pack, "f", 1e300)
check(struct.pack, "i", 1.5)
s = struct.Struct("<hI")
print(s.size, s.format, s.pack(1, 2), s.unpack(s.pack(-1, 7)), list(struct.iter_unpack("<h", b"\x01\x00\x02\x00")), struct.unpack_from("<h", b"\x00\x00\x05\x00", 2))
buf = bytearray(8)
struct.pack_into("<hh", buf, 2, 1, -1)
print(buf, struct.unpack_from("<hh", buf, 2))
check(struct.pack_into, "<i", buf, 6, 1)
text = "The quick brown fox jumps over the lazy dog, and then it sleeps for a very-long-hyphenated while."
print(textwrap.fill(text, 30))
print(textwrap.wrap(text, 20, initial_indent="* ", subsequent_indent="  "), textwrap.shorten(text, 30), textwrap.dedent("""\
    a
      b

    c
"""), textwrap.indent("x\ny\n", "> "), sep="\n")
