# Unicode: case mapping, categories, escapes, encodings, iteration by code point.
texts = ["straße", "İstanbul", "ΑΣ ΑΣΑ", "ﬁre", "ÀÉÎ", "ŉ", "Ǆ", "ⅷ", "ⓐ", "𐐨", "ა", "éa\u0301", "中文字", "שלום", "😀👍🏽", "\u200d", "ñandú"]
for t in texts:
    print(ascii(t), len(t), ascii(t.upper()), ascii(t.lower()), ascii(t.title()), ascii(t.capitalize()), ascii(t.swapcase()), ascii(t.casefold()), [hex(ord(c)) for c in t])
    print(t, t.encode(), t.encode("utf-16-le"), len(t.encode("utf-32-le")), t[::-1], t.isalpha(), t.isupper(), t.islower(), t.isprintable(), t.isidentifier())
print("\x41\101\u0041\U00000041\N{LATIN CAPITAL LETTER A}", "\a\b\f\v\0\r".encode(), "\
continued", 'a\'b', "a\"b", r"\n\x", "tab\there", """multi
line""", '''it's "quoted"''')
print("é" == "e\u0301", "e\u0301" in "cafe\u0301", "ﬁ" == "fi", "K" == "\u212a", "k" == "\u212a".lower(), sorted(["é", "e", "z", "a", "É", "中", "😀", "\uffff"]))
print("٠١٢٣".isdigit(), int("٤٢"), float("١.٥"), "²".isdigit(), "²".isdecimal(), "Ⅷ".isnumeric(), "五".isnumeric(), "½".isnumeric(), "½".isdigit())
print("a\u2003b\u00a0c".split(), "\u3000x\u2029".strip(), "x\x85y".splitlines(), "x\u2028y".split(), "\u200b".isspace(), "\u1680".isspace(), "\x1c".isspace())
π = 3.14
naïve = "ok"
变量 = [1, 2]
print(π, naïve, 变量, {"ключ": "значение"}["ключ"])


class Größe:
    höhe = 5


print(Größe.höhe, Größe.__name__, getattr(Größe, "höhe"))
ﬁx = 1
print(fix, "ﬁx" in globals(), "fix" in globals())
for enc in ["utf-8", "utf-16", "utf-16-be", "utf-32-le", "latin-1", "ascii", "utf-8-sig", "cp1252"]:
    for t in ["abc", "é", "€", "😀"]:
        try:
            data = t.encode(enc)
            print(enc, t, data, data.decode(enc) == t)
        except UnicodeEncodeError as e:
            print(enc, "UnicodeEncodeError:", e, e.start, e.end, e.reason, ascii(e.object))
for data in [b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98", b"a\xffb\xfec", b"\xe4\xb8", b"\xc3(", b"\xf8\x88\x80\x80\x80"]:
    try:
        print(data.decode())
    except UnicodeDecodeError as e:
        print("UnicodeDecodeError:", e, e.start, e.end, e.reason)
    print(ascii(data.decode("utf-8", "replace")), ascii(data.decode("utf-8", "ignore")), ascii(data.decode("utf-8", "surrogateescape")), data.decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape") == data)
w = "añb€c😀" * 50
print(len(w), w[0], w[149], w[-1], w[100:106], w.index("😀"), w.rindex("ñ"), w.count("€"), w.find("c😀a", 200), w.split("€")[3], w.replace("ñ", "n").replace("€", "e").replace("😀", "x")[:12])
i = 0
for ch in w:
    if ch == "😀":
        i += 1
print(i, "".join(sorted(set(w))), w.partition("€")[2][:3], w.translate({ord("ñ"): "N", ord("😀"): None})[:9])
print("x\ud83dy".encode("utf-8", "backslashreplace"), "\ud83d\ude00" == "😀", len("\ud83d\ude00"), ascii("\ud83d" + "\ude00"))
print("%s %5s|%-5s|%.2s|%c" % ("é", "ñ", "€", "😀😀😀", 0x1F600), f"{'é':>5}{'😀':^5}|", "é".center(5, "·"), "é".ljust(3) + "|", "{:ß<4}".format(1))
