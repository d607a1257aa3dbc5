//! One Rust function as a builtin: its wrappers and its `MethodSpec`.
//!
//! What lives here: sorting the Rust parameters into roles, matching them with the Python signature, and the
//! code of the entries that convert arguments and results. What must not: which functions a class or module
//! has ([`crate::class`], [`crate::module`]). Start at [`Native::new`], then [`Native::spec`].

use crate::attributes::{Options, documentation, optional_text, plain_name};
use crate::signature::{Parameter, Signature};
use crate::slots::{self, Slot};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, FnArg, GenericArgument, Pat, PathArguments, Result, ReturnType, Type};

/// The most values a direct entry takes, the receiver included.
const MOST_FAST: usize = 3;

/// How the function is found and bound; `native::MethodKind`, with the names of the attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Method,
    ClassMethod,
    StaticMethod,
    New,
    Function,
}

/// What all functions of a block share.
pub struct Context {
    /// Name of the class or module.
    pub owner: String,
    /// `__module__` of the class; the module's name again for a module.
    pub module: String,
    /// The type of the impl block; none for modules.
    pub self_type: Option<Type>,
    /// Path of a `fn(Value) -> bool` that receivers must satisfy.
    pub check: Option<Expr>,
}

impl Context {
    /// The path by which a wrapper calls the function.
    pub fn path(&self, function: &Ident) -> TokenStream {
        match &self.self_type {
            Some(class) => quote_spanned!(crate::at(function.span())=> <#class>::#function),
            None => quote_spanned!(crate::at(function.span())=> self::#function),
        }
    }

    /// A type of the block with `Self` written out, as wrappers stand outside the impl.
    fn resolve(&self, tokens: TokenStream) -> TokenStream {
        let Some(class) = &self.self_type else { return tokens };
        let class = quote!(#class);
        tokens
            .into_iter()
            .flat_map(|tree| match tree {
                TokenTree::Ident(name) if name == "Self" => class.clone(),
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.resolve(group.stream()));
                    inner.set_span(group.span());
                    TokenTree::Group(inner).into()
                }
                other => other.into(),
            })
            .collect()
    }
}

/// How a parameter of the Rust function may be left out.
enum Presence {
    Required,
    /// `Option<T>`
    Optional,
    /// `Nullable<T>`
    Nullable,
}

/// One parameter of the Rust function.
enum Input {
    Thread,
    /// The first one of a method: `Gc<T>` (then `Some(T)`) or `Value`.
    Receiver(Option<TokenStream>),
    /// The Python parameter of this index.
    Parameter {
        index: usize,
        presence: Presence,
        of: TokenStream,
        is_value: bool,
        span: Span,
    },
    /// `&[Value]`: `*args`.
    Rest,
    /// `Keywords<'_>`: `**kwargs`.
    Keywords,
    /// `Arguments<'_>`: the whole call.
    Raw,
}

/// A function that a class or module shows to Python.
pub struct Native {
    function: Ident,
    path: TokenStream,
    name: String,
    kind: Kind,
    doc: Option<String>,
    text_signature: Option<String>,
    style: &'static str,
    receiver: &'static str,
    slot: Option<&'static Slot>,
    signature: Signature,
    inputs: Vec<Input>,
    output: Span,
    /// `__next__` that returns an `Option`.
    ends_by_none: bool,
    effects: TokenStream,
    owner: String,
    module: String,
    check: Option<Expr>,
}

impl Native {
    /// Reads the function and the options of its attribute.
    pub fn new(
        kind: Kind,
        function: &syn::Signature,
        attributes: &[Attribute],
        mut options: Options,
        context: &Context,
    ) -> Result<Native> {
        if !function.generics.params.is_empty() {
            return Err(Error::new(function.generics.span(), "a builtin cannot be generic"));
        }
        let name = match (options.text("name")?, kind) {
            (Some(name), _) => name.value(),
            (None, Kind::New) => "__new__".to_owned(),
            (None, _) => plain_name(&function.ident),
        };
        let slot = if kind == Kind::Method { slots::find(&name) } else { None };
        let stated = options.text("signature")?;
        let style = options.text("style")?;
        let effects = effects(&mut options)?;
        options.finish("name, signature, style, pure, no_raise, no_collect, no_reenter")?;

        let has_receiver = matches!(kind, Kind::Method | Kind::ClassMethod | Kind::New);
        let (inputs, names) = inputs(function, has_receiver, context)?;
        let raw = inputs.iter().any(|input| matches!(input, Input::Raw));
        let signature = match (&stated, slot) {
            (Some(text), _) => parse_signature(text, has_receiver)?,
            (None, Some(slot)) if !raw => {
                Signature::parse(slot.signature, true).map_err(|message| Error::new(function.ident.span(), message))?
            }
            (None, _) => implied_signature(&inputs, &names),
        };
        if !raw {
            match_parameters(
                &signature,
                &inputs,
                function,
                stated.as_ref().map_or(function.ident.span(), |text| text.span()),
            )?;
        }
        let text_signature = match (raw && stated.is_none(), slot, kind) {
            // Positional parameters under other names than the slot's are a detail of the Rust function.
            (true, Some(slot), _) => Some(slot.signature.replacen("self", "$self", 1)),
            (_, _, Kind::New) => Some("($type, *args, **kwargs)".to_owned()),
            (true, None, _) => None,
            (false, _, Kind::Method) => Some(signature.render(Some("$self"))),
            (false, _, Kind::ClassMethod) => Some(signature.render(Some("$type"))),
            (false, _, Kind::Function) => Some(signature.render(Some("$module"))),
            (false, _, Kind::StaticMethod) => Some(signature.render(None)),
        };
        let doc = documentation(attributes).or(match (slot, kind) {
            (Some(slot), _) => Some(slot.doc.to_owned()),
            (None, Kind::New) => {
                Some("Create and return a new object.  See help(type) for accurate signature.".to_owned())
            }
            (None, _) => None,
        });
        let style = match style {
            Some(text) => stated_style(&text)?,
            None if raw => "Raw",
            None => default_style(kind, slot, &signature),
        };
        // A slot method with another style stated is an ordinary method that CPython keeps beside the slot.
        let receiver = match kind {
            Kind::Method if slot.is_some() && !matches!(style, "One" | "NoArguments") => "Slot",
            Kind::Method => "Method",
            Kind::ClassMethod => "Class",
            Kind::New => "New",
            Kind::StaticMethod | Kind::Function => "None",
        };
        let (output, ends_by_none) = match &function.output {
            ReturnType::Default => (function.ident.span(), false),
            ReturnType::Type(_, output) => (output.span(), name == "__next__" && mentions_option(output)),
        };
        Ok(Native {
            path: context.path(&function.ident),
            function: function.ident.clone(),
            name,
            kind,
            doc,
            text_signature,
            style,
            receiver,
            slot,
            signature,
            inputs,
            output,
            ends_by_none,
            effects,
            owner: context.owner.clone(),
            module: context.module.clone(),
            check: context.check.clone(),
        })
    }

    /// The expression of type `MethodSpec`, with its wrappers inside.
    pub fn spec(&self) -> TokenStream {
        let (name, effects) = (&self.name, &self.effects);
        let doc = optional_text(self.doc.as_deref());
        let text_signature = optional_text(self.text_signature.as_deref());
        let kind = match self.kind {
            Kind::Method => quote!(Method),
            Kind::ClassMethod => quote!(ClassMethod),
            Kind::StaticMethod => quote!(StaticMethod),
            Kind::New => quote!(New),
            Kind::Function => quote!(Function),
        };
        let parameters = self.parameters();
        let next = self.ends_by_none.then(|| self.next_wrapper());
        let next_field = match next {
            Some(_) => quote!(::core::option::Option::Some(__taipan_next)),
            None => quote!(::core::option::Option::None),
        };
        let counts = self.fast_counts();
        let fast: Vec<TokenStream> = counts.iter().map(|&count| self.fast_wrapper(count)).collect();
        let field = |count: usize| match counts.contains(&count) {
            true => {
                let entry = fast_name(count);
                quote!(::core::option::Option::Some(#entry))
            }
            false => quote!(::core::option::Option::None),
        };
        let (zero, one, two, three) = (field(0), field(1), field(2), field(3));
        let entry = self.entry_wrapper(&counts);
        quote! {{
            static __TAIPAN_PARAMETERS: ::taipan_runtime::native::Parameters = #parameters;
            #next
            #(#fast)*
            #entry
            ::taipan_runtime::native::MethodSpec {
                name: #name,
                doc: #doc,
                text_signature: #text_signature,
                kind: ::taipan_runtime::native::MethodKind::#kind,
                entry: __taipan_entry,
                fast: ::taipan_runtime::native::FastEntries { zero: #zero, one: #one, two: #two, three: #three },
                next: #next_field,
                effects: #effects,
                parameters: &__TAIPAN_PARAMETERS,
            }
        }}
    }

    fn parameters(&self) -> TokenStream {
        let list = self.signature.parameters.iter().map(|Parameter { name, default }| {
            let default = optional_text(default.as_deref());
            quote!(::taipan_runtime::native::Parameter { name: #name, default: #default })
        });
        let (name, owner, module) = (&self.name, &self.owner, &self.module);
        let receiver = format_ident!("{}", self.receiver);
        let style = format_ident!("{}", self.style);
        let (positional_only, positional) = (self.signature.positional_only, self.signature.positional);
        let required = self.signature.required();
        let (variadic, keywords) = (self.signature.variadic.is_some(), self.signature.keywords.is_some());
        quote! {
            ::taipan_runtime::native::Parameters {
                name: #name,
                owner: #owner,
                module: #module,
                receiver: ::taipan_runtime::native::Receiver::#receiver,
                style: ::taipan_runtime::native::Style::#style,
                list: &[#(#list),*],
                positional_only: #positional_only,
                positional: #positional,
                required: #required,
                variadic: #variadic,
                keywords: #keywords,
            }
        }
    }

    fn has_receiver(&self) -> bool {
        self.receiver != "None"
    }

    fn is_raw(&self) -> bool {
        self.inputs.iter().any(|input| matches!(input, Input::Raw))
    }

    /// The numbers of values, receiver included, that get a direct entry.
    fn fast_counts(&self) -> Vec<usize> {
        let receiver = usize::from(self.has_receiver());
        if self.is_raw() && self.name == "__call__" {
            return (receiver..=MOST_FAST).collect();
        }
        if self.is_raw() || self.signature.requires_keyword() {
            return Vec::new();
        }
        let most = if self.signature.variadic.is_some() { MOST_FAST } else { self.signature.positional + receiver };
        (self.signature.required() + receiver..=most.min(MOST_FAST)).collect()
    }

    /// The direct entries take every call that is not an error.
    fn fast_is_complete(&self) -> bool {
        let receiver = usize::from(self.has_receiver());
        !self.is_raw()
            && self.signature.is_positional_only()
            && self.signature.variadic.is_none()
            && self.signature.positional + receiver <= MOST_FAST
    }

    /// The receiver's conversion from the value in `value`.
    fn receiver_conversion(&self, value: &Ident) -> TokenStream {
        let declared = self.inputs.iter().find_map(|input| match input {
            Input::Receiver(declared) => Some(declared.as_ref()),
            _ => None,
        });
        receiver_conversion(self.kind, declared.flatten(), self.check.as_ref(), value)
    }

    /// The call of the user's function, given the Python parameters (`None`: absent) and `*args`.
    fn call(
        &self,
        receiver: &Ident,
        arguments: &dyn Fn(usize) -> Argument,
        rest: &TokenStream,
        call: &TokenStream,
    ) -> TokenStream {
        let inputs = self.inputs.iter().map(|input| match input {
            Input::Thread => quote!(thread),
            Input::Receiver(_) => quote!(#receiver),
            Input::Parameter { index, presence, of, is_value, span } => {
                self.conversion(*index, presence, of, *is_value, *span, arguments(*index))
            }
            Input::Rest => rest.clone(),
            Input::Keywords => quote!(::taipan_runtime::native::Keywords::new(thread, #call, &__TAIPAN_PARAMETERS)),
            Input::Raw => call.clone(),
        });
        let path = &self.path;
        quote_spanned!(crate::at(self.function.span())=> #path(#(#inputs),*))
    }

    fn conversion(
        &self,
        index: usize,
        presence: &Presence,
        of: &TokenStream,
        is_value: bool,
        span: Span,
        argument: Argument,
    ) -> TokenStream {
        let parameter = &self.signature.parameters[index];
        let place = self.place(index, presence);
        let default_is_none = parameter.default.as_deref().is_none_or(|text| text == "None");
        match (presence, argument) {
            (Presence::Required, Argument::Given(value)) if is_value => value,
            (Presence::Required, Argument::Given(value)) => {
                if index == 0 && self.slot.is_some_and(|slot| slot.binary) && self.receiver == "Slot" {
                    return quote_spanned! {crate::at(span)=>
                        match <#of as ::taipan_runtime::native::FromOperand>::from_operand(thread, #value)? {
                            ::core::option::Option::Some(operand) => operand,
                            ::core::option::Option::None => return ::core::result::Result::Ok(::taipan_runtime::value::Value::NOT_IMPLEMENTED),
                        }
                    };
                }
                quote_spanned!(crate::at(span)=> <#of as ::taipan_runtime::native::FromArgument>::from_argument(thread, #value, &#place)?)
            }
            (Presence::Required, Argument::Maybe(value)) => {
                let value = quote!(::taipan_runtime::native::binding::given(#value));
                self.conversion(index, presence, of, is_value, span, Argument::Given(value))
            }
            (Presence::Required, Argument::Absent) => quote!(::core::unreachable!()),
            (Presence::Optional, Argument::Absent) => quote!(::core::option::Option::None),
            (Presence::Optional, Argument::Given(value)) if is_value && !default_is_none => {
                quote!(::core::option::Option::Some(#value))
            }
            (Presence::Optional, Argument::Maybe(value)) if is_value && !default_is_none => value,
            (Presence::Optional, Argument::Given(value)) => quote_spanned! {crate::at(span)=>
                ::taipan_runtime::native::convert::optional::<#of>(thread, ::core::option::Option::Some(#value), &#place)?
            },
            (Presence::Optional, Argument::Maybe(value)) => quote_spanned! {crate::at(span)=>
                ::taipan_runtime::native::convert::optional::<#of>(thread, #value, &#place)?
            },
            (Presence::Nullable, Argument::Absent) => quote!(::taipan_runtime::native::Nullable::Absent),
            (Presence::Nullable, Argument::Given(value)) => quote_spanned! {crate::at(span)=>
                ::taipan_runtime::native::convert::nullable::<#of>(thread, ::core::option::Option::Some(#value), &#place)?
            },
            (Presence::Nullable, Argument::Maybe(value)) => quote_spanned! {crate::at(span)=>
                ::taipan_runtime::native::convert::nullable::<#of>(thread, #value, &#place)?
            },
        }
    }

    /// The `Place` of a parameter.
    fn place(&self, index: usize, presence: &Presence) -> TokenStream {
        let parameter = &self.signature.parameters[index];
        let label = if self.style == "One" {
            quote!(Only)
        } else if index < self.signature.positional_only {
            let position = index + 1;
            quote!(Position(#position))
        } else {
            let name = &parameter.name;
            quote!(Name(#name))
        };
        let or_none =
            !matches!(presence, Presence::Required) && parameter.default.as_deref().is_none_or(|text| text == "None");
        let function = if matches!(self.kind, Kind::New) || self.name == "__init__" { &self.owner } else { &self.name };
        quote! {
            ::taipan_runtime::native::Place {
                function: #function,
                label: ::taipan_runtime::native::convert::Label::#label,
                or_none: #or_none,
            }
        }
    }

    /// `call` made into the wrapper's result.
    fn finish(&self, call: TokenStream) -> TokenStream {
        quote_spanned!(crate::at(self.output)=> ::taipan_runtime::native::IntoValue::into_value(#call, thread))
    }

    fn next_wrapper(&self) -> TokenStream {
        let this = mixed("this");
        let receiver = self.receiver_conversion(&mixed("value"));
        let value = mixed("value");
        let nothing = quote!(::taipan_runtime::native::Arguments::of(&[]));
        let call = self.call(&this, &|_| Argument::Absent, &quote!(&[]), &nothing);
        let result =
            quote_spanned!(crate::at(self.output)=> ::taipan_runtime::native::IntoNext::into_next(#call, thread));
        quote! {
            fn __taipan_next(thread: &::taipan_runtime::thread::Thread, #value: ::taipan_runtime::value::Value)
                -> ::taipan_runtime::error::PyResult<::core::option::Option<::taipan_runtime::value::Value>> {
                let #this = #receiver;
                thread.end_value.set(::core::option::Option::None);
                #result
            }
        }
    }

    fn fast_wrapper(&self, count: usize) -> TokenStream {
        let entry = fast_name(count);
        let values: Vec<Ident> = (0..count).map(|index| mixed(&format!("value{index}"))).collect();
        let head = quote! {
            fn #entry(thread: &::taipan_runtime::thread::Thread, #(#values: ::taipan_runtime::value::Value),*)
                -> ::taipan_runtime::error::PyResult<::taipan_runtime::value::Value>
        };
        if self.ends_by_none {
            let value = &values[0];
            return quote! {
                #head {
                    match __taipan_next(thread, #value)? {
                        ::core::option::Option::Some(item) => ::core::result::Result::Ok(item),
                        ::core::option::Option::None => ::core::result::Result::Err(::taipan_runtime::native::exhausted(thread)),
                    }
                }
            };
        }
        let this = mixed("this");
        let offset = usize::from(self.has_receiver());
        let receiver = self.has_receiver().then(|| {
            let conversion = self.receiver_conversion(&values[0]);
            quote!(let #this = #conversion;)
        });
        let positional = self.signature.positional;
        let argument = |index: usize| match values.get(index + offset) {
            Some(value) if index < positional => Argument::Given(quote!(#value)),
            _ => Argument::Absent,
        };
        let rest = values.get(positional + offset..).unwrap_or_default();
        let raw = values.get(offset..).filter(|_| self.is_raw()).unwrap_or_default();
        let call = quote!(::taipan_runtime::native::Arguments::of(&[#(#raw),*]));
        let result = self.finish(self.call(&this, &argument, &quote!(&[#(#rest),*]), &call));
        quote! { #head { #receiver #result } }
    }

    fn entry_wrapper(&self, counts: &[usize]) -> TokenStream {
        let arms = counts.iter().map(|&count| {
            let entry = fast_name(count);
            let values: Vec<Ident> = (0..count).map(|index| mixed(&format!("value{index}"))).collect();
            quote!([#(#values),*] => return #entry(thread, #(*#values),*),)
        });
        let shortcut = (!counts.is_empty()).then(|| {
            quote! {
                if arguments.names.is_none() {
                    match arguments.values { #(#arms)* _ => {} }
                }
            }
        });
        let (this, value) = (mixed("this"), mixed("value"));
        let receiver = self.has_receiver().then(|| {
            let conversion = self.receiver_conversion(&value);
            quote! {
                let (#value, arguments) = __TAIPAN_PARAMETERS.split_receiver(thread, arguments)?;
                let #this = #conversion;
            }
        });
        let body = if self.is_raw() {
            self.finish(self.call(&this, &|_| Argument::Absent, &quote!(&[]), &quote!(arguments)))
        } else if self.fast_is_complete() {
            quote!(::core::result::Result::Err(__TAIPAN_PARAMETERS.reject(thread, arguments)))
        } else {
            let length = self.signature.parameters.len();
            let bound = mixed("bound");
            let positional = self.signature.positional;
            let rest = quote!(arguments.positional().get(#positional..).unwrap_or_default());
            let argument = |index: usize| Argument::Maybe(quote!(#bound[#index]));
            let result = self.finish(self.call(&this, &argument, &rest, &quote!(arguments)));
            quote! {
                let #bound = __TAIPAN_PARAMETERS.bind::<#length>(thread, arguments)?;
                #result
            }
        };
        quote! {
            fn __taipan_entry(thread: &::taipan_runtime::thread::Thread, arguments: ::taipan_runtime::native::Arguments<'_>)
                -> ::taipan_runtime::error::PyResult<::taipan_runtime::value::Value> {
                #shortcut
                #receiver
                #body
            }
        }
    }
}

/// Where the value of a Python parameter comes from in a wrapper.
enum Argument {
    /// An expression of type `Value`.
    Given(TokenStream),
    /// An expression of type `Option<Value>`.
    Maybe(TokenStream),
    Absent,
}

/// A name that the user's code cannot clash with.
fn mixed(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn fast_name(count: usize) -> Ident {
    format_ident!("__taipan_fast_{}", count)
}

/// The receiver from the value in `value`; `declared` is the `T` of `Gc<T>`, none for `Value`.
pub fn receiver_conversion(
    kind: Kind,
    declared: Option<&TokenStream>,
    check: Option<&Expr>,
    value: &Ident,
) -> TokenStream {
    let binding = quote!(::taipan_runtime::native::binding);
    if kind != Kind::Method {
        let class = quote!(#binding::class_receiver(thread, #value, &__TAIPAN_PARAMETERS)?);
        return match declared {
            Some(_) => class,
            None => quote!(#class.value()),
        };
    }
    let checked = match check {
        Some(check) => quote!(#binding::checked_receiver(thread, #value, &__TAIPAN_PARAMETERS, #check)?),
        None => quote!(#value),
    };
    match declared {
        Some(layout) => quote!(#binding::receiver::<#layout>(thread, #checked, &__TAIPAN_PARAMETERS)?),
        None => checked,
    }
}

/// Sorts the Rust parameters by their types; names are those of the Python parameters.
fn inputs(function: &syn::Signature, has_receiver: bool, context: &Context) -> Result<(Vec<Input>, Vec<String>)> {
    let mut inputs = Vec::new();
    let mut names = Vec::new();
    let mut needs_receiver = has_receiver;
    for argument in &function.inputs {
        let FnArg::Typed(argument) = argument else {
            return Err(Error::new(argument.span(), "write the receiver as `this: Gc<T>` or `this: Value`"));
        };
        let declared = &*argument.ty;
        if is_thread(declared) {
            inputs.push(Input::Thread);
        } else if needs_receiver {
            needs_receiver = false;
            inputs.push(Input::Receiver(receiver_type(declared, context)?));
        } else if is_slice(declared) {
            inputs.push(Input::Rest);
            names.push(String::new());
        } else if last_segment(declared).is_some_and(|name| name == "Keywords") {
            inputs.push(Input::Keywords);
            names.push(String::new());
        } else if last_segment(declared).is_some_and(|name| name == "Arguments") {
            inputs.push(Input::Raw);
        } else {
            let (presence, of) = match generic_argument(declared, "Option") {
                Some(of) => (Presence::Optional, of),
                None => match generic_argument(declared, "Nullable") {
                    Some(of) => (Presence::Nullable, of),
                    None => (Presence::Required, declared),
                },
            };
            let is_value = last_segment(of).is_some_and(|name| name == "Value");
            let index = inputs.iter().filter(|input| matches!(input, Input::Parameter { .. })).count();
            names.push(match &*argument.pat {
                Pat::Ident(pattern) => plain_name(&pattern.ident).trim_start_matches('_').to_owned(),
                other => return Err(Error::new(other.span(), "a parameter of a builtin needs a plain name")),
            });
            inputs.push(Input::Parameter {
                index,
                presence,
                of: context.resolve(quote!(#of)),
                is_value,
                span: declared.span(),
            });
        }
    }
    if needs_receiver {
        return Err(Error::new(
            function.paren_token.span.join(),
            "the first parameter is the receiver: `this: Gc<T>` or `this: Value` of a method, `class: Gc<Type>` of a class method or `new`",
        ));
    }
    Ok((inputs, names))
}

/// The `T` of a receiver `Gc<T>`; none of `Value`.
pub fn receiver_type(declared: &Type, context: &Context) -> Result<Option<TokenStream>> {
    match generic_argument(declared, "Gc") {
        Some(layout) => Ok(Some(context.resolve(quote!(#layout)))),
        None if last_segment(declared).is_some_and(|name| name == "Value") => Ok(None),
        None => Err(Error::new(declared.span(), "the receiver is a `Gc<T>` or a `Value`")),
    }
}

/// `&Thread`
pub fn is_thread(declared: &Type) -> bool {
    matches!(plain_type(declared), Type::Reference(reference) if last_segment(&reference.elem).is_some_and(|name| name == "Thread"))
}

fn is_slice(declared: &Type) -> bool {
    matches!(plain_type(declared), Type::Reference(reference) if matches!(&*reference.elem, Type::Slice(_)))
}

/// The type without the invisible delimiters that a `macro_rules!` fragment brings.
pub fn plain_type(declared: &Type) -> &Type {
    match declared {
        Type::Group(group) => plain_type(&group.elem),
        Type::Paren(group) => plain_type(&group.elem),
        other => other,
    }
}

fn last_segment(declared: &Type) -> Option<&Ident> {
    match plain_type(declared) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The `T` of `wrapper<T>`.
pub fn generic_argument<'a>(declared: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = plain_type(declared) else { return None };
    let segment = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(argument) if segment.ident == wrapper => Some(argument),
        _ => None,
    }
}

/// `Option<...>` at the top or inside `PyResult<...>`.
fn mentions_option(output: &Type) -> bool {
    let inner = generic_argument(output, "PyResult").or_else(|| generic_argument(output, "Result")).unwrap_or(output);
    generic_argument(inner, "Option").is_some()
}

fn parse_signature(text: &syn::LitStr, receiver: bool) -> Result<Signature> {
    Signature::parse(&text.value(), receiver).map_err(|message| Error::new(text.span(), message))
}

/// Without a stated signature: all positional-only, by the Rust names; `Option` means a default of `None`.
fn implied_signature(inputs: &[Input], names: &[String]) -> Signature {
    let mut signature = Signature::default();
    let mut names = names.iter();
    for input in inputs {
        match input {
            Input::Parameter { presence, .. } => {
                let name = names.next().cloned().unwrap_or_default();
                let default = (!matches!(presence, Presence::Required)).then(|| "None".to_owned());
                signature.parameters.push(Parameter { name, default });
            }
            Input::Rest => {
                names.next();
                signature.variadic = Some("args".to_owned());
            }
            Input::Keywords => {
                names.next();
                signature.keywords = Some("kwargs".to_owned());
            }
            Input::Thread | Input::Receiver(_) | Input::Raw => {}
        }
    }
    signature.positional_only = signature.parameters.len();
    signature.positional = signature.parameters.len();
    signature
}

/// Checks that the Rust parameters are those of the signature.
fn match_parameters(signature: &Signature, inputs: &[Input], function: &syn::Signature, span: Span) -> Result<()> {
    let (mut count, mut rest, mut keywords) = (0, false, false);
    for input in inputs.iter() {
        match input {
            Input::Parameter { index, presence, span, .. } => {
                count += 1;
                let Some(parameter) = signature.parameters.get(*index) else { continue };
                if parameter.default.is_some() && matches!(presence, Presence::Required) {
                    let name = &parameter.name;
                    return Err(Error::new(
                        *span,
                        format!(
                            "`{name}` has a default in the signature, so its type must be `Option<T>` or `Nullable<T>`"
                        ),
                    ));
                }
            }
            Input::Rest => rest = true,
            Input::Keywords => keywords = true,
            Input::Thread | Input::Receiver(_) | Input::Raw => {}
        }
    }
    let expected = signature.parameters.len();
    if count != expected {
        return Err(Error::new(
            span,
            format!("the signature has {expected} parameters after the receiver, `{}` has {count}", function.ident),
        ));
    }
    if rest != signature.variadic.is_some() {
        return Err(Error::new(span, "`*args` in the signature goes with a parameter of type `&[Value]`"));
    }
    if keywords != signature.keywords.is_some() {
        return Err(Error::new(span, "`**kwargs` in the signature goes with a parameter of type `Keywords<'_>`"));
    }
    Ok(())
}

/// The names of styles in attributes.
fn stated_style(text: &syn::LitStr) -> Result<&'static str> {
    match text.value().as_str() {
        "noargs" => Ok("NoArguments"),
        "one" => Ok("One"),
        "fastcall" => Ok("Fast"),
        "keywords" => Ok("Keywords"),
        "fastcall_keywords" => Ok("FastKeywords"),
        "anonymous" => Ok("Anonymous"),
        "slot" => Ok("Slot"),
        _ => Err(Error::new(
            text.span(),
            "styles are: \"noargs\", \"one\", \"fastcall\", \"keywords\", \"fastcall_keywords\", \"anonymous\", \"slot\"",
        )),
    }
}

/// What Argument Clinic would choose.
fn default_style(kind: Kind, slot: Option<&Slot>, signature: &Signature) -> &'static str {
    if slot.is_some_and(|slot| !matches!(slot.name, "__init__" | "__call__")) {
        "Slot"
    } else if !signature.is_positional_only() {
        "Keywords"
    } else if kind == Kind::New || slot.is_some() || signature.variadic.is_some() {
        "Fast"
    } else {
        match (signature.required(), signature.positional) {
            (_, 0) => "NoArguments",
            (1, 1) => "One",
            _ => "Fast",
        }
    }
}

fn effects(options: &mut Options) -> Result<TokenStream> {
    let mut effects = quote!(::taipan_runtime::native::Effects::DEFAULT);
    let pure = options.flag("pure")?;
    if pure {
        effects = quote!(#effects.with(::taipan_runtime::native::Effects::PURE).without(::taipan_runtime::native::Effects::REENTERS));
    }
    for (flag, effect) in [("shows", "SHOWS"), ("shows_files", "SHOWS_FILES")] {
        if options.flag(flag)? {
            let effect = format_ident!("{}", effect);
            effects = quote!(#effects.with(::taipan_runtime::native::Effects::#effect));
        }
    }
    for (flag, effect) in [("no_raise", "RAISES"), ("no_collect", "COLLECTS"), ("no_reenter", "REENTERS")] {
        if options.flag(flag)? {
            let effect = format_ident!("{}", effect);
            effects = quote!(#effects.without(::taipan_runtime::native::Effects::#effect));
        }
    }
    Ok(effects)
}

/// The lints that generated code need not obey.
pub fn allowances() -> TokenStream {
    quote! {
        #[allow(
            unused_variables, unused_qualifications, unreachable_code, clippy::unit_arg, clippy::useless_conversion,
            clippy::needless_borrow, clippy::let_unit_value, clippy::redundant_closure_call, clippy::diverging_sub_expression
        )]
    }
}
