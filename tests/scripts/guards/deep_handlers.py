# Handlers at the bottom of a recursion that is too deep call on: the budget is what it was when all of them have returned.
# modes: interpreter jit no_passes nursery -- forced exits and tiny heaps take minutes here
import sys

calls = 0


def both_ways():
    global calls
    calls += 1
    try:
        both_ways()
    except RecursionError:
        both_ways()


def depth():
    try:
        return depth() + 1
    except RecursionError:
        return 0


limit = sys.getrecursionlimit()
sys.setrecursionlimit(11)
for _ in range(8):
    try:
        both_ways()
    except RecursionError as error:
        message = str(error)
sys.setrecursionlimit(limit)
print(message, 0 < calls < 3_000_000)
depths = {depth() for _ in range(200)}
print(max(depths) - min(depths) <= 1, 900 < max(depths) < 1000)
