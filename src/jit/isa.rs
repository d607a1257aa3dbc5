//! The machines that code is generated for.
//!
//! What lives here: Cranelift's settings and the choice of the instruction set. What must not: anything that
//! depends on the machine this runs on, but for [`Target::Host`].

use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use std::str::FromStr;
use target_lexicon::Triple;

/// What code is generated for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Target {
    /// This machine, with all it can do.
    #[default]
    Host,
    /// Any x86-64 machine with SSE4.1.
    X86_64,
    /// Any 64-bit Arm machine.
    Aarch64,
}

impl FromStr for Target {
    type Err = String;
    fn from_str(text: &str) -> Result<Target, String> {
        match text {
            "host" => Ok(Target::Host),
            "x86_64" | "x86-64" => Ok(Target::X86_64),
            "aarch64" | "arm64" => Ok(Target::Aarch64),
            _ => Err(format!("there is no target {text:?}; known are host, x86_64 and aarch64")),
        }
    }
}

/// Settings that callers choose.
#[derive(Clone, Copy, Debug)]
pub struct IsaOptions {
    /// What code is for.
    pub target: Target,
    /// Check Cranelift's IR, too.
    pub verify: bool,
}

/// Whether there is a code generator for the machine that this program runs on.
pub const fn supports_host() -> bool {
    cfg!(any(target_arch = "x86_64", target_arch = "aarch64"))
}

/// The code generator for a target.
///
/// # Errors
/// A sentence, if Cranelift does not support the target.
pub fn make(options: IsaOptions) -> Result<OwnedTargetIsa, String> {
    let mut builder = settings::builder();
    let values = [
        ("opt_level", "speed"),
        ("regalloc_algorithm", "backtracking"),
        ("preserve_frame_pointers", "true"),
        ("enable_pinned_reg", "true"),
        ("is_pic", "false"),
        ("unwind_info", "false"),
        ("enable_alias_analysis", "true"),
        ("enable_verifier", if options.verify { "true" } else { "false" }),
    ];
    for (name, value) in values {
        builder.set(name, value).map_err(|error| format!("the setting {name}: {error}"))?;
    }
    let flags = settings::Flags::new(builder);
    let lookup = match options.target {
        Target::Host => cranelift_native::builder()?,
        Target::X86_64 => {
            let mut builder = isa::lookup(triple("x86_64-unknown-linux-gnu")).map_err(|error| error.to_string())?;
            for feature in ["has_sse3", "has_ssse3", "has_sse41"] {
                builder.enable(feature).map_err(|error| format!("{feature}: {error}"))?;
            }
            builder
        }
        Target::Aarch64 => isa::lookup(triple("aarch64-unknown-linux-gnu")).map_err(|error| error.to_string())?,
    };
    lookup.finish(flags).map_err(|error| error.to_string())
}

fn triple(text: &str) -> Triple {
    Triple::from_str(text).unwrap_or_else(|_| Triple::unknown())
}
