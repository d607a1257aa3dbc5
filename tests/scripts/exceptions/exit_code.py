# sys.exit with a number; finally and atexit still run.
# exit: 7
import atexit
import sys
atexit.register(print, "atexit ran")
try:
    sys.exit(7)
finally:
    print("finally ran")
