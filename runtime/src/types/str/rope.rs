//! Concatenation without quadratic copying.
//!
//! What lives here: `a + b`, joining of ropes. What must not: `str.join`, which knows its parts beforehand.
//! Start at [`Str::concat`].
//!
//! Short results are copied. Otherwise, if the left string's storage has room behind it that nobody used
//! yet, the right one is appended there and the new string shares the storage (as Go's slices and
//! SpiderMonkey's extensible strings do): `s += x` in a loop allocates one small object per turn. Otherwise
//! a rope node is made (Boehm, Atkinson, Plass: "Ropes: an alternative to strings", 1995), whose bytes are
//! put together when somebody looks at them, into storage with room to grow.
#![allow(unsafe_code)] // Copies into raw storage.

use super::{STORAGE_PREFIX, Str};
use crate::error::PyResult;
use crate::object::{Gc, RawStorage, ShapeId};
use crate::thread::Thread;

/// Results up to this many bytes are copied at once.
const COPY_LIMIT: usize = 256;

impl Str {
    /// `a + b`. Raises MemoryError when the result is too long.
    pub fn concat(thread: &Thread, a: Gc<Str>, b: Gc<Str>) -> PyResult<Gc<Str>> {
        if a.is_empty() && b.is_exact() {
            return Ok(b);
        }
        if b.is_empty() && a.is_exact() {
            return Ok(a);
        }
        let Some(byte_length) = a.byte_len().checked_add(b.byte_len()).filter(|&n| n <= isize::MAX as usize) else {
            return Err(thread.raise_overflow_error("strings are too large to concat"));
        };
        let length = a.code_point_count() + b.code_point_count();
        if byte_length <= COPY_LIMIT {
            let (left, right) = (a.as_bytes(thread), b.as_bytes(thread));
            let joined = Str::try_build(thread, byte_length, length, |target| {
                target[..left.len()].copy_from_slice(left);
                target[left.len()..].copy_from_slice(right);
            });
            return joined.ok_or_else(|| thread.raise_memory_error(""));
        }
        if a.is_rope() && a.byte_len() >= b.byte_len() {
            // The left part was itself just put together: a loop that appends. Give it room.
            try_flatten(thread, &a)?;
        }
        if let Some(joined) = append_in_place(thread, a, b, byte_length, length) {
            return Ok(joined);
        }
        let rope = Str::allocate_external(thread, byte_length, length);
        if let Some(external) = rope.external() {
            external.left.init(Some(a.header()));
            external.right.init(Some(b.header()));
            thread.write_barrier(rope.header());
        }
        Ok(rope)
    }
}

/// Appends `b` behind `a` in `a`'s storage, if `a` reaches to the used end of it and `b` fits.
fn append_in_place(thread: &Thread, a: Gc<Str>, b: Gc<Str>, byte_length: usize, length: usize) -> Option<Gc<Str>> {
    let storage = a.storage()?;
    let room = storage.capacity - STORAGE_PREFIX;
    let used = storage.data().cast::<usize>();
    // SAFETY: the first word of every string storage says how many bytes are in use.
    if unsafe { used.read() } != a.byte_len() || byte_length > room {
        return None;
    }
    let bytes = b.as_bytes(thread);
    let joined = Str::allocate_external(thread, byte_length, length);
    // SAFETY: the bytes behind `used` belong to nobody, and there is room for `b`, which lies before them
    // if it shares the storage.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), storage.data().add(STORAGE_PREFIX + a.byte_len()), bytes.len());
        used.write(byte_length);
    }
    joined.attach_storage(thread, joined, storage);
    Some(joined)
}

/// Joins a rope. Memory for it is taken past the limit if need be: the text exists already.
#[cold]
pub(super) fn flatten(thread: &Thread, string: &Str) {
    if let Err(raised) = try_flatten(thread, string) {
        // No room for spare capacity or even for the text: retry exactly fitting, past the limit.
        thread.take_exception(raised);
        thread.request_poll(crate::thread::poll::MEMORY);
        let bytes = string.byte_len();
        let storage = match Str::allocate_storage(thread, bytes, bytes) {
            Some(storage) => storage,
            None => {
                thread.allocate::<RawStorage>(ShapeId::INTERNAL, STORAGE_PREFIX + bytes.next_multiple_of(8), |_| {
                    RawStorage::new(ShapeId::INTERNAL, STORAGE_PREFIX + bytes.next_multiple_of(8))
                })
            }
        };
        fill(thread, string, storage);
    }
}

/// Joins a rope into storage with room to grow; raises MemoryError.
fn try_flatten(thread: &Thread, string: &Str) -> PyResult<()> {
    if !string.is_rope() {
        return Ok(());
    }
    let length = string.byte_len();
    let capacity = length.saturating_add(length.min(1 << 26));
    let Some(storage) = Str::allocate_storage(thread, capacity, length) else {
        return Err(thread.raise_memory_error(""));
    };
    fill(thread, string, storage);
    Ok(())
}

/// Copies the leaves of a rope into `storage`, from right to left.
///
/// The walk keeps its own stack of pending left parts. They stay alive through the rope that is being
/// joined, which the caller holds, so addresses in malloc memory are enough; nothing is allocated in the
/// heap meanwhile.
fn fill(thread: &Thread, string: &Str, storage: Gc<RawStorage>) {
    let mut end = string.byte_len();
    let mut pending: Vec<*const Str> = vec![std::ptr::from_ref(string)];
    // SAFETY: everything on the stack is reachable from `string`; `end` counts down by the lengths of the
    // leaves, whose sum is the rope's length.
    unsafe {
        storage.data().cast::<usize>().write(string.byte_len());
        let target = storage.data().add(STORAGE_PREFIX);
        while let Some(part) = pending.pop() {
            let part = &*part;
            if let Some(bytes) = part.flat_bytes() {
                end -= bytes.len();
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), target.add(end), bytes.len());
            } else if let Some(external) = part.external() {
                for side in [&external.left, &external.right] {
                    if let Some(object) = side.get() {
                        pending.push(object.as_pointer().cast::<Str>());
                    }
                }
            }
        }
    }
    debug_assert_eq!(end, 0);
    let this: Gc<Str> = match Gc::from_address(std::ptr::from_ref(string).expose_provenance()) {
        Some(this) => this,
        None => unreachable!("a reference is not null"),
    };
    string.attach_storage(thread, this, storage);
}
