# Chains of small functions, mutual recursion, callbacks through builtins, exceptions crossing several levels.
def a(x):
    return b(x) + 1


def b(x):
    return c(x) * 2


def c(x):
    return d(x) - 3 if x % 2 else d(x)


def d(x):
    if x == 2500:
        return 0.5
    if x == 2700:
        return 2**62
    if x == 2900:
        raise KeyError(x)
    return x


def chain(n):
    t = 0
    for i in range(n):
        try:
            t += a(i)
        except KeyError as e:
            t += e.args[0]
    return t


def is_even(n):
    return n == 0 or is_odd(n - 1)


def is_odd(n):
    return n != 0 and is_even(n - 1)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def tak(x, y, z):
    return z if y >= x else tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def ack(m, n):
    return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))


def count_change(amount, coins):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return count_change(amount, coins[1:]) + count_change(amount - coins[0], coins)


def permute(s):
    return [s] if len(s) < 2 else [c + p for i, c in enumerate(s) for p in permute(s[:i] + s[i + 1:])]


def flood(grid, x, y):
    if not (0 <= x < 12 and 0 <= y < 12) or grid[y][x]:
        return 0
    grid[y][x] = 1
    return 1 + flood(grid, x + 1, y) + flood(grid, x - 1, y) + flood(grid, x, y + 1) + flood(grid, x, y - 1)


class Node:
    def __init__(self, k):
        self.k = k
        self.kids = []

    def add(self, depth):
        if depth:
            self.kids = [Node(self.k * 3 + i).add(depth - 1) for i in range(3)]
        return self

    def total(self):
        return self.k + sum(kid.total() for kid in self.kids)

    def find(self, k):
        if self.k == k:
            return [self.k]
        for kid in self.kids:
            r = kid.find(k)
            if r:
                return [self.k] + r
        return None

    def depth(self):
        return 1 + max((kid.depth() for kid in self.kids), default=0)


def via_builtins(n):
    t = 0
    for i in range(n):
        t += sum(map(a, range(3))) + max(range(4), key=b) + len(list(filter(c, range(5)))) + sorted(range(3), key=lambda v: -d(v))[0] + len([a(v) for v in (1, 2)])
    return t


def errors_up(n):
    def low(i):
        if i % 5 == 0:
            raise ValueError(i)
        return i

    def mid(i):
        try:
            return low(i) + 1
        finally:
            steps.append(i)

    def top(i):
        try:
            return mid(i)
        except ValueError:
            if i % 10 == 0:
                raise RuntimeError("tens")
            return -1
    steps = []
    t = e = 0
    for i in range(n):
        try:
            t += top(i)
        except RuntimeError:
            e += 1
    return t, e, len(steps)


def interp(code, n):
    """A tiny stack machine: dispatch by dict of functions."""
    stack = [n]

    def push(v):
        stack.append(v)

    def add(_):
        stack.append(stack.pop() + stack.pop())

    def mul(_):
        stack.append(stack.pop() * stack.pop() % 1000003)

    def dup(_):
        stack.append(stack[-1])

    ops = {"push": push, "add": add, "mul": mul, "dup": dup}
    for op, arg in code:
        ops[op](arg)
    return stack.pop()


code = [("dup", None), ("mul", None), ("push", 7), ("add", None)] * 10
print(chain(3000), is_even(300), is_odd(301), fib(17), tak(9, 5, 2), ack(2, 12), count_change(60, (50, 25, 10, 5, 1)), len(permute("abcdef")), permute("abc"))
root = Node(1).add(5)
print(flood([[(x * y) % 5 == 4 for x in range(12)] for y in range(12)], 0, 0), root.total(), root.find(100), root.depth(), via_builtins(200), errors_up(1000), [interp(code, i) for i in range(5)], sum(interp(code, i) for i in range(100)))
for i in range(300):
    fib(5)
fib_old = fib


def fib(n):
    return fib_old(n) if n > 3 else 1000


print(fib_old(6), fib(3))
