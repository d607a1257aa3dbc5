//! The interpreter: the first tier, which runs bytecode and records what it sees.
//!
//! What lives here: activations ([`frame`]), the loop ([`run`]) with its out-of-line parts, feedback and inline
//! caches ([`profile`], [`cache`]), calls and binding ([`calls`], [`bind`]), generators ([`resume`]), the way of
//! exceptions ([`traceback`]), code objects ([`loader`], [`body`], [`compile`], [`code_cache`]). What must not: native code; a
//! tier above enters through [`tier`]. Start at [`Interpreter::install`], then at [`run::run`].

pub mod bind;
pub mod body;
pub mod cache;
pub mod calls;
mod chain;
mod code_cache;
pub mod compile;
pub mod exceptions;
pub mod execute;
pub mod frame;
mod from_tree;
mod imports;
mod intrinsics;
pub mod loader;
mod names;
pub mod number;
pub mod objects;
mod patterns;
pub mod poll;
pub mod profile;
pub mod resume;
pub mod run;
pub mod tier;
pub mod trace;
pub mod traceback;
mod tree;

use std::any::Any;
use std::cell::{Cell, RefCell};

use taipan_runtime::error::PyResult;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::Type;
use taipan_runtime::value::Value;
use taipan_runtime::vm::Hooks;

use self::body::{Body, NEVER};
use self::frame::{Frame, Link, Stacks};
use self::tier::TierHooks;

/// Calls the function that forks the process, with what must be done around it; its result, negative if it failed.
pub type Forking = fn(&Thread, &dyn Fn() -> i32) -> i32;

/// The interpreter's state in an isolate.
pub struct Interpreter {
    /// The tier above, if there is one.
    pub tier: Cell<Option<TierHooks>>,
    /// What the tier above keeps in this isolate, and where it lies.
    pub tier_state: RefCell<Option<Box<dyn Any>>>,
    pub tier_pointer: Cell<*const u8>,
    /// Thresholds that fresh code starts with.
    pub entry_threshold: Cell<u32>,
    pub loop_threshold: Cell<u32>,
    /// Called when a watched class, function or global changes: the tier above drops what it assumed.
    pub class_changed: Cell<Option<fn(&Thread, Gc<Type>)>>,
    /// Visits activations of native code.
    pub native_walk: Cell<Option<frame::NativeWalk>>,
    pub function_changed: Cell<Option<fn(&Thread, Gc<Function>)>>,
    pub global_changed: Cell<Option<fn(&Thread, Gc<Dict>)>>,
    /// Forks the process, so that parent and child share no code of the tier above.
    pub forking: Cell<Option<Forking>>,
    /// Called when tracing starts: all code of the tier above is given up.
    pub tracing_started: Cell<Option<fn(&Thread)>>,
    /// Compiled modules in files, if there may be any; opened at the first import.
    code_cache: std::cell::OnceCell<Option<code_cache::CodeCache>>,
}

impl Interpreter {
    /// Gives an isolate and its first thread an interpreter.
    ///
    /// # Errors
    /// No address space is left for the stacks.
    pub fn install(thread: &Thread) -> std::io::Result<()> {
        let vm = thread.vm();
        Stacks::install(thread, true)?;
        let interpreter = Box::new(Interpreter {
            tier: Cell::new(None),
            tier_state: RefCell::new(None),
            tier_pointer: Cell::new(std::ptr::null()),
            entry_threshold: Cell::new(NEVER),
            loop_threshold: Cell::new(NEVER),
            class_changed: Cell::new(None),
            native_walk: Cell::new(None),
            function_changed: Cell::new(None),
            global_changed: Cell::new(None),
            forking: Cell::new(None),
            tracing_started: Cell::new(None),
            code_cache: std::cell::OnceCell::new(),
        });
        vm.tier_pointer.set(std::ptr::from_ref(&*interpreter).cast());
        *vm.tier_state.borrow_mut() = Some(interpreter);
        vm.hooks.set(Some(Hooks {
            call_function: calls::call_function,
            resume: resume::resume,
            drain: resume::drain,
            compile: compile::compile,
            parse_tree: tree::parse_tree,
            compile_tree: from_tree::compile_tree,
            run_code,
            frame_at: frame::object_at,
            frame_sync: frame::synchronize,
            current_globals: frame::current_globals,
            caret_expression: crate::syntax::carets::caret_expression,
            plain_call_statement: crate::syntax::carets::plain_call_statement,
            trace_frames: frame::trace,
            clear_dead_registers: frame::clear_dead_registers,
            class_changed: |thread, class| {
                if let Some(changed) = Interpreter::of(thread).class_changed.get() {
                    changed(thread, class);
                }
            },
            function_changed: |thread, function| {
                if let Some(changed) = Interpreter::of(thread).function_changed.get() {
                    changed(thread, function);
                }
            },
            global_changed: |thread, globals| {
                if let Some(changed) = Interpreter::of(thread).global_changed.get() {
                    changed(thread, globals);
                }
            },
            poll: poll::handle_alone,
            fork: |thread, fork| match Interpreter::of(thread).forking.get() {
                Some(forking) => forking(thread, fork),
                None => fork(),
            },
            prepare_thread: |thread| Stacks::install(thread, false),
            tracing_changed: trace::changed,
        }));
        Ok(())
    }

    /// The interpreter of a thread's isolate.
    #[inline]
    #[allow(unsafe_code)]
    pub fn of(thread: &Thread) -> &Interpreter {
        let pointer = thread.vm().tier_pointer.get().cast::<Interpreter>();
        debug_assert!(!pointer.is_null());
        // SAFETY: set by `install` to a box that the isolate owns for as long as it lives.
        unsafe { &*pointer }
    }

    /// The files of compiled modules, if the isolate's options name a place for them.
    fn code_cache(&self, thread: &Thread) -> Option<&code_cache::CodeCache> {
        let open = || code_cache::CodeCache::open(thread.vm().options.code_cache.as_deref()?);
        self.code_cache.get_or_init(open).as_ref()
    }
}

/// The hook `run_code`: runs code without parameters with these globals, locals and closure.
#[allow(unsafe_code)]
pub fn run_code(
    thread: &Thread,
    code: Gc<CodeObject>,
    globals: Gc<Dict>,
    locals: Value,
    closure: Option<Value>,
) -> PyResult<Value> {
    thread.check_native_stack("")?;
    if Body::of_ref(code).code.flags.is_resumable() {
        // A generator belongs to a function: `types.FunctionType(code, globals)()` makes one.
        return Err(thread
            .raise_not_implemented_error("Taipan does not run the code of generators and coroutines by eval or exec"));
    }
    let function = closure
        .and_then(|closure| closure.cast::<Tuple>())
        .map(|closure| Function::allocate(thread, code, globals, Some(closure)));
    let body = Body::of(code);
    let caller = frame::innermost(thread);
    // SAFETY: the innermost activation is the caller; the record is completed before anything can look at it.
    unsafe {
        let base = thread.register_top.get();
        let entered = frame::push_module(thread, caller, body, base, globals, Link::TO_NATIVE)?;
        (*entered).function = function;
        (*entered).locals = Some(locals);
        calls::finish(thread, run::run_module(thread, entered))
    }
}

/// The running activation, for the tier above.
pub fn innermost(thread: &Thread) -> *mut Frame {
    frame::innermost(thread)
}
