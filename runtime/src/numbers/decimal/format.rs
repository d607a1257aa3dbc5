//! The format specification of `libmpdec`: what `Decimal.__format__` understands at once.
//!
//! What lives here: [`Specification`] and numbers formatted by it. What must not: the later parts of Python's mini-language
//! (`z`, `_`, separators behind the point), which the library's `_pydecimal` does. Start at [`Specification::parse`].

use super::context::{Context, MAX_PRECISION, Status};
use super::number::Number;
use super::quantize;
use super::text::{push_digits, push_exponent, push_special};

/// Where padding goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    Left,
    Right,
    Center,
    /// Between sign and digits.
    AfterSign,
    /// Zeros between sign and digits, grouped like them.
    Zeros,
}

/// How a number is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presentation {
    General,
    Exponent,
    Fixed,
    Percent,
}

/// `[[fill]align][sign][0][width][,][.precision][type]`
#[derive(Clone, Debug)]
pub struct Specification {
    pub fill: char,
    pub align: Align,
    /// What stands before a positive number.
    pub sign: Option<char>,
    pub width: usize,
    pub precision: Option<i64>,
    pub presentation: Presentation,
    /// `E`, not `e`.
    pub capital: bool,
    /// `n`: point, separator and groups are the locale's.
    pub is_localized: bool,
    pub separators: Option<Separators>,
}

/// How the digits before the point are grouped, and what the point is.
#[derive(Clone, Debug)]
pub struct Separators {
    pub point: String,
    pub separator: String,
    /// Lengths of the groups from the point on; the last one repeats, 127 ends grouping.
    pub groups: Vec<u8>,
}

fn align_of(character: char) -> Option<Align> {
    match character {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// ASCII digits at the start of `rest`, taken off.
fn take_number(rest: &mut &[char]) -> Option<u64> {
    let length = rest.iter().take_while(|character| character.is_ascii_digit()).count();
    let (digits, after) = rest.split_at(length);
    *rest = after;
    let digit = |character: &char| u64::from(*character as u8 - b'0');
    digits.iter().try_fold(0u64, |number, character| number.checked_mul(10)?.checked_add(digit(character)))
}

impl Specification {
    /// Parses `text`; `None` if this is no such specification.
    pub fn parse(text: &str, capital: bool) -> Option<Specification> {
        let characters: Vec<char> = text.chars().collect();
        let mut rest = &characters[..];
        let mut specification = Specification {
            fill: ' ',
            align: Align::Right,
            sign: None,
            width: 0,
            precision: None,
            presentation: Presentation::General,
            capital,
            is_localized: false,
            separators: None,
        };
        let mut has_align = false;
        if let [fill, align, after @ ..] = rest
            && let Some(align) = align_of(*align)
        {
            (specification.fill, specification.align, has_align, rest) = (*fill, align, true, after);
        } else if let [align, after @ ..] = rest
            && let Some(align) = align_of(*align)
        {
            (specification.align, has_align, rest) = (align, true, after);
        }
        if let [sign @ ('+' | '-' | ' '), after @ ..] = rest {
            specification.sign = (*sign != '-').then_some(*sign);
            rest = after;
        }
        if let ['0', after @ ..] = rest {
            if has_align {
                return None;
            }
            (specification.align, specification.fill, rest) = (Align::Zeros, '0', after);
        }
        if let [first, ..] = rest
            && first.is_ascii_digit()
        {
            if *first == '0' {
                return None;
            }
            specification.width =
                usize::try_from(take_number(&mut rest)?).ok().filter(|&n| n <= isize::MAX as usize)?;
        }
        if let [',', after @ ..] = rest {
            specification.separators =
                Some(Separators { point: String::from("."), separator: String::from(","), groups: vec![3] });
            rest = after;
        }
        if let ['.', after @ ..] = rest {
            rest = after;
            rest.first().filter(|first| first.is_ascii_digit())?;
            specification.precision = Some(i64::try_from(take_number(&mut rest)?).ok()?);
        }
        if let [kind, after @ ..] = rest {
            specification.presentation = match kind {
                'e' | 'E' => Presentation::Exponent,
                'f' | 'F' => Presentation::Fixed,
                'g' | 'G' => Presentation::General,
                '%' => Presentation::Percent,
                'n' | 'N' if specification.separators.is_none() => {
                    specification.is_localized = true;
                    Presentation::General
                }
                _ => return None,
            };
            specification.capital = kind.is_ascii_uppercase();
            rest = after;
        }
        rest.is_empty().then_some(specification)
    }

    /// The number as text; `None` if that would be longer than any number.
    pub fn format(&self, number: &Number, context: &Context) -> Option<String> {
        if self.width as u64 > MAX_PRECISION as u64 {
            return None;
        }
        let mut sign = String::new();
        if number.negative {
            sign.push('-');
        } else {
            sign.extend(self.sign);
        }
        let is_percent = self.presentation == Presentation::Percent;
        if number.is_special() {
            let mut body = String::new();
            push_special(&mut body, number);
            if is_percent {
                body.push('%');
            }
            let (fill, align) = if self.align == Align::Zeros { (' ', Align::Right) } else { (self.fill, self.align) };
            return Some(pad(&sign, &body, self.width, fill, align));
        }
        let (number, point) = self.round(number, context)?;
        let left = number.exponent + number.digits();
        let mut digits = String::new();
        push_digits(&mut digits, &number.coefficient.to_text(), point);
        let mut tail = String::new();
        if left != point || self.presentation == Presentation::Exponent {
            push_exponent(&mut tail, left - point, self.capital);
        }
        if is_percent {
            tail.push('%');
        }
        let body = match &self.separators {
            Some(separators) => {
                let zeros_to = if self.align == Align::Zeros { self.width } else { 0 };
                separators.apply(&digits, &tail, zeros_to.saturating_sub(sign.len()))
            }
            None => digits + &tail,
        };
        Some(pad(&sign, &body, self.width, self.fill, self.align))
    }

    /// The number rounded to what is shown of it, and how many digits stand before the point.
    fn round(&self, number: &Number, context: &Context) -> Option<(Number, i64)> {
        if self.precision.is_some_and(|precision| precision > MAX_PRECISION) {
            return None;
        }
        let mut status = Status::NONE;
        let mut number = number.clone();
        let mut zero_point = None;
        match (self.presentation, self.precision) {
            (Presentation::General, Some(precision)) if number.digits() > precision.max(1) => {
                number = quantize::to_digits(&number, precision.max(1), context, &mut status);
            }
            (Presentation::Exponent, Some(precision)) if number.is_zero() => zero_point = Some(1 - precision),
            (Presentation::Exponent, Some(precision)) => {
                number = quantize::to_digits(&number, precision + 1, context, &mut status);
            }
            (Presentation::Fixed | Presentation::Percent, precision) => {
                if self.presentation == Presentation::Percent {
                    number.exponent += 2;
                }
                if let Some(precision) = precision {
                    number = quantize::rescale(&number, -precision, false, context, &mut status);
                }
                if number.is_zero() && number.exponent > 0 {
                    number.exponent = 0;
                }
            }
            (Presentation::General | Presentation::Exponent, _) => {}
        }
        if status.meets(Status::ERRORS) {
            return None;
        }
        let left = number.exponent + number.digits();
        let point = match self.presentation {
            Presentation::General if number.exponent <= 0 && left > -6 => left,
            Presentation::General => 1,
            Presentation::Exponent => zero_point.unwrap_or(1),
            Presentation::Fixed | Presentation::Percent => left,
        };
        Some((number, point))
    }
}

impl Separators {
    /// Groups the digits before the point, with zeros in front so that the whole has at least `width` characters.
    fn apply(&self, digits: &str, tail: &str, width: usize) -> String {
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let behind = fraction.map_or(0, |fraction| self.point.chars().count() + fraction.len()) + tail.len();
        let mut missing = width.saturating_sub(behind);
        let separator_width = self.separator.chars().count();
        let mut rest = whole;
        let mut groups: Vec<String> = Vec::new();
        let mut place = 0;
        loop {
            let size = match self.groups.get(place).or(self.groups.last()) {
                Some(&size) if size != 0 && size != 127 => usize::from(size),
                _ => usize::MAX,
            };
            place += 1;
            let length = rest.len().max(missing).max(1).min(size);
            let taken = length.min(rest.len());
            let (before, group) = rest.split_at(rest.len() - taken);
            groups.push("0".repeat(length - taken) + group);
            rest = before;
            missing = missing.saturating_sub(length);
            if rest.is_empty() && missing == 0 {
                break;
            }
            missing = missing.saturating_sub(separator_width);
        }
        groups.reverse();
        let mut text = groups.join(&self.separator);
        if let Some(fraction) = fraction {
            text.push_str(&self.point);
            text.push_str(fraction);
        }
        text + tail
    }
}

fn pad(sign: &str, body: &str, width: usize, fill: char, align: Align) -> String {
    let missing = width.saturating_sub(sign.len() + body.chars().count());
    let filling = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    match align {
        Align::Left => format!("{sign}{body}{}", filling(missing)),
        Align::Right => format!("{}{sign}{body}", filling(missing)),
        Align::AfterSign | Align::Zeros => format!("{sign}{}{body}", filling(missing)),
        Align::Center => {
            let left = missing / 2;
            format!("{}{sign}{body}{}", filling(left), filling(missing - left))
        }
    }
}
