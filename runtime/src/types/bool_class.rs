//! The Python class `bool`. Its two instances are immediate values.
//!
//! What lives here: what `bool` does differently from `int`. Start at [`BoolClass`].

use crate::dispatch::binary::{self, BinaryOperator};
use crate::dispatch::{truth, warnings};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::int::{self, IntClass, IntRef};
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The specification of `bool`.
pub struct BoolClass;

/// `this op value` as a bool if both are, else as `int` has it.
fn operate(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    match (a.as_bool(), b.as_bool()) {
        (Some(a), Some(b)) => Ok(Value::from_bool(match op {
            BinaryOperator::BitAnd => a & b,
            BinaryOperator::BitOr => a | b,
            _ => a ^ b,
        })),
        _ => match (int::as_int(a), int::as_int(b)) {
            (Some(a), Some(b)) => binary::on_ints(thread, op, a, b).unwrap_or(Ok(Value::NOT_IMPLEMENTED)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        },
    }
}

fn is_bool(value: Value) -> bool {
    value.is_bool()
}

/// Truth values: the class has the two instances True and False and no subclass.
///
/// bool(x) is the truth of x.
#[py_class(name = "bool", signature = "(object=False, /)", base = IntClass, check = is_bool)]
impl BoolClass {
    #[new(signature = "(cls, object=False, /)")]
    fn new(_class: Gc<Type>, thread: &Thread, object: Option<Value>) -> PyResult<bool> {
        match object {
            Some(object) => truth::truth(thread, object),
            None => Ok(false),
        }
    }

    #[method]
    fn __repr__(this: Value) -> &'static str {
        if this == Value::TRUE { "True" } else { "False" }
    }

    #[method]
    fn __and__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
        operate(thread, BinaryOperator::BitAnd, this, value)
    }

    #[method]
    fn __rand__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
        operate(thread, BinaryOperator::BitAnd, value, this)
    }

    #[method]
    fn __or__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
        operate(thread, BinaryOperator::BitOr, this, value)
    }

    #[method]
    fn __ror__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
        operate(thread, BinaryOperator::BitOr, value, this)
    }

    #[method]
    fn __xor__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
        operate(thread, BinaryOperator::BitXor, this, value)
    }

    #[method]
    fn __rxor__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
        operate(thread, BinaryOperator::BitXor, value, this)
    }

    #[method]
    fn __invert__(this: Value, thread: &Thread) -> PyResult<Value> {
        warnings::deprecation(
            thread,
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
             'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying \
             int.",
        )?;
        Ok(int::arithmetic::invert(thread, IntRef::Small(i64::from(this == Value::TRUE))))
    }
}
