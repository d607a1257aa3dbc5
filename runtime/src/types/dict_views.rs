//! Views and iterators of dicts, and the iterator of sets.
//!
//! What lives here: [`DictView`] (`dict_keys`, `dict_values`, `dict_items`), [`DictIterator`] (their iterators,
//! forward and backward, and `set_iterator`). What must not: the dict itself. Start at [`DictIterator::next`].

use crate::dispatch::{call, compare, iter, repr_guard, text};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::mapping_proxy::MappingProxy;
use crate::types::set::Set;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// What of each entry a view shows and an iterator yields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Part {
    Keys,
    Values,
    Items,
}

impl Part {
    /// What is yielded of an entry.
    #[inline(always)]
    pub fn of(self, thread: &Thread, key: Value, value: Value) -> Value {
        match self {
            Part::Keys => key,
            Part::Values => value,
            Part::Items => Tuple::new(thread, &[key, value]).value(),
        }
    }
}

/// `d.keys()`, `d.values()` or `d.items()`.
#[repr(C)]
pub struct DictView {
    pub(crate) header: Header,
    pub(crate) dict: Gc<Dict>,
    pub(crate) part: Part,
}

/// A position in a dict or set: the shape tells which class it is.
#[repr(C)]
pub struct DictIterator {
    pub(crate) header: Header,
    /// The next entry to look at (going backwards: the one behind it).
    pub(crate) position: Cell<usize>,
    /// The container's length when iteration began; `usize::MAX` after it was found changed.
    pub(crate) expected: Cell<usize>,
    /// Entries not yet yielded.
    pub(crate) remaining: Cell<usize>,
    /// The `Dict` or `Set`; emptied when exhausted.
    pub(crate) container: GcSlot<Header>,
}

/// Specification of `dict_keys`; its instances are [`DictView`]s.
pub struct DictKeys;
/// Specification of `dict_values`; its instances are [`DictView`]s.
pub struct DictValues;
/// Specification of `dict_items`; its instances are [`DictView`]s.
pub struct DictItems;
/// Specification of `dict_keyiterator`; its instances are [`DictIterator`]s.
pub struct DictKeyIterator;
/// Specification of `dict_valueiterator`; its instances are [`DictIterator`]s.
pub struct DictValueIterator;
/// Specification of `dict_itemiterator`; its instances are [`DictIterator`]s.
pub struct DictItemIterator;
/// Specification of `dict_reversekeyiterator`; its instances are [`DictIterator`]s.
pub struct DictReverseKeyIterator;
/// Specification of `dict_reversevalueiterator`; its instances are [`DictIterator`]s.
pub struct DictReverseValueIterator;
/// Specification of `dict_reverseitemiterator`; its instances are [`DictIterator`]s.
pub struct DictReverseItemIterator;
/// Specification of `set_iterator`; its instances are [`DictIterator`]s.
pub struct SetIterator;

impl DictView {
    /// A view of the class that `shape` names.
    pub fn new(thread: &Thread, shape: ShapeId, part: Part, dict: Gc<Dict>) -> Gc<DictView> {
        thread.allocate(shape, 0, |header| DictView { header, dict, part })
    }
}

impl DictIterator {
    fn new(thread: &Thread, shape: ShapeId, container: Gc<Header>, length: usize, position: usize) -> Gc<DictIterator> {
        thread.allocate(shape, 0, |header| DictIterator {
            header,
            position: Cell::new(position),
            expected: Cell::new(length),
            remaining: Cell::new(length),
            container: GcSlot::new(container),
        })
    }

    /// An iterator of the class that `shape` names, over a dict from its start.
    #[inline]
    pub fn over_dict(thread: &Thread, shape: ShapeId, dict: Gc<Dict>) -> Gc<DictIterator> {
        DictIterator::new(thread, shape, dict.header(), dict.len(), 0)
    }

    /// An iterator of the class that `shape` names, over a dict from its end backwards.
    pub fn over_dict_reversed(thread: &Thread, shape: ShapeId, dict: Gc<Dict>) -> Gc<DictIterator> {
        DictIterator::new(thread, shape, dict.header(), dict.len(), dict.end_position())
    }

    /// An iterator over a set.
    #[inline]
    pub fn over_set(thread: &Thread, set: Gc<Set>) -> Gc<DictIterator> {
        DictIterator::new(thread, ShapeId::SET_ITERATOR, set.header(), set.len(), 0)
    }

    /// The next item. Raises RuntimeError if the container was resized, or its keys exchanged, meanwhile.
    #[inline]
    pub fn next(&self, thread: &Thread) -> PyResult<Option<Value>> {
        let shape = self.header.shape();
        if shape == ShapeId::SET_ITERATOR {
            return self.next_of_set(thread);
        }
        let Some((key, value)) = self.next_entry(thread, shape)? else { return Ok(None) };
        let part = match shape {
            ShapeId::DICT_KEY_ITERATOR | ShapeId::DICT_REVERSE_KEY_ITERATOR => Part::Keys,
            ShapeId::DICT_VALUE_ITERATOR | ShapeId::DICT_REVERSE_VALUE_ITERATOR => Part::Values,
            _ => Part::Items,
        };
        Ok(Some(part.of(thread, key, value)))
    }

    /// The next entry of a dict iterator, whichever part of it the class yields.
    #[inline]
    pub fn next_entry(&self, thread: &Thread, shape: ShapeId) -> PyResult<Option<(Value, Value)>> {
        let Some(container) = self.container.get() else { return Ok(None) };
        let dict = container.cast_unchecked::<Dict>();
        if dict.len() != self.expected.get() {
            return Err(self.changed(thread, "dictionary changed size during iteration"));
        }
        let mut position = self.position.get();
        let backwards = matches!(
            shape,
            ShapeId::DICT_REVERSE_KEY_ITERATOR
                | ShapeId::DICT_REVERSE_VALUE_ITERATOR
                | ShapeId::DICT_REVERSE_ITEM_ITERATOR
        );
        let entry = if backwards { dict.previous_entry(&mut position) } else { dict.next_entry(&mut position) };
        if entry.is_none() {
            self.container.init(None);
            return Ok(None);
        }
        // Backwards, CPython does not count: an entry may be seen that was not there at first.
        if !backwards && self.remaining.get() == 0 {
            self.container.init(None);
            return Err(thread.raise_runtime_error("dictionary keys changed during iteration"));
        }
        self.position.set(position);
        self.remaining.set(self.remaining.get().saturating_sub(1));
        Ok(entry)
    }

    #[inline]
    fn next_of_set(&self, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(container) = self.container.get() else { return Ok(None) };
        let set = container.cast_unchecked::<Set>();
        if set.len() != self.expected.get() {
            return Err(self.changed(thread, "Set changed size during iteration"));
        }
        let mut position = self.position.get();
        let key = set.next_key(&mut position);
        match key {
            Some(_) => {
                self.position.set(position);
                self.remaining.set(self.remaining.get().saturating_sub(1));
            }
            None => self.container.init(None),
        }
        Ok(key)
    }

    #[cold]
    fn changed(&self, thread: &Thread, message: &str) -> crate::error::Raised {
        self.expected.set(usize::MAX);
        thread.raise_runtime_error(message)
    }
}

impl HeapObject for DictView {
    const KIND: Kind = Kind::DictView;

    fn size(&self) -> usize {
        size_of::<DictView>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        tracer.object(self.dict.header());
    }
}

impl HeapObject for DictIterator {
    const KIND: Kind = Kind::DictIterator;

    fn size(&self) -> usize {
        size_of::<DictIterator>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(container) = self.container.get() {
            tracer.object(container);
        }
    }
}

// ---- views ----

impl DictView {
    /// A keys or items view: one with the operations of a set.
    fn set_like(value: Value) -> Option<Gc<DictView>> {
        value.cast::<DictView>().filter(|view| view.part != Part::Values)
    }

    /// `item in self`, for keys and items.
    fn contains(&self, thread: &Thread, item: Value) -> PyResult<bool> {
        if self.part == Part::Keys {
            return self.dict.contains(thread, item);
        }
        let Some(pair) = item.cast::<Tuple>().filter(|pair| pair.len() == 2) else { return Ok(false) };
        match self.dict.get(thread, pair.items()[0])? {
            Some(value) => compare::equals(thread, value, pair.items()[1]),
            None => Ok(false),
        }
    }

    /// A set of what the view yields.
    fn to_set(this: Gc<DictView>, thread: &Thread) -> PyResult<Gc<Set>> {
        if this.part == Part::Keys {
            let set = Set::new(thread);
            set.update_from_dict(thread, this.dict)?;
            return Ok(set);
        }
        Set::from_iterable(thread, this.value())
    }

    fn repr(this: Gc<DictView>, thread: &Thread) -> PyResult<Gc<Str>> {
        let Some(_guard) = repr_guard::enter(thread, this.value())? else { return Ok(Str::new(thread, "...")) };
        let list = List::from_iterable(thread, this.value())?;
        let mut builder = StrBuilder::with_capacity(list.len() * 4);
        builder.push_str(&thread.type_name(this.value()));
        builder.push_str("(");
        builder.push(thread, text::repr(thread, list.value())?);
        builder.push_str(")");
        Ok(builder.finish(thread))
    }

    /// How many elements a set or a set-like view has; `None` for anything else.
    fn set_length(value: Value) -> Option<usize> {
        value.cast::<Set>().map(|set| set.len()).or_else(|| DictView::set_like(value).map(|view| view.dict.len()))
    }

    /// Everything `a` yields is in `b`.
    fn all_in(thread: &Thread, a: Value, b: Value) -> PyResult<bool> {
        let mut all = true;
        iter::for_each(thread, a, |item| {
            all = iter::contains(thread, b, item)?;
            Ok(all)
        })?;
        Ok(all)
    }

    fn compare(this: Gc<DictView>, thread: &Thread, op: compare::CompareOperator, other: Value) -> PyResult<Value> {
        use compare::CompareOperator::{Eq, Ge, Gt, Le, Lt, Ne};
        let Some(theirs) = DictView::set_length(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let ours = this.dict.len();
        let this = this.value();
        let holds = match op {
            Eq => ours == theirs && DictView::all_in(thread, this, other)?,
            Ne => !(ours == theirs && DictView::all_in(thread, this, other)?),
            Lt => ours < theirs && DictView::all_in(thread, this, other)?,
            Le => ours <= theirs && DictView::all_in(thread, this, other)?,
            Gt => ours > theirs && DictView::all_in(thread, other, this)?,
            Ge => ours >= theirs && DictView::all_in(thread, other, this)?,
        };
        Ok(Value::from_bool(holds))
    }

    /// A set of what any iterable or view yields.
    fn operand_set(thread: &Thread, value: Value) -> PyResult<Gc<Set>> {
        match DictView::set_like(value) {
            Some(view) => DictView::to_set(view, thread),
            None => Set::from_iterable(thread, value),
        }
    }

    /// `a & b`, at least one of them a set-like view.
    fn intersection(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
        let (mut view, mut other) = match (DictView::set_like(a), DictView::set_like(b)) {
            (Some(view), _) => (view, b),
            (None, Some(view)) => (view, a),
            (None, None) => return Ok(Value::NOT_IMPLEMENTED),
        };
        if let Some(set) =
            other.cast::<Set>().filter(|set| set.header().shape() == ShapeId::SET && view.dict.len() <= set.len())
        {
            let name = thread.vm().interner.intern_text(thread, "intersection");
            return call::call_method(thread, set.value(), name, &[view.value()]);
        }
        if let Some(larger) = DictView::set_like(other)
            && larger.dict.len() > view.dict.len()
        {
            (view, other) = (larger, view.value());
        }
        let result = Set::new(thread);
        iter::for_each(thread, other, |item| {
            if view.contains(thread, item)? {
                result.add(thread, item)?;
            }
            Ok(true)
        })?;
        Ok(result.value())
    }

    fn union(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
        let result = DictView::operand_set(thread, a)?;
        result.update(thread, b)?;
        Ok(result.value())
    }

    fn difference(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
        let result = DictView::operand_set(thread, a)?;
        result.difference_update(thread, b)?;
        Ok(result.value())
    }

    fn symmetric_difference(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
        let result = DictView::operand_set(thread, a)?;
        result.symmetric_difference_update(thread, b)?;
        Ok(result.value())
    }

    fn is_disjoint(this: Gc<DictView>, thread: &Thread, other: Value) -> PyResult<bool> {
        if this.value() == other {
            return Ok(this.dict.is_empty());
        }
        // The smaller one is iterated if both can answer.
        let (container, iterable) = match DictView::set_length(other) {
            Some(length) if length > this.dict.len() => (other, this.value()),
            _ => (this.value(), other),
        };
        let mut disjoint = true;
        iter::for_each(thread, iterable, |item| {
            disjoint = !iter::contains(thread, container, item)?;
            Ok(disjoint)
        })?;
        Ok(disjoint)
    }
}

fn has_shape(value: Value, shape: ShapeId) -> bool {
    value.header().is_some_and(|header| header.shape() == shape)
}

/// A view class: what all three have, then what the set-like ones have.
macro_rules! view_class {
    ($marker:ident, $name:literal, $part:ident, $iterator:ident, $reverse:ident, $check:ident, $reversed_doc:literal, { $($flags:tt)* }, { $($more:tt)* }) => {
        fn $check(value: Value) -> bool {
            value.cast::<DictView>().is_some_and(|view| view.part == Part::$part)
        }

        #[py_class(name = $name, kind = DictView, no_instances, check = $check $($flags)*)]
        impl $marker {
            #[method]
            fn __repr__(this: Gc<DictView>, thread: &Thread) -> PyResult<Gc<Str>> {
                DictView::repr(this, thread)
            }

            #[method(no_reenter)]
            fn __len__(this: Gc<DictView>) -> usize {
                this.dict.len()
            }

            #[method(no_reenter)]
            fn __iter__(this: Gc<DictView>, thread: &Thread) -> Gc<DictIterator> {
                DictIterator::over_dict(thread, ShapeId::$iterator, this.dict)
            }

            #[doc = $reversed_doc]
            #[method(no_reenter)]
            fn __reversed__(this: Gc<DictView>, thread: &Thread) -> Gc<DictIterator> {
                DictIterator::over_dict_reversed(thread, ShapeId::$reverse, this.dict)
            }

            /// dictionary that this view refers to
            #[getter]
            fn mapping(this: Gc<DictView>, thread: &Thread) -> Gc<MappingProxy> {
                MappingProxy::wrap(thread, this.dict.value())
            }

            $($more)*
        }
    };
}

macro_rules! set_like_view_class {
    ($marker:ident, $name:literal, $part:ident, $iterator:ident, $reverse:ident, $check:ident, $reversed_doc:literal) => {
        view_class! { $marker, $name, $part, $iterator, $reverse, $check, $reversed_doc, { , unhashable }, {
            #[method]
            fn __contains__(this: Gc<DictView>, thread: &Thread, key: Value) -> PyResult<bool> {
                this.contains(thread, key)
            }

            #[method]
            fn __eq__(this: Gc<DictView>, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::compare(this, thread, compare::CompareOperator::Eq, other)
            }

            #[method]
            fn __ne__(this: Gc<DictView>, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::compare(this, thread, compare::CompareOperator::Ne, other)
            }

            #[method]
            fn __lt__(this: Gc<DictView>, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::compare(this, thread, compare::CompareOperator::Lt, other)
            }

            #[method]
            fn __le__(this: Gc<DictView>, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::compare(this, thread, compare::CompareOperator::Le, other)
            }

            #[method]
            fn __gt__(this: Gc<DictView>, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::compare(this, thread, compare::CompareOperator::Gt, other)
            }

            #[method]
            fn __ge__(this: Gc<DictView>, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::compare(this, thread, compare::CompareOperator::Ge, other)
            }

            #[method]
            fn __and__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::intersection(thread, this, other)
            }

            #[method]
            fn __rand__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::intersection(thread, other, this)
            }

            #[method]
            fn __or__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::union(thread, this, other)
            }

            #[method]
            fn __ror__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::union(thread, other, this)
            }

            #[method]
            fn __sub__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::difference(thread, this, other)
            }

            #[method]
            fn __rsub__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::difference(thread, other, this)
            }

            #[method]
            fn __xor__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::symmetric_difference(thread, this, other)
            }

            #[method]
            fn __rxor__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                DictView::symmetric_difference(thread, other, this)
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[method]
            fn isdisjoint(this: Gc<DictView>, thread: &Thread, object: Value) -> PyResult<bool> {
                DictView::is_disjoint(this, thread, object)
            }
        } }
    };
}

set_like_view_class!(
    DictKeys,
    "dict_keys",
    Keys,
    DICT_KEY_ITERATOR,
    DICT_REVERSE_KEY_ITERATOR,
    is_dict_keys,
    "Return a reverse iterator over the dict keys."
);
set_like_view_class!(
    DictItems,
    "dict_items",
    Items,
    DICT_ITEM_ITERATOR,
    DICT_REVERSE_ITEM_ITERATOR,
    is_dict_items,
    "Return a reverse iterator over the dict items."
);
view_class!(
    DictValues,
    "dict_values",
    Values,
    DICT_VALUE_ITERATOR,
    DICT_REVERSE_VALUE_ITERATOR,
    is_dict_values,
    "Return a reverse iterator over the dict values.",
    {},
    {}
);

// ---- iterators ----

impl DictIterator {
    fn length_hint(&self) -> usize {
        let Some(container) = self.container.get() else { return 0 };
        let length = match container.kind() {
            Kind::Set => container.cast_unchecked::<Set>().len(),
            _ => container.cast_unchecked::<Dict>().len(),
        };
        if length == self.expected.get() { self.remaining.get() } else { 0 }
    }

    /// `(iter, ([what is left],))`, the iterator staying where it is.
    fn reduce(&self, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let copy = thread.allocate(self.header.shape(), 0, |header| DictIterator {
            header,
            position: Cell::new(self.position.get()),
            expected: Cell::new(self.expected.get()),
            remaining: Cell::new(self.remaining.get()),
            container: GcSlot::from_option(self.container.get()),
        });
        let rest = List::empty(thread);
        while let Some(item) = copy.next(thread)? {
            rest.push(thread, item)?;
        }
        let arguments = Tuple::new(thread, &[rest.value()]);
        Ok(Tuple::new(thread, &[iter::builtin(thread, "iter"), arguments.value()]))
    }
}

macro_rules! iterator_class {
    ($marker:ident, $name:literal, $shape:ident, $check:ident) => {
        fn $check(value: Value) -> bool {
            has_shape(value, ShapeId::$shape)
        }

        #[py_class(name = $name, kind = DictIterator, no_instances, check = $check)]
        impl $marker {
            #[method]
            fn __iter__(this: Value) -> Value {
                this
            }

            #[method(no_reenter)]
            fn __next__(this: Gc<DictIterator>, thread: &Thread) -> PyResult<Option<Value>> {
                this.next(thread)
            }

            /// Private method returning an estimate of len(list(it)).
            #[method]
            fn __length_hint__(this: Gc<DictIterator>) -> usize {
                this.length_hint()
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(this: Gc<DictIterator>, thread: &Thread) -> PyResult<Gc<Tuple>> {
                this.reduce(thread)
            }
        }
    };
}

iterator_class!(DictKeyIterator, "dict_keyiterator", DICT_KEY_ITERATOR, is_key_iterator);
iterator_class!(DictValueIterator, "dict_valueiterator", DICT_VALUE_ITERATOR, is_value_iterator);
iterator_class!(DictItemIterator, "dict_itemiterator", DICT_ITEM_ITERATOR, is_item_iterator);
iterator_class!(DictReverseKeyIterator, "dict_reversekeyiterator", DICT_REVERSE_KEY_ITERATOR, is_reverse_key_iterator);
iterator_class!(
    DictReverseValueIterator,
    "dict_reversevalueiterator",
    DICT_REVERSE_VALUE_ITERATOR,
    is_reverse_value_iterator
);
iterator_class!(
    DictReverseItemIterator,
    "dict_reverseitemiterator",
    DICT_REVERSE_ITEM_ITERATOR,
    is_reverse_item_iterator
);
iterator_class!(SetIterator, "set_iterator", SET_ITERATOR, is_set_iterator);
