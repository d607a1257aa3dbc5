"""Decimal digits of pi from a spigot of big ints. Size: digits."""
SIZE = 3000


def digits(count):
    """J. Gibbons, "Unbounded spigot algorithms for the digits of pi", The American Mathematical Monthly 113 (2006)."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while count:
        if 4 * q + r - t < n * t:
            yield n
            count -= 1
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, n, k, l = q * k, (2 * q + r) * l, t * l, (q * (7 * k) + 2 + r * l) // (t * l), k + 1, l + 2


def bench(n):
    text = "".join(map(str, digits(n)))
    return text[:10] + " " + text[-10:]


if __name__ == "__main__":
    print(bench(SIZE))
