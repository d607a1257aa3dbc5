//! Classes and functions, which are written as their names and found by them.
//!
//! What lives here: naming an object so that it is found again, and finding what a name means, with the names that
//! Python 2 had. What must not: opcodes of anything else. Start at [`Saver::save_global`] and [`find_class`].

use super::opcode::Opcode;
use super::save::Saver;
use super::unpickler::UnpicklerObject;
use super::{known, pickling_error, pickling_error_after, state};
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::import::import_name;
use crate::modules::support::{repr, tuple};
use crate::modules::sys::hooks::audit_event;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The parts of a dotted name. A dot is no part of another character in generalised UTF-8.
fn parts<'a>(thread: &'a Thread, path: &'a Str) -> impl Iterator<Item = Gc<Str>> + 'a {
    let names = path.as_bytes(thread).split(|&byte| byte == b'.');
    names.map(|name| thread.vm().interner.intern(thread, Str::from_wtf8_bytes_unchecked(thread, name)))
}

/// `object.a.b.c`.
fn get_path(thread: &Thread, object: Value, path: Gc<Str>) -> PyResult<Value> {
    parts(thread, &path).try_fold(object, |object, name| dispatch::attr::get(thread, object, name))
}

/// The module of this name, imported if need be.
fn import(thread: &Thread, name: Value) -> PyResult<Value> {
    let Some(name) = name.cast::<Str>() else { return Err(thread.raise_type_error("module name must be a string")) };
    if name.is_empty() {
        return Err(thread.raise_value_error("Empty module name"));
    }
    if name.as_str(thread).is_none()
        && let Some(module) = thread.vm().modules().get_str(thread, name)
    {
        // No file has such a name, but a program may have put it there.
        return Ok(module);
    }
    import_name(thread, &name.to_str_lossy(thread))
}

/// The names of a mapping's entry in an old module or of an old module itself.
fn mapped(thread: &Thread, names: Gc<Dict>, modules: Gc<Dict>, module: Value, name: Value) -> PyResult<(Value, Value)> {
    if let Some(pair) = names.get(thread, tuple(thread, &[module, name]))? {
        let parts = pair.cast::<Tuple>().filter(|pair| pair.len() == 2);
        let Some(parts) = parts else {
            let given = thread.type_name(pair);
            let message = format!("_compat_pickle.NAME_MAPPING values should be 2-tuples, not {given}");
            return Err(thread.raise_runtime_error(message));
        };
        let &[module, name] = parts.items() else { unreachable!("the length was checked") };
        if module.cast::<Str>().is_none() || name.cast::<Str>().is_none() {
            let (first, second) = (thread.type_name(module), thread.type_name(name));
            let message = format!("_compat_pickle.NAME_MAPPING values should be pairs of str, not ({first}, {second})");
            return Err(thread.raise_runtime_error(message));
        }
        return Ok((module, name));
    }
    match modules.get(thread, module)? {
        None => Ok((module, name)),
        Some(module) if module.cast::<Str>().is_some() => Ok((module, name)),
        Some(other) => {
            let given = thread.type_name(other);
            let message = format!("_compat_pickle.IMPORT_MAPPING values should be strings, not {given}");
            Err(thread.raise_runtime_error(message))
        }
    }
}

impl Saver<'_> {
    /// Writes an object by its name: `name`, or what it says itself.
    pub(super) fn save_global(&mut self, value: Value, name: Option<Gc<Str>>) -> PyResult<()> {
        let (thread, names) = (self.thread, &self.thread.vm().names);
        let name = match name {
            Some(name) => name.value(),
            None => match dispatch::attr::get_optional(thread, value, names.__qualname__)? {
                Some(name) => name,
                None => dispatch::attr::get(thread, value, names.__name__)?,
            },
        };
        let Some(name) = name.cast::<Str>() else {
            let given = thread.type_name(name);
            return Err(thread.raise_type_error(format!("__qualname__ must be a string, not {given}")));
        };
        let module = self.which_module(value, name)?;
        if self.protocol >= 2
            && let Some(code) =
                known(&self.state.data.extension_registry).get(thread, tuple(thread, &[module, name.value()]))?
        {
            return self.save_extension(value, code);
        }
        if self.protocol >= 4 {
            self.save(module)?;
            self.save(name.value())?;
            self.output.opcode(Opcode::StackGlobal);
        } else {
            self.save_path(module, name)?;
        }
        self.put(value);
        Ok(())
    }

    /// The name of the module in which the object is found by `path`.
    fn which_module(&mut self, value: Value, path: Gc<Str>) -> PyResult<Value> {
        let (thread, names) = (self.thread, &self.thread.vm().names);
        let own = dispatch::attr::get_optional(thread, value, names.__module__)?;
        if parts(thread, &path).any(|part| part.as_bytes(thread) == b"<locals>") {
            let shown = repr(thread, value)?;
            return Err(pickling_error(thread, format!("Can't pickle local object {shown}")));
        }
        let module_name = match own.filter(|own| !own.is_none()) {
            Some(own) => own,
            None => match self.search_modules(value, path)? {
                Some(name) => return Ok(name),
                None => names.__main__.value(),
            },
        };
        let exceptions = &thread.vm().exceptions;
        let cannot = |raised: Raised, reason: &mut dyn FnMut(Value) -> PyResult<String>| -> PyResult<Raised> {
            let context = thread.take_exception(raised);
            let shown = repr(thread, value)?;
            let message = format!("Can't pickle {shown}: {}", reason(context)?);
            Ok(pickling_error_after(thread, context, &message))
        };
        let module = match import(thread, module_name) {
            Ok(module) => module,
            Err(raised) => {
                let expected = [exceptions.import_error, exceptions.value_error, exceptions.key_error];
                if !expected.iter().any(|class| thread.exception_is(*class)) {
                    return Err(raised);
                }
                return Err(cannot(raised, &mut |context| {
                    Ok(dispatch::text::str(thread, context)?.to_str_lossy(thread).into_owned())
                })?);
            }
        };
        let full = |verb: &str| -> PyResult<String> {
            let module = dispatch::text::str(thread, module_name)?;
            let path = path.to_str_lossy(thread);
            Ok(format!("it's not {verb} {}.{path}", module.to_str_lossy(thread)))
        };
        match get_path(thread, module, path) {
            Ok(found) if found == value => Ok(module_name),
            Ok(_) => {
                let shown = repr(thread, value)?;
                Err(pickling_error(thread, format!("Can't pickle {shown}: {}", full("the same object as")?)))
            }
            Err(raised) if thread.exception_is(exceptions.attribute_error) => {
                Err(cannot(raised, &mut |_| full("found as"))?)
            }
            Err(raised) => Err(raised),
        }
    }

    /// The first module of `sys.modules` in which the object is found by `path`.
    fn search_modules(&mut self, value: Value, path: Gc<Str>) -> PyResult<Option<Value>> {
        let thread = self.thread;
        // Looking into modules may import others.
        let modules = thread.vm().modules().copy(thread);
        let mut position = 0;
        while let Some((name, module)) = modules.next_entry(&mut position) {
            let text = name.cast::<Str>().map(|name| name.to_str_lossy(thread).into_owned());
            if module.is_none() || matches!(text.as_deref(), Some("__main__" | "__mp_main__")) {
                continue;
            }
            match get_path(thread, module, path) {
                Ok(found) if found == value => return Ok(Some(name)),
                Ok(_) => {}
                Err(raised) => {
                    thread.catch(raised, thread.vm().exceptions.attribute_error)?;
                }
            }
        }
        Ok(None)
    }

    fn save_extension(&mut self, value: Value, code: Value) -> PyResult<()> {
        let thread = self.thread;
        let Some(code) = crate::types::int::to_i64_exact(code) else {
            let shown = repr(thread, value)?;
            let given = thread.type_name(code);
            let message = format!("Can't pickle {shown}: extension code {given} isn't an integer");
            return Err(pickling_error(thread, message));
        };
        if code <= 0 || code > 0x7fff_ffff {
            let message = if code == 0 {
                "extension code 0 is out of range".to_owned()
            } else {
                let shown = repr(thread, value)?;
                return Err(pickling_error(
                    thread,
                    format!("Can't pickle {shown}: extension code {code} is out of range"),
                ));
            };
            return Err(thread.raise_runtime_error(message));
        }
        if let Ok(code) = u8::try_from(code) {
            self.output.instruction(Opcode::Ext1, &[code]);
        } else if let Ok(code) = u16::try_from(code) {
            self.output.instruction(Opcode::Ext2, &code.to_le_bytes());
        } else {
            self.output.instruction(Opcode::Ext4, &(code as u32).to_le_bytes());
        }
        Ok(())
    }

    /// Before protocol 4, a name in a class is written as calls of `getattr`.
    fn save_path(&mut self, module: Value, name: Gc<Str>) -> PyResult<()> {
        let thread = self.thread;
        let mut names = ScratchVec::new();
        parts(thread, &name).for_each(|part| names.push(thread, part.value()));
        let Some((&first, rest)) = names.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return self.save_name(module, name.value());
        };
        let getattr = self.state.data.getattr.get().unwrap_or(Value::NONE);
        for _ in rest {
            self.save(getattr)?;
            if self.protocol < 2 {
                self.output.opcode(Opcode::Mark);
            }
        }
        self.save_name(module, first)?;
        for &part in rest {
            self.save(part)?;
            self.output.opcode(if self.protocol < 2 { Opcode::Tuple } else { Opcode::Tuple2 });
            self.output.opcode(Opcode::Reduce);
        }
        Ok(())
    }

    /// Writes a module and a name in it as two lines.
    fn save_name(&mut self, module: Value, name: Value) -> PyResult<()> {
        let thread = self.thread;
        let (mut module, mut name) = (module, name);
        if self.pickler.data.fix_imports.get() {
            let data = &self.state.data;
            (module, name) = mapped(thread, known(&data.old_names), known(&data.old_modules), module, name)?;
        }
        self.output.opcode(Opcode::Global);
        self.save_identifier(module, "module")?;
        self.save_identifier(name, "global")
    }

    fn save_identifier(&mut self, name: Value, what: &str) -> PyResult<()> {
        let (thread, protocol) = (self.thread, self.protocol);
        let Some(name) = name.cast::<Str>() else {
            return Err(thread.raise_type_error("module name must be a string"));
        };
        // Names in other scripts are Python 3's.
        let encoding = if protocol >= 3 { "utf-8" } else { "ascii" };
        match dispatch::text::codecs::encode(thread, name, Some(encoding), None) {
            Ok(bytes) => {
                self.output.raw(bytes.as_slice());
                self.output.raw(b"\n");
                Ok(())
            }
            Err(raised) if thread.exception_is(thread.vm().exceptions.unicode_encode_error) => {
                let context = thread.take_exception(raised);
                let shown = repr(thread, name.value())?;
                let message = format!("can't pickle {what} identifier {shown} using pickle protocol {protocol}");
                Err(pickling_error_after(thread, context, &message))
            }
            Err(raised) => Err(raised),
        }
    }
}

/// `Unpickler.find_class`: the object that a pickle names.
///
/// # Errors
/// ImportError, AttributeError, and what audit hooks raise.
pub fn find_class(thread: &Thread, unpickler: Gc<UnpicklerObject>, module: Value, name: Value) -> PyResult<Value> {
    audit_event(thread, "pickle.find_class", &[module, name])?;
    let protocol = unpickler.data.protocol.get();
    let (mut module, mut name) = (module, name);
    if protocol < 3 && unpickler.data.fix_imports.get() {
        let state = state(thread);
        (module, name) = mapped(thread, known(&state.data.new_names), known(&state.data.new_modules), module, name)?;
    }
    let found = import(thread, module)?;
    let Some(text) = name.cast::<Str>() else {
        let given = thread.type_name(name);
        return Err(thread.raise_type_error(if protocol >= 4 {
            format!("must be str, not {given}")
        } else {
            format!("attribute name must be string, not '{given}'")
        }));
    };
    if protocol < 4 || !text.as_bytes(thread).contains(&b'.') {
        return dispatch::attr::get(thread, found, thread.vm().interner.intern(thread, text));
    }
    get_path(thread, found, text).map_err(|raised| {
        if !thread.exception_is(thread.vm().exceptions.attribute_error) {
            return raised;
        }
        let context = thread.take_exception(raised);
        let shown = (repr(thread, name), repr(thread, module));
        let (Ok(name), Ok(module)) = shown else { return thread.reraise(context) };
        let raised = thread.raise_plain_attribute_error(format!("Can't resolve path {name} on module {module}"));
        super::with_context(thread, raised, context)
    })
}
