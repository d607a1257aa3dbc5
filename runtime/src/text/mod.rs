//! Text algorithms that need no Python object.
//!
//! What lives here: code points, searching and splitting, escapes and `repr` quoting, the format
//! mini-languages, codecs. What must not: anything that takes a `Thread`; objects (`types/str`,
//! `types/bytes`) and protocols (`dispatch/text.rs`) are built on this.

pub mod ascii;
pub mod binary;
pub mod code_points;
pub mod codecs;
pub mod escape;
pub mod float_digits;
pub mod format_number;
pub mod format_spec;
pub mod later_unicode;
pub mod percent;
pub mod properties;
pub mod regex;
pub mod search;
pub mod struct_format;
pub mod template;
pub mod tokens;
pub mod xml;
