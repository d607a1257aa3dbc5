"""Spheres and a plane in mirrors: a vector class with operators, many short-lived objects. Size: pixels of a side."""
SIZE = 110


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self):
        return self * (1.0 / self.dot(self) ** 0.5)

    def mirrored(self, normal):
        return self - normal * (2.0 * self.dot(normal))


class Sphere:
    def __init__(self, centre, radius, colour, mirror):
        self.centre = centre
        self.radius = radius
        self.colour = colour
        self.mirror = mirror

    def distance(self, origin, direction):
        to_centre = self.centre - origin
        along = to_centre.dot(direction)
        inside = self.radius * self.radius - to_centre.dot(to_centre) + along * along
        if inside < 0.0:
            return None
        root = inside ** 0.5
        if along - root > 1e-4:
            return along - root
        if along + root > 1e-4:
            return along + root
        return None

    def normal(self, point):
        return (point - self.centre).unit()

    def colour_at(self, point):
        return self.colour


class Floor:
    mirror = 0.2

    def __init__(self, height):
        self.height = height

    def distance(self, origin, direction):
        if abs(direction.y) < 1e-9:
            return None
        found = (self.height - origin.y) / direction.y
        return found if found > 1e-4 else None

    def normal(self, point):
        return Vector(0.0, 1.0, 0.0)

    def colour_at(self, point):
        return Vector(0.9, 0.9, 0.9) if (int(point.x // 1) + int(point.z // 1)) % 2 else Vector(0.1, 0.1, 0.1)


class Scene:
    def __init__(self):
        self.things = [Floor(-1.0)]
        for i in range(6):
            centre = Vector(-3.0 + 1.2 * i, -0.2 + 0.15 * (i % 3), 4.0 + (i * 7 % 5) * 0.6)
            self.things.append(Sphere(centre, 0.5 + 0.05 * i, Vector(0.2 + 0.1 * i, 0.9 - 0.1 * i, 0.4), 0.3 if i % 2 else 0.0))
        self.light = Vector(-4.0, 6.0, -2.0)

    def nearest(self, origin, direction):
        best, thing = None, None
        for candidate in self.things:
            distance = candidate.distance(origin, direction)
            if distance is not None and (best is None or distance < best):
                best, thing = distance, candidate
        return best, thing

    def trace(self, origin, direction, depth):
        distance, thing = self.nearest(origin, direction)
        if thing is None:
            return Vector(0.4, 0.6, 0.9) * (0.5 + 0.5 * direction.y)
        point = origin + direction * distance
        normal = thing.normal(point)
        to_light = (self.light - point).unit()
        shade = 0.1
        if self.nearest(point, to_light)[1] is None:
            shade += 0.9 * max(0.0, normal.dot(to_light))
        colour = thing.colour_at(point) * shade
        if thing.mirror and depth < 3:
            seen = self.trace(point, direction.mirrored(normal), depth + 1)
            colour = colour * (1.0 - thing.mirror) + seen * thing.mirror
        return colour


def bench(n):
    scene = Scene()
    eye = Vector(0.0, 0.5, -3.0)
    checksum = 0
    for row in range(n):
        for column in range(n):
            direction = Vector((column - n / 2) / n, (n / 2 - row) / n, 1.0).unit()
            colour = scene.trace(eye, direction, 0)
            for part in (colour.x, colour.y, colour.z):
                checksum = (checksum * 31 + int(max(0.0, min(1.0, part)) * 255)) % 1000003
    return checksum


if __name__ == "__main__":
    print(bench(SIZE))
