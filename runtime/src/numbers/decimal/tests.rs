//! Operations on small cases; the wide comparisons with CPython are script tests (`tests/scripts/numbers`).

use super::context::{Context, Rounding, Status};
use super::number::Number;
use super::text::{self, Notation};
use super::{arithmetic, compare, digits, division, elementary, format, neighbours, power, quantize, root};

const NINE: Context = Context { precision: 9, emax: 999, emin: -999, rounding: Rounding::HalfEven, clamp: false };

fn number(source: &str) -> Number {
    let mut status = Status::NONE;
    let result = text::parse(source.as_bytes(), &Context::MAXIMUM, &mut status);
    assert_eq!(status, Status::NONE, "{source}");
    result
}

fn shown(number: &Number) -> String {
    text::to_text(number, Notation::Scientific, true)
}

type Binary = fn(&Number, &Number, &Context, &mut Status) -> Number;
type Unary = fn(&Number, &Context, &mut Status) -> Number;

fn check(operation: Binary, a: &str, b: &str, expected: &str) {
    let mut ignored = Status::NONE;
    let result = operation(&number(a), &number(b), &NINE, &mut ignored);
    assert_eq!(shown(&result), expected, "{a} {b}");
}

fn check_one(operation: Unary, a: &str, expected: &str) {
    let mut ignored = Status::NONE;
    assert_eq!(shown(&operation(&number(a), &NINE, &mut ignored)), expected, "{a}");
}

#[test]
fn sums_and_products() {
    check(arithmetic::add, "12", "7.00", "19.00");
    check(arithmetic::add, "1E+2", "1E+4", "1.01E+4");
    check(arithmetic::add, "1E+20", "-1E-20", "1.00000000E+20");
    check(arithmetic::subtract, "1.3", "1.30", "0.00");
    check(arithmetic::subtract, "1.3", "2.07", "-0.77");
    check(arithmetic::multiply, "1.20", "3", "3.60");
    check(arithmetic::multiply, "654321", "654321", "4.28135971E+11");
    check(arithmetic::multiply, "Infinity", "0", "NaN");
    check(arithmetic::multiply, "1E999", "10", "Infinity");
}

#[test]
fn quotients() {
    check(division::divide, "1", "3", "0.333333333");
    check(division::divide, "2.40E+6", "2", "1.20E+6");
    check(division::divide, "1000", "100", "10");
    check(division::divide, "1", "0", "Infinity");
    check(division::divide_integer, "10", "3", "3");
    check(division::remainder, "10.2", "1", "0.2");
    check(division::remainder, "-10", "3", "-1");
    check(division::remainder_near, "10", "6", "-2");
    check(division::remainder_near, "3.6", "1.3", "-0.3");
}

#[test]
fn roots_powers_and_logarithms() {
    check_one(root::square_root, "39", "6.24499800");
    check_one(root::square_root, "100", "10");
    check_one(root::square_root, "1.0", "1.0");
    check_one(elementary::exponential, "1", "2.71828183");
    check_one(elementary::exponential, "-1", "0.367879441");
    check_one(elementary::exponential, "0.693147181", "2.00000000");
    check_one(elementary::natural_logarithm, "10", "2.30258509");
    check_one(elementary::natural_logarithm, "1.00000001", "9.99999995E-9");
    check_one(elementary::decimal_logarithm, "0.001", "-3");
    check_one(elementary::decimal_logarithm, "70", "1.84509804");
    check(power::power, "2", "-3", "0.125");
    check(power::power, "1.7", "8", "69.7575744");
    check(power::power, "10", "0.301029996", "2.00000000");
}

#[test]
fn exponents_and_digits() {
    check(quantize::quantize, "2.17", "0.001", "2.170");
    check(quantize::quantize, "217", "1e+3", "0E+3");
    check(quantize::quantize, "-0.1", "1", "-0");
    check_one(quantize::reduce, "120.00", "1.2E+2");
    check_one(quantize::logb, "250", "2");
    check(quantize::scale, "7.50", "-2", "0.0750");
    check(digits::shift, "123456789", "-2", "1234567");
    check(digits::rotate, "34", "8", "400000003");
    check(digits::rotate, "123456789", "-2", "891234567");
    check(digits::xor, "1100", "1010", "110");
    check_one(digits::invert, "101010101", "10101010");
    check_one(neighbours::next_plus, "1", "1.00000001");
    check_one(neighbours::next_minus, "1", "0.999999999");
    check(neighbours::next_toward, "1", "2", "1.00000001");
    check(compare::max, "1.0", "1", "1");
}

#[test]
fn specifications() {
    let formatted = |value: &str, specification: &str| {
        format::Specification::parse(specification, true)
            .and_then(|specification| specification.format(&number(value), &NINE))
    };
    assert_eq!(formatted("1234567.891", ",.2f").as_deref(), Some("1,234,567.89"));
    assert_eq!(formatted("1234567", "020,").as_deref(), Some("0,000,000,001,234,567"));
    assert_eq!(formatted("0.000123", ".1%").as_deref(), Some("0.0%"));
    assert_eq!(formatted("-12", "*=+8").as_deref(), Some("-*****12"));
    assert_eq!(formatted("12", "<010"), None);
}
