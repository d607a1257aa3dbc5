# Comprehensions and generator expressions in the scopes of type parameters do not see the variables of the class around.
def base(value):
    class Base:
        argument = value

    return Base


class Generic[T]:
    T = "class"

    class Inner[U](base(T for _ in (1,)), base(T), base([T for _ in (1,)])):
        pass

    class Plain(base(T for _ in (1,)), base(T), base({T for _ in (1,)})):
        pass

    def method[U](self, x: (T for _ in (1,)), y: T, z: [T for _ in (1,)]):
        pass

    type Alias = [T for _ in (1,)]
    type OtherAlias[V] = ([T for _ in (1,)], {V: T for _ in (1,)}, (lambda: T)())
    field: [T for _ in (1,)]
    other: T


T = "global"


class WithoutParameters:
    T = "class"
    type Alias[V] = ([T for _ in (1,)], T, list(T for _ in (1,)))
    field: [T for _ in (1,)]
    other: T


for class_ in (Generic.Inner, Generic.Plain):
    shown = []
    for b in class_.__bases__:
        argument = getattr(b, "argument", None)
        shown.append(argument if isinstance(argument, (str, type(None))) else list(argument))
    print(shown)
annotations = Generic.method.__annotations__
print(list(annotations["x"]), annotations["y"], annotations["z"])
print(Generic.Alias.__value__, Generic.OtherAlias.__value__, Generic.__annotations__)
print(WithoutParameters.Alias.__value__, WithoutParameters.__annotations__)
