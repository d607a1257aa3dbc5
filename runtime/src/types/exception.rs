//! Exception objects and the methods of BaseException.
//!
//! What lives here: [`Exception`], extra fields of the standard exceptions, notes, class creation from the
//! table in `error.rs`. What must not: exception groups (`exception_group.rs`), traceback formatting.
//! Start at [`Exception`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{ClassFlags, ClassSpec, Keywords, MethodsSpec, PyClass};
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, Slot, WordStorage};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::int::IntRef;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// An exception.
#[repr(C)]
pub struct Exception {
    header: Header,
    pub arguments: GcSlot<Tuple>,
    pub traceback: GcSlot<Traceback>,
    pub cause: Slot,
    pub context: Slot,
    pub suppress_context: Cell<bool>,
    /// Values of the fields that some standard exceptions have: see [`field`].
    fields: GcSlot<WordStorage>,
}

/// Indices of extra fields. Which class shows which is in `exception_fields.rs`.
pub mod field {
    /// StopIteration.value, SystemExit.code, ImportError.msg, SyntaxError.msg, OSError.errno, Unicode*.encoding.
    pub const FIRST: usize = 0;
    pub const SECOND: usize = 1;
    pub const THIRD: usize = 2;
    pub const FOURTH: usize = 3;
    pub const FIFTH: usize = 4;
    /// AttributeError.name, NameError.name, ImportError.name.
    pub const NAME: usize = 5;
    /// AttributeError.obj.
    pub const OBJECT: usize = 6;
    pub const SEVENTH: usize = 7;
    pub const COUNT: usize = 8;
}

impl HeapObject for Exception {
    const KIND: Kind = Kind::Exception;
    fn size(&self) -> usize {
        size_of::<Exception>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.arguments);
        tracer.gc_slot(&self.traceback);
        tracer.slot(&self.cause);
        tracer.slot(&self.context);
        tracer.gc_slot(&self.fields);
        instance::trace_tail(&self.header, size_of::<Exception>(), tracer);
    }
}

impl Exception {
    /// An exception of `class` with these `args`; `__init__` is not called.
    pub fn new(thread: &Thread, class: Gc<Type>, arguments: &[Value]) -> Gc<Exception> {
        let arguments = Tuple::new(thread, arguments);
        let exception = instance::allocate_instance(thread, class, |header| Exception {
            header,
            arguments: GcSlot::new(arguments),
            traceback: GcSlot::empty(),
            cause: Slot::empty(),
            context: Slot::empty(),
            suppress_context: Cell::new(false),
            fields: GcSlot::empty(),
        });
        crate::types::exception_fields::set_from_arguments(thread, exception);
        exception
    }

    /// Reads an extra field.
    pub fn field(&self, index: usize) -> Option<Value> {
        self.fields.get()?.slots()[index].get()
    }

    /// Writes an extra field.
    pub fn set_field(&self, thread: &Thread, index: usize, value: Value) {
        let this = self.gc();
        let storage = match self.fields.get() {
            Some(storage) => storage,
            None => {
                let Some(storage) = thread.allocate_words(field::COUNT) else {
                    unreachable!("a few words are always to be had")
                };
                thread.store_gc(this, &self.fields, storage);
                storage
            }
        };
        storage.slots()[index].init(Some(value));
        thread.write_barrier(storage.header());
    }

    /// This exception as a pointer.
    pub fn gc(&self) -> Gc<Exception> {
        Gc::from_pointer(std::ptr::NonNull::from(self))
    }

    /// Sets `__context__` to the exception being handled, without making a cycle.
    pub fn set_implicit_context(&self, thread: &Thread) {
        let this = self.gc();
        let Some(handled) = thread.handled.get() else { return };
        if handled == this.value() || self.context.get().is_some() {
            return;
        }
        // If this exception is already in the chain of the handled one, cut it out there.
        // Programs can make chains that are cycles of their own: the second cursor walks at half the speed
        // and is met in one.
        let mut cursor = handled.cast::<Exception>();
        let mut slow = cursor;
        let mut steps = 0_usize;
        while let Some(exception) = cursor {
            match exception.context.get() {
                Some(next) if next == this.value() => {
                    exception.context.init(None);
                    break;
                }
                next => cursor = next.and_then(|n| n.cast::<Exception>()),
            }
            steps += 1;
            if steps.is_multiple_of(2) {
                slow = slow.and_then(|exception| exception.context.get()?.cast::<Exception>());
            }
            if cursor.is_some() && cursor == slow {
                break;
            }
        }
        thread.store(this, &self.context, handled);
    }

    /// `args`.
    pub fn arguments(&self) -> &[Value] {
        self.arguments.get().map_or(&[], |arguments| arguments.items_unbounded())
    }
}

/// The exception behind a value whose class derives from BaseException.
pub fn as_exception(value: Value) -> Option<Gc<Exception>> {
    value.cast::<Exception>()
}

/// The class and instance of what a `raise` statement was given: an exception, or a class to be called.
pub fn instance_to_raise(thread: &Thread, value: Value) -> PyResult<Gc<Exception>> {
    if let Some(exception) = value.cast::<Exception>() {
        return Ok(exception);
    }
    if let Some(class) = value.cast::<Type>()
        && class.flag(type_flags::EXCEPTION)
    {
        let made = dispatch::call::call(thread, value, &[])?;
        return match made.cast::<Exception>() {
            Some(exception) => Ok(exception),
            None => {
                let message = format!(
                    "calling {} should have returned an instance of BaseException, not {}",
                    dispatch::text::repr(thread, value)?.to_str_lossy(thread),
                    thread.type_name(made)
                );
                Err(thread.raise_type_error(message))
            }
        };
    }
    Err(thread.raise_type_error("exceptions must derive from BaseException"))
}

/// `exception.add_note(note)`.
pub fn add_note(thread: &Thread, exception: Value, note: &str) -> PyResult<()> {
    let note = Str::new(thread, note);
    match exception.cast::<Exception>() {
        Some(exception) => Exception::add_note_object(exception, thread, note.value()),
        None => Ok(()),
    }
}

impl Exception {
    fn add_note_object(this: Gc<Exception>, thread: &Thread, note: Value) -> PyResult<()> {
        let name = thread.vm().names.__notes__;
        let notes = match dispatch::attr::get_optional(thread, this.value(), name)? {
            Some(notes) => notes,
            None => {
                let list = List::new(thread, &[]).value();
                dispatch::attr::set(thread, this.value(), name, list)?;
                list
            }
        };
        match notes.cast::<List>() {
            Some(list) => list.push(thread, note),
            None => Err(thread.raise_type_error("Cannot add note: __notes__ is not a list")),
        }
    }
}

/// Common base class for all exceptions
#[py_class(name = "BaseException", kind = Exception, module = "builtins", dict, subclassable)]
impl Exception {
    #[new(signature = "(*args, **kwargs)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        arguments: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult<Gc<Exception>> {
        // OSError itself makes an instance of the subclass that stands for the errno.
        let class = match *arguments {
            [errno, _, ..] if class == thread.vm().exceptions.os_error && arguments.len() <= 5 => {
                match crate::types::int::as_int(errno) {
                    Some(IntRef::Small(errno)) => {
                        let errno = i32::try_from(errno).unwrap_or(0);
                        crate::types::exception_fields::os_error_class(thread, errno)
                    }
                    Some(IntRef::Big(_)) | None => class,
                }
            }
            _ => class,
        };
        let exception = Exception::new(thread, class, arguments);
        crate::types::exception_fields::apply_keywords(thread, exception, keywords)?;
        Ok(exception)
    }

    #[method(name = "__init__", signature = "(self, /, *args, **kwargs)")]
    fn init(this: Gc<Exception>, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> PyResult<()> {
        if crate::types::exception_fields::is_made_by_new(thread, this) {
            return Ok(());
        }
        crate::types::exception_fields::check_keywords(thread, this, keywords)?;
        crate::types::exception_fields::check_arguments(thread, this, arguments)?;
        crate::types::exception_fields::reset(thread, this);
        let arguments = Tuple::new(thread, arguments);
        thread.store_gc(this, &this.arguments, arguments);
        crate::types::exception_fields::set_from_arguments(thread, this);
        crate::types::exception_fields::apply_keywords(thread, this, keywords)
    }

    #[getter]
    fn args(this: Gc<Exception>) -> Option<Gc<Tuple>> {
        this.arguments.get()
    }
    #[setter(args)]
    fn set_args(this: Gc<Exception>, thread: &Thread, value: Value) -> PyResult<()> {
        let arguments = Tuple::from_iterable(thread, value)?;
        thread.store_gc(this, &this.arguments, arguments);
        Ok(())
    }

    #[deleter(args)]
    fn delete_args(this: Gc<Exception>, thread: &Thread) -> PyResult<()> {
        let _ = this;
        Err(thread.raise_type_error("args may not be deleted"))
    }

    #[getter(name = "__traceback__")]
    fn traceback(this: Gc<Exception>) -> Option<Gc<Traceback>> {
        this.traceback.get()
    }
    #[setter(__traceback__)]
    fn set_traceback(this: Gc<Exception>, thread: &Thread, value: Value) -> PyResult<()> {
        match value.cast::<Traceback>() {
            None if !value.is_none() => {
                return Err(thread.raise_type_error("__traceback__ must be a traceback or None"));
            }
            traceback => this.traceback.init(traceback),
        }
        thread.write_barrier(this.header());
        Ok(())
    }
    #[deleter(__traceback__)]
    fn delete_traceback(this: Gc<Exception>, thread: &Thread) -> PyResult<()> {
        let _ = this;
        Err(thread.raise_type_error("__traceback__ may not be deleted"))
    }

    #[getter(name = "__cause__")]
    fn cause(this: Gc<Exception>) -> Value {
        this.cause.get().unwrap_or(Value::NONE)
    }
    #[setter(__cause__)]
    fn set_cause(this: Gc<Exception>, thread: &Thread, value: Value) -> PyResult<()> {
        if !value.is_none() && value.cast::<Exception>().is_none() {
            return Err(thread.raise_type_error("exception cause must be None or derive from BaseException"));
        }
        this.suppress_context.set(true);
        this.cause.init(Some(value).filter(|v| !v.is_none()));
        thread.write_barrier(this.header());
        Ok(())
    }

    #[deleter(__cause__)]
    fn delete_cause(this: Gc<Exception>, thread: &Thread) -> PyResult<()> {
        let _ = this;
        Err(thread.raise_type_error("__cause__ may not be deleted"))
    }

    #[getter(name = "__context__")]
    fn context(this: Gc<Exception>) -> Value {
        this.context.get().unwrap_or(Value::NONE)
    }
    #[setter(__context__)]
    fn set_context(this: Gc<Exception>, thread: &Thread, value: Value) -> PyResult<()> {
        if !value.is_none() && value.cast::<Exception>().is_none() {
            return Err(thread.raise_type_error("exception context must be None or derive from BaseException"));
        }
        this.context.init(Some(value).filter(|v| !v.is_none()));
        thread.write_barrier(this.header());
        Ok(())
    }

    #[deleter(__context__)]
    fn delete_context(this: Gc<Exception>, thread: &Thread) -> PyResult<()> {
        let _ = this;
        Err(thread.raise_type_error("__context__ may not be deleted"))
    }

    #[getter(name = "__suppress_context__")]
    fn suppress_context(this: Gc<Exception>) -> bool {
        this.suppress_context.get()
    }
    #[setter(__suppress_context__)]
    fn set_suppress_context(this: Gc<Exception>, thread: &Thread, value: Value) -> PyResult<()> {
        if !value.is_bool() {
            return Err(thread.raise_type_error("attribute value type must be bool"));
        }
        this.suppress_context.set(value == Value::TRUE);
        Ok(())
    }
    #[deleter(__suppress_context__)]
    fn delete_suppress_context(this: Gc<Exception>, thread: &Thread) -> PyResult<()> {
        let _ = this;
        Err(thread.raise_type_error("can't delete numeric/char attribute"))
    }

    #[getter(name = "__dict__")]
    fn dict(this: Gc<Exception>, thread: &Thread) -> Option<Gc<Dict>> {
        instance::dictionary(thread, this.header())
    }

    /// Exception.add_note(note) --
    ///     add a note to the exception
    #[method]
    fn add_note(this: Gc<Exception>, thread: &Thread, note: Value) -> PyResult<()> {
        if note.cast::<Str>().is_none() {
            let message = format!("add_note() argument must be str, not {}", thread.type_name(note));
            return Err(thread.raise_type_error(message));
        }
        Exception::add_note_object(this, thread, note)
    }

    /// Exception.with_traceback(tb) --
    ///     set self.__traceback__ to tb and return self.
    #[method]
    fn with_traceback(this: Gc<Exception>, thread: &Thread, tb: Value) -> PyResult<Gc<Exception>> {
        Exception::set_traceback(this, thread, tb)?;
        Ok(this)
    }

    #[method(name = "__str__")]
    fn str(this: Gc<Exception>, thread: &Thread) -> PyResult<Value> {
        crate::types::exception_fields::to_str(thread, this)
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<Exception>, thread: &Thread) -> PyResult<String> {
        let name = thread.type_name(this.value());
        let arguments = match this.arguments() {
            [single] => format!("({})", dispatch::text::repr(thread, *single)?.to_str_lossy(thread)),
            _ => {
                let tuple = this.arguments.get().map_or(Value::NONE, |a| a.value());
                dispatch::text::repr(thread, tuple)?.to_str_lossy(thread).into_owned()
            }
        };
        Ok(format!("{name}{arguments}"))
    }

    #[method(name = "__reduce__")]
    fn reduce(this: Gc<Exception>, thread: &Thread) -> Value {
        let class = thread.class_of(this.value()).value();
        let attributes = instance::dictionary_copy(thread, this.header()).filter(|d| !d.is_empty());
        let (arguments, state) = crate::types::exception_fields::reduced(thread, this, attributes);
        match state {
            Some(dict) => Tuple::new(thread, &[class, arguments, dict.value()]).value(),
            None => Tuple::new(thread, &[class, arguments]).value(),
        }
    }

    #[method(name = "__setstate__")]
    fn setstate(this: Gc<Exception>, thread: &Thread, state: Value) -> PyResult<()> {
        let Some(dict) = state.cast::<Dict>() else {
            if state.is_none() {
                return Ok(());
            }
            return Err(thread.raise_type_error("state is not a dictionary"));
        };
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            if let Some(name) = key.cast::<Str>() {
                dispatch::attr::set(thread, this.value(), thread.vm().interner.intern(thread, name), value)?;
            }
        }
        Ok(())
    }
}

/// An empty spec with a name for each standard exception class below BaseException is not needed: they
/// inherit BaseException's methods, and get their fields from `exception_fields.rs`.
static PLAIN: ClassSpec = ClassSpec {
    name: "Exception",
    module: "builtins",
    doc: None,
    text_signature: None,
    base: None,
    kind: Some(Kind::Exception),
    size: None,
    flags: ClassFlags { subclassable: true, unhashable: false, no_instances: false, mutable: false, dict: true },
    own: MethodsSpec { methods: &[], getters: &[], constants: &[] },
    extend: &[],
};

/// Completes the class of a standard exception.
pub fn fill_class(thread: &Thread, class: Gc<Type>, name: &'static str, base: Gc<Type>) {
    let root = name == "BaseException";
    let spec = if root { <Exception as PyClass>::SPEC } else { &PLAIN };
    class.fill_from_spec(thread, spec, base);
    if !root {
        let text = thread.vm().interner.intern_text(thread, name);
        thread.store_gc(class, &class.name, text);
        thread.store_gc(class, &class.qualname, text);
        let doc = crate::types::exception_fields::doc(name);
        class.dictionary().insert_str(thread, thread.vm().names.__doc__, Str::new(thread, doc).value());
    }
    class.set_flag(type_flags::EXCEPTION, true);
    class.set_flag(type_flags::BASE, true);
}

/// Adds the methods, once all classes exist.
pub fn finish_classes(thread: &Thread) {
    let exceptions = &thread.vm().exceptions;
    exceptions.base_exception.add_spec_attributes(thread, <Exception as PyClass>::SPEC);
    crate::types::exception_fields::add_attributes(thread);
}
