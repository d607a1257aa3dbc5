//! Why a string literal cannot be decoded, in CPython's words.
//!
//! What lives here: the texts of the codecs that CPython decodes literals with. What must not: decoding.

/// The message for a string token (prefix and quotes included) that cannot be decoded.
pub(super) fn decode_error(token: &str) -> Option<String> {
    let quote = token.find(['"', '\'']).unwrap_or(0);
    let prefix = token[..quote].to_ascii_lowercase();
    let rest = &token[quote..];
    let triple = rest.len() >= 6 && (rest.starts_with("\"\"\"") || rest.starts_with("'''"));
    let width = if quote == 0 && !rest.starts_with(['"', '\'']) {
        0
    } else if triple {
        3
    } else {
        1
    };
    let body = rest.get(width..rest.len().saturating_sub(width))?;
    if prefix.contains('b') {
        if !body.is_ascii() {
            return Some("bytes can only contain ASCII literal characters".into());
        }
        return bytes_error(body);
    }
    text_error(body)
}

fn bytes_error(body: &str) -> Option<String> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        if bytes.get(at + 1) == Some(&b'x') {
            let digits = bytes[at + 2..].iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
            if digits < 2 {
                return Some(format!("(value error) invalid \\x escape at position {at}"));
            }
        }
        at += 2;
    }
    None
}

/// Positions count as CPython's decoder does: characters beyond ASCII have been turned into ten-character
/// `\U` escapes before.
fn text_error(body: &str) -> Option<String> {
    let characters: Vec<char> = body.chars().collect();
    let mut position = 0;
    let mut at = 0;
    let error = |start: usize, length: usize, reason: &str| {
        let place = format!("in position {start}-{}", start + length - 1);
        Some(format!("(unicode error) 'unicodeescape' codec can't decode bytes {place}: {reason}"))
    };
    while at < characters.len() {
        if characters[at] != '\\' {
            position += if characters[at].is_ascii() { 1 } else { 10 };
            at += 1;
            continue;
        }
        let Some(escape) = characters.get(at + 1) else {
            return Some(
                "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position 0: \\ at end of string"
                    .into(),
            );
        };
        let (digits, reason) = match escape {
            'x' => (2, "truncated \\xXX escape"),
            'u' => (4, "truncated \\uXXXX escape"),
            'U' => (8, "truncated \\UXXXXXXXX escape"),
            'N' => {
                let rest: String = characters[at + 2..].iter().collect();
                let Some(name) = rest.strip_prefix('{') else {
                    return error(position, 2, "malformed \\N character escape");
                };
                let Some(end) = name.find('}') else {
                    return error(position, 2 + rest.chars().count(), "malformed \\N character escape");
                };
                let literal = format!("\"\\N{{{}}}\"", &name[..end]);
                if ruff_python_parser::parse_expression(&literal).is_err() {
                    return error(position, 4 + end, "unknown Unicode character name");
                }
                position += 4 + end;
                at += 4 + name[..end].chars().count();
                continue;
            }
            _ => {
                position += 2;
                at += 2;
                continue;
            }
        };
        let found = characters[at + 2..].iter().take(digits).take_while(|c| c.is_ascii_hexdigit()).count();
        if found < digits {
            return error(position, 2 + found, reason);
        }
        let value: String = characters[at + 2..at + 2 + digits].iter().collect();
        if u32::from_str_radix(&value, 16).is_ok_and(|value| value > 0x10_ffff) {
            return error(position, 2 + digits, "illegal Unicode character");
        }
        position += 2 + digits;
        at += 2 + digits;
    }
    None
}
