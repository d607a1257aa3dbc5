//! Character encodings.
//!
//! What lives here: the drivers that run an encoder or decoder and ask an error handler when it is stuck, and
//! the fault types. What must not: looking up codecs and handlers by name, Python callbacks
//! (`modules/_codecs`). Start at [`decode`] and [`encode`].
//!
//! A codec is a function that works until its input ends or something is wrong; the driver deals with what
//! is wrong and lets it go on. Text is generalised UTF-8.

pub mod escapes;
pub mod handlers;
pub mod single_byte;
pub mod utf16;
pub mod utf32;
pub mod utf7;
pub mod utf8;

use super::code_points;
use std::ops::Range;

/// Input bytes that cannot be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeFault {
    pub encoding: &'static str,
    /// The bytes at fault.
    pub range: Range<usize>,
    pub reason: &'static str,
}

/// Characters that cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeFault {
    pub encoding: &'static str,
    /// Their indices in code points.
    pub range: Range<usize>,
    /// The bytes of the text that they are.
    pub bytes: Range<usize>,
    pub reason: &'static str,
}

/// Decides what happens to bytes that cannot be decoded.
pub trait DecodeErrors {
    type Error;
    /// Appends a replacement to `out` and says at which byte to go on.
    fn handle(&mut self, input: &[u8], fault: DecodeFault, out: &mut Vec<u8>) -> Result<usize, Self::Error>;
}

/// What stands in for characters that cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Text that the codec encodes.
    Text(Vec<u8>),
    /// Bytes that are taken as they are.
    Bytes(Vec<u8>),
}

/// Decides what happens to characters that cannot be encoded.
pub trait EncodeErrors {
    type Error;
    /// A replacement, and at which code point to go on.
    fn handle(&mut self, text: &[u8], fault: &EncodeFault) -> Result<(Replacement, usize), Self::Error>;
    /// The replacement cannot be encoded either.
    fn refuse(&mut self, text: &[u8], fault: &EncodeFault) -> Self::Error;
}

/// How far a decoder came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// To the end, or (when more input may follow) to the start of an incomplete sequence.
    Finished(usize),
    Stuck {
        range: Range<usize>,
        reason: &'static str,
    },
}

/// Runs a decoder over `input`: `step(input, from, out)` decodes from byte `from` on. Returns how many bytes
/// were consumed.
pub fn decode<E: DecodeErrors>(
    encoding: &'static str,
    input: &[u8],
    errors: &mut E,
    out: &mut Vec<u8>,
    mut step: impl FnMut(&[u8], usize, &mut Vec<u8>) -> Progress,
) -> Result<usize, E::Error> {
    let mut position = 0;
    loop {
        match step(input, position, out) {
            Progress::Finished(end) => return Ok(end),
            Progress::Stuck { range, reason } => {
                position = errors.handle(input, DecodeFault { encoding, range, reason }, out)?
            }
        }
    }
}

/// Runs an encoder over `text`: `step(text, from, out)` encodes from byte `from` on and returns the bytes of
/// the run of characters it cannot encode, if any; `step` also encodes replacement texts.
pub fn encode<E: EncodeErrors>(
    encoding: &'static str,
    reason: &'static str,
    text: &[u8],
    errors: &mut E,
    out: &mut Vec<u8>,
    mut step: impl FnMut(&[u8], usize, &mut Vec<u8>) -> Option<Range<usize>>,
) -> Result<(), E::Error> {
    let mut position = 0;
    // Where code point indices were last counted: byte offset and index.
    let (mut counted, mut index) = (0, 0);
    while let Some(bytes) = step(text, position, out) {
        if bytes.start < counted {
            (counted, index) = (0, 0);
        }
        let start = index + code_points::count(&text[counted..bytes.start]);
        let end = start + code_points::count(&text[bytes.clone()]);
        (counted, index) = (bytes.end, end);
        let fault = EncodeFault { encoding, range: start..end, bytes, reason };
        let (replacement, resume) = errors.handle(text, &fault)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(replacement) => {
                let before = out.len();
                if step(&replacement, 0, out).is_some() {
                    out.truncate(before);
                    return Err(errors.refuse(text, &fault));
                }
            }
        }
        position = if resume == end { fault.bytes.end } else { code_points::advance(text, 0, resume) };
    }
    Ok(())
}
