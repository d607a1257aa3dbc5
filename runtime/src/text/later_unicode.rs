//! What newer versions of Unicode than CPython 3.14's (16.0) changed: the data of the libraries is newer.
//!
//! What lives here: the code points that were assigned since, and the few whose properties changed. What must not: the
//! data itself (the crates). Whoever asks the crates about characters asks here first. Start at [`is_unassigned`].
//!
//! The table was made by comparing all code points with `unicodedata` of CPython 3.14, and
//! `tests/scripts/strings/unicode_version.py` compares them again.

/// Ranges of code points that 16.0 has not assigned, ascending.
const LATER: &[(u32, u32)] = &[
    (0x558, 0x558),
    (0x58b, 0x58c),
    (0x5c8, 0x5c9),
    (0x88f, 0x88f),
    (0xb53, 0xb54),
    (0xc5c, 0xc5c),
    (0xcdc, 0xcdc),
    (0x1acf, 0x1af0),
    (0x208f, 0x208f),
    (0x209d, 0x209f),
    (0x20c1, 0x20c4),
    (0x2b96, 0x2b96),
    (0x2e60, 0x2e63),
    (0xa7ce, 0xa7cf),
    (0xa7d2, 0xa7d2),
    (0xa7d4, 0xa7d4),
    (0xa7dd, 0xa7dd),
    (0xa7e2, 0xa7e2),
    (0xa7f1, 0xa7f1),
    (0xab6c, 0xab6d),
    (0xfbc3, 0xfbd2),
    (0xfd90, 0xfd91),
    (0xfdc8, 0xfdce),
    (0x107bb, 0x107bf),
    (0x10940, 0x10959),
    (0x10ec5, 0x10ec7),
    (0x10ec9, 0x10eee),
    (0x10ef0, 0x10efb),
    (0x11b0a, 0x11b0a),
    (0x11b60, 0x11b67),
    (0x11db0, 0x11ddb),
    (0x11de0, 0x11de9),
    (0x11df0, 0x11df1),
    (0x1246f, 0x1246f),
    (0x12475, 0x1247f),
    (0x12550, 0x12686),
    (0x16ea0, 0x16eb8),
    (0x16ebb, 0x16ed3),
    (0x16ff2, 0x16ff6),
    (0x187f8, 0x187ff),
    (0x18cd6, 0x18cda),
    (0x18d09, 0x18d20),
    (0x18d80, 0x18df2),
    (0x18e00, 0x19191),
    (0x191a0, 0x191d2),
    (0x1b123, 0x1b128),
    (0x1b168, 0x1b168),
    (0x1ccfa, 0x1ccfc),
    (0x1ceba, 0x1ced0),
    (0x1ced2, 0x1ced4),
    (0x1cedd, 0x1cefd),
    (0x1d127, 0x1d128),
    (0x1d1eb, 0x1d1ff),
    (0x1d250, 0x1d281),
    (0x1d6a6, 0x1d6a6),
    (0x1db00, 0x1db1c),
    (0x1df1f, 0x1df24),
    (0x1df2b, 0x1df81),
    (0x1df90, 0x1df96),
    (0x1dfcd, 0x1dfff),
    (0x1e6c0, 0x1e6de),
    (0x1e6e0, 0x1e6f5),
    (0x1e6fe, 0x1e6ff),
    (0x1f1ae, 0x1f1ae),
    (0x1f6d8, 0x1f6d9),
    (0x1f777, 0x1f77a),
    (0x1f7da, 0x1f7db),
    (0x1f7f1, 0x1f7ff),
    (0x1f8d0, 0x1f8d8),
    (0x1fa54, 0x1fa57),
    (0x1fa8a, 0x1fa8e),
    (0x1fac8, 0x1fac8),
    (0x1facc, 0x1facd),
    (0x1fadd, 0x1fadd),
    (0x1faea, 0x1faeb),
    (0x1faef, 0x1faef),
    (0x1faf9, 0x1fafa),
    (0x1fbfa, 0x1fbfa),
    (0x2b73a, 0x2b73f),
    (0x2b81e, 0x2b81e),
    (0x2cea2, 0x2cead),
    (0x323b0, 0x33479),
    (0x3d000, 0x3fc3f),
];

/// The code point is assigned in the crates' data, but not in Unicode 16.0.
#[inline]
pub fn is_unassigned(code_point: u32) -> bool {
    code_point >= LATER[0].0 && {
        let index = LATER.partition_point(|(start, _)| *start <= code_point);
        index > 0 && code_point <= LATER[index - 1].1
    }
}

/// Cased characters whose counterparts are of a later version: in 16.0 the mappings leave them as they are.
pub fn has_later_case(code_point: u32) -> bool {
    matches!(code_point, 0x277 | 0x27c | 0xa7d3 | 0xa7d5 | 0xab4b | 0xab4c)
}

/// Signs that are numbers in later versions only.
pub fn has_later_number(code_point: u32) -> bool {
    matches!(code_point, 0x12038 | 0x12039 | 0x12079 | 0x12226 | 0x1222b | 0x1230b | 0x1230d | 0x12399)
}

/// The numeric value in 16.0 of a character whose value changed.
pub fn earlier_number(code_point: u32) -> Option<f64> {
    (code_point == 0x5146).then_some(1e6)
}

/// The lower-case letter that became one without case.
pub const EARLIER_LOWER: u32 = 0x295;

/// A cased letter that has no counterpart in any version: LATIN SMALL LETTER KRA.
const STAND_IN: char = '\u{138}';

/// Maps the case of `bytes` (WTF-8) with characters of [`has_later_case`] replaced by one that no mapping changes, and puts
/// them back.
pub fn with_case_aside(bytes: &[u8], map: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let is_aside = |code_point: u32| has_later_case(code_point) || code_point == u32::from(STAND_IN);
    let (mut plain, mut aside, mut at) = (Vec::with_capacity(bytes.len()), Vec::new(), 0);
    while at < bytes.len() {
        let (code_point, behind) = super::code_points::decode_at(bytes, at);
        if is_aside(code_point) {
            aside.push(&bytes[at..behind]);
            plain.extend_from_slice(STAND_IN.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            plain.extend_from_slice(&bytes[at..behind]);
        }
        at = behind;
    }
    let (mapped, mut aside) = (map(&plain), aside.into_iter());
    around(
        &mapped,
        |_| false,
        |stretch, out| {
            let mut at = 0;
            while at < stretch.len() {
                let (code_point, behind) = super::code_points::decode_at(stretch, at);
                let own = &stretch[at..behind];
                out.extend_from_slice(if code_point == u32::from(STAND_IN) {
                    aside.next().unwrap_or(own)
                } else {
                    own
                });
                at = behind;
            }
        },
    )
}

/// Runs `each` on the stretches of `bytes` (WTF-8) without characters that `apart` names, and copies those.
pub fn around(bytes: &[u8], apart: impl Fn(u32) -> bool, mut each: impl FnMut(&[u8], &mut Vec<u8>)) -> Vec<u8> {
    let (mut out, mut start, mut at) = (Vec::with_capacity(bytes.len()), 0, 0);
    while at < bytes.len() {
        let (code_point, behind) = super::code_points::decode_at(bytes, at);
        if apart(code_point) {
            each(&bytes[start..at], &mut out);
            out.extend_from_slice(&bytes[at..behind]);
            start = behind;
        }
        at = behind;
    }
    each(&bytes[start..], &mut out);
    out
}
