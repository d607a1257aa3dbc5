//! Builtins that consume an iterable, as Python functions.
//!
//! What lives here: making the functions of `consumers.py`, and finding the one that does what a builtin does. The
//! builder inlines it where the builtin is called with a generator that can run inlined, and in it the generator; after a
//! side exit the interpreter goes on in it. Nobody sees its frames. What must not: builtins for which the order of what
//! happens, or anything else that a program can see, would be another.

use super::state::Jit;
use crate::interp::body::Body;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::native_function::NativeFunction;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::type_object::Type;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{CompileFlags, CompileMode};

const SOURCE: &str = include_str!("consumers.py");

/// The builtins that functions stand for.
const CONSUMERS: [&str; 6] = ["list", "tuple", "set", "any", "all", "sum"];

/// Makes the functions, once; called where Python code may run.
pub fn prepare(thread: &Thread, jit: &Jit) {
    if jit.consumers_tried.replace(true) {
        return;
    }
    let globals = Dict::new(thread);
    thread.vm().module_state.borrow_mut().push(globals.header());
    if let Err(raised) = make(thread, globals) {
        // Out of memory, or interrupted: then builtins are called.
        let error = thread.take_exception(raised);
        debug_assert!(false, "{}", thread.type_name(error));
        return;
    }
    jit.consumers.set(Some(globals));
}

fn make(thread: &Thread, globals: Gc<Dict>) -> taipan_runtime::error::PyResult<()> {
    let (hooks, types) = (thread.vm().hooks(), &thread.vm().types);
    let text = |name: &str| thread.vm().interner.intern_text(thread, name);
    for class in
        [types.type_type, types.int, types.bool, types.float, types.complex, types.list, types.tuple, types.set]
    {
        globals.insert_str(thread, text(&class.name_string()), class.value());
    }
    let abs = thread.vm().builtins_dict().get_str(thread, text("abs"));
    let Some(abs) = abs.filter(|abs| builtin_name(thread, *abs) == Some("abs")) else {
        // The script has put something else there.
        return Ok(());
    };
    globals.insert_str(thread, text("abs"), abs);
    let source = Str::new(thread, SOURCE).value();
    let code = (hooks.compile)(thread, source, "<consumers>", CompileMode::Module, CompileFlags::default())?;
    taipan_runtime::modules::import::run_module_code(thread, code, globals)?;
    let mut position = 0;
    while let Some((name, value)) = globals.next_entry(&mut position) {
        if let (Some(name), Some(function)) = (name.cast::<Str>(), value.cast::<Function>()) {
            let body = Body::of_ref(function.code());
            body.stands_for_native.set(CONSUMERS.contains(&&*name.to_string_lossy(thread)));
            body.is_hidden.set(true);
        }
    }
    Ok(())
}

/// The name of a function of `builtins`.
fn builtin_name(thread: &Thread, builtin: Value) -> Option<&'static str> {
    let function = builtin.cast::<NativeFunction>()?;
    let module = function.module.get().and_then(|name| name.cast::<Str>())?;
    (module.to_string_lossy(thread) == "builtins").then_some(function.spec.name)
}

/// The function that does what the builtin does with one argument.
pub fn standing_for(thread: &Thread, jit: &Jit, builtin: Value) -> Option<Gc<Function>> {
    let globals = jit.consumers.get()?;
    let types = &thread.vm().types;
    let name = if let Some(class) = builtin.cast::<Type>() {
        let classes = [(types.list, "list"), (types.tuple, "tuple"), (types.set, "set")];
        classes.into_iter().find(|(known, _)| *known == class)?.1
    } else {
        builtin_name(thread, builtin).filter(|name| matches!(*name, "any" | "all" | "sum"))?
    };
    globals.get_str(thread, thread.vm().interner.intern_text(thread, name))?.cast::<Function>()
}
