//! Code objects: what Python sees of compiled code, and the handle to the tiers' own form of it.
//!
//! What lives here: [`CodeObject`], [`CodeBody`]. What must not: bytecode (the body is opaque here).

use crate::gc::Tracer;
use crate::native::IntoValue;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::SourceSpan;
use std::cell::{Cell, UnsafeCell};
use taipan_macros::py_class;

/// The executable form of a code object, owned by it: bytecode, feedback, native code.
pub trait CodeBody {
    /// Reports constants and feedback.
    fn trace(&self, tracer: &mut Tracer);
    /// The source span of the instruction at `offset`.
    fn span(&self, offset: u32) -> Option<SourceSpan>;
    /// Offsets of all instructions with their spans, in order: `co_positions()`.
    fn spans(&self) -> Vec<(u32, SourceSpan)>;
    /// The bytes of the bytecode, for comparisons and hashes.
    fn code_bytes(&self) -> Vec<u8>;
    /// Registers of the variables that live in cells, in the order of `co_cellvars`.
    fn cell_registers(&self) -> &[u16];
    /// The encoded source positions: `co_linetable`.
    fn line_table(&self) -> Vec<u8>;
    /// The encoded handlers: `co_exceptiontable`.
    fn exception_table(&self) -> Vec<u8>;
    /// A new code object with the same instructions and these facts; the pools have the lengths of the old ones.
    fn rebuilt(&self, thread: &Thread, facts: CodeFacts) -> Gc<CodeObject>;
    /// For downcasting by the owner tier.
    fn as_any(&self) -> &dyn std::any::Any;
}

/// The facts a code object is made from.
pub struct CodeFacts {
    pub name: Gc<Str>,
    pub qualname: Gc<Str>,
    pub filename: Gc<Str>,
    pub first_line: u32,
    /// Positional parameters, positional-only ones included.
    pub positional: u32,
    pub positional_only: u32,
    pub keyword_only: u32,
    /// CPython's `CO_*` bits.
    pub flags: u32,
    pub registers: u32,
    pub constants: Gc<Tuple>,
    pub names: Gc<Tuple>,
    /// Parameters and other locals, in register order.
    pub variables: Gc<Tuple>,
    pub cells: Gc<Tuple>,
    pub free: Gc<Tuple>,
    /// `co_consts` as CPython shows it.
    pub visible_constants: Gc<Tuple>,
}

/// Bits of `co_flags`.
pub mod code_flags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    pub const METHOD: u32 = 0x800_0000;
}

/// A code object.
#[repr(C)]
pub struct CodeObject {
    header: Header,
    /// The body as the interpreter's type, for quick access.
    pub body_pointer: Cell<*const u8>,
    /// Native entry, or null.
    pub native_entry: Cell<*const u8>,
    pub positional: u32,
    pub positional_only: u32,
    pub keyword_only: u32,
    pub flags: Cell<u32>,
    pub registers: u32,
    pub first_line: u32,
    pub constants: GcSlot<Tuple>,
    pub names: GcSlot<Tuple>,
    pub variables: GcSlot<Tuple>,
    pub cells: GcSlot<Tuple>,
    pub free: GcSlot<Tuple>,
    pub visible_constants: GcSlot<Tuple>,
    pub name: GcSlot<Str>,
    pub qualname: GcSlot<Str>,
    pub filename: GcSlot<Str>,
    /// Keeps what the body's feedback refers to alive.
    pub feedback: Slot,
    body: UnsafeCell<Box<dyn CodeBody>>,
}

impl HeapObject for CodeObject {
    const KIND: Kind = Kind::Code;
    const FINALIZES: bool = true;
    fn size(&self) -> usize {
        size_of::<CodeObject>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.constants);
        tracer.gc_slot(&self.names);
        tracer.gc_slot(&self.variables);
        tracer.gc_slot(&self.cells);
        tracer.gc_slot(&self.free);
        tracer.gc_slot(&self.visible_constants);
        tracer.gc_slot(&self.name);
        tracer.gc_slot(&self.qualname);
        tracer.gc_slot(&self.filename);
        tracer.slot(&self.feedback);
        self.body().trace(tracer);
    }
    fn finalize(&self) {
        struct Dead;
        impl CodeBody for Dead {
            fn trace(&self, _: &mut Tracer) {}
            fn span(&self, _: u32) -> Option<SourceSpan> {
                None
            }
            fn spans(&self) -> Vec<(u32, SourceSpan)> {
                Vec::new()
            }
            fn code_bytes(&self) -> Vec<u8> {
                Vec::new()
            }
            fn cell_registers(&self) -> &[u16] {
                &[]
            }
            fn line_table(&self) -> Vec<u8> {
                Vec::new()
            }
            fn exception_table(&self) -> Vec<u8> {
                Vec::new()
            }
            fn rebuilt(&self, _: &Thread, _: CodeFacts) -> Gc<CodeObject> {
                unreachable!("nobody holds a dead code object")
            }
            fn as_any(&self) -> &dyn std::any::Any {
                self
            }
        }
        self.replace_body(Box::new(Dead));
    }
}

impl CodeObject {
    /// A code object that owns `body`; `body_pointer` is set by the caller.
    pub fn new(thread: &Thread, facts: CodeFacts, body: Box<dyn CodeBody>) -> Gc<CodeObject> {
        thread.allocate(ShapeId::CODE, 0, |header| CodeObject {
            header,
            body_pointer: Cell::new(std::ptr::null()),
            native_entry: Cell::new(std::ptr::null()),
            positional: facts.positional,
            positional_only: facts.positional_only,
            keyword_only: facts.keyword_only,
            flags: Cell::new(facts.flags),
            registers: facts.registers,
            first_line: facts.first_line,
            constants: GcSlot::new(facts.constants),
            names: GcSlot::new(facts.names),
            variables: GcSlot::new(facts.variables),
            cells: GcSlot::new(facts.cells),
            free: GcSlot::new(facts.free),
            visible_constants: GcSlot::new(facts.visible_constants),
            name: GcSlot::new(facts.name),
            qualname: GcSlot::new(facts.qualname),
            filename: GcSlot::new(facts.filename),
            feedback: Slot::empty(),
            body: UnsafeCell::new(body),
        })
    }

    /// The executable form.
    #[allow(unsafe_code)]
    pub fn body(&self) -> &dyn CodeBody {
        // SAFETY: the cell is written once more only, when the object is dead.
        unsafe { &**self.body.get() }
    }

    #[allow(unsafe_code)]
    fn replace_body(&self, body: Box<dyn CodeBody>) {
        // SAFETY: only the collector calls this, on a dead object: nobody else can hold a reference.
        unsafe { *self.body.get() = body };
    }

    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    /// How many registers parameters take: `*args` and `**kwargs` included.
    pub fn parameter_count(&self) -> u32 {
        self.positional
            + self.keyword_only
            + u32::from(self.has_flag(code_flags::VARARGS))
            + u32::from(self.has_flag(code_flags::VARKEYWORDS))
    }

    /// The name as Rust text.
    pub fn name_text(&self, thread: &Thread) -> String {
        self.name.get().map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default()
    }

    /// The file name as Rust text.
    pub fn filename_text(&self, thread: &Thread) -> String {
        self.filename.get().map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default()
    }

    /// What makes two traceback entries the same function.
    pub fn qualname_or_name(&self, thread: &Thread) -> String {
        self.qualname.get().or(self.name.get()).map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default()
    }

    /// The qualified name as Rust text.
    pub fn qualname_text(&self, thread: &Thread) -> String {
        self.qualname.get().map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default()
    }
}

/// Code of a function, class body or module.
#[py_class(name = "code", kind = Code, module = "builtins", no_instances, extend = [crate::types::code_replace::METHODS])]
impl CodeObject {
    #[getter(member)]
    fn co_name(this: Gc<CodeObject>) -> Option<Gc<Str>> {
        this.name.get()
    }
    #[getter(member)]
    fn co_qualname(this: Gc<CodeObject>) -> Option<Gc<Str>> {
        this.qualname.get()
    }
    #[getter(member)]
    fn co_filename(this: Gc<CodeObject>) -> Option<Gc<Str>> {
        this.filename.get()
    }
    #[getter(member)]
    fn co_firstlineno(this: Gc<CodeObject>) -> i64 {
        i64::from(this.first_line)
    }
    #[getter(member)]
    fn co_argcount(this: Gc<CodeObject>) -> i64 {
        i64::from(this.positional)
    }
    #[getter(member)]
    fn co_posonlyargcount(this: Gc<CodeObject>) -> i64 {
        i64::from(this.positional_only)
    }
    #[getter(member)]
    fn co_kwonlyargcount(this: Gc<CodeObject>) -> i64 {
        i64::from(this.keyword_only)
    }
    #[getter(member)]
    fn co_nlocals(this: Gc<CodeObject>) -> i64 {
        this.variables.get().map_or(0, |v| v.items().len() as i64)
    }
    #[getter(member)]
    fn co_stacksize(this: Gc<CodeObject>) -> i64 {
        i64::from(this.registers)
    }
    #[getter(member)]
    fn co_flags(this: Gc<CodeObject>) -> i64 {
        i64::from(this.flags.get())
    }
    #[getter(member)]
    fn co_consts(this: Gc<CodeObject>) -> Option<Gc<Tuple>> {
        this.visible_constants.get()
    }
    #[getter(member)]
    fn co_names(this: Gc<CodeObject>) -> Option<Gc<Tuple>> {
        this.names.get()
    }
    #[getter]
    fn co_varnames(this: Gc<CodeObject>) -> Option<Gc<Tuple>> {
        this.variables.get()
    }
    #[getter]
    fn co_cellvars(this: Gc<CodeObject>) -> Option<Gc<Tuple>> {
        this.cells.get()
    }
    #[getter]
    fn co_freevars(this: Gc<CodeObject>) -> Option<Gc<Tuple>> {
        this.free.get()
    }
    /// CPython's instructions: there are none. Taipan's own bytes would be read by CPython's tables (`dis`), as nonsense.
    #[getter]
    fn co_code(_this: Gc<CodeObject>, thread: &Thread) -> crate::error::PyResult<Value> {
        Err(thread.raise_not_implemented_error(
            "co_code (dis): Taipan's bytecode is not CPython's; taipan inspect --stage bytecode shows it",
        ))
    }

    /// Return an iterator over (start, end, line) of the instructions.
    #[method]
    fn co_lines(this: Gc<CodeObject>, thread: &Thread) -> crate::error::PyResult<Value> {
        let spans = this.body().spans();
        let list = crate::types::list::List::new(thread, &[]);
        for (i, (start, span)) in spans.iter().enumerate() {
            let end = spans.get(i + 1).map_or(*start + 1, |(next, _)| *next);
            let item = [
                (2 * i64::from(*start)).into_value(thread)?,
                (2 * i64::from(end)).into_value(thread)?,
                i64::from(span.line).into_value(thread)?,
            ];
            list.push(thread, Tuple::new(thread, &item).value())?;
        }
        crate::dispatch::iter::get_iter(thread, list.value())
    }

    /// Return an iterator over (line, end line, column, end column) of the units of the bytecode.
    #[method]
    fn co_positions(this: Gc<CodeObject>, thread: &Thread) -> crate::error::PyResult<Value> {
        let list = crate::types::list::List::new(thread, &[]);
        let spans = this.body().spans();
        let end = this.body().code_bytes().len() as u32 / 2;
        for (index, (start, span)) in spans.iter().enumerate() {
            let item = [span.line, span.end_line, span.column, span.end_column].map(|n| match n {
                // Unknown.
                u32::MAX => Value::NONE,
                n => Value::small_wrapping(i64::from(n)),
            });
            let item = Tuple::new(thread, &item).value();
            // One for each unit of two bytes, as `tb_lasti // 2` counts.
            let next = spans.get(index + 1).map_or(end, |(next, _)| *next);
            for _ in *start..next {
                list.push(thread, item)?;
            }
        }
        crate::dispatch::iter::get_iter(thread, list.value())
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<CodeObject>, thread: &Thread) -> String {
        format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            this.name_text(thread),
            this.address(),
            this.filename_text(thread),
            this.first_line
        )
    }
}
