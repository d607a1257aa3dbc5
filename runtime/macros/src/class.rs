//! `#[py_class]` and `#[py_methods]`: an impl block as a Python class.
//!
//! What lives here: the attributes of functions and constants in an impl block, computed attributes, and the
//! statics that are made of them. What must not: argument conversion ([`crate::wrapper`]).
//! Start at [`class`].

use crate::attributes::{Options, documentation, optional_text, plain_name};
use crate::wrapper::{Context, Kind, Native, allowances, is_thread, plain_type, receiver_conversion, receiver_type};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Expr::Path, FnArg, ImplItem, ItemImpl, Result, Type};

/// The attributes that this block gives a meaning to.
const ATTRIBUTES: &[&str] =
    &["method", "classmethod", "staticmethod", "new", "getter", "setter", "deleter", "constant"];

/// The main block of a class.
pub fn class(options: TokenStream, mut block: ItemImpl) -> Result<TokenStream> {
    let mut options = Options::parse(options, Span::call_site())?;
    let class = (*block.self_ty).clone();
    let type_name = type_name(&class)?;
    let name = options.text("name")?.map_or_else(|| plain_name(&type_name), |text| text.value());
    let module = options.text("module")?.map_or_else(|| "builtins".to_owned(), |text| text.value());
    let signature = options.text("signature")?.map(|text| text.value());
    let base = match options.expression("base")? {
        Some(Path(base)) => {
            quote_spanned!(crate::at(base.span())=> ::core::option::Option::Some(<#base as ::taipan_runtime::native::PyClass>::SPEC))
        }
        Some(other) => return Err(Error::new(other.span(), "`base` is the Rust type of the base class: `base = Int`")),
        None => quote!(::core::option::Option::None),
    };
    let payload = options.flag("payload")?;
    let data = options.expression("data")?;
    let payload_type = match (&data, payload) {
        (Some(Path(data)), _) => Some(quote!(#data)),
        (Some(other), _) => {
            return Err(Error::new(other.span(), "`data` is the Rust type that the payloads of the class hold"));
        }
        (None, true) => Some(quote!(#class)),
        (None, false) => None,
    };
    let kind = match options.expression("kind")? {
        None if payload_type.is_some() => quote!(::core::option::Option::Some(::taipan_runtime::object::Kind::Payload)),
        Some(kind) => {
            quote_spanned!(crate::at(kind.span())=> ::core::option::Option::Some(::taipan_runtime::object::Kind::#kind))
        }
        None => quote!(::core::option::Option::None),
    };
    let check = options.expression("check")?;
    let spec = spec_name(&mut options, &format!("{}_CLASS", shouting(&plain_name(&type_name))))?;
    let (subclassable, unhashable) = (options.flag("subclassable")?, options.flag("unhashable")?);
    let (no_instances, mutable) = (options.flag("no_instances")?, options.flag("mutable")?);
    let dict = options.flag("dict")?;
    let extend = options.list("extend")?;
    require_paths(&extend)?;
    options.finish("name, module, signature, base, kind, check, spec, extend, subclassable, unhashable, no_instances, mutable, dict, payload, data")?;

    let size = match payload_type {
        Some(data) => {
            quote!(::core::option::Option::Some(::core::mem::size_of::<::taipan_runtime::types::payload::Payload<#data>>()))
        }
        None => quote!(::core::option::Option::None),
    };
    let doc = optional_text(documentation(&block.attrs).as_deref());
    let text_signature = optional_text(signature.as_deref());
    let context = Context { owner: name.clone(), module: module.clone(), self_type: Some(class.clone()), check };
    let own = members(&mut block, &context)?;
    let allowances = allowances();
    let about = format!("The Python class `{name}`.");
    Ok(quote! {
        #block

        #[doc = #about]
        #allowances
        pub static #spec: ::taipan_runtime::native::ClassSpec = ::taipan_runtime::native::ClassSpec {
            name: #name,
            module: #module,
            doc: #doc,
            text_signature: #text_signature,
            base: #base,
            kind: #kind,
            size: #size,
            flags: ::taipan_runtime::native::ClassFlags {
                subclassable: #subclassable,
                unhashable: #unhashable,
                no_instances: #no_instances,
                dict: #dict,
                mutable: #mutable,
            },
            own: #own,
            extend: &[#(&#extend),*],
        };

        impl ::taipan_runtime::native::PyClass for #class {
            const SPEC: &'static ::taipan_runtime::native::ClassSpec = &#spec;
        }
    })
}

/// A further block of a class, usually in another file.
pub fn methods(options: TokenStream, mut block: ItemImpl) -> Result<TokenStream> {
    let mut options = Options::parse(options, Span::call_site())?;
    let class = (*block.self_ty).clone();
    let Some(name) = options.text("class")? else {
        return Err(Error::new(options.span(), "say the class's Python name: `#[py_methods(class = \"list\")]`"));
    };
    let module = options.text("module")?.map_or_else(|| "builtins".to_owned(), |text| text.value());
    let check = options.expression("check")?;
    let spec = spec_name(&mut options, "METHODS")?;
    options.finish("class, module, check, spec")?;
    let about = format!("Further methods of the Python class `{}`.", name.value());
    let context = Context { owner: name.value(), module, self_type: Some(class), check };
    let own = members(&mut block, &context)?;
    let allowances = allowances();
    Ok(quote! {
        #block

        #[doc = #about]
        #allowances
        pub static #spec: ::taipan_runtime::native::MethodsSpec = #own;
    })
}

fn spec_name(options: &mut Options, default: &str) -> Result<Ident> {
    match options.expression("spec")? {
        None => Ok(Ident::new(default, Span::call_site())),
        Some(Path(path)) => match path.path.get_ident() {
            Some(name) => Ok(name.clone()),
            None => Err(Error::new(path.span(), "`spec` is the name of the static to define: `spec = SORTING`")),
        },
        Some(other) => Err(Error::new(other.span(), "`spec` is the name of the static to define: `spec = SORTING`")),
    }
}

fn type_name(class: &Type) -> Result<Ident> {
    match plain_type(class) {
        Type::Path(path) => match path.path.segments.last() {
            Some(segment) => Ok(segment.ident.clone()),
            None => Err(Error::new(class.span(), "a class is an impl block of a named type")),
        },
        _ => Err(Error::new(class.span(), "a class is an impl block of a named type")),
    }
}

/// `ListIterator` as `LIST_ITERATOR`.
fn shouting(name: &str) -> String {
    let mut text = String::new();
    let mut previous_is_lower = false;
    for character in name.chars() {
        if character.is_uppercase() && previous_is_lower {
            text.push('_');
        }
        previous_is_lower = character.is_lowercase() || character.is_ascii_digit();
        text.extend(character.to_uppercase());
    }
    text
}

/// A computed attribute while its functions are being collected.
struct Attributes {
    name: String,
    doc: Option<String>,
    get: Option<TokenStream>,
    set: Option<TokenStream>,
    delete: Option<TokenStream>,
    member: bool,
    span: Span,
}

/// Takes the attributes off the items of the block; the `MethodsSpec` expression.
fn members(block: &mut ItemImpl, context: &Context) -> Result<TokenStream> {
    if block.trait_.is_some() {
        return Err(Error::new(block.span(), "a class is an inherent impl block"));
    }
    let mut errors: Option<Error> = None;
    let (mut methods, mut constants, mut computed) = (Vec::new(), Vec::new(), Vec::<Attributes>::new());
    for item in &mut block.items {
        let result = match item {
            ImplItem::Fn(function) => match take_attribute(&mut function.attrs, ATTRIBUTES) {
                Ok(Some((role, attribute))) => member_function(
                    &role,
                    &attribute,
                    &function.sig,
                    &function.attrs,
                    context,
                    &mut methods,
                    &mut constants,
                    &mut computed,
                ),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            },
            ImplItem::Const(constant) => match take_attribute(&mut constant.attrs, ATTRIBUTES) {
                Ok(Some((role, attribute))) if role == "constant" => {
                    let path = context.path(&constant.ident);
                    constant_spec(&attribute, &constant.ident, &constant.ty, &path).map(|spec| constants.push(spec))
                }
                Ok(Some((_, attribute))) => Err(Error::new(attribute.span(), "a constant can only be a `#[constant]`")),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            },
            _ => Ok(()),
        };
        if let Err(error) = result {
            match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            }
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let mut getters = Vec::new();
    for attribute in computed {
        let (name, doc) = (&attribute.name, optional_text(attribute.doc.as_deref()));
        let Some(get) = attribute.get else {
            return Err(Error::new(attribute.span, format!("`{name}` has a setter or deleter, but no `#[getter]`")));
        };
        let optional = |wrapper: Option<TokenStream>| match wrapper {
            Some(wrapper) => quote!(::core::option::Option::Some(#wrapper)),
            None => quote!(::core::option::Option::None),
        };
        let (set, delete, member) = (optional(attribute.set), optional(attribute.delete), attribute.member);
        getters.push(quote! {
            ::taipan_runtime::native::GetSetSpec { name: #name, doc: #doc, get: #get, set: #set, delete: #delete, member: #member }
        });
    }
    Ok(quote! {
        ::taipan_runtime::native::MethodsSpec { methods: &[#(#methods),*], getters: &[#(#getters),*], constants: &[#(#constants),*] }
    })
}

fn member_function(
    role: &str,
    attribute: &Attribute,
    function: &syn::Signature,
    attributes: &[Attribute],
    context: &Context,
    methods: &mut Vec<TokenStream>,
    constants: &mut Vec<TokenStream>,
    computed: &mut Vec<Attributes>,
) -> Result<()> {
    let mut options = Options::of(attribute)?;
    let kind = match role {
        "method" => Kind::Method,
        "classmethod" => Kind::ClassMethod,
        "staticmethod" => Kind::StaticMethod,
        "new" => Kind::New,
        "constant" => {
            constants.push(computed_constant(attribute, function, &context.path(&function.ident))?);
            return Ok(());
        }
        _ => {
            let member = role == "getter" && options.flag("member")?;
            let name = options.single_name()?.unwrap_or_else(|| {
                let name = plain_name(&function.ident);
                let prefix = match role {
                    "setter" => "set_",
                    "deleter" => "delete_",
                    _ => "",
                };
                name.strip_prefix(prefix).map_or(name.clone(), str::to_owned)
            });
            options.finish("name, member")?;
            let wrapper = attribute_wrapper(role, &name, function, context)?;
            let index = computed.iter().position(|known| known.name == name).unwrap_or_else(|| {
                computed.push(Attributes {
                    name,
                    doc: None,
                    get: None,
                    set: None,
                    delete: None,
                    member: false,
                    span: function.ident.span(),
                });
                computed.len() - 1
            });
            let entry = &mut computed[index];
            entry.member |= member;
            let place = match role {
                "getter" => {
                    entry.doc = documentation(attributes);
                    &mut entry.get
                }
                "setter" => &mut entry.set,
                _ => &mut entry.delete,
            };
            if place.replace(wrapper).is_some() {
                return Err(Error::new(function.ident.span(), format!("there are two {role}s of `{}`", entry.name)));
            }
            return Ok(());
        }
    };
    methods.push(Native::new(kind, function, attributes, options, context)?.spec());
    Ok(())
}

/// The wrapper of a getter, setter or deleter, as an expression of function type.
fn attribute_wrapper(role: &str, name: &str, function: &syn::Signature, context: &Context) -> Result<TokenStream> {
    let this = Ident::new("this", Span::mixed_site());
    let value = Ident::new("value", Span::mixed_site());
    let given = Ident::new("given", Span::mixed_site());
    let mut conversion = None;
    let mut arguments = Vec::new();
    let mut converted = false;
    for argument in &function.inputs {
        let FnArg::Typed(argument) = argument else {
            return Err(Error::new(argument.span(), "write the receiver as `this: Gc<T>` or `this: Value`"));
        };
        let declared = &argument.ty;
        if is_thread(declared) {
            arguments.push(quote!(thread));
        } else if conversion.is_none() {
            let layout = receiver_type(declared, context)?;
            conversion = Some(receiver_conversion(Kind::Method, layout.as_ref(), context.check.as_ref(), &value));
            arguments.push(quote!(#this));
        } else if role == "setter" && !converted {
            converted = true;
            arguments.push(quote_spanned! {crate::at(declared.span())=>
                ::taipan_runtime::native::FromArgument::from_argument(thread, #given, &::taipan_runtime::native::Place {
                    function: #name,
                    label: ::taipan_runtime::native::convert::Label::Only,
                    or_none: false,
                })?
            });
        } else {
            return Err(Error::new(argument.span(), format!("a {role} has no such parameter")));
        }
    }
    let Some(conversion) = conversion else {
        return Err(Error::new(
            function.ident.span(),
            "the first parameter is the receiver: `this: Gc<T>` or `this: Value`",
        ));
    };
    if role == "setter" && !converted {
        return Err(Error::new(function.ident.span(), "a setter takes the new value after the receiver"));
    }
    let path = context.path(&function.ident);
    let call = quote_spanned!(crate::at(function.ident.span())=> #path(#(#arguments),*));
    let (owner, module) = (&context.owner, &context.module);
    let (given_parameter, output, result) = match role {
        "getter" => (
            None,
            quote!(::taipan_runtime::value::Value),
            quote_spanned!(crate::at(function.output.span())=> ::taipan_runtime::native::IntoValue::into_value(#call, thread)),
        ),
        _ => (
            (role == "setter").then(|| quote!(, #given: ::taipan_runtime::value::Value)),
            quote!(()),
            quote_spanned!(crate::at(function.output.span())=> ::taipan_runtime::native::IntoValue::into_value(#call, thread).map(|_| ())),
        ),
    };
    Ok(quote! {{
        static __TAIPAN_PARAMETERS: ::taipan_runtime::native::Parameters = ::taipan_runtime::native::Parameters {
            name: #name,
            owner: #owner,
            module: #module,
            receiver: ::taipan_runtime::native::Receiver::Method,
            style: ::taipan_runtime::native::Style::Raw,
            list: &[],
            positional_only: 0,
            positional: 0,
            required: 0,
            variadic: false,
            keywords: false,
        };
        fn __taipan_access(thread: &::taipan_runtime::thread::Thread, #value: ::taipan_runtime::value::Value #given_parameter)
            -> ::taipan_runtime::error::PyResult<#output> {
            let #this = #conversion;
            #result
        }
        __taipan_access
    }})
}

/// Takes the one attribute of this block's vocabulary off an item.
pub fn take_attribute(attributes: &mut Vec<Attribute>, known: &[&str]) -> Result<Option<(String, Attribute)>> {
    let is_known = |attribute: &Attribute| known.iter().any(|name| attribute.path().is_ident(name));
    let Some(index) = attributes.iter().position(is_known) else { return Ok(None) };
    let attribute = attributes.remove(index);
    if let Some(second) = attributes.iter().find(|attribute| is_known(attribute)) {
        return Err(Error::new(second.span(), "one item has one role: there is such an attribute already"));
    }
    let role = attribute.path().get_ident().map(plain_name).unwrap_or_default();
    Ok(Some((role, attribute)))
}

/// `#[constant] const X: T = ...` as a `ConstantSpec`.
pub fn constant_spec(attribute: &Attribute, ident: &Ident, declared: &Type, path: &TokenStream) -> Result<TokenStream> {
    let mut options = Options::of(attribute)?;
    let name = options.single_name()?.unwrap_or_else(|| plain_name(ident));
    options.finish("name")?;
    let text = quote!(#declared).to_string();
    let value = match text.as_str() {
        "bool" => quote!(Bool(#path)),
        "f64" => quote!(Float(#path)),
        "i64" | "i32" | "i16" | "u32" | "u16" | "u8" | "i8" | "usize" | "isize" | "c_int" | "libc :: c_int" => {
            quote!(Int(#path as i64))
        }
        "& str" | "& 'static str" => quote!(Str(#path)),
        "()" => quote!(None),
        _ => {
            return Err(Error::new(
                declared.span(),
                "a constant is a bool, an integer of at most 64 bits, f64, &str or () for None; compute others: `#[constant] fn name(thread: &Thread) -> PyResult<Value>`",
            ));
        }
    };
    Ok(
        quote!(::taipan_runtime::native::ConstantSpec { name: #name, value: ::taipan_runtime::native::ConstantValue::#value }),
    )
}

/// `#[constant] fn x(thread: &Thread) -> T` as a `ConstantSpec`.
pub fn computed_constant(attribute: &Attribute, function: &syn::Signature, path: &TokenStream) -> Result<TokenStream> {
    let mut options = Options::of(attribute)?;
    let name = options.single_name()?.unwrap_or_else(|| plain_name(&function.ident));
    options.finish("name")?;
    let mut arguments = Vec::new();
    for argument in &function.inputs {
        match argument {
            FnArg::Typed(argument) if is_thread(&argument.ty) => arguments.push(quote!(thread)),
            other => return Err(Error::new(other.span(), "a computed constant takes at most `thread: &Thread`")),
        }
    }
    let call = quote_spanned!(crate::at(function.ident.span())=> #path(#(#arguments),*));
    let result = quote_spanned!(crate::at(function.output.span())=> ::taipan_runtime::native::IntoValue::into_value(#call, thread));
    let compute = format_ident!("__taipan_compute");
    Ok(quote! {{
        fn #compute(thread: &::taipan_runtime::thread::Thread) -> ::taipan_runtime::error::PyResult<::taipan_runtime::value::Value> {
            #result
        }
        ::taipan_runtime::native::ConstantSpec { name: #name, value: ::taipan_runtime::native::ConstantValue::Compute(#compute) }
    }})
}

/// An expression that is a path, for `extend` and the like.
pub fn require_paths(list: &[Expr]) -> Result<()> {
    match list.iter().find(|item| !matches!(item, Path(_))) {
        Some(other) => Err(Error::new(other.span(), "the list holds paths of statics")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn statics_are_named_after_the_type() {
        assert_eq!(super::shouting("ListIterator"), "LIST_ITERATOR");
        assert_eq!(super::shouting("List"), "LIST");
        assert_eq!(super::shouting("ByteArray"), "BYTE_ARRAY");
    }
}
