# the first line
import sys
print(sys.argv)
