# Class attributes that are assigned again and again: counters and settings, read by every way there is while hot.


class Account:
    count = 0
    rate = 1
    log = []

    def __init__(self, n):
        Account.count += 1
        self.n = n

    def value(self):
        return self.n * self.rate + self.count


class Savings(Account):
    pass


class Own(Account):
    count = 100


def run(n):
    total = 0
    for i in range(n):
        a = (Account, Savings, Own)[i % 3](i)
        total += a.value() + Account.count + Savings.count + Own.count + type(a).rate
        if i % 50 == 0:
            Account.rate = i
        if i % 70 == 0:
            Savings.rate = i * 0.5
        if i % 90 == 0:
            Own.count += 1
    return total


print(run(3000), Account.count, Savings.count, Own.count, Account.rate, Savings.rate)


class Settings:
    depth = 0
    mode = "a"


def nested(n):
    # The same function reads what others change between its steps.
    def enter():
        Settings.depth += 1

    def leave():
        Settings.depth -= 1

    seen = []
    for i in range(n):
        enter()
        before = Settings.depth
        enter()
        seen.append((before, Settings.depth, Settings().depth))
        leave()
        leave()
        Settings.mode = "ab"[i % 2]
        seen.append(Settings.mode + Settings().mode)
    return len(seen), len(set(seen)), sorted(map(str, set(seen)))


print(nested(2000))


def read(obj):
    return obj.x


class Changing:
    x = 0


def changes():
    # A variable that becomes a descriptor, a method, nothing, an attribute of a subclass and data again.
    obj, out = Changing(), []
    for i in range(400):
        Changing.x = i
        out.append(read(obj))
    Changing.x = property(lambda self: "property")
    out += [read(obj) for _ in range(300)]
    Changing.x = 5
    out += [read(obj) for _ in range(300)]
    Changing.x = lambda self: "method"
    out += [read(obj)() for _ in range(300)]
    del Changing.x
    for _ in range(3):
        try:
            read(obj)
        except AttributeError as e:
            out.append(str(e))
    for i in range(400):
        Changing.x = [i]
        out.append(read(obj)[0] + Changing.x[0])
    obj.x = "own"
    out += [read(obj) for _ in range(300)]
    del obj.x

    class Data:
        def __get__(self, instance, owner):
            return "bound"

    for i in range(400):
        Changing.x = Data() if i % 7 == 0 else i
        out.append(read(obj))

    class Sub(Changing):
        pass

    sub = Sub()
    for i in range(600):
        Changing.x = i
        if i == 300:
            Sub.x = -1
        if i == 500:
            del Sub.x
        out.append(read(sub))
    Sub.__bases__ = (Settings, Account)
    try:
        out.append(read(sub))
    except AttributeError as e:
        out.append(str(e))
    return out


out = changes()
print(len(out), sum(v for v in out if isinstance(v, int)), sorted({str(v) for v in out if not isinstance(v, int)}))
print(out[398:402], out[-3:])


class Meta(type):
    made = 0

    def __call__(cls, *args):
        Meta.made += 1
        cls.made_here = Meta.made
        return super().__call__(*args)


class Made(metaclass=Meta):
    made_here = 0


def make(n):
    total = 0
    for _ in range(n):
        total += Made().made_here + Made.made + Meta.made
    return total


print(make(1500), Made.made_here)
print(sorted(name for name in vars(Account) if not name.startswith("__")))
