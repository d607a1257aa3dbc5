//! The cache behind `functools.lru_cache`.
//!
//! What lives here: the wrapper object and its list of uses. Start at [`LruCacheWrapper`].
//!
//! Results stand in links of a ring, oldest first after the root; the dict maps a call's key to its link.

use crate::dispatch::{call, hash, number};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, GcSlot, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::function::BoundMethod;
use crate::types::instance::Instance;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A node of the ring; the root has no key.
pub struct Link {
    previous: GcSlot<Payload<Link>>,
    next: GcSlot<Payload<Link>>,
    key: Slot,
    hash: Cell<u64>,
    result: Slot,
}

impl PayloadData for Link {
    fn trace(&self, tracer: &mut Tracer) {
        for link in [&self.previous, &self.next] {
            if let Some(link) = link.get() {
                tracer.object(link.header());
            }
        }
        tracer.slot(&self.key);
        tracer.slot(&self.result);
    }
}

/// An entry of the cache, which Python code sees only through debuggers of the collector.
#[py_class(name = "_lru_list_elem", module = "functools", payload, no_instances)]
impl Link {}

type LinkRef = Gc<Payload<Link>>;

/// How many results are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limit {
    Unbounded,
    Bounded(usize),
}

/// A function with a cache of its results.
pub struct LruCacheWrapper {
    function: Slot,
    limit: Limit,
    /// Arguments of different types are different calls.
    typed: bool,
    cache_info_type: Slot,
    /// Separates positional from keyword arguments in keys.
    mark: Slot,
    cache: GcSlot<Dict>,
    root: GcSlot<Payload<Link>>,
    hits: Cell<u64>,
    misses: Cell<u64>,
}

impl PayloadData for LruCacheWrapper {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.function, &self.cache_info_type, &self.mark] {
            tracer.slot(slot);
        }
        tracer.gc_slot(&self.cache);
        if let Some(root) = self.root.get() {
            tracer.object(root.header());
        }
    }
}

fn required<T>(slot: Option<T>) -> T {
    match slot {
        Some(value) => value,
        None => unreachable!("set when the object was made"),
    }
}

fn new_link(thread: &Thread) -> LinkRef {
    let class = Type::of_spec(thread, <Link as PyClass>::SPEC);
    let data = Link {
        previous: GcSlot::empty(),
        next: GcSlot::empty(),
        key: Slot::empty(),
        hash: Cell::new(0),
        result: Slot::empty(),
    };
    Payload::new(thread, class, data)
}

/// Makes `first` and `second` neighbours.
fn join(thread: &Thread, first: LinkRef, second: LinkRef) {
    first.data.next.init(Some(second));
    second.data.previous.init(Some(first));
    thread.write_barrier(first.header());
    thread.write_barrier(second.header());
}

/// Takes a link out of the ring.
fn extract(thread: &Thread, link: LinkRef) {
    join(thread, required(link.data.previous.get()), required(link.data.next.get()));
}

/// Puts a link at the newest place.
fn append(thread: &Thread, root: LinkRef, link: LinkRef) {
    let newest = required(root.data.previous.get());
    join(thread, newest, link);
    join(thread, link, root);
}

fn empty_ring(thread: &Thread) -> LinkRef {
    let root = new_link(thread);
    join(thread, root, root);
    root
}

impl LruCacheWrapper {
    /// What identifies a call: its only argument if that is an exact int or str, else a tuple of everything.
    fn key(&self, thread: &Thread, arguments: Arguments<'_>) -> Value {
        let positional = arguments.positional();
        let keyword_count = arguments.keyword_count();
        if let ([only], false, 0) = (positional, self.typed, keyword_count)
            && (only.is_small()
                || int::as_exact_int(*only).is_some()
                || only.cast::<Str>().is_some_and(|text| text.is_exact()))
        {
            return *only;
        }
        if keyword_count == 0 && !self.typed {
            return Tuple::new(thread, positional).value();
        }
        let mut parts = ScratchVec::from_slice(thread, positional);
        if keyword_count != 0 {
            parts.push(thread, required(self.mark.get()));
            for (name, value) in arguments.keywords() {
                parts.push(thread, name.value());
                parts.push(thread, value);
            }
        }
        if self.typed {
            for &value in arguments.values {
                parts.push(thread, thread.class_of(value).value());
            }
        }
        Tuple::new(thread, &parts).value()
    }

    fn call_function(&self, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        call::call_with(thread, required(self.function.get()), arguments)
    }
}

fn count(counter: &Cell<u64>) {
    counter.set(counter.get() + 1);
}

fn call_unbounded(this: Gc<Payload<LruCacheWrapper>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
    let data = &this.data;
    let key = data.key(thread, arguments);
    let hash = hash::hash(thread, key)? as u64;
    if let Some(result) = required(data.cache.get()).get_hashed(thread, key, hash)? {
        count(&data.hits);
        return Ok(result);
    }
    count(&data.misses);
    let result = data.call_function(thread, arguments)?;
    required(data.cache.get()).insert_hashed(thread, key, hash, result)?;
    Ok(result)
}

fn find(this: Gc<Payload<LruCacheWrapper>>, thread: &Thread, key: Value, hash: u64) -> PyResult<Option<LinkRef>> {
    let found = required(this.data.cache.get()).get_hashed(thread, key, hash)?;
    Ok(found.and_then(Payload::<Link>::cast))
}

fn call_bounded(
    this: Gc<Payload<LruCacheWrapper>>,
    thread: &Thread,
    arguments: Arguments<'_>,
    limit: usize,
) -> PyResult<Value> {
    let data = &this.data;
    let key = data.key(thread, arguments);
    let hash = hash::hash(thread, key)? as u64;
    if let Some(link) = find(this, thread, key, hash)? {
        extract(thread, link);
        append(thread, required(data.root.get()), link);
        count(&data.hits);
        return Ok(required(link.data.result.get()));
    }
    count(&data.misses);
    let result = data.call_function(thread, arguments)?;
    // The call may have cached the same key, or cleared the cache.
    if find(this, thread, key, hash)?.is_some() {
        return Ok(result);
    }
    let cache = required(data.cache.get());
    let root = required(data.root.get());
    let oldest = required(root.data.next.get());
    let link = if cache.len() >= limit && oldest != root {
        extract(thread, oldest);
        // Removing compares keys, which may run Python code that empties the cache meanwhile.
        cache.remove_hashed(thread, required(oldest.data.key.get()), oldest.data.hash.get())?;
        oldest
    } else {
        new_link(thread)
    };
    link.data.key.init(Some(key));
    link.data.hash.set(hash);
    link.data.result.init(Some(result));
    thread.write_barrier(link.header());
    cache.insert_hashed(thread, key, hash, link.value())?;
    append(thread, required(data.root.get()), link);
    Ok(result)
}

/// A function whose results are kept, as functools.lru_cache makes it.
#[py_class(name = "_lru_cache_wrapper", module = "functools", payload, subclassable, dict)]
impl LruCacheWrapper {
    #[new(signature = "(cls, user_function, maxsize, typed, cache_info_type)", style = "keywords")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        user_function: Value,
        maxsize: Value,
        typed: bool,
        cache_info_type: Value,
    ) -> PyResult<Gc<Payload<LruCacheWrapper>>> {
        if !call::is_callable(thread, user_function) {
            return Err(thread.raise_type_error("the first argument must be callable"));
        }
        let limit = if maxsize.is_none() {
            Limit::Unbounded
        } else if number::has_index(thread, maxsize) {
            Limit::Bounded(usize::try_from(number::index_i64(thread, maxsize)?).unwrap_or(0))
        } else {
            return Err(thread.raise_type_error("maxsize should be integer or None"));
        };
        let mark = Instance::new(thread, thread.vm().types.object);
        let cache = Dict::new(thread);
        let root = empty_ring(thread);
        let data = LruCacheWrapper {
            function: Slot::new(user_function),
            limit,
            typed,
            cache_info_type: Slot::new(cache_info_type),
            mark: Slot::new(mark.value()),
            cache: GcSlot::new(cache),
            root: GcSlot::new(root),
            hits: Cell::new(0),
            misses: Cell::new(0),
        };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __call__(this: Gc<Payload<LruCacheWrapper>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        match this.data.limit {
            Limit::Unbounded => call_unbounded(this, thread, arguments),
            Limit::Bounded(0) => {
                count(&this.data.misses);
                this.data.call_function(thread, arguments)
            }
            Limit::Bounded(limit) => call_bounded(this, thread, arguments, limit),
        }
    }

    #[method]
    fn __get__(this: Gc<Payload<LruCacheWrapper>>, thread: &Thread, instance: Value, _owner: Option<Value>) -> Value {
        if instance.is_none() { this.value() } else { BoundMethod::allocate(thread, this.value(), instance).value() }
    }

    /// Hits, misses, limit and current size.
    #[method]
    fn cache_info(this: Gc<Payload<LruCacheWrapper>>, thread: &Thread) -> PyResult<Value> {
        let data = &this.data;
        let limit = match data.limit {
            Limit::Unbounded => Value::NONE,
            Limit::Bounded(limit) => int::from_usize(thread, limit),
        };
        let size = required(data.cache.get()).len();
        let facts = [
            int::from_u64(thread, data.hits.get()),
            int::from_u64(thread, data.misses.get()),
            limit,
            int::from_usize(thread, size),
        ];
        call::call(thread, required(data.cache_info_type.get()), &facts)
    }

    /// Forgets all results and statistics.
    #[method]
    fn cache_clear(this: Gc<Payload<LruCacheWrapper>>, thread: &Thread) {
        let data = &this.data;
        data.hits.set(0);
        data.misses.set(0);
        let (cache, root) = (Dict::new(thread), empty_ring(thread));
        data.cache.init(Some(cache));
        data.root.init(Some(root));
        thread.write_barrier(this.header());
    }

    /// Pickles by qualified name.
    #[method]
    fn __reduce__(this: Gc<Payload<LruCacheWrapper>>, thread: &Thread) -> PyResult<Value> {
        crate::dispatch::attr::get(thread, this.value(), thread.vm().names.__qualname__)
    }

    /// Shared like a function, not copied.
    #[method]
    fn __copy__(this: Gc<Payload<LruCacheWrapper>>) -> Value {
        this.value()
    }

    /// Shared like a function, not copied.
    #[method]
    fn __deepcopy__(this: Gc<Payload<LruCacheWrapper>>, _memo: Value) -> Value {
        this.value()
    }
}
