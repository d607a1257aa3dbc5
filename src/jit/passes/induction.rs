//! Induction variables: a counter that runs down beside a number that runs up is that number's distance from
//! where it stops.
//!
//! What lives here: rewriting of the pair (current, remaining) that range iterators count with into (current,
//! stop), which needs one register less and lets `ranges` see that the current number is below the stop.
//! What must not: strength reduction; Cranelift and the addressing modes do what is needed there.

use super::ranges::Ranges;
use super::rewrite::{Substitution, insert_at_end, insert_at_start};
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;

/// Rewrites the pairs of all loops.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    for l in &cfg.loops {
        while let Some(pair) = find(f, &cfg, l) {
            rewrite(f, l, pair);
        }
    }
    f.apply_replacements();
}

/// A pair of parameters of a loop header.
struct Pair {
    remaining: Value,
    current: Value,
    step: Value,
    upwards: bool,
    /// The block before the loop.
    preheader: Block,
    initial_remaining: Value,
    initial_current: Value,
    /// `remaining != 0`, and its block.
    compare: Value,
}

fn find(f: &mut Function, cfg: &Cfg, l: &Loop) -> Option<Pair> {
    let outside: Vec<_> = cfg.predecessors[l.header].iter().filter(|edge| !l.blocks.contains(&edge.from)).collect();
    let [entry] = outside.as_slice() else { return None };
    if f.op(f.terminator(entry.from)) != Op::Jump {
        return None;
    }
    let initial = |f: &Function, index: usize| {
        f.resolve(f.values[f.terminator(entry.from)].targets[entry.index].arguments[index])
    };
    let parameters = f.blocks[l.header].parameters.clone();
    // What is added to a parameter in every iteration.
    let step_of = |f: &mut Function, index: usize| {
        let mut step = None;
        for edge in cfg.predecessors[l.header].iter().filter(|edge| l.blocks.contains(&edge.from)) {
            let argument = f.resolve(f.values[f.terminator(edge.from)].targets[edge.index].arguments[index]);
            let adds = f.values[argument].arguments.len() == 2 && f.argument(argument, 0) == parameters[index];
            let this = match f.op(argument) {
                Op::IntAdd if adds => Some(f.argument(argument, 1)),
                Op::IntSub if adds => {
                    let negated = f.as_int(f.argument(argument, 1))?.checked_neg()?;
                    Some(f.int(negated))
                }
                _ => None,
            }?;
            if step.is_some_and(|known| known != this) {
                return None;
            }
            step = Some(this);
        }
        step
    };
    let steps: Vec<Option<Value>> = (0..parameters.len())
        .map(|index| if f.ty(parameters[index]) == Type::INT64 { step_of(f, index) } else { None })
        .collect();
    let counts_down = |f: &Function, index: usize| {
        steps[index].is_some_and(|step| f.as_int(step) == Some(-1))
            && compare_of(f, cfg, l, parameters[index]).is_some()
    };
    if !(0..parameters.len()).any(|index| counts_down(f, index)) {
        return None;
    }
    let known = Known { ranges: Ranges::solved(f, cfg), block: entry.from };
    let remaining_index =
        (0..parameters.len()).find(|index| counts_down(f, *index) && known.is_not_negative(f, initial(f, *index)))?;
    let remaining = parameters[remaining_index];
    let compare = compare_of(f, cfg, l, remaining)?;
    let (current_index, step, upwards) = steps.iter().enumerate().find_map(|(index, step)| {
        let step = (*step).filter(|_| index != remaining_index)?;
        let upwards = match f.as_int(step) {
            Some(1..=1024) => true,
            Some(-1024..=-1) => false,
            None if is_outside(f, l, step) && known.is_positive(f, step) => true,
            _ => return None,
        };
        counts_together(f, l, cfg, remaining, parameters[index]).then_some((index, step, upwards))
    })?;
    Some(Pair {
        remaining,
        current: parameters[current_index],
        step,
        upwards,
        preheader: entry.from,
        initial_remaining: initial(f, remaining_index),
        initial_current: initial(f, current_index),
        compare,
    })
}

fn is_outside(f: &Function, l: &Loop, value: Value) -> bool {
    match f.values[value].home {
        Home::Block(home) | Home::Parameter(home) => !l.blocks.contains(&home),
        Home::Everywhere | Home::None => false,
    }
}

/// The comparison of `remaining` with zero behind whose "not zero" side all latches lie, so that the counter
/// never passes zero.
fn compare_of(f: &Function, cfg: &Cfg, l: &Loop, remaining: Value) -> Option<Value> {
    l.blocks.iter().find_map(|block| {
        let terminator = f.terminator(*block);
        if f.op(terminator) != Op::Branch {
            return None;
        }
        let flag = f.argument(terminator, 0);
        if f.op(flag) != Op::IntCompare || f.argument(flag, 0) != remaining || f.as_int(f.argument(flag, 1)) != Some(0)
        {
            return None;
        }
        let side = match f.values[flag].condition()? {
            Condition::NotEqual => 0,
            Condition::Equal => 1,
            _ => return None,
        };
        let next = f.values[terminator].targets[side].block;
        let guarded = cfg.predecessors[next].len() == 1 && l.latches.iter().all(|latch| cfg.dominates(next, *latch));
        guarded.then_some(flag)
    })
}

/// The current number may not be one that wraps: it comes from a range iterator, whose numbers all are small
/// ints. That is so if it steps where the counter does, in the same block.
fn counts_together(f: &Function, l: &Loop, cfg: &Cfg, remaining: Value, current: Value) -> bool {
    let step_block = |parameter: Value| {
        let index = f.blocks[l.header].parameters.iter().position(|p| *p == parameter)?;
        let edge = cfg.predecessors[l.header].iter().find(|edge| l.blocks.contains(&edge.from))?;
        let argument = f.resolve(f.values[f.terminator(edge.from)].targets[edge.index].arguments[index]);
        Some(f.values[argument].home)
    };
    step_block(remaining) == step_block(current)
}

/// What holds where a block ends.
struct Known<'a> {
    ranges: Ranges<'a>,
    block: Block,
}

impl Known<'_> {
    fn is_positive(&self, f: &Function, value: Value) -> bool {
        self.ranges.lowest_at_end(f, value, self.block) > 0
    }

    fn is_not_negative(&self, f: &Function, value: Value) -> bool {
        let value = f.resolve(value);
        if self.ranges.lowest_at_end(f, value, self.block) >= 0 {
            return true;
        }
        let argument = |i: usize| f.argument(value, i);
        match f.op(value) {
            // A maximum less one of those it is the maximum of.
            Op::IntSub | Op::IntSubChecked if f.op(argument(0)) == Op::IntMax => {
                f.values[argument(0)].arguments.iter().any(|a| f.resolve(*a) == argument(1))
            }
            Op::IntAddChecked => self.is_not_negative(f, argument(0)) && self.is_not_negative(f, argument(1)),
            Op::IntAdd => {
                self.is_not_negative(f, argument(0)) && f.as_int(argument(1)).is_some_and(|n| (0..1024).contains(&n))
            }
            Op::IntFloorDiv => self.is_not_negative(f, argument(0)) && self.is_positive(f, argument(1)),
            Op::IntShr => self.is_not_negative(f, argument(0)),
            Op::Load => f.values[value].place() == Some(Place::Field(Field::RangeIteratorRemaining)),
            _ => false,
        }
    }
}

fn rewrite(f: &mut Function, l: &Loop, pair: Pair) {
    // stop = current + remaining * step, before the loop.
    let step = pair.step;
    let by_one = f.as_int(step) == Some(1);
    let distance = if by_one {
        pair.initial_remaining
    } else {
        let product = f.make(Op::IntMul, &[pair.initial_remaining, step], &[], None);
        insert_at_end(f, pair.preheader, product);
        product
    };
    let stop = f.make(Op::IntAdd, &[pair.initial_current, distance], &[], None);
    insert_at_end(f, pair.preheader, stop);
    // remaining = (stop - current) / step, in the loop.
    let mut remaining = f.make(Op::IntSub, &[stop, pair.current], &[], None);
    insert_at_start(f, l.header, remaining);
    if !by_one {
        let difference = remaining;
        remaining = f.make(Op::IntFloorDiv, &[difference, step], &[], None);
        f.blocks[l.header].instructions.insert(1, remaining);
        f.values[remaining].home = Home::Block(l.header);
    }
    // The state at the loop's entry is also used before the loop, where what the header computes is not known: it
    // computes the same for itself.
    if let Some(state) = f.blocks[l.header].loop_state.expand() {
        let mut sunk = f.make(Op::IntSub, &[stop, pair.current], &[], None);
        f.values[sunk].home = Home::Everywhere;
        if !by_one {
            sunk = f.make(Op::IntFloorDiv, &[sunk, step], &[], None);
            f.values[sunk].home = Home::Everywhere;
        }
        let mut substitution = Substitution::default();
        substitution.insert(pair.remaining, sunk);
        f.blocks[l.header].loop_state = substitution.state(f, state).into();
    }
    let condition = match (f.values[pair.compare].condition(), pair.upwards) {
        (Some(Condition::Equal), true) => Condition::GreaterOrEqual,
        (Some(Condition::Equal), false) => Condition::LessOrEqual,
        (_, true) => Condition::Less,
        (_, false) => Condition::Greater,
    };
    let compare = &mut f.values[pair.compare];
    compare.arguments = smallvec::smallvec![pair.current, stop];
    compare.immediates = smallvec::smallvec![Immediate::Condition(condition)];
    // Take the parameter away.
    let Some(index) = f.blocks[l.header].parameters.iter().position(|p| *p == pair.remaining) else { return };
    f.blocks[l.header].parameters.remove(index);
    f.detach(pair.remaining);
    for block in f.order.clone() {
        let terminator = f.terminator(block);
        for target in &mut f.values[terminator].targets {
            if target.block == l.header {
                target.arguments.remove(index);
            }
        }
    }
    f.replace(pair.remaining, remaining);
    f.apply_replacements();
}
