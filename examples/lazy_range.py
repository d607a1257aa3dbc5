"""`range` holds no numbers: it computes them when asked, so its length costs nothing."""
small, huge = range(10), range(0, 10**30, 7)

print("items:", list(small[2:8:2]), "and the last of", huge, "is", huge[-1])
print("membership is arithmetic:", 7 * 10**20 in huge, 7 * 10**20 + 1 in huge)
print("a slice of a range is a range:", huge[10:20], "reversed:", huge[::-1][0])
print("equal if the numbers are equal:", range(0, 3, 2) == range(0, 4, 2))

# The loop below takes numbers one at a time; no list of a million numbers ever exists.
total = 0
for number in range(1_000_000):
    if number % 3 == 0 or number % 5 == 0:
        total += number
print("sum:", total)

# A range can be walked as often as you like: it is not an iterator.
print([x for x in small if x % 4 == 0], sum(small), max(small))
