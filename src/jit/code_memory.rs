//! Memory for machine code.
//!
//! What lives here: one arena of address space mapped twice, once to write and once to execute, so that no page
//! is ever both and no `mprotect` is needed; allocation and freeing in it; the perf map. What must not: what
//! the code means. Start at [`CodeMemory`].
//!
//! Freed code may still be executing on some thread's stack: [`CodeMemory::free`] only puts it on a list, and
//! [`CodeMemory::reclaim`] makes the memory available again once the caller knows that no activation is left.
#![allow(unsafe_code)] // Pages are mapped and written by address.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Address space for code: calls between any two functions fit 32 bits, and on Arm 28 bits of a near branch
/// are not relied upon.
const ARENA_BYTES: usize = 256 << 20;

/// Code is placed at multiples of this: a cache line, so that loops start aligned alike every time.
const ALIGNMENT: usize = 64;

/// An arena for code.
#[derive(Debug)]
pub struct CodeMemory {
    writable: *mut u8,
    executable: *const u8,
    /// First byte that was never handed out.
    top: usize,
    /// Free ranges below `top`: offset to length.
    free: BTreeMap<usize, usize>,
    /// Ranges that may still be executing.
    retired: Vec<(usize, usize)>,
    /// What was freed is not used again.
    once: bool,
    perf_map: Option<std::fs::File>,
}

// SAFETY: the mappings belong to this value alone; the pointers are plain addresses.
unsafe impl Send for CodeMemory {}

/// A piece of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRange {
    /// Offset in the arena.
    offset: usize,
    /// Bytes.
    length: usize,
}

impl CodeRange {
    /// How many bytes it holds.
    pub fn len(&self) -> usize {
        self.length
    }
}

impl CodeMemory {
    /// Reserves the arena. Pages come into being when code is written to them.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> io::Result<CodeMemory> {
        // SAFETY: plain system calls; the results are checked.
        unsafe {
            let file = arena_file()?;
            let map = |protection| {
                let flags = libc::MAP_SHARED | libc::MAP_NORESERVE;
                libc::mmap(std::ptr::null_mut(), ARENA_BYTES, protection, flags, file.as_raw_fd(), 0)
            };
            let writable = map(libc::PROT_READ | libc::PROT_WRITE);
            let executable =
                if writable == libc::MAP_FAILED { writable } else { map(libc::PROT_READ | libc::PROT_EXEC) };
            if executable == libc::MAP_FAILED {
                let error = io::Error::last_os_error();
                if writable != libc::MAP_FAILED {
                    libc::munmap(writable, ARENA_BYTES);
                }
                return Err(error);
            }
            Ok(CodeMemory {
                writable: writable.cast(),
                executable: executable.cast(),
                top: 0,
                free: BTreeMap::new(),
                retired: Vec::new(),
                once: false,
                perf_map: None,
            })
        }
    }

    /// Each address holds one piece of code only.
    pub fn use_once(&mut self) {
        self.once = true;
    }

    /// From now on, code that is placed is listed for `perf` in `/tmp/perf-<pid>.map`.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn enable_perf_map(&mut self) -> io::Result<()> {
        let path = std::env::temp_dir().join(format!("perf-{}.map", std::process::id()));
        self.perf_map = Some(std::fs::OpenOptions::new().create(true).append(true).open(path)?);
        Ok(())
    }

    /// Places `code`, after `relocate` has adjusted it to the address it will have. `None` if the arena is full.
    pub fn place(&mut self, name: &str, code: &[u8], relocate: impl FnOnce(&mut [u8], u64)) -> Option<CodeRange> {
        let length = code.len().next_multiple_of(ALIGNMENT);
        let offset = self.take(length)?;
        // SAFETY: `take` gave a range of the arena that nobody else has.
        let memory = unsafe { std::slice::from_raw_parts_mut(self.writable.add(offset), code.len()) };
        memory.copy_from_slice(code);
        let range = CodeRange { offset, length };
        let address = self.address(range);
        relocate(memory, address as u64);
        flush_instruction_cache(address, code.len());
        if let Some(file) = &mut self.perf_map {
            let mut line = String::new();
            let _ = writeln!(line, "{:x} {:x} {name}", address as usize, code.len());
            // Profiling is best effort.
            let _ = file.write_all(line.as_bytes());
        }
        Some(range)
    }

    /// The address at which code executes.
    pub fn address(&self, range: CodeRange) -> *const u8 {
        // SAFETY: the range lies in the arena.
        unsafe { self.executable.add(range.offset) }
    }

    fn take(&mut self, length: usize) -> Option<usize> {
        // Best fit among the free ranges.
        let found =
            self.free.iter().filter(|(_, size)| **size >= length).min_by_key(|(_, size)| **size).map(|(o, s)| (*o, *s));
        if let Some((offset, size)) = found {
            self.free.remove(&offset);
            if size > length {
                self.free.insert(offset + length, size - length);
            }
            return Some(offset);
        }
        let offset = self.top;
        let end = offset.checked_add(length)?;
        if end > ARENA_BYTES {
            return None;
        }
        self.top = end;
        Some(offset)
    }

    /// Gives code up. It may still be executing.
    pub fn free(&mut self, range: CodeRange) {
        if !self.once {
            self.retired.push((range.offset, range.length));
        }
    }

    /// Makes retired code available again, but for what `is_active` says of its first address and length.
    pub fn reclaim(&mut self, mut is_active: impl FnMut(*const u8, usize) -> bool) {
        let retired = std::mem::take(&mut self.retired);
        for (offset, length) in retired {
            // SAFETY: the offset lies in the arena.
            if is_active(unsafe { self.executable.add(offset) }, length) {
                self.retired.push((offset, length));
            } else {
                self.release(offset, length);
            }
        }
    }

    fn release(&mut self, mut offset: usize, mut length: usize) {
        if let Some((before, size)) = self.free.range(..offset).next_back().map(|(o, s)| (*o, *s))
            && before + size == offset
        {
            self.free.remove(&before);
            offset = before;
            length += size;
        }
        if let Some(size) = self.free.remove(&(offset + length)) {
            length += size;
        }
        if offset + length == self.top {
            self.top = offset;
        } else {
            self.free.insert(offset, length);
        }
    }

    /// A copy of the arena, for the child of a fork that is about to be made: the mappings are shared, so that parent and
    /// child would write over each other's code.
    ///
    /// # Errors
    /// What the system says.
    pub fn copy_for_child(&self) -> io::Result<ArenaCopy> {
        let mut file = File::from(arena_file()?);
        // SAFETY: what was handed out lies at the start of the mapping.
        file.write_all(unsafe { std::slice::from_raw_parts(self.writable, self.top) })?;
        Ok(ArenaCopy(file))
    }

    /// In the child: the copy takes the arena's place. Code that is being executed may be in it.
    ///
    /// # Errors
    /// What the system says; the arena may not be used then.
    pub fn adopt(&mut self, copy: ArenaCopy) -> io::Result<()> {
        let views = [(self.writable, libc::PROT_WRITE), (self.executable.cast_mut(), libc::PROT_EXEC)].map(
            |(at, protection)| {
                let flags = libc::MAP_SHARED | libc::MAP_NORESERVE | libc::MAP_FIXED;
                // SAFETY: the range is this arena's own mapping, replaced by one with the same bytes.
                unsafe {
                    libc::mmap(at.cast(), ARENA_BYTES, libc::PROT_READ | protection, flags, copy.0.as_raw_fd(), 0)
                }
            },
        );
        if views.contains(&libc::MAP_FAILED) { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// Bytes in use.
    pub fn used(&self) -> usize {
        self.top - self.free.values().sum::<usize>()
    }
}

/// The contents of an arena, for another process.
#[derive(Debug)]
pub struct ArenaCopy(File);

/// An unnamed file of the arena's size.
fn arena_file() -> io::Result<OwnedFd> {
    // SAFETY: plain system calls; the results are checked.
    unsafe {
        let file = libc::memfd_create(c"taipan-code".as_ptr(), libc::MFD_CLOEXEC);
        if file < 0 {
            return Err(io::Error::last_os_error());
        }
        let file = OwnedFd::from_raw_fd(file);
        if libc::ftruncate(file.as_raw_fd(), ARENA_BYTES as libc::off_t) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(file)
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        // SAFETY: both mappings were made in `new` with this size, and nobody executes code of a dropped arena.
        unsafe {
            libc::munmap(self.writable.cast(), ARENA_BYTES);
            libc::munmap(self.executable.cast_mut().cast(), ARENA_BYTES);
        }
    }
}

/// Makes freshly written code visible to instruction fetch.
#[cfg(target_arch = "x86_64")]
fn flush_instruction_cache(_address: *const u8, _length: usize) {}

/// Makes freshly written code visible to instruction fetch: Arm's instruction caches do not watch stores.
#[cfg(target_arch = "aarch64")]
fn flush_instruction_cache(address: *const u8, length: usize) {
    let end = address.addr() + length;
    // SAFETY: cache maintenance on addresses that are mapped; DC CVAU needs the data cache lines of the other
    // mapping written back, which happens by address translation to the same physical lines. The sizes of the smallest
    // lines, as powers of two of four bytes, are in CTR_EL0 (Arm Architecture Reference Manual, D24.2.35).
    unsafe {
        let sizes: usize;
        std::arch::asm!("mrs {0}, ctr_el0", out(reg) sizes);
        let (data, instructions) = (4 << (sizes >> 16 & 0xf), 4 << (sizes & 0xf));
        for line in (address.addr() & !(data - 1)..end).step_by(data) {
            std::arch::asm!("dc cvau, {0}", in(reg) line);
        }
        std::arch::asm!("dsb ish");
        for line in (address.addr() & !(instructions - 1)..end).step_by(instructions) {
            std::arch::asm!("ic ivau, {0}", in(reg) line);
        }
        std::arch::asm!("dsb ish", "isb");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_ranges_are_merged_and_used_again() {
        let mut memory = CodeMemory::new().unwrap_or_else(|error| panic!("{error}"));
        let place = |memory: &mut CodeMemory, n: usize| {
            memory.place("test", &vec![0x90; n], |_, _| {}).unwrap_or_else(|| panic!("the arena is full"))
        };
        let first = place(&mut memory, 100);
        let second = place(&mut memory, 60);
        let third = place(&mut memory, 10);
        assert_eq!(memory.used(), 128 + 64 + 64);
        memory.free(first);
        memory.free(second);
        memory.reclaim(|_, length| length == 64);
        assert_eq!(memory.used(), 64 + 64, "what is active stays");
        memory.reclaim(|_, _| false);
        assert_eq!(memory.used(), 64);
        assert_eq!(place(&mut memory, 192).offset, first.offset, "the two ranges are one");
        assert_ne!(memory.address(third), std::ptr::null());
    }
}
