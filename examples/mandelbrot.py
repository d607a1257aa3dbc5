"""The Mandelbrot set in characters: nested loops and float arithmetic, a job for the JIT."""


def steps(real, imaginary, limit):
    x = y = 0.0
    for step in range(limit):
        if x * x + y * y > 4.0:
            return step
        x, y = x * x - y * y + real, 2.0 * x * y + imaginary
    return limit


def picture(width, height, limit):
    shades = " .:-=+*#%@"
    for row in range(height):
        line = ""
        for column in range(width):
            found = steps(3.2 * column / width - 2.3, 2.4 * row / height - 1.2, limit)
            line += shades[found * (len(shades) - 1) // limit]
        yield line.rstrip()


for line in picture(78, 30, 400):
    print(line)
