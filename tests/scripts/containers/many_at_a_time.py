"""Lists made from iterators of all lengths, what iterators show while they are read, and sorts by equal and odd keys."""
import functools
import gc
import itertools
import operator
import random
import sys

# Lengths about the sizes in which items may be handled together, of one type and of several.
def mixed(count, change):
    for i in range(count):
        yield i if i < change else (float(i) if i % 3 else str(i))

for count in (0, 1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000):
    for change in (count, 31, 32, 63):
        expected = [x for x in mixed(count, change)]
        for made in (list(mixed(count, change)), list(iter(expected)), list(map(lambda x: x, expected)),
                     list(itertools.islice(expected, count)), list(itertools.chain(expected)),
                     list(dict.fromkeys(expected)), list(reversed(expected))[::-1], [*map(lambda x: x, expected)],
                     sorted(expected, key=str) and expected, list(tuple(expected))):
            assert made == expected and list(map(type, made)) == list(map(type, expected)), (count, change)
print('lengths', list('añ€😀'), list('abc' * 30)[60:63], list(b'ab'), list({1: 2}.items()))

class Hint:
    def __init__(self, count, hint):
        self.count, self.hint = count, hint
    def __iter__(self):
        print('iter', end=' ')
        return self
    def __length_hint__(self):
        print('hint', end=' ')
        if isinstance(self.hint, Exception):
            raise self.hint
        return self.hint
    def __next__(self):
        if not self.count:
            raise StopIteration
        self.count -= 1
        return self.count

for hint in (0, 5, 10**6, 10**7, 'x', -1, ValueError('hint'), TypeError('hint'), NotImplemented):
    try:
        print(len(list(Hint(100, hint))))
    except Exception as error:
        print(type(error).__name__, error)

# An error in the middle comes through, and what was read is read.
source = iter(range(100))
def until(limit):
    for x in source:
        if x == limit:
            raise KeyError(x)
        yield x
for limit in (10, 40, 90):
    try:
        list(map(abs, until(limit)))
    except KeyError as error:
        print('error', error, next(source))

def stops(x):
    if x == 70:
        raise StopIteration('seventy')
    return x
print(len(list(map(stops, range(100)))), len(tuple(map(stops, range(100)))), sum(map(stops, range(100))))

# `extend` shows each item at once, `list` is not there before the end.
grown = [0]
grown.extend(len(grown) for _ in range(70))
print(grown[:3], grown[-1])
grown = [0]
grown.extend(map(lambda _: len(grown), range(70)))
print(grown[:3], grown[-1])

# Builtin iterators whose classes' `__next__` is replaced in a subclass, before and after use.
class Zip(zip):
    pass
z = Zip([1, 2, 3, 4], 'abcd')
print(next(z), list(itertools.islice(z, 1)))
Zip.__next__ = lambda self: (_ for _ in ()).throw(StopIteration)
print(list(z), list(zip([1], 'a')))
del Zip.__next__
print(list(z))
try:
    zip.__next__ = None
except TypeError as error:
    print(error)

# `str.__contains__` with subclasses, and what is no string.
class Text(str):
    def __eq__(self, other):
        raise RuntimeError
    __hash__ = str.__hash__
print(Text('b') in 'abc', 'b' in Text('abc'), Text('') in '', '€' in 'a€', 'a' * 9 in 'a' * 8, 'ab' in 'a' * 200 + 'b')
for item in (1, None, b'a'):
    try:
        item in 'abc'
    except TypeError as error:
        print(error)

# Sorting: texts that differ late, by length only, by NUL characters; stable in both directions.
texts = ['', 'a', 'a\0', 'a\0\0', 'b', 'ab', 'abcdefgh', 'abcdefg', 'abcdefgh\0', 'abcdefghi', 'abcdefgi', 'é', 'éa',
         '€', '\ud800', '😀', '\uffff', 'aaaaaaaab', 'aaaaaaaaa', 'z' * 20, 'z' * 19, 'Z']
generator = random.Random(5)
for _ in range(20):
    generator.shuffle(texts)
    assert sorted(texts) == sorted(texts, key=lambda text: [ord(c) for c in text])
    assert sorted(texts, reverse=True) == sorted(texts)[::-1]
print(ascii(sorted(texts)))
pairs = [(generator.choice(['k', 'key', 'longer key than eight', 'longer key than nine']), i) for i in range(200)]
for reverse in (False, True):
    for key in (operator.itemgetter(0), lambda pair: len(pair[0]), lambda pair: float(len(pair[0])),
                lambda pair: pair[0].upper(), functools.partial(lambda n, pair: pair[n], 0)):
        done = sorted(pairs, key=key, reverse=reverse)
        assert sorted(pairs, key=lambda pair: (key(pair), pair[1] * (-1 if reverse else 1)), reverse=reverse) == done
zeros = sorted([(0.0, 1), (-0.0, 2), (0.0, 3), (-1.0, 4)], key=lambda pair: pair[0])
print(zeros, sorted([0.0, -0.0, 1.5, -0.0]), sorted([True, False, 2, 0]), sorted(['b', 'a'] * 2, reverse=True))
print(sorted(['x', 'Y', 'z'], key=str.lower), sorted('aBc', key=str.upper, reverse=True))
words = ['pear', 'fig', 'apple', 'kiwi']
words.sort()
print(words, words.sort(key=len), words)

# Callables with defaults and keywords, called from builtin code.
def three(a, b=2, c=3, /, *rest):
    return (a, b, c) + rest
def keyword(a, b=2, *, c=3):
    return (a, b, c)
print(list(map(three, [1])), list(map(three, [1], [5])), list(map(three, [1], [5], [6], [7])))
print(list(map(keyword, [1])), list(map(keyword, [1], [5])), functools.partial(keyword, c=9)(1, b=0))
print(functools.partial(three, 1)(), functools.partial(three, 1, 2)(4, 5, 6, 7, 8, 9, 10), functools.partial(keyword, 1)(c=0))
for call in (lambda: list(map(keyword, [1], [2], [3])), lambda: list(map(three)), lambda: operator.itemgetter(0)(),
             lambda: operator.itemgetter(0)([1], [2]), lambda: operator.itemgetter(0)(x=1),
             lambda: functools.partial(keyword)(), lambda: functools.partial(keyword, 1)(b=1, d=2),
             lambda: dict(1, 2), lambda: dict([1]), lambda: {}.update(1, a=2), lambda: int(y=1), lambda: 'a'.split(x=1),
             lambda: 'a'.split(sep=',', maxsplit=1, z=2), lambda: print(end=1), lambda: [].sort(ke=1),
             lambda: (1).to_bytes(2, length=2), lambda: [].sort(1)):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(error)
print(dict(a=1, **{'b c': 2}), dict({'a': 1}, a=2), dict([('x', 1)], y=2))

# Names and interned strings outlive collections.
kept = []
for round in range(3):
    for i in range(300):
        name = sys.intern(f'interned_{round}_{i}')
        cls = type(f'Slots{i}', (), {'__slots__': (f'first_{i}', f'second_{i}')}) if i % 50 == 0 else None
        if cls is not None:
            o = cls()
            setattr(o, f'second_{i}', name)
            kept.append((o, f'second_{i}', name))
    gc.collect()
    junk = [[str(i) * 3] for i in range(20000)]
print(all(getattr(o, attribute) is name and sys.intern(''.join(name)) is name for o, attribute, name in kept), len(kept))
