# The Unicode database is that of 16.0: a sample of all code points, and those that later versions assign or change.
import unicodedata as u
import zlib

print(u.unidata_version, u.ucd_3_2_0.unidata_version)


def facts(c):
    name = u.name(c, None)
    return (
        name, u.category(c), u.bidirectional(c), u.combining(c), u.east_asian_width(c), u.mirrored(c), u.decomposition(c),
        u.numeric(c, None), u.digit(c, None), u.decimal(c, None), c.isidentifier(), ("a" + c).isidentifier(), c.isalpha(),
        c.isalnum(), c.isprintable(), c.isspace(), c.isupper(), c.islower(), c.istitle(), c.isnumeric(), c.isdecimal(),
        c.isdigit(), c.upper(), c.lower(), c.title(), c.casefold(), c.swapcase(), c.capitalize(),
        [u.normalize(form, c + "\u0301" + c) for form in ("NFC", "NFD", "NFKC", "NFKD")],
    )


for plane in range(0x11):
    digest = 0
    for i in range(plane << 16, (plane + 1) << 16, 89):
        if not 0xD800 <= i < 0xE000:
            digest = zlib.crc32(ascii(facts(chr(i))).encode(), digest)
    print(plane, hex(digest))
for i in [
    0x277, 0x27C, 0x295, 0x558, 0x58B, 0x5C8, 0x88F, 0xB53, 0xC5C, 0xCDC, 0x1ACF, 0x1AE0, 0x208F, 0x20C1, 0x2B96, 0x2E60,
    0x5146, 0xA7CE, 0xA7D2, 0xA7D3, 0xA7D4, 0xA7D5, 0xA7DD, 0xA7F1, 0xAB4B, 0xAB4C, 0xAB6C, 0xAC00, 0xAC01, 0xD7A3,
    0xFBC3, 0xFD90, 0x10940, 0x10EC5, 0x11B60, 0x11DB0, 0x12038, 0x12226, 0x12399, 0x12550, 0x16EA0, 0x17000, 0x187F8,
    0x18D00, 0x18D09, 0x18D80, 0x1CCFA, 0x1CEBA, 0x1E6C0, 0x1F6D8, 0x1FA8A, 0x1FAEF, 0x2B73A, 0x323B0, 0x33479, 0x3D000,
]:
    print(hex(i), ascii(facts(chr(i))))
for name in ("TANGUT IDEOGRAPH-17000", "DISTORTED FACE", "HAIRY CREATURE", "LATIN SMALL LETTER A", "FIGURE DASH"):
    try:
        print(ascii(u.lookup(name)))
    except KeyError as e:
        print("KeyError", e)
print(ascii("a\u1acf\u0301b\U00012038".upper()), ascii(u.normalize("NFC", "e\u1acf\u0301e\u0301")), "x\ua7d3y".title())
