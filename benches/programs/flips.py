"""Pancake flips over all permutations: small lists of ints, swaps and slices. Size: length of the permutations."""
SIZE = 9


def bench(n):
    order = list(range(n))
    counters = [0] * n
    most = 0
    checksum = 0
    sign = 1
    while True:
        if order[0]:
            work = order[:]
            flips = 0
            first = work[0]
            while first:
                low, high = 0, first
                while low < high:
                    work[low], work[high] = work[high], work[low]
                    low += 1
                    high -= 1
                flips += 1
                first = work[0]
            most = max(most, flips)
            checksum += sign * flips
        # The next permutation by Heap's way of counting.
        i = 1
        while i < n and counters[i] >= i:
            counters[i] = 0
            i += 1
        if i == n:
            return "%d %d" % (checksum, most)
        j = counters[i] if i % 2 else 0
        order[i], order[j] = order[j], order[i]
        counters[i] += 1
        sign = -sign


if __name__ == "__main__":
    print(bench(SIZE))
