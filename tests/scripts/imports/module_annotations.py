# __annotations__ and __annotate__ of modules.
import types
import sys

this = sys.modules["__main__"]
x: int = 1
y: str
print(this.__annotations__, this.__annotations__ is this.__annotations__)
print(callable(this.__annotate__))

module = types.ModuleType("m")
print(module.__annotations__, module.__annotate__, sorted(name for name in vars(module) if "annot" in name))
module.__annotations__ = {"a": 1}
print(module.__annotations__)
del module.__annotations__
try:
    del module.__annotations__
except AttributeError as error:
    print(type(error).__name__, error)
print(module.__annotations__)
module.__annotate__ = lambda format: {"made": format}
print(module.__annotations__, "__annotations__" in vars(module))
module.__annotate__ = lambda format: 5
try:
    module.__annotations__
except TypeError as error:
    print(error)
try:
    module.__annotate__ = 5
except TypeError as error:
    print(error)
exec("a: int\nb: 'text' = 2\nif False:\n c: float", vars(module))
print(module.__annotations__)
