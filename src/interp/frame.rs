//! Activations of Python code: the register stack, the frame records, and their Python-visible objects.
//!
//! What lives here: [`Frame`], [`Stacks`], entering and leaving activations, frame objects. What must not:
//! running instructions ([`super::run`]) and argument binding ([`super::bind`]). Start at [`Frame`].
//!
//! A thread has two reserved ranges of memory that the system fills on demand: one of [`Frame`] records, one
//! of registers. Record `n + 1` is the callee of record `n`, also across native code in between. The
//! registers of a callee start at the argument window of its caller, so that passing arguments costs
//! nothing; those of a generator lie in its `registers` block on the heap.
#![allow(unsafe_code)] // Records and registers are reached by address.

use std::ptr::NonNull;

use taipan_runtime::dispatch::operation::Tried;
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::gc::Tracer;
use taipan_runtime::object::{Gc, WordStorage};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::frame::FrameObject;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::generator::Generator;
use taipan_runtime::value::Value;

use super::body::Body;
use super::resume;
use crate::bytecode::Op;
use crate::bytecode::analysis::Unit;

/// A register: a value or empty.
pub type Word = Option<Value>;

/// One activation.
///
/// The first fields are read at every call and return. `pc` is up to date whenever the interpreter is in a
/// slow path or a callee: it points to the instruction being executed.
#[repr(C)]
pub struct Frame {
    /// The instruction being executed.
    pub pc: *const u16,
    /// Register 0.
    pub base: *mut Word,
    /// First free word of the register stack while this is the innermost activation.
    pub top: *mut Word,
    /// The code.
    pub body: *const Body,
    /// What happens when the activation ends.
    pub link: Link,
    /// The global variables.
    pub globals: Gc<Dict>,
    /// The function; none for module code, `exec` and class bodies run without one.
    pub function: Option<Gc<Function>>,
    /// The locals mapping of class bodies, modules and `exec`.
    pub locals: Option<Value>,
    /// The Python-visible object, if somebody asked for it.
    pub object: Option<Gc<FrameObject>>,
    /// With [`Link::GENERATOR`] the generator, with [`Link::CONSTRUCT`] the new instance.
    pub subject: Option<Value>,
    /// With [`Link::GENERATOR`]: the exception handled by whoever resumed it.
    pub inherited: Option<Value>,
}

/// What happens when an activation ends, and where its result goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Link {
    /// A set of the constants below.
    pub flags: u16,
    /// The register of the caller that takes the result.
    pub destination: u16,
    /// Units of the instruction that called.
    pub length: u16,
    /// With [`Link::OPERATOR`]: how far the operator's protocol is ([`Tried`]) when this call declines.
    pub tried: u16,
}

// The flags are distinct bits.
const _: () = {
    let flags = [
        Link::NATIVE,
        Link::CONSTRUCT,
        Link::GENERATOR,
        Link::FOR_ITER,
        Link::SEND,
        Link::DISCARD,
        Link::BOTTOM,
        Link::NEXT,
        Link::CHAIN,
        Link::OPERATOR,
        Link::JUMP,
    ];
    let (mut all, mut i) = (0, 0);
    while i < flags.len() {
        assert!(flags[i].is_power_of_two() && all & flags[i] == 0);
        all |= flags[i];
        i += 1;
    }
};

impl Link {
    /// The caller is native code: the interpreter returns to it.
    pub const NATIVE: u16 = 1;
    /// `__init__` called for a new instance: the result is the instance, and `__init__` must return None.
    pub const CONSTRUCT: u16 = 2;
    /// Registers lie on the heap, `subject` is the generator.
    pub const GENERATOR: u16 = 4;
    /// Resumed by `ForIter`: a return jumps to the instruction's target.
    pub const FOR_ITER: u16 = 8;
    /// Resumed by `Send`: a return stores the value and jumps to the instruction's target.
    pub const SEND: u16 = 16;
    /// With `SEND`: the generator is the innermost of a chain whose outermost one has the record below.
    pub const CHAIN: u16 = 256;
    /// The result is dropped.
    pub const DISCARD: u16 = 32;
    /// The record below all activations.
    pub const BOTTOM: u16 = 64;
    /// The result is compared: `ForIter` on an iterator whose `__next__` is Python code.
    pub const NEXT: u16 = 128;
    /// The result is that of the operator at the caller's `pc`, unless it is NotImplemented.
    pub const OPERATOR: u16 = 512;
    /// With [`Link::OPERATOR`]: the operator is a comparison that decides about a jump.
    pub const JUMP: u16 = 1024;

    /// Returns to native code.
    pub const TO_NATIVE: Link = Link { flags: Link::NATIVE, destination: 0, length: 0, tried: 0 };

    /// The result goes to a register of the calling instruction's frame.
    #[inline(always)]
    pub const fn to_register(destination: u16, length: usize) -> Link {
        Link { flags: 0, destination, length: length as u16, tried: 0 }
    }

    /// How far an operator's protocol is.
    pub fn tried(self) -> Tried {
        Tried::ALL[usize::from(self.tried)]
    }

    /// With these flags too.
    #[inline(always)]
    pub const fn with(self, flags: u16) -> Link {
        Link { flags: self.flags | flags, ..self }
    }

    /// Any of these flags is set.
    #[inline(always)]
    pub const fn has(self, flags: u16) -> bool {
        self.flags & flags != 0
    }
}

impl Frame {
    /// The code as a reference.
    #[inline(always)]
    pub fn body<'a>(&self) -> &'a Body {
        // SAFETY: the function or code object that the record holds keeps the body alive.
        unsafe { &*self.body }
    }

    /// Unit offset of the instruction being executed.
    pub fn offset(&self) -> u32 {
        self.body().offset_of(self.pc)
    }

    /// The operation at the `pc`.
    pub fn operation(&self) -> Op {
        // SAFETY: the `pc` of a record stands on an instruction of its body's code.
        let unit = unsafe { self.pc.read() };
        Op::from_unit(unit).unwrap_or_else(|| unreachable!("no operation {unit}"))
    }

    /// The code object.
    pub fn code(&self) -> Gc<CodeObject> {
        self.body().owner()
    }

    /// The generator that this activation belongs to.
    pub fn generator(&self) -> Option<Gc<Generator>> {
        if self.link.has(Link::GENERATOR) { self.subject.and_then(|subject| subject.cast::<Generator>()) } else { None }
    }
}

/// Reserved memory of one thread.
pub struct Stacks {
    frames: Reservation,
    registers: Reservation,
}

/// What is reserved for activation records and registers of a thread that is not the first.
const SMALL_FRAMES: usize = 1 << 26;
const SMALL_REGISTERS: usize = 1 << 28;

/// An address range that the system fills with zero pages when touched.
struct Reservation {
    start: NonNull<u8>,
    bytes: usize,
}

impl Reservation {
    fn new(mut bytes: usize) -> Option<Reservation> {
        // With little address space allowed (RLIMIT_AS) less must do.
        while bytes >= 1 << 20 {
            // SAFETY: an anonymous private reservation.
            let start = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    bytes,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                    -1,
                    0,
                )
            };
            if start != libc::MAP_FAILED {
                return NonNull::new(start.cast()).map(|start| Reservation { start, bytes });
            }
            bytes /= 2;
        }
        None
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // SAFETY: the range was mapped with this size.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.bytes) };
    }
}

/// Words kept free at the end of the register stack, for copied arguments.
const REGISTER_RESERVE: usize = 1 << 12;

/// Records kept free at the end of theirs.
const CAPACITY_RESERVE: usize = 1 << 10;

impl Stacks {
    /// Reserves memory for the activations of `thread` and installs it there; more for the first one.
    ///
    /// # Errors
    /// The system has no address space left.
    pub fn install(thread: &Thread, first: bool) -> std::io::Result<()> {
        let globals = thread.vm().builtins_dict();
        let (frames, registers) = if first { (1 << 29, 1 << 30) } else { (SMALL_FRAMES, SMALL_REGISTERS) };
        let out_of_memory = || std::io::Error::from(std::io::ErrorKind::OutOfMemory);
        let stacks = Stacks {
            frames: Reservation::new(frames).ok_or_else(out_of_memory)?,
            registers: Reservation::new(registers).ok_or_else(out_of_memory)?,
        };
        let base = stacks.registers.start.as_ptr().cast::<Word>();
        let words = stacks.registers.bytes / size_of::<Word>();
        thread.register_base.set(base);
        thread.register_top.set(base);
        // SAFETY: within the reservation, whose size is at least a megabyte.
        thread.register_limit.set(unsafe { base.add(words - REGISTER_RESERVE) });
        let bottom = stacks.frames.start.as_ptr().cast::<Frame>();
        // SAFETY: the first record of the reservation.
        unsafe {
            bottom.write(Frame {
                pc: std::ptr::null(),
                base,
                top: base,
                body: std::ptr::null(),
                link: Link { flags: Link::BOTTOM, destination: 0, length: 0, tried: 0 },
                globals,
                function: None,
                locals: None,
                object: None,
                subject: None,
                inherited: None,
            });
        }
        thread.frame.set(bottom.cast());
        // Native code may push some more where it leaves: there is room for a full inlined stack.
        let capacity = stacks.frames.bytes / size_of::<Frame>() - CAPACITY_RESERVE;
        thread.frame_capacity.set(i32::try_from(capacity).unwrap_or(i32::MAX));
        thread.depth_left.set(thread.recursion_limit.get().min(thread.frame_capacity.get()));
        *thread.tier_memory.borrow_mut() = Some(Box::new(stacks));
        Ok(())
    }
}

/// The innermost activation; the bottom record if nothing runs.
#[inline(always)]
pub fn innermost(thread: &Thread) -> *mut Frame {
    thread.frame.get().cast()
}

/// Visits the activations of native code that lie above an interpreter's record, the innermost first: code,
/// globals, unit offset. True if native code runs the record's activation, too; its `pc` is up to date then, its
/// registers are not.
pub type NativeWalk = fn(&Thread, *mut Frame, &mut dyn FnMut(Gc<CodeObject>, Gc<Dict>, u32)) -> bool;

/// An activation, of the interpreter or of native code.
enum Activation {
    /// A record; `true`: native code runs it.
    Record(*mut Frame, bool),
    /// Code, globals and unit offset.
    Native(Gc<CodeObject>, Gc<Dict>, u32),
    /// A generator in the middle of a chain.
    Chained(Gc<Generator>),
}

impl Activation {
    /// Nobody sees it: see [`Body::is_hidden`].
    fn is_hidden(&self) -> bool {
        match self {
            // SAFETY: visited records are initialised.
            Activation::Record(frame, _) => unsafe { (**frame).body() }.is_hidden.get(),
            Activation::Native(code, ..) => Body::of_ref(*code).is_hidden.get(),
            Activation::Chained(_) => false,
        }
    }
}

/// Visits all activations from the innermost outwards, until `visit` says false.
fn visit_activations(thread: &Thread, visit: &mut dyn FnMut(Activation) -> bool) {
    let native = super::Interpreter::of(thread).native_walk.get();
    for frame in walk(thread) {
        let mut more = true;
        let runs_natively = native.is_some_and(|native| {
            native(thread, frame, &mut |code, globals, position| {
                more = more && visit(Activation::Native(code, globals, position));
            })
        });
        if !more || !visit(Activation::Record(frame, runs_natively)) {
            return;
        }
        // SAFETY: visited records are initialised.
        let innermost = unsafe { (*frame).generator().filter(|_| (*frame).link.has(Link::CHAIN)) };
        let mut next = innermost.and_then(super::chain::chained_outside);
        while let Some(generator) = next {
            if !visit(Activation::Chained(generator)) {
                return;
            }
            next = super::chain::chained_outside(generator);
        }
    }
}

/// The records from the innermost outwards.
pub fn walk(thread: &Thread) -> impl Iterator<Item = *mut Frame> + use<> {
    let mut next = innermost(thread);
    std::iter::from_fn(move || {
        if next.is_null() {
            return None;
        }
        // SAFETY: records from the bottom to the innermost are initialised.
        if unsafe { (*next).link.has(Link::BOTTOM) } {
            return None;
        }
        let frame = next;
        // SAFETY: the record is not the bottom one, so there is one below.
        next = unsafe { next.sub(1) };
        Some(frame)
    })
}

/// Activations whose dead registers are looked for: what lies further out is seldom just forgotten.
const CLEARED_FRAMES: usize = 8;

/// Empties the temporary registers of the innermost activations that nothing will read any more. The collector scans
/// registers conservatively and would keep what is in them alive; who asks for this has a program that looks at what a
/// collection leaves. The answer: the innermost activation is interpreted and stands at a call, whose operands are all
/// in registers.
pub fn clear_dead_registers(thread: &Thread) -> bool {
    let (mut left, mut end) = (CLEARED_FRAMES, thread.register_limit.get());
    let mut at_call = None;
    visit_activations(thread, &mut |activation| {
        left -= 1;
        at_call.get_or_insert_with(|| match activation {
            // SAFETY: visited records are initialised, their `pc` points to an instruction.
            Activation::Record(frame, false) => unsafe { resume::op_at((*frame).pc) }.is_call(),
            Activation::Record(_, true) | Activation::Native(..) | Activation::Chained(_) => false,
        });
        let Activation::Record(frame, runs_natively) = activation else { return left > 0 };
        // SAFETY: visited records are initialised; `base` points to as many registers as the body says.
        unsafe {
            let body = (*frame).body();
            let unit = Unit::new(body.code.clone());
            let live = unit.find_live_before((*frame).offset());
            if let Some(live) = live.filter(|_| !runs_natively) {
                for index in body.variable_count as usize..body.register_count as usize {
                    let register = (*frame).base.add(index);
                    // The registers of the callee begin in the caller's window.
                    if !live.contains(index as u16) && ((*frame).link.has(Link::GENERATOR) || register < end) {
                        *register = None;
                    }
                }
            }
            if !(*frame).link.has(Link::GENERATOR) {
                end = (*frame).base;
            }
        }
        left > 0
    });
    at_call == Some(true)
}

/// The variables of an activation that are no parameters: what these hold, the caller holds as a rule.
///
/// # Safety
/// The record is initialised, and its registers are in place.
pub unsafe fn locals_of<'a>(frame: *mut Frame) -> &'a [Word] {
    // SAFETY: the contract of this function; variables are the first registers.
    unsafe {
        let body = (*frame).body();
        let parameters = usize::from(body.code.positional_count) + usize::from(body.code.kwonly_count);
        let variables = (body.variable_count as usize).saturating_sub(parameters);
        std::slice::from_raw_parts((*frame).base.add(parameters), variables)
    }
}

/// Raises the RecursionError of too many activations.
#[cold]
#[inline(never)]
pub fn raise_recursion(thread: &Thread) -> Raised {
    thread.raise_recursion_error("maximum recursion depth exceeded")
}

/// Takes one from the recursion budget.
#[inline(always)]
pub fn enter_recursion(thread: &Thread) -> PyResult<()> {
    let left = thread.depth_left.get();
    if left <= 0 {
        return Err(raise_recursion(thread));
    }
    thread.depth_left.set(left - 1);
    Ok(())
}

/// Gives one back to the recursion budget.
#[inline(always)]
pub fn leave_recursion(thread: &Thread) {
    thread.depth_left.set(thread.depth_left.get() + 1);
}

/// Pushes a record for a call of `function`. The arguments stand in the first registers at `base`, bound and
/// complete: `filled` of them; the rest is emptied here. `pc` starts at the first instruction.
///
/// # Errors
/// RecursionError.
///
/// # Safety
/// `body` is the body of `function`'s code; `base` points into the register stack, and the words from there
/// on are free but for the arguments.
#[inline(always)]
pub unsafe fn push(
    thread: &Thread,
    caller: *mut Frame,
    function: Gc<Function>,
    body: *const Body,
    base: *mut Word,
    filled: usize,
    link: Link,
) -> PyResult<*mut Frame> {
    // SAFETY: see the contract; the limit leaves room for the largest register file.
    unsafe {
        let count = (*body).register_count as usize;
        let top = base.add(count);
        if top > thread.register_limit.get() {
            return Err(raise_recursion(thread));
        }
        enter_recursion(thread)?;
        clear(base.add(filled), top);
        let frame = caller.add(1);
        (*frame).pc = (*body).units;
        (*frame).base = base;
        (*frame).top = top;
        (*frame).body = body;
        (*frame).link = link;
        (*frame).globals = function.globals.get().unwrap_unchecked();
        (*frame).function = Some(function);
        (*frame).locals = None;
        (*frame).object = None;
        thread.register_top.set(top);
        thread.frame.set(frame.cast());
        Ok(frame)
    }
}

/// Pushes a record for code without parameters; the caller sets function and locals.
///
/// # Errors
/// RecursionError.
///
/// # Safety
/// As [`push`]; the code object of `body` outlives the activation.
pub unsafe fn push_module(
    thread: &Thread,
    caller: *mut Frame,
    body: *const Body,
    base: *mut Word,
    globals: Gc<Dict>,
    link: Link,
) -> PyResult<*mut Frame> {
    // SAFETY: see the contract.
    unsafe {
        let top = base.add((*body).register_count as usize);
        if top > thread.register_limit.get() {
            return Err(raise_recursion(thread));
        }
        enter_recursion(thread)?;
        clear(base, top);
        let frame = caller.add(1);
        frame.write(Frame {
            pc: (*body).units,
            base,
            top,
            body,
            link,
            globals,
            function: None,
            locals: None,
            object: None,
            subject: None,
            inherited: None,
        });
        thread.register_top.set(top);
        thread.frame.set(frame.cast());
        Ok(frame)
    }
}

/// Empties the words of a range.
///
/// # Safety
/// The range lies in the register stack.
#[inline(always)]
unsafe fn clear(from: *mut Word, to: *mut Word) {
    let mut at = from;
    while at < to {
        // SAFETY: within the range.
        unsafe {
            // Volatile keeps the loop a loop: most files are a handful of words, and a call costs more.
            at.write_volatile(None);
            at = at.add(1);
        }
    }
}

/// Ends the innermost activation: its object, if there is one, takes over the variables.
///
/// # Safety
/// `frame` is the innermost activation.
#[inline(always)]
pub unsafe fn pop(thread: &Thread, frame: *mut Frame) -> *mut Frame {
    // SAFETY: see the contract; the bottom record is below every activation.
    unsafe {
        if (*frame).object.is_some() {
            finish_object(thread, frame);
        }
        let caller = frame.sub(1);
        thread.frame.set(caller.cast());
        thread.register_top.set((*caller).top);
        leave_recursion(thread);
        caller
    }
}

/// The generator whose activation is the innermost record, if it is one's.
pub fn innermost_generator(thread: &Thread) -> Option<Gc<Generator>> {
    // SAFETY: records from the bottom to the innermost are initialised.
    unsafe { (*innermost(thread)).generator() }
}

// ---- frame objects ----

/// The Python-visible object of an activation, made when first asked for.
pub fn object(thread: &Thread, frame: *mut Frame) -> Gc<FrameObject> {
    // SAFETY: the caller took the record from `walk` or runs it: it is initialised.
    unsafe {
        if let Some(object) = (*frame).object {
            object.instruction.set((*frame).offset());
            return object;
        }
        let object = match (*frame).generator().and_then(|generator| generator.frame.get()) {
            Some(object) => object,
            None => {
                FrameObject::allocate(thread, (*frame).code(), (*frame).function, (*frame).globals, (*frame).locals)
            }
        };
        if let Some(generator) = (*frame).generator() {
            thread.store_gc(generator, &generator.frame, object);
            thread.store_gc(object, &object.generator, generator);
        }
        object.saved.init(None);
        object.registers.set((*frame).base);
        object.instruction.set((*frame).offset());
        (*frame).object = Some(object);
        object
    }
}

/// Detaches the object of an activation that ends: it keeps a copy of the variables and its caller's object.
///
/// # Safety
/// `frame` is the innermost activation and has an object.
#[cold]
#[inline(never)]
pub unsafe fn finish_object(thread: &Thread, frame: *mut Frame) {
    // SAFETY: see the contract.
    unsafe {
        let Some(finished) = (*frame).object else { return };
        note_instruction(finished, frame);
        let count = (*frame).body().variable_count as usize;
        if let Some(saved) = thread.allocate_words(count) {
            for (index, slot) in saved.slots().iter().enumerate() {
                slot.init(*(*frame).base.add(index));
            }
            thread.write_barrier(saved.header());
            thread.store_gc(finished, &finished.saved, saved);
        }
        synchronize(thread, finished);
        finished.registers.set(std::ptr::null());
        (*frame).object = None;
    }
}

/// Notes where the activation is in its object. An instruction without a line ends a handler: the frame stays where its
/// exception was raised.
///
/// # Safety
/// The record is initialised.
unsafe fn note_instruction(object: Gc<FrameObject>, frame: *mut Frame) {
    // SAFETY: the contract of this function.
    let (body, offset) = unsafe { ((*frame).body(), (*frame).offset()) };
    let has_line = |offset: u32| body.code.position(offset).line != 0;
    if has_line(offset) || !has_line(object.instruction.get()) {
        object.instruction.set(offset);
    }
}

/// Detaches the object of a generator that is suspended: the variables stay in the generator's registers.
///
/// # Safety
/// `frame` is the innermost activation, with [`Link::GENERATOR`].
pub unsafe fn suspend_object(thread: &Thread, frame: *mut Frame, registers: Gc<WordStorage>) {
    // SAFETY: see the contract.
    unsafe {
        let Some(suspended) = (*frame).object else { return };
        suspended.instruction.set((*frame).offset());
        suspended.registers.set(std::ptr::null());
        // Native code stores what it changed before it yields.
        suspended.locals_unknown.set(false);
        thread.store_gc(suspended, &suspended.saved, registers);
        suspended.back.init(None);
        (*frame).object = None;
    }
}

/// The object of an activation of native code: a new one each time, because native code has no place for it. Its
/// variables are in machine registers that nobody can name.
fn native_object(thread: &Thread, code: Gc<CodeObject>, globals: Gc<Dict>, position: u32) -> Gc<FrameObject> {
    let object = FrameObject::allocate(thread, code, None, globals, None);
    object.instruction.set(position);
    object.forget_locals();
    object
}

/// The object of the first activation, from the innermost outwards, that `wanted` accepts after it was given
/// those before. Objects of native code get their callers' objects, up to the next record's, at once.
fn find_object(thread: &Thread, mut wanted: impl FnMut(&Activation) -> bool) -> Option<Gc<FrameObject>> {
    let mut found: Option<Gc<FrameObject>> = None;
    let mut waiting: Option<Gc<FrameObject>> = None;
    visit_activations(thread, &mut |activation| {
        if activation.is_hidden() || (found.is_none() && !wanted(&activation)) {
            return true;
        }
        let (this, is_native) = match activation {
            Activation::Native(code, globals, position) => (native_object(thread, code, globals, position), true),
            Activation::Record(frame, runs_natively) => {
                let object = object(thread, frame);
                if runs_natively {
                    object.forget_locals();
                }
                (object, false)
            }
            Activation::Chained(generator) => match Generator::frame_object(generator, thread) {
                Some(object) => (object, true),
                None => return true,
            },
        };
        if let Some(waiting) = waiting {
            thread.store_gc(waiting, &waiting.back, this);
        }
        found = found.or(Some(this));
        waiting = Some(this);
        is_native
    });
    found
}

/// Brings the object of a live activation up to date: instruction and caller. It may be another thread's.
pub fn synchronize(thread: &Thread, target: Gc<FrameObject>) {
    if synchronize_in(thread, target) {
        return;
    }
    let mut found = false;
    taipan_runtime::threads::for_each(thread, |other| found = found || synchronize_in(other, target));
}

/// [`synchronize`] if the activation is one of this thread's.
fn synchronize_in(thread: &Thread, target: Gc<FrameObject>) -> bool {
    let mut passed = false;
    let back = find_object(thread, |activation| {
        let before = passed;
        if let Activation::Chained(generator) = activation {
            passed |= generator.frame.get() == Some(target);
        }
        if let Activation::Record(frame, runs_natively) = activation
            // SAFETY: visited records are initialised.
            && unsafe { (**frame).object } == Some(target)
        {
            passed = true;
            // SAFETY: as above.
            unsafe { note_instruction(target, *frame) };
            if *runs_natively {
                target.forget_locals();
            }
        }
        before
    });
    if let Some(back) = back {
        thread.store_gc(target, &target.back, back);
    }
    passed
}

/// The object of the activation `depth` levels out from the innermost.
pub fn object_at(thread: &Thread, depth: usize) -> Option<Gc<FrameObject>> {
    let mut left = depth;
    find_object(thread, |_| {
        let here = left == 0;
        left = left.saturating_sub(1);
        here
    })
}

/// Globals of the innermost activation.
pub fn current_globals(thread: &Thread) -> Option<Gc<Dict>> {
    let mut globals = None;
    visit_activations(thread, &mut |activation| {
        if activation.is_hidden() {
            return true;
        }
        globals = Some(match activation {
            Activation::Native(_, globals, _) => globals,
            Activation::Chained(generator) => match generator.function.get() {
                Some(function) => function.globals(),
                None => return true,
            },
            // SAFETY: visited records are initialised.
            Activation::Record(frame, _) => unsafe { (*frame).globals },
        });
        false
    });
    globals
}

/// Reports what the records hold. Registers on the stack are scanned as native stacks are; those of a running
/// generator lie in the heap, and stores into them take no barrier.
pub fn trace(thread: &Thread, tracer: &mut Tracer) {
    for frame in walk(thread) {
        // SAFETY: `walk` gives initialised records.
        let frame = unsafe { &*frame };
        tracer.object(frame.globals);
        tracer.object(frame.code());
        if let Some(function) = frame.function {
            tracer.object(function);
        }
        if let Some(object) = frame.object {
            tracer.object(object);
        }
        tracer.option(frame.locals);
        if frame.link.has(Link::GENERATOR | Link::CONSTRUCT) {
            tracer.option(frame.subject);
        }
        if let Some(generator) = frame.generator() {
            tracer.option(frame.inherited);
            if let Some(registers) = generator.registers.get() {
                tracer.written_without_barrier(registers.header());
            }
        }
    }
}
