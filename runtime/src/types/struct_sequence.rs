//! Tuples with named fields: `sys.version_info`, `os.stat_result`, `time.struct_time`.
//!
//! What lives here: what such classes share, and the macro that declares one. What must not: any particular one
//! (the modules have theirs). Start at [`struct_sequence!`](crate::struct_sequence) and [`make`].
//!
//! The first fields are items of the tuple. Hidden fields are attributes only: each is a class constant `None`,
//! overridden in the instance.

use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{intern, repr, string, tuple};
use crate::native::{ClassSpec, ConstantValue, Keywords};
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::int;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_methods;

/// Declares the class of a struct sequence: a unit struct that implements `PyClass`.
///
/// Marker, Python name, module, flag `constructible` or `sealed`, doc; then the named items with their indices,
/// how many items the tuple has, and the hidden fields.
#[macro_export]
macro_rules! struct_sequence {
    ($(#[$about:meta])* $marker:ident, $spec:ident, $name:literal, $module:literal, $sealed:literal, $doc:literal;
     items $count:literal { $($index:literal $field:literal $field_doc:literal;)* }
     hidden { $($hidden:literal)* }) => {
        $(#[$about])*
        pub struct $marker;

        #[doc = concat!("The Python class `", $name, "`.")]
        pub static $spec: $crate::native::ClassSpec = $crate::native::ClassSpec {
            name: $name,
            module: $module,
            doc: Some($doc),
            text_signature: None,
            base: Some(<$crate::types::tuple::Tuple as $crate::native::PyClass>::SPEC),
            size: ::core::option::Option::None,
            kind: Some($crate::object::Kind::Tuple),
            flags: $crate::native::ClassFlags {
                subclassable: false,
                unhashable: false,
                no_instances: $sealed,
                dict: $crate::struct_sequence!(@any $($hidden)*),
                mutable: false,
            },
            own: $crate::native::MethodsSpec {
                methods: &[],
                getters: &[$($crate::native::GetSetSpec {
                    name: $field,
                    doc: Some($field_doc),
                    get: $crate::types::struct_sequence::item::<$index>,
                    set: None,
                    delete: None,
                    member: true,
                }),*],
                constants: &[
                    $($crate::native::ConstantSpec { name: $hidden, value: $crate::native::ConstantValue::None },)*
                    $crate::native::ConstantSpec { name: "n_sequence_fields", value: $crate::native::ConstantValue::Int($count) },
                    $crate::native::ConstantSpec {
                        name: "n_fields",
                        value: $crate::native::ConstantValue::Int($count $(+ $crate::struct_sequence!(@one $hidden))*),
                    },
                    $crate::native::ConstantSpec {
                        name: "n_unnamed_fields",
                        value: $crate::native::ConstantValue::Int($count $(- $crate::struct_sequence!(@one $index))*),
                    },
                    $crate::native::ConstantSpec {
                        name: "__match_args__",
                        value: $crate::native::ConstantValue::Compute(|thread| {
                            let names = [$($field),*];
                            let mut values = $crate::scratch::ScratchVec::new();
                            for name in names {
                                values.push(thread, $crate::modules::support::string(thread, name));
                            }
                            Ok($crate::modules::support::tuple(thread, &values))
                        }),
                    },
                ],
            },
            extend: &[&$crate::types::struct_sequence::METHODS],
        };

        impl $crate::native::PyClass for $marker {
            const SPEC: &'static $crate::native::ClassSpec = &$spec;
        }
    };
    (@one $token:literal) => { 1 };
    (@any) => { false };
    (@any $($hidden:literal)+) => { true };
}

/// Reads item `INDEX`.
pub fn item<const INDEX: usize>(thread: &Thread, object: Value) -> PyResult<Value> {
    match object.cast::<Tuple>().and_then(|tuple| tuple.get(INDEX)) {
        Some(value) => Ok(value),
        None => {
            Err(thread.raise_type_error(format!("descriptor doesn't apply to a '{}' object", thread.type_name(object))))
        }
    }
}

/// Names of the hidden fields.
fn hidden_names(spec: &'static ClassSpec) -> impl Iterator<Item = &'static str> {
    spec.own
        .constants
        .iter()
        .filter(|constant| matches!(constant.value, ConstantValue::None))
        .map(|constant| constant.name)
}

/// Names of the fields that have one, items first.
fn field_names(spec: &'static ClassSpec) -> impl Iterator<Item = &'static str> {
    spec.own.getters.iter().map(|getter| getter.name).chain(hidden_names(spec))
}

/// How many items instances have.
fn item_count(spec: &'static ClassSpec) -> usize {
    let stated = spec.own.constants.iter().find(|constant| constant.name == "n_sequence_fields");
    match stated.map(|constant| constant.value) {
        Some(ConstantValue::Int(count)) => count as usize,
        _ => spec.own.getters.len(),
    }
}

/// An instance of the class with these items and hidden fields.
pub fn make(thread: &Thread, spec: &'static ClassSpec, items: &[Value], hidden: &[Value]) -> Value {
    let class = Type::of_spec(thread, spec);
    let object = Tuple::new_of_class(thread, class, items);
    for (name, &value) in hidden_names(spec).zip(hidden) {
        instance::set_attribute(thread, object.header(), intern(thread, name), value);
    }
    object.value()
}

/// The spec of the class or of the struct sequence it derives from.
fn spec_of(thread: &Thread, class: Gc<Type>) -> PyResult<&'static ClassSpec> {
    match class.spec.get() {
        Some(spec) => Ok(spec),
        None => Err(thread.raise_type_error(format!("'{}' is no struct sequence", class.name_string()))),
    }
}

/// Groups the methods that all struct sequences have.
pub struct StructSequence;

#[py_methods(class = "structseq")]
impl StructSequence {
    #[new(signature = "(sequence, dict={})")]
    fn new(class: Gc<Type>, thread: &Thread, sequence: Value, dict: Option<Value>) -> PyResult<Value> {
        let spec = spec_of(thread, class)?;
        if let Err(raised) = dispatch::iter::get_iter(thread, sequence) {
            thread.catch(raised, thread.vm().exceptions.type_error)?;
            return Err(thread.raise_type_error("constructor requires a sequence"));
        }
        let items = Tuple::from_iterable(thread, sequence)?;
        let dict = match dict {
            None => None,
            Some(value) => match value.cast::<Dict>() {
                Some(dict) => Some(dict),
                None => {
                    return Err(
                        thread.raise_type_error(format!("{}() takes a dict as second arg, if any", spec.full_name()))
                    );
                }
            },
        };
        let (least, all) = (item_count(spec), item_count(spec) + hidden_names(spec).count());
        let given = items.len();
        if given < least || given > all {
            let bound = match (least == all, given < least) {
                (true, _) => format!("a {least}"),
                (false, true) => format!("an at least {least}"),
                (false, false) => format!("an at most {all}"),
            };
            return Err(thread
                .raise_type_error(format!("{}() takes {bound}-sequence ({given}-sequence given)", spec.full_name())));
        }
        let mut hidden = ScratchVec::new();
        let mut named = 0;
        for (index, name) in hidden_names(spec).enumerate() {
            let by_name = || dict.and_then(|dict| dict.get_str(thread, intern(thread, name)));
            let value = match items.get(least + index) {
                Some(value) => Some(value),
                None => by_name().inspect(|_| named += 1),
            };
            // `os.stat_result` takes times that are not given from its items of whole seconds.
            let seconds = ["st_atime", "st_mtime", "st_ctime"].iter().position(|time| *time == name);
            let value = value.filter(|value| !value.is_none()).or_else(|| items.get(7 + seconds?));
            hidden.push(thread, value.unwrap_or(Value::NONE));
        }
        if dict.is_some_and(|dict| dict.len() > named) {
            let message = format!("{}() got duplicate or unexpected field name(s)", spec.full_name());
            return Err(thread.raise_type_error(message));
        }
        Ok(make(thread, spec, &items.items()[..least], &hidden))
    }

    #[method]
    fn __repr__(this: Gc<Tuple>, thread: &Thread) -> PyResult<String> {
        let class = thread.class_of(this.value());
        let spec = spec_of(thread, class)?;
        let mut parts = Vec::new();
        for (name, &value) in field_names(spec).zip(this.items()) {
            parts.push(format!("{name}={}", repr(thread, value)?));
        }
        Ok(format!("{}({})", spec.full_name(), parts.join(", ")))
    }

    #[method]
    fn __reduce__(this: Gc<Tuple>, thread: &Thread) -> PyResult<Value> {
        let class = thread.class_of(this.value());
        let dict = Dict::new(thread);
        for name in hidden_names(spec_of(thread, class)?) {
            let value = dispatch::attr::get(thread, this.value(), intern(thread, name))?;
            dict.insert_str(thread, intern(thread, name), value);
        }
        let arguments = tuple(thread, &[tuple(thread, this.items()), dict.value()]);
        Ok(tuple(thread, &[class.value(), arguments]))
    }

    /// Return a copy of the structure with new values for the specified fields.
    #[method(name = "__replace__", signature = "(self, /, **changes)")]
    fn replace(this: Gc<Tuple>, thread: &Thread, changes: Keywords<'_>) -> PyResult<Value> {
        let spec = spec_of(thread, thread.class_of(this.value()))?;
        if item_count(spec) != spec.own.getters.len() {
            return Err(thread.raise_type_error(format!(
                "__replace__() is not supported for {} because it has unnamed field(s)",
                spec.full_name()
            )));
        }
        let mut unknown = Vec::new();
        for (name, _) in changes.iter() {
            let text = name.to_str_lossy(thread).into_owned();
            if !field_names(spec).any(|known| known == text) {
                unknown.push(repr(thread, name.value())?);
            }
        }
        if !unknown.is_empty() {
            return Err(thread.raise_type_error(format!("Got unexpected field name(s): [{}]", unknown.join(", "))));
        }
        let (mut items, mut hidden) = (ScratchVec::new(), ScratchVec::new());
        for (index, name) in field_names(spec).enumerate() {
            let value = match changes.get(name) {
                Some(value) => value,
                None => dispatch::attr::get(thread, this.value(), intern(thread, name))?,
            };
            if index < spec.own.getters.len() { items.push(thread, value) } else { hidden.push(thread, value) }
        }
        Ok(make(thread, spec, &items, &hidden))
    }
}

/// Collects items for [`make`].
pub struct Items<'a> {
    thread: &'a Thread,
    pub values: ScratchVec,
}

impl<'a> Items<'a> {
    pub fn new(thread: &'a Thread) -> Items<'a> {
        Items { thread, values: ScratchVec::new() }
    }

    pub fn value(mut self, value: Value) -> Self {
        self.values.push(self.thread, value);
        self
    }

    pub fn int(self, number: i64) -> Self {
        let value = int::from_i64(self.thread, number);
        self.value(value)
    }

    pub fn unsigned(self, number: u64) -> Self {
        let value = int::from_u64(self.thread, number);
        self.value(value)
    }

    pub fn float(self, number: f64) -> Self {
        let value = crate::types::float::Float::new(self.thread, number).value();
        self.value(value)
    }

    pub fn text(self, text: &str) -> Self {
        let value = string(self.thread, text);
        self.value(value)
    }

    pub fn bool(self, truth: bool) -> Self {
        self.value(Value::from_bool(truth))
    }

    pub fn string(self, text: Gc<Str>) -> Self {
        self.value(text.value())
    }
}
