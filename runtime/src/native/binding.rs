//! From the arguments of a call to the parameters of a builtin, with CPython's words when they do not fit.
//!
//! What lives here: [`Parameters`] (a signature as data, written by the macros), [`Parameters::bind`] and every
//! message about too many, too few or unknown arguments and about wrong receivers. CPython words them
//! differently for each calling style (`METH_NOARGS`, `METH_O`, `METH_FASTCALL`, keyword parsing in
//! `Python/getargs.c`, slot wrappers in `Objects/typeobject.c`), so the style is part of the data. What must
//! not: conversion of single values ([`super::convert`]). Start at [`Parameters`].

use super::{Arguments, Downcast, suggest};
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;

/// How a wrong number of arguments is worded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `list.clear() takes no arguments (1 given)`
    NoArguments,
    /// `list.append() takes exactly one argument (2 given)`
    One,
    /// `pop expected at most 1 argument, got 2`
    Fast,
    /// `split() takes at most 2 arguments (3 given)`; keywords are accepted.
    Keywords,
    /// `int expected at most 2 arguments, got 3`, but keywords are accepted (CPython's vectorcall types).
    FastKeywords,
    /// `function takes exactly 2 arguments (1 given)`: older C code, which does not say its name to the parser of its
    /// arguments.
    Anonymous,
    /// `expected 1 argument, got 0`: slot wrappers.
    Slot,
    /// The function gets the call as it is, and checks it.
    Raw,
}

/// What the first argument is, and so how a wrong one is reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    /// There is none: functions and static methods.
    None,
    /// An instance: "descriptor 'append' for 'list' objects doesn't apply to a 'int' object".
    Method,
    /// An instance, of a special method that CPython keeps in a slot: "descriptor '__add__' requires a
    /// 'list' object but received a 'int'".
    Slot,
    /// The class, of a class method.
    Class,
    /// The class to be instantiated, of `__new__`.
    New,
}

/// One parameter after the receiver.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    pub name: &'static str,
    /// The default as the signature writes it; `None` is a required parameter.
    pub default: Option<&'static str>,
}

/// The parameters of a builtin after its receiver, in the order positional-only, positional or keyword,
/// keyword-only. `*args` and `**kwargs` are not in the list.
pub struct Parameters {
    /// Name of the function.
    pub name: &'static str,
    /// Class or module that holds it.
    pub owner: &'static str,
    /// `__module__` of the owning class (for a module: its name).
    pub module: &'static str,
    pub receiver: Receiver,
    pub style: Style,
    pub list: &'static [Parameter],
    /// How many of `list` are positional-only.
    pub positional_only: usize,
    /// How many of `list` may be given by position.
    pub positional: usize,
    /// How many of these must be given.
    pub required: usize,
    /// There is `*args`.
    pub variadic: bool,
    /// There is `**kwargs`.
    pub keywords: bool,
}

/// The arguments of one call by parameter; `None` where the default applies.
pub type Bound<const N: usize> = [Option<Value>; N];

impl Parameters {
    // ---- names in messages ----

    /// `list.append`, `math.sqrt`, `len`; for `__new__` the class.
    fn qualified(&self) -> String {
        match self.receiver {
            Receiver::New => self.owner.to_owned(),
            Receiver::Slot if self.name == "__init__" => self.owner.to_owned(),
            Receiver::None if self.owner.is_empty() || self.owner == "builtins" => self.name.to_owned(),
            Receiver::None | Receiver::Method | Receiver::Slot | Receiver::Class => {
                format!("{}.{}", self.owner, self.name)
            }
        }
    }

    /// `append`, `sqrt`; for `__new__` and `__init__` the class.
    pub fn short(&self) -> &'static str {
        if self.receiver == Receiver::New || (self.receiver == Receiver::Slot && self.name == "__init__") {
            self.owner
        } else {
            self.name
        }
    }

    /// As the messages about a call's arguments begin: `split()`.
    fn called(&self) -> String {
        if self.style == Style::Anonymous { String::from("function") } else { format!("{}()", self.short()) }
    }

    /// The owner as descriptors show it: `list`, `collections.deque`.
    fn owner_display(&self) -> String {
        if self.module == "builtins" { self.owner.to_owned() } else { format!("{}.{}", self.module, self.owner) }
    }

    // ---- receivers ----

    /// The class is the one whose spec has this function, or a Python class with that layout.
    #[inline]
    fn is_owner(&self, class: Gc<Type>) -> bool {
        class.spec.get().is_some_and(|spec| spec.name == self.owner && spec.module == self.module)
    }

    /// Some base of the class is the owner, or shares this function (struct sequences have one `__new__`).
    /// Standard exceptions share specs, so names count too.
    #[cold]
    fn owns_base_of(&self, class: Gc<Type>) -> bool {
        class
            .mro_items()
            .iter()
            .filter_map(|base| base.cast::<Type>())
            .any(|base| self.is_owner(base) || base.is_named(self.owner) || self.is_shared_with(base))
    }

    /// The class has this very function among its methods.
    fn is_shared_with(&self, class: Gc<Type>) -> bool {
        class.spec.get().is_some_and(|spec| spec.methods().any(|own| std::ptr::eq(own.parameters, self)))
    }

    /// Splits off the first positional argument.
    #[inline]
    pub fn split_receiver<'a>(&self, thread: &Thread, arguments: Arguments<'a>) -> PyResult<(Value, Arguments<'a>)> {
        match arguments.positional().first() {
            Some(&receiver) => Ok((receiver, arguments.without_first())),
            None => Err(self.no_receiver(thread)),
        }
    }

    #[cold]
    fn no_receiver(&self, thread: &Thread) -> Raised {
        let (owner, name) = (self.owner, self.name);
        thread.raise_type_error(match self.receiver {
            Receiver::Method => format!("unbound method {owner}.{name}() needs an argument"),
            Receiver::Slot => format!("descriptor '{name}' of '{}' object needs an argument", self.owner_display()),
            Receiver::New => format!("{}.__new__(): not enough arguments", self.owner_display()),
            Receiver::Class | Receiver::None => {
                format!("descriptor '{name}' of type '{}' needs an argument", self.owner_display())
            }
        })
    }

    #[cold]
    pub fn wrong_receiver(&self, thread: &Thread, value: Value) -> Raised {
        let (owner, name, given) = (self.owner_display(), self.name, thread.type_name(value));
        thread.raise_type_error(match self.receiver {
            Receiver::Slot => format!("descriptor '{name}' requires a '{owner}' object but received a '{given}'"),
            Receiver::New => format!("{owner}.__new__(X): X is not a type object ({given})"),
            Receiver::Class => format!("descriptor '{name}' for type '{owner}' needs a type, not a '{given}' as arg 2"),
            Receiver::Method | Receiver::None => {
                format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{given}' object")
            }
        })
    }

    // ---- binding ----

    /// Sorts the arguments (without the receiver) to the parameters. `N` is the length of `list`.
    ///
    /// Raises TypeError as CPython does for this style. Positional arguments beyond `positional` are the
    /// caller's `*args`, keyword arguments that are no parameters its `**kwargs`.
    pub fn bind<const N: usize>(&'static self, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Bound<N>> {
        debug_assert_eq!(N, self.list.len());
        let mut bound = [None; N];
        if N == 0 && self.variadic && self.keywords {
            return Ok(bound);
        }
        let given = arguments.positional();
        let fits = given.len() >= self.required && (given.len() <= self.positional || self.variadic);
        let keyword_count = arguments.keyword_count();
        if keyword_count == 0 && fits && self.list[self.positional..].iter().all(|p| p.default.is_some()) {
            for (place, &value) in bound[..self.positional].iter_mut().zip(given) {
                *place = Some(value);
            }
            return Ok(bound);
        }
        self.check_counts(thread, given.len(), keyword_count)?;
        for (place, &value) in bound[..self.positional].iter_mut().zip(given) {
            *place = Some(value);
        }
        let filled = given.len().min(self.positional);
        let mut found = 0;
        for (index, parameter) in self.list.iter().enumerate().skip(filled.max(self.positional_only)) {
            bound[index] =
                arguments.keywords().find(|(name, _)| name_is(thread, *name, parameter.name)).map(|(_, value)| value);
            if bound[index].is_some() {
                found += 1;
            } else if parameter.default.is_none() {
                return Err(self.missing(thread, index));
            }
        }
        if found < keyword_count {
            self.check_leftover_keywords(thread, arguments, filled)?;
        }
        Ok(bound)
    }

    /// The error of a call that none of the direct entries took; for functions that have one per count.
    #[cold]
    pub fn reject(&'static self, thread: &Thread, arguments: Arguments<'_>) -> Raised {
        match self.check_counts(thread, arguments.positional().len(), arguments.keyword_count()) {
            Err(raised) => raised,
            Ok(()) => unreachable!("{} has a direct entry for every call it accepts", self.name),
        }
    }

    /// Some argument may be given by name.
    pub fn accepts_keywords(&self) -> bool {
        self.keywords || self.style == Style::Raw || self.positional_only < self.list.len()
    }

    /// The least number of arguments that only a position can give.
    fn required_positional_only(&self) -> usize {
        self.positional_only.min(self.required)
    }

    fn check_counts(&self, thread: &Thread, given: usize, keyword_count: usize) -> PyResult<()> {
        if keyword_count > 0 && !self.accepts_keywords() {
            let name = self.qualified();
            return Err(thread.raise_type_error(match self.style {
                Style::Slot => format!("wrapper {}() takes no keyword arguments", self.name),
                Style::Anonymous => format!("{}() takes no keyword arguments", self.short()),
                _ => format!("{name}() takes no keyword arguments"),
            }));
        }
        let least = self.required;
        let most = if self.variadic { usize::MAX } else { self.positional };
        match self.style {
            Style::Raw => Ok(()),
            Style::NoArguments if given > 0 => {
                Err(thread.raise_type_error(format!("{}() takes no arguments ({given} given)", self.qualified())))
            }
            Style::One if given != 1 => {
                Err(thread
                    .raise_type_error(format!("{}() takes exactly one argument ({given} given)", self.qualified())))
            }
            Style::NoArguments | Style::One => Ok(()),
            Style::Slot => self.check_slot(thread, given, least, most),
            Style::Fast => self.check_fast(thread, given, least, most),
            Style::FastKeywords if keyword_count == 0 || given > most || given < self.required_positional_only() => {
                let least = if keyword_count == 0 { least } else { self.required_positional_only() };
                self.check_fast(thread, given, least, most)
            }
            Style::Anonymous if !self.accepts_keywords() => self.check_anonymous(thread, given, least, most),
            Style::Keywords | Style::FastKeywords | Style::Anonymous => {
                self.check_with_keywords(thread, given, keyword_count)
            }
        }
    }

    fn check_fast(&self, thread: &Thread, given: usize, least: usize, most: usize) -> PyResult<()> {
        if (least..=most).contains(&given) {
            return Ok(());
        }
        let limit = if given < least { least } else { most };
        let bound = if least == most {
            ""
        } else if given < least {
            "at least "
        } else {
            "at most "
        };
        Err(thread.raise_type_error(format!(
            "{} expected {bound}{limit} argument{}, got {given}",
            self.short(),
            plural(limit)
        )))
    }

    fn check_anonymous(&self, thread: &Thread, given: usize, least: usize, most: usize) -> PyResult<()> {
        if (least..=most).contains(&given) {
            return Ok(());
        }
        let (bound, limit) = match given < least {
            _ if least == most => ("exactly", least),
            true => ("at least", least),
            false => ("at most", most),
        };
        let message = format!("function takes {bound} {limit} argument{} ({given} given)", plural(limit));
        Err(thread.raise_type_error(message))
    }

    fn check_slot(&self, thread: &Thread, given: usize, least: usize, most: usize) -> PyResult<()> {
        if (least..=most).contains(&given) {
            return Ok(());
        }
        // CPython unpacks the arguments of its two-argument slots like those of a function.
        match (least, most) {
            (1, 2) if matches!(self.name, "__pow__" | "__rpow__" | "__ipow__") => {
                Err(thread.raise_type_error(format!("expected 1 or 2 arguments, got {given}")))
            }
            (_, 2..) => self.check_fast(thread, given, least, most),
            _ => Err(thread.raise_type_error(format!("expected {most} argument{}, got {given}", plural(most)))),
        }
    }

    /// The checks of `_PyArg_UnpackKeywords`, in its order.
    fn check_with_keywords(&self, thread: &Thread, given: usize, keyword_count: usize) -> PyResult<()> {
        let called = || self.called();
        let all = self.list.len();
        if !self.variadic && !self.keywords && given + keyword_count > all {
            let total = given + keyword_count;
            let sort = if given == 0 { "keyword " } else { "" };
            return Err(thread.raise_type_error(format!(
                "{} takes at most {all} {sort}argument{} ({total} given)",
                called(),
                plural(all)
            )));
        }
        let most = self.positional;
        if !self.variadic && given > most {
            return Err(thread.raise_type_error(if most == 0 {
                format!("{} takes no positional arguments", called())
            } else {
                let bound = if self.required < most { "at most" } else { "exactly" };
                format!("{} takes {bound} {most} positional argument{} ({given} given)", called(), plural(most))
            }));
        }
        let least = self.required_positional_only();
        if given < least {
            let bound = if least < most || self.variadic { "at least" } else { "exactly" };
            return Err(thread.raise_type_error(format!(
                "{} takes {bound} {least} positional argument{} ({given} given)",
                called(),
                plural(least)
            )));
        }
        Ok(())
    }

    #[cold]
    fn missing(&self, thread: &Thread, index: usize) -> Raised {
        let (called, parameter) = (self.called(), self.list[index].name);
        thread.raise_type_error(format!("{called} missing required argument '{parameter}' (pos {})", index + 1))
    }

    /// Some keyword is not a parameter that still lacked its argument; `filled` have theirs by position.
    fn check_leftover_keywords(
        &'static self,
        thread: &Thread,
        arguments: Arguments<'_>,
        filled: usize,
    ) -> PyResult<()> {
        let called = || self.called();
        for (index, parameter) in self.list.iter().enumerate().take(filled).skip(self.positional_only) {
            if arguments.keywords().any(|(keyword, _)| name_is(thread, keyword, parameter.name)) {
                return Err(thread.raise_type_error(format!(
                    "argument for {} given by name ('{}') and position ({})",
                    called(),
                    parameter.name,
                    index + 1
                )));
            }
        }
        if self.keywords {
            return Ok(());
        }
        let by_name = || self.list[self.positional_only..].iter().map(|parameter| parameter.name);
        for (keyword, _) in arguments.keywords() {
            if by_name().any(|known| name_is(thread, keyword, known)) {
                continue;
            }
            let keyword = keyword.to_string_lossy(thread);
            let hint = match suggest::closest(&keyword, by_name()) {
                Some(near) => format!(". Did you mean '{near}'?"),
                None => String::new(),
            };
            let this = if self.style == Style::Anonymous { "this " } else { "" };
            return Err(thread
                .raise_type_error(format!("{this}{} got an unexpected keyword argument '{keyword}'{hint}", called())));
        }
        Ok(())
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The keyword is spelt so.
#[inline]
fn name_is(thread: &Thread, keyword: Gc<Str>, name: &str) -> bool {
    keyword.as_bytes(thread) == name.as_bytes()
}

/// The error of `list.__new__(int)`: `class` is a class, but not derived from the owner.
#[cold]
pub fn not_a_subtype(thread: &Thread, owner: &str, class: &str) -> Raised {
    thread.raise_type_error(format!("{owner}.__new__({class}): {class} is not a subtype of {owner}"))
}

/// A required argument, which [`Parameters::bind`] has found.
#[inline(always)]
pub fn given(value: Option<Value>) -> Value {
    match value {
        Some(value) => value,
        None => unreachable!("bind leaves no required parameter empty"),
    }
}

/// The receiver as a `T`.
#[inline(always)]
pub fn receiver<T: Downcast>(thread: &Thread, value: Value, parameters: &'static Parameters) -> PyResult<Gc<T>> {
    match T::downcast(value) {
        Some(object) => Ok(object),
        None => Err(parameters.wrong_receiver(thread, value)),
    }
}

/// The receiver, if `check` says that it is an instance.
#[inline(always)]
pub fn checked_receiver(
    thread: &Thread,
    value: Value,
    parameters: &'static Parameters,
    check: fn(Value) -> bool,
) -> PyResult<Value> {
    if check(value) { Ok(value) } else { Err(parameters.wrong_receiver(thread, value)) }
}

/// The class that a class method or `__new__` was called with. Raises TypeError if `__new__` is to make an
/// instance of a class that does not derive from its own.
#[inline(always)]
pub fn class_receiver(thread: &Thread, value: Value, parameters: &'static Parameters) -> PyResult<Gc<Type>> {
    let class = receiver::<Type>(thread, value, parameters)?;
    if parameters.receiver == Receiver::New && !parameters.is_owner(class) && !parameters.owns_base_of(class) {
        return Err(not_a_subtype(thread, &parameters.owner_display(), &class.message_name(thread)));
    }
    Ok(class)
}

/// The keyword arguments of a call that are not parameters: `**kwargs`.
#[derive(Clone, Copy)]
pub struct Keywords<'a> {
    thread: &'a Thread,
    arguments: Arguments<'a>,
    /// The parameters that take keywords: theirs are not among `**kwargs`.
    taken: &'static [Parameter],
}

impl<'a> Keywords<'a> {
    /// What is left of `arguments` for a function with these parameters.
    pub fn new(thread: &'a Thread, arguments: Arguments<'a>, parameters: &'static Parameters) -> Keywords<'a> {
        Keywords { thread, arguments, taken: &parameters.list[parameters.positional_only..] }
    }

    /// Names and values in the order of the call.
    pub fn iter(&self) -> impl Iterator<Item = (Gc<Str>, Value)> + use<'a> {
        let Keywords { thread, taken, .. } = *self;
        self.arguments
            .keywords()
            .filter(move |(name, _)| !taken.iter().any(|parameter| name_is(thread, *name, parameter.name)))
    }

    /// There are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.arguments.names.is_none() || self.iter().next().is_none()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The argument of this name.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.iter().find(|(keyword, _)| name_is(self.thread, *keyword, name)).map(|(_, value)| value)
    }

    /// The names and their values as a call passes them on ([`Arguments::names`] and the tail of
    /// [`Arguments::values`]), if all keywords of the call are in `**kwargs`: always, in a function none of
    /// whose parameters can be given by keyword.
    pub fn whole(&self) -> Option<(Option<Gc<Tuple>>, &'a [Value])> {
        let values = &self.arguments.values[self.arguments.positional().len()..];
        (self.taken.is_empty() || self.len() == values.len()).then_some((self.arguments.names, values))
    }
}
