"""A reader and writer of a JSON-like notation: text by position, recursion, dicts and lists. Size: records."""
SIZE = 4000

ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


class Reader:
    def __init__(self, text):
        self.text = text
        self.position = 0

    def blanks(self):
        text, position = self.text, self.position
        while position < len(text) and text[position] in " \n\t":
            position += 1
        self.position = position
        return text[position]

    def value(self):
        c = self.blanks()
        if c == "{":
            return self.object()
        if c == "[":
            return self.array()
        if c == '"':
            return self.string()
        if c == "-" or c.isdigit():
            return self.number()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return value
        raise ValueError("position %d: %r" % (self.position, c))

    def object(self):
        found = {}
        self.position += 1
        while self.blanks() != "}":
            key = self.string()
            assert self.blanks() == ":"
            self.position += 1
            found[key] = self.value()
            if self.blanks() == ",":
                self.position += 1
        self.position += 1
        return found

    def array(self):
        found = []
        self.position += 1
        while self.blanks() != "]":
            found.append(self.value())
            if self.blanks() == ",":
                self.position += 1
        self.position += 1
        return found

    def string(self):
        self.blanks()
        parts = []
        self.position += 1
        while True:
            c = self.text[self.position]
            self.position += 1
            if c == '"':
                return "".join(parts)
            if c == "\\":
                c = ESCAPES[self.text[self.position]]
                self.position += 1
            parts.append(c)

    def number(self):
        start = self.position
        while self.position < len(self.text) and self.text[self.position] in "+-.eE0123456789":
            self.position += 1
        word = self.text[start:self.position]
        return float(word) if "." in word or "e" in word else int(word)


def write(value):
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if value is True or value is False or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join([write(item) for item in value]) + "]"
    return "{" + ", ".join(write(key) + ": " + write(item) for key, item in value.items()) + "}"


def bench(n):
    records = []
    for i in range(n):
        records.append({"id": i, "name": 'person "%d"\n' % i, "scores": [i * 1.5, -i, i % 7 == 0, None],
                        "place": {"x": i % 90, "y": i * 13 % 180 / 4}})
    text = write(records)
    found = Reader(text).value()
    total = sum(record["place"]["x"] for record in found)
    return "%d %d %s" % (len(text), total, write(found) == text)


if __name__ == "__main__":
    print(bench(SIZE))
