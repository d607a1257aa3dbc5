//! Cyclic redundancy checks: CRC-32 (ISO-HDLC), CRC-16 of BinHex (XMODEM), and Adler-32.

/// Remainders of every byte, followed by 0 to 7 zero bytes: Intel's slicing-by-8.
static CRC32: [[u32; 256]; 8] = {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            remainder = if remainder & 1 != 0 { remainder >> 1 ^ 0xedb8_8320 } else { remainder >> 1 };
            bit += 1;
        }
        tables[0][byte] = remainder;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let previous = tables[table - 1][byte];
            tables[table][byte] = previous >> 8 ^ tables[0][(previous & 255) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
};

/// Continues the CRC-32 `start` (0 at first) with `data`.
pub fn crc32(data: &[u8], start: u32) -> u32 {
    let mut crc = !start;
    let (chunks, rest) = data.as_chunks::<8>();
    for chunk in chunks {
        let low = crc ^ u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        crc = CRC32[7][(low & 255) as usize]
            ^ CRC32[6][(low >> 8 & 255) as usize]
            ^ CRC32[5][(low >> 16 & 255) as usize]
            ^ CRC32[4][(low >> 24) as usize]
            ^ CRC32[3][chunk[4] as usize]
            ^ CRC32[2][chunk[5] as usize]
            ^ CRC32[1][chunk[6] as usize]
            ^ CRC32[0][chunk[7] as usize];
    }
    for &byte in rest {
        crc = crc >> 8 ^ CRC32[0][((crc ^ u32::from(byte)) & 255) as usize];
    }
    !crc
}

/// Continues the CRC-CCITT `start` with `data`.
pub fn crc_hqx(data: &[u8], start: u16) -> u16 {
    data.iter().fold(start, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 })
    })
}

/// Continues the Adler-32 `start` (1 at first) with `data`.
pub fn adler32(data: &[u8], start: u32) -> u32 {
    const MODULUS: u32 = 65521;
    let (mut a, mut b) = (start & 0xffff, start >> 16);
    // The most bytes for which the sums do not overflow.
    for chunk in data.chunks(5552) {
        for &byte in chunk {
            a += u32::from(byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values() {
        assert_eq!(crc32(b"123456789", 0), 0xcbf4_3926);
        assert_eq!(crc32(b"6789", crc32(b"12345", 0)), 0xcbf4_3926);
        assert_eq!(crc_hqx(b"123456789", 0), 0x31c3);
        assert_eq!(adler32(b"Wikipedia", 1), 0x11e6_0398);
    }
}
