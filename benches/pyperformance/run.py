#!/usr/bin/env python3
"""Times programs of the package pyperformance under CPython, PyPy (where there is one) and both modes of Taipan.

    pip download --no-deps --no-binary :all: pyperformance==1.14.0 pyaes==1.6.1   # then unpack both
    python3 benches/pyperformance/run.py pyperformance-1.14.0 --path pyaes-1.6.1 [options] [PROGRAM...]

Nothing of pyperformance lies here. Its programs run under the stand-in for pyperf beside this file, which runs them in
one process: "steady" is the median of the later half of the iterations, "cold" the median time of whole processes that
run one iteration. Both as times as quick as CPython, with geometric means. A program that fails on a machine is named.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = """nbody fannkuch spectral_norm float chaos richards richards_super deltablue raytrace nqueens hexiom go
    meteor_contest scimark pidigits pyflate mdp crypto_pyaes unpack_sequence generators comprehensions barnes_hut
    deepcopy""".split()


class Machine:
    def __init__(self, label, command):
        self.label, self.command = label, command
        self.cold, self.steady = {}, {}

    def run(self, folder, path, seconds, limit):
        """One process: the seconds that it took, and those of each iteration of each of its benchmarks."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment["PYTHONPATH"] = os.pathsep.join([str(HERE), *path, str(folder)])
        environment["TIMING_SECONDS"] = str(seconds)
        started = time.perf_counter()
        done = subprocess.run([*self.command, "run_benchmark.py"], cwd=folder, env=environment, timeout=limit,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        taken = time.perf_counter() - started
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["exit status %d" % done.returncode]
            raise RuntimeError(lines[-1])
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"name"')]
        return taken, {line["name"]: line["seconds"] for line in lines}

    def measure(self, program, folder, options):
        cold = [self.run(folder, options.path, 0, options.limit)[0] for _ in range(options.processes)]
        self.cold[program] = statistics.median(cold)
        for name, samples in self.run(folder, options.path, options.seconds, options.limit)[1].items():
            self.steady[name] = statistics.median(samples[len(samples) // 2:])


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else float("nan")


def print_table(title, base, others, times):
    """Rows of milliseconds of the first machine and the ratios of the others; `times` picks the figures."""
    print("| %s | %s, ms | %s |" % (title, base.label, " | ".join(other.label for other in others)))
    print("|---|---:|" + "---:|" * len(others))
    ratios = {other.label: [] for other in others}
    for name, seconds in times(base).items():
        cells = []
        for other in others:
            found = times(other).get(name)
            cells.append("-" if found is None else "%.2f" % (seconds / found))
            if found is not None:
                ratios[other.label].append(seconds / found)
        print("| %s | %.3g | %s |" % (name, seconds * 1000, " | ".join(cells)))
    print("| **geometric mean** | | %s |\n" % " | ".join("**%.2f**" % geometric_mean(r) for r in ratios.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=pathlib.Path, help="the unpacked source of pyperformance")
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="default: %s" % " ".join(PROGRAMS))
    parser.add_argument("--path", action="append", default=[], help="a folder to import from: pyaes for crypto_pyaes")
    parser.add_argument("--taipan", default=str(HERE.parent.parent / "target/release/taipan"))
    parser.add_argument("--python", default="/usr/bin/python3", help="the CPython that ratios are to")
    parser.add_argument("--pypy", default=shutil.which("pypy3"))
    parser.add_argument("--seconds", type=float, default=2, help="time for the steady state of each (default 2)")
    parser.add_argument("--processes", type=int, default=3, help="fresh processes for the cold time (default 3)")
    parser.add_argument("--limit", type=float, default=300, help="seconds after which a process is stopped")
    options = parser.parse_intermixed_args()
    options.path = [os.path.abspath(folder) for folder in options.path]
    machines = [Machine("CPython", [options.python])]
    if options.pypy:
        machines.append(Machine("PyPy", [options.pypy]))
    machines.append(Machine("Taipan interpreter", [options.taipan, "--jit=off"]))
    machines.append(Machine("Taipan JIT", [options.taipan]))
    failures = []
    for program in options.programs or PROGRAMS:
        folder = (options.source / "pyperformance/data-files/benchmarks" / ("bm_" + program)).resolve()
        if not folder.is_dir():
            parser.error("%s is not in %s" % (program, options.source))
        for machine in machines:
            print("%s: %s" % (program, machine.label), file=sys.stderr)
            try:
                machine.measure(program, folder, options)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                failures.append("%s: %s: %s" % (program, machine.label, error))
    print_table("steady", machines[0], machines[1:], lambda machine: machine.steady)
    print_table("cold", machines[0], machines[1:], lambda machine: machine.cold)
    for failure in failures:
        print(failure)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
