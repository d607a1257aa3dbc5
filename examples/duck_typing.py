"""If it walks like a duck: functions that work with every object that has the right methods."""


class Duck:
    def speak(self):
        return "Quack"


class Robot:
    def speak(self):
        return "Beep"


class Parrot:
    def __init__(self, phrase):
        self.phrase = phrase

    def speak(self):
        return self.phrase.title()


def chorus(speakers):
    """Never asks what they are, only that they speak."""
    return ", ".join(speaker.speak() for speaker in speakers)


print(chorus([Duck(), Robot(), Parrot("pieces of eight")]))


class Deck:
    """With __len__ and __getitem__ alone, an object can be indexed, sliced, walked, searched and reversed."""

    def __init__(self):
        self.cards = [rank + suit for suit in "CDHS" for rank in "A23456789TJQK"]

    def __len__(self):
        return len(self.cards)

    def __getitem__(self, index):
        return self.cards[index]


deck = Deck()
print(len(deck), deck[0], deck[-1], deck[:3], "QH" in deck, list(reversed(deck))[:2])
print([card for card in deck if card.startswith("A")])


class Meters:
    """Operators are methods too."""

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Meters(self.value + other.value)

    def __eq__(self, other):
        return isinstance(other, Meters) and self.value == other.value

    def __repr__(self):
        return f"Meters({self.value})"


print(Meters(1) + Meters(2.5), Meters(3) == Meters(3), sum([Meters(1), Meters(2)], Meters(0)))
try:
    chorus([42])
except AttributeError as error:
    print("not a speaker:", error)
