//! The module `faulthandler`: tracebacks on demand.
//!
//! What lives here: `dump_traceback`, and the switches. Fatal signals end the process as the system has it: a
//! crash of native code is our bug, and its core is worth more than a Python traceback.

use taipan_macros::py_module;

/// faulthandler module.
#[py_module(name = "faulthandler")]
pub mod faulthandler {
    use crate::error::PyResult;
    use crate::modules::builtins::text::{of_sys, write_to};
    use crate::native::Arguments;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::module::Module;
    use crate::types::str::Str;
    use crate::value::Value;

    /// Most frames that are shown.
    const MAX_FRAMES: usize = 100;

    /// This module, which remembers whether the handler is on.
    fn own_module(thread: &Thread) -> Option<Gc<Module>> {
        let module = thread.vm().modules().get_str(thread, crate::modules::support::intern(thread, "faulthandler"));
        module.and_then(|module| module.cast::<Module>())
    }

    /// Enable the fault handler.
    #[function(signature = "(file=sys.stderr, all_threads=True, c_stack=True)")]
    fn enable(thread: &Thread, file: Option<Value>, all_threads: Option<bool>, c_stack: Option<bool>) {
        let _ = (file, all_threads, c_stack);
        if let Some(module) = own_module(thread) {
            module.set(thread, "_enabled", Value::TRUE);
        }
    }

    /// Disable the fault handler.
    #[function]
    fn disable(thread: &Thread) -> bool {
        let was = is_enabled(thread);
        if let Some(module) = own_module(thread) {
            module.set(thread, "_enabled", Value::FALSE);
        }
        was
    }

    /// Check if the handler is enabled.
    #[function]
    fn is_enabled(thread: &Thread) -> bool {
        own_module(thread).and_then(|module| module.get(thread, "_enabled")) == Some(Value::TRUE)
    }

    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(signature = "(file=sys.stderr, all_threads=True)")]
    fn dump_traceback(thread: &Thread, file: Option<Value>, all_threads: Option<bool>) -> PyResult<()> {
        let file = match file.filter(|file| !file.is_none()) {
            Some(file) => file,
            None => match of_sys(thread, thread.vm().names.stderr).filter(|file| !file.is_none()) {
                Some(file) => file,
                None => return Err(thread.raise_runtime_error("unable to get sys.stderr")),
            },
        };
        let mut text = String::new();
        if all_threads.unwrap_or(true) {
            let mut stacks = Vec::new();
            crate::threads::for_each(thread, |other| {
                let current = if std::ptr::eq(other, thread) { "Current thread" } else { "Thread" };
                let heading = format!("{current} 0x{:016x} (most recent call first):\n", other.ident.get());
                stacks.push(heading + &stack_text(other));
            });
            // The newest thread comes first.
            stacks.reverse();
            text.push_str(&stacks.join("\n"));
        } else {
            text.push_str("Stack (most recent call first):\n");
            text.push_str(&stack_text(thread));
        }
        write_to(thread, file, Str::new(thread, &text))
    }

    /// A line for each activation of a thread.
    fn stack_text(thread: &Thread) -> String {
        let mut text = String::new();
        for depth in 0..MAX_FRAMES {
            let Some(frame) = (thread.vm().hooks().frame_at)(thread, depth) else { break };
            let Some(code) = frame.code.get() else { continue };
            let (file, line, name) = (code.filename_text(thread), frame.line(), code.name_text(thread));
            text.push_str(&format!("  File \"{file}\", line {line} in {name}\n"));
        }
        text
    }

    /// Not supported.
    #[function(signature = "(file=sys.stderr)")]
    fn dump_c_stack(thread: &Thread, file: Option<Value>) -> PyResult<()> {
        let _ = file;
        Err(thread.raise_not_implemented_error("faulthandler.dump_c_stack() is not supported by Taipan"))
    }

    /// Not supported: tracebacks are dumped by the thread that asks.
    #[function]
    fn dump_traceback_later(thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        let _ = arguments;
        Err(thread.raise_not_implemented_error("faulthandler.dump_traceback_later() is not supported by Taipan"))
    }

    /// Cancel the previous call to dump_traceback_later().
    #[function]
    fn cancel_dump_traceback_later() {}

    /// Not supported: use signal.signal() with a handler that calls dump_traceback().
    #[function]
    fn register(thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        let _ = arguments;
        Err(thread.raise_not_implemented_error("faulthandler.register() is not supported by Taipan"))
    }

    /// Unregister the handler of the signal registered by register().
    #[function]
    fn unregister(signum: i64) -> bool {
        let _ = signum;
        false
    }
}
