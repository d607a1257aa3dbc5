//! `super`: attribute access from the next class in the method resolution order.

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, Slot};
use crate::thread::Thread;
use crate::types::cell::CellObject;
use crate::types::instance;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A `super` object.
#[repr(C)]
pub struct Super {
    header: Header,
    pub this_class: GcSlot<Type>,
    pub receiver: Slot,
    /// The class whose order is searched, or empty if unbound.
    pub receiver_class: GcSlot<Type>,
}

impl HeapObject for Super {
    const KIND: Kind = Kind::Super;
    fn size(&self) -> usize {
        size_of::<Super>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.this_class);
        tracer.slot(&self.receiver);
        tracer.gc_slot(&self.receiver_class);
        instance::trace_tail(&self.header, size_of::<Super>(), tracer);
    }
}

/// The class whose resolution order `super(class, receiver)` searches; TypeError if they do not match.
pub fn check_receiver(thread: &Thread, class: Gc<Type>, receiver: Value) -> PyResult<Gc<Type>> {
    if let Some(receiver_class) = receiver.cast::<Type>()
        && receiver_class.is_subclass_of(class)
    {
        return Ok(receiver_class);
    }
    let own = thread.class_of(receiver);
    if own.is_subclass_of(class) {
        return Ok(own);
    }
    if let Some(claimed) =
        dispatch::attr::get_optional(thread, receiver, thread.vm().names.__class__)?.and_then(|c| c.cast::<Type>())
        && claimed != own
        && claimed.is_subclass_of(class)
    {
        return Ok(claimed);
    }
    let what = match receiver.cast::<Type>() {
        Some(receiver) => format!("type {}", receiver.name_string()),
        None => format!("instance of {}", own.name_string()),
    };
    Err(thread.raise_type_error(format!(
        "super(type, obj): obj ({what}) is not an instance or subtype of type ({}).",
        class.name_string()
    )))
}

/// The attribute `name` after `class` in the order of `receiver_class`, unbound.
pub fn find_after(thread: &Thread, class: Gc<Type>, receiver_class: Gc<Type>, name: Gc<Str>) -> Option<Value> {
    let order = receiver_class.mro_items();
    let start = order.iter().position(|&c| c == class.value()).map_or(order.len(), |i| i + 1);
    order[start..].iter().find_map(|c| c.cast::<Type>()?.dictionary().get_str(thread, name))
}

impl Super {
    /// `super().name` without raising: `None` if no class after this one has it and neither has `super`.
    pub fn attribute(&self, thread: &Thread, name: Gc<Str>) -> PyResult<Option<Value>> {
        if let (Some(class), Some(receiver_class), Some(receiver)) =
            (self.this_class.get(), self.receiver_class.get(), self.receiver.get())
            && name != thread.vm().names.__class__
            && let Some(attribute) = find_after(thread, class, receiver_class, name)
        {
            let instance = if receiver == receiver_class.value() { None } else { Some(receiver) };
            return dispatch::attr::bind_descriptor(thread, attribute, instance, receiver_class).map(Some);
        }
        let this: Gc<Super> = Gc::from_pointer(std::ptr::NonNull::from(self));
        dispatch::attr::get_generic(thread, this.value(), thread.class_of(this.value()), name)
    }
}

/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires issubclass(type2, type)
/// Typical use to call a cooperative superclass method:
/// class C(B):
///     def meth(self, arg):
///         super().meth(arg)
/// This works for class methods too:
/// class C(B):
///     @classmethod
///     def cmeth(cls, arg):
///         super().cmeth(arg)
#[py_class(name = "super", kind = Super, module = "builtins", subclassable)]
impl Super {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, arguments: &[Value], keywords: crate::native::Keywords<'_>) -> Gc<Super> {
        let _ = (arguments, keywords);
        instance::allocate_instance(thread, class, |header| Super {
            header,
            this_class: GcSlot::empty(),
            receiver: Slot::empty(),
            receiver_class: GcSlot::empty(),
        })
    }

    #[method(name = "__init__", signature = "(self, /, *args)")]
    fn init(this: Gc<Super>, thread: &Thread, arguments: &[Value]) -> PyResult<()> {
        let (class, receiver) = match *arguments {
            [] => implicit_arguments(thread)?,
            [class] => (class, Value::NONE),
            [class, receiver] => (class, receiver),
            _ => {
                return Err(
                    thread.raise_type_error(format!("super expected at most 2 arguments, got {}", arguments.len()))
                );
            }
        };
        let Some(class) = class.cast::<Type>() else {
            let message = format!("super() argument 1 must be a type, not {}", thread.type_name(class));
            return Err(thread.raise_type_error(message));
        };
        thread.store_gc(this, &this.this_class, class);
        if !receiver.is_none() {
            let receiver_class = check_receiver(thread, class, receiver)?;
            thread.store(this, &this.receiver, receiver);
            thread.store_gc(this, &this.receiver_class, receiver_class);
        }
        Ok(())
    }

    #[getter(member, name = "__thisclass__")]
    fn this_class(this: Gc<Super>) -> Option<Gc<Type>> {
        this.this_class.get()
    }
    #[getter(member, name = "__self__")]
    fn self_object(this: Gc<Super>) -> Value {
        this.receiver.get().unwrap_or(Value::NONE)
    }
    #[getter(member, name = "__self_class__")]
    fn self_class(this: Gc<Super>) -> Option<Gc<Type>> {
        this.receiver_class.get()
    }

    #[method(name = "__getattribute__")]
    fn getattribute(this: Gc<Super>, thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        let name = thread.vm().interner.intern(thread, name);
        match this.attribute(thread, name)? {
            Some(value) => Ok(value),
            None => Err(dispatch::attr::raise_missing(thread, this.value(), Some(name))),
        }
    }

    #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
    fn get(this: Gc<Super>, thread: &Thread, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        let _ = owner;
        if instance.is_none() || this.receiver.get().is_some() {
            return Ok(this.value());
        }
        let class = this.this_class.get().map_or(Value::NONE, |c| c.value());
        dispatch::call::call(thread, thread.class_of(this.value()).value(), &[class, instance])
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<Super>) -> String {
        let class = this.this_class.get().map_or_else(|| "NULL".to_owned(), |c| c.name_string());
        match this.receiver_class.get() {
            Some(receiver) => format!("<super: <class '{class}'>, <{} object>>", receiver.name_string()),
            None => format!("<super: <class '{class}'>, NULL>"),
        }
    }
}

/// The class cell and first argument of the running function, for `super()` without arguments that the
/// compiler did not see (called under another name).
fn implicit_arguments(thread: &Thread) -> PyResult<(Value, Value)> {
    let Some(frame) = (thread.vm().hooks().frame_at)(thread, 0) else {
        return Err(thread.raise_runtime_error("super(): no current frame"));
    };
    let locals = frame.locals_mapping(thread)?;
    let (Some(code), Some(locals)) = (frame.code.get(), locals.cast::<crate::types::dict::Dict>()) else {
        return Err(thread.raise_runtime_error("super(): no arguments"));
    };
    if code.positional == 0 {
        return Err(thread.raise_runtime_error("super(): no arguments"));
    }
    let first = code.variables.get().and_then(|v| v.items().first().copied()).and_then(|n| n.cast::<Str>());
    let receiver = first.and_then(|name| locals.get_str(thread, name));
    let closure = frame.function.get().and_then(|f| f.closure.get());
    let position =
        code.free.get().and_then(|f| f.items().iter().position(|&n| n == thread.vm().names.__class__.value()));
    let class = match (closure, position) {
        (Some(closure), Some(position)) => closure.items()[position].cast::<CellObject>().and_then(|c| c.content.get()),
        _ => return Err(thread.raise_runtime_error("super(): __class__ cell not found")),
    };
    match (class, receiver) {
        (Some(class), Some(receiver)) => Ok((class, receiver)),
        (None, _) => Err(thread.raise_runtime_error("super(): empty __class__ cell")),
        (_, None) => Err(thread.raise_runtime_error("super(): arg[0] deleted")),
    }
}
