"""A function with `yield` makes a generator: it runs until the next value is asked for, and then waits."""


def fibonacci():
    a, b = 0, 1
    while True:         # endless, and no trouble: the caller decides when to stop
        yield a
        a, b = b, a + b


for number in fibonacci():
    if number > 100:
        break
    print(number, end=" ")
print()


# A pipeline: each step takes items from the one before, one at a time.
def numbered(lines):
    for number, line in enumerate(lines, start=1):
        yield f"{number}: {line}"


def matching(word, lines):
    for line in lines:
        if word in line:
            yield line


poem = ["the sea is wide", "a gull", "the wind is cold", "the end"]
for line in numbered(matching("the", poem)):
    print(line)


# A generator expression is a generator in one line.
print(sum(n * n for n in range(1000) if n % 7 == 0))


# send() passes a value in; it is what the yield expression gives.
def average():
    total, count, mean = 0, 0, None
    while True:
        value = yield mean
        total += value
        count += 1
        mean = total / count


running = average()
next(running)           # run to the first yield
print([running.send(value) for value in (10, 20, 60)])


# yield from hands over to another generator, here to walk a tree.
def leaves(tree):
    if isinstance(tree, list):
        for branch in tree:
            yield from leaves(branch)
    else:
        yield tree


print(list(leaves([1, [2, [3, 4]], [[5]], 6])))
