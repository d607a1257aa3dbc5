//! Native modules: what is C in CPython is Rust here, one file each.
//!
//! What lives here: the table of native modules and what exists when an isolate starts. What must not: any
//! module's contents. Start at [`NATIVE_MODULES`].

/// Declares the files of native modules and the table of them: `file: paths to its ModuleSpecs;`, one line each.
macro_rules! native_modules {
    ($($file:ident: $($spec:path),+;)*) => {
        $(pub mod $file;)*
        /// Every native module.
        pub static NATIVE_MODULES: &[&ModuleSpec] = &[$($(&$spec,)+)*];
    };
}

native_modules! {
    abc: abc::abc::MODULE;
    accounts: accounts::pwd::MODULE, accounts::grp::MODULE;
    array: array::array::MODULE;
    ast_nodes: ast_nodes::ast_nodes::MODULE;
    atexit: atexit::atexit::MODULE;
    binascii: binascii::binascii::MODULE;
    bisect: bisect::_bisect::MODULE;
    builtins: builtins::builtins::MODULE;
    cmath: cmath::MODULE;
    codecs: codecs::codecs::MODULE;
    collections: collections::_collections::MODULE;
    contextvars: contextvars::contextvars::MODULE;
    csv: csv::csv::MODULE;
    errno: errno::MODULE;
    faulthandler: faulthandler::faulthandler::MODULE;
    fcntl: fcntl::fcntl::MODULE;
    functools: functools::MODULE;
    gc_module: gc_module::gc_module::MODULE;
    hashes: hashes::md5::MODULE, hashes::sha1::MODULE, hashes::sha2::MODULE, hashes::sha3_module::MODULE, hashes::blake2::MODULE;
    heapq: heapq::_heapq::MODULE;
    imp: imp::imp::MODULE;
    io: io::io::MODULE;
    itertools: itertools::itertools::MODULE;
    json: json::json::MODULE;
    locale: locale::locale::MODULE;
    marshal: marshal::marshal::MODULE;
    math: math::MODULE;
    opcode: opcode::opcode::MODULE;
    operator: operator::MODULE;
    posixsubprocess: posixsubprocess::posixsubprocess::MODULE;
    posix: posix::posix::MODULE;
    pyexpat: pyexpat::pyexpat::MODULE;
    queue: queue::queue::MODULE;
    random: random::MODULE;
    resource: resource::resource::MODULE;
    select: select::select::MODULE;
    signal: signal::signal::MODULE;
    socket: socket::socket::MODULE;
    sre: sre::sre::MODULE;
    stat: stat::stat::MODULE;
    statistics: statistics::MODULE;
    string_module: string_module::string::MODULE;
    struct_module: struct_module::structs::MODULE;
    sys: sys::sys::MODULE;
    thread_module: thread_module::thread_module::MODULE;
    time: time::MODULE;
    tokenize: tokenize::tokenize::MODULE;
    unicodedata: unicodedata::unicodedata::MODULE;
    typing: typing::typing::MODULE;
    warnings_module: warnings_module::warnings_module::MODULE;
    weakref: weakref::weakref::MODULE;
    zlib: zlib::zlib::MODULE;
}

pub mod import;
pub mod support;

use crate::native::ModuleSpec;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::module::Module;

/// Makes `sys.modules`, `builtins` and `sys`.
pub fn start(thread: &Thread) {
    let vm = thread.vm();
    vm.modules.set(Some(Dict::new(thread)));
    let module = Module::create(thread, "builtins", builtins::builtins::MODULE.doc);
    vm.builtins.set(Some(module));
    if module.add_spec(thread, &builtins::builtins::MODULE).is_err() {
        unreachable!("the builtins module cannot be made");
    }
    vm.modules().insert_str(thread, vm.interner.intern_text(thread, "builtins"), module.value());
    let sys = Module::create(thread, "sys", sys::sys::MODULE.doc);
    vm.sys.set(Some(sys));
    if let Err(raised) = sys.add_spec(thread, &sys::sys::MODULE) {
        let error = thread.take_exception(raised);
        let text = crate::dispatch::text::repr(thread, error).map(|t| t.to_str_lossy(thread).into_owned());
        unreachable!("the sys module cannot be made: {text:?}");
    }
    vm.modules().insert_str(thread, vm.interner.intern_text(thread, "sys"), sys.value());
}

/// The module was made from a native spec.
pub fn is_native(thread: &Thread, module: Gc<Module>) -> bool {
    let name =
        module.dict().get_str(thread, thread.vm().names.__name__).and_then(|n| n.cast::<crate::types::str::Str>());
    name.is_some_and(|name| {
        let text = name.to_str_lossy(thread).into_owned();
        NATIVE_MODULES.iter().any(|spec| spec.name == text)
    })
}
