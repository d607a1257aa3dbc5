//! Variables off the fast paths: globals, names of class bodies, cells.
//!
//! What lives here: the out-of-line parts of the instructions that read and write variables, and their
//! NameErrors. What must not: attributes ([`super::cache`]). Start at [`load_global`].
#![allow(unsafe_code)] // Feedback words are reached by address.

use taipan_runtime::dispatch::{attr, subscript};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::cell::CellObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::exception::{Exception, field};
use taipan_runtime::types::module::Module;
use taipan_runtime::types::prompt;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;

use super::frame::Frame;
use crate::bytecode::feedback::global;
use crate::bytecode::{Register, Site, operands};

/// The builtins that names of these globals fall back to: the isolate's, unless `__builtins__` says otherwise.
pub fn builtins_of(thread: &Thread, globals: Gc<Dict>) -> Value {
    let own = thread.vm().builtins_dict();
    match globals.get_str(thread, thread.vm().names.__builtins__) {
        None => own.value(),
        Some(value) => match value.cast::<Module>() {
            Some(module) => module.dict().value(),
            None => value,
        },
    }
}

/// `LoadGlobal` when the site's cache does not hold.
#[cold]
#[inline(never)]
pub fn load_global(thread: &Thread, frame: &Frame, name: Gc<Str>, site: Site) -> PyResult<Value> {
    let globals = frame.globals;
    let body = frame.body();
    if !globals.is_exact()
        && let Some(value) = item_or_none(thread, globals.value(), name)?
    {
        // A subclass of dict may have `__missing__`: nothing can be learnt here.
        return Ok(value);
    }
    if let Some(index) = globals.entry_index_str(thread, name)
        && let Some(value) = globals.entry_value(index)
    {
        learn(frame, site, index, u64::from(namespace_version(thread, globals)));
        return Ok(value);
    }
    let builtins = builtins_of(thread, globals);
    if builtins == thread.vm().builtins_dict().value() {
        let builtins = thread.vm().builtins_dict();
        if let Some(index) = builtins.entry_index_str(thread, name)
            && let Some(value) = builtins.entry_value(index)
        {
            let versions =
                u64::from(namespace_version(thread, globals)) | u64::from(builtins.keys_version(thread)) << 32;
            learn(frame, site, index, versions);
            return Ok(value);
        }
    } else if let Some(value) = item_or_none(thread, builtins, name)? {
        return Ok(value);
    }
    let _ = body;
    Err(name_error(thread, name))
}

/// Fills a `Global` site.
fn learn(frame: &Frame, site: Site, index: usize, versions: u64) {
    let body = frame.body();
    if body.is_cold(site) {
        return;
    }
    // SAFETY: a `Global` site has two words.
    unsafe {
        let words = body.feedback.add(site.index());
        *words.add(global::INDEX) = index as u64;
        *words.add(global::VERSIONS) = versions;
    }
}

/// `StoreGlobal` when the site's cache does not hold.
#[cold]
#[inline(never)]
pub fn store_global(thread: &Thread, frame: &Frame, name: Gc<Str>, value: Value, site: Site) {
    let globals = frame.globals;
    let old = globals.get_str(thread, name);
    globals.insert_str(thread, name, value);
    if let Some(old) = old {
        prompt::dropped(thread, old);
    }
    if let Some(index) = globals.entry_index_str(thread, name) {
        learn(frame, site, index, u64::from(namespace_version(thread, globals)));
    }
}

/// The keys version of globals, which lasts while keys are added that hide no builtin.
fn namespace_version(thread: &Thread, globals: Gc<Dict>) -> u32 {
    if globals.is_exact() {
        globals.mark_namespace();
    }
    globals.keys_version(thread)
}

/// `DeleteGlobal`.
pub fn delete_global(thread: &Thread, frame: &Frame, o: operands::DeleteGlobal) -> PyResult<()> {
    let name = frame.body().name(o.name.index());
    match frame.globals.remove_str(thread, name) {
        Some(old) => {
            prompt::dropped(thread, old);
            Ok(())
        }
        None => Err(name_error(thread, name)),
    }
}

/// `mapping[name]`, `None` for KeyError.
fn item_or_none(thread: &Thread, mapping: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    if let Some(dict) = mapping.cast::<Dict>().filter(|dict| dict.is_exact()) {
        return Ok(dict.get_str(thread, name));
    }
    match subscript::get_item(thread, mapping, name.value()) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            thread.catch(raised, thread.vm().exceptions.key_error)?;
            Ok(None)
        }
    }
}

/// The locals mapping of the running class body or module.
pub fn locals(frame: &Frame) -> Value {
    frame.locals.unwrap_or_else(|| frame.globals.value())
}

fn global_or_builtin(thread: &Thread, frame: &Frame, name: Gc<Str>) -> PyResult<Value> {
    if !frame.globals.is_exact()
        && let Some(value) = item_or_none(thread, frame.globals.value(), name)?
    {
        return Ok(value);
    }
    if let Some(value) = frame.globals.get_str(thread, name) {
        return Ok(value);
    }
    match item_or_none(thread, builtins_of(thread, frame.globals), name)? {
        Some(value) => Ok(value),
        None => Err(name_error(thread, name)),
    }
}

/// `LoadName`.
pub fn load_name(thread: &Thread, frame: &Frame, o: operands::LoadName) -> PyResult<()> {
    let name = frame.body().name(o.name.index());
    let value = match item_or_none(thread, locals(frame), name)? {
        Some(value) => value,
        None => global_or_builtin(thread, frame, name)?,
    };
    frame.set(o.dst, value);
    Ok(())
}

/// `StoreName`.
pub fn store_name(thread: &Thread, frame: &Frame, o: operands::StoreName) -> PyResult<()> {
    let name = frame.body().name(o.name.index());
    let mapping = locals(frame);
    match mapping.cast::<Dict>().filter(|dict| dict.is_exact()) {
        Some(dict) => {
            let old = dict.get_str(thread, name);
            dict.insert_str(thread, name, frame.get(o.src));
            if let Some(old) = old {
                prompt::dropped(thread, old);
            }
        }
        None => subscript::set_item(thread, mapping, name.value(), frame.get(o.src))?,
    }
    Ok(())
}

/// `DeleteName`.
pub fn delete_name(thread: &Thread, frame: &Frame, o: operands::DeleteName) -> PyResult<()> {
    let name = frame.body().name(o.name.index());
    let mapping = locals(frame);
    if let Some(dict) = mapping.cast::<Dict>().filter(|dict| dict.is_exact()) {
        return match dict.remove_str(thread, name) {
            Some(old) => {
                prompt::dropped(thread, old);
                Ok(())
            }
            None => Err(name_error(thread, name)),
        };
    }
    subscript::delete_item(thread, mapping, name.value()).map_err(|raised| {
        match thread.catch(raised, thread.vm().exceptions.key_error) {
            Ok(_) => name_error(thread, name),
            Err(raised) => raised,
        }
    })
}

/// The closure cell with this index.
pub fn closure_cell(frame: &Frame, index: u16) -> Gc<CellObject> {
    let cell = frame
        .function
        .and_then(|function| function.closure.get())
        .and_then(|closure| closure.items().get(usize::from(index)).copied())
        .and_then(|cell| cell.cast::<CellObject>());
    match cell {
        Some(cell) => cell,
        None => unreachable!("code with free variables runs with a closure"),
    }
}

/// `LoadNameOrFree`.
pub fn load_name_or_free(thread: &Thread, frame: &Frame, o: operands::LoadNameOrFree) -> PyResult<()> {
    let name = frame.body().name(o.name.index());
    let value = mapping_or_cell(thread, frame, locals(frame), name, o.index)?;
    frame.set(o.dst, value);
    Ok(())
}

fn mapping_or_cell(thread: &Thread, frame: &Frame, mapping: Value, name: Gc<Str>, index: u16) -> PyResult<Value> {
    if let Some(value) = item_or_none(thread, mapping, name)? {
        return Ok(value);
    }
    match closure_cell(frame, index).content.get() {
        Some(value) => Ok(value),
        None => Err(free_variable_error(thread, frame, index)),
    }
}

/// `LoadDictOrGlobal`.
pub fn load_dict_or_global(thread: &Thread, frame: &Frame, o: operands::LoadDictOrGlobal) -> PyResult<()> {
    let name = frame.body().name(o.name.index());
    let value = match item_or_none(thread, frame.get(o.dict), name)? {
        Some(value) => value,
        None => global_or_builtin(thread, frame, name)?,
    };
    frame.set(o.dst, value);
    Ok(())
}

/// `LoadDictOrFree`.
pub fn load_dict_or_free(thread: &Thread, frame: &Frame, o: operands::LoadDictOrFree) -> PyResult<()> {
    let name = frame.body().name(o.name.index());
    let value = mapping_or_cell(thread, frame, frame.get(o.dict), name, o.index)?;
    frame.set(o.dst, value);
    Ok(())
}

/// `LoadLocals`.
pub fn load_locals(_: &Thread, frame: &Frame, o: operands::LoadLocals) -> PyResult<()> {
    frame.set(o.dst, locals(frame));
    Ok(())
}

/// `LoadBuildClass`.
pub fn load_build_class(thread: &Thread, frame: &Frame, o: operands::LoadBuildClass) -> PyResult<()> {
    let builtins = builtins_of(thread, frame.globals);
    match item_or_none(thread, builtins, thread.vm().names.__build_class__)? {
        Some(function) => {
            frame.set(o.dst, function);
            Ok(())
        }
        None => Err(thread.raise_plain_name_error("__build_class__ not found")),
    }
}

/// `DeleteCell`.
pub fn delete_cell(thread: &Thread, frame: &Frame, o: operands::DeleteCell) -> PyResult<()> {
    let cell = frame.get(o.cell).cast::<CellObject>();
    match cell.and_then(|cell| Some((cell, cell.content.get()?))) {
        Some((cell, old)) => {
            cell.content.init(None);
            prompt::dropped(thread, old);
            Ok(())
        }
        None => Err(unbound_local(thread, frame, o.cell)),
    }
}

/// `DeleteFree`.
pub fn delete_free(thread: &Thread, frame: &Frame, o: operands::DeleteFree) -> PyResult<()> {
    let cell = closure_cell(frame, o.index);
    let Some(old) = cell.content.get() else { return Err(free_variable_error(thread, frame, o.index)) };
    cell.content.init(None);
    prompt::dropped(thread, old);
    Ok(())
}

// ---- errors ----

/// `name 'x' is not defined`.
#[cold]
#[inline(never)]
pub fn name_error(thread: &Thread, name: Gc<Str>) -> Raised {
    let raised = thread.raise_plain_name_error(format!("name '{}' is not defined", name.to_str_lossy(thread)));
    if let Some(error) = thread.exception.get().and_then(|error| error.cast::<Exception>()) {
        error.set_field(thread, field::NAME, name.value());
    }
    raised
}

/// The UnboundLocalError of a register.
#[cold]
#[inline(never)]
pub fn unbound_local(thread: &Thread, frame: &Frame, register: Register) -> Raised {
    let name = frame.body().code.register_name(register).map_or("?", |name| &**name);
    thread.raise_unbound_local_error(format!(
        "cannot access local variable '{name}' where it is not associated with a value"
    ))
}

/// The NameError of an empty closure cell.
#[cold]
#[inline(never)]
pub fn free_variable_error(thread: &Thread, frame: &Frame, index: u16) -> Raised {
    let name = frame.body().code.free_names.get(usize::from(index)).map_or("?", |name| &**name);
    let raised = thread.raise_plain_name_error(format!(
        "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    ));
    if let Some(error) = thread.exception.get().and_then(|error| error.cast::<Exception>()) {
        let name = thread.vm().interner.intern_text(thread, name);
        error.set_field(thread, field::NAME, name.value());
    }
    raised
}

/// `SetupAnnotations`: `__annotations__ = {}` in the locals mapping unless it is there.
pub fn setup_annotations(thread: &Thread, frame: &Frame) -> PyResult<()> {
    let name = thread.vm().names.__annotations__;
    let mapping = locals(frame);
    if item_or_none(thread, mapping, name)?.is_none() {
        subscript::set_item(thread, mapping, name.value(), Dict::new(thread).value())?;
    }
    Ok(())
}

/// `LoadSuperAttr` and `LoadSuperMethod` when `super` is the builtin one: the attribute and the receiver to
/// pass first, if it is a plain function.
pub fn super_attribute(
    thread: &Thread,
    frame: &Frame,
    class: Value,
    receiver: Value,
    name: Gc<Str>,
    as_method: bool,
) -> PyResult<(Value, Option<Value>)> {
    use taipan_runtime::types::super_object::{check_receiver, find_after};
    use taipan_runtime::types::type_object::Type;
    let _ = frame;
    let Some(this_class) = class.cast::<Type>() else {
        let message = format!("super() argument 1 must be a type, not {}", thread.type_name(class));
        return Err(thread.raise_type_error(message));
    };
    let receiver_class = check_receiver(thread, this_class, receiver)?;
    if name != thread.vm().names.__class__
        && let Some(attribute) = find_after(thread, this_class, receiver_class, name)
    {
        let instance = if receiver == receiver_class.value() { None } else { Some(receiver) };
        if as_method && instance.is_some() && attr::is_plain_method(attribute) {
            return Ok((attribute, Some(receiver)));
        }
        return Ok((attr::bind_descriptor(thread, attribute, instance, receiver_class)?, None));
    }
    let made = taipan_runtime::dispatch::call::call(thread, thread.vm().types.super_type.value(), &[class, receiver])?;
    Ok((attr::get(thread, made, name)?, None))
}

/// Finds the attribute that follows `super`, whatever `super` is bound to.
pub fn load_super(
    thread: &Thread,
    frame: &Frame,
    global_super: Value,
    class: Value,
    receiver: Value,
    explicit: bool,
    name: Gc<Str>,
    as_method: bool,
) -> PyResult<(Value, Option<Value>)> {
    if global_super == thread.vm().types.super_type.value() {
        return super_attribute(thread, frame, class, receiver, name, as_method);
    }
    let arguments = [class, receiver];
    let made = taipan_runtime::dispatch::call::call(thread, global_super, if explicit { &arguments } else { &[] })?;
    Ok((attr::get(thread, made, name)?, None))
}
