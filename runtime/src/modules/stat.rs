//! The module `_stat`: what mode bits of files mean.
//!
//! What lives here: the constants and predicates. Start at [`stat`].

use taipan_macros::py_module;

/// The letters of a mode's permissions: bits that must be set, and what they show.
const LETTERS: &[&[(u32, char)]] = &[
    &[(0o400, 'r')],
    &[(0o200, 'w')],
    &[(0o4100, 's'), (0o4000, 'S'), (0o100, 'x')],
    &[(0o040, 'r')],
    &[(0o020, 'w')],
    &[(0o2010, 's'), (0o2000, 'S'), (0o010, 'x')],
    &[(0o004, 'r')],
    &[(0o002, 'w')],
    &[(0o1001, 't'), (0o1000, 'T'), (0o001, 'x')],
];

/// File types: bits, predicate's name, letter.
const TYPES: &[(u32, char)] = &[
    (0o120_000, 'l'),
    (0o140_000, 's'),
    (0o100_000, '-'),
    (0o060_000, 'b'),
    (0o040_000, 'd'),
    (0o020_000, 'c'),
    (0o010_000, 'p'),
];

const TYPE_MASK: u32 = 0o170_000;

macro_rules! predicates {
    ($($function:ident $name:literal $bits:literal $what:literal;)*) => {
        /// Is a file of a type?
        #[py_module(name = "_stat")]
        pub mod predicates {
            $(
                #[doc = concat!($name, "(mode) -> bool\n\nReturn True if mode is from ", $what, ".")]
                #[function(name = $name, no_reenter)]
                fn $function(mode: i64) -> bool {
                    mode as u32 & super::TYPE_MASK == $bits
                }
            )*
        }
    };
}
predicates! {
    is_directory "S_ISDIR" 0o040_000 "a directory";
    is_character_device "S_ISCHR" 0o020_000 "a character special device file";
    is_block_device "S_ISBLK" 0o060_000 "a block special device file";
    is_regular "S_ISREG" 0o100_000 "a regular file";
    is_fifo "S_ISFIFO" 0o010_000 "a FIFO (named pipe)";
    is_link "S_ISLNK" 0o120_000 "a symbolic link";
    is_socket "S_ISSOCK" 0o140_000 "a socket";
    is_door "S_ISDOOR" 0o1_000_000 "a door";
    is_port "S_ISPORT" 0o1_000_000 "an event port";
    is_whiteout "S_ISWHT" 0o1_000_000 "a whiteout";
}

/// Constants and functions for interpreting results of os.stat() and os.lstat().
#[py_module(name = "_stat", extend = [super::predicates::MODULE])]
pub mod stat {
    use super::{LETTERS, TYPE_MASK, TYPES};
    use crate::error::PyResult;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::module::Module;
    use crate::value::Value;

    const NUMBERS: &[(&str, i64)] = &[
        ("S_IFDIR", 0o040_000),
        ("S_IFCHR", 0o020_000),
        ("S_IFBLK", 0o060_000),
        ("S_IFREG", 0o100_000),
        ("S_IFIFO", 0o010_000),
        ("S_IFLNK", 0o120_000),
        ("S_IFSOCK", 0o140_000),
        ("S_IFDOOR", 0),
        ("S_IFPORT", 0),
        ("S_IFWHT", 0),
        ("S_ISUID", 0o4000),
        ("S_ISGID", 0o2000),
        ("S_ISVTX", 0o1000),
        ("S_ENFMT", 0o2000),
        ("S_IREAD", 0o400),
        ("S_IWRITE", 0o200),
        ("S_IEXEC", 0o100),
        ("S_IRWXU", 0o700),
        ("S_IRUSR", 0o400),
        ("S_IWUSR", 0o200),
        ("S_IXUSR", 0o100),
        ("S_IRWXG", 0o070),
        ("S_IRGRP", 0o040),
        ("S_IWGRP", 0o020),
        ("S_IXGRP", 0o010),
        ("S_IRWXO", 0o007),
        ("S_IROTH", 0o004),
        ("S_IWOTH", 0o002),
        ("S_IXOTH", 0o001),
        ("UF_SETTABLE", 0xffff),
        ("UF_NODUMP", 1),
        ("UF_IMMUTABLE", 2),
        ("UF_APPEND", 4),
        ("UF_OPAQUE", 8),
        ("UF_NOUNLINK", 0x10),
        ("UF_COMPRESSED", 0x20),
        ("UF_TRACKED", 0x40),
        ("UF_DATAVAULT", 0x80),
        ("UF_HIDDEN", 0x8000),
        ("SF_SETTABLE", 0x3fff_0000),
        ("SF_ARCHIVED", 0x1_0000),
        ("SF_IMMUTABLE", 0x2_0000),
        ("SF_APPEND", 0x4_0000),
        ("SF_NOUNLINK", 0x10_0000),
        ("SF_SNAPSHOT", 0x20_0000),
        ("SF_FIRMLINK", 0x80_0000),
        ("SF_DATALESS", 0x4000_0000),
        ("SF_RESTRICTED", 0x8_0000),
        ("SF_SUPPORTED", 0x9f_0000),
        ("SF_SYNTHETIC", 0xc000_0000),
        ("ST_MODE", 0),
        ("ST_INO", 1),
        ("ST_DEV", 2),
        ("ST_NLINK", 3),
        ("ST_UID", 4),
        ("ST_GID", 5),
        ("ST_SIZE", 6),
        ("ST_ATIME", 7),
        ("ST_MTIME", 8),
        ("ST_CTIME", 9),
    ];

    /// Return the portion of the file's mode that describes the file type.
    #[function(name = "S_IFMT", no_reenter)]
    fn file_type(mode: i64) -> i64 {
        mode & i64::from(TYPE_MASK)
    }

    /// Return the portion of the file's mode that can be set by os.chmod().
    #[function(name = "S_IMODE", no_reenter)]
    fn permissions(mode: i64) -> i64 {
        mode & 0o7777
    }

    /// Convert a file's mode to a string of the form '-rwxrwxrwx'
    #[function(no_reenter)]
    fn filemode(mode: i64) -> String {
        let mode = mode as u32;
        let kind = TYPES.iter().find(|(bits, _)| mode & TYPE_MASK == *bits).map_or('?', |(_, letter)| *letter);
        let permissions = LETTERS
            .iter()
            .map(|choices| choices.iter().find(|(bits, _)| mode & bits == *bits).map_or('-', |(_, letter)| *letter));
        std::iter::once(kind).chain(permissions).collect()
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for &(name, number) in NUMBERS {
            module.set(thread, name, Value::small_wrapping(number));
        }
        Ok(())
    }
}
