#!/usr/bin/env python3
"""Times the programs of `benches/programs` under CPython, PyPy (where there is one) and both modes of Taipan.

    python3 benches/run.py [options] [PROGRAM...]

Prints a table: how many times as quick as CPython each machine is, first counted from process start with one run of
the program ("cold", medians of several processes), then in one process once all is warm ("steady", the median of the
later half of the runs), with geometric means. Outputs are compared before anything is timed. Only the standard library
is needed, and any Python from 3.8 on can run this; which machines are timed does not depend on it.
"""

import argparse
import json
import math
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent

# Runs `bench` of a program in one process until the time is up: path, size, seconds.
DRIVER = """
def drive():
    import sys, time
    path, seconds = sys.argv[1], float(sys.argv[2])
    names = {"__name__": "program"}
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), names)
    clock, bench, size = time.perf_counter, names["bench"], names["SIZE"]
    times = []
    end = clock() + seconds
    while len(times) < 6 or (len(times) < 400 and clock() < end):
        started = clock()
        result = bench(size)
        times.append(clock() - started)
    print(result)
    for taken in times:
        print("%.9f" % taken)
drive()
"""


class Machine:
    def __init__(self, key, label, command):
        self.key, self.label, self.command = key, label, command

    def run(self, arguments, limit):
        started = time.perf_counter()
        done = subprocess.run([*self.command, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=limit, universal_newlines=True)
        taken = time.perf_counter() - started
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["exit status %d" % done.returncode]
            raise RuntimeError(lines[-1])
        return taken, done.stdout


def describe(command):
    """`CPython 3.11.2` for a command that starts a Python."""
    question = "import sys; print(sys.implementation.name, '%d.%d.%d' % tuple(sys.version_info[:3]))"
    answer = subprocess.run([*command, "-c", question], stdout=subprocess.PIPE, universal_newlines=True, check=True)
    name, version = answer.stdout.split()
    return {"cpython": "CPython", "pypy": "PyPy"}.get(name, name) + " " + version


def find_machines(options):
    machines = [Machine("cpython", describe([options.python]), [options.python])]
    pypy = options.pypy or shutil.which("pypy3")
    if pypy:
        machines.append(Machine("pypy", describe([pypy]), [pypy]))
    if os.path.exists(options.taipan):
        machines.append(Machine("interpreter", "Taipan interpreter", [options.taipan, "--jit=off"]))
        machines.append(Machine("jit", "Taipan JIT", [options.taipan, "--jit=on"]))
    else:
        note("no %s (cargo build --release makes it): Taipan is left out" % options.taipan)
    return machines


def note(text):
    print(text, file=sys.stderr, flush=True)


def measure(machine, path, expected, options):
    """{"cold": seconds, "steady": seconds, "runs": [...]}, or {"error": sentence}."""
    try:
        cold = []
        for _ in range(options.processes):
            taken, out = machine.run([str(path)], options.limit)
            if expected is not None and out.strip() != expected:
                return {"error": "prints %r, expected %r" % (out.strip()[:60], expected[:60])}
            cold.append(taken)
        _, out = machine.run(["-c", DRIVER, str(path), str(options.seconds)], options.limit + 20 * options.seconds)
        result, *times = out.splitlines()
        if expected is not None and result != expected:
            return {"error": "later runs give %r, expected %r" % (result[:60], expected[:60])}
        runs = [float(text) for text in times]
        return {"output": result, "cold": statistics.median(cold), "steady": statistics.median(runs[len(runs) // 2:]),
                "runs": runs}
    except subprocess.TimeoutExpired:
        return {"error": "no end after %d s" % options.limit}
    except RuntimeError as error:
        return {"error": str(error)}


def rust_sieve():
    """Seconds of the sieve in Rust, or None without rustc."""
    rustc = shutil.which("rustc")
    if rustc is None:
        return None
    size = re.search(r"^SIZE = (\d+)", (HERE / "programs" / "sieve.py").read_text(), re.M).group(1)
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "sieve")
        subprocess.run([rustc, "-O", "--edition", "2024", "-o", program, str(HERE / "rust" / "sieve.rs")], check=True)
        out = subprocess.run([program, size], stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout
    times = [float(text) for text in out.splitlines()[1:]]
    return statistics.median(times[len(times) // 2:])


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def show(ratio):
    if ratio is None:
        return "-"
    return "%.0fx" % ratio if ratio >= 9.95 else "%.1fx" % ratio if ratio >= 0.995 else "%.2fx" % ratio


def table(results, machines):
    """Heads and rows of text."""
    others = [machine for machine in machines if machine.key != "cpython"]
    heads = ["program", "cold ms", *[m.label for m in others], "steady ms", *[m.label for m in others]]
    rows = []
    ratios = {(kind, m.key): [] for kind in ("cold", "steady") for m in others}
    for program, found in results.items():
        row = [program]
        base = found["cpython"]
        for kind in ("cold", "steady"):
            row.append("%.1f" % (base[kind] * 1e3) if kind in base else "-")
            for machine in others:
                mine = found[machine.key]
                ratio = base[kind] / mine[kind] if kind in base and kind in mine else None
                if ratio is not None:
                    ratios[kind, machine.key].append(ratio)
                row.append("fails" if "error" in mine else show(ratio))
        rows.append(row)
    last = ["geometric mean"]
    for kind in ("cold", "steady"):
        last.append("")
        last += [show(geometric_mean(ratios[kind, m.key])) for m in others]
    return heads, rows + [last]


def as_text(heads, rows):
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = []
    for row in [heads, *rows]:
        cells = [row[0].ljust(widths[0]), *[cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def as_markdown(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="names in benches/programs (default: all)")
    parser.add_argument("--taipan", default=str(HERE.parent / "target" / "release" / "taipan"))
    parser.add_argument("--python", default="/usr/bin/python3", help="the CPython that ratios are to")
    parser.add_argument("--pypy", help="default: pypy3 on the path")
    parser.add_argument("--seconds", type=float, default=2.0, help="time for the steady state of each (default 2)")
    parser.add_argument("--processes", type=int, default=3, help="fresh processes for the cold time (default 3)")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a process is stopped")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    options = parser.parse_args()
    paths = sorted((HERE / "programs").glob("*.py"))
    if options.programs:
        unknown = set(options.programs) - {path.stem for path in paths}
        if unknown:
            parser.error("no such program: " + ", ".join(sorted(unknown)))
        paths = [path for path in paths if path.stem in options.programs]
    machines = find_machines(options)
    results, complaints = {}, []
    for path in paths:
        found, expected = {}, None
        for machine in machines:
            note("%s: %s" % (path.stem, machine.label))
            found[machine.key] = measure(machine, path, expected, options)
            expected = expected or found[machine.key].get("output")
            if "error" in found[machine.key]:
                complaints.append("%s, %s: %s" % (path.stem, machine.label, found[machine.key]["error"]))
        results[path.stem] = found
    rust = rust_sieve() if "sieve" in results else None
    if options.json:
        names = {machine.key: machine.label for machine in machines}
        print(json.dumps({"machines": names, "results": results, "rust_sieve": rust, "complaints": complaints}, indent=1))
    else:
        heads, rows = table(results, machines)
        print("%s, %s %s. Times as quick as %s, whose times are in ms.\n" % (
            time.strftime("%Y-%m-%d"), platform.machine(), platform.system(), machines[0].label))
        print((as_markdown if options.markdown else as_text)(heads, rows))
        if rust is not None:
            shares = ["%s %.1f" % (m.label, results["sieve"][m.key]["steady"] / rust) for m in machines
                      if "steady" in results["sieve"][m.key]]
            print("\nThe sieve in Rust (rustc -O) takes %.2f ms; times as long: %s." % (rust * 1e3, ", ".join(shares)))
        for complaint in complaints:
            print("fails: " + complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
