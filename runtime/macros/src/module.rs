//! `#[py_module]`: a Rust module as a Python module.
//!
//! What lives here: the attributes of the items of such a module and the static made of them. What must not:
//! argument conversion ([`crate::wrapper`]). Start at [`module`].

use crate::attributes::{Options, documentation, optional_text, plain_name};
use crate::class::{computed_constant, constant_spec, require_paths, take_attribute};
use crate::wrapper::{Context, Kind, Native, allowances};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Item, ItemMod, Result, UseTree};

/// The attributes that such a module gives a meaning to.
const ATTRIBUTES: &[&str] = &["function", "constant", "class", "init"];

/// Expands the module.
pub fn module(options: TokenStream, mut module: ItemMod) -> Result<TokenStream> {
    let mut options = Options::parse(options, Span::call_site())?;
    let name = options.text("name")?.map_or_else(|| plain_name(&module.ident), |text| text.value());
    let extend = options.list("extend")?;
    options.finish("name, extend")?;
    require_paths(&extend)?;
    let span = module.span();
    let Some((_, items)) = &mut module.content else {
        return Err(Error::new(span, "the module's items stand in the same file: `pub mod math { ... }`"));
    };
    let context = Context { owner: name.clone(), module: name.clone(), self_type: None, check: None };
    let mut contents = Contents::default();
    let mut errors: Option<Error> = None;
    for item in items.iter_mut() {
        if let Err(error) = contents.add(item, &context) {
            match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            }
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let doc = optional_text(documentation(&module.attrs).as_deref());
    let Contents { functions, constants, classes, init } = contents;
    let init = match init {
        Some(init) => quote!(::core::option::Option::Some(self::#init)),
        None => quote!(::core::option::Option::None),
    };
    let about = format!("The Python module `{name}`, or its part in this file.");
    let allowances = allowances();
    let spec: Item = syn::parse_quote! {
        #[doc = #about]
        #allowances
        pub static MODULE: ::taipan_runtime::native::ModuleSpec = ::taipan_runtime::native::ModuleSpec {
            name: #name,
            doc: #doc,
            functions: &[#(#functions),*],
            constants: &[#(#constants),*],
            classes: &[#(<#classes as ::taipan_runtime::native::PyClass>::SPEC),*],
            init: #init,
            extend: &[#(&#extend),*],
        };
    };
    items.push(spec);
    Ok(quote!(#module))
}

#[derive(Default)]
struct Contents {
    functions: Vec<TokenStream>,
    constants: Vec<TokenStream>,
    classes: Vec<TokenStream>,
    init: Option<Ident>,
}

impl Contents {
    fn add(&mut self, item: &mut Item, context: &Context) -> Result<()> {
        let Some(attributes) = attributes_of(item) else { return Ok(()) };
        let Some((role, attribute)) = take_attribute(attributes, ATTRIBUTES)? else { return Ok(()) };
        match (role.as_str(), &*item) {
            ("function", Item::Fn(function)) => {
                let options = Options::of(&attribute)?;
                let native = Native::new(Kind::Function, &function.sig, &function.attrs, options, context)?;
                self.functions.push(native.spec());
            }
            ("constant", Item::Const(constant)) => {
                let path = context.path(&constant.ident);
                self.constants.push(constant_spec(&attribute, &constant.ident, &constant.ty, &path)?);
            }
            ("constant", Item::Fn(function)) => {
                let path = context.path(&function.sig.ident);
                self.constants.push(computed_constant(&attribute, &function.sig, &path)?);
            }
            ("class", Item::Use(path)) => self.add_used(&path.tree)?,
            ("class", Item::Struct(class)) => {
                let name = &class.ident;
                self.classes.push(quote!(self::#name));
            }
            ("init", Item::Fn(function)) => {
                if self.init.replace(function.sig.ident.clone()).is_some() {
                    return Err(Error::new(attribute.span(), "there is an `#[init]` already"));
                }
            }
            _ => {
                return Err(Error::new(
                    attribute.span(),
                    format!(
                        "`#[{role}]` does not go with this item: functions are fn, constants const or fn, classes use or struct, init fn"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The classes that a `use` names.
    fn add_used(&mut self, tree: &UseTree) -> Result<()> {
        match tree {
            UseTree::Path(path) => self.add_used(&path.tree)?,
            UseTree::Name(name) => {
                let name = &name.ident;
                self.classes.push(quote!(self::#name));
            }
            UseTree::Rename(rename) => {
                let name = &rename.rename;
                self.classes.push(quote!(self::#name));
            }
            UseTree::Group(group) => {
                for item in &group.items {
                    self.add_used(item)?;
                }
            }
            UseTree::Glob(glob) => return Err(Error::new(glob.span(), "name the classes one by one")),
        }
        Ok(())
    }
}

fn attributes_of(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Const(item) => Some(&mut item.attrs),
        Item::Use(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        _ => None,
    }
}
