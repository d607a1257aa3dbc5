# helper: imported by the scripts here
"""A helper module."""
import sys
count = getattr(sys, "_helper_loads", 0) + 1
sys._helper_loads = count
value = "from helper_a"
print("loading helper_a")


def double(x):
    return x * 2


def read():
    return value
