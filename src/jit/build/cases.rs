//! Cases that are told apart at run time: one block for each, which meet again.
//!
//! What lives here: the blocks, and what may be resumed in each of them. What must not: how cases are told apart, and
//! what is done in them. Start at [`Builder::begin_cases`].

use super::*;

/// Cases of one instruction.
pub(super) struct Cases {
    join: Block,
    /// What the cases give.
    results: Vec<Value>,
    /// The state before the instruction, which every case begins with.
    state: FrameStateId,
    /// The assumptions had to be checked before the instruction, or have to be behind one of the cases.
    recheck: (bool, bool),
}

impl Builder<'_> {
    /// Begins cases that give results of these types.
    pub(super) fn begin_cases(&mut self, results: &[Type]) -> Cases {
        let join = self.new_block();
        let results = results.iter().map(|ty| self.f.new_parameter(join, *ty)).collect();
        Cases { join, results, state: self.state(), recheck: (self.recheck, false) }
    }

    /// Adds the case that `flag` tells, or the one that is left. `body` gives the results; `None`: control does not come
    /// back.
    pub(super) fn case<const N: usize>(
        &mut self,
        cases: &mut Cases,
        flag: Option<Value>,
        body: impl FnOnce(&mut Self) -> Option<[Value; N]>,
    ) {
        let other = flag.map(|flag| {
            let (this, other) = (self.new_block(), self.new_block());
            self.branch(flag, Destination::Block(this), Destination::Block(other));
            self.enter_block(this);
            other
        });
        self.unseal(Some(cases.state));
        self.recheck = cases.recheck.0;
        if let Some(results) = body(self) {
            cases.recheck.1 |= self.recheck;
            self.jump_block(cases.join, &results);
        }
        if let Some(other) = other {
            self.enter_block(other);
            self.unseal(Some(cases.state));
            self.recheck = cases.recheck.0;
        }
    }

    /// Goes on behind the cases.
    pub(super) fn end_cases(&mut self, cases: Cases) -> Vec<Value> {
        self.enter_block(cases.join);
        self.seal();
        self.recheck = cases.recheck.1;
        cases.results
    }
}
