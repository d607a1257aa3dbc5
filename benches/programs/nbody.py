"""Planets attract each other: float attributes of instances, nested loops over pairs. Size: steps."""
SIZE = 40000


class Body:
    def __init__(self, position, velocity, mass):
        self.x, self.y, self.z = position
        self.vx, self.vy, self.vz = velocity
        self.mass = mass


def system():
    """A star and four made-up planets on slightly tilted circles."""
    bodies = [Body((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 39.5)]
    for index, (radius, mass) in enumerate([(4.8, 0.037), (9.2, 0.011), (14.5, 0.0017), (24.0, 0.002)]):
        speed = (39.5 / radius) ** 0.5
        bodies.append(Body((radius, 0.3 * index, 0.1 * radius), (0.02 * index, speed, -0.05 * speed), mass))
    momentum = [sum(getattr(b, axis) * b.mass for b in bodies) for axis in ("vx", "vy", "vz")]
    star = bodies[0]
    star.vx, star.vy, star.vz = (-p / star.mass for p in momentum)
    return bodies


def advance(bodies, step):
    count = len(bodies)
    for i in range(count):
        a = bodies[i]
        for j in range(i + 1, count):
            b = bodies[j]
            dx = a.x - b.x
            dy = a.y - b.y
            dz = a.z - b.z
            squared = dx * dx + dy * dy + dz * dz
            pull = step / (squared * squared ** 0.5)
            to_a = pull * b.mass
            to_b = pull * a.mass
            a.vx -= dx * to_a
            a.vy -= dy * to_a
            a.vz -= dz * to_a
            b.vx += dx * to_b
            b.vy += dy * to_b
            b.vz += dz * to_b
    for body in bodies:
        body.x += step * body.vx
        body.y += step * body.vy
        body.z += step * body.vz


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += a.mass * (a.vx ** 2 + a.vy ** 2 + a.vz ** 2) / 2
        for b in bodies[i + 1:]:
            distance = ((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2) ** 0.5
            total -= a.mass * b.mass / distance
    return total


def bench(n):
    bodies = system()
    for _ in range(n):
        advance(bodies, 0.001)
    return "%.9f" % energy(bodies)


if __name__ == "__main__":
    print(bench(SIZE))
