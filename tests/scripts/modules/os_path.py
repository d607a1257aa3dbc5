# os and os.path basics without touching anything machine-specific.
import os
import os.path as p
print(p.join("a", "b", "c.txt"), p.join("a", "/b"), p.join("a/", "b"), p.join(""), p.join("a", ""), p.split("/x/y.txt"), p.split("x"), p.splitext("a.tar.gz"), p.splitext(".bashrc"), p.splitext("x"), p.basename("/a/b/"), p.dirname("/a/b"), p.dirname("x"))
print(p.normpath("a//b/../c/./d"), p.normpath("/../x"), p.normpath(""), p.isabs("/x"), p.isabs("x"), p.commonprefix(["/a/bc", "/a/bd"]), p.commonpath(["/a/b", "/a/c"]), p.relpath("/a/b/c", "/a/d"), p.splitdrive("/x"), p.exists("/definitely/not/here"), p.isdir("/"), p.expanduser("x"))
print(os.sep, os.linesep == "\n", os.curdir, os.pardir, os.extsep, os.pathsep, os.name, os.devnull, p.abspath("x") == p.join(os.getcwd(), "x"))
os.environ["TAIPAN_TEST_VAR"] = "value"
print(os.environ["TAIPAN_TEST_VAR"], os.getenv("TAIPAN_TEST_VAR"), os.getenv("TAIPAN_NOPE"), os.getenv("TAIPAN_NOPE", "d"), "TAIPAN_TEST_VAR" in os.environ, p.expandvars("$TAIPAN_TEST_VAR/x"))
del os.environ["TAIPAN_TEST_VAR"]
print(os.environ.get("TAIPAN_TEST_VAR"))
try:
    os.environ["TAIPAN_NOPE"]
except KeyError as e:
    print("KeyError", e)
try:
    os.environ["x"] = 5
except TypeError as e:
    print("TypeError", e)
base = "taipan_os_test"
os.mkdir(base)
os.makedirs(p.join(base, "a", "b"), exist_ok=True)
with open(p.join(base, "a", "f.txt"), "w") as f:
    f.write("12345")
for name in ("z.txt", "m.txt"):
    open(p.join(base, name), "w").close()
print(sorted(os.listdir(base)), os.stat(p.join(base, "a", "f.txt")).st_size, [(p.relpath(d, base), sorted(ds), sorted(fs)) for d, ds, fs in sorted(os.walk(base))], sorted(e.name for e in os.scandir(base) if e.is_file()))
try:
    os.mkdir(base)
except FileExistsError as e:
    print("FileExistsError", e.filename)
try:
    os.rmdir(base)
except OSError as e:
    print("OSError", e.filename)
try:
    os.listdir(p.join(base, "nope"))
except FileNotFoundError as e:
    print("FileNotFoundError", e.filename)
for path, directories, files in os.walk(base, topdown=False):
    for name in files:
        os.remove(p.join(path, name))
    os.rmdir(path)
print(p.exists(base), os.fspath("x"), isinstance(os.getpid(), int), os.getcwd() == p.realpath("."), os.path.samefile(".", os.getcwd()))
print(os.strerror is not None, issubclass(os.error, OSError), os.path.__name__ in ("posixpath",), os.urandom(4) != b"", len(os.urandom(8)))
