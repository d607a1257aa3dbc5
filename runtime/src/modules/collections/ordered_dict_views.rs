//! Views and iterators of `OrderedDict`.
//!
//! What lives here: `odict_keys`, `odict_values`, `odict_items` and [`OrderedIterator`].

use crate::dispatch::iter;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{ClassSpec, PyClass};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::dict_views::{DictItems, DictKeys, DictValues, DictView, Part};
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// Makes views of the classes below.
pub struct OrderedView;

impl OrderedView {
    /// A view of one part.
    pub fn make(thread: &Thread, dict: Gc<Dict>, part: Part) -> Gc<DictView> {
        let spec: &'static ClassSpec = match part {
            Part::Keys => OrderedKeys::SPEC,
            Part::Values => OrderedValues::SPEC,
            Part::Items => OrderedItems::SPEC,
        };
        let class = Type::of_spec(thread, spec);
        DictView::new(thread, class.instance_shape.get(), part, dict)
    }
}

macro_rules! ordered_view {
    ($marker:ident, $base:ident, $name:literal, $part:ident) => {
        /// The specification of a view class; its instances are [`DictView`]s.
        pub struct $marker;

        #[py_class(name = $name, base = $base, kind = DictView, no_instances)]
        impl $marker {
            #[method]
            fn __iter__(this: Gc<DictView>, thread: &Thread) -> Gc<Payload<OrderedIterator>> {
                OrderedIterator::make(thread, this.dict, Part::$part, false)
            }

            #[method]
            fn __reversed__(this: Gc<DictView>, thread: &Thread) -> Gc<Payload<OrderedIterator>> {
                OrderedIterator::make(thread, this.dict, Part::$part, true)
            }
        }
    };
}

ordered_view!(OrderedKeys, DictKeys, "odict_keys", Keys);
ordered_view!(OrderedValues, DictValues, "odict_values", Values);
ordered_view!(OrderedItems, DictItems, "odict_items", Items);

/// Iterates an OrderedDict. It looks one entry ahead, so that the dict may change after the last was yielded.
pub struct OrderedIterator {
    /// Emptied at the end.
    dict: Slot,
    part: Part,
    reversed: bool,
    /// Entry to be yielded next, if any.
    next: Cell<Option<usize>>,
    /// The dict's keys version when it began.
    version: Cell<u32>,
}

impl PayloadData for OrderedIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.dict);
    }
}

/// The live entry after (or before) a position.
fn neighbour(dict: Gc<Dict>, reversed: bool, mut position: usize) -> Option<usize> {
    if reversed {
        dict.previous_entry(&mut position).map(|_| position)
    } else {
        dict.next_entry(&mut position).map(|_| position - 1)
    }
}

impl OrderedIterator {
    pub fn make(thread: &Thread, dict: Gc<Dict>, part: Part, reversed: bool) -> Gc<Payload<OrderedIterator>> {
        let next = neighbour(dict, reversed, if reversed { dict.end_position() } else { 0 });
        let data = OrderedIterator {
            dict: Slot::new(dict.value()),
            part,
            reversed,
            next: Cell::new(next),
            version: Cell::new(dict.keys_version(thread)),
        };
        Payload::new(thread, Type::of_spec(thread, OrderedIterator::SPEC), data)
    }

    /// The entry to yield, the position moving on.
    fn step(&self, thread: &Thread) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = self.dict.get().and_then(|dict| dict.cast::<Dict>()) else { return Ok(None) };
        let Some(index) = self.next.get() else {
            self.dict.init(None);
            return Ok(None);
        };
        if dict.keys_version.get() != self.version.get() {
            self.dict.init(None);
            return Err(thread.raise_runtime_error("OrderedDict mutated during iteration"));
        }
        let mut position = index;
        let entry = dict.next_entry(&mut position);
        self.next.set(neighbour(dict, self.reversed, if self.reversed { index } else { index + 1 }));
        Ok(entry)
    }
}

#[py_class(name = "odict_iterator", kind = Payload, no_instances)]
impl OrderedIterator {
    #[method]
    fn __iter__(this: Gc<Payload<OrderedIterator>>) -> Value {
        this.value()
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<Payload<OrderedIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some((key, value)) = this.data.step(thread)? else { return Ok(None) };
        Ok(Some(this.data.part.of(thread, key, value)))
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(this: Gc<Payload<OrderedIterator>>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let data = &this.data;
        let copy = OrderedIterator {
            dict: Slot::from_option(data.dict.get()),
            part: data.part,
            reversed: data.reversed,
            next: data.next.clone(),
            version: data.version.clone(),
        };
        let copy = Payload::new(thread, Type::of_spec(thread, OrderedIterator::SPEC), copy);
        let rest = List::from_iterable(thread, copy.value())?;
        let arguments = Tuple::new(thread, &[rest.value()]);
        Ok(Tuple::new(thread, &[iter::builtin(thread, "iter"), arguments.value()]))
    }
}
