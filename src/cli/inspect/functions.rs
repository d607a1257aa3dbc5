//! The functions of a script, found through its code.
//!
//! What lives here: the walk over nested code objects, and the search by name. What must not: what is shown of them.

use taipan_runtime::object::Gc;
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;

use crate::interp::body::Body;

/// The module's code and all code nested in it, in the order of the source.
pub fn all(thread: &Thread, module: Gc<CodeObject>) -> ScratchVec {
    let mut found = ScratchVec::new();
    collect(thread, module, &mut found);
    found
}

fn collect(thread: &Thread, code: Gc<CodeObject>, found: &mut ScratchVec) {
    found.push(thread, code.value());
    let Some(constants) = code.constants.get() else { return };
    for constant in constants.items() {
        if let Some(nested) = constant.cast::<CodeObject>() {
            collect(thread, nested, found);
        }
    }
}

/// The code object whose qualified name is `name` or ends with it.
///
/// # Errors
/// A sentence: none, and what there is; or several.
pub fn find(thread: &Thread, module: Gc<CodeObject>, name: &str) -> Result<Gc<CodeObject>, String> {
    let all = all(thread, module);
    let codes = || all.iter().filter_map(|value| value.cast::<CodeObject>());
    let qualname = |code: Gc<CodeObject>| Body::of_ref(code).code.qualname.to_string();
    if let Some(code) = codes().find(|code| qualname(*code) == name) {
        return Ok(code);
    }
    let ending = format!(".{name}");
    let mut fitting = codes().filter(|code| qualname(*code).ends_with(&ending));
    match (fitting.next(), fitting.next()) {
        (Some(code), None) => Ok(code),
        (Some(first), Some(second)) => {
            let names: Vec<String> = [first, second].into_iter().chain(fitting).map(qualname).collect();
            Err(format!("there are several functions called {name}: {}", names.join(", ")))
        }
        (None, _) => {
            let names: Vec<String> = codes().map(qualname).collect();
            Err(format!("there is no function called {name}; there are {}", names.join(", ")))
        }
    }
}
