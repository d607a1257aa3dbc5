# reprlib, keyword, inspect, platform, queue, threading, logging, argparse: imported by many a program.
import contextlib
import types


def check(f, *a, **k):
    try:
        print(f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


class Stack:
    def push(self, x: int) -> None:
        pass


import reprlib
import keyword
import inspect
import platform
import contextlib
import weakref
import secrets
import string
import abc
print(reprlib.repr(list(range(100))), keyword.iskeyword("if"), keyword.iskeyword("match"), inspect.isfunction(check), inspect.signature(lambda a, b=1, *c, d, **e: 0), inspect.getmembers(types.SimpleNamespace(z=1), lambda v: v == 1), platform.python_implementation() != "", inspect.isclass(int), str(inspect.signature(Stack.push)))


@contextlib.contextmanager
def cm():
    yield "v"


with contextlib.ExitStack() as st:
    print(st.enter_context(cm()))
    st.callback(print, "callback", sep="")
import queue
import threading
import logging
import argparse
q = queue.Queue()
q.put(1)
print(q.get(), q.empty())
p = argparse.ArgumentParser(prog="x")
p.add_argument("n", type=int)
p.add_argument("--flag", action="store_true")
p.add_argument("-o", "--out", default="d")
print(p.parse_args(["5", "--flag"]), p.format_usage())
