//! `tee`: several iterators over one.
//!
//! What lives here: [`Tee`] and the blocks of items that tees share, [`TeeData`]. Start at [`Tee`].
//!
//! Items read from the source lie in a chain of blocks; each tee holds the block it reads, so that blocks all
//! tees have passed are garbage.

use super::trace_slots;
use crate::dispatch::{attr, call, iter};
use crate::error::PyResult;
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::payload::Payload;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// Items in a block.
const BLOCK: usize = 57;

/// A block of items.
pub struct TeeData {
    source: Slot,
    /// The list of the items read so far.
    items: Slot,
    /// The block behind this one, once somebody needs it.
    next: Slot,
    /// The source is being asked for an item.
    reading: Cell<bool>,
}

trace_slots!(TeeData { source, items, next });

impl TeeData {
    fn make(thread: &Thread, source: Value) -> Gc<Payload<TeeData>> {
        let items = List::empty(thread);
        let class = Type::of_spec(thread, TeeData::SPEC);
        let data = TeeData {
            source: Slot::new(source),
            items: Slot::new(items.value()),
            next: Slot::empty(),
            reading: Cell::new(false),
        };
        Payload::new(thread, class, data)
    }

    fn item(this: Gc<Payload<TeeData>>, thread: &Thread, index: usize) -> PyResult<Option<Value>> {
        let Some(items) = this.data.items.get().and_then(|items| items.cast::<List>()) else { return Ok(None) };
        if let Some(item) = items.get(thread, index) {
            return Ok(Some(item));
        }
        if this.data.reading.get() {
            return Err(thread.raise_runtime_error("cannot re-enter the tee iterator"));
        }
        let Some(source) = this.data.source.get() else { return Ok(None) };
        this.data.reading.set(true);
        let item = iter::next(thread, source);
        this.data.reading.set(false);
        match item {
            Ok(Some(item)) => items.push(thread, item)?,
            Ok(None) => thread.end_value.set(None),
            Err(_) => {}
        }
        item
    }

    fn following(this: Gc<Payload<TeeData>>, thread: &Thread) -> Gc<Payload<TeeData>> {
        if let Some(next) = this.data.next.get().and_then(Payload::<TeeData>::cast) {
            return next;
        }
        let next = TeeData::make(thread, this.data.source.get().unwrap_or(Value::NONE));
        this.store(thread, &this.data.next, next.value());
        next
    }
}

/// teedataobject(iterable, values, next, /)
/// --
///
/// Data container common to multiple tee objects.
#[py_class(name = "_tee_dataobject", module = "itertools", kind = Payload)]
impl TeeData {
    #[new(signature = "(cls, iterable, values, next, /)")]
    fn py_new(
        _class: Gc<Type>,
        thread: &Thread,
        iterable: Value,
        values: Gc<List>,
        next: Value,
    ) -> PyResult<Gc<Payload<TeeData>>> {
        let data = TeeData::make(thread, iterable);
        let length = values.len();
        if length > BLOCK
            || (length < BLOCK && !next.is_none())
            || (!next.is_none() && Payload::<TeeData>::cast(next).is_none())
        {
            return Err(thread.raise_value_error("Invalid arguments"));
        }
        let items = values.copy_range(thread, 0, length)?;
        data.store(thread, &data.data.items, items.value());
        if !next.is_none() {
            data.store(thread, &data.data.next, next);
        }
        Ok(data)
    }
}

/// A position in the chain of blocks.
pub struct Tee {
    block: Slot,
    index: Cell<usize>,
}

trace_slots!(Tee { block });

impl Tee {
    fn make(thread: &Thread, block: Value, index: usize) -> Gc<Payload<Tee>> {
        let class = Type::of_spec(thread, Tee::SPEC);
        Payload::new(thread, class, Tee { block: Slot::new(block), index: Cell::new(index) })
    }

    /// A tee over what `iterable` yields, or beside it if it is a tee.
    fn over(thread: &Thread, iterable: Value) -> PyResult<Gc<Payload<Tee>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        if let Some(tee) = Payload::<Tee>::cast(iterator) {
            return Ok(Tee::copy(tee, thread));
        }
        let block = TeeData::make(thread, iterator);
        Ok(Tee::make(thread, block.value(), 0))
    }

    fn copy(this: Gc<Payload<Tee>>, thread: &Thread) -> Gc<Payload<Tee>> {
        Tee::make(thread, this.data.block.get().unwrap_or(Value::NONE), this.data.index.get())
    }
}

/// Iterator wrapped to make it copyable.
#[py_class(name = "_tee", module = "itertools", signature = "(iterable, /)", kind = Payload)]
impl Tee {
    #[new(signature = "(cls, iterable, /)")]
    fn py_new(_class: Gc<Type>, thread: &Thread, iterable: Value) -> PyResult<Gc<Payload<Tee>>> {
        Tee::over(thread, iterable)
    }

    #[method]
    fn __iter__(this: Gc<Payload<Tee>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Tee>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(mut block) = this.data.block.get().and_then(Payload::<TeeData>::cast) else { return Ok(None) };
        if this.data.index.get() >= BLOCK {
            block = TeeData::following(block, thread);
            this.store(thread, &this.data.block, block.value());
            this.data.index.set(0);
        }
        let index = this.data.index.get();
        let item = TeeData::item(block, thread, index)?;
        if item.is_some() {
            this.data.index.set(index + 1);
        }
        Ok(item)
    }

    /// Returns an independent iterator.
    #[method]
    fn __copy__(this: Gc<Payload<Tee>>, thread: &Thread) -> Gc<Payload<Tee>> {
        Tee::copy(this, thread)
    }
}

/// `itertools.tee(iterable, n)`.
pub fn tee(thread: &Thread, iterable: Value, n: isize) -> PyResult<Gc<Tuple>> {
    if n < 0 {
        return Err(thread.raise_value_error("n must be >= 0"));
    }
    if n == 0 {
        return Ok(Tuple::new(thread, &[]));
    }
    let mut iterator = iter::get_iter(thread, iterable)?;
    if let Some(tee) = Payload::<Tee>::cast(iterator) {
        iterator = Tee::copy(tee, thread).value();
    }
    let name = thread.vm().names.__copy__;
    let copy = match attr::get_optional(thread, iterator, name)? {
        Some(copy) => copy,
        None => {
            iterator = Tee::over(thread, iterator)?.value();
            attr::get(thread, iterator, name)?
        }
    };
    let mut tees = ScratchVec::new();
    tees.push(thread, iterator);
    for _ in 1..n {
        let copied = call::call(thread, copy, &[])?;
        tees.push(thread, copied);
    }
    Ok(Tuple::new(thread, &tees))
}
