# A script that does not parse: message, line and caret on stderr.
# exit: 1
print("never printed")
def f(:
    pass
