//! The operators of `int` as Python methods: `__add__`, `__radd__`, `__eq__`, ...
//!
//! What lives here: the methods, made from the table below. What must not: arithmetic. Start at the table.

use super::methods::{IntClass, number_of};
use super::{arithmetic, as_int, powers};
use crate::dispatch::binary::{self, BinaryOperator};
use crate::dispatch::compare::CompareOperator;
use crate::dispatch::hash;
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::float;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_macros::py_methods;

/// `a op b` where one of both is no int: NotImplemented.
fn operate(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    match (as_int(a), as_int(b)) {
        (Some(a), Some(b)) => binary::on_ints(thread, op, a, b).unwrap_or(Ok(Value::NOT_IMPLEMENTED)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn order(op: CompareOperator, a: Value, b: Value) -> Value {
    match (as_int(a), as_int(b)) {
        (Some(a), Some(b)) => Value::from_bool(op.holds(a.compare(&b))),
        _ => Value::NOT_IMPLEMENTED,
    }
}

fn divide_with_remainder(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    match (as_int(a), as_int(b)) {
        (Some(a), Some(b)) => {
            let (quotient, remainder) = arithmetic::divmod(thread, a, b)?;
            Ok(Tuple::new(thread, &[quotient, remainder]).value())
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn raise_to_power(thread: &Thread, a: Value, b: Value, modulus: Option<Value>) -> PyResult<Value> {
    let (Some(a), Some(b)) = (as_int(a), as_int(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match modulus.map(as_int) {
        None => powers::power(thread, a, b),
        Some(Some(modulus)) => powers::power_modulo(thread, a, b, modulus),
        Some(None) => Ok(Value::NOT_IMPLEMENTED),
    }
}

macro_rules! int_operators {
    (binary { $($name:ident, $reflected:ident = $op:ident;)* } compare { $($comparison:ident = $compare_op:ident;)* }) => {
        #[py_methods(class = "int", check = super::is_int)]
        impl IntClass {
            $(
                #[method]
                fn $name(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, BinaryOperator::$op, this, value)
                }

                #[method]
                fn $reflected(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, BinaryOperator::$op, value, this)
                }
            )*

            $(
                #[method(no_reenter, no_raise)]
                fn $comparison(this: Value, value: Value) -> Value {
                    order(CompareOperator::$compare_op, this, value)
                }
            )*

            #[method]
            fn __divmod__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
                divide_with_remainder(thread, this, value)
            }

            #[method]
            fn __rdivmod__(this: Value, thread: &Thread, value: Value) -> PyResult<Value> {
                divide_with_remainder(thread, value, this)
            }

            #[method]
            fn __pow__(this: Value, thread: &Thread, value: Value, modulus: Option<Value>) -> PyResult<Value> {
                raise_to_power(thread, this, value, modulus)
            }

            #[method]
            fn __rpow__(this: Value, thread: &Thread, value: Value, modulus: Option<Value>) -> PyResult<Value> {
                raise_to_power(thread, value, this, modulus)
            }

            #[method]
            fn __neg__(this: Value, thread: &Thread) -> Value {
                arithmetic::negative(thread, number_of(this))
            }

            #[method]
            fn __pos__(this: Value, thread: &Thread) -> Value {
                number_of(this).to_value(thread)
            }

            #[method]
            fn __abs__(this: Value, thread: &Thread) -> Value {
                arithmetic::absolute(thread, number_of(this))
            }

            #[method]
            fn __invert__(this: Value, thread: &Thread) -> Value {
                arithmetic::invert(thread, number_of(this))
            }

            #[method]
            fn __bool__(this: Value) -> bool {
                !number_of(this).is_zero()
            }

            #[method]
            fn __int__(this: Value, thread: &Thread) -> Value {
                number_of(this).to_value(thread)
            }

            #[method]
            fn __index__(this: Value, thread: &Thread) -> Value {
                number_of(this).to_value(thread)
            }

            #[method]
            fn __float__(this: Value, thread: &Thread) -> PyResult<Value> {
                Ok(float::from_f64(thread, arithmetic::to_f64_or_overflow(thread, number_of(this))?))
            }

            #[method]
            fn __hash__(this: Value) -> i64 {
                hash::of_int(number_of(this))
            }

            #[method]
            fn __repr__(this: Value, thread: &Thread) -> PyResult<String> {
                super::text::to_decimal(thread, number_of(this))
            }
        }
    };
}

int_operators! {
    binary {
        __add__, __radd__ = Add;
        __sub__, __rsub__ = Sub;
        __mul__, __rmul__ = Mul;
        __truediv__, __rtruediv__ = TrueDiv;
        __floordiv__, __rfloordiv__ = FloorDiv;
        __mod__, __rmod__ = Mod;
        __lshift__, __rlshift__ = LShift;
        __rshift__, __rrshift__ = RShift;
        __and__, __rand__ = BitAnd;
        __or__, __ror__ = BitOr;
        __xor__, __rxor__ = BitXor;
    }
    compare {
        __eq__ = Eq;
        __ne__ = Ne;
        __lt__ = Lt;
        __le__ = Le;
        __gt__ = Gt;
        __ge__ = Ge;
    }
}
