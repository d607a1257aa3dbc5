# Programs of benches/programs over numbers, small.
import os
import sys

folder = os.path.dirname(os.path.abspath(__file__))
for _ in range(3):
    folder = os.path.dirname(folder)
sys.path.insert(0, os.path.join(folder, "benches", "programs"))
import nbody
print("nbody", nbody.bench(150))
import sieve
print("sieve", sieve.bench(4000))
import spectral_norm
print("spectral_norm", spectral_norm.bench(16))
import mandelbrot
print("mandelbrot", mandelbrot.bench(20))
import matrix
print("matrix", matrix.bench(14))
import numeric
print("numeric", numeric.bench(4))
import pi_digits
print("pi_digits", pi_digits.bench(60))
import barnes_hut
print("barnes_hut", barnes_hut.bench(20))
