//! Base64 (RFC 4648).
//!
//! What lives here: the standard alphabet. Start at [`decode`].

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Value of each digit; 64 for other bytes.
static VALUES: [u8; 256] = {
    let mut table = [64; 256];
    let mut value = 0;
    while value < 64 {
        table[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    table
};

/// The digits of `data`, padded.
pub fn encode(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    let digit = |bits: u32, shift: u32| DIGITS[(bits >> shift & 63) as usize];
    for chunk in data.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.push(digit(bits, 18));
        out.push(digit(bits, 12));
        out.push(if chunk.len() > 1 { digit(bits, 6) } else { b'=' });
        out.push(if chunk.len() > 2 { digit(bits, 0) } else { b'=' });
    }
    out
}

/// Decodes; unless `strict`, bytes that are no digits are skipped. The error is `binascii.Error`'s message.
pub fn decode(data: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    let refuse = |message: &str| Err(message.to_owned());
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    let (mut digits, mut left, mut pads, mut padding_started) = (0, 0u8, 0, false);
    if strict && data.first() == Some(&b'=') {
        return refuse("Leading padding not allowed");
    }
    for (index, &byte) in data.iter().enumerate() {
        if byte == b'=' {
            padding_started = true;
            if strict && digits == 0 {
                return refuse("Excess padding not allowed");
            }
            if digits >= 2 {
                pads += 1;
                if digits + pads >= 4 {
                    // The data ends here, whatever follows.
                    return if strict && index + 1 < data.len() {
                        refuse("Excess data after padding")
                    } else {
                        Ok(out)
                    };
                }
            }
            continue;
        }
        let value = VALUES[byte as usize];
        if value >= 64 {
            if strict {
                return refuse("Only base64 data is allowed");
            }
            continue;
        }
        if strict && padding_started {
            return refuse("Discontinuous padding not allowed");
        }
        pads = 0;
        match digits {
            0 => left = value,
            1 => {
                out.push(left << 2 | value >> 4);
                left = value & 15;
            }
            2 => {
                out.push(left << 4 | value >> 2);
                left = value & 3;
            }
            _ => out.push(left << 6 | value),
        }
        digits = (digits + 1) % 4;
    }
    match digits {
        0 => Ok(out),
        1 => {
            let count = out.len() / 3 * 4 + 1;
            Err(format!(
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            ))
        }
        _ => refuse("Incorrect padding"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        for length in 0..20u8 {
            let data: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37)).collect();
            assert_eq!(decode(&encode(&data), true), Ok(data));
        }
        assert_eq!(encode(b"hello"), b"aGVsbG8=");
    }
}
