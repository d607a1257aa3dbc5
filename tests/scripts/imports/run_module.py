# runpy, __main__ guards and sys.path as scripts see them.
import sys
import runpy
import os
print(os.path.basename(sys.path[0]), sys.argv[1:], __spec__, __builtins__.__name__ if hasattr(__builtins__, "__name__") else type(__builtins__).__name__)
ns = runpy.run_path(os.path.join(sys.path[0], "star_helper.py"))
print(ns["public"], ns["__name__"])
ns = runpy.run_module("pkg.sub.leaf", run_name="custom")
print(ns["here"]()[0], ns["parent_name"])
sys.path.insert(0, os.path.join(sys.path[0], "extra"))
import only_in_extra
print(only_in_extra.v)
import __main__
print(__main__.sys is sys, __main__.__name__, hasattr(__main__, "ns"))
