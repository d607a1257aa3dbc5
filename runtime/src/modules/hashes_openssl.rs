//! `_hashlib`: what `hashlib` and `hmac` take from OpenSSL in CPython.
//!
//! What lives here: key derivation and one-shot HMAC (RFC 8018, RFC 2104) over the hash functions of `hashes.rs`. What must
//! not: hash objects; `hashlib` gets those from `_sha2` and its siblings, since this module knows none by name.

use crate::error::{PyResult, Raised};
use crate::modules::support;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use ::sha2::digest::DynDigest;
use taipan_macros::py_module;

/// A hash function that has seen nothing, and the bytes of its blocks.
fn function_named(name: &str) -> Option<(Box<dyn DynDigest>, usize)> {
    Some(match name.to_ascii_lowercase().replace('-', "_").as_str() {
        "md5" => (Box::<::md5::Md5>::default(), 64),
        "sha1" => (Box::<::sha1::Sha1>::default(), 64),
        "sha224" | "sha2_224" => (Box::<::sha2::Sha224>::default(), 64),
        "sha256" | "sha2_256" => (Box::<::sha2::Sha256>::default(), 64),
        "sha384" | "sha2_384" => (Box::<::sha2::Sha384>::default(), 128),
        "sha512" | "sha2_512" => (Box::<::sha2::Sha512>::default(), 128),
        "sha3_224" => (Box::<::sha3::Sha3_224>::default(), 144),
        "sha3_256" => (Box::<::sha3::Sha3_256>::default(), 136),
        "sha3_384" => (Box::<::sha3::Sha3_384>::default(), 104),
        "sha3_512" => (Box::<::sha3::Sha3_512>::default(), 72),
        _ => return None,
    })
}

/// HMAC with a key (RFC 2104): the hash function after the key's two paddings.
struct Keyed {
    inner: Box<dyn DynDigest>,
    outer: Box<dyn DynDigest>,
}

impl Keyed {
    fn new(function: &dyn DynDigest, block: usize, key: &[u8]) -> Keyed {
        let mut padded = if key.len() > block {
            let mut hash = function.box_clone();
            hash.update(key);
            hash.finalize().into_vec()
        } else {
            key.to_vec()
        };
        padded.resize(block, 0);
        let after = |padding: u8| {
            let mut hash = function.box_clone();
            hash.update(&padded.iter().map(|byte| byte ^ padding).collect::<Vec<u8>>());
            hash
        };
        Keyed { inner: after(0x36), outer: after(0x5c) }
    }

    fn digest(&self, parts: &[&[u8]]) -> Box<[u8]> {
        let (mut inner, mut outer) = (self.inner.box_clone(), self.outer.box_clone());
        parts.iter().for_each(|part| inner.update(part));
        outer.update(&inner.finalize());
        outer.finalize()
    }
}

/// `length` bytes derived from a password (PBKDF2 of RFC 8018).
fn derive(keyed: &Keyed, salt: &[u8], iterations: u64, length: usize, key: &mut Vec<u8>) {
    for block in 1u32.. {
        let mut last = keyed.digest(&[salt, &block.to_be_bytes()]);
        let mut sum = last.clone();
        for _ in 1..iterations {
            last = keyed.digest(&[&last]);
            sum.iter_mut().zip(&last).for_each(|(sum, byte)| *sum ^= byte);
        }
        key.extend_from_slice(&sum[..sum.len().min(length - key.len())]);
        if key.len() == length {
            return;
        }
    }
}

fn unsupported_class(thread: &Thread) -> Gc<Type> {
    support::exception_class(thread, "_hashlib", "UnsupportedDigestmodError", thread.vm().exceptions.value_error)
}

#[cold]
fn unsupported(thread: &Thread, message: &str) -> Raised {
    thread.raise_message(unsupported_class(thread), message)
}

/// OpenSSL interface for hashlib module
#[py_module(name = "_hashlib")]
pub mod hashlib {
    use super::*;
    use crate::modules::import::import_name;
    use crate::types::module::Module;
    use crate::types::set::Set;

    /// Return a new hash object using the named algorithm.
    #[function(signature = "(name, data=b'', *, usedforsecurity=True, string=None)")]
    fn new(
        thread: &Thread,
        name: Gc<Str>,
        data: Option<Value>,
        usedforsecurity: Option<bool>,
        string: Option<Value>,
    ) -> PyResult<Value> {
        let _ = (data, usedforsecurity, string);
        let message = format!("unsupported hash type {}", name.to_str_lossy(thread));
        Err(unsupported(thread, &message))
    }

    /// Return a new hmac object.
    #[function(signature = "(key, msg=b'', digestmod=None)")]
    fn hmac_new(thread: &Thread, key: Value, msg: Option<Value>, digestmod: Option<Value>) -> PyResult<Value> {
        let _ = (key, msg, digestmod);
        Err(unsupported(thread, "hmac objects are those of the module hmac"))
    }

    /// Single-shot HMAC.
    #[function(signature = "(key, msg, digest)")]
    fn hmac_digest(thread: &Thread, key: Value, msg: Value, digest: Value) -> PyResult<Gc<Bytes>> {
        let name = digest.cast::<Str>().map(|name| name.to_str_lossy(thread).into_owned()).unwrap_or_default();
        let Some((function, block)) = function_named(&name) else {
            return Err(unsupported(thread, &format!("unsupported hash type {name}")));
        };
        let (key, message) = (buffer::to_vec(thread, key)?, buffer::to_vec(thread, msg)?);
        Ok(Bytes::new(thread, &Keyed::new(&*function, block, &key).digest(&[&message])))
    }

    /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
    #[function(signature = "(hash_name, password, salt, iterations, dklen=None)")]
    fn pbkdf2_hmac(
        thread: &Thread,
        hash_name: Gc<Str>,
        password: Value,
        salt: Value,
        iterations: i64,
        dklen: Option<Value>,
    ) -> PyResult<Gc<Bytes>> {
        let (password, salt) = (buffer::to_vec(thread, password)?, buffer::to_vec(thread, salt)?);
        let name = hash_name.to_str_lossy(thread).into_owned();
        let Some((function, block)) = function_named(&name) else {
            return Err(unsupported(thread, "[digital envelope routines] unsupported"));
        };
        let iterations = match u64::try_from(iterations) {
            Ok(iterations @ 1..) => iterations,
            _ => return Err(thread.raise_value_error("iteration value must be greater than 0.")),
        };
        let length = match dklen.filter(|length| !length.is_none()) {
            None => function.output_size() as i64,
            Some(length) => crate::dispatch::number::index_i64(thread, length)?,
        };
        if length < 1 {
            return Err(thread.raise_value_error("key length must be greater than 0."));
        }
        if length > i64::from(i32::MAX) {
            return Err(thread.raise_overflow_error("key length is too great."));
        }
        let keyed = Keyed::new(&*function, block, &password);
        let mut key = Vec::new();
        // Deriving takes long on purpose.
        thread.allow_threads(|| derive(&keyed, &salt, iterations, length as usize, &mut key));
        Ok(Bytes::new(thread, &key))
    }

    /// Determine the OpenSSL FIPS mode of operation.
    #[function]
    fn get_fips_mode() -> i64 {
        0
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let attribute = |module: &str, name: &str| {
            let from = import_name(thread, module)?;
            support::get(thread, from, name)
        };
        module.set(thread, "UnsupportedDigestmodError", unsupported_class(thread).value());
        module.set(thread, "openssl_md_meth_names", Set::new_frozen(thread).value());
        for (name, from) in [
            ("md5", "_md5"),
            ("sha1", "_sha1"),
            ("sha224", "_sha2"),
            ("sha256", "_sha2"),
            ("sha384", "_sha2"),
            ("sha512", "_sha2"),
            ("sha3_224", "_sha3"),
            ("sha3_256", "_sha3"),
            ("sha3_384", "_sha3"),
            ("sha3_512", "_sha3"),
            ("shake_128", "_sha3"),
            ("shake_256", "_sha3"),
        ] {
            module.set(thread, &format!("openssl_{name}"), attribute(from, name)?);
        }
        module.set(thread, "compare_digest", attribute("_operator", "_compare_digest")?);
        Ok(())
    }
}
