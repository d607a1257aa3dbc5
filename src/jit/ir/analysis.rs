//! Facts about the control-flow graph: predecessors, order, dominators, loops.
//!
//! What lives here: analyses of the graph's shape that passes ask for. What must not: facts about values or
//! memory. Start at [`Cfg::compute`].
//!
//! Dominators after Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm" (2001).

use super::*;

/// An edge: the block it leaves and which of its targets it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// Where it starts.
    pub from: Block,
    /// Index in the terminator's targets.
    pub index: usize,
}

/// Edges; mostly few.
pub type Edges = SmallVec<[Edge; 2]>;

/// A natural loop.
#[derive(Clone, Debug)]
pub struct Loop {
    /// The block that dominates all others of the loop.
    pub header: Block,
    /// The blocks of the loop, the header first, in reverse postorder.
    pub blocks: Vec<Block>,
    /// Blocks of the loop that jump back to the header.
    pub latches: Vec<Block>,
    /// The loop around this one, as an index in [`Cfg::loops`].
    pub parent: Option<usize>,
    /// 1 for an outermost loop.
    pub depth: u32,
}

/// The control-flow graph of a function, at one moment.
#[derive(Debug)]
pub struct Cfg {
    /// Reachable blocks in reverse postorder.
    pub order: Vec<Block>,
    /// Position of each block in `order`; `u32::MAX` for unreachable ones.
    pub position: SecondaryMap<Block, u32>,
    /// Edges that enter each block from reachable blocks.
    pub predecessors: SecondaryMap<Block, Edges>,
    /// The immediate dominator of each block but the entry.
    pub dominator: SecondaryMap<Block, PackedOption<Block>>,
    /// Loops, inner before outer.
    pub loops: Vec<Loop>,
    /// The innermost loop of each block.
    pub innermost: SecondaryMap<Block, Option<usize>>,
    /// Blocks whose immediate dominator is the block, in reverse postorder.
    pub dominated: SecondaryMap<Block, SmallVec<[Block; 2]>>,
    depth_in: SecondaryMap<Block, u32>,
    depth_out: SecondaryMap<Block, u32>,
}

impl Cfg {
    /// Analyses `function`.
    pub fn compute(function: &Function) -> Cfg {
        let order = reverse_postorder(function);
        let mut position = SecondaryMap::with_default(u32::MAX);
        for (i, block) in order.iter().enumerate() {
            position[*block] = i as u32;
        }
        let mut predecessors: SecondaryMap<Block, Edges> = SecondaryMap::with_capacity(function.blocks.len());
        for block in &order {
            for (index, target) in function.values[function.terminator(*block)].targets.iter().enumerate() {
                predecessors[target.block].push(Edge { from: *block, index });
            }
        }
        let dominator = dominators(&order, &position, &predecessors);
        let mut dominated: SecondaryMap<Block, SmallVec<[Block; 2]>> =
            SecondaryMap::with_capacity(function.blocks.len());
        for block in &order {
            if let Some(parent) = dominator[*block].expand() {
                dominated[parent].push(*block);
            }
        }
        let mut cfg = Cfg {
            order,
            position,
            predecessors,
            dominator,
            loops: Vec::new(),
            innermost: SecondaryMap::new(),
            dominated,
            depth_in: SecondaryMap::new(),
            depth_out: SecondaryMap::new(),
        };
        cfg.number_dominator_tree();
        cfg.find_loops();
        cfg
    }

    fn number_dominator_tree(&mut self) {
        let Some(entry) = self.order.first().copied() else { return };
        let mut clock = 0;
        let mut stack = vec![(entry, 0)];
        while let Some((block, next)) = stack.pop() {
            if next == 0 {
                clock += 1;
                self.depth_in[block] = clock;
            }
            match self.dominated[block].get(next) {
                Some(child) => {
                    stack.push((block, next + 1));
                    stack.push((*child, 0));
                }
                None => {
                    clock += 1;
                    self.depth_out[block] = clock;
                }
            }
        }
    }

    /// Every path from the entry to `b` goes through `a`.
    #[inline]
    pub fn dominates(&self, a: Block, b: Block) -> bool {
        self.depth_in[a] <= self.depth_in[b] && self.depth_out[b] <= self.depth_out[a]
    }

    /// The block can be reached.
    #[inline]
    pub fn is_reachable(&self, block: Block) -> bool {
        self.position[block] != u32::MAX
    }

    /// `block` is the header of a loop.
    pub fn loop_at(&self, block: Block) -> Option<&Loop> {
        self.innermost[block].map(|index| &self.loops[index]).filter(|l| l.header == block)
    }

    /// How many loops are around `block`.
    pub fn loop_depth(&self, block: Block) -> u32 {
        self.innermost[block].map_or(0, |index| self.loops[index].depth)
    }

    /// The loop with this index contains `block`.
    pub fn loop_contains(&self, index: usize, block: Block) -> bool {
        let mut current = self.innermost[block];
        while let Some(inner) = current {
            if inner == index {
                return true;
            }
            current = self.loops[inner].parent;
        }
        false
    }

    fn find_loops(&mut self) {
        // Headers from the last to the first: inner loops are found before the loops around them.
        for header in self.order.clone().into_iter().rev() {
            let latches: Vec<Block> = self.predecessors[header]
                .iter()
                .map(|edge| edge.from)
                .filter(|from| self.dominates(header, *from))
                .collect();
            if latches.is_empty() {
                continue;
            }
            let index = self.loops.len();
            let mut stack = latches.clone();
            let mut members = vec![header];
            while let Some(block) = stack.pop() {
                if block == header {
                    continue;
                }
                // A block already in an inner loop stands for that whole loop.
                match self.outermost_known(block) {
                    Some(inner) if inner == index => continue,
                    Some(inner) => {
                        self.loops[inner].parent = Some(index);
                        members.extend(self.loops[inner].blocks.iter().copied());
                        let inner_header = self.loops[inner].header;
                        stack.extend(
                            self.predecessors[inner_header]
                                .iter()
                                .map(|edge| edge.from)
                                .filter(|from| !self.loop_contains(inner, *from)),
                        );
                    }
                    None => {
                        self.innermost[block] = Some(index);
                        members.push(block);
                        stack.extend(self.predecessors[block].iter().map(|edge| edge.from));
                    }
                }
                if self.loops.len() == index {
                    // Make the index known to `outermost_known` while members are being collected.
                    self.loops.push(Loop {
                        header,
                        blocks: Vec::new(),
                        latches: latches.clone(),
                        parent: None,
                        depth: 0,
                    });
                }
            }
            if self.loops.len() == index {
                self.loops.push(Loop { header, blocks: Vec::new(), latches: latches.clone(), parent: None, depth: 0 });
            }
            self.innermost[header] = Some(index);
            members.sort_unstable_by_key(|block| self.position[*block]);
            members.dedup();
            self.loops[index].blocks = members;
        }
        for index in (0..self.loops.len()).rev() {
            self.loops[index].depth = self.loops[index].parent.map_or(1, |parent| self.loops[parent].depth + 1);
        }
    }

    fn outermost_known(&self, block: Block) -> Option<usize> {
        let mut index = self.innermost[block]?;
        while let Some(parent) = self.loops[index].parent {
            index = parent;
        }
        Some(index)
    }
}

/// The reachable blocks, each before those it leads to, but for back edges.
pub fn reverse_postorder(function: &Function) -> Vec<Block> {
    let Some(entry) = function.order.first().copied() else { return Vec::new() };
    let mut state: SecondaryMap<Block, bool> = SecondaryMap::with_capacity(function.blocks.len());
    let mut postorder = Vec::with_capacity(function.order.len());
    let mut stack = vec![(entry, 0)];
    state[entry] = true;
    while let Some((block, next)) = stack.pop() {
        let targets = &function.values[function.terminator(block)].targets;
        // Targets from the last to the first, so that the first comes first in the result.
        match targets.len().checked_sub(next + 1) {
            Some(index) => {
                stack.push((block, next + 1));
                let successor = targets[index].block;
                if !state[successor] {
                    state[successor] = true;
                    stack.push((successor, 0));
                }
            }
            None => postorder.push(block),
        }
    }
    postorder.reverse();
    postorder
}

fn dominators(
    order: &[Block],
    position: &SecondaryMap<Block, u32>,
    predecessors: &SecondaryMap<Block, Edges>,
) -> SecondaryMap<Block, PackedOption<Block>> {
    let mut dominator: Vec<Option<u32>> = vec![None; order.len()];
    if order.is_empty() {
        return SecondaryMap::new();
    }
    dominator[0] = Some(0);
    let mut changed = true;
    while changed {
        changed = false;
        for (i, block) in order.iter().enumerate().skip(1) {
            let mut new: Option<u32> = None;
            for edge in &predecessors[*block] {
                let from = position[edge.from];
                if dominator[from as usize].is_none() {
                    continue;
                }
                new = Some(match new {
                    None => from,
                    Some(mut a) => {
                        let mut b = from;
                        while a != b {
                            while a > b {
                                a = dominator[a as usize].unwrap_or(0);
                            }
                            while b > a {
                                b = dominator[b as usize].unwrap_or(0);
                            }
                        }
                        a
                    }
                });
            }
            if dominator[i] != new {
                dominator[i] = new;
                changed = true;
            }
        }
    }
    let mut result = SecondaryMap::new();
    for (i, block) in order.iter().enumerate().skip(1) {
        result[*block] = dominator[i].map(|index| order[index as usize]).into();
    }
    result
}

/// How often each value is used: by instructions and targets in reachable blocks and sunk instructions
/// (`real`), and by frame states that reachable instructions name (`state`).
#[derive(Debug, Default)]
pub struct Uses {
    /// Uses by instructions.
    pub real: SecondaryMap<Value, u32>,
    /// Uses by frame states, callers included.
    pub state: SecondaryMap<Value, u32>,
}

impl Uses {
    /// Counts the uses in `function`.
    pub fn count(function: &Function) -> Uses {
        let mut uses = Uses::default();
        let mut states: SecondaryMap<FrameStateId, bool> = SecondaryMap::new();
        let mut sunk = Vec::new();
        for block in &function.order {
            let data = &function.blocks[*block];
            if let Some(state) = data.loop_state.expand() {
                uses.visit_state(function, state, &mut states, &mut sunk);
            }
            for value in &data.instructions {
                let instruction = &function.values[*value];
                instruction.for_each_use(|used| uses.real[used] += 1);
                if let Some(state) = instruction.frame_state.expand() {
                    uses.visit_state(function, state, &mut states, &mut sunk);
                }
            }
        }
        uses
    }

    fn visit_state(
        &mut self,
        function: &Function,
        state: FrameStateId,
        visited: &mut SecondaryMap<FrameStateId, bool>,
        sunk: &mut Vec<Value>,
    ) {
        let mut next = Some(state);
        while let Some(state) = next {
            if visited[state] {
                break;
            }
            visited[state] = true;
            let data = &function.frame_states[state];
            data.for_each_value(|value| sunk.push(value));
            while let Some(value) = sunk.pop() {
                self.state[value] += 1;
                // What a sunk instruction is made from is needed by the frame state, too.
                let instruction = &function.values[value];
                if instruction.home == Home::Everywhere && self.state[value] == 1 {
                    sunk.extend(instruction.arguments.iter().copied());
                }
            }
            next = data.caller.expand();
        }
    }
}
