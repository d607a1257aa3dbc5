# Assignments to __bases__ from within mro(), cycles, and the orders of classes further down.
class Meta(type):
    hook = None

    def mro(cls):
        if Meta.hook is not None:
            Meta.hook(cls)
        return type.mro(cls)


class A(metaclass=Meta):
    pass


class B1(A):
    pass


class B2(A):
    pass


class C(A):
    pass


def once(cls):
    if cls.__name__ == "C":
        Meta.hook = None
        C.__bases__ = (B2,)


Meta.hook = once
C.__bases__ = (B1,)
print(C.__bases__, C.__mro__)
B1.__bases__ = (C,)
print(B1.__mro__, B2.__subclasses__(), C.__subclasses__())


class D1(A):
    pass


class D2(A):
    pass


def cycle(cls):
    if cls.__name__ == "D1":
        D2.__bases__ = (D1,)
    if cls.__name__ == "D2":
        D1.__bases__ = (D2,)


Meta.hook = cycle
try:
    D1.__bases__ += ()
except TypeError as error:
    print(error)
Meta.hook = None


class Root:
    pass


class Other(Root):
    name = "other"


class Top(Root):
    pass


class Middle(Top):
    pass


class Bottom(Middle):
    pass


Top.__bases__ = (Other,)
print(Bottom.__mro__, Bottom().name)
for bases in ((Bottom,), (Top,), (), (int,), 5, (5,)):
    try:
        Top.__bases__ = bases
        print("assigned")
    except TypeError as error:
        print(error)
print(Top.__bases__)
