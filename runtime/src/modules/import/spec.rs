//! `ModuleSpec`: what is known about a module before and after it is loaded.
//!
//! What lives here: the class, native so that an import makes one cheaply; `importlib.machinery.ModuleSpec` is
//! this class too. What must not: finding and loading. Start at [`ModuleSpec::make`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{get, intern, repr, string};
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// The specification of a module.
pub struct ModuleSpec {
    pub name: Slot,
    pub loader: Slot,
    pub origin: Slot,
    pub loader_state: Slot,
    /// Where submodules are searched, or None for modules that are no packages.
    pub search_locations: Slot,
    uninitialized_submodules: Slot,
    cached: Slot,
    /// `origin` is a place in the file system: `__file__` is set.
    pub has_location: Cell<bool>,
    /// The module's code is running.
    pub initializing: Cell<bool>,
}

impl PayloadData for ModuleSpec {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in self.slots() {
            tracer.slot(slot);
        }
    }
}

/// What [`ModuleSpec::make`] needs to know.
pub struct Facts {
    pub name: Value,
    pub loader: Value,
    pub origin: Value,
    pub search_locations: Value,
    pub has_location: bool,
}

impl ModuleSpec {
    fn slots(&self) -> [&Slot; 7] {
        [
            &self.name,
            &self.loader,
            &self.origin,
            &self.loader_state,
            &self.search_locations,
            &self.uninitialized_submodules,
            &self.cached,
        ]
    }

    fn empty() -> ModuleSpec {
        ModuleSpec {
            name: Slot::new(Value::NONE),
            loader: Slot::new(Value::NONE),
            origin: Slot::new(Value::NONE),
            loader_state: Slot::new(Value::NONE),
            search_locations: Slot::new(Value::NONE),
            uninitialized_submodules: Slot::empty(),
            cached: Slot::new(Value::NONE),
            has_location: Cell::new(false),
            initializing: Cell::new(false),
        }
    }

    /// A spec with these facts.
    pub fn make(thread: &Thread, facts: Facts) -> Gc<Payload<ModuleSpec>> {
        let data = ModuleSpec {
            name: Slot::new(facts.name),
            loader: Slot::new(facts.loader),
            origin: Slot::new(facts.origin),
            search_locations: Slot::new(facts.search_locations),
            has_location: Cell::new(facts.has_location),
            ..ModuleSpec::empty()
        };
        Payload::new(thread, Type::of_spec(thread, ModuleSpec::SPEC), data)
    }

    /// The spec's `parent`: the package that the module is in, or is.
    fn parent_of(thread: &Thread, this: Gc<Payload<ModuleSpec>>) -> PyResult<Value> {
        let name = value(&this.data.name);
        if !value(&this.data.search_locations).is_none() {
            return Ok(name);
        }
        let Some(text) = name.cast::<Str>() else { return Ok(name) };
        let text = text.to_str_lossy(thread);
        Ok(string(thread, text.rsplit_once('.').map_or("", |(parent, _)| parent)))
    }
}

fn value(slot: &Slot) -> Value {
    slot.get().unwrap_or(Value::NONE)
}

macro_rules! attributes {
    ($($get:ident, $set:ident, $name:literal, $slot:ident;)*) => {
        mod slots {
            use super::*;
            use taipan_macros::py_methods;

            /// Groups the attributes that are nothing but slots.
            pub struct Plain;

            #[py_methods(class = "ModuleSpec", module = "_frozen_importlib")]
            impl Plain {
                $(
                    #[getter(name = $name)]
                    fn $get(this: Gc<Payload<ModuleSpec>>) -> Value {
                        value(&this.data.$slot)
                    }
                    #[setter(name = $name)]
                    fn $set(this: Gc<Payload<ModuleSpec>>, thread: &Thread, new: Value) {
                        this.store(thread, &this.data.$slot, new);
                    }
                )*
            }
        }
    };
}
attributes! {
    name, set_name, "name", name;
    loader, set_loader, "loader", loader;
    origin, set_origin, "origin", origin;
    loader_state, set_loader_state, "loader_state", loader_state;
    search_locations, set_search_locations, "submodule_search_locations", search_locations;
    plain_cached, set_plain_cached, "_cached", cached;
    cached, set_cached, "cached", cached;
}

/// The specification for a module, used for loading.
///
/// A module's spec is the source for information about the module.  For
/// data associated with the module, including source, use the spec's
/// loader.
#[py_class(name = "ModuleSpec", module = "_frozen_importlib", subclassable, unhashable, dict, mutable, payload, extend = [slots::METHODS])]
impl ModuleSpec {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<Payload<ModuleSpec>> {
        let _ = (args, keywords);
        Payload::new(thread, class, ModuleSpec::empty())
    }

    #[method(signature = "(self, name, loader, *, origin=None, loader_state=None, is_package=None)")]
    fn __init__(
        this: Gc<Payload<ModuleSpec>>,
        thread: &Thread,
        name: Value,
        loader: Value,
        origin: Option<Value>,
        loader_state: Option<Value>,
        is_package: Option<Value>,
    ) -> PyResult<()> {
        this.store(thread, &this.data.name, name);
        this.store(thread, &this.data.loader, loader);
        this.store(thread, &this.data.origin, origin.unwrap_or(Value::NONE));
        this.store(thread, &this.data.loader_state, loader_state.unwrap_or(Value::NONE));
        if dispatch::truth::truth(thread, is_package.unwrap_or(Value::NONE))? {
            this.store(thread, &this.data.search_locations, List::empty(thread).value());
        }
        Ok(())
    }

    #[getter]
    fn parent(this: Gc<Payload<ModuleSpec>>, thread: &Thread) -> PyResult<Value> {
        ModuleSpec::parent_of(thread, this)
    }

    #[getter(name = "has_location")]
    fn get_has_location(this: Gc<Payload<ModuleSpec>>) -> bool {
        this.data.has_location.get()
    }
    #[setter(name = "has_location")]
    fn set_has_location(this: Gc<Payload<ModuleSpec>>, thread: &Thread, new: Value) -> PyResult<()> {
        this.data.has_location.set(dispatch::truth::truth(thread, new)?);
        Ok(())
    }

    #[getter(name = "_set_fileattr")]
    fn get_set_fileattr(this: Gc<Payload<ModuleSpec>>) -> bool {
        this.data.has_location.get()
    }
    #[setter(name = "_set_fileattr")]
    fn set_set_fileattr(this: Gc<Payload<ModuleSpec>>, thread: &Thread, new: Value) -> PyResult<()> {
        this.data.has_location.set(dispatch::truth::truth(thread, new)?);
        Ok(())
    }

    #[getter(name = "_initializing")]
    fn get_initializing(this: Gc<Payload<ModuleSpec>>) -> bool {
        this.data.initializing.get()
    }
    #[setter(name = "_initializing")]
    fn set_initializing(this: Gc<Payload<ModuleSpec>>, thread: &Thread, new: Value) -> PyResult<()> {
        this.data.initializing.set(dispatch::truth::truth(thread, new)?);
        Ok(())
    }

    #[getter(name = "_uninitialized_submodules")]
    fn get_uninitialized(this: Gc<Payload<ModuleSpec>>, thread: &Thread) -> Value {
        match this.data.uninitialized_submodules.get() {
            Some(list) => list,
            None => {
                let list = List::empty(thread).value();
                this.store(thread, &this.data.uninitialized_submodules, list);
                list
            }
        }
    }
    #[setter(name = "_uninitialized_submodules")]
    fn set_uninitialized(this: Gc<Payload<ModuleSpec>>, thread: &Thread, new: Value) {
        this.store(thread, &this.data.uninitialized_submodules, new);
    }

    #[method]
    fn __repr__(this: Gc<Payload<ModuleSpec>>, thread: &Thread) -> PyResult<String> {
        let mut text = format!(
            "{}(name={}, loader={}",
            thread.type_name(this.value()),
            repr(thread, value(&this.data.name))?,
            repr(thread, value(&this.data.loader))?
        );
        let origin = value(&this.data.origin);
        if !origin.is_none() {
            text.push_str(&format!(", origin={}", repr(thread, origin)?));
        }
        let locations = value(&this.data.search_locations);
        if !locations.is_none() {
            text.push_str(&format!(
                ", submodule_search_locations={}",
                dispatch::text::str(thread, locations)?.to_str_lossy(thread)
            ));
        }
        text.push(')');
        Ok(text)
    }

    #[method]
    fn __eq__(this: Gc<Payload<ModuleSpec>>, thread: &Thread, other: Value) -> PyResult<Value> {
        for name in ["name", "loader", "origin", "submodule_search_locations", "cached", "has_location"] {
            let Some(theirs) = dispatch::attr::get_optional(thread, other, intern(thread, name))? else {
                return Ok(Value::NOT_IMPLEMENTED);
            };
            let own = get(thread, this.value(), name)?;
            if !dispatch::compare::equals(thread, own, theirs)? {
                return Ok(Value::FALSE);
            }
        }
        Ok(Value::TRUE)
    }
}
