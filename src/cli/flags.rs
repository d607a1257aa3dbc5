//! The options of the subcommands: the form of their tables, and the one reader of them.
//!
//! What lives here: reading `--name`, `--name value` and `--name=value`, and the lines of `--help`. What must not: any
//! option (`compare/mod.rs`, `inspect/mod.rs`), and CPython's command line with its clusters of letters
//! (`options.rs`). Start at [`Flag`].

use std::ffi::{OsStr, OsString};

/// One option of a subcommand whose options are gathered in an `O`.
pub(super) struct Flag<O: 'static> {
    /// With its dashes.
    pub name: &'static str,
    /// What its value is called in `--help`; `None` if it takes none.
    pub value: Option<&'static str>,
    pub help: &'static str,
    /// Notes the option, or says why its value does not fit. Gets an empty value if it takes none.
    pub set: fn(&mut O, &OsStr) -> Result<(), String>,
}

/// The argument is an option, and not the name of a script: `-` alone is standard input.
pub(super) fn is_option(argument: &OsStr) -> bool {
    argument.as_encoded_bytes().starts_with(b"-") && argument != "-"
}

/// Applies the option `argument`; its value may be the next of `rest`. `-h` stands for `--help`.
///
/// Fails with a sentence for the user if there is no such option or its value is missing, superfluous or wrong.
pub(super) fn apply<O>(
    flags: &[Flag<O>],
    options: &mut O,
    argument: &OsStr,
    rest: &mut std::slice::Iter<'_, OsString>,
) -> Result<(), String> {
    let text = argument.to_string_lossy();
    let (name, inline) = match text.split_once('=') {
        Some((name, value)) => (name, Some(OsString::from(value))),
        None => (&*text, None),
    };
    let name = if name == "-h" { "--help" } else { name };
    let flag = flags.iter().find(|flag| flag.name == name).ok_or_else(|| format!("unknown option {name}"))?;
    let value = match (flag.value, inline) {
        (None, None) => OsString::new(),
        (None, Some(_)) => return Err(format!("{name} takes no value")),
        (Some(_), Some(value)) => value,
        (Some(what), None) => rest.next().cloned().ok_or_else(|| format!("{name} wants {what}"))?,
    };
    (flag.set)(options, &value).map_err(|error| format!("{name}: {error}"))
}

/// The lines of `--help` about these options.
pub(super) fn describe<O>(flags: &[Flag<O>]) -> String {
    let line = |flag: &Flag<O>| {
        let name = flag.value.map_or(flag.name.to_owned(), |value| format!("{} {value}", flag.name));
        format!("  {name:<18}  {}\n", flag.help)
    };
    flags.iter().map(line).collect()
}
