"""A package."""
print("loading pkg")
NAME = "the package"
from . import sibling


def __getattr__(name):
    if name == "dynamic_name":
        return "from module __getattr__"
    raise AttributeError(f"module has no {name}")
