//! Protocols: what an operation means for a value of any type.
//!
//! What lives here: fast paths for the builtin types, then the special methods of the class. What must not: the
//! types themselves (`types/`). Start at `attr` and `call`.

pub mod attr;
pub mod binary;
pub mod call;
pub mod compare;
pub mod hash;
pub mod isinstance;
pub mod iter;
pub mod number;
pub mod number_format;
pub mod operation;
pub mod repr_guard;
pub mod special;
pub mod subscript;
pub mod text;
pub mod truth;
pub mod warnings;
