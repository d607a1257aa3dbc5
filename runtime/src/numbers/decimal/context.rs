//! Contexts: precision, range of exponents, rounding; and the conditions that operations meet.
//!
//! What lives here: [`Context`], [`Rounding`], [`Status`], and fitting a result to a context. What must not: which
//! conditions raise what (`modules/decimal`). Start at [`Context::finish`].

use super::coefficient::{
    Coefficient, Discarded, POWERS, count_digits, count_digits_of_limbs, cut_digits, divide_by_power,
};
use super::number::{Kind, Number};

/// The largest precision and exponents.
pub const MAX_PRECISION: i64 = 999_999_999_999_999_999;
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
/// The exponent of the smallest subnormal number that any context knows.
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PRECISION - 1);
/// An exponent at which every number overflows.
pub const INFINITE_EXPONENT: i64 = 2_000_000_000_000_000_001;
/// An exponent at which every number becomes zero.
pub const VANISHING_EXPONENT: i64 = -4_000_000_000_000_000_001;

/// How a result between two representable numbers is rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    /// Up if the last digit that is left is 0 or 5, else down.
    ZeroFiveUp,
}

impl Rounding {
    /// All of them by Python's names.
    pub const NAMES: [(Rounding, &'static str); 8] = [
        (Rounding::Up, "ROUND_UP"),
        (Rounding::Down, "ROUND_DOWN"),
        (Rounding::Ceiling, "ROUND_CEILING"),
        (Rounding::Floor, "ROUND_FLOOR"),
        (Rounding::HalfUp, "ROUND_HALF_UP"),
        (Rounding::HalfDown, "ROUND_HALF_DOWN"),
        (Rounding::HalfEven, "ROUND_HALF_EVEN"),
        (Rounding::ZeroFiveUp, "ROUND_05UP"),
    ];

    pub fn name(self) -> &'static str {
        Rounding::NAMES[self as usize].1
    }

    /// The magnitude `coefficient` is to grow by one for what was cut off.
    #[inline]
    pub fn increments(self, negative: bool, coefficient: &Coefficient, discarded: Discarded) -> bool {
        match self {
            Rounding::Down => false,
            Rounding::Up => discarded.is_inexact(),
            Rounding::Ceiling => discarded.is_inexact() && !negative,
            Rounding::Floor => discarded.is_inexact() && negative,
            Rounding::HalfUp => matches!(discarded, Discarded::Half | Discarded::AboveHalf),
            Rounding::HalfDown => discarded == Discarded::AboveHalf,
            Rounding::HalfEven => match discarded {
                Discarded::AboveHalf => true,
                Discarded::Half => coefficient.is_odd(),
                Discarded::Nothing | Discarded::BelowHalf => false,
            },
            Rounding::ZeroFiveUp => discarded.is_inexact() && coefficient.last_digit().is_multiple_of(5),
        }
    }
}

/// A set of conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status(pub u32);

impl Status {
    pub const CLAMPED: Status = Status(1);
    pub const CONVERSION_SYNTAX: Status = Status(1 << 1);
    pub const DIVISION_BY_ZERO: Status = Status(1 << 2);
    pub const DIVISION_IMPOSSIBLE: Status = Status(1 << 3);
    pub const DIVISION_UNDEFINED: Status = Status(1 << 4);
    pub const INEXACT: Status = Status(1 << 6);
    pub const INVALID_CONTEXT: Status = Status(1 << 7);
    pub const INVALID_OPERATION: Status = Status(1 << 8);
    /// A coefficient would be longer than memory allows.
    pub const MEMORY: Status = Status(1 << 9);
    pub const FLOAT_OPERATION: Status = Status(1 << 10);
    pub const OVERFLOW: Status = Status(1 << 11);
    pub const ROUNDED: Status = Status(1 << 12);
    pub const SUBNORMAL: Status = Status(1 << 13);
    pub const UNDERFLOW: Status = Status(1 << 14);

    pub const NONE: Status = Status(0);
    /// What the signal InvalidOperation stands for.
    pub const ANY_INVALID: Status = Status(
        Status::CONVERSION_SYNTAX.0
            | Status::DIVISION_IMPOSSIBLE.0
            | Status::DIVISION_UNDEFINED.0
            | Status::INVALID_CONTEXT.0
            | Status::INVALID_OPERATION.0
            | Status::MEMORY.0
            | 1 << 5,
    );
    /// Those after which there is no number, and division by zero.
    pub const ERRORS: Status = Status(Status::ANY_INVALID.0 | Status::DIVISION_BY_ZERO.0);
    pub const INEXACT_ROUNDED: Status = Status(Status::INEXACT.0 | Status::ROUNDED.0);
    /// What happens to a result that vanishes.
    pub const VANISHED: Status =
        Status(Status::CLAMPED.0 | Status::INEXACT.0 | Status::ROUNDED.0 | Status::SUBNORMAL.0 | Status::UNDERFLOW.0);
    pub const OVERFLOWED: Status = Status(Status::OVERFLOW.0 | Status::INEXACT.0 | Status::ROUNDED.0);

    #[inline]
    pub fn add(&mut self, other: Status) {
        self.0 |= other.0;
    }

    /// Some condition of `other` is in the set.
    #[inline]
    pub const fn meets(self, other: Status) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub const fn with(self, other: Status) -> Status {
        Status(self.0 | other.0)
    }

    #[inline]
    pub const fn common(self, other: Status) -> Status {
        Status(self.0 & other.0)
    }

    /// Adds the condition; the result of such an operation is NaN.
    #[cold]
    pub fn fail(&mut self, condition: Status) -> Number {
        self.add(condition);
        Number::NAN
    }
}

/// What an operation fits its result to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    pub precision: i64,
    pub emax: i64,
    pub emin: i64,
    pub rounding: Rounding,
    /// Exponents are at most [`Context::etop`], as in the interchange formats of IEEE 754.
    pub clamp: bool,
}

impl Context {
    /// The context in which what can be exact is exact.
    pub const MAXIMUM: Context = Context {
        precision: MAX_PRECISION,
        emax: MAX_EMAX,
        emin: MIN_EMIN,
        rounding: Rounding::HalfEven,
        clamp: false,
    };

    /// The exponent of the smallest subnormal number.
    #[inline]
    pub fn etiny(&self) -> i64 {
        self.emin - (self.precision - 1)
    }

    /// The exponent of the largest number.
    #[inline]
    pub fn etop(&self) -> i64 {
        self.emax - (self.precision - 1)
    }

    /// The same range under a rounding of its own: for steps on the way to a result.
    pub fn with_rounding(&self, rounding: Rounding) -> Context {
        Context { rounding, ..*self }
    }

    /// The largest finite number. Fails where the precision is beyond all memory.
    pub fn largest(&self, negative: bool, status: &mut Status) -> Number {
        match Coefficient::power_of_ten(self.precision as u64) {
            Some(power) => Number::finite(negative, power.subtract(&Coefficient::ONE), self.etop()),
            None => status.fail(Status::MEMORY),
        }
    }

    /// Fits a result to the context: rounds it, and deals with overflow, underflow and too many digits of a NaN.
    #[inline]
    pub fn finish(&self, number: Number, status: &mut Status) -> Number {
        match number.kind {
            Kind::Finite => {
                // The common case: nothing to do.
                let digits = number.coefficient.digits();
                let adjusted = number.exponent + digits - 1;
                if digits <= self.precision && adjusted <= self.emax && adjusted >= self.emin && !self.clamp {
                    return number;
                }
                let number = self.fit_exponent(number, digits, true, status);
                self.fit_precision(number, true, status)
            }
            Kind::Infinity => number,
            Kind::QuietNan | Kind::SignalingNan => self.fit_payload(number),
        }
    }

    /// As [`Context::finish`] for a number of more digits than the precision that was cut off: what is missing is zero, if
    /// `exact`, or else less than a unit in its last place.
    #[inline]
    pub fn finish_cut(&self, number: Number, exact: bool, status: &mut Status) -> Number {
        let digits = number.coefficient.digits();
        debug_assert!(exact || digits > self.precision, "a digit that is kept may be wrong");
        let number = self.fit_exponent(number, digits, exact, status);
        // What the exponent's range cut off has been rounded.
        let is_fitted = number.kind != Kind::Finite || number.coefficient.digits() < digits;
        self.fit_precision(number, exact || is_fitted, status)
    }

    /// As [`Context::finish_cut`] for a small coefficient, in one step where the exponent is in range.
    #[inline]
    pub fn finish_small(
        &self,
        negative: bool,
        coefficient: u128,
        exponent: i64,
        exact: bool,
        status: &mut Status,
    ) -> Number {
        let digits = count_digits(coefficient);
        let adjusted = exponent + digits - 1;
        let excess = digits - self.precision;
        // (Rounding may carry into the next exponent.)
        if adjusted >= self.emax || adjusted < self.emin || self.clamp {
            let number = Number::finite(negative, Coefficient::Small(coefficient), exponent);
            return if exact { self.finish(number, status) } else { self.finish_cut(number, false, status) };
        }
        if excess <= 0 {
            return Number::finite(negative, Coefficient::Small(coefficient), exponent);
        }
        let (rounded, remainder) = divide_by_power(coefficient, excess as usize);
        let half = POWERS[excess as usize] / 2;
        let discarded = Discarded::of(remainder == 0, remainder.cmp(&half)).with_tail(exact);
        self.round_small(negative, rounded, exponent + excess, discarded, status)
    }

    /// As [`Context::finish`] for the product of two small coefficients, which is longer than they.
    #[inline]
    pub fn finish_product(&self, negative: bool, product: [u64; 4], exponent: i64, status: &mut Status) -> Number {
        const MOST_SMALL: i64 = 38;
        let trimmed = if product[3] == 0 { &product[..3] } else { &product[..] };
        let digits = count_digits_of_limbs(trimmed);
        let adjusted = exponent + digits - 1;
        if self.precision > MOST_SMALL || adjusted >= self.emax || adjusted < self.emin || self.clamp {
            return self.finish(Number::finite(negative, Coefficient::from_limbs(&product), exponent), status);
        }
        // More than 128 bits are 39 digits at least.
        let excess = digits - self.precision;
        let mut limbs = product;
        let discarded = cut_digits(&mut limbs[..trimmed.len()], excess as u64);
        let rounded = u128::from(limbs[1]) << 64 | u128::from(limbs[0]);
        self.round_small(negative, rounded, exponent + excess, discarded, status)
    }

    /// The last step of rounding to the precision, which leaves at most 38 digits.
    #[inline]
    fn round_small(
        &self,
        negative: bool,
        mut rounded: u128,
        mut exponent: i64,
        discarded: Discarded,
        status: &mut Status,
    ) -> Number {
        status.add(if discarded.is_inexact() { Status::INEXACT_ROUNDED } else { Status::ROUNDED });
        if self.rounding.increments(negative, &Coefficient::Small(rounded), discarded) {
            rounded += 1;
            if rounded == POWERS[self.precision as usize] {
                (rounded, exponent) = (POWERS[self.precision as usize - 1], exponent + 1);
            }
        }
        Number::finite(negative, Coefficient::Small(rounded), exponent)
    }

    /// Cuts the payload of a NaN to what the context holds.
    pub fn fit_payload(&self, mut number: Number) -> Number {
        let most = self.precision - i64::from(self.clamp);
        if !number.coefficient.is_zero() && number.coefficient.digits() > most {
            number.coefficient = if most == 0 { Coefficient::ZERO } else { number.coefficient.low_digits(most as u64) };
        }
        number
    }

    fn fit_exponent(&self, mut number: Number, digits: i64, exact: bool, status: &mut Status) -> Number {
        let adjusted = number.exponent + digits - 1;
        if adjusted > self.emax {
            return self.overflow(number, status);
        }
        if self.clamp && number.exponent > self.etop() {
            let shift = number.exponent - self.etop();
            let Some(coefficient) = number.coefficient.shift_left(shift as u64) else {
                return status.fail(Status::MEMORY);
            };
            number.coefficient = coefficient;
            number.exponent -= shift;
            status.add(Status::CLAMPED);
            if !number.coefficient.is_zero() && adjusted < self.emin {
                status.add(Status::SUBNORMAL);
            }
            return number;
        }
        if adjusted >= self.emin {
            return number;
        }
        let etiny = self.etiny();
        if number.coefficient.is_zero() {
            if number.exponent < etiny {
                number.exponent = etiny;
                status.add(Status::CLAMPED);
            }
            return number;
        }
        status.add(Status::SUBNORMAL);
        if number.exponent < etiny {
            let (coefficient, discarded) = number.coefficient.shift_right((etiny - number.exponent) as u64);
            let discarded = discarded.with_tail(exact);
            let increments = self.rounding.increments(number.negative, &coefficient, discarded);
            number.coefficient = if increments { coefficient.increment() } else { coefficient };
            number.exponent = etiny;
            status.add(Status::ROUNDED);
            if discarded.is_inexact() {
                status.add(Status::INEXACT.with(Status::UNDERFLOW));
                if number.coefficient.is_zero() {
                    status.add(Status::CLAMPED);
                }
            }
        }
        number
    }

    #[cold]
    fn overflow(&self, mut number: Number, status: &mut Status) -> Number {
        if number.coefficient.is_zero() {
            number.exponent = if self.clamp { self.etop() } else { self.emax };
            status.add(Status::CLAMPED);
            return number;
        }
        let to_largest = match self.rounding {
            Rounding::HalfUp | Rounding::HalfDown | Rounding::HalfEven | Rounding::Up => false,
            Rounding::Down | Rounding::ZeroFiveUp => true,
            Rounding::Ceiling => number.negative,
            Rounding::Floor => !number.negative,
        };
        let negative = number.negative;
        let result = if to_largest { self.largest(negative, status) } else { Number::infinity(negative) };
        status.add(Status::OVERFLOWED);
        result
    }

    #[inline]
    fn fit_precision(&self, number: Number, exact: bool, status: &mut Status) -> Number {
        if number.kind != Kind::Finite {
            return number;
        }
        let excess = number.coefficient.digits() - self.precision;
        if excess <= 0 {
            return number;
        }
        self.round(number, excess, exact, status)
    }

    /// Cuts off `excess` digits, after which precision is kept. The exponent was in range before.
    fn round(&self, mut number: Number, excess: i64, exact: bool, status: &mut Status) -> Number {
        let (coefficient, discarded) = number.coefficient.shift_right(excess as u64);
        let discarded = discarded.with_tail(exact);
        status.add(Status::ROUNDED);
        if discarded.is_inexact() {
            status.add(Status::INEXACT);
        }
        number.exponent += excess;
        if !self.rounding.increments(number.negative, &coefficient, discarded) {
            number.coefficient = coefficient;
            return number;
        }
        number.coefficient = coefficient.increment();
        if number.coefficient.digits() > self.precision {
            // 99...9 became 10...0.
            number.coefficient = number.coefficient.shift_right(1).0;
            number.exponent += 1;
            let digits = number.coefficient.digits();
            return self.fit_exponent(number, digits, true, status);
        }
        number
    }
}
