# Fields of named tuples read by compiled code: subclasses, attributes beside the items, instances that are too short.
from collections import namedtuple

Point = namedtuple("Point", "x y")


class Summing(Point):
    __slots__ = ()

    @property
    def sum(self):
        return self.x + self.y


class Open(Point):
    pass


def weigh(points):
    total = 0
    for point in points:
        total += point.x * 2 + point.y
    return total


def second(points):
    total = 0
    for point in points:
        total += point.y
    return total


points = [Point(i, i + 1) for i in range(1000)]
print([weigh(points) for _ in range(20)][-1])
print([weigh([Summing(i, 2) for i in range(1000)]) for _ in range(5)][-1])
print(sum(point.sum for point in [Summing(1, 2)] * 5000))
print(weigh([Point(1.5, 2)] * 1000), weigh([Point(2**70, -1)] * 3))

opened = Open(1, 2)
opened.z = opened.other = 5
print(weigh([opened] * 2000), weigh([Open(3, 4)] * 2000), opened.z)

short = tuple.__new__(Point, (1,))
for function in (weigh, second):
    for _ in range(3):
        try:
            function(points[:500] + [short])
        except IndexError as error:
            print(function.__name__, error)

Point.x = property(lambda self: 100)
print(weigh(points), second(points))
Point.x = Point.y
print(weigh(points), second(points))
del Point.x
try:
    weigh(points)
except AttributeError as error:
    print(error)
try:
    points[0].y = 3
except AttributeError as error:
    print(error)
