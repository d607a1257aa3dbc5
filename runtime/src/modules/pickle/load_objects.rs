//! Containers and instances of a pickle.
//!
//! What lives here: the instructions that make objects of what is on the stack, and give them items and state. What must
//! not: the machine ([`super::load`]), and what a name means ([`super::globals`]).

use super::load::{Loader, without_end};
use super::{globals, known, state, unpickling_error};
use crate::dispatch::{self, attr, call};
use crate::error::PyResult;
use crate::modules::support::{attribute_name, call_method, intern};
use crate::native::Arguments;
use crate::object::{Gc, Kind};
use crate::thread::Thread;
use crate::types::class_build;
use crate::types::dict::Dict;
use crate::types::instance::{self, Instance};
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

impl Loader<'_> {
    pub(super) fn tuple(&mut self, length: usize) -> PyResult<()> {
        let Some(start) = self.stack.len().checked_sub(length) else { return Err(self.underflow()) };
        if start < self.fence() {
            return Err(self.underflow());
        }
        let tuple = Tuple::new(self.thread, &self.stack[start..]);
        self.replace(start, tuple.value());
        Ok(())
    }

    pub(super) fn dict(&mut self) -> PyResult<()> {
        let (thread, start) = (self.thread, self.mark()?);
        let dict = Dict::new(thread);
        if (self.stack.len() - start) % 2 != 0 {
            return Err(self.error("odd number of items for DICT"));
        }
        for index in (start..self.stack.len()).step_by(2) {
            insert(thread, dict, self.stack[index], self.stack[index + 1])?;
        }
        self.replace(start, dict.value());
        Ok(())
    }

    pub(super) fn frozenset(&mut self) -> PyResult<()> {
        let (thread, start) = (self.thread, self.mark()?);
        let set = Set::new_frozen(thread);
        for index in start..self.stack.len() {
            set.add(thread, self.stack[index])?;
        }
        self.replace(start, set.value());
        Ok(())
    }

    pub(super) fn append(&mut self, start: usize) -> PyResult<()> {
        let (thread, container) = (self.thread, self.container(start)?);
        if self.stack.len() == start {
            return Ok(());
        }
        if let Some(list) = container.cast::<List>().filter(|list| list.is_exact()) {
            list.extend_from_slice(thread, &self.stack[start..])?;
        } else if let Some(extend) = attr::get_optional(thread, container, thread.vm().names.extend)? {
            let items = List::new(thread, &self.stack[start..]);
            self.stack.truncate(start);
            call::call(thread, extend, &[items.value()])?;
        } else {
            let append = attr::get(thread, container, thread.vm().names.append)?;
            for index in start..self.stack.len() {
                call::call(thread, append, &[self.stack[index]])?;
            }
        }
        self.stack.truncate(start);
        Ok(())
    }

    pub(super) fn set_items(&mut self, start: usize) -> PyResult<()> {
        let (thread, container) = (self.thread, self.container(start)?);
        if (self.stack.len() - start) % 2 != 0 {
            return Err(self.error("odd number of items for SETITEMS"));
        }
        let dict = container.cast::<Dict>().filter(|dict| dict.is_exact());
        if let Some(dict) = dict {
            dict.reserve(thread, (self.stack.len() - start) / 2);
        }
        for index in (start..self.stack.len()).step_by(2) {
            let (key, value) = (self.stack[index], self.stack[index + 1]);
            match dict {
                Some(dict) => insert(thread, dict, key, value)?,
                None => dispatch::subscript::set_item(thread, container, key, value)?,
            }
        }
        self.stack.truncate(start);
        Ok(())
    }

    pub(super) fn add_items(&mut self) -> PyResult<()> {
        let (thread, start) = (self.thread, self.mark()?);
        let container = self.container(start)?;
        if self.stack.len() == start {
            return Ok(());
        }
        if let Some(set) = container.cast::<Set>().filter(|set| !set.is_frozen()) {
            for index in start..self.stack.len() {
                set.add(thread, self.stack[index])?;
            }
        } else {
            let add = attr::get(thread, container, thread.vm().names.add)?;
            for index in start..self.stack.len() {
                call::call(thread, add, &[self.stack[index]])?;
            }
        }
        self.stack.truncate(start);
        Ok(())
    }

    // ---- objects ----

    pub(super) fn find_class(&mut self, module: Value, name: Value) -> PyResult<Value> {
        if self.plain {
            return globals::find_class(self.thread, self.unpickler, module, name);
        }
        call_method(self.thread, self.unpickler.value(), "find_class", &[module, name])
    }

    pub(super) fn persistent_line(&mut self) -> PyResult<()> {
        let line = self.unpickler.take_line(self.thread)?;
        let id = without_end(line.as_slice());
        if !id.is_ascii() {
            return Err(self.error("persistent IDs in protocol 0 must be ASCII strings"));
        }
        let id = Str::from_ascii_unchecked(self.thread, id);
        self.persistent(id.value())
    }

    pub(super) fn persistent(&mut self, id: Value) -> PyResult<()> {
        let found = call_method(self.thread, self.unpickler.value(), "persistent_load", &[id])?;
        self.push(found);
        Ok(())
    }

    pub(super) fn extension(&mut self, code: i64) -> PyResult<()> {
        let thread = self.thread;
        if code <= 0 {
            return Err(self.error("EXT specifies code <= 0"));
        }
        let (state, key) = (state(thread), Value::small_wrapping(code));
        let cache = known(&state.data.extension_cache);
        if let Some(object) = cache.get(thread, key)? {
            self.push(object);
            return Ok(());
        }
        let Some(pair) = known(&state.data.inverted_registry).get(thread, key)? else {
            return Err(thread.raise_value_error(format!("unregistered extension code {code}")));
        };
        let names = pair
            .cast::<Tuple>()
            .filter(|pair| pair.len() == 2 && pair.items().iter().all(|name| name.cast::<Str>().is_some()));
        let Some(names) = names else {
            let message = format!("_inverted_registry[{code}] isn't a 2-tuple of strings");
            return Err(thread.raise_value_error(message));
        };
        let object = self.find_class(names.items()[0], names.items()[1])?;
        cache.insert(thread, key, object)?;
        self.push(object);
        Ok(())
    }

    pub(super) fn reduce(&mut self) -> PyResult<()> {
        let (thread, arguments, callable) = (self.thread, self.pop()?, self.pop()?);
        let Some(arguments) = arguments.cast::<Tuple>() else {
            return Err(thread.raise_type_error("argument list must be a tuple"));
        };
        let object = call::call(thread, callable, arguments.items())?;
        self.push(object);
        Ok(())
    }

    /// An instance of an old class, with all from `start` on as arguments.
    pub(super) fn instantiate(&mut self, class: Value, start: usize) -> PyResult<Value> {
        let thread = self.thread;
        let arguments = Tuple::new(thread, &self.stack[start..]);
        if arguments.is_empty()
            && let Some(class) = class.cast::<Type>()
            && attr::get_optional(thread, class.value(), intern(thread, "__getinitargs__"))?.is_none()
        {
            return call_method(thread, class.value(), "__new__", &[class.value()]);
        }
        call::call(thread, class, arguments.items())
    }

    pub(super) fn new_object(&mut self, with_keywords: bool) -> PyResult<()> {
        let thread = self.thread;
        let word = if with_keywords { "NEWOBJ_EX" } else { "NEWOBJ" };
        let keywords = if with_keywords { Some(self.pop()?) } else { None };
        let (arguments, class) = (self.pop()?, self.pop()?);
        let wrong = |what: &str, wanted: &str, value: Value| {
            let given = thread.type_name(value);
            Err(unpickling_error(thread, format!("{word} {what} argument must be {wanted}, not {given}")))
        };
        let Some(class) = class.cast::<Type>() else { return wrong("class", "a type", class) };
        let Some(new) = class.special(thread, Special::New).filter(|_| !class.flag(type_flags::NO_INSTANTIATION))
        else {
            let given = thread.type_name(class.value());
            return Err(unpickling_error(thread, format!("{word} class argument '{given}' doesn't have __new__")));
        };
        let Some(arguments) = arguments.cast::<Tuple>() else { return wrong("args", "a tuple", arguments) };
        let keywords = match keywords {
            Some(keywords) => match keywords.cast::<Dict>() {
                Some(dict) => Some(dict),
                None => return wrong("kwargs", "a dict", keywords),
            },
            None => None,
        };
        let plain = arguments.is_empty()
            && keywords.is_none()
            && class.instance_kind.get() == Kind::Instance
            && !class.flag(type_flags::ABSTRACT)
            && Some(new) == thread.vm().types.object.special(thread, Special::New);
        let object = if plain {
            Instance::new(thread, class).value()
        } else {
            let new = attr::bind_descriptor(thread, new, None, class)?;
            let positional = Arguments::of(arguments.items());
            call::with_receiver(thread, class.value(), positional, |arguments| {
                call::call_with_dict(thread, new, arguments.values, keywords)
            })?
        };
        self.push(object);
        Ok(())
    }

    /// Gives the object below the top its state, which is the top.
    pub(super) fn build(&mut self) -> PyResult<()> {
        let thread = self.thread;
        if self.stack.len() < self.fence() + 2 {
            return Err(self.underflow());
        }
        let (state, object) = (self.pop()?, self.top()?);
        if let Some(set_state) = attr::get_optional(thread, object, thread.vm().names.__setstate__)? {
            call::call(thread, set_state, &[state])?;
            return Ok(());
        }
        let (state, slots) = match state.cast::<Tuple>().filter(|pair| pair.len() == 2) {
            Some(pair) => (pair.items()[0], pair.get(1)),
            None => (state, None),
        };
        if !state.is_none() {
            match state.cast::<Dict>() {
                Some(state) => set_attributes(thread, object, state)?,
                None => return Err(self.error("state is not a dictionary")),
            }
        }
        let Some(slots) = slots else { return Ok(()) };
        let Some(slots) = slots.cast::<Dict>() else {
            return Err(self.error("slot state is not a dictionary"));
        };
        let mut position = 0;
        while let Some((key, value)) = slots.next_entry(&mut position) {
            let name = attribute_name(thread, key)?;
            attr::set(thread, object, name, value)?;
        }
        Ok(())
    }
}

/// `dict[key] = value`, with the words for dict keys.
fn insert(thread: &Thread, dict: Gc<Dict>, key: Value, value: Value) -> PyResult<()> {
    let hash = crate::types::dict::hash_key(thread, key)?;
    dict.insert_hashed(thread, key, hash, value)
}

/// Puts a state into the object's `__dict__`; names become interned, as those of attributes are.
fn set_attributes(thread: &Thread, object: Value, state: Gc<Dict>) -> PyResult<()> {
    let class = thread.class_of(object);
    let own_dict = match object.header() {
        Some(header)
            if header.kind() == Kind::Instance
                && !class.flag(type_flags::CUSTOM_GETATTRIBUTE)
                && instance::has_dictionary(thread, header)
                && class_build::has_plain_dict(thread, class) =>
        {
            Some(header)
        }
        _ => None,
    };
    let mut position = 0;
    let mut dict = None;
    while let Some((key, value)) = state.next_entry(&mut position) {
        let name = key.cast::<Str>().filter(|name| name.is_exact());
        let name = name.map(|name| thread.vm().interner.intern(thread, name));
        if let (Some(header), Some(name)) = (own_dict, name) {
            instance::set_attribute(thread, header, name, value);
            continue;
        }
        let dict = match dict {
            Some(dict) => dict,
            None => *dict.insert(attr::get(thread, object, thread.vm().names.__dict__)?),
        };
        dispatch::subscript::set_item(thread, dict, name.map_or(key, |name| name.value()), value)?;
    }
    if position == 0 {
        attr::get(thread, object, thread.vm().names.__dict__)?;
    }
    Ok(())
}
