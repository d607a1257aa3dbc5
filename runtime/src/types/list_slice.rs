//! Slices of lists: reading, assigning and deleting in all forms.
//!
//! What lives here: what `Slice` keys mean for a [`List`], and block moves of its items. What must not: indices
//! that are ints (`list_methods.rs`). Start at [`List::get_slice`].
#![allow(unsafe_code)] // Moves items of all strategies alike.

use crate::dispatch::iter;
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::list::{List, Strategy};
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Copies `count` items that lie `step` apart to `to`, side by side.
///
/// # Safety
/// The items exist, `to` has room for them, and the two do not overlap.
unsafe fn copy_strided<T: Copy>(from: *const T, to: *mut T, count: usize, step: isize) {
    for n in 0..count {
        // SAFETY: the contract of this function.
        unsafe { *to.add(n) = *from.offset(n as isize * step) };
    }
}

impl List {
    /// `self[slice]`, strategy kept.
    pub fn get_slice(&self, thread: &Thread, slice: Gc<Slice>) -> PyResult<Gc<List>> {
        let parts = slice.unpack(thread)?;
        self.get_slice_parts(thread, parts)
    }

    /// `self[start:stop:step]`, the parts as [`slice::unpack_parts`] gives them.
    pub fn get_slice_parts(&self, thread: &Thread, parts: (isize, isize, isize)) -> PyResult<Gc<List>> {
        let (start, stop, step) = parts;
        let indices = slice::adjust(start, stop, step, self.len());
        if step == 1 {
            return self.copy_range(thread, indices.start as usize, indices.start as usize + indices.count);
        }
        let list = List::empty(thread);
        if indices.count == 0 {
            return Ok(list);
        }
        list.reserve_with(thread, self.strategy(), indices.count)?;
        let (from, to) = (self.item_pointer(indices.start as usize), list.item_pointer(0));
        // SAFETY: every selected index lies in this list, the target has just this capacity, and the items mean the
        // same in both.
        unsafe {
            match self.strategy().item_size() {
                1 => copy_strided(from, to, indices.count, step),
                _ => copy_strided(from.cast::<u64>(), to.cast::<u64>(), indices.count, step),
            }
        }
        list.length.set(indices.count);
        list.storage_barrier(thread);
        Ok(list)
    }

    /// `self[slice] = value`. Raises TypeError if it cannot be iterated, ValueError if an extended slice and the
    /// value differ in length.
    pub fn set_slice(&self, thread: &Thread, slice: Gc<Slice>, value: Value) -> PyResult<()> {
        let parts = slice.unpack(thread)?;
        self.set_slice_parts(thread, parts, value)
    }

    /// `self[start:stop:step] = value`, the parts as [`slice::unpack_parts`] gives them.
    pub fn set_slice_parts(&self, thread: &Thread, parts: (isize, isize, isize), value: Value) -> PyResult<()> {
        let (start, stop, step) = parts;
        // Itself or a copy: assigning a list to its own slice must read the old items. Collecting may run
        // Python code, which may change the list: its length is read afterwards.
        let message = "must assign iterable to extended slice";
        let source = iter::as_list_or_tuple(thread, value, message)?;
        let source = match (source.cast::<List>(), source.cast::<Tuple>()) {
            (Some(list), _) if list == self.this() => list.copy_range(thread, 0, list.len())?,
            (Some(list), _) => list,
            (None, Some(tuple)) => List::new(thread, tuple.items()),
            (None, None) => unreachable!("a list or a tuple"),
        };
        let indices = slice::adjust(start, stop, step, self.len());
        if step == 1 {
            let start = indices.start as usize;
            return self.splice(thread, start, start + indices.count, source);
        }
        if source.len() != indices.count {
            let (given, wanted) = (source.len(), indices.count);
            return Err(thread.raise_value_error(format!(
                "attempt to assign sequence of size {given} to extended slice of size {wanted}"
            )));
        }
        for n in 0..indices.count {
            if let Some(item) = source.get(thread, n) {
                self.set(thread, indices.index(n), item);
            }
        }
        Ok(())
    }

    /// `del self[slice]`.
    pub fn delete_slice(&self, thread: &Thread, slice: Gc<Slice>) -> PyResult<()> {
        let (start, stop, step) = slice.unpack(thread)?;
        let indices = slice::adjust(start, stop, step, self.len());
        if indices.count == 0 {
            return Ok(());
        }
        // The same items in ascending order.
        let (first, stride) = if step < 0 {
            (indices.index(indices.count - 1), step.unsigned_abs())
        } else {
            (indices.index(0), step as usize)
        };
        let length = self.len();
        for n in 0..indices.count {
            let from = first + n * stride + 1;
            let to = if n + 1 < indices.count { first + (n + 1) * stride } else { length };
            self.move_items(thread, from, from - n - 1, to - from);
        }
        self.truncate(length - indices.count);
        if self.is_empty() {
            self.clear(thread);
        }
        Ok(())
    }

    /// Replaces the items `start..end` by those of another list.
    pub fn splice(&self, thread: &Thread, start: usize, end: usize, source: Gc<List>) -> PyResult<()> {
        let count = source.len();
        let length = self.len();
        if length == end - start && self.is_exact() {
            // Everything is replaced: the strategy may change for the better.
            let copy = source.copy_range(thread, 0, count)?;
            self.take_items_of(thread, copy);
            return Ok(());
        }
        if count > 0 && self.strategy() != source.strategy() {
            self.to_any(thread);
        }
        let new_length = length - (end - start) + count;
        if new_length > length {
            self.reserve(thread, new_length - length)?;
        }
        // Boxing allocates: it is done before the hole is made.
        let boxed = if count > 0 && self.strategy().holds_values() && !source.strategy().holds_values() {
            let copy = source.copy_range(thread, 0, count)?;
            copy.to_any(thread);
            copy
        } else {
            source
        };
        if end != start + count {
            self.move_items(thread, end, start + count, length - end);
        }
        let bytes = count * self.strategy().item_size();
        // SAFETY: the hole has room for `count` items, and they mean the same in both lists.
        unsafe { std::ptr::copy_nonoverlapping(boxed.item_pointer(0), self.item_pointer(start), bytes) };
        if new_length < length {
            self.truncate(new_length);
        }
        self.length.set(new_length);
        self.storage_barrier(thread);
        if new_length == 0 {
            self.clear(thread);
        }
        Ok(())
    }

    /// Reverses the items `start..end` in place.
    pub(crate) fn reverse_range(&self, thread: &Thread, start: usize, end: usize) {
        if self.strategy() == Strategy::Bool {
            let (mut low, mut high) = (start, end);
            let flags = self.flags();
            while low + 1 < high {
                high -= 1;
                flags[low].swap(&flags[high]);
                low += 1;
            }
            return;
        }
        // SAFETY: the items of every other strategy are words, and `end` is at most the length.
        let words = unsafe { std::slice::from_raw_parts_mut(self.items.get().cast::<u64>(), end) };
        words[start..].reverse();
        self.storage_barrier(thread);
    }

    /// Appends the items of a list that holds values to one that is `Any`.
    pub(crate) fn append_values(&self, thread: &Thread, source: Gc<List>) -> PyResult<()> {
        let (length, count) = (self.len(), source.len());
        self.reserve(thread, count)?;
        // SAFETY: there is room for `count` words behind the items; both hold values.
        unsafe { std::ptr::copy_nonoverlapping(source.item_pointer(0), self.item_pointer(length), count * 8) };
        self.length.set(length + count);
        self.storage_barrier(thread);
        Ok(())
    }

    /// Appends to a list that is `Any`, whatever the value.
    pub(crate) fn append_any(&self, thread: &Thread, value: Value) -> PyResult<()> {
        self.reserve(thread, 1)?;
        let length = self.len();
        self.write(thread, Strategy::Any, length, value);
        self.length.set(length + 1);
        Ok(())
    }

    /// Makes the list `total` items long by copies of the first `source.len()` items, which `source` (the list
    /// itself or another with the same strategy) holds. There is room already; `total` is a multiple.
    pub(crate) fn fill_with_copies(&self, thread: &Thread, source: Gc<List>, total: usize) {
        let size = self.strategy().item_size();
        let items = self.items.get();
        let mut done = source.len();
        if source != self.this() {
            // SAFETY: room for `total` items, of which `done` is a part.
            unsafe { std::ptr::copy_nonoverlapping(source.items.get(), items, done * size) };
        }
        while done < total {
            let count = done.min(total - done);
            // SAFETY: the first `count <= done` items are filled, and `done + count <= total`.
            unsafe { std::ptr::copy_nonoverlapping(items, items.add(done * size), count * size) };
            done += count;
        }
        self.length.set(total);
        self.storage_barrier(thread);
    }
}
