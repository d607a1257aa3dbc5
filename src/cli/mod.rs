//! The command line: CPython's conventions, and Taipan's own subcommands.
//!
//! What lives here: choosing between running a program and a subcommand. What must not: options
//! ([`options`]), running ([`run`]). Start at [`main`].

pub mod compare;
mod flags;
pub mod inspect;
pub mod options;
mod repl;
pub mod run;
mod signals;
mod stats;

use std::ffi::OsString;
use std::process::ExitCode;

use self::options::Parsed;

/// The program: parses the arguments, does what they say, gives the exit code.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments.first().and_then(|first| first.to_str()) {
        Some("compare") => return compare::main(&arguments[1..]),
        Some("inspect") => return inspect::main(&arguments[1..]),
        Some(_) | None => {}
    }
    match options::parse(&arguments) {
        Ok(Parsed::Run(settings)) => on_a_big_stack(*settings, run::run),
        Ok(Parsed::Show(text)) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprint!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Calls `work`, which gives the exit code, on a native stack that is big enough for deep recursion.
fn on_a_big_stack<T: Send + 'static>(input: T, work: fn(T) -> u8) -> ExitCode {
    signals::leave_to_waiter();
    let mut input = Some(input);
    // The stack is address space, which becomes memory as it is used. Where that is limited, less must do.
    for bytes in [1 << 30, 256 << 20, 64 << 20, 8 << 20] {
        let Some(mine) = input.take() else { break };
        let shared = std::sync::Arc::new(std::sync::Mutex::new(Some(mine)));
        let inner = shared.clone();
        let process = std::process::id();
        let spawned = std::thread::Builder::new().name("main".into()).stack_size(bytes).spawn(move || {
            let mine = inner.lock().ok().and_then(|mut input| input.take());
            let code = mine.map_or(1, work);
            if std::process::id() != process {
                // In a fork nobody waits for this thread.
                std::process::exit(code.into());
            }
            code
        });
        match spawned {
            Ok(thread) => {
                taipan_runtime::modules::signal::leave_to_other_threads();
                return match thread.join() {
                    Ok(code) => ExitCode::from(code),
                    Err(_) => ExitCode::from(101),
                };
            }
            Err(_) => input = shared.lock().ok().and_then(|mut input| input.take()),
        }
    }
    eprintln!("taipan: no memory for a stack");
    ExitCode::FAILURE
}
