//! The executable form of a code object: bytecode, feedback vector, counters.
//!
//! What lives here: [`Body`], which a runtime code object owns, and the feedback vector's memory. What must
//! not: the meaning of feedback words ([`super::profile`], [`super::cache`]). Start at [`Body`].
#![allow(unsafe_code)] // The interpreter reaches units, constants and feedback words by address.

use std::cell::Cell;
use std::sync::Arc;

use taipan_runtime::gc::Tracer;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::{CodeBody, CodeFacts, CodeObject};
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;
use taipan_runtime::vm::SourceSpan;

use crate::bytecode::feedback::SiteKind;
use crate::bytecode::{Code, CodeFlags, Instruction, Op, Site};

/// A threshold that no counter reaches.
pub const NEVER: u32 = u32::MAX;

/// What the interpreter runs. It lies in a box owned by the code object and does not move.
#[repr(C)]
pub struct Body {
    /// First unit of the bytecode.
    pub units: *const u16,
    /// First word of the feedback vector.
    pub feedback: *mut u64,
    /// First constant; the code object's tuple keeps them alive.
    pub constants: *const Value,
    /// First name, an interned string; the code object's tuple keeps them alive.
    pub names: *const Value,
    /// Size of the register file.
    pub register_count: u32,
    /// The number of positional arguments that fill all parameters; `NEVER` if the code has keyword-only
    /// parameters, `*args` or `**kwargs`.
    pub exact_arguments: u32,
    /// Calls so far.
    pub entry_count: Cell<u32>,
    /// When `entry_count` gets here, the tiers above are asked.
    pub entry_threshold: Cell<u32>,
    /// When the count of a loop's site gets here, the tiers above are asked.
    pub loop_threshold: Cell<u32>,
    /// How often a generator of this code was resumed, and when the tiers above are asked.
    pub resume_count: Cell<u32>,
    pub resume_threshold: Cell<u32>,
    /// Registers that hold variables: what a frame object keeps of a finished activation.
    pub variable_count: u32,
    /// A generator of this code could notice being closed: it has handlers, or delegates.
    pub observes_end: bool,
    /// The code is of a module that is C in CPython: in no traceback.
    pub stands_for_native: Cell<bool>,
    /// No frame object is ever made for an activation: it stands for a builtin function.
    pub is_hidden: Cell<bool>,
    /// The code object that owns this body.
    pub owner: Cell<Option<Gc<CodeObject>>>,
    /// What the tier above keeps about this code.
    pub tier: Cell<*mut u8>,
    /// Drops that.
    drop_tier: Cell<Option<fn(*mut u8)>>,
    /// The immutable code.
    pub code: Arc<Code>,
    /// The words behind `feedback`.
    words: Box<[Cell<u64>]>,
    /// Sites whose words hold pointers.
    pointer_sites: Box<[(Site, SiteKind)]>,
    /// Registers of the variables that live in cells.
    cell_registers: Box<[u16]>,
}

impl Body {
    /// The executable form of `code`. The pools are set by [`Body::attach`].
    pub fn new(code: Arc<Code>) -> Body {
        // One word more than asked for, so that the vector is never empty.
        let words: Box<[Cell<u64>]> = (0..=code.feedback_words).map(|_| Cell::new(0)).collect();
        let plain = !code.flags.contains(CodeFlags::VARARGS)
            && !code.flags.contains(CodeFlags::VARKEYWORDS)
            && code.kwonly_count == 0;
        let named = code.cells.iter().chain(&code.hidden).map(|cell| u32::from(cell.register.0) + 1);
        let variable_count = named.fold(code.varnames.len() as u32, u32::max);
        Body {
            units: code.units.as_ptr(),
            feedback: words.as_ptr().cast::<u64>().cast_mut(),
            constants: std::ptr::null(),
            names: std::ptr::null(),
            register_count: u32::from(code.register_count).max(u32::from(code.parameter_count())).max(1),
            exact_arguments: if plain { u32::from(code.positional_count) } else { NEVER },
            entry_count: Cell::new(0),
            entry_threshold: Cell::new(NEVER),
            loop_threshold: Cell::new(NEVER),
            resume_count: Cell::new(0),
            resume_threshold: Cell::new(NEVER),
            variable_count,
            observes_end: code.flags.is_resumable() && (!code.exception_table.is_empty() || delegates(&code)),
            stands_for_native: Cell::new(false),
            is_hidden: Cell::new(false),
            owner: Cell::new(None),
            tier: Cell::new(std::ptr::null_mut()),
            drop_tier: Cell::new(None),
            pointer_sites: pointer_sites(&code),
            cell_registers: code.cells.iter().map(|cell| cell.register.0).collect(),
            words,
            code,
        }
    }

    /// Sets what the tier above keeps about this code, and how to drop it.
    pub fn set_tier(&self, state: *mut u8, drop: fn(*mut u8)) {
        self.tier.set(state);
        self.drop_tier.set(Some(drop));
    }

    /// Sets where constants and names lie.
    pub fn set_pools(&mut self, constants: Gc<Tuple>, names: Gc<Tuple>) {
        self.constants = constants.items().as_ptr();
        self.names = names.items().as_ptr();
    }

    /// The body of a code object that [`super::loader`] made.
    #[inline(always)]
    pub fn of(code: Gc<CodeObject>) -> *const Body {
        code.body_pointer.get().cast()
    }

    /// As [`Body::of`], as a reference that lives as long as the code object does.
    #[inline(always)]
    pub fn of_ref<'a>(code: Gc<CodeObject>) -> &'a Body {
        // SAFETY: the loader sets the pointer to the box that the code object owns; the caller holds the
        // code object while it uses the body.
        unsafe { &*Body::of(code) }
    }

    /// The code object that owns this body.
    pub fn owner(&self) -> Gc<CodeObject> {
        match self.owner.get() {
            Some(owner) => owner,
            None => unreachable!("the loader sets the owner"),
        }
    }

    /// The name with this index.
    #[inline(always)]
    pub fn name(&self, index: usize) -> Gc<Str> {
        debug_assert!(index < self.code.names.len());
        // SAFETY: the compiler gives indices of the name pool, whose items are strings.
        unsafe { (*self.names.add(index)).header().unwrap_unchecked().cast_unchecked::<Str>() }
    }

    /// The constant with this index.
    #[inline(always)]
    pub fn constant(&self, index: usize) -> Value {
        debug_assert!(index < self.code.constants.len());
        // SAFETY: the compiler gives indices of the constant pool.
        unsafe { *self.constants.add(index) }
    }

    /// The first word of a feedback site.
    #[inline(always)]
    pub fn site(&self, site: Site) -> &Cell<u64> {
        &self.words[site.index()]
    }

    /// All words of the feedback vector.
    pub fn feedback_words(&self) -> &[Cell<u64>] {
        &self.words
    }

    /// Whether a site is the one that stands for all that could not be numbered.
    #[inline]
    pub fn is_cold(&self, site: Site) -> bool {
        self.code.cold_site == Some(site)
    }

    /// The unit offset of an instruction of this code.
    #[inline]
    pub fn offset_of(&self, pc: *const u16) -> u32 {
        // SAFETY: both point into the units of this code.
        unsafe { pc.offset_from(self.units) as u32 }
    }

    /// The instruction at a unit offset.
    #[inline]
    pub fn pc_at(&self, offset: u32) -> *const u16 {
        debug_assert!((offset as usize) < self.code.units.len());
        // SAFETY: the offset lies inside the units.
        unsafe { self.units.add(offset as usize) }
    }
}

/// The code delegates to other generators.
fn delegates(code: &Code) -> bool {
    let mut at = 0;
    while let Some((instruction, next)) = Instruction::try_decode(&code.units, at) {
        if instruction.op() == Op::YieldDelegate {
            return true;
        }
        at = next;
    }
    false
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(drop) = self.drop_tier.get() {
            drop(self.tier.get());
        }
    }
}

/// The sites whose words may hold pointers, for the collector.
fn pointer_sites(code: &Code) -> Box<[(Site, SiteKind)]> {
    let mut sites = Vec::new();
    let mut at = 0;
    while let Some((instruction, next)) = Instruction::try_decode(&code.units, at) {
        at = next;
        let Some(site) = instruction.site() else { continue };
        if code.cold_site == Some(site) {
            continue;
        }
        let kind = instruction.op().operands().iter().find_map(|operand| operand.kind.site_kind());
        match kind {
            Some(kind @ (SiteKind::Attr | SiteKind::Call | SiteKind::Subscript)) => sites.push((site, kind)),
            Some(
                SiteKind::Binary
                | SiteKind::Compare
                | SiteKind::Branch
                | SiteKind::Global
                | SiteKind::Iter
                | SiteKind::Unpack
                | SiteKind::Loop,
            )
            | None => {}
        }
    }
    sites.into()
}

impl CodeBody for Body {
    fn trace(&self, tracer: &mut Tracer) {
        for (site, kind) in &self.pointer_sites {
            let words = &self.words[site.index()..site.index() + usize::from(kind.words())];
            // The first word only classifies. Keys and payloads are told apart by the collector: what is no
            // address of an object is passed over.
            for word in &words[1..] {
                tracer.conservative_word(word.get() & super::profile::POINTER_MASK);
            }
        }
    }

    fn span(&self, offset: u32) -> Option<SourceSpan> {
        let position = self.code.position(offset);
        if position.line == 0 {
            return None;
        }
        Some(span_of(position))
    }

    fn spans(&self) -> Vec<(u32, SourceSpan)> {
        self.code.co_positions().map(|(offset, position)| (offset, span_of(position))).collect()
    }

    fn code_bytes(&self) -> Vec<u8> {
        self.code.units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
    }

    fn cell_registers(&self) -> &[u16] {
        &self.cell_registers
    }

    fn line_table(&self) -> Vec<u8> {
        self.code.positions.as_bytes().to_vec()
    }

    fn exception_table(&self) -> Vec<u8> {
        let entries = self.code.exception_table.iter();
        entries.flat_map(|entry| [entry.start, entry.end, entry.handler]).flat_map(u32::to_le_bytes).collect()
    }

    fn rebuilt(&self, thread: &Thread, facts: CodeFacts) -> Gc<CodeObject> {
        let text = |string: Gc<Str>| Arc::from(string.to_str_lossy(thread).as_ref());
        let mut code = Code::clone(&self.code);
        code.name = text(facts.name);
        code.qualname = text(facts.qualname);
        code.filename = text(facts.filename);
        code.flags = CodeFlags(facts.flags);
        code.first_line = facts.first_line;
        super::loader::object_of(thread, &Arc::new(code), facts)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// The runtime's form of a position. Unknown columns are `u32::MAX`.
fn span_of(position: crate::bytecode::Position) -> SourceSpan {
    SourceSpan {
        line: position.line,
        column: position.column.unwrap_or(u32::MAX),
        end_line: position.end_line,
        end_column: position.end_column.unwrap_or(u32::MAX),
    }
}
