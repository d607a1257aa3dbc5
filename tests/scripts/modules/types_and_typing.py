# types, typing at run time, warnings.
import types
import typing
from typing import *


def check(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__ + ":", e)


ns = types.SimpleNamespace(a=1, b="x")
ns.c = [1]
print(ns, ns.a, ns == types.SimpleNamespace(a=1, b="x", c=[1]), vars(ns), types.MappingProxyType({"k": 1}), types.MappingProxyType({"k": 1})["k"])
check(lambda: types.MappingProxyType({}).__setitem__("a", 1))
print(types.FunctionType.__name__, isinstance(check, types.FunctionType), isinstance(len, types.BuiltinFunctionType), isinstance(types, types.ModuleType), isinstance((x for x in []), types.GeneratorType), types.NoneType, types.EllipsisType, isinstance(check.__code__, types.CodeType))
K = types.new_class("K", (list,), {}, lambda ns: ns.update(x=5))
print(K.__name__, K.x, K([1]), types.MethodType(lambda s, x: (s, x), 5)(6), types.resolve_bases((int,)))


@types.coroutine
def co():
    yield 1


print(List[int], Dict[str, int], Optional[int], Union[int, str], Tuple[int, ...], Callable[[int], str], Any, Union[int, None], Optional[Union[int, str]], Literal["a", 1], ClassVar[int], Final[int], Type[int], Iterable[int], Union[int, int], get_type_hints(check), get_origin(List[int]), get_args(Dict[str, int]), cast(int, "x"))
T = TypeVar("T")
N = TypeVar("N", int, float)
print(T, N.__constraints__, T.__name__)


class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: List[T] = []

    def push(self, x: T) -> None:
        self.items.append(x)


s = Stack[int]()
s.push(1)
print(s.items, Stack[int], Stack.__parameters__, Stack[str].__args__)


class Proto(Protocol):
    def speak(self) -> str: ...


@runtime_checkable
class Sized2(Protocol):
    def __len__(self) -> int: ...


class TD(TypedDict):
    x: int
    y: NotRequired[str]


class NT(NamedTuple):
    a: int
    b: str = "d"


UserId = NewType("UserId", int)
print(isinstance([], Sized2), isinstance(5, Sized2), TD(x=1), TD.__required_keys__ == {"x"}, NT(1), UserId(5), UserId.__name__, TYPE_CHECKING, NT.__annotations__)


@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x):
    return x


@final
class Fin:
    pass


print(f(5), Fin.__final__, get_type_hints(NT), typing.NoReturn, Annotated[int, "meta"], get_type_hints(Stack.push))
check(lambda: isinstance(1, List[int]))
check(lambda: List[int]())
check(lambda: Proto())
check(lambda: Optional[1, 2])
check(lambda: Union[()])
import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    warnings.warn("careful", UserWarning)
    warnings.warn("old", DeprecationWarning)
    print(len(w), w[0].category.__name__, str(w[1].message))
with warnings.catch_warnings():
    warnings.simplefilter("error")
    check(lambda: warnings.warn("now an error"))
