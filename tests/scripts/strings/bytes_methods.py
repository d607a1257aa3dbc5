# bytes and bytearray.
def check(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


b = b"Hello, World"
print(b, b"\x00\xff\t\n'\"\\", b'"', b"'", bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(5)), bytes(bytearray(b"q")))
print(b[0], b[-1], b[1:4], b[::-1], len(b), b + b"!", b * 2, 108 in b, b"World" in b, list(b"abc"), b == b"Hello, World", b"a" < b"b", b"a" == "a", hash(b"ab") == hash(bytes([97, 98])))
print(b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b.center(20, b"*"), b.ljust(14, b"."), b.rjust(14), b.zfill(14))
print(b.find(b"o"), b.find(111), b.rfind(b"o"), b.index(b"W"), b.count(b"l"), b.count(108), b.startswith(b"He"), b.endswith((b"x", b"d")), b.replace(b"l", b"LL"), b.replace(b"l", b"", 1))
print(b.split(b","), b"a b  c".split(), b.partition(b", "), b.rpartition(b"o"), b"a\nb\r\nc".splitlines(), b" x ".strip(), b"xxaxx".strip(b"x"), b",".join([b"a", b"b"]), b"a\tb".expandtabs(4), b"abc".removeprefix(b"a"))
print(b.hex(), b.hex(":"), b.hex("-", 4), b"".hex(), bytes.fromhex("48 65 6c"), bytearray.fromhex("00ff"), b.decode(), b"\xc3\xa9".decode("utf-8"), b"\xe9".decode("latin-1"), b"abc".isalpha(), b"12".isdigit(), b" ".isspace(), b"Ab".istitle(), b"a1".isalnum(), b"ab".islower(), b"AB".isupper(), b"\x80".isascii())
print(b"hello".translate(bytes.maketrans(b"el", b"ip")), b"hello".translate(None, b"l"), b"%d-%s-%b-%x-%c" % (5, b"x", b"y", 255, 65), b"%a %r" % ("é", 1), b"%(k)s" % {b"k": b"v"}, b"%5.1f|" % 2.25)
check(b.index, b"z")
check(bytes, [256])
check(bytes, [-1])
check(bytes, -1)
check(bytes, "é")
check(bytes, ["a"])
check(bytes, 1.5)
check(bytes.fromhex, "4")
check(bytes.fromhex, "zz")
check(lambda: b"a" + "b")
check(lambda: "a" + b"b")
check(lambda: b"a" < "b")
check(lambda: b"abc"[5])
check(lambda: 300 in b"abc")
check(lambda: "a" in b"abc")
check(lambda: b",".join(["a"]))
check(lambda: b"abc".find("a"))
check(b"\xff\xfe".decode)
check(b"\xff".decode, "utf-8", "replace")
check(b"\xff".decode, "utf-8", "backslashreplace")
check(b"\xff".decode, "utf-8", "surrogateescape")
check(b"\xe2\x82".decode)
check(b"abc\xe2\x28\xa1".decode, "utf-8", "replace")
check(b"\xff".decode, "ascii")
check(lambda: b"abc".__setitem__(0, 1))
a = bytearray(b"abc")
a.append(100)
a.extend(b"ef")
a.extend([103])
a.insert(0, 90)
a += b"!"
a *= 2
print(a, len(a), a.pop(), a.pop(0), a.remove(98), a, a.count(b"a"), a.index(b"c"), a.copy() == a, a == bytes(a))
a.reverse()
print(a, bytes(a), a.hex(), a[1:3], type(a[1:3]).__name__, a.decode(), a.upper(), a + b"x", b"x" + a)
a[0:2] = b"####"
del a[4:6]
a[-1] = 0
print(a, repr(bytearray()), bool(bytearray()), bytearray(2), a.find(b"#"), a.startswith(b"##"))
check(a.append, 256)
check(a.append, "a")
check(bytearray().pop)
check(a.remove, 1)
check(lambda: {bytearray(b"x"): 1})
a.clear()
print(a)
m = memoryview(b"abcdef")
print(m[1], m[1:3].tobytes(), len(m), bytes(m[::2]), m.tolist(), m.readonly, m.format, m.itemsize, m.nbytes, m.shape, m == b"abcdef")
w = bytearray(b"abcdef")
v = memoryview(w)
v[0] = 65
v[1:3] = b"BC"
print(w, v.readonly, v.hex())
v.release()
w.append(1)
print(w)
check(lambda: m.__setitem__(0, 1))
print(int.from_bytes(b"\x00\x10", "big"), b"abc".maketrans(b"a", b"b")[97], [x for x in b"\x01\x02"], sum(b"abc"), max(b"abc"), sorted(b"cab"), bytes(sorted(b"cab")), bytes(reversed(b"abc")))
