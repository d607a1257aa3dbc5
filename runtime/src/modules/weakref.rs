//! `_weakref`: what the `weakref` module takes from native code.
//!
//! What lives here: proxies and the functions over reference lists. What must not: the reference type itself
//! (`types/weakref.rs`) and the collector's tables.

use crate::dispatch;
use crate::dispatch::binary::{self, BinaryOperator};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Keywords, PyClass};
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::types::weakref::{WeakRef, is_weakly_referenceable};
use crate::value::Value;
use taipan_macros::{py_class, py_module};

/// A weak proxy: forwards everything to its referent while that lives.
pub struct Proxy {
    reference: GcSlot<WeakRef>,
}

impl PayloadData for Proxy {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.reference);
    }
}

impl Proxy {
    fn make(thread: &Thread, referent: Value, callback: Option<Value>) -> PyResult<Value> {
        if !is_weakly_referenceable(thread, referent) {
            let class = thread.class_of(referent).full_name(thread);
            return Err(thread.raise_type_error(format!("cannot create weak reference to '{class}' object")));
        }
        let spec = if dispatch::call::is_callable(thread, referent) {
            <CallableProxyClass as PyClass>::SPEC
        } else {
            <Proxy as PyClass>::SPEC
        };
        let reference = WeakRef::new(thread, referent, callback);
        Ok(Payload::new(thread, Type::of_spec(thread, spec), Proxy { reference: GcSlot::new(reference) }).value())
    }
}

/// The referent of a proxy; any other value is itself.
fn unwrap(thread: &Thread, value: Value) -> PyResult<Value> {
    match Payload::<Proxy>::cast(value) {
        Some(proxy) => proxy
            .data
            .reference
            .get()
            .and_then(|reference| reference.referent())
            .ok_or_else(|| thread.raise_reference_error("weakly-referenced object no longer exists")),
        None => Ok(value),
    }
}

macro_rules! proxy_methods {
    (
        $module:ident, $name:literal,
        comparisons { $($comparison:ident $compared:ident;)* }
        operators { $($operator:ident $reflected:ident $inplace:ident $op:ident;)* }
        unary { $($unary:ident $forward:path;)* }
    ) => {
        mod $module {
            use super::*;
            use taipan_macros::py_methods;

            /// Groups what both kinds of proxies forward.
            pub struct Forwarded;

            fn is_proxy(value: Value) -> bool {
                Payload::<Proxy>::cast(value).is_some()
            }

            #[py_methods(class = $name, module = "weakref", check = is_proxy)]
            impl Forwarded {
                #[method]
                fn __getattribute__(this: Value, thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
                    dispatch::attr::get(thread, unwrap(thread, this)?, thread.vm().interner.intern(thread, name))
                }
                #[method]
                fn __setattr__(this: Value, thread: &Thread, name: Gc<Str>, value: Value) -> PyResult<()> {
                    dispatch::attr::set(thread, unwrap(thread, this)?, thread.vm().interner.intern(thread, name), value)
                }
                #[method]
                fn __delattr__(this: Value, thread: &Thread, name: Gc<Str>) -> PyResult<()> {
                    dispatch::attr::delete(thread, unwrap(thread, this)?, thread.vm().interner.intern(thread, name))
                }
                #[method]
                fn __str__(this: Value, thread: &Thread) -> PyResult<Gc<Str>> {
                    dispatch::text::str(thread, unwrap(thread, this)?)
                }
                #[method]
                fn __repr__(this: Value, thread: &Thread) -> PyResult<String> {
                    let referent = unwrap(thread, this)?;
                    Ok(format!(
                        "<weakproxy at {:#x}; to '{}' at {:#x}>",
                        this.to_bits(),
                        thread.type_name(referent),
                        referent.to_bits()
                    ))
                }
                #[method]
                fn __bool__(this: Value, thread: &Thread) -> PyResult<bool> {
                    dispatch::truth::truth(thread, unwrap(thread, this)?)
                }
                #[method]
                fn __len__(this: Value, thread: &Thread) -> PyResult<usize> {
                    dispatch::iter::length(thread, unwrap(thread, this)?)
                }
                #[method]
                fn __getitem__(this: Value, thread: &Thread, key: Value) -> PyResult<Value> {
                    dispatch::subscript::get_item(thread, unwrap(thread, this)?, key)
                }
                #[method]
                fn __setitem__(this: Value, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
                    dispatch::subscript::set_item(thread, unwrap(thread, this)?, key, value)
                }
                #[method]
                fn __delitem__(this: Value, thread: &Thread, key: Value) -> PyResult<()> {
                    dispatch::subscript::delete_item(thread, unwrap(thread, this)?, key)
                }
                #[method]
                fn __contains__(this: Value, thread: &Thread, key: Value) -> PyResult<bool> {
                    dispatch::iter::contains(thread, unwrap(thread, this)?, key)
                }
                #[method]
                fn __iter__(this: Value, thread: &Thread) -> PyResult<Value> {
                    dispatch::iter::get_iter(thread, unwrap(thread, this)?)
                }
                #[method]
                fn __next__(this: Value, thread: &Thread) -> PyResult<Option<Value>> {
                    let referent = unwrap(thread, this)?;
                    if thread.class_of(referent).special(thread, Special::Next).is_none() {
                        let name = thread.type_name(referent);
                        let message = format!("Weakref proxy referenced a non-iterator '{name}' object");
                        return Err(thread.raise_type_error(message));
                    }
                    dispatch::iter::next(thread, referent)
                }
                $(
                    #[method]
                    fn $comparison(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                        use dispatch::compare::{CompareOperator, compare};
                        compare(thread, CompareOperator::$compared, unwrap(thread, this)?, unwrap(thread, other)?)
                    }
                )*
                $(
                    #[method]
                    fn $operator(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                        binary::binary(thread, BinaryOperator::$op, unwrap(thread, this)?, unwrap(thread, other)?)
                    }
                    #[method]
                    fn $reflected(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                        binary::binary(thread, BinaryOperator::$op, unwrap(thread, other)?, unwrap(thread, this)?)
                    }
                    #[method]
                    fn $inplace(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                        binary::inplace(thread, BinaryOperator::$op, unwrap(thread, this)?, unwrap(thread, other)?)
                    }
                )*
                $(
                    #[method]
                    fn $unary(this: Value, thread: &Thread) -> PyResult<Value> {
                        $forward(thread, unwrap(thread, this)?)
                    }
                )*
                #[method]
                fn __pow__(this: Value, thread: &Thread, other: Value, modulus: Option<Value>) -> PyResult<Value> {
                    let (this, other) = (unwrap(thread, this)?, unwrap(thread, other)?);
                    match modulus {
                        Some(modulus) => binary::power_modulo(thread, this, other, unwrap(thread, modulus)?),
                        None => binary::power(thread, this, other),
                    }
                }
                #[method]
                fn __rpow__(this: Value, thread: &Thread, other: Value, modulus: Option<Value>) -> PyResult<Value> {
                    let (this, other) = (unwrap(thread, this)?, unwrap(thread, other)?);
                    match modulus {
                        Some(modulus) => binary::power_modulo(thread, other, this, unwrap(thread, modulus)?),
                        None => binary::power(thread, other, this),
                    }
                }
                #[method]
                fn __ipow__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                    binary::inplace(thread, BinaryOperator::Pow, unwrap(thread, this)?, unwrap(thread, other)?)
                }
                #[method]
                fn __divmod__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                    binary::divmod(thread, unwrap(thread, this)?, unwrap(thread, other)?)
                }
                #[method]
                fn __rdivmod__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                    binary::divmod(thread, unwrap(thread, other)?, unwrap(thread, this)?)
                }
                #[method]
                fn __bytes__(this: Value, thread: &Thread) -> PyResult<Value> {
                    let referent = unwrap(thread, this)?;
                    crate::modules::support::call_method(thread, referent, "__bytes__", &[])
                }
                #[method]
                fn __reversed__(this: Value, thread: &Thread) -> PyResult<Value> {
                    let referent = unwrap(thread, this)?;
                    crate::modules::support::call_method(thread, referent, "__reversed__", &[])
                }
                #[method]
                fn __int__(this: Value, thread: &Thread) -> PyResult<Value> {
                    dispatch::call::call(thread, thread.vm().types.int.value(), &[unwrap(thread, this)?])
                }
                #[method]
                fn __float__(this: Value, thread: &Thread) -> PyResult<f64> {
                    dispatch::number::to_f64(thread, unwrap(thread, this)?)
                }
            }
        }
    };
}

/// The operators that both kinds of proxies forward.
macro_rules! with_operators {
    ($module:ident, $name:literal) => {
        proxy_methods! {
            $module, $name,
            comparisons { __eq__ Eq; __ne__ Ne; __lt__ Lt; __le__ Le; __gt__ Gt; __ge__ Ge; }
            operators {
                __add__ __radd__ __iadd__ Add;
                __sub__ __rsub__ __isub__ Sub;
                __mul__ __rmul__ __imul__ Mul;
                __matmul__ __rmatmul__ __imatmul__ MatMul;
                __truediv__ __rtruediv__ __itruediv__ TrueDiv;
                __floordiv__ __rfloordiv__ __ifloordiv__ FloorDiv;
                __mod__ __rmod__ __imod__ Mod;
                __lshift__ __rlshift__ __ilshift__ LShift;
                __rshift__ __rrshift__ __irshift__ RShift;
                __and__ __rand__ __iand__ BitAnd;
                __or__ __ror__ __ior__ BitOr;
                __xor__ __rxor__ __ixor__ BitXor;
            }
            unary {
                __neg__ binary::negative;
                __pos__ binary::positive;
                __abs__ binary::absolute;
                __invert__ binary::invert;
                __index__ dispatch::number::index;
            }
        }
    };
}
with_operators!(of_proxies, "ProxyType");
with_operators!(of_callable_proxies, "CallableProxyType");

#[py_class(name = "ProxyType", module = "weakref", payload, no_instances, unhashable, extend = [of_proxies::METHODS])]
impl Proxy {}

/// Spec marker of proxies of callables.
pub struct CallableProxyClass;

#[py_class(name = "CallableProxyType", module = "weakref", data = Proxy, no_instances, unhashable, extend = [of_callable_proxies::METHODS])]
impl CallableProxyClass {
    #[method(signature = "(self, /, *args, **kwargs)")]
    fn __call__(this: Value, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> PyResult<Value> {
        dispatch::call::call_keywords(thread, unwrap(thread, this)?, arguments, keywords)
    }
}

/// Weak-reference support module.
#[py_module(name = "_weakref")]
pub mod weakref {
    use super::*;
    use crate::types::module::Module;

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[function(signature = "(object, callback=None, /)")]
    fn proxy(thread: &Thread, object: Value, callback: Option<Value>) -> PyResult<Value> {
        Proxy::make(thread, object, callback)
    }

    /// Return the number of weak references to 'object'.
    #[function]
    fn getweakrefcount(thread: &Thread, object: Value) -> i64 {
        let mut count = 0;
        if let Some(header) = object.header() {
            thread.vm().heap.for_each_weak_reference(header, |_| count += 1);
        }
        count
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function]
    fn getweakrefs(thread: &Thread, object: Value) -> PyResult<Gc<List>> {
        let list = List::new(thread, &[]);
        let mut found = crate::scratch::ScratchVec::new();
        if let Some(header) = object.header() {
            thread.vm().heap.for_each_weak_reference(header, |reference| found.push(thread, reference.to_value()));
        }
        for &reference in found.as_slice() {
            list.push(thread, reference)?;
        }
        Ok(list)
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function]
    fn _remove_dead_weakref(thread: &Thread, dct: Gc<Dict>, key: Value) -> PyResult<()> {
        let dead = dct
            .get(thread, key)?
            .and_then(|v| v.cast::<WeakRef>())
            .is_some_and(|reference| reference.referent().is_none());
        if dead {
            dct.remove(thread, key)?;
        }
        Ok(())
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let class = thread.vm().types.weakref.value();
        module.set(thread, "ref", class);
        module.set(thread, "ReferenceType", class);
        module.set(thread, "ProxyType", Type::of_spec(thread, <Proxy as PyClass>::SPEC).value());
        module.set(thread, "CallableProxyType", Type::of_spec(thread, <CallableProxyClass as PyClass>::SPEC).value());
        Ok(())
    }
}
