"""Points of the Mandelbrot set: float arithmetic on local variables. Size: pixels of each side."""
SIZE = 300


def bench(n):
    inside = 0
    checksum = 0
    for row in range(n):
        imaginary = 2.0 * row / n - 1.0
        for column in range(n):
            real = 3.0 * column / n - 2.0
            x = y = 0.0
            steps = 0
            while steps < 60:
                xx = x * x
                yy = y * y
                if xx + yy > 4.0:
                    break
                y = 2.0 * x * y + imaginary
                x = xx - yy + real
                steps += 1
            if steps == 60:
                inside += 1
            checksum = (checksum * 31 + steps) % 1000003
    return "%d %d" % (inside, checksum)


if __name__ == "__main__":
    print(bench(SIZE))
