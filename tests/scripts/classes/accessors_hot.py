# Properties and subscript, iteration methods written in Python, read often enough to be cached and compiled.


class Vector:
    def __init__(self, items):
        self.items = items
        self.scale = 1.5

    @property
    def total(self):
        return sum(self.items)

    @property
    def broken(self):
        return self.missing

    def __getitem__(self, index):
        return self.items[index]

    def __setitem__(self, index, value):
        self.items[index] = value
        return "ignored"

    def __iter__(self):
        return Walk(self)


class Walk:
    def __init__(self, owner):
        self.owner = owner
        self.at = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.at == len(self.owner.items):
            raise StopIteration
        self.at += 1
        return self.owner[self.at - 1]


class Fallback(Vector):
    def __getattr__(self, name):
        return f"fallback for {name}"


class Logged(property):
    def __get__(self, instance, owner=None):
        return "logged", super().__get__(instance, owner)


class Checked(property):
    def __set__(self, instance, value):
        instance.stored = "checked", value


class Named(classmethod):
    def __get__(self, instance, owner=None):
        return lambda: (owner.__name__, instance is None)


class Odd:
    value = Logged(lambda self: 7)
    checked = Checked(lambda self: self.stored, lambda self, value: None)
    named = Named(lambda cls: cls)

    def __getitem__(self, index, default="default"):
        return index, default


def use(vector):
    total = 0
    for i in range(60):
        total += vector[i % 3] * vector.scale
        vector[i % 3] = vector[i % 3] + 1
        for item in vector:
            total += item
        total += vector.total
    return total


print(use(Vector([1, 2, 3])), use(Vector([1.5, 2, 3])))
for _ in range(50):
    result = Fallback([1]).broken
print(result)
for _ in range(50):
    odd = Odd()
    odd.checked = 4
    result = odd.value, odd[3], odd.checked, odd.named(), Odd.named()
print(result, Odd.value[0])


def failing(vector, times):
    for i in range(times):
        if i == times - 1:
            vector.items = None
        vector[0]
        vector.total


for times in (1, 50):
    try:
        failing(Vector([1]), times)
    except TypeError as error:
        step = error.__traceback__
        while step is not None:
            print(step.tb_frame.f_code.co_qualname, step.tb_lineno)
            step = step.tb_next

try:
    for _ in range(40):
        Vector([1])[0]
    Vector([1]).broken
except AttributeError as error:
    print(error)


class Generating:
    def __getitem__(self, index):
        yield index

    def __next__(self):
        yield 1

    def __iter__(self):
        return self


for _ in range(40):
    values = list(Generating()[5])
print(values)
for count, item in enumerate(Generating()):
    if count == 40:
        print(list(item))
        break


def next_stops_inside():
    seen = []
    for value in Vector([iter([]), iter([1])]):
        for inner in value:
            seen.append(inner)
    return seen


class Inner:
    def __init__(self):
        self.count = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.count += 1
        if self.count > 3:
            next(iter([]))
        return self.count


print(next_stops_inside(), [x for x in Inner()], list(Inner()))
for x in Inner():
    pass
else:
    print("exhausted after", x)
