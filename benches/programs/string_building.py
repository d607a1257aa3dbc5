"""Text put together by +=, join, formatting and replace. Size: lines."""
SIZE = 40000


def table(n):
    out = ""
    for i in range(n):
        out += "row " + str(i) + ": "
        out += f"{i * 7 % 100:>4}|{i / 7:.3f}|{i:x}\n"
    return out


def markup(n):
    parts = []
    for i in range(n):
        name = "item-%d" % (i % 50)
        parts.append("<li class='{}'>{}</li>".format(name, name.upper().replace("-", " & ")))
    return "<ul>" + "".join(parts) + "</ul>"


def escape(text):
    out = []
    for c in text:
        if c == "<":
            out.append("&lt;")
        elif c == ">":
            out.append("&gt;")
        elif c == "&":
            out.append("&amp;")
        else:
            out.append(c)
    return "".join(out)


def bench(n):
    first = table(n)
    second = markup(n)
    third = escape(second)
    checksum = 0
    for line in first.splitlines():
        checksum = (checksum * 31 + len(line) + ord(line[-1])) % 1000003
    return "%d %d %d %d %d" % (len(first), len(second), len(third), third.count("&lt;"), checksum)


if __name__ == "__main__":
    print(bench(SIZE))
