# helper: imported by the scripts here
x = 1
def f(:
