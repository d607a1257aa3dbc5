class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side


class Circle:
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return 3.0 * self.radius * self.radius


def total(shapes):
    area = 0.0
    for shape in shapes:
        area += shape.area()
    return area


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def countdown(n):
    while n > 0:
        yield n
        n -= 1


shapes = [Square(2.0), Circle(1.0), Square(3.0)]
for _ in range(500):
    total(shapes)
print(total(shapes), max(collatz(n) for n in range(1, 1500)), list(countdown(3)))
