# Lists that __eq__ and __lt__ shorten while they are compared.
def clearing(target_name):
    class Clearing:
        def __eq__(self, other):
            lists[target_name].clear()
            return NotImplemented

        def __repr__(self):
            return "Clearing " + target_name

        __hash__ = None

    return Clearing()


lists = {}
for operator in ("==", "!=", "<", "<=", ">", ">="):
    lists = {"a": [clearing("b")], "b": [clearing("a")]}
    print(operator, eval(f"lists['a'] {operator} lists['b']"), lists)
    lists = {"a": [clearing("a")], "b": [1]}
    print(operator, eval(f"lists['a'] {operator} lists['b']"), lists)
    lists = {"a": [clearing("a"), 5, 6], "b": [1, 2]}
    print(operator, eval(f"lists['a'] {operator} lists['b']"), lists)


class Replacing:
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        first[0] = self.value
        return False


for operator in ("==", "<", ">"):
    first = [Replacing(10)]
    print(operator, eval(f"first {operator} [5]"))
