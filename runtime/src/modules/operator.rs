//! The module `_operator`: the operators as functions, for the stdlib's `operator`.
//!
//! What lives here: the functions. What must not: `itemgetter` and its like (`operator/getters.rs`).
//! Start at the table at the end.

pub mod getters;

pub use functions::MODULE;

use crate::dispatch::binary::{self, BinaryOperator};
use crate::dispatch::{compare, iter, number, subscript, truth};
use crate::error::PyResult;
use crate::native::Arguments;
use crate::thread::Thread;
use crate::types::int;
use crate::types::special::Special;
use crate::value::Value;

/// `a` and `b` are sequences (or at least have items), else TypeError as `concat` raises it.
fn check_sequence(thread: &Thread, a: Value) -> PyResult<()> {
    if thread.class_of(a).special(thread, Special::GetItem).is_some() {
        return Ok(());
    }
    let name = thread.type_name(a);
    Err(thread.raise_type_error(format!("'{name}' object can't be concatenated")))
}

macro_rules! operator_functions {
    (
        binary { $($(#[$($binary_doc:tt)*])* $binary:ident = $binary_function:path;)* }
        inplace { $($(#[$($inplace_doc:tt)*])* $inplace:ident = $inplace_operator:ident;)* }
        unary { $($(#[$($unary_doc:tt)*])* $unary:ident = $unary_function:path;)* }
    ) => {
        /// The operators of Python as functions.
        #[taipan_macros::py_module(name = "_operator")]
        pub mod functions {
            use super::*;
            #[class]
            use super::getters::ItemGetter;
            #[class]
            use super::getters::AttrGetter;
            #[class]
            use super::getters::MethodCaller;

            $(
                $(#[$($binary_doc)*])*
                #[function]
                fn $binary(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
                    $binary_function(thread, a, b)
                }
            )*

            $(
                $(#[$($inplace_doc)*])*
                #[function]
                fn $inplace(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
                    binary::inplace(thread, BinaryOperator::$inplace_operator, a, b)
                }
            )*

            $(
                $(#[$($unary_doc)*])*
                #[function]
                fn $unary(thread: &Thread, a: Value) -> PyResult<Value> {
                    $unary_function(thread, a)
                }
            )*

            /// The truth of a.
            #[function]
            fn truth(thread: &Thread, a: Value) -> PyResult<bool> {
                super::truth::truth(thread, a)
            }

            /// Same as not a.
            #[function]
            fn not_(thread: &Thread, a: Value) -> PyResult<bool> {
                Ok(!super::truth::truth(thread, a)?)
            }

            /// Same as a is b.
            #[function(pure)]
            fn is_(a: Value, b: Value) -> bool {
                a == b
            }

            /// Same as a is not b.
            #[function(pure)]
            fn is_not(a: Value, b: Value) -> bool {
                a != b
            }

            /// Same as a is None.
            #[function(pure)]
            fn is_none(a: Value) -> bool {
                a.is_none()
            }

            /// Same as a is not None.
            #[function(pure)]
            fn is_not_none(a: Value) -> bool {
                !a.is_none()
            }

            /// Same as b in a.
            #[function]
            fn contains(thread: &Thread, a: Value, b: Value) -> PyResult<bool> {
                iter::contains(thread, a, b)
            }

            /// The index of the first item of a that equals b.
            #[function(name = "indexOf")]
            fn index_of(thread: &Thread, a: Value, b: Value) -> PyResult<usize> {
                let iterator = iterable(thread, a)?;
                let mut index = 0;
                while let Some(item) = iter::next(thread, iterator)? {
                    if compare::equals(thread, item, b)? {
                        return Ok(index);
                    }
                    index += 1;
                }
                Err(thread.raise_value_error("sequence.index(x): x not in sequence"))
            }

            /// How many items of a equal b.
            #[function(name = "countOf")]
            fn count_of(thread: &Thread, a: Value, b: Value) -> PyResult<usize> {
                let iterator = iterable(thread, a)?;
                let mut count = 0;
                while let Some(item) = iter::next(thread, iterator)? {
                    count += usize::from(compare::equals(thread, item, b)?);
                }
                Ok(count)
            }

            fn iterable(thread: &Thread, value: Value) -> PyResult<Value> {
                iter::get_iter(thread, value).or_else(|raised| {
                    let name = thread.type_name(value);
                    thread.catch(raised, thread.vm().exceptions.type_error)?;
                    Err(thread.raise_type_error(format!("argument of type '{name}' is not iterable")))
                })
            }

            /// Same as a[b].
            #[function]
            fn getitem(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
                subscript::get_item(thread, a, b)
            }

            /// Same as a[b] = c.
            #[function]
            fn setitem(thread: &Thread, a: Value, b: Value, c: Value) -> PyResult<()> {
                subscript::set_item(thread, a, b, c)
            }

            /// Same as del a[b].
            #[function]
            fn delitem(thread: &Thread, a: Value, b: Value) -> PyResult<()> {
                subscript::delete_item(thread, a, b)
            }

            /// Same as a + b, for sequences.
            #[function]
            fn concat(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
                check_sequence(thread, a)?;
                binary::add(thread, a, b)
            }

            /// Same as a += b, for sequences.
            #[function]
            fn iconcat(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
                check_sequence(thread, a)?;
                binary::inplace_add(thread, a, b)
            }

            /// The exact int that a is by its __index__.
            #[function]
            fn index(thread: &Thread, a: Value) -> PyResult<Value> {
                number::index(thread, a)
            }

            /// An estimate of the number of items in obj: its length, its __length_hint__, or the default.
            #[function(signature = "(obj, default=0, /)")]
            fn length_hint(thread: &Thread, obj: Value, default: Option<Value>) -> PyResult<usize> {
                let default = match default {
                    None => 0,
                    Some(default) => {
                        if !int::is_int(default) {
                            let name = thread.type_name(default);
                            return Err(thread.raise_type_error(format!("'{name}' object cannot be interpreted as an integer")));
                        }
                        number::index_i64(thread, default)?
                    }
                };
                iter::length_hint(thread, obj, usize::try_from(default).unwrap_or(0))
            }

            /// Same as obj(*args, **kwargs).
            #[function(signature = "(obj, /, *args, **kwargs)")]
            fn call(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
                match arguments.positional().first() {
                    Some(&callee) => crate::dispatch::call::call_with(thread, callee, arguments.without_first()),
                    None => Err(thread.raise_type_error("call expected at least 1 argument, got 0")),
                }
            }

            /// The contents are equal; the time taken does not tell where they differ.
            ///
            /// Both are bytes-like, or both str of ASCII characters.
            #[function]
            fn _compare_digest(thread: &Thread, a: Value, b: Value) -> PyResult<bool> {
                getters::compare_digest(thread, a, b)
            }
        }
    };
}

operator_functions! {
    binary {
        /// Same as a < b.
        lt = compare::less_than;
        /// Same as a <= b.
        le = compare::less_equal;
        /// Same as a == b.
        eq = compare::equal;
        /// Same as a != b.
        ne = compare::not_equal;
        /// Same as a > b.
        gt = compare::greater_than;
        /// Same as a >= b.
        ge = compare::greater_equal;
        /// Same as a + b.
        add = binary::add;
        /// Same as a - b.
        sub = binary::subtract;
        /// Same as a * b.
        mul = binary::multiply;
        /// Same as a / b.
        truediv = binary::true_divide;
        /// Same as a // b.
        floordiv = binary::floor_divide;
        /// Same as a % b.
        r#mod = binary::modulo;
        /// Same as a ** b.
        pow = binary::power;
        /// Same as a << b.
        lshift = binary::shift_left;
        /// Same as a >> b.
        rshift = binary::shift_right;
        /// Same as a & b.
        and_ = binary::bit_and;
        /// Same as a | b.
        or_ = binary::bit_or;
        /// Same as a ^ b.
        xor = binary::bit_xor;
        /// Same as a @ b.
        matmul = binary::matrix_multiply;
    }
    inplace {
        /// Same as a += b.
        iadd = Add;
        /// Same as a -= b.
        isub = Sub;
        /// Same as a *= b.
        imul = Mul;
        /// Same as a /= b.
        itruediv = TrueDiv;
        /// Same as a //= b.
        ifloordiv = FloorDiv;
        /// Same as a %= b.
        imod = Mod;
        /// Same as a **= b.
        ipow = Pow;
        /// Same as a <<= b.
        ilshift = LShift;
        /// Same as a >>= b.
        irshift = RShift;
        /// Same as a &= b.
        iand = BitAnd;
        /// Same as a |= b.
        ior = BitOr;
        /// Same as a ^= b.
        ixor = BitXor;
        /// Same as a @= b.
        imatmul = MatMul;
    }
    unary {
        /// Same as -a.
        neg = binary::negative;
        /// Same as +a.
        pos = binary::positive;
        /// Same as ~a.
        inv = binary::invert;
        /// Same as ~a.
        invert = binary::invert;
        /// Same as abs(a).
        abs = binary::absolute;
    }
}
