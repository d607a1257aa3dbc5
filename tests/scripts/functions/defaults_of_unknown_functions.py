# Defaults of functions that compiled code knows by their code alone, and what closures hold, changed while it is hot.
def make(kind):
    def plain(a, b=kind, c=10):
        return a, b, c

    return plain


def keyword(kind):
    def only(a, b=kind, *, c=kind * 2):
        return a, b, c

    return only


def call(function, n):
    total = 0
    for i in range(n):
        a, b, c = function(i)
        total += a + b + c
        a, b, c = function(i, 1)
        total += a + b + c
    return total


functions = [make(k) for k in range(4)]
for function in functions:
    print(call(function, 700))
print([call(keyword(k), 700) for k in range(3)])

changed = functions[0]
changed.__defaults__ = (7, 8)
print(call(changed, 300))
changed.__defaults__ = (1, 2, 3)
print(call(changed, 300), changed())
changed.__defaults__ = (5,)
try:
    call(changed, 300)
except TypeError as error:
    print(error)
changed.__defaults__ = None
try:
    call(changed, 300)
except TypeError as error:
    print(error)


class Items(tuple):
    pass


changed.__defaults__ = Items((3, 4))
print(call(changed, 300))
changed.__code__ = (lambda a, b, c=4: (c, b, a)).__code__
print(call(changed, 300))


def counted(function):
    calls = 0

    def wrapper(*args, **kwargs):
        nonlocal calls
        calls += 1
        return function(*args, **kwargs)

    def replace(other):
        nonlocal function
        function = other

    def count():
        return calls

    return wrapper, replace, count


def add(a, b=1, *, c=2):
    return a + b + c


def multiply(a, b=2, *, c=3):
    return a * b * c


wrapper, replace, count = counted(add)


def loop(n):
    total = 0
    for i in range(n):
        total += wrapper(i) + wrapper(i, 5) + wrapper(i, c=7)
    return total


print(loop(2000), count())
replace(multiply)
print(loop(2000), count())
replace(lambda *a, **k: len(a) + len(k))
print(loop(2000), count())
replace(max)
try:
    loop(10)
except TypeError as error:
    print(error)
print(count())
replace(add)
print(loop(2000), count())
add.__defaults__ = (100,)
add.__kwdefaults__ = {"c": 1000}
print(loop(2000), count())
