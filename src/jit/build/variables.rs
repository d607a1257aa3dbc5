//! Globals, names of modules, cells.

use super::*;
use crate::bytecode::NameIndex;
use crate::bytecode::feedback::global;

impl Builder<'_> {
    /// `globals[name]`, or the builtin: the entry's number is known as long as the keys are the same.
    pub(super) fn load_global(&mut self, dst: Register, site: Site) {
        let value = self.global_value(site);
        self.set(dst, value);
    }

    fn global_value(&mut self, site: Site) -> Value {
        let index = self.feedback(site, global::INDEX);
        let versions = self.feedback(site, global::VERSIONS);
        let (globals_version, builtins_version) = (versions as u32, (versions >> 32) as u32);
        let globals = self.frame().globals;
        if globals_version == 0
            || globals.current_keys_version() != globals_version
            || self.has_failed(ExitReason::GlobalChanged)
        {
            return self.global_by_name();
        }
        let builtins = self.thread.vm().builtins_dict();
        let dict = if builtins_version == 0 { globals } else { builtins };
        if builtins_version != 0 && builtins.current_keys_version() != builtins_version {
            return self.global_by_name();
        }
        self.guard_keys(globals, globals_version);
        if builtins_version != 0 {
            self.guard_keys(builtins, builtins_version);
        }
        let base = self.object_constant(dict.value());
        let base = self.f.constant(base);
        let table = self.load(base, Field::DictTable);
        let value = self.emit(Op::Load, &[table], &[Immediate::Place(Place::DictValue { index: index as u32 })]);
        // What is called or looked into is expected to stay what it is.
        match dict.entry_value(index as usize) {
            Some(now) if is_worth_knowing(now) && !self.has_failed(ExitReason::ConstantChanged) => {
                self.guard_same(value, now, ExitReason::ConstantChanged)
            }
            // The entry is in use as long as the keys are the same; this costs one comparison with zero.
            _ => self.guard_type(value, Type::ANY, ExitReason::GlobalChanged),
        }
    }

    /// The interpreter's own look-up, which learns for the next time.
    fn global_by_name(&mut self) -> Value {
        let decoded = self.current();
        // What a NameError suggests are variables of its frame: the interpreter raises it, with all that are known here,
        // even if it is handled in this code.
        let state = self.state_of_variables();
        let arguments = self.registers_read(&decoded);
        let immediates = self.place_of(&decoded);
        let Some(block) = self.block else { unreachable!("control does not get here") };
        let result = self.f.append(block, Op::CallBytecode, &arguments, &immediates, Some(state));
        self.called();
        result
    }

    /// The frame with all variables that have a value here, whether they are read any more or not.
    fn state_of_variables(&mut self) -> FrameStateId {
        let live = self.snapshot();
        let mut state = self.f.frame_states[live].clone();
        state.resume = Resume::Raise;
        for register in 0..self.frame().body.variable_count as u16 {
            let value = self.frame().registers[usize::from(register)];
            let known = state.registers.iter().any(|(listed, _)| *listed == register);
            if !known && self.f.as_constant(value) != Some(Constant::Empty) {
                state.registers.push((register, value));
            }
        }
        state.registers.sort_unstable_by_key(|(register, _)| *register);
        self.f.frame_states.push(state)
    }

    /// Leaves if a key was added to or removed from the dict.
    fn guard_keys(&mut self, dict: Gc<Dict>, version: u32) {
        let base = self.object_constant(dict.value());
        let base = self.f.constant(base);
        let found = self.load(base, Field::DictKeysVersion);
        let expected = self.f.int(i64::from(version));
        let same = self.compare_ints(Condition::Equal, found, expected);
        self.guard_true(same, ExitReason::GlobalChanged);
    }

    /// `globals[name] = value`.
    pub(super) fn store_global(&mut self, src: Register, name: NameIndex) {
        let name = self.frame().body.name(name.index());
        let globals = self.frame().globals;
        let value = self.get(src);
        match globals.entry_index_str(self.thread, name) {
            Some(index) if globals.current_keys_version() != 0 && !self.has_failed(ExitReason::GlobalChanged) => {
                self.guard_keys(globals, globals.current_keys_version());
                let base = self.object_constant(globals.value());
                let base = self.f.constant(base);
                let table = self.load(base, Field::DictTable);
                self.emit(Op::Store, &[table, value], &[Immediate::Place(Place::DictValue { index: index as u32 })]);
                let owner = self.emit(Op::Load, &[base], &[Immediate::Place(Place::Field(Field::DictTableObject))]);
                self.emit(Op::WriteBarrier, &[owner, value], &[]);
            }
            _ => {
                let decoded = self.current();
                self.execute(&decoded);
            }
        }
    }

    /// The locals mapping of a module is its globals; that of a class body is left to the interpreter.
    fn names_are_globals(&self) -> bool {
        self.frame().body.code.kind == CodeKind::Module && self.frames.len() == 1
    }

    pub(super) fn load_name(&mut self, dst: Register, site: Site) {
        if self.names_are_globals() { self.load_global(dst, site) } else { self.exit(ExitReason::NotCompiled) }
    }

    pub(super) fn store_name(&mut self, src: Register, name: NameIndex) {
        if self.names_are_globals() { self.store_global(src, name) } else { self.exit(ExitReason::NotCompiled) }
    }

    pub(super) fn make_cell(&mut self, register: Register) {
        let content = self.get_or_empty(register);
        let layout = self.f.layout(Layout::Cell);
        let cell = self.emit(Op::New, &[content], &[layout]);
        self.set(register, cell);
    }

    pub(super) fn load_cell(&mut self, cell: Value) -> Value {
        let cell = self.guard_type(cell, Type::CELL, ExitReason::TypeChanged);
        let content = self.load(cell, Field::CellContent);
        self.guard_type(content, Type::ANY, ExitReason::Unbound)
    }

    pub(super) fn store_cell(&mut self, cell: Value, value: Value) {
        let cell = self.guard_type(cell, Type::CELL, ExitReason::TypeChanged);
        self.store(cell, Field::CellContent, value);
        self.emit(Op::WriteBarrier, &[cell, value], &[]);
    }

    /// The function's closure cell `index`.
    pub(super) fn closure_cell(&mut self, index: u16) -> Value {
        if let Some(function) = self.frame().callee
            && let Some(cell) =
                function.closure.get().and_then(|closure| closure.items().get(usize::from(index)).copied())
        {
            return self.word_constant(cell);
        }
        let function = self.frame().function;
        let closure = self.load(function, Field::FunctionClosure);
        let index = self.f.int(i64::from(index));
        let cell = self.emit(Op::LoadElement, &[closure, index], &[Immediate::Elements(Elements::TupleItems)]);
        self.guard_type(cell, Type::CELL, ExitReason::TypeChanged)
    }
}

/// Values that code calls or looks into: functions, classes, modules, builtins.
fn is_worth_knowing(value: Word) -> bool {
    value.header().is_some_and(|header| {
        matches!(header.kind(), Kind::Function | Kind::Type | Kind::NativeFunction | Kind::Module)
    })
}
