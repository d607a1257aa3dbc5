# The examples that end quickly, as a newcomer starts them.
import os
import runpy

folder = os.path.dirname(os.path.abspath(__file__))
for _ in range(3):
    folder = os.path.dirname(folder)
for name in ("iterators", "duck_typing", "decorators", "generators", "context_managers", "classes", "exceptions", "pattern_matching", "big_numbers"):
    print("==", name)
    runpy.run_path(os.path.join(folder, "examples", name + ".py"), run_name="__main__")
