//! Leaving native code: side exits, exceptions that pass through, and calls of what is interpreted.
//!
//! What lives here: the functions that native code calls about frames. They rebuild the interpreter's records
//! from the descriptors in [`super::exits`]. What must not: what is in the descriptors.
#![allow(unsafe_code)] // Called by native code with addresses; the interpreter's records are written.

use super::exits::{FrameRecipe, ObjectRecipe, Recipe, ResumeRecipe};
use super::ir::{Elements, Layout};
use super::policy;
use super::state::{Compiled, Jit, Parts};
use crate::bytecode::{Instruction, operands};
use crate::interp::body::Body;
use crate::interp::calls;
use crate::interp::exceptions;
use crate::interp::frame::{self, Frame, Link, Word};
use crate::interp::resume;
use crate::interp::run::{self, Exit as RunExit};
use crate::interp::traceback::{self, Unwound};
use std::rc::Rc;
use taipan_runtime::native::Arguments;
use taipan_runtime::object::{Gc, ShapeId};
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::cell::CellObject;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::enumerate::Enumerate;
use taipan_runtime::types::exception::Exception;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::frame::FrameObject;
use taipan_runtime::types::function::{BoundMethod, Function};
use taipan_runtime::types::generator::{Generator, GeneratorState};
use taipan_runtime::types::instance::{self, Instance};
use taipan_runtime::types::int;
use taipan_runtime::types::iterators::SequenceIterator;
use taipan_runtime::types::list::List;
use taipan_runtime::types::range::{Range, RangeIterator};
use taipan_runtime::types::slice::Slice;
use taipan_runtime::types::traceback::Traceback;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::zip::Zip;
use taipan_runtime::value::Value;

/// The values that an exit hands over: the buffer, and the objects made so far.
struct Source {
    buffer: *const u64,
    objects: ScratchVec,
}

impl Source {
    fn word(&self, slot: u16) -> u64 {
        // SAFETY: the exit stored as many words as its descriptor says.
        unsafe { *self.buffer.add(usize::from(slot)) }
    }

    /// The value that a recipe makes; `None` is the empty word.
    fn value(&self, thread: &Thread, recipe: Recipe) -> Word {
        match recipe {
            Recipe::Word(slot) => Value::from_bits(self.word(slot)),
            Recipe::Int(slot) => Some(int::from_i64(thread, self.word(slot).cast_signed())),
            Recipe::Double(slot) => Some(Float::new(thread, f64::from_bits(self.word(slot))).value()),
            Recipe::Flag(slot) => Some(Value::from_bool(self.word(slot) & 1 != 0)),
            Recipe::Number([is_int, int, double]) => {
                let recipe = if self.word(is_int) & 1 != 0 { Recipe::Int(int) } else { Recipe::Double(double) };
                self.value(thread, recipe)
            }
            Recipe::Constant(word) => Value::from_bits(word),
            Recipe::DoubleConstant(bits) => Some(Float::new(thread, f64::from_bits(bits)).value()),
            Recipe::Object(index) => Some(self.objects[usize::from(index)]),
            Recipe::Raw(_) | Recipe::RawConstant(_) => unreachable!("a machine value is no value of a register"),
        }
    }

    /// The machine value of a field that holds one.
    fn raw(&self, recipe: Recipe) -> u64 {
        match recipe {
            Recipe::Raw(slot) | Recipe::Word(slot) | Recipe::Int(slot) | Recipe::Double(slot) | Recipe::Flag(slot) => {
                self.word(slot)
            }
            Recipe::RawConstant(word) | Recipe::Constant(word) | Recipe::DoubleConstant(word) => word,
            Recipe::Object(_) | Recipe::Number(_) => unreachable!("an object is no machine value"),
        }
    }

    fn some(&self, thread: &Thread, recipe: Recipe) -> Value {
        self.value(thread, recipe).unwrap_or(Value::NONE)
    }

    /// Makes an object.
    fn make(&self, thread: &Thread, recipe: &ObjectRecipe) -> Value {
        let fields = &recipe.fields;
        match &recipe.layout {
            Layout::Tuple { .. } => Tuple::new(thread, &self.values(thread, fields)).value(),
            Layout::Keywords { .. } => keywords(thread, &self.values(thread, fields)).value(),
            Layout::List { elements: Elements::ListDoubles, .. } => {
                let mut values = ScratchVec::with_capacity(thread, fields.len());
                for field in fields {
                    values.push(thread, Float::new(thread, f64::from_bits(self.raw(*field))).value());
                }
                List::new(thread, &values).value()
            }
            Layout::List { .. } => List::new(thread, &self.values(thread, fields)).value(),
            Layout::Range => {
                let parts = [fields[0], fields[1], fields[2]].map(|field| self.some(thread, field));
                match Range::new(thread, parts[0], parts[1], parts[2]) {
                    Ok(range) => range.value(),
                    Err(_) => unreachable!("the step was checked"),
                }
            }
            Layout::RangeIterator => {
                let (current, remaining, step) = (self.raw(fields[0]), self.raw(fields[1]), self.raw(fields[2]));
                RangeIterator::new(thread, current.cast_signed(), remaining, step.cast_signed()).value()
            }
            Layout::ListIterator | Layout::TupleIterator => {
                let shape = if recipe.layout == Layout::ListIterator {
                    ShapeId::LIST_ITERATOR
                } else {
                    ShapeId::TUPLE_ITERATOR
                };
                let index = self.raw(fields[1]) as usize;
                SequenceIterator::resume(thread, shape, self.value(thread, fields[0]), index).value()
            }
            Layout::BoundMethod => {
                BoundMethod::allocate(thread, self.some(thread, fields[0]), self.some(thread, fields[1])).value()
            }
            Layout::Cell => CellObject::allocate(thread, self.value(thread, fields[0])).value(),
            Layout::Function => {
                let Some(code) = Gc::<CodeObject>::from_address(self.raw(fields[0]) as usize) else {
                    unreachable!("a function has code")
                };
                let closure = self.value(thread, fields[2]).and_then(|closure| closure.cast::<Tuple>());
                let Some(globals) = self.some(thread, fields[1]).cast::<Dict>() else {
                    unreachable!("a function has globals")
                };
                Function::allocate(thread, code, globals, closure).value()
            }
            Layout::Generator { .. } => self.make_generator(thread, fields),
            Layout::Enumerate => Enumerate::resume(thread, self.some(thread, fields[0]), self.some(thread, fields[1])),
            Layout::Zip => Zip::resume(thread, self.some(thread, fields[0])),
            Layout::Slice => {
                let parts = [fields[0], fields[1], fields[2]].map(|field| self.some(thread, field));
                Slice::new(thread, parts[0], parts[1], parts[2]).value()
            }
            Layout::Instance { shape, slots, .. } => {
                let class = thread.class_of_shape(ShapeId(*shape));
                let object = Instance::new(thread, class);
                for (slot, field) in slots.iter().zip(fields) {
                    let word = if slot.cell() == super::ir::Cell::Double {
                        self.raw(*field)
                    } else {
                        self.value(thread, *field).map_or(0, Value::to_bits)
                    };
                    instance::restore_word(object.header(), super::lower::place_offset(*slot), word);
                }
                instance::restore_shape(thread, object.header(), ShapeId(*shape));
                object.value()
            }
        }
    }

    /// A generator that has not started.
    fn make_generator(&self, thread: &Thread, fields: &[Recipe]) -> Value {
        let (function, arguments) = (self.some(thread, fields[0]), &fields[1..]);
        let Some(function) = function.cast::<Function>() else { unreachable!("a generator is made by a function") };
        let mut words = ScratchVec::with_capacity(thread, arguments.len());
        for argument in arguments {
            let word = self.value(thread, *argument);
            words.push(thread, word.unwrap_or(Value::NONE));
        }
        match resume::make(thread, function, words.iter().map(|word| Some(*word)), 0) {
            Ok(generator) => generator,
            Err(_) => {
                eprintln!("Fatal Python error: out of memory for a generator");
                std::process::abort()
            }
        }
    }

    fn values(&self, thread: &Thread, fields: &[Recipe]) -> ScratchVec {
        let mut values = ScratchVec::with_capacity(thread, fields.len());
        for field in fields {
            values.push(thread, self.some(thread, *field));
        }
        values
    }
}

/// The dict of keyword arguments: names, each with its value behind it.
pub fn keywords(thread: &Thread, pairs: &[Value]) -> Gc<Dict> {
    let dict = Dict::with_capacity(thread, pairs.len() / 2);
    for pair in pairs.chunks_exact(2) {
        if dict.insert(thread, pair[0], pair[1]).is_err() {
            unreachable!("names are strings, whose hashes and comparisons do not raise")
        }
    }
    dict
}

/// Visits the native frames above an interpreter's record: see [`frame::NativeWalk`].
pub fn walk_native(thread: &Thread, record: *mut Frame, visit: &mut dyn FnMut(Gc<CodeObject>, Gc<Dict>, u32)) -> bool {
    let jit = Jit::of(thread);
    let (mut pointer, mut site) = (thread.native_frame.get().cast::<usize>().cast_const(), thread.native_site.get());
    let mut segment = thread.native_segment.get().cast::<super::state::Segment>();
    // SAFETY: segments stand in native frames below this one; frames of native code are chained by their first
    // words, with the return address in the second, down to the trampoline that entered them.
    unsafe {
        while let Some(this) = segment.as_ref() {
            if this.record == record {
                break;
            }
            (pointer, site) = (this.outer_frame.cast::<usize>().cast_const(), this.outer_site);
            segment = this.outer;
        }
        if segment.is_null() || pointer.is_null() {
            return false;
        }
        // The innermost frame says which call it made; the stub that interprets is nobody's activation.
        let mut call = NativeSite::unpack(site);
        loop {
            let address = *pointer.add(1);
            let outermost = jit.is_in_trampoline(address);
            if let Some((compiled, number)) = call {
                let parts = compiled.parts();
                let frames = &parts.call_sites[number as usize].frames;
                for (index, (unit, position)) in frames.iter().enumerate() {
                    if outermost && index + 1 == frames.len() {
                        (*record).pc = (*record).body().pc_at(*position);
                    } else {
                        visit(parts.unit_code(*unit), parts.unit_globals(*unit), *position);
                    }
                }
            }
            if outermost {
                return true;
            }
            call = jit.call_site_at(address);
            debug_assert!(call.is_some(), "native code is called by native code");
            if call.is_none() {
                return true;
            }
            pointer = (*pointer) as *const usize;
        }
    }
}

/// A call that native code makes, as [`Thread::native_site`] holds it: the code's address, and above it the call
/// site's number. Zero: the stub that interprets.
pub struct NativeSite;

impl NativeSite {
    const SHIFT: u32 = 48;
    /// Call sites beyond this number cannot be told.
    pub const MAXIMUM: u32 = 0xffff;

    /// The word for a call.
    pub fn pack(code: u64, site: u32) -> u64 {
        code | u64::from(site) << Self::SHIFT
    }

    /// The code and the call site.
    ///
    /// # Safety
    /// The word was stored by code that is running.
    unsafe fn unpack<'a>(word: u64) -> Option<(&'a Compiled, u32)> {
        let address = (word & ((1 << Self::SHIFT) - 1)) as *const Compiled;
        // SAFETY: the contract of this function.
        unsafe { address.as_ref() }.map(|compiled| (compiled, (word >> Self::SHIFT) as u32))
    }
}

/// A side exit was taken.
pub extern "C" fn side_exit(
    thread: &Thread,
    compiled: *const Compiled,
    number: u32,
    buffer: *const u64,
    frame_pointer: *const usize,
) {
    let jit = Jit::of(thread);
    // SAFETY: native code passes the address it was generated with, of code that is running and so alive.
    let compiled = unsafe {
        Rc::increment_strong_count(compiled);
        Rc::from_raw(compiled)
    };
    let parts = compiled.parts();
    let exit = &parts.exits[number as usize];
    let mut source = Source { buffer, objects: ScratchVec::with_capacity(thread, exit.objects.len()) };
    for recipe in &exit.objects {
        let object = source.make(thread, recipe);
        source.objects.push(thread, object);
    }
    // SAFETY: the native frame is alive, and frames are chained by their first word.
    let from_interpreter = jit.is_in_trampoline(unsafe { *frame_pointer.add(1) });
    // SAFETY: if the interpreter entered this code, its record is the innermost one; the records written here
    // are made as a call makes them.
    unsafe {
        let mut caller: Option<&FrameRecipe> = None;
        for recipe in exit.frames.iter().rev() {
            if let ResumeRecipe::Suspended(generator) = recipe.resume {
                rebuild_suspended(thread, recipe, generator, &source);
                continue;
            }
            rebuild(thread, parts, recipe, caller, from_interpreter && caller.is_none(), &source);
            caller = Some(recipe);
        }
    }
    jit.raising.set(exit.frames[0].resume == ResumeRecipe::Raise);
    policy::left(jit, &compiled, number as usize);
}

/// Writes one record.
///
/// # Safety
/// The record is the next after the innermost one, or, with `reuse`, the innermost.
unsafe fn rebuild(
    thread: &Thread,
    parts: &Parts,
    recipe: &FrameRecipe,
    caller: Option<&FrameRecipe>,
    reuse: bool,
    source: &Source,
) {
    let code = parts.unit_code(recipe.unit);
    let body = Body::of(code);
    // SAFETY: the contract of this function.
    unsafe {
        let frame = if reuse {
            let frame = frame::innermost(thread);
            for register in 0..(*body).register_count as usize {
                *(*frame).base.add(register) = None;
            }
            frame
        } else if let Some((generator, link)) = caller.and_then(|caller| resumed_by(thread, parts, caller, source)) {
            let Ok(frame) = with_room(thread, || resume::push(thread, frame::innermost(thread), generator, link))
            else {
                unreachable!("there is room")
            };
            for register in 0..(*body).register_count as usize {
                *(*frame).base.add(register) = None;
            }
            frame
        } else {
            let (link, subject) = match caller {
                None => (Link::TO_NATIVE, None),
                Some(caller) => waiting_link(thread, parts, caller, source),
            };
            let globals = parts.unit_globals(recipe.unit);
            let pushed = with_room(thread, || {
                frame::push_module(thread, frame::innermost(thread), body, thread.register_top.get(), globals, link)
            });
            let Ok(frame) = pushed else {
                eprintln!("Fatal Python error: the register stack is full");
                std::process::abort()
            };
            (*frame).function = source.value(thread, recipe.function).and_then(|value| value.cast::<Function>());
            (*frame).subject = subject;
            frame
        };
        (*frame).pc = (*body).pc_at(recipe.position);
        for (register, value) in &recipe.registers {
            let word = source.value(thread, *value);
            *(*frame).base.add(usize::from(*register)) = word;
        }
    }
}

/// Pushes a frame. Room was made sure of when the function was entered; a frame too many here is better than none, and
/// is owed until it ends.
fn with_room<T>(thread: &Thread, push: impl FnOnce() -> T) -> T {
    let left = thread.depth_left.get();
    thread.depth_left.set(left.max(1));
    let pushed = push();
    thread.depth_left.set(left - 1);
    pushed
}

/// Fills the registers of a generator that is suspended.
fn rebuild_suspended(thread: &Thread, recipe: &FrameRecipe, generator: Recipe, source: &Source) {
    let generator = source.value(thread, generator).and_then(|value| value.cast::<Generator>());
    let Some((generator, registers)) = generator.and_then(|generator| Some((generator, generator.registers.get()?)))
    else {
        unreachable!("the exit made the generator")
    };
    for slot in registers.slots() {
        slot.init(None);
    }
    for (register, value) in &recipe.registers {
        registers.slots()[usize::from(*register)].init(source.value(thread, *value));
    }
    thread.write_barrier(registers.header());
    generator.instruction.set(recipe.position);
    generator.state.set(GeneratorState::Suspended);
}

/// The generator that a frame waits for, and how it goes back there.
fn resumed_by(thread: &Thread, parts: &Parts, caller: &FrameRecipe, source: &Source) -> Option<(Gc<Generator>, Link)> {
    let ResumeRecipe::AfterNext(generator) = caller.resume else { return None };
    let (link, _) = waiting_link(thread, parts, caller, source);
    Some((source.value(thread, generator)?.cast::<Generator>()?, link.with(Link::FOR_ITER)))
}

/// How the callee of a frame that waits returns to it.
fn waiting_link(thread: &Thread, parts: &Parts, caller: &FrameRecipe, source: &Source) -> (Link, Option<Value>) {
    let body = Body::of_ref(parts.unit_code(caller.unit));
    let (mut instruction, next) = Instruction::decode(&body.code.units, caller.position as usize);
    let length = next - caller.position as usize;
    let destination = instruction.destination_mut().map(|register| register.0);
    let link = match destination {
        Some(register) => Link::to_register(register, length),
        None => Link::to_register(0, length).with(Link::DISCARD),
    };
    match caller.resume {
        ResumeRecipe::AfterInit(object) => (link.with(Link::CONSTRUCT), source.value(thread, object)),
        ResumeRecipe::AfterOperator(tried) => {
            // What has no destination is a comparison that jumps.
            let flags = if destination.is_some() { Link::OPERATOR } else { Link::OPERATOR | Link::JUMP };
            (Link { flags, destination: destination.unwrap_or(0), length: length as u16, tried: tried as u16 }, None)
        }
        ResumeRecipe::AfterIgnored => (link.with(Link::DISCARD), None),
        ResumeRecipe::Here
        | ResumeRecipe::Raise
        | ResumeRecipe::AfterCall
        | ResumeRecipe::AfterNext(_)
        | ResumeRecipe::Suspended(_) => (link, None),
    }
}

/// Runs the frame that a side exit of a callee rebuilt until it returns.
pub extern "C" fn finish_exit(thread: &Thread) -> Option<Value> {
    let jit = Jit::of(thread);
    let innermost = frame::innermost(thread);
    // SAFETY: the side exit left its record as the innermost one, or others above it.
    unsafe {
        let entry = if jit.raising.replace(false) {
            match traceback::unwind(thread, innermost, true) {
                Unwound::Handler(frame) => frame,
                Unwound::Native => return None,
            }
        } else {
            innermost
        };
        match run::run(thread, entry) {
            RunExit::Returned(value) => Some(value),
            RunExit::Raised => None,
            RunExit::Yielded(_) => unreachable!("generators are not compiled"),
        }
    }
}

/// An exception passes through native code: the traceback gets the frames of the call site.
pub extern "C" fn add_traceback(thread: &Thread, compiled: *const Compiled, site: u32, frame_pointer: *const usize) {
    let jit = Jit::of(thread);
    // SAFETY: native code passes the address it was generated with, of code that is running and so alive.
    let parts = unsafe { (*compiled).parts() };
    let site = &parts.call_sites[site as usize];
    // SAFETY: as in `side_exit`.
    let from_interpreter = jit.is_in_trampoline(unsafe { *frame_pointer.add(1) });
    let lines = site.lines.get_or_init(|| {
        let line = |(unit, position): &(u32, u32)| Body::of_ref(parts.unit_code(*unit)).code.position(*position).line;
        site.frames.iter().map(line).collect()
    });
    for (index, ((unit, position), line)) in site.frames.iter().zip(lines).enumerate() {
        let outermost = site.whole && index + 1 == site.frames.len();
        let code = parts.unit_code(*unit);
        let object = if outermost && from_interpreter {
            let record = frame::innermost(thread);
            // SAFETY: the interpreter's record of this activation is the innermost one.
            unsafe { (*record).pc = (*record).body().pc_at(*position) };
            jit.raised_at.set(*position);
            let object = frame::object(thread, record);
            object.forget_locals();
            object
        } else {
            let object = FrameObject::allocate(thread, code, None, parts.unit_globals(*unit), None);
            object.instruction.set(*position);
            object.forget_locals();
            object
        };
        let Some(exception) = thread.exception.get().and_then(|exception| exception.cast::<Exception>()) else {
            return;
        };
        if Body::of_ref(code).stands_for_native.get() {
            continue;
        }
        let entry = Traceback::allocate(thread, exception.traceback.get(), object, *position, Some(*line));
        thread.store_gc(exception, &exception.traceback, entry);
    }
}

/// The native entry of a function that has no code: the interpreter runs it.
pub extern "C" fn interpret(thread: &Thread, function: Value, arguments: *const Value, count: usize) -> Option<Value> {
    let function = function.header()?.cast_unchecked::<Function>();
    thread.check_native_stack("").ok()?;
    // SAFETY: native code passes as many words as the function has parameters, bound.
    unsafe {
        let body = Body::of(function.code());
        let base = thread.register_top.get();
        std::ptr::copy_nonoverlapping(arguments.cast::<Word>(), base, count);
        let caller = frame::innermost(thread);
        let entered = frame::push(thread, caller, function, body, base, count, Link::TO_NATIVE).ok()?;
        match calls::finish(thread, run::run_entered(thread, entered)) {
            Ok(value) => Some(value),
            Err(_) => None,
        }
    }
}

/// The generator that a call of a function makes.
pub extern "C" fn make_generator(
    thread: &Thread,
    function: Value,
    arguments: *const Word,
    count: usize,
) -> Option<Value> {
    let function = function.header()?.cast_unchecked::<Function>();
    // SAFETY: native code passes as many words as the function has parameters, bound.
    let arguments = unsafe { std::slice::from_raw_parts(arguments, count) };
    // Its code begins with the instruction that makes it.
    resume::make(thread, function, arguments.iter().copied(), 0).ok()
}

/// A function without defaults and annotations.
pub extern "C" fn make_function(thread: &Thread, code: Value, globals: Value, closure: Word) -> Option<Value> {
    let (code, globals) = (code.header()?.cast_unchecked::<CodeObject>(), globals.header()?.cast_unchecked::<Dict>());
    let closure = closure.and_then(|closure| closure.cast::<Tuple>());
    Some(Function::allocate(thread, code, globals, closure).value())
}

/// Calls anything with positional arguments.
pub extern "C" fn call_object(thread: &Thread, callee: Value, arguments: *const Value, count: usize) -> Option<Value> {
    // SAFETY: native code passes this many words.
    let values = unsafe { std::slice::from_raw_parts(arguments, count) };
    taipan_runtime::dispatch::call::call(thread, callee, values).ok()
}

/// Calls anything; the last arguments are named.
pub extern "C" fn call_keywords(
    thread: &Thread,
    callee: Value,
    names: Value,
    arguments: *const Value,
    count: usize,
) -> Option<Value> {
    // SAFETY: native code passes this many words.
    let values = unsafe { std::slice::from_raw_parts(arguments, count) };
    let names = names.cast::<Tuple>();
    taipan_runtime::dispatch::call::call_with(thread, callee, Arguments { values, names }).ok()
}

/// Executes one instruction on registers in native memory; the zero word says that it raised.
pub extern "C" fn execute_instruction(
    thread: &Thread,
    code: Value,
    position: u32,
    registers: *mut Word,
    function: Word,
) -> Option<Value> {
    let frame = frame_on_registers(thread, code, position, registers, function)?;
    crate::interp::execute::execute(thread, &frame).ok().map(|()| Value::NONE)
}

/// [`execute_instruction`] of a `BeginHandler`.
pub extern "C" fn begin_handler(
    thread: &Thread,
    code: Value,
    position: u32,
    registers: *mut Word,
    function: Word,
) -> Option<Value> {
    let frame = frame_on_registers(thread, code, position, registers, function)?;
    // SAFETY: the instruction at the `pc` is one.
    exceptions::begin_handler(thread, &frame, unsafe { operands::BeginHandler::read(frame.pc) });
    Some(Value::NONE)
}

/// [`execute_instruction`] of an `EndHandler`.
pub extern "C" fn end_handler(
    thread: &Thread,
    code: Value,
    position: u32,
    registers: *mut Word,
    function: Word,
) -> Option<Value> {
    let frame = frame_on_registers(thread, code, position, registers, function)?;
    // SAFETY: the instruction at the `pc` is one.
    exceptions::end_handler(thread, &frame, unsafe { operands::EndHandler::read(frame.pc) });
    Some(Value::NONE)
}

/// [`execute_instruction`] of an `ExceptionMatch`.
pub extern "C" fn exception_match(
    thread: &Thread,
    code: Value,
    position: u32,
    registers: *mut Word,
    function: Word,
) -> Option<Value> {
    let frame = frame_on_registers(thread, code, position, registers, function)?;
    // SAFETY: the instruction at the `pc` is one.
    let o = unsafe { operands::ExceptionMatch::read(frame.pc) };
    let matched = exceptions::exception_match(thread, &frame, o).ok()?;
    frame.set(o.dst, Value::from_bool(matched));
    Some(Value::NONE)
}

/// A record of no activation: an instruction's place, and registers in native memory.
fn frame_on_registers(
    thread: &Thread,
    code: Value,
    position: u32,
    registers: *mut Word,
    function: Word,
) -> Option<Frame> {
    let code = code.header()?.cast_unchecked();
    let body = Body::of_ref(code);
    let function = function.and_then(|function| function.cast::<Function>());
    let innermost = frame::innermost(thread);
    let globals = match function {
        Some(function) => function.globals(),
        // SAFETY: the bottom record is always there.
        None => unsafe { (*innermost).globals },
    };
    // What a generator's resumer handles is not the generator's: its record, which is the innermost one if its own
    // code runs natively, says what that was.
    // SAFETY: records from the bottom to the innermost are initialised.
    let (link, inherited) = unsafe {
        if (*innermost).link.has(Link::GENERATOR) && std::ptr::eq((*innermost).body, body) {
            (Link::TO_NATIVE.with(Link::GENERATOR), (*innermost).inherited)
        } else {
            (Link::TO_NATIVE, None)
        }
    };
    Some(Frame {
        pc: body.pc_at(position),
        base: registers,
        top: thread.register_top.get(),
        body: std::ptr::from_ref(body),
        link,
        globals,
        function,
        locals: None,
        object: None,
        subject: None,
        inherited,
    })
}
