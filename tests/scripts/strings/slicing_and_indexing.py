# Subscripts and slices of str, bytes, list, tuple, range with every combination of signs and steps.
seqs = ["abcdefg", b"abcdefg", list(range(7)), tuple(range(7)), range(7), "añb€c😀d"]
bounds = [None, 0, 1, 3, 6, 7, 8, 100, -1, -3, -7, -8, -100]
steps = [None, 1, 2, 3, 10, -1, -2, -3, -10]
for seq in seqs:
    total = 0
    out = []
    for i in bounds:
        for j in bounds:
            for k in steps:
                part = seq[i:j:k]
                total = (total * 31 + len(part) * 7) % 1000003
                for item in part:
                    total = (total * 131 + (item if isinstance(item, int) else ord(item))) % 1000003
        out.append(total)
    print(type(seq).__name__, out)
for seq in seqs:
    print([seq[i] for i in range(-len(seq), len(seq))])
    for i in (len(seq), -len(seq) - 1, 2**70, "a", None, 1.0):
        try:
            print(seq[i])
        except (IndexError, TypeError) as e:
            print(type(e).__name__ + ":", e)
    try:
        print(seq[::0])
    except ValueError as e:
        print("ValueError:", e)
    try:
        print(seq["a":])
    except TypeError as e:
        print("TypeError:", e)
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), s.indices(100), slice(None).indices(3), slice(None, None, -1).indices(4), slice(-2, None).indices(5), slice(5) == slice(None, 5, None), slice(1, 2) < slice(1, 3), hash(slice(1, 2)) == hash(slice(1, 2)))
try:
    slice(1, 2, 0).indices(3)
except ValueError as e:
    print("ValueError:", e)
try:
    slice()
except TypeError as e:
    print("TypeError:", e)


class Recorder:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("del", key)


r = Recorder()
print(r[1], r[1:2], r[::], r[1:2, ...], r[:, None], r[()], r["x":"y":"z"], r[1,], r[*[1, 2]], r[*[1], 2:3], r[lambda: 0].__name__)
r[1:2] = 3
r[..., 0] = 4
del r[5], r[6:7]
r[0] += 5
a = list(range(10))
a[2:5] = [20, 30]
print(a)
a[::2] = [100] * len(a[::2])
print(a)
a[1:1] = "xyz"
print(a)
a[:] = a[::-1]
print(a)
del a[::3]
print(a)
del a[-3:]
print(a)
a[5:2] = [7, 7]
print(a)
a[-1:] = (i for i in range(3))
print(a)
for action in ("a[::2] = [1]", "a[0:1] = 5", "a['x'] = 1", "a[100] = 1", "del a[100]", "del a['q']", "a[::0] = []", "a[1.5:2] = []"):
    try:
        exec(action)
        print(a)
    except Exception as e:
        print(action, type(e).__name__ + ":", e)
b = bytearray(b"hello world")
b[0:5] = b"HOWDY!!"
b[-1] = 33
del b[::4]
print(b, b[2], b[1:4], b[::-1])
b[::2] = bytes(len(b[::2]))
print(b)
