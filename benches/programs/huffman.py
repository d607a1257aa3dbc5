"""Huffman codes written and read bit by bit: byte strings, dicts, a heap, many small ints. Size: bytes of text."""
import heapq

SIZE = 100000


class BitWriter:
    def __init__(self):
        self.out = bytearray()
        self.held = 0
        self.count = 0

    def write(self, code, length):
        self.held = (self.held << length) | code
        self.count += length
        while self.count >= 8:
            self.count -= 8
            self.out.append(self.held >> self.count & 255)
            self.held &= (1 << self.count) - 1

    def finish(self):
        if self.count:
            self.write(0, 8 - self.count)
        return bytes(self.out)


class BitReader:
    def __init__(self, data):
        self.data = data
        self.position = 0
        self.held = 0
        self.count = 0

    def bit(self):
        if self.count == 0:
            self.held = self.data[self.position]
            self.position += 1
            self.count = 8
        self.count -= 1
        return self.held >> self.count & 1


def lengths(frequencies):
    heap = [(weight, symbol, None) for symbol, weight in frequencies.items()]
    heapq.heapify(heap)
    number = 256
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (a[0] + b[0], number, (a, b)))
        number += 1
    found = {}
    todo = [(heap[0], 0)]
    while todo:
        (_, symbol, children), depth = todo.pop()
        if children is None:
            found[symbol] = max(1, depth)
        else:
            todo.extend((child, depth + 1) for child in children)
    return found


def canonical(lengths):
    codes = {}
    code = length = 0
    for symbol in sorted(lengths, key=lambda s: (lengths[s], s)):
        code <<= lengths[symbol] - length
        length = lengths[symbol]
        codes[symbol] = code, length
        code += 1
    return codes


def text(size):
    words = b"the quick brown fox jumps over a lazy dog while seven wizards hum old tunes".split()
    out = bytearray()
    state = 7
    while len(out) < size:
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        out += words[(state >> 16) % len(words) if state & 64 else state >> 18 & 3]
        out.append(32 if state & 1024 else 44)
    return bytes(out[:size])


def bench(n):
    data = text(n)
    frequencies = {}
    for byte in data:
        frequencies[byte] = frequencies.get(byte, 0) + 1
    codes = canonical(lengths(frequencies))
    writer = BitWriter()
    for byte in data:
        writer.write(*codes[byte])
    packed = writer.finish()
    tree = {code: symbol for symbol, code in codes.items()}
    reader = BitReader(packed)
    out = bytearray()
    for _ in range(n):
        code = length = 0
        while (code, length) not in tree:
            code = code << 1 | reader.bit()
            length += 1
        out.append(tree[code, length])
    checksum = 0
    for byte in packed:
        checksum = (checksum * 33 + byte) % 1000003
    return "%d %d %s" % (len(packed), checksum, bytes(out) == data)


if __name__ == "__main__":
    print(bench(SIZE))
