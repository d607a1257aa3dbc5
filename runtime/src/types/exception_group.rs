//! Exception groups (PEP 654): `BaseExceptionGroup` and `ExceptionGroup`.
//!
//! What lives here: construction, `split`, `subgroup`, `derive`, and the matching behind `except*`. What must
//! not: how groups are shown (`traceback_format`). Start at [`split_by`].

use crate::dispatch;
use crate::error::PyResult;
use crate::native::PyClass;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::class_build;
use crate::types::exception::{Exception, field};
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use taipan_macros::py_class;

/// Field indices of groups.
const MESSAGE: usize = field::FIRST;
const MEMBERS: usize = field::SECOND;

/// Spec marker of `BaseExceptionGroup`.
pub struct ExceptionGroupClass;

/// The exceptions in a group.
pub fn members<'a>(group: Gc<Exception>) -> &'a [Value] {
    match group.field(MEMBERS).and_then(|f| f.cast::<Tuple>()) {
        Some(tuple) => tuple.items_unbounded(),
        None => &[],
    }
}

/// The value is an exception group.
pub fn is_group(thread: &Thread, value: Value) -> bool {
    thread.class_of(value).is_subclass_of(thread.vm().exceptions.base_exception_group)
}

/// `ExceptionGroup`, the class with both bases.
pub fn exception_group_class(thread: &Thread) -> Gc<Type> {
    let name = thread.vm().interner.intern_text(thread, "ExceptionGroup");
    match thread.vm().builtins_dict().get_str(thread, name).and_then(|c| c.cast::<Type>()) {
        Some(class) => class,
        None => thread.vm().exceptions.base_exception_group,
    }
}

/// `str(group)`: the message and how many exceptions there are.
pub fn to_str(thread: &Thread, group: Gc<Exception>) -> PyResult<Value> {
    let message = match group.field(MESSAGE) {
        Some(message) => dispatch::text::str(thread, message)?.to_str_lossy(thread).into_owned(),
        None => String::new(),
    };
    let count = members(group).len();
    let plural = if count == 1 { "" } else { "s" };
    Ok(Str::new(thread, &format!("{message} ({count} sub-exception{plural})")).value())
}

/// Adds the methods of groups to `BaseExceptionGroup`, and makes `ExceptionGroup` in `builtins`.
pub fn add_attributes(thread: &Thread) {
    let class = thread.vm().exceptions.base_exception_group;
    class.add_spec_attributes(thread, <ExceptionGroupClass as PyClass>::SPEC);
}

/// Makes `ExceptionGroup(BaseExceptionGroup, Exception)`; called once `builtins` exists.
pub fn make_exception_group(thread: &Thread) -> PyResult<Gc<Type>> {
    let exceptions = &thread.vm().exceptions;
    let bases = Tuple::new(thread, &[exceptions.base_exception_group.value(), exceptions.exception.value()]);
    let namespace = crate::types::dict::Dict::new(thread);
    let module = thread.vm().interner.intern_text(thread, "builtins");
    namespace.insert_str(thread, thread.vm().names.__module__, module.value());
    let name = thread.vm().interner.intern_text(thread, "ExceptionGroup");
    let class = class_build::build_class(thread, thread.vm().types.type_type, name, bases, namespace, &[])?;
    class.set_flag(type_flags::IMMUTABLE, true);
    Ok(class)
}

/// What decides whether an exception belongs to the matched part.
#[derive(Clone, Copy)]
pub enum Condition {
    /// A class or tuple of classes.
    Class(Value),
    /// A callable that gives a truth value.
    Callable(Value),
}

impl Condition {
    /// The condition that an argument of `split` or `subgroup` means; TypeError for anything else.
    fn of_argument(thread: &Thread, value: Value) -> PyResult<Condition> {
        let is_class = |v: Value| v.cast::<Type>().is_some_and(|c| c.flag(type_flags::EXCEPTION));
        if is_class(value) || value.cast::<Tuple>().is_some_and(|t| t.items().iter().all(|&v| is_class(v))) {
            return Ok(Condition::Class(value));
        }
        if value.cast::<Type>().is_none() && dispatch::call::is_callable(thread, value) {
            return Ok(Condition::Callable(value));
        }
        Err(thread.raise_type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn holds(self, thread: &Thread, exception: Value) -> PyResult<bool> {
        match self {
            Condition::Class(class) => dispatch::isinstance::isinstance(thread, exception, class),
            Condition::Callable(function) => {
                let result = dispatch::call::call(thread, function, &[exception])?;
                dispatch::truth::truth(thread, result)
            }
        }
    }
}

/// Splits an exception (a group or a single one): the part that meets the condition, and the rest.
pub fn split_by(thread: &Thread, exception: Value, condition: Condition) -> PyResult<(Option<Value>, Option<Value>)> {
    if condition.holds(thread, exception)? {
        return Ok((Some(exception), None));
    }
    let Some(group) = exception.cast::<Exception>().filter(|_| is_group(thread, exception)) else {
        return Ok((None, Some(exception)));
    };
    thread.check_native_stack(" in exceptiongroup_split_recursive")?;
    let (mut matched, mut rest) = (ScratchVec::new(), ScratchVec::new());
    for &member in members(group) {
        let (yes, no) = split_by(thread, member, condition)?;
        if let Some(yes) = yes {
            matched.push(thread, yes);
        }
        if let Some(no) = no {
            rest.push(thread, no);
        }
    }
    Ok((derive_from(thread, group, &matched)?, derive_from(thread, group, &rest)?))
}

/// A group like `group` with other members: `derive`, then traceback, cause, context and notes copied.
fn derive_from(thread: &Thread, group: Gc<Exception>, members: &[Value]) -> PyResult<Option<Value>> {
    if members.is_empty() {
        return Ok(None);
    }
    let list = List::new(thread, members);
    let name = thread.vm().interner.intern_text(thread, "derive");
    let derived = dispatch::call::call_method(thread, group.value(), name, &[list.value()])?;
    let Some(result) = derived.cast::<Exception>().filter(|_| is_group(thread, derived)) else {
        return Err(thread.raise_type_error("derive must return an instance of BaseExceptionGroup"));
    };
    result.traceback.init(group.traceback.get());
    result.context.init(group.context.get());
    result.cause.init(group.cause.get());
    result.suppress_context.set(group.suppress_context.get());
    thread.write_barrier(result.header());
    let notes_name = thread.vm().names.__notes__;
    if let Some(notes) = dispatch::attr::get_optional(thread, group.value(), notes_name)?
        && let Ok(copy) = List::from_iterable(thread, notes)
    {
        dispatch::attr::set(thread, derived, notes_name, copy.value())?;
    }
    Ok(Some(derived))
}

/// Base class for groups of exceptions.
#[py_class(name = "BaseExceptionGroup", kind = Exception, signature = "(message, exceptions, /)")]
impl ExceptionGroupClass {
    #[new(signature = "(*args)")]
    fn new(class: Gc<Type>, thread: &Thread, arguments: &[Value]) -> PyResult<Value> {
        let &[message, exceptions] = arguments else {
            return Err(thread.raise_type_error(format!(
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
                arguments.len()
            )));
        };
        if message.cast::<Str>().is_none() {
            let given = thread.type_name(message);
            return Err(
                thread.raise_type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {given}"))
            );
        }
        if exceptions.cast::<List>().is_none()
            && exceptions.cast::<Tuple>().is_none()
            && !is_sequence(thread, exceptions)
        {
            return Err(thread.raise_type_error("second argument (exceptions) must be a sequence"));
        }
        let items = Tuple::from_iterable(thread, exceptions)?;
        if items.items().is_empty() {
            return Err(thread.raise_value_error("second argument (exceptions) must be a non-empty sequence"));
        }
        let standard = &thread.vm().exceptions;
        let mut only_exceptions = true;
        for (index, &item) in items.items().iter().enumerate() {
            if item.cast::<Exception>().is_none() {
                return Err(thread
                    .raise_value_error(format!("Item {index} of second argument (exceptions) is not an exception")));
            }
            only_exceptions &= thread.class_of(item).is_subclass_of(standard.exception);
        }
        let group_class = exception_group_class(thread);
        let mut class = class;
        if class == standard.base_exception_group {
            if only_exceptions {
                class = group_class;
            }
        } else if class == group_class {
            if !only_exceptions {
                return Err(thread.raise_type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
            }
        } else if !only_exceptions && class.is_subclass_of(standard.exception) {
            return Err(thread.raise_type_error(format!("Cannot nest BaseExceptions in '{}'", class.name_string())));
        }
        let group = Exception::new(thread, class, arguments);
        group.set_field(thread, MESSAGE, message);
        group.set_field(thread, MEMBERS, items.value());
        Ok(group.value())
    }

    #[method(signature = "(self, /, *args, **kwargs)")]
    fn __init__(
        this: Gc<Exception>,
        thread: &Thread,
        arguments: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> PyResult<()> {
        crate::types::exception_fields::check_keywords(thread, this, keywords)?;
        let arguments = Tuple::new(thread, arguments);
        thread.store_gc(this, &this.arguments, arguments);
        Ok(())
    }

    #[getter]
    fn message(this: Gc<Exception>) -> Value {
        this.field(MESSAGE).unwrap_or(Value::NONE)
    }

    #[getter]
    fn exceptions(this: Gc<Exception>) -> Value {
        this.field(MEMBERS).unwrap_or(Value::NONE)
    }

    #[method]
    fn derive(this: Gc<Exception>, thread: &Thread, exceptions: Value) -> PyResult<Value> {
        let message = this.field(MESSAGE).unwrap_or(Value::NONE);
        dispatch::call::call(thread, thread.vm().exceptions.base_exception_group.value(), &[message, exceptions])
    }

    #[method]
    fn split(this: Gc<Exception>, thread: &Thread, matcher: Value) -> PyResult<Value> {
        let condition = Condition::of_argument(thread, matcher)?;
        let (matched, rest) = split_by(thread, this.value(), condition)?;
        Ok(Tuple::new(thread, &[matched.unwrap_or(Value::NONE), rest.unwrap_or(Value::NONE)]).value())
    }

    #[method]
    fn subgroup(this: Gc<Exception>, thread: &Thread, matcher: Value) -> PyResult<Value> {
        let condition = Condition::of_argument(thread, matcher)?;
        Ok(split_by(thread, this.value(), condition)?.0.unwrap_or(Value::NONE))
    }

    #[method]
    fn __str__(this: Gc<Exception>, thread: &Thread) -> PyResult<Value> {
        to_str(thread, this)
    }

    #[method]
    fn __repr__(this: Gc<Exception>, thread: &Thread) -> PyResult<String> {
        // The exceptions are shown in the container they were given in.
        let (message, given) = match *this.arguments() {
            [message, given] => (message, given),
            _ => (this.field(MESSAGE).unwrap_or(Value::NONE), this.field(MEMBERS).unwrap_or(Value::NONE)),
        };
        let list = if given.cast::<List>().is_some() {
            List::new(thread, members(this)).value()
        } else {
            this.field(MEMBERS).unwrap_or(given)
        };
        let (message, list) = (dispatch::text::repr(thread, message)?, dispatch::text::repr(thread, list)?);
        Ok(format!(
            "{}({}, {})",
            thread.type_name(this.value()),
            message.to_str_lossy(thread),
            list.to_str_lossy(thread)
        ))
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
}

fn is_sequence(thread: &Thread, value: Value) -> bool {
    use crate::types::special::Special;
    let class = thread.class_of(value);
    class != thread.vm().types.dict
        && class.special(thread, Special::GetItem).is_some()
        && class.special(thread, Special::Len).is_some()
}

/// `except* class`: the part of `exception` that matches (a bare exception is wrapped in a group), and the rest.
pub fn match_star(thread: &Thread, exception: Value, class: Value) -> PyResult<(Option<Value>, Option<Value>)> {
    let classes: &[Value] = match class.cast::<Tuple>() {
        Some(tuple) => tuple.items_unbounded(),
        None => std::slice::from_ref(&class),
    };
    for &class in classes {
        match class.cast::<Type>().filter(|c| c.flag(type_flags::EXCEPTION)) {
            None => {
                return Err(
                    thread.raise_type_error("catching classes that do not inherit from BaseException is not allowed")
                );
            }
            Some(class) if class.is_subclass_of(thread.vm().exceptions.base_exception_group) => {
                return Err(
                    thread.raise_type_error("catching ExceptionGroup with except* is not allowed. Use except instead.")
                );
            }
            Some(_) => {}
        }
    }
    if !is_group(thread, exception) {
        if !dispatch::isinstance::isinstance(thread, exception, class)? {
            return Ok((None, Some(exception)));
        }
        let message = thread.vm().constant(|c| c.empty_str).value();
        let one = Tuple::new(thread, &[exception]);
        let wrapped =
            dispatch::call::call(thread, thread.vm().exceptions.base_exception_group.value(), &[message, one.value()])?;
        if let (Some(group), Some(inner)) = (wrapped.cast::<Exception>(), exception.cast::<Exception>()) {
            group.traceback.init(inner.traceback.get());
            thread.write_barrier(group.header());
        }
        return Ok((Some(wrapped), None));
    }
    split_by(thread, exception, Condition::Class(class))
}

/// The end of `except*` clauses: what to raise from the exceptions that the clauses raised or left over.
///
/// `original`: the exception the statement caught. Re-raised parts keep its structure, newly raised ones stand
/// beside. `None`: nothing is left.
pub fn prepare_reraise(thread: &Thread, original: Value, raised: &[Value]) -> PyResult<Option<Value>> {
    let raised: &[Value] = raised;
    if raised.iter().all(|r| r.is_none()) {
        return Ok(None);
    }
    if !is_group(thread, original) {
        // A bare exception: it was wrapped, or it is the one left over.
        return Ok(raised.iter().copied().find(|r| !r.is_none()));
    }
    let (mut fresh, mut reraised) = (ScratchVec::new(), ScratchVec::new());
    for &item in raised.iter().filter(|r| !r.is_none()) {
        if same_origin(thread, original, item) { reraised.push(thread, item) } else { fresh.push(thread, item) }
    }
    let projection = match (reraised.is_empty(), original.cast::<Exception>()) {
        (false, Some(group)) => project(thread, group, &reraised)?,
        _ => None,
    };
    if fresh.is_empty() {
        return Ok(projection);
    }
    if let Some(projection) = projection {
        fresh.push(thread, projection);
    }
    if fresh.len() == 1 {
        return Ok(Some(fresh[0]));
    }
    let message = thread.vm().constant(|c| c.empty_str).value();
    let list = List::new(thread, &fresh);
    dispatch::call::call(thread, thread.vm().exceptions.base_exception_group.value(), &[message, list.value()])
        .map(Some)
}

/// The exception is a part of `original` as `split` made it: same metadata.
fn same_origin(thread: &Thread, original: Value, item: Value) -> bool {
    let (Some(a), Some(b)) = (original.cast::<Exception>(), item.cast::<Exception>()) else { return false };
    if a == b {
        return true;
    }
    is_group(thread, item)
        && a.traceback.get() == b.traceback.get()
        && a.cause.get() == b.cause.get()
        && a.context.get() == b.context.get()
}

/// The part of `group` whose leaves are leaves of `parts`, in the structure of `group`.
fn project(thread: &Thread, group: Gc<Exception>, parts: &[Value]) -> PyResult<Option<Value>> {
    let mut leaves = ScratchVec::new();
    for &part in parts {
        collect_leaves(thread, part, &mut leaves)?;
    }
    keep_leaves(thread, group.value(), &leaves)
}

fn collect_leaves(thread: &Thread, exception: Value, leaves: &mut ScratchVec) -> PyResult<()> {
    match exception.cast::<Exception>().filter(|_| is_group(thread, exception)) {
        Some(group) => {
            thread.check_native_stack(" in collect_exception_group_leaf_ids")?;
            members(group).iter().try_for_each(|&member| collect_leaves(thread, member, leaves))
        }
        None => {
            leaves.push(thread, exception);
            Ok(())
        }
    }
}

fn keep_leaves(thread: &Thread, exception: Value, leaves: &ScratchVec) -> PyResult<Option<Value>> {
    let Some(group) = exception.cast::<Exception>().filter(|_| is_group(thread, exception)) else {
        return Ok(leaves.contains(&exception).then_some(exception));
    };
    let mut kept = ScratchVec::new();
    let mut changed = false;
    for &member in members(group) {
        match keep_leaves(thread, member, leaves)? {
            Some(part) => {
                changed |= part != member;
                kept.push(thread, part);
            }
            None => changed = true,
        }
    }
    if changed { derive_from(thread, group, &kept) } else { Ok(Some(exception)) }
}
