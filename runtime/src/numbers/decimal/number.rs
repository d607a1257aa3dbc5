//! Decimal numbers: sign, coefficient and exponent, infinities, NaNs.
//!
//! What lives here: [`Number`], questions about it, and what all operations do with NaNs. What must not: operations.
//! Start at [`Number`].

use super::coefficient::Coefficient;
use super::context::{Context, Status};

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Finite,
    Infinity,
    QuietNan,
    SignalingNan,
}

/// `(-1)^negative * coefficient * 10^exponent`, or a special value. The coefficient of a NaN is its payload, 0 if it has
/// none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub negative: bool,
    pub kind: Kind,
    pub exponent: i64,
    pub coefficient: Coefficient,
}

impl Number {
    pub const NAN: Number =
        Number { negative: false, kind: Kind::QuietNan, exponent: 0, coefficient: Coefficient::ZERO };
    pub const ZERO: Number =
        Number { negative: false, kind: Kind::Finite, exponent: 0, coefficient: Coefficient::ZERO };
    pub const ONE: Number = Number { negative: false, kind: Kind::Finite, exponent: 0, coefficient: Coefficient::ONE };

    #[inline]
    pub const fn finite(negative: bool, coefficient: Coefficient, exponent: i64) -> Number {
        Number { negative, kind: Kind::Finite, exponent, coefficient }
    }

    /// A whole number.
    pub const fn whole(negative: bool, magnitude: u64) -> Number {
        Number::finite(negative, Coefficient::Small(magnitude as u128), 0)
    }

    /// A whole number.
    pub const fn from_i64(number: i64) -> Number {
        Number::whole(number < 0, number.unsigned_abs())
    }

    pub const fn infinity(negative: bool) -> Number {
        Number { negative, kind: Kind::Infinity, exponent: 0, coefficient: Coefficient::ZERO }
    }

    #[inline]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    /// Infinite or NaN.
    #[inline]
    pub fn is_special(&self) -> bool {
        self.kind != Kind::Finite
    }

    #[inline]
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinity
    }

    #[inline]
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::QuietNan | Kind::SignalingNan)
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        self.kind == Kind::Finite && self.coefficient.is_zero()
    }

    #[inline]
    pub fn digits(&self) -> i64 {
        self.coefficient.digits()
    }

    /// The exponent of the most significant digit.
    #[inline]
    pub fn adjusted(&self) -> i64 {
        self.exponent + self.digits() - 1
    }

    /// Finite, not zero, and not below `emin`.
    pub fn is_normal(&self, context: &Context) -> bool {
        self.is_finite() && !self.coefficient.is_zero() && self.adjusted() >= context.emin
    }

    /// Finite, not zero, and below `emin`.
    pub fn is_subnormal(&self, context: &Context) -> bool {
        self.is_finite() && !self.coefficient.is_zero() && self.adjusted() < context.emin
    }

    /// Finite and without a fraction.
    pub fn is_whole(&self) -> bool {
        self.is_finite()
            && (self.exponent >= 0
                || self.coefficient.is_zero()
                || self.coefficient.trailing_zeros() >= self.exponent.unsigned_abs())
    }

    /// A whole number that is odd.
    pub fn is_odd(&self) -> bool {
        if !self.is_finite() || self.coefficient.is_zero() || self.exponent > 0 {
            return false;
        }
        if self.exponent < -self.digits() {
            return false;
        }
        self.coefficient.shift_right(self.exponent.unsigned_abs()).0.is_odd()
    }

    pub fn with_sign(mut self, negative: bool) -> Number {
        self.negative = negative;
        self
    }

    /// The magnitude of a whole number, if it fits a machine word.
    pub fn magnitude_to_u64(&self) -> Option<u64> {
        if !self.is_whole() {
            return None;
        }
        if self.exponent < 0 {
            return self.coefficient.shift_right(self.exponent.unsigned_abs()).0.to_u64();
        }
        if self.coefficient.is_zero() {
            return Some(0);
        }
        if self.exponent > 20 {
            return None;
        }
        self.coefficient.shift_left(self.exponent as u64)?.to_u64()
    }

    /// A whole number, if it fits a machine word.
    pub fn to_i64(&self) -> Option<i64> {
        let magnitude = self.magnitude_to_u64()?;
        if self.negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    }

    /// The result of an operation on a NaN: this one, made quiet.
    fn as_result(&self, context: &Context, status: &mut Status) -> Number {
        if self.kind == Kind::SignalingNan {
            status.add(Status::INVALID_OPERATION);
        }
        context.fit_payload(Number { kind: Kind::QuietNan, exponent: 0, ..self.clone() })
    }
}

/// The result of an operation if one of its operands is a NaN: the first that signals, else the first.
#[inline]
pub fn nan_among(operands: &[&Number], context: &Context, status: &mut Status) -> Option<Number> {
    if operands.iter().all(|operand| !operand.is_nan()) {
        return None;
    }
    let signaling = operands.iter().find(|operand| operand.kind == Kind::SignalingNan);
    let chosen = signaling.or_else(|| operands.iter().find(|operand| operand.is_nan()))?;
    Some(chosen.as_result(context, status))
}
