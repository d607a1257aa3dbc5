"""Gravity by a quadtree: recursive insertion, mixed float attributes and None children. Size: bodies."""
SIZE = 500


class Cell:
    def __init__(self, x, y, size):
        self.x = x
        self.y = y
        self.size = size
        self.mass = self.mx = self.my = 0.0
        self.body = None
        self.parts = None

    def add(self, body):
        if self.mass == 0.0:
            self.body = body
        else:
            if self.parts is None:
                half = self.size / 2
                self.parts = [Cell(self.x + dx, self.y + dy, half) for dy in (0.0, half) for dx in (0.0, half)]
                if self.size > 1e-6:
                    self.part_of(self.body).add(self.body)
                self.body = None
            if self.size > 1e-6:
                self.part_of(body).add(body)
        total = self.mass + body.mass
        self.mx = (self.mx * self.mass + body.x * body.mass) / total
        self.my = (self.my * self.mass + body.y * body.mass) / total
        self.mass = total

    def part_of(self, body):
        half = self.size / 2
        return self.parts[(body.x >= self.x + half) + 2 * (body.y >= self.y + half)]

    def pull(self, body):
        if self.mass == 0.0 or self.body is body:
            return 0.0, 0.0
        dx, dy = self.mx - body.x, self.my - body.y
        squared = dx * dx + dy * dy + 1e-4
        if self.parts is None or self.size * self.size < 0.25 * squared:
            force = self.mass / (squared * squared ** 0.5)
            return dx * force, dy * force
        fx = fy = 0.0
        for part in self.parts:
            px, py = part.pull(body)
            fx += px
            fy += py
        return fx, fy


class Body:
    def __init__(self, x, y, mass):
        self.x, self.y, self.mass = x, y, mass
        self.vx = self.vy = 0.0


def bench(n):
    state = 1
    bodies = []
    for i in range(n):
        state = state * 16807 % 2147483647
        x = state / 2147483647
        state = state * 16807 % 2147483647
        bodies.append(Body(x, state / 2147483647, 1.0 + i % 3))
    for _ in range(6):
        root = Cell(-1.0, -1.0, 3.0)
        for body in bodies:
            root.add(body)
        for body in bodies:
            fx, fy = root.pull(body)
            body.vx += fx * 1e-6
            body.vy += fy * 1e-6
        for body in bodies:
            body.x += body.vx
            body.y += body.vy
    return "%.9f %.9f" % (sum(b.x for b in bodies), sum(b.vy * b.mass for b in bodies) * 1e3)


if __name__ == "__main__":
    print(bench(SIZE))
