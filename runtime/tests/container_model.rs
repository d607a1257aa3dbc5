//! Lists, dicts and sets against simple models: random operations through the Rust interface, with the
//! collector running at every allocation.

use std::collections::BTreeSet;
use taipan_runtime::gc::{GcMode, HeapOptions};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::list::{List, Strategy};
use taipan_runtime::types::set::Set;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{Vm, VmOptions};

fn with_thread(body: fn(&Thread)) {
    let marker = 0u8;
    let base = (&raw const marker).addr() + 64;
    let heap = HeapOptions { mode: GcMode::EveryAllocation, poison: true, ..HeapOptions::default() };
    match Vm::new(VmOptions { heap, ..VmOptions::default() }, base, base - (1 << 20)) {
        Ok((vm, thread)) => {
            // Called through a pointer that the compiler cannot see through: not inlined above the stack base.
            std::hint::black_box(body)(&thread);
            drop(thread);
            drop(vm);
        }
        Err(error) => panic!("no isolate: {error:?}"),
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn small(n: i64) -> Value {
    Value::small_wrapping(n)
}

/// A key for `n`: an int, or a string of it.
fn key(thread: &Thread, n: i64) -> Value {
    if n % 3 == 0 { Str::new(thread, &format!("key {n}")).value() } else { small(n) }
}

fn shown(thread: &Thread, value: Value) -> String {
    match taipan_runtime::dispatch::text::repr(thread, value) {
        Ok(text) => text.to_str_lossy(thread).into_owned(),
        Err(_) => panic!("repr raised"),
    }
}

fn entries(thread: &Thread, dict: Gc<Dict>) -> Vec<(String, String)> {
    let mut position = 0;
    let mut entries = Vec::new();
    while let Some((key, value)) = dict.next_entry(&mut position) {
        entries.push((shown(thread, key), shown(thread, value)));
    }
    entries
}

fn dict_follows_its_model(thread: &Thread) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..12 {
        let dict = Dict::new(thread);
        let mut model: Vec<(String, String)> = Vec::new();
        let spread = [4, 12, 60, 400][round % 4];
        for step in 0..1500i64 {
            let n = random.below(spread) as i64;
            let name = shown(thread, key(thread, n));
            let place = model.iter().position(|(k, _)| *k == name);
            match random.below(10) {
                0..=4 => {
                    assert!(dict.insert(thread, key(thread, n), small(step)).is_ok());
                    match place {
                        Some(place) => model[place].1 = step.to_string(),
                        None => model.push((name, step.to_string())),
                    }
                }
                5..=7 => {
                    let removed = dict.remove(thread, key(thread, n)).unwrap_or(None);
                    assert_eq!(removed.is_some(), place.is_some());
                    place.map(|place| model.remove(place));
                }
                8 => {
                    let last = dict.pop_last(thread).map(|(k, v)| (shown(thread, k), shown(thread, v)));
                    assert_eq!(last, model.pop());
                }
                _ => {
                    let found = dict.get(thread, key(thread, n)).unwrap_or(None).map(|v| shown(thread, v));
                    assert_eq!(found, place.map(|place| model[place].1.clone()));
                }
            }
            assert_eq!(dict.len(), model.len());
        }
        assert_eq!(entries(thread, dict), model);
        assert_eq!(entries(thread, dict.copy(thread)), model);
    }
}

#[test]
fn dicts_keep_their_entries_in_order() {
    with_thread(dict_follows_its_model);
}

fn keys_version_lasts_while_keys_do(thread: &Thread) {
    let dict = Dict::new(thread);
    let name = thread.vm().interner.intern_text(thread, "name");
    dict.insert_str(thread, name, small(1));
    let version = dict.keys_version(thread);
    let Some(index) = dict.entry_index_str(thread, name) else { panic!("the name is there") };
    dict.insert_str(thread, name, small(2));
    assert_eq!(dict.keys_version(thread), version);
    assert_eq!(dict.entry_value(index), Some(small(2)));
    dict.set_entry_value(thread, index, small(3));
    assert_eq!(dict.get_str(thread, name), Some(small(3)));
    dict.insert_str(thread, thread.vm().interner.intern_text(thread, "other"), small(4));
    assert_ne!(dict.keys_version(thread), version);
    let later = dict.keys_version(thread);
    assert_eq!(dict.remove_str(thread, name), Some(small(3)));
    assert_ne!(dict.keys_version(thread), later);
    assert_ne!(Dict::new(thread).keys_version(thread), later);
}

#[test]
fn the_keys_version_changes_with_the_keys_only() {
    with_thread(keys_version_lasts_while_keys_do);
}

fn set_follows_its_model(thread: &Thread) {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for spread in [6, 40, 3000] {
        let set = Set::new(thread);
        let mut model = BTreeSet::new();
        for _ in 0..4000 {
            let n = random.below(spread) as i64 - 3;
            if random.below(5) < 3 {
                assert_eq!(set.add(thread, small(n)).unwrap_or(false), model.insert(n));
            } else {
                assert_eq!(set.discard(thread, small(n)).unwrap_or(false), model.remove(&n));
            }
            assert_eq!(set.len(), model.len());
        }
        let mut position = 0;
        let mut keys = BTreeSet::new();
        while let Some(key) = set.next_key(&mut position) {
            keys.insert(key.as_small().unwrap_or_default());
        }
        assert_eq!(keys, model);
        while let Some(key) = set.pop() {
            assert!(model.remove(&key.as_small().unwrap_or_default()));
        }
        assert!(model.is_empty());
    }
}

#[test]
fn sets_keep_their_keys() {
    with_thread(set_follows_its_model);
}

fn strategies_change_with_the_items(thread: &Thread) {
    let float = |x: f64| Float::new(thread, x).value();
    let list = List::empty(thread);
    assert!(list.push(thread, small(1)).is_ok());
    assert_eq!(list.strategy(), Strategy::Int);
    assert!(list.push(thread, float(1.5)).is_ok());
    assert_eq!(list.strategy(), Strategy::Any);
    assert_eq!(shown(thread, list.value()), "[1, 1.5]");

    let list = List::new(thread, &[float(0.5), float(-0.0)]);
    assert_eq!(list.strategy(), Strategy::Float);
    assert!(list.push(thread, float(2.5)).is_ok());
    assert_eq!(list.strategy(), Strategy::Float);
    assert_eq!(shown(thread, list.value()), "[0.5, -0.0, 2.5]");
    list.set(thread, 1, Value::NONE);
    assert_eq!(list.strategy(), Strategy::Any);
    assert_eq!(shown(thread, list.value()), "[0.5, None, 2.5]");

    // A NaN is found by identity, so it stays a box.
    let nan = float(f64::NAN);
    let list = List::new(thread, &[float(0.5), nan]);
    assert_eq!(list.strategy(), Strategy::Any);
    assert_eq!(list.get(thread, 1), Some(nan));

    let list = List::new(thread, &[small(1)]);
    assert!(list.repeated(thread, 5).is_ok_and(|list| list.strategy() == Strategy::Int && list.len() == 5));
    let list = List::new(thread, &[float(0.0)]);
    assert!(list.repeated(thread, 5).is_ok_and(|list| list.strategy() == Strategy::Float && list.len() == 5));

    let list = List::with_strategy(thread, Strategy::Float, 4);
    assert!(list.push(thread, Value::TRUE).is_ok());
    assert_eq!(shown(thread, list.value()), "[True]");
}

#[test]
fn lists_take_the_narrowest_strategy() {
    with_thread(strategies_change_with_the_items);
}

fn list_follows_its_model(thread: &Thread) {
    let mut random = Random(0x0123_4567_89ab_cdef);
    for round in 0..9 {
        let list = List::empty(thread);
        let mut model: Vec<String> = Vec::new();
        let item = |random: &mut Random| match (round % 3, random.below(12)) {
            (1, _) | (2, 0) => Float::new(thread, random.below(64) as f64 / 4.0).value(),
            (2, 1) => Str::new(thread, "text").value(),
            _ => small(random.below(1000) as i64),
        };
        for _ in 0..600 {
            let length = model.len() as u64;
            let value = item(&mut random);
            match random.below(9) {
                0..=3 => {
                    assert!(list.push(thread, value).is_ok());
                    model.push(shown(thread, value));
                }
                4 => {
                    let index = random.below(length + 1) as usize;
                    assert!(list.insert(thread, index, value).is_ok());
                    model.insert(index, shown(thread, value));
                }
                5 if length > 0 => {
                    let index = random.below(length) as usize;
                    assert_eq!(shown(thread, list.remove(thread, index)), model.remove(index));
                }
                6 if length > 0 => {
                    let index = random.below(length) as usize;
                    list.set(thread, index, value);
                    model[index] = shown(thread, value);
                }
                7 => {
                    let (start, end) = (random.below(length + 1) as usize, random.below(length + 1) as usize);
                    let (start, end) = (start.min(end), start.max(end));
                    let source = List::new(thread, &[value, small(7)]);
                    assert!(list.splice(thread, start, end, source).is_ok());
                    model.splice(start..end, [shown(thread, value), "7".to_owned()]);
                }
                _ => assert_eq!(list.pop(thread).map(|v| shown(thread, v)), model.pop()),
            }
            assert_eq!(list.len(), model.len());
        }
        let items: Vec<String> =
            (0..list.len()).filter_map(|index| list.get(thread, index)).map(|v| shown(thread, v)).collect();
        assert_eq!(items, model);
    }
}

#[test]
fn lists_keep_their_items() {
    with_thread(list_follows_its_model);
}
