"""Prints each public module of the standard library that cannot be imported, and what it lacks."""

import importlib
import sys

# Importing these does something that a test should not: pages opened, poems printed, windows.
LEFT_ALONE = {"antigravity", "this", "idlelib", "turtledemo"}
# Not on Linux.
ELSEWHERE = {"msvcrt", "nt", "winreg", "winsound"}

for name in sorted(sys.stdlib_module_names - LEFT_ALONE - ELSEWHERE):
    if name.startswith("_"):
        continue
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(name, error.name or "", sep="\t")
