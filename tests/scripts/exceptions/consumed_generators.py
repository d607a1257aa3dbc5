"""CPython loops where `all`, `any` or `tuple` is called with a generator expression: the place of that is the name."""
import sys, traceback
def bad(x):
    return 1 // (x - 2) + 5
def show(function):
    try:
        function()
    except ZeroDivisionError:
        traceback.print_exc(file=sys.stdout)
    print('-')
def all_name():
    return all(bad(x) for x in range(4))
def any_name():
    return [any(not bad(x) for x in range(4))]
def tuple_name():
    return (1, tuple(bad(x) for x in range(4)))
def over_lines():
    return all(
        bad(x)
        for x in range(4)
    )
def parenthesized():
    return all((bad(x) for x in range(4)))
def other_builtins():
    return list(bad(x) for x in range(4))
def set_builtin():
    return set(bad(x) for x in range(4))
def summed():
    return sum(bad(x) for x in range(4))
def with_keyword():
    return all(*[bad(x) for x in range(4)])
def two(flag):
    all = list if flag else tuple
    return all(bad(x) for x in range(4))
def listcomp():
    return all([bad(x) for x in range(4)])
def iterable_raises():
    return all(x for x in bad(2))
def notiter():
    try:
        return all(x for x in 1)
    except TypeError:
        traceback.print_exc(file=sys.stdout)
class Falsy:
    def __bool__(self):
        return 1 // 0
def truth():
    return any(Falsy() for x in range(4))
for f in (all_name, any_name, tuple_name, over_lines, parenthesized, other_builtins, set_builtin, summed, with_keyword,
          lambda: two(1), lambda: two(0), listcomp, iterable_raises, notiter, truth):
    show(f)
try:
    all(bad(x) for x in range(4))
except ZeroDivisionError:
    traceback.print_exc(file=sys.stdout)
def all(x):
    for y in x: pass
show(all_name)
any = list
show(any_name)
print('rebound')
import builtins
builtins.tuple = list
show(tuple_name)
builtins.tuple = ().__class__
show(tuple_name)
