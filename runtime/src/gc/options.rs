//! What a heap is made with.
//!
//! What lives here: [`HeapOptions`] and the errors of creating and filling a heap. What must not: policy that
//! changes while the heap runs (see `heap`). Start at [`HeapOptions`].

/// When collections happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum GcMode {
    /// When the nursery is full.
    #[default]
    Normal,
    /// At every allocation, with a full collection at every 64th: finds missing roots and barriers.
    EveryAllocation,
    /// A full collection at every `n`th allocation; `EveryNth(1)` is the most thorough and the slowest.
    EveryNth(u32),
}

/// What a [`Heap`](super::Heap) is made with; `HeapOptions::default()` is right for a production run.
#[derive(Clone, Debug)]
pub struct HeapOptions {
    pub mode: GcMode,
    /// Bytes allocated between two minor collections at first; adapts between this and eight times this.
    pub nursery_bytes: usize,
    /// The most the heap may hold (occupied blocks, large objects and external bytes), or no limit.
    pub max_bytes: Option<usize>,
    /// Fill dead memory with a pattern, so that a use after free shows.
    pub poison: bool,
    /// Check the whole heap before and after each collection; panics on a broken invariant.
    pub verify: bool,
    /// Address space to reserve. Halved until the system grants it.
    pub reserve_bytes: usize,
}

impl Default for HeapOptions {
    fn default() -> Self {
        HeapOptions {
            mode: GcMode::Normal,
            nursery_bytes: 4 << 20,
            max_bytes: None,
            poison: false,
            verify: false,
            reserve_bytes: 256 << 30,
        }
    }
}

/// Why a heap could not be made.
#[derive(Debug)]
pub enum HeapError {
    /// Not even the smallest useful reserve was granted.
    AddressSpace(std::io::Error),
}

impl std::fmt::Display for HeapError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            HeapError::AddressSpace(cause) => write!(f, "cannot reserve address space for the heap: {cause}"),
        }
    }
}

impl std::error::Error for HeapError {}

/// An allocation failed even after a full collection: the limit or the system's memory is exhausted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfMemory;
