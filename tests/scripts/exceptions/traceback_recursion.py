# Repeated frames are folded.
# exit: 1
import sys
sys.setrecursionlimit(120)


def down(n):
    return down(n + 1)


def ping(n):
    if n == 0:
        raise ValueError("bottom")
    return pong(n - 1)


def pong(n):
    return ping(n)


try:
    down(0)
except RecursionError as e:
    print("RecursionError", str(e)[:32])
ping(6)


