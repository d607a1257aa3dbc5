# What dies with its last reference shows at once: __del__, weak references and their callbacks, files that nobody closed.
# modes: interpreter jit exits no_passes nursery -- collections that check the whole heap use up what finding out may take
import json
import os
import tempfile
import weakref


class Noisy:
    alive = 0

    def __init__(self, name):
        self.name = name
        Noisy.alive += 1

    def __del__(self):
        Noisy.alive -= 1
        print("deleted", self.name)


a = Noisy("a")
del a
print("after del", Noisy.alive)
b = Noisy("b")
b = None
print("after rebinding", Noisy.alive)
c = d = Noisy("c")
del c
print("another name is left", Noisy.alive)
del d
print("none is left", Noisy.alive)


def local():
    inside = Noisy("inside")
    print("in the function", inside.name)


local()
print("after the function")

box = [Noisy("first"), Noisy("second")]
box.pop()
print("after pop")
del box[0]
print("after del of an item", Noisy.alive)
table = {"key": Noisy("value")}
del table["key"]
print("after del of a key", Noisy.alive)


class Owner:
    def __init__(self):
        self.owned = Noisy("owned")


owner = Owner()
del owner.owned
print("after del of an attribute", Noisy.alive)
owner = Owner()
del owner
print("after del of the owner")


class Plain:
    pass


target = Plain()
reference = weakref.ref(target, lambda _: print("callback"))
print(reference() is target)
del target
print(reference())
values = weakref.WeakValueDictionary()
kept, lost = Plain(), Plain()
values["kept"], values["lost"] = kept, lost
del lost
print(sorted(values), len(values))
known = weakref.WeakSet([kept])
kept = None
print(len(known), len(values))


def closing():
    try:
        yield 1
        yield 2
    finally:
        print("generator closed")


generator = closing()
print(next(generator))
del generator
print("after the generator")


async def never_awaited():
    pass


folder = tempfile.mkdtemp()
path = os.path.join(folder, "file.txt")
open(path, "w").write("written and not closed")
print(open(path).read())
json.dump({"a": [1, 2]}, open(path, "w"))
print(json.load(open(path)), os.path.getsize(path))


def save(text):
    file = open(path, "w")
    file.write(text)


save("by a function")
print(open(path).read(), os.stat(path).st_size)
print("to a file", file=open(path, "a"))
with open(path) as file:
    print(file.read())
still_open = open(path, "w")
still_open.write("kept")
print(repr(open(path).read()))
still_open = None
print(repr(open(path).read()))
os.remove(path)
os.rmdir(folder)
