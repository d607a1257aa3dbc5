//! UTF-32, both byte orders.
//!
//! What lives here: the codec for a known byte order; the byte order mark is for [`detect`] to find.
//! Start at [`step`].

use super::super::code_points;
use super::Progress;
use super::utf16::{ByteOrder, surrogate_run};
use std::ops::Range;

pub const ENCODE_REASON: &str = "surrogates not allowed";

/// `utf-32-le`, `utf-32-be`.
pub fn name(order: ByteOrder) -> &'static str {
    match order {
        ByteOrder::Little => "utf-32-le",
        ByteOrder::Big => "utf-32-be",
    }
}

/// The byte order that a mark at the start states.
pub fn detect(input: &[u8]) -> Option<ByteOrder> {
    match input {
        [0xff, 0xfe, 0, 0, ..] => Some(ByteOrder::Little),
        [0, 0, 0xfe, 0xff, ..] => Some(ByteOrder::Big),
        _ => None,
    }
}

/// Decodes from `from` on. With `last` unset an incomplete sequence at the end waits for more input.
pub fn step(input: &[u8], from: usize, order: ByteOrder, last: bool, out: &mut Vec<u8>) -> Progress {
    let mut offset = from;
    while let Some(&[a, b, c, d]) = input.get(offset..).and_then(|rest| rest.first_chunk::<4>()) {
        let code_point = match order {
            ByteOrder::Little => u32::from_le_bytes([a, b, c, d]),
            ByteOrder::Big => u32::from_be_bytes([a, b, c, d]),
        };
        let reason = match code_point {
            0xd800..=0xdfff => "code point in surrogate code point range(0xd800, 0xe000)",
            0..=0x10_ffff => {
                code_points::push(out, code_point);
                offset += 4;
                continue;
            }
            _ => "code point not in range(0x110000)",
        };
        return Progress::Stuck { range: offset..offset + 4, reason };
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
        if (0xd800..=0xdfff).contains(&code_point) {
            return Some(surrogate_run(text, offset));
        }
        out.extend(match order {
            ByteOrder::Little => code_point.to_le_bytes(),
            ByteOrder::Big => code_point.to_be_bytes(),
        });
        offset = next;
    }
    None
}
