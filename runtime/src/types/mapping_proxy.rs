//! `mappingproxy`: a read-only view of a mapping (class namespaces).

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, Slot};
use crate::thread::Thread;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A read-only view.
#[repr(C)]
pub struct MappingProxy {
    header: Header,
    pub mapping: Slot,
}

impl HeapObject for MappingProxy {
    const KIND: Kind = Kind::MappingProxy;
    fn size(&self) -> usize {
        size_of::<MappingProxy>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.mapping);
    }
}

impl MappingProxy {
    pub fn wrap(thread: &Thread, mapping: Value) -> Gc<MappingProxy> {
        let shape = thread.vm().types.mappingproxy.instance_shape.get();
        thread.allocate(shape, 0, |header| MappingProxy { header, mapping: Slot::new(mapping) })
    }

    fn inner(&self) -> Value {
        self.mapping.get().unwrap_or(Value::NONE)
    }

    fn forward(this: Gc<MappingProxy>, thread: &Thread, name: &str, arguments: &[Value]) -> PyResult<Value> {
        dispatch::call::call_method(thread, this.inner(), thread.vm().interner.intern_text(thread, name), arguments)
    }
}

/// Read-only proxy of a mapping.
#[py_class(name = "mappingproxy", kind = MappingProxy, module = "builtins", signature = "(mapping, /)")]
impl MappingProxy {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, mapping: Value) -> PyResult<Gc<MappingProxy>> {
        let _ = class;
        let unsuitable = mapping.cast::<crate::types::list::List>().is_some()
            || mapping.cast::<crate::types::tuple::Tuple>().is_some();
        if unsuitable || thread.class_of(mapping).special(thread, crate::types::special::Special::GetItem).is_none() {
            let message = format!("mappingproxy() argument must be a mapping, not {}", thread.type_name(mapping));
            return Err(thread.raise_type_error(message));
        }
        Ok(MappingProxy::wrap(thread, mapping))
    }
    #[method(name = "__getitem__")]
    fn getitem(this: Gc<MappingProxy>, thread: &Thread, key: Value) -> PyResult<Value> {
        dispatch::subscript::get_item(thread, this.inner(), key)
    }
    #[method(name = "__len__")]
    fn len(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<usize> {
        dispatch::iter::length(thread, this.inner())
    }
    #[method(name = "__contains__")]
    fn contains(this: Gc<MappingProxy>, thread: &Thread, key: Value) -> PyResult<bool> {
        dispatch::iter::contains(thread, this.inner(), key)
    }
    #[method(name = "__iter__")]
    fn iter(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<Value> {
        dispatch::iter::get_iter(thread, this.inner())
    }
    #[method(name = "__reversed__")]
    fn reversed(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<Value> {
        MappingProxy::forward(this, thread, "__reversed__", &[])
    }
    /// Return the value for key if key is in the mapping, else default.
    #[method(signature = "(self, key, default=None, /)")]
    fn get(this: Gc<MappingProxy>, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        MappingProxy::forward(this, thread, "get", &[key, default.unwrap_or(Value::NONE)])
    }
    /// D.keys() -> a set-like object providing a view on D's keys
    #[method]
    fn keys(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<Value> {
        MappingProxy::forward(this, thread, "keys", &[])
    }
    /// D.values() -> an object providing a view on D's values
    #[method]
    fn values(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<Value> {
        MappingProxy::forward(this, thread, "values", &[])
    }
    /// D.items() -> a set-like object providing a view on D's items
    #[method]
    fn items(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<Value> {
        MappingProxy::forward(this, thread, "items", &[])
    }
    /// D.copy() -> a shallow copy of D
    #[method]
    fn copy(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<Value> {
        MappingProxy::forward(this, thread, "copy", &[])
    }
    #[method(name = "__eq__")]
    fn equals(this: Gc<MappingProxy>, thread: &Thread, other: Value) -> PyResult<Value> {
        let other = other.cast::<MappingProxy>().map_or(other, |o| o.inner());
        dispatch::compare::compare(thread, dispatch::compare::CompareOperator::Eq, this.inner(), other)
    }
    #[method(name = "__or__")]
    fn or(this: Gc<MappingProxy>, thread: &Thread, other: Value) -> PyResult<Value> {
        let other = other.cast::<MappingProxy>().map_or(other, |o| o.inner());
        dispatch::binary::bit_or(thread, this.inner(), other)
    }
    #[method(name = "__ror__")]
    fn reflected_or(this: Gc<MappingProxy>, thread: &Thread, other: Value) -> PyResult<Value> {
        let other = other.cast::<MappingProxy>().map_or(other, |o| o.inner());
        dispatch::binary::bit_or(thread, other, this.inner())
    }
    #[method(name = "__ior__")]
    fn inplace_or(this: Gc<MappingProxy>, thread: &Thread, other: Value) -> PyResult<Value> {
        let _ = (this, other);
        Err(thread.raise_type_error("'|=' is not supported by mappingproxy; use '|' instead"))
    }
    #[method(name = "__hash__")]
    fn hash(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<i64> {
        dispatch::hash::hash(thread, this.inner())
    }
    #[method(name = "__str__")]
    fn str(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<Gc<crate::types::str::Str>> {
        dispatch::text::str(thread, this.inner())
    }
    #[method(name = "__repr__")]
    fn repr(this: Gc<MappingProxy>, thread: &Thread) -> PyResult<String> {
        Ok(format!("mappingproxy({})", dispatch::text::repr(thread, this.inner())?.to_str_lossy(thread)))
    }
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
}
