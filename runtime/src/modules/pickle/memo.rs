//! What a pickler remembers of the objects it wrote, and an unpickler of those it made.
//!
//! What lives here: [`IdentityMemo`], from objects to numbers, and [`NumberedMemo`], from numbers to objects. Both are
//! fields of GC objects and keep what they hold alive. What must not: the Python objects that show them
//! ([`super::pickler`], [`super::unpickler`]).

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, Slot, WordStorage};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::int;
use crate::value::Value;
use std::cell::Cell;

/// Entries that a table has room for at first.
const FIRST_CAPACITY: usize = 32;

fn allocate(thread: &Thread, words: usize) -> Gc<WordStorage> {
    match thread.allocate_words(words) {
        Some(storage) => storage,
        None => {
            eprintln!("Fatal Python error: out of memory");
            std::process::exit(1)
        }
    }
}

/// Numbers of objects by identity: an open hash table of pairs (object, number). Objects do not move, so that their
/// addresses are good keys.
#[derive(Default)]
pub struct IdentityMemo {
    /// Object and number in turn; as many pairs as a power of two, at most two thirds of them used.
    pairs: GcSlot<WordStorage>,
    used: Cell<usize>,
}

impl IdentityMemo {
    /// Reports what the table holds.
    pub fn trace(&self, tracer: &mut Tracer) {
        if let Some(pairs) = self.pairs.get() {
            tracer.object(pairs.header());
        }
    }

    /// How many objects have numbers.
    #[inline]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Where the object's pair is or belongs.
    #[inline]
    fn place(pairs: Gc<WordStorage>, key: Value) -> usize {
        let mask = pairs.capacity / 2 - 1;
        let mut place = (key.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
        let slots = pairs.slots();
        while slots[2 * place].get().is_some_and(|other| other != key) {
            place = (place + 1) & mask;
        }
        place
    }

    /// The object's number.
    #[inline]
    pub fn get(&self, key: Value) -> Option<usize> {
        let pairs = self.pairs.get()?;
        let number = pairs.slots()[2 * IdentityMemo::place(pairs, key) + 1].get()?;
        number.as_small().map(|number| number as usize)
    }

    /// Gives the object a number. `owner` is the object that this memo is a field of.
    #[inline]
    pub fn put(&self, thread: &Thread, owner: Gc<Header>, key: Value, number: usize) {
        let pairs = match self.pairs.get() {
            Some(pairs) if self.used.get() * 3 < pairs.capacity => pairs,
            _ => self.grow(thread, owner),
        };
        let place = IdentityMemo::place(pairs, key);
        let slots = pairs.slots();
        if slots[2 * place].get().is_none() {
            self.used.set(self.used.get() + 1);
        }
        slots[2 * place].init(Some(key));
        slots[2 * place + 1].init(Some(Value::small_wrapping(number as i64)));
        thread.write_barrier(pairs.header());
    }

    #[cold]
    fn grow(&self, thread: &Thread, owner: Gc<Header>) -> Gc<WordStorage> {
        let old = self.pairs.get();
        let capacity = old.map_or(FIRST_CAPACITY, |pairs| pairs.capacity / 2 * 4);
        let pairs = allocate(thread, 2 * capacity);
        for pair in old.iter().flat_map(|old| old.slots().chunks_exact(2)) {
            if let Some(key) = pair[0].get() {
                let place = IdentityMemo::place(pairs, key);
                pairs.slots()[2 * place].init(Some(key));
                pairs.slots()[2 * place + 1].init(pair[1].get());
            }
        }
        thread.write_barrier(pairs.header());
        self.pairs.init(Some(pairs));
        thread.write_barrier(owner);
        pairs
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.pairs.init(None);
        self.used.set(0);
    }

    /// Takes over what another memo holds, which may be this one.
    pub fn copy_from(&self, thread: &Thread, owner: Gc<Header>, other: &IdentityMemo) {
        let pairs = other.pairs.get().map(|source| {
            let copy = allocate(thread, source.capacity);
            for (to, from) in copy.slots().iter().zip(source.slots()) {
                to.init(from.get());
            }
            thread.write_barrier(copy.header());
            copy
        });
        self.used.set(other.used.get());
        self.pairs.init(pairs);
        thread.write_barrier(owner);
    }

    /// The pair at or after `position`, which moves behind it. Nothing may be added in between.
    pub fn next(&self, position: &mut usize) -> Option<(Value, usize)> {
        let pairs = self.pairs.get()?;
        while let Some(slot) = pairs.slots().get(2 * *position) {
            let place = *position;
            *position += 1;
            if let (Some(key), Some(number)) = (slot.get(), pairs.slots()[2 * place + 1].get()) {
                return Some((key, number.as_small().unwrap_or(0) as usize));
            }
        }
        None
    }
}

/// Numbers up to so many beyond those in use lie in the array.
const GAP: usize = 1024;

/// Objects by number. Those that a pickler gives are dense; a hostile pickle may name any, and those far off lie in a
/// dict.
#[derive(Default)]
pub struct NumberedMemo {
    objects: GcSlot<WordStorage>,
    far: GcSlot<Dict>,
    used: Cell<usize>,
}

impl NumberedMemo {
    /// Reports what the memo holds.
    pub fn trace(&self, tracer: &mut Tracer) {
        if let Some(objects) = self.objects.get() {
            tracer.object(objects.header());
        }
        tracer.gc_slot(&self.far);
    }

    /// How many numbers have objects.
    #[inline]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Bytes that the memo takes.
    pub fn size(&self) -> usize {
        self.objects.get().map_or(0, |objects| objects.capacity * size_of::<Slot>())
    }

    /// The object with this number.
    ///
    /// # Errors
    /// None but those of a look-up in a dict.
    #[inline]
    pub fn get(&self, thread: &Thread, number: usize) -> PyResult<Option<Value>> {
        match self.objects.get().and_then(|objects| objects.slots().get(number)?.get()) {
            Some(object) => Ok(Some(object)),
            None => self.get_far(thread, number),
        }
    }

    #[cold]
    fn get_far(&self, thread: &Thread, number: usize) -> PyResult<Option<Value>> {
        match self.far.get() {
            Some(far) => far.get(thread, int::from_usize(thread, number)),
            None => Ok(None),
        }
    }

    /// Gives the object this number. `owner` is the object that this memo is a field of.
    ///
    /// # Errors
    /// None but those of a dict.
    #[inline]
    pub fn put(&self, thread: &Thread, owner: Gc<Header>, number: usize, object: Value) -> PyResult<()> {
        let objects = match self.objects.get() {
            Some(objects) if number < objects.capacity => objects,
            _ if number > self.used.get() + GAP => return self.put_far(thread, owner, number, object),
            _ => self.grow(thread, owner, number),
        };
        let slot = &objects.slots()[number];
        if slot.get().is_none() {
            self.used.set(self.used.get() + 1);
        }
        slot.init(Some(object));
        thread.write_barrier(objects.header());
        Ok(())
    }

    #[cold]
    fn put_far(&self, thread: &Thread, owner: Gc<Header>, number: usize, object: Value) -> PyResult<()> {
        let far = match self.far.get() {
            Some(far) => far,
            None => {
                let far = Dict::new(thread);
                self.far.init(Some(far));
                thread.write_barrier(owner);
                far
            }
        };
        let before = far.len();
        far.insert(thread, int::from_usize(thread, number), object)?;
        self.used.set(self.used.get() + far.len() - before);
        Ok(())
    }

    #[cold]
    fn grow(&self, thread: &Thread, owner: Gc<Header>, number: usize) -> Gc<WordStorage> {
        let old = self.objects.get();
        let objects = allocate(thread, ((number + 1) * 2).max(FIRST_CAPACITY));
        for (to, from) in objects.slots().iter().zip(old.iter().flat_map(|old| old.slots())) {
            to.init(from.get());
        }
        thread.write_barrier(objects.header());
        self.objects.init(Some(objects));
        thread.write_barrier(owner);
        objects
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.objects.init(None);
        self.far.init(None);
        self.used.set(0);
    }

    /// Takes over what another memo holds, which may be this one.
    pub fn copy_from(&self, thread: &Thread, owner: Gc<Header>, other: &NumberedMemo) {
        let objects = other.objects.get().map(|source| {
            let copy = allocate(thread, source.capacity);
            for (to, from) in copy.slots().iter().zip(source.slots()) {
                to.init(from.get());
            }
            thread.write_barrier(copy.header());
            copy
        });
        self.used.set(other.used.get());
        self.objects.init(objects);
        self.far.init(other.far.get().map(|far| far.copy(thread)));
        thread.write_barrier(owner);
    }

    /// All objects with their numbers as a dict.
    ///
    /// # Errors
    /// None but those of a dict.
    pub fn to_dict(&self, thread: &Thread) -> PyResult<Gc<Dict>> {
        let dict = Dict::new(thread);
        for (number, slot) in self.objects.get().iter().flat_map(|objects| objects.slots()).enumerate() {
            if let Some(object) = slot.get() {
                dict.insert(thread, int::from_usize(thread, number), object)?;
            }
        }
        if let Some(far) = self.far.get() {
            dict.update(thread, far)?;
        }
        Ok(dict)
    }
}
