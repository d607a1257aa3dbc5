"""A shop of many small classes: inheritance, properties, dunder methods, exceptions, dispatch by method. Size: orders."""
SIZE = 60000


class OutOfStock(Exception):
    def __init__(self, product, missing):
        super().__init__(product, missing)
        self.missing = missing


class Money:
    __slots__ = ("cents",)

    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __mul__(self, factor):
        return Money(int(self.cents * factor))

    def __lt__(self, other):
        return self.cents < other.cents

    def __eq__(self, other):
        return self.cents == other.cents

    def __hash__(self):
        return hash(self.cents)


class Product:
    tax = 0.2

    def __init__(self, name, price, stock):
        self.name = name
        self.price = Money(price)
        self._stock = stock

    @property
    def stock(self):
        return self._stock

    def gross(self):
        return self.price * (1 + self.tax)

    def take(self, count):
        if count > self._stock:
            raise OutOfStock(self, count - self._stock)
        self._stock -= count


class Book(Product):
    tax = 0.05


class Fragile(Product):
    def take(self, count):
        super().take(count)
        if count > 3:
            self._stock -= 1 if self._stock else 0

    def gross(self):
        return super().gross() + Money(50)


class Bundle:
    def __init__(self, *products):
        self.products = products

    def gross(self):
        total = Money(0)
        for product in self.products:
            total = total + product.gross()
        return total * 0.9

    def take(self, count):
        for product in self.products:
            product.take(count)


class Shop:
    def __init__(self):
        kinds = [Product, Book, Fragile]
        plain = [kinds[i % 3]("p%d" % i, 100 + i * 37 % 900, 400) for i in range(30)]
        self.shelf = plain + [Bundle(plain[i], plain[i + 7]) for i in range(5)]
        self.income = Money(0)
        self.refused = self.restocked = 0
        self.dearest = Money(0)

    def order(self, index, count):
        thing = self.shelf[index % len(self.shelf)]
        try:
            thing.take(count)
        except OutOfStock as error:
            self.refused += error.missing
            for product in getattr(thing, "products", (thing,)):
                if product.stock < 10:
                    product._stock += 400
                    self.restocked += 1
            return
        price = thing.gross() * count
        self.income = self.income + price
        if self.dearest < price:
            self.dearest = price


def bench(n):
    shop = Shop()
    state = 5
    for number in range(n):
        state = state * 75 % 65537
        shop.order(state, 1 + number % 5)
    return "%d %d %d %d" % (shop.income.cents, shop.refused, shop.restocked, shop.dearest.cents)


if __name__ == "__main__":
    print(bench(SIZE))
