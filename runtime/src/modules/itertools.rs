//! The `itertools` module.
//!
//! What lives here: the module's table and `tee`. What must not: the iterators, one family per file below.
//! Start at [`itertools`].

pub mod combinatoric;
pub mod endless;
pub mod grouping;
pub mod joining;
pub mod selecting;
pub mod tee;

use taipan_macros::py_module;

/// Implements `PayloadData` for a struct whose named fields are `Slot`s.
macro_rules! trace_slots {
    ($type:ty { $($field:ident),* }) => {
        impl crate::types::payload::PayloadData for $type {
            fn trace(&self, tracer: &mut crate::gc::Tracer) {
                $(tracer.slot(&self.$field);)*
            }
        }
    };
}
pub(crate) use trace_slots;

/// Functional tools for creating and using iterators.
///
/// Infinite iterators:
/// count(start=0, step=1) --> start, start+step, start+2*step, ...
/// cycle(p) --> p0, p1, ... plast, p0, p1, ...
/// repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times
///
/// Iterators terminating on the shortest input sequence:
/// accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2
/// batched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...
/// chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...
/// chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...
/// compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...
/// dropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails
/// groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)
/// filterfalse(predicate, seq) --> elements of seq where predicate(elem) is False
/// islice(seq, [start,] stop [, step]) --> elements from
///        seq[start:stop:step]
/// pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...
/// starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...
/// tee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n
/// takewhile(predicate, seq) --> seq[0], seq[1], until predicate fails
/// zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...
///
/// Combinatoric generators:
/// product(p, q, ... [repeat=1]) --> cartesian product
/// permutations(p[, r])
/// combinations(p, r)
/// combinations_with_replacement(p, r)
#[py_module(name = "itertools")]
pub mod itertools {
    use crate::error::PyResult;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::tuple::Tuple;
    use crate::value::Value;

    #[class]
    use super::combinatoric::Combinations;
    #[class]
    use super::combinatoric::CombinationsWithReplacement;
    #[class]
    use super::combinatoric::Permutations;
    #[class]
    use super::combinatoric::Product;
    #[class]
    use super::endless::Count;
    #[class]
    use super::endless::Cycle;
    #[class]
    use super::endless::Repeat;
    #[class]
    use super::grouping::Accumulate;
    #[class]
    use super::grouping::Batched;
    #[class]
    use super::grouping::GroupBy;
    #[class]
    use super::grouping::Grouper;
    #[class]
    use super::grouping::Pairwise;
    #[class]
    use super::joining::Chain;
    #[class]
    use super::joining::StarMap;
    #[class]
    use super::joining::ZipLongest;
    #[class]
    use super::selecting::Compress;
    #[class]
    use super::selecting::DropWhile;
    #[class]
    use super::selecting::FilterFalse;
    #[class]
    use super::selecting::ISlice;
    #[class]
    use super::selecting::TakeWhile;
    #[class]
    use super::tee::Tee;
    #[class]
    use super::tee::TeeData;

    /// Returns a tuple of n independent iterators.
    #[function(signature = "(iterable, n=2, /)")]
    fn tee(thread: &Thread, iterable: Value, n: Option<isize>) -> PyResult<Gc<Tuple>> {
        super::tee::tee(thread, iterable, n.unwrap_or(2))
    }
}
