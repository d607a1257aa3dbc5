//! The `sys` module.
//!
//! What lives here: functions about the running interpreter. What must not: constants (`sys/info.rs`), hooks
//! (`sys/hooks.rs`). Start at [`sys`].

pub mod hooks;
pub mod info;
pub mod monitoring;
pub mod stdlib_names;
pub mod unraisable;

use taipan_macros::py_module;

/// This module provides access to some objects used or maintained by the
/// interpreter and to functions that interact strongly with the interpreter.
#[py_module(name = "sys", extend = [super::hooks::functions::MODULE])]
pub mod sys {
    use super::info;
    use crate::dispatch;
    use crate::error::PyResult;
    use crate::modules::NATIVE_MODULES;
    use crate::modules::support::{call_method, intern, string, tuple};
    use crate::native::{IntoValue, Nullable};
    use crate::object::Gc;
    use crate::scratch::ScratchVec;
    use crate::thread::Thread;
    use crate::types::dict::Dict;
    use crate::types::exception::Exception;
    use crate::types::frame::FrameObject;
    use crate::types::module::Module;
    use crate::types::set::Set;
    use crate::types::str::Str;
    use crate::value::Value;

    /// Fewest digits that `set_int_max_str_digits` accepts, apart from 0 for no limit.
    const INT_STR_DIGITS_THRESHOLD: usize = 640;

    /// What the caught exception was given with.
    fn handled(thread: &Thread) -> Option<Value> {
        thread.handled.get()
    }

    fn frame(thread: &Thread, depth: i64) -> PyResult<Gc<FrameObject>> {
        let found = (thread.vm().hooks().frame_at)(thread, usize::try_from(depth).unwrap_or(0));
        match found {
            Some(frame) => Ok(frame),
            None => Err(thread.raise_value_error("call stack is not deep enough")),
        }
    }

    /// Return (type, value, traceback) of the exception being handled, or None for each if there is none.
    #[function]
    fn exc_info(thread: &Thread) -> Value {
        match handled(thread) {
            Some(exception) => {
                let traceback = exception.cast::<Exception>().and_then(|e| e.traceback.get());
                let traceback = traceback.map_or(Value::NONE, |t| t.value());
                tuple(thread, &[thread.class_of(exception).value(), exception, traceback])
            }
            None => tuple(thread, &[Value::NONE, Value::NONE, Value::NONE]),
        }
    }

    /// Return the current exception.
    ///
    /// Return the most recent exception caught by an except clause
    /// in the current stack frame or in an older stack frame, or None
    /// if no such clause exists.
    #[function]
    fn exception(thread: &Thread) -> Value {
        handled(thread).unwrap_or(Value::NONE)
    }

    /// Exit the interpreter by raising SystemExit(status).
    ///
    /// If the status is omitted or None, it defaults to zero (i.e., success).
    /// If the status is an integer, it will be used as the system exit status.
    /// If it is another kind of object, it will be printed and the system
    /// exit status will be one (i.e., failure).
    #[function(signature = "(status=None, /)")]
    fn exit(thread: &Thread, status: Nullable<Value>) -> PyResult<()> {
        let class = thread.vm().exceptions.system_exit;
        Err(match status {
            Nullable::Given(status) => match status.cast::<crate::types::tuple::Tuple>() {
                Some(arguments) => thread.raise_with_arguments(class, arguments.items()),
                None => thread.raise_with_arguments(class, &[status]),
            },
            Nullable::Absent | Nullable::None => thread.raise_with_arguments(class, &[]),
        })
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[function]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used Unicode to OS filename conversion.
    #[function]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return the current value of the recursion limit, the maximum depth
    /// of the Python interpreter stack.
    #[function]
    fn getrecursionlimit(thread: &Thread) -> i32 {
        thread.recursion_limit.get()
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    ///
    /// This limit prevents infinite recursion from causing an overflow of the
    /// native stack and crashing the interpreter.
    #[function]
    fn setrecursionlimit(thread: &Thread, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(thread.raise_value_error("recursion limit must be greater or equal than 1"));
        }
        let used = crate::threads::depth(thread);
        if used >= limit {
            return Err(thread.raise_recursion_error(format!(
                "cannot set the recursion limit to {limit} at the recursion depth {used}: the limit is too low"
            )));
        }
        crate::threads::for_each(thread, |other| crate::threads::set_recursion_limit(other, limit));
        Ok(())
    }

    /// Return the number of references to an object.
    ///
    /// Taipan counts no references: the answer is always the same.
    #[function]
    fn getrefcount(object: Value) -> i64 {
        let _ = object;
        2
    }

    /// getsizeof(object [, default]) -> int
    ///
    /// Return the size of object in bytes.
    #[function(signature = "(object, default=<unrepresentable>)")]
    fn getsizeof(thread: &Thread, object: Value, default: Option<Value>) -> PyResult<Value> {
        let result = call_method(thread, object, "__sizeof__", &[]);
        match (result, default) {
            (Ok(size), _) => {
                let size = dispatch::number::index(thread, size)?;
                if crate::types::int::is_negative(size) {
                    return Err(thread.raise_value_error("__sizeof__() should return >= 0"));
                }
                Ok(size)
            }
            (Err(raised), Some(default)) => {
                thread.catch(raised, thread.vm().exceptions.type_error)?;
                Ok(default)
            }
            (Err(raised), None) => Err(raised),
        }
    }

    /// ``Intern'' the given string.
    ///
    /// This enters the string in the (global) table of interned strings whose
    /// purpose is to speed up dictionary lookups. Return the string itself or
    /// the previously interned string object with the same value.
    #[function(name = "intern")]
    fn intern_string(thread: &Thread, string: Gc<Str>) -> PyResult<Gc<Str>> {
        if !string.is_exact() {
            return Err(thread.raise_type_error(format!("can't intern {}", thread.type_name(string.value()))));
        }
        Ok(thread.vm().interner.intern(thread, string))
    }

    /// Return True if the given string is "interned".
    #[function]
    fn _is_interned(string: Gc<Str>) -> bool {
        string.is_interned()
    }

    /// Return True if the given object is "immortal".
    #[function]
    fn _is_immortal(op: Value) -> bool {
        !op.is_object()
    }

    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    #[function(signature = "(depth=0, /)")]
    fn _getframe(thread: &Thread, depth: Option<i64>) -> PyResult<Gc<FrameObject>> {
        frame(thread, depth.unwrap_or(0))
    }

    /// Return the name of the module for a calling frame.
    ///
    /// The default depth returns the module containing the call to this API.
    /// A more typical use in a library will pass a depth of 1 to get the user's
    /// module rather than the library module.
    ///
    /// If no frame, module, or name can be found, returns None.
    #[function(signature = "(depth=0)")]
    fn _getframemodulename(thread: &Thread, depth: Option<i64>) -> Value {
        let Ok(depth) = usize::try_from(depth.unwrap_or(0)) else { return Value::NONE };
        let Some(frame) = (thread.vm().hooks().frame_at)(thread, depth) else { return Value::NONE };
        let of_function = frame.function.get().and_then(|function| function.module.get());
        let of_globals = || frame.globals.get()?.get_str(thread, thread.vm().names.__name__);
        of_function.or_else(of_globals).unwrap_or(Value::NONE)
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    #[function]
    fn _current_frames(thread: &Thread) -> PyResult<Gc<Dict>> {
        let dict = Dict::new(thread);
        let mut result = Ok(());
        crate::threads::for_each(thread, |other| {
            if let Some(frame) = (thread.vm().hooks().frame_at)(other, 0)
                && result.is_ok()
            {
                let ident = other.ident.get().into_value(thread);
                result = ident.and_then(|ident| dict.insert(thread, ident, frame.value()));
            }
        });
        result.map(|()| dict)
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    #[function]
    fn _current_exceptions(thread: &Thread) -> PyResult<Gc<Dict>> {
        let dict = Dict::new(thread);
        let mut result = Ok(());
        crate::threads::for_each(thread, |other| {
            if result.is_ok() {
                let ident = other.ident.get().into_value(thread);
                result = ident.and_then(|ident| dict.insert(thread, ident, handled(other).unwrap_or(Value::NONE)));
            }
        });
        result.map(|()| dict)
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function]
    fn get_int_max_str_digits(thread: &Thread) -> usize {
        thread.vm().int_max_str_digits.get()
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function(signature = "(maxdigits)")]
    fn set_int_max_str_digits(thread: &Thread, maxdigits: i32) -> PyResult<()> {
        match usize::try_from(maxdigits) {
            Ok(digits) if digits == 0 || digits >= INT_STR_DIGITS_THRESHOLD => {
                thread.vm().int_max_str_digits.set(digits);
                Ok(())
            }
            _ => {
                Err(thread
                    .raise_value_error(format!("maxdigits must be >= {INT_STR_DIGITS_THRESHOLD} or 0 for unlimited")))
            }
        }
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[function]
    fn getswitchinterval(thread: &Thread) -> f64 {
        thread.vm().switch_interval.get()
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    ///
    /// The parameter must represent the desired switching delay in seconds
    /// A typical value is 0.005 (5 milliseconds).
    #[function]
    fn setswitchinterval(thread: &Thread, interval: f64) -> PyResult<()> {
        if interval <= 0.0 || interval.is_nan() {
            return Err(thread.raise_value_error("switch interval must be strictly positive"));
        }
        crate::threads::set_switch_interval(thread, interval);
        Ok(())
    }

    /// Return the number of memory blocks currently allocated.
    #[function]
    fn getallocatedblocks(thread: &Thread) -> u64 {
        thread.vm().heap.statistics().live_objects
    }

    /// Return the number of elements of the unicode interned dictionary
    #[function(signature = "(*, _only_immortal=False)")]
    fn getunicodeinternedsize(thread: &Thread, _only_immortal: Option<bool>) -> usize {
        thread.vm().interner.len()
    }

    /// Return True if Python is exiting.
    #[function]
    fn is_finalizing(thread: &Thread) -> bool {
        thread.vm().finalizing.get()
    }

    /// Return True if the GIL is currently enabled.
    #[function]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// Clear all internal performance-related caches.
    #[function]
    fn _clear_internal_caches() {}

    /// Clear the internal type lookup cache.
    #[function]
    fn _clear_type_cache() {}

    /// Return True if a stack profiler trampoline is active.
    #[function]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Activate stack profiler trampoline *backend*.
    #[function]
    fn activate_stack_trampoline(thread: &Thread, backend: Gc<Str>) -> PyResult<()> {
        let _ = backend;
        Err(thread.raise_value_error("perf trampoline not available"))
    }

    /// Deactivate the current stack profiler trampoline backend.
    #[function]
    fn deactivate_stack_trampoline() {}

    /// Return True if remote debugging is enabled, False otherwise.
    #[function]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    /// Get CPU count from configuration: -1 if not set.
    #[function]
    fn _get_cpu_count_config() -> i64 {
        -1
    }

    /// Return the current value of the flags that are used for dlopen calls.
    #[function]
    fn getdlopenflags() -> i64 {
        i64::from(libc::RTLD_NOW)
    }

    /// Set the flags used by the interpreter for dlopen calls.
    #[function]
    fn setdlopenflags(flags: i32) {
        let _ = flags;
    }

    /// Names of the native modules, sorted.
    fn builtin_names(thread: &Thread) -> Value {
        let mut names: Vec<&str> = NATIVE_MODULES.iter().map(|spec| spec.name).collect();
        names.sort_unstable();
        let mut values = ScratchVec::new();
        for name in names {
            values.push(thread, intern(thread, name).value());
        }
        tuple(thread, &values)
    }

    fn standard_names(thread: &Thread) -> PyResult<Value> {
        let names = Set::new(thread);
        for name in super::stdlib_names::STANDARD_MODULES {
            names.add(thread, string(thread, name))?;
        }
        let class = thread.vm().types.frozenset.value();
        dispatch::call::call(thread, class, &[names.value()])
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    #[function(signature = "(type)")]
    fn _clear_type_descriptors(thread: &Thread, class: Gc<crate::types::type_object::Type>) -> PyResult<()> {
        let names = ["__dict__", "__weakref__"];
        for name in names {
            let name = thread.vm().interner.intern_text(thread, name);
            class.delete_attribute(thread, name);
        }
        Ok(())
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let vm = thread.vm();
        let layout = info::Layout::find();
        info::add_to(thread, module, &layout)?;
        module.set(thread, "modules", vm.modules().value());
        module.set(thread, "monitoring", super::monitoring::make(thread)?.value());
        module.set(thread, "builtin_module_names", builtin_names(thread));
        module.set(thread, "stdlib_module_names", standard_names(thread)?);
        crate::modules::import::add_to_sys(thread, module, &layout.library)?;
        for (name, descriptor) in [("stdin", 0), ("stdout", 1), ("stderr", 2)] {
            let stream = crate::modules::io::standard_stream(thread, descriptor)?;
            module.set(thread, name, stream);
            module.set(thread, &format!("__{name}__"), stream);
        }
        Ok(())
    }
}
