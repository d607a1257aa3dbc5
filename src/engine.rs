//! Embedding: an isolate with its interpreter, as a Rust value.
//!
//! What lives here: [`Engine`], its builder, values that cross the boundary ([`Object`]), interruption and
//! limits. What must not: the command line. Start at [`Engine::builder`]. The command line uses this too.
//!
//! An engine lives on the thread that built it, because its values are found on that thread's native stack.
//! Several engines run in parallel on several threads: nothing is shared between them.
//!
//! ```
//! use taipan::engine::Engine;
//! let engine = Engine::builder().build().unwrap();
//! let sum = engine.eval("sum(range(10))").unwrap();
//! assert_eq!(sum.to_i64(), Some(45));
//! ```
#![allow(unsafe_code)] // The interrupt handle reaches the engine's thread from other threads.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use taipan_runtime::dispatch;
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::modules::signal::SignalHub;
use taipan_runtime::native::{Arguments, IntoValue};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::{Thread, poll};
use taipan_runtime::threads::{self, STACK_RESERVE, native_stack};
use taipan_runtime::traceback_format;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::exception::Exception;
use taipan_runtime::types::float;
use taipan_runtime::types::int;
use taipan_runtime::types::list::List;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{CompileFlags, CompileMode, Vm, VmOptions};

use crate::interp::{Interpreter, compile};
use crate::jit::state::{Jit, JitOptions};

mod functions;

/// How hot code is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum JitMode {
    /// Never.
    Off,
    /// When it is hot.
    #[default]
    On,
    /// At the first opportunity: for tests.
    Always,
}

/// Configures an [`Engine`].
#[derive(Default)]
pub struct EngineBuilder {
    options: VmOptions,
    jit: JitMode,
    jit_options: Option<JitOptions>,
    time_limit: Option<Duration>,
}

impl EngineBuilder {
    /// The most memory that Python objects may take, in bytes; then MemoryError.
    #[must_use]
    pub fn max_memory(mut self, bytes: usize) -> Self {
        self.options.heap.max_bytes = Some(bytes);
        self
    }

    /// How long the engine may run from its making on; then TimeoutError.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// When code is compiled to machine code.
    #[must_use]
    pub fn jit(mut self, mode: JitMode) -> Self {
        self.jit = mode;
        self
    }

    /// How the JIT works, where [`EngineBuilder::jit`] says that there is one.
    #[must_use]
    pub fn jit_options(mut self, options: JitOptions) -> Self {
        self.jit_options = Some(options);
        self
    }

    /// `sys.argv`.
    #[must_use]
    pub fn arguments(mut self, arguments: Vec<String>) -> Self {
        self.options.arguments = arguments;
        self
    }

    /// All options of the isolate at once.
    #[must_use]
    pub fn options(mut self, options: VmOptions) -> Self {
        self.options = options;
        self
    }

    /// Makes the engine on the running native stack.
    ///
    /// # Errors
    /// The system has no address space left.
    pub fn build(self) -> std::io::Result<Engine> {
        let (stack_base, stack_limit) = native_stack();
        let other = |error: &dyn std::error::Error| std::io::Error::other(error.to_string());
        let (vm, thread) =
            Vm::new(self.options, stack_base, stack_limit + STACK_RESERVE).map_err(|error| other(&error))?;
        Interpreter::install(&thread)?;
        let options = match self.jit {
            JitMode::Off => None,
            JitMode::On => Some(self.jit_options.unwrap_or_default()),
            JitMode::Always => Some(self.jit_options.unwrap_or_else(JitOptions::always)),
        };
        if let Some(options) = options {
            Jit::install(&thread, options).map_err(std::io::Error::other)?;
        }
        let handles = List::new(&thread, &[]);
        vm.module_state.borrow_mut().push(handles.header());
        let target = Arc::new(Target {
            thread: Mutex::new(Some(ThreadPointer(NonNull::from(&*thread)))),
            gone: Condvar::new(),
            signals: Arc::clone(&vm.signals),
        });
        if let Some(limit) = self.time_limit {
            start_watchdog(target.clone(), limit);
        }
        Ok(Engine { target, jit: self.jit, thread: ManuallyDrop::new(thread), vm: ManuallyDrop::new(vm) })
    }
}

/// The thread that other threads may poke, as long as it lives.
struct Target {
    thread: Mutex<Option<ThreadPointer>>,
    /// Signalled when the engine is dropped.
    gone: Condvar,
    signals: Arc<SignalHub>,
}

struct ThreadPointer(NonNull<Thread>);
// SAFETY: other threads only call `request_poll`, which is atomic, and only under the mutex that the engine
// empties before it dies.
unsafe impl Send for ThreadPointer {}

impl Target {
    fn request(&self, reason: u32) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = &*thread {
            // SAFETY: the engine empties the cell before the thread goes away.
            unsafe { thread.0.as_ref() }.request_poll(reason);
        }
    }
}

fn start_watchdog(target: Arc<Target>, limit: Duration) {
    std::thread::spawn(move || {
        taipan_runtime::modules::signal::leave_to_other_threads();
        let thread = target.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let (thread, timeout) = target
            .gone
            .wait_timeout_while(thread, limit, |thread| thread.is_some())
            .unwrap_or_else(PoisonError::into_inner);
        drop(thread);
        if timeout.timed_out() {
            target.request(poll::LIMIT);
        }
    });
}

/// Stops an engine from another thread.
#[derive(Clone)]
pub struct InterruptHandle(Arc<Target>);

impl InterruptHandle {
    /// Raises KeyboardInterrupt in the engine at its next poll.
    pub fn interrupt(&self) {
        self.0.request(poll::INTERRUPT);
    }

    /// As Ctrl-C does: runs the handler of SIGINT, by default KeyboardInterrupt.
    pub fn signal(&self) {
        self.0.signals.note(libc::SIGINT);
        self.0.request(poll::SIGNAL);
    }
}

/// An isolate: its own heap, modules and code.
///
/// Dropped in this order: the interrupt handle's target, the thread, the isolate. Threads that Python code started run
/// while the engine does, and not between two calls of it. If some are still there at its end (daemons, or nobody waited
/// for them), they never run again, and the isolate's memory is not given back: they stand somewhere in its code.
pub struct Engine {
    target: Arc<Target>,
    jit: JitMode,
    thread: ManuallyDrop<Box<Thread>>,
    vm: ManuallyDrop<Box<Vm>>,
}

impl Drop for Engine {
    fn drop(&mut self) {
        *self.target.thread.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.target.gone.notify_all();
        threads::close(&self.thread);
        if threads::count(&self.thread) > 1 {
            self.vm.signals.detach();
            return;
        }
        // SAFETY: neither is used after this.
        unsafe {
            ManuallyDrop::drop(&mut self.thread);
            ManuallyDrop::drop(&mut self.vm);
        }
    }
}

/// An exception that came out of Python code, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonError {
    /// The name of the class.
    pub class: String,
    /// `str(exception)`.
    pub message: String,
    /// What an uncaught exception prints.
    pub traceback: String,
}

impl std::fmt::Display for PythonError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.message.is_empty() { f.write_str(&self.class) } else { write!(f, "{}: {}", self.class, self.message) }
    }
}

impl std::error::Error for PythonError {}

/// An engine in use: what both its owner and the functions registered with it work with.
#[derive(Clone, Copy)]
pub struct Context<'e> {
    thread: &'e Thread,
}

/// A Python object held by Rust code. The engine keeps the object alive until this is dropped.
pub struct Object<'e> {
    context: Context<'e>,
    index: usize,
    /// Belongs to the engine's thread.
    marker: PhantomData<*const ()>,
}

impl Engine {
    /// Starts configuring an engine.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// The engine's thread of execution, for code that works with the runtime directly.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// The isolate.
    pub fn vm(&self) -> &Vm {
        &self.vm
    }

    /// When code is compiled to machine code.
    pub fn jit_mode(&self) -> JitMode {
        self.jit
    }

    /// A handle to interrupt the engine from other threads.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(self.target.clone())
    }

    /// What evaluates and holds objects.
    pub fn context(&self) -> Context<'_> {
        Context { thread: &self.thread }
    }

    /// As [`Context::eval`].
    ///
    /// # Errors
    /// What the expression raises.
    pub fn eval(&self, expression: &str) -> Result<Object<'_>, PythonError> {
        self.context().eval(expression)
    }

    /// As [`Context::exec`].
    ///
    /// # Errors
    /// What the statements raise.
    pub fn exec(&self, statements: &str) -> Result<(), PythonError> {
        self.context().exec(statements)
    }

    /// As [`Context::exec_file`].
    ///
    /// # Errors
    /// What the file raises; OSError if it cannot be read.
    pub fn exec_file(&self, path: impl AsRef<Path>) -> Result<(), PythonError> {
        self.context().exec_file(path)
    }

    /// As [`Context::call`].
    ///
    /// # Errors
    /// NameError if there is no such function; what it raises.
    pub fn call(&self, name: &str, arguments: &[&Object<'_>]) -> Result<Object<'_>, PythonError> {
        self.context().call(name, arguments)
    }

    /// As [`Context::object`].
    pub fn object(&self, value: impl IntoValue) -> Object<'_> {
        self.context().object(value)
    }

    /// Makes a Rust function a builtin that Python code calls by `name`. An `Err` becomes RuntimeError.
    pub fn register_fn<F>(&self, name: &str, function: F)
    where
        F: for<'e> Fn(Context<'e>, &[Object<'e>]) -> Result<Object<'e>, String> + 'static,
    {
        let value = functions::make(&self.thread, name, Box::new(function));
        self.vm.builtins_dict().insert_str(&self.thread, self.vm.interner.intern_text(&self.thread, name), value);
    }
}

impl<'e> Context<'e> {
    /// The engine's thread of execution.
    pub fn thread(self) -> &'e Thread {
        self.thread
    }

    /// The namespace of `__main__`.
    pub fn main_namespace(self) -> Gc<Dict> {
        main_module(self.thread).dict()
    }

    /// The value of an expression, with the variables of `__main__`.
    ///
    /// # Errors
    /// What the expression raises, SyntaxError included.
    pub fn eval(self, expression: &str) -> Result<Object<'e>, PythonError> {
        let result = self.run_text(expression, "<string>", CompileMode::Eval);
        self.export(result)
    }

    /// Executes statements in `__main__`.
    ///
    /// # Errors
    /// What the statements raise, SyntaxError included.
    pub fn exec(self, statements: &str) -> Result<(), PythonError> {
        let result = self.run_text(statements, "<string>", CompileMode::Module);
        self.export(result).map(|_| ())
    }

    /// Executes a file in `__main__`.
    ///
    /// # Errors
    /// What the file raises; OSError if it cannot be read.
    pub fn exec_file(self, path: impl AsRef<Path>) -> Result<(), PythonError> {
        let result = self.run_file(path.as_ref());
        self.export(result).map(|_| ())
    }

    /// Calls a function of `__main__`, or a builtin.
    ///
    /// # Errors
    /// NameError if there is no such function; what it raises.
    pub fn call(self, name: &str, arguments: &[&Object<'_>]) -> Result<Object<'e>, PythonError> {
        self.eval(name)?.call(arguments)
    }

    /// The object for a number, a bool, a string.
    pub fn object(self, value: impl IntoValue) -> Object<'e> {
        match value.into_value(self.thread) {
            Ok(value) => self.hold(value),
            Err(raised) => {
                self.thread.take_exception(raised);
                self.hold(Value::NONE)
            }
        }
    }

    /// `None`.
    pub fn none(self) -> Object<'e> {
        self.hold(Value::NONE)
    }

    fn run_text(self, text: &str, filename: &str, mode: CompileMode) -> PyResult<Value> {
        let flags = CompileFlags { optimize: self.thread.vm().options.optimize, ..CompileFlags::default() };
        let code = compile::compile_text(self.thread, text, filename, mode, flags)?;
        let globals = self.main_namespace();
        crate::interp::run_code(self.thread, code, globals, globals.value(), None)
    }

    fn run_file(self, path: &Path) -> PyResult<Value> {
        let thread = self.thread;
        let bytes = std::fs::read(path).map_err(|error| {
            let name = Str::new(thread, &path.to_string_lossy()).value();
            taipan_runtime::types::exception_fields::raise_os_error(
                thread,
                error.raw_os_error().unwrap_or(libc::EIO),
                Some(name),
            )
        })?;
        let filename = path.to_string_lossy();
        let source = taipan_runtime::types::bytes::Bytes::new(thread, &bytes).value();
        let flags = CompileFlags { optimize: thread.vm().options.optimize, ..CompileFlags::default() };
        let code = compile::compile(thread, source, &filename, CompileMode::Module, flags)?;
        let globals = self.main_namespace();
        globals.insert_str(thread, thread.vm().names.__file__, Str::new(thread, &filename).value());
        crate::interp::run_code(thread, code, globals, globals.value(), None)
    }

    fn export(self, result: PyResult<Value>) -> Result<Object<'e>, PythonError> {
        match result {
            Ok(value) => Ok(self.hold(value)),
            Err(raised) => Err(self.describe(raised)),
        }
    }

    fn describe(self, raised: Raised) -> PythonError {
        let thread = self.thread;
        let exception = thread.take_exception(raised);
        let message = match dispatch::text::str(thread, exception) {
            Ok(text) => text.to_str_lossy(thread).into_owned(),
            Err(raised) => {
                thread.take_exception(raised);
                String::new()
            }
        };
        let traceback = exception
            .cast::<Exception>()
            .map(|exception| traceback_format::format_exception(thread, exception))
            .unwrap_or_default();
        PythonError { class: thread.type_name(exception), message, traceback }
    }

    /// The list that keeps held objects alive: free places hold a marker.
    fn handles(self) -> Gc<List> {
        match self
            .thread
            .vm()
            .module_state
            .borrow()
            .iter()
            .find(|state| state.kind() == taipan_runtime::object::Kind::List)
        {
            Some(list) => list.cast_unchecked(),
            None => unreachable!("the builder made the list"),
        }
    }

    fn hold(self, value: Value) -> Object<'e> {
        let handles = self.handles();
        let free = (0..handles.len()).find(|&index| handles.get(self.thread, index) == Some(Value::ABSENT));
        let index = match free {
            Some(index) => {
                handles.set(self.thread, index, value);
                index
            }
            None => {
                let index = handles.len();
                if handles.push(self.thread, value).is_err() {
                    self.thread.exception.set(None);
                }
                index
            }
        };
        Object { context: self, index, marker: PhantomData }
    }
}

impl Drop for Object<'_> {
    fn drop(&mut self) {
        let handles = self.context.handles();
        if self.index < handles.len() {
            handles.set(self.context.thread, self.index, Value::ABSENT);
        }
    }
}

impl<'e> Object<'e> {
    /// The runtime's value.
    pub fn value(&self) -> Value {
        self.context.handles().get(self.context.thread, self.index).unwrap_or(Value::NONE)
    }

    /// The number, if it is an int of 64 bits.
    pub fn to_i64(&self) -> Option<i64> {
        int::to_i64(self.value())
    }

    /// The number, if it is a float.
    pub fn to_f64(&self) -> Option<f64> {
        float::as_float(self.value())
    }

    /// The truth value, if it is a bool.
    pub fn to_bool(&self) -> Option<bool> {
        self.value().as_bool()
    }

    /// The text, if it is a str.
    pub fn to_text(&self) -> Option<String> {
        Some(self.value().cast::<Str>()?.to_str_lossy(self.context.thread).into_owned())
    }

    /// `None`.
    pub fn is_none(&self) -> bool {
        self.value().is_none()
    }

    /// `repr(object)`.
    ///
    /// # Errors
    /// What `__repr__` raises.
    pub fn repr(&self) -> Result<String, PythonError> {
        match dispatch::text::repr(self.context.thread, self.value()) {
            Ok(text) => Ok(text.to_str_lossy(self.context.thread).into_owned()),
            Err(raised) => Err(self.context.describe(raised)),
        }
    }

    /// `object.name`.
    ///
    /// # Errors
    /// AttributeError, or what a descriptor raises.
    pub fn attribute(&self, name: &str) -> Result<Object<'e>, PythonError> {
        let thread = self.context.thread;
        let name = thread.vm().interner.intern_text(thread, name);
        self.context.export(dispatch::attr::get(thread, self.value(), name))
    }

    /// `object(*arguments)`.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call(&self, arguments: &[&Object<'_>]) -> Result<Object<'e>, PythonError> {
        let thread = self.context.thread;
        let mut values = taipan_runtime::scratch::ScratchVec::new();
        for argument in arguments {
            values.push(thread, argument.value());
        }
        self.context.export(dispatch::call::call_with(thread, self.value(), Arguments::of(&values)))
    }
}

/// The module `__main__`, made on first use.
pub fn main_module(thread: &Thread) -> Gc<Module> {
    let vm = thread.vm();
    if let Some(module) = vm.modules().get_str(thread, vm.names.__main__).and_then(|module| module.cast::<Module>()) {
        return module;
    }
    let module = Module::create(thread, "__main__", None);
    if let Some(builtins) = vm.builtins.get() {
        module.dict().insert_str(thread, vm.names.__builtins__, builtins.value());
    }
    vm.modules().insert_str(thread, vm.names.__main__, module.value());
    module
}

#[cfg(test)]
mod tests {
    use super::*;
    use taipan_runtime::object::ShapeId;

    #[test]
    fn evaluates_calls_and_registers() {
        let engine = Engine::builder().build().unwrap();
        assert_eq!(engine.eval("6 * 7").unwrap().to_i64(), Some(42));
        engine.exec("def f(x, y=2):\n    return x + y\n").unwrap();
        let three = engine.object(3i64);
        assert_eq!(engine.call("f", &[&three]).unwrap().to_i64(), Some(5));
        engine.register_fn("twice", |context, arguments| match arguments[0].to_i64() {
            Some(number) => Ok(context.object(2 * number)),
            None => Err("a number, please".to_owned()),
        });
        assert_eq!(engine.eval("f(twice(20))").unwrap().to_i64(), Some(42));
        let error = engine.eval("twice('x')").err().unwrap();
        assert_eq!(error.to_string(), "RuntimeError: a number, please");
        let error = engine.eval("1 +").err().unwrap();
        assert_eq!(error.class, "SyntaxError");
    }

    #[test]
    fn two_engines_share_nothing() {
        let run = |n: i64| {
            std::thread::spawn(move || {
                let engine = Engine::builder().build().unwrap();
                engine.exec(&format!("total = 0\nfor i in range({n}):\n    total += i\n")).unwrap();
                engine.eval("total").unwrap().to_i64()
            })
        };
        let (a, b) = (run(1000), run(10));
        assert_eq!((a.join().unwrap(), b.join().unwrap()), (Some(499_500), Some(45)));
    }

    /// The shape of the variable's value. (Not inlined: no native frame keeps the value.)
    #[inline(never)]
    fn shape_of(engine: &Engine, name: &str) -> ShapeId {
        let thread = engine.thread();
        let name = thread.vm().interner.intern_text(thread, name);
        let value = engine.context().main_namespace().get_str(thread, name);
        value.map(|value| thread.shape_of(value)).unwrap()
    }

    #[test]
    fn shapes_forget_classes_that_died() {
        let engine = Engine::builder().build().unwrap();
        engine.exec("import gc\nclass Passing: pass\ninstance = Passing()").unwrap();
        let shape = shape_of(&engine, "instance");
        assert!(engine.thread().living_class_of_shape(shape).is_some());
        engine.exec("del instance, Passing\ngc.collect()\ngc.collect()").unwrap();
        assert!(engine.thread().living_class_of_shape(shape).is_none());
    }

    #[test]
    fn endless_loops_are_stopped() {
        let engine = Engine::builder().time_limit(Duration::from_millis(50)).build().unwrap();
        let error = engine.exec("while True: pass").err().unwrap();
        assert_eq!(error.class, "TimeoutError");
        let engine = Engine::builder().build().unwrap();
        let handle = engine.interrupt_handle();
        let poker = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            handle.interrupt();
        });
        assert_eq!(engine.exec("while True: pass").err().unwrap().class, "KeyboardInterrupt");
        poker.join().unwrap();
    }
}
