//! Modules: a namespace dict with attribute access.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::ModuleSpec;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::native_function::NativeFunction;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A module.
#[repr(C)]
pub struct Module {
    header: Header,
    pub namespace: GcSlot<Dict>,
}

impl HeapObject for Module {
    const KIND: Kind = Kind::Module;
    fn size(&self) -> usize {
        size_of::<Module>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.namespace);
        instance::trace_tail(&self.header, size_of::<Module>(), tracer);
    }
}

impl Module {
    fn allocate(thread: &Thread, class: Gc<Type>) -> Gc<Module> {
        let dict = Dict::new(thread);
        instance::allocate_instance(thread, class, |header| Module { header, namespace: GcSlot::new(dict) })
    }

    /// A module with the names every module has.
    pub fn create(thread: &Thread, name: &str, doc: Option<&str>) -> Gc<Module> {
        let module = Module::allocate(thread, thread.vm().types.module);
        let names = &thread.vm().names;
        let dict = module.dict();
        dict.insert_str(thread, names.__name__, thread.vm().interner.intern_text(thread, name).value());
        dict.insert_str(thread, names.__doc__, doc.map_or(Value::NONE, |d| Str::new(thread, d).value()));
        for name in [names.__package__, names.__loader__, names.__spec__] {
            dict.insert_str(thread, name, Value::NONE);
        }
        module
    }

    /// A native module from its spec: functions, constants, classes, then its `init`.
    pub fn from_spec(thread: &Thread, spec: &'static ModuleSpec) -> PyResult<Gc<Module>> {
        let module = Module::create(thread, spec.name, spec.doc);
        module.add_spec(thread, spec)?;
        Ok(module)
    }

    /// Puts everything of the spec into this module.
    pub fn add_spec(&self, thread: &Thread, spec: &'static ModuleSpec) -> PyResult<()> {
        let module: Gc<Module> = Gc::from_pointer(std::ptr::NonNull::from(self));
        let dict = module.dict();
        let interner = &thread.vm().interner;
        let own_name = dict.get_str(thread, thread.vm().names.__name__).and_then(|name| name.cast::<Str>());
        let module_name = own_name.unwrap_or_else(|| interner.intern_text(thread, spec.name));
        for part in spec.parts() {
            for function in part.functions {
                let object = NativeFunction::of_module(thread, function, module.value(), module_name);
                dict.insert_str(thread, interner.intern_text(thread, function.name), object.value());
            }
            for constant in part.constants {
                let value = constant.value.make(thread)?;
                dict.insert_str(thread, interner.intern_text(thread, constant.name), value);
            }
            for class in part.classes {
                let object = Type::of_spec(thread, class);
                dict.insert_str(thread, interner.intern_text(thread, class.name), object.value());
            }
            if let Some(init) = part.init {
                init(thread, module)?;
            }
        }
        Ok(())
    }

    /// The namespace.
    #[inline(always)]
    pub fn dict(&self) -> Gc<Dict> {
        match self.namespace.get() {
            Some(dict) => dict,
            None => unreachable!("modules are made with a namespace"),
        }
    }

    /// The attribute in the namespace.
    pub fn get(&self, thread: &Thread, name: &str) -> Option<Value> {
        self.dict().get_str(thread, thread.vm().interner.intern_text(thread, name))
    }

    /// Sets an attribute in the namespace.
    pub fn set(&self, thread: &Thread, name: &str, value: Value) {
        self.dict().insert_str(thread, thread.vm().interner.intern_text(thread, name), value);
    }
}

/// Create a module object.
///
/// The name must be a string; the optional docstring can have any type.
#[py_class(name = "module", kind = Module, module = "builtins", signature = "(name, doc=None)", subclassable)]
impl Module {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, arguments: &[Value], keywords: crate::native::Keywords<'_>) -> Gc<Module> {
        let _ = (arguments, keywords);
        Module::allocate(thread, class)
    }

    #[method(name = "__init__", signature = "(self, /, name, doc=None)")]
    fn init(this: Gc<Module>, thread: &Thread, name: Gc<Str>, doc: Option<Value>) {
        let names = &thread.vm().names;
        let dict = this.dict();
        dict.insert_str(thread, names.__name__, name.value());
        dict.insert_str(thread, names.__doc__, doc.unwrap_or(Value::NONE));
        for name in [names.__package__, names.__loader__, names.__spec__] {
            dict.insert_str(thread, name, Value::NONE);
        }
    }

    #[getter(name = "__dict__")]
    fn dunder_dict(this: Gc<Module>) -> Gc<Dict> {
        this.dict()
    }

    #[getter(name = "__annotations__")]
    fn annotations(this: Gc<Module>, thread: &Thread) -> PyResult<Value> {
        let names = &thread.vm().names;
        if let Some(annotations) = this.dict().get_str(thread, names.__annotations__) {
            return Ok(annotations);
        }
        let annotate = this.dict().get_str(thread, names.__annotate__).filter(|annotate| !annotate.is_none());
        let annotations = match annotate {
            Some(annotate) => {
                // 1 is annotationlib.Format.VALUE.
                let result = crate::dispatch::call::call(thread, annotate, &[Value::small_wrapping(1)])?;
                if result.cast::<Dict>().is_none() {
                    let given = thread.type_name(result);
                    return Err(thread.raise_type_error(format!("__annotate__ returned non-dict of type '{given}'")));
                }
                result
            }
            None => Dict::new(thread).value(),
        };
        this.dict().insert_str(thread, names.__annotations__, annotations);
        Ok(annotations)
    }

    #[setter(__annotations__)]
    fn set_annotations(this: Gc<Module>, thread: &Thread, value: Value) {
        this.dict().insert_str(thread, thread.vm().names.__annotations__, value);
        this.dict().remove_str(thread, thread.vm().names.__annotate__);
    }

    #[deleter(__annotations__)]
    fn delete_annotations(this: Gc<Module>, thread: &Thread) -> PyResult<()> {
        let removed = this.dict().remove_str(thread, thread.vm().names.__annotations__);
        this.dict().remove_str(thread, thread.vm().names.__annotate__);
        match removed {
            Some(_) => Ok(()),
            None => Err(thread.raise_plain_attribute_error("__annotations__")),
        }
    }

    #[getter(name = "__annotate__")]
    fn annotate(this: Gc<Module>, thread: &Thread) -> Value {
        let name = thread.vm().names.__annotate__;
        this.dict().get_str(thread, name).unwrap_or_else(|| {
            this.dict().insert_str(thread, name, Value::NONE);
            Value::NONE
        })
    }

    #[setter(__annotate__)]
    fn set_annotate(this: Gc<Module>, thread: &Thread, value: Value) -> PyResult<()> {
        if !value.is_none() && !crate::dispatch::call::is_callable(thread, value) {
            return Err(thread.raise_type_error("__annotate__ must be callable or None"));
        }
        this.dict().insert_str(thread, thread.vm().names.__annotate__, value);
        if !value.is_none() {
            this.dict().remove_str(thread, thread.vm().names.__annotations__);
        }
        Ok(())
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<Module>, thread: &Thread) -> PyResult<String> {
        let names = &thread.vm().names;
        let text = |value: Option<Value>| -> PyResult<Option<String>> {
            match value {
                Some(value) => Ok(Some(crate::dispatch::text::repr(thread, value)?.to_str_lossy(thread).into_owned())),
                None => Ok(None),
            }
        };
        let name = text(this.dict().get_str(thread, names.__name__))?.unwrap_or_else(|| "'?'".to_owned());
        let spec = this.dict().get_str(thread, names.__spec__).filter(|s| !s.is_none());
        let file = this.dict().get_str(thread, names.__file__).filter(|f| !f.is_none());
        let loader = this.dict().get_str(thread, names.__loader__).filter(|loader| !loader.is_none());
        if let Some(spec) = spec {
            return repr_from_spec(thread, spec);
        }
        Ok(match text(file)? {
            Some(file) => format!("<module {name} from {file}>"),
            None if crate::modules::is_native(thread, this) => format!("<module {name} (built-in)>"),
            None => match text(loader)? {
                Some(loader) => format!("<module {name} ({loader})>"),
                None => format!("<module {name}>"),
            },
        })
    }

    #[method(name = "__dir__")]
    fn dir(this: Gc<Module>, thread: &Thread) -> PyResult<Value> {
        if let Some(function) = this.dict().get_str(thread, thread.vm().names.__dir__) {
            return crate::dispatch::call::call(thread, function, &[]);
        }
        Ok(crate::types::list::List::from_iterable(thread, this.dict().value())?.value())
    }
}

/// `repr(module)` as its `__spec__` tells it.
fn repr_from_spec(thread: &Thread, spec: Value) -> PyResult<String> {
    let attribute = |name: &str| {
        let value = crate::dispatch::attr::get_optional(thread, spec, thread.vm().interner.intern_text(thread, name))?;
        PyResult::Ok(value.filter(|value| !value.is_none()))
    };
    let shown =
        |value: Value| PyResult::Ok(crate::dispatch::text::repr(thread, value)?.to_str_lossy(thread).into_owned());
    let name = attribute("name")?.map_or_else(|| Ok("'?'".to_owned()), shown)?;
    let has_location = match attribute("has_location")? {
        Some(flag) => crate::dispatch::truth::truth(thread, flag)?,
        None => false,
    };
    Ok(match (attribute("origin")?, attribute("loader")?) {
        (Some(origin), _) if has_location => format!("<module {name} from {}>", shown(origin)?),
        (Some(origin), _) => {
            let text = crate::dispatch::text::str(thread, origin)?.to_str_lossy(thread).into_owned();
            format!("<module {name} ({text})>")
        }
        (None, None) => format!("<module {name}>"),
        (None, Some(loader)) => {
            let path = thread.vm().interner.intern_text(thread, "_path");
            match crate::dispatch::attr::get_optional(thread, loader, path)? {
                Some(path) if thread.class_of(loader).name_string() == "NamespaceLoader" => {
                    let places = crate::types::list::List::from_iterable(thread, path)?;
                    format!("<module {name} (namespace) from {}>", shown(places.value())?)
                }
                _ => format!("<module {name} ({})>", shown(loader)?),
            }
        }
    })
}
