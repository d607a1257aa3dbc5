# del of every target; underscores and odd names; pass, ellipsis statements; semicolons; line joining.
a = b = c = 1
del a
del (b), c
for name in "abc":
    print(name in globals(), end=" ")
x = [0, 1, 2, 3, 4, 5, 6]
del x[0], x[-1]
print(x)
del x[1:3]
print(x)
d = {"a": 1, "b": {"c": 2, "d": 3}}
del d["a"], d["b"]["c"]
print(d)


class O:
    k = 1

    def __init__(self):
        self.v = self


o = O()
o.w = 5
del o.v.v.w
print(hasattr(o, "w"))
del O.k
print(hasattr(O, "k"))
p, (q, [r, s]) = 1, (2, [3, 4])
del p, (q, [r]), s
print([n in globals() for n in "pqrs"])
del []
del ()


def local():
    v = 1
    w = 2
    del v
    try:
        print(v)
    except UnboundLocalError as e:
        print(e)
    v = 3
    return v, w


print(local())


def loop_del():
    for i in range(3):
        t = i
        del t
    return "t" in locals(), i


print(loop_del())
def f(): ...
def g(): pass
class E: ...
print(f(), g(), E.__name__); y = 1; z = 2; print(y, z)
_ = 5
__ = 6
_private__ = 7
print(_, __, _private__)
long = 1 + \
    2 + \
    3
call = max(
    1,
    2,
    3,  # comment
)
text = ("implicit "
        "joined "
        'strings')
print(long, call, text)
if (long == 6 and
        call == 3):
    print("joined")
match_ = type_ = case_ = 1
type = 5
print(type, match_ + type_)
del type
print(type(5).__name__)
if True: x = 1; y = 2; print(x + y)
for i in range(2): a = i; b = a * 2; print(a, b, end=" ")
print()
x: int
x: list[int] = [1]
x[0]: int = 9
print(x)
"an expression statement"
1; None; ...; [1, 2]; x[0]
print("tab\
joined")
	
# comment at odd indentation
        # another
def spaced():

    # blank lines and comments inside


    return 1


print(spaced())
class Empty: pass
class Doc: "doc only"
print(Doc.__doc__, Empty.__doc__)
with_ = lambda *args, **kwargs: (args, kwargs)
print(with_(1, *(2, 3), k=4, **{"z": 5}))
print((yield_ := 3), 0xdead_beef, 0B1, 0O7, 1E3, 1.e2, .5e1, 1_000.5, 10**3j)
exec("if 1:\n\tprint('tab')\n\tif 2:\n\t\tprint('two')")
print(__name__, __file__.rsplit("/", 1)[-1], __doc__)
