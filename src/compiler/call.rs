//! Calls.
//!
//! What lives here: call windows, method calls, keyword arguments, unpacked arguments, `super()`. What must
//! not: what is called.
//!
//! Arguments are evaluated straight into the window (invariant 4 of the bytecode): the window starts at the
//! topmost temporary, and each argument's temporaries lie above its slot.

use ruff_python_ast as ast;
use ruff_python_ast::{CmpOp, Expr};
use ruff_text_size::{Ranged, TextRange};
use taipan_runtime::modules::builtins::COMMON;

use super::emit::{NO_RANGE, SITE};
use super::scope::{Resolution, ScopeKind};
use super::{Compiler, Result};
use crate::bytecode::{Constant, OptionalRegister, Register, operands};

/// Where the class and the receiver of a `super` call are.
struct SuperCall {
    global_super: Register,
    class: Register,
    receiver: Register,
    explicit: u16,
}

/// The number among the common builtins of the function that `node` calls by name with a generator expression.
fn consumer_of_generator(node: &ast::ExprCall) -> Option<u16> {
    let Expr::Name(function) = &*node.func else { return None };
    let [Expr::Generator(_)] = &node.arguments.args[..] else { return None };
    if !node.arguments.keywords.is_empty() {
        return None;
    }
    COMMON.iter().position(|name| *name == function.id.as_str()).map(|at| at as u16)
}

impl<'a> Compiler<'a> {
    /// The first slot of a window: `dst` if it is the topmost temporary.
    fn window(&mut self, dst: Register) -> Register {
        if self.unit.is_temporary(dst) && dst.0 + 1 == self.unit.top { dst } else { self.unit.temporary() }
    }

    pub(super) fn call(&mut self, node: &'a ast::ExprCall, dst: Register) -> Result {
        self.check_called(node);
        let arguments = &node.arguments;
        let unpacks = arguments.args.iter().any(Expr::is_starred_expr)
            || arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        if unpacks {
            return self.call_unpacked(node, dst);
        }
        let window = self.window(dst);
        let mut range = node.range();
        let is_method = match &*node.func {
            Expr::Attribute(attribute) => {
                self.method(attribute, window)?;
                if self.attribute_range(attribute) != attribute.range() {
                    range = TextRange::new(attribute.attr.start().min(range.end()), range.end());
                }
                true
            }
            function => {
                self.value_into(function, window)?;
                false
            }
        };
        for argument in &arguments.args {
            self.value_in_temporary(argument)?;
        }
        for keyword in &arguments.keywords {
            self.value_in_temporary(&keyword.value)?;
        }
        let argc = (arguments.args.len() + arguments.keywords.len()) as u16;
        if let Some(which) = consumer_of_generator(node) {
            self.consume_generator(node, which, window, dst);
            return Ok(());
        }
        if arguments.keywords.is_empty() {
            if is_method {
                self.unit.emit(range, operands::CallMethod { dst, window, argc, site: SITE });
            } else {
                self.unit.emit(range, operands::Call { dst, window, argc, site: SITE });
            }
        } else {
            let names = self.keyword_names(&arguments.keywords);
            let names = self.unit.short_constant(names);
            if is_method {
                self.unit.emit(range, operands::CallMethodKw { dst, window, argc, names, site: SITE });
            } else {
                self.unit.emit(range, operands::CallKw { dst, window, argc, names, site: SITE });
            }
        }
        Ok(())
    }

    /// `all(generator expression)` and the like, callee and argument in `window`. CPython has no call there but a loop
    /// at the callee's name, if the name stands for the builtin: tracebacks show that. The call is the same, its place
    /// is the name.
    fn consume_generator(&mut self, node: &'a ast::ExprCall, which: u16, window: Register, dst: Register) {
        let (other, end) = (self.unit.label(), self.unit.label());
        let mark = self.unit.top;
        let builtin = self.unit.temporary();
        let range = node.func.range();
        self.unit.emit(range, operands::LoadCommon { dst: builtin, which });
        self.jump_compared(CmpOp::Is, window, builtin, false, other, range);
        self.unit.release(mark);
        self.unit.emit(range, operands::Call { dst, window, argc: 1, site: SITE });
        self.unit.emit(NO_RANGE, operands::Jump { target: end.operand() });
        self.unit.bind(other);
        self.unit.emit(node.range(), operands::Call { dst, window, argc: 1, site: SITE });
        self.unit.bind(end);
    }

    pub(super) fn keyword_names(&mut self, keywords: &[ast::Keyword]) -> Constant {
        let names = keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
        Constant::Tuple(names.map(|name| Constant::str(&self.mangled(name))).collect())
    }

    /// Fills `window`, the topmost temporary, and the register after it with a method and its receiver.
    fn method(&mut self, node: &'a ast::ExprAttribute, window: Register) -> Result {
        let mark = self.unit.top;
        let range = self.attribute_range(node);
        let name = self.mangled(&node.attr);
        if let Some(call) = self.super_call(&node.value)? {
            let SuperCall { global_super, class, receiver, explicit } = call;
            let name = self.unit.name(&name);
            self.unit.emit(
                range,
                operands::LoadSuperMethod { window, global_super, class, receiver, explicit, name, site: SITE },
            );
            self.unit.release(mark);
            self.unit.temporary();
        } else {
            let object = self.value_or(&node.value, Some(window))?;
            self.unit.release(mark);
            self.unit.temporary();
            let name = self.unit.name(&name);
            self.unit.emit(range, operands::LoadMethod { window, object, name, site: SITE });
        }
        Ok(())
    }

    /// `f(*args, **kwargs)`.
    fn call_unpacked(&mut self, node: &'a ast::ExprCall, dst: Register) -> Result {
        let range = node.range();
        let arguments = &node.arguments;
        let keyword_values: Vec<&Expr> = arguments.keywords.iter().map(|keyword| &keyword.value).collect();
        let callee = {
            let later: Vec<&Expr> = arguments.args.iter().chain(keyword_values.iter().copied()).collect();
            self.stable_value(&node.func, None, &later)?
        };
        let args = match &arguments.args[..] {
            [Expr::Starred(only)] => self.stable_value(&only.value, None, &keyword_values)?,
            args if args.iter().any(Expr::is_starred_expr) => self.collect_arguments(args, range)?,
            args => {
                let tuple = self.unit.temporary();
                let constants: Option<Vec<Constant>> = args.iter().map(|arg| self.constant_of(arg)).collect();
                match constants {
                    Some(constants) => {
                        self.unit.load_constant(range, tuple, Constant::Tuple(constants.into()));
                    }
                    None => self.tuple(args, range, tuple)?,
                }
                tuple
            }
        };
        self.call_collected(range, dst, callee, args, &arguments.keywords)
    }

    /// `callee(*args, keywords...)`, the positional arguments being evaluated.
    pub(super) fn call_collected(
        &mut self,
        range: TextRange,
        dst: Register,
        callee: Register,
        args: Register,
        keywords: &'a [ast::Keyword],
    ) -> Result {
        let (kwargs, raw) = match keywords {
            [] => (OptionalRegister::NONE, 0),
            [ast::Keyword { arg: None, value, .. }] => (self.value(value)?.into(), 1),
            _ => (self.keyword_dict(keywords, callee, range)?.into(), 0),
        };
        self.unit.emit(range, operands::CallEx { dst, callee, args, kwargs, raw, site: SITE });
        Ok(())
    }

    /// Evaluates keyword arguments with names into a dict of their own.
    fn named_arguments(&mut self, keywords: &'a [ast::Keyword], dst: Register, range: TextRange) -> Result {
        let first = Register(self.unit.top);
        for keyword in keywords {
            self.value_in_temporary(&keyword.value)?;
        }
        let names = self.keyword_names(keywords);
        let names = self.unit.short_constant(names);
        self.unit.emit(range, operands::BuildKeywords { dst, first, count: keywords.len() as u16, names });
        Ok(())
    }

    /// The dict of keyword arguments, built fresh.
    fn keyword_dict(&mut self, keywords: &'a [ast::Keyword], callee: Register, range: TextRange) -> Result<Register> {
        let dict = self.unit.temporary();
        let run = keywords.iter().take_while(|keyword| keyword.arg.is_some()).count();
        let mark = self.unit.top;
        self.named_arguments(&keywords[..run], dict, range)?;
        self.unit.release(mark);
        let mut rest = &keywords[run..];
        while let Some((keyword, after)) = rest.split_first() {
            let mapping = match &keyword.arg {
                None => {
                    rest = after;
                    self.value(&keyword.value)?
                }
                Some(_) => {
                    // Names after a mapping are merged as a dict of their own, so that repetitions are noticed.
                    let run = rest.iter().take_while(|keyword| keyword.arg.is_some()).count();
                    let later = self.unit.temporary();
                    self.named_arguments(&rest[..run], later, range)?;
                    rest = &rest[run..];
                    later
                }
            };
            self.unit.emit(range, operands::DictMerge { dict, mapping, callee });
            self.unit.release(mark);
        }
        Ok(dict)
    }

    // ---- super ----

    /// `super().name` and `super(class, object).name` as one instruction; false if `node` is something else.
    pub(super) fn super_attribute(&mut self, node: &'a ast::ExprAttribute, dst: Register) -> Result<bool> {
        let Some(call) = self.super_call(&node.value)? else { return Ok(false) };
        let SuperCall { global_super, class, receiver, explicit } = call;
        let name = self.mangled(&node.attr);
        let name = self.unit.name(&name);
        let range = self.attribute_range(node);
        self.unit
            .emit(range, operands::LoadSuperAttr { dst, global_super, class, receiver, explicit, name, site: SITE });
        Ok(true)
    }

    /// Loads the parts of a call of the global `super`, if `expression` is one that can be shortened.
    fn super_call(&mut self, expression: &'a Expr) -> Result<Option<SuperCall>> {
        let Expr::Call(call) = expression else { return Ok(None) };
        let Expr::Name(function) = &*call.func else { return Ok(None) };
        let scope = &self.scopes[self.unit.scope];
        if function.id != "super"
            || !call.arguments.keywords.is_empty()
            || call.arguments.args.iter().any(Expr::is_starred_expr)
            || scope.kind == ScopeKind::Module
            || scope.get("super").is_some_and(|entry| entry.resolution != Resolution::GlobalImplicit)
            || self.place("super") != super::names::Place::Global
        {
            return Ok(None);
        }
        let range = call.range();
        match &call.arguments.args[..] {
            [] => {
                let has_class = scope.get("__class__").is_some_and(|entry| entry.resolution == Resolution::Free);
                let own_function = matches!(scope.kind, ScopeKind::Function | ScopeKind::Lambda);
                if !has_class || !own_function || self.unit.positional_count == 0 {
                    return Ok(None);
                }
                let receiver_name = scope.parameters[0].clone();
                let global_super = self.unit.temporary();
                self.load_name("super", global_super, function.range());
                let class = self.unit.temporary();
                self.load_mangled("__class__", class, range);
                let receiver = match self.place(&receiver_name) {
                    super::names::Place::Register(register) => {
                        self.unit.emit(range, operands::CheckBound { src: register });
                        register
                    }
                    _ => {
                        let register = self.unit.temporary();
                        self.load_mangled(&receiver_name, register, range);
                        register
                    }
                };
                Ok(Some(SuperCall { global_super, class, receiver, explicit: 0 }))
            }
            [class, receiver] => {
                let global_super = self.unit.temporary();
                self.load_name("super", global_super, function.range());
                let class = self.stable_value(class, None, &[receiver])?;
                let receiver = self.value(receiver)?;
                Ok(Some(SuperCall { global_super, class, receiver, explicit: 1 }))
            }
            _ => Ok(None),
        }
    }
}
