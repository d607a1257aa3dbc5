"""Corners of files: closing with a flush of one's own, closed files, one-way buffers, marks of encodings, pinned buffers."""
import io
import os
import tempfile

folder = tempfile.mkdtemp()
path = os.path.join(folder, "file")


def attempt(call):
    try:
        return call()
    except (OSError, ValueError, TypeError, BufferError, AttributeError) as error:
        return f"{type(error).__name__}: {str(error).replace(path, '<path>')}"


for mode, buffering in (("wb", 0), ("wb", -1), ("w", -1)):
    f = open(path, mode, buffering)
    seen = []

    def flush():
        seen.append(f.closed)
        raise OSError("own flush")

    f.flush = flush
    print(mode, buffering, attempt(f.close), f.closed, seen)
    g = open(path, mode, buffering)
    g.close()
    g.close()
    print(attempt(g.flush), attempt(g.fileno))

# The numbers of errors are not the same everywhere.
print(attempt(lambda: open("x", opener=lambda name, flags: 10000)).partition("] ")[2])
print(attempt(lambda: open("x", opener=lambda name, flags: -3)))


class Device(io.RawIOBase):
    """Says 0 wherever it is."""

    def readable(self):
        return True

    def writable(self):
        return True

    def seekable(self):
        return True

    def readinto(self, buffer):
        buffer[:2] = b"12"
        return 2

    def seek(self, *arguments):
        return 0

    def tell(self):
        return 0


b = io.BufferedReader(Device())
print(b.tell(), b.read(1), b.tell(), b.seek(0, 1), b.readable(), b.writable())
w = io.BufferedWriter(Device())
print(w.readable(), w.writable())
print(attempt(lambda: b.__init__(Device(), buffer_size=0)), attempt(b.read))

for first, second in (("ascii", "utf-8-sig"), ("latin1", "utf-8"), ("ascii", "utf-16")):
    raw = io.BytesIO()
    t = io.TextIOWrapper(raw, encoding=first, newline="\n")
    t.write("abc\n")
    t.reconfigure(encoding=second)
    t.write("d\xe9\n")
    t.flush()
    print(second, raw.getvalue() if second != "utf-16" else len(raw.getvalue()))
raw = io.BytesIO()
t = io.TextIOWrapper(raw, encoding="ascii")
t.reconfigure(encoding="utf-8-sig")
t.write("x")
t.flush()
print(raw.getvalue())
def delete():
    del t._CHUNK_SIZE
print(attempt(delete))
print(attempt(lambda: repr(io.TextIOWrapper.__new__(io.TextIOWrapper))))


class Blocked(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, buffer):
        return None


print(attempt(io.TextIOWrapper(io.BufferedReader(Blocked())).read))

view = memoryview(bytearray(b"noncontig"))[::-2]
import binascii
import struct
import zlib
for call in (
    lambda: bytes(view), lambda: bytearray(view), lambda: view.hex(), lambda: view == b"gtonn", lambda: int.from_bytes(view),
    lambda: b"%b" % view, lambda: zlib.crc32(view), lambda: struct.unpack("5s", view), lambda: b"a".find(view),
    lambda: b"x".startswith(view), lambda: binascii.b2a_hex(view), lambda: io.BytesIO(view), lambda: open(path, "wb", 0).write(view),
):
    print(attempt(call))

class Both(bytearray):
    def __new__(cls, value):
        print(type(value).__name__)
        return super().__new__(cls, value)

print(Both.fromhex("a0a1"))
