//! Representation selection: block parameters that carry ints, doubles or truth values carry them unboxed.
//!
//! What lives here: the choice which parameters change their representation, and the change. The boxes that
//! are then needed nowhere disappear in the passes behind; those that only exits need move there (`dead.rs`).

use super::rewrite::insert_at_start;
use crate::jit::ir::analysis::Cfg;
use crate::jit::ir::*;
use smallvec::SmallVec;

/// The three kinds of words that have an unboxed form: type, raw type, boxing, unboxing.
const FORMS: &[(Type, Type, Op, Op)] = &[
    (Type::SMALL_INT, Type::INT64, Op::BoxInt, Op::UnboxInt),
    (Type::FLOAT, Type::DOUBLE, Op::BoxDouble, Op::UnboxDouble),
    (Type::BOOL, Type::FLAG, Op::BoxFlag, Op::UnboxFlag),
];

/// Unboxes parameters.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    for (ty, raw, boxing, unboxing) in FORMS.iter().copied() {
        let chosen = choose(f, &cfg, ty, boxing, unboxing);
        for parameter in chosen {
            change(f, &cfg, parameter, raw, boxing, unboxing);
        }
    }
    f.apply_replacements();
}

/// The parameters of this type that are taken apart somewhere, or put together where they come from; through
/// other such parameters, too.
fn choose(f: &Function, cfg: &Cfg, ty: Type, boxing: Op, unboxing: Op) -> Vec<Value> {
    let mut candidates: SecondaryMap<Value, bool> = SecondaryMap::new();
    let mut list = Vec::new();
    for block in cfg.order.iter().skip(1) {
        for parameter in &f.blocks[*block].parameters {
            if f.ty(*parameter) == ty {
                candidates[*parameter] = true;
                list.push(*parameter);
            }
        }
    }
    let mut wanted: SecondaryMap<Value, bool> = SecondaryMap::new();
    let mut neighbours: SecondaryMap<Value, Vec<Value>> = SecondaryMap::new();
    let mut work = Vec::new();
    for block in &cfg.order {
        for value in &f.blocks[*block].instructions {
            if f.op(*value) == unboxing {
                let a = f.argument(*value, 0);
                if candidates[a] {
                    work.push(a);
                }
            }
            for target in &f.values[*value].targets {
                for (parameter, argument) in f.blocks[target.block].parameters.iter().zip(&target.arguments) {
                    let argument = f.resolve(*argument);
                    if !candidates[*parameter] {
                        continue;
                    }
                    if f.op(argument) == boxing {
                        work.push(*parameter);
                    } else if candidates[argument] {
                        neighbours[*parameter].push(argument);
                        neighbours[argument].push(*parameter);
                    }
                }
            }
        }
    }
    while let Some(value) = work.pop() {
        if !wanted[value] {
            wanted[value] = true;
            work.extend(neighbours[value].iter().copied());
        }
    }
    list.retain(|parameter| wanted[*parameter]);
    list
}

fn change(f: &mut Function, cfg: &Cfg, parameter: Value, raw: Type, boxing: Op, unboxing: Op) {
    let Home::Parameter(block) = f.values[parameter].home else { return };
    let Some(index) = f.blocks[block].parameters.iter().position(|p| *p == parameter) else { return };
    for edge in &cfg.predecessors[block] {
        let terminator = f.terminator(edge.from);
        let argument = f.resolve(f.values[terminator].targets[edge.index].arguments[index]);
        let unboxed = unboxed(f, edge.from, argument, boxing, unboxing);
        f.values[terminator].targets[edge.index].arguments[index] = unboxed;
    }
    // The parameter is replaced by one of the raw type, and by a box of that at the start of its block.
    let new = f.values.push(Instruction {
        op: Op::Parameter,
        ty: raw,
        home: Home::Parameter(block),
        ..Instruction::default()
    });
    f.blocks[block].parameters[index] = new;
    let boxed = f.make(boxing, &[new], &[], None);
    insert_at_start(f, block, boxed);
    f.detach(parameter);
    f.replace(parameter, boxed);
}

/// The unboxed form of `argument` at the end of `block`.
fn unboxed(f: &mut Function, block: Block, argument: Value, boxing: Op, unboxing: Op) -> Value {
    if f.op(argument) == boxing {
        return f.argument(argument, 0);
    }
    let constant = match f.as_constant(argument) {
        Some(Constant::SmallInt(n)) => Some(Constant::Int64(n)),
        Some(Constant::Bool(flag)) => Some(Constant::Flag(flag)),
        Some(Constant::Object(object)) => f.objects[object].double.map(Constant::Double),
        _ => None,
    };
    if let Some(constant) = constant {
        return f.constant(constant);
    }
    let arguments: SmallVec<[Value; 1]> = smallvec::smallvec![argument];
    let value = f.make(unboxing, &arguments, &[], None);
    super::rewrite::insert_at_end(f, block, value);
    value
}
