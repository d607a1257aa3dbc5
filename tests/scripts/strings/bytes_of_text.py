# Text as data: a tokenizer, caesar and run-length coding, word counts, wrapping: everyday string programs.
TEXT = """It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity,
it was the season of Light, it was the season of Darkness."""


def words(text):
    word = ""
    for ch in text:
        if ch.isalpha():
            word += ch.lower()
        elif word:
            yield word
            word = ""
    if word:
        yield word


counts = {}
for w in words(TEXT):
    counts[w] = counts.get(w, 0) + 1
print(sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:8])


def caesar(text, k):
    out = []
    for ch in text:
        if "a" <= ch <= "z":
            out.append(chr((ord(ch) - 97 + k) % 26 + 97))
        elif "A" <= ch <= "Z":
            out.append(chr((ord(ch) - 65 + k) % 26 + 65))
        else:
            out.append(ch)
    return "".join(out)


c = caesar(TEXT, 7)
print(c[:60])
print(caesar(c, -7) == TEXT)


def rle(text):
    out = []
    i = 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out.append((text[i], j - i))
        i = j
    return out


print(rle("aaabccddddd"), "".join(ch * n for ch, n in rle(TEXT)) == TEXT)


def wrap(text, width):
    line = ""
    for word in text.split():
        if len(line) + len(word) + (1 if line else 0) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line


for line in wrap(TEXT, 36):
    print(f"|{line:<36}|{line:>36}|")


def tokens(source):
    i = 0
    while i < len(source):
        ch = source[i]
        if ch.isspace():
            i += 1
        elif ch.isdigit():
            j = i
            while j < len(source) and (source[j].isdigit() or source[j] == "."):
                j += 1
            yield ("num", float(source[i:j]) if "." in source[i:j] else int(source[i:j]))
            i = j
        else:
            yield ("op", ch)
            i += 1


def evaluate(source):
    stream = list(tokens(source)) + [("end", None)]
    pos = 0

    def expr(level):
        nonlocal pos
        kind, value = stream[pos]
        pos += 1
        if (kind, value) == ("op", "("):
            left = expr(0)
            pos += 1
        elif (kind, value) == ("op", "-"):
            left = -expr(3)
        else:
            left = value
        while True:
            op = stream[pos][1]
            prec = {"+": 1, "-": 1, "*": 2, "/": 2}.get(op, 0) if stream[pos][0] == "op" else 0
            if prec == 0 or prec <= level:
                return left
            pos += 1
            right = expr(prec)
            left = left + right if op == "+" else left - right if op == "-" else left * right if op == "*" else left / right

    return expr(0)


for source in ["1+2*3", "(1+2)*3", "10/4-1", "2*(3+4)*5", "-3+10", "1.5*4", "((((7))))", "100-10-5", "2*-3"]:
    print(source, "=", evaluate(source))


def roman(n):
    out = ""
    for value, text in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        while n >= value:
            out += text
            n -= value
    return out


print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999)])


def levenshtein(a, b):
    previous = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        current = [i]
        for j, cb in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (ca != cb)))
        previous = current
    return previous[-1]


print(levenshtein("kitten", "sitting"), levenshtein("", "abc"), levenshtein("intention", "execution"), levenshtein("été", "ete"))
table = [["name", "qty", "price"], ["apple", 3, 1.25], ["kiwi", 12, 0.5], ["melon", 1, 4.0]]
widths = [max(len(str(row[i])) for row in table) for i in range(3)]
for row in table:
    print(" | ".join(str(cell).ljust(w) if isinstance(cell, str) else str(cell).rjust(w) for cell, w in zip(row, widths)))
print(all(p == p[::-1] for p in ["racecar", "noon", "été"]), "".join(sorted("listen")) == "".join(sorted("silent")))
