# Code and caches that have seen classes which exist no more.
def make(number):
    class Base:
        def __init__(self, value):
            self.value = value

        def get(self):
            return self.value + number

        @property
        def twice(self):
            return self.value * 2

    class Derived(Base):
        def get(self):
            return super().get() + 1

        def __getitem__(self, index):
            return index + self.value

        def __add__(self, other):
            return self.value + other

    return Base, Derived


def use(thing, rounds):
    total = 0
    for i in range(rounds):
        total += thing.get() + thing.twice
        thing.value += 1
    return total


def items(thing, rounds):
    total = 0
    for i in range(rounds):
        total += thing[i] + (thing + i)
    return total


grown = []
for number in range(60):
    base, derived = make(number)
    print(use(base(number), 300), use(derived(number), 300), items(derived(number), 300))
    grown.append(["text %d" % i for i in range(200)])
    del base, derived
print(sum(len(part) for part in grown))
