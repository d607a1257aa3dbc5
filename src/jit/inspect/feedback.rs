//! Feedback in words that people read.
//!
//! What lives here: sentences for the words of each kind of site. What must not: their meaning, which stands in
//! `bytecode/feedback.rs`. Start at [`describe`].

use crate::bytecode::feedback::{
    SiteKind, attr, binary, branch, call, compare, global, iter, operand, pair, subscript, unpack,
};
use crate::interp::profile::POINTER_MASK;
use std::cell::Cell;
use taipan_runtime::object::{Gc, Header, ShapeId};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::type_object::Type;

const OPERANDS: &[(u64, &str)] = &[
    (operand::SMALL_INT, "int"),
    (operand::BOOL, "bool"),
    (operand::BIG_INT, "big int"),
    (operand::FLOAT, "float"),
    (operand::STR, "str"),
    (operand::SEQUENCE, "list or tuple"),
    (operand::NONE, "None"),
];

const ITERABLES: &[(u64, &str)] = &[
    (iter::RANGE, "range"),
    (iter::LIST, "list"),
    (iter::TUPLE, "tuple"),
    (iter::STR, "str"),
    (iter::DICT, "dict"),
    (iter::SET, "set"),
    (iter::GENERATOR, "generator"),
    (iter::ENUMERATE, "enumerate"),
    (iter::ZIP, "zip"),
];

const CONTAINERS: &[(u64, &str)] = &[
    (subscript::LIST, "list"),
    (subscript::TUPLE, "tuple"),
    (subscript::DICT, "dict"),
    (subscript::STR, "str"),
    (subscript::BYTES, "bytes"),
    (subscript::ARRAY, "array"),
];

const ATTRIBUTES: &[(u8, &str)] = &[
    (attr::SLOT, "slot"),
    (attr::DOUBLE, "raw float slot"),
    (attr::OVERFLOW, "slot in the overflow array"),
    (attr::METHOD, "method"),
    (attr::CLASS_VALUE, "class attribute"),
    (attr::PROPERTY, "property"),
    (attr::DESCRIPTOR, "builtin descriptor"),
    (attr::TUPLE_ITEM, "field of a named tuple"),
    (attr::CLASS_METHOD, "class method"),
    (attr::OF_CLASS, "attribute of a class object"),
    (attr::OF_CLASS_BOUND, "method of a class object"),
    (attr::MODULE, "attribute of a module"),
    (attr::ADD_SLOT, "adds a slot"),
    (attr::ADD_DOUBLE, "adds a raw float slot"),
    (attr::SETTER, "property setter"),
    (attr::DICTIONARY, "entry of the object's dict"),
];

/// What a site has seen; empty if it has seen nothing.
pub fn describe(thread: &Thread, kind: SiteKind, words: &[Cell<u64>]) -> String {
    let word = words[0].get();
    match kind {
        SiteKind::Binary => {
            let mut text = operands(thread, words);
            for (flag, note) in [
                (binary::INT_OVERFLOW, "grew past 63 bits"),
                (binary::FLOAT_RESULT, "gave a float"),
                (binary::RAISED, "raised"),
            ] {
                note_if(&mut text, word & flag != 0, note);
            }
            text
        }
        SiteKind::Compare => {
            let mut text = operands(thread, words);
            note_if(&mut text, word & compare::IRREGULAR != 0, "raised, or gave no bool");
            note_jumps(&mut text, word, compare::TAKEN_SHIFT, compare::NOT_TAKEN_SHIFT);
            text
        }
        SiteKind::Branch => {
            let mut text = kinds(word & operand::MASK, OPERANDS, operand::OTHER, || "object".to_owned());
            note_jumps(&mut text, word, branch::TAKEN_SHIFT, branch::NOT_TAKEN_SHIFT);
            text
        }
        SiteKind::Attr => attributes(thread, words),
        SiteKind::Global => match words[global::VERSIONS].get() {
            0 => String::new(),
            versions if versions >> 32 == 0 => "a global variable".to_owned(),
            _ => "a builtin".to_owned(),
        },
        SiteKind::Call => {
            let mut text = callees(thread, words);
            note_unpacked(&mut text, word);
            text
        }
        SiteKind::Unpack => {
            let mut text = String::new();
            note_unpacked(&mut text, word);
            text
        }
        SiteKind::Iter => {
            let mut text = kinds(word, ITERABLES, iter::OTHER, || class_name(thread, word >> iter::SHAPE_SHIFT));
            note_if(&mut text, word & iter::EXHAUSTED != 0, "came to its end");
            text
        }
        SiteKind::Subscript => {
            let container =
                kinds(word, CONTAINERS, subscript::OTHER, || class_name(thread, word >> subscript::SHAPE_SHIFT));
            let index = word >> subscript::INDEX_SHIFT & operand::MASK;
            let index = if word & subscript::SLICE != 0 {
                "slice".to_owned()
            } else {
                kinds(index, OPERANDS, operand::OTHER, || "object".to_owned())
            };
            let mut text = if container.is_empty() { String::new() } else { format!("{container}[{index}]") };
            for (flag, note) in [
                (subscript::NEGATIVE, "negative index"),
                (subscript::GENERALISED, "changed how the list stores its items"),
                (subscript::RAISED, "raised"),
            ] {
                note_if(&mut text, word & flag != 0, note);
            }
            text
        }
        SiteKind::Loop => match word {
            0 => String::new(),
            1 => "went round once".to_owned(),
            count => format!("went round {count} times"),
        },
    }
}

fn note_if(text: &mut String, condition: bool, note: &str) {
    if condition {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(note);
    }
}

fn note_unpacked(text: &mut String, word: u64) {
    let (tuple, other) = (word & unpack::TUPLE != 0, word & unpack::OTHER != 0);
    let iterable = match (tuple, other) {
        (false, false) => return,
        (true, false) => "a tuple",
        (false, true) => "another iterable",
        (true, true) => "tuples and other iterables",
    };
    let count = match word >> unpack::COUNT_SHIFT {
        _ if word & unpack::VARIED != 0 => "different numbers of items".to_owned(),
        1 => "1 item".to_owned(),
        count => format!("{count} items"),
    };
    note_if(text, true, &format!("unpacked {iterable} of {count}"));
    note_if(text, word & unpack::KEYWORDS != 0, "keyword arguments");
}

fn note_jumps(text: &mut String, word: u64, taken: u32, not_taken: u32) {
    const FULL: u64 = 0xffff;
    let shown = |count: u64| if count == FULL { "65535 or more".to_owned() } else { count.to_string() };
    let (taken, not_taken) = (word >> taken & FULL, word >> not_taken & FULL);
    note_if(text, taken | not_taken != 0, &format!("jumped {}, went on {}", shown(taken), shown(not_taken)));
}

/// "int", "int|float": the names of the bits that are set.
fn kinds(bits: u64, names: &[(u64, &str)], other: u64, other_name: impl Fn() -> String) -> String {
    let mut found: Vec<String> =
        names.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| (*name).to_owned()).collect();
    if bits & other != 0 {
        found.push(other_name());
    }
    found.join("|")
}

/// The operands of a `Binary` or `Compare` site, objects by the classes last seen.
fn operands(thread: &Thread, words: &[Cell<u64>]) -> String {
    let word = words[0].get();
    let pairs = &words[pair::FIRST..pair::FIRST + pair::COUNT];
    let class = |shift: u32| pairs.iter().rev().map(Cell::get).find(|&pair| pair != 0).map(|pair| pair >> shift);
    let side = |kinds_shift: u32, shift: u32| {
        let name = || class_name(thread, class(shift).unwrap_or(0) & u64::from(u32::MAX));
        kinds(word >> kinds_shift & operand::MASK, OPERANDS, operand::OTHER, name)
    };
    let (left, right) = (side(0, 0), side(binary::RHS_SHIFT, 32));
    if right.is_empty() { left } else { format!("{left} and {right}") }
}

fn class_name(thread: &Thread, shape: u64) -> String {
    match thread.vm().shapes.get(ShapeId(shape as u32)).class.get() {
        Some(class) if shape != 0 => class.name_string(),
        Some(_) | None => "object".to_owned(),
    }
}

fn attributes(thread: &Thread, words: &[Cell<u64>]) -> String {
    let mut found: Vec<String> = Vec::new();
    for index in 0..attr::ENTRY_COUNT {
        let kind = (words[attr::KINDS].get() >> (8 * index)) as u8;
        let Some((_, name)) = ATTRIBUTES.iter().find(|(known, _)| *known == kind) else { continue };
        let shape = words[attr::ENTRIES + index * attr::ENTRY_WORDS].get() as u32;
        let text = match kind {
            attr::OF_CLASS | attr::OF_CLASS_BOUND | attr::MODULE => (*name).to_owned(),
            _ => format!("{}: {name}", class_name(thread, u64::from(shape))),
        };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    let mut text = found.join("; ");
    let flags = words[0].get();
    note_if(&mut text, flags & attr::MEGAMORPHIC != 0, "more shapes than are kept");
    note_if(&mut text, flags & attr::UNCACHED != 0, "an access that cannot be cached");
    note_if(&mut text, flags & attr::RAISED != 0, "raised");
    text
}

fn callees(thread: &Thread, words: &[Cell<u64>]) -> String {
    let mut found: Vec<String> = Vec::new();
    for word in words[1..].iter().map(Cell::get).filter(|word| *word != 0) {
        let identity = word & POINTER_MASK;
        let text = match word >> call::KIND_SHIFT {
            call::FUNCTION | call::METHOD => {
                let name = Gc::<CodeObject>::from_address(identity as usize).and_then(|code| code.qualname.get());
                format!(
                    "Python function {}",
                    name.map_or_else(|| "?".into(), |name| name.to_str_lossy(thread).into_owned())
                )
            }
            call::CLASS => {
                let class = Gc::<Type>::from_address(identity as usize);
                format!("class {}", class.map_or_else(|| "?".into(), |class| class.name_string()))
            }
            call::NATIVE => {
                let object = Gc::<Header>::from_address(identity as usize).map(|object| object.to_value());
                let text = object.and_then(|object| taipan_runtime::dispatch::text::repr(thread, object).ok());
                let text = text.map_or_else(String::new, |text| text.to_str_lossy(thread).into_owned());
                // "<built-in method append of list object at 0x...>": no addresses.
                let text = text.trim_matches(['<', '>']);
                text.split(" of ").next().unwrap_or(text).split(" object at ").next().unwrap_or(text).to_owned()
            }
            _ => format!("object of {}", class_name(thread, identity)),
        };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    let mut text = found.join("; ");
    let flags = words[0].get();
    note_if(&mut text, flags & call::MEGAMORPHIC != 0, "more callees than are kept");
    note_if(&mut text, flags & call::RAISED != 0, "raised");
    text
}
