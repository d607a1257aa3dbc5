# marshal: values to bytes and back, in every version of the format; what is damaged or cannot be written.
import io
import marshal

print(marshal.version)
values = [
    None, True, False, ..., StopIteration, 0, 1, -1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63, -(2**100), 10**40,
    0.0, -0.0, 1.5, 1e300, float("inf"), float("-inf"), 1.5 + 2j, "", "abc def", "é€\U0001f600", "\ud800x", "y" * 300,
    b"", b"\0\xff" * 3, (), (1,), (1, (2, "three")), tuple(range(300)), [], [1, [2.5, []]], {}, {"a b": 1, 2: ("x y",)},
    set(), {5}, frozenset(), frozenset({"one only"}), slice(1, None, 2),
]
for value in values:
    for version in range(6):
        try:
            data = marshal.dumps(value, version)
        except ValueError as e:
            print(repr(value)[:30], version, "ValueError", e)
            continue
        back = marshal.loads(data)
        if repr(back) != repr(value) or type(back) is not type(value):
            print("different", version, repr(value)[:50], repr(back)[:50])
    # Which objects are marked as shared in later versions depends on reference counts.
    if not isinstance(value, slice):
        print(ascii(value)[:30], marshal.dumps(value, 2)[:40])
print(marshal.loads(marshal.dumps(float("nan"))), marshal.loads(marshal.dumps({1, 2, 3})) == {1, 2, 3})
print(marshal.loads(marshal.dumps(bytearray(b"abc"))), marshal.loads(marshal.dumps(memoryview(b"abc"))))
shared = ["shared list"]
back = marshal.loads(marshal.dumps([shared, shared, (shared,)]))
print(back, back[0] is back[1] is back[2][0])
loop = []
loop.append(loop)
back = marshal.loads(marshal.dumps(loop))
print(back[0] is back)
table = {}
table["self"] = table
back = marshal.loads(marshal.dumps(table))
print(back["self"] is back)
for data in (
    b"", b"?", b"i\1", b"[\3\0\0\0N", b"(\1\0\0\0", b"r\0\0\0\0", b"l\2\0\0\0\0\0\0\0", b"l\1\0\0\0\0\x80", b"0", b"[\1\0\0\0000",
    b"I\1\0\0\0\1\0\0\0", b"f\0031.5", b"x\0011\0012", b"t\3\0\0\0abc", b"\xe9\1\0\0\0", b"S", b"{i\1\0\0\0N0", b"z\3abc",
):
    try:
        print(data, marshal.loads(data))
    except Exception as e:
        print(data, type(e).__name__, e)
for bad in (object(), len, [object()], {1: print}, int, ...):
    try:
        print(marshal.dumps(bad))
    except Exception as e:
        print(type(e).__name__, e)
deep = []
for _ in range(3000):
    deep = [deep]
try:
    marshal.dumps(deep)
except ValueError as e:
    print(e)
file = io.BytesIO()
marshal.dump([1, "a b"], file)
marshal.dump({"k k": 2.5}, file)
file.seek(0)
print(marshal.load(file), marshal.load(file))
try:
    marshal.load(file)
except EOFError as e:
    print("EOFError", e)
