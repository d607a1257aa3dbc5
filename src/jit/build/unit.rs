//! What the builder knows about a code object before it translates it: decoded instructions, liveness, loops.
//!
//! What lives here: facts that depend on the bytecode alone. What must not: feedback, IR.

use crate::bytecode::{Code, Instruction};
use std::collections::HashMap;
use std::sync::Arc;

/// A code object, decoded and analysed.
#[derive(Debug)]
pub struct Unit {
    /// The code.
    pub code: Arc<Code>,
    /// Every instruction, with its position and that of the next.
    pub instructions: Vec<Decoded>,
    /// Index in `instructions` of the instruction at a position.
    index_of: HashMap<u32, usize>,
    /// Registers whose content matters before each instruction.
    live_in: Vec<RegisterSet>,
    /// Registers whose content matters behind each instruction, on all paths but those of exceptions.
    live_out: Vec<RegisterSet>,
    /// For each loop header: registers that the loop assigns.
    assigned: HashMap<u32, RegisterSet>,
    /// Position of the last unit of each loop, by header.
    latches: HashMap<u32, u32>,
}

/// An instruction and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Decoded {
    /// Unit offset.
    pub position: u32,
    /// Unit offset of the next instruction.
    pub next: u32,
    /// The instruction.
    pub instruction: Instruction,
}

impl Decoded {
    /// The position that the instruction may jump to.
    pub fn target(&self) -> Option<u32> {
        self.instruction.jump().map(|distance| self.position.wrapping_add_signed(distance))
    }
}

/// A set of registers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RegisterSet {
    words: Vec<u64>,
}

impl RegisterSet {
    fn with_room(count: usize) -> RegisterSet {
        RegisterSet { words: vec![0; count.div_ceil(64)] }
    }

    /// Adds a register.
    pub fn insert(&mut self, register: u16) {
        self.words[usize::from(register) / 64] |= 1 << (register % 64);
    }

    fn remove(&mut self, register: u16) {
        self.words[usize::from(register) / 64] &= !(1 << (register % 64));
    }

    /// The register is in the set.
    pub fn contains(&self, register: u16) -> bool {
        self.words.get(usize::from(register) / 64).is_some_and(|word| word >> (register % 64) & 1 != 0)
    }

    fn union(&mut self, other: &RegisterSet) -> bool {
        let mut changed = false;
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            changed |= *more & !*word != 0;
            *word |= more;
        }
        changed
    }

    /// The registers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.words.iter().enumerate().flat_map(|(i, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    (i * 64) as u16 + bit as u16
                })
            })
        })
    }
}

impl Unit {
    /// Decodes and analyses `code`.
    pub fn new(code: Arc<Code>) -> Unit {
        let mut instructions = Vec::new();
        let mut at = 0;
        while let Some((instruction, next)) = Instruction::try_decode(&code.units, at) {
            instructions.push(Decoded { position: at as u32, next: next as u32, instruction });
            at = next;
        }
        let index_of = instructions.iter().enumerate().map(|(i, decoded)| (decoded.position, i)).collect();
        let mut unit = Unit {
            code,
            instructions,
            index_of,
            live_in: Vec::new(),
            live_out: Vec::new(),
            assigned: HashMap::new(),
            latches: HashMap::new(),
        };
        unit.analyse_liveness();
        unit.analyse_loops();
        unit
    }

    /// Index of the instruction at `position`.
    pub fn index(&self, position: u32) -> usize {
        match self.index_of.get(&position) {
            Some(index) => *index,
            None => unreachable!("no instruction starts at {position}"),
        }
    }

    /// Registers that the interpreter may read from the instruction at `position` on.
    pub fn live_before(&self, position: u32) -> &RegisterSet {
        &self.live_in[self.index(position)]
    }

    /// Registers that the interpreter may read behind the instruction at `position`, its handlers included.
    pub fn live_behind(&self, position: u32) -> RegisterSet {
        let index = self.index(position);
        let mut set = self.live_out[index].clone();
        if let Some(handler) = self.code.handler(position) {
            set.union(&self.live_in[self.index(handler)]);
        }
        set
    }

    /// The handler of what the instruction at `position` raises may read the register.
    pub fn is_live_in_handler(&self, position: u32, register: u16) -> bool {
        self.code.handler(position).is_some_and(|handler| self.live_before(handler).contains(register))
    }

    /// `position` is the header of a loop.
    pub fn is_header(&self, position: u32) -> bool {
        self.latches.contains_key(&position)
    }

    /// Position of the `JumpBack` of the loop with this header.
    pub fn latch(&self, header: u32) -> u32 {
        self.latches.get(&header).copied().unwrap_or(header)
    }

    /// Registers that the loop with this header assigns.
    pub fn assigned_in_loop(&self, header: u32, register: u16) -> bool {
        self.assigned.get(&header).is_some_and(|set| set.contains(register))
    }

    fn room(&self) -> usize {
        usize::from(self.code.register_count).max(usize::from(self.code.parameter_count())).max(1)
    }

    fn analyse_liveness(&mut self) {
        let count = self.instructions.len();
        let empty = RegisterSet::with_room(self.room());
        self.live_in = vec![empty.clone(); count];
        self.live_out = vec![empty; count];
        let mut changed = true;
        while changed {
            changed = false;
            for i in (0..count).rev() {
                let decoded = self.instructions[i];
                let mut out = std::mem::take(&mut self.live_out[i]);
                if !decoded.instruction.effects().ends() && i + 1 < count {
                    out.union(&self.live_in[i + 1]);
                }
                let mut before = out.clone();
                decoded.instruction.visit_writes(|register| before.remove(register.0));
                // An instruction that jumps does not write on that way: an exhausted iterator leaves the loop
                // variable as it was.
                if let Some(target) = decoded.target() {
                    before.union(&self.live_in[self.index(target)]);
                    out.union(&self.live_in[self.index(target)]);
                }
                self.live_out[i] = out;
                decoded.instruction.visit_reads(|register| before.insert(register.0));
                // What a handler reads must be there wherever an exception may come from, whatever the
                // instruction writes: it writes last.
                if let Some(handler) = self.code.handler(decoded.position) {
                    before.union(&self.live_in[self.index(handler)]);
                }
                changed |= self.live_in[i].union(&before);
            }
        }
    }

    fn analyse_loops(&mut self) {
        for decoded in self.instructions.clone() {
            if decoded.instruction.op() != crate::bytecode::Op::JumpBack {
                continue;
            }
            let Some(header) = decoded.target() else { continue };
            // Several `JumpBack`s of one header: the loop reaches to the last.
            self.latches.insert(header, decoded.position);
        }
        for (header, latch) in self.latches.clone() {
            let mut assigned = RegisterSet::with_room(self.room());
            for decoded in &self.instructions[self.index(header)..=self.index(latch)] {
                decoded.instruction.visit_writes(|register| assigned.insert(register.0));
                if let Some(first) = decoded.instruction.clobbers_from() {
                    (first.0..self.room() as u16).for_each(|register| assigned.insert(register));
                }
            }
            self.assigned.insert(header, assigned);
        }
    }
}
