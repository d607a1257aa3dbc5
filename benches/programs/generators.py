"""A tree walked by recursive generators, and a pipeline of them. Size: nodes."""
SIZE = 60000


class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Tree(build(low, middle), middle, build(middle + 1, high))


def odd(numbers):
    for number in numbers:
        if number % 2:
            yield number


def windows(numbers, size):
    window = []
    for number in numbers:
        window.append(number)
        if len(window) == size:
            yield tuple(window)
            window.clear()


def running():
    total = 0
    while True:
        total += yield total


def bench(n):
    tree = build(0, n)
    total = 0
    for _ in range(3):
        for value in tree:
            total += value
    for a, b, c in windows(odd(tree), 3):
        total = (total + a * b - c) % 1000003
    sink = running()
    next(sink)
    for value in odd(range(n)):
        last = sink.send(value)
    return "%d %d %d" % (total, last, sum(x * x for x in tree if x % 3 == 0) % 1000003)


if __name__ == "__main__":
    print(bench(SIZE))
