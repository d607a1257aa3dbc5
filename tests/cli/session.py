x + 1
_ * 2
def f():
    return "f"

f()
import sys
1/0
print("after")
