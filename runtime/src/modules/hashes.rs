//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: the hash functions behind `hashlib`.
//!
//! What lives here: hash objects, and the functions that make them. What must not: the algorithms, which are
//! crates. Start at [`HashData`].

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use ::sha2::digest::{DynDigest, ExtendableOutput, Update, XofReader};
use std::cell::RefCell;
use taipan_macros::{py_class, py_methods, py_module};

/// A hash being computed.
pub struct HashData {
    name: &'static str,
    block_size: usize,
    state: RefCell<State>,
}

/// The algorithm with what it has seen.
enum State {
    Fixed(Box<dyn DynDigest>),
    Shake128(sha3::Shake128),
    Shake256(sha3::Shake256),
    Blake2b(Box<blake2b_simd::State>, usize),
    Blake2s(Box<blake2s_simd::State>, usize),
}

impl PayloadData for HashData {
    fn trace(&self, _: &mut Tracer) {}
}

type Hash = Payload<HashData>;

impl State {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            State::Fixed(hash) => hash.update(bytes),
            State::Shake128(hash) => hash.update(bytes),
            State::Shake256(hash) => hash.update(bytes),
            State::Blake2b(hash, _) => drop(hash.update(bytes)),
            State::Blake2s(hash, _) => drop(hash.update(bytes)),
        }
    }

    fn copy(&self) -> State {
        match self {
            State::Fixed(hash) => State::Fixed(hash.box_clone()),
            State::Shake128(hash) => State::Shake128(hash.clone()),
            State::Shake256(hash) => State::Shake256(hash.clone()),
            State::Blake2b(hash, size) => State::Blake2b(hash.clone(), *size),
            State::Blake2s(hash, size) => State::Blake2s(hash.clone(), *size),
        }
    }

    /// The hash; `length` bytes of it where the algorithm has no length of its own.
    fn finish(&self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        match self.copy() {
            State::Fixed(hash) => return hash.finalize().into_vec(),
            State::Shake128(hash) => hash.finalize_xof().read(&mut out),
            State::Shake256(hash) => hash.finalize_xof().read(&mut out),
            State::Blake2b(hash, _) => return hash.finalize().as_bytes().to_vec(),
            State::Blake2s(hash, _) => return hash.finalize().as_bytes().to_vec(),
        }
        out
    }

    fn size(&self) -> usize {
        match self {
            State::Fixed(hash) => hash.output_size(),
            State::Shake128(_) | State::Shake256(_) => 0,
            State::Blake2b(_, size) | State::Blake2s(_, size) => *size,
        }
    }
}

/// Runs `f` on data to be hashed. Raises TypeError for texts and what has no bytes.
fn with_data<R>(thread: &Thread, data: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    if data.cast::<Str>().is_some() {
        return Err(thread.raise_type_error("Strings must be encoded before hashing"));
    }
    match buffer::try_with_bytes(thread, data, f)? {
        Some(result) => Ok(result),
        None => Err(thread.raise_type_error("object supporting the buffer API required")),
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

impl HashData {
    fn make(
        thread: &Thread,
        class: Gc<Type>,
        name: &'static str,
        block_size: usize,
        state: State,
        data: Option<Value>,
        string: Option<Value>,
    ) -> PyResult<Gc<Hash>> {
        let string = string.filter(|string| !string.is_none());
        if data.is_some() && string.is_some() {
            return Err(thread.raise_type_error(
                "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
                 removal in a future version.",
            ));
        }
        let hash = Payload::new(thread, class, HashData { name, block_size, state: RefCell::new(state) });
        if let Some(data) = data.or(string) {
            with_data(thread, data, |bytes| hash.data.state.borrow_mut().update(bytes))?;
        }
        Ok(hash)
    }
}

/// Groups what all hash objects have.
pub struct Shared;

#[py_methods(class = "hash", module = "hashlib", spec = SHARED)]
impl Shared {
    /// Update this hash object's state with the provided string.
    #[method]
    fn update(this: Gc<Hash>, thread: &Thread, obj: Value) -> PyResult<()> {
        with_data(thread, obj, |bytes| this.data.state.borrow_mut().update(bytes))
    }

    /// Return a copy of the hash object.
    #[method]
    fn copy(this: Gc<Hash>, thread: &Thread) -> Gc<Hash> {
        let state = RefCell::new(this.data.state.borrow().copy());
        let data = HashData { name: this.data.name, block_size: this.data.block_size, state };
        Payload::new(thread, thread.class_of(this.value()), data)
    }

    #[getter]
    fn name(this: Gc<Hash>) -> &'static str {
        this.data.name
    }

    #[getter]
    fn block_size(this: Gc<Hash>) -> usize {
        this.data.block_size
    }

    #[getter]
    fn digest_size(this: Gc<Hash>) -> usize {
        this.data.state.borrow().size()
    }
}

/// Groups what hashes of fixed length have.
pub struct Fixed;

#[py_methods(class = "hash", module = "hashlib", spec = FIXED)]
impl Fixed {
    /// Return the digest value as a bytes object.
    #[method]
    fn digest(this: Gc<Hash>, thread: &Thread) -> Gc<Bytes> {
        Bytes::new(thread, &this.data.state.borrow().finish(0))
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method]
    fn hexdigest(this: Gc<Hash>) -> String {
        hex(&this.data.state.borrow().finish(0))
    }
}

/// Groups what hashes of any length have.
pub struct Extendable;

fn length_of(thread: &Thread, length: i64) -> PyResult<usize> {
    match usize::try_from(length) {
        Ok(length) if length < 1 << 29 => Ok(length),
        Ok(_) => Err(thread.raise_value_error("length is too large")),
        Err(_) => Err(thread.raise_value_error("value must be positive")),
    }
}

#[py_methods(class = "shake", module = "_sha3", spec = EXTENDABLE)]
impl Extendable {
    /// Return the digest value as a bytes object.
    #[method(signature = "(self, /, length)")]
    fn digest(this: Gc<Hash>, thread: &Thread, length: i64) -> PyResult<Gc<Bytes>> {
        let length = length_of(thread, length)?;
        Ok(Bytes::new(thread, &this.data.state.borrow().finish(length)))
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method(signature = "(self, /, length)")]
    fn hexdigest(this: Gc<Hash>, thread: &Thread, length: i64) -> PyResult<String> {
        let length = length_of(thread, length)?;
        Ok(hex(&this.data.state.borrow().finish(length)))
    }
}

/// Classes whose instances a function of the module makes.
macro_rules! sealed_hashes {
    ($($marker:ident $class:literal of $module:literal;)*) => {$(
        /// Spec marker.
        pub struct $marker;

        #[py_class(name = $class, module = $module, data = HashData, no_instances, extend = [SHARED, FIXED])]
        impl $marker {}
    )*};
}

sealed_hashes! {
    Md5 "md5" of "_md5";
    Sha1 "sha1" of "_sha1";
    Sha224 "SHA224Type" of "_sha2";
    Sha256 "SHA256Type" of "_sha2";
    Sha384 "SHA384Type" of "_sha2";
    Sha512 "SHA512Type" of "_sha2";
}

/// Makes the hash object of a sealed class.
fn sealed<D: DynDigest + Default + 'static>(
    thread: &Thread,
    spec: &'static crate::native::ClassSpec,
    (name, block_size): (&'static str, usize),
    data: Option<Value>,
    string: Option<Value>,
) -> PyResult<Gc<Hash>> {
    let class = Type::of_spec(thread, spec);
    HashData::make(thread, class, name, block_size, State::Fixed(Box::new(D::default())), data, string)
}

/// A module with functions that make hash objects.
macro_rules! hash_module {
    ($(#[$doc:meta])* $module:ident $name:literal {
        $($(#[$about:meta])* $function:ident $marker:ident $algorithm:ty, $block:literal;)*
    }) => {
        $(#[$doc])*
        #[py_module(name = $name)]
        pub mod $module {
            use super::*;

            $(
                $(#[$about])*
                #[function(signature = "(data=b'', *, usedforsecurity=True, string=None)")]
                fn $function(
                    thread: &Thread,
                    data: Option<Value>,
                    usedforsecurity: Option<bool>,
                    string: Option<Value>,
                ) -> PyResult<Gc<Hash>> {
                    let _ = usedforsecurity;
                    let about = (stringify!($function), $block);
                    super::sealed::<$algorithm>(thread, <super::$marker as PyClass>::SPEC, about, data, string)
                }
            )*
        }
    };
}

hash_module! {
    /// MD5.
    md5 "_md5" {
        /// Return a new MD5 hash object; optionally initialized with a string.
        md5 Md5 ::md5::Md5, 64;
    }
}

hash_module! {
    /// SHA-1.
    sha1 "_sha1" {
        /// Return a new SHA1 hash object; optionally initialized with a string.
        sha1 Sha1 ::sha1::Sha1, 64;
    }
}

hash_module! {
    /// SHA-2.
    sha2 "_sha2" {
        /// Return a new SHA-224 hash object; optionally initialized with a string.
        sha224 Sha224 ::sha2::Sha224, 64;
        /// Return a new SHA-256 hash object; optionally initialized with a string.
        sha256 Sha256 ::sha2::Sha256, 64;
        /// Return a new SHA-384 hash object; optionally initialized with a string.
        sha384 Sha384 ::sha2::Sha384, 128;
        /// Return a new SHA-512 hash object; optionally initialized with a string.
        sha512 Sha512 ::sha2::Sha512, 128;
    }
}

/// Classes that are called themselves.
macro_rules! sha3_classes {
    ($($marker:ident $name:literal $methods:ident $block:literal $state:expr;)*) => {$(
        /// Spec marker.
        pub struct $marker;

        #[py_class(name = $name, module = "_sha3", data = HashData, extend = [SHARED, $methods])]
        impl $marker {
            #[new(signature = "(data=b'', *, usedforsecurity=True, string=None)")]
            fn new(
                class: Gc<Type>,
                thread: &Thread,
                data: Option<Value>,
                usedforsecurity: Option<bool>,
                string: Option<Value>,
            ) -> PyResult<Gc<Hash>> {
                let _ = usedforsecurity;
                HashData::make(thread, class, $name, $block, $state, data, string)
            }
        }
    )*};
}

sha3_classes! {
    Sha3_224 "sha3_224" FIXED 144 State::Fixed(Box::new(sha3::Sha3_224::default()));
    Sha3_256 "sha3_256" FIXED 136 State::Fixed(Box::new(sha3::Sha3_256::default()));
    Sha3_384 "sha3_384" FIXED 104 State::Fixed(Box::new(sha3::Sha3_384::default()));
    Sha3_512 "sha3_512" FIXED 72 State::Fixed(Box::new(sha3::Sha3_512::default()));
    Shake128 "shake_128" EXTENDABLE 168 State::Shake128(sha3::Shake128::default());
    Shake256 "shake_256" EXTENDABLE 136 State::Shake256(sha3::Shake256::default());
}

/// SHA-3.
#[py_module(name = "_sha3")]
pub mod sha3_module {
    #[class]
    use super::Sha3_224;
    #[class]
    use super::Sha3_256;
    #[class]
    use super::Sha3_384;
    #[class]
    use super::Sha3_512;
    #[class]
    use super::Shake128;
    #[class]
    use super::Shake256;
}

/// A key, salt or person of at most `most` bytes.
fn short_bytes(thread: &Thread, value: Option<Value>, what: &str, most: usize) -> PyResult<Vec<u8>> {
    let bytes = value.map_or(Ok(Vec::new()), |value| buffer::to_vec(thread, value))?;
    if bytes.len() > most {
        return Err(thread.raise_value_error(format!("maximum {what} length is {most} bytes")));
    }
    Ok(bytes)
}

/// A number of a tree's parameters.
fn between(thread: &Thread, value: Option<i64>, default: i64, least: i64, most: i64, what: &str) -> PyResult<i64> {
    let number = value.unwrap_or(default);
    if number < least || number > most {
        return Err(thread.raise_value_error(format!("{what} must be between {least} and {most}")));
    }
    Ok(number)
}

/// One of the two BLAKE2 classes.
macro_rules! blake2_class {
    ($marker:ident, $name:literal, $shown:literal, $crate_name:ident, $state:ident, $block:literal, $bytes:literal, $salt:literal, $offset:literal) => {
        /// Spec marker.
        pub struct $marker;

        /// Return a new BLAKE2 hash object.
        #[py_class(name = $name, module = "_blake2", data = HashData, subclassable, extend = [SHARED, FIXED])]
        impl $marker {
            #[constant]
            const SALT_SIZE: i64 = $salt;
            #[constant]
            const PERSON_SIZE: i64 = $salt;
            #[constant]
            const MAX_KEY_SIZE: i64 = $bytes;
            #[constant]
            const MAX_DIGEST_SIZE: i64 = $bytes;

            #[new(signature = "(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)")]
            fn new(
                class: Gc<Type>,
                thread: &Thread,
                data: Option<Value>,
                digest_size: Option<i64>,
                key: Option<Value>,
                salt: Option<Value>,
                person: Option<Value>,
                fanout: Option<i64>,
                depth: Option<i64>,
                leaf_size: Option<u64>,
                node_offset: Option<u64>,
                node_depth: Option<i64>,
                inner_size: Option<i64>,
                last_node: Option<bool>,
                usedforsecurity: Option<bool>,
                string: Option<Value>,
            ) -> PyResult<Gc<Hash>> {
                let _ = usedforsecurity;
                let size = digest_size.unwrap_or($bytes);
                if !(1..=$bytes).contains(&size) {
                    return Err(thread.raise_value_error(format!(
                        concat!("digest_size for ", $shown, " must be between 1 and {} bytes, here it is {}"),
                        $bytes, size
                    )));
                }
                let key = short_bytes(thread, key, "key", $bytes)?;
                let salt = short_bytes(thread, salt, "salt", $salt)?;
                let person = short_bytes(thread, person, "person", $salt)?;
                let leaf_size = match u32::try_from(leaf_size.unwrap_or(0)) {
                    Ok(size) => size,
                    Err(_) => return Err(thread.raise_overflow_error("leaf_size is too large")),
                };
                let node_offset = node_offset.unwrap_or(0);
                if node_offset.checked_shr($offset).unwrap_or(0) != 0 {
                    return Err(thread.raise_overflow_error("node_offset is too large"));
                }
                let mut parameters = $crate_name::Params::new();
                parameters
                    .hash_length(size as usize)
                    .salt(&salt)
                    .personal(&person)
                    .fanout(between(thread, fanout, 1, 0, 255, "fanout")? as u8)
                    .max_depth(between(thread, depth, 1, 1, 255, "depth")? as u8)
                    .max_leaf_length(leaf_size)
                    .node_offset(node_offset)
                    .node_depth(between(thread, node_depth, 0, 0, 255, "node_depth")? as u8)
                    .inner_hash_length(between(thread, inner_size, 0, 0, $bytes, "inner_size")? as usize)
                    .last_node(last_node.unwrap_or(false));
                if !key.is_empty() {
                    parameters.key(&key);
                }
                let state = State::$state(Box::new(parameters.to_state()), size as usize);
                HashData::make(thread, class, $name, $block, state, data, string)
            }
        }
    };
}

blake2_class!(Blake2b, "blake2b", "Blake2b", blake2b_simd, Blake2b, 128, 64, 16, 64);
blake2_class!(Blake2s, "blake2s", "Blake2s", blake2s_simd, Blake2s, 64, 32, 8, 48);

/// BLAKE2.
#[py_module(name = "_blake2")]
pub mod blake2 {
    #[class]
    use super::Blake2b;
    #[class]
    use super::Blake2s;
}
