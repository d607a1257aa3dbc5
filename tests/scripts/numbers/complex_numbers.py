# complex: literals, arithmetic, printing, conversions.
z = 3 + 4j
w = 1 - 2j
print(z, w, z + w, z - w, z * w, z / w, -z, +z, z ** 2, z ** 0.5, abs(z), z.conjugate(), z.real, z.imag, z == 3 + 4j, z != w)
print(1j * 1j, 2j ** 3, 1j ** 1j, (1 + 0j) == 1, hash(1 + 0j) == hash(1), bool(0j), bool(1j), complex(0, -0.0), -0j, complex(-0.0, 1))
print(complex(), complex(1), complex(1.5, 2), complex("1+2j"), complex(" -3.5j "), complex("nan"), complex("(1e3-2J)"), complex("inf"), complex(True), complex(1j, 1j))
print(repr(complex(float("inf"), float("nan"))), repr(complex(1e100, -1e-100)), [1j], (0j,), {1j: 2})
print(f"{z}", f"{z:.2f}", f"{z:>12}", f"{z:e}", "%s" % z, str(1e20 + 1j), f"{1/3+2j/3:.3g}")


def check(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: z < w)
check(lambda: z // 2)
check(lambda: z % 2)
check(lambda: divmod(z, 1))
check(lambda: z / 0)
check(lambda: 0j ** -1)
check(lambda: int(z))
check(lambda: float(z))
check(complex, "abc")
check(complex, "1 + 2j")
check(complex, None)
check(complex, "1", 2)
check(lambda: round(z))
check(lambda: z + "a")
check(lambda: 1 + 2j + 3.5 + True)
check(lambda: sum([1j, 2, 3.5]))
check(lambda: pow(2, 1j))
check(lambda: (-8) ** (1 / 3))


class C:
    def __complex__(self):
        return 5 + 6j


check(complex, C())
check(lambda: isinstance(1j, complex))
check(lambda: type(1j + 1).__name__)
check(lambda: [abs(complex(a, b)) for a in (0, 3, -5) for b in (0, 4, 12)])
