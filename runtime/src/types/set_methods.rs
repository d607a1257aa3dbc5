//! The Python methods of `set` and `frozenset`.
//!
//! What lives here: the two classes; what they share is written once. What must not: set algebra itself
//! (`set_algebra.rs`). Start at `shared_methods!`.

use crate::dispatch::compare::CompareOperator;
use crate::dispatch::{call, repr_guard, subscript};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict_views::DictIterator;
use crate::types::instance;
use crate::types::list::List;
use crate::types::set::{FrozenSet, Set};
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::{py_class, py_methods};

fn is_set(value: Value) -> bool {
    value.cast::<Set>().is_some_and(|set| !set.is_frozen())
}

fn is_frozenset(value: Value) -> bool {
    value.cast::<Set>().is_some_and(|set| set.is_frozen())
}

fn keys_as_list(thread: &Thread, set: Gc<Set>) -> PyResult<Gc<List>> {
    let list = List::empty(thread);
    let mut position = 0;
    while let Some(key) = set.next_key(&mut position) {
        list.push(thread, key)?;
    }
    Ok(list)
}

fn repr(thread: &Thread, set: Gc<Set>) -> PyResult<Gc<Str>> {
    let class = thread.class_of(set.value());
    let name = class.name_string();
    if set.is_empty() {
        return Ok(Str::new(thread, &format!("{name}()")));
    }
    let Some(_guard) = repr_guard::enter(thread, set.value())? else {
        return Ok(Str::new(thread, &format!("{name}(...)")));
    };
    let plain = class == thread.vm().types.set;
    let mut text = StrBuilder::with_capacity(set.len() * 4);
    if !plain {
        text.push_str(&name);
        text.push_str("(");
    }
    text.push_str("{");
    let keys = keys_as_list(thread, set)?;
    let mut index = 0;
    repr_guard::join_reprs(thread, &mut text, || {
        index += 1;
        Ok(keys.get(thread, index - 1))
    })?;
    text.push_str(if plain { "}" } else { "})" });
    Ok(text.finish(thread))
}

/// What both classes have.
macro_rules! shared_methods {
    ($class:ident, $name:literal, $check:ident, $spec:ident) => {
        #[py_methods(class = $name, check = $check, spec = $spec)]
        impl $class {
            #[method]
            fn __repr__(this: Gc<Set>, thread: &Thread) -> PyResult<Gc<Str>> {
                repr(thread, this)
            }

            #[method(no_reenter)]
            fn __len__(this: Gc<Set>) -> usize {
                this.len()
            }

            #[method(no_reenter)]
            fn __iter__(this: Gc<Set>, thread: &Thread) -> Gc<DictIterator> {
                DictIterator::over_set(thread, this)
            }

            /// x.__contains__(y) <==> y in x.
            #[method(signature = "(self, object, /)", style = "one")]
            fn __contains__(this: Gc<Set>, thread: &Thread, object: Value) -> PyResult<bool> {
                this.contains_or_equal_set(thread, object)
            }

            #[method]
            fn __eq__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<bool> {
                this.compare_with(thread, CompareOperator::Eq, other)
            }

            #[method]
            fn __ne__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<bool> {
                this.compare_with(thread, CompareOperator::Ne, other)
            }

            #[method]
            fn __lt__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<bool> {
                this.compare_with(thread, CompareOperator::Lt, other)
            }

            #[method]
            fn __le__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<bool> {
                this.compare_with(thread, CompareOperator::Le, other)
            }

            #[method]
            fn __gt__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<bool> {
                this.compare_with(thread, CompareOperator::Gt, other)
            }

            #[method]
            fn __ge__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<bool> {
                this.compare_with(thread, CompareOperator::Ge, other)
            }

            #[method]
            fn __or__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(this, other, |a, b| a.union(thread, &[b.value()]))
            }

            #[method]
            fn __ror__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(other, this, |a, b| a.union(thread, &[b.value()]))
            }

            #[method]
            fn __and__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(this, other, |a, b| a.intersection(thread, b.value()))
            }

            #[method]
            fn __rand__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(other, this, |a, b| a.intersection(thread, b.value()))
            }

            #[method]
            fn __sub__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(this, other, |a, b| a.difference(thread, b.value()))
            }

            #[method]
            fn __rsub__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(other, this, |a, b| a.difference(thread, b.value()))
            }

            #[method]
            fn __xor__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(this, other, |a, b| a.symmetric_difference(thread, b.value()))
            }

            #[method]
            fn __rxor__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                binary(other, this, |a, b| a.symmetric_difference(thread, b.value()))
            }

            /// Return a new set with elements from the set and all others.
            #[method(name = "union", signature = "(self, /, *others)")]
            fn py_union(this: Gc<Set>, thread: &Thread, others: &[Value]) -> PyResult<Gc<Set>> {
                this.union(thread, others)
            }

            /// Return a new set with elements common to the set and all others.
            #[method(name = "intersection", signature = "(self, /, *others)")]
            fn py_intersection(this: Gc<Set>, thread: &Thread, others: &[Value]) -> PyResult<Gc<Set>> {
                let Some((&first, rest)) = others.split_first() else { return this.copy(thread, this.is_frozen()) };
                let mut result = this.intersection(thread, first)?;
                for &other in rest {
                    result = result.intersection(thread, other)?;
                }
                Ok(result)
            }

            /// Return a new set with elements in the set that are not in the others.
            #[method(name = "difference", signature = "(self, /, *others)")]
            fn py_difference(this: Gc<Set>, thread: &Thread, others: &[Value]) -> PyResult<Gc<Set>> {
                let Some((&first, rest)) = others.split_first() else { return this.copy(thread, this.is_frozen()) };
                let result = this.difference(thread, first)?;
                for &other in rest {
                    result.difference_update(thread, other)?;
                }
                Ok(result)
            }

            /// Return a new set with elements in either the set or other but not both.
            #[method(name = "symmetric_difference")]
            fn py_symmetric_difference(this: Gc<Set>, thread: &Thread, other: Value) -> PyResult<Gc<Set>> {
                this.symmetric_difference(thread, other)
            }

            /// Return True if two sets have a null intersection.
            #[method]
            fn isdisjoint(this: Gc<Set>, thread: &Thread, other: Value) -> PyResult<bool> {
                this.is_disjoint(thread, other)
            }

            /// Report whether another set contains this set.
            #[method]
            fn issubset(this: Gc<Set>, thread: &Thread, other: Value) -> PyResult<bool> {
                this.is_subset(thread, other)
            }

            /// Report whether this set contains another set.
            #[method]
            fn issuperset(this: Gc<Set>, thread: &Thread, other: Value) -> PyResult<bool> {
                this.is_superset(thread, other)
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(this: Gc<Set>, thread: &Thread) -> PyResult<Gc<Tuple>> {
                let keys = keys_as_list(thread, this)?;
                let state = call::call_method(thread, this.value(), thread.vm().names.__getstate__, &[])?;
                let arguments = Tuple::new(thread, &[keys.value()]);
                Ok(Tuple::new(thread, &[thread.class_of(this.value()).value(), arguments.value(), state]))
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            #[method]
            fn __sizeof__(this: Gc<Set>) -> usize {
                // As CPython counts: the object with its small table, and a larger table apart.
                let table = if this.mask() >= 8 { (this.mask() + 1) * 16 } else { 0 };
                200 + table + instance::tail_size(&this.header)
            }

            /// See PEP 585
            #[classmethod]
            fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
                crate::types::generic_alias::class_getitem(thread, class.value(), object)
            }
        }
    };
}

shared_methods!(Set, "set", is_set, SHARED_SET_METHODS);
shared_methods!(FrozenSet, "frozenset", is_frozenset, SHARED_FROZENSET_METHODS);

/// An operator, for which both operands must be sets.
fn binary(a: Value, b: Value, operation: impl FnOnce(Gc<Set>, Gc<Set>) -> PyResult<Gc<Set>>) -> PyResult<Value> {
    match (a.cast::<Set>(), b.cast::<Set>()) {
        (Some(a), Some(b)) => operation(a, b).map(|set| set.value()),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Build an unordered collection of unique elements.
#[py_class(name = "set", signature = "(iterable=(), /)", kind = Set, subclassable, unhashable, check = is_set, extend = [SHARED_SET_METHODS])]
impl Set {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        _arguments: &[Value],
        _keywords: crate::native::Keywords<'_>,
    ) -> Gc<Set> {
        if class == thread.vm().types.set {
            return Set::new(thread);
        }
        instance::allocate_instance(thread, class, Set::from_header)
    }

    #[method(signature = "(self, iterable=(), /)", style = "fastcall")]
    fn __init__(this: Gc<Set>, thread: &Thread, iterable: Option<Value>) -> PyResult<()> {
        this.clear();
        match iterable {
            Some(iterable) => this.update(thread, iterable),
            None => Ok(()),
        }
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[method(name = "add")]
    fn py_add(this: Gc<Set>, thread: &Thread, object: Value) -> PyResult<()> {
        this.add(thread, object).map(drop)
    }

    /// Remove all elements from this set.
    #[method(name = "clear", no_reenter)]
    fn py_clear(this: Gc<Set>) {
        this.clear();
    }

    /// Return a shallow copy of a set.
    #[method(name = "copy")]
    fn py_copy(this: Gc<Set>, thread: &Thread) -> PyResult<Gc<Set>> {
        this.copy(thread, false)
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[method(name = "discard")]
    fn py_discard(this: Gc<Set>, thread: &Thread, object: Value) -> PyResult<()> {
        let hash = Set::hash_of_sought(thread, object)?;
        this.discard_hashed(thread, object, hash).map(drop)
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[method(name = "remove")]
    fn py_remove(this: Gc<Set>, thread: &Thread, object: Value) -> PyResult<()> {
        let hash = Set::hash_of_sought(thread, object)?;
        if this.discard_hashed(thread, object, hash)? { Ok(()) } else { Err(subscript::key_error(thread, object)) }
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[method(name = "pop", no_reenter)]
    fn py_pop(this: Gc<Set>, thread: &Thread) -> PyResult<Value> {
        match this.pop() {
            Some(key) => Ok(key),
            None => Err(thread.raise_plain_key_error("pop from an empty set")),
        }
    }

    /// Update the set, adding elements from all others.
    #[method(name = "update", signature = "(self, /, *others)")]
    fn py_update(this: Gc<Set>, thread: &Thread, others: &[Value]) -> PyResult<()> {
        others.iter().try_for_each(|&other| this.update(thread, other))
    }

    /// Update the set, keeping only elements found in it and all others.
    #[method(signature = "(self, /, *others)")]
    fn intersection_update(this: Gc<Set>, thread: &Thread, others: &[Value]) -> PyResult<()> {
        if others.is_empty() {
            return Ok(());
        }
        let mut result = this;
        for &other in others {
            result = result.intersection(thread, other)?;
        }
        this.take_keys_of(thread, result);
        Ok(())
    }

    /// Update the set, removing elements found in others.
    #[method(name = "difference_update", signature = "(self, /, *others)")]
    fn py_difference_update(this: Gc<Set>, thread: &Thread, others: &[Value]) -> PyResult<()> {
        others.iter().try_for_each(|&other| this.difference_update(thread, other))
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[method(name = "symmetric_difference_update")]
    fn py_symmetric_difference_update(this: Gc<Set>, thread: &Thread, other: Value) -> PyResult<()> {
        this.symmetric_difference_update(thread, other)
    }

    #[method]
    fn __ior__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<Gc<Set>> {
        this.update_from_set(thread, other)?;
        Ok(this)
    }

    #[method]
    fn __iand__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<Gc<Set>> {
        let result = this.intersection(thread, other.value())?;
        this.take_keys_of(thread, result);
        Ok(this)
    }

    #[method]
    fn __isub__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<Gc<Set>> {
        this.difference_update(thread, other.value())?;
        Ok(this)
    }

    #[method]
    fn __ixor__(this: Gc<Set>, thread: &Thread, other: Gc<Set>) -> PyResult<Gc<Set>> {
        this.symmetric_difference_update(thread, other.value())?;
        Ok(this)
    }
}

/// Build an immutable unordered collection of unique elements.
#[py_class(name = "frozenset", signature = "(iterable=(), /)", kind = Set, subclassable, check = is_frozenset, extend = [SHARED_FROZENSET_METHODS])]
impl FrozenSet {
    #[new(signature = "(cls, iterable=(), /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, iterable: Option<Value>) -> PyResult<Gc<Set>> {
        let exact = class == thread.vm().types.frozenset;
        if exact
            && let Some(set) = iterable.and_then(|i| i.cast::<Set>())
            && set.is_frozen()
            && set.is_exact()
        {
            return Ok(set);
        }
        let set = if exact {
            Set::new_frozen(thread)
        } else {
            instance::allocate_instance(thread, class, Set::from_header_frozen)
        };
        if let Some(iterable) = iterable {
            set.update(thread, iterable)?;
        }
        Ok(set)
    }

    #[method]
    fn __hash__(this: Gc<Set>) -> i64 {
        if this.hash.get() == 0 {
            this.hash.set(this.frozen_hash());
        }
        this.hash.get() as i64
    }

    /// Return a shallow copy of a set.
    #[method(name = "copy")]
    fn py_copy(this: Gc<Set>, thread: &Thread) -> PyResult<Gc<Set>> {
        if this.is_exact() { Ok(this) } else { this.copy(thread, true) }
    }
}
