//! `Thread`: what one thread of execution owns, and the handle that every runtime function takes.
//!
//! What lives here: the fields native code and the interpreter reach at fixed offsets, allocation entry
//! points, the write barrier, small questions about values (class, type name). What must not: anything
//! shared between threads (`vm.rs`). Start at [`Thread`].
#![allow(unsafe_code)] // Allocation writes headers into fresh memory; the Vm pointer is dereferenced.

use crate::gc::{AllocationCursor, LARGE_OBJECT_BYTES};
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, RawStorage, ShapeId, Slot, WordStorage, gc_byte};
use crate::types::type_object::Type;
use crate::value::Value;
use crate::vm::Vm;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

/// Reasons to leave the fast path at the next poll, as bits of [`Thread::poll`].
pub mod poll {
    /// A signal arrived (Ctrl-C).
    pub const SIGNAL: u32 = 1;
    /// Finalizers or weak-reference callbacks wait to be run: set when a collection found some.
    pub const PENDING_CALLS: u32 = 2;
    /// The memory limit was passed by small allocations.
    pub const MEMORY: u32 = 4;
    /// Compiled code of an activation may have been invalidated.
    pub const INVALIDATED: u32 = 8;
    /// A background compilation finished.
    pub const COMPILED: u32 = 16;
    /// The embedder asked to stop.
    pub const INTERRUPT: u32 = 32;
    /// The time or fuel limit was reached.
    pub const LIMIT: u32 = 64;
    /// A function of `sys.settrace` or `sys.setprofile` is installed. Stays set while it is.
    pub const TRACE: u32 = 128;
    /// Another thread has waited for the isolate's lock long enough.
    pub const SWITCH: u32 = 256;
}

/// One thread of Python execution.
///
/// The first fields are read and written by native code at the offsets of `layout.rs`.
#[repr(C)]
pub struct Thread {
    /// Bump allocation: `top` and `limit`.
    pub cursor: AllocationCursor,
    /// Non-zero: call [`Thread::handle_poll`] at the next loop back edge or function entry.
    pub poll: AtomicU32,
    /// Python calls left before RecursionError.
    pub depth_left: Cell<i32>,
    /// The native stack may not grow below this address.
    pub stack_limit: Cell<usize>,
    /// The native frame of the innermost interpreter loop; empty in compiled code.
    pub loop_frame: Cell<LoopFrame>,
    /// The pending exception.
    pub exception: Cell<Option<Value>>,
    /// The exception being handled (`sys.exception()`), or empty.
    pub handled: Cell<Option<Value>>,
    /// The value of the StopIteration by which the last iterator ended, which native iterators pass on by ending without
    /// an exception; empty if that had none.
    pub end_value: Cell<Option<Value>>,
    /// Shapes of the Vm, for native code.
    pub shapes: Cell<*const crate::shape::Shape>,
    /// Innermost interpreter frame; the interpreter's own type.
    pub frame: Cell<*mut u8>,
    /// First free word of the interpreter's register stack, and its end.
    pub register_top: Cell<*mut Option<Value>>,
    pub register_limit: Cell<*mut Option<Value>>,
    /// Where side exits of native code leave their live words.
    pub exit_buffer: Cell<*mut u64>,
    /// Frame pointer of the innermost native code that called out, for stack walks; null if there is none above
    /// the interpreter's innermost frame.
    pub native_frame: Cell<*mut u8>,
    /// Which call it made; the JIT's own encoding.
    pub native_site: Cell<u64>,
    vm: NonNull<Vm>,
    /// First word of the register stack.
    pub register_base: Cell<*mut Option<Value>>,
    /// The native stack's highest address: where conservative scanning ends.
    pub stack_base: Cell<usize>,
    /// `sys.setrecursionlimit`.
    pub recursion_limit: Cell<i32>,
    /// Objects whose `repr` is being made, innermost last: a list object.
    pub repr_stack: Cell<Option<Value>>,
    /// The current context of `contextvars`, or empty.
    pub context: Cell<Option<Value>>,
    /// The event loop of `asyncio` that runs in this thread, and the task that it runs, or empty.
    pub running_loop: Cell<Option<Value>>,
    pub running_task: Cell<Option<Value>>,
    /// Hooks of `sys.set_asyncgen_hooks`: first iteration and finalizer.
    pub async_generator_hooks: [Cell<Option<Value>>; 2],
    /// Trace and profile functions of `sys.settrace` and `sys.setprofile`.
    pub trace_functions: [Cell<Option<Value>>; 2],
    /// How many calls of these functions are running: what they do is not traced.
    pub tracing_paused: Cell<u32>,
    /// Depth of runtime recursion in Rust code (repr, comparison, ...), to refuse in time.
    pub native_depth: Cell<u32>,
    /// The innermost stretch of native frames; the tier's own type.
    pub native_segment: Cell<*const u8>,
    /// How many activations there is room for.
    pub frame_capacity: Cell<i32>,
    /// Memory that the interpreter keeps for the thread.
    pub tier_memory: RefCell<Option<Box<dyn Any>>>,
    /// The number that Python code knows the thread by: the system's handle. Numbers of threads that ended come again.
    pub ident: Cell<i64>,
    /// The number that the system's tools show.
    pub native_id: Cell<i64>,
    /// A number that no other thread of the isolate ever has.
    pub serial: Cell<i64>,
    /// Signals are handled by this thread.
    pub is_main: Cell<bool>,
    /// The end of the program does not wait for this thread.
    pub is_daemon: Cell<bool>,
    /// While the thread does without the isolate's lock: where the part of its native stack begins that holds values. The
    /// callee-saved registers are in it. Zero: there is none yet.
    pub parked_at: Cell<usize>,
    /// The thread does without the lock, inside [`Thread::allow_threads`].
    pub is_parked: Cell<bool>,
    /// What a thread that was started is to do, until it does.
    pub work: Cell<Option<Value>>,
    /// Weak references to the `threading.local` objects in which this thread has attributes: a list.
    pub locals: Cell<Option<Value>>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        if self.is_main.get() {
            // Waiting threads may not wake what no longer lives.
            self.vm().signals.detach();
        }
    }
}

/// The recursion limit Python starts with.
pub const DEFAULT_RECURSION_LIMIT: i32 = 1000;

/// Where the native frame of an interpreter loop lies. The loop holds no object there that an instruction which calls
/// needs: all of them stand in registers and records of activations. What a scan finds there is left over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoopFrame {
    /// The stack pointer of the loop: what it calls lies below.
    pub low: usize,
    /// The stack pointer of the loop's caller; 0: there is no loop.
    pub high: usize,
}

impl Thread {
    /// A thread of `vm` on the native stack that is running now.
    ///
    /// `stack_base` is the highest address of that stack, `stack_limit` the lowest that may be used.
    pub fn new(vm: NonNull<Vm>, stack_base: usize, stack_limit: usize) -> Thread {
        Thread {
            cursor: AllocationCursor::default(),
            poll: AtomicU32::new(0),
            depth_left: Cell::new(DEFAULT_RECURSION_LIMIT),
            loop_frame: Cell::default(),
            stack_limit: Cell::new(stack_limit),
            exception: Cell::new(None),
            handled: Cell::new(None),
            end_value: Cell::new(None),
            // SAFETY: the Vm outlives its threads.
            shapes: Cell::new(unsafe { vm.as_ref() }.shapes.base()),
            frame: Cell::new(std::ptr::null_mut()),
            register_top: Cell::new(std::ptr::null_mut()),
            register_limit: Cell::new(std::ptr::null_mut()),
            exit_buffer: Cell::new(std::ptr::null_mut()),
            native_frame: Cell::new(std::ptr::null_mut()),
            native_site: Cell::new(0),
            vm,
            register_base: Cell::new(std::ptr::null_mut()),
            stack_base: Cell::new(stack_base),
            recursion_limit: Cell::new(DEFAULT_RECURSION_LIMIT),
            repr_stack: Cell::new(None),
            context: Cell::new(None),
            running_loop: Cell::new(None),
            running_task: Cell::new(None),
            async_generator_hooks: [const { Cell::new(None) }; 2],
            trace_functions: [const { Cell::new(None) }; 2],
            tracing_paused: Cell::new(0),
            native_depth: Cell::new(0),
            native_segment: Cell::new(std::ptr::null()),
            frame_capacity: Cell::new(i32::MAX),
            tier_memory: RefCell::new(None),
            ident: Cell::new(0),
            native_id: Cell::new(0),
            serial: Cell::new(1),
            is_main: Cell::new(false),
            is_daemon: Cell::new(false),
            parked_at: Cell::new(0),
            is_parked: Cell::new(false),
            work: Cell::new(None),
            locals: Cell::new(None),
        }
    }

    /// The isolate this thread belongs to.
    #[inline(always)]
    pub fn vm(&self) -> &Vm {
        // SAFETY: the Vm outlives its threads; it is only ever borrowed shared.
        unsafe { self.vm.as_ref() }
    }

    /// For native loops that may take long: serves signals, limits and finalizers, if there are any. Other threads get no
    /// turn, so that what is one step for Python code stays one.
    ///
    /// # Errors
    /// KeyboardInterrupt and what else a poll may raise.
    #[inline]
    pub fn poll_native(&self) -> crate::error::PyResult<()> {
        if self.poll.load(Ordering::Relaxed) & !poll::SWITCH == 0 {
            return Ok(());
        }
        match self.vm().hooks.get() {
            Some(hooks) => (hooks.poll)(self),
            None => Ok(()),
        }
    }

    /// Events are to be reported to the functions of `sys.settrace` and `sys.setprofile`.
    #[inline]
    pub fn is_traced(&self) -> bool {
        self.trace_functions.iter().any(|function| function.get().is_some()) && self.tracing_paused.get() == 0
    }

    /// Asks for [`Thread::handle_poll`] at the next poll; may be called from a signal handler.
    pub fn request_poll(&self, reason: u32) {
        self.poll.fetch_or(reason, Ordering::Release);
    }

    // ---- classes and shapes of values ----

    /// The shape id of any value.
    #[inline(always)]
    pub fn shape_of(&self, value: Value) -> ShapeId {
        match value.header() {
            Some(header) => header.shape(),
            None => immediate_shape(value),
        }
    }

    /// The class of any value.
    #[inline(always)]
    pub fn class_of(&self, value: Value) -> Gc<Type> {
        self.class_of_shape(self.shape_of(value))
    }

    /// The class of a shape.
    #[inline(always)]
    pub fn class_of_shape(&self, shape: ShapeId) -> Gc<Type> {
        match self.vm().shapes.get(shape).class.get() {
            Some(class) => class,
            None => unreachable!("shape {} has no class", shape.0),
        }
    }

    /// The class of a shape that need not be any object's: `None` if the class is gone.
    pub fn living_class_of_shape(&self, shape: ShapeId) -> Option<Gc<Type>> {
        self.vm().shapes.get(shape).class.get()
    }

    /// The name of the value's class as messages show it.
    pub fn type_name(&self, value: Value) -> String {
        self.class_of(value).message_name(self)
    }

    // ---- allocation ----

    /// Allocates an object of layout `T` with `extra` bytes behind it, zeroed.
    #[inline(always)]
    pub fn allocate<T: HeapObject>(&self, shape: ShapeId, extra: usize, build: impl FnOnce(Header) -> T) -> Gc<T> {
        let object = self.allocate_unregistered(shape, extra, build);
        if T::FINALIZES {
            self.vm().heap.register_finalizing(object.header());
        }
        object
    }

    /// As [`Thread::allocate`], without telling the collector that the object has something to free.
    #[inline(always)]
    pub fn allocate_unregistered<T: HeapObject>(
        &self,
        shape: ShapeId,
        extra: usize,
        build: impl FnOnce(Header) -> T,
    ) -> Gc<T> {
        let memory = self.allocate_raw(size_of::<T>() + extra).cast::<T>();
        // SAFETY: fresh memory of at least this size and 8-byte alignment.
        unsafe { memory.write(build(Header::new(shape, T::KIND))) };
        Gc::from_pointer(memory)
    }

    /// As [`Thread::allocate`] for an object that may be large: `None` asks the caller to raise MemoryError. Not for
    /// kinds with native finalizers.
    pub fn try_allocate<T: HeapObject>(
        &self,
        shape: ShapeId,
        extra: usize,
        build: impl FnOnce(Header) -> T,
    ) -> Option<Gc<T>> {
        const { assert!(!T::FINALIZES) };
        let memory = self.allocate_storage(size_of::<T>().checked_add(extra)?)?.cast::<T>();
        // SAFETY: fresh memory of at least this size and 8-byte alignment.
        unsafe { memory.write(build(Header::new(shape, T::KIND))) };
        Some(Gc::from_pointer(memory))
    }

    /// Zeroed memory for a small object, for native code whose own cursor ran out: the header is written at once.
    pub fn allocate_small(&self, size: usize) -> NonNull<u8> {
        self.allocate_raw(size)
    }

    #[inline(always)]
    fn allocate_raw(&self, size: usize) -> NonNull<u8> {
        match self.vm().heap.allocate(&self.cursor, size, self) {
            Ok(memory) => memory,
            Err(_) => self.out_of_memory(size),
        }
    }

    /// Small allocations have no error path: past the limit they are served from the system's memory and
    /// MemoryError comes at the next poll. When the system itself is out, there is nothing left to do.
    #[cold]
    fn out_of_memory(&self, size: usize) -> NonNull<u8> {
        self.request_poll(poll::MEMORY);
        match self.vm().heap.allocate_beyond_limit(&self.cursor, size, self) {
            Ok(memory) => memory,
            Err(_) => {
                eprintln!("Fatal Python error: out of memory");
                std::process::exit(1)
            }
        }
    }

    /// Memory for a storage: as of a small object if it is small, else `None` when there is none.
    #[inline(always)]
    fn allocate_storage(&self, size: usize) -> Option<NonNull<u8>> {
        match self.vm().heap.allocate(&self.cursor, size, self) {
            Ok(memory) => Some(memory),
            Err(_) if size <= LARGE_OBJECT_BYTES => Some(self.out_of_memory(size)),
            Err(_) => None,
        }
    }

    /// A block of words, all empty. Large ones may fail: `None` asks the caller to raise MemoryError.
    pub fn allocate_words(&self, capacity: usize) -> Option<Gc<WordStorage>> {
        let size = capacity.checked_mul(8)?.checked_add(size_of::<WordStorage>())?;
        isize::try_from(size).ok()?;
        let memory = self.allocate_storage(size)?.cast::<WordStorage>();
        // SAFETY: fresh zeroed memory of this size.
        unsafe { memory.write(WordStorage::new(ShapeId::INTERNAL, capacity)) };
        Some(Gc::from_pointer(memory))
    }

    /// A block of bytes, all zero. `None` asks the caller to raise MemoryError.
    pub fn allocate_bytes(&self, capacity: usize) -> Option<Gc<RawStorage>> {
        let size = capacity.checked_add(size_of::<RawStorage>() + 7)?;
        isize::try_from(size).ok()?;
        let memory = self.allocate_storage(size)?.cast::<RawStorage>();
        // SAFETY: fresh zeroed memory of this size.
        unsafe { memory.write(RawStorage::new(ShapeId::INTERNAL, capacity)) };
        Some(Gc::from_pointer(memory))
    }

    // ---- stores ----

    /// Writes `value` into a slot of `owner`, with the barrier.
    #[inline(always)]
    pub fn store<T: HeapObject>(&self, owner: Gc<T>, slot: &Slot, value: Value) {
        slot.init(Some(value));
        self.write_barrier(owner.header());
    }

    /// Writes `object` into a slot of `owner`, with the barrier.
    #[inline(always)]
    pub fn store_gc<T: HeapObject, U>(&self, owner: Gc<T>, slot: &GcSlot<U>, object: Gc<U>) {
        slot.init(Some(object));
        self.write_barrier(owner.header());
    }

    /// Must follow (or precede, with no allocation between) every store of a pointer into `owner`.
    #[inline(always)]
    pub fn write_barrier(&self, owner: Gc<Header>) {
        if owner.gc.get() == gc_byte::OLD {
            self.vm().heap.remember(owner);
        }
    }

    // ---- native recursion ----

    /// Guards recursion of Rust code through Python objects: raises RecursionError when the native stack
    /// is nearly used up. `what` completes "maximum recursion depth exceeded".
    #[inline]
    pub fn check_native_stack(&self, what: &str) -> crate::error::PyResult<()> {
        if approximate_stack_pointer() < self.stack_limit.get() {
            return Err(self.raise_recursion_error(format!("maximum recursion depth exceeded{what}")));
        }
        Ok(())
    }
}

/// The address of something on the native stack, near its top.
#[inline(always)]
pub fn approximate_stack_pointer() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker).addr()
}

/// The fixed shape of a value that is not a heap object.
#[inline(always)]
fn immediate_shape(value: Value) -> ShapeId {
    if value.is_small() {
        ShapeId::SMALL_INT
    } else if value.is_bool() {
        ShapeId::BOOL
    } else if value.is_none() {
        ShapeId::NONE
    } else if value == Value::NOT_IMPLEMENTED {
        ShapeId::NOT_IMPLEMENTED
    } else {
        ShapeId::ELLIPSIS
    }
}

/// Kinds whose instances carry a Rust struct that must not be created by `object.__new__`.
pub fn kind_is_plain(kind: Kind) -> bool {
    kind == Kind::Instance
}
