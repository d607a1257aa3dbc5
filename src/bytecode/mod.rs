//! Register bytecode: the instruction table and what is derived from it.
pub mod ops;
