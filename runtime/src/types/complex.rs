//! `complex`: its layout and text.
//!
//! What lives here: [`Complex`], [`repr`]. What must not: arithmetic (`complex/arithmetic.rs`), Python methods
//! (`complex/methods.rs`). Start at [`Complex`].

use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::{float, instance};
use crate::value::Value;

pub mod arithmetic;
pub mod methods;
pub mod text;

/// A pair of doubles; instances of subclasses have their attributes behind it.
#[repr(C)]
pub struct Complex {
    header: Header,
    pub value: ComplexNumber,
}

/// A complex number apart from any object.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(C)]
pub struct ComplexNumber {
    pub real: f64,
    pub imag: f64,
}

impl HeapObject for Complex {
    const KIND: Kind = Kind::Complex;
    fn size(&self) -> usize {
        size_of::<Complex>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        instance::trace_tail(&self.header, size_of::<Complex>(), tracer);
    }
}

impl Complex {
    /// A complex of exact class `complex`.
    pub fn new(thread: &Thread, real: f64, imag: f64) -> Gc<Complex> {
        let value = ComplexNumber { real, imag };
        thread.allocate::<Complex>(ShapeId::COMPLEX, 0, |header| Complex { header, value })
    }

    /// The struct under `header` (for instances of subclasses).
    pub fn with_header(header: Header, value: ComplexNumber) -> Complex {
        Complex { header, value }
    }
}

/// The number in a value of class `complex` or a subclass.
#[inline]
pub fn as_complex(value: Value) -> Option<ComplexNumber> {
    value.cast::<Complex>().map(|complex| complex.value)
}

/// A value of exact class `complex`.
pub fn from_number(thread: &Thread, number: ComplexNumber) -> Value {
    Complex::new(thread, number.real, number.imag).value()
}

/// `repr(z)`: `(real+imagj)`, or `imagj` alone if the real part is +0.
pub fn repr(z: ComplexNumber) -> String {
    let imag = float::repr_without_suffix(z.imag);
    if z.real == 0.0 && z.real.is_sign_positive() {
        return format!("{imag}j");
    }
    // A NaN shows no sign of its own, so its plus is written; other signs come with the number.
    let plus = if imag.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{imag}j)", float::repr_without_suffix(z.real))
}
