# Powers of zeros, and comparisons that one side leaves to the other.
import array

INFINITY, NAN = float("inf"), float("nan")
for base in (0.0, -0.0):
    for exponent in (-1.0, -2.0, -INFINITY, INFINITY, NAN, -1, -0.5, 0.0, 3.0, 0.5):
        for power in (lambda: base ** exponent, lambda: pow(base, exponent), lambda: base.__pow__(exponent)):
            try:
                print(base, exponent, power())
            except ZeroDivisionError as error:
                print(base, exponent, error)

data = b"abc"
for other in (bytearray(data), memoryview(data), array.array("B", data), array.array("b", data), data, "abc", None):
    print(type(other).__name__, data == other, other == data, data != other, data.__eq__(other))
    print(bytearray(data) == other, other == bytearray(data), bytearray(data).__eq__(other))
    for compare in (lambda: data < other, lambda: other <= data, lambda: bytearray(data) > other):
        try:
            print(compare())
        except TypeError as error:
            print(error)

target = bytearray(b"123")
try:
    target += target
except BufferError as error:
    print(error)
target.extend(target)
target += bytes(target)
print(target)
