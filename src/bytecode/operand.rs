//! Types of instruction operands: registers, pool indices, feedback sites, and the effects of instructions.
//!
//! What lives here: how one operand is encoded, and which registers an operand kind stands for. What must
//! not: anything about a particular instruction; that is [`super::ops`]. Start at [`Operand`].

// Operands are read through the interpreter's raw instruction pointer.
#![allow(unsafe_code)]

use std::fmt;

use super::feedback::SiteKind;

/// The register operand that stands for "absent" in an `opt` operand.
pub const NO_REGISTER: u16 = u16::MAX;

/// Index into a frame's register file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Register(pub u16);

/// A register, or [`NO_REGISTER`] for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct OptionalRegister(pub u16);

/// Index into [`super::code::Code::constants`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct ConstantIndex(pub u16);

/// Index into [`super::code::Code::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct NameIndex(pub u16);

/// Word offset of a feedback site in the function's feedback vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Site(pub u16);

impl Register {
    /// The register as an array index.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The register `distance` further up.
    #[inline(always)]
    pub const fn plus(self, distance: u16) -> Register {
        Register(self.0 + distance)
    }
}

impl OptionalRegister {
    /// No register.
    pub const NONE: OptionalRegister = OptionalRegister(NO_REGISTER);

    /// The register, if there is one.
    #[inline(always)]
    pub const fn get(self) -> Option<Register> {
        if self.0 == NO_REGISTER { None } else { Some(Register(self.0)) }
    }
}

impl From<Register> for OptionalRegister {
    fn from(register: Register) -> Self {
        OptionalRegister(register.0)
    }
}

impl From<Option<Register>> for OptionalRegister {
    fn from(register: Option<Register>) -> Self {
        register.map_or(OptionalRegister::NONE, OptionalRegister::from)
    }
}

impl ConstantIndex {
    /// The index as an array index.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl NameIndex {
    /// The index as an array index.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Site {
    /// The offset as an array index.
    #[inline(always)]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

/// How one operand is stored in units.
pub trait Operand: Copy {
    /// Units the operand takes.
    const UNITS: usize;

    /// Reads the operand.
    ///
    /// # Safety
    /// `at` must point to `UNITS` readable units.
    unsafe fn read(at: *const u16) -> Self;

    /// Appends the operand's units.
    fn write(self, units: &mut Vec<u16>);

    /// The operand as a number, for dumps.
    fn raw(self) -> i32;
}

impl Operand for u16 {
    const UNITS: usize = 1;

    #[inline(always)]
    unsafe fn read(at: *const u16) -> Self {
        // SAFETY: the caller vouches for one readable unit.
        unsafe { *at }
    }

    fn write(self, units: &mut Vec<u16>) {
        units.push(self);
    }

    fn raw(self) -> i32 {
        i32::from(self)
    }
}

impl Operand for i16 {
    const UNITS: usize = 1;

    #[inline(always)]
    unsafe fn read(at: *const u16) -> Self {
        // SAFETY: the caller vouches for one readable unit.
        unsafe { *at }.cast_signed()
    }

    fn write(self, units: &mut Vec<u16>) {
        units.push(self.cast_unsigned());
    }

    fn raw(self) -> i32 {
        i32::from(self)
    }
}

impl Operand for i32 {
    const UNITS: usize = 2;

    #[inline(always)]
    unsafe fn read(at: *const u16) -> Self {
        // SAFETY: the caller vouches for two readable units. The compiler merges the two loads.
        let (low, high) = unsafe { (u32::from(*at), u32::from(*at.add(1))) };
        (low | high << 16).cast_signed()
    }

    fn write(self, units: &mut Vec<u16>) {
        let bits = self.cast_unsigned();
        units.push((bits & 0xffff) as u16);
        units.push((bits >> 16) as u16);
    }

    fn raw(self) -> i32 {
        self
    }
}

/// Implements [`Operand`] for the newtypes over one unit.
macro_rules! unit_operand {
    ($($name:ident),*) => {
        $(
            impl Operand for $name {
                const UNITS: usize = 1;

                #[inline(always)]
                unsafe fn read(at: *const u16) -> Self {
                    // SAFETY: the caller vouches for one readable unit.
                    $name(unsafe { *at })
                }

                fn write(self, units: &mut Vec<u16>) {
                    units.push(self.0);
                }

                fn raw(self) -> i32 {
                    i32::from(self.0)
                }
            }
        )*
    };
}

unit_operand!(Register, OptionalRegister, ConstantIndex, NameIndex, Site);

/// Whether registers read or registers written are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Registers whose content the instruction uses.
    Read,
    /// Registers the instruction defines.
    Write,
}

/// The kind of an operand, under the name it has in the instruction table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(non_camel_case_types, missing_docs)]
pub enum OperandKind {
    out,
    reg,
    opt,
    inout,
    call,
    method_call,
    pair,
    pair_out,
    items,
    item_pairs,
    items_out,
    rest_items_out,
    constant,
    name,
    imm,
    simm,
    imm32,
    jump,
    site_binary,
    site_compare,
    site_branch,
    site_attr,
    site_global,
    site_call,
    site_iter,
    site_unpack,
    site_subscript,
    site_loop,
}

impl OperandKind {
    /// The kind of feedback site, for the `site_*` kinds.
    pub const fn site_kind(self) -> Option<SiteKind> {
        Some(match self {
            OperandKind::site_binary => SiteKind::Binary,
            OperandKind::site_compare => SiteKind::Compare,
            OperandKind::site_branch => SiteKind::Branch,
            OperandKind::site_attr => SiteKind::Attr,
            OperandKind::site_global => SiteKind::Global,
            OperandKind::site_call => SiteKind::Call,
            OperandKind::site_iter => SiteKind::Iter,
            OperandKind::site_unpack => SiteKind::Unpack,
            OperandKind::site_subscript => SiteKind::Subscript,
            OperandKind::site_loop => SiteKind::Loop,
            OperandKind::out
            | OperandKind::reg
            | OperandKind::opt
            | OperandKind::inout
            | OperandKind::call
            | OperandKind::method_call
            | OperandKind::pair
            | OperandKind::pair_out
            | OperandKind::items
            | OperandKind::item_pairs
            | OperandKind::items_out
            | OperandKind::rest_items_out
            | OperandKind::constant
            | OperandKind::name
            | OperandKind::imm
            | OperandKind::simm
            | OperandKind::imm32
            | OperandKind::jump => return None,
        })
    }
}

/// Name and kind of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperandInfo {
    /// The operand's name in the table.
    pub name: &'static str,
    /// The operand's kind in the table.
    pub kind: OperandKind,
}

/// What an instruction may do besides writing its outputs: a set of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects(u8);

impl Effects {
    /// No effect.
    pub const NONE: Effects = Effects(0);
    /// May raise a Python exception.
    pub const RAISES: Effects = Effects(1);
    /// May run arbitrary Python code.
    pub const CALLS: Effects = Effects(2);
    /// Control does not fall through to the next instruction.
    pub const ENDS: Effects = Effects(4);
    /// Leaves the frame and may come back.
    pub const SUSPENDS: Effects = Effects(8);

    /// The effects of both.
    pub const fn union(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }

    /// Whether all effects of `other` are in this set.
    pub const fn contains(self, other: Effects) -> bool {
        self.0 & other.0 == other.0
    }

    /// May raise a Python exception.
    pub const fn raises(self) -> bool {
        self.contains(Effects::RAISES)
    }

    /// May run arbitrary Python code.
    pub const fn calls(self) -> bool {
        self.contains(Effects::CALLS)
    }

    /// Control does not fall through.
    pub const fn ends(self) -> bool {
        self.contains(Effects::ENDS)
    }

    /// Leaves the frame and may come back.
    pub const fn suspends(self) -> bool {
        self.contains(Effects::SUSPENDS)
    }
}

/// Calls the visitor for the registers that an operand of the given kind stands for, if it accesses
/// them in the wanted way. Runs take their length from the sibling operands named in the table's grammar.
macro_rules! visit_operand {
    (out, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        if $access == Access::Write {
            $visit($field);
        }
    };
    (reg, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        if $access == Access::Read {
            $visit($field);
        }
    };
    (inout, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        $visit($field)
    };
    (opt, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        if let (Access::Read, Some(register)) = ($access, $field.get()) {
            $visit(register);
        }
    };
    (call, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Read, $field, 1 + $all.argc, $access, $visit)
    };
    (method_call, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Read, $field, 2 + $all.argc, $access, $visit)
    };
    (pair, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Read, $field, 2, $access, $visit)
    };
    (pair_out, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Write, $field, 2, $access, $visit)
    };
    (items, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Read, $field, $all.count, $access, $visit)
    };
    (item_pairs, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Read, $field, 2 * $all.count, $access, $visit)
    };
    (items_out, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Write, $field, $all.count, $access, $visit)
    };
    (rest_items_out, $all:expr, $field:expr, $access:expr, $visit:expr) => {
        visit_operand!(@run Write, $field, $all.before + 1 + $all.after, $access, $visit)
    };
    (@run $wanted:ident, $field:expr, $length:expr, $access:expr, $visit:expr) => {
        if $access == Access::$wanted {
            for distance in 0..$length {
                $visit($field.plus(distance));
            }
        }
    };
    ($other:ident, $all:expr, $field:expr, $access:expr, $visit:expr) => {};
}
pub(super) use visit_operand;
