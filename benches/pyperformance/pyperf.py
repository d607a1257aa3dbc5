"""A stand-in for the package pyperf: times a benchmark of pyperformance in the process that runs it.

What lives here: the part of pyperf's interface that the programs of `run.py` use. The command line is not read: every
option keeps its default. Prints one line of JSON for each benchmark, with the seconds of one loop, for the first
alone and then for each group of loops.

The time a benchmark gets is TIMING_SECONDS in the environment; it runs once if that is 0.
"""

import json
import os
import sys
import time

perf_counter = time.perf_counter

SECONDS = float(os.environ.get("TIMING_SECONDS", "1"))
FEWEST, MOST = 3, 400
# Loops of a benchmark are doubled until they take this share of its time.
SHARE = 0.02


class Options:
    """The parsed command line: an option that was never declared is None."""

    def __getattr__(self, name):
        return None


class Parser:
    """Notes the defaults of options."""

    def __init__(self):
        self.options = Options()

    def add_argument(self, *names, dest=None, default=None, action=None, choices=None, nargs=None, **_):
        name = next((name for name in names if name.startswith("--")), names[0])
        if default is None and action == "store_true":
            default = False
        if default is None and choices is not None and nargs != "?" and not name.startswith("-"):
            default = list(choices)[0]
        setattr(self.options, dest or name.lstrip("-").replace("-", "_"), default)

    def add_mutually_exclusive_group(self, **_):
        return self

    def add_argument_group(self, *_, **__):
        return self

    def set_defaults(self, **defaults):
        for name, value in defaults.items():
            setattr(self.options, name, value)

    def parse_args(self, *_):
        return self.options


class Runner:
    def __init__(self, *_, **__):
        self.metadata = {}
        self.argparser = Parser()
        self.args = self.argparser.options

    def parse_args(self, *_):
        return self.args

    def bench_time_func(self, name, function, *arguments, inner_loops=1, **_):
        """`function(loops, *arguments)` returns the seconds that its loops took."""
        self._repeat(name, lambda loops: function(loops, *arguments) / (inner_loops or 1))

    def bench_func(self, name, function, *arguments, inner_loops=1, **_):
        def run(loops):
            started = perf_counter()
            for _ in range(loops):
                function(*arguments)
            return (perf_counter() - started) / (inner_loops or 1)

        self._repeat(name, run)

    def _repeat(self, name, run):
        """The first run is alone; those after it are as many together as pyperf would find to be worth timing."""
        samples = [run(1)]
        loops, end = 1, perf_counter() + SECONDS
        while SECONDS and len(samples) < MOST and (len(samples) < FEWEST or perf_counter() < end):
            started = perf_counter()
            samples.append(run(loops) / loops)
            if perf_counter() - started < SECONDS * SHARE:
                loops *= 2
        print(json.dumps({"name": name, "seconds": samples}))
        sys.stdout.flush()


def python_implementation():
    return sys.implementation.name
