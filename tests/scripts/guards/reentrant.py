# Compiled code called from inside comparisons, hashes, sorts, hooks and finalizers of other compiled code.
class Key:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        Key.compared += 1
        return self.v == o.v

    def __hash__(self):
        return work(self.v) % 8

    compared = 0


def work(n):
    t = 0
    for i in range(n % 20):
        t += i
    return t


def dict_of_keys(n):
    d = {}
    for i in range(n):
        d[Key(i % 50)] = i
    return len(d), sum(d.values()), Key.compared > 0


class Cmp:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return work(self.v) < work(o.v)


def sorting(n):
    a = [Cmp(i * 7 % 31) for i in range(n)]
    a.sort()
    return [work(c.v) for c in a][::40]


def mutate_during_eq():
    class E:
        def __init__(self, box):
            self.box = box

        def __eq__(self, o):
            self.box.append(1)
            return False
    box = []
    target = [E(box) for _ in range(200)]
    hits = 0
    for i in range(20):
        if 5 in target:
            hits += 1
    return hits, len(box)


def hooks(n):
    class H:
        def __init__(self):
            self.__dict__["store"] = {}

        def __getattr__(self, name):
            return self.store.get(name, 0)

        def __setattr__(self, name, v):
            self.store[name] = v + work(3)

        def __getitem__(self, i):
            return work(i)

        def __len__(self):
            return work(5)

        def __contains__(self, x):
            return work(x) % 2 == 0

        def __call__(self, x):
            return work(x)
    h = H()
    t = 0
    for i in range(n):
        h.count = h.count + 1
        t += h[i] + len(h) + (i in h) + h(i)
    return t, h.count


def callbacks(n):
    t = 0
    for i in range(n):
        t += sum(map(lambda x: work(x + i), range(3)))
        t += max([3, 1, 2], key=lambda v: work(v))
        t += len(list(filter(lambda v: work(v) > 3, range(8))))
        t += sorted([5, 3, 9], key=lambda v: -work(v))[0]
    return t


def list_mutated_by_callee(n):
    a = list(range(10))

    def poke(i):
        if i % 500 == 499:
            a.append(0.5)
        if i % 700 == 699:
            a.insert(0, "s")
            a.pop(0)
        if i % 900 == 899:
            del a[5:]
            a.extend(range(5))
        return 1
    t = 0
    for i in range(n):
        t += a[i % 10] + poke(i)
    return t, len(a)


def iterate_and_mutate(n):
    out = 0
    for rep in range(n):
        a = [1, 2, 3, 4]
        for x in a:
            out += x
            if x == 2 and rep % 3 == 0:
                a.append(9)
            if x == 3 and rep % 5 == 0:
                a.pop(0)
    return out


def attr_mutated_by_callee(n):
    class O:
        x = 0
    o = O()

    def poke(i):
        if i == 1000:
            o.x = 0.5
        if i == 2000:
            del o.x
        if i == 2500:
            O.x = 100
        return 0
    t = 0
    for i in range(n):
        t = t + o.x + poke(i) + o.x
    return t


def recursion_with_loops(d):
    t = 0
    for i in range(3):
        if d:
            t += recursion_with_loops(d - 1) + i
        else:
            t += 1
    return t


def gen_reenter(n):
    def g(k):
        for i in range(k):
            yield work(i)
            if i == 2 and k > 3:
                yield from g(k - 2)
    return sum(sum(g(i % 9)) for i in range(n))


def format_hooks(n):
    class F:
        def __init__(self, v):
            self.v = v

        def __format__(self, spec):
            return str(work(self.v)) + spec

        def __str__(self):
            return f"<{work(self.v + 1)}>"

        __repr__ = __str__
    t = 0
    for i in range(n):
        t += len(f"{F(i)}|{F(i)!r}|{F(i):xyz}|{[F(i)]}|%s" % F(i))
    return t


print(dict_of_keys(1000), sorting(200), mutate_during_eq(), hooks(1000), callbacks(500))
print(list_mutated_by_callee(3000), iterate_and_mutate(500), attr_mutated_by_callee(3000), recursion_with_loops(6), gen_reenter(200), format_hooks(500))
