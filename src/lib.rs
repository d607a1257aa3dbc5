//! Taipan: a virtual machine for Python that compiles hot code to machine code.
//!
//! Floors, each of which may use only those before it: [`syntax`], [`bytecode`], [`compiler`], [`interp`], [`jit`], [`engine`], [`cli`].

pub mod bytecode;
pub mod cli;
pub mod compiler;
pub mod engine;
pub mod interp;
pub mod jit;
pub mod syntax;
