//! Compilation on another thread.
//!
//! What lives here: the passes and the code generator as one step that needs nothing of the isolate ([`finish`]),
//! and the thread that takes such steps one by one ([`Worker`]). What must not: anything that reads the heap; the
//! IR names objects by address, and whoever asked keeps them alive. Installing the result is up to the thread that
//! runs Python code (`policy.rs`).

use super::events::Refusal;
use super::ir::Function;
use super::lower::{self, Anchors, Keep, Lowered};
use super::passes::{self, PassOptions};
use cranelift_codegen::isa::OwnedTargetIsa;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

/// The native stack of the worker: register allocation recurses.
const STACK_BYTES: usize = 16 << 20;

/// A function that is built and waits for its code.
pub struct Task {
    /// How the requester knows it.
    pub number: u64,
    /// The IR as the builder made it.
    pub function: Function,
    /// What the code refers to.
    pub anchors: Anchors,
}

/// What became of a [`Task`].
pub struct Finished {
    /// How the requester knows it.
    pub number: u64,
    /// The code, or why there is none, with what is to be said about it.
    pub result: Result<Lowered, (Refusal, String)>,
    /// How long it took.
    pub time: Duration,
}

/// Optimises, and generates code. A panic on the way is a refusal: the function stays interpreted.
pub fn finish(task: Task, isa: &OwnedTargetIsa, options: &PassOptions) -> Finished {
    let start = Instant::now();
    let Task { number, mut function, anchors } = task;
    let result = guarded(move || {
        passes::run(&mut function, options).map_err(|error| (Refusal::Verifier, error))?;
        lower::lower(&function, isa, anchors, Keep::default()).map_err(|error| (Refusal::CodeGenerator, error))
    });
    let result = result.unwrap_or_else(|message| Err((Refusal::Panicked, message)));
    Finished { number, result, time: start.elapsed() }
}

/// Runs a step of the compiler, which owns all that it changes: a panic in it concerns nobody else.
///
/// # Errors
/// It panicked, with this message.
pub fn guarded<T>(step: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(step)).map_err(|payload| message_of(&*payload))
}

/// What a panic said.
fn message_of(payload: &(dyn Any + Send)) -> String {
    match (payload.downcast_ref::<String>(), payload.downcast_ref::<&str>()) {
        (Some(message), _) => message.clone(),
        (None, Some(message)) => (*message).to_string(),
        (None, None) => String::new(),
    }
}

/// The thread that compiles for an isolate.
///
/// It is not waited for: what it has when the isolate ends is dropped with the channel.
pub struct Worker {
    tasks: Sender<Task>,
    finished: Receiver<Finished>,
    /// The process it runs in: a fork has no such thread.
    process: u32,
}

impl Worker {
    /// Starts the thread. `None`: the system refused.
    pub fn start(isa: OwnedTargetIsa, options: PassOptions) -> Option<Worker> {
        let (tasks, requests) = mpsc::channel::<Task>();
        let (answers, finished) = mpsc::channel();
        std::thread::Builder::new()
            .name("taipan-jit".to_string())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                taipan_runtime::modules::signal::leave_to_other_threads();
                while let Ok(task) = requests.recv() {
                    if answers.send(finish(task, &isa, &options)).is_err() {
                        return;
                    }
                }
            })
            .ok()?;
        Some(Worker { tasks, finished, process: std::process::id() })
    }

    /// The thread runs in this process.
    pub fn is_here(&self) -> bool {
        self.process == std::process::id()
    }

    /// Hands a task over; it comes back if the thread is gone.
    pub fn send(&self, task: Task) -> Result<(), Box<Task>> {
        self.tasks.send(task).map_err(|error| Box::new(error.0))
    }

    /// Something that is finished, if there is any.
    pub fn poll(&self) -> Option<Finished> {
        self.finished.try_recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jit::isa::{IsaOptions, Target, make};

    #[test]
    fn a_panic_while_compiling_is_a_refusal() {
        let isa = make(IsaOptions { target: Target::Host, verify: true }).expect("this machine is supported");
        // IR without a block: the passes ask for its entry, which there is not.
        let function = Function::new("broken");
        let anchors = Anchors { code: 0, invalid: 0, forced: 0, suspended: 0, address_of: |_| 0 };
        let finished = finish(Task { number: 7, function, anchors }, &isa, &PassOptions::default());
        assert_eq!(finished.number, 7);
        assert!(matches!(finished.result, Err((Refusal::Panicked, message)) if !message.is_empty()));
    }
}
