"""LU factors, a fast Fourier transform, relaxation on a grid and Monte Carlo integration. Size: scale of all four."""
import math

SIZE = 64


class Generator:
    """A lagged generator of floats between 0 and 1."""

    def __init__(self, seed):
        self.state = []
        for _ in range(17):
            seed = seed * 9069 % 2147483647
            self.state.append(seed)
        self.i, self.j = 4, 16

    def next(self):
        k = self.state[self.i] - self.state[self.j]
        if k < 0:
            k += 2147483647
        self.state[self.j] = k
        self.i = self.i - 1 if self.i else 16
        self.j = self.j - 1 if self.j else 16
        return k / 2147483647


def lu(matrix):
    n = len(matrix)
    swaps = 0
    for column in range(n):
        pivot = max(range(column, n), key=lambda row: abs(matrix[row][column]))
        if pivot != column:
            matrix[pivot], matrix[column] = matrix[column], matrix[pivot]
            swaps += 1
        top = matrix[column]
        inverse = 1.0 / top[column]
        for row in range(column + 1, n):
            line = matrix[row]
            factor = line[column] * inverse
            line[column] = factor
            for k in range(column + 1, n):
                line[k] -= factor * top[k]
    return swaps


def fft(data, sign):
    """In place; `data` holds real and imaginary parts in turn, a power of two of them."""
    n = len(data) // 2
    j = 0
    for i in range(n - 1):
        if i < j:
            data[2 * i], data[2 * j] = data[2 * j], data[2 * i]
            data[2 * i + 1], data[2 * j + 1] = data[2 * j + 1], data[2 * i + 1]
        k = n >> 1
        while k <= j:
            j -= k
            k >>= 1
        j += k
    width = 1
    while width < n:
        turn = sign * math.pi / width
        for a in range(width):
            wr, wi = math.cos(turn * a), math.sin(turn * a)
            for b in range(a, n, 2 * width):
                i, j = 2 * b, 2 * (b + width)
                re = wr * data[j] - wi * data[j + 1]
                im = wr * data[j + 1] + wi * data[j]
                data[j] = data[i] - re
                data[j + 1] = data[i + 1] - im
                data[i] += re
                data[i + 1] += im
        width *= 2


def relax(grid, rounds, omega):
    n = len(grid)
    quarter = omega / 4
    keep = 1.0 - omega
    for _ in range(rounds):
        for i in range(1, n - 1):
            above, line, below = grid[i - 1], grid[i], grid[i + 1]
            for j in range(1, n - 1):
                line[j] = quarter * (above[j] + below[j] + line[j - 1] + line[j + 1]) + keep * line[j]


def quarter_circle(random, samples):
    inside = 0
    for _ in range(samples):
        x, y = random.next(), random.next()
        if x * x + y * y <= 1.0:
            inside += 1
    return 4 * inside / samples


def bench(n):
    random = Generator(101010)
    matrix = [[random.next() for _ in range(2 * n)] for _ in range(2 * n)]
    swaps = lu(matrix)
    data = [random.next() for _ in range(64 * n)]
    before = sum(data)
    fft(data, 1)
    spectrum = data[0]
    fft(data, -1)
    drift = abs(before - sum(data) / (32 * n))
    grid = [[random.next() for _ in range(2 * n)] for _ in range(2 * n)]
    relax(grid, n // 2, 1.25)
    pi = quarter_circle(random, 1000 * n)
    return "%d %.6f %d %.6f %.4f" % (swaps, spectrum, drift < 1e-6, sum(map(sum, grid)), pi)


if __name__ == "__main__":
    print(bench(SIZE))
