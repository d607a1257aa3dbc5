# io: StringIO, BytesIO, text and binary files, modes, seeking, iteration, errors.
import io
import os
import sys


def check(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        name = type(e).__name__
        print(name + ":", e if not isinstance(e, OSError) or e.errno is None else e.strerror is not None)


s = io.StringIO("line1\nline2\nlast")
print(s.read(3), s.readline(), s.tell(), list(s), s.read(), s.seek(0), s.readlines(), s.getvalue())
s = io.StringIO()
print(s.write("abc"), s.write("déf"), s.getvalue(), s.seek(2), s.write("XY"), s.getvalue(), s.truncate(3), s.getvalue(), s.closed, s.readable(), s.writable(), s.seekable())
print("to", "stream", file=s)
s.writelines(["a", "b"])
print(repr(s.getvalue()))
s.close()
check(s.read)
b = io.BytesIO(b"\x00\x01\x02abc\ndef")
print(b.read(3), b.readline(), b.read(), b.seek(-2, 2), b.read(1), b.tell(), b.getvalue()[:3], b.write(b"!!"), b.getvalue(), b.getbuffer()[0], b.seek(0), b.readinto(x := bytearray(4)), x)
check(io.StringIO().write, b"x")
check(io.BytesIO().write, "x")
check(io.StringIO().seek, -1)
check(io.StringIO, 5)
name = "taipan_io_test.tmp"
with open(name, "w") as f:
    print(f.write("hello\nworld\n"), f.name, f.mode, f.closed, f.encoding.lower(), f.readable(), f.writable())
    f.writelines(["x\n", "y"])
    print("printed", 1, file=f)
print(f.closed)
with open(name) as f:
    print(f.read())
with open(name) as f:
    print(f.readline(), [l for l in f], f.readline(), f.read())
with open(name) as f:
    print(next(f), f.readlines())
with open(name, "a") as f:
    f.write("appended é\n")
with open(name, encoding="utf-8") as f:
    f.seek(6)
    print(f.read(5), f.tell(), sum(1 for _ in f))
with open(name, "rb") as f:
    data = f.read()
    print(len(data), data[-13:], f.seek(0), f.read(5), f.tell(), f.seek(2, 1), f.readline(), f.mode)
with open(name, "wb") as f:
    print(f.write(b"a\r\nb\rc\n"), f.tell())
for nl in (None, "", "\n", "\r\n"):
    with open(name, newline=nl) as f:
        print(repr(nl), f.readlines())
with open(name, "w", newline="\r\n") as f:
    f.write("1\n2\n")
with open(name, "rb") as f:
    print(f.read())
with open(name, "r+") as f:
    f.write("Z")
    f.seek(0)
    print(repr(f.read()))
with open(name, "w+b") as f:
    f.write(bytes(range(256)))
    f.seek(100)
    f.write(b"HUNDRED")
    f.seek(98)
    print(f.read(12), f.truncate(50), f.seek(0, 2))
check(open, name, "x")
check(open, "no/such/file")
check(open, name, "q")
check(open, name, "rw")
check(open, name, "rb", encoding="utf-8")
check(open, name, "")
with open(name, "wb") as f:
    f.write(b"\xff\xfe bad")
with open(name, encoding="utf-8") as f:
    check(f.read)
with open(name, encoding="utf-8", errors="replace") as f:
    check(f.read)
with open(name, encoding="latin-1") as f:
    check(f.read)
with open(name, "w", encoding="ascii") as f:
    check(f.write, "é")
f = open(name)
f.close()
check(f.read)
check(f.close)
with open(name, "w") as f:
    check(f.read)
with open(name) as f:
    check(f.write, "x")
with open(name, "w") as f:
    for i in range(1000):
        f.write(f"{i}\n")
with open(name) as f:
    print(sum(int(line) for line in f), f.read())
with open(name, buffering=1) as f:
    print(f.readline(), f.readline(3), f.readlines(10))
print(os.path.exists(name), os.path.getsize(name), os.path.isfile(name), os.path.isdir(name))
os.rename(name, name + "2")
print(os.path.exists(name), sorted(n for n in os.listdir(".") if n.startswith("taipan_io")))
os.remove(name + "2")
check(os.remove, name + "2")
r, w = io.StringIO(), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
w.write("é\n")
w.flush()
print(w.buffer.getvalue(), sys.stdout.writable(), sys.stdout.encoding.lower(), sys.stderr is not sys.stdout)
old = sys.stdout
sys.stdout = cap = io.StringIO()
print("captured")
sys.stdout = old
print(repr(cap.getvalue()))


class Upper:
    def write(self, s):
        old.write(s.upper())

    def flush(self):
        pass


print("loud", "text", file=Upper())
sys.stdout.write("direct\n")
print("flushed", flush=True)
