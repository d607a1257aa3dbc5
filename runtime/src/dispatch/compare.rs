//! Rich comparison: `<`, `<=`, `==`, `!=`, `>`, `>=`.
//!
//! What lives here: fast paths for numbers and text, the special-method protocol, and the equality that
//! containers use. What must not: `in` and `is`. Start at [`compare`].

use crate::dispatch::{special, truth};
use crate::error::PyResult;
use crate::object::{Gc, Header, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::float::{self, Float};
use crate::types::int;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cmp::Ordering;

/// Calls `$callback!` with the operators: `Variant: function, symbol, special, reflected operator;`.
#[macro_export]
macro_rules! for_each_comparison {
    ($callback:ident) => {
        $callback! {
            Lt: less_than, "<", Lt, Gt;
            Le: less_equal, "<=", Le, Ge;
            Eq: equal, "==", Eq, Eq;
            Ne: not_equal, "!=", Ne, Ne;
            Gt: greater_than, ">", Gt, Lt;
            Ge: greater_equal, ">=", Ge, Le;
        }
    };
}

macro_rules! define_comparisons {
    ($($variant:ident: $function:ident, $symbol:literal, $special:ident, $reflected:ident;)*) => {
        /// A comparison operator.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum CompareOperator { $($variant,)* }

        impl CompareOperator {
            /// All of them: `ALL[op as usize] == op`.
            pub const ALL: [CompareOperator; 6] = [$(CompareOperator::$variant),*];

            /// As written in Python.
            pub const fn symbol(self) -> &'static str {
                match self { $(CompareOperator::$variant => $symbol,)* }
            }

            /// The special method of the left operand.
            pub const fn special(self) -> Special {
                match self { $(CompareOperator::$variant => Special::$special,)* }
            }

            /// `a op b` is `b op.reflected() a`.
            pub const fn reflected(self) -> CompareOperator {
                match self { $(CompareOperator::$variant => CompareOperator::$reflected,)* }
            }
        }

        $(
            #[doc = concat!("`a ", $symbol, " b`, as a Python value.")]
            #[inline(always)]
            pub fn $function(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
                compare(thread, CompareOperator::$variant, a, b)
            }
        )*
    };
}
for_each_comparison!(define_comparisons);

impl CompareOperator {
    /// Whether it holds for operands in this order.
    #[inline(always)]
    pub const fn holds(self, ordering: Ordering) -> bool {
        match self {
            CompareOperator::Lt => ordering.is_lt(),
            CompareOperator::Le => ordering.is_le(),
            CompareOperator::Eq => ordering.is_eq(),
            CompareOperator::Ne => ordering.is_ne(),
            CompareOperator::Gt => ordering.is_gt(),
            CompareOperator::Ge => ordering.is_ge(),
        }
    }

    /// Whether it holds for numbers of this order, `None` being unordered (NaN): only `!=` does.
    #[inline(always)]
    pub const fn holds_partial(self, ordering: Option<Ordering>) -> bool {
        match ordering {
            Some(ordering) => self.holds(ordering),
            None => matches!(self, CompareOperator::Ne),
        }
    }
}

/// `a op b`: usually a bool, but whatever the special methods return.
#[inline(always)]
pub fn compare(thread: &Thread, op: CompareOperator, a: Value, b: Value) -> PyResult<Value> {
    if Value::both_small(a, b) {
        return Ok(Value::from_bool(op.holds(a.small_order_key().cmp(&b.small_order_key()))));
    }
    compare_slow(thread, op, a, b)
}

/// How deep [`plain_equals`] looks into tuples.
const PLAIN_DEPTH: u32 = 8;

/// Whether two objects are the same or equal as items of containers, if that can be told without running Python code:
/// small ints, exact strings and floats, None, and tuples of such.
pub fn plain_equals(thread: &Thread, a: Value, b: Value) -> Option<bool> {
    plain_equals_within(thread, a, b, PLAIN_DEPTH)
}

fn plain_equals_within(thread: &Thread, a: Value, b: Value, depth: u32) -> Option<bool> {
    if a == b {
        return Some(true);
    }
    if Value::both_small(a, b) {
        return Some(false);
    }
    let is_plain = |value: Value| {
        value.is_small()
            || value.is_none()
            || value.header().is_some_and(|header| matches!(header.shape(), ShapeId::STR | ShapeId::FLOAT))
    };
    let (Some(x), Some(y)) = (a.header(), b.header()) else {
        // An immediate value and another object: None equals nothing else, and small ints no strings.
        let differ = (a.is_none() || b.is_none()) && is_plain(a) && is_plain(b);
        return differ.then_some(false);
    };
    match (x.shape(), y.shape()) {
        (ShapeId::STR, ShapeId::STR) => Some(Str::equals(thread, x.cast_unchecked(), y.cast_unchecked())),
        (ShapeId::FLOAT, ShapeId::FLOAT) => {
            Some(x.cast_unchecked::<Float>().get() == y.cast_unchecked::<Float>().get())
        }
        _ if depth > 0 && compares_as_tuple(thread, x) && compares_as_tuple(thread, y) => {
            let (x, y) = (x.cast_unchecked::<Tuple>(), y.cast_unchecked::<Tuple>());
            let mut pairs = x.items().iter().zip(y.items());
            match pairs.find_map(|(a, b)| match plain_equals_within(thread, *a, *b, depth - 1) {
                Some(true) => None,
                other => Some(other),
            }) {
                Some(decided) => decided,
                None => Some(x.len() == y.len()),
            }
        }
        _ => None,
    }
}

/// A tuple, or an object of a subclass that compares as tuples do.
fn compares_as_tuple(thread: &Thread, header: Gc<Header>) -> bool {
    header.shape() == ShapeId::TUPLE
        || header.kind() == Kind::Tuple && {
            let special = |class: Gc<Type>| class.special(thread, Special::Eq);
            special(thread.class_of_shape(header.shape())) == special(thread.vm().types.tuple)
        }
}

fn compare_slow(thread: &Thread, op: CompareOperator, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.header(), b.header())
        && matches!(op, CompareOperator::Eq | CompareOperator::Ne)
        && x.kind() == Kind::Tuple
        && y.kind() == Kind::Tuple
        && a != b
        && let Some(equal) = plain_equals(thread, a, b)
    {
        return Ok(Value::from_bool(equal == (op == CompareOperator::Eq)));
    }
    if let (Some(a), Some(b)) = (a.header(), b.header())
        && is_plain_set(a)
        && is_plain_set(b)
    {
        let result = a.cast_unchecked::<Set>().compare_with(thread, op, b.cast_unchecked());
        return result.map(Value::from_bool);
    }
    if let Some(result) = compare_exact(thread, op, a, b) {
        return Ok(Value::from_bool(result));
    }
    match compare_inherited(thread, op, a, b) {
        Some(result) => result,
        None => compare_by_methods(thread, op, a, b),
    }
}

/// What the methods that both classes have from `object`, `tuple` or `list` would answer, without calling them: the
/// call would cost more than the comparison. `None` if a class has others.
#[inline]
fn compare_inherited(thread: &Thread, op: CompareOperator, a: Value, b: Value) -> Option<PyResult<Value>> {
    let (header_a, header_b) = (a.header()?, b.header()?);
    let types = &thread.vm().types;
    let inherit = |owner: Gc<Type>, op: CompareOperator| {
        let has = |header: Gc<Header>, special: Special| {
            let class = thread.class_of_shape(header.shape());
            class == owner || class.special(thread, special) == owner.special(thread, special)
        };
        has(header_a, op.special()) && has(header_b, op.reflected().special())
    };
    match (header_a.kind(), header_b.kind()) {
        (Kind::Tuple, Kind::Tuple) if inherit(types.tuple, op) => {
            Some(header_a.cast_unchecked::<Tuple>().compare_with(thread, op, header_b.cast_unchecked()))
        }
        (Kind::List, Kind::List) if inherit(types.list, op) => {
            Some(header_a.cast_unchecked::<List>().compare_with(thread, op, header_b.cast_unchecked()))
        }
        (Kind::Instance, Kind::Instance) if op == CompareOperator::Eq && inherit(types.object, op) => {
            Some(Ok(Value::from_bool(a == b)))
        }
        _ => None,
    }
}

/// A set or frozenset, of no subclass.
fn is_plain_set(header: Gc<Header>) -> bool {
    matches!(header.shape(), ShapeId::SET | ShapeId::FROZEN_SET)
}

/// The truth of `a op b`, as conditions need it.
#[inline(always)]
pub fn compare_truth(thread: &Thread, op: CompareOperator, a: Value, b: Value) -> PyResult<bool> {
    if Value::both_small(a, b) {
        return Ok(op.holds(a.small_order_key().cmp(&b.small_order_key())));
    }
    let result = compare_slow(thread, op, a, b)?;
    truth::truth(thread, result)
}

/// Comparisons of exact ints, bools, floats and strings, which no class can override.
#[inline]
fn compare_exact(thread: &Thread, op: CompareOperator, a: Value, b: Value) -> Option<bool> {
    if let (Some(x), Some(y)) = (float::as_exact_float(a), float::as_exact_float(b)) {
        return Some(op.holds_partial(x.partial_cmp(&y)));
    }
    if let (Some(ha), Some(hb)) = (a.header(), b.header())
        && ha.shape() == ShapeId::STR
        && hb.shape() == ShapeId::STR
    {
        return Some(compare_strings(thread, op, ha.cast_unchecked(), hb.cast_unchecked()));
    }
    match (plain_int(a), plain_int(b)) {
        (Some(x), Some(y)) => Some(op.holds(x.compare(&y))),
        (Some(x), None) => float::as_exact_float(b).map(|y| op.holds_partial(x.compare_f64(y))),
        (None, Some(y)) => float::as_exact_float(a).map(|x| op.holds_partial(y.compare_f64(x).map(Ordering::reverse))),
        (None, None) => None,
    }
}

/// The number of an exact int or a bool.
#[inline]
fn plain_int(value: Value) -> Option<int::IntRef> {
    match value.as_bool() {
        Some(b) => Some(int::IntRef::Small(i64::from(b))),
        None => int::as_exact_int(value),
    }
}

/// Strings order by code points.
#[inline]
pub fn compare_strings(thread: &Thread, op: CompareOperator, a: Gc<Str>, b: Gc<Str>) -> bool {
    match op {
        CompareOperator::Eq => Str::equals(thread, a, b),
        CompareOperator::Ne => !Str::equals(thread, a, b),
        CompareOperator::Lt | CompareOperator::Le | CompareOperator::Gt | CompareOperator::Ge => {
            op.holds(Str::compare(thread, a, b))
        }
    }
}

/// The protocol: the reflected method first if `b`'s class is a subclass of `a`'s, then the method, then the
/// reflected one; identity if `==` and `!=` are left over.
fn compare_by_methods(thread: &Thread, op: CompareOperator, a: Value, b: Value) -> PyResult<Value> {
    thread.check_native_stack(" in comparison")?;
    let (class_a, class_b) = (thread.class_of(a), thread.class_of(b));
    let mut reflected_tried = false;
    if class_a != class_b
        && class_b.is_subclass_of(class_a)
        && let Some(method) = class_b.special(thread, op.reflected().special())
    {
        reflected_tried = true;
        let result = special::call(thread, method, b, &[a])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(method) = class_a.special(thread, op.special()) {
        let result = special::call(thread, method, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if !reflected_tried && let Some(method) = class_b.special(thread, op.reflected().special()) {
        let result = special::call(thread, method, b, &[a])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    undecided(thread, op, a, b)
}

/// The comparison when every method declined: identity for `==` and `!=`, else TypeError.
pub(super) fn undecided(thread: &Thread, op: CompareOperator, a: Value, b: Value) -> PyResult<Value> {
    match op {
        CompareOperator::Eq => Ok(Value::from_bool(a == b)),
        CompareOperator::Ne => Ok(Value::from_bool(a != b)),
        CompareOperator::Lt | CompareOperator::Le | CompareOperator::Gt | CompareOperator::Ge => {
            let [left, right] = [a, b].map(|operand| thread.class_of(operand).message_name(thread));
            let symbol = op.symbol();
            Err(thread
                .raise_type_error(format!("'{symbol}' not supported between instances of '{left}' and '{right}'")))
        }
    }
}

/// Equality as containers use it: identical objects are equal, whatever `__eq__` says.
#[inline(always)]
pub fn equals(thread: &Thread, a: Value, b: Value) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    compare_truth(thread, CompareOperator::Eq, a, b)
}
