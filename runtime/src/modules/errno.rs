//! The module `errno`: the system's error numbers.
//!
//! What lives here: the table of names. Start at [`NAMES`].

pub use definition::MODULE;

macro_rules! error_numbers {
    ($($name:ident)*) => {
        /// Name and number of each error. Of two names for one number `errno.errorcode` has the later one.
        pub static NAMES: &[(&str, i32)] = &[$((stringify!($name), libc::$name)),*];
    };
}

error_numbers! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EADV EAFNOSUPPORT EALREADY EBADE EBADF EBADFD EBADMSG EBADR EBADRQC EBADSLT
    EBFONT EBUSY ECANCELED ECHILD ECHRNG ECOMM ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDEADLOCK EDESTADDRREQ
    EDOM EDOTDOT EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN
    EISDIR EISNAM EKEYEXPIRED EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX
    ELIBSCN ELNRNG ELOOP EMEDIUMTYPE EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ENAVAIL ENETDOWN ENETRESET
    ENETUNREACH ENFILE ENOANO ENOBUFS ENOCSI ENODATA ENODEV ENOENT ENOEXEC ENOKEY ENOLCK ENOLINK ENOMEDIUM ENOMEM
    ENOMSG ENONET ENOPKG ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY ENOTNAM
    ENOTRECOVERABLE ENOTSOCK ENOTTY ENOTUNIQ ENXIO EOPNOTSUPP ENOTSUP EOVERFLOW EOWNERDEAD EPERM EPFNOSUPPORT EPIPE
    EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EREMCHG EREMOTE EREMOTEIO ERESTART ERFKILL EROFS ESHUTDOWN
    ESOCKTNOSUPPORT ESPIPE ESRCH ESRMNT ESTALE ESTRPIPE ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY EUCLEAN EUNATCH EUSERS
    EWOULDBLOCK EAGAIN EXDEV EXFULL
}

/// The error numbers of the system, by name; errorcode maps numbers to names.
#[taipan_macros::py_module(name = "errno")]
pub mod definition {
    use super::NAMES;
    use crate::error::PyResult;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::dict::Dict;
    use crate::types::module::Module;
    use crate::value::Value;

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let codes = Dict::with_capacity(thread, NAMES.len());
        for &(name, number) in NAMES {
            let number = Value::small_wrapping(i64::from(number));
            module.set(thread, name, number);
            codes.insert(thread, number, thread.vm().interner.intern_text(thread, name).value())?;
        }
        module.set(thread, "errorcode", codes.value());
        Ok(())
    }
}
