//! The optimisation passes, and the order they run in.
//!
//! What lives here: the table of passes, the pipeline, and [`run`]. What must not: transformations; each pass
//! has its file. Start at [`PASSES`].

mod bounds;
mod cleanup;
mod dead;
mod duplicate;
mod eliminate;
mod escape;
mod fold;
mod hoist;
mod induction;
mod memory;
mod peel;
mod place;
mod ranges;
mod rewrite;
mod types;
mod unbox;
mod unswitch;

use super::ir::{Function, verify::verify};
use std::time::{Duration, Instant};

/// A pass.
#[derive(Clone, Copy)]
pub struct Pass {
    /// How dumps, timings and test directives call it.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// Transforms the function.
    pub run: fn(&mut Function),
}

/// All passes.
pub const PASSES: &[Pass] = &[
    Pass { name: "types", doc: "infers the types of block parameters, optimistically", run: types::run },
    Pass {
        name: "cleanup",
        doc: "removes dead branches, unreachable blocks and redundant parameters",
        run: cleanup::run,
    },
    Pass {
        name: "eliminate",
        doc: "folds, removes repeated computations, guards and loads, and forwards stores to loads",
        run: eliminate::run,
    },
    Pass {
        name: "peel",
        doc: "puts the first iteration of a loop before it, where types differ there",
        run: peel::run,
    },
    Pass { name: "hoist", doc: "moves what does not change in a loop, guards included, before it", run: hoist::run },
    Pass { name: "unswitch", doc: "asks before a loop what has one answer for the whole of it", run: unswitch::run },
    Pass {
        name: "unbox",
        doc: "keeps ints, doubles and truth values unboxed across block parameters",
        run: unbox::run,
    },
    Pass { name: "escape", doc: "replaces objects that nobody else sees by their fields", run: escape::run },
    Pass {
        name: "induction",
        doc: "turns counters of what remains into comparisons with where it stops",
        run: induction::run,
    },
    Pass { name: "place", doc: "makes boxes where they are needed", run: place::run },
    Pass { name: "ranges", doc: "drops overflow and bounds checks that cannot fail", run: ranges::run },
    Pass { name: "bounds", doc: "checks once, before a counted loop, what its counter leads to", run: bounds::run },
    Pass { name: "dead", doc: "removes what nobody needs", run: dead::run },
    Pass { name: "sink", doc: "moves what only exits need into them", run: dead::sink },
];

/// The order in which the passes run.
pub const PIPELINE: &[&str] = &[
    "types",
    "cleanup",
    "eliminate",
    "dead",
    "escape",
    "types",
    "cleanup",
    "eliminate",
    "peel",
    "types",
    "cleanup",
    "eliminate",
    "hoist",
    "unswitch",
    "types",
    "cleanup",
    "eliminate",
    "types",
    "unbox",
    "eliminate",
    "dead",
    "escape",
    "types",
    "unbox",
    "cleanup",
    "eliminate",
    "induction",
    "hoist",
    "eliminate",
    "ranges",
    "bounds",
    "cleanup",
    "eliminate",
    "hoist",
    "ranges",
    "cleanup",
    "eliminate",
    "place",
    "sink",
    "cleanup",
];

/// What running the pipeline took and gave.
#[derive(Debug, Default)]
pub struct Report {
    /// How long each step took, in pipeline order.
    pub times: Vec<(&'static str, Duration)>,
    /// The function after the step that was asked for.
    pub dump: Option<Function>,
}

/// What to do beside optimising.
#[derive(Clone, Debug)]
pub struct PassOptions {
    /// Verify after every pass.
    pub verify: bool,
    /// Run no pass but those that lowering needs.
    pub off: bool,
    /// Keep the function as it is after the last run of this pass.
    pub dump_after: Option<String>,
}

impl Default for PassOptions {
    fn default() -> Self {
        PassOptions { verify: cfg!(debug_assertions), off: false, dump_after: None }
    }
}

/// The pass of this name.
pub fn find(name: &str) -> Option<&'static Pass> {
    PASSES.iter().find(|pass| pass.name == name)
}

/// Optimises `function`.
///
/// # Errors
/// A pass made wrong IR: the pass and the verifier's report.
pub fn run(function: &mut Function, options: &PassOptions) -> Result<Report, String> {
    let mut report = Report::default();
    for name in PIPELINE.iter().copied().filter(|name| !options.off || matches!(*name, "cleanup" | "place" | "sink")) {
        let Some(pass) = find(name) else { unreachable!("the pipeline names the pass {name}, which does not exist") };
        let start = Instant::now();
        (pass.run)(function);
        report.times.push((pass.name, start.elapsed()));
        if options.verify {
            verify(function).map_err(|error| format!("after the pass {name}: {error}"))?;
        }
        if options.dump_after.as_deref() == Some(name) {
            report.dump = Some(function.clone());
        }
    }
    Ok(report)
}
