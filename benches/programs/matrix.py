"""Products of matrices of floats and of ints held as lists of lists. Size: order."""
SIZE = 120


def product(a, b):
    n, m = len(a), len(b[0])
    out = [[0] * m for _ in range(n)]
    for i in range(n):
        row, target = a[i], out[i]
        for k in range(len(b)):
            factor, other = row[k], b[k]
            for j in range(m):
                target[j] += factor * other[j]
    return out


def by_columns(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def bench(n):
    floats = [[(i * 7 + j * 3) % 11 / 4.0 for j in range(n)] for i in range(n)]
    ints = [[(i * 5 + j * 13) % 17 - 8 for j in range(n)] for i in range(n)]
    first = product(floats, floats)
    second = product(ints, ints)
    third = by_columns(ints[:n // 2], ints)
    trace = sum(second[i][i] for i in range(n))
    return "%.3f %d %d" % (sum(map(sum, first)), trace, sum(map(sum, third)))


if __name__ == "__main__":
    print(bench(SIZE))
