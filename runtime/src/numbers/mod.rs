//! Kinds of numbers that are no builtin types: their arithmetic, without Python.
//!
//! What lives here: one folder per kind, in plain Rust with unit tests. What must not: objects, threads, exceptions
//! (the classes stand in `modules/`). Start at [`decimal`].

pub mod decimal;
