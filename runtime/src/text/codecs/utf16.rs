//! UTF-16 (RFC 2781), both byte orders.
//!
//! What lives here: the codec for a known byte order; the byte order mark is for [`detect`] to find.
//! Start at [`step`].

use super::super::code_points;
use super::Progress;
use std::ops::Range;

pub const ENCODE_REASON: &str = "surrogates not allowed";

/// The order of the bytes of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// The machine's.
    pub const NATIVE: ByteOrder = if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little };

    pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }
    }

    pub(super) fn u16_bytes(self, unit: u16) -> [u8; 2] {
        match self {
            ByteOrder::Little => unit.to_le_bytes(),
            ByteOrder::Big => unit.to_be_bytes(),
        }
    }

    /// `utf-16-le`, `utf-16-be`.
    pub fn utf16_name(self) -> &'static str {
        match self {
            ByteOrder::Little => "utf-16-le",
            ByteOrder::Big => "utf-16-be",
        }
    }
}

/// The byte order that a mark at the start states.
pub fn detect(input: &[u8]) -> Option<ByteOrder> {
    match input {
        [0xff, 0xfe, ..] => Some(ByteOrder::Little),
        [0xfe, 0xff, ..] => Some(ByteOrder::Big),
        _ => None,
    }
}

/// Decodes from `from` on. With `last` unset an incomplete sequence at the end waits for more input.
pub fn step(input: &[u8], from: usize, order: ByteOrder, last: bool, out: &mut Vec<u8>) -> Progress {
    let unit = |at: usize| input.get(at..at + 2).map(|pair| order.u16([pair[0], pair[1]]));
    let mut offset = from;
    while let Some(first) = unit(offset) {
        match first {
            0xd800..=0xdbff => match unit(offset + 2) {
                Some(second @ 0xdc00..=0xdfff) => {
                    code_points::push(out, 0x1_0000 + (u32::from(first & 0x3ff) << 10 | u32::from(second & 0x3ff)));
                    offset += 4;
                    continue;
                }
                Some(_) => return Progress::Stuck { range: offset..offset + 2, reason: "illegal UTF-16 surrogate" },
                None if !last => return Progress::Finished(offset),
                None => return Progress::Stuck { range: offset..input.len(), reason: "unexpected end of data" },
            },
            0xdc00..=0xdfff => return Progress::Stuck { range: offset..offset + 2, reason: "illegal encoding" },
            _ => code_points::push(out, u32::from(first)),
        }
        offset += 2;
    }
    if offset < input.len() && last {
        return Progress::Stuck { range: offset..input.len(), reason: "truncated data" };
    }
    Progress::Finished(offset)
}

/// Encodes from `from` on, up to the next run of surrogates.
pub fn encode_step(text: &[u8], from: usize, order: ByteOrder, out: &mut Vec<u8>) -> Option<Range<usize>> {
    let mut offset = from;
    while offset < text.len() {
        let (code_point, next) = code_points::decode_at(text, offset);
        match code_point {
            0xd800..=0xdfff => return Some(surrogate_run(text, offset)),
            0..=0xffff => out.extend(order.u16_bytes(code_point as u16)),
            _ => {
                let rest = code_point - 0x1_0000;
                out.extend(order.u16_bytes(0xd800 | (rest >> 10) as u16));
                out.extend(order.u16_bytes(0xdc00 | (rest & 0x3ff) as u16));
            }
        }
        offset = next;
    }
    None
}

/// The run of surrogates that starts at `start`.
pub(super) fn surrogate_run(text: &[u8], start: usize) -> Range<usize> {
    let mut end = start;
    while end < text.len() {
        let (code_point, next) = code_points::decode_at(text, end);
        if !(0xd800..=0xdfff).contains(&code_point) {
            break;
        }
        end = next;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_and_faults() {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let mut bytes = Vec::new();
            assert_eq!(encode_step("aé😀".as_bytes(), 0, order, &mut bytes), None);
            let mut text = Vec::new();
            assert_eq!(step(&bytes, 0, order, true, &mut text), Progress::Finished(bytes.len()));
            assert_eq!(text, "aé😀".as_bytes());
        }
        let stuck = |input: &[u8]| step(input, 0, ByteOrder::Big, true, &mut Vec::new());
        assert_eq!(stuck(b"\0a\0"), Progress::Stuck { range: 2..3, reason: "truncated data" });
        assert_eq!(stuck(b"\xd8\0"), Progress::Stuck { range: 0..2, reason: "unexpected end of data" });
        assert_eq!(stuck(b"\xdc\0\0a"), Progress::Stuck { range: 0..2, reason: "illegal encoding" });
        assert_eq!(stuck(b"\xd8\0\0a"), Progress::Stuck { range: 0..2, reason: "illegal UTF-16 surrogate" });
    }
}
