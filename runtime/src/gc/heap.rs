//! The heap: allocation and the decision to collect.
//!
//! What lives here: [`Heap`], its allocation paths, limits and accounting. What must not: how a collection works
//! (`collect`), the geometry of memory (`block`, `large`). Start at [`Heap::allocate`].
#![allow(unsafe_code)] // Writes the headers of storages.

use super::block::{BLOCK_BYTES, BlockSpace, LINE_BYTES, MEDIUM_OBJECT_BYTES};
use super::cursor::AllocationCursor;
use super::large::{LARGE_OBJECT_BYTES, LargeSpace};
use super::mark::Tracer;
use super::options::{GcMode, HeapError, HeapOptions, OutOfMemory};
use super::roots::RootSource;
use super::stats::{CollectionKind, Statistics};
use super::weak::{Finalizers, WeakTable};
use crate::object::{Gc, Header, RawStorage, ShapeId, Slot, WordStorage, gc_byte, header_flags};
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::ptr::NonNull;

/// In [`GcMode::EveryAllocation`], every so many collections are full.
const STRESS_FULL_PERIOD: u32 = 64;
/// What may be allocated beyond the limit after an [`OutOfMemory`], for the exception and its handling.
const GRACE_BYTES: usize = 1 << 20;
/// A full collection at the limit has failed if it leaves less than this part of the limit free.
const LIMIT_SLACK: usize = 64;

/// One garbage-collected heap. All of its state is in here; several heaps may live in one process, each used
/// by one thread at a time.
pub struct Heap {
    pub(super) options: HeapOptions,
    pub(super) mode: Cell<GcMode>,
    pub(super) space: BlockSpace,
    pub(super) large: LargeSpace,
    /// Where objects go that did not fit into the hole of their thread's cursor.
    pub(super) overflow: AllocationCursor,
    /// Where everything goes in the stress modes, whose threads' cursors stay empty.
    pub(super) stress: AllocationCursor,
    stress_count: Cell<u32>,
    disabled: Cell<bool>,
    /// Old objects that were stored into since the last collection.
    pub(super) remembered: RefCell<Vec<usize>>,
    pub(super) weak: RefCell<WeakTable>,
    pub(super) finalizers: RefCell<Finalizers>,
    pub(super) external_bytes: Cell<usize>,
    pub(super) external_young_bytes: Cell<usize>,
    /// Bytes between two minor collections.
    pub(super) nursery_bytes: Cell<usize>,
    /// Old bytes at which the next collection is a full one.
    pub(super) full_threshold: Cell<usize>,
    grace_bytes: Cell<usize>,
    ignore_limit: Cell<bool>,
    pub(super) collecting: Cell<bool>,
    /// A part of the running thread's native stack on which nobody needs an object.
    pub(super) overlooked: Cell<Option<Range<usize>>>,
    /// There may be objects whose `__del__` has not run.
    pub(super) has_finalizable: Cell<bool>,
    pub(super) statistics: Cell<Statistics>,
    pub(super) remembered_total: Cell<u64>,
    pub(super) cards_dirtied: Cell<u64>,
}

impl Heap {
    /// An empty heap.
    ///
    /// # Errors
    /// The system grants no address space.
    pub fn new(options: HeapOptions) -> Result<Heap, HeapError> {
        Ok(Heap {
            mode: Cell::new(options.mode),
            space: BlockSpace::reserve(options.reserve_bytes).map_err(HeapError::AddressSpace)?,
            large: LargeSpace::default(),
            overflow: AllocationCursor::new(),
            stress: AllocationCursor::new(),
            stress_count: Cell::new(0),
            disabled: Cell::new(false),
            remembered: RefCell::default(),
            weak: RefCell::default(),
            finalizers: RefCell::default(),
            external_bytes: Cell::new(0),
            external_young_bytes: Cell::new(0),
            nursery_bytes: Cell::new(options.nursery_bytes),
            full_threshold: Cell::new(super::collect::MIN_FULL_GROWTH),
            grace_bytes: Cell::new(0),
            ignore_limit: Cell::new(false),
            collecting: Cell::new(false),
            overlooked: Cell::new(None),
            has_finalizable: Cell::new(false),
            statistics: Cell::default(),
            remembered_total: Cell::new(0),
            cards_dirtied: Cell::new(0),
            options,
        })
    }

    /// Zeroed memory for an object of `size` bytes (rounded up to 8), anywhere a young object may lie.
    ///
    /// The caller writes the object, header first, before the next allocation. May collect: `context` gives
    /// the roots.
    ///
    /// # Errors
    /// The limit or the system's memory is exhausted even after a full collection.
    #[inline(always)]
    pub fn allocate(
        &self,
        cursor: &AllocationCursor,
        size: usize,
        context: &dyn RootSource,
    ) -> Result<NonNull<u8>, OutOfMemory> {
        debug_assert!(size >= size_of::<Header>() && size <= isize::MAX as usize);
        let size = (size + 7) & !7;
        match cursor.bump(size) {
            Some(address) => Ok(pointer_to(address)),
            None => self.allocate_slow(cursor, size, context),
        }
    }

    /// The slow path of [`Heap::allocate`]: `size` is a multiple of 8.
    #[cold]
    #[inline(never)]
    pub fn allocate_slow(
        &self,
        cursor: &AllocationCursor,
        size: usize,
        context: &dyn RootSource,
    ) -> Result<NonNull<u8>, OutOfMemory> {
        if size > LARGE_OBJECT_BYTES {
            return self.allocate_large(size, context);
        }
        let mut source = cursor;
        if self.mode.get() != GcMode::Normal && !self.disabled.get() {
            self.stress_collection(context);
            source = &self.stress;
        }
        let mut retried = false;
        loop {
            if let Some(address) = source.bump(size) {
                return Ok(pointer_to(address));
            }
            self.make_room(LINE_BYTES, context)?;
            let room = source.run_end.get() - source.top.get();
            if room < size {
                if room > 0 && size > MEDIUM_OBJECT_BYTES && !std::ptr::eq(source, &self.overflow) {
                    source = &self.overflow;
                    continue;
                }
                source.retire();
            }
            if !self.space.refill(source, size, std::ptr::eq(source, &self.overflow)) {
                if retried {
                    return Err(OutOfMemory);
                }
                retried = true;
                self.collect_all_there_is(context);
            }
        }
    }

    /// A zeroed object of its own, whatever its size; meant for sizes over [`LARGE_OBJECT_BYTES`].
    ///
    /// # Errors
    /// As [`Heap::allocate`].
    #[cold]
    pub fn allocate_large(&self, size: usize, context: &dyn RootSource) -> Result<NonNull<u8>, OutOfMemory> {
        self.stress_collection(context);
        self.make_room(size, context)?;
        let allocated = self.large.allocate(size).or_else(|| {
            self.collect_all_there_is(context);
            self.large.allocate(size)
        });
        // Only what there is: programs ask for more than 64 bits count.
        let memory = allocated.ok_or(OutOfMemory)?;
        self.count_large_allocation(size);
        Ok(pointer_to(memory))
    }

    fn count_large_allocation(&self, size: usize) {
        let mut statistics = self.statistics.get();
        statistics.bytes_allocated += size as u64;
        self.statistics.set(statistics);
    }

    /// [`Heap::allocate`] that the limit does not stop: for small objects needed to report that memory is short.
    ///
    /// # Errors
    /// The system's memory or the reserve is exhausted.
    #[cold]
    pub fn allocate_beyond_limit(
        &self,
        cursor: &AllocationCursor,
        size: usize,
        context: &dyn RootSource,
    ) -> Result<NonNull<u8>, OutOfMemory> {
        let ignored = self.ignore_limit.replace(true);
        let result = self.allocate(cursor, size, context);
        self.ignore_limit.set(ignored);
        result
    }

    /// Memory for an object made while collections are disabled, when there are no roots to speak of yet.
    /// Panics if the system has none.
    pub fn allocate_at_start(&self, cursor: &AllocationCursor, size: usize) -> NonNull<u8> {
        assert!(self.disabled.get(), "the heap has started");
        match self.allocate(cursor, size, &NoRoots) {
            Ok(pointer) => pointer,
            Err(OutOfMemory) => panic!("no memory for the first objects"),
        }
    }

    /// No collections from now on, for a `Vm` that is building its first objects. Allocation still works.
    pub fn disable(&self) {
        self.disabled.set(true);
    }

    /// Ends [`Heap::disable`]. `cursor` is the only one allocated with so far.
    pub fn enable(&self, cursor: &AllocationCursor) {
        self.disabled.set(false);
        if self.mode.get() != GcMode::Normal {
            cursor.retire();
        }
    }

    /// An array of `capacity` empty slots.
    ///
    /// # Errors
    /// As [`Heap::allocate`]; also if the size overflows.
    #[inline]
    pub fn allocate_words(
        &self,
        cursor: &AllocationCursor,
        shape: ShapeId,
        capacity: usize,
        context: &dyn RootSource,
    ) -> Result<Gc<WordStorage>, OutOfMemory> {
        let size = storage_size::<WordStorage>(capacity, size_of::<Slot>())?;
        let pointer = self.allocate(cursor, size, context)?.cast::<WordStorage>();
        // SAFETY: fresh zeroed memory of the right size.
        unsafe { pointer.write(WordStorage::new(shape, capacity)) };
        let storage = Gc::from_pointer(pointer);
        if size > LARGE_OBJECT_BYTES {
            storage.header().set_flag(header_flags::LARGE);
        }
        Ok(storage)
    }

    /// An array of `capacity` zero bytes.
    ///
    /// # Errors
    /// As [`Heap::allocate`]; also if the size overflows.
    #[inline]
    pub fn allocate_bytes(
        &self,
        cursor: &AllocationCursor,
        shape: ShapeId,
        capacity: usize,
        context: &dyn RootSource,
    ) -> Result<Gc<RawStorage>, OutOfMemory> {
        let size = storage_size::<RawStorage>(capacity, 1)?;
        let pointer = self.allocate(cursor, size, context)?.cast::<RawStorage>();
        // SAFETY: fresh zeroed memory of the right size.
        unsafe { pointer.write(RawStorage::new(shape, capacity)) };
        let storage = Gc::from_pointer(pointer);
        if size > LARGE_OBJECT_BYTES {
            storage.header().set_flag(header_flags::LARGE);
        }
        Ok(storage)
    }

    /// Replaces a storage by a longer (or shorter) one with the same beginning. The new one is not larger by
    /// magic: its address may differ, `storage` is invalid afterwards, and the owner's field must be
    /// overwritten, with the barrier, before anything else is allocated.
    ///
    /// # Errors
    /// As [`Heap::allocate_words`]; `storage` is then untouched.
    pub fn grow_words(
        &self,
        cursor: &AllocationCursor,
        storage: Gc<WordStorage>,
        capacity: usize,
        context: &dyn RootSource,
    ) -> Result<Gc<WordStorage>, OutOfMemory> {
        let size = storage_size::<WordStorage>(capacity, size_of::<Slot>())?;
        if self.is_large(storage.header()) && size > LARGE_OBJECT_BYTES {
            let moved = self.resize_large(storage.header(), size, context)?.cast_unchecked::<WordStorage>();
            // SAFETY: a field of a live object; no reference to it is held across this.
            unsafe { (&raw mut (*moved.as_pointer()).capacity).write(capacity) };
            return Ok(moved);
        }
        let new = self.allocate_words(cursor, storage.header().shape(), capacity, context)?;
        for (to, from) in new.slots().iter().zip(storage.slots()) {
            to.init(from.get());
        }
        Ok(new)
    }

    /// [`Heap::grow_words`] for bytes.
    ///
    /// # Errors
    /// As [`Heap::allocate_bytes`]; `storage` is then untouched.
    pub fn grow_bytes(
        &self,
        cursor: &AllocationCursor,
        storage: Gc<RawStorage>,
        capacity: usize,
        context: &dyn RootSource,
    ) -> Result<Gc<RawStorage>, OutOfMemory> {
        let size = storage_size::<RawStorage>(capacity, 1)?;
        if self.is_large(storage.header()) && size > LARGE_OBJECT_BYTES {
            let moved = self.resize_large(storage.header(), size, context)?.cast_unchecked::<RawStorage>();
            // SAFETY: a field of a live object; no reference to it is held across this.
            unsafe { (&raw mut (*moved.as_pointer()).capacity).write(capacity) };
            return Ok(moved);
        }
        let new = self.allocate_bytes(cursor, storage.header().shape(), capacity, context)?;
        // SAFETY: two distinct live objects of at least this many bytes.
        unsafe { std::ptr::copy_nonoverlapping(storage.data(), new.data(), capacity.min(storage.capacity)) };
        Ok(new)
    }

    fn resize_large(
        &self,
        object: Gc<Header>,
        size: usize,
        context: &dyn RootSource,
    ) -> Result<Gc<Header>, OutOfMemory> {
        let growth = size.saturating_sub(self.large.size_of(object));
        self.stress_collection(context);
        self.make_room(growth, context)?;
        // Above this point collections may have run, and `object` on the stack has kept itself alive.
        let object = std::hint::black_box(object);
        let old_address = object.address();
        let address = self.large.reallocate(old_address, size).or_else(|| {
            self.collect_all_there_is(context);
            self.large.reallocate(old_address, size)
        });
        let moved = address.and_then(Gc::<Header>::from_address).ok_or(OutOfMemory)?;
        self.count_large_allocation(growth);
        if moved.gc.get() == gc_byte::REMEMBERED && moved.address() != old_address {
            self.move_remembered(old_address, moved.address());
        }
        Ok(moved)
    }

    /// The object has an allocation of its own.
    #[inline]
    pub fn is_large(&self, object: Gc<Header>) -> bool {
        !self.space.contains(object.address())
    }

    /// Counts memory that an object owns outside the heap, so that it drives collections and the limit.
    pub fn add_external(&self, bytes: usize) {
        self.external_bytes.set(self.external_bytes.get() + bytes);
        self.external_young_bytes.set(self.external_young_bytes.get() + bytes);
    }

    /// Undoes [`Heap::add_external`], typically from a native finalizer.
    pub fn remove_external(&self, bytes: usize) {
        self.external_bytes.set(self.external_bytes.get().saturating_sub(bytes));
    }

    /// Bytes allocated since the last collection.
    pub fn young_bytes(&self) -> usize {
        self.space.young_line_bytes.get() + self.large.young_bytes.get() + self.external_young_bytes.get()
    }

    /// Everything the heap holds: lines, large objects, external bytes.
    pub fn occupied_bytes(&self) -> usize {
        self.space.live_line_bytes.get()
            + self.space.young_line_bytes.get()
            + self.large.bytes.get()
            + self.external_bytes.get()
    }

    /// Collects if it is time, and checks the limit before `bytes` more are taken.
    fn make_room(&self, bytes: usize, context: &dyn RootSource) -> Result<(), OutOfMemory> {
        assert!(!self.collecting.get(), "allocation while collecting");
        if self.disabled.get() {
            return Ok(());
        }
        if self.young_bytes() >= self.nursery_bytes.get() {
            let old = self.occupied_bytes().saturating_sub(self.young_bytes());
            let kind = if old >= self.full_threshold.get() { CollectionKind::Full } else { CollectionKind::Minor };
            self.collect(kind, context);
        }
        match self.options.max_bytes {
            Some(limit) if !self.ignore_limit.get() && self.occupied_bytes().saturating_add(bytes) > limit => {
                self.at_limit(limit, bytes, context)
            }
            _ => Ok(()),
        }
    }

    #[cold]
    fn at_limit(&self, limit: usize, bytes: usize, context: &dyn RootSource) -> Result<(), OutOfMemory> {
        let step = bytes.max(BLOCK_BYTES);
        if let Some(rest) = self.grace_bytes.get().checked_sub(step) {
            self.grace_bytes.set(rest);
            return Ok(());
        }
        self.collect(CollectionKind::Full, context);
        let wanted = bytes.max(limit / LIMIT_SLACK);
        if self.occupied_bytes().saturating_add(wanted) > limit {
            self.grace_bytes.set(GRACE_BYTES);
            return Err(OutOfMemory);
        }
        self.grace_bytes.set(0);
        Ok(())
    }

    /// The system refused memory: perhaps a full collection helps.
    #[cold]
    fn collect_all_there_is(&self, context: &dyn RootSource) {
        if !self.disabled.get() {
            self.collect(CollectionKind::Full, context);
        }
    }

    /// In the stress modes: the collection due at this allocation.
    fn stress_collection(&self, context: &dyn RootSource) {
        if self.disabled.get() {
            return;
        }
        let count = self.stress_count.get().wrapping_add(1);
        match self.mode.get() {
            GcMode::Normal => return,
            GcMode::EveryAllocation => {
                let full = count.is_multiple_of(STRESS_FULL_PERIOD);
                self.collect(if full { CollectionKind::Full } else { CollectionKind::Minor }, context);
            }
            GcMode::EveryNth(period) => {
                if count.is_multiple_of(period.max(1)) {
                    self.collect(CollectionKind::Full, context);
                }
            }
        }
        self.stress_count.set(count);
    }

    /// Figures about this heap.
    pub fn statistics(&self) -> Statistics {
        let mut statistics = self.statistics.get();
        statistics.bytes_allocated += self.space.young_line_bytes.get() as u64;
        statistics.occupied_bytes = self.occupied_bytes() as u64;
        statistics.free_blocks = self.space.free.borrow().len() as u64;
        statistics.used_blocks = self.space.used_blocks() as u64;
        statistics.chunks = self.space.chunks() as u64;
        statistics.large_objects = self.large.count() as u64;
        statistics.large_bytes = self.large.bytes.get() as u64;
        statistics.external_bytes = self.external_bytes.get() as u64;
        statistics.nursery_bytes = self.nursery_bytes.get() as u64;
        statistics.remembered = self.remembered_total.get();
        statistics.cards_dirtied = self.cards_dirtied.get();
        statistics
    }
}

/// The roots of a heap that does not collect.
struct NoRoots;

impl RootSource for NoRoots {
    fn trace_roots(&self, _: &mut Tracer) {}
    fn for_each_stack(&self, _: &mut dyn FnMut(*const u8, *const u8)) {}
    fn for_each_cursor(&self, _: &mut dyn FnMut(&AllocationCursor)) {}
    fn class_of_shape(&self, _: ShapeId) -> Option<Gc<Header>> {
        None
    }
    fn shape_count(&self) -> u32 {
        0
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.finalizers.get_mut().finalize_all_native();
    }
}

#[inline(always)]
fn pointer_to(address: usize) -> NonNull<u8> {
    let pointer = std::ptr::with_exposed_provenance_mut::<u8>(address);
    debug_assert!(!pointer.is_null());
    // SAFETY: allocators return addresses within mappings, never zero.
    unsafe { NonNull::new_unchecked(pointer) }
}

/// Bytes of a storage struct with `capacity` elements behind it.
fn storage_size<T>(capacity: usize, element: usize) -> Result<usize, OutOfMemory> {
    let bytes = capacity.checked_mul(element).and_then(|bytes| bytes.checked_add(size_of::<T>() + 7));
    bytes.filter(|&bytes| bytes <= isize::MAX as usize).ok_or(OutOfMemory).map(|bytes| bytes & !7)
}
