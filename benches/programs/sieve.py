"""Sieve of Eratosthenes over a list of booleans, in plain loops. Size: the largest number looked at."""
SIZE = 1000000


def bench(n):
    prime = [True] * (n + 1)
    prime[0] = prime[1] = False
    i = 2
    while i * i <= n:
        if prime[i]:
            for k in range(i * i, n + 1, i):
                prime[k] = False
        i += 1
    count = 0
    last = 0
    for i in range(n + 1):
        if prime[i]:
            count += 1
            last = i
    return "%d %d" % (count, last)


if __name__ == "__main__":
    print(bench(SIZE))
