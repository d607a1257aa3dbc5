# Programs of benches/programs over objects, small.
import os
import sys

folder = os.path.dirname(os.path.abspath(__file__))
for _ in range(3):
    folder = os.path.dirname(folder)
sys.path.insert(0, os.path.join(folder, "benches", "programs"))
import scheduler
print("scheduler", scheduler.bench(1))
import constraints
print("constraints", constraints.bench(60))
import raytracer
print("raytracer", raytracer.bench(10))
import inventory
print("inventory", inventory.bench(400))
import deep_copy
print("deep_copy", deep_copy.bench(6))
import go_board
print("go_board", go_board.bench(1))
