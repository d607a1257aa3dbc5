//! Checks that a function obeys the invariants of the IR.
//!
//! What lives here: [`verify`], called after every pass in debug builds and tests. What must not: repairs.

use super::analysis::Cfg;
use super::ops::ImmediateKind;
use super::*;
use std::collections::HashSet;

/// Checks `function`.
///
/// # Errors
/// All violations found, one sentence each, with the printed function behind them.
pub fn verify(function: &Function) -> Result<(), String> {
    let mut verifier = Verifier { function, cfg: None, errors: Vec::new() };
    verifier.structure();
    if verifier.errors.is_empty() {
        verifier.cfg = Some(Cfg::compute(function));
        verifier.values();
        verifier.snapshots();
    }
    if verifier.errors.is_empty() { Ok(()) } else { Err(format!("{}\n\n{function}", verifier.errors.join("\n"))) }
}

struct Verifier<'a> {
    function: &'a Function,
    cfg: Option<Cfg>,
    errors: Vec<String>,
}

impl Verifier<'_> {
    fn error(&mut self, value: Value, message: impl std::fmt::Display) {
        let name = self.function.values[value].op.info().name;
        self.errors.push(format!("{value} ({name}): {message}"));
    }

    /// Blocks end with their terminators, and instructions fit the table.
    fn structure(&mut self) {
        let function = self.function;
        let listed: HashSet<Block> = function.order.iter().copied().collect();
        for block in &function.order {
            let data = &function.blocks[*block];
            if data.instructions.is_empty() {
                self.errors.push(format!("{block} is empty"));
                continue;
            }
            for (i, value) in data.instructions.iter().enumerate() {
                let instruction = &function.values[*value];
                if instruction.home != Home::Block(*block) {
                    self.error(*value, format!("is listed in {block} but is at home in {:?}", instruction.home));
                }
                if instruction.op.is_terminator() != (i + 1 == data.instructions.len()) {
                    self.error(*value, "a terminator stands inside a block, or none at its end");
                }
                self.instruction(*value);
                for target in &instruction.targets {
                    if !listed.contains(&target.block) {
                        self.error(*value, format!("goes to {}, which is no block of the function", target.block));
                    } else if function.blocks[target.block].parameters.len() != target.arguments.len() {
                        self.error(*value, format!("gives {} a wrong number of arguments", target.block));
                    }
                    if target.block == function.order[0] {
                        self.error(*value, "goes to the entry block");
                    }
                }
            }
        }
    }

    fn instruction(&mut self, value: Value) {
        let function = self.function;
        let instruction = &function.values[value];
        let info = instruction.op.info();
        let variadic = info.arguments.last().is_some_and(|(_, class)| class.is_variadic());
        let fixed = info.arguments.len() - usize::from(variadic);
        if instruction.arguments.len() < fixed || (!variadic && instruction.arguments.len() != fixed) {
            self.error(value, "has a wrong number of arguments");
            return;
        }
        for (i, argument) in instruction.arguments.iter().enumerate() {
            let (name, class) = info.arguments[i.min(info.arguments.len() - 1)];
            let ty = function.ty(*argument);
            if let Some(wanted) = class.representation()
                && !ty.is_never()
                && ty.representation() != wanted
            {
                self.error(value, format!("the argument {name} ({argument}) has type {ty}"));
            }
        }
        if instruction.immediates.len() != info.immediates.len()
            || !instruction
                .immediates
                .iter()
                .zip(info.immediates)
                .all(|(immediate, (_, kind))| immediate.kind() == *kind)
        {
            self.error(value, "has wrong immediates");
        }
        if instruction.targets.len() != info.targets {
            self.error(value, "has a wrong number of targets");
        }
        if instruction.effects().needs_frame_state() != instruction.frame_state.is_some() {
            self.error(value, "needs a frame state and has none, or the other way round");
        }
        if let Some(layout) = function.layout_of(instruction)
            && layout.argument_count() != instruction.arguments.len()
        {
            self.error(value, "the arguments do not fill the layout");
        }
        self.stored_value(value);
    }

    /// A store gives its place what the place can hold.
    fn stored_value(&mut self, value: Value) {
        let function = self.function;
        let instruction = &function.values[value];
        let (cell, stored) = match instruction.op {
            Op::Store => (instruction.place().map(Place::cell), instruction.arguments.get(1)),
            Op::StoreElement => (instruction.elements().map(Elements::cell), instruction.arguments.get(2)),
            _ => return,
        };
        if let (Some(cell), Some(stored)) = (cell, stored) {
            let wanted = cell.raw_type().unwrap_or(Type::ANY).representation();
            let found = function.ty(*stored);
            if found.representation() != wanted && !found.is_never() {
                self.error(value, format!("stores {found} into a cell of {cell:?}"));
            }
        }
    }

    /// Definitions dominate uses, and types hold across edges.
    fn values(&mut self) {
        let function = self.function;
        let Some(cfg) = self.cfg.take() else { return };
        let mut seen: SecondaryMap<Value, bool> = SecondaryMap::new();
        for block in &cfg.order {
            seen_reset(&mut seen, function, *block);
            for parameter in &function.blocks[*block].parameters {
                seen[*parameter] = true;
            }
            for value in &function.blocks[*block].instructions {
                let mut used = Vec::new();
                function.values[*value].for_each_use(|u| used.push(u));
                let mut state = function.values[*value].frame_state.expand();
                while let Some(id) = state {
                    function.frame_states[id].for_each_value(|u| used.push(u));
                    state = function.frame_states[id].caller.expand();
                }
                let mut index = 0;
                while let Some(u) = used.get(index).copied() {
                    index += 1;
                    let definition = &function.values[u];
                    let available = match definition.home {
                        Home::Everywhere => {
                            used.extend(definition.arguments.iter().copied());
                            true
                        }
                        Home::Block(home) | Home::Parameter(home) if home == *block => seen[u],
                        Home::Block(home) | Home::Parameter(home) => {
                            cfg.is_reachable(home) && cfg.dominates(home, *block)
                        }
                        Home::None => false,
                    };
                    if !available {
                        self.error(*value, format!("uses {u}, whose definition does not dominate it"));
                    }
                }
                seen[*value] = true;
            }
            for target in &function.values[function.terminator(*block)].targets {
                for (parameter, argument) in function.blocks[target.block].parameters.iter().zip(&target.arguments) {
                    let (wanted, given) = (function.ty(*parameter), function.ty(*argument));
                    if !given.is_subset(wanted) {
                        let value = function.terminator(*block);
                        self.error(value, format!("gives {given} ({argument}) to {parameter}: {wanted}"));
                    }
                }
            }
        }
        self.cfg = Some(cfg);
    }

    /// Nothing observable stands between the start of a bytecode and an exit that executes it again.
    ///
    /// Within a block: an instruction that exits may not follow one that is observable and has the same
    /// position in its frame state. (The builder makes a new state after every observable instruction, so a
    /// violation means that some pass moved one over the other or reused a state.)
    fn snapshots(&mut self) {
        let function = self.function;
        for block in &function.order {
            let mut observed: Option<FrameStateId> = None;
            for value in &function.blocks[*block].instructions {
                let effects = function.effects(*value);
                let state = function.values[*value].frame_state.expand();
                if effects.exits
                    && let (Some(state), Some(observed)) = (state, observed)
                    && state == observed
                {
                    self.error(*value, "would execute again what has been observed");
                }
                if effects.observable() && state.is_some() {
                    observed = state;
                }
            }
        }
    }
}

fn seen_reset(seen: &mut SecondaryMap<Value, bool>, function: &Function, block: Block) {
    for value in &function.blocks[block].instructions {
        seen[*value] = false;
    }
}

impl Immediate {
    /// The kind of the immediate, as the table names it.
    pub fn kind(&self) -> ImmediateKind {
        match self {
            Immediate::Type(_) => ImmediateKind::ty,
            Immediate::Shape(_) => ImmediateKind::shape,
            Immediate::Int(_) => ImmediateKind::int,
            Immediate::Condition(_) => ImmediateKind::condition,
            Immediate::Place(_) => ImmediateKind::place,
            Immediate::Elements(_) => ImmediateKind::elements,
            Immediate::Layout(_) => ImmediateKind::layout,
            Immediate::Helper(_) => ImmediateKind::helper,
            Immediate::Math(_) => ImmediateKind::math,
            Immediate::Reason(_) => ImmediateKind::reason,
            Immediate::Constant(_) => ImmediateKind::constant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn errors(text: &str) -> String {
        let function = parse(text).unwrap_or_else(|error| panic!("{error}"));
        verify(&function).err().unwrap_or_default()
    }

    #[test]
    fn a_use_before_the_definition_is_found() {
        let text = "function f\nb0(v0: Any):\n  v1: Int64 = int.add v2, 1i\n  v2: Int64 = unbox.int v0\n  return v0\n";
        assert!(errors(text).contains("does not dominate"));
    }

    #[test]
    fn words_and_machine_values_do_not_mix() {
        assert!(
            errors("function f\nb0(v0: Any):\n  v1: Int64 = int.add v0, 1i\n  return v0\n").contains("has type Any")
        );
        assert!(errors("function f\nb0(v0: Any):\n  jump b1(1i)\nb1(v1: Any):\n  return v1\n").contains("gives Int64"));
    }

    #[test]
    fn guards_need_a_frame_state() {
        assert!(
            errors("function f\nb0(v0: Any):\n  v1: SmallInt = guard.type v0 {SmallInt, not_int}\n  return v1\n")
                .contains("frame state")
        );
    }

    #[test]
    fn a_guard_may_not_resume_before_a_call() {
        let text = "function f\nunit0 \"f\"\nb0(v0: Any):\n  v1: Any = call.helper 0i, v0, v0 {binary} [fs0]\n  \
                    v2: SmallInt = guard.type v1 {SmallInt, not_int} [fs0]\n  return v2\nstates:\n  fs0 = unit0+1 here v0 {}\n";
        assert!(errors(text).contains("observed"));
    }
}
