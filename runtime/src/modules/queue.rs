//! The module `_queue`: `SimpleQueue`, an unbounded queue.
//!
//! What lives here: the class. Start at [`SimpleQueue`].
//!
//! Puts are counted in a word on which those wait who find the queue empty (`wait.rs`).

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::time::clock;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use crate::wait::{self, Wake};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use taipan_macros::{py_class, py_module};

/// Taken items leave gaps at the start of the list; it is cut when half of it is gaps.
pub struct SimpleQueue {
    items: GcSlot<List>,
    first: Cell<usize>,
    puts: AtomicU32,
    waiting: Cell<usize>,
}

impl PayloadData for SimpleQueue {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.items);
    }
}

type Queue = Payload<SimpleQueue>;

impl SimpleQueue {
    fn of(items: Gc<List>) -> SimpleQueue {
        let (first, puts, waiting) = (Cell::new(0), AtomicU32::new(0), Cell::new(0));
        SimpleQueue { items: GcSlot::new(items), first, puts, waiting }
    }

    fn list(&self, thread: &Thread) -> Gc<List> {
        self.items.get().unwrap_or_else(|| List::empty(thread))
    }

    /// Appends an item, and wakes one of those who wait.
    fn append(&self, thread: &Thread, item: Value) -> PyResult<()> {
        self.list(thread).push(thread, item)?;
        self.puts.fetch_add(1, Ordering::Relaxed);
        if self.waiting.get() > 0 {
            wait::wake(&self.puts, 1);
        }
        Ok(())
    }

    fn count(&self, thread: &Thread) -> usize {
        self.list(thread).len() - self.first.get()
    }

    fn take(this: Gc<Queue>, thread: &Thread) -> PyResult<Option<Value>> {
        let list = this.data.list(thread);
        let first = this.data.first.get();
        let Some(item) = list.get(thread, first) else { return Ok(None) };
        list.set(thread, first, Value::NONE);
        this.data.first.set(first + 1);
        if first + 1 == list.len() {
            list.clear(thread);
            this.data.first.set(0);
        } else if first > 64 && first * 2 > list.len() {
            let rest = list.copy_range(thread, first + 1, list.len())?;
            this.store_gc(thread, &this.data.items, rest);
            this.data.first.set(0);
        }
        Ok(Some(item))
    }
}

/// Raises `queue.Empty`.
#[cold]
fn raise_empty(thread: &Thread) -> crate::error::Raised {
    thread.raise_with_arguments(empty_class(thread), &[])
}

/// The class `queue.Empty`.
fn empty_class(thread: &Thread) -> Gc<Type> {
    crate::modules::support::exception_class(thread, "_queue", "Empty", thread.vm().exceptions.exception)
}

/// Simple, unbounded, reentrant FIFO queue.
#[py_class(name = "SimpleQueue", module = "_queue", signature = "()", subclassable, payload)]
impl SimpleQueue {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread) -> Gc<Queue> {
        let items = List::empty(thread);
        Payload::new(thread, class, SimpleQueue::of(items))
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this method
    /// never blocks.  They are provided for compatibility with the Queue class.
    #[method(signature = "(self, /, item, block=True, timeout=None)")]
    fn put(this: Gc<Queue>, thread: &Thread, item: Value, block: Option<bool>, timeout: Option<Value>) -> PyResult<()> {
        let _ = (block, timeout);
        this.data.append(thread, item)
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[method(signature = "(self, /, item)")]
    fn put_nowait(this: Gc<Queue>, thread: &Thread, item: Value) -> PyResult<()> {
        this.data.append(thread, item)
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the default),
    /// block if necessary until an item is available. If 'timeout' is
    /// a non-negative number, it blocks at most 'timeout' seconds and raises
    /// the Empty exception if no item was available within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[method(signature = "(self, /, block=True, timeout=None)")]
    fn get(this: Gc<Queue>, thread: &Thread, block: Option<bool>, timeout: Option<Value>) -> PyResult<Value> {
        let block = block.unwrap_or(true);
        let deadline = match timeout.filter(|timeout| block && !timeout.is_none()) {
            Some(timeout) => {
                let nanoseconds = clock::nanoseconds_of(thread, timeout, clock::Rounding::Ceiling)?;
                if nanoseconds < 0 {
                    return Err(thread.raise_value_error("'timeout' must be a non-negative number"));
                }
                Some(wait::now().saturating_add(nanoseconds))
            }
            None => None,
        };
        if let Some(item) = SimpleQueue::take(this, thread)? {
            return Ok(item);
        }
        if !block {
            return Err(raise_empty(thread));
        }
        loop {
            let seen = this.data.puts.load(Ordering::Relaxed);
            this.data.waiting.set(this.data.waiting.get() + 1);
            let woken = thread.allow_threads(|| wait::wait(&this.data.puts, seen, deadline));
            this.data.waiting.set(this.data.waiting.get() - 1);
            if let Some(item) = SimpleQueue::take(this, thread)? {
                return Ok(item);
            }
            match woken {
                Wake::Woken => {}
                Wake::TimedOut => return Err(raise_empty(thread)),
                Wake::Interrupted => crate::modules::signal::check(thread)?,
            }
        }
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[method]
    fn get_nowait(this: Gc<Queue>, thread: &Thread) -> PyResult<Value> {
        match SimpleQueue::take(this, thread)? {
            Some(item) => Ok(item),
            None => Err(raise_empty(thread)),
        }
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method]
    fn empty(this: Gc<Queue>, thread: &Thread) -> bool {
        this.data.count(thread) == 0
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method]
    fn qsize(this: Gc<Queue>, thread: &Thread) -> usize {
        this.data.count(thread)
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
}

/// C implementation of the Python queue module.
/// This module is an implementation detail, please do not use it directly.
#[py_module(name = "_queue")]
pub mod queue {
    use super::*;
    use crate::types::module::Module;

    #[class]
    use super::SimpleQueue;

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "Empty", empty_class(thread).value());
        Ok(())
    }
}
