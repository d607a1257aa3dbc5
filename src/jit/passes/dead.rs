//! Removal of what nobody needs, and sinking of what only exits need.
//!
//! What lives here: liveness by use counts. A box, an allocation or a pure computation that only frame states
//! mention is taken out of its block: the side exit makes it (boxes and allocations from the exit's recipe,
//! computations in the exit's block).

use crate::jit::ir::analysis::Uses;
use crate::jit::ir::*;

/// Removes what nobody needs.
pub fn run(f: &mut Function) {
    remove(f, false);
}

/// Removes what nobody needs, and sinks what only frame states need.
pub fn sink(f: &mut Function) {
    remove(f, true);
}

fn remove(f: &mut Function, sink: bool) {
    let mut uses = Uses::count(f);
    let mut changed = true;
    while changed {
        changed = false;
        // Backwards, so that most uses are seen before what they use.
        for position in (0..f.order.len()).rev() {
            let block = f.order[position];
            let mut gone = false;
            for i in (0..f.blocks[block].instructions.len()).rev() {
                let value = f.blocks[block].instructions[i];
                let instruction = &f.values[value];
                if uses.real[value] != 0 || !instruction.effects().removable() {
                    continue;
                }
                let needed = uses.state[value] != 0;
                if needed && !(sink && may_sink(instruction)) {
                    continue;
                }
                for argument in &instruction.arguments {
                    uses.real[*argument] -= 1;
                    uses.state[*argument] += u32::from(needed);
                }
                f.values[value].home = if needed { Home::Everywhere } else { Home::None };
                gone = true;
            }
            if gone {
                f.sweep(block);
                changed = true;
            }
        }
    }
}

/// The exit can make the value later: it depends on nothing but its arguments.
pub fn may_sink(instruction: &Instruction) -> bool {
    instruction.effects().reads.is_empty() && !matches!(instruction.op, Op::LoadRegister | Op::DoubleCall)
}
