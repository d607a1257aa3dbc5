# Building strings: += in loops, joins, repeated slicing of what was built; identity of contents at each step.
s = ""
for i in range(2000):
    s += str(i)
print(len(s), s[:30], s[-30:], s[1000:1030], s.count("99"))
t = ""
for i in range(500):
    t = chr(97 + i % 26) + t
print(t[:40], len(t), t == "".join(chr(97 + i % 26) for i in range(499, -1, -1)))
u = "é"
for i in range(10):
    u = u + u
print(len(u), u[511], u.count("é"), u.encode()[:4], u == "é" * 1024)
parts = []
acc = ""
for word in ("the quick brown fox jumps over the lazy dog " * 20).split():
    acc += word
    acc += " "
    parts.append(word)
print(acc == " ".join(parts) + " ", hash(acc) == hash(" ".join(parts) + " "), acc.index("lazy"), acc.rindex("lazy"))
a = "x" * 100
b = a + "y" * 100
c = b + a
d = c
c += "!"
print(len(a), len(b), len(c), len(d), b[99:101], c[-1], d[-1], (a + b)[150], {b: 1}["x" * 100 + "y" * 100])
# mixing kinds: ascii, latin-1, BMP, astral, lone surrogate
kinds = ["abc", "é", "€", "😀", "\ud800", ""]
for p in kinds:
    print([ascii(p + q) + str(len(p + q)) for q in kinds])
w = ""
for k in kinds * 3:
    w += k
print(len(w), ascii(w), ascii(w[::-1]), ascii(w[3:9]), [ascii(ch) for ch in w][:8])
r = ""
n = 0
while len(r) < 5000:
    r += "ab" if n % 3 else "c"
    n += 1
    if n % 500 == 0:
        print(len(r), r[n], r.find("cab", n), r.endswith("ab"))
x = "key"
x += "1"
table = {"key1": "hit"}
print(table[x], x in table, getattr(type("T", (), {"key1": 5}), x))
lines = []
for i in range(50):
    line = ""
    for j in range(i % 7):
        line += f"{j}:{i * j},"
    lines.append(line)
print("\n".join(lines[:10]))
print(max(lines, key=len), sorted(lines)[-1], "".join(lines) == "".join(list(lines)))


def build(depth):
    if depth == 0:
        return "."
    return "(" + build(depth - 1) + build(depth - 1) + ")"


print(build(4), len(build(10)))
deep = ""
for i in range(20000):
    deep = "a" + deep if i & 1 else deep + "b"
print(len(deep), deep[9998:10003], deep.count("a"), deep.count("b"))
big = "0123456789" * 1000
print(big[5000], big[-1], big[::1111], sum(1 for c in big if c == "7"), big.replace("0123456789", "x") == "x" * 1000)
