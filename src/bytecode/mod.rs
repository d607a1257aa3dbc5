//! Register bytecode: the instruction table and what is derived from it.
//!
//! What lives here: instructions ([`ops`]), their operands ([`operand`]), compiled code ([`code`]), feedback
//! layout ([`feedback`]), intrinsics, code as bytes ([`image`]), the verifier and the disassembler. What must not: the AST, values or
//! objects. Start at the invariants in [`ops`].

pub mod analysis;
pub mod code;
pub mod disasm;
pub mod feedback;
pub mod flow;
pub mod image;
pub mod intrinsics;
pub mod operand;
pub mod ops;
pub mod positions;
pub mod verify;

pub use code::{Code, CodeFlags, CodeKind, Constant, ExceptionEntry};
pub use operand::{
    ConstantIndex, Effects, NO_REGISTER, NameIndex, OperandInfo, OperandKind, OptionalRegister, Register, Site,
};
pub use ops::{Instruction, Op, operands};
pub use positions::{Position, PositionTable};
