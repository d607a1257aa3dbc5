//! The small-object space: one reserve of address space, cut into chunks, blocks and lines.
//!
//! What lives here: the geometry, the metadata at the head of each chunk, taking runs of free lines. What must
//! not: when to collect (`heap`), marking (`mark`), deciding what is free (`sweep`).
//! Start at [`BlockSpace::take_run`].
//!
//! The layout follows Immix (Blackburn & McKinley, PLDI 2008): allocation bumps through runs of free 128-byte
//! lines within 32 KiB blocks, and memory is reclaimed by line. A 4 MiB chunk is committed at a time; its first
//! blocks hold [`ChunkHead`], found from any address within by masking.
#![allow(unsafe_code)] // Maps memory and looks at metadata by address.

use std::cell::{Cell, RefCell};

/// Bytes of objects that every isolate makes at its start.
const STARTING_BYTES: usize = 384 << 10;
pub(super) const CHUNK_BYTES: usize = 4 << 20;
pub(super) const BLOCK_BYTES: usize = 32 << 10;
pub(super) const LINE_BYTES: usize = 128;
pub(super) const GRAIN_BYTES: usize = 8;
pub(super) const BLOCKS_PER_CHUNK: usize = CHUNK_BYTES / BLOCK_BYTES;
pub(super) const LINES_PER_BLOCK: usize = BLOCK_BYTES / LINE_BYTES;
/// Words of a block's part of a grain bitmap.
pub(super) const GRAIN_WORDS_PER_BLOCK: usize = BLOCK_BYTES / GRAIN_BYTES / 64;
/// Blocks at the head of a chunk that its metadata takes.
pub(super) const METADATA_BLOCKS: usize = size_of::<ChunkHead>().div_ceil(BLOCK_BYTES);
/// A run is zeroed, and handed to the cursor, in pieces of this size.
const PIECE_BYTES: usize = 4 << 10;
/// Holes and blocks with fewer free lines than this are not worth allocating into.
const MIN_HOLE_LINES: usize = 2;
pub(super) const MIN_FREE_LINES: usize = LINES_PER_BLOCK / 8;
/// Objects over this size that do not fit into their cursor's hole go elsewhere instead of ending the hole.
pub(super) const MEDIUM_OBJECT_BYTES: usize = 512;
/// They go into holes of at least this size, if one turns up after a few tries, else into empty blocks.
const ROOMY_BYTES: usize = 2 << 10;
const ROOMY_TRIES: usize = 4;
/// The smallest reserve a heap starts with.
const MIN_RESERVE_BYTES: usize = 16 << 20;

/// What a block holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum BlockState {
    /// Nothing; its memory reads as zero. (The state of a chunk's blocks when it is committed.)
    Fresh = 0,
    /// Nothing; its memory is dirty.
    Free = 1,
    /// Objects.
    Used = 2,
}

/// One bit for each line of a block.
#[derive(Default)]
#[repr(transparent)]
pub(super) struct LineSet([Cell<u64>; LINES_PER_BLOCK / 64]);

impl LineSet {
    #[inline(always)]
    pub fn contains(&self, line: usize) -> bool {
        self.0[line / 64].get() >> (line % 64) & 1 != 0
    }

    #[inline(always)]
    pub fn insert(&self, line: usize) {
        let word = &self.0[line / 64];
        word.set(word.get() | 1 << (line % 64));
    }

    pub fn insert_range(&self, lines: std::ops::Range<usize>) {
        for line in lines {
            self.insert(line);
        }
    }

    pub fn clear(&self) {
        for word in &self.0 {
            word.set(0);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| word.get() == 0)
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.get().count_ones() as usize).sum()
    }

    pub fn word(&self, index: usize) -> &Cell<u64> {
        &self.0[index]
    }

    /// The first line at or behind `from` that is in the set (or is not, for `wanted == false`).
    pub fn next(&self, from: usize, wanted: bool) -> Option<usize> {
        let mut index = from / 64;
        let mut skip = from % 64;
        while index < self.0.len() {
            let word = self.0[index].get();
            let candidates = (if wanted { word } else { !word }) & (u64::MAX << skip);
            if candidates != 0 {
                return Some(index * 64 + candidates.trailing_zeros() as usize);
            }
            index += 1;
            skip = 0;
        }
        None
    }

    /// The last line at or before `from` that is in the set.
    pub fn previous(&self, from: usize) -> Option<usize> {
        let mut index = from / 64;
        let mut candidates = self.0[index].get() & (u64::MAX >> (63 - from % 64));
        loop {
            if candidates != 0 {
                return Some(index * 64 + 63 - candidates.leading_zeros() as usize);
            }
            index = index.checked_sub(1)?;
            candidates = self.0[index].get();
        }
    }
}

/// The metadata of one block.
#[derive(Default)]
#[repr(C, align(64))]
pub(super) struct BlockMeta {
    /// Lines that hold old objects, as of the last sweep. While marking: also lines that objects longer than
    /// one line extend over.
    pub live: LineSet,
    /// Lines handed to cursors since the last collection.
    pub young: LineSet,
    /// First lines of the runs in `young`. A run begins with an object and has no gaps but zero words.
    pub run_starts: LineSet,
    /// Those first lines whose run has been parsed into `ChunkHead::starts` in this collection.
    pub parsed: LineSet,
    /// How many lines were live at the last sweep.
    pub live_lines: Cell<i16>,
    /// The block was fresh when its current run was taken: the run is zero already.
    pub zeroed: Cell<bool>,
    state: Cell<u8>,
}

impl BlockMeta {
    pub fn state(&self) -> BlockState {
        match self.state.get() {
            0 => BlockState::Fresh,
            1 => BlockState::Free,
            _ => BlockState::Used,
        }
    }

    pub fn set_state(&self, state: BlockState) {
        self.state.set(state as u8);
    }
}

/// The metadata of a chunk, at its address.
#[repr(C)]
pub(super) struct ChunkHead {
    /// A bit per grain: an object that survived starts here. The truth about old objects.
    pub marks: [Cell<u64>; CHUNK_BYTES / GRAIN_BYTES / 64],
    /// A bit per grain: where objects start, for interior pointers. Filled on demand while a collection runs:
    /// the marks of the collection before, and the starts of the young runs that something pointed into.
    pub starts: [Cell<u64>; CHUNK_BYTES / GRAIN_BYTES / 64],
    pub blocks: [BlockMeta; BLOCKS_PER_CHUNK],
}

/// The metadata of the chunk around `address`, which lies in the committed part of a reserve.
#[inline(always)]
pub(super) fn chunk_of(address: usize) -> &'static ChunkHead {
    // SAFETY: the head of a committed chunk is mapped, was zero at first (valid for all its fields), holds only
    // cells, and stays mapped until the heap is dropped; no reference to it is kept by anyone.
    unsafe { &*std::ptr::with_exposed_provenance::<ChunkHead>(address & !(CHUNK_BYTES - 1)) }
}

/// Index of a grain's bitmap word, and its bit there.
#[inline(always)]
pub(super) fn grain_bit(address: usize) -> (usize, u64) {
    let grain = (address & (CHUNK_BYTES - 1)) / GRAIN_BYTES;
    (grain / 64, 1 << (grain % 64))
}

/// Line number within its block.
#[inline(always)]
pub(super) fn line_of(address: usize) -> usize {
    address % BLOCK_BYTES / LINE_BYTES
}

/// A block, by its address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Block(pub usize);

impl Block {
    #[inline(always)]
    pub fn containing(address: usize) -> Block {
        Block(address & !(BLOCK_BYTES - 1))
    }

    #[inline(always)]
    pub fn index(self) -> usize {
        self.0 % CHUNK_BYTES / BLOCK_BYTES
    }

    #[inline(always)]
    pub fn meta(self) -> &'static BlockMeta {
        &chunk_of(self.0).blocks[self.index()]
    }

    /// The block's part of the mark bitmap.
    pub fn marks(self) -> &'static [Cell<u64>] {
        &chunk_of(self.0).marks[self.grain_words()]
    }

    /// The block's part of the bitmap of object starts.
    pub fn starts(self) -> &'static [Cell<u64>] {
        &chunk_of(self.0).starts[self.grain_words()]
    }

    /// The block has a hole for objects over [`MEDIUM_OBJECT_BYTES`].
    pub fn is_roomy(self) -> bool {
        next_hole(self, 0, ROOMY_BYTES).is_some()
    }

    fn grain_words(self) -> std::ops::Range<usize> {
        let first = self.index() * GRAIN_WORDS_PER_BLOCK;
        first..first + GRAIN_WORDS_PER_BLOCK
    }
}

/// Fills memory of the reserve with a byte.
pub(super) fn fill(address: usize, length: usize, byte: u8) {
    // SAFETY: callers pass free lines of committed blocks, which nothing refers to.
    unsafe { std::ptr::with_exposed_provenance_mut::<u8>(address).write_bytes(byte, length) }
}

/// The first hole at or behind line `from` with room for `size` bytes, as lines.
fn next_hole(block: Block, from: usize, size: usize) -> Option<(usize, usize)> {
    let needed = size.div_ceil(LINE_BYTES).max(MIN_HOLE_LINES);
    let live = &block.meta().live;
    let mut from = from;
    while from < LINES_PER_BLOCK {
        let start = live.next(from, false)?;
        let end = live.next(start, true).unwrap_or(LINES_PER_BLOCK);
        if end - start >= needed {
            return Some((start, end));
        }
        from = end;
    }
    None
}

/// The small-object space of one heap.
#[derive(Debug)]
pub(super) struct BlockSpace {
    mapping: usize,
    mapping_bytes: usize,
    /// First chunk; the reserve is aligned to chunks.
    base: usize,
    reserve: usize,
    /// Bytes of chunks committed so far, from `base` on.
    extent: Cell<usize>,
    /// Blocks to allocate from, best last: partly used ones, empty dirty ones, empty zero ones.
    pub recyclable: RefCell<Vec<Block>>,
    /// Partly used blocks with a hole of at least [`ROOMY_BYTES`].
    pub roomy: RefCell<Vec<Block>>,
    pub free: RefCell<Vec<Block>>,
    pub fresh: RefCell<Vec<Block>>,
    /// Blocks with lines in `young`.
    pub young_blocks: RefCell<Vec<Block>>,
    /// The recyclable block whose holes are being handed out, and the line to go on from.
    current: Cell<Option<(Block, usize)>>,
    /// Bytes of live lines as of the last sweep.
    pub live_line_bytes: Cell<usize>,
    /// Bytes of lines handed out since the last collection.
    pub young_line_bytes: Cell<usize>,
}

impl BlockSpace {
    /// Reserves address space, less than asked if the system grants no more. Commits nothing.
    pub fn reserve(bytes: usize) -> std::io::Result<BlockSpace> {
        let mut reserve = bytes.next_multiple_of(CHUNK_BYTES).max(MIN_RESERVE_BYTES);
        loop {
            let mapping_bytes = reserve + CHUNK_BYTES;
            // SAFETY: a new private mapping, inaccessible and so not counted as committed memory.
            let mapping = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    mapping_bytes,
                    libc::PROT_NONE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                    -1,
                    0,
                )
            };
            if mapping != libc::MAP_FAILED {
                let mapping = mapping.expose_provenance();
                return Ok(BlockSpace {
                    mapping,
                    mapping_bytes,
                    base: mapping.next_multiple_of(CHUNK_BYTES),
                    reserve,
                    extent: Cell::new(0),
                    recyclable: RefCell::default(),
                    roomy: RefCell::default(),
                    free: RefCell::default(),
                    fresh: RefCell::default(),
                    young_blocks: RefCell::default(),
                    current: Cell::new(None),
                    live_line_bytes: Cell::new(0),
                    young_line_bytes: Cell::new(0),
                });
            }
            let cause = std::io::Error::last_os_error();
            if reserve / 2 < MIN_RESERVE_BYTES {
                return Err(cause);
            }
            reserve = (reserve / 2).next_multiple_of(CHUNK_BYTES);
        }
    }

    #[inline(always)]
    pub fn base(&self) -> usize {
        self.base
    }

    #[inline(always)]
    pub fn extent(&self) -> usize {
        self.extent.get()
    }

    /// The address lies in a committed chunk (perhaps in its metadata).
    #[inline(always)]
    pub fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.base) < self.extent.get()
    }

    pub fn chunks(&self) -> usize {
        self.extent.get() / CHUNK_BYTES
    }

    pub fn used_blocks(&self) -> usize {
        self.chunks() * (BLOCKS_PER_CHUNK - METADATA_BLOCKS) - self.free.borrow().len() - self.fresh.borrow().len()
    }

    /// All blocks of all committed chunks, in address order.
    pub fn blocks(&self) -> impl Iterator<Item = Block> + use<> {
        let (base, chunks) = (self.base, self.chunks());
        (0..chunks).flat_map(move |chunk| {
            (METADATA_BLOCKS..BLOCKS_PER_CHUNK)
                .map(move |block| Block(base + chunk * CHUNK_BYTES + block * BLOCK_BYTES))
        })
    }

    /// Makes one more chunk usable; `false` if the reserve or the system's memory is exhausted.
    fn commit_chunk(&self) -> bool {
        let extent = self.extent.get();
        if extent >= self.reserve {
            return false;
        }
        let chunk = self.base + extent;
        let pointer = std::ptr::with_exposed_provenance_mut::<libc::c_void>(chunk);
        // SAFETY: the chunk lies within our own mapping.
        if unsafe { libc::mprotect(pointer, CHUNK_BYTES, libc::PROT_READ | libc::PROT_WRITE) } != 0 {
            return false;
        }
        if extent > 0 {
            // A heap that outgrows its first chunk is worth the system's huge pages: fewer faults and TLB misses.
            // Ignored where there are none.
            // SAFETY: advice about our own mapping.
            unsafe { libc::madvise(pointer, CHUNK_BYTES, libc::MADV_HUGEPAGE) };
        } else {
            // What the isolate's first objects fill: one call instead of a page fault for every 4 KiB.
            #[cfg(target_os = "linux")]
            // SAFETY: advice about our own mapping. Systems that do not know it ignore it.
            unsafe {
                libc::madvise(
                    pointer.byte_add(METADATA_BLOCKS * BLOCK_BYTES),
                    STARTING_BYTES,
                    libc::MADV_POPULATE_WRITE,
                )
            };
        }
        self.extent.set(extent + CHUNK_BYTES);
        // Lowest address last, so that it is taken first.
        let blocks = (METADATA_BLOCKS..BLOCKS_PER_CHUNK).rev().map(|index| Block(chunk + index * BLOCK_BYTES));
        self.fresh.borrow_mut().extend(blocks);
        true
    }

    /// An empty block, marked as used. `None`: out of memory.
    fn take_block(&self) -> Option<(Block, BlockState)> {
        if let Some(block) = self.free.borrow_mut().pop() {
            block.meta().set_state(BlockState::Used);
            return Some((block, BlockState::Free));
        }
        if self.fresh.borrow().is_empty() && !self.commit_chunk() {
            return None;
        }
        let block = self.fresh.borrow_mut().pop()?;
        block.meta().set_state(BlockState::Used);
        Some((block, BlockState::Fresh))
    }

    /// The next hole of the partly used blocks that has room for `size` bytes. Shorter ones on the way are lost
    /// until the next collection.
    fn take_hole(&self, size: usize) -> Option<(usize, usize)> {
        loop {
            let (block, from) = match self.current.take() {
                Some(position) => position,
                None => (self.next_recyclable()?, 0),
            };
            if let Some((start, end)) = next_hole(block, from, size) {
                if end < LINES_PER_BLOCK {
                    self.current.set(Some((block, end)));
                }
                return Some((block.0 + start * LINE_BYTES, block.0 + end * LINE_BYTES));
            }
        }
    }

    fn next_recyclable(&self) -> Option<Block> {
        let block = self.recyclable.borrow_mut().pop();
        block.or_else(|| self.roomy.borrow_mut().pop())
    }

    /// A hole for objects that do not fit into most holes.
    fn take_roomy_hole(&self, size: usize) -> Option<(usize, usize)> {
        for _ in 0..ROOMY_TRIES {
            let block = self.roomy.borrow_mut().pop()?;
            if let Some((start, end)) = next_hole(block, 0, size.max(ROOMY_BYTES)) {
                return Some((block.0 + start * LINE_BYTES, block.0 + end * LINE_BYTES));
            }
        }
        None
    }

    /// Gives `cursor` memory: the next piece of its run, else a new run with room for an object of `size` bytes.
    /// `roomy` is for objects over [`MEDIUM_OBJECT_BYTES`]. `false`: out of memory.
    pub fn refill(&self, cursor: &super::AllocationCursor, size: usize, roomy: bool) -> bool {
        if cursor.limit.get() == cursor.run_end.get() {
            let hole = if roomy { self.take_roomy_hole(size) } else { self.take_hole(size) };
            let (start, end, zeroed) = match hole {
                Some((start, end)) => (start, end, false),
                None => match self.take_block() {
                    Some((block, state)) => (block.0, block.0 + BLOCK_BYTES, state == BlockState::Fresh),
                    None => return false,
                },
            };
            let block = Block::containing(start);
            let meta = block.meta();
            meta.zeroed.set(zeroed);
            if meta.young.is_empty() {
                self.young_blocks.borrow_mut().push(block);
            }
            meta.run_starts.insert(line_of(start));
            cursor.top.set(start);
            cursor.limit.set(start);
            cursor.run_end.set(end);
        }
        self.open_piece(cursor);
        true
    }

    /// Moves the cursor's limit up by a piece of its run, zeroing what it passes.
    fn open_piece(&self, cursor: &super::AllocationCursor) {
        let start = cursor.limit.get();
        let length = PIECE_BYTES.min(cursor.run_end.get() - start);
        let meta = Block::containing(start).meta();
        if !meta.zeroed.get() {
            fill(start, length, 0);
        }
        let first_line = line_of(start);
        meta.young.insert_range(first_line..first_line + length / LINE_BYTES);
        self.young_line_bytes.set(self.young_line_bytes.get() + length);
        cursor.limit.set(start + length);
    }

    /// Forgets the position within the recyclable blocks; the lists are about to be rebuilt or the block is to
    /// be swept.
    pub fn reset_position(&self) {
        if let Some((block, _)) = self.current.take() {
            // The rest of its holes was not handed out; whether it is still recyclable the sweep decides.
            if block.meta().young.is_empty() {
                self.recyclable.borrow_mut().push(block);
            }
        }
    }

    /// Gives the memory of an empty block back to the system; it reads as zero afterwards.
    pub fn release(&self, first: Block, count: usize) {
        let pointer = std::ptr::with_exposed_provenance_mut::<libc::c_void>(first.0);
        // SAFETY: whole pages of empty blocks of our own mapping.
        let result = unsafe { libc::madvise(pointer, count * BLOCK_BYTES, libc::MADV_DONTNEED) };
        let state = if result == 0 { BlockState::Fresh } else { BlockState::Free };
        for index in 0..count {
            let block = Block(first.0 + index * BLOCK_BYTES);
            block.meta().set_state(state);
            let list = if result == 0 { &self.fresh } else { &self.free };
            list.borrow_mut().push(block);
        }
    }
}

impl Drop for BlockSpace {
    fn drop(&mut self) {
        let pointer = std::ptr::with_exposed_provenance_mut::<libc::c_void>(self.mapping);
        // SAFETY: our own mapping, and nothing refers to it any more.
        unsafe { libc::munmap(pointer, self.mapping_bytes) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_sets_find_runs_both_ways() {
        let set = LineSet::default();
        set.insert_range(60..70);
        set.insert(255);
        assert_eq!(set.next(0, true), Some(60));
        assert_eq!(set.next(60, false), Some(70));
        assert_eq!(set.next(70, true), Some(255));
        assert_eq!(set.next(255, false), None);
        assert_eq!(set.previous(254), Some(69));
        assert_eq!(set.previous(59), None);
        assert_eq!(set.count(), 11);
    }

    #[test]
    fn metadata_fits_the_blocks_set_aside_for_it() {
        assert_eq!(METADATA_BLOCKS, 5);
        assert!(size_of::<ChunkHead>() <= METADATA_BLOCKS * BLOCK_BYTES);
    }

    #[test]
    fn a_new_space_hands_out_whole_blocks_in_address_order() {
        let space = BlockSpace::reserve(64 << 20).expect("reserve");
        let cursor = super::super::AllocationCursor::new();
        assert!(space.refill(&cursor, 8, false));
        let first = cursor.top.get();
        for piece in 1..=BLOCK_BYTES / PIECE_BYTES {
            assert_eq!(cursor.limit.get() - first, piece * PIECE_BYTES);
            assert!(space.refill(&cursor, 8, false));
        }
        assert_eq!(cursor.top.get(), first + BLOCK_BYTES);
        assert!(space.contains(first));
        assert_eq!(space.young_line_bytes.get(), BLOCK_BYTES + PIECE_BYTES);
    }
}
