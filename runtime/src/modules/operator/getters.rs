//! `itemgetter`, `attrgetter` and `methodcaller`: callables that look something up in their argument.
//!
//! Start at [`ItemGetter`].

use crate::dispatch::{attr, call, subscript, text};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::{Gc, GcSlot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::dict::Dict;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// Constructor arguments without keywords, at least one.
fn at_least_one<'a>(thread: &Thread, name: &str, arguments: Arguments<'a>) -> PyResult<&'a [Value]> {
    if arguments.keyword_count() != 0 {
        return Err(thread.raise_type_error(format!("{name}() takes no keyword arguments")));
    }
    if arguments.values.is_empty() {
        return Err(thread.raise_type_error(format!("{name} expected 1 argument, got 0")));
    }
    Ok(arguments.values)
}

/// The single object that a getter is called with.
fn only_argument(thread: &Thread, name: &str, arguments: Arguments<'_>) -> PyResult<Value> {
    if arguments.keyword_count() != 0 {
        return Err(thread.raise_type_error(format!("{name}() takes no keyword arguments")));
    }
    match *arguments.values {
        [object] => Ok(object),
        ref values => Err(thread.raise_type_error(format!("{name} expected 1 argument, got {}", values.len()))),
    }
}

/// One result as it is, several as a tuple.
fn gathered(thread: &Thread, items: &[Value], mut get: impl FnMut(Value) -> PyResult<Value>) -> PyResult<Value> {
    if let [item] = *items {
        return get(item);
    }
    let mut results = ScratchVec::with_capacity(thread, items.len());
    for &item in items {
        let result = get(item)?;
        results.push(thread, result);
    }
    Ok(Tuple::new(thread, &results).value())
}

/// The items of a slot that is always set.
fn items_of<'a>(slot: &GcSlot<Tuple>) -> &'a [Value] {
    slot.get().map_or(&[], |tuple| tuple.items_unbounded())
}

fn joined_reprs(thread: &Thread, items: &[Value]) -> PyResult<String> {
    let mut parts = Vec::new();
    for &item in items {
        parts.push(text::repr(thread, item)?.to_string_lossy(thread));
    }
    Ok(parts.join(", "))
}

/// What `itemgetter(...)` makes.
pub struct ItemGetter {
    items: GcSlot<Tuple>,
}

impl PayloadData for ItemGetter {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.items);
    }
}

/// A callable that fetches items from its argument: itemgetter(2)(r) is r[2],
/// itemgetter(2, 5)(r) is (r[2], r[5]).
#[py_class(name = "itemgetter", module = "operator", signature = "(item, /, *items)", subclassable, payload)]
impl ItemGetter {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<ItemGetter>>> {
        let items = Tuple::new(thread, at_least_one(thread, "itemgetter", arguments)?);
        Ok(Payload::new(thread, class, ItemGetter { items: GcSlot::new(items) }))
    }

    #[method]
    fn __call__(this: Gc<Payload<ItemGetter>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let object = only_argument(thread, "itemgetter", arguments)?;
        gathered(thread, items_of(&this.data.items), |item| subscript::get_item(thread, object, item))
    }

    #[method]
    fn __repr__(this: Gc<Payload<ItemGetter>>, thread: &Thread) -> PyResult<String> {
        let name = thread.class_of(this.value()).full_name(thread);
        Ok(format!("{name}({})", joined_reprs(thread, items_of(&this.data.items))?))
    }

    /// Pickles by class and arguments.
    #[method]
    fn __reduce__(this: Gc<Payload<ItemGetter>>, thread: &Thread) -> Gc<Tuple> {
        let items = Tuple::new(thread, items_of(&this.data.items));
        Tuple::new(thread, &[thread.class_of(this.value()).value(), items.value()])
    }
}

/// What `attrgetter(...)` makes.
pub struct AttrGetter {
    /// Names as given, dots included.
    names: GcSlot<Tuple>,
    /// For each name the tuple of its parts, interned.
    paths: GcSlot<Tuple>,
}

impl PayloadData for AttrGetter {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.names);
        tracer.gc_slot(&self.paths);
    }
}

/// A callable that fetches attributes from its argument: attrgetter('name')(r) is r.name,
/// attrgetter('a', 'b.c')(r) is (r.a, r.b.c).
#[py_class(name = "attrgetter", module = "operator", signature = "(attr, /, *attrs)", subclassable, payload)]
impl AttrGetter {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<AttrGetter>>> {
        let names = at_least_one(thread, "attrgetter", arguments)?;
        let mut paths = ScratchVec::with_capacity(thread, names.len());
        for name in names {
            let Some(name) = name.cast::<Str>() else {
                return Err(thread.raise_type_error("attribute name must be a string"));
            };
            let mut path = ScratchVec::new();
            for part in name.to_string_lossy(thread).split('.') {
                path.push(thread, thread.vm().interner.intern_text(thread, part).value());
            }
            paths.push(thread, Tuple::new(thread, &path).value());
        }
        let names = Tuple::new(thread, names);
        let paths = Tuple::new(thread, &paths);
        Ok(Payload::new(thread, class, AttrGetter { names: GcSlot::new(names), paths: GcSlot::new(paths) }))
    }

    #[method]
    fn __call__(this: Gc<Payload<AttrGetter>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let object = only_argument(thread, "attrgetter", arguments)?;
        gathered(thread, items_of(&this.data.paths), |path| {
            let parts = path.cast::<Tuple>().map_or(&[][..], |path| path.items_unbounded());
            parts.iter().try_fold(object, |object, part| match part.cast::<Str>() {
                Some(name) => attr::get(thread, object, name),
                None => unreachable!("paths hold names"),
            })
        })
    }

    #[method]
    fn __repr__(this: Gc<Payload<AttrGetter>>, thread: &Thread) -> PyResult<String> {
        let name = thread.class_of(this.value()).full_name(thread);
        Ok(format!("{name}({})", joined_reprs(thread, items_of(&this.data.names))?))
    }

    /// Pickles by class and arguments.
    #[method]
    fn __reduce__(this: Gc<Payload<AttrGetter>>, thread: &Thread) -> Gc<Tuple> {
        let names = Tuple::new(thread, items_of(&this.data.names));
        Tuple::new(thread, &[thread.class_of(this.value()).value(), names.value()])
    }
}

/// What `methodcaller(...)` makes.
pub struct MethodCaller {
    name: GcSlot<Str>,
    arguments: GcSlot<Tuple>,
    keywords: GcSlot<Dict>,
}

impl PayloadData for MethodCaller {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.name);
        tracer.gc_slot(&self.arguments);
        tracer.gc_slot(&self.keywords);
    }
}

/// A callable that calls a method of its argument: methodcaller('name', 'x', y=1)(r) is r.name('x', y=1).
#[py_class(name = "methodcaller", module = "operator", signature = "(name, /, *args, **kwargs)", subclassable, payload)]
impl MethodCaller {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<MethodCaller>>> {
        let Some((&name, rest)) = arguments.positional().split_first() else {
            return Err(thread.raise_type_error("methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = name.cast::<Str>() else {
            return Err(thread.raise_type_error("method name must be a string"));
        };
        let name = thread.vm().interner.intern(thread, name);
        let keywords = Dict::new(thread);
        for (key, value) in arguments.keywords() {
            keywords.insert(thread, key.value(), value)?;
        }
        let data = MethodCaller {
            name: GcSlot::new(name),
            arguments: GcSlot::new(Tuple::new(thread, rest)),
            keywords: GcSlot::new(keywords),
        };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __call__(this: Gc<Payload<MethodCaller>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let object = only_argument(thread, "methodcaller", arguments)?;
        let Some(name) = this.data.name.get() else {
            unreachable!("set by the constructor");
        };
        let arguments = items_of(&this.data.arguments);
        match this.data.keywords.get().filter(|keywords| !keywords.is_empty()) {
            None => call::call_method(thread, object, name, arguments),
            keywords => {
                let method = attr::get(thread, object, name)?;
                call::call_with_dict(thread, method, arguments, keywords)
            }
        }
    }

    #[method]
    fn __repr__(this: Gc<Payload<MethodCaller>>, thread: &Thread) -> PyResult<String> {
        let class = thread.class_of(this.value()).full_name(thread);
        let mut parts = Vec::new();
        if let Some(name) = this.data.name.get() {
            parts.push(text::repr(thread, name.value())?.to_string_lossy(thread));
        }
        for &argument in items_of(&this.data.arguments) {
            parts.push(text::repr(thread, argument)?.to_string_lossy(thread));
        }
        if let Some(keywords) = this.data.keywords.get() {
            let mut position = 0;
            while let Some((key, value)) = keywords.next_entry(&mut position) {
                let key = text::str(thread, key)?.to_string_lossy(thread);
                parts.push(format!("{key}={}", text::repr(thread, value)?.to_string_lossy(thread)));
            }
        }
        Ok(format!("{class}({})", parts.join(", ")))
    }

    /// Pickles by class and arguments; with keywords through functools.partial.
    #[method]
    fn __reduce__(this: Gc<Payload<MethodCaller>>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let class = thread.class_of(this.value()).value();
        let mut arguments = ScratchVec::new();
        if let Some(name) = this.data.name.get() {
            arguments.push(thread, name.value());
        }
        let vm = thread.vm();
        let Some(keywords) = this.data.keywords.get().filter(|keywords| !keywords.is_empty()) else {
            arguments.extend_from_slice(thread, items_of(&this.data.arguments));
            let arguments = Tuple::new(thread, &arguments);
            return Ok(Tuple::new(thread, &[class, arguments.value()]));
        };
        let Some(import) = vm.builtins_dict().get_str(thread, vm.names.__import__) else {
            return Err(thread.raise_import_error("__import__ not found"));
        };
        let functools = call::call(thread, import, &[Str::new(thread, "functools").value()])?;
        let partial = attr::get(thread, functools, vm.interner.intern_text(thread, "partial"))?;
        let mut bound = ScratchVec::from_slice(thread, &[class]);
        bound.extend_from_slice(thread, &arguments);
        let constructor = call::call_with_dict(thread, partial, &bound, Some(keywords))?;
        let positional = Tuple::new(thread, items_of(&this.data.arguments));
        Ok(Tuple::new(thread, &[constructor, positional.value()]))
    }
}

/// `_compare_digest`.
pub fn compare_digest(thread: &Thread, a: Value, b: Value) -> PyResult<bool> {
    if let (Some(a), Some(b)) = (a.cast::<Str>(), b.cast::<Str>()) {
        if !a.is_ascii() || !b.is_ascii() {
            return Err(thread.raise_type_error("comparing strings with non-ASCII characters is not supported"));
        }
        return Ok(equal_in_constant_time(a.as_bytes(thread), b.as_bytes(thread)));
    }
    if !buffer::is_bytes_like(thread, a) || !buffer::is_bytes_like(thread, b) {
        let (a, b) = (thread.type_name(a), thread.type_name(b));
        return Err(
            thread.raise_type_error(format!("unsupported operand types(s) or combination of types: '{a}' and '{b}'"))
        );
    }
    let (a, b) = (buffer::to_vec(thread, a)?, buffer::to_vec(thread, b)?);
    Ok(equal_in_constant_time(&a, &b))
}

/// Looks at every byte of `b`, wherever the first difference is.
fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    let mut difference = u8::from(a.len() != b.len());
    let against = if a.len() == b.len() { a } else { b };
    for (x, y) in against.iter().zip(b) {
        difference |= std::hint::black_box(x ^ y);
    }
    difference == 0
}
