//! Reads the text form of the IR that [`super::print`] writes.
//!
//! What lives here: the parser, for tests and for dumps that people edit. Objects get no address: who wants to
//! execute the result gives them one. Start at [`parse`].

use super::*;
use std::collections::HashMap;
use taipan_runtime::dispatch::operation::Tried;

/// A text that is not IR: the line, counted from 1, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The function that `text` describes. Lines that are empty or start with `#` are skipped.
///
/// # Errors
/// The first line that is not IR.
pub fn parse(text: &str) -> Result<Function, ParseError> {
    let mut parser = Parser::default();
    let lines: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    // Values and frame states may be named before the line that defines them, so those lines come first.
    for (number, line) in &lines {
        parser.declare(line).map_err(|message| ParseError { line: *number, message })?;
    }
    parser.block = None;
    for (number, line) in &lines {
        parser.line(line).map_err(|message| ParseError { line: *number, message })?;
    }
    Ok(parser.function)
}

#[derive(Default)]
struct Parser {
    function: Function,
    values: HashMap<String, Value>,
    blocks: HashMap<String, Block>,
    states: HashMap<String, FrameStateId>,
    objects: HashMap<String, ObjectId>,
    block: Option<Block>,
    sunk: bool,
}

type Parsed<T> = Result<T, String>;

impl Parser {
    /// First pass: gives numbers to everything that is defined.
    fn declare(&mut self, line: &str) -> Parsed<()> {
        let mut scan = Scan::new(line);
        if line.starts_with("unit") {
            scan.word();
            let label = scan.quoted()?;
            self.function.units.push(Unit { label, code: None, code_object: 0 });
        } else if let Some(rest) = line.strip_prefix("object ") {
            let mut scan = Scan::new(rest);
            let label = scan.quoted()?;
            scan.expect(":")?;
            let ty = scan.ty()?;
            let double = if scan.accept("double") { Some(scan.double()?) } else { None };
            let id = self.function.objects.push(Object { label: label.clone(), word: 0, ty, double });
            self.objects.insert(label, id);
        } else if is_block_head(line) {
            let name = scan.word();
            let block = self.function.new_block();
            self.blocks.insert(name, block);
            scan.expect("(")?;
            while !scan.accept(")") {
                let name = scan.word();
                scan.expect(":")?;
                let ty = scan.ty()?;
                let value = self.function.new_parameter(block, ty);
                self.define(name, value)?;
                scan.accept(",");
            }
        } else if line.starts_with('v') && line.contains(" = ") {
            let name = scan.word();
            scan.expect(":")?;
            let ty = scan.ty()?;
            let value = self.function.values.push(Instruction { ty, ..Instruction::default() });
            self.define(name, value)?;
        } else if line.starts_with("fs") {
            let name = scan.word();
            let function = self.function.constant(Constant::None);
            let id = self.function.frame_states.push(FrameState {
                unit: entity(0),
                position: 0,
                resume: Resume::Here,
                function,
                registers: Vec::new(),
                caller: PackedOption::default(),
            });
            self.states.insert(name, id);
        }
        Ok(())
    }

    fn define(&mut self, name: String, value: Value) -> Parsed<()> {
        match self.values.insert(name.clone(), value) {
            None => Ok(()),
            Some(_) => Err(format!("{name} is defined twice")),
        }
    }

    /// Second pass.
    fn line(&mut self, line: &str) -> Parsed<()> {
        let mut scan = Scan::new(line);
        if let Some(rest) = line.strip_prefix("function ") {
            let (name, osr) = match rest.strip_suffix(" osr") {
                Some(name) => (name, true),
                None => (rest, false),
            };
            self.function.name = name.to_string();
            self.function.is_osr = osr;
            Ok(())
        } else if line.starts_with("unit") || line.starts_with("object ") || line == "states:" {
            Ok(())
        } else if line == "sunk:" {
            self.sunk = true;
            Ok(())
        } else if line.starts_with("fs") {
            self.frame_state(&mut scan)
        } else if is_block_head(line) {
            self.block_head(&mut scan)
        } else {
            self.instruction(&mut scan, line)
        }
    }

    fn block_head(&mut self, scan: &mut Scan<'_>) -> Parsed<()> {
        let block = self.blocks[&scan.word()];
        self.block = Some(block);
        while !scan.accept(")") {
            scan.skip();
        }
        if scan.accept("loop") {
            let state = self.state(&scan.word())?;
            self.function.blocks[block].loop_state = state.into();
        }
        self.function.blocks[block].cold = scan.accept("cold");
        scan.expect(":")
    }

    fn instruction(&mut self, scan: &mut Scan<'_>, line: &str) -> Parsed<()> {
        let value = if line.starts_with('v') {
            let value = self.values[&scan.word()];
            scan.expect(":")?;
            scan.ty()?;
            scan.expect("=")?;
            value
        } else {
            self.function.values.push(Instruction::default())
        };
        let name = scan.word();
        let op = Op::from_name(&name).ok_or_else(|| format!("there is no instruction {name:?}"))?;
        let mut instruction = Instruction { op, ty: self.function.values[value].ty, ..Instruction::default() };
        while !scan.at_end() && !scan.peek("{") && !scan.peek("[") && !scan.peek("caught") {
            if scan.at_block() {
                let block = self.block_named(&scan.word())?;
                scan.expect("(")?;
                let mut arguments = Vec::new();
                while !scan.accept(")") {
                    arguments.push(self.value(scan)?);
                    scan.accept(",");
                }
                instruction.targets.push(Target { block, arguments });
            } else {
                let argument = self.value(scan)?;
                instruction.arguments.push(argument);
            }
            scan.accept(",");
        }
        if scan.accept("{") {
            for (_, kind) in op.info().immediates {
                let immediate = self.immediate(scan, *kind)?;
                instruction.immediates.push(immediate);
                scan.accept(",");
            }
            scan.expect("}")?;
        }
        instruction.caught = scan.accept("caught");
        if scan.accept("[") {
            instruction.frame_state = self.state(&scan.word())?.into();
            scan.expect("]")?;
        }
        if !scan.at_end() {
            return Err(format!("unexpected {:?}", scan.rest));
        }
        if self.sunk {
            instruction.home = Home::Everywhere;
        } else {
            let block = self.block.ok_or("an instruction outside of a block")?;
            instruction.home = Home::Block(block);
            self.function.blocks[block].instructions.push(value);
        }
        self.function.values[value] = instruction;
        Ok(())
    }

    fn immediate(&mut self, scan: &mut Scan<'_>, kind: ops::ImmediateKind) -> Parsed<Immediate> {
        use ops::ImmediateKind;
        let unknown = |what: &str, text: &str| format!("there is no {what} {text:?}");
        Ok(match kind {
            ImmediateKind::ty => Immediate::Type(scan.ty()?),
            ImmediateKind::shape => {
                scan.expect("shape")?;
                let text = scan.word();
                Immediate::Shape(text.parse().map_err(|_| unknown("shape", &text))?)
            }
            ImmediateKind::int => {
                let text = scan.word();
                Immediate::Int(text.parse().map_err(|_| unknown("number", &text))?)
            }
            ImmediateKind::condition => {
                let text = scan.word();
                Immediate::Condition(Condition::from_name(&text).ok_or_else(|| unknown("condition", &text))?)
            }
            ImmediateKind::place => {
                let text = scan.until(&[',', '}']);
                Immediate::Place(Place::parse(&text).ok_or_else(|| unknown("place", &text))?)
            }
            ImmediateKind::elements => {
                let text = scan.word();
                let found = Elements::ALL.iter().copied().find(|elements| elements.name() == text);
                Immediate::Elements(found.ok_or_else(|| unknown("kind of array", &text))?)
            }
            ImmediateKind::layout => {
                let text = scan.until(&['}']);
                let layout = Layout::parse(&text).ok_or_else(|| unknown("layout", &text))?;
                self.function.layout(layout)
            }
            ImmediateKind::helper => {
                let text = scan.word();
                Immediate::Helper(Helper::from_name(&text).ok_or_else(|| unknown("helper", &text))?)
            }
            ImmediateKind::math => {
                let text = scan.word();
                let found = MathFunction::ALL.iter().copied().find(|function| function.name() == text);
                Immediate::Math(found.ok_or_else(|| unknown("function", &text))?)
            }
            ImmediateKind::reason => {
                let text = scan.word();
                Immediate::Reason(ExitReason::from_name(&text).ok_or_else(|| unknown("exit reason", &text))?)
            }
            ImmediateKind::constant => {
                let value = self.value(scan)?;
                Immediate::Constant(self.function.as_constant(value).ok_or("expected a constant")?)
            }
        })
    }

    fn frame_state(&mut self, scan: &mut Scan<'_>) -> Parsed<()> {
        let id = self.states[&scan.word()];
        scan.expect("=")?;
        let place = scan.word();
        let (unit, position) = place.split_once('+').ok_or("expected unit+position")?;
        let unit = unit.strip_prefix("unit").and_then(|n| n.parse().ok()).ok_or("expected a unit")?;
        let position = position.parse().map_err(|_| "expected a position")?;
        let resume = match scan.word().as_str() {
            "here" => Resume::Here,
            "raise" => Resume::Raise,
            "call" => Resume::AfterCall,
            "ignore" => Resume::AfterIgnored,
            "operator" => {
                scan.expect("(")?;
                let tried = scan.word().parse::<usize>().ok().and_then(|tried| Tried::ALL.get(tried).copied());
                scan.expect(")")?;
                Resume::AfterOperator(tried.ok_or("expected how far the operator is")?)
            }
            word @ ("init" | "next" | "suspended") => {
                scan.expect("(")?;
                let object = self.value(scan)?;
                scan.expect(")")?;
                match word {
                    "next" => Resume::AfterNext(object),
                    "suspended" => Resume::Suspended(object),
                    _ => Resume::AfterInit(object),
                }
            }
            other => return Err(format!("there is no way to resume called {other:?}")),
        };
        let function = self.value(scan)?;
        let mut registers = Vec::new();
        scan.expect("{")?;
        while !scan.accept("}") {
            let register = scan.word();
            let register = register.strip_prefix('r').and_then(|n| n.parse().ok()).ok_or("expected a register")?;
            scan.expect(":")?;
            registers.push((register, self.value(scan)?));
            scan.accept(",");
        }
        let caller = if scan.accept("caller") { Some(self.state(&scan.word())?) } else { None };
        self.function.frame_states[id] =
            FrameState { unit: entity(unit), position, resume, function, registers, caller: caller.into() };
        Ok(())
    }

    fn state(&self, name: &str) -> Parsed<FrameStateId> {
        self.states.get(name).copied().ok_or_else(|| format!("{name} is not defined"))
    }

    fn block_named(&self, name: &str) -> Parsed<Block> {
        self.blocks.get(name).copied().ok_or_else(|| format!("{name} is not defined"))
    }

    fn value(&mut self, scan: &mut Scan<'_>) -> Parsed<Value> {
        let constant = if scan.accept("@") {
            Constant::Object(self.object(scan)?)
        } else if scan.accept("&") {
            Constant::Pointer(self.object(scan)?)
        } else {
            let text = scan.word();
            if let Some(value) = self.values.get(&text) {
                return Ok(*value);
            }
            match text.as_str() {
                "Empty" => Constant::Empty,
                "None" => Constant::None,
                "True" => Constant::Bool(true),
                "False" => Constant::Bool(false),
                "NotImplemented" => Constant::NotImplemented,
                "Ellipsis" => Constant::Ellipsis,
                "Absent" => Constant::Absent,
                "true" => Constant::Flag(true),
                "false" => Constant::Flag(false),
                _ => number(&text).ok_or_else(|| format!("{text:?} is not defined"))?,
            }
        };
        Ok(self.function.constant(constant))
    }

    fn object(&mut self, scan: &mut Scan<'_>) -> Parsed<ObjectId> {
        let label = scan.quoted()?;
        self.objects.get(&label).copied().ok_or_else(|| format!("the object {label:?} is not declared"))
    }
}

fn number(text: &str) -> Option<Constant> {
    if let Some(digits) = text.strip_suffix('f') {
        return parse_double(digits).map(Constant::Double);
    }
    if let Some(digits) = text.strip_suffix('i') {
        return digits.parse().ok().map(Constant::Int64);
    }
    text.parse().ok().map(Constant::SmallInt)
}

fn parse_double(digits: &str) -> Option<u64> {
    match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => digits.parse::<f64>().ok().map(f64::to_bits),
    }
}

fn is_block_head(line: &str) -> bool {
    line.starts_with('b') && line.ends_with(':') && line[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// A cursor over one line.
struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Scan<'a> {
        Scan { rest: text.trim_start() }
    }

    fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn peek(&self, text: &str) -> bool {
        self.rest.starts_with(text)
    }

    fn at_block(&self) -> bool {
        let mut characters = self.rest.chars();
        characters.next() == Some('b') && characters.next().is_some_and(|c| c.is_ascii_digit())
    }

    fn advance(&mut self, length: usize) -> &'a str {
        let (head, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        head
    }

    fn accept(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.advance(text.len());
        }
        found
    }

    fn expect(&mut self, text: &str) -> Parsed<()> {
        if self.accept(text) { Ok(()) } else { Err(format!("expected {text:?} before {:?}", self.rest)) }
    }

    fn skip(&mut self) {
        let length = self.rest.chars().next().map_or(0, char::len_utf8);
        self.advance(length);
    }

    /// A name or number: everything up to a delimiter.
    fn word(&mut self) -> String {
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '+' | '-')))
            .unwrap_or(self.rest.len());
        self.advance(end).to_string()
    }

    fn until(&mut self, delimiters: &[char]) -> String {
        let end = self.rest.find(delimiters).unwrap_or(self.rest.len());
        self.advance(end).trim_end().to_string()
    }

    fn quoted(&mut self) -> Parsed<String> {
        self.expect("\"")?;
        let mut text = String::new();
        let mut escaped = false;
        for (i, c) in self.rest.char_indices() {
            match c {
                '"' if !escaped => {
                    self.advance(i + 1);
                    return Ok(text);
                }
                '\\' if !escaped => escaped = true,
                _ => {
                    escaped = false;
                    text.push(c);
                }
            }
        }
        Err("a quoted name that does not end".to_string())
    }

    fn ty(&mut self) -> Parsed<Type> {
        let mut ty = Type::NEVER;
        loop {
            let name = self.word();
            ty = ty | Type::from_name(&name).ok_or_else(|| format!("there is no type {name:?}"))?;
            if !self.accept("|") {
                return Ok(ty);
            }
        }
    }

    fn double(&mut self) -> Parsed<u64> {
        let text = self.word();
        text.strip_suffix('f').and_then(parse_double).ok_or_else(|| format!("{text:?} is not a double"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::print::print;
    use super::*;

    const SAMPLE: &str = r#"function spam
unit0 "spam"
unit1 "spam.<locals>.inner"
object "2.5": Float double 2.5f
b0(v0: Any, v1: AnyOrEmpty):
  v2: SmallInt = guard.type v1 {SmallInt, not_int} [fs0]
  v3: Int64 = unbox.int v2
  v4: Tuple = new v3, @"2.5", None {Tuple[3]}
  jump b1(v3, 0.5f)
b1(v5: Int64, v6: Double) loop fs1:
  v7: Int64 = int.add_checked v5, -1i [fs1]
  v8: Flag = int.compare v7, 10i {lt}
  branch v8, b1(v7, v6), b2()
b2() cold:
  v9: Any = call.helper 0i, v0, 7 {binary} [fs2]
  store v0, v9 {Slot[24]}
  return v9
sunk:
  v10: SmallInt = box.int v5
  v11: Float = box.double v6
states:
  fs0 = unit0+12 here v0 {r0: v1, r3: Empty}
  fs1 = unit1+3 here v0 {r0: v10, r1: v11} caller fs3
  fs2 = unit0+30 raise v0 {}
  fs3 = unit0+20 init(v4) v0 {r7: True}
"#;

    #[test]
    fn what_is_printed_is_what_was_read() {
        let function = parse(SAMPLE).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(print(&function), SAMPLE);
    }

    #[test]
    fn errors_name_the_line() {
        let error = parse("function f\nb0():\n  v1: Any = frobnicate v0\n").expect_err("no such instruction");
        assert_eq!(error, ParseError { line: 3, message: "there is no instruction \"frobnicate\"".into() });
        assert_eq!(parse("function f\nb0():\n  return v0\n").map_err(|e| e.line).err(), Some(3));
    }
}
