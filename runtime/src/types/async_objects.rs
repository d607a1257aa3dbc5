//! The awaitables behind coroutines and async generators (PEP 492, PEP 525).
//!
//! What lives here: `coroutine_wrapper`, and what `asend`, `athrow`, `aclose` and `__anext__` return. What must
//! not: running the generator (`Generator::resume`). Start at [`asend`].
//!
//! A suspended async generator either yielded a value of its own, or passes on what something it awaits yielded.
//! They are told apart by its delegate: there is one exactly while it awaits.

use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, GcSlot, Slot};
use crate::thread::Thread;
use crate::types::exception::Exception;
use crate::types::generator::{
    Generator, GeneratorState, Resumed, Resumption, exception_of_throw, given_to_throw, raise_stop_iteration,
};
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::{py_class, py_methods};

/// What `coroutine.__await__()` returns: an iterator over the coroutine.
pub struct CoroutineWrapper {
    coroutine: GcSlot<Generator>,
}

impl PayloadData for CoroutineWrapper {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.coroutine);
    }
}

impl CoroutineWrapper {
    pub fn make(thread: &Thread, coroutine: Gc<Generator>) -> Value {
        let class = Type::of_spec(thread, <CoroutineWrapper as PyClass>::SPEC);
        Payload::new(thread, class, CoroutineWrapper { coroutine: GcSlot::new(coroutine) }).value()
    }

    fn inner(&self) -> Gc<Generator> {
        match self.coroutine.get() {
            Some(coroutine) => coroutine,
            None => unreachable!("a wrapper is made with its coroutine"),
        }
    }
}

/// A wrapper object implementing __await__ for coroutines.
#[py_class(name = "coroutine_wrapper", payload, no_instances)]
impl CoroutineWrapper {
    #[method]
    fn __iter__(this: Gc<Payload<CoroutineWrapper>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<CoroutineWrapper>>, thread: &Thread) -> PyResult<Option<Value>> {
        Generator::next_value(this.data.inner(), thread)
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method]
    fn send(this: Gc<Payload<CoroutineWrapper>>, thread: &Thread, value: Value) -> PyResult<Value> {
        Generator::send_value(this.data.inner(), thread, value)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[method(signature = "(self, type, value=None, tb=None, /)")]
    fn throw(
        this: Gc<Payload<CoroutineWrapper>>,
        thread: &Thread,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let exception = exception_of_throw(thread, given_to_throw(thread, "throw", class, value, tb)?)?;
        Generator::throw_exception(this.data.inner(), thread, exception)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method]
    fn close(this: Gc<Payload<CoroutineWrapper>>, thread: &Thread) -> PyResult<Value> {
        Generator::close_generator(this.data.inner(), thread)
    }
}

/// How far an awaitable got.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Fresh,
    Awaited,
    Done,
}

/// What an awaitable does to its generator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Send,
    Throw,
    Close,
}

/// The awaitable of one `asend`, `athrow`, `aclose` or `__anext__`.
pub struct AsyncGeneratorOperation {
    generator: GcSlot<Generator>,
    /// The value to send or the exception to throw.
    argument: Slot,
    operation: Operation,
    progress: Cell<Progress>,
}

impl PayloadData for AsyncGeneratorOperation {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.generator);
        tracer.slot(&self.argument);
    }
}

fn make(thread: &Thread, generator: Gc<Generator>, operation: Operation, argument: Value) -> PyResult<Value> {
    call_first_iteration_hook(thread, generator)?;
    let spec = if operation == Operation::Send {
        <AsyncGeneratorOperation as PyClass>::SPEC
    } else {
        <ThrowClass as PyClass>::SPEC
    };
    let class = Type::of_spec(thread, spec);
    let data = AsyncGeneratorOperation {
        generator: GcSlot::new(generator),
        argument: Slot::new(argument),
        operation,
        progress: Cell::new(Progress::Fresh),
    };
    Ok(Payload::new(thread, class, data).value())
}

/// The hooks of `sys.set_asyncgen_hooks`, once per generator.
fn call_first_iteration_hook(thread: &Thread, generator: Gc<Generator>) -> PyResult<()> {
    if generator.hooks_initialised.replace(true) {
        return Ok(());
    }
    if let Some(finalizer) = thread.async_generator_hooks[1].get() {
        thread.store(generator, &generator.finalizer, finalizer);
    }
    match thread.async_generator_hooks[0].get() {
        Some(hook) => crate::dispatch::call::call(thread, hook, &[generator.value()]).map(|_| ()),
        None => Ok(()),
    }
}

/// `generator.asend(value)`; `__anext__` sends None.
pub fn asend(thread: &Thread, generator: Gc<Generator>, value: Value) -> PyResult<Value> {
    make(thread, generator, Operation::Send, value)
}

/// `generator.athrow(class, value, traceback)`.
pub fn athrow(
    thread: &Thread,
    generator: Gc<Generator>,
    class: Value,
    value: Option<Value>,
    traceback: Option<Value>,
) -> PyResult<Value> {
    let exception = exception_of_throw(thread, given_to_throw(thread, "athrow", class, value, traceback)?)?;
    make(thread, generator, Operation::Throw, exception)
}

/// `generator.aclose()`.
pub fn aclose(thread: &Thread, generator: Gc<Generator>) -> PyResult<Value> {
    make(thread, generator, Operation::Close, Value::NONE)
}

impl AsyncGeneratorOperation {
    fn inner(&self) -> Gc<Generator> {
        match self.generator.get() {
            Some(generator) => generator,
            None => unreachable!("an awaitable is made with its generator"),
        }
    }

    fn name(&self) -> &'static str {
        match self.operation {
            Operation::Send => "anext",
            Operation::Throw => "athrow",
            Operation::Close => "aclose",
        }
    }

    fn raise_reused(&self, thread: &Thread) -> Raised {
        thread.raise_runtime_error(match self.operation {
            Operation::Send => "cannot reuse already awaited __anext__()/asend()",
            Operation::Throw | Operation::Close => "cannot reuse already awaited aclose()/athrow()",
        })
    }

    /// The first step may run only if no other awaitable of the generator is under way.
    fn start(&self, thread: &Thread) -> PyResult<()> {
        let generator = self.inner();
        if generator.async_running.get() {
            self.progress.set(Progress::Done);
            return Err(
                thread.raise_runtime_error(format!("{}(): asynchronous generator is already running", self.name()))
            );
        }
        self.progress.set(Progress::Awaited);
        generator.async_running.set(true);
        Ok(())
    }

    /// One step with `value` sent in: what the generator awaits, or StopIteration with its next value.
    fn step(&self, thread: &Thread, value: Value) -> PyResult<Value> {
        let generator = self.inner();
        match self.progress.get() {
            Progress::Done => return Err(self.raise_reused(thread)),
            Progress::Awaited => {
                return self.interpret(thread, Generator::resume(generator, thread, Resumption::Send(value)));
            }
            Progress::Fresh => {}
        }
        if self.operation == Operation::Send {
            self.start(thread)?;
            let value = if value.is_none() { self.argument.get().unwrap_or(Value::NONE) } else { value };
            return self.interpret(thread, Generator::resume(generator, thread, Resumption::Send(value)));
        }
        if generator.state.get() == GeneratorState::Finished {
            self.progress.set(Progress::Done);
            return Err(raise_stop_iteration(thread, Value::NONE));
        }
        if generator.async_running.get() {
            self.start(thread)?;
        }
        if generator.closed.get() {
            self.progress.set(Progress::Done);
            return Err(thread.raise_with_arguments(thread.vm().exceptions.stop_async_iteration, &[]));
        }
        if !value.is_none() {
            return Err(thread.raise_runtime_error("can't send non-None value to a just-started coroutine"));
        }
        self.start(thread)?;
        let exception = if self.operation == Operation::Close {
            generator.closed.set(true);
            Exception::new(thread, thread.vm().exceptions.generator_exit, &[]).value()
        } else {
            self.argument.get().unwrap_or(Value::NONE)
        };
        self.interpret(thread, Generator::resume(generator, thread, Resumption::Throw(exception)))
    }

    /// Turns what the generator did into what the awaiting coroutine sees.
    fn interpret(&self, thread: &Thread, outcome: PyResult<Resumed>) -> PyResult<Value> {
        let generator = self.inner();
        let exceptions = &thread.vm().exceptions;
        let raised = match outcome {
            Ok(Resumed::Yielded(value)) if generator.delegate.get().is_some() => return Ok(value),
            Ok(Resumed::Yielded(value)) => {
                generator.async_running.set(false);
                self.progress.set(Progress::Done);
                if self.operation == Operation::Close {
                    return Err(thread.raise_runtime_error("async generator ignored GeneratorExit"));
                }
                return Err(raise_stop_iteration(thread, value));
            }
            Ok(Resumed::Returned(_)) => thread.raise_with_arguments(exceptions.stop_async_iteration, &[]),
            Err(raised) => raised,
        };
        generator.async_running.set(false);
        self.progress.set(Progress::Done);
        if thread.exception_is(exceptions.stop_async_iteration) || thread.exception_is(exceptions.generator_exit) {
            generator.closed.set(true);
            if self.operation == Operation::Close {
                thread.take_exception(raised);
                return Err(raise_stop_iteration(thread, Value::NONE));
            }
        }
        Err(raised)
    }

    fn throw_in(&self, thread: &Thread, exception: Value) -> PyResult<Value> {
        match self.progress.get() {
            Progress::Done => return Err(self.raise_reused(thread)),
            Progress::Fresh => {
                self.start(thread)?;
                if self.operation == Operation::Close {
                    self.inner().closed.set(true);
                }
            }
            Progress::Awaited => {}
        }
        self.interpret(thread, Generator::resume(self.inner(), thread, Resumption::Throw(exception)))
    }

    fn close_operation(&self, thread: &Thread) -> PyResult<()> {
        if self.progress.get() == Progress::Done {
            return Ok(());
        }
        let exceptions = &thread.vm().exceptions;
        let exit = Exception::new(thread, exceptions.generator_exit, &[]).value();
        match self.throw_in(thread, exit) {
            Ok(_) => Err(thread.raise_runtime_error("coroutine ignored GeneratorExit")),
            Err(raised) => {
                for class in [exceptions.stop_iteration, exceptions.stop_async_iteration, exceptions.generator_exit] {
                    if thread.exception_is(class) {
                        thread.take_exception(raised);
                        return Ok(());
                    }
                }
                Err(raised)
            }
        }
    }
}

/// Groups the methods that both awaitables have.
struct OperationMethods;

#[py_methods(class = "async_generator_asend", spec = OPERATION_METHODS)]
impl OperationMethods {
    #[method]
    fn __await__(this: Gc<Payload<AsyncGeneratorOperation>>) -> Value {
        this.value()
    }
    #[method]
    fn __iter__(this: Gc<Payload<AsyncGeneratorOperation>>) -> Value {
        this.value()
    }
    #[method]
    fn __next__(this: Gc<Payload<AsyncGeneratorOperation>>, thread: &Thread) -> PyResult<Value> {
        this.data.step(thread, Value::NONE)
    }
    #[method]
    fn send(this: Gc<Payload<AsyncGeneratorOperation>>, thread: &Thread, value: Value) -> PyResult<Value> {
        this.data.step(thread, value)
    }
    #[method(signature = "(self, type, value=None, tb=None, /)")]
    fn throw(
        this: Gc<Payload<AsyncGeneratorOperation>>,
        thread: &Thread,
        class: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult<Value> {
        let exception = exception_of_throw(thread, given_to_throw(thread, "throw", class, value, tb)?)?;
        this.data.throw_in(thread, exception)
    }
    #[method]
    fn close(this: Gc<Payload<AsyncGeneratorOperation>>, thread: &Thread) -> PyResult<()> {
        this.data.close_operation(thread)
    }
}

/// Awaitable of `asend` and `__anext__`.
#[py_class(name = "async_generator_asend", payload, no_instances, extend = [OPERATION_METHODS])]
impl AsyncGeneratorOperation {}

/// Spec marker of the awaitable of `athrow` and `aclose`.
pub struct ThrowClass;

/// Awaitable of `athrow` and `aclose`.
#[py_class(name = "async_generator_athrow", data = AsyncGeneratorOperation, no_instances, extend = [OPERATION_METHODS])]
impl ThrowClass {}

/// What `anext(iterator, default)` returns: the awaitable, whose StopAsyncIteration gives the default.
pub struct AnextAwaitable {
    awaitable: Slot,
    default: Slot,
}

impl PayloadData for AnextAwaitable {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.awaitable);
        tracer.slot(&self.default);
    }
}

impl AnextAwaitable {
    pub fn make(thread: &Thread, awaitable: Value, default: Value) -> Value {
        let class = Type::of_spec(thread, <AnextAwaitable as PyClass>::SPEC);
        Payload::new(thread, class, AnextAwaitable { awaitable: Slot::new(awaitable), default: Slot::new(default) })
            .value()
    }

    /// The iterator behind the awaitable: itself if it is a coroutine or an iterator, else its `__await__()`.
    fn iterator(&self, thread: &Thread) -> PyResult<Value> {
        use crate::types::special::Special;
        let awaitable = self.awaitable.get().unwrap_or(Value::NONE);
        if let Some(coroutine) = awaitable.cast::<Generator>() {
            return Ok(CoroutineWrapper::make(thread, coroutine));
        }
        match crate::dispatch::attr::lookup_special(thread, awaitable, Special::Await)? {
            Some(method) => {
                let iterator = crate::dispatch::call::call(thread, method, &[])?;
                if crate::dispatch::iter::is_iterator(thread, iterator) {
                    return Ok(iterator);
                }
                let name = thread.type_name(iterator);
                Err(thread.raise_type_error(format!("__await__() returned non-iterator of type '{name}'")))
            }
            None => {
                let class = thread.type_name(awaitable);
                Err(thread.raise_type_error(format!("'{class}' object can't be awaited")))
            }
        }
    }

    /// Runs one step; StopAsyncIteration becomes StopIteration with the default.
    fn step(&self, thread: &Thread, method: &str, arguments: &[Value]) -> PyResult<Value> {
        let iterator = self.iterator(thread)?;
        let name = thread.vm().interner.intern_text(thread, method);
        match crate::dispatch::call::call_method(thread, iterator, name, arguments) {
            Ok(value) => Ok(value),
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.stop_async_iteration)?;
                Err(raise_stop_iteration(thread, self.default.get().unwrap_or(Value::NONE)))
            }
        }
    }
}

#[py_class(name = "anext_awaitable", payload, no_instances)]
impl AnextAwaitable {
    #[method]
    fn __await__(this: Gc<Payload<AnextAwaitable>>) -> Value {
        this.value()
    }
    #[method]
    fn __iter__(this: Gc<Payload<AnextAwaitable>>) -> Value {
        this.value()
    }
    #[method]
    fn __next__(this: Gc<Payload<AnextAwaitable>>, thread: &Thread) -> PyResult<Value> {
        this.data.step(thread, "__next__", &[])
    }
    #[method]
    fn send(this: Gc<Payload<AnextAwaitable>>, thread: &Thread, value: Value) -> PyResult<Value> {
        this.data.step(thread, "send", &[value])
    }
    #[method(signature = "(self, /, *args)")]
    fn throw(this: Gc<Payload<AnextAwaitable>>, thread: &Thread, arguments: &[Value]) -> PyResult<Value> {
        this.data.step(thread, "throw", arguments)
    }
    #[method]
    fn close(this: Gc<Payload<AnextAwaitable>>, thread: &Thread) -> PyResult<Value> {
        this.data.step(thread, "close", &[])
    }
}
