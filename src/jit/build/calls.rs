//! Calls: who is called, binding of arguments, inlining, construction of instances.
//!
//! What lives here: everything between a call instruction and the callee's first. What must not: builtin functions
//! that are instructions in the IR (`natives.rs`).

use super::unpacking::Names;
use super::*;
use crate::bytecode::feedback::call;
use crate::bytecode::{CodeFlags, OptionalRegister};
use crate::jit::consumers;
use crate::jit::state::Jit;
use taipan_runtime::dispatch::operation::Tried;
use taipan_runtime::types::cell::CellObject;
use taipan_runtime::types::native_function::{NativeFunction, looks_at_frames as looks_at_frames_of_callers};
use taipan_runtime::types::special::Special;
use taipan_runtime::types::type_object::type_flags;

/// What part of a feedback word is an address.
const ADDRESS: u64 = 0x0000_ffff_ffff_ffff;

/// A Python function that is called.
#[derive(Clone, Copy)]
struct Callee {
    /// The function object, if it is known now.
    function: Option<Gc<FunctionObject>>,
    /// Its code.
    code: Gc<CodeObject>,
    /// The function object.
    value: Value,
}

impl Builder<'_> {
    pub(super) fn call(&mut self, dst: Register, window: Register, argc: u16, names: Option<usize>, site: Site) {
        let names = names.map(|index| self.names(index));
        let names = names.as_ref();
        let callee = self.get(window);
        let arguments: Vec<Value> = (0..argc).map(|i| self.get(window.plus(1 + i))).collect();
        if let Some(result) = self.call_any(callee, &arguments, names, Some(site), Some(dst)) {
            self.set(dst, result);
        }
    }

    pub(super) fn call_method(&mut self, dst: Register, window: Register, argc: u16, names: Option<usize>, site: Site) {
        let names = names.map(|index| self.names(index));
        let names = names.as_ref();
        let (callee, receiver) = (self.get(window), self.get_or_empty(window.plus(1)));
        let mut arguments: Vec<Value> = (0..argc).map(|i| self.get(window.plus(2 + i))).collect();
        let ty = self.f.ty(receiver);
        let result = if ty == Type::EMPTY {
            self.call_any(callee, &arguments, names, Some(site), Some(dst))
        } else if !ty.intersects(Type::EMPTY) {
            arguments.insert(0, receiver);
            self.call_any(callee, &arguments, names, Some(site), Some(dst))
        } else {
            let empty = self.f.constant(Constant::Empty);
            let plain = self.emit(Op::Same, &[receiver, empty], &[]);
            let (without, with, join) = (self.new_block(), self.new_block(), self.new_block());
            let result = self.f.new_parameter(join, Type::ANY);
            self.branch(plain, Destination::Block(without), Destination::Block(with));
            let state = self.frame().state;
            self.enter_block(without);
            let value = self.call_object(callee, &arguments, names);
            self.jump_block(join, &[value]);
            self.unseal(state);
            self.enter_block(with);
            let receiver = self.guard_type(receiver, Type::ANY, ExitReason::TypeChanged);
            arguments.insert(0, receiver);
            if let Some(value) = self.call_any(callee, &arguments, names, Some(site), Some(dst)) {
                self.jump_block(join, &[value]);
            }
            self.enter_block(join);
            self.called();
            Some(result)
        };
        if let Some(result) = result {
            self.set(dst, result);
        }
    }

    /// Calls anything. `None`: control does not come back.
    pub(super) fn call_any(
        &mut self,
        callee: Value,
        arguments: &[Value],
        names: Option<&Names>,
        site: Option<Site>,
        dst: Option<Register>,
    ) -> Option<Value> {
        if let Some(known) = self.constant_object(callee) {
            return self.call_known(known, callee, arguments, names, dst);
        }
        // A bound method made here is taken apart again.
        if self.f.op(callee) == Op::New && self.f.ty(callee) == Type::BOUND_METHOD {
            let (function, receiver) = (self.f.argument(callee, 0), self.f.argument(callee, 1));
            let mut all = vec![receiver];
            all.extend_from_slice(arguments);
            return self.call_any(function, &all, names, site, dst);
        }
        // So is what a function made here consists of known.
        if self.f.op(callee) == Op::New
            && self.f.layout_of(&self.f.values[callee]) == Some(&Layout::Function)
            && let Some(Constant::Pointer(code)) = self.f.as_constant(self.f.argument(callee, 0))
            && let Some(code) = Gc::<CodeObject>::from_address(self.f.objects[code].word as usize)
        {
            let known = Callee { function: None, code, value: callee };
            return self.call_python(known, arguments, names, Resume::AfterCall, dst);
        }
        let candidates = self.constants_of(callee);
        if !candidates.is_empty() {
            return self.call_one_of(&candidates, callee, arguments, names, dst);
        }
        let Some(site) = site else { return Some(self.call_object(callee, arguments, names)) };
        let seen: Vec<u64> = (1..4).map(|word| self.feedback(site, word)).filter(|word| *word != 0).collect();
        if seen.is_empty() && !self.is_cold(site) && self.feedback(site, 0) == 0 && self.leave_unknown() {
            return None;
        }
        let few = self.feedback(site, 0) & call::MEGAMORPHIC == 0;
        match seen.as_slice() {
            [one] if few && !self.has_failed(ExitReason::CalleeChanged) => {
                self.call_seen(*one, callee, arguments, names, dst)
            }
            [_, _, ..] if few && seen.iter().all(|key| key >> call::KIND_SHIFT == call::FUNCTION) => {
                self.call_seen_functions(&seen, callee, arguments, names, dst)
            }
            _ => Some(self.call_object(callee, arguments, names)),
        }
    }

    /// Calls what was seen here, after a check that it is that.
    fn call_seen(
        &mut self,
        key: u64,
        callee: Value,
        arguments: &[Value],
        names: Option<&Names>,
        dst: Option<Register>,
    ) -> Option<Value> {
        let (kind, identity) = (key >> call::KIND_SHIFT, key & ADDRESS);
        match (kind, Gc::<CodeObject>::from_address(identity as usize)) {
            (call::FUNCTION, Some(code)) => {
                if let Some(held) = self.held_function(callee)
                    && held.code() == code
                {
                    let constant = self.guard_same(callee, held.value(), ExitReason::CalleeChanged);
                    return self.call_known(held.value(), constant, arguments, names, dst);
                }
                self.guard_code(callee, code);
                let callee = Callee { function: None, code, value: callee };
                self.call_python(callee, arguments, names, Resume::AfterCall, dst)
            }
            (call::METHOD, Some(code)) => {
                let method = self.guard_type(callee, Type::BOUND_METHOD, ExitReason::CalleeChanged);
                let function = self.load(method, Field::MethodFunction);
                self.guard_code(function, code);
                let mut all = vec![self.load(method, Field::MethodReceiver)];
                all.extend_from_slice(arguments);
                let callee = Callee { function: None, code, value: function };
                self.call_python(callee, &all, names, Resume::AfterCall, dst)
            }
            (call::NATIVE | call::CLASS, _) => match Word::from_bits(identity) {
                // A bound method of a builtin is another object each time.
                Some(known)
                    if known.cast::<NativeFunction>().is_none_or(|native| native.bound_receiver().is_none()) =>
                {
                    let constant = self.guard_same(callee, known, ExitReason::CalleeChanged);
                    self.call_known(known, constant, arguments, names, dst)
                }
                _ => Some(self.call_object(callee, arguments, names)),
            },
            _ => Some(self.call_object(callee, arguments, names)),
        }
    }

    /// Calls one of the functions seen here: one block for each, told apart by their code, and a call of whatever it
    /// is for the rest.
    fn call_seen_functions(
        &mut self,
        seen: &[u64],
        callee: Value,
        arguments: &[Value],
        names: Option<&Names>,
        dst: Option<Register>,
    ) -> Option<Value> {
        let join = self.new_block();
        let result = self.f.new_parameter(join, Type::ANY);
        let state = self.state();
        let (function, other) = (self.new_block(), self.new_block());
        let is_function = self.emit(Op::HasShape, &[callee], &[Immediate::Shape(ShapeId::FUNCTION.0)]);
        self.branch(is_function, Destination::Block(function), Destination::Block(other));
        self.enter_block(function);
        self.unseal(Some(state));
        let object = self.emit(Op::AssumeType, &[callee, is_function], &[Immediate::Type(Type::HEAP)]);
        let found = self.load(object, Field::FunctionCode);
        let mut recheck = false;
        for key in seen {
            let Some(code) = Gc::<CodeObject>::from_address((key & ADDRESS) as usize) else { continue };
            let expected = self.object_constant(code.value());
            let expected = self.f.constant(expected);
            let (this, next) = (self.new_block(), self.new_block());
            let same = self.emit(Op::SamePointer, &[found, expected], &[]);
            self.branch(same, Destination::Block(this), Destination::Block(next));
            self.enter_block(this);
            self.unseal(Some(state));
            let known = Callee { function: None, code, value: object };
            if let Some(value) = self.call_python(known, arguments, names, Resume::AfterCall, dst) {
                recheck |= self.recheck;
                self.jump_block(join, &[value]);
            }
            self.recheck = false;
            self.enter_block(next);
            self.unseal(Some(state));
        }
        self.jump_block(other, &[]);
        self.enter_block(other);
        self.unseal(Some(state));
        let value = self.call_object(callee, arguments, names);
        recheck |= self.recheck;
        self.jump_block(join, &[value]);
        self.enter_block(join);
        self.seal();
        self.recheck = recheck;
        Some(result)
    }

    /// The function that a known closure holds where `callee` is read from: what a decorator wraps, as a rule. That
    /// object tells more than its code does: its globals, its defaults, its own closure.
    fn held_function(&self, callee: Value) -> Option<Gc<FunctionObject>> {
        let content = match self.f.op(callee) {
            Op::GuardType => self.f.argument(callee, 0),
            _ => callee,
        };
        let is_content = self.f.op(content) == Op::Load
            && self.f.values[content].immediates.first() == Some(&Immediate::Place(Place::Field(Field::CellContent)));
        if !is_content {
            return None;
        }
        let cell = self.constant_object(self.f.argument(content, 0))?;
        cell.cast::<CellObject>()?.content.get()?.cast::<FunctionObject>()
    }

    /// Leaves unless the value is a function with this code.
    fn guard_code(&mut self, function: Value, code: Gc<CodeObject>) {
        self.emit(
            Op::GuardShape,
            &[function],
            &[Immediate::Shape(ShapeId::FUNCTION.0), Immediate::Reason(ExitReason::CalleeChanged)],
        );
        let found = self.load(function, Field::FunctionCode);
        // The same number as an address and as an object: what is compared are addresses.
        let constant = self.object_constant(code.value());
        let expected = self.f.constant(constant);
        let same = self.emit(Op::SamePointer, &[found, expected], &[]);
        self.guard_true(same, ExitReason::CalleeChanged);
    }

    /// The constants that a value of a block parameter may be; none if it may be anything else.
    fn constants_of(&self, value: Value) -> Vec<Word> {
        let Home::Parameter(block) = self.f.values[value].home else { return Vec::new() };
        let Some(index) = self.f.blocks[block].parameters.iter().position(|p| *p == value) else { return Vec::new() };
        let mut found = Vec::new();
        for from in &self.f.order {
            let Some(terminator) = self.f.blocks[*from].instructions.last() else { continue };
            for target in &self.f.values[*terminator].targets {
                if target.block != block {
                    continue;
                }
                match target.arguments.get(index).and_then(|argument| self.constant_object(*argument)) {
                    Some(word) if !found.contains(&word) => found.push(word),
                    Some(_) => {}
                    None => return Vec::new(),
                }
            }
        }
        if found.len() <= 4 { found } else { Vec::new() }
    }

    /// Calls one of a few constants: one block for each.
    fn call_one_of(
        &mut self,
        candidates: &[Word],
        callee: Value,
        arguments: &[Value],
        names: Option<&Names>,
        dst: Option<Register>,
    ) -> Option<Value> {
        let mut cases = self.begin_cases(&[Type::ANY]);
        for (i, candidate) in candidates.iter().enumerate() {
            let last = i + 1 == candidates.len();
            let constant = self.word_constant(*candidate);
            let flag = (!last).then(|| self.emit(Op::Same, &[callee, constant], &[]));
            self.case(&mut cases, flag, |this| {
                this.call_known(*candidate, constant, arguments, names, dst).map(|value| [value])
            });
        }
        Some(self.end_cases(cases)[0])
    }

    /// Calls an object that is known now.
    fn call_known(
        &mut self,
        known: Word,
        constant: Value,
        arguments: &[Value],
        names: Option<&Names>,
        dst: Option<Register>,
    ) -> Option<Value> {
        let Some(header) = known.header() else { return Some(self.call_object(constant, arguments, names)) };
        if !self.frame().sealed && looks_at_frames_of_callers(self.thread, known) {
            self.exit(ExitReason::NotCompiled);
            return None;
        }
        if let (None, &[argument]) = (names, arguments)
            && self.can_inline_generator(argument)
            && let Some(consumer) = consumers::standing_for(self.thread, Jit::of(self.thread), known)
        {
            let value = self.word_constant(consumer.value());
            let callee = Callee { function: Some(consumer), code: consumer.code(), value };
            return self.call_python(callee, arguments, None, Resume::AfterCall, dst);
        }
        match header.kind() {
            Kind::Function => {
                let function = header.cast_unchecked::<FunctionObject>();
                let callee = Callee { function: Some(function), code: function.code(), value: constant };
                self.call_python(callee, arguments, names, Resume::AfterCall, dst)
            }
            Kind::NativeFunction if names.is_none() => {
                let native = header.cast_unchecked::<NativeFunction>();
                match self.call_builtin(native, arguments) {
                    Some(value) => Some(value),
                    None if self.block.is_none() => None,
                    None => Some(self.call_native(native, constant, arguments)),
                }
            }
            Kind::Type => self.construct(header.cast_unchecked::<Class>(), constant, arguments, names, dst),
            _ => Some(self.call_object(constant, arguments, names)),
        }
    }

    /// Leaves if what is called looks at this frame, which only the interpreter can show.
    pub(super) fn guard_plain_callee(&mut self, callee: Value) {
        if self.frame().sealed || self.constant_object(callee).is_some() {
            return;
        }
        let looks = self.call_helper(Helper::looks_at_frames, &[callee]);
        let zero = self.f.int(0);
        let plain = self.compare_ints(Condition::Equal, looks, zero);
        self.guard_true(plain, ExitReason::NotCompiled);
    }

    /// Calls whatever it is, by the runtime.
    fn call_object(&mut self, callee: Value, arguments: &[Value], names: Option<&Names>) -> Value {
        self.guard_plain_callee(callee);
        let result = match names {
            None => {
                let mut all = vec![callee];
                all.extend_from_slice(arguments);
                self.emit(Op::CallObject, &all, &[])
            }
            Some(Names { texts, tuple: None }) => self.call_with_names(callee, arguments, texts),
            Some(Names { tuple: Some(names), .. }) => {
                let mut all = vec![callee, *names];
                all.extend_from_slice(arguments);
                self.emit(Op::CallKeywords, &all, &[])
            }
        };
        self.called();
        result
    }

    /// Calls a builtin function through its direct entry, if it has one for this number of arguments.
    fn call_native(&mut self, native: Gc<NativeFunction>, constant: Value, arguments: &[Value]) -> Value {
        if native.bound_receiver().is_some() || native.is_constructor() {
            return self.call_object(constant, arguments, None);
        }
        let mut all = vec![constant];
        all.extend_from_slice(arguments);
        match arguments.len() {
            1 => self.call_helper(Helper::native_1, &all),
            2 => self.call_helper(Helper::native_2, &all),
            3 => self.call_helper(Helper::native_3, &all),
            _ => self.call_object(constant, arguments, None),
        }
    }

    // ---- Python functions ----

    /// Calls `callee` with what is known about it at build time; used by attribute access, too.
    pub(super) fn call_value(&mut self, callee: Value, arguments: &[Value]) -> Option<Value> {
        self.call_any(callee, arguments, None, None, None)
    }

    /// Calls a Python function that is known now.
    pub(super) fn call_function_object(
        &mut self,
        function: Gc<FunctionObject>,
        arguments: &[Value],
        dst: Option<Register>,
    ) -> Option<Value> {
        let value = self.word_constant(function.value());
        let callee = Callee { function: Some(function), code: function.code(), value };
        self.call_python(callee, arguments, None, Resume::AfterCall, dst)
    }

    /// Calls the method of an operator that has come as far as `tried` if it declines.
    pub(super) fn call_method_of_operator(
        &mut self,
        method: Gc<FunctionObject>,
        arguments: &[Value],
        tried: Tried,
        dst: Option<Register>,
    ) -> Option<Value> {
        let value = self.word_constant(method.value());
        let callee = Callee { function: Some(method), code: method.code(), value };
        self.call_python(callee, arguments, None, Resume::AfterOperator(tried), dst)
    }

    fn call_python(
        &mut self,
        callee: Callee,
        arguments: &[Value],
        names: Option<&Names>,
        resume: Resume,
        dst: Option<Register>,
    ) -> Option<Value> {
        let body = Body::of_ref(callee.code);
        let bound = self.bind(&callee, body, arguments, names);
        let Some(bound) = bound else {
            return Some(self.call_init_or_object(callee.value, arguments, names, resume));
        };
        if body.code.flags.is_resumable() {
            let mut all = vec![callee.value];
            all.extend(bound.iter().copied());
            let generator = self.emit(Op::MakeGenerator, &all, &[]);
            let globals = self.frame().globals;
            let template =
                Template { function: callee.function, code: callee.code, value: callee.value, bound, globals };
            self.generators.insert(generator, template);
            return Some(self.finish_init(generator, resume));
        }
        if self.may_inline(body) {
            return self.inline(callee, body, bound, resume, dst);
        }
        let mut all = vec![callee.value];
        all.extend(bound);
        self.called.push(callee.code.address() as u64);
        let result = self.emit(Op::CallFunction, &all, &[]);
        self.called();
        Some(self.finish_init(result, resume))
    }

    fn call_init_or_object(
        &mut self,
        callee: Value,
        arguments: &[Value],
        names: Option<&Names>,
        resume: Resume,
    ) -> Value {
        let result = self.call_object(callee, arguments, names);
        self.finish_init(result, resume)
    }

    /// The result of a call: of `__init__`, which must return None, the instance.
    fn finish_init(&mut self, result: Value, resume: Resume) -> Value {
        let Some(instance) = resume.instance() else { return result };
        self.call_helper(Helper::check_init, &[result]);
        instance
    }

    /// The value of each parameter register, if the call fits and that can be told now.
    fn bind(&mut self, callee: &Callee, body: &Body, arguments: &[Value], names: Option<&Names>) -> Option<Vec<Value>> {
        let code = &body.code;
        let (positional, total) = (usize::from(code.positional_count), usize::from(code.parameter_count()));
        let names = names.map_or(&[][..], |names| &names.texts);
        let given = arguments.len() - names.len();
        if given > positional && !code.flags.contains(CodeFlags::VARARGS) {
            return None;
        }
        let mut bound: Vec<Option<Value>> = vec![None; total];
        for (i, argument) in arguments[..given.min(positional)].iter().enumerate() {
            bound[i] = Some(*argument);
        }
        let (mut extra_names, mut extra) = (Vec::new(), Vec::new());
        for (name, argument) in names.iter().zip(&arguments[given..]) {
            let mut range = usize::from(code.posonly_count)..positional + usize::from(code.kwonly_count);
            let text = name.to_string_lossy(self.thread);
            match range.find(|index| *code.varnames[*index] == *text) {
                Some(index) if bound[index].is_some() => return None,
                Some(index) => bound[index] = Some(*argument),
                None if code.flags.contains(CodeFlags::VARKEYWORDS) => {
                    extra_names.push(*name);
                    extra.push(*argument);
                }
                None => return None,
            }
        }
        if bound[..positional + usize::from(code.kwonly_count)].iter().any(Option::is_none) {
            self.bind_defaults(callee, body, &mut bound)?;
        }
        if let Some(register) = code.varargs_register() {
            let rest = arguments.get(positional..given).unwrap_or(&[]);
            let tuple = self.tuple_of(rest);
            bound[register.index()] = Some(tuple);
        }
        if let Some(register) = code.varkeywords_register() {
            bound[register.index()] = Some(self.extra_keywords(body, &extra_names, &extra));
        }
        bound.into_iter().collect()
    }

    /// Fills parameters from the function's defaults.
    fn bind_defaults(&mut self, callee: &Callee, body: &Body, bound: &mut [Option<Value>]) -> Option<()> {
        let Some(function) = callee.function else { return self.load_defaults(callee, body, bound) };
        let code = &body.code;
        let positional = usize::from(code.positional_count);
        let defaults = function.defaults.get();
        let defaults: Vec<Word> = defaults.map_or_else(Vec::new, |defaults| defaults.items().to_vec());
        if defaults.len() > positional {
            return None;
        }
        self.assume_function(function);
        let first = positional - defaults.len();
        for (index, slot) in bound.iter_mut().enumerate().take(positional) {
            if slot.is_none() {
                let default = defaults.get(index.checked_sub(first)?)?;
                *slot = Some(self.word_constant(*default));
            }
        }
        for index in positional..positional + usize::from(code.kwonly_count) {
            if bound[index].is_none() {
                let name = body.owner().variables.get()?.items().get(index)?.cast::<Str>()?;
                let default = function.keyword_defaults.get()?.get_str(self.thread, name)?;
                bound[index] = Some(self.word_constant(default));
            }
        }
        Some(())
    }

    /// The same, of a function of which only the code is known: it is asked for its defaults.
    fn load_defaults(&mut self, callee: &Callee, body: &Body, bound: &mut [Option<Value>]) -> Option<()> {
        let positional = usize::from(body.code.positional_count);
        let first = bound.iter().position(Option::is_none)?;
        // A function made here has its defaults set later, where the object that holds them must exist.
        if bound[positional..].iter().take(usize::from(body.code.kwonly_count)).any(Option::is_none)
            || self.f.op(callee.value) == Op::New
            || self.has_failed(ExitReason::CalleeChanged)
        {
            return None;
        }
        let defaults = self.load(callee.value, Field::FunctionDefaults);
        let defaults = self.guard_type(defaults, Type::TUPLE, ExitReason::CalleeChanged);
        let length = self.load(defaults, Field::TupleLength);
        let needed = self.f.int((positional - first) as i64);
        let enough = self.compare_ints(Condition::GreaterOrEqual, length, needed);
        self.guard_true(enough, ExitReason::CalleeChanged);
        for index in first..positional {
            if bound[index].is_none() {
                let from_end = self.f.int((positional - index) as i64);
                let index_of_default = self.emit(Op::IntSub, &[length, from_end], &[]);
                let place = [Immediate::Elements(Elements::TupleItems)];
                bound[index] = Some(self.emit(Op::LoadElement, &[defaults, index_of_default], &place));
            }
        }
        Some(())
    }

    fn may_inline(&self, body: &Body) -> bool {
        let options = self.request.options;
        let nested = self.frames.iter().filter(|frame| std::ptr::eq(frame.body, body)).count();
        let is_large =
            CodeState::known(body).is_some_and(|state| state.instructions.get() > options.compiled_instructions);
        // One that stands for a builtin is there to be inlined: called, it would be slower than the builtin.
        let stands = body.stands_for_native.get();
        let values = if stands { options.large_values } else { options.values_before(body.code.units.len()) };
        body.entry_count.get() > 0
            && (stands || !is_large)
            && self.f.values.len() < values
            && self.frames.len() <= options.inline_depth
            && nested == 0
            && !looks_at_frames(&body.code)
    }

    fn inline(
        &mut self,
        callee: Callee,
        body: &'static Body,
        arguments: Vec<Value>,
        resume: Resume,
        dst: Option<Register>,
    ) -> Option<Value> {
        let globals = match callee.function {
            Some(function) => function.globals(),
            // Another function of the same code may have other globals.
            None => {
                let found = self.load(callee.value, Field::FunctionGlobals);
                let globals = self.frame().globals;
                self.guard_same(found, globals.value(), ExitReason::CalleeChanged);
                globals
            }
        };
        if let Some(function) = callee.function {
            self.assume_function(function);
        }
        let waiting = self.waiting_state(dst, resume);
        let join = self.new_block();
        let result = self.f.new_parameter(join, Type::ANY);
        let unit = self.unit(body);
        let outer_recheck = self.recheck;
        self.push_frame(body, unit, callee.value, callee.function, globals, Some(waiting));
        let frame = self.frame_mut();
        frame.returns_to = Some(join);
        frame.constructs = resume.instance();
        for (register, argument) in arguments.into_iter().enumerate() {
            frame.registers[register] = argument;
        }
        self.recheck = outer_recheck;
        let origin = self.f.origin;
        let translated = self.translate(0);
        self.f.origin = origin;
        let frame = self.frames.pop();
        if let Err(error) = translated {
            self.failure = Some(error);
        }
        self.seal();
        match frame.and_then(|frame| frame.returned) {
            Some(recheck) => {
                self.enter_block(join);
                self.recheck = recheck;
                Some(result)
            }
            None => {
                self.f.order.retain(|known| *known != join);
                self.block = None;
                None
            }
        }
    }

    // ---- making functions ----

    /// A function without defaults and annotations.
    pub(super) fn make_function(&mut self, dst: Register, code: usize, closure: OptionalRegister) {
        let code = self.frame().body.constant(code);
        let Constant::Object(code) = self.object_constant(code) else { unreachable!("code is an object") };
        let code = self.f.constant(Constant::Pointer(code));
        let globals = self.word_constant(self.frame().globals.value());
        let empty = self.f.constant(Constant::Empty);
        let closure = self.optional(closure).unwrap_or(empty);
        let layout = self.f.layout(Layout::Function);
        let function = self.emit(Op::New, &[code, globals, closure], &[layout]);
        self.set(dst, function);
    }

    // ---- construction ----

    fn construct(
        &mut self,
        class: Gc<Class>,
        constant: Value,
        arguments: &[Value],
        names: Option<&Names>,
        dst: Option<Register>,
    ) -> Option<Value> {
        if names.is_none()
            && let Some(value) = self.call_builtin_class(class, arguments)
        {
            return Some(value);
        }
        if self.block.is_none() {
            return None;
        }
        match self.plain_init(class) {
            Some(Some(init)) => {
                self.assume_class(class);
                let instance = self.new_instance(class);
                let value = self.word_constant(init.value());
                let callee = Callee { function: Some(init), code: init.code(), value };
                let mut all = vec![instance];
                all.extend_from_slice(arguments);
                self.call_python(callee, &all, names, Resume::AfterInit(instance), dst)
            }
            Some(None) if arguments.is_empty() => {
                self.assume_class(class);
                Some(self.new_instance(class))
            }
            _ => Some(self.call_object(constant, arguments, names)),
        }
    }

    /// How instances of a class are made, if it is by allocation and then perhaps an `__init__` in Python.
    fn plain_init(&self, class: Gc<Class>) -> Option<Option<Gc<FunctionObject>>> {
        let types = &self.thread.vm().types;
        let plain = class.instance_kind.get() == Kind::Instance
            && !class.flag(type_flags::NO_INSTANTIATION | type_flags::ABSTRACT)
            && !class.has_finalizer()
            && self.thread.class_of(class.value()) == types.type_type
            && class.special(self.thread, Special::New) == types.object.special(self.thread, Special::New);
        if !plain {
            return None;
        }
        let init = class.special(self.thread, Special::Init)?;
        if Some(init) == types.object.special(self.thread, Special::Init) {
            return Some(None);
        }
        init.cast::<FunctionObject>().map(Some)
    }

    fn new_instance(&mut self, class: Gc<Class>) -> Value {
        let size = size_of::<taipan_runtime::types::instance::Instance>() + 8 * usize::from(class.tail_words.get());
        let layout = Layout::Instance { shape: class.instance_shape.get().0, size: size as u16, slots: Vec::new() };
        let layout = self.f.layout(layout);
        self.emit(Op::New, &[], &[layout])
    }

    // ---- what may not resume any more ----

    /// Something observable happened in the current instruction: no state before it may be used.
    pub(super) fn seal(&mut self) {
        let frame = self.frame_mut();
        frame.state = None;
        frame.sealed = true;
    }

    /// Another path of the current instruction, on which nothing has happened yet.
    pub(super) fn unseal(&mut self, state: Option<FrameStateId>) {
        let frame = self.frame_mut();
        frame.state = state;
        frame.sealed = false;
    }
}
