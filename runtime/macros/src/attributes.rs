//! Arguments and doc comments of the attributes.
//!
//! What lives here: the grammar inside `#[method(...)]`, `#[py_class(...)]` and their like, and reading doc
//! comments. What must not: what the options mean for the generated code. Start at [`Options`].

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Ident, Lit, LitStr, Meta, Result, Token};

/// One item of an attribute's parentheses: `flag` or `name = value`.
pub struct Item {
    pub name: Ident,
    pub value: Option<Expr>,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> Result<Item> {
        let name = input.call(syn::ext::IdentExt::parse_any)?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Item { name, value })
    }
}

/// The options of an attribute, taken out one by one; what is left over is an error.
pub struct Options {
    items: Vec<Item>,
    span: Span,
}

impl Options {
    /// Options written as the tokens between the parentheses.
    pub fn parse(tokens: TokenStream, span: Span) -> Result<Options> {
        let items = Punctuated::<Item, Token![,]>::parse_terminated.parse2(tokens)?;
        Ok(Options { items: items.into_iter().collect(), span })
    }

    /// Options of an attribute, which may have no parentheses.
    pub fn of(attribute: &Attribute) -> Result<Options> {
        match &attribute.meta {
            Meta::Path(_) => Ok(Options { items: Vec::new(), span: attribute.span() }),
            Meta::List(list) => Options::parse(list.tokens.clone(), attribute.span()),
            Meta::NameValue(_) => {
                Err(Error::new(attribute.span(), "write the options in parentheses: `#[name(option = value)]`"))
            }
        }
    }

    fn take(&mut self, name: &str) -> Option<Item> {
        let index = self.items.iter().position(|item| item.name == name)?;
        Some(self.items.remove(index))
    }

    /// `name = <expression>`.
    pub fn expression(&mut self, name: &str) -> Result<Option<Expr>> {
        match self.take(name) {
            None => Ok(None),
            Some(Item { value: Some(value), .. }) => Ok(Some(ungroup(value))),
            Some(item) => Err(Error::new(item.name.span(), format!("`{name}` needs a value: `{name} = ...`"))),
        }
    }

    /// `name = "text"`.
    pub fn text(&mut self, name: &str) -> Result<Option<LitStr>> {
        match self.expression(name)? {
            None => Ok(None),
            Some(Expr::Lit(literal)) if matches!(literal.lit, Lit::Str(_)) => match literal.lit {
                Lit::Str(text) => Ok(Some(text)),
                _ => Ok(None),
            },
            Some(other) => Err(Error::new(other.span(), format!("`{name}` needs a string: `{name} = \"...\"`"))),
        }
    }

    /// `name`, without a value.
    pub fn flag(&mut self, name: &str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Item { value: None, .. }) => Ok(true),
            Some(item) => Err(Error::new(item.name.span(), format!("`{name}` takes no value"))),
        }
    }

    /// `name = [a, b, c]`.
    pub fn list(&mut self, name: &str) -> Result<Vec<Expr>> {
        match self.expression(name)? {
            None => Ok(Vec::new()),
            Some(Expr::Array(array)) => Ok(array.elems.into_iter().collect()),
            Some(other) => Err(Error::new(other.span(), format!("`{name}` needs a list: `{name} = [path::METHODS]`"))),
        }
    }

    /// The single name in `#[setter(name)]`: an identifier or, by `name = "..."`, any text.
    pub fn single_name(&mut self) -> Result<Option<String>> {
        if let Some(text) = self.text("name")? {
            return Ok(Some(text.value()));
        }
        match self.items.iter().position(|item| item.value.is_none()) {
            Some(index) => Ok(Some(plain_name(&self.items.remove(index).name))),
            None => Ok(None),
        }
    }

    /// Nothing may be left; `known` is named in the message.
    pub fn finish(self, known: &str) -> Result<()> {
        match self.items.first() {
            None => Ok(()),
            Some(item) => {
                Err(Error::new(item.name.span(), format!("unknown option `{}`; there are: {known}", item.name)))
            }
        }
    }

    pub fn span(&self) -> Span {
        self.span
    }
}

/// The expression without the invisible delimiters that a `macro_rules!` fragment brings.
fn ungroup(value: Expr) -> Expr {
    match value {
        Expr::Group(group) => ungroup(*group.expr),
        other => other,
    }
}

/// An identifier as Python sees it: without `r#`.
pub fn plain_name(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

/// `__doc__` from the doc comment: its lines, up to the first rustdoc heading (`# Examples`), which is for
/// readers of the source only.
pub fn documentation(attributes: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        let Meta::NameValue(meta) = &attribute.meta else { continue };
        if !meta.path.is_ident("doc") {
            continue;
        }
        let Expr::Lit(literal) = &meta.value else { continue };
        let Lit::Str(text) = &literal.lit else { continue };
        let text = text.value();
        lines.extend(text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()));
    }
    if let Some(heading) = lines.iter().position(|line| line.starts_with("# ")) {
        lines.truncate(heading);
    }
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// `Some("text")` or `None` as tokens.
pub fn optional_text(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote::quote!(::core::option::Option::Some(#text)),
        None => quote::quote!(::core::option::Option::None),
    }
}
