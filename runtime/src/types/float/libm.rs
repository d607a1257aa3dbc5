//! The C library's mathematical functions, so that results agree to the last bit with CPython's.
//!
//! What lives here: declarations. What must not: Python's rules about domains and errors
//! (`modules/math.rs`). Rust's own `f64::sin` and friends promise no particular rounding; these do what
//! the platform's libm does. Where Rust's compiler support brings its own function under the C name, which the linker
//! then prefers, the GNU C library is asked for by its other name (`cbrtf64`, ISO/IEC TS 18661-3).
#![allow(unsafe_code)] // Foreign declarations; each takes and returns plain numbers.

// SAFETY: signatures of ISO C 7.12; every function is total and touches no memory of ours.
unsafe extern "C" {
    pub safe fn acos(x: f64) -> f64;
    pub safe fn acosh(x: f64) -> f64;
    pub safe fn asin(x: f64) -> f64;
    pub safe fn asinh(x: f64) -> f64;
    pub safe fn atan(x: f64) -> f64;
    pub safe fn atan2(y: f64, x: f64) -> f64;
    pub safe fn atanh(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "cbrtf64")]
    pub safe fn cbrt(x: f64) -> f64;
    pub safe fn cos(x: f64) -> f64;
    pub safe fn cosh(x: f64) -> f64;
    pub safe fn erf(x: f64) -> f64;
    pub safe fn erfc(x: f64) -> f64;
    pub safe fn exp(x: f64) -> f64;
    pub safe fn exp2(x: f64) -> f64;
    pub safe fn expm1(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "fmaf64")]
    pub safe fn fma(x: f64, y: f64, z: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "fmodf64")]
    pub safe fn fmod(x: f64, y: f64) -> f64;
    pub safe fn hypot(x: f64, y: f64) -> f64;
    pub safe fn ldexp(x: f64, exponent: i32) -> f64;
    pub safe fn log(x: f64) -> f64;
    pub safe fn log10(x: f64) -> f64;
    pub safe fn log1p(x: f64) -> f64;
    pub safe fn log2(x: f64) -> f64;
    pub safe fn nextafter(x: f64, toward: f64) -> f64;
    pub safe fn pow(x: f64, y: f64) -> f64;
    pub safe fn remainder(x: f64, y: f64) -> f64;
    pub safe fn sin(x: f64) -> f64;
    pub safe fn sinh(x: f64) -> f64;
    pub safe fn sqrt(x: f64) -> f64;
    pub safe fn tan(x: f64) -> f64;
    pub safe fn tanh(x: f64) -> f64;
}

/// Splits `x` into a fraction in [0.5, 1) with the sign of `x` and a power of two; zero, infinities and NaN
/// come back with exponent 0.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let scaled = x.abs() < f64::MIN_POSITIVE;
    let bits = if scaled { (x * 18_014_398_509_481_984.0).to_bits() } else { x.to_bits() };
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022 - if scaled { 54 } else { 0 };
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent)
}
