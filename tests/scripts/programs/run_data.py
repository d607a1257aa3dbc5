# Programs of benches/programs over lists, dicts, text and bytes, small.
import os
import sys

folder = os.path.dirname(os.path.abspath(__file__))
for _ in range(3):
    folder = os.path.dirname(folder)
sys.path.insert(0, os.path.join(folder, "benches", "programs"))
import queens
print("queens", queens.bench(5))
import flips
print("flips", flips.bench(5))
import huffman
print("huffman", huffman.bench(800))
import life
print("life", life.bench(3))
import cipher
print("cipher", cipher.bench(12))
import word_count
print("word_count", word_count.bench(1200))
import string_building
print("string_building", string_building.bench(150))
import generators
print("generators", generators.bench(300))
import comprehensions
print("comprehensions", comprehensions.bench(300))
import parser
print("parser", parser.bench(25))
