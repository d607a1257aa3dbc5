//! Optimistic type inference.
//!
//! What lives here: a fixpoint over the types of block parameters, from "no value" upwards, so that a loop
//! variable that starts as a small int and is only ever assigned small ints is known to be one. What must not:
//! any other rewriting.

use crate::jit::ir::analysis::Cfg;
use crate::jit::ir::*;

/// Recomputes all types.
pub fn run(f: &mut Function) {
    infer(f, &[]);
}

/// As [`run`], but assuming that each of the given parameters has at most the given type on entry to its loop.
/// A guard must make that true if the inferred types are kept.
pub fn infer(f: &mut Function, assumed: &[(Value, Type)]) {
    let cfg = Cfg::compute(f);
    let entry = f.entry();
    for block in cfg.order.iter().copied().filter(|block| *block != entry) {
        for i in 0..f.blocks[block].parameters.len() {
            let parameter = f.blocks[block].parameters[i];
            if f.values[parameter].ty.representation() == Representation::Word {
                f.values[parameter].ty = Type::NEVER;
            }
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for block in &cfg.order {
            for i in 0..f.blocks[*block].instructions.len() {
                let value = f.blocks[*block].instructions[i];
                let ty = f.result_type(&f.values[value]);
                if ty != f.values[value].ty {
                    f.values[value].ty = ty;
                    changed = true;
                }
            }
            let terminator = f.terminator(*block);
            for t in 0..f.values[terminator].targets.len() {
                let target = f.values[terminator].targets[t].block;
                let is_entry_edge = !cfg.dominates(target, *block);
                for p in 0..f.blocks[target].parameters.len() {
                    let parameter = f.blocks[target].parameters[p];
                    let mut given = f.ty(f.values[terminator].targets[t].arguments[p]);
                    if is_entry_edge && let Some((_, ty)) = assumed.iter().find(|(value, _)| *value == parameter) {
                        given = given & *ty;
                    }
                    let joined = f.values[parameter].ty | given;
                    if joined != f.values[parameter].ty {
                        f.values[parameter].ty = joined;
                        changed = true;
                    }
                }
            }
        }
    }
    // Sunk instructions follow their arguments.
    let sunk: Vec<Value> = f
        .values
        .iter()
        .filter(|(_, i)| i.home == Home::Everywhere && i.op != Op::Constant)
        .map(|(value, _)| value)
        .collect();
    for value in sunk {
        f.values[value].ty = f.result_type(&f.values[value]);
    }
}
