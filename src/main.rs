//! The `taipan` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    taipan::cli::main()
}
