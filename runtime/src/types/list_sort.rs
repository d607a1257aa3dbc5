//! `list.sort` and what `sorted` needs.
//!
//! What lives here: what a sort promises (the list is empty meanwhile, exceptions leave a permutation, changes
//! are noticed) and the quick cases of uniform keys. What must not: the merge sort itself (`merge_sort.rs`).
//! Start at [`List::sort`].
//!
//! Keys that are all small ints, all floats or all strings are compared without running Python code, so the
//! standard library's stable sort does it. Other keys are compared by `<`, in just the order in which CPython
//! compares them, because for partial orders the result depends on it.
#![allow(unsafe_code)] // Words of both strategies are permuted alike.

use crate::dispatch::call;
use crate::dispatch::compare::{self, CompareOperator};
use crate::error::PyResult;
use crate::object::{Gc, ShapeId};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::list::{List, Strategy, raw_double};
use crate::types::merge_sort;
use crate::types::str::Str;
use crate::value::Value;
use std::cmp::Ordering;
use taipan_macros::py_methods;

/// What all keys have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyKind {
    SmallInts,
    /// Exact floats, no NaN among them.
    Floats,
    /// Exact strings.
    Strings,
    Other,
}

fn is_exact_str(value: Value) -> bool {
    value.header().is_some_and(|header| header.shape() == ShapeId::STR)
}

fn kind_of(keys: &[Value]) -> KeyKind {
    match keys.first() {
        Some(first) if first.is_small() && keys.iter().all(|key| key.is_small()) => KeyKind::SmallInts,
        Some(&first) if raw_double(first).is_some() && keys.iter().all(|&key| raw_double(key).is_some()) => {
            KeyKind::Floats
        }
        Some(&first) if is_exact_str(first) && keys.iter().all(|&key| is_exact_str(key)) => KeyKind::Strings,
        _ => KeyKind::Other,
    }
}

/// The text of an exact string that was flattened before.
fn flat_text(value: &Value) -> &[u8] {
    match value.header() {
        // SAFETY: the string is kept alive by the keys, which outlive the borrow of one of them.
        Some(header) => unsafe { &*header.cast_unchecked::<Str>().as_pointer() }.flat_bytes().unwrap_or_default(),
        None => &[],
    }
}

/// Joins ropes, so that comparing allocates nothing.
fn flatten(thread: &Thread, keys: &[Value]) {
    for key in keys {
        if let Some(string) = key.cast::<Str>() {
            string.as_bytes(thread);
        }
    }
}

fn directed(ordering: Ordering, reverse: bool) -> Ordering {
    if reverse { ordering.reverse() } else { ordering }
}

fn compare_doubles(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// A text's first bytes as a number that compares as they do: most comparisons of texts end there.
fn prefix(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(first) => u64::from_be_bytes(*first),
        None if text.is_empty() => 0,
        // A loop over few bytes is quicker than a call that copies them.
        None => text.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)) << (u64::BITS - 8 * text.len() as u32),
    }
}

/// Positions in the sorted sequence of keys that are told apart by what `rank` reads from them, else by `tie`.
fn order_by<R: Copy>(
    keys: &[Value],
    rank: impl Fn(Value) -> R,
    compare: impl Fn(R, R) -> Ordering,
    tie: impl Fn(&Value, &Value) -> Ordering,
    reverse: bool,
) -> Vec<u32> {
    let mut ranks: Vec<(R, u32)> = (0..).zip(keys).map(|(index, &key)| (rank(key), index)).collect();
    ranks.sort_by(|&(a, i), &(b, j)| {
        directed(compare(a, b).then_with(|| tie(&keys[i as usize], &keys[j as usize])), reverse)
    });
    ranks.into_iter().map(|(_, index)| index).collect()
}

/// As [`order_by`] for texts. Comparing allocates nothing.
fn order_of_strings(thread: &Thread, keys: &[Value], reverse: bool) -> Vec<u32> {
    flatten(thread, keys);
    let text_order = |a: &Value, b: &Value| flat_text(a).cmp(flat_text(b));
    order_by(keys, |key| prefix(flat_text(&key)), |a, b| a.cmp(&b), text_order, reverse)
}

/// Key `i` becomes what key `order[i]` was.
fn permute_in_place(keys: &mut [Value], mut order: Vec<u32>) {
    for start in 0..order.len() {
        let first = keys[start];
        let mut place = start;
        loop {
            let from = std::mem::replace(&mut order[place], place as u32) as usize;
            if from == start {
                keys[place] = first;
                break;
            }
            keys[place] = keys[from];
            place = from;
        }
    }
}

/// Sorts uniform keys in place, stably; `false` if they are not uniform.
fn sort_uniform(thread: &Thread, keys: &mut [Value], reverse: bool) -> bool {
    match kind_of(keys) {
        KeyKind::SmallInts => {
            // Equal small ints are the same value: stability does not show.
            keys.sort_unstable_by_key(|key| key.small_order_key());
            if reverse {
                keys.reverse();
            }
        }
        KeyKind::Floats => {
            keys.sort_by(|&a, &b| {
                directed(compare_doubles(raw_double(a).unwrap_or_default(), raw_double(b).unwrap_or_default()), reverse)
            });
        }
        KeyKind::Strings => {
            let order = order_of_strings(thread, keys, reverse);
            permute_in_place(keys, order);
        }
        KeyKind::Other => return false,
    }
    true
}

/// The order that sorts the keys: positions in the sorted sequence. When comparing raised, some permutation.
fn sorting_order(thread: &Thread, keys: &[Value], reverse: bool) -> (Vec<u32>, PyResult<()>) {
    let equal = |_: &Value, _: &Value| Ordering::Equal;
    let order = match kind_of(keys) {
        KeyKind::SmallInts => order_by(keys, Value::small_order_key, |a, b| a.cmp(&b), equal, reverse),
        KeyKind::Floats => order_by(keys, |key| raw_double(key).unwrap_or_default(), compare_doubles, equal, reverse),
        KeyKind::Strings => order_of_strings(thread, keys, reverse),
        KeyKind::Other => {
            let mut order: Vec<u32> = (0..keys.len() as u32).collect();
            // Equal items keep their order in a descending sort too: reversed before and after.
            if reverse {
                order.reverse();
            }
            let result = merge_sort::sort(&mut order, |a, b| {
                compare::compare_truth(thread, CompareOperator::Lt, keys[a as usize], keys[b as usize])
            });
            if reverse {
                order.reverse();
            }
            return (order, result);
        }
    };
    (order, Ok(()))
}

impl List {
    /// Sorts in place, stably. `key` is called once per item; `reverse` sorts descending.
    ///
    /// While it runs the list is empty. Raises what comparing and `key` raise: the list then holds the same
    /// items in some order. Raises ValueError if the list was changed meanwhile (the changes are lost).
    pub fn sort(&self, thread: &Thread, key: Option<Value>, reverse: bool) -> PyResult<()> {
        if self.len() > u32::MAX as usize {
            return Err(thread.raise_memory_error(""));
        }
        if key.is_none() {
            if self.len() < 2 {
                return Ok(());
            }
            if self.strategy() == Strategy::Float {
                let mut numbers: Vec<f64> = self.doubles().iter().map(|number| number.get()).collect();
                numbers.sort_by(|&a, &b| directed(compare_doubles(a, b), reverse));
                for (place, number) in self.doubles().iter().zip(numbers) {
                    place.set(number);
                }
                return Ok(());
            }
            if self.strategy() == Strategy::Bool {
                // Counting sort: `False` before `True`, unless descending.
                let trues = self.flags().iter().filter(|flag| flag.get() != 0).count();
                let (first, of_first) = if reverse { (1, trues) } else { (0, self.len() - trues) };
                for (index, flag) in self.flags().iter().enumerate() {
                    flag.set(if index < of_first { first } else { 1 - first });
                }
                return Ok(());
            }
            // SAFETY: nothing else reads or writes the items while no Python code runs.
            let items = unsafe { std::slice::from_raw_parts_mut(self.items.get().cast::<Value>(), self.len()) };
            if sort_uniform(thread, items, reverse) {
                self.storage_barrier(thread);
                return Ok(());
            }
        }
        let items = List::empty(thread);
        items.take_items_of(thread, self.this());
        let result = items.sort_detached(thread, key, reverse);
        let modified = !self.is_empty() || self.storage.get().is_some();
        self.take_items_of(thread, items);
        result?;
        if modified {
            return Err(thread.raise_value_error("list modified during sort"));
        }
        Ok(())
    }

    /// Sorts a list that no Python code can reach.
    fn sort_detached(&self, thread: &Thread, key: Option<Value>, reverse: bool) -> PyResult<()> {
        let (order, result) = match key {
            None => sorting_order(thread, self.values(), reverse),
            Some(key) => {
                let mut keys = ScratchVec::with_capacity(thread, self.len());
                let mut index = 0;
                while let Some(item) = self.get(thread, index) {
                    keys.push(thread, call::call(thread, key, &[item])?);
                    index += 1;
                }
                sorting_order(thread, keys.as_slice(), reverse)
            }
        };
        self.permute(thread, &order);
        result
    }

    /// Item `i` becomes what item `order[i]` was.
    fn permute(&self, thread: &Thread, order: &[u32]) {
        let Ok(copy) = self.copy_range(thread, 0, self.len()) else { return };
        let size = self.strategy().item_size();
        for (place, &from) in order.iter().enumerate() {
            let (from, to) = (copy.item_pointer(from as usize), self.item_pointer(place));
            // SAFETY: both lists have `order.len()` items with the same meaning.
            unsafe { std::ptr::copy_nonoverlapping(from, to, size) };
        }
        self.storage_barrier(thread);
    }
}

#[py_methods(class = "list")]
impl List {
    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[method(name = "sort", signature = "(self, /, *, key=None, reverse=False)")]
    fn py_sort(this: Gc<List>, thread: &Thread, key: Option<Value>, reverse: Option<bool>) -> PyResult<()> {
        this.sort(thread, key, reverse.unwrap_or(false))
    }
}
