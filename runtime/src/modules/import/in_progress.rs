//! Modules that a thread is importing: others wait until they are complete.
//!
//! What lives here: who imports what, the wait, and `_imp`'s lock, which programs and forks take. What must not: importing
//! itself. Start at [`wait`].
//!
//! Two threads that import modules which import each other would wait for ever; as in CPython, the one that would close
//! the circle gets the module as far as it is.

use crate::error::PyResult;
use crate::modules::signal;
use crate::modules::thread_module::locks;
use crate::thread::Thread;
use crate::wait::{self, Wake};
use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU32, Ordering};

/// What threads import and what they wait for, by name, with the threads' serial numbers.
#[derive(Default)]
pub struct Imports {
    running: RefCell<Vec<(String, i64)>>,
    awaited: RefCell<Vec<(String, i64)>>,
    /// How many imports ended; who waits waits on this word.
    ended: AtomicU32,
    /// The lock of `_imp`, which its owner may take again.
    lock: AtomicU32,
    owner: Cell<i64>,
    depth: Cell<usize>,
}

impl Imports {
    fn importer(&self, name: &str) -> Option<i64> {
        self.running.borrow().iter().find(|(known, _)| known == name).map(|(_, by)| *by)
    }

    /// The thread waits, over however many others, for what `me` imports.
    fn waits_for(&self, mut other: i64, me: i64) -> bool {
        // No longer than there are threads that wait.
        for _ in 0..=self.awaited.borrow().len() {
            let awaited = self.awaited.borrow();
            let Some((name, _)) = awaited.iter().find(|(_, by)| *by == other) else { return false };
            match self.importer(name) {
                Some(next) if next == me => return true,
                Some(next) => other = next,
                None => return false,
            }
        }
        true
    }

    /// Takes the lock of `_imp`. (A fork takes it, too.)
    ///
    /// # Errors
    /// What a signal handler raised meanwhile.
    pub fn acquire_lock(&self, thread: &Thread) -> PyResult<()> {
        let me = thread.serial.get();
        if self.depth.get() == 0 || self.owner.get() != me {
            locks::acquire(thread, &self.lock, None)?;
            self.owner.set(me);
        }
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    /// Gives the lock of `_imp` back; `false` if the thread does not have it.
    pub fn release_lock(&self, thread: &Thread) -> bool {
        if self.depth.get() == 0 || self.owner.get() != thread.serial.get() {
            return false;
        }
        self.depth.set(self.depth.get() - 1);
        if self.depth.get() == 0 {
            wait::release(&self.lock);
        }
        true
    }

    /// Some thread has the lock of `_imp`.
    pub fn is_locked(&self) -> bool {
        self.depth.get() > 0
    }

    /// In the child of a fork: only this thread is there.
    pub fn after_fork(&self, me: i64) {
        self.running.borrow_mut().retain(|(_, by)| *by == me);
        self.awaited.borrow_mut().clear();
    }
}

/// An import that the running thread has begun; it ends when this is dropped.
pub struct Begun<'a> {
    imports: &'a Imports,
    name: String,
    by: i64,
}

/// The running thread imports the module.
pub fn begin<'a>(thread: &'a Thread, name: &str) -> Begun<'a> {
    let (imports, by) = (&thread.vm().imports, thread.serial.get());
    imports.running.borrow_mut().push((name.to_owned(), by));
    Begun { imports, name: name.to_owned(), by }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        let mut running = self.imports.running.borrow_mut();
        if let Some(index) = running.iter().rposition(|(name, by)| *by == self.by && *name == self.name) {
            running.swap_remove(index);
        }
        drop(running);
        self.imports.ended.fetch_add(1, Ordering::Relaxed);
        if !self.imports.awaited.borrow().is_empty() {
            wait::wake(&self.imports.ended, i32::MAX);
        }
    }
}

/// If another thread imports the module: waits until it has done so. Says whether it waited.
///
/// # Errors
/// What a signal handler raised meanwhile.
pub fn wait(thread: &Thread, name: &str) -> PyResult<bool> {
    let (imports, me) = (&thread.vm().imports, thread.serial.get());
    let mut waited = false;
    loop {
        match imports.importer(name) {
            Some(other) if other != me && !imports.waits_for(other, me) => {}
            _ => return Ok(waited),
        }
        waited = true;
        let seen = imports.ended.load(Ordering::Relaxed);
        imports.awaited.borrow_mut().push((name.to_owned(), me));
        let woken = thread.allow_threads(|| wait::wait(&imports.ended, seen, None));
        imports.awaited.borrow_mut().retain(|(_, by)| *by != me);
        if woken == Wake::Interrupted {
            signal::check(thread)?;
        }
    }
}
