//! `atexit`: functions to call when the program ends.
//!
//! What lives here: the list of functions, kept in the module's namespace.

use taipan_macros::py_module;

/// allow programmer to define multiple exit functions to be executed
/// upon normal program termination.
///
/// Two public functions, register and unregister, are defined.
#[py_module(name = "atexit")]
pub mod atexit {
    use crate::dispatch;
    use crate::error::PyResult;
    use crate::native::Arguments;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::list::List;
    use crate::types::module::Module;
    use crate::types::tuple::Tuple;
    use crate::value::Value;

    const LIST: &str = "__functions__";

    fn functions(thread: &Thread) -> Option<Gc<List>> {
        let name = thread.vm().interner.intern_text(thread, "atexit");
        let module = thread.vm().modules().get_str(thread, name)?.cast::<Module>()?;
        module.get(thread, LIST)?.cast::<List>()
    }

    /// Register a function to be executed upon normal program termination
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[function]
    fn register(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let Some((&function, _)) = arguments.positional().split_first() else {
            return Err(thread.raise_type_error("register() takes at least 1 argument (0 given)"));
        };
        if !dispatch::call::is_callable(thread, function) {
            return Err(thread.raise_type_error("the first argument must be callable"));
        }
        let values = Tuple::new(thread, arguments.without_first().values);
        let names = arguments.names.map_or(Value::NONE, |names| names.value());
        let entry = Tuple::new(thread, &[function, values.value(), names]);
        if let Some(list) = functions(thread) {
            list.push(thread, entry.value())?;
        }
        Ok(function)
    }

    /// Unregister an exit function which was previously registered using
    /// atexit.register
    ///
    ///     func - function to be unregistered
    #[function]
    fn unregister(thread: &Thread, func: Value) -> PyResult<()> {
        let Some(list) = functions(thread) else { return Ok(()) };
        let kept = List::new(thread, &[]);
        for index in 0..list.len() {
            let Some(entry) = list.get(thread, index) else { break };
            let same = match entry.cast::<Tuple>() {
                Some(entry) => dispatch::compare::equals(thread, func, entry.items()[0])?,
                None => false,
            };
            if !same {
                kept.push(thread, entry)?;
            }
        }
        list.clear(thread);
        list.extend(thread, kept.value())
    }

    /// Clear the list of previously registered exit functions.
    #[function]
    fn _clear(thread: &Thread) {
        if let Some(list) = functions(thread) {
            list.clear(thread);
        }
    }

    /// Return the number of registered exit functions.
    #[function]
    fn _ncallbacks(thread: &Thread) -> usize {
        functions(thread).map_or(0, |list| list.len())
    }

    /// Run all registered exit functions.
    ///
    /// If a callback raises an exception, it is logged with sys.unraisablehook.
    #[function]
    fn _run_exitfuncs(thread: &Thread) -> PyResult<()> {
        let Some(list) = functions(thread) else { return Ok(()) };
        while !list.is_empty() {
            let last = list.len() - 1;
            let Some(entry) = list.get(thread, last).and_then(|entry| entry.cast::<Tuple>()) else { break };
            dispatch::subscript::delete_item(thread, list.value(), Value::small_wrapping(last as i64))?;
            let &[function, values, names] = entry.items() else { continue };
            let Some(values) = values.cast::<Tuple>() else { continue };
            let arguments = Arguments { values: values.items(), names: names.cast::<Tuple>() };
            if let Err(raised) = dispatch::call::call_with(thread, function, arguments) {
                crate::types::finalize::report(thread, raised, "Exception ignored in atexit callback", function);
            }
        }
        Ok(())
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, LIST, List::new(thread, &[]).value());
        Ok(())
    }
}
