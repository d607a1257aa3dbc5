# enumerate, slices and dicts in loops hot enough to be compiled, and what may change under them.


def weighted(items):
    total = 0
    for i, item in enumerate(items):
        total += i * item
    return total


def collect(items):
    out = []
    for pair in enumerate(items):
        out.append(pair)
    return out


def nested(rows):
    total = 0.0
    for i, row in enumerate(rows):
        for j, x in enumerate(row):
            if i == j:
                total += x
            elif j > i + 2:
                break
    return total


def growing(items):
    seen = 0
    for i, x in enumerate(items):
        seen += x
        if i < 5:
            items.append(i)
    return seen, len(items)


def kept(items):
    e = enumerate(items)
    for i, x in e:
        if x == 3:
            return i, list(e)
    return None


for _ in range(400):
    weighted([1, 2, 3])
    nested([[1.0, 2.0], [3.0, 4.0]])
    growing([1, 2])
print(weighted(list(range(300))), weighted((5, 6, 7)), weighted([0.5, 1.5]), weighted("")) if False else None
print(weighted(list(range(300))), weighted((5, 6, 7)), weighted([0.5, 1.5]), weighted([]))
try:
    weighted("ab" * 3), weighted(5)
except TypeError as error:
    print("TypeError:", error)
print(collect([1, "a"])[1], collect(()), collect({7: 8}), len(collect([None] * 500)))
print(nested([[1.0] * 6 for _ in range(6)]), growing([1, 2, 3]))
print(kept([1, 2, 3, 4, 5]), [kept([3] * n + [4]) for n in range(3)], kept([]))
print([kept(list(range(10))) for _ in range(300)][-1])


class Noisy(list):
    def __getitem__(self, index):
        return ("noisy", index)

    def append(self, item):
        super().append((item, item))


def slices(a, n):
    out = []
    for k in range(n):
        b = a[:k] + a[k::-1]
        b[1:3] = a[-2:]
        b[::2] = b[::2]
        out.append(sum(b) + len(a[k:2]) + len(a[None:None:3]))
    return out[-3:]


numbers = list(range(40))
for _ in range(30):
    slices(numbers, 10)
print(slices(numbers, 60), slices([0.5, 1.5, 2.5], 6), slices([True, 2, 3], 3))
try:
    slices([1, 2, 3, "a"], 5)
except TypeError as error:
    print("TypeError:", error)
print(Noisy([1])[0:1], [Noisy([4, 5])[1:] for _ in range(3)])


def bad_store(a):
    a[::2] = [1, 2, 3]
    return a


for _ in range(40):
    bad_store([0] * 6)
try:
    bad_store([0] * 8)
except ValueError as error:
    print("ValueError:", error)
print(bad_store([0] * 5))


def lookups(table, keys):
    total = 0
    for key in keys:
        try:
            total += table[key]
        except KeyError as error:
            total += len(error.args[0])
    return total


class Key:
    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(self.text)

    def __eq__(self, other):
        return self.text == other

    def __len__(self):
        return 100


class Default(dict):
    def __missing__(self, key):
        return 1000


words = ["alpha", "beta", "gamma", "delta"]
table = {word: i for i, word in enumerate(words)}
print([lookups(table, words * n) for n in (1, 10, 600)])
print(lookups(table, words + ["omega"]), lookups(table, [Key("beta"), Key("none")]), lookups({}, words))
print(lookups({Key("alpha"): 7, "beta": 8}, words), lookups(Default(alpha=1), words))
print([lookups(table, ["b" + "eta", "x" * 5]) for _ in range(200)][-1])


def appends(make, n):
    target = make()
    for i in range(n):
        target.append(i)
    return len(target), target[-1]


for _ in range(60):
    appends(list, 30)
print(appends(list, 1000), [appends(Noisy, 50) for _ in range(100)][-1], appends(list, 10))


def polymorphic(functions, n):
    total = 0
    for i in range(n):
        total += functions[i % len(functions)](i)
    return total


def double(x):
    return 2 * x


def square(x, *, bias=1):
    return x * x + bias


def third(x):
    if x > 900:
        raise LookupError(x)
    return -x


for fs in ([double], [double, square], [double, square, abs], [double, square, lambda x: x + 0.5]):
    print(polymorphic(fs, 1200))
try:
    polymorphic([double, third], 2000)
except LookupError as error:
    print("LookupError:", error)
