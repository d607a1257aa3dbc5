"""Texts and bytes taken apart and put together: replace, splitlines, split, csv, numbers as digits and as bytes."""
import csv
import io

# replace: needles of all lengths in short and long texts, results of the same, smaller and greater length.
for text in ('', 'a', 'abcabcabc', 'aaaaaaa', 'x' * 150 + 'abc' + 'x' * 150 + 'abc', 'é€😀é€😀', 'aé' * 100):
    for old in ('a', 'abc', 'aa', 'é', 'é€', 'x' * 149, 'zz', '😀'):
        for new in ('', 'Q', 'QQ', 'ß', 'QQQQ'):
            parts = text.split(old)
            assert text.replace(old, new) == new.join(parts), (text, old, new)
            for count in (-1, 0, 1, 2):
                limited = text.split(old, count)
                assert text.replace(old, new, count) == new.join(limited), (text, old, new, count)
            encoded = text.encode()
            assert encoded.replace(old.encode(), new.encode()) == text.replace(old, new).encode()
            assert bytearray(encoded).replace(old.encode(), new.encode(), 1) == text.replace(old, new, 1).encode()
print('abc'.replace('', '-'), 'é€'.replace('', '-', 2), repr('abc'.replace('abc', '')), 'aXb'.replace('aX', ''))
print(('ß' * 70 + 'x').replace('x', 'ŷŷ')[-3:], ('ŷ' * 30).replace('ŷ', 'y').isascii(), len(('ŷ' * 30).replace('ŷ', 'yé')))
print('AbC'.lower(), 'É'.lower(), 'A'.lower(), ''.upper() == '', 'hello world'.title(), 'ǆ'.title(), 'aB'.swapcase())
print('AB'.isupper(), 'Ab'.isupper(), '1'.isupper(), '1A'.isupper(), ''.islower(), 'a1'.islower(), b'aB'.islower())

# splitlines: every line break, also at the ends.
breaks = ['\n', '\r', '\r\n', '\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029', '\x1f', '\t']
for end in breaks:
    text = f'one{end}twó{end}{end}three{end}'
    print(ascii(end), ascii(text.splitlines()), ascii(text.splitlines(True)), ascii(end.splitlines()))
print('\n\r\n\r'.splitlines(True), b'a\rb\x0bc\n'.splitlines(), b'a\x85b\n'.splitlines(True), ''.splitlines())
words = ' '.join(str(n) for n in range(100))
print(len(words.split()), len(words.split(' ')), words.split(' ', 40)[40][:6], b' a  b '.split(), len((b'a,' * 64).split(b',')))
print('a b c d'.split(None, 2), 'ab cd efg hijk lmnop qrstuvw xyz12345 678901234'.split())

# csv: quotes, escapes, characters beyond ASCII, fields over several lines, the limit.
def read(lines, **options):
    try:
        return list(csv.reader(lines, **options))
    except csv.Error as error:
        return f'Error: {error}'
print(read(['a,b,,c\r\n', '"x, ""y""",é€,"two\n', 'lines"\n', '', '\n', ' s ,"q"z,z"q"']))
print(read(['a\\,b,c\\', 'd,e'], escapechar='\\'), read(['a;b|c'], delimiter=';'), read(["'a,b',c"], quotechar="'"))
print(read(['"a"b'], strict=True), read(['a\rb']), read(['"open'], strict=True), read(['"open']), read(['a§b§c'], delimiter='§'))
print(read(['1,"2",x'], quoting=csv.QUOTE_NONE), read(['1,"2"'], quoting=csv.QUOTE_NONNUMERIC), read([' a, b'], skipinitialspace=True))
old = csv.field_size_limit(5)
print(read(['abcde,12345']), read(['abcdef']), read(['"abcdef"']), read(['a,b,cdefgh']))
csv.field_size_limit(old)
out = io.StringIO()
csv.writer(out).writerows([['a', 1, 2.5, None, 'q"q', 'c,d', 'n\nl'], []])
print(ascii(out.getvalue()))

# Numbers as bytes, at the widths where they just fit.
def attempt(function, *arguments, **options):
    try:
        return function(*arguments, **options)
    except (OverflowError, ValueError, TypeError) as error:
        return f'{type(error).__name__}: {error}'
for number in (0, 1, -1, 127, 128, -128, -129, 65535, 2**31, -2**31, 2**62, 2**63 - 1, 2**63, -2**63, 2**64 - 1, 10**30):
    for length in (0, 1, 2, 4, 7, 8, 9, 16):
        for signed in (False, True):
            made = attempt(number.to_bytes, length, 'big', signed=signed)
            if isinstance(made, bytes):
                assert int.from_bytes(made, 'big', signed=signed) == number
                assert number.to_bytes(length, 'little', signed=signed) == made[::-1]
                assert int.from_bytes(made[::-1], 'little', signed=signed) == number
            print(made.hex() if isinstance(made, bytes) else made[:18], end=' ')
    print()
print(True.to_bytes(), attempt((1).to_bytes, -1), attempt((1).to_bytes, 1, 'middle'), attempt(int.from_bytes, b'a', 'x'))
print(int.from_bytes(b''), int.from_bytes(b'', signed=True), int.from_bytes([255, 1]), bool.from_bytes(b'\1'))
for text, base in (('ff', 16), ('0x_ff', 16), ('-0b11', 2), ('zz', 36), ('7' * 30, 8), ('1_000', 10), ('1__0', 10), ('', 10),
                   ('0x', 0), ('012', 0), (' 12\n', 0), ('18446744073709551616', 10), ('-18446744073709551615', 10), ('9', 8), ('+', 10)):
    print(attempt(int, text, base), end=' | ')
print()

# Format specifications: padding, zeros, separators on both sides of the point, suffixes.
for spec in ('', 'd', '5d', '<5d', '^7,d', '08d', '+08,d', '_x', '#010x', '#_b', ',', '010,', 'e', '.3e', '%', '.1%', ',.2f', '012,.2f',
             '+.3g', '_.4f', '.6_f', '.5,f', '*>20,.3e', '=+20.1f', 'n', 'c', 'z.1f', ' .0f', '#.0f', '>030', '.2', '.2s'):
    print(spec, [attempt(format, value, spec) for value in (0, 66, -1234567, 1234.5678, -0.001, float('inf'), 'text')])
class Thing:
    class Inner:
        pass
print(repr(Thing())[:24], repr(Thing.Inner())[:30], repr(object())[:18], repr(type('X', (), {'__module__': 3})())[:12])
