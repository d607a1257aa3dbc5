//! `_pickle`: objects to bytes and back, the quick half of the module `pickle`.
//!
//! What lives here: the module with its functions and exceptions, and what it keeps of other modules. Writing is in
//! [`save`] (values of builtin types), [`reduce`] (everything else) and [`globals`] (what is found by name), the class in
//! [`pickler`]; reading is in [`load`] and [`input`], the class in
//! [`unpickler`]; both know opcodes from [`opcode`]. What
//! must not: the module's Python half. Sources: `Lib/pickletools.py` of CPython (the format), the library reference,
//! PEP 307 (reducing), PEP 3154 (protocol 4), PEP 574 (out-of-band buffers).

pub mod buffer;
pub mod globals;
pub mod input;
pub mod load;
mod load_objects;
mod load_values;
pub mod memo;
pub mod opcode;
pub mod output;
pub mod pickler;
pub mod reduce;
pub mod save;
pub mod unpickler;

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::import::import_name;
use crate::modules::support::{exception_class, get, module_state};
use crate::object::{Gc, GcSlot, Header, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_module;

/// What the module uses of other modules, found when it is imported.
#[derive(Default)]
pub struct State {
    /// `copyreg.dispatch_table`.
    dispatch_table: GcSlot<Dict>,
    /// `copyreg._extension_registry`: (module, name) to code.
    extension_registry: GcSlot<Dict>,
    /// `copyreg._inverted_registry`: code to (module, name).
    inverted_registry: GcSlot<Dict>,
    /// `copyreg._extension_cache`: code to object.
    extension_cache: GcSlot<Dict>,
    /// Names of Python 2 to those of Python 3.
    new_names: GcSlot<Dict>,
    new_modules: GcSlot<Dict>,
    /// And back.
    old_names: GcSlot<Dict>,
    old_modules: GcSlot<Dict>,
    /// `codecs.encode`, `functools.partial`, `getattr`.
    encode: Slot,
    partial: Slot,
    getattr: Slot,
}

impl PayloadData for State {
    fn trace(&self, tracer: &mut Tracer) {
        for dict in [
            &self.dispatch_table,
            &self.extension_registry,
            &self.inverted_registry,
            &self.extension_cache,
            &self.new_names,
            &self.new_modules,
            &self.old_names,
            &self.old_modules,
        ] {
            tracer.gc_slot(dict);
        }
        for slot in [&self.encode, &self.partial, &self.getattr] {
            tracer.slot(slot);
        }
    }
}

/// The module's state.
pub fn state(thread: &Thread) -> Gc<Payload<State>> {
    module_state(thread, State::default)
}

/// A dict of the state.
pub fn known(slot: &GcSlot<Dict>) -> Gc<Dict> {
    match slot.get() {
        Some(dict) => dict,
        None => unreachable!("the module fills its state when it is imported"),
    }
}

/// Finds what the module uses of others.
fn fill_state(thread: &Thread) -> PyResult<()> {
    let state = state(thread);
    let data = &state.data;
    let table = |module: &str, name: &str| -> PyResult<Gc<Dict>> {
        let value = get(thread, import_name(thread, module)?, name)?;
        match value.cast::<Dict>().filter(|dict| dict.is_exact()) {
            Some(dict) => Ok(dict),
            None => {
                let given = thread.type_name(value);
                Err(thread.raise_runtime_error(format!("{module}.{name} should be a dict, not {given}")))
            }
        }
    };
    for (slot, module, name) in [
        (&data.dispatch_table, "copyreg", "dispatch_table"),
        (&data.extension_registry, "copyreg", "_extension_registry"),
        (&data.inverted_registry, "copyreg", "_inverted_registry"),
        (&data.extension_cache, "copyreg", "_extension_cache"),
        (&data.new_names, "_compat_pickle", "NAME_MAPPING"),
        (&data.new_modules, "_compat_pickle", "IMPORT_MAPPING"),
        (&data.old_names, "_compat_pickle", "REVERSE_NAME_MAPPING"),
        (&data.old_modules, "_compat_pickle", "REVERSE_IMPORT_MAPPING"),
    ] {
        state.store_gc(thread, slot, table(module, name)?);
    }
    let encode = get(thread, import_name(thread, "codecs")?, "encode")?;
    if !dispatch::call::is_callable(thread, encode) {
        let given = thread.type_name(encode);
        return Err(thread.raise_runtime_error(format!("codecs.encode should be a callable, not {given}")));
    }
    state.store(thread, &data.encode, encode);
    state.store(thread, &data.partial, get(thread, import_name(thread, "functools")?, "partial")?);
    state.store(thread, &data.getattr, get(thread, import_name(thread, "builtins")?, "getattr")?);
    Ok(())
}

/// Sets an attribute of a pickler or an unpickler, which have a `__setattr__` of their own.
fn set_attribute(thread: &Thread, object: Value, header: Gc<Header>, name: Gc<Str>, value: Value) -> PyResult<()> {
    let class = thread.class_of(object);
    if class.lookup(thread, name).is_none() && !instance::has_dictionary(thread, header) {
        return Err(dispatch::attr::raise_missing(thread, object, Some(name)));
    }
    dispatch::attr::set_default(thread, object, class, name, Some(value))
}

fn pickle_error(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "_pickle", "PickleError", thread.vm().exceptions.exception)
}

fn pickling_error_class(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "_pickle", "PicklingError", pickle_error(thread))
}

fn unpickling_error_class(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "_pickle", "UnpicklingError", pickle_error(thread))
}

/// Raises `PicklingError`.
#[cold]
pub fn pickling_error(thread: &Thread, message: impl AsRef<str>) -> Raised {
    thread.raise_message(pickling_error_class(thread), message.as_ref())
}

/// Raises `UnpicklingError`.
#[cold]
pub fn unpickling_error(thread: &Thread, message: impl AsRef<str>) -> Raised {
    thread.raise_message(unpickling_error_class(thread), message.as_ref())
}

/// Raises `PicklingError` in place of the exception that is on its way, which becomes its context.
#[cold]
pub fn pickling_error_after(thread: &Thread, context: Value, message: &str) -> Raised {
    let raised = pickling_error(thread, message);
    with_context(thread, raised, context)
}

/// Gives the exception that is on its way this context.
#[cold]
pub fn with_context(thread: &Thread, raised: Raised, context: Value) -> Raised {
    let error = thread.take_exception(raised);
    if let Some(exception) = crate::types::exception::as_exception(error) {
        thread.store(exception, &exception.context, context);
    }
    thread.reraise(error)
}

/// Optimized C implementation for the Python pickle module.
#[py_module(name = "_pickle")]
pub mod pickle {
    use super::*;
    use crate::modules::pickle::pickler::Pickler;
    use crate::modules::pickle::unpickler::{Origin, Unpickler};
    use crate::types::bytes::Bytes;
    use crate::types::module::Module;

    #[class]
    use crate::modules::pickle::buffer::PickleBuffer;
    #[class]
    use crate::modules::pickle::pickler::Pickler as PicklerClass;
    #[class]
    use crate::modules::pickle::unpickler::Unpickler as UnpicklerClass;

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
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
    /// bytes argument.  It can thus be a file object opened for binary
    /// writing, an io.BytesIO instance, or any other custom object that meets
    /// this interface.
    ///
    /// If *fix_imports* is True and protocol is less than 3, pickle will try
    /// to map the new Python 3 names to the old module names used in Python
    /// 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[function(signature = "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dump(
        thread: &Thread,
        obj: Value,
        file: Value,
        protocol: Option<Value>,
        fix_imports: Option<bool>,
        buffer_callback: Option<Value>,
    ) -> PyResult<()> {
        let pickler = Pickler::make(thread);
        pickler.set_protocol(thread, protocol, fix_imports)?;
        pickler.set_file(thread, file)?;
        pickler.set_buffer_callback(thread, buffer_callback)?;
        save::dump_to_file(thread, pickler, obj)
    }

    /// Return the pickled representation of the object as a bytes object.
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
    /// If *fix_imports* is True and *protocol* is less than 3, pickle will
    /// try to map the new Python 3 names to the old module names used in
    /// Python 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[function(signature = "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dumps(
        thread: &Thread,
        obj: Value,
        protocol: Option<Value>,
        fix_imports: Option<bool>,
        buffer_callback: Option<Value>,
    ) -> PyResult<Gc<Bytes>> {
        let pickler = Pickler::make(thread);
        pickler.set_protocol(thread, protocol, fix_imports)?;
        pickler.set_buffer_callback(thread, buffer_callback)?;
        save::dump_to_bytes(thread, pickler, obj)
    }

    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// The argument *file* must have two methods, a read() method that takes
    /// an integer argument, and a readline() method that requires no
    /// arguments.  Both methods should return bytes.  Thus *file* can be a
    /// binary file object opened for reading, an io.BytesIO object, or any
    /// other custom object that meets this interface.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[function(signature = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn load(
        thread: &Thread,
        file: Value,
        fix_imports: Option<bool>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
        buffers: Option<Value>,
    ) -> PyResult<Value> {
        let unpickler = Unpickler::make(thread);
        unpickler.set_file(thread, file)?;
        unpickler.set_origin(thread, Origin { fix_imports, encoding, errors, buffers })?;
        load::load(thread, unpickler)
    }

    /// Read and return an object from the given pickle data.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[function(signature = "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn loads(
        thread: &Thread,
        data: Value,
        fix_imports: Option<bool>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
        buffers: Option<Value>,
    ) -> PyResult<Value> {
        let unpickler = Unpickler::make(thread);
        unpickler.set_data(thread, data)?;
        unpickler.set_origin(thread, Origin { fix_imports, encoding, errors, buffers })?;
        load::load(thread, unpickler)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        fill_state(thread)?;
        module.set(thread, "PickleError", pickle_error(thread).value());
        module.set(thread, "PicklingError", pickling_error_class(thread).value());
        module.set(thread, "UnpicklingError", unpickling_error_class(thread).value());
        Ok(())
    }
}
