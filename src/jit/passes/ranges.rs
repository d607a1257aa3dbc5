//! Ranges of machine ints, and what follows from them: overflow checks, bounds checks and comparisons that are
//! decided.
//!
//! What lives here: an interval analysis with the conditions of branches and guards, and symbolic knowledge of
//! the form "this index is below that length". What must not: the tag's limits in any other pass.
//!
//! Intervals after Cousot and Cousot: "Abstract Interpretation" (POPL 1977): increasing rounds with widening at
//! loop headers, then decreasing rounds.

use crate::jit::ir::analysis::Cfg;
use crate::jit::ir::*;
use std::collections::HashMap;
use taipan_runtime::value::Value as Word;

/// Drops checks that cannot fail.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    Ranges::solved(f, &cfg).apply(f);
    f.apply_replacements();
    wrap_masked(f);
}

/// How many things may lie in memory: a bound for every length.
const MAXIMUM_LENGTH: i64 = 1 << 48;
/// Rounds before widening starts, and rounds after it for precision.
const PRECISE_ROUNDS: usize = 3;
const NARROWING_ROUNDS: usize = 2;

/// The numbers from `lo` to `hi`, both included. `lo > hi`: none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Interval {
    lo: i64,
    hi: i64,
}

impl Interval {
    const FULL: Interval = Interval { lo: i64::MIN, hi: i64::MAX };
    const NONE: Interval = Interval { lo: i64::MAX, hi: i64::MIN };
    const SMALL: Interval = Interval { lo: Word::SMALL_MIN, hi: Word::SMALL_MAX };

    fn new(lo: i64, hi: i64) -> Interval {
        Interval { lo, hi }
    }

    fn is_none(self) -> bool {
        self.lo > self.hi
    }

    fn join(self, other: Interval) -> Interval {
        Interval { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    fn meet(self, other: Interval) -> Interval {
        Interval { lo: self.lo.max(other.lo), hi: self.hi.min(other.hi) }
    }

    fn within(self, other: Interval) -> bool {
        self.is_none() || (self.lo >= other.lo && self.hi <= other.hi)
    }

    /// The smallest interval around these numbers if they are 64-bit numbers, else all numbers.
    fn around(numbers: &[i128]) -> Interval {
        let (Some(lo), Some(hi)) = (numbers.iter().min(), numbers.iter().max()) else { return Interval::FULL };
        match (i64::try_from(*lo), i64::try_from(*hi)) {
            (Ok(lo), Ok(hi)) => Interval { lo, hi },
            _ => Interval::FULL,
        }
    }

    /// The results of `op` on the corners.
    fn corners(self, other: Interval, op: impl Fn(i128, i128) -> i128) -> Interval {
        if self.is_none() || other.is_none() {
            return Interval::NONE;
        }
        let (a, b) = ([self.lo as i128, self.hi as i128], [other.lo as i128, other.hi as i128]);
        Interval::around(&[op(a[0], b[0]), op(a[0], b[1]), op(a[1], b[0]), op(a[1], b[1])])
    }
}

/// `value condition other` holds from a point on.
#[derive(Clone, Copy, Debug)]
struct Constraint {
    block: Block,
    /// Index in the block from which on it holds.
    position: usize,
    condition: Condition,
    other: Value,
}

/// What is known about the machine ints of a function.
pub struct Ranges<'a> {
    cfg: &'a Cfg,
    base: SecondaryMap<Value, Option<Interval>>,
    constraints: HashMap<Value, Vec<Constraint>>,
}

impl<'a> Ranges<'a> {
    /// The ranges of the function whose graph is `cfg`.
    pub fn solved(f: &Function, cfg: &'a Cfg) -> Ranges<'a> {
        let mut ranges = Ranges::new(f, cfg);
        ranges.solve(f);
        ranges
    }

    /// The least that `value` may be wherever `block` ends.
    pub fn lowest_at_end(&self, f: &Function, value: Value, block: Block) -> i64 {
        let range = self.at(f, value, block, usize::MAX);
        if range.is_none() { i64::MIN } else { range.lo }
    }

    fn new(f: &Function, cfg: &'a Cfg) -> Ranges<'a> {
        let mut ranges = Ranges { cfg, base: SecondaryMap::new(), constraints: HashMap::new() };
        for block in &cfg.order {
            if let [edge] = cfg.predecessors[*block].as_slice() {
                let terminator = f.terminator(edge.from);
                let targets = &f.values[terminator].targets;
                if f.op(terminator) == Op::Branch && targets[0].block != targets[1].block {
                    ranges.learn(f, f.argument(terminator, 0), edge.index == 0, *block, 0);
                }
            }
            for (i, value) in f.blocks[*block].instructions.iter().enumerate() {
                match f.op(*value) {
                    Op::GuardTrue => ranges.learn(f, f.argument(*value, 0), true, *block, i + 1),
                    Op::GuardFalse => ranges.learn(f, f.argument(*value, 0), false, *block, i + 1),
                    Op::GuardBounds => {
                        let (index, length) = (f.argument(*value, 0), f.argument(*value, 1));
                        let zero = Constraint {
                            block: *block,
                            position: i + 1,
                            condition: Condition::GreaterOrEqual,
                            other: index,
                        };
                        ranges.constrain(index, Constraint { condition: Condition::Less, other: length, ..zero });
                        ranges.constrain(length, Constraint { condition: Condition::Greater, other: index, ..zero });
                    }
                    _ => {}
                }
            }
        }
        ranges
    }

    fn learn(&mut self, f: &Function, flag: Value, truth: bool, block: Block, position: usize) {
        match f.op(flag) {
            Op::IntCompare => {
                let Some(condition) = f.values[flag].condition() else { return };
                let condition = if truth { condition } else { condition.negated() };
                let (a, b) = (f.argument(flag, 0), f.argument(flag, 1));
                self.constrain(a, Constraint { block, position, condition, other: b });
                self.constrain(b, Constraint { block, position, condition: condition.swapped(), other: a });
            }
            Op::FlagNot => self.learn(f, f.argument(flag, 0), !truth, block, position),
            Op::FlagAnd if truth => {
                self.learn(f, f.argument(flag, 0), true, block, position);
                self.learn(f, f.argument(flag, 1), true, block, position);
            }
            Op::FlagOr if !truth => {
                self.learn(f, f.argument(flag, 0), false, block, position);
                self.learn(f, f.argument(flag, 1), false, block, position);
            }
            _ => {}
        }
    }

    fn constrain(&mut self, value: Value, constraint: Constraint) {
        self.constraints.entry(value).or_default().push(constraint);
    }

    /// The constraints on `value` that hold at a point.
    fn constraints_at(&self, value: Value, block: Block, position: usize) -> impl Iterator<Item = &Constraint> {
        self.constraints.get(&value).into_iter().flatten().filter(move |constraint| {
            if constraint.block == block {
                constraint.position <= position
            } else {
                self.cfg.dominates(constraint.block, block)
            }
        })
    }

    fn base(&self, f: &Function, value: Value) -> Interval {
        match f.as_int(value) {
            Some(n) => Interval::new(n, n),
            None => self.base[f.resolve(value)].unwrap_or(Interval::NONE),
        }
    }

    /// The range of `value` at a point.
    fn at(&self, f: &Function, value: Value, block: Block, position: usize) -> Interval {
        let value = f.resolve(value);
        let mut range = self.base(f, value);
        for constraint in self.constraints_at(value, block, position) {
            let other = self.base(f, constraint.other);
            if other.is_none() {
                continue;
            }
            range = match constraint.condition {
                Condition::Equal => range.meet(other),
                Condition::NotEqual if other.lo == other.hi && range.lo == other.lo => {
                    Interval { lo: range.lo.saturating_add(1), ..range }
                }
                Condition::NotEqual if other.lo == other.hi && range.hi == other.hi => {
                    Interval { hi: range.hi.saturating_sub(1), ..range }
                }
                Condition::NotEqual => range,
                Condition::Less => range.meet(Interval::new(i64::MIN, other.hi.saturating_sub(1))),
                Condition::LessOrEqual => range.meet(Interval::new(i64::MIN, other.hi)),
                Condition::Greater => range.meet(Interval::new(other.lo.saturating_add(1), i64::MAX)),
                Condition::GreaterOrEqual => range.meet(Interval::new(other.lo, i64::MAX)),
            };
        }
        range
    }

    fn solve(&mut self, f: &Function) {
        for parameter in &f.blocks[f.entry()].parameters {
            self.base[*parameter] = Some(Interval::FULL);
        }
        let mut round = 0;
        while self.round(f, round >= PRECISE_ROUNDS, false) {
            round += 1;
        }
        for _ in 0..NARROWING_ROUNDS {
            self.round(f, false, true);
        }
    }

    /// Recomputes all ranges; true if one changed. `narrow`: ranges may shrink.
    fn round(&mut self, f: &Function, widen: bool, narrow: bool) -> bool {
        let mut changed = false;
        for block in &self.cfg.order {
            let is_header = self.cfg.loop_at(*block).is_some();
            for (index, parameter) in f.blocks[*block].parameters.iter().enumerate() {
                if *block == f.entry() || f.ty(*parameter) != Type::INT64 {
                    continue;
                }
                let mut range = Interval::NONE;
                for edge in &self.cfg.predecessors[*block] {
                    let argument = f.values[f.terminator(edge.from)].targets[edge.index].arguments[index];
                    range = range.join(self.along(f, argument, edge.from, edge.index));
                }
                changed |= self.update(*parameter, range, widen && is_header, narrow);
            }
            for (position, value) in f.blocks[*block].instructions.iter().enumerate() {
                if f.ty(*value) == Type::INT64 {
                    let range = self.transfer(f, *value, *block, position);
                    changed |= self.update(*value, range, false, narrow);
                }
            }
        }
        changed
    }

    /// The range of `value` along an edge: what the branch says counts, even if its target has more edges.
    fn along(&self, f: &Function, value: Value, from: Block, index: usize) -> Interval {
        let mut range = self.at(f, value, from, usize::MAX);
        let terminator = f.terminator(from);
        if f.op(terminator) == Op::Branch {
            let flag = f.argument(terminator, 0);
            if f.op(flag) == Op::IntCompare
                && let Some(condition) = f.values[flag].condition()
            {
                let condition = if index == 0 { condition } else { condition.negated() };
                let (a, b) = (f.argument(flag, 0), f.argument(flag, 1));
                let value = f.resolve(value);
                if a == value && condition == Condition::Less {
                    range = range.meet(Interval::new(i64::MIN, self.base(f, b).hi.saturating_sub(1)));
                } else if a == value && condition == Condition::LessOrEqual {
                    range = range.meet(Interval::new(i64::MIN, self.base(f, b).hi));
                } else if a == value && condition == Condition::Greater {
                    range = range.meet(Interval::new(self.base(f, b).lo.saturating_add(1), i64::MAX));
                } else if a == value && condition == Condition::GreaterOrEqual {
                    range = range.meet(Interval::new(self.base(f, b).lo, i64::MAX));
                }
            }
        }
        range
    }

    fn update(&mut self, value: Value, range: Interval, widen: bool, narrow: bool) -> bool {
        let old = self.base[value];
        let mut new = match old {
            Some(old) if !narrow => old.join(range),
            _ => range,
        };
        if let Some(old) = old
            && widen
        {
            if new.lo < old.lo {
                new.lo = if new.lo >= 0 { 0 } else { i64::MIN };
            }
            if new.hi > old.hi {
                new.hi = i64::MAX;
            }
        }
        self.base[value] = Some(new);
        old != Some(new)
    }

    fn transfer(&self, f: &Function, value: Value, block: Block, position: usize) -> Interval {
        let instruction = &f.values[value];
        let at = |i: usize| self.at(f, instruction.arguments[i], block, position);
        match instruction.op {
            Op::UnboxInt | Op::DoubleToInt => Interval::SMALL,
            Op::FlagToInt => Interval::new(0, 1),
            Op::GuardFits => at(0).meet(Interval::SMALL),
            Op::GuardNonZero => {
                let a = at(0);
                Interval { lo: if a.lo == 0 { 1 } else { a.lo }, hi: if a.hi == 0 { -1 } else { a.hi } }
            }
            Op::GuardBounds => at(0).meet(Interval::new(0, at(1).hi.saturating_sub(1))),
            Op::Select => self.at(f, instruction.arguments[1], block, position).join(at(2)),
            Op::IntAdd | Op::IntSub | Op::IntMul => exact(instruction.op, at(0), at(1)),
            Op::IntAddChecked => exact(Op::IntAdd, at(0), at(1)).meet(Interval::SMALL),
            Op::IntSubChecked => exact(Op::IntSub, at(0), at(1)).meet(Interval::SMALL),
            Op::IntMulChecked => exact(Op::IntMul, at(0), at(1)).meet(Interval::SMALL),
            Op::IntFloorDiv | Op::IntDivUnsigned => floor_div(at(0), at(1)),
            Op::IntMod | Op::IntModUnsigned => modulo(at(0), at(1)),
            Op::IntMin => {
                let (a, b) = (at(0), at(1));
                if a.is_none() || b.is_none() { Interval::NONE } else { Interval::new(a.lo.min(b.lo), a.hi.min(b.hi)) }
            }
            Op::IntMax => {
                let (a, b) = (at(0), at(1));
                if a.is_none() || b.is_none() { Interval::NONE } else { Interval::new(a.lo.max(b.lo), a.hi.max(b.hi)) }
            }
            Op::IntAnd => {
                let (a, b) = (at(0), at(1));
                match (a.lo >= 0, b.lo >= 0) {
                    (true, true) => Interval::new(0, a.hi.min(b.hi)),
                    (true, false) => Interval::new(0, a.hi),
                    (false, true) => Interval::new(0, b.hi),
                    (false, false) => Interval::FULL,
                }
            }
            Op::IntOr | Op::IntXor => {
                let (a, b) = (at(0), at(1));
                if a.lo >= 0 && b.lo >= 0 {
                    let bits = 64 - a.hi.max(b.hi).leading_zeros();
                    Interval::new(0, if bits >= 63 { i64::MAX } else { (1 << bits) - 1 })
                } else if a.within(Interval::SMALL) && b.within(Interval::SMALL) {
                    Interval::SMALL
                } else {
                    Interval::FULL
                }
            }
            Op::IntShl => shift_left(at(0), at(1)),
            Op::IntShlChecked => shift_left(at(0), at(1)).meet(Interval::SMALL),
            Op::IntShr => {
                let (a, b) = (at(0), at(1));
                if a.is_none() || b.is_none() {
                    Interval::NONE
                } else if b.lo >= 0 && b.hi < 64 {
                    Interval::around(&[
                        (a.lo >> b.lo) as i128,
                        (a.lo >> b.hi) as i128,
                        (a.hi >> b.lo) as i128,
                        (a.hi >> b.hi) as i128,
                    ])
                } else {
                    Interval::FULL
                }
            }
            Op::Load => match instruction.place() {
                Some(Place::Field(
                    Field::ListLength
                    | Field::ListCapacity
                    | Field::ArrayLength
                    | Field::TupleLength
                    | Field::DictLength
                    | Field::StrLength
                    | Field::BytesLength,
                )) => Interval::new(0, MAXIMUM_LENGTH),
                Some(Place::Field(Field::IteratorIndex)) => Interval::new(0, MAXIMUM_LENGTH),
                Some(Place::Field(Field::DictKeysVersion) | Place::Absolute32) => Interval::new(0, u32::MAX as i64),
                _ => Interval::FULL,
            },
            Op::LoadElement => match instruction.elements() {
                Some(Elements::ListBools) => Interval::new(0, 1),
                elements => match elements.and_then(|elements| elements.cell().limits()) {
                    Some((low, high)) => Interval::new(low, high),
                    None => Interval::FULL,
                },
            },
            _ => Interval::FULL,
        }
    }

    /// Uses the ranges.
    fn apply(&self, f: &mut Function) {
        for block in self.cfg.order.clone() {
            for position in 0..f.blocks[block].instructions.len() {
                let value = f.blocks[block].instructions[position];
                self.apply_to(f, value, block, position);
            }
            f.sweep(block);
        }
    }

    fn apply_to(&self, f: &mut Function, value: Value, block: Block, position: usize) {
        let range = |f: &Function, i: usize| self.at(f, f.values[value].arguments[i], block, position);
        let unchecked = match f.op(value) {
            Op::IntAddChecked => Some((Op::IntAdd, exact(Op::IntAdd, range(f, 0), range(f, 1)))),
            Op::IntSubChecked => Some((Op::IntSub, exact(Op::IntSub, range(f, 0), range(f, 1)))),
            Op::IntMulChecked => Some((Op::IntMul, exact(Op::IntMul, range(f, 0), range(f, 1)))),
            Op::IntShlChecked => Some((Op::IntShl, shift_left(range(f, 0), range(f, 1)))),
            _ => None,
        };
        if let Some((op, result)) = unchecked {
            if result.within(Interval::SMALL) {
                f.values[value].op = op;
                f.values[value].frame_state = PackedOption::default();
            }
            return;
        }
        match f.op(value) {
            Op::IntFloorDiv | Op::IntMod => {
                if range(f, 0).lo >= 0 && range(f, 1).lo >= 0 {
                    f.values[value].op =
                        if f.op(value) == Op::IntMod { Op::IntModUnsigned } else { Op::IntDivUnsigned };
                }
            }
            Op::IntMin | Op::IntMax => {
                let (a, b) = (range(f, 0), range(f, 1));
                let is_min = f.op(value) == Op::IntMin;
                if !a.is_none() && !b.is_none() && (a.hi <= b.lo || a.lo >= b.hi) {
                    let first = (a.hi <= b.lo) == is_min;
                    let chosen = f.argument(value, usize::from(!first));
                    f.replace(value, chosen);
                    f.detach(value);
                }
            }
            Op::GuardFits if range(f, 0).within(Interval::SMALL) => remove(f, value),
            Op::GuardNonZero if range(f, 0).lo > 0 || range(f, 0).hi < 0 => remove(f, value),
            Op::GuardBounds => {
                let (index, length) = (range(f, 0), range(f, 1));
                let below = index.hi < length.lo
                    || self.is_below(f, f.argument(value, 0), f.argument(value, 1), block, position);
                if index.lo >= 0 && below {
                    remove(f, value);
                }
            }
            Op::IntCompare => {
                if let Some(flag) = self.decide(f, value, block, position) {
                    let flag = f.constant(Constant::Flag(flag));
                    f.replace(value, flag);
                    f.detach(value);
                }
            }
            _ => {}
        }
    }

    /// `index < length` is known, whatever their ranges.
    fn is_below(&self, f: &Function, index: Value, length: Value, block: Block, position: usize) -> bool {
        self.constraints_at(f.resolve(index), block, position).any(|constraint| {
            constraint.condition == Condition::Less && f.resolve(constraint.other) == f.resolve(length)
        })
    }

    fn decide(&self, f: &Function, value: Value, block: Block, position: usize) -> Option<bool> {
        let condition = f.values[value].condition()?;
        let a = self.at(f, f.values[value].arguments[0], block, position);
        let b = self.at(f, f.values[value].arguments[1], block, position);
        if a.is_none() || b.is_none() {
            return None;
        }
        let decided = |yes: bool, no: bool| match (yes, no) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        match condition {
            Condition::Less => decided(a.hi < b.lo, a.lo >= b.hi),
            Condition::LessOrEqual => decided(a.hi <= b.lo, a.lo > b.hi),
            Condition::Greater => decided(a.lo > b.hi, a.hi <= b.lo),
            Condition::GreaterOrEqual => decided(a.lo >= b.hi, a.hi < b.lo),
            Condition::Equal => decided(a.lo == a.hi && a == b, a.hi < b.lo || a.lo > b.hi),
            Condition::NotEqual => decided(a.hi < b.lo || a.lo > b.hi, a.lo == a.hi && a == b),
        }
    }
}

/// The range of an addition, subtraction or multiplication if it does not wrap, else all numbers.
fn exact(op: Op, a: Interval, b: Interval) -> Interval {
    match op {
        Op::IntAdd => a.corners(b, |x, y| x + y),
        Op::IntSub => a.corners(b, |x, y| x - y),
        _ => a.corners(b, |x, y| x * y),
    }
}

fn shift_left(a: Interval, b: Interval) -> Interval {
    if a.is_none() || b.is_none() {
        Interval::NONE
    } else if b.lo >= 0 && b.hi < 63 {
        a.corners(b, |x, y| x << y)
    } else {
        Interval::FULL
    }
}

fn floor_div(a: Interval, b: Interval) -> Interval {
    if a.is_none() || b.is_none() {
        Interval::NONE
    } else if b.lo > 0 {
        a.corners(b, |x, y| x.div_euclid(y))
    } else {
        let bound = (a.lo as i128).abs().max((a.hi as i128).abs());
        Interval::around(&[-bound, bound])
    }
}

fn modulo(a: Interval, b: Interval) -> Interval {
    if a.is_none() || b.is_none() {
        return Interval::NONE;
    }
    let mut result =
        Interval::new(if b.lo < 0 { b.lo.saturating_add(1) } else { 0 }, if b.hi > 0 { b.hi - 1 } else { 0 });
    if a.lo >= 0 && b.lo > 0 {
        result.hi = result.hi.min(a.hi);
    }
    result
}

/// A guard that cannot fail gives its first argument.
fn remove(f: &mut Function, value: Value) {
    let a = f.argument(value, 0);
    f.replace(value, a);
    f.detach(value);
}

/// Arithmetic of which only the low bits are used may wrap: `(a * b + c) & 0xFFFF` needs no overflow checks.
///
/// A checked operation loses its check if every use is an `&` with a mask that is not negative and fits the
/// tag, or an addition, subtraction, multiplication or left shift of which that holds in turn; and if no frame
/// state shows its value.
fn wrap_masked(f: &mut Function) {
    let uses = analysis::Uses::count(f);
    let mut users: SecondaryMap<Value, Vec<Value>> = SecondaryMap::new();
    let mut passed: SecondaryMap<Value, bool> = SecondaryMap::new();
    for block in &f.order {
        for value in &f.blocks[*block].instructions {
            f.values[*value].arguments.iter().for_each(|a| users[*a].push(*value));
            for target in &f.values[*value].targets {
                target.arguments.iter().for_each(|a| passed[*a] = true);
            }
        }
    }
    let mut only_low_bits: SecondaryMap<Value, bool> = SecondaryMap::new();
    for block in f.order.clone().iter().rev() {
        for i in (0..f.blocks[*block].instructions.len()).rev() {
            let value = f.blocks[*block].instructions[i];
            let wrapping = match f.op(value) {
                Op::IntAddChecked | Op::IntAdd => Op::IntAdd,
                Op::IntSubChecked | Op::IntSub => Op::IntSub,
                Op::IntMulChecked | Op::IntMul => Op::IntMul,
                _ => continue,
            };
            let masked = !users[value].is_empty()
                && !passed[value]
                && uses.state[value] == 0
                && users[value].iter().all(|user| match f.op(*user) {
                    Op::IntAnd => f.values[*user].arguments.iter().any(|a| f.as_int(*a).is_some_and(|m| m >= 0)),
                    Op::IntAdd | Op::IntSub | Op::IntMul => only_low_bits[*user],
                    _ => false,
                });
            if masked {
                only_low_bits[value] = true;
                f.values[value].op = wrapping;
                f.values[value].frame_state = PackedOption::default();
            }
        }
    }
}
