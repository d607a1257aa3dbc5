# Small languages over text: csv, ini, expressions, templates, wildcard matching, number words.
CSV = '''name,age,notes
"Smith, John",42,"said ""hi"""
Ann,7,
,0,"multi
line"
'''


def read_csv(text):
    rows, row, cell, quoted, i = [], [], [], False, 0
    while i < len(text):
        c = text[i]
        if quoted:
            if c == '"' and text[i + 1:i + 2] == '"':
                cell.append('"')
                i += 1
            elif c == '"':
                quoted = False
            else:
                cell.append(c)
        elif c == '"':
            quoted = True
        elif c == ",":
            row.append("".join(cell))
            cell = []
        elif c == "\n":
            row.append("".join(cell))
            rows.append(row)
            row, cell = [], []
        else:
            cell.append(c)
        i += 1
    return rows


print(read_csv(CSV), [dict(zip(read_csv(CSV)[0], r)) for r in read_csv(CSV)[1:]])


def read_ini(text):
    out, section = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        if line.startswith("[") and line.endswith("]"):
            section = out.setdefault(line[1:-1], {})
        elif "=" in line and section is not None:
            key, _, value = line.partition("=")
            section[key.strip()] = value.strip()
        else:
            raise ValueError(f"line {number}: {line!r}")
    return out


print(read_ini("[a]\nx = 1 # one\ny=two words\n\n[b]\nz=\n"))
try:
    read_ini("[a]\nnonsense")
except ValueError as e:
    print(e)


def template(text, values):
    out, i = [], 0
    while (j := text.find("{{", i)) >= 0:
        k = text.index("}}", j)
        out += text[i:j], str(values.get(text[j + 2:k].strip(), "?"))
        i = k + 2
    return "".join(out) + text[i:]


print(template("Dear {{ name }}, you owe {{sum}}{{x}}.", {"name": "Bo", "sum": 5}))


def wild(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(wild(pattern[1:], text[i:]) for i in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and wild(pattern[1:], text[1:])


print([wild(p, s) for p, s in [("a*c", "abbc"), ("a?c", "abc"), ("*", ""), ("?", ""), ("a*b*c", "axxbyyc"), ("*.py", "x.pyc")]])
ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def words(n):
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + ("-" + ONES[n % 10] if n % 10 else "")
    if n < 1000:
        return ONES[n // 100] + " hundred" + (" and " + words(n % 100) if n % 100 else "")
    for size, name in ((10**6, "million"), (10**3, "thousand")):
        if n >= size:
            return words(n // size) + " " + name + (" " + words(n % size) if n % size else "")


print([words(n) for n in (0, 13, 21, 100, 342, 1001, 12345, 2000017)], max(range(1000), key=lambda n: len(words(n))))


def to_base(n, base):
    out = ""
    while n:
        n, d = divmod(n, base)
        out = "0123456789abcdefghijklmnopqrstuvwxyz"[d] + out
    return out or "0"


print([to_base(n, b) for n in (0, 255, 10**12) for b in (2, 16, 36)], all(int(to_base(n, b), b) == n for n in range(0, 3000, 37) for b in (2, 7, 36)))


def morse(text):
    table = {"a": ".-", "b": "-...", "e": ".", "s": "...", "o": "---", "t": "-"}
    return " ".join(table.get(c, "/" if c == " " else "?") for c in text.lower())


print(morse("SOS a boat"), "".join({v: k for k, v in {"s": "...", "o": "---"}.items()}[w] for w in "... --- ...".split()))


def diff(a, b):
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            rows[i][j] = rows[i + 1][j + 1] + 1 if a[i] == b[j] else max(rows[i + 1][j], rows[i][j + 1])
    i = j = 0
    out = ""
    while i < len(a) or j < len(b):
        if i < len(a) and j < len(b) and a[i] == b[j]:
            out += a[i]
            i, j = i + 1, j + 1
        elif j < len(b) and (i == len(a) or rows[i][j + 1] >= rows[i + 1][j]):
            out += "+" + b[j]
            j += 1
        else:
            out += "-" + a[i]
            i += 1
    return out


print(diff("kitten", "sitting"), diff("", "ab"), diff("abc", ""))
