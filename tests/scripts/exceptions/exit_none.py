# raise SystemExit inside functions: exit status 0, later lines do not run.
def f():
    raise SystemExit


print("before")
f()
print("never")
