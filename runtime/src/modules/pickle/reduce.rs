//! Writing objects by how they reduce themselves.
//!
//! What lives here: who is asked to reduce an object (`dispatch_table`, `copyreg`, `__reduce_ex__`), and what becomes of
//! the answer (PEP 307). What must not: builtin types ([`super::save`]). Start at [`Saver::save_by_class`].

use super::opcode::Opcode;
use super::save::Saver;
use super::{known, pickling_error};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{get, repr};
use crate::object::{Gc, Kind};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::object_class::{self, Reduction};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

/// What `__reduce__` may return after callable and arguments.
#[derive(Clone, Copy, Default)]
struct Rest {
    state: Option<Value>,
    list_items: Option<Value>,
    dict_items: Option<Value>,
    state_setter: Option<Value>,
}

/// `__reduce_ex__` and `__reduce__` of the object are those of `object`, so that what they do may be done here.
fn reduces_by_default(thread: &Thread, value: Value) -> bool {
    let (names, class) = (&thread.vm().names, thread.class_of(value));
    if class.flag(type_flags::CUSTOM_GETATTRIBUTE) {
        return false;
    }
    let object = thread.vm().types.object;
    let own = |name: Gc<Str>| {
        class.lookup(thread, name) != object.lookup(thread, name)
            || value.header().is_some_and(|header| instance::get_attribute(thread, header, name).is_some())
    };
    !own(names.__reduce_ex__) && !own(names.__reduce__)
}

/// A class or function as `__name__` says.
fn is_named(thread: &Thread, callable: Value, name: &str) -> PyResult<bool> {
    let own = dispatch::attr::get_optional(thread, callable, thread.vm().names.__name__)?;
    Ok(own.and_then(|own| own.cast::<Str>()).is_some_and(|own| own.as_bytes(thread) == name.as_bytes()))
}

impl Saver<'_> {
    /// Writes an object that is of no builtin type with opcodes of its own.
    pub(super) fn save_by_class(&mut self, value: Value) -> PyResult<()> {
        let thread = self.thread;
        let (types, names) = (&thread.vm().types, &thread.vm().names);
        let class = thread.class_of(value);
        if class == types.type_type {
            return self.save_class(value);
        }
        if value.header().is_some_and(|header| header.kind() == Kind::Function) {
            return self.save_global(value, None);
        }
        let reducer = match self.pickler.data.dispatch_table.get() {
            None => known(&self.state.data.dispatch_table).get(thread, class.value())?,
            Some(table) => match dispatch::subscript::get_item(thread, table, class.value()) {
                Ok(reducer) => Some(reducer),
                Err(raised) => {
                    thread.catch(raised, thread.vm().exceptions.key_error)?;
                    None
                }
            },
        };
        if let Some(reducer) = reducer {
            let reduced = dispatch::call::call(thread, reducer, &[value])?;
            return self.save_reduced(value, reduced);
        }
        if class.is_subclass_of(types.type_type) {
            return self.save_global(value, None);
        }
        if self.protocol >= 2 && reduces_by_default(thread, value) {
            let reduction = object_class::reduction(thread, value)?;
            let result = if reduction.keywords.is_none() {
                self.save_new_object(value, &reduction)
            } else {
                let reduced = reduction.into_tuple(thread)?;
                self.save_reduce(value, reduced)
            };
            return self.noted(value, "object", result);
        }
        let reduced = if let Some(method) = dispatch::attr::get_optional(thread, value, names.__reduce_ex__)? {
            dispatch::call::call(thread, method, &[Value::small_wrapping(i64::from(self.protocol))])?
        } else if let Some(method) = dispatch::attr::get_optional(thread, value, names.__reduce__)? {
            dispatch::call::call(thread, method, &[])?
        } else {
            let class = self.class_name(value);
            return Err(pickling_error(thread, format!("Can't pickle {class} object")));
        };
        self.save_reduced(value, reduced)
    }

    /// Writes a class: those of `None` and its like have no name.
    fn save_class(&mut self, class: Value) -> PyResult<()> {
        let thread = self.thread;
        for single in [Value::NONE, Value::ELLIPSIS, Value::NOT_IMPLEMENTED] {
            if class == thread.class_of(single).value() {
                let arguments = Tuple::new(thread, &[single]);
                let of_type = thread.vm().types.type_type.value();
                return self.save_reduce(class, Tuple::new(thread, &[of_type, arguments.value()]));
            }
        }
        self.save_global(class, None)
    }

    /// Writes what a reducer returned for an object.
    pub(super) fn save_reduced(&mut self, value: Value, reduced: Value) -> PyResult<()> {
        if let Some(name) = reduced.cast::<Str>() {
            return self.save_global(value, Some(name));
        }
        let result = match reduced.cast::<Tuple>() {
            Some(reduced) => self.save_reduce(value, reduced),
            None => {
                let given = self.class_name(reduced);
                let message = format!("__reduce__ must return a string or tuple, not {given}");
                Err(pickling_error(self.thread, message))
            }
        };
        self.noted(value, "object", result)
    }

    /// Adds the note "when serializing X part" to an exception.
    fn noted(&self, value: Value, part: &str, result: PyResult<()>) -> PyResult<()> {
        result.map_err(|raised| self.note(raised, || Ok(format!("when serializing {} {part}", self.class_name(value)))))
    }

    fn save_noted(&mut self, value: Value, of: Value, part: &str) -> PyResult<()> {
        let result = self.save(value);
        self.noted(of, part, result)
    }

    /// Writes an object by the tuple that a reducer returned: callable, arguments, state, items.
    pub(super) fn save_reduce(&mut self, value: Value, reduced: Gc<Tuple>) -> PyResult<()> {
        let thread = self.thread;
        let fail = |message: String| Err(pickling_error(thread, message));
        let parts = reduced.items();
        if !(2..=6).contains(&parts.len()) {
            return fail("tuple returned by __reduce__ must contain 2 through 6 elements".to_owned());
        }
        let (callable, arguments) = (parts[0], parts[1]);
        if !dispatch::call::is_callable(thread, callable) {
            let given = self.class_name(callable);
            return fail(format!("first item of the tuple returned by __reduce__ must be callable, not {given}"));
        }
        let Some(arguments) = arguments.cast::<Tuple>() else {
            let given = self.class_name(arguments);
            return fail(format!("second item of the tuple returned by __reduce__ must be a tuple, not {given}"));
        };
        let part = |index: usize| parts.get(index).copied().filter(|part| !part.is_none());
        let rest = Rest { state: part(2), list_items: part(3), dict_items: part(4), state_setter: part(5) };
        for (items, place) in [(rest.list_items, "fourth"), (rest.dict_items, "fifth")] {
            if let Some(items) = items
                && !dispatch::iter::is_iterator(thread, items)
            {
                let given = self.class_name(items);
                return fail(format!(
                    "{place} item of the tuple returned by __reduce__ must be an iterator, not {given}"
                ));
            }
        }
        if let Some(setter) = rest.state_setter
            && !dispatch::call::is_callable(thread, setter)
        {
            let given = self.class_name(setter);
            return fail(format!("sixth item of the tuple returned by __reduce__ must be callable, not {given}"));
        }
        if self.protocol >= 2 && is_named(thread, callable, "__newobj_ex__")? {
            self.save_newobj_ex(value, arguments)?;
        } else if self.protocol >= 2 && is_named(thread, callable, "__newobj__")? {
            self.save_newobj(value, arguments)?;
        } else {
            self.save_noted(callable, value, "reconstructor")?;
            self.save_noted(arguments.value(), value, "reconstructor arguments")?;
            self.output.opcode(Opcode::Reduce);
        }
        self.save_rest(value, rest)
    }

    /// Writes an object that `object.__reduce_ex__` reduced to its class and arguments.
    fn save_new_object(&mut self, value: Value, reduction: &Reduction) -> PyResult<()> {
        self.check_class(value, reduction.class.value(), "__newobj__")?;
        self.save_noted(reduction.class.value(), value, "class")?;
        // The tuple is one of its own, whoever else holds the one that `__getnewargs__` returned.
        let arguments = Tuple::new(self.thread, reduction.arguments.items());
        self.save_noted(arguments.value(), value, "__new__ arguments")?;
        self.output.opcode(Opcode::NewObj);
        let given = |part: Value| Some(part).filter(|part| !part.is_none());
        let rest = Rest {
            state: given(reduction.state),
            list_items: given(reduction.list_items),
            dict_items: given(reduction.dict_items),
            state_setter: None,
        };
        self.save_rest(value, rest)
    }

    /// Checks the class that is the first argument of `function`.
    fn check_class(&self, value: Value, class: Value, function: &str) -> PyResult<()> {
        let thread = self.thread;
        if class.cast::<Type>().is_none() {
            let given = self.class_name(class);
            let message = format!("first argument to {function}() must be a class, not {given}");
            return Err(pickling_error(thread, message));
        }
        let own = dispatch::attr::get_optional(thread, value, thread.vm().names.__class__)?;
        let own = own.unwrap_or_else(|| thread.class_of(value).value());
        if own != class {
            let (own, class) = (repr(thread, own)?, repr(thread, class)?);
            let message = format!("first argument to {function}() must be {own}, not {class}");
            return Err(pickling_error(thread, message));
        }
        Ok(())
    }

    /// Writes `copyreg.__newobj__(cls, *args)` as an opcode.
    fn save_newobj(&mut self, value: Value, arguments: Gc<Tuple>) -> PyResult<()> {
        let thread = self.thread;
        let Some((&class, arguments)) = arguments.items().split_first() else {
            return Err(pickling_error(thread, "__newobj__ expected at least 1 argument, got 0"));
        };
        self.check_class(value, class, "__newobj__")?;
        self.save_noted(class, value, "class")?;
        let arguments = Tuple::new(thread, arguments);
        self.save_noted(arguments.value(), value, "__new__ arguments")?;
        self.output.opcode(Opcode::NewObj);
        Ok(())
    }

    /// Writes `copyreg.__newobj_ex__(cls, args, kwargs)` as an opcode, or before protocol 4 as a call of a partial.
    fn save_newobj_ex(&mut self, value: Value, arguments: Gc<Tuple>) -> PyResult<()> {
        let thread = self.thread;
        let &[class, positional, keywords] = arguments.items() else {
            let count = arguments.len();
            return Err(pickling_error(thread, format!("__newobj_ex__ expected 3 arguments, got {count}")));
        };
        if class.cast::<Type>().is_none() {
            self.check_class(value, class, "__newobj_ex__")?;
        }
        let Some(positional) = positional.cast::<Tuple>() else {
            let given = self.class_name(positional);
            let message = format!("second argument to __newobj_ex__() must be a tuple, not {given}");
            return Err(pickling_error(thread, message));
        };
        let Some(keywords) = keywords.cast::<Dict>() else {
            let given = self.class_name(keywords);
            let message = format!("third argument to __newobj_ex__() must be a dict, not {given}");
            return Err(pickling_error(thread, message));
        };
        if self.protocol >= 4 {
            self.save_noted(class, value, "class")?;
            self.save_noted(positional.value(), value, "__new__ arguments")?;
            self.save_noted(keywords.value(), value, "__new__ arguments")?;
            self.output.opcode(Opcode::NewObjEx);
            return Ok(());
        }
        let mut values = crate::scratch::ScratchVec::new();
        values.push(thread, get(thread, class, "__new__")?);
        values.push(thread, class);
        values.extend_from_slice(thread, positional.items());
        let partial = self.state.data.partial.get().unwrap_or(Value::NONE);
        let callable = dispatch::call::call_with_dict(thread, partial, &values, Some(keywords))?;
        self.save_noted(callable, value, "reconstructor")?;
        self.save(Tuple::new(thread, &[]).value())?;
        self.output.opcode(Opcode::Reduce);
        Ok(())
    }

    /// Remembers an object that is on the stack, and writes its items and state.
    fn save_rest(&mut self, value: Value, rest: Rest) -> PyResult<()> {
        if self.pickler.data.memo.get(value).is_some() {
            // It was written while its arguments were: that one is taken.
            self.output.opcode(Opcode::Pop);
            self.get(value);
        } else {
            self.put(value);
        }
        if let Some(items) = rest.list_items {
            self.append_all(items, value)?;
        }
        if let Some(items) = rest.dict_items {
            self.set_all(items, value)?;
        }
        let Some(state) = rest.state else { return Ok(()) };
        let Some(setter) = rest.state_setter else {
            self.save_noted(state, value, "state")?;
            self.output.opcode(Opcode::Build);
            return Ok(());
        };
        // setter(object, state), whose result is dropped.
        self.save_noted(setter, value, "state setter")?;
        self.save(value)?;
        self.save_noted(state, value, "state")?;
        self.output.opcode(Opcode::Tuple2);
        self.output.opcode(Opcode::Reduce);
        self.output.opcode(Opcode::Pop);
        Ok(())
    }
}
