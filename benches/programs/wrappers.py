"""Calls through decorators that pass on what they got, and objects that their class counts. Size: rounds."""
import functools

SIZE = 40000


def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


def clamped(low, high):
    def decorate(function):
        def wrapper(*args):
            return max(low, min(high, function(*args)))

        return wrapper

    return decorate


@counted
def price(amount, discount=0, *, tax=7):
    return (amount - discount) * (100 + tax) // 100


@clamped(0, 5000)
def steps(a, b):
    return abs(a - b)


class Order:
    made = 0
    most = 0

    def __init__(self, *, amount, **details):
        Order.made += 1
        if amount > Order.most:
            Order.most = amount
        self.amount = amount
        self.details = details


class Express(Order):
    def __init__(self, fee, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.amount += fee


def bench(n):
    Order.made = Order.most = 0
    total = 0
    for i in range(n):
        order = Express(3, amount=i % 997, rush=True) if i % 4 == 0 else Order(amount=i % 1009)
        total += price(order.amount) + price(order.amount, i % 3) + price(order.amount, tax=19)
        total += steps(total, i) + steps(*divmod(i, 7)) + len(order.details)
    return "%d %d %d" % (total, Order.made, Order.most)


if __name__ == "__main__":
    print(bench(SIZE))
