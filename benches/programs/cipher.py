"""A block cipher in counter mode built from GF(256) tables: bytes, shifts, masks, table look-ups. Size: blocks."""
SIZE = 3000


def multiply(a, b):
    out = 0
    while b:
        if b & 1:
            out ^= a
        a <<= 1
        if a & 256:
            a ^= 0x11B
        b >>= 1
    return out


def make_box():
    box = [0] * 256
    for value in range(256):
        inverse = 0
        if value:
            inverse = 1
            for _ in range(254):
                inverse = multiply(inverse, value)
        out = 0x63
        for turn in range(5):
            out ^= (inverse << turn | inverse >> (8 - turn)) & 255
        box[value] = out
    return box


BOX = make_box()
DOUBLE = [multiply(value, 2) for value in range(256)]
TRIPLE = [multiply(value, 3) for value in range(256)]
SHIFT = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11]


def expand(key):
    words = [list(key[i:i + 4]) for i in range(0, 16, 4)]
    constant = 1
    for i in range(4, 44):
        word = list(words[i - 1])
        if i % 4 == 0:
            word = [BOX[word[1]] ^ constant, BOX[word[2]], BOX[word[3]], BOX[word[0]]]
            constant = DOUBLE[constant]
        words.append([a ^ b for a, b in zip(words[i - 4], word)])
    return [sum(words[i:i + 4], []) for i in range(0, 44, 4)]


def encrypt(block, keys):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for round in range(1, 10):
        key = keys[round]
        moved = [BOX[state[place]] for place in SHIFT]
        state = []
        for column in range(0, 16, 4):
            a, b, c, d = moved[column:column + 4]
            state.append(DOUBLE[a] ^ TRIPLE[b] ^ c ^ d ^ key[column])
            state.append(a ^ DOUBLE[b] ^ TRIPLE[c] ^ d ^ key[column + 1])
            state.append(a ^ b ^ DOUBLE[c] ^ TRIPLE[d] ^ key[column + 2])
            state.append(TRIPLE[a] ^ b ^ c ^ DOUBLE[d] ^ key[column + 3])
    return bytes(BOX[state[place]] ^ k for place, k in zip(SHIFT, keys[10]))


def bench(n):
    keys = expand(bytes(range(16)))
    known = encrypt(bytes.fromhex("00112233445566778899aabbccddeeff"), keys)
    checksum = 0
    for counter in range(n):
        for byte in encrypt(counter.to_bytes(16, "big"), keys):
            checksum = (checksum * 257 + byte) & 0xFFFFFFFFFFFF
    return "%s %012x" % (known.hex(), checksum)


if __name__ == "__main__":
    print(bench(SIZE))
