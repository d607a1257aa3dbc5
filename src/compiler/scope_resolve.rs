//! Second half of scope analysis: where each name lives.
//!
//! What lives here: the walk from the module inwards with the sets of names bound around, and back outwards
//! with the names that inner scopes capture. What must not: the syntax tree.
//!
//! A comprehension that is inlined belongs to the code around it: a variable that only it uses need not be a
//! cell, so names flow outwards in two sets, *captured* (needed by a function of its own) and *used* (needed
//! by the same code).

use std::sync::Arc;

use ruff_text_size::TextRange;

use super::scope::{NameFlags, NameSet, Resolution, ScopeId, ScopeKind, ScopeTree};

/// An error found while resolving: message and place.
pub type ResolveError = (String, TextRange);

/// Names that flow out of a scope.
#[derive(Default)]
struct Outflow {
    captured: NameSet,
    used: NameSet,
}

/// The sets of names visible from around a scope.
#[derive(Clone, Default)]
struct Visible {
    /// Bound in functions around.
    bound: NameSet,
    /// Declared global in functions around.
    global: NameSet,
    /// Type parameters around.
    type_parameters: NameSet,
    /// The class whose mapping is looked up first.
    class: Option<ScopeId>,
}

/// Names that only class bodies provide to the functions in them.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

/// Resolves every name of every scope.
///
/// # Errors
/// Wrong `nonlocal` and contradicting declarations.
pub fn resolve(tree: &mut ScopeTree) -> Result<(), ResolveError> {
    analyze(tree, ScopeId::MODULE, &Visible::default()).map(drop)
}

fn analyze(tree: &mut ScopeTree, id: ScopeId, around: &Visible) -> Result<Outflow, ResolveError> {
    let kind = tree[id].kind;
    let mut out = Outflow::default();
    let mut local = NameSet::default();
    let mut inner = Visible { class: None, ..around.clone() };

    for at in 0..tree[id].names.len() {
        resolve_name(tree, id, at, around, &mut inner, &mut local, &mut out)?;
    }
    if kind.is_function_like() {
        inner.bound.extend(local.iter().cloned());
        for name in &local {
            inner.global.remove(name);
        }
    } else if kind == ScopeKind::Class {
        // A class's own names are not seen by functions in it, except for what it passes in cells.
        // What `global` statements in the body declare does not reach the functions either.
        inner.bound.clone_from(&around.bound);
        inner.global.clone_from(&around.global);
        inner.type_parameters.clone_from(&around.type_parameters);
        inner.bound.extend(CLASS_CELLS.iter().map(|name| Arc::from(*name)));
    }

    for child in tree[id].children.clone() {
        let child_scope = &tree[child];
        let inlined = matches!(child_scope.kind, ScopeKind::Comprehension(_)) && !tree[id].can_see_class;
        inner.class = if !child_scope.can_see_class {
            None
        } else if kind == ScopeKind::Class {
            Some(id)
        } else {
            around.class
        };
        let flow = analyze(tree, child, &inner)?;
        if inlined {
            tree[child].is_inlined = true;
            if tree[child].has_named_expression {
                tree[id].has_named_expression = true;
            }
            if kind == ScopeKind::Class {
                // The class's own names are skipped: what the comprehension needs comes by the closure.
                out.captured.extend(flow.captured);
                out.captured.extend(flow.used);
            } else {
                for name in flow.used.iter().chain(&flow.captured) {
                    tree[id].entry(name).flags.insert(NameFlags::USE);
                }
                merge_inlined(tree, id, &local, flow, &mut out);
            }
        } else {
            out.captured.extend(flow.captured);
            out.captured.extend(flow.used);
        }
    }

    // What inner functions capture and this scope binds lives in cells.
    if kind.is_function_like() {
        for entry in &mut tree[id].names {
            if entry.resolution == Resolution::Local && out.captured.remove(&entry.name) {
                entry.resolution = Resolution::Cell;
            }
        }
    } else if kind == ScopeKind::Class {
        tree[id].needs_class_cell = out.captured.remove("__class__");
        tree[id].needs_classdict_cell = out.captured.remove("__classdict__");
        let conditional = out.captured.remove("__conditional_annotations__");
        tree[id].needs_conditional_cell = conditional || tree[id].has_conditional_annotations;
    }
    pass_through(tree, id, around, &out);
    let scope = &mut tree[id];
    if !scope.is_inlined {
        let mut free: Vec<Arc<str>> = scope
            .names
            .iter()
            .filter(|entry| entry.resolution == Resolution::Free || entry.flags.intersects(NameFlags::FREE_IN_CLASS))
            .map(|entry| entry.name.clone())
            .collect();
        free.sort();
        scope.free_names = free;
    }
    Ok(out)
}

/// Decides one name from what is done to it here and what is bound around.
fn resolve_name(
    tree: &mut ScopeTree,
    id: ScopeId,
    at: usize,
    around: &Visible,
    inner: &mut Visible,
    local: &mut NameSet,
    out: &mut Outflow,
) -> Result<(), ResolveError> {
    let range = tree[id].range;
    let class_flags = around.class.map(|class| {
        let name = tree[id].names[at].name.clone();
        tree[class].flags(&name)
    });
    let entry = &mut tree[id].names[at];
    let name = entry.name.clone();
    let flags = entry.flags;
    let place = entry.declaration.unwrap_or(range);
    if flags.intersects(NameFlags::GLOBAL) {
        if flags.intersects(NameFlags::NONLOCAL) {
            return Err((format!("name '{name}' is nonlocal and global"), place));
        }
        entry.resolution = Resolution::GlobalExplicit;
        inner.bound.remove(&name);
        inner.global.insert(name);
    } else if flags.intersects(NameFlags::NONLOCAL) {
        if id == ScopeId::MODULE {
            return Err(("nonlocal declaration not allowed at module level".into(), place));
        }
        if !around.bound.contains(&name) {
            return Err((format!("no binding for nonlocal '{name}' found"), place));
        }
        if around.type_parameters.contains(&name) {
            return Err((format!("nonlocal binding not allowed for type parameter '{name}'"), place));
        }
        entry.resolution = Resolution::Free;
        out.used.insert(name);
    } else if flags.intersects(NameFlags::BOUND) {
        entry.resolution = Resolution::Local;
        inner.global.remove(&name);
        if flags.intersects(NameFlags::TYPE_PARAMETER) {
            inner.type_parameters.insert(name.clone());
        } else {
            inner.type_parameters.remove(&name);
        }
        local.insert(name);
    } else {
        // A name bound both in the class and in a function around it: the class's mapping decides at
        // run time, and if it has none the global is meant.
        match class_flags {
            Some(class) if class.intersects(NameFlags::GLOBAL) => {
                entry.resolution = Resolution::GlobalExplicit;
                return Ok(());
            }
            Some(class)
                if class.intersects(NameFlags::BOUND)
                    && !class.intersects(NameFlags::NONLOCAL)
                    && &*name != "__classdict__" =>
            {
                entry.resolution = Resolution::GlobalImplicit;
                return Ok(());
            }
            _ => {}
        }
        if around.bound.contains(&name) && !around.global.contains(&name) {
            entry.resolution = Resolution::Free;
            out.used.insert(name);
        } else {
            entry.resolution = Resolution::GlobalImplicit;
        }
    }
    Ok(())
}

/// Adds what flows out of a comprehension inlined in function-like or module scope `id`.
fn merge_inlined(tree: &mut ScopeTree, id: ScopeId, local: &NameSet, flow: Outflow, out: &mut Outflow) {
    for name in flow.used {
        if !local.contains(&name) {
            let entry = tree[id].entry(&name);
            if entry.resolution == Resolution::GlobalImplicit {
                entry.resolution = Resolution::Free;
            }
            out.used.insert(name);
        }
    }
    out.captured.extend(flow.captured);
}

/// Names that inner scopes capture from scopes further out pass through this scope's closure.
fn pass_through(tree: &mut ScopeTree, id: ScopeId, around: &Visible, out: &Outflow) {
    let kind = tree[id].kind;
    let mut names: Vec<Arc<str>> = out.captured.iter().cloned().collect();
    names.sort();
    for name in names {
        if !around.bound.contains(&name) {
            continue;
        }
        let known = tree[id].get(&name).is_some();
        let entry = tree[id].entry(&name);
        if !known {
            entry.resolution = Resolution::Free;
        } else if kind == ScopeKind::Class {
            entry.flags.insert(NameFlags::FREE_IN_CLASS);
        } else if entry.resolution == Resolution::GlobalImplicit {
            entry.resolution = Resolution::Free;
        }
    }
}
