# Copies of code objects, their equality, and what they share with the original.
import types


def f(a, b=2, *c, d, **e):
    "doc"
    x = a + 1

    def g():
        return x

    return g, 1.5, "s"


code = f.__code__
copy = code.replace(co_name="h", co_flags=code.co_flags | 0x100, co_firstlineno=10, co_filename="zz")
print(copy.co_name, copy.co_flags - code.co_flags, copy.co_firstlineno, copy.co_filename, copy == code, copy.co_qualname)
print(code.replace() == code, hash(code.replace()) == hash(code), code != code.replace(), code.replace() is code)
print(code == 3, code == f, [code].index(code.replace()))
for changes in (
    {"co_name": 1},
    {"co_consts": 1},
    {"co_flags": "a"},
    {"co_argcount": -1},
    {"co_filename": b"x"},
    {"co_code": "x"},
    {"nothing": 1},
):
    try:
        code.replace(**changes)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    code.replace(1)
except TypeError as error:
    print(error)

# Same text on different lines is different code; values that compare equal are told apart.
def one(): return 1
def two(): return 1
print(one.__code__ == two.__code__)
print(one.__code__ == one.__code__.replace(co_name="one"), one.__code__ == one.__code__.replace(co_name="two"))
print(compile("x = 1.0", "a", "exec") == compile("x = 1.0", "a", "exec"))
print(compile("x = 0.0", "a", "exec") == compile("x = -0.0", "a", "exec"))
print(compile("x = (1.5, 1)", "a", "exec") == compile("x = (1.5, True)", "a", "exec"))

renamed = types.FunctionType(code.replace(co_name="renamed", co_qualname="outer.renamed"), globals(), "renamed", f.__defaults__)
inner, *rest = renamed(1, d=3)
print(inner(), rest, renamed.__code__.co_qualname)


def counter():
    while True:
        received = yield
        print("got", received)


awaitable = types.coroutine(counter)
print(awaitable is counter, bool(counter.__code__.co_flags & 0x100))


async def main():
    await awaitable()


running = main()
running.send(None)
running.send("value")
running.close()
print(code._varname_from_oparg(0), code._varname_from_oparg(4))
