//! Quoted-printable (RFC 2045, section 6.7).

use super::hex_digit;

const MAX_LINE: usize = 76;
const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Decodes. `header`: underscores are spaces (RFC 2047).
pub fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while at < data.len() {
        let byte = data[at];
        at += 1;
        if byte == b'_' && header {
            out.push(b' ');
            continue;
        }
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        match data.get(at) {
            None => break,
            // A soft line break: the rest of the line is dropped.
            Some(b'\n' | b'\r') => at += memchr::memchr(b'\n', &data[at..]).map_or(data.len() - at, |n| n + 1),
            Some(b'=') => {
                out.push(b'=');
                at += 1;
            }
            Some(&high) => match (hex_digit(high), data.get(at + 1).copied().and_then(hex_digit)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                }
                _ => out.push(b'='),
            },
        }
    }
    out
}

/// How to encode.
#[derive(Clone, Copy)]
pub struct Options {
    /// Spaces and tabs are escaped everywhere.
    pub quote_tabs: bool,
    /// Line breaks stay line breaks.
    pub is_text: bool,
    /// Spaces become underscores (RFC 2047).
    pub header: bool,
}

/// Encodes. Line breaks are written as the first one in `data` is.
pub fn encode(data: &[u8], options: Options) -> Vec<u8> {
    let crlf = memchr::memchr(b'\n', data).is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let line_end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let escaped = |byte: u8| [b'=', HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize]];
    let mut out = Vec::with_capacity(data.len() + data.len() / 8);
    let mut line = 0;
    let mut at = 0;
    while at < data.len() {
        let byte = data[at];
        let next = data.get(at + 1).copied();
        let lone_dot = byte == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0));
        let must_escape = byte > 126
            || byte == b'='
            || options.header && byte == b'_'
            || lone_dot
            || !options.is_text && matches!(byte, b'\r' | b'\n')
            || matches!(byte, b'\t' | b' ') && next.is_none()
            || byte < 33 && !matches!(byte, b'\r' | b'\n') && (options.quote_tabs || !matches!(byte, b'\t' | b' '));
        if must_escape {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(line_end);
                line = 0;
            }
            out.extend(escaped(byte));
            line += 3;
            at += 1;
            continue;
        }
        let breaks = byte == b'\n' || byte == b'\r' && next == Some(b'\n');
        if options.is_text && breaks {
            // White space may not end a line.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                out.extend(escaped(last));
            }
            out.extend_from_slice(line_end);
            line = 0;
            at += if byte == b'\r' { 2 } else { 1 };
            continue;
        }
        if next.is_some_and(|next| next != b'\n') && line + 1 >= MAX_LINE {
            out.push(b'=');
            out.extend_from_slice(line_end);
            line = 0;
        }
        line += 1;
        out.push(if options.header && byte == b' ' { b'_' } else { byte });
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let options = Options { quote_tabs: false, is_text: true, header: false };
        assert_eq!(encode(b"a=b \n\xff c", options), b"a=3Db=20\n=FF c");
        assert_eq!(decode(b"a=3Db=\nc =20", false), b"a=bc  ");
        assert_eq!(decode(b"a=zz=", false), b"a=zz");
    }
}
