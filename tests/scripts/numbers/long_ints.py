# Arithmetic of long ints against itself: identities on numbers of 1 to 200 limbs with many extreme limbs, and a
# checksum of all results.
import math
import random

source = random.Random(12345)
checksum = 0


def number():
    limbs = source.choice([1, 2, 3, 4, 5, 8, 30, 70, 200])
    kind = source.random()
    n = source.getrandbits(64 * limbs)
    if kind < 0.2:
        n = (1 << 64 * limbs) - 1 - source.getrandbits(10)
    elif kind < 0.4:
        n = (1 << 64 * limbs - source.randrange(3)) + source.randrange(-2, 3)
    elif kind < 0.5:
        n = source.getrandbits(64) << 64 * (limbs - 1)
    elif kind < 0.55:
        n = source.randrange(3)
    elif kind < 0.65:
        n = source.choice([2**62 - 1, 2**62, 2**62 + 1, 2**63, 2**63 - 1, 2**64, 2**64 - 1, 2**64 + 1])
    return -n if source.random() < 0.5 else n


def mix(*numbers):
    global checksum
    for n in numbers:
        checksum = (checksum * 1000003 ^ n % ((1 << 89) - 1)) & (1 << 128) - 1


def as_float(divide):
    try:
        return divide().hex()
    except OverflowError as error:
        return str(error)


for round in range(400):
    a, b = number(), number()
    mix(a + b, a - b, a * b, a & b, a | b, a ^ b, ~a, -a, abs(a))
    assert a + b - b == a and (a ^ b) ^ b == a and (a & b) + (a | b) == a + b and ~~a == a and -(-a) == a
    if b:
        quotient, remainder = divmod(a, b)
        assert quotient * b + remainder == a and (0 <= remainder < b or b < remainder <= 0)
        assert a // b == quotient and a % b == remainder
        mix(quotient, remainder, len(as_float(lambda: a / b)))
        assert a * b // b == a and a * b % b == 0
    shift = source.randrange(300)
    mix(a << shift, a >> shift, a.bit_length(), a.bit_count(), len(as_float(lambda: float(a))))
    assert (a << shift) >> shift == a and a >> shift == a // (1 << shift)
    mix(math.gcd(a, b), a < b, a == b, a <= b, hash(a) == hash(a + b - b))
    text = str(a)
    assert int(text) == a and int(hex(a), 16) == a and f"{a:d}" == text
    mix(len(text))
    if round % 20 == 0:
        mix(math.isqrt(abs(a)), a**3, pow(a, 5, abs(b) + 1), math.lcm(a, b))
        size = (a.bit_length() + 8) // 8 + 1
        assert int.from_bytes(a.to_bytes(size, "little", signed=True), "little", signed=True) == a
print(hex(checksum))

for a, b in [(10**40, 10**20), (-(10**40), 10**20 + 1), (2**1024, 3), (2**1074, 2**1075 * 3), (2**62, -1), (-(2**62), -1)]:
    print(a // b, a % b, divmod(a, -b), as_float(lambda: a / b), a > b, a == float(a) if abs(a) < 2**1000 else None)
print((2**64 - 1) * (2**64 - 1), 2**62 + 2**62 - 2**63, 2**128 - 2**128 + 5, -(2**63) >> 1, -(2**64) - 1 >> 64)
print({2**70: 1, 2**70 + 1: 2}[2**70], hash((2**70,)) == hash((2**70,)), 2**64 in {18446744073709551616})

# The hash of a tuple is kept, so it is asked of the items once; an unhashable item raises each time.
class Counted:
    def __init__(self):
        self.asked = 0

    def __hash__(self):
        self.asked += 1
        return 7


item = Counted()
pair = (item, (1, item))
print(hash(pair) == hash(pair), item.asked, {pair: 1}[pair], item.asked)
for _ in range(2):
    try:
        hash((1, []))
    except TypeError as error:
        print(error)
