//! The code being built: instructions with symbolic jumps, pools, registers.
//!
//! What lives here: [`Unit`], one per code object under construction, and how instructions are appended to it.
//! What must not: the syntax tree's meaning. [`super::assemble`] turns a finished unit into a `Code`.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};

use super::blocks::Block;
use super::scope::{NameHasher, NameMap, ScopeId};
use crate::bytecode::{CodeFlags, CodeKind, Constant, ConstantIndex, Instruction, NameIndex, Register, Site, operands};

/// The place of instructions that stand for no source text.
pub(super) const NO_RANGE: TextRange = TextRange::new(TextSize::new(u32::MAX), TextSize::new(u32::MAX));
/// What overflows when registers run out.
pub(super) const REGISTERS: &str = "a code object with more than 65535 registers";
/// Sites are given out when the code is assembled.
pub(super) const SITE: Site = Site(0);

/// A jump target: an index into [`Unit::labels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Label(pub u32);

/// An instruction whose jump operand is a label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Emitted {
    pub instruction: Instruction,
    pub range: TextRange,
    /// The innermost handler of exceptions raised here.
    pub handler: Option<Label>,
}

/// A code object under construction.
pub(super) struct Unit<'a> {
    pub scope: ScopeId,
    /// Inlined comprehensions being compiled, outermost first.
    pub inlined: Vec<ScopeId>,
    pub kind: CodeKind,
    pub name: Arc<str>,
    pub qualname: Arc<str>,
    pub first_line: u32,
    pub flags: CodeFlags,
    pub posonly_count: u16,
    pub positional_count: u16,
    pub kwonly_count: u16,
    pub docstring: Option<Box<[u8]>>,
    pub static_attributes: Vec<Arc<str>>,

    pub code: Vec<Emitted>,
    /// Where each label is bound: an index into `code`.
    pub labels: Vec<u32>,
    pub handler: Option<Label>,
    pub blocks: Vec<Block<'a>>,
    /// How many `try` parts of statements with `except` clauses are around, for which there is no block.
    pub tries: usize,

    pub constants: Vec<Constant>,
    constant_index: HashMap<Constant, u32, BuildHasherDefault<NameHasher>>,
    pub names: Vec<Arc<str>>,
    name_index: NameMap<Arc<str>, u32>,
    /// What outgrew the encoding, if anything did.
    pub overflow: Option<&'static str>,

    pub varnames: Vec<Arc<str>>,
    pub free_names: Vec<Arc<str>>,
    pub cells: Vec<(Arc<str>, Register)>,
    pub hidden: Vec<(Arc<str>, Register)>,
    /// Registers of the scope's own variables.
    pub registers: NameMap<Arc<str>, Register>,
    /// Registers of the variables of inlined comprehensions.
    pub inlined_registers: HashMap<(ScopeId, Arc<str>), Register>,
    /// Closure index of each free variable.
    pub free_index: NameMap<Arc<str>, u16>,
    /// Registers from here up are temporaries.
    pub first_temporary: u16,
    /// The lowest free temporary.
    pub top: u16,
    pub register_count: u16,
    /// Class or module body: numbers of the annotations that may not be executed, by address of the statement.
    pub conditional_annotations: HashMap<usize, u32>,
}

impl<'a> Unit<'a> {
    pub fn new(scope: ScopeId, kind: CodeKind, name: Arc<str>, qualname: Arc<str>, first_line: u32) -> Unit<'a> {
        Unit {
            scope,
            inlined: Vec::new(),
            kind,
            name,
            qualname,
            first_line,
            flags: CodeFlags::default(),
            posonly_count: 0,
            positional_count: 0,
            kwonly_count: 0,
            docstring: None,
            static_attributes: Vec::new(),
            code: Vec::new(),
            labels: Vec::new(),
            handler: None,
            blocks: Vec::new(),
            tries: 0,
            constants: Vec::new(),
            constant_index: HashMap::default(),
            names: Vec::new(),
            name_index: NameMap::default(),
            overflow: None,
            varnames: Vec::new(),
            free_names: Vec::new(),
            cells: Vec::new(),
            hidden: Vec::new(),
            registers: NameMap::default(),
            inlined_registers: HashMap::new(),
            free_index: NameMap::default(),
            first_temporary: 0,
            top: 0,
            register_count: 0,
            conditional_annotations: HashMap::new(),
        }
    }

    // ---- instructions ----

    pub fn emit(&mut self, range: TextRange, instruction: impl Into<Instruction>) {
        self.code.push(Emitted { instruction: instruction.into(), range, handler: self.handler });
    }

    pub fn label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    pub fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.code.len() as u32;
    }

    /// A new label bound here.
    pub fn here(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    pub fn jump(&mut self, range: TextRange, target: Label) {
        self.emit(range, operands::Jump { target: target.operand() });
    }

    pub fn copy(&mut self, range: TextRange, dst: Register, src: Register) {
        if dst != src {
            self.emit(range, operands::Move { dst, src });
        }
    }

    // ---- pools ----

    /// The pool index of a constant.
    pub fn constant(&mut self, constant: Constant) -> u32 {
        if let Some(at) = self.constant_index.get(&constant) {
            return *at;
        }
        let at = self.constants.len() as u32;
        self.constant_index.insert(constant.clone(), at);
        self.constants.push(constant);
        at
    }

    /// The pool index of a constant, where the instruction has a short operand for it.
    pub fn short_constant(&mut self, constant: Constant) -> ConstantIndex {
        let at = self.constant(constant);
        ConstantIndex(u16::try_from(at).unwrap_or_else(|_| {
            self.overflow = Some("a code object with more than 65536 constants");
            0
        }))
    }

    /// The pool index of a name.
    pub fn name(&mut self, name: &str) -> NameIndex {
        let at = match self.name_index.get(name) {
            Some(at) => *at,
            None => {
                let at = self.names.len() as u32;
                let name: Arc<str> = name.into();
                self.name_index.insert(name.clone(), at);
                self.names.push(name);
                at
            }
        };
        NameIndex(u16::try_from(at).unwrap_or_else(|_| {
            self.overflow = Some("a code object with more than 65536 names");
            0
        }))
    }

    /// `dst = constant`, by the shortest instruction.
    pub fn load_constant(&mut self, range: TextRange, dst: Register, constant: Constant) {
        match constant {
            Constant::None => self.emit(range, operands::LoadNone { dst }),
            Constant::True => self.emit(range, operands::LoadTrue { dst }),
            Constant::False => self.emit(range, operands::LoadFalse { dst }),
            Constant::Int(value) if i32::try_from(value).is_ok() => {
                self.emit(range, operands::LoadInt { dst, value: value as i32 });
            }
            constant => {
                let at = self.constant(constant);
                match u16::try_from(at) {
                    Ok(at) => self.emit(range, operands::LoadConst { dst, value: ConstantIndex(at) }),
                    Err(_) => self.emit(range, operands::LoadConstWide { dst, value: at as i32 }),
                }
            }
        }
    }

    // ---- registers ----

    /// A fresh temporary at the top.
    pub fn temporary(&mut self) -> Register {
        self.temporaries(1)
    }

    /// The first of `count` fresh consecutive temporaries at the top.
    pub fn temporaries(&mut self, count: usize) -> Register {
        let first = Register(self.top);
        let top = usize::from(self.top) + count;
        // The highest number stands for "no register".
        if top >= usize::from(u16::MAX) {
            self.overflow = Some(REGISTERS);
            return Register(self.first_temporary);
        }
        self.top = top as u16;
        self.register_count = self.register_count.max(self.top);
        first
    }

    /// Frees the temporaries from `mark` up.
    pub fn release(&mut self, mark: u16) {
        self.top = mark;
    }

    pub fn is_temporary(&self, register: Register) -> bool {
        register.0 >= self.first_temporary
    }
}

impl Label {
    /// The label as a jump operand of an instruction not assembled yet.
    pub fn operand(self) -> i32 {
        self.0.cast_signed()
    }
}
