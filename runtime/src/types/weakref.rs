//! Weak references.

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::{Tracer, WeakSlot};
use crate::native::Keywords;
use crate::object::{Gc, Header, HeapObject, Kind, Slot};
use crate::thread::Thread;
use crate::types::instance;
use crate::types::prompt;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A weak reference: the collector empties `target` when the referent dies, then has `callback` called.
#[repr(C)]
pub struct WeakRef {
    header: Header,
    target: WeakSlot,
    pub callback: Slot,
    /// Hash of the referent, once taken; -1: not yet.
    hash: Cell<i64>,
}

impl HeapObject for WeakRef {
    const KIND: Kind = Kind::WeakRef;
    fn size(&self) -> usize {
        size_of::<WeakRef>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.callback);
        instance::trace_tail(&self.header, size_of::<WeakRef>(), tracer);
    }
}

impl WeakRef {
    /// A weak reference of the plain class; `referent` must be a heap object.
    pub fn new(thread: &Thread, referent: Value, callback: Option<Value>) -> Gc<WeakRef> {
        WeakRef::allocate(thread, thread.vm().types.weakref, referent, callback)
    }

    fn allocate(thread: &Thread, class: Gc<Type>, referent: Value, callback: Option<Value>) -> Gc<WeakRef> {
        let reference = instance::allocate_instance(thread, class, |header| WeakRef {
            header,
            target: WeakSlot::default(),
            callback: Slot::from_option(callback),
            hash: Cell::new(-1),
        });
        if let Some(target) = referent.header() {
            thread.vm().heap.register_weak(reference.header(), &reference.target, target, callback.is_some());
        }
        reference
    }

    /// The object, if it is alive.
    pub fn referent(&self) -> Option<Value> {
        self.target.get().map(|header| header.to_value())
    }

    /// An existing plain reference to `referent` without callback, which `weakref.ref` gives again.
    fn existing(thread: &Thread, referent: Gc<Header>) -> Option<Gc<WeakRef>> {
        let mut found = None;
        let class = thread.vm().types.weakref;
        thread.vm().heap.for_each_weak_reference(referent, |reference| {
            let reference: Gc<WeakRef> = reference.cast_unchecked();
            if found.is_none() && reference.callback.get().is_none() && thread.class_of(reference.value()) == class {
                found = Some(reference);
            }
        });
        found
    }
}

/// Instances of the class of `value` can be weakly referenced.
pub fn is_weakly_referenceable(thread: &Thread, value: Value) -> bool {
    let Some(header) = value.header() else { return false };
    match header.kind() {
        Kind::Function
        | Kind::Type
        | Kind::Module
        | Kind::Generator
        | Kind::BoundMethod
        | Kind::Set
        | Kind::NativeFunction
        | Kind::Frame
        | Kind::Code => true,
        _ => thread.class_of(value).flag(type_flags::WEAKREFABLE),
    }
}

/// Create a weak reference to an object.
#[py_class(name = "ReferenceType", kind = WeakRef, module = "weakref", signature = "(object, callback=None, /)", subclassable)]
impl WeakRef {
    #[new(signature = "(*args, **kwargs)")]
    fn py_new(class: Gc<Type>, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> PyResult<Gc<WeakRef>> {
        let _ = keywords;
        let (referent, callback) = match *arguments {
            [referent] => (referent, None),
            [referent, callback, ..] => (referent, Some(callback).filter(|c| !c.is_none())),
            [] => return Err(thread.raise_type_error("ref expected at least 1 argument, got 0")),
        };
        if !is_weakly_referenceable(thread, referent) {
            return Err(thread
                .raise_type_error(format!("cannot create weak reference to '{}' object", thread.type_name(referent))));
        }
        if callback.is_none()
            && class == thread.vm().types.weakref
            && let Some(known) = referent.header().and_then(|header| WeakRef::existing(thread, header))
        {
            return Ok(known);
        }
        Ok(WeakRef::allocate(thread, class, referent, callback))
    }

    #[method(name = "__init__", signature = "(self, object, callback=None, /)")]
    fn init(this: Gc<WeakRef>, object: Value, callback: Option<Value>) {
        let _ = (this, object, callback);
    }

    #[method(name = "__call__", signature = "(self, /)")]
    fn dunder_call(this: Gc<WeakRef>, thread: &Thread) -> Value {
        if let Some(target) = this.referent().and_then(|target| target.header()) {
            prompt::before_deref(thread, target);
        }
        this.referent().unwrap_or(Value::NONE)
    }

    #[getter(member, name = "__callback__")]
    fn dunder_callback(this: Gc<WeakRef>) -> Value {
        match this.referent() {
            Some(_) => this.callback.get().unwrap_or(Value::NONE),
            None => Value::NONE,
        }
    }

    #[method(name = "__hash__")]
    fn dunder_hash(this: Gc<WeakRef>, thread: &Thread) -> PyResult<i64> {
        if this.hash.get() == -1 {
            match this.referent() {
                Some(object) => this.hash.set(dispatch::hash::hash(thread, object)?),
                None => return Err(thread.raise_type_error("weak object has gone away")),
            }
        }
        Ok(this.hash.get())
    }

    #[method(name = "__eq__")]
    fn dunder_eq(this: Gc<WeakRef>, thread: &Thread, other: Gc<WeakRef>) -> PyResult<bool> {
        match (this.referent(), other.referent()) {
            (Some(a), Some(b)) => dispatch::compare::equals(thread, a, b),
            _ => Ok(this == other),
        }
    }

    #[method(name = "__repr__")]
    fn dunder_repr(this: Gc<WeakRef>, thread: &Thread) -> PyResult<String> {
        Ok(match this.referent() {
            None => format!("<weakref at {:#x}; dead>", this.address()),
            Some(object) => {
                let name = dispatch::attr::get_optional(thread, object, thread.vm().names.__name__)?
                    .and_then(|n| n.cast::<crate::types::str::Str>());
                let suffix = name.map(|n| format!(" ({})", n.to_str_lossy(thread))).unwrap_or_default();
                format!(
                    "<weakref at {:#x}; to '{}' at {:#x}{suffix}>",
                    this.address(),
                    thread.type_name(object),
                    object.to_bits()
                )
            }
        })
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
}
