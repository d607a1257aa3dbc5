# Equality and hashing of equal texts made in different ways; strings as keys.
pieces = ["alpha", "beta", "gamma", "", "x", "long " * 50]
for p in pieces:
    made = [p, "".join(list(p)), p + "", "" + p, p[:], str(p), p.encode().decode(), f"{p}", "%s" % p, p.replace("~", "!"), p.upper().lower() if p == p.lower() else p]
    print(len({*made}), all(m == p for m in made), all(hash(m) == hash(p) for m in made), all({p: 1}.get(m) == 1 for m in made))
d = {}
for i in range(200):
    d["k" + str(i)] = i
print(all(d["k%d" % i] == i for i in range(200)), "k200" in d, len(d))
for i in range(0, 200, 2):
    del d[f"k{i}"]
print(len(d), sorted(d)[:5], "k" + "1" in d, "k0" in d)


class Attr:
    pass


o = Attr()
for i in range(40):
    setattr(o, "field" + str(i), i)
print(o.field7, getattr(o, "".join(["fie", "ld", "9"])), hasattr(o, "field40"), len(vars(o)), list(vars(o))[:3])
o.__dict__["new" + "name"] = 5
print(o.newname)
delattr(o, "new" + "name")
print(hasattr(o, "newname"))
print("a" * 20 == "a" * 10 + "a" * 10, "abc" == "ab" + chr(99), "abc" != "abd", ("a", "b") == ("a", chr(98)))


class S(str):
    def __new__(cls, v, extra=None):
        self = super().__new__(cls, v)
        self.extra = extra
        return self

    def __eq__(self, other):
        return str.__eq__(self, other)

    def __hash__(self):
        return hash(str(self))

    def shout(self):
        return self.upper() + "!"


s = S("abc", 5)
print(s, s.extra, s.shout(), s == "abc", {"abc": 1}[s], {s: 2}["abc"], type(s).__name__, type(s + "d").__name__, type(s[:]).__name__, isinstance(s, str), s[1], len(s), "b" in s, f"{s:>5}", "%s" % s, s.join(["x", "y"]), type(str(s)).__name__, repr(s))
import sys
a = sys.intern("hello world!" + str(1))
b = sys.intern("hello world!1")
print(a is b)
