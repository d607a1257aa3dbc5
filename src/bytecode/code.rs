//! Compiled code: what the compiler hands to the interpreter and the JIT.
//!
//! What lives here: [`Code`], its constants and tables, and the views of it that CPython shows on code
//! objects (`co_consts` and so on). What must not: runtime values. A `Code` is immutable and shared by `Arc`
//! among functions, threads and isolates. Start at [`Code`].

use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;

use super::operand::{Register, Site};
use super::positions::{Position, PositionTable};

/// A compiled module, function, class body or other scope.
#[derive(Clone, Debug)]
pub struct Code {
    /// `co_name`.
    pub name: Arc<str>,
    /// `co_qualname`.
    pub qualname: Arc<str>,
    /// `co_filename`, as given to the compiler.
    pub filename: Arc<str>,
    /// What sort of scope this is.
    pub kind: CodeKind,
    /// CPython's `CO_*` bits.
    pub flags: CodeFlags,
    /// `co_firstlineno`: of a decorated function or class, the first decorator's line.
    pub first_line: u32,
    /// Number of positional-only parameters.
    pub posonly_count: u16,
    /// Number of positional parameters, positional-only ones included: `co_argcount`.
    pub positional_count: u16,
    /// Number of keyword-only parameters.
    pub kwonly_count: u16,
    /// Names of the local variables, parameters first: the name of register `i` is `varnames[i]`.
    /// Parameters that are captured by inner functions are here and in `cells`.
    pub varnames: Box<[Arc<str>]>,
    /// Variables that live in cells, and the registers that hold the cells. In `co_cellvars` order.
    pub cells: Box<[NamedRegister]>,
    /// Variables of inlined comprehensions that have a register of their own beside `varnames` and `cells`:
    /// not in `locals()`, but `CheckBound` needs the names.
    pub hidden: Box<[NamedRegister]>,
    /// Names of the variables captured from outer functions, in the order of the function's closure.
    pub free_names: Box<[Arc<str>]>,
    /// The instructions; see [`super::ops`].
    pub units: Box<[u16]>,
    /// The constant pool.
    pub constants: Box<[Constant]>,
    /// The names used by instructions.
    pub names: Box<[Arc<str>]>,
    /// Size of the register file.
    pub register_count: u16,
    /// Handlers, innermost first: the first entry that covers an instruction is its handler.
    pub exception_table: Box<[ExceptionEntry]>,
    /// Source positions of the instructions.
    pub positions: PositionTable,
    /// Size of the feedback vector in 8-byte words.
    pub feedback_words: u32,
    /// Set in code with more sites than a site operand can tell apart: the site that the surplus shares.
    /// All but its first word must stay zero: whoever fills a cache compares with this first.
    pub cold_site: Option<Site>,
    /// The loops, in order of their headers.
    pub loops: Box<[Loop]>,
    /// The docstring: WTF-8, as [`Constant::Str`].
    pub docstring: Option<Box<[u8]>>,
    /// For a class body: names that its functions assign through `self`, as `__static_attributes__`; sorted.
    pub static_attributes: Box<[Arc<str>]>,
}

/// What sort of scope a [`Code`] was compiled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeKind {
    /// A module, or the source given to `exec` or `eval`.
    Module,
    /// A `def` or `async def`.
    Function,
    /// A lambda expression.
    Lambda,
    /// A class body.
    Class,
    /// A comprehension that was not inlined.
    Comprehension,
    /// A generator expression.
    GeneratorExpression,
    /// A scope of PEP 649, 695 or 696: `__annotate__`, type parameters, a type alias's value, a bound.
    Annotation,
}

/// CPython's `CO_*` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CodeFlags(pub u32);

impl CodeFlags {
    /// Locals are registers, not a mapping.
    pub const OPTIMIZED: CodeFlags = CodeFlags(0x1);
    /// A call makes new locals.
    pub const NEWLOCALS: CodeFlags = CodeFlags(0x2);
    /// Has `*args`.
    pub const VARARGS: CodeFlags = CodeFlags(0x4);
    /// Has `**kwargs`.
    pub const VARKEYWORDS: CodeFlags = CodeFlags(0x8);
    /// Lies in a function.
    pub const NESTED: CodeFlags = CodeFlags(0x10);
    /// A generator.
    pub const GENERATOR: CodeFlags = CodeFlags(0x20);
    /// A coroutine.
    pub const COROUTINE: CodeFlags = CodeFlags(0x80);
    /// A generator that `types.coroutine` made awaitable; never set by the compiler.
    pub const ITERABLE_COROUTINE: CodeFlags = CodeFlags(0x100);
    /// An asynchronous generator.
    pub const ASYNC_GENERATOR: CodeFlags = CodeFlags(0x200);
    /// Compiled under `from __future__ import barry_as_FLUFL`.
    pub const FUTURE_BARRY_AS_BDFL: CodeFlags = CodeFlags(0x40_0000);
    /// Compiled under `from __future__ import annotations`.
    pub const FUTURE_ANNOTATIONS: CodeFlags = CodeFlags(0x100_0000);
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: CodeFlags = CodeFlags(0x400_0000);
    /// A function defined in a class body.
    pub const METHOD: CodeFlags = CodeFlags(0x800_0000);

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: CodeFlags) -> CodeFlags {
        CodeFlags(self.0 | other.0)
    }

    /// Whether all flags of `other` are set.
    pub const fn contains(self, other: CodeFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether calling makes a generator, coroutine or async generator.
    pub const fn is_resumable(self) -> bool {
        self.0 & (Self::GENERATOR.0 | Self::COROUTINE.0 | Self::ASYNC_GENERATOR.0) != 0
    }
}

/// A register and the variable it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRegister {
    /// The variable.
    pub name: Arc<str>,
    /// Its register.
    pub register: Register,
}

/// A range of instructions and the handler of exceptions raised there, in unit offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First unit covered.
    pub start: u32,
    /// First unit no longer covered.
    pub end: u32,
    /// The handler's `BeginHandler`.
    pub handler: u32,
}

/// A loop: everything from `header` to its one `JumpBack`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Unit offset of the target of the `JumpBack`.
    pub header: u32,
    /// Unit offset of the `JumpBack`.
    pub latch: u32,
    /// Site of the `JumpBack`.
    pub site: Site,
}

/// A compile-time constant.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`.
    None,
    /// `True`.
    True,
    /// `False`.
    False,
    /// `...`.
    Ellipsis,
    /// An int of 64 bits.
    Int(i64),
    /// An int beyond 64 bits.
    BigInt(BigInt),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex {
        /// Real part.
        real: f64,
        /// Imaginary part.
        imag: f64,
    },
    /// A str: WTF-8, because surrogates are possible. Identifier-like strings are to be interned.
    Str(Box<[u8]>),
    /// A bytes object.
    Bytes(Box<[u8]>),
    /// A tuple of constants.
    Tuple(Box<[Constant]>),
    /// A frozenset of constants (in the order of the display, without repetitions).
    FrozenSet(Box<[Constant]>),
    /// `slice(start, stop, step)`.
    Slice(Box<[Constant; 3]>),
    /// Code of an inner scope.
    Code(Arc<Code>),
}

impl Constant {
    /// A str constant.
    pub fn str(text: &str) -> Constant {
        Constant::Str(text.as_bytes().into())
    }

    /// The code object, if it is one.
    pub fn as_code(&self) -> Option<&Arc<Code>> {
        match self {
            Constant::Code(code) => Some(code),
            _ => None,
        }
    }
}

/// Equality as the constant pool wants it: of type and value, `-0.0` and `0.0` apart, NaNs by bits.
impl PartialEq for Constant {
    fn eq(&self, other: &Constant) -> bool {
        match (self, other) {
            (Constant::None, Constant::None)
            | (Constant::True, Constant::True)
            | (Constant::False, Constant::False)
            | (Constant::Ellipsis, Constant::Ellipsis) => true,
            (Constant::Int(a), Constant::Int(b)) => a == b,
            (Constant::BigInt(a), Constant::BigInt(b)) => a == b,
            (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
            (Constant::Complex { real: a, imag: b }, Constant::Complex { real: c, imag: d }) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Constant::Str(a), Constant::Str(b)) | (Constant::Bytes(a), Constant::Bytes(b)) => a == b,
            (Constant::Tuple(a), Constant::Tuple(b)) | (Constant::FrozenSet(a), Constant::FrozenSet(b)) => a == b,
            (Constant::Slice(a), Constant::Slice(b)) => a == b,
            (Constant::Code(a), Constant::Code(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for Constant {}

impl std::hash::Hash for Constant {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis => {}
            Constant::Int(value) => value.hash(state),
            Constant::BigInt(value) => value.hash(state),
            Constant::Float(value) => value.to_bits().hash(state),
            Constant::Complex { real, imag } => (real.to_bits(), imag.to_bits()).hash(state),
            Constant::Str(bytes) | Constant::Bytes(bytes) => bytes.hash(state),
            Constant::Tuple(items) | Constant::FrozenSet(items) => items.hash(state),
            Constant::Slice(parts) => parts.hash(state),
            Constant::Code(code) => Arc::as_ptr(code).hash(state),
        }
    }
}

/// Source-like text for dumps.
impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sequence = |f: &mut fmt::Formatter<'_>, items: &[Constant]| {
            for (i, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
            }
            Ok(())
        };
        match self {
            Constant::None => f.write_str("None"),
            Constant::True => f.write_str("True"),
            Constant::False => f.write_str("False"),
            Constant::Ellipsis => f.write_str("..."),
            Constant::Int(value) => write!(f, "{value}"),
            Constant::BigInt(value) => write!(f, "{value}"),
            Constant::Float(value) => write!(f, "{value:?}"),
            Constant::Complex { real, imag } => write!(f, "({real:?}+{imag:?}j)"),
            Constant::Str(bytes) => write!(f, "{:?}", String::from_utf8_lossy(bytes)),
            Constant::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Constant::Tuple(items) => {
                f.write_str("(")?;
                sequence(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Constant::FrozenSet(items) => {
                f.write_str("frozenset({")?;
                sequence(f, items)?;
                f.write_str("})")
            }
            Constant::Slice(parts) => write!(f, "slice({}, {}, {})", parts[0], parts[1], parts[2]),
            Constant::Code(code) => write!(f, "<code {}>", code.qualname),
        }
    }
}

impl Code {
    /// Number of registers that parameters take: counts, `*args` and `**kwargs` included.
    pub fn parameter_count(&self) -> u16 {
        self.positional_count
            + self.kwonly_count
            + u16::from(self.flags.contains(CodeFlags::VARARGS))
            + u16::from(self.flags.contains(CodeFlags::VARKEYWORDS))
    }

    /// The register of `*args`, if the code takes them.
    pub fn varargs_register(&self) -> Option<Register> {
        let register = Register(self.positional_count + self.kwonly_count);
        self.flags.contains(CodeFlags::VARARGS).then_some(register)
    }

    /// The register of `**kwargs`, if the code takes them.
    pub fn varkeywords_register(&self) -> Option<Register> {
        let before = self.positional_count + self.kwonly_count;
        let register = Register(before + u16::from(self.flags.contains(CodeFlags::VARARGS)));
        self.flags.contains(CodeFlags::VARKEYWORDS).then_some(register)
    }

    /// The name of the variable in a register; None for temporaries.
    pub fn register_name(&self, register: Register) -> Option<&Arc<str>> {
        let named = |list: &'_ [NamedRegister]| list.iter().position(|entry| entry.register == register);
        self.varnames
            .get(register.index())
            .or_else(|| named(&self.cells).map(|i| &self.cells[i].name))
            .or_else(|| named(&self.hidden).map(|i| &self.hidden[i].name))
    }

    /// The source position of the instruction that covers unit `offset`.
    pub fn position(&self, offset: u32) -> Position {
        self.positions.lookup(offset)
    }

    /// The handler of an exception raised by the instruction at unit `offset`.
    #[inline]
    pub fn handler(&self, offset: u32) -> Option<u32> {
        self.exception_table.iter().find(|entry| (entry.start..entry.end).contains(&offset)).map(|entry| entry.handler)
    }

    /// What CPython shows in `co_consts`: the pool as it is.
    pub fn co_consts(&self) -> &[Constant] {
        &self.constants
    }

    /// What CPython shows in `co_names`.
    pub fn co_names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// What CPython shows in `co_varnames`.
    pub fn co_varnames(&self) -> &[Arc<str>] {
        &self.varnames
    }

    /// What CPython shows in `co_cellvars`.
    pub fn co_cellvars(&self) -> impl Iterator<Item = &Arc<str>> {
        self.cells.iter().map(|cell| &cell.name)
    }

    /// What CPython shows in `co_freevars`.
    pub fn co_freevars(&self) -> &[Arc<str>] {
        &self.free_names
    }

    /// `co_nlocals`.
    pub fn co_nlocals(&self) -> usize {
        self.varnames.len()
    }

    /// `co_stacksize`: the temporaries are what CPython keeps on its stack.
    pub fn co_stacksize(&self) -> usize {
        usize::from(self.register_count) - self.varnames.len()
    }

    /// `co_positions()`: one entry an instruction, in order, with its unit offset.
    pub fn co_positions(&self) -> impl Iterator<Item = (u32, Position)> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (_, next) = super::ops::Instruction::try_decode(&self.units, at)?;
            let offset = std::mem::replace(&mut at, next) as u32;
            Some((offset, self.position(offset)))
        })
    }

    /// This code and all code nested in it, outermost first, in order of appearance.
    pub fn walk<'a>(self: &'a Arc<Code>, visit: &mut dyn FnMut(&'a Arc<Code>)) {
        visit(self);
        for constant in &self.constants {
            if let Constant::Code(inner) = constant {
                inner.walk(visit);
            }
        }
    }
}
