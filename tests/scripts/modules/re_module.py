# re: matching, groups, flags, substitution, splitting, errors.
import re


def check(f, *a, **k):
    try:
        print(f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


m = re.match(r"(\w+)\s(?P<second>\w+)", "hello world again")
print(m, m.group(), m.group(0, 1), m[2], m["second"], m.groups(), m.groupdict(), m.start(), m.end(2), m.span("second"), m.lastindex, m.lastgroup, m.pos, m.endpos, m.string, m.re.pattern, m.expand(r"\2 \1 \g<second>"))
print(re.match("b", "ab"), re.search("b", "ab"), re.fullmatch("a+", "aaa"), re.fullmatch("a+", "aab"), bool(re.search("x", "abc")))
print(re.findall(r"\d+", "a1b22c333"), re.findall(r"(\w)(\d)", "a1b2"), re.findall(r"(\w)\d", "a1b2"), re.findall("", "ab"), [x.span() for x in re.finditer("a*", "aabaa")])
print(re.sub(r"\d", "#", "a1b2"), re.sub(r"(\w)(\d)", r"\2\1", "a1b2"), re.sub(r"\w+", lambda m: m[0].upper(), "ab cd"), re.sub("a", "b", "aaaa", count=2), re.subn("a", "", "banana"), re.sub("", "-", "abc"), re.sub("x*", "-", "abxd"), re.sub(r"(?P<n>b)", r"<\g<n>\g<0>>", "abc"), re.sub("(a)|b", r"[\1]", "ab"))
print(re.split(r"[,;]\s*", "a, b;c"), re.split(r"(,)", "a,b"), re.split(",", "a,b,c", maxsplit=1), re.split("", "abc"), re.split("x*", "axbc"), re.split("(a)|b", "xaybz"))
print(re.findall("a", "aAa", re.I), re.findall("^x", "x\nx", re.M), re.findall("a.b", "a\nb", re.S), re.findall(r"""a  # comment
   b""", "ab", re.X), re.findall(r"\w+", "é a", re.A), re.findall("(?i)ABC", "abc"), re.findall("(?i:a)b", "AbaB"), re.compile("x", re.I | re.M).flags, re.I | re.S)
for pat, s in [("a|b|cd", "cd"), ("a{2,3}", "aaaa"), ("a{2,3}?", "aaaa"), ("(ab)+", "ababa"), (r"\bfoo\b", "a foo b"), (r"(?=ab)a", "ab"), (r"a(?!b)", "abac"), (r"(?<=a)b", "ab"), (r"(?<!a)b", "abb"), (r"(a)(b)?\2?", "a"), (r"(?:x)(y)", "xy"), (r"(['\"]).*?\1", "say 'hi' \"x\""), (r"(<)?a(?(1)>|$)", "<a>"), (r"[^a-c\d]+", "abxyz12"), (r"[\w.-]+@[\w.]+", "me@x.org!"), (r"\A\w\Z", "q"), (r".*?,", "a,b,"), (r"(a+)+b", "aaab"), (r"(?>a+)b", "aab"), (r"a++b", "aab"), (r"a*+a", "aaa"), (r"[[]", "["), (r"[]a]+", "]a"), (r"\x41\u0042\103", "ABC"), (r"(?s:.)", "\n"), (r"\d{3}-\d{4}", "call 555-1234"), (r"^$", ""), (r"(?P<a>x)(?P=a)", "xx"), (r"é+", "caféé"), ("[à-ü]", "xü"), (r"(a?)*", "aab"), (r"(|a)+", "aa"), (r"\s\S\D\W", " a-!")]:
    m = re.search(pat, s)
    print(pat, m and (m.span(), m.groups()))
p = re.compile(r"(\d+)")
print(p.match("12ab").group(1), p.search("ab12", 3).group(), p.match("ab12", 2).group(), p.search("12345", 1, 3).group(), p.pattern, p.groups, p.groupindex, p.sub(lambda m: str(int(m[1]) * 2), "1 22"), p == re.compile(r"(\d+)"), repr(p), p.fullmatch("12"), p.split("a1b"), p.findall("1 2"))
print(re.escape("a.b*c[d]-é"), re.match(b"a", b"abc"), re.sub(b"a", b"x", b"aba"), re.findall(rb"\d", b"1a2"), re.purge())
for bad in ["(", ")", "[", "a**", "*a", "a{2,1}", r"\q", "(?P<1>a)", "(?P<a>x)(?P<a>y)", r"\1", "(?<=a+)b", "(?z)", "[b-a]", "(?P=x)", "a\\", "(?", "(?P<a", "(?(2)a)", "[a", "(?#", "a(?i)b"]:
    try:
        re.compile(bad)
        print("ok", bad)
    except re.error as e:
        print(bad, "->", e, "|", e.msg, e.pos, e.lineno, e.colno)
check(re.match, "a", 5)
check(re.match, b"a", "a")
check(re.sub, "a", r"\2", "a")
check(re.sub, "a", r"\g<x>", "a")
check(re.compile, 5)
check(lambda: m.group(9) if m else re.match("a", "a").group(9))
check(lambda: re.match("a", "a").group("x"))
check(lambda: re.match("(a)|b", "b").group(1))
log = "2024-01-15 ERROR [db] failed: timeout=30\n2024-01-16 INFO [web] ok: code=200\n" * 3
print(re.findall(r"(?m)^(\d{4})-(\d\d)-(\d\d) (\w+) \[(\w+)\] .*?(\w+)=(\d+)$", log)[:2], len(re.findall(r"\w+", log)))
tok = re.compile(r"\s*(?:(?P<num>\d+\.?\d*)|(?P<name>[a-z_]\w*)|(?P<op>[-+*/()=]))", re.I)
print([(m.lastgroup, m[m.lastgroup]) for m in tok.finditer("x = 3.14 * (rad + 2) / y_1")])
print(re.sub(r"(?P<y>\d+)-(?P<m>\d+)", r"\g<m>/\g<y>", "2024-05 and 1999-12"), " ".join(re.findall(r"[A-Z][a-z]*", "CamelCaseString")), re.sub(r"(?<!^)(?=[A-Z])", "_", "camelCaseWord").lower(), re.split(r"(?<=[.!?]) +", "One. Two! Three? Four"))
s = "x" * 5000 + "y"
print(re.search("x*y", s).end(), len(re.findall("x", s)), re.match("(x|y)*", s).end(), re.search("(?:x+x+)+y", "x" * 18 + "y").end())
