import functools


def passing(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@passing
def add(a, b=1, *, c=2):
    return a + b + c


class Made:
    count = 0

    def __init__(self, size):
        Made.count += 1
        self.size = size


def total(n):
    result = 0
    for i in range(n):
        result += add(i) + add(i, 3) + add(i, c=4)
    return result


def sizes(n):
    result = 0
    for i in range(n):
        result += Made(i).size
    return result


print(total(20000), sizes(100000), Made.count)
