//! Frame objects: a Python-visible view of an activation, live or finished.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::cell::CellObject;
use crate::types::code::CodeObject;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::{Generator, GeneratorState};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A frame. While the activation lives, `registers` points to its registers; when it ends, the interpreter
/// copies the locals into `saved` and clears `registers`.
#[repr(C)]
pub struct FrameObject {
    header: Header,
    pub code: GcSlot<CodeObject>,
    pub function: GcSlot<Function>,
    pub globals: GcSlot<Dict>,
    /// The locals mapping of class bodies and module code, or empty for functions.
    pub locals: Slot,
    pub back: GcSlot<FrameObject>,
    /// The generator or coroutine whose activation it is, or empty.
    pub generator: GcSlot<Generator>,
    /// Offset of the running (or last) instruction.
    pub instruction: Cell<u32>,
    /// The live activation's registers, or null.
    pub registers: Cell<*const Option<Value>>,
    /// Locals of a finished activation: a `WordStorage` in register order.
    pub saved: GcSlot<crate::object::WordStorage>,
    /// The locals were never recorded (a compiled activation left by an exception).
    pub locals_unknown: Cell<bool>,
    /// Names set through `f_locals` that are not variables of the code.
    pub extra_locals: GcSlot<Dict>,
    /// `f_trace`.
    pub trace_function: Slot,
    /// `f_trace_lines` and `f_trace_opcodes`.
    pub trace_lines: Cell<bool>,
    pub trace_opcodes: Cell<bool>,
    /// The line that was reported last, and the instruction that was looked at last (`u32::MAX`: none).
    pub traced_line: Cell<u32>,
    pub traced_at: Cell<u32>,
    /// While the frame's call is reported: the line to show, plus one. Otherwise 0.
    pub line_override: Cell<u32>,
}

impl HeapObject for FrameObject {
    const KIND: Kind = Kind::Frame;
    fn size(&self) -> usize {
        size_of::<FrameObject>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.code);
        tracer.gc_slot(&self.function);
        tracer.gc_slot(&self.globals);
        tracer.slot(&self.locals);
        tracer.gc_slot(&self.back);
        tracer.gc_slot(&self.generator);
        tracer.gc_slot(&self.saved);
        tracer.gc_slot(&self.extra_locals);
        tracer.slot(&self.trace_function);
    }
}

impl FrameObject {
    /// A frame object for an activation of `code`.
    pub fn allocate(
        thread: &Thread,
        code: Gc<CodeObject>,
        function: Option<Gc<Function>>,
        globals: Gc<Dict>,
        locals: Option<Value>,
    ) -> Gc<FrameObject> {
        thread.allocate(ShapeId::FRAME, 0, |header| FrameObject {
            header,
            code: GcSlot::new(code),
            function: GcSlot::from_option(function),
            globals: GcSlot::new(globals),
            locals: Slot::from_option(locals),
            back: GcSlot::empty(),
            generator: GcSlot::empty(),
            instruction: Cell::new(0),
            registers: Cell::new(std::ptr::null()),
            saved: GcSlot::empty(),
            locals_unknown: Cell::new(false),
            extra_locals: GcSlot::empty(),
            trace_function: Slot::empty(),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
            traced_line: Cell::new(0),
            traced_at: Cell::new(u32::MAX),
            line_override: Cell::new(0),
        })
    }

    /// Asks the interpreter where the activation is, if it lives.
    pub fn synchronize(&self, thread: &Thread) {
        if !self.registers.get().is_null() {
            (thread.vm().hooks().frame_sync)(thread, Gc::from_pointer(std::ptr::NonNull::from(self)));
        }
    }

    /// Native code runs the activation: its variables are in machine registers now.
    pub fn forget_locals(&self) {
        self.locals_unknown.set(self.locals.get().is_none());
    }

    /// The line the frame is at.
    pub fn line(&self) -> u32 {
        if let Some(line) = self.line_override.get().checked_sub(1) {
            return line;
        }
        match self.code.get() {
            Some(code) => {
                let at = self.instruction.get();
                // What ends a handler belongs to no line of its own: the frame stays at the one before.
                let before = || {
                    let spans = code.body().spans();
                    spans
                        .iter()
                        .take_while(|(start, _)| *start < at)
                        .filter(|(_, span)| span.line > 0)
                        .last()
                        .map(|s| s.1)
                };
                // While lines are traced, the one that was reported last is the one before in time.
                let traced = Some(self.traced_line.get()).filter(|line| *line != 0 && self.trace_lines.get());
                if let (None, Some(line)) = (code.body().span(at), traced) {
                    return line;
                }
                code.body().span(at).or_else(before).map_or(code.first_line, |span| span.line)
            }
            None => 0,
        }
    }

    #[allow(unsafe_code)]
    fn register(&self, index: usize) -> Option<Value> {
        let registers = self.registers.get();
        if !registers.is_null() {
            // SAFETY: non-null means that the activation lives; `index` is one of its locals.
            return unsafe { *registers.add(index) };
        }
        self.saved.get().and_then(|saved| saved.slots().get(index)?.get())
    }

    /// Gives a variable another value; false if the code has none of this name.
    ///
    /// # Errors
    /// RuntimeError while compiled code runs the frame: its variables are in machine registers.
    pub fn set_variable(&self, thread: &Thread, name: Gc<Str>, value: Value) -> PyResult<bool> {
        if self.locals_unknown.get() {
            return Err(thread.raise_runtime_error("the locals of this frame were not recorded by compiled code"));
        }
        let Some(code) = self.code.get() else { return Ok(false) };
        let find = |names: Option<Gc<Tuple>>| {
            let names = names?;
            names
                .items()
                .iter()
                .position(|&known| known.cast::<Str>().is_some_and(|known| Str::equals(thread, known, name)))
        };
        let register = match (find(code.cells.get()), find(code.variables.get())) {
            (Some(index), _) => code.body().cell_registers().get(index).map(|register| *register as usize),
            (None, index) => index,
        };
        if let Some(register) = register {
            match self.register(register).and_then(|content| content.cast::<CellObject>()) {
                Some(cell) => thread.store(cell, &cell.content, value),
                None => self.set_register(thread, register, value),
            }
            return Ok(true);
        }
        let Some(index) = find(code.free.get()) else { return Ok(false) };
        let closure = self.function.get().and_then(|function| function.closure.get());
        match closure.and_then(|closure| closure.items().get(index)?.cast::<CellObject>()) {
            Some(cell) => {
                thread.store(cell, &cell.content, value);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    #[allow(unsafe_code)]
    fn set_register(&self, thread: &Thread, index: usize, value: Value) {
        let registers = self.registers.get();
        if !registers.is_null() {
            // SAFETY: non-null means that the activation lives; `index` is one of its locals. The collector reads the
            // registers of activations, those of running generators without barriers.
            unsafe { *registers.cast_mut().add(index) = Some(value) };
        } else if let Some(saved) = self.saved.get()
            && let Some(slot) = saved.slots().get(index)
        {
            slot.init(Some(value));
            thread.write_barrier(saved.header());
        }
    }

    /// Names set through `f_locals` that are no variables; made when first needed.
    pub fn extra_locals_dict(&self, thread: &Thread) -> Gc<Dict> {
        self.extra_locals.get().unwrap_or_else(|| {
            let this = Gc::from_pointer(std::ptr::NonNull::from(self));
            let dict = Dict::new(thread);
            thread.store_gc(this, &self.extra_locals, dict);
            dict
        })
    }

    /// The local variables by name as a fresh dict; the locals mapping itself for class bodies and modules.
    pub fn locals_mapping(&self, thread: &Thread) -> PyResult<Value> {
        if let Some(locals) = self.locals.get() {
            return Ok(locals);
        }
        if self.locals_unknown.get() {
            return Err(thread.raise_runtime_error("the locals of this frame were not recorded by compiled code"));
        }
        let dict = Dict::new(thread);
        let Some(code) = self.code.get() else { return Ok(dict.value()) };
        let (Some(variables), Some(free)) = (code.variables.get(), code.free.get()) else { return Ok(dict.value()) };
        let content = |value: Option<Value>| match value.and_then(|v| v.cast::<CellObject>()) {
            Some(cell) => cell.content.get(),
            None => value,
        };
        for (index, name) in variables.items().iter().enumerate() {
            if let (Some(name), Some(value)) = (name.cast::<Str>(), content(self.register(index))) {
                dict.insert_str(thread, name, value);
            }
        }
        let cells = code.cells.get();
        for (name, &register) in cells.iter().flat_map(|cells| cells.items()).zip(code.body().cell_registers()) {
            if let (Some(name), Some(value)) = (name.cast::<Str>(), content(self.register(register as usize))) {
                dict.insert_str(thread, name, value);
            }
        }
        let closure = self.function.get().and_then(|f| f.closure.get());
        for (name, cell) in free.items().iter().zip(closure.iter().flat_map(|c| c.items())) {
            if let (Some(name), Some(value)) = (name.cast::<Str>(), content(Some(*cell))) {
                dict.insert_str(thread, name, value);
            }
        }
        if let Some(extra) = self.extra_locals.get() {
            let mut position = 0;
            while let Some((key, value)) = extra.next_entry(&mut position) {
                dict.insert(thread, key, value)?;
            }
        }
        Ok(dict.value())
    }
}

/// The value for a member that is true or false.
fn truth_member(thread: &Thread, value: Value) -> PyResult<bool> {
    value.as_bool().ok_or_else(|| thread.raise_type_error("attribute value type must be bool"))
}

/// A frame of the Python call stack.
#[py_class(name = "frame", kind = Frame, module = "builtins", no_instances)]
impl FrameObject {
    #[getter]
    fn f_code(this: Gc<FrameObject>) -> Option<Gc<CodeObject>> {
        this.code.get()
    }

    #[getter]
    fn f_globals(this: Gc<FrameObject>) -> Option<Gc<Dict>> {
        this.globals.get()
    }

    #[getter]
    fn f_builtins(this: Gc<FrameObject>, thread: &Thread) -> Value {
        let _ = this;
        thread.vm().builtins_dict().value()
    }

    #[getter]
    fn f_locals(this: Gc<FrameObject>, thread: &Thread) -> Value {
        match this.locals.get() {
            Some(locals) => locals,
            None => crate::types::frame_locals::wrap(thread, this),
        }
    }

    #[getter]
    fn f_back(this: Gc<FrameObject>, thread: &Thread) -> Option<Gc<FrameObject>> {
        this.synchronize(thread);
        this.back.get()
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(this: Gc<FrameObject>) -> Option<Gc<Generator>> {
        this.generator.get().filter(|generator| generator.state.get() != GeneratorState::Finished)
    }

    #[getter]
    fn f_lineno(this: Gc<FrameObject>, thread: &Thread) -> i64 {
        this.synchronize(thread);
        i64::from(this.line())
    }

    #[getter]
    fn f_lasti(this: Gc<FrameObject>, thread: &Thread) -> i64 {
        this.synchronize(thread);
        // Instructions are counted in units of two bytes, Python counts bytes.
        2 * i64::from(this.instruction.get())
    }

    #[getter]
    fn f_trace(this: Gc<FrameObject>) -> Value {
        this.trace_function.get().unwrap_or(Value::NONE)
    }

    #[setter(f_trace)]
    fn set_f_trace(this: Gc<FrameObject>, thread: &Thread, value: Value) {
        this.traced_at.set(u32::MAX);
        thread.store(this, &this.trace_function, value);
    }

    #[deleter(f_trace)]
    fn delete_f_trace(this: Gc<FrameObject>, thread: &Thread) -> PyResult<()> {
        let _ = thread;
        this.trace_function.init(None);
        Ok(())
    }

    #[getter]
    fn f_trace_lines(this: Gc<FrameObject>) -> bool {
        this.trace_lines.get()
    }

    #[setter(f_trace_lines)]
    fn set_f_trace_lines(this: Gc<FrameObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.trace_lines.set(truth_member(thread, value)?);
        Ok(())
    }

    #[getter]
    fn f_trace_opcodes(this: Gc<FrameObject>) -> bool {
        this.trace_opcodes.get()
    }

    #[setter(f_trace_opcodes)]
    fn set_f_trace_opcodes(this: Gc<FrameObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.trace_opcodes.set(truth_member(thread, value)?);
        Ok(())
    }

    /// F.clear(): clear all references held by the frame
    #[method]
    fn clear(this: Gc<FrameObject>, thread: &Thread) -> PyResult<()> {
        if !this.registers.get().is_null() {
            return Err(thread.raise_runtime_error("cannot clear an executing frame"));
        }
        this.saved.init(None);
        this.extra_locals.init(None);
        Ok(())
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<FrameObject>, thread: &Thread) -> String {
        let (file, name) = match this.code.get() {
            Some(code) => (code.filename_text(thread), code.name_text(thread)),
            None => Default::default(),
        };
        format!("<frame at {:#x}, file '{file}', line {}, code {name}>", this.address(), this.line())
    }
}
