# Design patterns as written in Python: visitor, observer, state, command, strategy, builder, proxy, mixins, flyweight.
class Visitor:
    def visit(self, node):
        return getattr(self, "visit_" + type(node).__name__.lower(), self.generic)(node)

    def generic(self, node):
        raise NotImplementedError(type(node).__name__)


class Num:
    def __init__(self, v):
        self.v = v


class Bin:
    def __init__(self, op, a, b):
        self.op, self.a, self.b = op, a, b


class Neg:
    def __init__(self, a):
        self.a = a


class Eval(Visitor):
    def visit_num(self, n):
        return n.v

    def visit_bin(self, n):
        a, b = self.visit(n.a), self.visit(n.b)
        return {"+": a + b, "-": a - b, "*": a * b}[n.op]

    def visit_neg(self, n):
        return -self.visit(n.a)


class Show(Visitor):
    def visit_num(self, n):
        return str(n.v)

    def visit_bin(self, n):
        return f"({self.visit(n.a)} {n.op} {self.visit(n.b)})"

    def visit_neg(self, n):
        return "-" + self.visit(n.a)


tree = Bin("+", Num(1), Bin("*", Neg(Num(2)), Bin("-", Num(5), Num(3.5))))
print(Show().visit(tree), Eval().visit(tree))
try:
    Eval().visit("text")
except NotImplementedError as e:
    print("NotImplementedError", e)


class Subject:
    def __init__(self):
        self._observers = []
        self._state = None

    def attach(self, f):
        self._observers.append(f)
        return f

    @property
    def state(self):
        return self._state

    @state.setter
    def state(self, v):
        old, self._state = self._state, v
        for f in list(self._observers):
            f(old, v)


s = Subject()
events = []
s.attach(lambda a, b: events.append((a, b)))


@s.attach
def once(a, b):
    events.append("once")
    s._observers.remove(once)


s.state = 1
s.state = "two"
print(events, s.state)


class Door:
    def __init__(self):
        self.state = Closed()

    def do(self, action):
        self.state = getattr(self.state, action, lambda: self.state)()
        return type(self.state).__name__


class Closed:
    def open(self):
        return Open()

    def lock(self):
        return Locked()


class Open:
    def close(self):
        return Closed()


class Locked:
    def unlock(self):
        return Closed()


d = Door()
print([d.do(a) for a in "open lock close lock open unlock open".split()])


class Command:
    def __init__(self, do, undo):
        self.do, self.undo = do, undo


class Editor:
    def __init__(self):
        self.text, self.done, self.undone = "", [], []

    def type(self, s):
        def do():
            self.text += s

        def undo():
            self.text = self.text[:-len(s)]
        self.run(Command(do, undo))

    def run(self, c):
        c.do()
        self.done.append(c)
        self.undone.clear()

    def undo(self):
        if self.done:
            c = self.done.pop()
            c.undo()
            self.undone.append(c)

    def redo(self):
        if self.undone:
            c = self.undone.pop()
            c.do()
            self.done.append(c)


e = Editor()
e.type("ab")
e.type("cd")
e.undo()
e.type("X")
e.undo()
e.redo()
e.undo()
e.undo()
e.undo()
e.redo()
print(e.text, len(e.done), len(e.undone))


class Query:
    def __init__(self, parts=()):
        self.parts = parts

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *a: Query(self.parts + ((name, a),))

    def __str__(self):
        return " ".join(f"{n.upper()} {', '.join(map(str, a))}" for n, a in self.parts)


print(Query().select("a", "b").from_("t").where("x > 5").limit(3))


class Flyweight:
    _pool = {}

    def __new__(cls, key):
        if key not in cls._pool:
            cls._pool[key] = super().__new__(cls)
            cls._pool[key].key = key
        return cls._pool[key]


print(Flyweight("a") is Flyweight("a"), Flyweight("a") is Flyweight("b"), len(Flyweight._pool))


class Json:
    def to_json(self):
        return {k: v.to_json() if isinstance(v, Json) else v for k, v in vars(self).items()}


class Compare:
    def key(self):
        return tuple(vars(self).values())

    def __eq__(self, o):
        return type(self) is type(o) and self.key() == o.key()

    def __lt__(self, o):
        return self.key() < o.key()

    def __hash__(self):
        return hash(self.key())


class Item(Json, Compare):
    def __init__(self, n, p):
        self.n, self.p = n, p


class Order(Json):
    def __init__(self, item, count):
        self.item, self.count = item, count


print(Order(Item("x", 2), 3).to_json(), Item("a", 1) == Item("a", 1), sorted([Item("b", 1), Item("a", 2)])[0].n, len({Item("a", 1), Item("a", 1)}))


class Money:
    rates = {"usd": 1.0, "eur": 1.25}

    def __init__(self, v, c="usd"):
        self.v, self.c = v, c

    def to(self, c):
        return Money(round(self.v * self.rates[self.c] / self.rates[c], 4), c)

    def __add__(self, o):
        return Money(self.v + o.to(self.c).v, self.c)

    def __repr__(self):
        return f"{self.v:.2f} {self.c}"


print(Money(5) + Money(4, "eur"), Money(4, "eur") + Money(5), sum([Money(1), Money(2)], Money(0)))


class Plugin:
    registry = {}

    def __init_subclass__(cls, key=None, **k):
        super().__init_subclass__(**k)
        if key:
            Plugin.registry[key] = cls

    @classmethod
    def create(cls, key, *a):
        return cls.registry[key](*a)


class Csv(Plugin, key="csv"):
    def __init__(self, sep=","):
        self.sep = sep

    def dump(self, row):
        return self.sep.join(map(str, row))


class Tsv(Csv, key="tsv"):
    def __init__(self):
        super().__init__("\t")


print(Plugin.create("csv", ";").dump([1, 2]), repr(Plugin.create("tsv").dump([1, 2])), sorted(Plugin.registry))


class Lazy:
    def __init__(self, make):
        object.__setattr__(self, "_make", make)
        object.__setattr__(self, "_obj", None)

    def __getattr__(self, n):
        if self._obj is None:
            object.__setattr__(self, "_obj", self._make())
        return getattr(self._obj, n)

    def __setattr__(self, n, v):
        setattr(self._obj if self._obj is not None else self._make(), n, v)


made = []
l = Lazy(lambda: made.append(1) or Item("lazy", 0))
print(made, l.n, l.p, made)
total = 0
for i in range(800):
    total += Eval().visit(Bin("+*-"[i % 3], Num(i), Neg(Num(2)) if i % 2 else Num(0.5)))
print(total)
