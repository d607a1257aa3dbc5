"""What a `for` loop does: the iterator protocol, by hand and with a class of our own."""

# This loop ...
for letter in "abc":
    print(letter, end=" ")
print()

# ... is short for this one.
iterator = iter("abc")          # asks the object for an iterator: calls its __iter__
while True:
    try:
        letter = next(iterator)     # asks for the next item: calls __next__
    except StopIteration:           # no more items
        break
    print(letter, end=" ")
print()


class Countdown:
    """An iterable: each `for` loop over it gets a fresh iterator."""

    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return CountdownIterator(self.start)


class CountdownIterator:
    """An iterator remembers where it is, and is its own iterator."""

    def __init__(self, number):
        self.number = number

    def __iter__(self):
        return self

    def __next__(self):
        if self.number < 0:
            raise StopIteration
        self.number -= 1
        return self.number + 1


launch = Countdown(3)
print(list(launch), list(launch), "an iterable can be walked twice")
once = iter(launch)
print(list(once), list(once), "an iterator only once")
print(sum(launch), max(launch), 2 in launch, [a + b for a, b in zip(launch, launch)])
