#!/usr/bin/env python3
"""Differential fuzzing: random programs must print the same in every mode of Taipan and under CPython.

    python3 scripts/fuzz.py [--seconds S | --count N] [--seed N] [--jobs N] [--save FOLDER] [--modes a,b] [--python P]

Programs are generated from a seed, always end, and print checkpoints. Their loops run some hundred times over values
that sit where representations change: ints near the ends of small ints and machine words, floats, texts, lists and
dicts of changing kinds, attributes whose kinds and order change, exceptions, closures, generators, globals. A program on
which two runs differ is shrunk and saved. What goes to standard error (messages of exceptions) is compared between the
modes only; so an older CPython can serve as the reference for standard output.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Name, arguments, TAIPAN_DEBUG: as in tests/scripts.rs.
MODES = {
    "interpreter": (["--jit=off"], None),
    "jit": (["--jit=always"], None),
    "exits": (["--jit=always"], "exit-all"),
    "no_passes": (["--jit=always"], "no-passes"),
    "default": (["--jit=on"], None),
    "gc": (["--jit=on"], "gc=every"),
    "nursery": (["--jit=on"], "nursery=small"),
}

# What every program starts with. `cut` keeps values from growing without end; `show` is a checkpoint.
PRELUDE = '''\
import sys


def cut(v):
    if isinstance(v, int):
        return v if -(1 << 140) < v < 1 << 140 else v % ((1 << 89) - 1)
    if isinstance(v, (str, list, tuple, bytes)):
        return v if len(v) < 60 else v[:7]
    return v


def show(tag, v):
    text = repr(v)
    print(tag, text if len(text) < 300 else text[:300] + str(len(text)))


def failed(tag, e):
    print(tag, type(e).__name__)
    print(tag, e, file=sys.stderr)


class Boom(Exception):
    pass


class CM:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        return self.swallow and kind is not None and issubclass(kind, Boom)


class A:
    kind = 1

    def __init__(self, p, q=2):
        self.p = p
        self.q = q

    def get(self):
        return self.p

    def mix(self, o):
        return cut(self.p + o)

    def bump(self):
        self.p = cut(self.p + 1)
        return self

    @property
    def both(self):
        return (self.p, self.q)

    def __add__(self, o):
        return cut(self.p + (o.p if isinstance(o, A) else o))

    def __eq__(self, o):
        return isinstance(o, A) and self.p == o.p

    def __lt__(self, o):
        return self.p < o.p

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return (self.p, self.q, self.kind)[i]

    def __contains__(self, v):
        return v == self.q

    def __call__(self, v):
        return (self.q, v)

    def __repr__(self):
        return type(self).__name__ + "(" + ",".join(sorted(vars(self))) + ":" + repr(vars(self).get("p"))[:40] + ")"

    __hash__ = None


class B(A):
    kind = 2.5

    def get(self):
        return super().get()

    def __bool__(self):
        return self.q != 0


class C(B):
    kind = "c"

    def __init__(self, p, q=0.5):
        self.extra = p
        super().__init__(p, q)

    def __getattr__(self, name):
        if name[0] == "z":
            return 7
        raise AttributeError(name)


class S:
    __slots__ = ("p", "q")
    kind = 3

    def __init__(self, p, q=1):
        self.p = p
        self.q = q

    def get(self):
        return self.q

    def mix(self, o):
        return o

    def bump(self):
        self.q = self.p
        return self

    def __repr__(self):
        return "S(" + repr(getattr(self, "p", None))[:40] + ")"


g0 = 0
g1 = 1.5
g2 = "g"
g3 = [1, 2, 3]
'''

EDGES = [0, 1, -1, 2, 3, 7, 10, 255, 2**31 - 1, 2**31, -2**31, 2**32, 2**53, 2**61, 2**62 - 1, 2**62, 2**62 + 1, -2**62,
         -2**62 - 1, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64 - 1, 2**64, 10**20, -10**30]
FLOATS = ["0.0", "-0.0", "1.0", "0.5", "-1.5", "3.25", "1e16", "1e-7", "2.0**53", "1e308", "float('inf')", "float('-inf')",
          "float('nan')", "9007199254740993.0"]
TEXTS = ["''", "'a'", "'abc'", "'é'", "('x' * 5)", "'😀z'", "'12'", "' b '", "'key'"]
INT_OPS = ["+", "-", "*", "//", "%", "&", "|", "^"]
COMPARISONS = ["<", "<=", "==", "!=", ">", ">="]


class Node:
    """A piece of source: text with `{}` for each child. Statements have blocks (lists of statements) instead."""

    def __init__(self, text, children=(), blocks=(), heads=()):
        self.text = text
        self.children = list(children)
        self.blocks = [list(block) for block in blocks]
        self.heads = list(heads)        # The lines before the second and later blocks: `else:`, `finally:` ...

    def source(self):
        parts = self.text.split("{}")
        out = parts[0]
        for child, part in zip(self.children, parts[1:]):
            out += child.source() + part
        return out

    def lines(self, indent):
        pad = "    " * indent
        if not self.blocks:
            return [pad + line for line in self.source().split("\n")]
        out = [pad + line for line in self.source().split("\n")]
        for index, block in enumerate(self.blocks):
            if index:
                out.append(pad + self.heads[index - 1].source())
            body = [line for statement in block for line in statement.lines(indent + 1)]
            out += body or [pad + "    pass"]
        return out


class Case(Node):
    """The cases of a match: a head for each block."""

    def __init__(self, heads, blocks):
        super().__init__("", (), blocks, heads)

    def lines(self, indent):
        pad = "    " * (indent - 1)
        out = []
        for head, block in zip(self.heads, self.blocks):
            out.append(pad + head.source())
            body = [line for statement in block for line in statement.lines(indent + 1)]
            out += body or [pad + "        pass"]
        return out


def leaf(text):
    return Node(text)


def render(program):
    return PRELUDE + "\n".join(line for statement in program for line in statement.lines(0)) + "\n"


class Generator:
    """Makes one program. Names of variables tell the kind that they usually hold: i, f, s, l, d, t, o, any."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.functions = []         # (name, parameters, cost, is generator)
        self.names = []
        self.loops = []
        self.depth = 0
        self.number = 0
        self.in_function = False
        self.captured = []

    def pick(self, *choices):
        return self.r.choice(choices)()

    def chance(self, p):
        return self.r.random() < p

    # Expressions.

    def name(self, kind):
        if self.chance(0.02):
            return leaf(self.r.choice(self.names) if self.names else "g0")
        candidates = [n for n in self.names if n[0] == kind]
        if kind == "i" and self.loops and self.chance(0.4):
            return leaf(self.r.choice(self.loops))
        if candidates and self.chance(0.85):
            return leaf(self.r.choice(candidates))
        return self.constant(kind)

    def constant(self, kind):
        r = self.r
        if kind == "i":
            return leaf(str(r.choice(EDGES) + r.choice((0, 0, 1, -1)) if self.chance(0.5) else r.randint(-20, 100)))
        if kind == "f":
            return leaf(r.choice(FLOATS))
        if kind == "s":
            return leaf(r.choice(TEXTS))
        if kind == "l":
            return leaf(r.choice(["[1, 2, 3]", "[0.5, 1.5]", "['a', 'b']", "[]", "[1, 2.5, None]", "[2**62, 1]", "list(range(6))", "[[1], [2]]", "[True, 0]"]))
        if kind == "d":
            return leaf(r.choice(["dict()", "dict(a=1, b=2)", "dict(enumerate('xyz'))", "dict([(1, 'i'), ('k', 2.5)])"]))
        if kind == "t":
            return leaf(r.choice(["(1, 2)", "()", "(0.5, 'x', 2**62)", "(1, (2, 3))"]))
        return leaf(r.choice(["A(1)", "B(2.5)", "C('c')", "A(2**62 - 1, None)", "S(4)", "B(0, 0)"]))

    def expression(self, kind, depth=3):
        if depth <= 0 or self.chance(0.15):
            return self.name(kind)
        return getattr(self, "expression_" + kind)(depth - 1)

    def any(self, depth=2):
        return self.expression(self.r.choice("iiifffssllddtto"), depth)

    def expression_i(self, d):
        e = lambda k="i": self.expression(k, d)
        r = self.r
        return self.pick(
            lambda: Node("({} %s {})" % r.choice(INT_OPS), [e(), e()]),
            lambda: Node("({} %s {})" % r.choice(["+", "-", "*"]), [e(), e()]),
            lambda: Node("({} %s {})" % r.choice(["+", "-", "&", "%"]), [e(), self.constant("i")]),
            lambda: Node("-{}", [e()]),
            lambda: Node("~{}", [e()]),
            lambda: Node("abs({})", [e()]),
            lambda: Node("({} << ({} & 31))", [e(), e()]),
            lambda: Node("({} >> ({} & 63))", [e(), e()]),
            lambda: Node("({} * {} & 0x%s)" % ("F" * r.choice((4, 8, 16))), [e(), e()]),
            lambda: Node("({} + {} & 0x%s)" % ("F" * r.choice((4, 8, 16))), [e(), e()]),
            lambda: Node("len({})", [e(r.choice("lsdt"))]),
            lambda: Node("({} if {} else {})", [e(), self.condition(d), e()]),
            lambda: Node("int({} or 0)", [e("f")]),
            lambda: Node("(cut({}) ** ({} & 3))", [e(), e()]),
            lambda: Node("sum({})", [e("l")]),
            lambda: Node("({}[{} % 3])", [e("l"), e()]) if self.chance(0.4) else Node("({} or [7])[0]", [e("l")]),
            lambda: Node("max({}, {})", [e(), e()]),
            lambda: Node("min({}, {})", [e(), e()]),
            lambda: Node("({} and {})", [e(), e()]),
            lambda: Node("({} or {})", [e(), e()]),
            lambda: Node("{}.p", [e("o")]),
            lambda: Node("{}.get()", [e("o")]),
            lambda: Node("{}.kind", [e("o")]),
            lambda: Node("divmod({}, {})[0]", [e(), e()]),
            lambda: Node("({} == {})", [e(), e()]),
            lambda: Node("round({})", [e("f")]),
            lambda: Node("bool({})", [self.any(d)]),
            lambda: self.call(d),
            lambda: Node("g0"),
        )

    def expression_f(self, d):
        e = lambda k="f": self.expression(k, d)
        return self.pick(
            lambda: Node("({} %s {})" % self.r.choice("+-*"), [e(), e()]),
            lambda: Node("({} / {})", [e(), e()]),
            lambda: Node("({} %s {})" % self.r.choice("+-*/"), [e(), e("i")]),
            lambda: Node("({} / {})", [e("i"), e("i")]),
            lambda: Node("-{}", [e()]),
            lambda: Node("abs({})", [e()]),
            lambda: Node("float({})", [e("i")]),
            lambda: Node("({} // {})", [e(), e()]),
            lambda: Node("({} % {})", [e(), e()]),
            lambda: Node("({} if {} else {})", [e(), self.condition(d), e()]),
            lambda: Node("{}.q", [e("o")]),
            lambda: Node("{}[0]", [e("l")]) if self.chance(0.3) else e("f"),
            lambda: Node("min({}, {})", [e(), e()]),
            lambda: Node("round({}, 2)", [e()]),
            lambda: Node("g1"),
        )

    def expression_s(self, d):
        e = lambda k="s": self.expression(k, d)
        r = self.r
        return self.pick(
            lambda: Node("cut({} + {})", [e(), e()]),
            lambda: Node("str({})", [self.any(d)]),
            lambda: Node("{}[{}:]", [e(), leaf(str(r.randint(-3, 3)))]),
            lambda: Node("{}.%s()" % r.choice(["upper", "lower", "strip", "title", "swapcase"]), [e()]),
            lambda: Node("{}.replace({}, 'q')", [e(), e()]),
            lambda: Node("('<%s>' % ({},))", [self.any(d)]),
            lambda: Node("f'{" + self.name("i").text + "}|{" + self.name("f").text + ":.3g}|{" + self.name("s").text + "!r:>6}'"),
            lambda: Node("'-'.join({}.split('b'))", [e()]),
            lambda: Node("'%d|%s' % ({}, {})", [e("i"), e()]),
            lambda: Node("cut({} * ({} & 3))", [e(), e("i")]),
            lambda: Node("(type({}).__name__)", [self.any(d)]),
            lambda: Node("format({}, '%s')" % r.choice(["", "5", ">8"]), [e("s")]),
            lambda: Node("{}[{}]", [e(), e("i")]),
            lambda: Node("g2"),
        )

    def expression_l(self, d):
        e = lambda k="l": self.expression(k, d)
        r = self.r
        return self.pick(
            lambda: Node("cut({} + {})", [e(), e()]),
            lambda: Node("[{}, {}]", [self.any(d), self.any(d)]),
            lambda: Node("[{}] * 3", [self.any(d)]),
            lambda: Node("{}[::%d]" % r.choice((-1, 1, 2)), [e()]),
            lambda: Node("{}[%d:%d]" % (r.randint(-3, 2), r.randint(-2, 4)), [e()]),
            lambda: Node("[x %s {} for x in {}]" % r.choice("+-*"), [self.expression(r.choice("if"), d), e()]),
            lambda: Node("[x for x in {} if {}]", [e(), self.condition(d)]),
            lambda: Node("list({})", [e("t")]),
            lambda: Node("sorted({})", [e()]),
            lambda: Node("list(map(type, {}))[:0] or {}", [e(), e()]),
            lambda: Node("[k for k in {}]", [e("d")]),
            lambda: Node("list(zip({}, {}))", [e(), e()]),
            lambda: Node("list(enumerate({}))", [e()]),
            lambda: self.consumed(d) or e(),
            lambda: Node("g3"),
        )

    def expression_d(self, d):
        e = lambda k="d": self.expression(k, d)
        return self.pick(
            lambda: Node("dict({})", [e()]),
            lambda: Node("dict(zip({}, {}))", [e("t"), e("l")]),
            lambda: Node("dict.fromkeys({}, {})", [e("t"), self.any(d)]),
            lambda: Node("({} | {})", [e(), e()]),
            lambda: Node("dict((k, {}) for k in range(3))", [self.any(d)]),
        )

    def expression_t(self, d):
        e = lambda k="t": self.expression(k, d)
        return self.pick(
            lambda: Node("({}, {})", [self.any(d), self.any(d)]),
            lambda: Node("tuple({})", [e("l")]),
            lambda: Node("cut({} + {})", [e(), e()]),
            lambda: Node("{}[1:]", [e()]),
            lambda: Node("divmod({}, {})", [e("i"), e("i")]),
            lambda: Node("{}.both", [e("o")]),
        )

    def append(self):
        name = self.known("l")
        return Node("%s.append(cut({}))\nif len(%s) > 50: del %s[3:]" % (name, name, name), [self.any()])

    def expression_o(self, d):
        e = lambda k="o": self.expression(k, d)
        return self.pick(
            lambda: Node("%s({}, {})" % self.r.choice("AABCS"), [self.any(d), self.any(d)]),
            lambda: Node("{}.bump()", [e()]),
            lambda: Node("({} if {} else {})", [e(), self.condition(d), e()]),
            lambda: self.name("o"),
        )

    def condition(self, d=1):
        e = lambda k: self.expression(k, d)
        r = self.r
        return self.pick(
            lambda: Node("{} %s {}" % r.choice(COMPARISONS), [e("i"), e("i")]),
            lambda: Node("{} %s {}" % r.choice(COMPARISONS), [e(r.choice("if")), e(r.choice("if"))]),
            lambda: Node("{} % " + str(r.choice((2, 3, 5))) + " == 0", [e("i")]),
            lambda: Node("{} in {}", [self.any(d), e(r.choice("lt"))]),
            lambda: Node("isinstance({}, %s)" % r.choice(["int", "float", "str", "A", "(int, float)"]), [self.any(d)]),
            lambda: Node("{} is None", [self.any(d)]),
            lambda: Node("not {}", [self.any(d)]),
            lambda: Node("{}", [self.any(d)]),
            lambda: Node("{} == {}", [self.any(d), self.any(d)]),
            lambda: Node("{} < {} <= {}", [e("i"), e("i"), e("f")]),
        )

    def call(self, d):
        usable = [f for f in self.functions if not f[3] and f[2] * self.weight() < 60000]
        if not usable:
            return self.name("i")
        name, parameters, cost, _ = self.r.choice(usable)
        self.cost += cost * self.weight()
        arguments = [self.any(d) for _ in range(self.r.choice((len(parameters),) * 6 + (len(parameters) + 1,)))]
        return Node("%s(%s)" % (name, ", ".join(["{}"] * len(arguments))), arguments)

    def consumed(self, d):
        usable = [f for f in self.functions if f[3] and f[2] * self.weight() < 60000]
        if not usable:
            return None
        name, parameters, cost, _ = self.r.choice(usable)
        self.cost += cost * self.weight()
        return Node("list(%s(%s))[:5]" % (name, ", ".join(["{}"] * len(parameters))), [self.any(d) for _ in parameters])

    def weight(self):
        weight = 1
        for count in self.counts:
            weight *= count
        return weight

    # Statements.

    def known(self, kind):
        """A variable of that kind which has a value."""
        return self.r.choice([n for n in self.names if n[0] == kind])

    def new_name(self, kind):
        """A variable to assign to; now and then one that is new."""
        known = [n for n in self.names if n[0] == kind]
        if known and self.chance(0.9):
            return self.r.choice(known)
        name = "%s%d" % (kind, self.r.randint(0, 4))
        if name not in self.names:
            self.names.append(name)
        return name

    def assignment(self):
        r = self.r
        kind = r.choice("iiiiffsldto")
        value = self.expression(kind)
        if self.chance(0.03):
            value = self.any()
        name = self.new_name(kind)
        return Node(name + " = cut({})", [value])

    def statement(self):
        self.cost += self.weight()
        r = self.r
        e = self.expression
        simple = [
            self.assignment, self.assignment, self.assignment,
            lambda: Node("%s %s {}" % (self.known("i"), r.choice(["+=", "-=", "^="])), [leaf(r.choice(self.loops)) if self.loops else self.constant("i")]),
            lambda: Node("%s = %s + {}" % ((self.known("i"),) * 2), [self.constant(r.choice("iiif"))]),
            lambda: Node("%s = (%s * {} + {}) & 0xFFFFFFFFFFFFFFFF" % ((self.known("i"),) * 2), [self.constant("i"), e("i", 1)]),
            self.append,
            lambda: Node("if %s: %s[{} %% len(%s)] = {}" % ((self.known("l"),) * 3), [e("i", 1), self.any(1)]),
            lambda: Node("%s[{}] = {}" % self.known("l"), [e("i", 1), self.any(1)]) if self.chance(0.3) else self.append(),
            lambda: Node(self.known("d") + "[{} % 7] = {}", [e("i", 1), self.any(1)]),
            lambda: Node("%s[{}] = {}" % self.known("d"), [e("s", 1), self.any(1)]),
            lambda: Node("%s.%s = cut({})" % (self.known("o"), r.choice(["p", "q", "p", "r", "z"])), [self.any(2)]),
            lambda: Node("%s.p = cut(%s.p + {})" % ((self.known("o"),) * 2), [e(r.choice("if"), 1)]),
            lambda: Node("del %s.%s" % (self.known("o"), r.choice("qrpz"))) if self.chance(0.4) else self.assignment(),
            lambda: Node("%s, %s = {}, {}" % (self.new_name("i"), self.new_name(r.choice("if"))), [e("i", 1), e(r.choice("if"), 1)]),
            lambda: Node("%s, *%s = {}" % (self.new_name("i"), self.new_name("l")), [e("l", 1)]),
            lambda: Node("%s.kind = {}" % r.choice("ABC"), [self.any(1)]),
            lambda: Node("%s.pop({}, None)" % self.known("d"), [e("i", 1)]),
            lambda: Node("%s.get = lambda self: {}" % r.choice("ABC"), [self.constant(r.choice("ifs"))]) if self.chance(0.3) else self.assignment(),
            lambda: Node("if {}: raise %s" % r.choice(["Boom(1)", "ValueError('v')", "KeyError(3)"]), [self.condition()]),
            lambda: Node("assert {}, 'assert'", [self.condition()]) if self.chance(0.2) else self.assignment(),
        ]
        if self.loops and self.chance(0.05):
            return Node("if {}: " + r.choice(["break", "continue", "continue"]), [self.condition()])
        if self.in_function and self.chance(0.03):
            return Node("if {}: return {}", [self.condition(), self.any()])
        if self.generating and self.chance(0.15):
            return Node(r.choice(["yield {}", "%s = yield {}" % self.new_name("i")]), [self.any()])
        if self.captured and self.chance(0.1):
            return Node("%s = bump()" % self.new_name("i"))
        if self.depth < 4 and self.chance(0.3):
            return self.compound()
        return r.choice(simple)()

    def block(self, least=1, most=4):
        self.depth += 1
        statements = [self.statement() for _ in range(self.r.randint(least, most))]
        self.depth -= 1
        return statements

    def body(self, count, loop_name, **sizes):
        self.counts.append(count)
        self.loops.append(loop_name)
        statements = self.block(**sizes)
        if self.chance(0.75):
            # One failing statement must not end the loop before it is hot.
            statements = [Node("try:", [], [statements, [Node("i0 = -1")]], [Node("except Exception:")])]
            if "i0" not in self.names:
                self.names.append("i0")
        self.loops.pop()
        self.counts.pop()
        return statements

    def compound(self, kinds=None):
        r = self.r
        kinds = kinds or self.compound_kinds()
        return self.compound_of(r.choice(kinds))

    def compound_kinds(self):
        kinds = ["if", "if", "try", "try", "with", "match"]
        if self.weight() < 3000:
            kinds += ["for", "for", "for", "while", "each"]
        return kinds

    def compound_of(self, kind):
        r = self.r
        if kind == "if":
            condition = self.condition()
            if self.chance(0.5):
                return Node("if {}:", [condition], [self.block()])
            return Node("if {}:", [condition], [self.block(), self.block()], [Node("else:")])
        if kind == "try":
            handler = Node("except %s:" % r.choice(["Exception", "(TypeError, ValueError, Boom)", "ZeroDivisionError", "(LookupError, AttributeError)", "ArithmeticError"]))
            # Inside a try of a loop, `continue` in finally would hide errors, which CPython warns about.
            if self.chance(0.3):
                loops, self.loops = self.loops, []
                function, self.in_function = self.in_function, False
                final = self.block(1, 2)
                self.loops, self.in_function = loops, function
                return Node("try:", [], [self.block(), self.block(1, 2), final], [handler, Node("finally:")])
            return Node("try:", [], [self.block(), self.block(1, 2)], [handler])
        if kind == "with":
            return Node("with CM(%s):" % r.choice(["True", "False"]), [], [self.block()])
        if kind == "match":
            self.number += 1
            subject, found = "m%d" % self.number, self.new_name(r.choice("il"))
            patterns = r.sample(["0 | 1", "int()", "float()", "str()", "[%s, *_]" % found, "(%s, _)" % found, "None | True",
                                 "A(p=%s)" % found, "{1: %s}" % found], 3)
            heads = ["    case %s:" % pattern for pattern in patterns] + ["    case _:"]
            # The cases are written as the heads of blocks one level deeper; a match has at least one.
            cases = Case([Node(head) for head in heads], [self.block(1, 2) for _ in heads])
            return Node("%s = {}\nmatch %s:" % (subject, subject), [self.any()], [[cases]])
        self.number += 1
        name = "n%d" % self.number
        count = r.choice((3, 7, 20, 50) if self.counts else (20, 60, 150, 400))
        if kind == "for":
            start = r.choice(["0", "0", "0", "2**62 - 9", "-5"])
            text = "range(%d)" % count if start == "0" else "range(%s, %s + %d)" % (start, start, count)
            if self.chance(0.1):
                text = "range(%d, 0, -1)" % count
            statements = self.body(count, name, least=2, most=6)
            if self.chance(0.15):
                return Node("for %s in %s:" % (name, text), [], [statements, self.block(1, 1)], [Node("else:")])
            return Node("for %s in %s:" % (name, text), [], [statements])
        if kind == "while":
            statements = self.body(count, name, least=2, most=5)
            return Node("%s = 0\nwhile %s < %d:" % (name, name, count), [], [[Node("%s += 1" % name)] + statements])
        source = self.expression(r.choice("lltds"), 2)
        return Node("for %s in list({})[:9]:" % name, [source], [self.body(9, name)])

    def locals_for(self, parameters):
        """A prologue that gives each kind a variable."""
        statements = []
        self.names = list(parameters)
        for kind in "ifslldto":
            name = "%s%d" % (kind, self.r.randint(0, 4))
            if name not in self.names:
                self.names.append(name)
            statements.append(Node(name + " = {}", [self.constant(kind)]))
        return statements

    def guarded(self, tag, statements):
        """Each statement in a `try` of its own, mostly: a failure must not end everything."""
        out = []
        for number, statement in enumerate(statements):
            if self.chance(0.85):
                statement = Node("try:", [], [[statement], [Node("failed('%s.%d', e)" % (tag, number))]], [Node("except Exception as e:")])
            out.append(statement)
        return out

    def checkpoints(self, tag):
        shown = ", ".join(sorted(self.names))
        return [Node("show('%s', (%s,))" % (tag, shown))]

    def function(self, index):
        r = self.r
        self.cost, self.counts = 0, []
        self.generating = self.chance(0.25)
        self.in_function = True
        parameters = ["abcuvw"[k] + str(k) for k in range(r.randint(0, 3))]
        statements = self.locals_for(parameters)
        self.captured = []
        if not self.generating and self.chance(0.3):
            # A closure that changes a variable of this function.
            name = self.r.choice([n for n in self.names if n[0] in "if"])
            inner = Node("def bump(by=1):", [], [[Node("nonlocal " + name), Node(name + " = cut(%s + by)" % name), Node("return " + name)]])
            statements.append(inner)
            self.captured = [name]
        changed = self.chance(0.3)
        if changed:
            statements.insert(0, Node("global g0, g1, g2"))
            self.names += ["g0", "g1", "g2"]
        statements += self.guarded("fn%d" % index, self.block(2, 4) + [self.compound(["for", "for", "while"])] + self.block(1, 3))
        if self.generating:
            statements.append(Node("yield {}", [self.any()]))
        statements += self.checkpoints("fn%d" % index) if self.chance(0.3) else []
        statements.append(Node("return cut({})", [self.any()]))
        head = "def fn%d(%s):" % (index, ", ".join(parameters))
        self.functions.append(("fn%d" % index, parameters, max(1, self.cost), self.generating))
        self.captured = []
        return Node(head, [], [statements])

    def program(self):
        statements = [self.function(index) for index in range(self.r.randint(1, 5))]
        self.in_function = self.generating = False
        self.cost, self.counts = 0, []
        calls = []
        for name, parameters, cost, generating in self.functions:
            repeat = 3 if cost > 20000 else 12 if cost > 2000 else 60
            self.names, self.counts = [], [repeat]
            call = Node("%s(%s)" % (name, ", ".join(["{}"] * len(parameters))), [self.any(1) for _ in parameters])
            value = Node("list({})", [call]) if generating else call
            calls.append(Node("for k in range(%d):" % repeat, [], [[
                Node("try:", [], [[Node("r = {}", [value])], [Node("failed('%s', e)" % name)], [Node("if k %% %d == 0: show('%s', r)" % (max(1, repeat // 4), name))]],
                     [Node("except Exception as e:"), Node("else:")])]]))
        statements += calls
        self.counts = []
        main = self.locals_for([]) + self.guarded("main", self.block(3, 6)) + self.checkpoints("main")
        statements.append(Node("try:", [], [main, [Node("failed('main', e)")]], [Node("except Exception as e:")]))
        statements.append(Node("show('globals', (g0, g1, g2, g3, A.kind, B.kind, C.kind))"))
        return statements


# Running.

class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def crashed(self):
        """Ended by a signal, a panic or the time limit: wrong whatever the others do."""
        return self.code is None or self.code < 0 or self.code >= 100 or b"panicked at" in self.err


def execute(command, debug, path, limit):
    environment = {key: value for key, value in os.environ.items() if key != "TAIPAN_DEBUG"}
    environment["PYTHONHASHSEED"] = "0"
    if debug:
        environment["TAIPAN_DEBUG"] = debug
    try:
        done = subprocess.run([*command, path], capture_output=True, timeout=limit, env=environment, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return Result(None, b"", b"time limit")
    return Result(done.returncode, done.stdout, done.stderr)


class Fuzzer:
    def __init__(self, options):
        self.options = options
        self.modes = {}
        if options.taipan:
            for name in options.modes.split(","):
                arguments, debug = MODES[name]
                self.modes[name] = ([options.taipan, *arguments], debug)

    def judge(self, source, folder, only=None):
        """(what is wrong or None, details). `only` names the one mode to look at."""
        path = os.path.join(folder, "program.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        expected = None
        if self.options.python:
            expected = execute([self.options.python], None, path, self.options.limit)
            if expected.code is None or b"MemoryError" in expected.out:
                return None, "skipped"
            if expected.code != 0:
                return None, "not a program: " + expected.err.decode(errors="replace")[-300:]
        first = None
        for name, (command, debug) in self.modes.items():
            if only is not None and name != only and not (first is None and self.options.python is None):
                continue
            slow = 10 if debug == "gc=every" else 3
            found = execute(command, debug, path, self.options.limit * slow)
            if found.crashed():
                return name + ": crash", describe(None, found)
            reference = expected or first
            if reference is not None and (found.out != reference.out or found.code != reference.code):
                return name + ": output", describe(reference, found)
            if first is not None and found.err != first.err:
                return name + ": messages", describe(Result(0, first.err, b""), Result(0, found.err, b""))
            if first is None:
                first = found
        return None, ""

    def shrink(self, program, wrong, folder):
        """A smaller program that fails alike, as far as the time allows."""
        end = time.monotonic() + self.options.shrink
        mode = wrong.split(":")[0]

        def still_fails():
            return time.monotonic() < end and self.judge(render(program), folder, mode)[0] == wrong

        changed = True
        while changed and time.monotonic() < end:
            changed = False
            for undo in list(simplifications(program)):
                apply, revert = undo
                if time.monotonic() > end:
                    break
                apply()
                if still_fails():
                    changed = True
                else:
                    revert()
        return program

    def one(self, seed):
        """(seed, what is wrong or None, note)."""
        program = Generator(seed).program()
        source = render(program)
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            wrong, note = self.judge(source, folder)
            if wrong is None:
                return seed, None, note
            self.shrink(program, wrong, folder)
            small = render(program)
            note = self.judge(small, folder, wrong.split(":")[0])[1] or note
        place = pathlib.Path(self.options.save) / ("seed-%d" % seed)
        place.mkdir(parents=True, exist_ok=True)
        (place / "original.py").write_text(source, encoding="utf-8")
        (place / "program.py").write_text(small, encoding="utf-8")
        (place / "report.txt").write_text("%s\n\n%s\n" % (wrong, note), encoding="utf-8")
        return seed, wrong, note


def describe(expected, found):
    """The first difference, and the end of standard error."""
    lines = ["exit status %s" % found.code]
    if expected is not None:
        for a, b in zip(expected.out.splitlines() + [b"<end>"], found.out.splitlines() + [b"<end>"]):
            if a != b:
                lines += ["expected " + a.decode(errors="replace")[:300], "found    " + b.decode(errors="replace")[:300]]
                break
    error = found.err.decode(errors="replace").strip().splitlines()
    panics = [line for line in error if "panicked at" in line]
    return "\n".join(lines + panics + error[-8:])


def blocks_of(statements):
    """All lists of statements in the program, outer ones first."""
    yield statements
    for statement in list(statements):
        for block in statement.blocks:
            yield from blocks_of(block)


def nodes_of(statements):
    for block in blocks_of(statements):
        for statement in block:
            stack = [statement]
            while stack:
                node = stack.pop()
                yield node
                stack += node.children


def simplifications(program):
    """(apply, revert) pairs, big cuts first. They are made lazily: each sees what the ones before it left."""
    for block in blocks_of(program):
        size = max(1, len(block) // 2)
        while size >= 1:
            at = 0
            while at < len(block):
                taken = block[at:at + size]

                def apply(block=block, at=at, size=size):
                    del block[at:at + size]

                def revert(block=block, at=at, taken=taken):
                    block[at:at] = taken

                before = len(block)
                yield apply, revert
                at += size if len(block) == before else 0
            size //= 2
    for block in blocks_of(program):
        for index, statement in enumerate(list(block)):
            # A compound statement gives way to its first block.
            if statement.blocks and index < len(block) and block[index] is statement and not statement.text.startswith("def"):

                def apply(block=block, index=index, statement=statement):
                    block[index:index + 1] = statement.blocks[0]

                def revert(block=block, index=index, statement=statement):
                    block[index:index + len(statement.blocks[0])] = [statement]

                yield apply, revert
    for node in nodes_of(program):
        for index, child in enumerate(list(node.children)):
            for other in [*child.children, Node("0"), Node("1")]:
                if child.text in ("0", "1") and not child.children:
                    break
                # The child may have been replaced by an earlier step of this pass.
                if node.children[index] is not child:
                    break
                saved = node.children[index]

                def apply(node=node, index=index, other=other):
                    node.children[index] = other

                def revert(node=node, index=index, saved=saved):
                    node.children[index] = saved

                yield apply, revert


def newest_python():
    for name in ("python3.14", "python3.13", "python3.12", "python3"):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", "import sys; sys.exit(sys.version_info < (3, 12))"], stderr=subprocess.DEVNULL).returncode == 0:
            return path
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="stop after this time (default 60)")
    parser.add_argument("--count", type=int, help="stop after this many programs")
    parser.add_argument("--seed", type=int, default=None, help="the first program's seed (default: from the clock)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--taipan", default=str(ROOT / "target" / "release" / "taipan"), help="empty: only CPython, to try the generator")
    parser.add_argument("--python", default=None, help="the reference; empty: only compare modes (default: the newest CPython from 3.12 on)")
    parser.add_argument("--modes", default=",".join(MODES), help="default: " + ",".join(MODES))
    parser.add_argument("--save", default="fuzz-failures", help="folder for failing programs")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds a run may take under the reference (default 10)")
    parser.add_argument("--shrink", type=float, default=60.0, help="seconds to spend on shrinking one failure")
    parser.add_argument("--print", action="store_true", dest="show", help="print the program of --seed and stop")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = int(time.time()) * 1000
    if options.show:
        print(render(Generator(options.seed).program()))
        return
    if options.python is None:
        options.python = newest_python()
        print("reference:", options.python or "none found: modes are compared with each other", flush=True)
    unknown = set(options.modes.split(",")) - set(MODES)
    if unknown:
        parser.error("no such mode: " + ", ".join(sorted(unknown)))
    fuzzer = Fuzzer(options)
    end = time.monotonic() + options.seconds
    tried = skipped = failures = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        seed = options.seed
        running = set()
        while True:
            stop = time.monotonic() > end or (options.count is not None and seed - options.seed >= options.count)
            while not stop and len(running) < options.jobs and (options.count is None or seed - options.seed < options.count):
                running.add(pool.submit(fuzzer.one, seed))
                seed += 1
            if not running:
                break
            done, running = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                number, wrong, note = future.result()
                tried += 1
                if wrong:
                    failures += 1
                    print("seed %d: %s\n  %s" % (number, wrong, note.replace("\n", "\n  ")), flush=True)
                elif note:
                    skipped += 1
                    if note != "skipped":
                        print("seed %d: %s" % (number, note), flush=True)
    print("%d programs, %d failures, %d skipped, seeds %d to %d" % (tried, failures, skipped, options.seed, seed - 1))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
