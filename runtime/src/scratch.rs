//! A growable vector of values for Rust code, with its storage in GC memory.
//!
//! What lives here: [`ScratchVec`]. What must not: storage that outlives a Rust call (use a `List`).
//! The vector stands on the native stack, where the conservative scan finds its storage pointer.

use crate::object::{Gc, Slot, WordStorage};
use crate::thread::Thread;
use crate::value::Value;
use std::marker::PhantomData;

/// A vector of values that lives on the native stack; never move it into malloc memory.
pub struct ScratchVec {
    storage: Option<Gc<WordStorage>>,
    length: usize,
    /// Not Send, not to be boxed.
    marker: PhantomData<*const ()>,
}

impl Default for ScratchVec {
    fn default() -> Self {
        ScratchVec::new()
    }
}

impl ScratchVec {
    pub const fn new() -> ScratchVec {
        ScratchVec { storage: None, length: 0, marker: PhantomData }
    }

    /// Room for `capacity` values from the start.
    pub fn with_capacity(thread: &Thread, capacity: usize) -> ScratchVec {
        let mut vector = ScratchVec::new();
        vector.reserve(thread, capacity);
        vector
    }

    /// A copy of `values`.
    pub fn from_slice(thread: &Thread, values: &[Value]) -> ScratchVec {
        let mut vector = ScratchVec::with_capacity(thread, values.len());
        vector.extend_from_slice(thread, values);
        vector
    }

    fn reserve(&mut self, thread: &Thread, capacity: usize) {
        let current = self.storage.map_or(0, |s| s.capacity);
        if capacity <= current {
            return;
        }
        let capacity = capacity.max(current * 2).max(8);
        let Some(storage) = thread.allocate_words(capacity) else {
            eprintln!("Fatal Python error: out of memory");
            std::process::exit(1)
        };
        for (to, from) in storage.slots().iter().zip(self.slots()) {
            to.init(from.get());
        }
        thread.write_barrier(storage.header());
        self.storage = Some(storage);
    }

    fn slots(&self) -> &[Slot] {
        match &self.storage {
            Some(storage) => &storage.slots()[..self.length],
            None => &[],
        }
    }

    pub fn push(&mut self, thread: &Thread, value: Value) {
        self.reserve(thread, self.length + 1);
        if let Some(storage) = self.storage {
            storage.slots()[self.length].init(Some(value));
            thread.write_barrier(storage.header());
            self.length += 1;
        }
    }

    pub fn extend_from_slice(&mut self, thread: &Thread, values: &[Value]) {
        self.reserve(thread, self.length + values.len());
        let Some(storage) = self.storage else { return };
        for (slot, &value) in storage.slots()[self.length..].iter().zip(values) {
            slot.init(Some(value));
        }
        thread.write_barrier(storage.header());
        self.length += values.len();
    }

    pub fn pop(&mut self) -> Option<Value> {
        let value = self.as_slice().last().copied()?;
        self.length -= 1;
        if let Some(storage) = self.storage {
            storage.slots()[self.length].init(None);
        }
        Some(value)
    }

    pub fn clear(&mut self) {
        while self.pop().is_some() {}
    }

    pub fn truncate(&mut self, length: usize) {
        while self.length > length {
            self.pop();
        }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The values. The slice is invalid after the next push.
    pub fn as_slice(&self) -> &[Value] {
        match &self.storage {
            Some(storage) => storage.values(self.length),
            None => &[],
        }
    }

    /// The values, to be reordered in place (no value may be added that the vector did not hold).
    pub fn as_mut_slice(&mut self) -> &mut [Value] {
        match &self.storage {
            Some(storage) => storage.values_mut(self.length),
            None => &mut [],
        }
    }
}

impl std::ops::Deref for ScratchVec {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        self.as_slice()
    }
}
