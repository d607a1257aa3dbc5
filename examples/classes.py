"""Objects, inheritance and super(), with special methods that let objects work like built-in ones."""


class Shape:
    def __init__(self, name):
        self.name = name

    def area(self):
        raise NotImplementedError(f"{self.name} has no area yet")

    def __lt__(self, other):
        return self.area() < other.area()

    def __repr__(self):
        return f"{self.name}({self.area():.1f})"


class Rectangle(Shape):
    def __init__(self, width, height):
        super().__init__("rectangle")
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height


class Square(Rectangle):
    def __init__(self, side):
        super().__init__(side, side)
        self.name = "square"


class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return 3.14159 * self.radius ** 2


shapes = [Circle(2), Square(3), Rectangle(2, 5)]
print(sorted(shapes), max(shapes))
print([isinstance(shape, Rectangle) for shape in shapes], [cls.__name__ for cls in Square.__mro__])
try:
    print(Shape("blob"))
except NotImplementedError as error:
    print("refused:", error)


class Account:
    """The underscore says: not for others. The property says: look, but do not touch."""

    def __init__(self, owner):
        self.owner = owner
        self._entries = []

    @property
    def balance(self):
        return sum(self._entries)

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("a deposit must be more than 0")
        self._entries.append(amount)
        return self

    def __iadd__(self, amount):
        return self.deposit(amount)

    def __len__(self):
        return len(self._entries)


account = Account("Ada")
account.deposit(30).deposit(12)
account += 8
print(account.owner, account.balance, len(account))
for wrong in (lambda: setattr(account, "balance", 10**6), lambda: account.deposit(-1)):
    try:
        wrong()
    except (AttributeError, ValueError) as error:
        print(type(error).__name__, "-", error)
