# sys as programs use it.
import sys
print(sys.version_info[:2], sys.version_info >= (3, 14), sys.version_info.major, sys.argv[0].rsplit("/", 1)[-1], sys.byteorder, sys.getrecursionlimit(), sys.getdefaultencoding(), isinstance(sys.path, list), isinstance(sys.modules, dict), "sys" in sys.modules, sys.modules["sys"] is sys, sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig, sys.flags.optimize, sys.maxunicode, type(sys.version).__name__, sys.getsizeof([]) > 0, sys.intern("x"), isinstance(sys.executable, str), sys.platform in ("linux", "emscripten"), sys.hexversion >= 0x030E0000, sys.implementation.name != "", sys.int_info.default_max_str_digits, sys.stdout.name, sys.exc_info(), sys.is_finalizing(), sys.dont_write_bytecode in (True, False), len(sys.builtin_module_names) > 5, "json" in sys.stdlib_module_names)


def f():
    x = 1
    fr = sys._getframe()
    return fr.f_code.co_name, fr.f_locals["x"], fr.f_back.f_code.co_name, fr.f_lineno - fr.f_code.co_firstlineno


print(f())


def hook(t, v, tb):
    print("hook:", t.__name__, v)


old = sys.excepthook
sys.excepthook = hook
print(sys.__stdout__ is sys.stdout, sys.displayhook is sys.__displayhook__)
sys.excepthook = old


def check(fn, *a):
    try:
        print(fn(*a))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


check(sys.exit)
check(sys.exit, 5)
check(sys.exit, "msg")
check(sys.exit, None)
check(sys.exit, (1, 2))
check(sys.setrecursionlimit, -1)
check(sys.setrecursionlimit, "a")
check(sys._getframe, 1000)
check(lambda: sys.nope)
check(sys.intern, 5)
sys.my_attr = 1
print(sys.my_attr, hasattr(sys, "my_attr"))
sys.stdout.write("written\n")
sys.stdout.flush()
sys.stderr.write("")
sys.modules["fake"] = type(sys)("fake")
import fake
print(fake.__name__, repr(fake))
n = 0


def tracer(frame, event, arg):
    global n
    n += 1
    return tracer


sys.settrace(tracer)
f()
sys.settrace(None)
print(n > 3, sys.gettrace())
calls = []
sys.setprofile(lambda fr, ev, arg: calls.append((ev, fr.f_code.co_name)) if fr.f_code.co_name == "f" else None)
f()
sys.setprofile(None)
print([c for c in calls if c[0] in ("call", "return")])
print(sys.getrefcount([]) >= 1 if hasattr(sys, "getrefcount") else True, sys.getswitchinterval() > 0, callable(sys.breakpointhook), sys.exception())
