//! Rust functions of the embedder as Python callables.
//!
//! What lives here: the class of such objects. What must not: anything else of the engine.

use taipan_macros::py_class;
use taipan_runtime::error::PyResult;
use taipan_runtime::gc::Tracer;
use taipan_runtime::native::PyClass;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::payload::{Payload, PayloadData};
use taipan_runtime::types::type_object::Type;
use taipan_runtime::value::Value;

use super::{Context, Object};

/// A registered function.
pub type Function = Box<dyn for<'e> Fn(Context<'e>, &[Object<'e>]) -> Result<Object<'e>, String>>;

/// A Rust function of the embedder.
pub struct HostFunction {
    name: String,
    function: Function,
}

impl PayloadData for HostFunction {
    fn trace(&self, _: &mut Tracer) {}
}

/// A function of the program that embeds the engine.
#[py_class(name = "host_function", payload, module = "builtins", no_instances)]
impl HostFunction {
    #[getter(name = "__name__")]
    fn name(this: Gc<Payload<HostFunction>>) -> String {
        this.data.name.clone()
    }

    #[method(name = "__call__", signature = "(self, /, *args)")]
    fn call(this: Gc<Payload<HostFunction>>, thread: &Thread, arguments: &[Value]) -> PyResult<Value> {
        let context = Context { thread };
        let objects: Vec<Object<'_>> = arguments.iter().map(|&argument| context.hold(argument)).collect();
        match (this.data.function)(context, &objects) {
            Ok(object) => Ok(object.value()),
            Err(message) => Err(thread.raise_runtime_error(message)),
        }
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<Payload<HostFunction>>) -> String {
        format!("<host function {}>", this.data.name)
    }
}

/// The object for a registered function.
pub fn make(thread: &Thread, name: &str, function: Function) -> Value {
    let class = Type::of_spec(thread, <HostFunction as PyClass>::SPEC);
    Payload::new(thread, class, HostFunction { name: name.to_owned(), function }).value()
}
