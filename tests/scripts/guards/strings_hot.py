# Text operations in hot loops: indexing, comparison, slicing, concatenation, methods, kinds of characters.
TEXT = "The quick brown fox jumps over the lazy dog. "
MIXED = "aé€😀b"


def count_kinds(n):
    u = l = s = o = 0
    for i in range(n):
        c = TEXT[i % len(TEXT)] if i < 2000 else MIXED[i % 5]
        if c.isupper():
            u += 1
        elif c.islower():
            l += 1
        elif c == " ":
            s += 1
        else:
            o += ord(c) % 7
    return u, l, s, o


def hashes(n):
    h = 5381
    for i in range(n):
        h = (h * 33 ^ ord(TEXT[i % 45])) & 0xFFFFFFFF
    return h


def build(n):
    out = ""
    for i in range(n):
        out += TEXT[i % 45]
        if i == 1500:
            out += "é"
        if len(out) > 200:
            out = out[100:]
    return out, len(out)


def palindromes(n):
    c = 0
    for i in range(n):
        s = str(i)
        if s == s[::-1]:
            c += 1
        j, k = 0, len(s) - 1
        while j < k and s[j] == s[k]:
            j += 1
            k -= 1
        c += j >= k
    return c


def compare(n):
    words = TEXT.split() * 3
    c = 0
    for i in range(n):
        a, b = words[i % len(words)], words[(i * 7) % len(words)]
        if a < b:
            c += 1
        if a == b:
            c += 10
        if a[:2] == b[:2]:
            c += 100
        if a in b:
            c += 1000
        if a != b and a > b:
            c += 2
    return c


def methods(n):
    t = 0
    for i in range(n):
        s = f"{i}:{i * i}"
        t += s.find(":") + s.count("1") + len(s.split(":")) + s.startswith("1") + len(s.replace("0", "")) + s.isdigit() + len(s.strip("12")) + len(s.zfill(8)) + int(s.partition(":")[0])
    return t


def encode(n):
    t = 0
    for i in range(n):
        s = MIXED * (i % 3 + 1)
        b = s.encode()
        t += len(b) + len(b.decode()) + b[i % len(b)]
    return t


def rot13(s):
    out = []
    for c in s:
        if "a" <= c <= "z":
            out.append(chr((ord(c) - 84) % 26 + 97))
        elif "A" <= c <= "Z":
            out.append(chr((ord(c) - 52) % 26 + 65))
        else:
            out.append(c)
    return "".join(out)


def index_errors(n):
    s = "hello"
    c = 0
    for i in range(n):
        try:
            c += ord(s[i % 7])
        except IndexError:
            c -= 1
        try:
            c += s.index("helo"[i % 4] if i % 5 else "z")
        except ValueError:
            c += 1000
    return c


def keys(n):
    d = {}
    for i in range(n):
        k = "k" + str(i % 50)
        d[k] = d.get(k, 0) + 1
        d[k + "é"] = i
    return len(d), d["k7"], d["k7é"]


def formatting(n):
    t = 0
    for i in range(n):
        t += len("%d-%s" % (i, i % 3)) + len("{:>5}|{}".format(i, i / 2)) + len(f"{i:04x}{i / 3:.2f}{'x' * (i % 3)!r}")
    return t


def mixed_types(n):
    t = ""
    c = 0
    for i in range(n):
        v = i if i % 3 == 0 else str(i) if i % 3 == 1 else None
        try:
            t = t + v
        except TypeError:
            c += 1
        if len(t) > 50:
            t = t[-5:]
    return t, c


def bytes_loop(n):
    b = bytearray(64)
    t = 0
    for i in range(n):
        b[i % 64] = (b[(i * 7) % 64] + i) & 255
        t += b[i % 64]
        if i % 500 == 0:
            t += sum(bytes(b[:10]))
    return t, bytes(b[:6])


print(count_kinds(3000), hashes(3000), build(3000), palindromes(2000), compare(2000), methods(800), encode(600))
print(rot13(rot13(TEXT * 20)) == TEXT * 20, rot13(TEXT), index_errors(3000), keys(2000), formatting(500), mixed_types(2000), bytes_loop(3000))
