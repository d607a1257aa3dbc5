# json: dumps and loads with options and errors.
import json


def check(f, *a, **k):
    try:
        print(f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


data = {"name": "é\n\"q\"\\", "n": [1, -2.5, 1e100, True, False, None, 10**30], "nested": {"a": {"b": []}, "e": {}}, "u": "\u20ac😀\x00\x1f/"}
text = json.dumps(data)
print(text)
print(json.loads(text) == data, json.dumps(data, ensure_ascii=False))
print(json.dumps(data, indent=2, sort_keys=True))
print(json.dumps([1, [2, {"k": 3}]], indent="\t"), json.dumps({"b": 1, "a": 2}, separators=(",", ":"), sort_keys=True), json.dumps({1: 2, None: 3, True: 4, 1.5: 5}), json.dumps((1, (2,))), json.dumps("x"), json.dumps(float("nan")), json.dumps([float("inf"), float("-inf")]), json.dumps([]), json.dumps({}, indent=2), json.dumps([[], {}], indent=1))
for t in ['{"a": [1, 2.0, "x"]}', "[]", " 5 ", "-0", "-0.0", "1E5", "1.5e-3", '"\\u00e9\\ud83d\\ude00\\n"', "true", "null", "NaN", "-Infinity", "123456789012345678901234567890", '{"a": 1, "a": 2}', "[1,\n2]"]:
    check(json.loads, t)
for t in ["", "{", "[1,]", "{1: 2}", "{'a': 1}", "[1 2]", "tru", "01", "1.", "+1", '"abc', '"\\x"', '"\n"', "[1]]", "nul", '{"a" 1}', '{"a": }', '{"a": 1,}', "\ufeff[]", '"\\u12"', "--1", "[", "{}x"]:
    check(json.loads, t)
check(json.dumps, {1, 2})
check(json.dumps, object)
check(json.dumps, {(1, 2): 3})
check(json.dumps, {(1, 2): 3, "k": 1}, skipkeys=True)
check(json.dumps, float("nan"), allow_nan=False)
check(json.dumps, b"x")
cyc = []
cyc.append(cyc)
check(json.dumps, cyc)
check(json.dumps, {1, 2}, default=sorted)
check(json.loads, b'{"b": "\xc3\xa9"}')
check(json.loads, 5)
check(json.loads, '{"a": 1.5, "b": 2}', parse_float=str, parse_int=lambda s: "int " + s)
check(json.loads, '{"a": {"b": 1}}', object_hook=lambda d: sorted(d.items()))
check(json.loads, '{"b": 1, "a": 2}', object_pairs_hook=list)


class Point:
    def __init__(self, x):
        self.x = x


class Enc(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, Point):
            return {"point": o.x}
        return super().default(o)


check(json.dumps, [Point(1)], cls=Enc)
check(json.dumps, [Point], cls=Enc)
check(lambda: list(Enc(indent=None).iterencode([1, {"a": Point(2)}])))
from enum import IntEnum
from collections import OrderedDict, namedtuple


class E(IntEnum):
    A = 5


class MyInt(int):
    def __repr__(self):
        return "no"


print(json.dumps([E.A, {E.A: E.A}, OrderedDict(z=1, a=2), namedtuple("N", "x y")(1, 2), MyInt(7), True, 1.0, -0.0, 1e16, 1e-7, 0.1]))
import io
f = io.StringIO()
json.dump({"to": "file"}, f)
f.seek(0)
print(json.load(f), json.JSONDecoder().raw_decode("[1] rest"))
big = [{"id": i, "tags": [str(j) for j in range(i % 4)], "v": i / 7, "ok": i % 2 == 0, "t": None} for i in range(200)]
s = json.dumps(big)
print(len(s), json.loads(s) == big, s[:90])
deep = "[" * 50 + "]" * 50
print(json.dumps(json.loads(deep)) == deep)
try:
    json.loads("[1, x]")
except json.JSONDecodeError as e:
    print(e.msg, e.pos, e.lineno, e.colno, e.doc, isinstance(e, ValueError))
