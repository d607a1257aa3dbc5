//! `_thread._local`: attributes of one thread.
//!
//! What lives here: the class, and what happens to the attributes when a thread ends. Start at [`ThreadLocal`].
//!
//! The object keeps a dict for each thread that used it. The dict of the thread that used it last is the object's own
//! `__dict__`, so that ordinary attribute access works on it; a thread that finds another's there puts its own in place
//! first. No other thread runs between that and the access.

use crate::dispatch::{attr, call};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Keywords;
use crate::object::{Gc, GcSlot, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::weakref::WeakRef;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// What `threading.local` is.
pub struct ThreadLocal {
    /// The threads' dicts by the threads' serial numbers.
    dicts: GcSlot<Dict>,
    /// Whose dict is in place; zero: nobody's.
    current: Cell<i64>,
    /// What `__init__` is called with in each thread: a tuple, and a dict if there are keywords.
    arguments: Slot,
    keywords: Slot,
}

impl PayloadData for ThreadLocal {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.dicts);
        tracer.slot(&self.arguments);
        tracer.slot(&self.keywords);
    }
}

type Local = Payload<ThreadLocal>;

/// Gives the object a new dict for the running thread.
fn add_thread(thread: &Thread, this: Gc<Local>) -> PyResult<()> {
    let dict = Dict::new(thread);
    let dicts = match this.data.dicts.get() {
        Some(dicts) => dicts,
        None => {
            let dicts = Dict::new(thread);
            this.store_gc(thread, &this.data.dicts, dicts);
            dicts
        }
    };
    dicts.insert(thread, Value::small_wrapping(thread.serial.get()), dict.value())?;
    instance::replace_dictionary(thread, this.header(), dict);
    this.data.current.set(thread.serial.get());
    let list = match thread.locals.get().and_then(|locals| locals.cast::<List>()) {
        Some(list) => list,
        None => {
            let list = List::empty(thread);
            thread.locals.set(Some(list.value()));
            list
        }
    };
    let is_dead = |entry: Value| entry.cast::<WeakRef>().is_none_or(|reference| reference.referent().is_none());
    if list.len() >= 8 && list.len().is_power_of_two() {
        // Objects that are gone leave their references behind.
        let kept = List::empty(thread);
        for index in 0..list.len() {
            if let Some(entry) = list.get(thread, index).filter(|entry| !is_dead(*entry)) {
                kept.push(thread, entry)?;
            }
        }
        thread.locals.set(Some(kept.value()));
        kept.push(thread, WeakRef::new(thread, this.value(), None).value())
    } else {
        list.push(thread, WeakRef::new(thread, this.value(), None).value())
    }
}

/// Puts the running thread's dict in place.
fn enter(thread: &Thread, this: Gc<Local>) -> PyResult<()> {
    let serial = thread.serial.get();
    if this.data.current.get() == serial {
        return Ok(());
    }
    let key = Value::small_wrapping(serial);
    let known = match this.data.dicts.get() {
        Some(dicts) => dicts.get(thread, key)?.and_then(|dict| dict.cast::<Dict>()),
        None => None,
    };
    if let Some(dict) = known {
        instance::replace_dictionary(thread, this.header(), dict);
        this.data.current.set(serial);
        return Ok(());
    }
    add_thread(thread, this)?;
    let class = thread.class_of(this.value());
    let plain = class.special(thread, Special::Init) == thread.vm().types.object.special(thread, Special::Init);
    if !plain && let Some(method) = class.special(thread, Special::Init) {
        let arguments = this.data.arguments.get().and_then(|arguments| arguments.cast::<Tuple>());
        let keywords = this.data.keywords.get().and_then(|keywords| keywords.cast::<Dict>());
        let mut values = crate::scratch::ScratchVec::from_slice(thread, &[this.value()]);
        values.extend_from_slice(thread, arguments.as_ref().map_or(&[], |arguments| arguments.items()));
        if let Err(raised) = call::call_with_dict(thread, method, &values, keywords) {
            forget(thread, this, serial);
            return Err(raised);
        }
        // Others may have had a turn.
        return enter(thread, this);
    }
    Ok(())
}

/// Drops a thread's attributes.
fn forget(thread: &Thread, this: Gc<Local>, serial: i64) {
    if let Some(dicts) = this.data.dicts.get()
        && let Err(raised) = dicts.remove(thread, Value::small_wrapping(serial))
    {
        thread.take_exception(raised);
    }
    if this.data.current.get() == serial {
        instance::replace_dictionary(thread, this.header(), Dict::new(thread));
        this.data.current.set(0);
    }
}

/// The running thread ends: its attributes go.
pub fn end_thread(thread: &Thread) {
    let Some(list) = thread.locals.take().and_then(|locals| locals.cast::<List>()) else { return };
    for index in 0..list.len() {
        let reference = list.get(thread, index).and_then(|entry| entry.cast::<WeakRef>());
        if let Some(local) = reference.and_then(|reference| reference.referent()).and_then(Local::cast) {
            forget(thread, local, thread.serial.get());
        }
    }
}

/// Thread-local data
#[py_class(name = "_local", module = "_thread", payload, dict, subclassable)]
impl ThreadLocal {
    #[new(signature = "(*args, **kw)")]
    fn new(class: Gc<Type>, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> PyResult<Value> {
        let object = thread.vm().types.object;
        let plain_init = class.special(thread, Special::Init) == object.special(thread, Special::Init);
        let has_keywords = keywords.iter().next().is_some();
        if plain_init && (!arguments.is_empty() || has_keywords) {
            return Err(thread.raise_type_error("Initialization arguments are not supported"));
        }
        let named = if has_keywords {
            let named = Dict::new(thread);
            for (name, value) in keywords.iter() {
                named.insert_str(thread, name, value);
            }
            Some(named.value())
        } else {
            None
        };
        let data = ThreadLocal {
            dicts: GcSlot::empty(),
            current: Cell::new(0),
            arguments: Slot::new(Tuple::new(thread, arguments).value()),
            keywords: Slot::from_option(named),
        };
        let this = Payload::new(thread, class, data);
        add_thread(thread, this)?;
        Ok(this.value())
    }
    #[method]
    fn __getattribute__(this: Gc<Local>, thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        enter(thread, this)?;
        let name = thread.vm().interner.intern(thread, name);
        match attr::get_default(thread, this.value(), thread.class_of(this.value()), name)? {
            Some(value) => Ok(value),
            None => Err(attr::raise_missing(thread, this.value(), Some(name))),
        }
    }
    #[method]
    fn __setattr__(this: Gc<Local>, thread: &Thread, name: Gc<Str>, value: Value) -> PyResult<()> {
        change(thread, this, name, Some(value))
    }
    #[method]
    fn __delattr__(this: Gc<Local>, thread: &Thread, name: Gc<Str>) -> PyResult<()> {
        change(thread, this, name, None)
    }
}

fn change(thread: &Thread, this: Gc<Local>, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    if name.as_bytes(thread) == b"__dict__" {
        let message = format!("'{}' object attribute '__dict__' is read-only", thread.type_name(this.value()));
        return Err(thread.raise_plain_attribute_error(message));
    }
    enter(thread, this)?;
    let name = thread.vm().interner.intern(thread, name);
    attr::set_default(thread, this.value(), thread.class_of(this.value()), name, value)
}
