//! Encodings of bytes as ASCII, and checksums.
//!
//! What lives here: base64, quoted-printable, uuencode, CRC. What must not: Python objects (`modules/binascii.rs`).

pub mod base64;
pub mod crc;
pub mod quoted_printable;
pub mod uu;

/// The value of a hexadecimal digit.
pub fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}
