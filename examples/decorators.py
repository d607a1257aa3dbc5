"""A decorator takes a function and gives back another one to use in its place."""
import functools


def traced(function):
    """Prints each call and what it returns."""
    @functools.wraps(function)
    def wrapper(*arguments):
        result = function(*arguments)
        print(f"{function.__name__}{arguments} -> {result}")
        return result
    return wrapper


def remember(function):
    """Keeps results, so that each is computed once."""
    known = {}

    @functools.wraps(function)
    def wrapper(argument):
        if argument not in known:
            known[argument] = function(argument)
        return known[argument]

    wrapper.known = known
    return wrapper


def repeat(times):
    """A decorator with an argument is a function that makes a decorator."""
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*arguments):
            return [function(*arguments) for _ in range(times)]
        return wrapper
    return decorate


@traced
def add(a, b):
    return a + b


@remember
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@repeat(3)
def shout(word):
    return word.upper() + "!"


add(2, 3)
print(fibonacci(90), "from", len(fibonacci.known), "computed values")
print(shout("hey"), shout.__name__)


# Writing @traced above `def add` means just this:
def subtract(a, b):
    return a - b


subtract = traced(subtract)
subtract(5, 3)


class Temperature:
    """property, classmethod and staticmethod are decorators as well."""

    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9

    @classmethod
    def freezing(cls):
        return cls(0)

    @staticmethod
    def is_warm(celsius):
        return celsius > 20


today = Temperature(25)
today.fahrenheit = 86
print(today.celsius, Temperature.freezing().fahrenheit, Temperature.is_warm(today.celsius))
