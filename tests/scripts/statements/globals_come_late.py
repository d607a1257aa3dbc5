# Globals that are added, hidden, removed and moved while functions that read them are hot.
import builtins


def size(items):
    return len(items)


def base():
    return offset + size([1, 2])


def late():
    return not_yet


def limit():
    return abs(-7)


offset = 0
for step in range(300):
    offset = base() % 100
print(offset)
for step in range(40):
    # New names hide no builtin, and the table grows.
    globals()["name%d" % step] = step
    assert base() == offset + 2 and limit() == 7
print(name39, base(), limit())
len = lambda items: 50
print(base(), size("abc"))
del len
print(base(), size("abc"))
for step in range(300):
    try:
        late()
    except NameError as error:
        message = str(error)
print(message)
builtins.not_yet = "builtin"
print([late() for step in range(300)][-1])
not_yet = "global"
print([late() for step in range(300)][-1])
del not_yet
print(late())
del builtins.not_yet
try:
    late()
except NameError as error:
    print(error)

# Removing a key moves those behind it when the table is made anew.
for step in range(0, 40, 2):
    del globals()["name%d" % step]
last = "last"


def read_last():
    return last, name39, offset


print([read_last() for step in range(300)][-1])
for step in range(100):
    globals()["other%d" % step] = step
    assert read_last() == ("last", 39, offset)
last = "changed"
print(read_last())
space = {"value": 1}
exec("def get(): return value, max(1, 2)", space)
get = space["get"]
print([get() for step in range(300)][-1])
space["max"] = min
print(get())
space["value"] = 5
del space["max"]
print(get())
