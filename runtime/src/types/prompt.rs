//! Finding out at once what has died, where a program can tell.
//!
//! What lives here: the places to ask from ([`dropped`] and [`settle`], [`before_output`], [`before_files`],
//! [`before_deref`]), and how much asking may cost. What must not: collecting, and running finalizers (`finalize.rs`). Start at [`Prompt`].
//!
//! CPython counts references: an object on no cycle dies with its last one. A collector that traces finds out later, and
//! programs show the difference: `__del__` prints its line too late, a weak reference still gives its object, and what
//! was written to a file that nobody closed is not in it when the next line reads it. So a collection is made where it
//! would show. It takes 20 to 100 microseconds in a small script; in a large one the share of the time that all of
//! them may take is bounded, and behind that bound objects die when memory is collected anyway.

use super::finalize;
use crate::gc::CollectionKind;
use crate::gc::registers::{collect_exactly, forget_calls};
use crate::modules::time::clock;
use crate::native::Effects;
use crate::object::{Gc, Header, Kind, gc_byte, header_flags};
use crate::thread::Thread;
use crate::value::Value;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// The processor time that collections of one cause may take from the start, and their share of the time since.
const GRANTED: Duration = Duration::from_millis(50);
const SHARE: u32 = 50;

/// So many collections in vain are made before the next ones are left out, ever more of them.
const PATIENCE: u32 = 32;
const MOST_LEFT_OUT: u32 = 12;

/// Collections of one cause: what they took, and whether they are worth it.
#[derive(Default)]
struct Account {
    spent: Cell<Duration>,
    in_vain: Cell<u32>,
    to_leave_out: Cell<u32>,
}

impl Account {
    /// One more may be made. Those of an account that found nothing for long are made ever more rarely.
    fn grants(&self, age: Duration) -> bool {
        match self.to_leave_out.get().checked_sub(1) {
            Some(rest) => {
                self.to_leave_out.set(rest);
                false
            }
            None => self.spent.get() <= GRANTED + age / SHARE,
        }
    }

    fn enter(&self, taken: Duration, found: bool) {
        self.spent.set(self.spent.get() + taken);
        let in_vain = if found { 0 } else { self.in_vain.get().saturating_add(1) };
        self.in_vain.set(in_vain);
        if let Some(beyond) = in_vain.checked_sub(PATIENCE) {
            self.to_leave_out.set(1 << (beyond / 4).min(MOST_LEFT_OUT));
        }
    }
}

/// What an isolate has spent on it.
pub struct Prompt {
    started: Instant,
    /// Finalizers are running that were found due here.
    active: Cell<bool>,
    /// The loop has asked for the builtin that it calls.
    asked: Cell<bool>,
    dropped: Cell<Dropped>,
    drops: Account,
    outputs: Account,
    files: Account,
    derefs: Account,
}

impl Default for Prompt {
    fn default() -> Prompt {
        Prompt {
            started: Instant::now(),
            active: Cell::new(false),
            asked: Cell::new(false),
            dropped: Cell::default(),
            drops: Account::default(),
            outputs: Account::default(),
            files: Account::default(),
            derefs: Account::default(),
        }
    }
}

/// What was let go of since [`settle`] was last asked.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Dropped {
    #[default]
    Nothing,
    /// An object that somebody watches.
    Object { young: bool },
    /// Perhaps the last reference to something that owns an object with a finalizer.
    Something,
}

/// A variable held `value` and does not any more. Matters if somebody watches the object, by `__del__` or a weak
/// reference, and it is no class: a class refers to itself, so it does not die with the last reference from outside in
/// CPython either. It is looked for in [`settle`].
#[inline(always)]
pub fn dropped(thread: &Thread, value: Value) {
    if let Some(header) = value.header()
        && (header.flag(header_flags::HAS_WEAKREF) || header.flag(header_flags::HAS_FINALIZER))
        && header.kind() != Kind::Type
    {
        thread.vm().prompt.dropped.set(Dropped::Object { young: is_young(header) });
    }
}

/// An activation ends: its variables let go of what they hold, but for what it returns.
#[inline(never)]
pub fn dropped_locals(thread: &Thread, variables: &[Option<Value>], returned: Value) {
    variables.iter().flatten().filter(|&&value| value != returned).for_each(|&value| dropped(thread, value));
}

/// An attribute or item is gone, and with it perhaps what it held.
#[inline]
pub fn dropped_something(thread: &Thread) {
    if thread.vm().heap.has_finalizable() {
        thread.vm().prompt.dropped.set(Dropped::Something);
    }
}

/// Something was let go of that [`settle`] would look for.
#[inline(always)]
pub fn is_unsettled(thread: &Thread) -> bool {
    thread.vm().prompt.dropped.get() != Dropped::Nothing
}

/// As [`before_call`], where the interpreter's loop calls: it asks at once, as it holds no object but in registers of
/// activations, the builtin's arguments among them.
#[inline(always)]
pub fn before_call_from_loop(thread: &Thread, effects: Effects) {
    if (effects.contains(Effects::SHOWS) || effects.contains(Effects::SHOWS_FILES))
        && thread.vm().heap.has_finalizable()
    {
        before_call_now(thread, effects);
    }
}

#[cold]
#[inline(never)]
fn before_call_now(thread: &Thread, effects: Effects) {
    let prompt = &thread.vm().prompt;
    if !thread.is_traced() {
        let files = effects.contains(Effects::SHOWS_FILES);
        let account = if files { &prompt.files } else { &prompt.outputs };
        ask(thread, account, true, || finalizable(thread, |object| owns_file(object) == files));
        prompt.asked.set(true);
    }
    forget_calls(thread);
}

/// What is a payload owns a file or the like, and prints nothing when it dies.
fn owns_file(object: Gc<Header>) -> bool {
    object.kind() == Kind::Payload
}

/// A builtin with these effects is about to be called: what earlier calls left on the native stack must not be in the gaps of
/// its frames.
#[inline(always)]
pub fn before_call(thread: &Thread, effects: Effects) {
    if (effects.contains(Effects::SHOWS) || effects.contains(Effects::SHOWS_FILES))
        && thread.vm().heap.has_finalizable()
    {
        forget_calls(thread);
    }
}

/// Finds out whether what was dropped has died. Only for the interpreter's loop, which holds no object but in registers
/// of activations when it asks.
#[inline(always)]
pub fn settle(thread: &Thread) {
    if is_unsettled(thread) {
        settle_now(thread);
    }
}

#[cold]
#[inline(never)]
fn settle_now(thread: &Thread) {
    let drops = &thread.vm().prompt.drops;
    match thread.vm().prompt.dropped.take() {
        Dropped::Nothing => {}
        Dropped::Something => ask(thread, drops, true, || finalizable(thread, |_| true)),
        Dropped::Object { young } => ask(thread, drops, true, || Some(young)),
    }
}

/// The program is about to print: first what `__del__` of a dead object prints.
#[inline]
pub fn before_output(thread: &Thread) {
    let prompt = &thread.vm().prompt;
    if thread.vm().heap.has_finalizable() && !prompt.asked.take() {
        ask(thread, &prompt.outputs, false, || finalizable(thread, |object| !owns_file(object)));
    }
}

/// The program is about to look at the file system: first what dead files have not written yet.
#[inline]
pub fn before_files(thread: &Thread) {
    let prompt = &thread.vm().prompt;
    if thread.vm().heap.has_finalizable() && !prompt.asked.take() {
        ask(thread, &prompt.files, false, || finalizable(thread, owns_file));
    }
}

/// A weak reference to `target` is about to be followed. (Of classes, see [`dropped`].)
#[inline]
pub fn before_deref(thread: &Thread, target: Gc<Header>) {
    if target.kind() != Kind::Type {
        let young = is_young(target);
        ask(thread, &thread.vm().prompt.derefs, false, || Some(young));
    }
}

/// What this thread has used: other processes that are busy do not count.
fn processor_time(thread: &Thread) -> Duration {
    let nanoseconds = clock::read(thread, libc::CLOCK_THREAD_CPUTIME_ID).ok();
    Duration::from_nanos(nanoseconds.and_then(|time| u64::try_from(time).ok()).unwrap_or(0))
}

#[inline]
fn is_young(header: Gc<Header>) -> bool {
    header.gc.get() == gc_byte::YOUNG
}

/// Whether the objects with a finalizer among those wanted are all young, so that a minor collection finds them; `None`
/// if there are none.
fn finalizable(thread: &Thread, wanted: impl Fn(Gc<Header>) -> bool) -> Option<bool> {
    let mut young = None;
    thread.vm().heap.for_each_finalizable(|object| {
        if wanted(object) {
            young = Some(young.unwrap_or(true) && is_young(object));
        }
    });
    young
}

/// Collects, if the account grants it, and runs what is due. `from_loop`: see [`collect_exactly`]. `sought` tells whether
/// there is something to look for, and whether a minor collection finds it.
#[inline(never)]
fn ask(thread: &Thread, account: &Account, from_loop: bool, sought: impl FnOnce() -> Option<bool>) {
    let vm = thread.vm();
    if !vm.prompt.active.get() && !vm.finalizing.get() && account.grants(vm.prompt.started.elapsed()) {
        forget_calls(thread);
        look(thread, account, from_loop, sought);
    }
}

#[inline(never)]
fn look(thread: &Thread, account: &Account, from_loop: bool, sought: impl FnOnce() -> Option<bool>) {
    let vm = thread.vm();
    let start = processor_time(thread);
    let Some(young) = sought() else {
        return account.enter(processor_time(thread).saturating_sub(start), false);
    };
    let kind = if young { CollectionKind::Minor } else { CollectionKind::Full };
    let report = collect_exactly(thread, kind, from_loop);
    let found = report.pending || report.weak_references_cleared > 0;
    account.enter(processor_time(thread).saturating_sub(start), found);
    if vm.heap.has_pending() {
        vm.prompt.active.set(true);
        finalize::run_pending(thread);
        vm.prompt.active.set(false);
    }
}
