# sys.exit with text prints it to stderr and gives 1.
# exit: 1
import sys
print("before")
try:
    sys.exit("goodbye")
except SystemExit as e:
    print("caught", e.code)
sys.exit("really goodbye")
