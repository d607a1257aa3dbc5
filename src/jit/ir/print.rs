//! The text form of the IR, for dumps and goldens.
//!
//! What lives here: printing. [`super::parse`] reads the same form back. The text is stable: values, blocks and
//! frame states are numbered in the order in which they are printed, and objects are called by their labels.
//! Start at [`print`].
//!
//! ```text
//! function spam
//! unit0 "spam"
//! object "print": Object
//! b0(v0: Any, v1: Any):
//!   v2: SmallInt = guard.type v1 {SmallInt, not_int} [fs0]
//!   v3: Int64 = unbox.int v2
//!   jump b1(v3)
//! b1(v4: Int64) loop fs1:
//!   v5: Flag = int.compare v4, 10i {lt}
//!   branch v5, b2(), b3()
//! ...
//! sunk:
//!   v9: Float = box.double v8
//! states:
//!   fs0 = unit0+12 here v0 {r0: v1, r2: v9}
//!   fs1 = unit0+40 call v0 {} caller fs0
//! ```
//!
//! Constants stand where they are used: `None`, `True`, `7` (a small int), `@"print"` (an object), `7i`
//! (machine int), `2.5f` (double), `true` (flag), `&"class X"` (an address outside the heap).

use super::*;
use std::collections::HashMap;
use std::fmt::{self, Write};

/// The text of `function`.
pub fn print(function: &Function) -> String {
    print_beside(function, &|_| None)
}

/// The text of `function`, with a comment line wherever what `remark` says about the instructions' origin changes.
pub fn print_beside(function: &Function, remark: &dyn Fn(Origin) -> Option<String>) -> String {
    let mut printer = Printer {
        function,
        values: HashMap::new(),
        states: Vec::new(),
        state_numbers: HashMap::new(),
        out: String::new(),
        remark,
        remarked: None,
    };
    // Writing to a String cannot fail.
    let _ = printer.function();
    printer.out
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(self))
    }
}

struct Printer<'a> {
    function: &'a Function,
    values: HashMap<Value, usize>,
    /// Frame states in the order in which they get their numbers.
    states: Vec<FrameStateId>,
    state_numbers: HashMap<FrameStateId, usize>,
    out: String,
    /// What to say about an origin.
    remark: &'a dyn Fn(Origin) -> Option<String>,
    /// What was said last in the current block.
    remarked: Option<String>,
}

impl Printer<'_> {
    fn function(&mut self) -> fmt::Result {
        let function = self.function;
        writeln!(self.out, "function {}{}", function.name, if function.is_osr { " osr" } else { "" })?;
        for (id, unit) in function.units.iter() {
            writeln!(self.out, "{id} {:?}", unit.label)?;
        }
        for object in function.objects.values() {
            write!(self.out, "object {:?}: {}", object.label, object.ty)?;
            if let Some(bits) = object.double {
                write!(self.out, " double {}", Double(bits))?;
            }
            self.out.push('\n');
        }
        self.number();
        for (index, block) in function.order.iter().enumerate() {
            self.block(index, *block)?;
        }
        self.sunk()?;
        self.frame_states()
    }

    /// Gives every value that stands in a block its number.
    fn number(&mut self) {
        for block in &self.function.order {
            let data = &self.function.blocks[*block];
            for value in data.parameters.iter().chain(&data.instructions) {
                if self.function.op(*value).has_result() {
                    let number = self.values.len();
                    self.values.insert(*value, number);
                }
            }
        }
    }

    fn block_number(&self, block: Block) -> usize {
        self.function.order.iter().position(|known| *known == block).unwrap_or(usize::MAX)
    }

    fn block(&mut self, index: usize, block: Block) -> fmt::Result {
        let function = self.function;
        let data = &function.blocks[block];
        write!(self.out, "b{index}(")?;
        for (i, parameter) in data.parameters.iter().enumerate() {
            let separator = if i == 0 { "" } else { ", " };
            write!(self.out, "{separator}v{}: {}", self.values[parameter], function.values[*parameter].ty)?;
        }
        self.out.push(')');
        if let Some(state) = data.loop_state.expand() {
            let number = self.state(state);
            write!(self.out, " loop fs{number}")?;
        }
        self.out.push_str(if data.cold { " cold:\n" } else { ":\n" });
        self.remarked = None;
        for value in &data.instructions {
            let remark = function.values[*value].origin.and_then(self.remark);
            if let Some(text) = remark.filter(|text| self.remarked.as_ref() != Some(text)) {
                writeln!(self.out, "  # {text}")?;
                self.remarked = Some(text);
            }
            self.instruction(*value)?;
        }
        Ok(())
    }

    fn instruction(&mut self, value: Value) -> fmt::Result {
        let function = self.function;
        let instruction = &function.values[value];
        self.out.push_str("  ");
        if instruction.op.has_result() {
            write!(self.out, "v{}: {} = ", self.values[&value], instruction.ty)?;
        }
        self.out.push_str(instruction.op.info().name);
        let mut separator = " ";
        for argument in &instruction.arguments {
            self.out.push_str(separator);
            self.value(*argument)?;
            separator = ", ";
        }
        for target in &instruction.targets {
            write!(self.out, "{separator}b{}(", self.block_number(target.block))?;
            for (i, argument) in target.arguments.iter().enumerate() {
                self.out.push_str(if i == 0 { "" } else { ", " });
                self.value(*argument)?;
            }
            self.out.push(')');
            separator = ", ";
        }
        if !instruction.immediates.is_empty() {
            self.out.push_str(" {");
            for (i, immediate) in instruction.immediates.iter().enumerate() {
                self.out.push_str(if i == 0 { "" } else { ", " });
                self.immediate(immediate)?;
            }
            self.out.push('}');
        }
        if instruction.caught {
            self.out.push_str(" caught");
        }
        if let Some(state) = instruction.frame_state.expand() {
            let number = self.state(state);
            write!(self.out, " [fs{number}]")?;
        }
        self.out.push('\n');
        Ok(())
    }

    fn immediate(&mut self, immediate: &Immediate) -> fmt::Result {
        match immediate {
            Immediate::Type(ty) => write!(self.out, "{ty}"),
            Immediate::Shape(shape) => write!(self.out, "shape {shape}"),
            Immediate::Int(n) => write!(self.out, "{n}"),
            Immediate::Condition(condition) => self.out.write_str(condition.name()),
            Immediate::Place(place) => write!(self.out, "{place}"),
            Immediate::Elements(elements) => self.out.write_str(elements.name()),
            Immediate::Layout(index) => write!(self.out, "{}", self.function.layouts[*index as usize]),
            Immediate::Helper(helper) => self.out.write_str(helper.info().name),
            Immediate::Math(function) => self.out.write_str(function.name()),
            Immediate::Reason(reason) => self.out.write_str(reason.name()),
            Immediate::Constant(constant) => self.constant(*constant),
        }
    }

    fn value(&mut self, value: Value) -> fmt::Result {
        if let Some(constant) = self.function.as_constant(value) {
            return self.constant(constant);
        }
        match self.values.get(&value) {
            Some(number) => write!(self.out, "v{number}"),
            None if self.function.values[value].home == Home::Everywhere => {
                let number = self.values.len();
                self.values.insert(value, number);
                write!(self.out, "v{number}")
            }
            None => write!(self.out, "v?{value}"),
        }
    }

    fn constant(&mut self, constant: Constant) -> fmt::Result {
        match constant {
            Constant::Empty => self.out.write_str("Empty"),
            Constant::None => self.out.write_str("None"),
            Constant::Bool(true) => self.out.write_str("True"),
            Constant::Bool(false) => self.out.write_str("False"),
            Constant::NotImplemented => self.out.write_str("NotImplemented"),
            Constant::Ellipsis => self.out.write_str("Ellipsis"),
            Constant::Absent => self.out.write_str("Absent"),
            Constant::SmallInt(n) => write!(self.out, "{n}"),
            Constant::Object(object) => write!(self.out, "@{:?}", self.function.objects[object].label),
            Constant::Int64(n) => write!(self.out, "{n}i"),
            Constant::Double(bits) => write!(self.out, "{}", Double(bits)),
            Constant::Flag(flag) => write!(self.out, "{flag}"),
            Constant::Pointer(object) => write!(self.out, "&{:?}", self.function.objects[object].label),
        }
    }

    fn state(&mut self, state: FrameStateId) -> usize {
        if let Some(number) = self.state_numbers.get(&state) {
            return *number;
        }
        let number = self.states.len();
        self.states.push(state);
        self.state_numbers.insert(state, number);
        number
    }

    /// The instructions that stand in no block, in the order of their numbers.
    fn sunk(&mut self) -> fmt::Result {
        // Number what the frame states name, and what that is made from.
        let body = std::mem::take(&mut self.out);
        let mut done = 0;
        let mut visited = 0;
        while done < self.states.len() {
            let state = &self.function.frame_states[self.states[done]];
            done += 1;
            let mut named = Vec::new();
            state.for_each_value(|value| named.push(value));
            for value in named {
                self.value(value)?;
            }
            if let Some(caller) = state.caller.expand() {
                self.state(caller);
            }
            while let Some(value) = self.sunk_number(visited) {
                visited += 1;
                for argument in &self.function.values[value].arguments {
                    self.value(*argument)?;
                }
            }
        }
        self.out = body;
        for number in 0..visited {
            if number == 0 {
                self.out.push_str("sunk:\n");
            }
            if let Some(value) = self.sunk_number(number) {
                self.instruction(value)?;
            }
        }
        Ok(())
    }

    /// The `index`th value that belongs to no block.
    fn sunk_number(&self, index: usize) -> Option<Value> {
        let mut sunk: Vec<(usize, Value)> = self
            .values
            .iter()
            .filter(|(value, _)| self.function.values[**value].home == Home::Everywhere)
            .map(|(value, number)| (*number, *value))
            .collect();
        sunk.sort_unstable();
        sunk.get(index).map(|(_, value)| *value)
    }

    fn frame_states(&mut self) -> fmt::Result {
        for index in 0..self.states.len() {
            if index == 0 {
                self.out.push_str("states:\n");
            }
            let function = self.function;
            let state = &function.frame_states[self.states[index]];
            write!(self.out, "  fs{index} = {}+{} ", state.unit, state.position)?;
            match state.resume {
                Resume::Here => self.out.push_str("here "),
                Resume::Raise => self.out.push_str("raise "),
                Resume::AfterCall => self.out.push_str("call "),
                Resume::AfterIgnored => self.out.push_str("ignore "),
                Resume::AfterOperator(tried) => write!(self.out, "operator({}) ", tried as u8)?,
                Resume::AfterInit(object) | Resume::AfterNext(object) | Resume::Suspended(object) => {
                    self.out.push_str(match state.resume {
                        Resume::AfterNext(_) => "next(",
                        Resume::Suspended(_) => "suspended(",
                        _ => "init(",
                    });
                    self.value(object)?;
                    self.out.push_str(") ");
                }
            }
            self.value(state.function)?;
            self.out.push_str(" {");
            for (i, (register, value)) in state.registers.iter().enumerate() {
                write!(self.out, "{}r{register}: ", if i == 0 { "" } else { ", " })?;
                self.value(*value)?;
            }
            self.out.push('}');
            if let Some(caller) = state.caller.expand() {
                let number = self.state(caller);
                write!(self.out, " caller fs{number}")?;
            }
            self.out.push('\n');
        }
        Ok(())
    }
}

/// A double as the IR writes it.
struct Double(u64);

impl fmt::Display for Double {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = f64::from_bits(self.0);
        if value.is_finite() { write!(f, "{value:?}f") } else { write!(f, "{:#x}f", self.0) }
    }
}
