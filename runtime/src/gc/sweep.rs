//! Sweeping: which lines and blocks are free after marking.
//!
//! What lives here: rebuilding line sets and block lists from the mark bitmap, poisoning, returning memory. What
//! must not: touching objects; a dead one is simply no longer counted. Start at [`BlockSpace::sweep`].

use super::block::{
    BLOCK_BYTES, Block, BlockSpace, BlockState, GRAIN_BYTES, LINE_BYTES, LINES_PER_BLOCK, MIN_FREE_LINES, fill,
};
use super::mark::size_of_object;
use crate::object::{Gc, Header};

/// What dead memory is filled with in poison mode. As a word it is odd, so it reads as a small int; as a kind it
/// does not exist.
pub(super) const POISON: u8 = 0xdb;
/// Returning less than this to the system is not worth the calls.
const MIN_RETURNED_BLOCKS: usize = (1 << 20) / BLOCK_BYTES;

impl BlockSpace {
    /// Before a full collection: the marks become the record of where objects start, and begin anew.
    pub fn clear_marks(&self) {
        for block in self.blocks().filter(|block| block.meta().state() == BlockState::Used) {
            for (start, mark) in block.starts().iter().zip(block.marks()) {
                start.set(mark.replace(0));
            }
            block.meta().live.clear();
        }
    }

    /// After marking: finds the free lines, of the blocks allocated into (minor) or of all (full).
    pub fn sweep(&self, full: bool, poison: bool) {
        let young = self.young_blocks.take();
        if full {
            self.recyclable.borrow_mut().clear();
            self.roomy.borrow_mut().clear();
            self.live_line_bytes.set(0);
            // From high to low addresses: the lists are used from their ends.
            let blocks: Vec<Block> = self.blocks().filter(|block| block.meta().state() == BlockState::Used).collect();
            for &block in blocks.iter().rev() {
                block.meta().live_lines.set(0);
                self.sweep_block(block, poison);
            }
        } else {
            // The block filled first is reused first.
            for &block in young.iter().rev() {
                self.sweep_block(block, poison);
            }
        }
        self.young_line_bytes.set(0);
    }

    fn sweep_block(&self, block: Block, poison: bool) {
        let meta = block.meta();
        add_marked_lines(block);
        meta.young.clear();
        meta.run_starts.clear();
        meta.parsed.clear();
        let lines = meta.live.count();
        let change = lines as isize - isize::from(meta.live_lines.get());
        self.live_line_bytes.set(self.live_line_bytes.get().wrapping_add_signed(change * LINE_BYTES as isize));
        meta.live_lines.set(lines as i16);
        if poison {
            fill_gaps(block);
        }
        if lines == 0 {
            meta.set_state(BlockState::Free);
            self.free.borrow_mut().push(block);
        } else if LINES_PER_BLOCK - lines >= MIN_FREE_LINES {
            let list = if block.is_roomy() { &self.roomy } else { &self.recyclable };
            list.borrow_mut().push(block);
        }
    }

    /// Gives empty blocks beyond `keep` back to the system. The number of bytes returned.
    pub fn return_free_blocks(&self, keep: usize) -> usize {
        let mut free = self.free.borrow_mut();
        let excess = free.len().saturating_sub(keep);
        if excess < MIN_RETURNED_BLOCKS {
            return 0;
        }
        free.sort_unstable_by(|a, b| b.cmp(a));
        let mut returned: Vec<Block> = free.drain(..excess).collect();
        drop(free);
        // Neighbours in one call; high addresses first, so that `fresh` hands out low ones first.
        returned.reverse();
        for neighbours in returned.chunk_by(|a, b| b.0 == a.0 + BLOCK_BYTES).rev() {
            self.release(neighbours[0], neighbours.len());
        }
        excess * BLOCK_BYTES
    }
}

/// Adds the lines where marked objects start to the live set. (Longer objects were added while marking.)
fn add_marked_lines(block: Block) {
    const BITS: u64 = u64::MAX >> (64 - LINE_BYTES / GRAIN_BYTES);
    const LINES_PER_WORD: usize = 64 * GRAIN_BYTES / LINE_BYTES;
    let live = &block.meta().live;
    for (word_index, marks) in block.marks().chunks_exact(64 / LINES_PER_WORD).enumerate() {
        let mut lines = 0_u64;
        for (index, mark) in marks.iter().enumerate() {
            let mark = mark.get();
            if mark == 0 {
                continue;
            }
            for line in 0..LINES_PER_WORD {
                let any = mark >> (line * LINE_BYTES / GRAIN_BYTES) & BITS != 0;
                lines |= u64::from(any) << (index * LINES_PER_WORD + line);
            }
        }
        let word = live.word(word_index);
        word.set(word.get() | lines);
    }
}

/// Calls `visit` for every marked object of a block, in address order.
pub(super) fn for_each_marked(block: Block, mut visit: impl FnMut(Gc<Header>)) {
    for (index, word) in block.marks().iter().enumerate() {
        let mut bits = word.get();
        while bits != 0 {
            let grain = index * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            if let Some(object) = Gc::from_address(block.0 + grain * GRAIN_BYTES) {
                visit(object);
            }
        }
    }
}

/// Fills what no marked object covers.
fn fill_gaps(block: Block) {
    let mut end = block.0;
    for_each_marked(block, |object| {
        fill(end, object.address() - end, POISON);
        end = object.address() + size_of_object(object);
    });
    fill(end, block.0 + BLOCK_BYTES - end, POISON);
}
