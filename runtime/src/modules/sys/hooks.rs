//! The functions of `sys` that other code calls back, and those that install callbacks: hooks, tracing, audit.
//!
//! What lives here: the functions. What must not: what calls the hooks. Start at [`functions`].

use super::info::AsyncgenHooks;
use super::unraisable;
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::builtins::text::{of_sys, write_to};
use crate::modules::support::{call_method, get, intern, tuple};
use crate::native::{Keywords, Nullable, PyClass};
use crate::object::Gc;
use crate::thread::Thread;
use crate::traceback_format;
use crate::types::exception::Exception;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::struct_sequence::{Items, make};
use crate::types::traceback::Traceback;
use crate::value::Value;

/// Writes text that the file's encoding may not have: what cannot be encoded is escaped.
fn write_escaped(thread: &Thread, file: Value, text: Gc<Str>) -> PyResult<()> {
    let Err(raised) = write_to(thread, file, text) else { return Ok(()) };
    thread.catch(raised, thread.vm().exceptions.unicode_encode_error)?;
    let encoding = get(thread, file, "encoding")?.cast::<Str>().map(|e| e.to_str_lossy(thread).into_owned());
    let bytes = dispatch::text::codecs::encode(thread, text, encoding.as_deref(), Some("backslashreplace"))?;
    if let Some(buffer) = dispatch::attr::get_optional(thread, file, intern(thread, "buffer"))? {
        call_method(thread, buffer, "write", &[bytes.value()])?;
        return Ok(());
    }
    let escaped = dispatch::text::codecs::decode(thread, bytes.value(), encoding.as_deref(), Some("strict"))?;
    write_to(thread, file, escaped)
}

/// Raises the audit event to the hooks that `addaudithook` installed.
pub fn audit_event(thread: &Thread, event: &str, arguments: &[Value]) -> PyResult<()> {
    let Some(hooks) = of_sys(thread, intern(thread, "__audit_hooks__")).and_then(|h| h.cast::<List>()) else {
        return Ok(());
    };
    let (event, arguments) = (Str::new(thread, event).value(), tuple(thread, arguments));
    let mut index = 0;
    while let Some(hook) = hooks.get(thread, index) {
        dispatch::call::call(thread, hook, &[event, arguments])?;
        index += 1;
    }
    Ok(())
}

/// Prints an uncaught exception to `sys.stderr`.
pub fn print_exception(thread: &Thread, exception: Gc<Exception>) -> PyResult<()> {
    let text = traceback_format::format_exception(thread, exception);
    let mut text = text;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    match of_sys(thread, thread.vm().names.stderr) {
        Some(file) if !file.is_none() => {
            write_escaped(thread, file, Str::new(thread, &text))?;
            dispatch::call::call_method(thread, file, thread.vm().names.flush, &[])?;
        }
        _ => {}
    }
    Ok(())
}

fn trace_function(thread: &Thread, index: usize) -> Value {
    thread.trace_functions[index].get().unwrap_or(Value::NONE)
}

fn set_trace_function(thread: &Thread, index: usize, function: Value) {
    thread.trace_functions[index].set(Some(function).filter(|f| !f.is_none()));
    (thread.vm().hooks().tracing_changed)(thread);
}

/// Hooks.
#[taipan_macros::py_module(name = "sys")]
pub mod functions {
    use super::*;

    /// Adds a new audit hook callback.
    #[function(signature = "(hook)")]
    fn addaudithook(thread: &Thread, hook: Value) -> PyResult<()> {
        audit_event(thread, "sys.addaudithook", &[])?;
        let name = intern(thread, "__audit_hooks__");
        let hooks = match of_sys(thread, name).and_then(|h| h.cast::<List>()) {
            Some(hooks) => hooks,
            None => {
                let hooks = List::empty(thread);
                if let Some(sys) = thread.vm().sys.get() {
                    sys.dict().insert_str(thread, name, hooks.value());
                }
                hooks
            }
        };
        hooks.push(thread, hook)
    }

    /// audit(event, *args)
    ///
    /// Passes the event to any hooks that are attached.
    #[function(signature = "(event, /, *args)")]
    fn audit(thread: &Thread, event: Gc<Str>, args: &[Value]) -> PyResult<()> {
        audit_event(thread, &event.to_str_lossy(thread), args)
    }

    /// This hook function is called by built-in breakpoint().
    #[function(signature = "(*args, **kwargs)")]
    fn breakpointhook(thread: &Thread, args: &[Value], keywords: Keywords<'_>) -> PyResult<Value> {
        let target = match std::env::var("PYTHONBREAKPOINT") {
            Ok(text) if text == "0" => return Ok(Value::NONE),
            Ok(text) if !text.is_empty() && !thread.vm().options.ignore_environment => text,
            _ => "pdb.set_trace".to_owned(),
        };
        let (module, attribute) = target.rsplit_once('.').unwrap_or(("builtins", &target));
        let found =
            crate::modules::import::import_name(thread, module).and_then(|module| get(thread, module, attribute));
        match found {
            Ok(hook) => dispatch::call::call_keywords(thread, hook, args, keywords),
            Err(raised) => {
                thread.take_exception(raised);
                let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{target}\"");
                dispatch::warnings::warn(thread, thread.vm().exceptions.runtime_warning, &message)?;
                Ok(Value::NONE)
            }
        }
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[function]
    fn displayhook(thread: &Thread, object: Value) -> PyResult<()> {
        let Some(builtins) = thread.vm().builtins.get() else {
            return Err(thread.raise_runtime_error("lost builtins module"));
        };
        if object.is_none() {
            return Ok(());
        }
        builtins.set(thread, "_", Value::NONE);
        let Some(stdout) = of_sys(thread, thread.vm().names.stdout).filter(|file| !file.is_none()) else {
            return Err(thread.raise_runtime_error("lost sys.stdout"));
        };
        write_escaped(thread, stdout, dispatch::text::repr(thread, object)?)?;
        write_to(thread, stdout, Str::latin1(thread, b'\n'))?;
        builtins.set(thread, "_", object);
        Ok(())
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function]
    fn excepthook(thread: &Thread, exctype: Value, value: Value, traceback: Value) -> PyResult<()> {
        let _ = exctype;
        let Some(exception) = value.cast::<Exception>() else {
            let given = thread.type_name(value);
            let text = format!("TypeError: print_exception(): Exception expected for value, {given} found\n");
            if let Some(file) = of_sys(thread, thread.vm().names.stderr).filter(|file| !file.is_none()) {
                write_to(thread, file, Str::new(thread, &text))?;
            }
            return Ok(());
        };
        if exception.traceback.get().is_none()
            && let Some(traceback) = traceback.cast::<Traceback>()
        {
            thread.store_gc(exception, &exception.traceback, traceback);
        }
        print_exception(thread, exception)
    }

    /// Handle an unraisable exception.
    #[function(name = "unraisablehook")]
    fn unraisable_hook(thread: &Thread, unraisable: Value) -> PyResult<()> {
        let exception = get(thread, unraisable, "exc_value")?;
        let message = get(thread, unraisable, "err_msg")?.cast::<Str>();
        let object = get(thread, unraisable, "object")?;
        unraisable::show(thread, exception, message, Some(object))
    }

    /// Set the global debug tracing function.
    ///
    /// It will be called on each function call.  See the debugger chapter
    /// in the library manual.
    #[function]
    fn settrace(thread: &Thread, function: Value) {
        set_trace_function(thread, 0, function);
    }

    /// Return the global debug tracing function set with sys.settrace.
    #[function]
    fn gettrace(thread: &Thread) -> Value {
        trace_function(thread, 0)
    }

    /// Set the profiling function.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[function]
    fn setprofile(thread: &Thread, function: Value) {
        set_trace_function(thread, 1, function);
    }

    /// Return the profiling function set with sys.setprofile.
    #[function]
    fn getprofile(thread: &Thread) -> Value {
        trace_function(thread, 1)
    }

    /// Set the global debug tracing function in all running threads belonging to the current interpreter.
    #[function(name = "_settraceallthreads")]
    fn settraceallthreads(thread: &Thread, function: Value) {
        crate::threads::for_each(thread, |other| set_trace_function(other, 0, function));
    }

    /// Set the profiling function in all running threads belonging to the current interpreter.
    #[function(name = "_setprofileallthreads")]
    fn setprofileallthreads(thread: &Thread, function: Value) {
        crate::threads::for_each(thread, |other| set_trace_function(other, 1, function));
    }

    /// Call func(*args), while tracing is enabled.
    ///
    /// The tracing state is saved, and restored afterwards.  This is intended
    /// to be called from a debugger from a checkpoint, to recursively debug
    /// some other code.
    #[function]
    fn call_tracing(thread: &Thread, func: Value, args: Gc<crate::types::tuple::Tuple>) -> PyResult<Value> {
        let paused = thread.tracing_paused.replace(0);
        let result = dispatch::call::call(thread, func, args.items());
        thread.tracing_paused.set(paused);
        result
    }

    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[function]
    fn get_asyncgen_hooks(thread: &Thread) -> Value {
        let hook = |index: usize| thread.async_generator_hooks[index].get().unwrap_or(Value::NONE);
        let items = Items::new(thread).value(hook(0)).value(hook(1));
        make(thread, AsyncgenHooks::SPEC, &items.values, &[])
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[function(signature = "(firstiter=<unrepresentable>, finalizer=<unrepresentable>)")]
    fn set_asyncgen_hooks(thread: &Thread, firstiter: Nullable<Value>, finalizer: Nullable<Value>) -> PyResult<()> {
        for (index, (name, hook)) in [("firstiter", firstiter), ("finalizer", finalizer)].into_iter().enumerate() {
            match hook {
                Nullable::Absent => {}
                Nullable::None => thread.async_generator_hooks[index].set(None),
                Nullable::Given(function) if dispatch::call::is_callable(thread, function) => {
                    thread.async_generator_hooks[index].set(Some(function));
                }
                Nullable::Given(other) => {
                    let message = format!("callable {name} expected, got {}", thread.type_name(other));
                    return Err(thread.raise_type_error(message));
                }
            }
        }
        Ok(())
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[function]
    fn get_coroutine_origin_tracking_depth(thread: &Thread) -> usize {
        thread.vm().coroutine_origin_depth.get()
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    ///
    /// Coroutine objects will track 'depth' frames of traceback information
    /// about where they came from, available in their cr_origin attribute.
    ///
    /// Set a depth of 0 to disable.
    #[function(signature = "(depth)")]
    fn set_coroutine_origin_tracking_depth(thread: &Thread, depth: i32) -> PyResult<()> {
        match usize::try_from(depth) {
            Ok(depth) => {
                thread.vm().coroutine_origin_depth.set(depth);
                Ok(())
            }
            Err(_) => Err(thread.raise_value_error("depth must be >= 0")),
        }
    }

    /// The hooks under the names that programs restore them from.
    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for (alias, name) in [
            ("__displayhook__", "displayhook"),
            ("__excepthook__", "excepthook"),
            ("__unraisablehook__", "unraisablehook"),
            ("__breakpointhook__", "breakpointhook"),
        ] {
            if let Some(hook) = module.get(thread, name) {
                module.set(thread, alias, hook);
            }
        }
        Ok(())
    }
}
