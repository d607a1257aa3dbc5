//! `_pickle.Pickler`: the settings and the memo of a pickler, as programs see them.
//!
//! What lives here: the class and the object that shows its memo. What must not: writing ([`super::save`]).

use super::memo::IdentityMemo;
use super::opcode::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL};
use super::{pickling_error, save};
use crate::dispatch::attr;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{attribute_name, intern, tuple};
use crate::native::convert::{FromArgument, Label, Place};
use crate::native::{Keywords, PyClass};
use crate::object::{Gc, GcSlot, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::native_function::address_of;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// What a pickler knows besides the pickle it writes.
#[derive(Default)]
pub struct Pickler {
    /// Objects written so far.
    pub(super) memo: IdentityMemo,
    /// `write` of the file; empty for pickles in memory, and before `__init__`.
    pub(super) write: Slot,
    pub(super) buffer_callback: Slot,
    /// The program's own table in place of `copyreg.dispatch_table`.
    pub(super) dispatch_table: Slot,
    /// `persistent_id`, if it was assigned.
    persistent_id: Slot,
    pub(super) protocol: Cell<u8>,
    /// Numbers are written in binary: an attribute that may be set.
    pub(super) binary: Cell<i32>,
    /// Nothing is remembered: an attribute that may be set.
    pub(super) fast: Cell<i32>,
    /// Names are those of Python 2.
    pub(super) fix_imports: Cell<bool>,
    /// A pickle is being written.
    pub(super) running: Cell<bool>,
}

/// A pickler.
pub type PicklerObject = Payload<Pickler>;

impl PayloadData for Pickler {
    fn trace(&self, tracer: &mut Tracer) {
        self.memo.trace(tracer);
        for slot in [&self.write, &self.buffer_callback, &self.dispatch_table, &self.persistent_id] {
            tracer.slot(slot);
        }
    }
}

impl Pickler {
    /// A pickler of the class itself, to be set up.
    pub fn make(thread: &Thread) -> Gc<PicklerObject> {
        Payload::new(thread, Type::of_spec(thread, Pickler::SPEC), Pickler::default())
    }

    /// The method or attribute `persistent_id`, if it is not the one every pickler has.
    ///
    /// # Errors
    /// What getting the attribute raises.
    pub fn own_persistent_id(this: Gc<PicklerObject>, thread: &Thread) -> PyResult<Option<Value>> {
        if let Some(assigned) = this.data.persistent_id.get() {
            return Ok(Some(assigned));
        }
        let (class, base) = (thread.class_of(this.value()), Type::of_spec(thread, Pickler::SPEC));
        let name = intern(thread, "persistent_id");
        if class == base || class.lookup(thread, name) == base.lookup(thread, name) {
            return Ok(None);
        }
        attr::get_optional(thread, this.value(), name)
    }

    /// The method `reducer_override` of a subclass.
    ///
    /// # Errors
    /// What getting the attribute raises.
    pub fn reducer_override(this: Gc<PicklerObject>, thread: &Thread) -> PyResult<Option<Value>> {
        if thread.class_of(this.value()) == Type::of_spec(thread, Pickler::SPEC) {
            return Ok(None);
        }
        attr::get_optional(thread, this.value(), intern(thread, "reducer_override"))
    }
}

impl Gc<PicklerObject> {
    /// Chooses the protocol: `None` is the default, a negative number the newest.
    ///
    /// # Errors
    /// ValueError for a protocol that does not exist, TypeError for no number.
    pub fn set_protocol(self, thread: &Thread, protocol: Option<Value>, fix_imports: Option<bool>) -> PyResult<()> {
        let protocol = match protocol.filter(|protocol| !protocol.is_none()) {
            None => DEFAULT_PROTOCOL,
            Some(value) => {
                let number = c_long(thread, value)?;
                match u8::try_from(number) {
                    _ if number < 0 => HIGHEST_PROTOCOL,
                    Ok(protocol) if protocol <= HIGHEST_PROTOCOL => protocol,
                    _ => {
                        let message = format!("pickle protocol must be <= {HIGHEST_PROTOCOL}");
                        return Err(thread.raise_value_error(message));
                    }
                }
            }
        };
        self.data.protocol.set(protocol);
        self.data.binary.set(i32::from(protocol > 0));
        self.data.fix_imports.set(fix_imports.unwrap_or(true) && protocol < 3);
        Ok(())
    }

    /// # Errors
    /// RuntimeError while a pickle is being written, whose state this would change.
    fn check_idle(self, thread: &Thread) -> PyResult<()> {
        if self.data.running.get() {
            return Err(thread.raise_runtime_error("Pickler object is already used"));
        }
        Ok(())
    }

    /// Chooses the file.
    ///
    /// # Errors
    /// TypeError if it has no `write`.
    pub fn set_file(self, thread: &Thread, file: Value) -> PyResult<()> {
        match attr::get_optional(thread, file, thread.vm().names.write)? {
            Some(write) => {
                self.store(thread, &self.data.write, write);
                Ok(())
            }
            None => Err(thread.raise_type_error("file must have a 'write' attribute")),
        }
    }

    /// Chooses who decides which buffers are left out.
    ///
    /// # Errors
    /// ValueError before protocol 5, which has no word for what is left out.
    pub fn set_buffer_callback(self, thread: &Thread, callback: Option<Value>) -> PyResult<()> {
        let callback = callback.filter(|callback| !callback.is_none());
        if callback.is_some() && self.data.protocol.get() < 5 {
            return Err(thread.raise_value_error("buffer_callback needs protocol >= 5"));
        }
        self.data.buffer_callback.init(callback);
        thread.write_barrier(self.header());
        Ok(())
    }
}

/// The number that a C long takes from a value.
fn c_long(thread: &Thread, value: Value) -> PyResult<i64> {
    i64::from_argument(thread, value, &Place { function: "Pickler", label: Label::Only, or_none: false })
}

/// This takes a binary file for writing a pickle data stream.
///
/// The optional *protocol* argument tells the pickler to use the given
/// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
/// protocol is 5. It was introduced in Python 3.8, and is incompatible
/// with previous versions.
///
/// Specifying a negative protocol version selects the highest protocol
/// version supported.  The higher the protocol used, the more recent the
/// version of Python needed to read the pickle produced.
///
/// The *file* argument must have a write() method that accepts a single
/// bytes argument. It can thus be a file object opened for binary
/// writing, an io.BytesIO instance, or any other custom object that meets
/// this interface.
///
/// If *fix_imports* is True and protocol is less than 3, pickle will try
/// to map the new Python 3 names to the old module names used in Python
/// 2, so that the pickle data stream is readable with Python 2.
///
/// If *buffer_callback* is None (the default), buffer views are
/// serialized into *file* as part of the pickle stream.
///
/// If *buffer_callback* is not None, then it can be called any number
/// of times with a buffer view.  If the callback returns a false value
/// (such as None), the given buffer is out-of-band; otherwise the
/// buffer is serialized in-band, i.e. inside the pickle stream.
///
/// It is an error if *buffer_callback* is not None and *protocol*
/// is None or smaller than 5.
#[py_class(
    name = "Pickler",
    module = "_pickle",
    signature = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
    payload,
    subclassable
)]
impl Pickler {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, _arguments: &[Value], _keywords: Keywords<'_>) -> Gc<PicklerObject> {
        Payload::new(thread, class, Pickler::default())
    }

    #[method(signature = "(self, /, file, protocol=None, fix_imports=True, buffer_callback=None)", style = "keywords")]
    fn __init__(
        this: Gc<PicklerObject>,
        thread: &Thread,
        file: Value,
        protocol: Option<Value>,
        fix_imports: Option<bool>,
        buffer_callback: Option<Value>,
    ) -> PyResult<()> {
        let data = &this.data;
        this.check_idle(thread)?;
        if data.write.get().is_some() {
            data.memo.clear();
            [&data.write, &data.persistent_id, &data.dispatch_table].into_iter().for_each(|slot| slot.init(None));
        }
        this.set_protocol(thread, protocol, fix_imports)?;
        this.set_file(thread, file)?;
        this.set_buffer_callback(thread, buffer_callback)?;
        data.fast.set(0);
        if data.dispatch_table.get().is_none()
            && let Some(table) = attr::get_optional(thread, this.value(), intern(thread, "dispatch_table"))?
        {
            this.store(thread, &data.dispatch_table, table);
        }
        Ok(())
    }

    #[method]
    fn __getattribute__(this: Gc<PicklerObject>, thread: &Thread, name: Value) -> PyResult<Value> {
        let name = attribute_name(thread, name)?;
        if name == intern(thread, "persistent_id")
            && let Some(assigned) = this.data.persistent_id.get()
        {
            return Ok(assigned);
        }
        match attr::get_default(thread, this.value(), thread.class_of(this.value()), name)? {
            Some(value) => Ok(value),
            None => Err(attr::raise_missing(thread, this.value(), Some(name))),
        }
    }

    #[method]
    fn __setattr__(this: Gc<PicklerObject>, thread: &Thread, name: Value, value: Value) -> PyResult<()> {
        let name = attribute_name(thread, name)?;
        if name == intern(thread, "persistent_id") {
            this.store(thread, &this.data.persistent_id, value);
            return Ok(());
        }
        super::set_attribute(thread, this.value(), this.header(), name, value)
    }

    #[method]
    fn __delattr__(this: Gc<PicklerObject>, thread: &Thread, name: Value) -> PyResult<()> {
        let name = attribute_name(thread, name)?;
        if name == intern(thread, "persistent_id") {
            this.data.persistent_id.init(None);
            return Ok(());
        }
        attr::set_default(thread, this.value(), thread.class_of(this.value()), name, None)
    }

    #[method(signature = "(self, obj, /)")]
    fn persistent_id(_this: Gc<PicklerObject>, obj: Value) {
        let _ = obj;
    }

    /// Write a pickled representation of the given object to the open file.
    #[method(signature = "(self, obj, /)")]
    fn dump(this: Gc<PicklerObject>, thread: &Thread, obj: Value) -> PyResult<()> {
        if this.data.write.get().is_none() {
            let class = thread.class_of(this.value()).message_name(thread);
            let message = format!("Pickler.__init__() was not called by {class}.__init__()");
            return Err(pickling_error(thread, message));
        }
        this.check_idle(thread)?;
        this.data.running.set(true);
        let result = save::dump_to_file(thread, this, obj);
        this.data.running.set(false);
        result
    }

    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[method(signature = "(self, /)")]
    fn clear_memo(this: Gc<PicklerObject>) {
        this.data.memo.clear();
    }

    /// Returns size in memory, in bytes.
    #[method(signature = "(self, /)")]
    fn __sizeof__(this: Gc<PicklerObject>) -> usize {
        size_of::<PicklerObject>() + this.data.memo.len() * 2 * size_of::<Slot>()
    }

    #[getter(member)]
    fn bin(this: Gc<PicklerObject>) -> i32 {
        this.data.binary.get()
    }

    #[setter(bin)]
    fn set_bin(this: Gc<PicklerObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.binary.set(c_long(thread, value)? as i32);
        Ok(())
    }

    #[deleter(bin)]
    fn delete_bin(_this: Gc<PicklerObject>, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error("can't delete numeric/char attribute"))
    }

    #[getter(member)]
    fn fast(this: Gc<PicklerObject>) -> i32 {
        this.data.fast.get()
    }

    #[setter(fast)]
    fn set_fast(this: Gc<PicklerObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.fast.set(c_long(thread, value)? as i32);
        Ok(())
    }

    #[deleter(fast)]
    fn delete_fast(_this: Gc<PicklerObject>, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error("can't delete numeric/char attribute"))
    }

    #[getter(member)]
    fn dispatch_table(this: Gc<PicklerObject>, thread: &Thread) -> PyResult<Value> {
        match this.data.dispatch_table.get() {
            Some(table) => Ok(table),
            None => Err(attr::raise_missing(thread, this.value(), Some(intern(thread, "dispatch_table")))),
        }
    }

    #[setter(dispatch_table)]
    fn set_dispatch_table(this: Gc<PicklerObject>, thread: &Thread, value: Value) {
        this.store(thread, &this.data.dispatch_table, value);
    }

    #[deleter(dispatch_table)]
    fn delete_dispatch_table(this: Gc<PicklerObject>, thread: &Thread) -> PyResult<()> {
        if this.data.dispatch_table.get().is_none() {
            return Err(thread.raise_plain_attribute_error("dispatch_table"));
        }
        this.data.dispatch_table.init(None);
        Ok(())
    }

    #[getter]
    fn memo(this: Gc<PicklerObject>, thread: &Thread) -> Value {
        let class = Type::of_spec(thread, PicklerMemoProxy::SPEC);
        Payload::new(thread, class, PicklerMemoProxy { pickler: GcSlot::new(this) }).value()
    }

    #[setter(memo)]
    fn set_memo(this: Gc<PicklerObject>, thread: &Thread, value: Value) -> PyResult<()> {
        if let Some(proxy) = Payload::<PicklerMemoProxy>::cast(value) {
            let other = proxy.data.pickler();
            this.data.memo.copy_from(thread, this.header(), &other.data.memo);
            return Ok(());
        }
        let Some(dict) = value.cast::<Dict>() else {
            let given = thread.type_name(value);
            let message = format!("'memo' attribute must be a PicklerMemoProxy object or dict, not {given}");
            return Err(thread.raise_type_error(message));
        };
        // Nothing changes if something is wrong.
        let fresh = Pickler::make(thread);
        let mut position = 0;
        while let Some((_, entry)) = dict.next_entry(&mut position) {
            let Some(entry) = entry.cast::<Tuple>().filter(|entry| entry.len() == 2) else {
                return Err(thread.raise_type_error("'memo' values must be 2-item tuples"));
            };
            let Some(number) = int::to_i64_exact(entry.items()[0]) else {
                return Err(thread.raise_type_error("an integer is required"));
            };
            fresh.data.memo.put(thread, fresh.header(), entry.items()[1], number as usize);
        }
        this.data.memo.copy_from(thread, this.header(), &fresh.data.memo);
        Ok(())
    }

    #[deleter(memo)]
    fn delete_memo(_this: Gc<PicklerObject>, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error("attribute deletion is not supported"))
    }
}

/// What `Pickler.memo` gives.
pub struct PicklerMemoProxy {
    pickler: GcSlot<PicklerObject>,
}

impl PayloadData for PicklerMemoProxy {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.pickler);
    }
}

impl PicklerMemoProxy {
    fn pickler(&self) -> Gc<PicklerObject> {
        match self.pickler.get() {
            Some(pickler) => pickler,
            None => unreachable!("a proxy is made with its pickler"),
        }
    }
}

#[py_class(name = "PicklerMemoProxy", module = "_pickle", payload, subclassable, unhashable, no_instances)]
impl PicklerMemoProxy {
    /// Remove all items from memo.
    #[method(signature = "(self, /)")]
    fn clear(this: Gc<Payload<PicklerMemoProxy>>) {
        this.data.pickler().data.memo.clear();
    }

    /// Copy the memo to a new object.
    #[method(signature = "(self, /)")]
    fn copy(this: Gc<Payload<PicklerMemoProxy>>, thread: &Thread) -> PyResult<Gc<Dict>> {
        let (copy, pickler) = (Dict::new(thread), this.data.pickler());
        let mut position = 0;
        while let Some((object, number)) = pickler.data.memo.next(&mut position) {
            let identity = int::from_u64(thread, address_of(object));
            copy.insert(thread, identity, tuple(thread, &[int::from_usize(thread, number), object]))?;
        }
        Ok(copy)
    }

    /// Implement pickle support.
    #[method(signature = "(self, /)")]
    fn __reduce__(this: Gc<Payload<PicklerMemoProxy>>, thread: &Thread) -> PyResult<Value> {
        let copy = PicklerMemoProxy::copy(this, thread)?;
        Ok(tuple(thread, &[thread.vm().types.dict.value(), tuple(thread, &[copy.value()])]))
    }
}
