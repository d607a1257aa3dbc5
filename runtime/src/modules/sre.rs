//! `_sre`: the engine behind `re`.
//!
//! What lives here: the module's functions. What must not: patterns ([`pattern`]), matches ([`match_object`]),
//! subjects ([`subject`]), replacement ([`substitute`]); the matching (`text/regex`). Start at [`sre`].

pub mod match_object;
pub mod pattern;
pub mod scanner;
pub mod subject;
pub mod substitute;

use self::pattern::make as make_pattern;
use self::substitute::make_template;
use crate::error::PyResult;
use crate::object::Gc;
use crate::text::regex;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_macros::py_module;

/// The word type of codes has no larger number; as a bound it means none.
pub const MAXREPEAT: i64 = u32::MAX as i64;
pub const MAXGROUPS: i64 = i32::MAX as i64 / 2;

/// A list of codes as words.
fn words(thread: &Thread, codes: Gc<List>) -> PyResult<Vec<u32>> {
    let mut words = Vec::with_capacity(codes.len());
    for index in 0..codes.len() {
        let code = codes.get(thread, index).unwrap_or(Value::NONE);
        match int::to_i64(code).map(u32::try_from) {
            Some(Ok(word)) => words.push(word),
            _ => return Err(thread.raise_overflow_error("regular expression code size limit exceeded")),
        }
    }
    Ok(words)
}

#[py_module(name = "_sre")]
pub mod sre {
    use super::*;

    #[constant]
    const MAGIC: i64 = 20230612;
    #[constant]
    const CODESIZE: i64 = 4;
    #[constant(name = "MAXREPEAT")]
    const MAX_REPEAT: i64 = MAXREPEAT;
    #[constant(name = "MAXGROUPS")]
    const MAX_GROUPS: i64 = MAXGROUPS;
    #[constant(name = "copyright")]
    const COPYRIGHT: &str = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ";

    #[function(signature = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        thread: &Thread,
        pattern: Value,
        flags: i32,
        code: Gc<List>,
        groups: isize,
        groupindex: Gc<Dict>,
        indexgroup: Gc<Tuple>,
    ) -> PyResult<Value> {
        let codes = words(thread, code)?;
        let groups = usize::try_from(groups).unwrap_or(0);
        make_pattern(thread, pattern, flags, codes, groups, groupindex, indexgroup)
    }

    #[function]
    fn template(thread: &Thread, pattern: Value, template: Gc<List>) -> PyResult<Value> {
        make_template(thread, pattern, template)
    }

    #[function]
    fn getcodesize() -> i64 {
        CODESIZE
    }

    #[function]
    fn ascii_iscased(character: i32) -> bool {
        u8::try_from(character).is_ok_and(|byte| byte.is_ascii_alphabetic())
    }

    #[function]
    fn unicode_iscased(character: i32) -> bool {
        let character = character as u32;
        regex::lower_unicode(character) != character || regex::upper_unicode(character) != character
    }

    #[function]
    fn ascii_tolower(character: i32) -> i64 {
        i64::from(regex::lower_ascii(character as u32))
    }

    #[function]
    fn unicode_tolower(character: i32) -> i64 {
        i64::from(regex::lower_unicode(character as u32))
    }
}
