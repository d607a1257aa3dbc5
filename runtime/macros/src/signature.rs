//! The text of a Python signature: `(self, key, default=None, /)`.
//!
//! What lives here: the parser of that text and its rendering as `__text_signature__`. What must not: Rust
//! parameters ([`crate::wrapper`] matches the two). Start at [`Signature::parse`].

use std::fmt::Write;

/// One parameter after the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    pub default: Option<String>,
}

/// A signature without its receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Positional-only, then positional or keyword, then keyword-only.
    pub parameters: Vec<Parameter>,
    pub positional_only: usize,
    /// How many parameters may be given by position.
    pub positional: usize,
    /// Name of `*args`.
    pub variadic: Option<String>,
    /// Name of `**kwargs`.
    pub keywords: Option<String>,
}

impl Signature {
    /// Parses the text between and including the parentheses. A first parameter
    /// `$name` is the receiver and left out, `self` or `cls` too if there is a `receiver`.
    pub fn parse(text: &str, receiver: bool) -> Result<Signature, String> {
        let inner = text
            .trim()
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .ok_or("a signature stands in parentheses: `(self, key, default=None, /)`")?;
        let mut signature = Signature::default();
        let mut slash = None;
        let mut keyword_only = false;
        for (index, item) in split_at_commas(inner)?.into_iter().enumerate() {
            if item == "/" {
                if slash.is_some() || keyword_only {
                    return Err("`/` may stand once, before `*`".into());
                }
                slash = Some(signature.parameters.len());
            } else if let Some(name) = item.strip_prefix("**") {
                signature.keywords = Some(identifier(name)?);
            } else if let Some(name) = item.strip_prefix('*') {
                if keyword_only {
                    return Err("`*` may stand once".into());
                }
                signature.positional = signature.parameters.len();
                keyword_only = true;
                if !name.is_empty() {
                    signature.variadic = Some(identifier(name)?);
                }
            } else if index == 0 && (item.starts_with('$') || receiver && matches!(item, "self" | "cls")) {
                continue;
            } else {
                if signature.keywords.is_some() {
                    return Err("nothing may follow `**kwargs`".into());
                }
                let (name, default) = match item.split_once('=') {
                    Some((name, default)) => (name.trim(), Some(default.trim().to_owned())),
                    None => (item, None),
                };
                let follows_default = signature.parameters.last().is_some_and(|p| p.default.is_some());
                if default.is_none() && follows_default && !keyword_only {
                    return Err(format!("parameter `{name}` without a default follows one with a default"));
                }
                signature.parameters.push(Parameter { name: identifier(name)?, default });
            }
        }
        if !keyword_only {
            signature.positional = signature.parameters.len();
        }
        signature.positional_only = slash.unwrap_or(0);
        Ok(signature)
    }

    /// How many positional parameters have no default.
    pub fn required(&self) -> usize {
        self.parameters[..self.positional].iter().filter(|p| p.default.is_none()).count()
    }

    /// The parameters that only a keyword gives, and that have no default.
    pub fn requires_keyword(&self) -> bool {
        self.parameters[self.positional..].iter().any(|p| p.default.is_none())
    }

    /// No argument may be given by keyword.
    pub fn is_positional_only(&self) -> bool {
        self.positional_only == self.parameters.len() && self.keywords.is_none()
    }

    /// As `__text_signature__` shows it, with `receiver` (`$self`, `$type`, `$module`) in front.
    pub fn render(&self, receiver: Option<&str>) -> String {
        let mut items: Vec<String> = Vec::new();
        items.extend(receiver.map(str::to_owned));
        // A receiver alone is positional-only: `($self, /)`. With parameters, `/` follows the last
        // positional-only one.
        if self.positional_only == 0 && receiver.is_some() {
            items.push("/".into());
        }
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index == self.positional {
                items.push(self.star());
            }
            let mut item = parameter.name.clone();
            if let Some(default) = &parameter.default {
                let _ = write!(item, "={default}");
            }
            items.push(item);
            if index + 1 == self.positional_only {
                items.push("/".into());
            }
        }
        if self.variadic.is_some() && self.positional == self.parameters.len() {
            items.push(self.star());
        }
        if let Some(name) = &self.keywords {
            items.push(format!("**{name}"));
        }
        format!("({})", items.join(", "))
    }

    fn star(&self) -> String {
        format!("*{}", self.variadic.as_deref().unwrap_or_default())
    }
}

/// Splits at commas outside brackets and quotes; a trailing comma is allowed.
fn split_at_commas(text: &str) -> Result<Vec<&str>, String> {
    let mut items = Vec::new();
    let (mut depth, mut quote, mut start) = (0usize, None, 0);
    for (position, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.checked_sub(1).ok_or("unbalanced bracket in the signature")?,
            (None, ',') if depth == 0 => {
                items.push(text[start..position].trim());
                start = position + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        items.push(last);
    }
    if quote.is_some() || depth > 0 {
        return Err("unbalanced quote or bracket in the signature".into());
    }
    Ok(items)
}

fn identifier(name: &str) -> Result<String, String> {
    let name = name.trim();
    let starts = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if starts && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        Ok(name.to_owned())
    } else {
        Err(format!("`{name}` is not a parameter name"))
    }
}

#[cfg(test)]
mod tests {
    use super::Signature;

    fn round_trip(text: &str, receiver: Option<&str>) -> String {
        match Signature::parse(text, receiver.is_some()) {
            Ok(signature) => signature.render(receiver),
            Err(message) => message,
        }
    }

    #[test]
    fn renders_as_cpython_does() {
        let own = Some("$self");
        assert_eq!(round_trip("(self, object, /)", own), "($self, object, /)");
        assert_eq!(round_trip("(self)", own), "($self, /)");
        assert_eq!(round_trip("(self, /)", own), "($self, /)");
        assert_eq!(round_trip("(self, /, sep=None, maxsplit=-1)", own), "($self, /, sep=None, maxsplit=-1)");
        assert_eq!(round_trip("(self, sep=None, maxsplit=-1)", own), "($self, /, sep=None, maxsplit=-1)");
        assert_eq!(round_trip("(self, /, *, key=None, reverse=False)", own), "($self, /, *, key=None, reverse=False)");
        assert_eq!(round_trip("(iterable=(), /)", None), "(iterable=(), /)");
        assert_eq!(round_trip("(*args, sep=' ', **kw)", Some("$module")), "($module, /, *args, sep=' ', **kw)");
        assert_eq!(round_trip("(a, b, /, *args)", None), "(a, b, /, *args)");
        assert_eq!(round_trip("(x=(1, ','), y=',')", None), "(x=(1, ','), y=',')");
    }

    #[test]
    fn counts_the_sorts_of_parameters() -> Result<(), String> {
        let signature = Signature::parse("(self, a, b=1, /, c=2, *, d, e=3)", true)?;
        assert_eq!((signature.positional_only, signature.positional, signature.required()), (2, 3, 1));
        assert!(signature.requires_keyword() && !signature.is_positional_only());
        Ok(())
    }

    #[test]
    fn says_what_is_wrong() {
        assert!(round_trip("self, a", None).contains("parentheses"));
        assert!(round_trip("(a=1, b)", None).contains("without a default"));
        assert!(round_trip("(a, /, b, /)", None).contains("once"));
        assert!(round_trip("(1a)", None).contains("not a parameter name"));
        assert!(
            round_trip("(a=(1)", None).contains("parentheses") || round_trip("(a=(1)", None).contains("unbalanced")
        );
    }
}
