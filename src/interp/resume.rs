//! Generators, coroutines and async generators: suspended activations and their resumption.
//!
//! What lives here: making the object, entering, suspending and finishing it, delegation (`yield from`,
//! `await`), PEP 479. What must not: the methods that Python code calls (the runtime's `types::generator`).
//! Start at [`enter`]. Rules: PEP 342, PEP 380, PEP 479, PEP 492, PEP 525.
//!
//! The registers of a suspended activation are those of its activation: a block on the heap that does not
//! move. Stores into it take no barrier while it runs ([`super::frame::trace`] reads it then); suspension
//! takes one for all of them.
//!
//! The exception being handled belongs to a stack of which the resumer's part lies below the generator's. So
//! the record remembers the resumer's, and an empty `saved` register of a handler means "the resumer's".
#![allow(unsafe_code)] // Activations are reached by address.

use std::cell::Cell;
use std::sync::atomic::Ordering;

use taipan_runtime::dispatch::{attr, call, special};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Gc, Kind, ShapeId, header_flags};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::code_flags;
use taipan_runtime::types::exception::Exception;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::generator::{Generator, GeneratorState, Resumed, Resumption};
use taipan_runtime::types::native_function::NativeFunction;
use taipan_runtime::types::special::Special;
use taipan_runtime::value::Value;

use super::body::Body;
use super::chain::{SHORTEST_CHAIN, chained, make_chain, push_chained, send_before, suspend_chain};
use super::frame::{self, Frame, Link, Word};
use super::run::{self, Exit};
use super::traceback;
use crate::bytecode::{Op, operands};

/// `ReturnGenerator`, which stands at a unit offset of the function's code: the generator that owns these registers and
/// goes on behind it. Registers that are not given are empty.
///
/// # Errors
/// MemoryError.
pub fn make(
    thread: &Thread,
    function: Gc<Function>,
    filled: impl IntoIterator<Item = Word>,
    instruction: u32,
) -> PyResult<Value> {
    let code = function.code();
    let body = Body::of_ref(code);
    let Some(registers) = thread.allocate_words(body.register_count as usize) else {
        return Err(thread.raise_memory_error(""));
    };
    for (slot, word) in registers.slots().iter().zip(filled) {
        slot.init(word);
    }
    thread.write_barrier(registers.header());
    let shape = if code.has_flag(code_flags::COROUTINE) {
        ShapeId::COROUTINE
    } else if code.has_flag(code_flags::ASYNC_GENERATOR) {
        ShapeId::ASYNC_GENERATOR
    } else {
        ShapeId::GENERATOR
    };
    Ok(Generator::allocate(thread, shape, function, registers, instruction, body.observes_end).value())
}

/// Makes a generator that can run the innermost activation, sending `value` to where it stands. If it delegates to
/// a suspended generator, that one runs, above it, and so on: the activation given is the innermost.
///
/// # Errors
/// RecursionError.
///
/// # Safety
/// `caller` is the innermost activation, its `pc` is saved; the generator is created or suspended.
#[inline]
pub unsafe fn enter(
    thread: &Thread,
    caller: *mut Frame,
    generator: Gc<Generator>,
    value: Value,
    link: Link,
) -> PyResult<*mut Frame> {
    // SAFETY: the contract of this function.
    unsafe {
        generator.leave_chain();
        let mut frame = push(thread, caller, generator, link)?;
        let mut outermost = Some(generator);
        loop {
            let pc = (*frame).pc;
            match op_at(pc) {
                Op::Yield => {
                    *(*frame).base.add(operands::Yield::read(pc).dst.index()) = Some(value);
                    (*frame).pc = pc.add(operands::Yield::LENGTH);
                    return Ok(frame);
                }
                Op::YieldDelegate => {
                    *(*frame).base.add(operands::YieldDelegate::read(pc).dst.index()) = Some(value);
                    let send = send_before(pc);
                    (*frame).pc = send;
                    if let Some(innermost) = outermost.take().and_then(|outermost| chained(thread, outermost)) {
                        frame = push_chained(thread, frame, innermost)?;
                        continue;
                    }
                    let o = operands::Send::read(send);
                    let delegate =
                        (*(*frame).base.add(o.iter.index())).and_then(|iterator| iterator.cast::<Generator>());
                    match delegate {
                        Some(delegate)
                            if is_waiting(delegate) && thread.depth_left.get() > 0 && !thread.is_traced() =>
                        {
                            let link = Link::to_register(o.dst.0, operands::Send::LENGTH).with(Link::SEND);
                            delegate.leave_chain();
                            frame = push(thread, frame, delegate, link)?;
                        }
                        // The interpreter executes the `Send`.
                        Some(_) | None => return Ok(frame),
                    }
                }
                _ => {
                    (*frame).pc = pc.add(operands::ReturnGenerator::LENGTH);
                    return Ok(frame);
                }
            }
        }
    }
}

/// The generator or coroutine is suspended, so that `Send` may resume it.
#[inline]
fn is_waiting(generator: Gc<Generator>) -> bool {
    generator.standing() == GeneratorState::Suspended && generator.header().shape() != ShapeId::ASYNC_GENERATOR
}

/// A generator yielded `value` and was suspended, its record popped; `link` was that record's. Generators that delegate
/// to it yield the value, too. Gives the activation that goes on behind the instruction which resumed the outermost of
/// them, the value in its register; `None` if that was native code.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` at the instruction that resumed.
#[inline]
pub unsafe fn pass_up(
    thread: &Thread,
    mut frame: *mut Frame,
    mut link: Link,
    value: Value,
    innermost: Gc<Generator>,
) -> Option<*mut Frame> {
    // The outermost of those that delegated without a chain, and how many they are.
    let mut first = innermost;
    let mut count = 0;
    // SAFETY: the contract of this function; a `YieldDelegate` follows each `Send`.
    unsafe {
        while link.has(Link::SEND) {
            if link.has(Link::CHAIN) {
                // The record is that of the outermost one of the chain that `first` is in.
                let outermost = running(frame);
                let depth = first.chain.depth.get();
                thread.depth_left.set(thread.depth_left.get() + depth as i32 - 1);
                if let Some(shared) = first.chain.member.get() {
                    suspend_chain(thread, outermost, first, innermost, shared);
                }
                count = 0;
            } else {
                count += 1;
            }
            let send = (*frame).pc;
            let o = operands::Send::read(send);
            *(*frame).base.add(o.dst.index()) = Some(value);
            (*frame).pc = send.add(operands::Send::LENGTH);
            debug_assert!(op_at((*frame).pc) == Op::YieldDelegate);
            link = (*frame).link;
            first = running(frame);
            suspend(thread, frame, *(*frame).base.add(o.iter.index()));
            frame = frame::pop(thread, frame);
        }
        if count >= SHORTEST_CHAIN {
            make_chain(thread, first, innermost, None);
        }
        if link.has(Link::NATIVE) {
            return None;
        }
        *(*frame).base.add(usize::from(link.destination)) = Some(value);
        (*frame).pc = (*frame).pc.add(usize::from(link.length));
        Some(frame)
    }
}

/// The operation at `pc`.
///
/// # Safety
/// `pc` points to an instruction.
#[inline(always)]
pub unsafe fn op_at(pc: *const u16) -> Op {
    // SAFETY: the contract of this function; every operation number is one of the table.
    unsafe { std::mem::transmute::<u8, Op>(*pc as u8) }
}

/// Pushes the activation of a generator, its `pc` at the instruction that suspended it.
///
/// # Safety
/// As [`enter`].
#[inline]
pub unsafe fn push(thread: &Thread, caller: *mut Frame, generator: Gc<Generator>, link: Link) -> PyResult<*mut Frame> {
    // SAFETY: the contract of this function.
    unsafe {
        let (Some(registers), Some(code), Some(function)) =
            (generator.registers.get(), generator.code.get(), generator.function.get())
        else {
            unreachable!("a generator that can run has registers and code");
        };
        frame::enter_recursion(thread)?;
        // The running activation stores into its registers without further ado: the collector reads them all.
        thread.write_barrier(registers.header());
        let body = Body::of(code);
        let frame = caller.add(1);
        (*frame).body = body;
        (*frame).pc = (*body).pc_at(generator.instruction.get());
        (*frame).base = registers.slots().as_ptr().cast_mut().cast::<Word>();
        (*frame).top = thread.register_top.get();
        (*frame).link = link.with(Link::GENERATOR);
        (*frame).globals = function.globals();
        (*frame).function = Some(function);
        (*frame).locals = None;
        (*frame).object = None;
        (*frame).subject = Some(generator.value());
        (*frame).inherited = thread.handled.get();
        thread.frame.set(frame.cast());
        if let Some(handled) = generator.handled.get() {
            thread.handled.set(Some(handled));
        }
        generator.state.set(GeneratorState::Running);
        generator.delegate.init(None);
        if generator.frame.get().is_some() {
            // Somebody holds the frame's object: it must see the running registers.
            frame::object(thread, frame);
        }
        Ok(frame)
    }
}

/// Suspends the generator of the innermost activation at its `pc`; the record stays to be popped.
///
/// # Safety
/// `frame` is the innermost activation, a generator's, its `pc` is saved.
#[inline]
pub unsafe fn suspend(thread: &Thread, frame: *mut Frame, delegate: Word) {
    // SAFETY: the contract of this function.
    unsafe {
        let generator = running(frame);
        generator.instruction.set((*frame).offset());
        generator.state.set(GeneratorState::Suspended);
        generator.delegate.init(delegate);
        let handled = thread.handled.get();
        let own = generator.handles.get() || handled != (*frame).inherited;
        generator.handled.init(if own { handled } else { None });
        thread.handled.set((*frame).inherited);
        thread.write_barrier(generator.header());
        if let Some(registers) = generator.registers.get()
            && (*frame).object.is_some()
        {
            frame::suspend_object(thread, frame, registers);
        }
    }
}

/// The generator of the innermost activation.
///
/// # Safety
/// `frame` is a generator's activation.
#[inline(always)]
pub unsafe fn running(frame: *mut Frame) -> Gc<Generator> {
    // SAFETY: with `Link::GENERATOR` the subject is a generator.
    unsafe {
        debug_assert!((*frame).link.has(Link::GENERATOR));
        (*frame).subject.unwrap_unchecked().header().unwrap_unchecked().cast_unchecked::<Generator>()
    }
}

/// Ends the generator of the innermost activation; the record stays to be popped.
///
/// # Safety
/// As [`suspend`].
pub unsafe fn finish(thread: &Thread, frame: *mut Frame, state: GeneratorState) {
    // SAFETY: the contract of this function.
    unsafe {
        let generator = running(frame);
        if (*frame).object.is_some() {
            frame::finish_object(thread, frame);
        }
        generator.state.set(state);
        // What has ended has no end to notice: left registered, it would be kept from one collection to the next.
        generator.header().clear_flag(header_flags::HAS_FINALIZER);
        generator.handled.init(None);
        generator.frame.init(None);
        generator.registers.init(None);
        generator.chain.member.init(None);
        generator.chain.shared.init(None);
        generator.chain.innermost.init(None);
        thread.handled.set((*frame).inherited);
    }
}

/// Ends the generator of the innermost activation by the pending exception: StopIteration (and in an async
/// generator StopAsyncIteration) becomes RuntimeError.
///
/// # Safety
/// As [`suspend`]; an exception is pending.
pub unsafe fn finish_raised(thread: &Thread, frame: *mut Frame) {
    // SAFETY: the contract of this function.
    unsafe {
        let exceptions = &thread.vm().exceptions;
        let shape = running(frame).header().shape();
        let (word, converts_async) = match shape {
            ShapeId::COROUTINE => ("coroutine", false),
            ShapeId::ASYNC_GENERATOR => ("async generator", true),
            _ => ("generator", false),
        };
        // An exception thrown into a generator that has not started passes as it is.
        let name = if op_at((*frame).pc) == Op::ReturnGenerator {
            None
        } else if thread.exception_is(exceptions.stop_iteration) {
            Some("StopIteration")
        } else if converts_async && thread.exception_is(exceptions.stop_async_iteration) {
            Some("StopAsyncIteration")
        } else {
            None
        };
        if let Some(name) = name {
            let stop = thread.exception.get();
            thread.exception.set(None);
            let raised = thread.raise_runtime_error(format!("{word} raised {name}"));
            let error = thread.take_exception(raised);
            if let (Some(error), Some(stop)) = (error.cast::<Exception>(), stop) {
                thread.store(error, &error.cause, stop);
                thread.store(error, &error.context, stop);
                error.suppress_context.set(true);
            }
            // As in CPython, its traceback begins with whoever resumed the generator.
            thread.exception.set(Some(error));
        }
        finish(thread, frame, GeneratorState::Finished);
    }
}

/// The hook `resume`: runs a generator that is created or suspended.
pub fn resume(thread: &Thread, generator: Gc<Generator>, resumption: Resumption) -> PyResult<Resumed> {
    thread.check_native_stack("")?;
    let caller = frame::innermost(thread);
    // SAFETY: the innermost activation is the caller; the runtime checked the generator's state.
    unsafe {
        let exit = match resumption {
            Resumption::Send(value) => {
                run::run_resumed(thread, enter(thread, caller, generator, value, Link::TO_NATIVE)?)
            }
            Resumption::Throw(exception) => match throw(thread, generator, exception)? {
                Thrown::Yielded(value) => return Ok(Resumed::Yielded(value)),
                Thrown::Continue(frame) => run::run(thread, frame),
                Thrown::Left => Exit::Raised,
            },
        };
        match exit {
            Exit::Returned(value) => Ok(Resumed::Returned(value)),
            Exit::Yielded(value) => Ok(Resumed::Yielded(value)),
            Exit::Raised => Err(thread.raised()),
        }
    }
}

/// The hook `drain`: resumes a generator as long as `take` takes what it yields.
pub fn drain(thread: &Thread, generator: Gc<Generator>, take: &mut dyn FnMut(Value) -> bool) -> PyResult<Resumed> {
    thread.check_native_stack("")?;
    let refused = Cell::new(false);
    let mut take = |value| {
        refused.set(!take(value));
        !refused.get()
    };
    loop {
        if !matches!(generator.standing(), GeneratorState::Created | GeneratorState::Suspended) {
            return Generator::resume(generator, thread, Resumption::Send(Value::NONE));
        }
        // SAFETY: the innermost activation is the caller; the generator can run.
        let exit = unsafe {
            let resumed = enter(thread, frame::innermost(thread), generator, Value::NONE, Link::TO_NATIVE)?;
            run::run_drained(thread, resumed, &mut take)
        };
        match exit {
            Exit::Returned(value) => return Ok(Resumed::Returned(value)),
            Exit::Raised => return Err(thread.raised()),
            Exit::Yielded(value) => {
                // What waits to be polled is for who asked for the items.
                if refused.get() || thread.poll.load(Ordering::Relaxed) != 0 || !take(value) {
                    return Ok(Resumed::Yielded(value));
                }
            }
        }
    }
}

/// What became of an exception thrown into a generator.
enum Thrown {
    /// The delegate took it and yielded this.
    Yielded(Value),
    /// The generator goes on.
    Continue(*mut Frame),
    /// The generator did not handle it: it is pending.
    Left,
}

/// Throws into a generator: into its delegate first, if it has one.
///
/// # Safety
/// The generator is created or suspended.
unsafe fn throw(thread: &Thread, generator: Gc<Generator>, exception: Value) -> PyResult<Thrown> {
    generator.leave_chain();
    let caller = frame::innermost(thread);
    let mut exception = exception;
    let mut returned = None;
    let mut pushed = None;
    let handled_inside = generator.handled.get().is_some();
    if let Some(delegate) = generator.delegate.get() {
        let outcome = if thread.class_of(exception).is_subclass_of(thread.vm().exceptions.generator_exit) {
            // Whom it closes does not see it on the stack.
            generator.state.set(GeneratorState::Running);
            let outcome = close_delegate(thread, delegate);
            generator.state.set(GeneratorState::Suspended);
            outcome.map(|()| Delegated::NotTaken)
        } else {
            // SAFETY: the contract of this function; the delegate is called with what the caller handles.
            unsafe {
                let frame = push(thread, caller, generator, Link::TO_NATIVE)?;
                pushed = Some(frame);
                let handled = thread.handled.replace((*frame).inherited);
                let outcome = throw_into_delegate(thread, delegate, exception);
                thread.handled.set(handled);
                if let Ok(Delegated::Yielded(_)) = outcome {
                    suspend(thread, frame, Some(delegate));
                    frame::pop(thread, frame);
                }
                outcome
            }
        };
        match outcome {
            Ok(Delegated::Yielded(value)) => return Ok(Thrown::Yielded(value)),
            Ok(Delegated::Returned(value)) => returned = Some(value),
            Ok(Delegated::NotTaken) => {}
            Err(raised) => exception = thread.take_exception(raised),
        }
        if returned.is_none() && thread.class_of(exception).is_subclass_of(thread.vm().exceptions.stop_iteration) {
            // Wherever a StopIteration comes from while the delegate is asked, it ends the delegation.
            returned = Some(stop_value(exception));
        }
    }
    // SAFETY: the contract of this function; `push` makes the generator the innermost activation.
    unsafe {
        let frame = match pushed {
            Some(frame) => frame,
            None => push(thread, caller, generator, Link::TO_NATIVE)?,
        };
        if let Some(value) = returned {
            let pc = (*frame).pc;
            let yielded = operands::YieldDelegate::read(pc);
            *(*frame).base.add(yielded.dst.index()) = Some(value);
            (*frame).pc = pc.offset(yielded.target as isize);
            return Ok(Thrown::Continue(frame));
        }
        // What the caller handles is no context of what it throws.
        if handled_inside && let Some(exception) = exception.cast::<Exception>() {
            exception.set_implicit_context(thread);
        }
        // What the trace function raises takes the exception's place.
        if super::trace::entered(thread, frame).is_ok() {
            thread.exception.set(Some(exception));
        }
        match traceback::unwind(thread, frame, true) {
            traceback::Unwound::Handler(frame) => Ok(Thrown::Continue(frame)),
            traceback::Unwound::Native => Ok(Thrown::Left),
        }
    }
}

/// What the delegate did with a thrown exception.
enum Delegated {
    Yielded(Value),
    Returned(Value),
    /// It has no `throw`, or it was closed only: the exception is raised in the delegating generator.
    NotTaken,
}

/// Closes what a generator delegates to that is closed itself.
fn close_delegate(thread: &Thread, delegate: Value) -> PyResult<()> {
    match delegate.cast::<Generator>() {
        Some(generator) if generator.header().shape() != ShapeId::ASYNC_GENERATOR => {
            Generator::close_generator(generator, thread)?;
        }
        _ => {
            if let Some(close) = attr::get_optional(thread, delegate, thread.vm().names.close)? {
                call::call(thread, close, &[])?;
            }
        }
    }
    Ok(())
}

/// Throws into what a generator delegates to, if it takes exceptions.
fn throw_into_delegate(thread: &Thread, delegate: Value, exception: Value) -> PyResult<Delegated> {
    let vm = thread.vm();
    if let Some(generator) = delegate.cast::<Generator>()
        && generator.header().shape() != ShapeId::ASYNC_GENERATOR
    {
        return Ok(match Generator::resume(generator, thread, Resumption::Throw(exception))? {
            Resumed::Yielded(value) => Delegated::Yielded(value),
            Resumed::Returned(value) => Delegated::Returned(value),
        });
    }
    let Some(method) = attr::get_optional(thread, delegate, vm.names.throw)? else { return Ok(Delegated::NotTaken) };
    match call::call(thread, method, &[exception]) {
        Ok(value) => Ok(Delegated::Yielded(value)),
        Err(raised) => {
            let stop = thread.catch(raised, vm.exceptions.stop_iteration)?;
            Ok(Delegated::Returned(stop_value(stop)))
        }
    }
}

/// `StopIteration.value`.
pub fn stop_value(stop: Value) -> Value {
    stop.cast::<Exception>().and_then(|stop| stop.field(0)).unwrap_or(Value::NONE)
}

/// What a step of `yield from` or `await` led to.
pub enum Sent {
    /// The inner generator runs.
    Entered(*mut Frame),
    Yielded(Value),
    Returned(Value),
}

/// `Send`: one step of the iterator `target`.
///
/// # Safety
/// `caller` is the innermost activation, its `pc` is saved.
pub unsafe fn send(thread: &Thread, caller: *mut Frame, target: Value, value: Value) -> PyResult<Sent> {
    if let Some(generator) = target.cast::<Generator>()
        && generator.header().shape() != ShapeId::ASYNC_GENERATOR
    {
        let startable = generator.state.get() == GeneratorState::Created && value.is_none();
        if startable || generator.standing() == GeneratorState::Suspended {
            let instruction = Link::to_register(
                // SAFETY: the instruction is a `Send`.
                unsafe { operands::Send::read((*caller).pc).dst.0 },
                operands::Send::LENGTH,
            );
            // SAFETY: the contract of this function.
            return unsafe { enter(thread, caller, generator, value, instruction.with(Link::SEND)) }.map(Sent::Entered);
        }
        return Ok(match Generator::resume(generator, thread, Resumption::Send(value))? {
            Resumed::Yielded(value) => Sent::Yielded(value),
            Resumed::Returned(value) => Sent::Returned(value),
        });
    }
    let result = if value.is_none() {
        let class = thread.class_of(target);
        match class.special(thread, Special::Next) {
            Some(next) => {
                if let Some(native) = next.cast::<NativeFunction>()
                    && native.is_method()
                    && let Some(next) = native.spec.next
                {
                    match next(thread, target) {
                        Ok(Some(value)) => return Ok(Sent::Yielded(value)),
                        Ok(None) => return Ok(Sent::Returned(thread.end_value.take().unwrap_or(Value::NONE))),
                        Err(raised) => Err(raised),
                    }
                } else {
                    special::call(thread, next, target, &[])
                }
            }
            None => Err(thread.raise_type_error(format!("'{}' object is not an iterator", class.name_string()))),
        }
    } else {
        call::call_method(thread, target, thread.vm().names.send, &[value])
    };
    match result {
        Ok(value) => Ok(Sent::Yielded(value)),
        Err(raised) => {
            let stop = thread.catch(raised, thread.vm().exceptions.stop_iteration)?;
            Ok(Sent::Returned(stop_value(stop)))
        }
    }
}

/// `GetYieldFromIter`: what `yield from value` iterates.
pub fn yield_from_iterator(thread: &Thread, frame: &Frame, value: Value) -> PyResult<Value> {
    match value.header().map(|header| header.shape()) {
        Some(ShapeId::GENERATOR) => Ok(value),
        Some(ShapeId::COROUTINE) => {
            let code = frame.code();
            if code.has_flag(code_flags::COROUTINE) || code.has_flag(code_flags::ITERABLE_COROUTINE) {
                Ok(value)
            } else {
                Err(thread.raise_type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"))
            }
        }
        _ => taipan_runtime::dispatch::iter::get_iter(thread, value),
    }
}

/// What `await` is applied to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AwaitContext {
    Plain,
    Enter,
    Exit,
}

impl AwaitContext {
    /// The context of a `GetAwaitable` operand.
    pub fn from_operand(number: u16) -> AwaitContext {
        match number {
            1 => AwaitContext::Enter,
            2 => AwaitContext::Exit,
            _ => AwaitContext::Plain,
        }
    }
}

/// `GetAwaitable`: the iterator that `await value` drives.
pub fn awaitable(thread: &Thread, value: Value, context: AwaitContext) -> PyResult<Value> {
    let iterator = match awaitable_iterator(thread, value)? {
        Some(iterator) => iterator,
        None => {
            let name = thread.type_name(value);
            let message = match context {
                AwaitContext::Plain => format!("'{name}' object can't be awaited"),
                AwaitContext::Enter => {
                    format!("'async with' received an object from __aenter__ that does not implement __await__: {name}")
                }
                AwaitContext::Exit => {
                    format!("'async with' received an object from __aexit__ that does not implement __await__: {name}")
                }
            };
            return Err(thread.raise_type_error(message));
        }
    };
    if let Some(coroutine) = iterator.cast::<Generator>()
        && coroutine.header().shape() == ShapeId::COROUTINE
        && coroutine.waits_for().is_some()
    {
        return Err(thread.raise_runtime_error("coroutine is being awaited already"));
    }
    Ok(iterator)
}

/// The iterator of an awaitable; `None` if the value is not awaitable.
pub fn awaitable_iterator(thread: &Thread, value: Value) -> PyResult<Option<Value>> {
    if let Some(generator) = value.cast::<Generator>() {
        let iterable = generator.code.get().is_some_and(|code| code.has_flag(code_flags::ITERABLE_COROUTINE));
        if generator.header().shape() == ShapeId::COROUTINE || iterable {
            return Ok(Some(value));
        }
    }
    let class = thread.class_of(value);
    let Some(method) = class.special(thread, Special::Await) else { return Ok(None) };
    let iterator = special::call(thread, method, value, &[])?;
    if let Some(generator) = iterator.cast::<Generator>()
        && (generator.header().shape() == ShapeId::COROUTINE
            || generator.code.get().is_some_and(|code| code.has_flag(code_flags::ITERABLE_COROUTINE)))
    {
        return Err(thread.raise_type_error("__await__() returned a coroutine"));
    }
    if !taipan_runtime::dispatch::iter::is_iterator(thread, iterator) {
        let name = thread.type_name(iterator);
        return Err(thread.raise_type_error(format!("__await__() returned non-iterator of type '{name}'")));
    }
    Ok(Some(iterator))
}

/// `GetAiter`: `value.__aiter__()`.
pub fn async_iterator(thread: &Thread, value: Value) -> PyResult<Value> {
    let class = thread.class_of(value);
    let Some(method) = class.special(thread, Special::Aiter) else {
        return Err(thread.raise_type_error(format!(
            "'async for' requires an object with __aiter__ method, got {}",
            class.name_string()
        )));
    };
    let iterator = special::call(thread, method, value, &[])?;
    if thread.class_of(iterator).special(thread, Special::Anext).is_none() {
        let name = thread.type_name(iterator);
        return Err(thread.raise_type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {name}"
        )));
    }
    Ok(iterator)
}

/// `GetAnext`: the iterator to await of `iterator.__anext__()`.
pub fn async_next(thread: &Thread, iterator: Value) -> PyResult<Value> {
    let class = thread.class_of(iterator);
    let Some(method) = class.special(thread, Special::Anext) else {
        return Err(thread.raise_type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {}",
            class.name_string()
        )));
    };
    let next = special::call(thread, method, iterator, &[])?;
    // An async generator's `asend` object is its own iterator.
    if next.header().is_some_and(|header| header.kind() == Kind::Payload)
        && thread.class_of(next).special(thread, Special::Await).is_none()
    {
        return Ok(next);
    }
    let invalid =
        |thread: &Thread| format!("'async for' received an invalid object from __anext__: {}", thread.type_name(next));
    match awaitable_iterator(thread, next) {
        Ok(Some(awaitable)) => Ok(awaitable),
        Ok(None) => Err(thread.raise_type_error(invalid(thread))),
        Err(raised) => {
            let cause = thread.take_exception(raised);
            let raised = thread.raise_type_error(invalid(thread));
            if let Some(error) = thread.exception.get().and_then(|error| error.cast::<Exception>()) {
                thread.store(error, &error.cause, cause);
                thread.store(error, &error.context, cause);
                error.suppress_context.set(true);
            }
            Err(raised)
        }
    }
}
