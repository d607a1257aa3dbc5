"""The largest singular value of an infinite matrix's corner: small functions of ints that give floats. Size: order."""
SIZE = 200


def entry(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    out = []
    for i in range(len(vector)):
        total = 0.0
        for j in range(len(vector)):
            total += entry(i, j) * vector[j]
        out.append(total)
    return out


def transposed_times(vector):
    out = []
    for i in range(len(vector)):
        total = 0.0
        for j, value in enumerate(vector):
            total += entry(j, i) * value
        out.append(total)
    return out


def bench(n):
    u = [1.0] * n
    for _ in range(10):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    numerator = sum(a * b for a, b in zip(u, v))
    return "%.9f" % (numerator / sum(b * b for b in v)) ** 0.5


if __name__ == "__main__":
    print(bench(SIZE))
