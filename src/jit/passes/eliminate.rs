//! Removal of what is known already: folding, value numbering, repeated guards and loads.
//!
//! What lives here: one walk in reverse postorder that keeps, for every point, the expressions available there
//! and the facts about memory. What must not: moving instructions.
//!
//! After Click: "Global Code Motion, Global Value Numbering" (PLDI 1995) for the numbering, restricted to
//! dominating expressions.

use super::fold::{Folded, fold};
use super::memory::{Aliasing, Facts, Key, KnownShape, Location, LoopWrites, object_of, strip_bounds};
use crate::jit::ir::analysis::Cfg;
use crate::jit::ir::*;
use smallvec::SmallVec;
use std::collections::HashMap;

/// Removes what is redundant.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    let aliasing = Aliasing::new(f, &cfg);
    let mut pass = Eliminate {
        cfg: &cfg,
        aliasing,
        available: HashMap::new(),
        flags: HashMap::new(),
        at_end: SecondaryMap::with_capacity(f.blocks.len()),
        waiting: waiting_edges(&cfg),
        loop_writes: cfg.loops.iter().map(|l| LoopWrites::of(f, l)).collect(),
    };
    for block in cfg.order.clone() {
        pass.block(f, block);
    }
    f.apply_replacements();
}

/// How many forward edges leave each block.
fn waiting_edges(cfg: &Cfg) -> SecondaryMap<Block, u32> {
    let mut waiting: SecondaryMap<Block, u32> = SecondaryMap::new();
    for block in &cfg.order {
        for edge in cfg.predecessors[*block].iter().filter(|edge| !cfg.dominates(*block, edge.from)) {
            waiting[edge.from] += 1;
        }
    }
    waiting
}

/// What makes two instructions compute the same.
type Expression = (Op, SmallVec<[Value; 3]>, SmallVec<[Immediate; 2]>);

struct Eliminate<'a> {
    cfg: &'a Cfg,
    aliasing: Aliasing<'a>,
    /// Values of expressions that do not depend on memory, with the blocks they stand in.
    available: HashMap<Expression, SmallVec<[Value; 2]>>,
    /// Flags known to be true or false from a block on.
    flags: HashMap<Value, SmallVec<[(Block, bool); 2]>>,
    at_end: SecondaryMap<Block, Facts>,
    /// How many edges from a block lead to blocks that still have to ask for its facts.
    waiting: SecondaryMap<Block, u32>,
    loop_writes: Vec<LoopWrites>,
}

impl Eliminate<'_> {
    fn block(&mut self, f: &mut Function, block: Block) {
        let mut facts = self.facts_at_start(f, block);
        self.learn_from_branch(f, block, &mut facts);
        for i in 0..f.blocks[block].instructions.len() {
            let value = f.blocks[block].instructions[i];
            self.instruction(f, block, value, &mut facts);
        }
        f.sweep(block);
        self.at_end[block] = facts;
    }

    fn facts_at_start(&mut self, f: &Function, block: Block) -> Facts {
        let cfg = self.cfg;
        let mut edges = cfg.predecessors[block].iter().filter(|edge| !cfg.dominates(block, edge.from));
        let mut facts = match edges.next() {
            // The facts are many: they move on to the last block that asks for them.
            Some(edge) if self.waiting[edge.from] == 1 && cfg.predecessors[block].len() == 1 => {
                self.waiting[edge.from] = 0;
                std::mem::take(&mut self.at_end[edge.from])
            }
            Some(edge) => self.at_end[edge.from].clone(),
            // Code whose assumptions do not hold is not entered.
            None => Facts { valid: true, ..Facts::default() },
        };
        for edge in edges {
            facts.intersect(&self.at_end[edge.from]);
        }
        self.facts_of_parameters(f, block, &mut facts);
        if let Some(l) = self.cfg.loop_at(block)
            && let Some(index) = self.cfg.innermost[l.header]
        {
            facts.forget_loop(f, &self.aliasing, &self.loop_writes[index]);
        }
        for edge in cfg.predecessors[block].iter().filter(|edge| !cfg.dominates(block, edge.from)) {
            let waiting = &mut self.waiting[edge.from];
            *waiting = waiting.saturating_sub(1);
            if *waiting == 0 {
                self.at_end[edge.from] = Facts::default();
            }
        }
        facts
    }

    /// A parameter has the shape that all its arguments have. Not for loop headers, where what comes around is
    /// not known yet.
    fn facts_of_parameters(&self, f: &Function, block: Block, facts: &mut Facts) {
        let edges = &self.cfg.predecessors[block];
        if self.cfg.loop_at(block).is_some() {
            return;
        }
        for (index, parameter) in f.blocks[block].parameters.iter().enumerate() {
            let mut shapes = edges.iter().map(|edge| {
                let argument = f.values[f.terminator(edge.from)].targets[edge.index].arguments[index];
                // The facts of an only predecessor are here already.
                let known = if edges.len() == 1 { &*facts } else { &self.at_end[edge.from] };
                known.shapes.get(&object_of(f, argument)).map(|known| known.shape)
            });
            let first = shapes.next().flatten();
            let same = shapes.all(|shape| shape == first);
            if let (Some(first), true) = (first, same) {
                facts.shapes.insert(*parameter, KnownShape { shape: first, witness: None });
            }
        }
    }

    /// In a block that one edge of a branch enters, the branch's flag is known.
    fn learn_from_branch(&mut self, f: &mut Function, block: Block, facts: &mut Facts) {
        let [edge] = self.cfg.predecessors[block].as_slice() else { return };
        let terminator = f.terminator(edge.from);
        if f.op(terminator) != Op::Branch
            || f.values[terminator].targets[0].block == f.values[terminator].targets[1].block
        {
            return;
        }
        let flag = f.argument(terminator, 0);
        self.learn(f, block, flag, edge.index == 0, facts);
    }

    fn learn(&mut self, f: &Function, block: Block, flag: Value, truth: bool, facts: &mut Facts) {
        if f.as_flag(flag).is_some() {
            return;
        }
        self.flags.entry(flag).or_default().push((block, truth));
        match (f.op(flag), truth) {
            (Op::HasShape, true) => {
                if let Some(shape) = f.values[flag].shape() {
                    facts.shapes.insert(object_of(f, f.argument(flag, 0)), KnownShape { shape, witness: None });
                }
            }
            (Op::FlagNot, _) => self.learn(f, block, f.argument(flag, 0), !truth, facts),
            (Op::FlagAnd, true) | (Op::FlagOr, false) => {
                self.learn(f, block, f.argument(flag, 0), truth, facts);
                self.learn(f, block, f.argument(flag, 1), truth, facts);
            }
            _ => {}
        }
    }

    fn known_flag(&self, block: Block, flag: Value) -> Option<bool> {
        self.flags.get(&flag)?.iter().find(|(from, _)| self.cfg.dominates(*from, block)).map(|(_, truth)| *truth)
    }

    fn instruction(&mut self, f: &mut Function, block: Block, value: Value, facts: &mut Facts) {
        for i in 0..f.values[value].arguments.len() {
            let argument = f.resolve(f.values[value].arguments[i]);
            let known = if f.ty(argument) == Type::FLAG { self.known_flag(block, argument) } else { None };
            f.values[value].arguments[i] = match known {
                Some(truth) => f.constant(Constant::Flag(truth)),
                None => argument,
            };
        }
        loop {
            match fold(f, value) {
                Folded::No => break,
                Folded::Changed => {}
                Folded::Gone => return f.detach(value),
                Folded::Value(new) => return replace(f, value, new),
            }
        }
        f.values[value].ty = f.result_type(&f.values[value]);
        if f.op(value).is_terminator() {
            return self.edge_arguments(f, block, value);
        }
        if self.from_memory(f, value, facts) {
            return;
        }
        if self.is_numbered(f, value) {
            let expression = expression(f, value);
            let found = self.available.get(&expression).and_then(|values| {
                values.iter().copied().find(|other| match f.values[*other].home {
                    Home::Block(home) => self.cfg.dominates(home, block),
                    Home::Parameter(_) | Home::Everywhere | Home::None => false,
                })
            });
            if let Some(other) = found {
                if f.op(value).has_result() {
                    return replace(f, value, other);
                }
                return f.detach(value);
            }
            self.available.entry(expression).or_default().push(value);
        }
        match f.op(value) {
            Op::GuardTrue => self.learn(f, block, f.argument(value, 0), true, facts),
            Op::GuardFalse => self.learn(f, block, f.argument(value, 0), false, facts),
            Op::GuardShape => {
                if let Some(shape) = f.values[value].shape() {
                    facts.shapes.insert(object_of(f, value), KnownShape { shape, witness: Some(value) });
                }
            }
            _ => {}
        }
        facts.apply(f, &self.aliasing, value);
        self.learn_load(f, value, facts);
        learn_array(f, value, facts);
    }

    /// Flags that a terminator passes on may be known.
    fn edge_arguments(&self, f: &mut Function, block: Block, value: Value) {
        for t in 0..f.values[value].targets.len() {
            for a in 0..f.values[value].targets[t].arguments.len() {
                let argument = f.resolve(f.values[value].targets[t].arguments[a]);
                let known = if f.ty(argument) == Type::FLAG { self.known_flag(block, argument) } else { None };
                f.values[value].targets[t].arguments[a] = match known {
                    Some(truth) => f.constant(Constant::Flag(truth)),
                    None => argument,
                };
            }
        }
    }

    /// Equal arguments give equal results wherever the instruction stands.
    fn is_numbered(&self, f: &Function, value: Value) -> bool {
        let effects = f.effects(value);
        effects.reads.is_empty()
            && effects.writes.is_empty()
            && !effects.raises
            && !f.values[value].is_fresh()
            && !matches!(f.op(value), Op::Exit | Op::LoadRegister | Op::AssumeShape | Op::AssumeType)
    }

    /// Uses what is known about memory. True if the instruction was removed.
    fn from_memory(&self, f: &mut Function, value: Value, facts: &Facts) -> bool {
        match f.op(value) {
            Op::Load | Op::LoadElement => {
                let Some(location) = location_read(f, value) else { return false };
                match facts.contents.get(&location).map(|known| f.resolve(*known)) {
                    Some(known) if f.ty(known).representation() == f.ty(value).representation() => {
                        replace(f, value, known);
                        true
                    }
                    _ => false,
                }
            }
            Op::Store | Op::StoreElement => {
                // What is there already need not be written again.
                let Some(location) = location_read(f, value) else { return false };
                let stored = f.resolve(f.values[value].arguments[f.values[value].arguments.len() - 1]);
                if facts.contents.get(&location).map(|known| f.resolve(*known)) == Some(stored) {
                    f.detach(value);
                    return true;
                }
                false
            }
            Op::GuardShape => {
                let object = f.argument(value, 0);
                let Some(known) = facts.shapes.get(&object_of(f, object)) else { return false };
                if Some(known.shape) != f.values[value].shape() {
                    return false;
                }
                match known.witness.map(|witness| f.resolve(witness)) {
                    Some(witness) if f.ty(witness).is_subset(f.ty(value)) => {
                        replace(f, value, witness);
                        true
                    }
                    // An object made here has all its places from the start.
                    _ if f.op(object_of(f, object)) == Op::New => {
                        let object = object_of(f, object);
                        replace(f, value, object);
                        true
                    }
                    _ => {
                        // The check is not needed, but what depends on it must not move before the others.
                        let shape = Immediate::Shape(known.shape);
                        let instruction = &mut f.values[value];
                        instruction.op = Op::AssumeShape;
                        instruction.immediates = smallvec::smallvec![shape];
                        instruction.frame_state = PackedOption::default();
                        true
                    }
                }
            }
            Op::CheckValid if facts.valid => {
                f.detach(value);
                true
            }
            Op::HasShape => {
                let object = object_of(f, f.argument(value, 0));
                match (facts.shapes.get(&object), f.values[value].shape()) {
                    (Some(known), Some(asked)) => {
                        let flag = f.constant(Constant::Flag(known.shape == asked));
                        replace(f, value, flag);
                        true
                    }
                    _ => false,
                }
            }
            Op::StoreShape => {
                let object = f.argument(value, 0);
                if facts.shapes.get(&object_of(f, object)).map(|known| known.shape) == f.values[value].shape() {
                    f.detach(value);
                    return true;
                }
                false
            }
            _ => false,
        }
    }

    fn learn_load(&self, f: &Function, value: Value, facts: &mut Facts) {
        if matches!(f.op(value), Op::Load | Op::LoadElement)
            && let Some(location) = location_read(f, value)
        {
            facts.contents.insert(location, value);
        }
    }
}

/// The length and the items of a new tuple are known.
fn learn_array(f: &mut Function, value: Value, facts: &mut Facts) {
    if f.op(value) != Op::New || !matches!(f.layout_of(&f.values[value]), Some(Layout::Tuple { .. })) {
        return;
    }
    let items: Vec<Value> = f.values[value].arguments.iter().map(|a| f.resolve(*a)).collect();
    let length = f.int(items.len() as i64);
    facts.contents.insert(Location::Place(value, Key::Field(Field::TupleLength)), length);
    for (i, item) in items.into_iter().enumerate() {
        let index = f.int(i as i64);
        facts.contents.insert(Location::Element(value, Region::Constant, index), item);
    }
}

/// Where a load reads or a store writes.
fn location_read(f: &Function, value: Value) -> Option<Location> {
    let base = object_of(f, f.argument(value, 0));
    match f.op(value) {
        Op::Load | Op::Store => Some(Location::Place(base, Key::of(f.values[value].place()?))),
        Op::LoadElement | Op::StoreElement => {
            let elements = f.values[value].elements()?;
            Some(Location::Element(base, elements.region(), strip_bounds(f, f.argument(value, 1))))
        }
        _ => None,
    }
}

fn expression(f: &Function, value: Value) -> Expression {
    let instruction = &f.values[value];
    let arguments = instruction.arguments.iter().map(|a| f.resolve(*a)).collect();
    // For which reason a guard exits does not matter for what it proves.
    let immediates = instruction.immediates.iter().copied().filter(|i| !matches!(i, Immediate::Reason(_))).collect();
    (instruction.op, arguments, immediates)
}

fn replace(f: &mut Function, value: Value, new: Value) {
    f.replace(value, new);
    f.detach(value);
}
