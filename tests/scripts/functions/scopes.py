# global, nonlocal, class scopes, del of names, builtins shadowed and restored.
g = 1


def read():
    return g


def write():
    global g
    g = 2


def declare_new():
    global created, also
    created = "made"
    also = [created]


def local_same_name():
    g = "local"
    return g


print(read(), write(), read(), local_same_name(), g)
declare_new()
print(created, also)


def delete_global():
    global created
    del created


delete_global()
try:
    print(created)
except NameError as e:
    print("NameError:", e)
try:
    delete_global()
except NameError as e:
    print("NameError:", e)


def delete_local():
    x = 1
    del x
    try:
        x
    except UnboundLocalError as e:
        print("UnboundLocalError:", e)
    try:
        del x
    except UnboundLocalError as e:
        print("UnboundLocalError:", e)
    x = 2
    return x


print(delete_local())


def assigned_later():
    try:
        print(g)
    except UnboundLocalError as e:
        print("UnboundLocalError:", e)
    g = 5
    return g


print(assigned_later())


def aug():
    g += 1


try:
    aug()
except UnboundLocalError as e:
    print("UnboundLocalError:", e)
for i in range(3):
    pass
print(i)
for len_ in [len]:
    pass
len = lambda x: "shadowed"
print(len([1, 2]))
del len
print(len([1, 2]))


def shadow_builtin():
    print = lambda *a: ("local print", a)
    return print(1)


print(shadow_builtin())
try:
    del nothing_here
except NameError as e:
    print("NameError:", e)


class Scope:
    a = 1
    b = a + 1
    def f(self):
        return a
    g = "class g"
    h = [g for _ in range(1)]
    c = g
    global from_class
    from_class = "global from class"
    del a


print(Scope.b, Scope.c, Scope.h, from_class, hasattr(Scope, "a"))
try:
    Scope().f()
except NameError as e:
    print("NameError:", e)
a = "module a"
print(Scope().f())


def outer():
    v = 1

    class K:
        nonlocal v
        v = 2
        w = v

        def m(self):
            nonlocal v
            v = 3

    before = v
    K().m()
    return before, v, hasattr(K, "v"), K.w


print(outer())


def exec_scope():
    ns = {}
    exec("x = 1\ndef f(): return x\ny = f() + 1", ns)
    return ns["x"], ns["y"], ns["f"]()


print(exec_scope(), eval("g + 1"), eval("z * 2", {"z": 21}), eval("a", {"a": 1}, {"a": 2}), eval("[q for q in range(3)]"))
exec("new_global = g * 10")
print(new_global)
code = compile("u + v", "<expr>", "eval")
print(eval(code, {"u": 1, "v": 2}), eval(code, {"u": "a", "v": "b"}))


def inner_exec():
    x = 1
    exec("x = 2")
    return x


print(inner_exec())


def conditional(flag):
    if flag:
        import math as m
    else:
        m = None
    return m is None


print(conditional(False), conditional(True))


def except_scope():
    e = "before"
    try:
        1 / 0
    except ZeroDivisionError as e:
        pass
    try:
        return e
    except UnboundLocalError as err:
        return str(err)


print(except_scope())


def with_names():
    for x, (y, *z) in [(1, (2, 3, 4))]:
        pass
    [a, b], c = (5, 6), 7
    return sorted(locals().items())


print(with_names())
print(sorted(k for k in globals() if k.startswith("cond")), __name__, __doc__, "__builtins__" in globals())


def f():
    """docstring here"""
    global doc_test
    doc_test = f.__doc__


f()
print(doc_test)
import builtins
builtins.everywhere = "builtin name"
print(everywhere)
del builtins.everywhere
try:
    everywhere
except NameError as e:
    print("NameError:", e)
try:
    pritn("x")
except NameError as e:
    print("NameError:", e, e.name)
