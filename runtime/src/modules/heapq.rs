//! The `_heapq` module: binary heaps in lists.
//!
//! What lives here: the functions. Sifting follows CPython's `Modules/_heapqmodule.c` in the order of its
//! comparisons, which user classes can observe. Start at [`Heap`].

use crate::dispatch::compare::{self, CompareOperator};
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::list::List;
use crate::value::Value;
use taipan_macros::py_module;

/// A list used as a heap; `max`: the largest item is in front.
struct Heap<'a> {
    thread: &'a Thread,
    list: Gc<List>,
    max: bool,
}

impl Heap<'_> {
    /// Item `index`, which must exist unless a comparison shortened the list.
    fn item(&self, index: usize) -> PyResult<Value> {
        match self.list.get(self.thread, index) {
            Some(item) => Ok(item),
            None => Err(self.index_error()),
        }
    }

    #[cold]
    fn index_error(&self) -> Raised {
        self.thread.raise_index_error("index out of range")
    }

    #[cold]
    fn changed(&self) -> Raised {
        self.thread.raise_runtime_error("list changed size during iteration")
    }

    /// `a` belongs nearer to the front than `b`. The list must not change its size meanwhile.
    fn before(&self, a: Value, b: Value, size: usize) -> PyResult<bool> {
        let (a, b) = if self.max { (b, a) } else { (a, b) };
        let answer = compare::compare_truth(self.thread, CompareOperator::Lt, a, b)?;
        if self.list.len() != size { Err(self.changed()) } else { Ok(answer) }
    }

    /// Moves item `index` towards the front, not beyond `start`.
    fn sift_towards_front(&self, start: usize, mut index: usize) -> PyResult<()> {
        let size = self.list.len();
        if index >= size {
            return Err(self.index_error());
        }
        let item = self.item(index)?;
        while index > start {
            let parent_index = (index - 1) >> 1;
            let parent = self.item(parent_index)?;
            if !self.before(item, parent, size)? {
                break;
            }
            // The items are read again: `<` may have replaced them.
            self.swap(index, parent_index)?;
            index = parent_index;
        }
        Ok(())
    }

    fn swap(&self, a: usize, b: usize) -> PyResult<()> {
        if a.max(b) >= self.list.len() {
            return Err(self.index_error());
        }
        self.list.swap(self.thread, a, b);
        Ok(())
    }

    /// Moves item `index` down to a leaf along its smaller children, then up to where it belongs: fewer
    /// comparisons than stopping on the way, since most items belong near the leaves.
    fn sift_towards_leaves(&self, mut index: usize) -> PyResult<()> {
        let size = self.list.len();
        let start = index;
        if index >= size {
            return Err(self.index_error());
        }
        let limit = size >> 1;
        while index < limit {
            let mut child = 2 * index + 1;
            if child + 1 < size {
                let (left, right) = (self.item(child)?, self.item(child + 1)?);
                child += usize::from(!self.before(left, right, size)?);
            }
            self.swap(child, index)?;
            index = child;
        }
        self.sift_towards_front(start, index)
    }

    fn push(&self, item: Value) -> PyResult<()> {
        self.list.push(self.thread, item)?;
        self.sift_towards_front(0, self.list.len() - 1)
    }

    fn pop(&self) -> PyResult<Value> {
        let Some(last) = self.list.pop(self.thread) else { return Err(self.index_error()) };
        if self.list.is_empty() {
            return Ok(last);
        }
        let front = self.item(0)?;
        self.list.set(self.thread, 0, last);
        self.sift_towards_leaves(0)?;
        Ok(front)
    }

    fn replace(&self, item: Value) -> PyResult<Value> {
        if self.list.is_empty() {
            return Err(self.index_error());
        }
        let front = self.item(0)?;
        self.list.set(self.thread, 0, item);
        self.sift_towards_leaves(0)?;
        Ok(front)
    }

    fn push_pop(&self, item: Value) -> PyResult<Value> {
        if self.list.is_empty() {
            return Ok(item);
        }
        let front = self.item(0)?;
        let (a, b) = if self.max { (item, front) } else { (front, item) };
        if !compare::compare_truth(self.thread, CompareOperator::Lt, a, b)? {
            return Ok(item);
        }
        if self.list.is_empty() {
            return Err(self.index_error());
        }
        self.replace(item)
    }

    /// Orders the whole list from its last parents to the front. For long lists in the order that touches
    /// near items soon after each other (as CPython does, since the outcome may show it).
    fn heapify(&self) -> PyResult<()> {
        let size = self.list.len();
        if size > 2500 {
            return self.heapify_in_cache_order(size);
        }
        for index in (0..size >> 1).rev() {
            self.sift_towards_leaves(index)?;
        }
        Ok(())
    }

    fn heapify_in_cache_order(&self, size: usize) -> PyResult<()> {
        let last_parent = size >> 1;
        // The leftmost node in the row of the first childless node.
        let leftmost = (1usize << (usize::BITS - 1 - (last_parent + 1).leading_zeros())) - 1;
        let half = last_parent >> 1;
        let climb = |mut index: usize| -> PyResult<()> {
            loop {
                self.sift_towards_leaves(index)?;
                if index & 1 == 0 {
                    return Ok(());
                }
                index >>= 1;
            }
        };
        for index in (half..leftmost).rev() {
            climb(index)?;
        }
        for index in (leftmost..last_parent).rev() {
            climb(index)?;
        }
        Ok(())
    }
}

/// Heap queue algorithm (a.k.a. priority queue).
///
/// Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
/// all k, counting elements from 0.  For the sake of comparison,
/// non-existing elements are considered to be infinite.  The interesting
/// property of a heap is that a[0] is always its smallest element.
///
/// Usage:
///
/// heap = []            # creates an empty heap
/// heappush(heap, item) # pushes a new item on the heap
/// item = heappop(heap) # pops the smallest item from the heap
/// item = heap[0]       # smallest item on the heap without popping it
/// heapify(x)           # transforms list into a heap, in-place, in linear time
/// item = heapreplace(heap, item) # pops and returns smallest item, and adds
///                                # new item; the heap size is unchanged
///
/// Our API differs from textbook heap algorithms as follows:
///
/// - We use 0-based indexing.  This makes the relationship between the
///   index for a node and the indexes for its children slightly less
///   obvious, but is more suitable since Python uses 0-based indexing.
///
/// - Our heappop() method returns the smallest item, not the largest.
///
/// These two make it possible to view the heap as a regular Python list
/// without surprises: heap[0] is the smallest item, and heap.sort()
/// maintains the heap invariant!
#[py_module(name = "_heapq")]
pub mod _heapq {
    use super::Heap;
    use crate::error::PyResult;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::list::List;
    use crate::value::Value;

    /// Push item onto heap, maintaining the heap invariant.
    #[function]
    fn heappush(thread: &Thread, heap: Gc<List>, item: Value) -> PyResult<()> {
        Heap { thread, list: heap, max: false }.push(item)
    }

    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[function]
    fn heappop(thread: &Thread, heap: Gc<List>) -> PyResult<Value> {
        Heap { thread, list: heap, max: false }.pop()
    }

    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[function]
    fn heapreplace(thread: &Thread, heap: Gc<List>, item: Value) -> PyResult<Value> {
        Heap { thread, list: heap, max: false }.replace(item)
    }

    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[function]
    fn heappushpop(thread: &Thread, heap: Gc<List>, item: Value) -> PyResult<Value> {
        Heap { thread, list: heap, max: false }.push_pop(item)
    }

    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[function]
    fn heapify(thread: &Thread, heap: Gc<List>) -> PyResult<()> {
        Heap { thread, list: heap, max: false }.heapify()
    }

    /// Push item onto max heap, maintaining the heap invariant.
    #[function]
    fn heappush_max(thread: &Thread, heap: Gc<List>, item: Value) -> PyResult<()> {
        Heap { thread, list: heap, max: true }.push(item)
    }

    /// Maxheap variant of heappop.
    #[function]
    fn heappop_max(thread: &Thread, heap: Gc<List>) -> PyResult<Value> {
        Heap { thread, list: heap, max: true }.pop()
    }

    /// Maxheap variant of heapreplace.
    #[function]
    fn heapreplace_max(thread: &Thread, heap: Gc<List>, item: Value) -> PyResult<Value> {
        Heap { thread, list: heap, max: true }.replace(item)
    }

    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max() followed by
    /// a separate call to heappop_max().
    #[function]
    fn heappushpop_max(thread: &Thread, heap: Gc<List>, item: Value) -> PyResult<Value> {
        Heap { thread, list: heap, max: true }.push_pop(item)
    }

    /// Maxheap variant of heapify.
    #[function]
    fn heapify_max(thread: &Thread, heap: Gc<List>) -> PyResult<()> {
        Heap { thread, list: heap, max: true }.heapify()
    }
}
