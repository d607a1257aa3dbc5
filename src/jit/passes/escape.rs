//! Scalar replacement of objects that do not escape.
//!
//! What lives here: finding allocations that only loads, stores and frame states see, and replacing their
//! places by SSA values. A frame state that names such an object names instead a sunk allocation made from the
//! contents at that point; the exit makes it. What must not: objects whose places cannot be told apart (lists).
//!
//! After Stadler, Würthinger, Mössenböck: "Partial Escape Analysis and Scalar Replacement for Java" (CGO 2014),
//! without the partial part.

use super::memory::Key;
use super::rewrite::Substitution;
use crate::jit::ir::analysis::Cfg;
use crate::jit::ir::*;

/// Replaces what can be replaced. Replacing one object may free another that was stored in it: that is for the next
/// round. The objects of one round do not hold one another, and replacing them leaves the graph as it is.
pub fn run(f: &mut Function) {
    loop {
        let cfg = Cfg::compute(f);
        let plans = candidates(f, &cfg);
        if plans.is_empty() {
            return;
        }
        for plan in plans {
            replace(f, &cfg, plan);
        }
        f.apply_replacements();
    }
}

/// What is tracked of an object.
struct Plan {
    object: Value,
    /// The same object behind guards of its shape. As nobody else sees the object, it has the shape that code here gave
    /// it, whatever was called meanwhile.
    aliases: Vec<Value>,
    home: Block,
    /// Its places, as the keys that tell them apart.
    places: Vec<Place>,
}

impl Plan {
    fn is(&self, value: Value) -> bool {
        value == self.object || self.aliases.contains(&value)
    }

    fn index(&self, place: Place) -> Option<usize> {
        self.places.iter().position(|known| Key::of(*known) == Key::of(place))
    }
}

/// The allocations that do not escape.
fn candidates(f: &Function, cfg: &Cfg) -> Vec<Plan> {
    let mut plans: Vec<Plan> = Vec::new();
    let mut plan_of: SecondaryMap<Value, Option<usize>> = SecondaryMap::new();
    for block in &f.order {
        for value in &f.blocks[*block].instructions {
            if f.op(*value) == Op::New
                && let Some(places) = f.layout_of(&f.values[*value]).and_then(Layout::places)
            {
                plan_of[*value] = Some(plans.len());
                plans.push(Plan { object: *value, aliases: Vec::new(), home: *block, places });
            }
        }
    }
    let mut escapes = vec![false; plans.len()];
    for block in &f.order {
        for value in &f.blocks[*block].instructions {
            let instruction = &f.values[*value];
            for target in &instruction.targets {
                for argument in &target.arguments {
                    if let Some(index) = plan_of[*argument] {
                        escapes[index] = true;
                    }
                }
            }
            for (i, argument) in instruction.arguments.iter().enumerate() {
                let Some(index) = plan_of[*argument] else { continue };
                let harmless = match instruction.op {
                    Op::Load | Op::Store if i == 0 => match instruction.place() {
                        Some(place) => {
                            let plan = &mut plans[index];
                            match plan.index(place) {
                                // The same bytes as a word and as a double: not told apart.
                                Some(known) => plan.places[known].cell() == place.cell(),
                                None if matches!(place, Place::Overflow { .. }) => false,
                                None => {
                                    plan.places.push(place);
                                    true
                                }
                            }
                        }
                        None => false,
                    },
                    Op::WriteBarrier => true,
                    Op::StoreShape => true,
                    Op::GuardShape | Op::AssumeShape => {
                        plans[index].aliases.push(*value);
                        plan_of[*value] = Some(index);
                        true
                    }
                    _ => false,
                };
                escapes[index] |= !harmless;
            }
        }
    }
    let mut index = 0;
    plans.retain(|_| {
        index += 1;
        !escapes[index - 1]
    });
    plans.retain(|plan| cfg.is_reachable(plan.home) && shapes_agree(f, cfg, plan));
    plans
}

/// The contents of an object at a point.
#[derive(Clone, PartialEq, Debug)]
struct Contents {
    shape: Option<u32>,
    fields: Vec<Value>,
}

fn initial_shape(f: &Function, object: Value) -> Option<u32> {
    match f.layout_of(&f.values[object]) {
        Some(Layout::Instance { shape, .. }) => Some(*shape),
        _ => None,
    }
}

/// At every point where paths meet, the object has the same shape on all of them; and guards ask for the one it has.
fn shapes_agree(f: &Function, cfg: &Cfg, plan: &Plan) -> bool {
    let mut at_end: SecondaryMap<Block, Option<u32>> = SecondaryMap::new();
    let mut at_start: SecondaryMap<Block, Option<u32>> = SecondaryMap::new();
    for block in cfg.order.iter().filter(|block| cfg.dominates(plan.home, **block)) {
        let mut shape = None;
        if *block != plan.home {
            for edge in cfg.predecessors[*block].iter().filter(|edge| !cfg.dominates(*block, edge.from)) {
                let given = at_end[edge.from];
                if shape.is_some() && shape != given {
                    return false;
                }
                shape = given;
            }
        }
        at_start[*block] = shape;
        for value in &f.blocks[*block].instructions {
            if *value == plan.object {
                shape = initial_shape(f, plan.object);
            } else if f.op(*value) == Op::StoreShape && plan.is(f.values[*value].arguments[0]) {
                shape = f.values[*value].shape();
            } else if plan.aliases.contains(value) && f.values[*value].shape() != shape {
                return false;
            }
        }
        at_end[*block] = shape;
    }
    cfg.order
        .iter()
        .filter(|block| **block != plan.home && cfg.dominates(plan.home, **block))
        .all(|block| cfg.predecessors[*block].iter().all(|edge| at_end[edge.from] == at_start[*block]))
}

/// Replaces the object of `plan`.
fn replace(f: &mut Function, cfg: &Cfg, plan: Plan) {
    let mut at_end: SecondaryMap<Block, Option<Contents>> = SecondaryMap::new();
    for alias in &plan.aliases {
        f.replace(*alias, plan.object);
        f.detach(*alias);
    }
    // Parameters made at loop headers: block, index of the place, and the position among the parameters.
    let mut open: Vec<(Block, usize, usize)> = Vec::new();
    for block in cfg.order.iter().copied().filter(|block| cfg.dominates(plan.home, *block)) {
        let mut contents =
            if block == plan.home { None } else { Some(start(f, cfg, &plan, block, &at_end, &mut open)) };
        if let (Some(state), Some(contents)) = (f.blocks[block].loop_state.expand(), &contents) {
            let state = rewrite_state(f, &plan, contents, state);
            f.blocks[block].loop_state = state.into();
        }
        for i in 0..f.blocks[block].instructions.len() {
            let value = f.blocks[block].instructions[i];
            if value == plan.object {
                let mut fields: Vec<Value> = f.values[value].arguments.iter().map(|a| f.resolve(*a)).collect();
                // Places that the allocation does not fill are zero.
                for place in &plan.places[fields.len()..] {
                    let zero = zero(f, *place);
                    fields.push(zero);
                }
                contents = Some(Contents { shape: initial_shape(f, value), fields });
                f.detach(value);
                continue;
            }
            let Some(known) = &mut contents else { continue };
            if let Some(state) = f.values[value].frame_state.expand() {
                f.values[value].frame_state = rewrite_state(f, &plan, known, state).into();
            }
            if f.values[value].arguments.first().map(|a| f.resolve(*a)) != Some(plan.object) {
                // The barrier of a store of this object into one that was replaced before.
                if f.op(value) == Op::WriteBarrier && f.resolve(f.values[value].arguments[1]) == plan.object {
                    f.detach(value);
                }
                continue;
            }
            match f.op(value) {
                Op::Load => {
                    if let Some(index) = f.values[value].place().and_then(|place| plan.index(place)) {
                        f.replace(value, known.fields[index]);
                    }
                }
                Op::Store => {
                    if let Some(index) = f.values[value].place().and_then(|place| plan.index(place)) {
                        known.fields[index] = f.resolve(f.values[value].arguments[1]);
                    }
                }
                Op::StoreShape => known.shape = f.values[value].shape(),
                _ => {}
            }
            f.detach(value);
        }
        f.sweep(block);
        at_end[block] = contents;
    }
    // What comes around the loops is known now.
    for (block, place, position) in open {
        for edge in &cfg.predecessors[block] {
            let argument = match &at_end[edge.from] {
                Some(contents) => contents.fields[place],
                None => continue,
            };
            let terminator = f.terminator(edge.from);
            let arguments = &mut f.values[terminator].targets[edge.index].arguments;
            if arguments.len() > position {
                arguments[position] = argument;
            } else {
                arguments.push(argument);
            }
        }
    }
}

/// The contents at the start of a block, with a parameter for each place that differs.
fn start(
    f: &mut Function,
    cfg: &Cfg,
    plan: &Plan,
    block: Block,
    at_end: &SecondaryMap<Block, Option<Contents>>,
    open: &mut Vec<(Block, usize, usize)>,
) -> Contents {
    let edges = &cfg.predecessors[block];
    let known: Vec<&Contents> = edges.iter().filter_map(|edge| at_end[edge.from].as_ref()).collect();
    let is_header = cfg.loop_at(block).is_some();
    let mut contents = known[0].clone();
    for index in 0..plan.places.len() {
        let differs = known.iter().any(|other| f.resolve(other.fields[index]) != f.resolve(contents.fields[index]));
        let stored = is_header && stored_in_loop(f, cfg, block, plan, index);
        if differs || stored {
            let ty = plan.places[index].cell().raw_type().unwrap_or(Type::ANY_OR_EMPTY);
            let parameter = f.new_parameter(block, ty);
            open.push((block, index, f.blocks[block].parameters.len() - 1));
            contents.fields[index] = parameter;
        }
    }
    contents
}

fn stored_in_loop(f: &Function, cfg: &Cfg, header: Block, plan: &Plan, index: usize) -> bool {
    let Some(l) = cfg.loop_at(header) else { return false };
    l.blocks.iter().flat_map(|block| &f.blocks[*block].instructions).any(|value| {
        f.op(*value) == Op::Store
            && f.resolve(f.values[*value].arguments[0]) == plan.object
            && f.values[*value].place().and_then(|place| plan.index(place)) == Some(index)
    })
}

fn zero(f: &mut Function, place: Place) -> Value {
    match place.cell() {
        Cell::Word => f.constant(Constant::Empty),
        Cell::Double => f.double(0.0),
        Cell::Int64
        | Cell::Unsigned32
        | Cell::Unsigned16
        | Cell::Unsigned8
        | Cell::Signed32
        | Cell::Signed16
        | Cell::Signed8
        | Cell::Pointer => f.int(0),
    }
}

/// The frame state with the object replaced by an allocation of its contents.
fn rewrite_state(f: &mut Function, plan: &Plan, contents: &Contents, state: FrameStateId) -> FrameStateId {
    if !names(f, state, plan.object) {
        return state;
    }
    let layout = match f.layout_of(&f.values[plan.object]) {
        Some(Layout::Instance { size, .. }) => {
            Layout::Instance { shape: contents.shape.unwrap_or(0), size: *size, slots: plan.places.clone() }
        }
        Some(other) => other.clone(),
        None => return state,
    };
    let layout = f.layout(layout);
    let fields: Vec<Value> = contents.fields.iter().map(|value| f.resolve(*value)).collect();
    let copy = f.make(Op::New, &fields, &[layout], None);
    f.values[copy].home = Home::Everywhere;
    f.values[copy].stands_for = plan.object.into();
    let mut substitution = Substitution::default();
    substitution.insert(plan.object, copy);
    substitution.state(f, state)
}

/// The frame state or one of its callers' names `object`, or something sunk that is made from it.
fn names(f: &Function, state: FrameStateId, object: Value) -> bool {
    fn made_from(f: &Function, value: Value, object: Value) -> bool {
        let value = f.resolve(value);
        value == object
            || (f.values[value].home == Home::Everywhere
                && f.values[value].arguments.iter().any(|a| made_from(f, *a, object)))
    }
    let mut next = Some(state);
    while let Some(id) = next {
        let mut found = false;
        f.frame_states[id].for_each_value(|value| found |= made_from(f, value, object));
        if found {
            return true;
        }
        next = f.frame_states[id].caller.expand();
    }
    false
}
