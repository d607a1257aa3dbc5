# A write that a signal interrupts after a part of the data, and threads that read one buffered file (oracle: CPython 3.13)
import io
import itertools
import os
import signal
import tempfile
import threading


def handler(number, frame):
    raise ZeroDivisionError


signal.signal(signal.SIGALRM, handler)
read_end, write_end = os.pipe()
reader = threading.Thread(target=lambda: os.read(read_end, 1), daemon=True)
file = io.open(write_end, "wb", closefd=False)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
reader.start()
signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
signal.setitimer(signal.ITIMER_REAL, 0.3)
try:
    file.write(b"x" * 5_000_000)
except ZeroDivisionError:
    print("interrupted")
reader.join()

data = bytes(range(256)) * 100
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "data")
    with open(path, "wb") as out:
        out.write(data)
    for _ in range(5):
        with open(path, "rb", buffering=0) as raw:
            buffered = io.BufferedReader(raw, 8)
            parts = []

            def read():
                for count in itertools.cycle([1, 19]):
                    part = buffered.read(count)
                    if not part:
                        break
                    parts.append(part)

            threads = [threading.Thread(target=read) for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            print(len(b"".join(parts)), sorted(b"".join(parts)) == sorted(data))
print("done", flush=True)
os._exit(0)
