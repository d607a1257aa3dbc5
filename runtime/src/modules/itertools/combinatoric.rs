//! `product`, `permutations`, `combinations` and `combinations_with_replacement`.
//!
//! What lives here: the four iterators. Each keeps a pool of items and the indices of the last result.

use crate::dispatch::number;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use taipan_macros::py_class;

/// Items to choose from, and which were chosen last.
struct Choice {
    /// A tuple.
    pool: Slot,
    indices: RefCell<Vec<usize>>,
    state: Cell<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first result is `indices` as they are.
    Fresh,
    Running,
    Ended,
}

impl Choice {
    fn new(pool: Gc<Tuple>, indices: Vec<usize>, ended: bool) -> Choice {
        let state = if ended { State::Ended } else { State::Fresh };
        Choice { pool: Slot::new(pool.value()), indices: RefCell::new(indices), state: Cell::new(state) }
    }

    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.pool);
    }

    /// The items at the first `count` indices, after `advance` has changed them (not the first time);
    /// `advance` gets the indices and the size of the pool and says whether there is a result.
    fn next(
        &self,
        thread: &Thread,
        count: usize,
        advance: impl FnOnce(&mut [usize], usize) -> bool,
    ) -> Option<Gc<Tuple>> {
        let pool = self.pool.get()?.cast::<Tuple>()?;
        match self.state.get() {
            State::Ended => return None,
            State::Fresh => self.state.set(State::Running),
            State::Running => {
                if !advance(&mut self.indices.borrow_mut(), pool.len()) {
                    self.state.set(State::Ended);
                    return None;
                }
            }
        }
        if count == 0 {
            return Some(Tuple::new(thread, &[]));
        }
        let result = Tuple::allocate(thread, count);
        for (slot, &index) in result.slots().iter().zip(self.indices.borrow().iter()) {
            slot.init(Some(pool.items()[index]));
        }
        thread.write_barrier(result.header());
        Some(result)
    }
}

/// Room for `count` indices. Raises MemoryError.
fn room_for(thread: &Thread, count: usize) -> PyResult<Vec<usize>> {
    let mut indices = Vec::new();
    match indices.try_reserve_exact(count) {
        Ok(()) => Ok(indices),
        Err(_) => Err(thread.raise_memory_error("")),
    }
}

fn length_argument(thread: &Thread, r: isize) -> PyResult<usize> {
    usize::try_from(r).map_err(|_| thread.raise_value_error("r must be non-negative"))
}

/// All tuples with one item from each pool.
pub struct Product {
    /// The items of all pools one after the other, in one tuple.
    choice: Choice,
    /// Where each pool starts and ends in it.
    bounds: Vec<(usize, usize)>,
}

impl PayloadData for Product {
    fn trace(&self, tracer: &mut Tracer) {
        self.choice.trace(tracer);
    }
}

/// Cartesian product of input iterables.  Equivalent to nested for-loops.
///
/// For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).
/// The leftmost iterators are in the outermost for-loop, so the output tuples
/// cycle in a manner similar to an odometer (with the rightmost element changing
/// on every iteration).
///
/// To compute the product of an iterable with itself, specify the number
/// of repetitions with the optional repeat keyword argument. For example,
/// product(A, repeat=4) means the same as product(A, A, A, A).
///
/// product('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)
/// product((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...
#[py_class(name = "product", module = "itertools", signature = "(*iterables, repeat=1)", payload, subclassable)]
impl Product {
    #[new]
    fn py_new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<Product>>> {
        let mut repeat = 1;
        for (name, value) in arguments.keywords() {
            let name = name.to_str_lossy(thread);
            if name != "repeat" {
                return Err(thread.raise_type_error(format!("product() got an unexpected keyword argument '{name}'")));
            }
            repeat = number::index_i64(thread, value)?;
        }
        let Ok(repeat) = usize::try_from(repeat) else {
            return Err(thread.raise_value_error("repeat argument cannot be negative"));
        };
        let iterables = arguments.positional();
        if iterables.len().checked_mul(repeat).is_none_or(|count| count > isize::MAX as usize / 32) {
            return Err(thread.raise_overflow_error("repeat argument too large"));
        }
        let mut items = crate::scratch::ScratchVec::new();
        let mut once = Vec::new();
        if repeat > 0 {
            for &iterable in iterables {
                let pool = Tuple::from_iterable(thread, iterable)?;
                once.push((items.len(), items.len() + pool.len()));
                items.extend_from_slice(thread, pool.items());
            }
        }
        let bounds = once.repeat(repeat);
        let indices = bounds.iter().map(|bound| bound.0).collect();
        let ended = bounds.iter().any(|&(start, end)| start == end);
        let pool = Tuple::new(thread, &items);
        Ok(Payload::new(thread, class, Product { choice: Choice::new(pool, indices, ended), bounds }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Product>>) -> Value {
        this.value()
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<Payload<Product>>, thread: &Thread) -> Option<Gc<Tuple>> {
        let bounds = &this.data.bounds;
        this.data.choice.next(thread, bounds.len(), |indices, _| {
            for (index, &(start, end)) in indices.iter_mut().zip(bounds).rev() {
                *index += 1;
                if *index < end {
                    return true;
                }
                *index = start;
            }
            false
        })
    }
}

/// All orders of `r` items.
pub struct Permutations {
    choice: Choice,
    /// How many exchanges remain at each place.
    cycles: RefCell<Vec<usize>>,
}

impl PayloadData for Permutations {
    fn trace(&self, tracer: &mut Tracer) {
        self.choice.trace(tracer);
    }
}

/// Return successive r-length permutations of elements in the iterable.
///
/// permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)
#[py_class(name = "permutations", module = "itertools", signature = "(iterable, r=None)", payload, subclassable)]
impl Permutations {
    #[new(signature = "(cls, /, iterable, r=None)", style = "keywords")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        iterable: Value,
        r: Option<Value>,
    ) -> PyResult<Gc<Payload<Permutations>>> {
        let pool = Tuple::from_iterable(thread, iterable)?;
        let count = pool.len();
        let r = match r {
            None => count,
            Some(r) if int::is_int(r) => length_argument(thread, number::index_i64(thread, r)? as isize)?,
            Some(_) => return Err(thread.raise_type_error("Expected int as r")),
        };
        let ended = r > count;
        let cycles = if ended { Vec::new() } else { (0..r).map(|place| count - place).collect() };
        let choice = Choice::new(pool, (0..count).collect(), ended);
        Ok(Payload::new(thread, class, Permutations { choice, cycles: RefCell::new(cycles) }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Permutations>>) -> Value {
        this.value()
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<Payload<Permutations>>, thread: &Thread) -> Option<Gc<Tuple>> {
        let mut cycles = this.data.cycles.borrow_mut();
        let r = cycles.len();
        this.data.choice.next(thread, r, |indices, count| {
            for place in (0..r).rev() {
                cycles[place] -= 1;
                if cycles[place] > 0 {
                    indices.swap(place, count - cycles[place]);
                    return true;
                }
                // All choices for this place were used: restore the order behind it.
                indices[place..].rotate_left(1);
                cycles[place] = count - place;
            }
            false
        })
    }
}

/// All sub-sequences of `r` items.
pub struct Combinations {
    choice: Choice,
    r: usize,
}

impl PayloadData for Combinations {
    fn trace(&self, tracer: &mut Tracer) {
        self.choice.trace(tracer);
    }
}

/// Return successive r-length combinations of elements in the iterable.
///
/// combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)
#[py_class(name = "combinations", module = "itertools", signature = "(iterable, r)", payload, subclassable)]
impl Combinations {
    #[new(signature = "(cls, /, iterable, r)", style = "keywords")]
    fn py_new(class: Gc<Type>, thread: &Thread, iterable: Value, r: isize) -> PyResult<Gc<Payload<Combinations>>> {
        let pool = Tuple::from_iterable(thread, iterable)?;
        let r = length_argument(thread, r)?;
        let ended = r > pool.len();
        let mut indices = room_for(thread, r)?;
        if !ended {
            indices.extend(0..r);
        }
        Ok(Payload::new(thread, class, Combinations { choice: Choice::new(pool, indices, ended), r }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Combinations>>) -> Value {
        this.value()
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<Payload<Combinations>>, thread: &Thread) -> Option<Gc<Tuple>> {
        let r = this.data.r;
        this.data.choice.next(thread, r, |indices, count| {
            let Some(place) = (0..r).rev().find(|&place| indices[place] != place + count - r) else { return false };
            let first = indices[place] + 1;
            for (index, value) in indices[place..].iter_mut().zip(first..) {
                *index = value;
            }
            true
        })
    }
}

/// All sub-sequences of `r` items, each of which may be taken again.
pub struct CombinationsWithReplacement {
    choice: Choice,
    r: usize,
}

impl PayloadData for CombinationsWithReplacement {
    fn trace(&self, tracer: &mut Tracer) {
        self.choice.trace(tracer);
    }
}

/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
///
/// combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')
#[py_class(
    name = "combinations_with_replacement",
    module = "itertools",
    signature = "(iterable, r)",
    payload,
    subclassable
)]
impl CombinationsWithReplacement {
    #[new(signature = "(cls, /, iterable, r)", style = "keywords")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        iterable: Value,
        r: isize,
    ) -> PyResult<Gc<Payload<CombinationsWithReplacement>>> {
        let pool = Tuple::from_iterable(thread, iterable)?;
        let r = length_argument(thread, r)?;
        let ended = pool.is_empty() && r > 0;
        let count = if ended { 0 } else { r };
        let mut indices = room_for(thread, count)?;
        indices.resize(count, 0);
        let choice = Choice::new(pool, indices, ended);
        Ok(Payload::new(thread, class, CombinationsWithReplacement { choice, r }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<CombinationsWithReplacement>>) -> Value {
        this.value()
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<Payload<CombinationsWithReplacement>>, thread: &Thread) -> Option<Gc<Tuple>> {
        let r = this.data.r;
        this.data.choice.next(thread, r, |indices, count| {
            let Some(place) = (0..r).rev().find(|&place| indices[place] != count - 1) else { return false };
            let value = indices[place] + 1;
            indices[place..].fill(value);
            true
        })
    }
}
