"""All ways to place queens: recursion over permutations held in lists and sets, generators between. Size: board."""
SIZE = 9


def permutations(items, chosen):
    if not items:
        yield tuple(chosen)
        return
    for index in range(len(items)):
        chosen.append(items[index])
        yield from permutations(items[:index] + items[index + 1:], chosen)
        chosen.pop()


def by_permutations(n):
    found = 0
    for columns in permutations(list(range(n)), []):
        if n == len({columns[i] + i for i in range(n)}) == len({columns[i] - i for i in range(n)}):
            found += 1
    return found


def by_masks(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    found = 0
    free = ((1 << n) - 1) & ~(columns | left | right)
    while free:
        bit = free & -free
        free ^= bit
        found += by_masks(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return found


def bench(n):
    return "%d %d" % (by_permutations(n - 1), by_masks(n + 1))


if __name__ == "__main__":
    print(bench(SIZE))
