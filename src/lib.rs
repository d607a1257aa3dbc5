//! Taipan: a virtual machine for Python that compiles hot code to machine code.
//!
//! Floors, each of which may use only those before it: [`syntax`], [`bytecode`], [`compiler`], [`interp`].

pub mod bytecode;
pub mod compiler;
pub mod interp;
pub mod jit;
pub mod syntax;
