# random: CPython's Mersenne Twister gives the same numbers for the same seed.
import random
random.seed(42)
print([random.random() for _ in range(5)])
print([random.randint(1, 100) for _ in range(10)], [random.randrange(0, 1000, 7) for _ in range(5)], random.getrandbits(64), random.getrandbits(5), random.getrandbits(200))
print(random.choice("abcdef"), random.choices([1, 2, 3], k=5), random.choices("xyz", weights=[5, 1, 1], k=8), random.sample(range(100), 6), random.sample("abcdefgh", 3))
items = list(range(20))
random.shuffle(items)
print(items)
print([round(f, 12) for f in (random.uniform(1, 5), random.gauss(0, 1), random.gauss(0, 1), random.normalvariate(2, 3), random.expovariate(1.5), random.triangular(0, 10, 3), random.betavariate(2, 5), random.gammavariate(2, 3), random.gammavariate(0.5, 1), random.paretovariate(3), random.weibullvariate(1, 2), random.vonmisesvariate(0, 4), random.lognormvariate(0, 1))])
for seed in (0, 1, -5, 2**70, "text", b"bytes", bytearray(b"x")):
    random.seed(seed)
    print(repr(seed), random.random(), random.getrandbits(32))
r = random.Random(7)
s = random.Random(7)
print([r.random() for _ in range(3)] == [s.random() for _ in range(3)])
state = r.getstate()
a = [r.randint(0, 10**12) for _ in range(4)]
r.setstate(state)
print(a, a == [r.randint(0, 10**12) for _ in range(4)], state[0], len(state[1]), state[2])
r.seed(99)
print(r.randbytes(8), r.randrange(2**100), r.randrange(-10, 10), r.binomialvariate(10, 0.3), sum(r.random() < 0.5 for _ in range(1000)), [r.randint(0, 1) for _ in range(20)])


def check(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(r.choice, [])
check(r.randint, 5, 1)
check(r.randrange, 0)
check(r.randrange, 1.5)
check(r.randrange, 1, 10, 0)
check(r.sample, [1, 2], 5)
check(r.sample, {1, 2}, 1)
check(r.choices, [1], weights=[1, 2])
check(r.getrandbits, -1)
check(r.getrandbits, 0)
check(r.seed, [1])
check(r.shuffle, "abc")
check(r.sample, [1, 2, 3], counts=[1, 0, 2], k=3)


class Biased(random.Random):
    def random(self):
        return 0.25


b = Biased()
print(b.random(), b.uniform(0, 8), b.choice([1, 2, 3, 4]), b.randint(1, 100))
random.seed(12345)
pi = sum(random.random() ** 2 + random.random() ** 2 <= 1 for _ in range(3000))
print(pi, sorted(random.sample(range(1000), 10)))
walk = 0
for _ in range(1000):
    walk += random.choice((-1, 1))
print(walk)
