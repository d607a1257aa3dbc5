# cmath.
import cmath


def show(z):
    print(complex(float(f"{z.real:.12g}"), float(f"{z.imag:.12g}")), end=" ")


for z in (1 + 2j, -1 + 0j, 0.5 - 0.25j, 3j, 2.0):
    for f in (cmath.sqrt, cmath.exp, cmath.log, cmath.log10, cmath.sin, cmath.cos, cmath.tan, cmath.sinh, cmath.cosh, cmath.tanh, cmath.asin, cmath.acos, cmath.atan):
        show(f(z))
    print()
print(cmath.polar(3 + 4j)[0], round(cmath.phase(1j), 10), cmath.isnan(complex("nan")), cmath.isinf(complex("inf")), cmath.isfinite(1j), cmath.isclose(1j, 1j + 1e-12), cmath.pi, cmath.infj, cmath.nanj)
r, p = cmath.polar(1 + 1j)
show(cmath.rect(r, p))
for f, v in ((cmath.log, 0), (cmath.sqrt, "a"), (cmath.log10, 0j)):
    try:
        f(v)
    except Exception as e:
        print(type(e).__name__, e)
