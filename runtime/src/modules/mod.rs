//! Native modules: what is C in CPython is Rust here, one file each.
//!
//! What lives here: the table of native modules and what exists when an isolate starts. What must not: any
//! module's contents. Start at [`NATIVE_MODULES`].

pub mod abc;
pub mod accounts;
pub mod array;
pub mod ast_nodes;
pub mod asyncio;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod builtins;
pub mod bzip2_module;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod decimal;
pub mod errno;
pub mod faulthandler;
pub mod fcntl;
pub mod functools;
pub mod gc_module;
pub mod hashes;
pub mod hashes_openssl;
pub mod heapq;
pub mod imp;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod multiprocessing;
pub mod opcode;
pub mod operator;
pub mod pickle;
pub mod posix;
pub mod posixsubprocess;
pub mod pyexpat;
pub mod queue;
pub mod random;
pub mod remote_debugging;
pub mod resource;
pub mod select;
pub mod signal;
pub mod socket;
pub mod sre;
pub mod stat;
pub mod statistics;
pub mod string_module;
pub mod struct_module;
pub mod suggestions;
pub mod sys;
pub mod thread_module;
pub mod time;
pub mod tokenize;
pub mod types_module;
pub mod typing;
pub mod unicodedata;
pub mod warnings_module;
pub mod weakref;
pub mod zlib;

pub mod import;
pub mod support;

use crate::native::ModuleSpec;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;

/// Every native module, by file: a line here and a `mod` line above make one.
pub static NATIVE_MODULES: &[&ModuleSpec] = &[
    &abc::abc::MODULE,
    &accounts::pwd::MODULE,
    &accounts::grp::MODULE,
    &array::array::MODULE,
    &ast_nodes::ast_nodes::MODULE,
    &asyncio::asyncio::MODULE,
    &atexit::atexit::MODULE,
    &binascii::binascii::MODULE,
    &bisect::_bisect::MODULE,
    &builtins::builtins::MODULE,
    &bzip2_module::bz2::MODULE,
    &cmath::MODULE,
    &codecs::codecs::MODULE,
    &collections::_collections::MODULE,
    &contextvars::contextvars::MODULE,
    &csv::csv::MODULE,
    &decimal::MODULE,
    &errno::MODULE,
    &faulthandler::faulthandler::MODULE,
    &fcntl::fcntl::MODULE,
    &functools::MODULE,
    &gc_module::gc_module::MODULE,
    &hashes::md5::MODULE,
    &hashes::sha1::MODULE,
    &hashes::sha2::MODULE,
    &hashes::sha3_module::MODULE,
    &hashes::blake2::MODULE,
    &hashes_openssl::hashlib::MODULE,
    &heapq::_heapq::MODULE,
    &imp::imp::MODULE,
    &io::io::MODULE,
    &itertools::itertools::MODULE,
    &json::json::MODULE,
    &locale::locale::MODULE,
    &marshal::marshal::MODULE,
    &math::MODULE,
    &multiprocessing::multiprocessing::MODULE,
    &multiprocessing::shared_memory::MODULE,
    &opcode::opcode::MODULE,
    &operator::MODULE,
    &pickle::pickle::MODULE,
    &posix::posix::MODULE,
    &posixsubprocess::posixsubprocess::MODULE,
    &pyexpat::pyexpat::MODULE,
    &queue::queue::MODULE,
    &random::MODULE,
    &remote_debugging::remote_debugging::MODULE,
    &resource::resource::MODULE,
    &select::select::MODULE,
    &signal::signal::MODULE,
    &socket::socket::MODULE,
    &sre::sre::MODULE,
    &stat::stat::MODULE,
    &statistics::MODULE,
    &string_module::string::MODULE,
    &suggestions::suggestions::MODULE,
    &struct_module::structs::MODULE,
    &sys::sys::MODULE,
    &thread_module::thread_module::MODULE,
    &time::MODULE,
    &tokenize::tokenize::MODULE,
    &types_module::types::MODULE,
    &typing::typing::MODULE,
    &unicodedata::unicodedata::MODULE,
    &warnings_module::warnings_module::MODULE,
    &weakref::weakref::MODULE,
    &zlib::zlib::MODULE,
];

/// Makes `sys.modules`, `builtins` and `sys`.
pub fn start(thread: &Thread) {
    let vm = thread.vm();
    vm.modules.set(Some(Dict::new(thread)));
    let module = Module::create(thread, "builtins", builtins::builtins::MODULE.doc);
    vm.builtins.set(Some(module));
    set_own_name(thread, module, "builtins");
    if module.add_spec(thread, &builtins::builtins::MODULE).is_err() {
        unreachable!("the builtins module cannot be made");
    }
    let mut common = ScratchVec::new();
    for name in builtins::COMMON {
        if let Some(value) = module.get(thread, name) {
            common.push(thread, value);
        }
    }
    vm.common_builtins.set(Some(Tuple::new(thread, &common)));
    vm.modules().insert_str(thread, vm.interner.intern_text(thread, "builtins"), module.value());
    let sys = Module::create(thread, "sys", sys::sys::MODULE.doc);
    vm.sys.set(Some(sys));
    set_own_name(thread, sys, "sys");
    if let Err(raised) = sys.add_spec(thread, &sys::sys::MODULE) {
        let error = thread.take_exception(raised);
        let text = crate::dispatch::text::repr(thread, error).map(|t| t.to_str_lossy(thread).into_owned());
        unreachable!("the sys module cannot be made: {text:?}");
    }
    vm.modules().insert_str(thread, vm.interner.intern_text(thread, "sys"), sys.value());
}

/// The names of the first two modules are no interned strings, as pickles of their functions show: they do not share a
/// word with the `__module__` of classes.
fn set_own_name(thread: &Thread, module: Gc<Module>, name: &str) {
    module.dict().insert_str(thread, thread.vm().names.__name__, Str::new(thread, name).value());
}

/// The module was made from a native spec.
pub fn is_native(thread: &Thread, module: Gc<Module>) -> bool {
    let name = module.dict().get_str(thread, thread.vm().names.__name__).and_then(|n| n.cast::<Str>());
    name.is_some_and(|name| {
        let text = name.to_str_lossy(thread).into_owned();
        NATIVE_MODULES.iter().any(|spec| spec.name == text)
    })
}
