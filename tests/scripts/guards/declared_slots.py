# Slots that a base class declares are empty in instances of a subclass that has a dict, until they are set.


class Base:
    __slots__ = ("_root", "_drive")

    @property
    def root(self):
        try:
            return self._root
        except AttributeError:
            self._root = 1
            return self._root

    @property
    def drive(self):
        try:
            return self._drive
        except AttributeError as error:
            self._drive = str(error)
            return self._drive


class Derived(Base):
    pass


class Both(Derived):
    def __init__(self):
        self.extra = 5


for cls in (Base, Derived, Both):
    total, texts = 0, set()
    for i in range(200):
        item = cls()
        total += item.root + item.root
        texts.add(item.drive)
        if i % 3 == 0:
            del item._root
            total += item.root
    print(cls.__name__, total, texts)
