# Arguments that exception classes insist on, what __init__ sets anew, copies and pickles, attributes that stay.
import copy
import pickle


def show(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


def fields(error):
    return error.msg, error.filename, error.lineno, error.offset, error.text, error.end_lineno, error.end_offset, error.args


for place in (
    ("bad.py", 1, 2), ("bad.py", 1, 2, 4, 5, 6, 7, 8), ("bad.py", 1, 2, "abc", 1), ("bad.py", 1, 2, "abc"),
    ("bad.py", 1, 2, "abc", 1, 2), ["bad.py", 1, 2, "abc"], 5, None,
):
    show(lambda: fields(SyntaxError("bad bad", place)))

error = ImportError("test", name="name", path="path")
error.__init__()
print(error.args, error.msg, error.name, error.path)
error = AttributeError("a", name="n", obj=3)
error.__init__("b")
print(error.args, error.name, error.obj)

original = ImportError("test", name="n", path="p", name_from="x")
print(original.__reduce__())
for duplicate in copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error)):
    error = duplicate(original)
    print(error.args, error.msg, error.name, error.path, error.name_from)
for original in (
    AttributeError("a", name="n", obj=3), NameError("a", name="n"), StopIteration(3), OSError(999, "a", "f", None, "g"),
    OSError(999, "a", "f"), OSError("foo", "bar", "baz"), FileNotFoundError(2, "a", "f"), SyntaxError("a", ("f", 1, 2, "t")),
    UnicodeDecodeError("utf8", b"a", 0, 1, "r"), KeyError("a"), SystemExit(3),
):
    print(original.__reduce__(), repr(pickle.loads(pickle.dumps(original))), str(copy.copy(original)))


class Special(Exception):
    pass


error = Special(1)
error.x = 5
print(error.__reduce__())
for name in ("args", "__traceback__", "__cause__", "__context__", "__suppress_context__"):
    for value in (5, "a", None):
        show(lambda: setattr(error, name, value))
    show(lambda: delattr(error, name))

for start in range(-2, 4):
    for end in range(-2, 4):
        for length in (0, 1, 3):
            text = "a" * length
            print(start, end, length, UnicodeEncodeError("utf-8", text, start, end, ""), sep="|")
            print(UnicodeTranslateError(text, start, end, ""), UnicodeDecodeError("utf-8", text.encode(), start, end, ""))
for value in (None, 5, b"abc", "abc"):
    for error in (
        UnicodeEncodeError("utf-8", "abc", 0, 1, "r"), UnicodeTranslateError("abc", 0, 1, "r"),
        UnicodeDecodeError("utf-8", b"abc", 0, 1, "r"),
    ):
        error.object = value
        show(lambda: str(error))
for made in (UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError):
    for arguments in (
        (), (1,), ("a", "b", 1, 2, 3), ("a", b"b", 1, 2, "3"), ("a", "b", 1, 2, "3"), (1, "b", 1, 2, "3"),
        ("a", "b", "x", 2, "3"), ("a", 1, 2, "3"), (1, 1, 2, "3"), ("a", "b", 1.5, 2, "3"), ("a", 1, 2, "3", 4, 5),
    ):
        show(lambda: made(*arguments))
