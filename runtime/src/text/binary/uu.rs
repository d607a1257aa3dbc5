//! Uuencoded lines.

/// Bytes in a line.
pub const LINE_BYTES: usize = 45;

/// The line of up to 45 bytes. `backtick`: zeros are written as backticks, not spaces.
pub fn encode(data: &[u8], backtick: bool) -> Vec<u8> {
    let digit = |value: u8| if backtick && value == 0 { b'`' } else { value + b' ' };
    let mut out = vec![digit(data.len() as u8)];
    for chunk in data.chunks(3) {
        let byte = |index: usize| chunk.get(index).copied().unwrap_or(0);
        let (a, b, c) = (byte(0), byte(1), byte(2));
        out.extend([digit(a >> 2), digit((a & 3) << 4 | b >> 4), digit((b & 15) << 2 | c >> 6), digit(c & 63)]);
    }
    out.push(b'\n');
    out
}

/// The bytes of a line; missing digits are zeros. The error is `binascii.Error`'s message.
pub fn decode(line: &[u8]) -> Result<Vec<u8>, &'static str> {
    let length = (line.first().copied().unwrap_or(0).wrapping_sub(b' ') & 63) as usize;
    let mut rest = line.get(1..).unwrap_or(&[]).iter();
    let mut out = Vec::with_capacity(length);
    let (mut bits, mut count) = (0u32, 0);
    while out.len() < length {
        let value = match rest.next() {
            None | Some(b'\n' | b'\r') => 0,
            Some(&byte @ b' '..=b'`') => (byte - b' ') & 63,
            Some(_) => return Err("Illegal char"),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.all(|byte| matches!(byte, b' ' | b'`' | b'\n' | b'\r')) { Ok(out) } else { Err("Trailing garbage") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        for length in 0..=LINE_BYTES {
            let data: Vec<u8> = (0..length).map(|n| n as u8 ^ 0x5a).collect();
            assert_eq!(decode(&encode(&data, length % 2 == 0)), Ok(data));
        }
        assert_eq!(encode(b"hello", false), b"%:&5L;&\\ \n");
    }
}
