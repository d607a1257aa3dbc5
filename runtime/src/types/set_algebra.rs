//! Union, intersection, difference and comparison of sets.
//!
//! What lives here: the operations behind the methods and operators. What must not: their Python signatures
//! (`set_methods.rs`). Start at [`Set::intersection`].
//!
//! Which side is iterated, and so the order of the result, is as in CPython.

use crate::dispatch::compare::CompareOperator;
use crate::dispatch::iter;
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict::{Dict, hash_value};
use crate::types::set::{Set, hash_element};
use crate::value::Value;

fn as_exact_dict(value: Value) -> Option<Gc<Dict>> {
    value.cast::<Dict>().filter(|dict| dict.is_exact())
}

impl Set {
    /// A new set of the keys that are in `other` too.
    pub fn intersection(&self, thread: &Thread, other: Value) -> PyResult<Gc<Set>> {
        let this = self.this();
        if this.value() == other {
            return self.copy(thread, self.is_frozen());
        }
        let result = self.new_alike(thread);
        if let Some(other) = other.cast::<Set>() {
            let (smaller, larger) = if other.len() > self.len() { (this, other) } else { (other, this) };
            let mut position = 0;
            while let Some((hash, key)) = smaller.next_key_hashed(&mut position) {
                if larger.contains_hashed(thread, key, hash)? {
                    result.add_hashed(thread, key, hash)?;
                }
            }
            return Ok(result);
        }
        iter::for_each(thread, other, |key| {
            let hash = hash_value(thread, key)?;
            if this.contains_hashed(thread, key, hash)? {
                result.add_hashed(thread, key, hash)?;
            }
            Ok(true)
        })?;
        Ok(result)
    }

    /// A new set of the keys that are not in `other`.
    pub fn difference(&self, thread: &Thread, other: Value) -> PyResult<Gc<Set>> {
        let other_set = other.cast::<Set>();
        let other_dict = as_exact_dict(other);
        let other_length = match (other_set, other_dict) {
            (Some(set), _) => set.len(),
            (None, Some(dict)) => dict.len(),
            (None, None) => 0,
        };
        if (other_set.is_none() && other_dict.is_none()) || self.len() >> 2 > other_length {
            let result = self.copy(thread, self.is_frozen())?;
            result.difference_update(thread, other)?;
            return Ok(result);
        }
        let result = self.new_alike(thread);
        let mut position = 0;
        while let Some((hash, key)) = self.next_key_hashed(&mut position) {
            let there = match (other_set, other_dict) {
                (Some(set), _) => set.contains_hashed(thread, key, hash)?,
                (None, Some(dict)) => dict.find(thread, key, hash)?.is_some(),
                (None, None) => false,
            };
            if !there {
                result.add_hashed(thread, key, hash)?;
            }
        }
        Ok(result)
    }

    /// Removes the keys that `other` yields.
    pub fn difference_update(&self, thread: &Thread, other: Value) -> PyResult<()> {
        let this = self.this();
        if this.value() == other {
            self.clear();
            return Ok(());
        }
        if let Some(set) = other.cast::<Set>() {
            // A much larger set is cut down to what matters first.
            let set = if set.len() >> 3 > self.len() { self.intersection(thread, other)? } else { set };
            let mut position = 0;
            while let Some((hash, key)) = set.next_key_hashed(&mut position) {
                self.discard_hashed(thread, key, hash)?;
            }
        } else {
            iter::for_each(thread, other, |key| {
                let hash = hash_element(thread, key)?;
                this.discard_hashed(thread, key, hash)?;
                Ok(true)
            })?;
        }
        let removed = self.fill.get() - self.used.get();
        if removed > self.mask() / 4 {
            let used = self.used.get();
            self.resize(thread, if used > 50_000 { used * 2 } else { used * 4 });
        }
        Ok(())
    }

    /// Keeps the keys that only one of the two has, and adds the other's.
    pub fn symmetric_difference_update(&self, thread: &Thread, other: Value) -> PyResult<()> {
        if self.this().value() == other {
            self.clear();
            return Ok(());
        }
        if let Some(dict) = as_exact_dict(other) {
            let mut position = 0;
            while let Some((hash, key, _)) = dict.next_entry_hashed(&mut position) {
                self.toggle(thread, key, hash)?;
            }
            return Ok(());
        }
        let set = match other.cast::<Set>() {
            Some(set) => set,
            None => Set::from_iterable(thread, other)?,
        };
        let mut position = 0;
        while let Some((hash, key)) = set.next_key_hashed(&mut position) {
            self.toggle(thread, key, hash)?;
        }
        Ok(())
    }

    fn toggle(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<()> {
        if !self.discard_hashed(thread, key, hash)? {
            self.add_hashed(thread, key, hash)?;
        }
        Ok(())
    }

    /// A new set of the keys that only one of the two has.
    pub fn symmetric_difference(&self, thread: &Thread, other: Value) -> PyResult<Gc<Set>> {
        let result = self.new_alike(thread);
        result.update(thread, other)?;
        result.symmetric_difference_update(thread, self.this().value())?;
        Ok(result)
    }

    /// A new set of the keys of both.
    pub fn union(&self, thread: &Thread, others: &[Value]) -> PyResult<Gc<Set>> {
        let result = self.copy(thread, self.is_frozen())?;
        for &other in others {
            if other != self.this().value() {
                result.update(thread, other)?;
            }
        }
        Ok(result)
    }

    /// Every key is in `other`.
    pub fn is_subset(&self, thread: &Thread, other: Value) -> PyResult<bool> {
        let Some(set) = other.cast::<Set>() else {
            return Ok(self.intersection(thread, other)?.len() == self.len());
        };
        if self.len() > set.len() {
            return Ok(false);
        }
        let mut position = 0;
        while let Some((hash, key)) = self.next_key_hashed(&mut position) {
            if !set.contains_hashed(thread, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Everything `other` yields is in this set.
    pub fn is_superset(&self, thread: &Thread, other: Value) -> PyResult<bool> {
        if let Some(set) = other.cast::<Set>() {
            return set.is_subset(thread, self.this().value());
        }
        let (this, mut all) = (self.this(), true);
        iter::for_each(thread, other, |key| {
            all = this.contains_or_equal_set(thread, key)?;
            Ok(all)
        })?;
        Ok(all)
    }

    /// Nothing is in both.
    pub fn is_disjoint(&self, thread: &Thread, other: Value) -> PyResult<bool> {
        let this = self.this();
        if let Some(other) = other.cast::<Set>().filter(|set| set.is_exact()) {
            if other == this {
                return Ok(self.is_empty());
            }
            let (smaller, larger) = if other.len() > self.len() { (this, other) } else { (other, this) };
            let mut position = 0;
            while let Some((hash, key)) = smaller.next_key_hashed(&mut position) {
                if larger.contains_hashed(thread, key, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let mut disjoint = true;
        iter::for_each(thread, other, |key| {
            disjoint = !this.contains_or_equal_set(thread, key)?;
            Ok(disjoint)
        })?;
        Ok(disjoint)
    }

    /// Comparison as the operators mean it: subset and superset.
    pub fn compare_with(&self, thread: &Thread, op: CompareOperator, other: Gc<Set>) -> PyResult<bool> {
        let (ours, theirs) = (self.len(), other.len());
        match op {
            CompareOperator::Eq | CompareOperator::Ne => {
                let hashes_differ =
                    self.hash.get() != 0 && other.hash.get() != 0 && self.hash.get() != other.hash.get();
                let equal = ours == theirs && !hashes_differ && self.is_subset(thread, other.value())?;
                Ok(equal == (op == CompareOperator::Eq))
            }
            CompareOperator::Le => self.is_subset(thread, other.value()),
            CompareOperator::Ge => other.is_subset(thread, self.this().value()),
            CompareOperator::Lt => Ok(ours < theirs && self.is_subset(thread, other.value())?),
            CompareOperator::Gt => Ok(ours > theirs && other.is_subset(thread, self.this().value())?),
        }
    }
}
