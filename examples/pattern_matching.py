"""`match` looks at the shape of a value and takes it apart."""
from dataclasses import dataclass


@dataclass
class Click:
    x: int
    y: int


@dataclass
class Key:
    name: str
    shift: bool = False


def react(event):
    match event:
        case Click(x=0, y=0):
            return "corner"
        case Click(x, y) if x == y:
            return f"diagonal at {x}"
        case Click(x, _):
            return f"column {x}"
        case Key("q" | "Esc"):
            return "quit"
        case Key(name, shift=True):
            return name.upper()
        case {"type": "scroll", "by": int(amount), **rest}:
            return f"scroll {amount}, also {sorted(rest)}"
        case [first, *others]:
            return f"a batch of {1 + len(others)}: {react(first)} ..."
        case str() | None:
            return "ignored"
        case _:
            return f"unknown: {event!r}"


for event in (Click(0, 0), Click(4, 4), Click(7, 1), Key("Esc"), Key("a", True), {"type": "scroll", "by": -3, "at": 1},
              [Click(1, 2), Key("q")], "text", None, 3.5):
    print(react(event))


def simplify(tree):
    """Rewrites of a tree read as they would on paper."""
    match tree:
        case ("+", 0, x) | ("+", x, 0) | ("*", 1, x) | ("*", x, 1):
            return simplify(x)
        case ("*", 0, _) | ("*", _, 0):
            return 0
        case (operator, left, right):
            new = (operator, simplify(left), simplify(right))
            return new if new == tree else simplify(new)
        case leaf:
            return leaf


print(simplify(("+", ("*", 1, "x"), ("*", ("+", 0, 0), "y"))))
