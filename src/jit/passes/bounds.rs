//! Checks of what a counted loop computes from its counter, made once before the loop.
//!
//! What lives here: bounds checks of indices that are affine in a loop's counter, and the overflow checks of the
//! arithmetic that gives them. An affine function takes its extremes at the ends of the counter's range, so what
//! holds of the first and the last number holds of all between. What must not: what ranges alone decide
//! (`ranges.rs`). Start at [`run`].
//!
//! After Bodík, Gupta and Sarkar: "ABCD: Eliminating Array Bounds Checks on Demand" (PLDI 2000) and the range
//! checks of HotSpot's loop predication; a check that fails resumes at the entry of the loop, where nothing has
//! happened yet. It may fail although the loop would have ended before: code made after that keeps the check in
//! its place (`Function::stay`).

use super::ranges::Ranges;
use super::rewrite::{entry_state, insert_at_end};
use crate::jit::events::ExitReason;
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;
use std::collections::HashMap;

/// Constants beside a counter in arithmetic that is not checked.
const SMALL_DISTANCE: u64 = 1 << 32;

/// Moves the checks of all counted loops, the inner ones first.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    for index in 0..cfg.loops.len() {
        let l = &cfg.loops[index];
        if let Some(counter) = Counter::find(f, &cfg, index) {
            check_before(f, &cfg, l, index, &counter);
        }
    }
    f.apply_replacements();
}

/// The counter of a loop: a parameter of its header that steps until it passes a bound.
struct Counter {
    parameter: Value,
    /// Where it starts, stops, and what is added in each iteration; all of them known before the loop.
    first: Value,
    stop: Value,
    step: Value,
    upwards: bool,
    /// What must hold of the counter and `stop` for an iteration to happen.
    condition: Condition,
    preheader: Block,
}

impl Counter {
    fn find(f: &Function, cfg: &Cfg, index: usize) -> Option<Counter> {
        let l = &cfg.loops[index];
        let mut entries = cfg.predecessors[l.header].iter().filter(|edge| !l.blocks.contains(&edge.from));
        let (Some(entry), None) = (entries.next(), entries.next()) else { return None };
        let branch = f.terminator(l.header);
        if f.op(f.terminator(entry.from)) != Op::Jump || f.op(branch) != Op::Branch {
            return None;
        }
        let inside = |side: usize| l.blocks.contains(&f.values[branch].targets[side].block);
        let flag = f.argument(branch, 0);
        if inside(0) == inside(1) || f.op(flag) != Op::IntCompare {
            return None;
        }
        let condition = f.values[flag].condition()?;
        let condition = if inside(0) { condition } else { condition.negated() };
        let (a, b) = (f.argument(flag, 0), f.argument(flag, 1));
        let is_parameter = |value: Value| f.values[value].home == Home::Parameter(l.header);
        let (parameter, condition, stop) =
            if is_parameter(a) { (a, condition, b) } else { (b, condition.swapped(), a) };
        if !is_parameter(parameter) || !is_outside(f, cfg, index, stop) {
            return None;
        }
        let position = f.blocks[l.header].parameters.iter().position(|known| *known == parameter)?;
        let first = f.resolve(f.values[f.terminator(entry.from)].targets[entry.index].arguments[position]);
        let mut step = None;
        for edge in cfg.predecessors[l.header].iter().filter(|edge| l.blocks.contains(&edge.from)) {
            let next = f.resolve(f.values[f.terminator(edge.from)].targets[edge.index].arguments[position]);
            let adds = matches!(f.op(next), Op::IntAdd | Op::IntAddChecked) && f.argument(next, 0) == parameter;
            let this = f.values[next].arguments.get(1).map(|a| f.resolve(*a)).filter(|_| adds)?;
            if step.is_some_and(|known| known != this) || !is_outside(f, cfg, index, this) {
                return None;
            }
            step = Some(this);
        }
        let step = step?;
        let upwards = matches!(condition, Condition::Less | Condition::LessOrEqual);
        let downwards = matches!(condition, Condition::Greater | Condition::GreaterOrEqual);
        let fits = match f.as_int(step) {
            Some(n) => (n > 0 && upwards) || (n < 0 && downwards),
            None => upwards && Ranges::solved(f, cfg).lowest_at_end(f, step, entry.from) > 0,
        };
        fits.then_some(Counter { parameter, first, stop, step, upwards, condition, preheader: entry.from })
    }

    /// The stop was computed as `first + count * step`: the last number is exactly one step before.
    fn stops_exactly(&self, f: &Function) -> bool {
        if f.as_int(self.step).is_some_and(|n| n.abs() == 1) {
            return matches!(self.condition, Condition::Less | Condition::Greater);
        }
        f.op(self.stop) == Op::IntAdd
            && f.argument(self.stop, 0) == self.first
            && matches!(self.condition, Condition::Less | Condition::Greater)
            && f.op(f.argument(self.stop, 1)) == Op::IntMul
            && f.argument(f.argument(self.stop, 1), 1) == self.step
    }

    /// A number that the counter does not pass in any iteration, made before the loop.
    fn last(&self, f: &mut Function) -> Value {
        let (op, distance) = match self.condition {
            _ if self.stops_exactly(f) => (Op::IntSub, self.step),
            Condition::Less => (Op::IntSub, f.int(1)),
            Condition::Greater => (Op::IntAdd, f.int(1)),
            Condition::Equal | Condition::NotEqual | Condition::LessOrEqual | Condition::GreaterOrEqual => {
                return self.stop;
            }
        };
        let last = f.make(op, &[self.stop, distance], &[], None);
        insert_at_end(f, self.preheader, last);
        last
    }
}

fn is_outside(f: &Function, cfg: &Cfg, index: usize, value: Value) -> bool {
    match f.values[f.resolve(value)].home {
        Home::Block(home) | Home::Parameter(home) => !cfg.loop_contains(index, home),
        Home::Everywhere => f.as_constant(value).is_some(),
        Home::None => false,
    }
}

/// How a value goes on from iteration to iteration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Stays,
    Rises,
    Falls,
    /// One of the three, for the whole loop.
    Steady,
}

impl Course {
    fn reversed(self) -> Course {
        match self {
            Course::Rises => Course::Falls,
            Course::Falls => Course::Rises,
            Course::Stays | Course::Steady => self,
        }
    }

    fn plus(self, other: Course) -> Course {
        match (self, other) {
            (Course::Stays, course) | (course, Course::Stays) => course,
            _ if self == other => self,
            _ => Course::Steady,
        }
    }
}

/// Which end of the counter's range.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    First,
    Last,
}

struct Checks<'a> {
    cfg: &'a Cfg,
    index: usize,
    counter: &'a Counter,
    state: FrameStateId,
    last: Option<Value>,
    origin: Option<Origin>,
    made: HashMap<(Value, End), Value>,
    /// No iteration happens, once asked for.
    empty: Option<Value>,
}

fn check_before(f: &mut Function, cfg: &Cfg, l: &Loop, index: usize, counter: &Counter) {
    let Some(state) = entry_state(f, l.header, counter.preheader) else { return };
    let mut checks = Checks { cfg, index, counter, state, last: None, origin: None, made: HashMap::new(), empty: None };
    let always = |block: Block| block != l.header && l.latches.iter().all(|latch| cfg.dominates(block, *latch));
    for block in l.blocks.iter().copied().filter(|block| always(*block)) {
        for i in 0..f.blocks[block].instructions.len() {
            let value = f.blocks[block].instructions[i];
            if f.values[value].origin.is_none_or(|origin| !f.stay.contains(&origin)) {
                checks.origin = f.values[value].origin;
                checks.instruction(f, value);
            }
        }
        f.sweep(block);
    }
}

impl Checks<'_> {
    fn instruction(&mut self, f: &mut Function, value: Value) {
        match f.op(value) {
            Op::GuardBounds => {
                let (index, length) = (f.argument(value, 0), f.argument(value, 1));
                let Some(course) = self.course(f, index).filter(|course| *course != Course::Stays) else { return };
                if is_outside(f, self.cfg, self.index, length) {
                    self.check_bounds(f, index, length, course);
                    f.replace(value, index);
                    f.detach(value);
                }
            }
            Op::IntAddChecked | Op::IntSubChecked | Op::IntMulChecked | Op::IntShlChecked => {
                if self.course(f, value).is_none() {
                    return;
                }
                self.at(f, value, End::First);
                self.at(f, value, End::Last);
                f.values[value].op = match f.op(value) {
                    Op::IntAddChecked => Op::IntAdd,
                    Op::IntSubChecked => Op::IntSub,
                    Op::IntMulChecked => Op::IntMul,
                    _ => Op::IntShl,
                };
                f.values[value].frame_state = PackedOption::default();
            }
            _ => {}
        }
    }

    /// How `value` goes on; `None` if it is not affine in the counter, or could wrap.
    fn course(&self, f: &Function, value: Value) -> Option<Course> {
        let value = f.resolve(value);
        if value == self.counter.parameter {
            return Some(if self.counter.upwards { Course::Rises } else { Course::Falls });
        }
        if is_outside(f, self.cfg, self.index, value) {
            return Some(Course::Stays);
        }
        let argument = |i: usize| self.course(f, f.argument(value, i));
        let constant = |i: usize| f.as_int(f.argument(value, i));
        let near = |i: usize| constant(i).is_some_and(|n| n.unsigned_abs() < SMALL_DISTANCE);
        match f.op(value) {
            Op::GuardBounds => argument(0),
            // Where the sum is not checked, that the other operand is a number that fits is not known.
            Op::IntAdd if near(1) => argument(0),
            Op::IntSub if near(1) => argument(0),
            Op::IntAddChecked => Some(argument(0)?.plus(argument(1)?)),
            Op::IntSubChecked => Some(argument(0)?.plus(argument(1)?.reversed())),
            Op::IntMulChecked => match (argument(0)?, argument(1)?) {
                (course, Course::Stays) => Some(scaled(course, constant(1))),
                (Course::Stays, course) => Some(scaled(course, constant(0))),
                _ => None,
            },
            Op::IntShlChecked if constant(1).is_some_and(|n| (0..62).contains(&n)) => argument(0),
            _ => None,
        }
    }

    /// The value at one end, computed before the loop with all checks.
    fn at(&mut self, f: &mut Function, value: Value, end: End) -> Value {
        let value = f.resolve(value);
        if value == self.counter.parameter {
            return match end {
                End::First => self.counter.first,
                End::Last => *self.last.get_or_insert_with(|| self.counter.last(f)),
            };
        }
        if is_outside(f, self.cfg, self.index, value) {
            return value;
        }
        if let Some(known) = self.made.get(&(value, end)) {
            return *known;
        }
        let op = f.op(value);
        let a = f.argument(value, 0);
        let a = self.at(f, a, end);
        let result = if op == Op::GuardBounds {
            a
        } else {
            let b = f.argument(value, 1);
            let b = self.at(f, b, end);
            match op {
                Op::IntMulChecked | Op::IntShlChecked => self.make(f, op, &[a, b], &[]),
                _ => {
                    // Both operands fit the tag, so their sum and difference fit 64 bits.
                    let op = if matches!(op, Op::IntAdd | Op::IntAddChecked) { Op::IntAdd } else { Op::IntSub };
                    let sum = self.make(f, op, &[a, b], &[]);
                    self.make(f, Op::GuardFits, &[sum], &[Immediate::Reason(ExitReason::LoopRange)])
                }
            }
        };
        self.made.insert((value, end), result);
        result
    }

    /// Leaves before the loop unless all its indices are inside, or it does nothing.
    fn check_bounds(&mut self, f: &mut Function, index: Value, length: Value, course: Course) {
        let (first, last) = (self.at(f, index, End::First), self.at(f, index, End::Last));
        let (lowest, highest) = match course {
            Course::Rises => (vec![first], vec![last]),
            Course::Falls => (vec![last], vec![first]),
            Course::Stays | Course::Steady => (vec![first, last], vec![first, last]),
        };
        let zero = f.int(0);
        let mut inside = None;
        let conditions = lowest
            .into_iter()
            .map(|end| (end, zero, Condition::GreaterOrEqual))
            .chain(highest.into_iter().map(|end| (end, length, Condition::Less)));
        for (end, limit, condition) in conditions {
            let flag = self.make(f, Op::IntCompare, &[end, limit], &[Immediate::Condition(condition)]);
            inside = Some(match inside {
                None => flag,
                Some(before) => self.make(f, Op::FlagAnd, &[before, flag], &[]),
            });
        }
        let Some(inside) = inside else { return };
        let empty = self.empty(f);
        let fine = self.make(f, Op::FlagOr, &[empty, inside], &[]);
        self.make(f, Op::GuardTrue, &[fine], &[Immediate::Reason(ExitReason::LoopRange)]);
    }

    fn empty(&mut self, f: &mut Function) -> Value {
        if let Some(empty) = self.empty {
            return empty;
        }
        let condition = Immediate::Condition(self.counter.condition.negated());
        let empty = self.make(f, Op::IntCompare, &[self.counter.first, self.counter.stop], &[condition]);
        self.empty = Some(empty);
        empty
    }

    fn make(&self, f: &mut Function, op: Op, arguments: &[Value], immediates: &[Immediate]) -> Value {
        let state = op.info().effects.exits.then_some(self.state);
        let value = f.make(op, arguments, immediates, state);
        f.values[value].origin = self.origin;
        insert_at_end(f, self.counter.preheader, value);
        value
    }
}

/// The course of a product with something that stays.
fn scaled(course: Course, factor: Option<i64>) -> Course {
    match factor {
        Some(0) => Course::Stays,
        Some(1..) => course,
        Some(_) => course.reversed(),
        None if course == Course::Stays => Course::Stays,
        None => Course::Steady,
    }
}
