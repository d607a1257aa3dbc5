//! Facts that `sys` shows: versions, limits, flags, paths.
//!
//! What lives here: the struct sequences and their values. What must not: functions (`sys.rs`, `sys/hooks.rs`).
//! Start at [`add_to`].

use crate::error::PyResult;
use crate::modules::support::{intern, path_string, string, tuple};
use crate::native::PyClass;
use crate::object::Gc;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::namespace::SimpleNamespace;
use crate::types::struct_sequence::{Items, make};
use crate::value::Value;
use std::path::{Path, PathBuf};

/// The language version: (major, minor, micro).
pub const VERSION: (u32, u32, u32) = (3, 14, 2);
/// `sys.hexversion`: final releases end in 0xf0.
pub const HEX_VERSION: i64 = ((VERSION.0 << 24) | (VERSION.1 << 16) | (VERSION.2 << 8) | 0xf0) as i64;

struct_sequence! {
    /// Marks the class of `sys.version_info`.
    VersionInfo, VERSION_INFO, "version_info", "sys", true,
    "sys.version_info\n\nVersion information as a named tuple.";
    items 5 {
        0 "major" "Major release number";
        1 "minor" "Minor release number";
        2 "micro" "Patch release number";
        3 "releaselevel" "'alpha', 'beta', 'candidate', or 'final'";
        4 "serial" "Serial release number";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of `sys.flags`.
    Flags, FLAGS, "flags", "sys", true,
    "sys.flags\n\nFlags provided through command line arguments or environment vars.";
    items 18 {
        0 "debug" "-d";
        1 "inspect" "-i";
        2 "interactive" "-i";
        3 "optimize" "-O or -OO";
        4 "dont_write_bytecode" "-B";
        5 "no_user_site" "-s";
        6 "no_site" "-S";
        7 "ignore_environment" "-E";
        8 "verbose" "-v";
        9 "bytes_warning" "-b";
        10 "quiet" "-q";
        11 "hash_randomization" "-R";
        12 "isolated" "-I";
        13 "dev_mode" "-X dev";
        14 "utf8_mode" "-X utf8";
        15 "warn_default_encoding" "-X warn_default_encoding";
        16 "safe_path" "-P";
        17 "int_max_str_digits" "-X int_max_str_digits";
    }
    hidden { "gil" "thread_inherit_context" "context_aware_warnings" }
}

struct_sequence! {
    /// Marks the class of `sys.float_info`.
    FloatInfo, FLOAT_INFO, "float_info", "sys", true,
    "sys.float_info\n\nA named tuple holding information about the float type.";
    items 11 {
        0 "max" "DBL_MAX -- maximum representable finite float";
        1 "max_exp" "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable";
        2 "max_10_exp" "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable";
        3 "min" "DBL_MIN -- Minimum positive normalized float";
        4 "min_exp" "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float";
        5 "min_10_exp" "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float";
        6 "dig" "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float";
        7 "mant_dig" "DBL_MANT_DIG -- mantissa digits";
        8 "epsilon" "DBL_EPSILON -- Difference between 1 and the next representable float";
        9 "radix" "FLT_RADIX -- radix of exponent";
        10 "rounds" "FLT_ROUNDS -- rounding mode used for arithmetic operations";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of `sys.int_info`.
    IntInfo, INT_INFO, "int_info", "sys", true,
    "sys.int_info\n\nA named tuple that holds information about Python's internal representation of integers.";
    items 4 {
        0 "bits_per_digit" "size of a digit in bits";
        1 "sizeof_digit" "size in bytes of the C type used to represent a digit";
        2 "default_max_str_digits" "maximum string conversion digits limitation";
        3 "str_digits_check_threshold" "minimum positive value for int_max_str_digits";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of `sys.hash_info`.
    HashInfo, HASH_INFO, "hash_info", "sys", true,
    "hash_info\n\nA named tuple providing parameters used for computing hashes.";
    items 9 {
        0 "width" "width of the type used for hashing, in bits";
        1 "modulus" "prime number giving the modulus on which the hash function is based";
        2 "inf" "value to be used for hash of a positive infinity";
        3 "nan" "value to be used for hash of a nan";
        4 "imag" "multiplier used for the imaginary part of a complex number";
        5 "algorithm" "name of the algorithm for hashing of str, bytes and memoryviews";
        6 "hash_bits" "internal output size of hash algorithm";
        7 "seed_bits" "seed size of hash algorithm";
        8 "cutoff" "small string optimization cutoff";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of `sys.thread_info`.
    ThreadInfo, THREAD_INFO, "thread_info", "sys", true,
    "sys.thread_info\n\nA named tuple holding information about the thread implementation.";
    items 3 {
        0 "name" "name of the thread implementation";
        1 "lock" "name of the lock implementation";
        2 "version" "name and version of the thread library";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class that `sys.get_asyncgen_hooks` returns.
    AsyncgenHooks, ASYNCGEN_HOOKS, "asyncgen_hooks", "sys", true,
    "asyncgen_hooks\n\nA named tuple containing information about asynchronous generators hooks.";
    items 2 {
        0 "firstiter" "";
        1 "finalizer" "";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of the argument of `sys.unraisablehook`.
    UnraisableHookArguments, UNRAISABLE_HOOK_ARGUMENTS, "UnraisableHookArgs", "sys", true,
    "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.";
    items 5 {
        0 "exc_type" "Exception type";
        1 "exc_value" "Exception value";
        2 "exc_traceback" "Exception traceback";
        3 "err_msg" "Error message";
        4 "object" "Object causing the exception";
    }
    hidden {}
}

/// The folders that `sys` names.
pub struct Layout {
    pub executable: PathBuf,
    pub prefix: PathBuf,
    /// Where the embedded standard library claims to be.
    pub library: PathBuf,
}

impl Layout {
    /// From the place of the running program: `prefix/bin/taipan`, or the folder it lies in.
    pub fn find() -> Layout {
        let executable = std::env::current_exe().unwrap_or_default();
        let folder = executable.parent().unwrap_or(Path::new("/"));
        let prefix = match folder.file_name() {
            Some(name) if name == "bin" => folder.parent().unwrap_or(folder).to_path_buf(),
            _ => folder.to_path_buf(),
        };
        let library = prefix.join("lib").join(format!("taipan{}.{}", VERSION.0, VERSION.1));
        Layout { executable, prefix, library }
    }
}

fn version_info(thread: &Thread) -> Value {
    let (major, minor, micro) = VERSION;
    let items = Items::new(thread).int(major.into()).int(minor.into()).int(micro.into()).text("final").int(0);
    make(thread, VersionInfo::SPEC, &items.values, &[])
}

fn flags(thread: &Thread) -> Value {
    let options = &thread.vm().options;
    let has = |name: &str| options.x_options.iter().any(|option| option == name);
    let items = Items::new(thread)
        .int(0)
        .int(options.inspect.into())
        .int(options.interactive.into())
        .int(options.optimize.into())
        .int(1)
        .int(options.isolated.into())
        .int(0)
        .int(options.ignore_environment.into())
        .int(options.verbose.into())
        .int(0)
        .int(options.quiet.into())
        .int((options.hash_seed != Some(0)).into())
        .int(options.isolated.into())
        .bool(has("dev"))
        .int(1)
        .int(has("warn_default_encoding").into())
        .bool(options.isolated || has("safe_path"))
        .int(thread.vm().int_max_str_digits.get() as i64);
    let hidden = [Value::small_wrapping(1), Value::small_wrapping(0), Value::small_wrapping(0)];
    make(thread, Flags::SPEC, &items.values, &hidden)
}

fn float_info(thread: &Thread) -> Value {
    let items = Items::new(thread)
        .float(f64::MAX)
        .int(f64::MAX_EXP.into())
        .int(f64::MAX_10_EXP.into())
        .float(f64::MIN_POSITIVE)
        .int(f64::MIN_EXP.into())
        .int(f64::MIN_10_EXP.into())
        .int(f64::DIGITS.into())
        .int(f64::MANTISSA_DIGITS.into())
        .float(f64::EPSILON)
        .int(f64::RADIX.into())
        .int(1);
    make(thread, FloatInfo::SPEC, &items.values, &[])
}

fn int_info(thread: &Thread) -> Value {
    let items = Items::new(thread).int(30).int(4).int(4300).int(640);
    make(thread, IntInfo::SPEC, &items.values, &[])
}

fn hash_info(thread: &Thread) -> Value {
    let items = Items::new(thread)
        .int(64)
        .int((1 << 61) - 1)
        .int(314_159)
        .int(0)
        .int(1_000_003)
        .text("siphash13")
        .int(64)
        .int(128)
        .int(0);
    make(thread, HashInfo::SPEC, &items.values, &[])
}

fn thread_info(thread: &Thread) -> Value {
    let items = Items::new(thread).text("pthread").text("semaphore").value(Value::NONE);
    make(thread, ThreadInfo::SPEC, &items.values, &[])
}

/// `sys.implementation`.
fn implementation(thread: &Thread, version: Value) -> Value {
    let fields = [
        ("name", string(thread, "taipan")),
        ("cache_tag", string(thread, "taipan-314")),
        ("version", version),
        ("hexversion", Value::small_wrapping(HEX_VERSION)),
        ("_multiarch", string(thread, &format!("{}-linux-gnu", std::env::consts::ARCH))),
        ("supports_isolated_interpreters", Value::FALSE),
    ];
    SimpleNamespace::make(thread, &fields)
}

/// The entries of `sys.path` that do not depend on the script: PYTHONPATH, the library, site-packages.
fn module_search_path(thread: &Thread, layout: &Layout) -> PyResult<Gc<List>> {
    let list = List::empty(thread);
    let options = &thread.vm().options;
    if !options.ignore_environment
        && !options.isolated
        && let Some(paths) = std::env::var_os("PYTHONPATH")
    {
        for path in std::env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()) {
            list.push(thread, path_string(thread, &path)?.value())?;
        }
    }
    list.push(thread, path_string(thread, &layout.library)?.value())?;
    let packages = layout.library.join("site-packages");
    if packages.is_dir() {
        list.push(thread, path_string(thread, &packages)?.value())?;
    }
    Ok(list)
}

/// A list of strings.
fn strings(thread: &Thread, items: &[String]) -> PyResult<Value> {
    let list = List::empty(thread);
    for item in items {
        list.push(thread, crate::modules::support::filesystem_string(thread, item.as_bytes())?.value())?;
    }
    Ok(list.value())
}

/// `-X name=value` options.
fn x_options(thread: &Thread) -> Value {
    let dict = Dict::new(thread);
    for option in &thread.vm().options.x_options {
        match option.split_once('=') {
            Some((name, value)) => dict.insert_str(thread, intern(thread, name), string(thread, value)),
            None => dict.insert_str(thread, intern(thread, option), Value::TRUE),
        }
    }
    dict.value()
}

/// Adds the constants.
pub fn add_to(thread: &Thread, sys: Gc<Module>, layout: &Layout) -> PyResult<()> {
    let (major, minor, micro) = VERSION;
    let options = &thread.vm().options;
    let version = version_info(thread);
    let arguments = if options.arguments.is_empty() { vec![String::new()] } else { options.arguments.clone() };
    let original: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let prefix = path_string(thread, &layout.prefix)?.value();
    let executable = path_string(thread, &layout.executable)?.value();
    let about = format!("{major}.{minor}.{micro} (taipan {}) [Rust, Cranelift]", env!("CARGO_PKG_VERSION"));
    for (name, value) in [
        ("version", string(thread, &about)),
        ("version_info", version),
        ("hexversion", Value::small_wrapping(HEX_VERSION)),
        ("api_version", Value::small_wrapping(1013)),
        ("implementation", implementation(thread, version)),
        (
            "copyright",
            string(
                thread,
                "Copyright (c) the Taipan authors; standard library (c) Python Software Foundation. All Rights Reserved.",
            ),
        ),
        ("platform", string(thread, std::env::consts::OS)),
        ("byteorder", string(thread, if cfg!(target_endian = "little") { "little" } else { "big" })),
        ("maxsize", crate::types::int::from_i64(thread, i64::MAX)),
        ("maxunicode", Value::small_wrapping(0x10_ffff)),
        ("float_info", float_info(thread)),
        ("float_repr_style", string(thread, "short")),
        ("int_info", int_info(thread)),
        ("hash_info", hash_info(thread)),
        ("thread_info", thread_info(thread)),
        ("flags", flags(thread)),
        ("argv", strings(thread, &arguments)?),
        ("orig_argv", strings(thread, &original)?),
        ("path", module_search_path(thread, layout)?.value()),
        ("executable", executable),
        ("_base_executable", executable),
        ("prefix", prefix),
        ("base_prefix", prefix),
        ("exec_prefix", prefix),
        ("base_exec_prefix", prefix),
        ("_stdlib_dir", path_string(thread, &layout.library)?.value()),
        ("platlibdir", string(thread, "lib")),
        ("abiflags", string(thread, "")),
        ("_framework", string(thread, "")),
        ("_home", Value::NONE),
        ("_git", tuple(thread, &[string(thread, "Taipan"), string(thread, ""), string(thread, "")])),
        ("pycache_prefix", Value::NONE),
        ("dont_write_bytecode", Value::TRUE),
        ("warnoptions", strings(thread, &options.warn_options)?),
        ("_xoptions", x_options(thread)),
    ] {
        sys.set(thread, name, value);
    }
    Ok(())
}
