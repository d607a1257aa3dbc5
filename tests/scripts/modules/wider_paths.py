# shutil, glob, fnmatch, pathlib.
import os
import os.path as p
base = "taipan_paths_test"
os.makedirs(p.join(base, "a", "b"), exist_ok=True)
with open(p.join(base, "a", "f.txt"), "w") as f:
    f.write("12345")
for name in ("z.txt", "m.txt"):
    open(p.join(base, name), "w").close()
import shutil
import glob
import fnmatch
import pathlib
print(sorted(glob.glob(base + "/*.txt")), fnmatch.fnmatch("abc.py", "*.py"), fnmatch.filter(["a.c", "b.h"], "*.c"))
q = pathlib.Path(base) / "a" / "f.txt"
print(q, q.name, q.stem, q.suffix, q.parent, q.exists(), q.read_text(), q.parts, pathlib.PurePosixPath("/a/b").relative_to("/a"), sorted(str(x) for x in pathlib.Path(base).rglob("*.txt")))
shutil.rmtree(base)
