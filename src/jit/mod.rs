//! The optimising tier: from bytecode and feedback to machine code.
//!
//! What lives here: the IR ([`ir`]), the passes over it ([`passes`]), and what reports on them ([`events`]).
//! What must not: anything that runs Python code while it compiles. Start at [`ir`].

pub mod background;
pub mod build;
pub mod code_memory;
mod consumers;
pub mod deopt;
pub mod events;
pub mod exits;
pub mod inspect;
pub mod ir;
pub mod isa;
pub mod lower;
pub mod passes;
pub mod policy;
pub mod runtime;
pub mod state;
pub mod stats;
#[cfg(test)]
mod tests;
pub mod trampoline;
