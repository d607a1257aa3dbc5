# Generators as state machines, lexers, tasks and simulations that run long.
def traffic():
    while True:
        for colour, ticks in (("green", 3), ("yellow", 1), ("red", 2)):
            for left in range(ticks, 0, -1):
                cmd = yield colour, left
                if cmd == "skip":
                    break


t = traffic()
print([next(t) for _ in range(8)], t.send("skip"), next(t))


def lexer(text):
    i = 0
    while i < len(text):
        c = text[i]
        if c.isspace():
            i += 1
            continue
        if c.isalpha() or c == "_":
            j = i
            while j < len(text) and (text[j].isalnum() or text[j] == "_"):
                j += 1
            yield "name", text[i:j], i
        elif c.isdigit():
            j = i
            while j < len(text) and (text[j].isdigit() or text[j] in ".e"):
                j += 1
            yield "number", text[i:j], i
        elif text[i:i + 2] in ("==", "<=", ">=", "!=", "->", "**"):
            j = i + 2
            yield "op", text[i:j], i
        elif c in "+-*/()=<>{}[],;:.":
            j = i + 1
            yield "op", c, i
        elif c in "'\"":
            j = text.index(c, i + 1) + 1
            yield "string", text[i:j], i
        else:
            raise SyntaxError(f"bad character {c!r} at {i}")
        i = j
    yield "end", "", i


print(list(lexer("x1 = foo(3.5, 'a b') ** 2 <= y;")))
try:
    list(lexer("a ? b"))
except SyntaxError as e:
    print(e)


class Scheduler:
    def __init__(self):
        self.time, self.queue, self.log = 0, [], []

    def spawn(self, name, task):
        self.queue.append((self.time, len(self.queue), name, task))

    def run(self):
        while self.queue:
            self.queue.sort(key=lambda e: e[:2])
            self.time, order, name, task = self.queue.pop(0)
            try:
                wait = task.send(None)
            except StopIteration as e:
                self.log.append((self.time, name, "done", e.value))
            except Exception as e:
                self.log.append((self.time, name, "failed", repr(e)))
            else:
                self.log.append((self.time, name, wait))
                self.queue.append((self.time + wait, order, name, task))


def worker(n, delay):
    total = 0
    for i in range(n):
        total += i
        yield delay
    if n == 3:
        raise RuntimeError("three")
    return total


s = Scheduler()
for k, (n, d) in enumerate([(2, 5), (3, 2), (4, 1), (1, 7)]):
    s.spawn("w%d" % k, worker(n, d))
s.run()
print(s.log)


def bank(balance):
    history = []
    while True:
        try:
            op = yield balance
            if op is None:
                continue
            kind, amount = op
            if kind == "out" and amount > balance:
                raise ValueError("insufficient")
            balance += amount if kind == "in" else -amount
            history.append(op)
        except ValueError as e:
            history.append(str(e))
        except GeneratorExit:
            print("closed with", history)
            raise


b = bank(100)
next(b)
print(b.send(("in", 50)), b.send(("out", 500)), b.throw(ValueError("audit")), b.send(("out", 20)))
b.close()


def lines(chunks):
    rest = ""
    for chunk in chunks:
        rest += chunk
        while "\n" in rest:
            line, _, rest = rest.partition("\n")
            yield line
    if rest:
        yield rest


print(list(lines(["ab\nc", "d", "e\n\nf"])))


def turtle(program):
    x = y = 0
    dx, dy = 1, 0
    for c in program:
        if c == "F":
            x, y = x + dx, y + dy
            yield x, y
        elif c == "L":
            dx, dy = -dy, dx
        elif c == "R":
            dx, dy = dy, -dx


def lsystem(axiom, rules, n):
    for _ in range(n):
        axiom = "".join(rules.get(c, c) for c in axiom)
    return axiom


dragon = lsystem("FX", {"X": "XRYFR", "Y": "LFXLY"}, 9)
points = list(turtle(dragon))
print(len(dragon), len(points), points[-1], min(points), max(points), len(set(points)))


def ca(rule, width, rows):
    cells = [0] * width
    cells[width // 2] = 1
    for _ in range(rows):
        yield "".join(".#"[c] for c in cells)
        cells = [rule >> (cells[i - 1] * 4 + cells[i] * 2 + cells[(i + 1) % width]) & 1 for i in range(width)]


for row in ca(90, 31, 8):
    print(row)
print(sum(row.count("#") for row in ca(30, 101, 120)))


def nested_send():
    def inner():
        got = []
        while len(got) < 3:
            got.append((yield len(got)))
        return got
    while True:
        r = yield from inner()
        yield ("batch", r)


n = nested_send()
print([next(n)] + [n.send(c) for c in "abcdefgh"])


def running(stat):
    data = []
    out = None
    while True:
        data.append((yield out))
        out = stat(data)


med = running(lambda d: sorted(d)[len(d) // 2])
next(med)
print([med.send(v) for v in (5, 1, 9, 2, 7)])
