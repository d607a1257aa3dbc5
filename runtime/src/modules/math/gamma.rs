//! The Gamma function and its logarithm.
//!
//! What lives here: Lanczos's approximation with the parameters N = 13, g = 6.0246800407767296 that Boost and
//! CPython use, evaluated in CPython's order so that results agree to the last bit. Start at [`gamma`].
//! Source: C. Lanczos, "A Precision Approximation of the Gamma Function", SIAM J. Numer. Anal. 1 (1964).

use crate::types::float::libm;

/// The argument is a pole (zero or a negative whole number, or minus infinity).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pole;

const LOG_PI: f64 = 1.144_729_885_849_400_2;
const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = 5.524_680_040_776_73;

#[allow(clippy::excessive_precision)] // As published; the compiler rounds.
const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786772,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
/// x (x + 1) ... (x + 11)
const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

/// Lanczos's sum for positive `x`, as a rational function in `x` or (to avoid overflow) `1/x`.
fn lanczos_sum(x: f64) -> f64 {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    if x < 5.0 {
        for (n, d) in NUMERATOR.iter().zip(&DENOMINATOR).rev() {
            numerator = numerator * x + n;
            denominator = denominator * x + d;
        }
    } else {
        for (n, d) in NUMERATOR.iter().zip(&DENOMINATOR) {
            numerator = numerator / x + n;
            denominator = denominator / x + d;
        }
    }
    numerator / denominator
}

/// sin(pi x), exact at multiples of one half.
fn sin_pi(x: f64) -> f64 {
    const PI: f64 = std::f64::consts::PI;
    let y = libm::fmod(x.abs(), 2.0);
    let result = match (2.0 * y).round() as i32 {
        0 => libm::sin(PI * y),
        1 => libm::cos(PI * (y - 0.5)),
        2 => libm::sin(PI * (1.0 - y)),
        3 => -libm::cos(PI * (y - 1.5)),
        _ => libm::sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * result
}

/// Gamma of `x`; an infinite result of a finite argument is an overflow.
pub fn gamma(x: f64) -> Result<f64, Pole> {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 { Ok(x) } else { Err(Pole) };
    }
    if x == 0.0 {
        return Err(Pole);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(Pole);
        }
        if x <= 23.0 {
            // (x - 1)! is exact so far.
            return Ok((1..x as u64).map(|n| n as f64).product());
        }
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(1.0 / x);
    }
    if size > 200.0 {
        return Ok(if x < 0.0 { 0.0 / sin_pi(x) } else { f64::INFINITY });
    }
    let y = size + G_MINUS_HALF;
    // What the sum above lost to rounding, to correct the result by.
    let lost = if size > G_MINUS_HALF { (y - size) - G_MINUS_HALF } else { (y - G_MINUS_HALF) - size };
    let correction = lost * G / y;
    Ok(if x < 0.0 {
        let mut result = -std::f64::consts::PI / sin_pi(size) / size * libm::exp(y) / lanczos_sum(size);
        result -= correction * result;
        if size < 140.0 {
            result / libm::pow(y, size - 0.5)
        } else {
            let root = libm::pow(y, size / 2.0 - 0.25);
            result / root / root
        }
    } else {
        let mut result = lanczos_sum(size) / libm::exp(y);
        result += correction * result;
        if size < 140.0 {
            result * libm::pow(y, size - 0.5)
        } else {
            let root = libm::pow(y, size / 2.0 - 0.25);
            result * root * root
        }
    })
}

/// The logarithm of |Gamma(x)|; an infinite result of a finite argument is an overflow.
pub fn log_gamma(x: f64) -> Result<f64, Pole> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Pole) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-libm::log(size));
    }
    let mut result = libm::log(lanczos_sum(size)) - G;
    result += (size - 0.5) * (libm::log(size + G - 0.5) - 1.0);
    if x < 0.0 {
        result = LOG_PI - libm::log(sin_pi(size).abs()) - libm::log(size) - result;
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_agree_with_cpython() {
        assert_eq!(gamma(1.5), Ok(0.886226925452758));
        assert_eq!(gamma(-1.5), Ok(2.3632718012073544));
        assert_eq!(gamma(5.0), Ok(24.0));
        assert_eq!(gamma(-2.0), Err(Pole));
        assert_eq!(log_gamma(1.5), Ok(-0.12078223763524543));
        assert_eq!(log_gamma(-1.5), Ok(0.8600470153764812));
        assert_eq!(log_gamma(1000.0), Ok(5905.220423209181));
    }
}
