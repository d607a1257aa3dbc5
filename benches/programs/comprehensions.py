"""Lists, dicts and sets by comprehension over small objects: filters, grouping, nesting. Size: objects."""
SIZE = 60000


class Item:
    def __init__(self, number):
        self.number = number
        self.kind = ("bolt", "nut", "gear", "spring")[number * 7 % 4]
        self.weight = number % 13 * 0.5
        self.shelf = number % 31

    @property
    def heavy(self):
        return self.weight > 3.0


def report(items):
    kinds = sorted({item.kind for item in items})
    by_kind = {kind: [item for item in items if item.kind == kind] for kind in kinds}
    weights = {kind: sum(item.weight for item in group) for kind, group in by_kind.items()}
    shelves = {shelf: len([item for item in items if item.shelf == shelf and item.heavy]) for shelf in range(8)}
    numbers = [number for group in by_kind.values() for number in [item.number for item in group if item.heavy]]
    squares = [[row * column for column in range(12)] for row in range(12)]
    flat = [value for line in squares for value in line if value % 3 == 1]
    return len(numbers) + sum(shelves.values()) + int(sum(weights.values())) + sum(flat) + sum(numbers) % 1009


def bench(n):
    items = [Item(number) for number in range(n)]
    return sum(report(items[start:]) for start in range(0, n, n // 5))


if __name__ == "__main__":
    print(bench(SIZE))
