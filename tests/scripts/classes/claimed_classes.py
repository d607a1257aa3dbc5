# isinstance() and objects that claim a class by `__class__`: properties, attributes, proxies, `__getattribute__`.
import types
import weakref


class A: pass
class B:
    @property
    def __class__(self): return A
class C:
    __class__ = A
class D:
    def __getattribute__(self, n):
        if n == "__class__": return A
        return object.__getattribute__(self, n)
a = A()
p = weakref.proxy(a)
print([isinstance(x, A) for x in (a, B(), C(), D(), p, 1, "s")])
print(isinstance(list[int], type), isinstance(list[int], types.GenericAlias), isinstance(list[int], list))
e = object.__new__(A)
try: e.__dict__["__class__"] = int  # Hidden by the data descriptor of `object`.
except Exception as x: print(x)
print(isinstance(e, int))
