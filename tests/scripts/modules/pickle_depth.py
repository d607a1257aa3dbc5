# pickle: an object that is reduced to itself without end is a RecursionError; what is deep but has an end comes back.
# modes: interpreter jit exits no_passes nursery -- each collection looks through the whole native stack
from pickle import dumps, loads


class Endless:
    def __reduce__(self):
        return Endless, (Endless(),)


for protocol in (0, 2, 5):
    try:
        dumps(Endless(), protocol)
    except RecursionError as error:
        notes = error.__notes__
        print("RecursionError", len(notes) > 1000, sorted(set(notes)))
nested = []
for _ in range(400):
    nested = [nested, (nested,), {"k": 1}]
for protocol in range(6):
    back, depth = loads(dumps(nested, protocol)), 0
    while back:
        assert back[1][0] is back[0]
        back, depth = back[0], depth + 1
    print(protocol, depth)
