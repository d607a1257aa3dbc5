//! The optimising tier: from bytecode and feedback to machine code.
//!
//! What lives here: the IR ([`ir`]), the passes over it ([`passes`]), and what reports on them ([`events`]).
//! What must not: anything that runs Python code while it compiles. Start at [`ir`].

pub mod events;
pub mod ir;
pub mod passes;
