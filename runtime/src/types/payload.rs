//! Native data of types that modules define: a header, the type's descriptor, the data, attribute slots.
//!
//! What lives here: [`Payload`], [`PayloadData`]. A type needs no line in the kind table: it is told apart by
//! the address of its descriptor. What must not: any particular type.
#![allow(unsafe_code)] // Downcasts by descriptor address; drops the data of dead objects.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, Slot};
use crate::thread::Thread;
use crate::types::instance;
use crate::types::type_object::Type;
use crate::value::Value;

/// What a module's type keeps in its instances. Values stand in `Slot`s and are reported by `trace`.
pub trait PayloadData: 'static {
    /// Reports every value of the data.
    fn trace(&self, tracer: &mut Tracer);
}

/// How the collector handles one payload type; one static per type, whose address identifies it.
pub struct PayloadDescriptor {
    size: usize,
    trace: fn(Gc<Header>, &mut Tracer),
    drop: Option<fn(Gc<Header>)>,
}

trait HasDescriptor: PayloadData + Sized {
    const DESCRIPTOR: &'static PayloadDescriptor;
}

impl<T: PayloadData> HasDescriptor for T {
    const DESCRIPTOR: &'static PayloadDescriptor = &PayloadDescriptor {
        size: size_of::<Payload<T>>(),
        trace: |header, tracer| header.cast_unchecked::<Payload<T>>().data.trace(tracer),
        drop: if std::mem::needs_drop::<T>() {
            Some(|header| {
                // SAFETY: the collector found the object dead and calls this once.
                unsafe { std::ptr::drop_in_place(&raw mut (*header.cast_unchecked::<Payload<T>>().as_pointer()).data) }
            })
        } else {
            None
        },
    };
}

/// The part all payloads share.
#[repr(C)]
pub struct PayloadHeader {
    header: Header,
    descriptor: &'static PayloadDescriptor,
    /// `TypeId` of the data: descriptors of equal content may be merged by the linker.
    type_id: std::any::TypeId,
}

/// An object with native data `T`.
#[repr(C)]
pub struct Payload<T> {
    shared: PayloadHeader,
    pub data: T,
}

impl HeapObject for PayloadHeader {
    const KIND: Kind = Kind::Payload;
    const FINALIZES: bool = true;
    fn size(&self) -> usize {
        self.descriptor.size + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        (self.descriptor.trace)(Gc::from_pointer(std::ptr::NonNull::from(&self.header)), tracer);
        instance::trace_tail(&self.header, self.descriptor.size, tracer);
    }
    fn finalize(&self) {
        if let Some(drop) = self.descriptor.drop {
            drop(Gc::from_pointer(std::ptr::NonNull::from(&self.header)));
        }
    }
}

impl<T: PayloadData> Payload<T> {
    /// An instance of `class` (the payload's class or a subclass) holding `data`.
    pub fn new(thread: &Thread, class: Gc<Type>, data: T) -> Gc<Payload<T>> {
        debug_assert!(
            class.instance_kind.get() == Kind::Payload,
            "the spec of {} must say `payload`",
            class.name_string()
        );
        let shape = class.instance_shape.get();
        let tail = class.tail_words.get();
        let extra = size_of::<Payload<T>>() - size_of::<PayloadHeader>() + usize::from(tail) * 8;
        let object = thread.allocate_unregistered::<PayloadHeader>(shape, extra, |header| {
            header.spare.set(tail);
            PayloadHeader { header, descriptor: T::DESCRIPTOR, type_id: std::any::TypeId::of::<T>() }
        });
        let object: Gc<Payload<T>> = object.cast_unchecked();
        // SAFETY: the allocation has room for the data, which is not yet initialised.
        unsafe { (&raw mut (*object.as_pointer()).data).write(data) };
        if std::mem::needs_drop::<T>() {
            thread.vm().heap.register_finalizing(object.header());
        }
        if class.has_finalizer() {
            object.header().set_flag(crate::object::header_flags::HAS_FINALIZER);
            thread.vm().heap.register_finalizer(object.header());
        }
        object
    }

    /// The object as this payload type, if it is one.
    #[inline]
    pub fn cast(value: Value) -> Option<Gc<Payload<T>>> {
        let header = value.cast::<PayloadHeader>()?;
        (header.type_id == std::any::TypeId::of::<T>()).then(|| header.cast_unchecked())
    }
}

impl<T> Gc<Payload<T>> {
    #[inline(always)]
    pub fn header(self) -> Gc<Header> {
        self.cast_unchecked()
    }

    #[inline(always)]
    pub fn value(self) -> Value {
        Value::from_header(self.header().as_pointer())
    }

    /// Writes `value` into a slot of the data, with the barrier.
    #[inline(always)]
    pub fn store(self, thread: &Thread, slot: &Slot, value: Value) {
        slot.init(Some(value));
        thread.write_barrier(self.header());
    }

    /// Writes `object` into a slot of the data, with the barrier.
    #[inline(always)]
    pub fn store_gc<U>(self, thread: &Thread, slot: &GcSlot<U>, object: Gc<U>) {
        slot.init(Some(object));
        thread.write_barrier(self.header());
    }
}

impl<T> From<Gc<Payload<T>>> for Value {
    fn from(object: Gc<Payload<T>>) -> Value {
        object.value()
    }
}

/// Raises "cannot create 'x' instances", for payload classes without a constructor.
pub fn no_constructor(thread: &Thread, class: Gc<Type>) -> PyResult<Value> {
    Err(thread.raise_type_error(format!("cannot create '{}' instances", class.full_name(thread))))
}
