//! `FrameLocalsProxy`: what `f_locals` of a function's frame is, a mapping that writes through to the variables (PEP 667).
//!
//! What lives here: the class. What must not: where a frame keeps its variables (`frame.rs`). Start at [`wrap`].

use crate::dispatch;
use crate::dispatch::compare::CompareOperator;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::frame::FrameObject;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use taipan_macros::py_class;

/// The variables of a frame.
pub struct FrameLocals {
    frame: GcSlot<FrameObject>,
}

impl PayloadData for FrameLocals {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.frame);
    }
}

type Proxy = Gc<Payload<FrameLocals>>;

/// The proxy of a frame's variables.
pub fn wrap(thread: &Thread, frame: Gc<FrameObject>) -> Value {
    let class = Type::of_spec(thread, <FrameLocals as PyClass>::SPEC);
    class.set_flag(type_flags::MAPPING, true);
    Payload::new(thread, class, FrameLocals { frame: GcSlot::new(frame) }).value()
}

fn frame(this: Proxy, thread: &Thread) -> PyResult<Gc<FrameObject>> {
    match this.data.frame.get() {
        Some(frame) => Ok(frame),
        None => Err(thread.raise_runtime_error("the frame is gone")),
    }
}

/// The variables of now as a dict.
fn snapshot(this: Proxy, thread: &Thread) -> PyResult<Gc<Dict>> {
    let locals = frame(this, thread)?.locals_mapping(thread)?;
    Ok(locals.cast::<Dict>().unwrap_or_else(|| Dict::new(thread)))
}

/// The name of the variable that equals `key`: subclasses of str, and whatever hashes and compares like one, count.
fn variable(this: Proxy, thread: &Thread, key: Value) -> PyResult<Option<Gc<Str>>> {
    let hash = dispatch::hash::hash(thread, key)?;
    let Some(code) = frame(this, thread)?.code.get() else { return Ok(None) };
    let groups = [code.variables.get(), code.cells.get(), code.free.get()];
    for name in groups.iter().flatten().flat_map(|group| group.items().iter().copied()) {
        if name == key || dispatch::hash::hash(thread, name)? == hash && dispatch::compare::equals(thread, name, key)? {
            return Ok(name.cast::<Str>());
        }
    }
    Ok(None)
}

fn not_removable(thread: &Thread) -> crate::error::Raised {
    thread.raise_value_error("cannot remove local variables from FrameLocalsProxy")
}

/// The dict of another mapping operand; `None` for other things.
fn operand(thread: &Thread, other: Value) -> PyResult<Option<Gc<Dict>>> {
    match Payload::<FrameLocals>::cast(other) {
        Some(proxy) => snapshot(proxy, thread).map(Some),
        None => Ok(other.cast::<Dict>()),
    }
}

fn set(this: Proxy, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
    let frame = frame(this, thread)?;
    if let Some(name) = variable(this, thread, key)?
        && frame.set_variable(thread, name, value)?
    {
        return Ok(());
    }
    frame.extra_locals_dict(thread).insert(thread, key, value)
}

fn set_all(this: Proxy, thread: &Thread, other: Gc<Dict>) -> PyResult<()> {
    // Setting may change what is read.
    let other = other.copy(thread);
    let mut position = 0;
    while let Some((key, value)) = other.next_entry(&mut position) {
        set(this, thread, key, value)?;
    }
    Ok(())
}

/// A mapping of the local variables of a frame.
#[py_class(name = "FrameLocalsProxy", module = "builtins", payload, unhashable)]
impl FrameLocals {
    #[new(signature = "(frame, /)")]
    fn new(_class: Gc<Type>, thread: &Thread, frame: Value) -> PyResult<Value> {
        match frame.cast::<FrameObject>() {
            Some(frame) => Ok(wrap(thread, frame)),
            None => {
                let given = thread.type_name(frame);
                Err(thread.raise_type_error(format!("expect frame, not {given}")))
            }
        }
    }

    #[method]
    fn __getitem__(this: Gc<Payload<FrameLocals>>, thread: &Thread, key: Value) -> PyResult<Value> {
        let key = variable(this, thread, key)?.map_or(key, |name| name.value());
        match snapshot(this, thread)?.get(thread, key)? {
            Some(value) => Ok(value),
            None => {
                let shown = dispatch::text::repr(thread, key)?.to_str_lossy(thread).into_owned();
                let message = Str::new(thread, &format!("local variable '{shown}' is not defined"));
                Err(thread.raise_with_arguments(thread.vm().exceptions.key_error, &[message.value()]))
            }
        }
    }

    #[method]
    fn __setitem__(this: Gc<Payload<FrameLocals>>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        set(this, thread, key, value)
    }

    #[method]
    fn __delitem__(this: Gc<Payload<FrameLocals>>, thread: &Thread, key: Value) -> PyResult<()> {
        if variable(this, thread, key)?.is_some() {
            return Err(not_removable(thread));
        }
        match frame(this, thread)?.extra_locals_dict(thread).remove(thread, key)? {
            Some(_) => Ok(()),
            None => Err(thread.raise_with_arguments(thread.vm().exceptions.key_error, &[key])),
        }
    }

    /// Remove specified key and return the corresponding value.
    #[method(signature = "(self, key, default=<unrepresentable>, /)")]
    fn pop(this: Gc<Payload<FrameLocals>>, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        if variable(this, thread, key)?.is_some() {
            return Err(not_removable(thread));
        }
        match (frame(this, thread)?.extra_locals_dict(thread).remove(thread, key)?, default) {
            (Some(value), _) | (None, Some(value)) => Ok(value),
            (None, None) => Err(thread.raise_with_arguments(thread.vm().exceptions.key_error, &[key])),
        }
    }

    #[method]
    fn __contains__(this: Gc<Payload<FrameLocals>>, thread: &Thread, key: Value) -> PyResult<bool> {
        let key = variable(this, thread, key)?.map_or(key, |name| name.value());
        snapshot(this, thread)?.contains(thread, key)
    }

    #[method]
    fn __len__(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<usize> {
        Ok(snapshot(this, thread)?.len())
    }

    #[method]
    fn __iter__(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Value> {
        let keys = FrameLocals::keys(this, thread)?;
        dispatch::iter::get_iter(thread, keys.value())
    }

    #[method]
    fn __reversed__(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Gc<List>> {
        let keys = FrameLocals::keys(this, thread)?;
        let reversed = List::empty(thread);
        for index in (0..keys.len()).rev() {
            reversed.push(thread, keys.get(thread, index).unwrap_or(Value::NONE))?;
        }
        Ok(reversed)
    }

    /// Return the keys as a list.
    #[method]
    fn keys(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Gc<List>> {
        List::from_iterable(thread, snapshot(this, thread)?.value())
    }

    /// Return the values as a list.
    #[method]
    fn values(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Gc<List>> {
        let dict = snapshot(this, thread)?.value();
        List::from_iterable(thread, crate::modules::support::call_method(thread, dict, "values", &[])?)
    }

    /// Return the items as a list.
    #[method]
    fn items(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Gc<List>> {
        let dict = snapshot(this, thread)?.value();
        List::from_iterable(thread, crate::modules::support::call_method(thread, dict, "items", &[])?)
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method(signature = "(self, key, default=None, /)")]
    fn get(this: Gc<Payload<FrameLocals>>, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        let key = variable(this, thread, key)?.map_or(key, |name| name.value());
        Ok(snapshot(this, thread)?.get(thread, key)?.or(default).unwrap_or(Value::NONE))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    #[method(signature = "(self, key, default=None, /)")]
    fn setdefault(
        this: Gc<Payload<FrameLocals>>,
        thread: &Thread,
        key: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        if FrameLocals::__contains__(this, thread, key)? {
            return FrameLocals::__getitem__(this, thread, key);
        }
        let value = default.unwrap_or(Value::NONE);
        set(this, thread, key, value)?;
        Ok(value)
    }

    /// Update the variables from another mapping.
    #[method(signature = "(self, other, /)")]
    fn update(this: Gc<Payload<FrameLocals>>, thread: &Thread, other: Value) -> PyResult<()> {
        match operand(thread, other)? {
            Some(dict) => set_all(this, thread, dict),
            None => Err(thread.raise_type_error("update() argument must be dict or another FrameLocalsProxy")),
        }
    }

    /// Return a shallow copy of the variables as a dict.
    #[method]
    fn copy(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Gc<Dict>> {
        snapshot(this, thread)
    }

    #[method]
    fn __or__(this: Gc<Payload<FrameLocals>>, thread: &Thread, other: Value) -> PyResult<Value> {
        match operand(thread, other)? {
            Some(dict) => dispatch::binary::bit_or(thread, snapshot(this, thread)?.value(), dict.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __ror__(this: Gc<Payload<FrameLocals>>, thread: &Thread, other: Value) -> PyResult<Value> {
        match operand(thread, other)? {
            Some(dict) => dispatch::binary::bit_or(thread, dict.value(), snapshot(this, thread)?.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __ior__(this: Gc<Payload<FrameLocals>>, thread: &Thread, other: Value) -> PyResult<Value> {
        match operand(thread, other)? {
            Some(dict) => {
                set_all(this, thread, dict)?;
                Ok(this.value())
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __eq__(this: Gc<Payload<FrameLocals>>, thread: &Thread, other: Value) -> PyResult<Value> {
        if let Some(proxy) = Payload::<FrameLocals>::cast(other) {
            return Ok(Value::from_bool(this.data.frame.get() == proxy.data.frame.get()));
        }
        match other.cast::<Dict>() {
            Some(dict) => {
                dispatch::compare::compare(thread, CompareOperator::Eq, snapshot(this, thread)?.value(), dict.value())
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __repr__(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Value> {
        let guard = dispatch::repr_guard::enter(thread, this.value())?;
        let Some(_guard) = guard else { return Ok(Str::new(thread, "{...}").value()) };
        Ok(dispatch::text::repr(thread, snapshot(this, thread)?.value())?.value())
    }

    #[method]
    fn __reduce__(this: Gc<Payload<FrameLocals>>, thread: &Thread) -> PyResult<Value> {
        let _ = this;
        Err(thread.raise_type_error("cannot pickle 'FrameLocalsProxy' object"))
    }
}
