# A callee changes variables of its callers through f_locals.
# modes: interpreter gc nursery -- compiled callers keep variables in machine registers and refuse: RuntimeError
import sys


def caller():
    value = "old"
    change()
    return value


def change():
    sys._getframe(1).f_locals["value"] = "new"


print(caller())


def outer():
    a, b = 1, [2]

    def inner():
        deeper()
        return b

    return inner(), a


def deeper():
    d = sys._getframe(2).f_locals
    d["a"] = "changed"
    d["b"] = "too"
    print(sorted(d))


print(outer())
