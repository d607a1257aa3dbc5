# Machine-word style arithmetic: masks, rotations, checksums, ciphers; results must be exact.
M32, M64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def rotl32(x, k):
    return ((x << k) | (x >> (32 - k))) & M32


def rotl64(x, k):
    return ((x << k) | (x >> (64 - k))) & M64


def fnv1a(data):
    h = 0xCBF29CE484222325
    for b in data:
        h = ((h ^ b) * 0x100000001B3) & M64
    return h


def murmur_mix(h):
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & M64
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 & M64
    return h ^ (h >> 33)


def xoshiro(n):
    s = [1, 2, 3, 4]
    out = 0
    for _ in range(n):
        r = rotl64(s[1] * 5 & M64, 7) * 9 & M64
        t = s[1] << 17 & M64
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl64(s[3], 45)
        out ^= r
    return out


def crc32(data):
    table = []
    for i in range(256):
        c = i
        for _ in range(8):
            c = (c >> 1) ^ 0xEDB88320 if c & 1 else c >> 1
        table.append(c)
    c = M32
    for b in data:
        c = table[(c ^ b) & 0xFF] ^ (c >> 8)
    return c ^ M32


def adler(data):
    a, b = 1, 0
    for x in data:
        a = (a + x) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def tea(v0, v1, k, rounds):
    s = 0
    for _ in range(rounds):
        s = (s + 0x9E3779B9) & M32
        v0 = (v0 + (((v1 << 4) + k[0]) ^ (v1 + s) ^ ((v1 >> 5) + k[1]))) & M32
        v1 = (v1 + (((v0 << 4) + k[2]) ^ (v0 + s) ^ ((v0 >> 5) + k[3]))) & M32
    return v0, v1


def sha1_like(n):
    a, b, c, d, e = 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0
    for i in range(n):
        if i % 80 < 20:
            f, k = (b & c) | (~b & d), 0x5A827999
        elif i % 80 < 40:
            f, k = b ^ c ^ d, 0x6ED9EBA1
        elif i % 80 < 60:
            f, k = (b & c) | (b & d) | (c & d), 0x8F1BBCDC
        else:
            f, k = b ^ c ^ d, 0xCA62C1D6
        a, b, c, d, e = (rotl32(a, 5) + f + e + k + i) & M32, a, rotl32(b, 30), c, d
    return a, b, c, d, e


def gf_mul(a, b):
    r = 0
    while b:
        if b & 1:
            r ^= a
        a <<= 1
        if a & 0x100:
            a ^= 0x11B
        b >>= 1
    return r


def signed32(x):
    x &= M32
    return x - 2**32 if x & 0x80000000 else x


def mt(n):
    state = [19650218]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & M32)
    for i in range(n):
        k = i % 624
        y = (state[k] & 0x80000000) | (state[(k + 1) % 624] & 0x7FFFFFFF)
        state[k] = state[(k + 397) % 624] ^ (y >> 1) ^ (0x9908B0DF if y & 1 else 0)
    return state[:3]


def bits(n):
    t = 0
    for i in range(n):
        t += bin(i).count("1") + i.bit_length() - (i & -i) + (~i & 0xF) + (i ^ (i >> 1)) % 3
    return t


def shifts(n):
    t = 0
    for i in range(n):
        t ^= (i << (i % 64)) & M64
        t ^= (-i >> (i % 40)) & M64
        t += (1 << (i % 63)) - (i >> 3)
    return t


def wrap_add(n):
    x = 0
    y = 0
    for i in range(n):
        x = (x + 0x7FFFFFFFFFFFFFFF) & M64
        y = signed32(y * 1103515245 + 12345)
    return x, y


data = bytes((i * 73 + 11) & 255 for i in range(2000))
print(fnv1a(data), murmur_mix(0x123456789ABCDEF), xoshiro(1500), crc32(data), adler(data))
print(tea(1, 2, (3, 4, 5, 6), 1000), sha1_like(2000), mt(1500), bits(3000), shifts(3000), wrap_add(3000))
print(sum(gf_mul(i, j) for i in range(1, 256, 5) for j in range(1, 256, 7)), [murmur_mix(i) for i in range(4)], rotl32(0x80000001, 1), rotl64(1 << 63, 1))
s = 0
for i in range(3000):
    s = (s + murmur_mix(i * 0x9E3779B97F4A7C15 & M64)) & M64
print(s, s & -s, ~s, s ^ M64, -s & M64, (s << 64 | s) % 1000003, s.bit_length())
