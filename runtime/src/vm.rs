//! `Vm`: one isolate — heap, shapes, classes, modules, options — that several threads may share under its lock.
//!
//! What lives here: the isolate's state, the tables of builtin classes and well-known names, the hooks
//! through which the runtime reaches the interpreter and the compiler, and the order of start-up.
//! What must not: per-thread state (`thread.rs`) and any process-wide state. Start at [`Vm::new`].
#![allow(unsafe_code)] // Start-up allocates class shells before a Thread exists.

use crate::error::PyResult;
use crate::gc::{AllocationCursor, CollectionReport, Heap, HeapError, HeapOptions, Liveness, RootSource, Tracer};
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, Header, ShapeId, WordStorage};
use crate::shape::ShapeTable;
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::types::dict::Dict;
use crate::types::frame::FrameObject;
use crate::types::function::Function;
use crate::types::generator::{Generator, Resumed, Resumption};
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::type_object::{MethodCache, Type, type_flags};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ptr::NonNull;

/// Calls `$callback!` with the builtin classes: `field: SpecType : base;`. `SpecType` implements `PyClass`.
/// A class needs a line only if Rust code names it; others are made by their modules from their spec.
#[macro_export]
macro_rules! for_each_builtin_class {
    ($callback:ident) => {
        $callback! {
            object: $crate::types::object_class::ObjectClass : object;
            type_type: $crate::types::type_object::Type : object;
            int: $crate::types::int::IntClass : object;
            bool: $crate::types::bool_class::BoolClass : int;
            float: $crate::types::float::Float : object;
            complex: $crate::types::complex::Complex : object;
            str: $crate::types::str::Str : object;
            bytes: $crate::types::bytes::Bytes : object;
            bytearray: $crate::types::bytearray::ByteArray : object;
            list: $crate::types::list::List : object;
            tuple: $crate::types::tuple::Tuple : object;
            dict: $crate::types::dict::Dict : object;
            set: $crate::types::set::Set : object;
            frozenset: $crate::types::set::FrozenSet : object;
            range: $crate::types::range::Range : object;
            range_iterator: $crate::types::range::RangeIterator : object;
            list_iterator: $crate::types::iterators::ListIterator : object;
            tuple_iterator: $crate::types::iterators::TupleIterator : object;
            str_iterator: $crate::types::iterators::StrIterator : object;
            str_ascii_iterator: $crate::types::iterators::StrAsciiIterator : object;
            list_reverseiterator: $crate::types::iterators::ListReverseIterator : object;
            iterator: $crate::types::iterators::SequenceIterator : object;
            dict_keys: $crate::types::dict_views::DictKeys : object;
            dict_values: $crate::types::dict_views::DictValues : object;
            dict_items: $crate::types::dict_views::DictItems : object;
            dict_keyiterator: $crate::types::dict_views::DictKeyIterator : object;
            dict_valueiterator: $crate::types::dict_views::DictValueIterator : object;
            dict_itemiterator: $crate::types::dict_views::DictItemIterator : object;
            dict_reversekeyiterator: $crate::types::dict_views::DictReverseKeyIterator : object;
            dict_reversevalueiterator: $crate::types::dict_views::DictReverseValueIterator : object;
            dict_reverseitemiterator: $crate::types::dict_views::DictReverseItemIterator : object;
            set_iterator: $crate::types::dict_views::SetIterator : object;
            slice: $crate::types::slice::Slice : object;
            cell: $crate::types::cell::CellObject : object;
            none_type: $crate::types::singletons::NoneClass : object;
            not_implemented_type: $crate::types::singletons::NotImplementedClass : object;
            ellipsis: $crate::types::singletons::EllipsisClass : object;
            function: $crate::types::function::Function : object;
            method: $crate::types::function::BoundMethod : object;
            builtin_function_or_method: $crate::types::native_function::NativeFunction : object;
            method_descriptor: $crate::types::native_function::MethodDescriptorClass : object;
            classmethod_descriptor: $crate::types::native_function::ClassMethodDescriptorClass : object;
            wrapper_descriptor: $crate::types::native_function::SlotWrapperClass : object;
            method_wrapper: $crate::types::native_function::MethodWrapperClass : object;
            getset_descriptor: $crate::types::descriptors::GetSet : object;
            member_descriptor: $crate::types::descriptors::MemberDescriptor : object;
            property: $crate::types::descriptors::Property : object;
            staticmethod: $crate::types::descriptors::StaticMethodClass : object;
            classmethod: $crate::types::descriptors::ClassMethodClass : object;
            mappingproxy: $crate::types::mapping_proxy::MappingProxy : object;
            generic_alias: $crate::types::generic_alias::GenericAlias : object;
            weakref: $crate::types::weakref::WeakRef : object;
            super_type: $crate::types::super_object::Super : object;
            code: $crate::types::code::CodeObject : object;
            frame: $crate::types::frame::FrameObject : object;
            traceback: $crate::types::traceback::Traceback : object;
            module: $crate::types::module::Module : object;
            generator: $crate::types::generator::Generator : object;
            coroutine: $crate::types::generator::CoroutineClass : object;
            async_generator: $crate::types::generator::AsyncGeneratorClass : object;
        }
    };
}

macro_rules! define_builtin_types {
    ($($field:ident : $spec:path : $base:ident;)*) => {
        /// The classes that Rust code names.
        pub struct BuiltinTypes { $(pub $field: Gc<Type>,)* }

        impl BuiltinTypes {
            fn shells(heap: &Heap, cursor: &AllocationCursor) -> BuiltinTypes {
                BuiltinTypes { $($field: Type::shell(heap, cursor),)* }
            }

            /// Gives every shell its name, base and method resolution order, then its methods.
            fn fill(&self, thread: &Thread) {
                $(self.$field.fill_from_spec(thread, <$spec as PyClass>::SPEC, self.$base);)*
                $(self.$field.add_spec_attributes(thread, <$spec as PyClass>::SPEC);)*
                for class in [self.list, self.tuple, self.range] {
                    class.set_flag(type_flags::SEQUENCE, true);
                }
                for class in [self.dict, self.mappingproxy] {
                    class.set_flag(type_flags::MAPPING, true);
                }
            }

            fn trace(&self, tracer: &mut Tracer) {
                $(tracer.object(self.$field.header());)*
            }

            /// Every builtin class with the name of its field.
            // rooted: by `trace`
            pub fn all(&self) -> Vec<(&'static str, Gc<Type>)> {
                vec![$((stringify!($field), self.$field),)*]
            }
        }
    };
}
for_each_builtin_class!(define_builtin_types);

macro_rules! define_exceptions_with_root {
    (base_exception, $raise0:ident, $name0:literal : object; $($field:ident, $raise:ident, $name:literal : $base:ident;)*) => {
        /// The standard exception classes.
        pub struct ExceptionTypes { pub base_exception: Gc<Type>, $(pub $field: Gc<Type>,)* }

        impl ExceptionTypes {
            fn shells(heap: &Heap, cursor: &AllocationCursor) -> ExceptionTypes {
                ExceptionTypes { base_exception: Type::shell(heap, cursor), $($field: Type::shell(heap, cursor),)* }
            }

            fn fill(&self, thread: &Thread, object: Gc<Type>) {
                crate::types::exception::fill_class(thread, self.base_exception, $name0, object);
                $(crate::types::exception::fill_class(thread, self.$field, $name, self.$base);)*
            }

            fn trace(&self, tracer: &mut Tracer) {
                tracer.object(self.base_exception.header());
                $(tracer.object(self.$field.header());)*
            }

            /// Every standard exception class with its Python name.
            // rooted: by `trace`
            pub fn all(&self) -> Vec<(&'static str, Gc<Type>)> {
                vec![($name0, self.base_exception), $(($name, self.$field),)*]
            }
        }
    };
}
crate::for_each_exception!(define_exceptions_with_root);

macro_rules! define_names {
    ($($name:ident)*) => {
        /// Interned strings that Rust code compares with and looks up.
        #[allow(non_snake_case)]
        pub struct Names { $(pub $name: Gc<Str>,)* }

        impl Names {
            fn new(interner: &Interner, heap: &Heap, cursor: &AllocationCursor) -> Names {
                Names { $($name: interner.intern_at_start(stringify!($name), heap, cursor),)* }
            }
        }
    };
}

// Add a name here when Rust code needs it: `thread.vm().names.__dict__`.
define_names! {
    __abs__ __add__ __aenter__ __aexit__ __aiter__ __all__ __and__ __anext__ __annotate__ __annotations__ __args__
    __await__ __buffer__ __bases__ __bool__ __build_class__ __builtins__ __bytes__ __cached__ __call__ __cause__ __ceil__
    __class__ __class_getitem__ __classcell__ __classdictcell__ __complex__ __contains__ __context__ __copy__ __debug__ __deepcopy__
    __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__ __divmod__ __doc__ __enter__ __eq__ __exit__
    __file__ __firstlineno__ __float__ __floor__ __floordiv__ __format__ __fspath__ __func__ __ge__ __get__
    __getattr__ __getattribute__ __getitem__ __getnewargs__ __getnewargs_ex__ __getstate__ __gt__ __hash__ __iadd__
    __iand__ __ifloordiv__ __ilshift__ __imatmul__ __imod__ __import__ __imul__ __index__ __init__
    __init_subclass__ __instancecheck__ __int__ __invert__ __ior__ __ipow__ __irshift__ __isabstractmethod__
    __isub__ __iter__ __itruediv__ __ixor__ __le__ __len__ __length_hint__ __loader__ __lshift__ __lt__ __main__
    __match_args__ __matmul__ __missing__ __mod__ __module__ __mro_entries__ __mul__ __name__ __ne__ __neg__
    __new__ __next__ __notes__ __or__ __orig_class__ __origin__ __package__ __path__ __pos__ __pow__ __prepare__
    __qualname__ __radd__ __rand__ __rdivmod__ __reduce__ __reduce_ex__ __repr__ __reversed__ __rfloordiv__ __rlshift__
    __rmatmul__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__
    __rxor__ __self__ __set__ __set_name__ __setattr__ __setitem__ __setstate__ __slots__ __spec__
    __static_attributes__ __str__ __sub__ __subclasscheck__ __subclasses__ __subclasshook__ __suppress_context__
    __text_signature__ __traceback__ __truediv__ __trunc__ __type_params__ __weakref__ __wrapped__ __xor__
    append args builtins close end errno extend file filename flush get items keys modules msg name obj path
    print_file_and_line send sep strerror throw value values write sort key reverse update add stdout stderr stdin
    argv excepthook displayhook ps1 last_exc code print __lazy__ encoding errors mode readline
}

/// What the interpreter and compiler install, so that the runtime can reach them without knowing them.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// Calls a Python function. Arguments as in `native::Arguments`.
    pub call_function: fn(&Thread, Gc<Function>, Arguments<'_>) -> PyResult<Value>,
    /// Runs a generator, coroutine or async generator until it yields, returns or raises.
    pub resume: fn(&Thread, Gc<Generator>, Resumption) -> PyResult<Resumed>,
    /// Resumes a generator again and again as long as the function takes what it yields; gives what it did not take, or
    /// what the generator returned. The function runs while the generator counts as running: it may run no Python code.
    pub drain: fn(&Thread, Gc<Generator>, &mut dyn FnMut(Value) -> bool) -> PyResult<Resumed>,
    /// `compile(source, filename, mode)`; `source` is str or bytes.
    pub compile: fn(&Thread, Value, &str, CompileMode, CompileFlags) -> PyResult<Gc<CodeObject>>,
    /// The syntax tree of a source (str or bytes), as an instance of a class of `_ast`; with type comments if told so.
    pub parse_tree: fn(&Thread, Value, &str, CompileMode, bool) -> PyResult<Value>,
    /// Compiles a tree that the program holds: an instance of a class of `_ast`.
    pub compile_tree: fn(&Thread, Value, &str, CompileMode, CompileFlags) -> PyResult<Gc<CodeObject>>,
    /// Runs module-level code with these globals and locals (any mapping).
    pub run_code: fn(&Thread, Gc<CodeObject>, Gc<Dict>, Value, Option<Value>) -> PyResult<Value>,
    /// The Python frame `depth` levels up from the running one, made into an object.
    pub frame_at: fn(&Thread, usize) -> Option<Gc<FrameObject>>,
    /// Brings the object of a frame that is running up to date: its instruction and `f_back`.
    pub frame_sync: fn(&Thread, Gc<FrameObject>),
    /// Globals of the running Python frame.
    pub current_globals: fn(&Thread) -> Option<Gc<Dict>>,
    /// The outermost expression of a segment of source text, for the carets of tracebacks.
    pub caret_expression: fn(&str) -> Option<crate::traceback_format::CaretExpression>,
    /// If the text is `return name(...)` or `name = ...(...)`: where the call is, in bytes and lines from 1.
    pub plain_call_statement: fn(&str) -> Option<SourceSpan>,
    /// Reports what the interpreter's frames hold (registers are scanned conservatively besides).
    pub trace_frames: fn(&Thread, &mut Tracer),
    /// Drops what the innermost activations' registers hold of earlier calls; for `gc.collect`. The answer: the
    /// innermost one is interpreted and stands at a call.
    pub clear_dead_registers: fn(&Thread) -> bool,
    /// A watched assumption was broken: class `version` changed.
    pub class_changed: fn(&Thread, Gc<Type>),
    /// A function's code or defaults were replaced.
    pub function_changed: fn(&Thread, Gc<Function>),
    /// A watched global was changed: module dict and key.
    pub global_changed: fn(&Thread, Gc<Dict>),
    /// Serves what waits in `thread.poll` but for other threads; for long-running native code.
    pub poll: fn(&Thread) -> PyResult<()>,
    /// Calls the function that forks the process, with what must be done around it; its result, negative if it failed.
    pub fork: fn(&Thread, &dyn Fn() -> i32) -> i32,
    /// Gives a thread that is about to be started the memory for its activations.
    pub prepare_thread: fn(&Thread) -> std::io::Result<()>,
    /// A function of `sys.settrace` or `sys.setprofile` was installed or taken out.
    pub tracing_changed: fn(&Thread),
}

/// What `compile` makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompileMode {
    /// A module run as script or import: globals are locals.
    Module,
    Exec,
    Eval,
    Single,
}

/// Flags of `compile()`.
#[derive(Clone, Copy, Default, Debug)]
pub struct CompileFlags {
    /// `from __future__ import annotations` is in force.
    pub future_annotations: bool,
    /// `from __future__ import barry_as_FLUFL` is in force.
    pub barry_as_flufl: bool,
    /// The optimisation level: 1 drops assertions, 2 docstrings too.
    pub optimize: u8,
    /// `await` and its kin may stand outside functions: the code makes a coroutine.
    pub top_level_await: bool,
    /// A source that ends too early raises `_IncompleteInputError`.
    pub allow_incomplete: bool,
    /// An interactive block must end with a line break of its own.
    pub no_implied_dedent: bool,
}

/// A place in source text: lines from 1, columns in UTF-8 bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SourceSpan {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// Options of an isolate.
#[derive(Clone, Default)]
pub struct VmOptions {
    pub heap: HeapOptions,
    /// `-O` level: 0, 1 or 2.
    pub optimize: u8,
    /// PYTHONHASHSEED: `None` random.
    pub hash_seed: Option<u32>,
    /// `sys.argv`.
    pub arguments: Vec<String>,
    /// Do not read `PYTHON*` variables.
    pub ignore_environment: bool,
    /// `-u`: unbuffered output.
    pub unbuffered: bool,
    /// `-v`, `-q` and the like, as `sys.flags` shows them.
    pub quiet: bool,
    pub verbose: u8,
    pub inspect: bool,
    pub interactive: bool,
    pub isolated: bool,
    /// `-W` options in order.
    pub warn_options: Vec<String>,
    /// `-X` options.
    pub x_options: Vec<String>,
    /// The folder for compiled modules; without one, every import compiles.
    pub code_cache: Option<std::path::PathBuf>,
    /// Is told of each collection, while the heap must be left alone: for `--trace=gc`.
    pub collection_listener: Option<fn(&CollectionReport)>,
}

/// One isolate.
pub struct Vm {
    pub heap: Heap,
    pub shapes: ShapeTable,
    pub types: BuiltinTypes,
    pub exceptions: ExceptionTypes,
    pub names: Names,
    pub interner: Interner,
    pub kept_strings: KeptStrings,
    pub method_cache: MethodCache,
    pub hooks: Cell<Option<Hooks>>,
    pub options: VmOptions,
    /// The next class version; versions are never reused.
    pub next_class_version: Cell<u32>,
    /// The next keys version of a dict; 0 is never given out.
    pub next_keys_version: Cell<u32>,
    pub hash_keys: (u64, u64),
    /// The empty tuple, empty string and the strings of one Latin-1 character.
    pub constants: RefCell<Option<Constants>>,
    /// `sys.modules`.
    pub modules: Cell<Option<Gc<Dict>>>,
    /// The `builtins` and `sys` modules.
    pub builtins: Cell<Option<Gc<Module>>>,
    pub sys: Cell<Option<Gc<Module>>>,
    /// Classes that native modules made from their specs: spec address → class.
    pub native_classes: RefCell<BTreeMap<usize, Gc<Type>>>, // rooted: by `trace_roots`
    /// State that native modules keep per isolate, by the module's key type.
    pub module_state: RefCell<Vec<Gc<Header>>>, // rooted: by `trace_roots`
    /// The state of `_decimal`, which every operator on such numbers needs; it stands in `module_state` too.
    pub decimal_state: Cell<Option<Gc<Header>>>,
    /// Threads of this isolate, the first one first; changed and read under the lock.
    pub threads: RefCell<Vec<NonNull<Thread>>>,
    /// The thread that runs: it holds the lock.
    pub running: Cell<*const Thread>,
    /// What threads run under, once there was a second one.
    pub lock: RefCell<Option<std::sync::Arc<crate::interpreter_lock::InterpreterLock>>>,
    /// There is a lock.
    pub is_shared: Cell<bool>,
    /// How many threads there were.
    pub thread_count: Cell<i64>,
    /// `threading.stack_size`: zero unless the program chose.
    pub stack_size: Cell<usize>,
    /// What is being imported by which thread.
    pub imports: crate::modules::import::in_progress::Imports,
    /// Extra opaque state of the embedding tiers (interpreter, JIT): freed with the Vm.
    pub tier_state: RefCell<Option<Box<dyn std::any::Any>>>,
    pub tier_pointer: Cell<*const u8>,
    /// `gc.isenabled()`.
    pub automatic_collection: Cell<bool>,
    /// What the import system remembers.
    pub import_state: std::cell::OnceCell<crate::modules::import::State>,
    /// `sys.setswitchinterval`.
    pub switch_interval: Cell<f64>,
    /// What is spent on finding out at once what has died.
    pub prompt: crate::types::prompt::Prompt,
    /// `sys.set_coroutine_origin_tracking_depth`.
    pub coroutine_origin_depth: Cell<usize>,
    /// The isolate is shutting down.
    pub finalizing: Cell<bool>,
    /// Signals on their way from the system, shared with the threads that wait for them.
    pub signals: std::sync::Arc<crate::modules::signal::SignalHub>,
    /// Python handlers by signal number, once the program has set one.
    pub signal_handlers: Cell<Option<Gc<crate::types::list::List>>>,
    /// `io.UnsupportedOperation`, once made.
    pub unsupported_operation: Cell<Option<Gc<Type>>>,
    /// Source text that no file holds: `-c`, standard input, the embedded library.
    pub source_texts: RefCell<std::collections::HashMap<String, std::rc::Rc<str>>>,
    /// Search functions and cache of `codecs`, once used.
    pub codec_registry: Cell<Option<Gc<crate::types::tuple::Tuple>>>,
    /// The builtins that code refers to without their names ([`crate::modules::builtins::COMMON`]), in that order.
    pub common_builtins: Cell<Option<Gc<crate::types::tuple::Tuple>>>,
    /// The classes made at the start are complete: from now on look-ups are cached and flags kept. Before, each
    /// attribute added to `object` would do that anew for every class.
    pub classes_settled: Cell<bool>,
    /// `sys.set_int_max_str_digits`.
    pub int_max_str_digits: Cell<usize>,
}

/// Small objects everybody shares.
pub struct Constants {
    pub empty_tuple: Gc<crate::types::tuple::Tuple>,
    pub empty_str: Gc<Str>,
    pub empty_bytes: Gc<crate::types::bytes::Bytes>,
    /// Strings of one Latin-1 character, in GC memory.
    pub latin1: Gc<crate::types::tuple::Tuple>,
}

/// Strings that live as long as the isolate: interned ones, and names that only shapes hold.
///
/// They stand in GC memory, so that a minor collection visits those alone that came since the last one: a program that
/// imports much has tens of thousands.
#[derive(Default)]
pub struct KeptStrings {
    /// The block being filled. Its first word is the block before it.
    block: Cell<Option<Gc<WordStorage>>>,
    /// How many words of it are taken.
    taken: Cell<usize>,
}

impl KeptStrings {
    /// Words of a block.
    const BLOCK: usize = 256;

    /// Keeps a string alive from now on.
    pub fn keep(&self, thread: &Thread, string: Gc<Str>) {
        let block = match self.block.get().filter(|_| self.taken.get() < KeptStrings::BLOCK) {
            Some(block) => block,
            None => {
                let block = thread.allocate::<WordStorage>(ShapeId::INTERNAL, KeptStrings::BLOCK * 8, |_| {
                    WordStorage::new(ShapeId::INTERNAL, KeptStrings::BLOCK)
                });
                block.slots()[0].init(self.block.get().map(|full| full.header().to_value()));
                self.block.set(Some(block));
                self.taken.set(1);
                block
            }
        };
        thread.store(block, &block.slots()[self.taken.get()], string.value());
        self.taken.set(self.taken.get() + 1);
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(block) = self.block.get() {
            tracer.object(block.header());
        }
    }
}

/// The strings that exist once per isolate: identifiers, attribute names, short constants.
pub struct Interner {
    slots: RefCell<Vec<Option<Gc<Str>>>>, // rooted: by `KeptStrings`, before the heap may collect
    count: Cell<usize>,
    hash_keys: (u64, u64),
}

impl Interner {
    fn new(hash_keys: (u64, u64)) -> Interner {
        Interner { slots: RefCell::new(vec![None; 4096]), count: Cell::new(0), hash_keys }
    }

    /// How many strings are interned.
    pub fn len(&self) -> usize {
        self.count.get()
    }

    /// No string is.
    pub fn is_empty(&self) -> bool {
        self.count.get() == 0
    }

    fn find(&self, bytes: &[u8], hash: u64) -> Result<Gc<Str>, usize> {
        let slots = self.slots.borrow();
        let mask = slots.len() - 1;
        let mut index = hash as usize & mask;
        while let Some(candidate) = slots[index] {
            if candidate.hash_if_known() == Some(hash) && candidate.flat_bytes() == Some(bytes) {
                return Ok(candidate);
            }
            index = (index + 1) & mask;
        }
        Err(index)
    }

    fn add(&self, index: usize, string: Gc<Str>) {
        self.slots.borrow_mut()[index] = Some(string);
        self.count.set(self.count.get() + 1);
        let mut slots = self.slots.borrow_mut();
        if self.count.get() * 2 > slots.len() {
            let size = slots.len() * 2;
            let old = std::mem::replace(&mut *slots, vec![None; size]);
            for string in old.into_iter().flatten() {
                let mut index = string.hash_if_known().unwrap_or(0) as usize & (size - 1);
                while slots[index].is_some() {
                    index = (index + 1) & (size - 1);
                }
                slots[index] = Some(string);
            }
        }
    }

    fn intern_at_start(&self, text: &str, heap: &Heap, cursor: &AllocationCursor) -> Gc<Str> {
        let hash = crate::types::str::hash_bytes(text.as_bytes(), self.hash_keys);
        match self.find(text.as_bytes(), hash) {
            Ok(found) => found,
            Err(index) => {
                let string = Str::allocate_at_start(heap, cursor, text, hash);
                self.add(index, string);
                string
            }
        }
    }

    /// The one string with this text.
    pub fn intern_text(&self, thread: &Thread, text: &str) -> Gc<Str> {
        let hash = crate::types::str::hash_bytes(text.as_bytes(), self.hash_keys);
        match self.find(text.as_bytes(), hash) {
            Ok(found) => found,
            Err(_) => self.intern(thread, Str::new(thread, text)),
        }
    }

    /// The one string equal to `string`, which becomes it if there was none.
    pub fn intern(&self, thread: &Thread, string: Gc<Str>) -> Gc<Str> {
        if string.is_interned() {
            return string;
        }
        let hash = string.hash(thread);
        match self.find(string.as_bytes(thread), hash) {
            Ok(found) => found,
            Err(index) => {
                // A subclass instance must not become the shared string.
                let string = if string.header().shape() == ShapeId::STR {
                    string
                } else {
                    Str::from_wtf8(thread, string.as_wtf8(thread))
                };
                string.hash(thread);
                string.mark_interned();
                self.add(index, string);
                thread.vm().kept_strings.keep(thread, string);
                string
            }
        }
    }

    /// Keeps what was interned before there was a thread.
    fn keep_first(&self, thread: &Thread) {
        for string in self.slots.borrow().iter().flatten() {
            thread.vm().kept_strings.keep(thread, *string);
        }
    }
}

impl Vm {
    /// Makes an isolate and its first thread, with all builtin classes, on the native stack running now.
    ///
    /// `stack_base` is the highest address of this native stack, `stack_limit` the lowest that may be used.
    /// The thread must be dropped before the Vm; neither moves.
    pub fn new(options: VmOptions, stack_base: usize, stack_limit: usize) -> Result<(Box<Vm>, Box<Thread>), HeapError> {
        let hash_keys = match options.hash_seed {
            Some(0) => (0, 0),
            Some(seed) => (u64::from(seed) << 32 | u64::from(seed), 0x9e37_79b9_7f4a_7c15),
            None => random_keys(),
        };
        let heap = Heap::new(options.heap.clone())?;
        heap.disable();
        let cursor = AllocationCursor::default();
        let interner = Interner::new(hash_keys);
        let names = Names::new(&interner, &heap, &cursor);
        let types = BuiltinTypes::shells(&heap, &cursor);
        let exceptions = ExceptionTypes::shells(&heap, &cursor);
        let shapes = ShapeTable::new();
        crate::shape::assign_fixed_classes(&shapes, &types);
        let vm = Box::new(Vm {
            heap,
            shapes,
            types,
            exceptions,
            names,
            interner,
            kept_strings: KeptStrings::default(),
            method_cache: MethodCache::new(),
            hooks: Cell::new(None),
            options,
            next_class_version: Cell::new(1),
            next_keys_version: Cell::new(1),
            hash_keys,
            constants: RefCell::new(None),
            modules: Cell::new(None),
            builtins: Cell::new(None),
            sys: Cell::new(None),
            native_classes: RefCell::default(),
            module_state: RefCell::default(),
            decimal_state: Cell::new(None),
            threads: RefCell::default(),
            running: Cell::new(std::ptr::null()),
            lock: RefCell::default(),
            is_shared: Cell::new(false),
            thread_count: Cell::new(1),
            stack_size: Cell::new(0),
            imports: Default::default(),
            tier_state: RefCell::new(None),
            tier_pointer: Cell::new(std::ptr::null()),
            automatic_collection: Cell::new(true),
            import_state: std::cell::OnceCell::new(),
            switch_interval: Cell::new(0.005),
            prompt: crate::types::prompt::Prompt::default(),
            coroutine_origin_depth: Cell::new(0),
            finalizing: Cell::new(false),
            signals: std::sync::Arc::default(),
            signal_handlers: Cell::new(None),
            unsupported_operation: Cell::new(None),
            source_texts: RefCell::default(),
            codec_registry: Cell::new(None),
            common_builtins: Cell::new(None),
            int_max_str_digits: Cell::new(4300),
            classes_settled: Cell::new(false),
        });
        let mut thread = Box::new(Thread::new(NonNull::from(&*vm), stack_base, stack_limit));
        thread.cursor = cursor;
        thread.is_main.set(true);
        crate::threads::identify(&thread);
        vm.threads.borrow_mut().push(NonNull::from(&*thread));
        vm.running.set(&raw const *thread);
        vm.interner.keep_first(&thread);
        vm.make_constants(&thread);
        vm.types.fill(&thread);
        vm.exceptions.fill(&thread, vm.types.object);
        crate::types::exception::finish_classes(&thread);
        crate::modules::start(&thread);
        vm.classes_settled.set(true);
        vm.types.object.changed(&thread);
        vm.heap.enable(&thread.cursor);
        Ok((vm, thread))
    }

    fn make_constants(&self, thread: &Thread) {
        let empty_tuple = crate::types::tuple::Tuple::allocate_empty(thread);
        let empty_str = Str::allocate_empty(thread);
        let empty_bytes = crate::types::bytes::Bytes::allocate_empty(thread);
        let latin1 = crate::types::str::make_latin1_strings(thread);
        *self.constants.borrow_mut() = Some(Constants { empty_tuple, empty_str, empty_bytes, latin1 });
    }

    /// Reads one of the shared small objects.
    #[inline(always)]
    pub fn constant<T>(&self, read: impl FnOnce(&Constants) -> T) -> T {
        match self.constants.borrow().as_ref() {
            Some(constants) => read(constants),
            None => unreachable!("constants are made first"),
        }
    }

    /// The installed hooks.
    pub fn hooks(&self) -> Hooks {
        match self.hooks.get() {
            Some(hooks) => hooks,
            None => unreachable!("no interpreter installed its hooks"),
        }
    }

    /// `sys.modules`.
    pub fn modules(&self) -> Gc<Dict> {
        match self.modules.get() {
            Some(modules) => modules,
            None => unreachable!("modules start with the Vm"),
        }
    }

    /// The namespace of `builtins`.
    pub fn builtins_dict(&self) -> Gc<Dict> {
        match self.builtins.get() {
            Some(module) => module.dict(),
            None => unreachable!("builtins starts with the Vm"),
        }
    }

    /// Number `which` of the common builtins.
    pub fn common_builtin(&self, which: usize) -> Value {
        match self.common_builtins.get() {
            Some(common) => common.items()[which],
            None => unreachable!("builtins starts with the Vm"),
        }
    }

    /// Keeps the source text that goes by this name: of `-c`, of an interactive statement.
    pub fn remember_source(&self, filename: &str, text: &str) {
        self.source_texts.borrow_mut().insert(filename.to_owned(), text.into());
    }

    /// The source text of a file named in a code object, for tracebacks.
    pub fn source_of(&self, thread: &Thread, filename: &str) -> Option<std::rc::Rc<str>> {
        if let Some(text) = self.source_texts.borrow().get(filename) {
            return Some(text.clone());
        }
        let text: std::rc::Rc<str> = match crate::modules::import::embedded_source(thread, filename) {
            Some(text) => text.into(),
            None => String::from_utf8_lossy(&std::fs::read(filename).ok()?).into_owned().into(),
        };
        self.source_texts.borrow_mut().insert(filename.to_owned(), text.clone());
        Some(text)
    }

    /// A version for a class that was made or changed.
    pub fn fresh_class_version(&self) -> u32 {
        let version = self.next_class_version.get();
        self.next_class_version.set(version.checked_add(1).unwrap_or_else(|| unreachable!("class versions used up")));
        version
    }

    /// A version for the set of keys of a dict.
    pub fn fresh_keys_version(&self) -> u32 {
        let version = self.next_keys_version.get();
        // After 2^32 changes versions start again at 1; a stale cache would need to have slept since then.
        self.next_keys_version.set(version.wrapping_add(1).max(1));
        version
    }
}

fn random_keys() -> (u64, u64) {
    use std::hash::{BuildHasher, Hasher};
    let state = std::collections::hash_map::RandomState::new();
    let mut a = state.build_hasher();
    a.write_u8(1);
    let mut b = state.build_hasher();
    b.write_u8(2);
    (a.finish(), b.finish())
}

impl RootSource for Thread {
    fn trace_roots(&self, tracer: &mut Tracer) {
        let vm = self.vm();
        vm.types.trace(tracer);
        vm.exceptions.trace(tracer);
        vm.kept_strings.trace(tracer);
        if let Some(constants) = vm.constants.borrow().as_ref() {
            tracer.object(constants.empty_tuple.header());
            tracer.object(constants.empty_str.header());
            tracer.object(constants.empty_bytes.header());
            tracer.object(constants.latin1.header());
        }
        for module in [vm.builtins.get(), vm.sys.get()].into_iter().flatten() {
            tracer.object(module.header());
        }
        if let Some(handlers) = vm.signal_handlers.get() {
            tracer.object(handlers.header());
        }
        if let Some(class) = vm.unsupported_operation.get() {
            tracer.object(class.header());
        }
        if let Some(registry) = vm.codec_registry.get() {
            tracer.object(registry.header());
        }
        if let Some(common) = vm.common_builtins.get() {
            tracer.object(common.header());
        }
        if let Some(modules) = vm.modules.get() {
            tracer.object(modules.header());
        }
        for class in vm.native_classes.borrow().values() {
            tracer.object(class.header());
        }
        for state in vm.module_state.borrow().iter() {
            tracer.object(*state);
        }
        let threads: Vec<NonNull<Thread>> = vm.threads.borrow().clone();
        for thread in threads {
            // SAFETY: a thread is in the list exactly while it lives.
            let thread = unsafe { thread.as_ref() };
            let cells = [&thread.exception, &thread.handled, &thread.end_value, &thread.repr_stack, &thread.context];
            let cells =
                cells.into_iter().chain([&thread.work, &thread.locals, &thread.running_loop, &thread.running_task]);
            for cell in cells.chain(&thread.async_generator_hooks).chain(&thread.trace_functions) {
                if let Some(value) = cell.get() {
                    tracer.value(value);
                }
            }
            if let Some(hooks) = vm.hooks.get() {
                (hooks.trace_frames)(thread, tracer);
            }
        }
    }

    fn for_each_stack(&self, visit: &mut dyn FnMut(*const u8, *const u8)) {
        let threads: Vec<NonNull<Thread>> = self.vm().threads.borrow().clone();
        let stack = |from: usize, to: usize| {
            (std::ptr::with_exposed_provenance::<u8>(from), std::ptr::with_exposed_provenance::<u8>(to))
        };
        for thread in threads {
            // SAFETY: a thread is in the list exactly while it lives.
            let thread = unsafe { thread.as_ref() };
            visit(thread.register_base.get().cast(), thread.register_top.get().cast());
            if !std::ptr::eq(thread, self.vm().running.get()) && thread.parked_at.get() != 0 {
                let (low, high) = stack(thread.parked_at.get(), thread.stack_base.get());
                visit(low, high);
            }
        }
        // Who asks may do so on behalf of another thread, whose frames it looks at.
        // SAFETY: set to a living thread whenever the lock changes hands.
        let running = unsafe { &*self.vm().running.get() };
        let (low, high) = stack(crate::thread::approximate_stack_pointer(), running.stack_base.get());
        visit(low, high);
    }

    fn for_each_cursor(&self, visit: &mut dyn FnMut(&AllocationCursor)) {
        let threads: Vec<NonNull<Thread>> = self.vm().threads.borrow().clone();
        for thread in threads {
            // SAFETY: a thread is in the list exactly while it lives.
            visit(&unsafe { thread.as_ref() }.cursor);
        }
    }

    fn shape_count(&self) -> u32 {
        self.vm().shapes.count()
    }

    fn sweep_weak(&self, liveness: &Liveness) {
        self.vm().shapes.sweep(liveness);
    }

    fn collection_finished(&self, report: &CollectionReport) {
        if report.pending {
            self.request_poll(crate::thread::poll::PENDING_CALLS);
        }
        if let Some(listener) = self.vm().options.collection_listener {
            listener(report);
        }
    }

    fn class_of_shape(&self, shape: ShapeId) -> Option<Gc<Header>> {
        self.vm().shapes.get(shape).class.get().map(|class| class.header())
    }
}
