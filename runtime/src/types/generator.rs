//! Generators, coroutines and async generators as objects.
//!
//! What lives here: the suspended activation and the methods `send`, `throw`, `close`. What must not:
//! running bytecode (the `resume` hook). Start at [`Generator`] and [`Generator::send_value`].

use crate::dispatch::{self, warnings};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId, Slot, WordStorage};
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::types::exception::{Exception, instance_to_raise};
use crate::types::frame::FrameObject;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// Where a generator stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum GeneratorState {
    Created,
    Suspended,
    Running,
    Finished,
    /// Part of a [chain](Chain), neither its outermost nor its innermost generator: suspended or running as that says.
    Chained,
}

/// Generators that delegate each to the next, for as long as nobody else touches one of them: the outermost one then
/// goes on with the innermost one at once. All share an object that says how it stands with the chain.
///
/// Only the outermost keeps what is needed to go down, and only while it runs is what leads upwards read: so no
/// generator keeps one that delegates to it alive.
#[repr(C)]
pub struct Chain {
    /// Of the outermost: the shared object, and the innermost generator.
    pub shared: GcSlot<WordStorage>,
    pub innermost: GcSlot<Generator>,
    /// Of the others: the shared object.
    pub member: GcSlot<WordStorage>,
    /// Address of the generator that delegates to this one; it is alive while the chain runs.
    pub outer: Cell<usize>,
    /// How far this one is from the outermost.
    pub depth: Cell<u32>,
}

impl Chain {
    /// A chain that stands or runs.
    pub fn set_running(shared: Gc<WordStorage>, running: bool) {
        shared.slots()[0].init(Some(Value::from_bool(running)));
    }

    /// The chain is whole, and runs.
    pub fn is_running(shared: Gc<WordStorage>) -> bool {
        matches!(shared.slots()[0].get(), Some(Value::TRUE | Value::NONE))
    }

    /// The chain runs, but is no chain any more when it is suspended: somebody has the frame of one of its generators.
    pub fn give_up_later(shared: Gc<WordStorage>) {
        shared.slots()[0].init(Some(Value::NONE));
    }

    /// See [`Chain::give_up_later`].
    pub fn is_given_up(shared: Gc<WordStorage>) -> bool {
        shared.slots()[0].get() == Some(Value::NONE)
    }

    /// The chain is whole, and suspended.
    pub fn is_waiting(shared: Gc<WordStorage>) -> bool {
        shared.slots()[0].get() == Some(Value::FALSE)
    }
}

/// What a suspended generator is resumed with.
#[derive(Clone, Copy)]
pub enum Resumption {
    /// `send(value)`, `None` for `next`.
    Send(Value),
    /// Raise this exception at the suspension point.
    Throw(Value),
}

/// What a resumed generator did.
#[derive(Clone, Copy)]
pub enum Resumed {
    Yielded(Value),
    Returned(Value),
}

/// A generator, coroutine or async generator (told apart by the shape).
#[repr(C)]
pub struct Generator {
    header: Header,
    pub state: Cell<GeneratorState>,
    /// Where the interpreter goes on.
    pub instruction: Cell<u32>,
    pub function: GcSlot<Function>,
    pub code: GcSlot<CodeObject>,
    /// The registers of the activation, while it is not finished.
    pub registers: GcSlot<WordStorage>,
    /// The exception being handled inside it.
    pub handled: Slot,
    /// A handler of its own runs, or waits: what is handled is its own, even if its resumer handles the same.
    pub handles: Cell<bool>,
    pub name: GcSlot<Str>,
    pub qualname: GcSlot<Str>,
    /// `gi_frame`, if somebody asked for it.
    pub frame: GcSlot<FrameObject>,
    /// What `yield from` / `await` delegates to (`gi_yieldfrom`), or empty.
    pub delegate: Slot,
    /// Async generator: `aclose` ran or it finished; an `asend`/`athrow` is running.
    pub closed: Cell<bool>,
    pub async_running: Cell<bool>,
    pub hooks_initialised: Cell<bool>,
    /// Async generator: finalizer from the hooks. Coroutine: origin.
    pub finalizer: Slot,
    pub chain: Chain,
}

impl HeapObject for Generator {
    const KIND: Kind = Kind::Generator;
    fn size(&self) -> usize {
        size_of::<Generator>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.function);
        tracer.gc_slot(&self.code);
        tracer.gc_slot(&self.registers);
        tracer.slot(&self.handled);
        tracer.gc_slot(&self.name);
        tracer.gc_slot(&self.qualname);
        tracer.gc_slot(&self.frame);
        tracer.slot(&self.delegate);
        tracer.slot(&self.finalizer);
        tracer.gc_slot(&self.chain.shared);
        tracer.gc_slot(&self.chain.innermost);
        tracer.gc_slot(&self.chain.member);
    }
}

impl Generator {
    /// A generator that has not started. `shape` is GENERATOR, COROUTINE or ASYNC_GENERATOR. `observes_end`: its
    /// code could notice being closed, by a handler, `finally`, `with` or something it delegates to.
    pub fn allocate(
        thread: &Thread,
        shape: ShapeId,
        function: Gc<Function>,
        registers: Gc<WordStorage>,
        instruction: u32,
        observes_end: bool,
    ) -> Gc<Generator> {
        let generator = thread.allocate(shape, 0, |header| Generator {
            header,
            state: Cell::new(GeneratorState::Created),
            instruction: Cell::new(instruction),
            function: GcSlot::new(function),
            code: GcSlot::new(function.code()),
            registers: GcSlot::new(registers),
            handled: Slot::empty(),
            handles: Cell::new(false),
            name: GcSlot::from_option(function.name.get()),
            qualname: GcSlot::from_option(function.qualname.get()),
            frame: GcSlot::empty(),
            delegate: Slot::empty(),
            closed: Cell::new(false),
            async_running: Cell::new(false),
            hooks_initialised: Cell::new(false),
            finalizer: Slot::empty(),
            chain: Chain {
                shared: GcSlot::empty(),
                innermost: GcSlot::empty(),
                member: GcSlot::empty(),
                outer: Cell::new(0),
                depth: Cell::new(0),
            },
        });
        // One that is found dead while suspended must be closed; a coroutine that never ran gets a warning.
        if observes_end || shape != ShapeId::GENERATOR {
            generator.header().set_flag(crate::object::header_flags::HAS_FINALIZER);
            thread.vm().heap.register_finalizer(generator.header());
        }
        generator
    }

    /// Where it stands; never `Chained`.
    #[inline]
    pub fn standing(&self) -> GeneratorState {
        match self.state.get() {
            GeneratorState::Chained => match self.chain.member.get() {
                Some(shared) if Chain::is_running(shared) => GeneratorState::Running,
                Some(_) | None => GeneratorState::Suspended,
            },
            state => state,
        }
    }

    /// Somebody touches it by itself: the chain that it is part of is none any more.
    #[inline]
    pub fn leave_chain(&self) {
        if let Some(shared) = self.chain.member.get() {
            shared.slots()[0].init(None);
            self.chain.member.init(None);
            if self.state.get() == GeneratorState::Chained {
                self.state.set(GeneratorState::Suspended);
            }
        }
    }

    /// What it delegates to, while it is suspended.
    pub fn waits_for(&self) -> Option<Value> {
        self.delegate.get().filter(|_| self.standing() == GeneratorState::Suspended)
    }

    fn word(&self) -> &'static str {
        match self.header.shape() {
            ShapeId::COROUTINE => "coroutine",
            ShapeId::ASYNC_GENERATOR => "async generator",
            _ => "generator",
        }
    }

    /// Resumes it; raises ValueError if it is running. The exceptions of PEP 479 are the interpreter's.
    pub fn resume(this: Gc<Generator>, thread: &Thread, resumption: Resumption) -> PyResult<Resumed> {
        match this.standing() {
            GeneratorState::Running => {
                return Err(thread.raise_value_error(format!("{} already executing", this.word())));
            }
            GeneratorState::Finished => {
                return match resumption {
                    Resumption::Throw(exception) if this.header.shape() != ShapeId::COROUTINE => {
                        Err(thread.reraise(exception))
                    }
                    Resumption::Throw(_) | Resumption::Send(_) if this.header.shape() == ShapeId::COROUTINE => {
                        Err(thread.raise_runtime_error("cannot reuse already awaited coroutine"))
                    }
                    Resumption::Throw(_) | Resumption::Send(_) => Ok(Resumed::Returned(Value::NONE)),
                };
            }
            GeneratorState::Created => {
                if let Resumption::Send(value) = resumption
                    && !value.is_none()
                {
                    return Err(
                        thread.raise_type_error(format!("can't send non-None value to a just-started {}", this.word()))
                    );
                }
            }
            GeneratorState::Suspended | GeneratorState::Chained => {}
        }
        (thread.vm().hooks().resume)(thread, this, resumption)
    }

    /// `send(value)` for Python: the yielded value, or StopIteration with the returned one.
    pub fn send_value(this: Gc<Generator>, thread: &Thread, value: Value) -> PyResult<Value> {
        match Generator::resume(this, thread, Resumption::Send(value))? {
            Resumed::Yielded(value) => Ok(value),
            Resumed::Returned(value) => Err(raise_stop_iteration(thread, value)),
        }
    }

    /// `next()` without an exception at the end.
    #[inline]
    pub fn next_value(this: Gc<Generator>, thread: &Thread) -> PyResult<Option<Value>> {
        match Generator::resume(this, thread, Resumption::Send(Value::NONE))? {
            Resumed::Yielded(value) => Ok(Some(value)),
            Resumed::Returned(value) if value.is_none() => Ok(None),
            Resumed::Returned(value) => Err(raise_stop_iteration(thread, value)),
        }
    }

    /// What is thrown goes to a delegate's own `throw` as it was given: an exception is made where none takes it.
    /// `GeneratorExit` closes delegates instead.
    fn hands_on(this: Gc<Generator>, thread: &Thread, raw: Value) -> PyResult<bool> {
        let vm = thread.vm();
        let closes = |class: Gc<Type>| class.is_subclass_of(vm.exceptions.generator_exit);
        if raw.cast::<Exception>().is_some() || raw.cast::<Type>().is_some_and(closes) {
            return Ok(false);
        }
        let mut innermost = this;
        while let (GeneratorState::Suspended, Some(delegate)) = (innermost.standing(), innermost.delegate.get()) {
            match delegate.cast::<Generator>() {
                Some(generator) if generator.header.shape() != ShapeId::ASYNC_GENERATOR => innermost = generator,
                _ => return Ok(dispatch::attr::get_optional(thread, delegate, vm.names.throw)?.is_some()),
            }
        }
        Ok(false)
    }

    /// `throw(exception)`: into the delegate if there is one that takes it (the interpreter does that).
    pub fn throw_exception(this: Gc<Generator>, thread: &Thread, exception: Value) -> PyResult<Value> {
        match Generator::resume(this, thread, Resumption::Throw(exception))? {
            Resumed::Yielded(value) => Ok(value),
            Resumed::Returned(value) => Err(raise_stop_iteration(thread, value)),
        }
    }

    /// `close()`: raises GeneratorExit inside; returns the value of a `return` (3.13).
    pub fn close_generator(this: Gc<Generator>, thread: &Thread) -> PyResult<Value> {
        match this.standing() {
            GeneratorState::Created => {
                this.state.set(GeneratorState::Finished);
                this.registers.init(None);
                return Ok(Value::NONE);
            }
            GeneratorState::Finished => return Ok(Value::NONE),
            GeneratorState::Suspended | GeneratorState::Running | GeneratorState::Chained => {}
        }
        let exit = Exception::new(thread, thread.vm().exceptions.generator_exit, &[]);
        match Generator::resume(this, thread, Resumption::Throw(exit.value())) {
            Ok(Resumed::Yielded(_)) => {
                Err(thread.raise_runtime_error(format!("{} ignored GeneratorExit", this.word())))
            }
            Ok(Resumed::Returned(value)) => Ok(value),
            Err(raised) => {
                let exceptions = &thread.vm().exceptions;
                if thread.exception_is(exceptions.stop_iteration) {
                    let stop = thread.take_exception(raised);
                    return Ok(stop.cast::<Exception>().and_then(|e| e.field(0)).unwrap_or(Value::NONE));
                }
                thread.catch(raised, exceptions.generator_exit)?;
                Ok(Value::NONE)
            }
        }
    }

    /// Called for a generator found dead: closes it if it is suspended. A coroutine that nobody awaited is
    /// warned about.
    ///
    /// # Errors
    /// What the generator raises on its way out.
    pub fn finalize_dead(this: Gc<Generator>, thread: &Thread) -> PyResult<()> {
        match this.standing() {
            GeneratorState::Suspended => Generator::close_generator(this, thread).map(|_| ()),
            GeneratorState::Created if this.header.shape() == ShapeId::COROUTINE => warn_never_awaited(this, thread),
            GeneratorState::Created | GeneratorState::Running | GeneratorState::Finished | GeneratorState::Chained => {
                Ok(())
            }
        }
    }

    /// The frame, made when first asked for.
    pub fn frame_object(this: Gc<Generator>, thread: &Thread) -> Option<Gc<FrameObject>> {
        if this.state.get() == GeneratorState::Finished {
            return None;
        }
        let (Some(code), Some(function)) = (this.code.get(), this.function.get()) else { return None };
        let frame = match this.frame.get() {
            Some(frame) => frame,
            None => {
                // Who goes on with it from now on keeps the frame up to date.
                match this.chain.member.get() {
                    Some(shared) if Chain::is_running(shared) => Chain::give_up_later(shared),
                    Some(_) => this.leave_chain(),
                    None => {}
                }
                let frame = FrameObject::allocate(thread, code, Some(function), function.globals(), None);
                thread.store_gc(this, &this.frame, frame);
                thread.store_gc(frame, &frame.generator, this);
                frame
            }
        };
        if frame.registers.get().is_null()
            && let Some(registers) = this.registers.get()
        {
            thread.store_gc(frame, &frame.saved, registers);
            frame.instruction.set(this.instruction.get());
        }
        Some(frame)
    }
}

/// The warning has a function of its own in `warnings`, which shows where the coroutine was made.
fn warn_never_awaited(coroutine: Gc<Generator>, thread: &Thread) -> PyResult<()> {
    let vm = thread.vm();
    let warnings = crate::modules::import::import_name(thread, "warnings")?;
    let function = dispatch::attr::get(thread, warnings, vm.interner.intern_text(thread, "_warn_unawaited_coroutine"))?;
    dispatch::call::call(thread, function, &[coroutine.value()])?;
    Ok(())
}

/// Raises `StopIteration(value)`, a value of None giving no arguments.
#[cold]
pub fn raise_stop_iteration(thread: &Thread, value: Value) -> Raised {
    let class = thread.vm().exceptions.stop_iteration;
    if value.is_none() { thread.raise_with_arguments(class, &[]) } else { thread.raise_with_arguments(class, &[value]) }
}

/// What a call of `throw` or `athrow` (`method`) gave: class or exception, value, traceback.
///
/// # Errors
/// The DeprecationWarning about more than one argument, where it is made an error.
pub fn given_to_throw(
    thread: &Thread,
    method: &str,
    class: Value,
    value: Option<Value>,
    traceback: Option<Value>,
) -> PyResult<[Value; 3]> {
    if value.or(traceback).is_some() {
        let message =
            format!("the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead.");
        warnings::deprecation(thread, &message)?;
    }
    Ok([class, value.unwrap_or(Value::NONE), traceback.unwrap_or(Value::NONE)])
}

/// The exception that `throw(type, value, traceback)` means.
///
/// # Errors
/// TypeError for what is no exception; what making one raises.
pub fn exception_of_throw(thread: &Thread, [class, value, traceback]: [Value; 3]) -> PyResult<Value> {
    if !traceback.is_none() && traceback.cast::<Traceback>().is_none() {
        return Err(thread.raise_type_error("throw() third argument must be a traceback object"));
    }
    let exception = if let Some(exception) = class.cast::<Exception>() {
        if !value.is_none() {
            return Err(thread.raise_type_error("instance exception may not have a separate value"));
        }
        exception
    } else if class.cast::<Type>().is_some_and(|c| c.flag(type_flags::EXCEPTION)) {
        match value.cast::<Exception>() {
            Some(exception) => exception,
            None => {
                let made = if value.is_none() {
                    instance_to_raise(thread, class)
                } else {
                    let arguments = match value.cast::<crate::types::tuple::Tuple>() {
                        Some(tuple) => tuple,
                        None => crate::types::tuple::Tuple::new(thread, &[value]),
                    };
                    let made = dispatch::call::call(thread, class, arguments.items());
                    made.and_then(|made| instance_to_raise(thread, made))
                };
                // What making the exception raises is thrown in its place.
                match made {
                    Ok(exception) => exception,
                    Err(raised) => match thread.take_exception(raised).cast::<Exception>() {
                        Some(exception) => exception,
                        None => unreachable!("what is raised is an exception"),
                    },
                }
            }
        }
    } else {
        let message = format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            thread.type_name(class)
        );
        return Err(thread.raise_type_error(message));
    };
    if let Some(traceback) = traceback.cast::<Traceback>() {
        thread.store_gc(exception, &exception.traceback, traceback);
    }
    Ok(exception.value())
}

macro_rules! shared_attributes {
    ($module:ident, $name:literal, $running:ident, $frame:ident, $code:ident, $delegate:ident, $suspended:ident) => {
        mod $module {
            use super::*;
            use taipan_macros::py_methods;

            /// Groups the attributes that all three classes have under their own names.
            pub struct Shared;

            #[py_methods(class = $name)]
            impl Shared {
                #[getter(name = "__name__")]
                fn name(this: Gc<Generator>) -> Option<Gc<Str>> {
                    this.name.get()
                }
                #[setter(__name__)]
                fn set_name(this: Gc<Generator>, thread: &Thread, value: Value) -> PyResult<()> {
                    let Some(name) = value.cast::<Str>() else {
                        return Err(thread.raise_type_error("__name__ must be set to a string object"));
                    };
                    thread.store_gc(this, &this.name, name);
                    Ok(())
                }
                #[getter(name = "__qualname__")]
                fn qualname(this: Gc<Generator>) -> Option<Gc<Str>> {
                    this.qualname.get()
                }
                #[setter(__qualname__)]
                fn set_qualname(this: Gc<Generator>, thread: &Thread, value: Value) -> PyResult<()> {
                    let Some(name) = value.cast::<Str>() else {
                        return Err(thread.raise_type_error("__qualname__ must be set to a string object"));
                    };
                    thread.store_gc(this, &this.qualname, name);
                    Ok(())
                }
                #[getter]
                fn $running(this: Gc<Generator>) -> bool {
                    this.standing() == GeneratorState::Running
                }
                #[getter]
                fn $suspended(this: Gc<Generator>) -> bool {
                    this.standing() == GeneratorState::Suspended
                }
                #[getter]
                fn $frame(this: Gc<Generator>, thread: &Thread) -> Option<Gc<FrameObject>> {
                    Generator::frame_object(this, thread)
                }
                #[getter]
                fn $code(this: Gc<Generator>) -> Option<Gc<CodeObject>> {
                    this.code.get()
                }
                #[getter]
                fn $delegate(this: Gc<Generator>) -> Value {
                    this.waits_for().unwrap_or(Value::NONE)
                }
                #[method(name = "__repr__")]
                fn repr(this: Gc<Generator>, thread: &Thread) -> String {
                    let name = this.qualname.get().map(|q| q.to_str_lossy(thread).into_owned()).unwrap_or_default();
                    format!("<{} object {name} at {:#x}>", $name, this.address())
                }
            }
        }
    };
}

shared_attributes!(of_generators, "generator", gi_running, gi_frame, gi_code, gi_yieldfrom, gi_suspended);
shared_attributes!(of_coroutines, "coroutine", cr_running, cr_frame, cr_code, cr_await, cr_suspended);
shared_attributes!(of_async_generators, "async_generator", ag_running, ag_frame, ag_code, ag_await, ag_suspended);

#[py_class(name = "generator", kind = Generator, module = "builtins", no_instances, extend = [of_generators::METHODS])]
impl Generator {
    #[method(name = "__iter__")]
    fn iter(this: Gc<Generator>) -> Gc<Generator> {
        this
    }
    #[method(name = "__next__")]
    fn next(this: Gc<Generator>, thread: &Thread) -> PyResult<Option<Value>> {
        Generator::next_value(this, thread)
    }
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method]
    fn send(this: Gc<Generator>, thread: &Thread, value: Value) -> PyResult<Value> {
        Generator::send_value(this, thread, value)
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method(signature = "(self, type, value=None, tb=None, /)")]
    fn throw(
        this: Gc<Generator>,
        thread: &Thread,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let given = given_to_throw(thread, "throw", class, value, tb)?;
        let exception = match given {
            [raw, Value::NONE, Value::NONE] if Generator::hands_on(this, thread, raw)? => raw,
            _ => exception_of_throw(thread, given)?,
        };
        Generator::throw_exception(this, thread, exception)
    }
    /// close() -> raise GeneratorExit inside generator.
    #[method]
    fn close(this: Gc<Generator>, thread: &Thread) -> PyResult<Value> {
        Generator::close_generator(this, thread)
    }
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
}

/// Spec marker of coroutines.
pub struct CoroutineClass;

#[py_class(name = "coroutine", kind = Generator, module = "builtins", no_instances, extend = [of_coroutines::METHODS])]
impl CoroutineClass {
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method]
    fn send(this: Gc<Generator>, thread: &Thread, value: Value) -> PyResult<Value> {
        Generator::send_value(this, thread, value)
    }
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[method(signature = "(self, type, value=None, tb=None, /)")]
    fn throw(
        this: Gc<Generator>,
        thread: &Thread,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let given = given_to_throw(thread, "throw", class, value, tb)?;
        let exception = match given {
            [raw, Value::NONE, Value::NONE] if Generator::hands_on(this, thread, raw)? => raw,
            _ => exception_of_throw(thread, given)?,
        };
        Generator::throw_exception(this, thread, exception)
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[method]
    fn close(this: Gc<Generator>, thread: &Thread) -> PyResult<Value> {
        Generator::close_generator(this, thread)
    }
    #[method(name = "__await__")]
    fn await_iterator(this: Gc<Generator>, thread: &Thread) -> Value {
        crate::types::async_objects::CoroutineWrapper::make(thread, this)
    }
    #[getter]
    fn cr_origin(this: Gc<Generator>) -> Value {
        this.finalizer.get().unwrap_or(Value::NONE)
    }
}

/// Spec marker of async generators.
pub struct AsyncGeneratorClass;

#[py_class(name = "async_generator", kind = Generator, module = "builtins", no_instances, extend = [of_async_generators::METHODS])]
impl AsyncGeneratorClass {
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
    #[method(name = "__aiter__")]
    fn aiter(this: Gc<Generator>) -> Gc<Generator> {
        this
    }
    #[method(name = "__anext__")]
    fn anext(this: Gc<Generator>, thread: &Thread) -> PyResult<Value> {
        crate::types::async_objects::asend(thread, this, Value::NONE)
    }
    /// asend(v) -> send 'v' in generator.
    #[method]
    fn asend(this: Gc<Generator>, thread: &Thread, value: Value) -> PyResult<Value> {
        crate::types::async_objects::asend(thread, this, value)
    }
    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    #[method(signature = "(self, type, value=None, tb=None, /)")]
    fn athrow(
        this: Gc<Generator>,
        thread: &Thread,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        crate::types::async_objects::athrow(thread, this, class, value, tb)
    }
    /// aclose() -> raise GeneratorExit inside generator.
    #[method]
    fn aclose(this: Gc<Generator>, thread: &Thread) -> PyResult<Value> {
        crate::types::async_objects::aclose(thread, this)
    }
}
