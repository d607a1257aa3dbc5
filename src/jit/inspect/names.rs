//! Stand-ins for addresses in listings, and what they stand for.
//!
//! What lives here: numbers that are the same in every run, for objects, helpers and the code's own data, and the
//! way back to names. What must not: real addresses.

use crate::jit::ir::{Function, MathFunction};
use crate::jit::runtime::Entry;
use taipan_runtime::helpers::Helper;

/// Above all stand-ins there is no address of a process on the machines that are supported.
const OBJECTS: u64 = 0x7a00_0000_0000;
const CODE: u64 = 0x7b00_0000_0000;
const HELPERS: u64 = 0x7c00_0000_0000;
/// Room between two stand-ins, so that they look aligned.
const STEP: u64 = 16;

/// The code's own descriptor, as side exits pass it.
pub const DESCRIPTOR: u64 = CODE + STEP;
/// The byte that says whether the code's assumptions hold.
pub const INVALID: u64 = CODE + 2 * STEP;
/// The word that says where the code suspended its generator.
pub const SUSPENDED: u64 = CODE + 3 * STEP;
/// From here on: the code objects of the units.
const UNITS: u64 = CODE + 16 * STEP;

/// Functions of the JIT that are no helpers of the runtime, with their names.
const ENTRIES: &[(Entry, &str)] = &[
    (Entry::BoxInt, "box_int"),
    (Entry::Allocate, "allocate"),
    (Entry::Remember, "remember"),
    (Entry::NewList, "new_list"),
    (Entry::ListOf, "list_of"),
    (Entry::Keywords, "keywords"),
    (Entry::SideExit, "side_exit"),
    (Entry::AddTraceback, "add_traceback"),
    (Entry::FinishExit, "finish_exit"),
    (Entry::Interpret, "interpret"),
    (Entry::CallObject, "call_object"),
    (Entry::CallKeywords, "call_keywords"),
    (Entry::MakeGenerator, "make_generator"),
    (Entry::MakeFunction, "make_function"),
    (Entry::ExecuteInstruction, "execute_instruction"),
    (Entry::BeginHandler, "begin_handler"),
    (Entry::EndHandler, "end_handler"),
    (Entry::ExceptionMatch, "exception_match"),
];

/// The stand-in for the address of a function that native code calls.
pub fn address(entry: Entry) -> u64 {
    let number = match entry {
        Entry::Math(function) => {
            ENTRIES.len() + MathFunction::ALL.iter().take_while(|known| **known != function).count()
        }
        Entry::Helper(helper) => {
            let before = ENTRIES.len() + MathFunction::ALL.len();
            before + Helper::ALL.iter().take_while(|known| **known != helper).count()
        }
        other => ENTRIES.iter().take_while(|(known, _)| *known != other).count(),
    };
    HELPERS + STEP * number as u64
}

/// Gives the function's objects and code objects stand-ins for their addresses.
pub fn replace_addresses(function: &mut Function) {
    for (number, object) in function.objects.values_mut().enumerate() {
        object.word = OBJECTS + STEP * number as u64;
    }
    for (number, unit) in function.units.values_mut().enumerate() {
        unit.code_object = UNITS + STEP * number as u64;
    }
}

/// What a number stands for, if it is a stand-in.
fn name_of(function: &Function, number: u64) -> Option<String> {
    let index = |base: u64| ((number - base) / STEP) as usize;
    if !number.is_multiple_of(STEP) {
        return None;
    }
    match number {
        DESCRIPTOR => Some("this code".to_owned()),
        INVALID => Some("not zero if an assumption broke".to_owned()),
        SUSPENDED => Some("where the generator was suspended".to_owned()),
        HELPERS.. => {
            let index = index(HELPERS);
            let math = index.wrapping_sub(ENTRIES.len());
            let helper = math.wrapping_sub(MathFunction::ALL.len());
            ENTRIES.get(index).map(|(_, name)| (*name).to_owned()).or_else(|| {
                let math = MathFunction::ALL.get(math).map(|function| format!("math {}", function.name()));
                math.or_else(|| Helper::ALL.get(helper).map(|helper| helper.info().name.to_owned()))
            })
        }
        UNITS.. => function.units.values().nth(index(UNITS)).map(|unit| format!("code of {}", unit.label)),
        OBJECTS.. => function.objects.values().nth(index(OBJECTS)).map(|object| object.label.clone()),
        _ => None,
    }
}

/// The line, followed by what the stand-ins in it stand for.
pub fn explain(function: &Function, line: &str) -> String {
    let mut names = Vec::new();
    for (at, _) in line.match_indices("0x") {
        let digits: String =
            line[at + 2..].chars().take_while(|c| c.is_ascii_hexdigit() || *c == '_').filter(|c| *c != '_').collect();
        names.extend(u64::from_str_radix(&digits, 16).ok().and_then(|number| name_of(function, number)));
    }
    if names.is_empty() { line.to_owned() } else { format!("{line}  ; {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_lead_back() {
        let function = Function::new("f");
        let named = |entry| name_of(&function, address(entry)).unwrap_or_default();
        for (entry, name) in ENTRIES {
            assert_eq!(named(*entry), *name);
        }
        for helper in Helper::ALL {
            assert_eq!(named(Entry::Helper(*helper)), helper.info().name);
        }
        for math in MathFunction::ALL {
            assert_eq!(named(Entry::Math(*math)), format!("math {}", math.name()));
        }
        assert_eq!(
            explain(&function, "v1 = iconst.i64 0x7c00_0000_0000"),
            "v1 = iconst.i64 0x7c00_0000_0000  ; box_int"
        );
        assert_eq!(explain(&function, "mov rax, 0x7c"), "mov rax, 0x7c");
    }
}
