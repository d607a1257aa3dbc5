//! From bytecode and feedback to IR.
//!
//! What lives here: the translation of a code object's control flow ([`Builder::translate`]), frame states, and
//! the tools that the handlers of instruction families (the other files) share. Inlined callees are translated
//! in place, with their own feedback. What must not: optimisation beyond what the types at hand decide.
//!
//! The builder runs on the thread that executes Python code, because it reads objects; it runs no Python code
//! and changes nothing. All that follows it works on the IR alone and may run elsewhere.
//!
//! # How control flow is translated
//!
//! Bytecode jumps forwards but for `JumpBack`, so instructions are translated in their order, and when one is
//! reached all forward edges to it are known: registers that differ among them become block parameters. At a
//! loop header every live register that the loop assigns becomes one.
//!
//! An OSR entry starts at a loop header. Code of the loop around it is reached only behind the loop's end, and
//! is translated once more from there: each time control comes to a header whose loop it is not in, a new
//! *phase* begins, which has its own blocks. So every loop has one entry, and the optimiser sees natural loops.

mod arrays;
mod attributes;
mod calls;
mod cases;
mod comparisons;
mod dispatch;
mod flow;
mod generators;
mod handlers;
mod iteration;
mod natives;
mod numbers;
mod operators;
mod states;
mod subscripts;
mod unpacking;
mod variables;

use super::events::{ExitReason, Refusal};
use super::ir::*;
use super::state::CodeState;
use crate::bytecode::analysis::Unit;
use crate::bytecode::{Code, CodeKind, Register, Site};
use crate::interp::body::Body;
use flow::{Destination, Edge, Header};
use generators::{Consumer, Template};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use taipan_runtime::helpers::Helper;
use taipan_runtime::object::{Gc, Kind, ShapeId};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::function::Function as FunctionObject;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::type_object::Type as Class;
use taipan_runtime::value::Value as Word;

/// What to compile.
pub struct Request<'a> {
    /// The thread that runs; its heap is read.
    pub thread: &'a Thread,
    /// The code.
    pub code: Gc<CodeObject>,
    /// The global variables it runs with.
    pub globals: Gc<Dict>,
    /// The loop header at which to enter, or the function's start.
    pub osr: Option<u32>,
    /// Limits.
    pub options: &'a BuildOptions,
}

/// Limits of the translation.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Longest callee that is inlined, in units.
    pub inline_units: usize,
    /// Callees up to so many units are inlined as long as [`BuildOptions::inline_values`] allows.
    pub small_units: usize,
    /// The longest are inlined only as long as there are no more IR values than this, those between in proportion. What
    /// inlining saves shrinks with the callee, and the time of register allocation grows faster than the code.
    pub large_values: usize,
    /// Callees whose own code has more bytecode instructions than this, those inlined into it included, are called: they
    /// would take the room of others. (HotSpot's InlineSmallCode, in other units.)
    pub compiled_instructions: u64,
    /// How deep calls are inlined.
    pub inline_depth: usize,
    /// No more inlining beyond this many IR values.
    pub inline_values: usize,
    /// The function is refused beyond this many IR values.
    pub maximum_values: usize,
    /// Branches that were never taken become exits.
    pub prune: bool,
}

impl Default for BuildOptions {
    fn default() -> Self {
        BuildOptions {
            inline_units: 260,
            small_units: 70,
            large_values: 1200,
            compiled_instructions: 150,
            inline_depth: 8,
            inline_values: 3000,
            maximum_values: 40_000,
            prune: true,
        }
    }
}

impl BuildOptions {
    /// How many IR values there may be for a callee of so many units to be inlined.
    fn values_before(&self, units: usize) -> usize {
        if units > self.inline_units {
            return 0;
        }
        let longer = units.saturating_sub(self.small_units);
        let span = (self.inline_units - self.small_units).max(1);
        self.inline_values - (self.inline_values - self.large_values) * longer / span
    }
}

/// What the builder made.
#[derive(Debug)]
pub struct Built {
    /// The IR.
    pub function: Function,
    /// Classes whose versions the code relies on.
    pub assumptions: Assumptions,
    /// Code objects (by address) whose native entries are called.
    pub called: Vec<u64>,
    /// Globals (by address) of each unit.
    pub unit_globals: Vec<u64>,
    /// Bytecode instructions translated, those of inlined callees included.
    pub instructions: u64,
}

/// What must stay true for the code to be right.
#[derive(Clone, Debug, Default)]
pub struct Assumptions {
    /// Class (by address) and the version it had.
    pub classes: Vec<(u64, u32)>,
    /// Functions (by address) whose code and defaults are relied on.
    pub functions: Vec<u64>,
}

/// Translates.
///
/// # Errors
/// Why the code cannot be compiled, and the position of the instruction to blame.
pub fn build(request: &Request<'_>) -> Result<Built, (Refusal, u32)> {
    let body = Body::of_ref(request.code);
    if body.code.flags.is_resumable() && request.osr.is_none() {
        return Err((Refusal::Suspends, 0));
    }
    if matches!(body.code.kind, CodeKind::Class) {
        return Err((Refusal::ClassOrModuleBody, 0));
    }
    if looks_at_frames(&body.code) {
        return Err((Refusal::LooksAtFrames, 0));
    }
    if usize::from(body.code.register_count) > 2000 {
        return Err((Refusal::TooManyRegisters, 0));
    }
    let mut builder = Builder::new(request, body);
    builder.run()?;
    builder.f.origin = None;
    Ok(Built {
        function: builder.f,
        assumptions: builder.assumptions,
        called: builder.called,
        unit_globals: builder.unit_globals,
        instructions: builder.instructions,
    })
}

/// Names through which code reaches its own variables as a mapping, or frames: those of compiled code hold only
/// what the interpreter would need to go on. Code that mentions one is left to the interpreter.
const FRAME_READERS: &[&str] = &[
    "locals",
    "vars",
    "dir",
    "eval",
    "exec",
    "globals",
    "breakpoint",
    "_getframe",
    "_getframemodulename",
    "_current_frames",
    "currentframe",
    "set_trace",
    "settrace",
    "warn",
    "warn_explicit",
    "f_locals",
    "tb_frame",
];

/// The code mentions one of [`FRAME_READERS`].
pub(super) fn looks_at_frames(code: &Code) -> bool {
    code.names.iter().any(|name| FRAME_READERS.contains(&&**name))
}

/// An activation being translated: the function itself, or a callee that is inlined.
struct Frame {
    unit: UnitId,
    code: Rc<Unit>,
    body: &'static Body,
    registers: Vec<Value>,
    /// The function object.
    function: Value,
    /// The function object, if it is known now.
    callee: Option<Gc<FunctionObject>>,
    globals: Gc<Dict>,
    /// The frame state of the caller, waiting for this activation.
    caller: Option<FrameStateId>,
    /// The instruction being translated, and the next.
    position: u32,
    next: u32,
    /// The frame state of the instruction, once made.
    state: Option<FrameStateId>,
    /// The state that only says where the instruction is.
    site_state: Option<FrameStateId>,
    phase: u32,
    edges: HashMap<(u32, u32), Vec<Edge>>,
    blocks: HashMap<(u32, u32), Block>,
    headers: HashMap<(u32, u32), Header>,
    /// Where an inlined callee goes on when it returns.
    returns_to: Option<Block>,
    /// Something returned, and whether the assumptions must be checked then.
    returned: Option<bool>,
    /// For an inlined `__init__`: the instance, which is the call's result.
    constructs: Option<Value>,
    /// For a generator that runs inlined: the generator object, which mostly is not made.
    generator: Option<Value>,
    /// How many frames below consume, each what the one above it yields: see [`Builder::all_registers`].
    carried: usize,
    /// The loops that the frame is in over generators that run inlined, the innermost last.
    consumers: Vec<Consumer>,
    /// The `ForIter` being arrived at is over such a generator.
    inlines_here: Option<u32>,
    /// Something observable happened in the current instruction: it must not be executed again.
    sealed: bool,
}

struct Builder<'a> {
    thread: &'a Thread,
    request: &'a Request<'a>,
    f: Function,
    /// The block being filled; `None` where control does not get.
    block: Option<Block>,
    frames: Vec<Frame>,
    assumptions: Assumptions,
    units: HashMap<usize, Rc<Unit>>,
    /// A call ran Python code since the assumptions were checked.
    recheck: bool,
    called: Vec<u64>,
    unit_globals: Vec<u64>,
    /// Why an inlined callee could not be translated.
    failure: Option<(Refusal, u32)>,
    /// Bytecode instructions translated so far.
    instructions: u64,
    /// Where the registers lie that the code was entered with, if it was not at its start.
    registers: Option<Value>,
    /// Generators that are made here, by the value that they are.
    generators: HashMap<Value, Template>,
    /// Dicts of keyword arguments that are made here and of which only the content is passed on.
    keywords: HashSet<Value>,
}

impl<'a> Builder<'a> {
    fn new(request: &'a Request<'a>, body: &'static Body) -> Builder<'a> {
        let label = format!("{}{}", body.code.qualname, if request.osr.is_some() { " (loop)" } else { "" });
        let mut f = Function::new(label.replace(' ', "_"));
        f.is_osr = request.osr.is_some();
        let mut builder = Builder {
            thread: request.thread,
            request,
            f,
            block: None,
            frames: Vec::new(),
            assumptions: Assumptions::default(),
            units: HashMap::new(),
            recheck: false,
            called: Vec::new(),
            unit_globals: Vec::new(),
            failure: None,
            instructions: 0,
            registers: None,
            generators: HashMap::new(),
            keywords: HashSet::new(),
        };
        let unit = builder.unit(body);
        let entry = builder.f.new_block();
        let function = builder.f.new_parameter(entry, Type::ANY_OR_EMPTY);
        builder.block = Some(entry);
        builder.push_frame(body, unit, function, None, request.globals, None);
        builder
    }

    /// The decoded and analysed code of a body.
    fn unit(&mut self, body: &Body) -> Rc<Unit> {
        let key = std::ptr::from_ref(body).addr();
        Rc::clone(self.units.entry(key).or_insert_with(|| Rc::new(Unit::new(body.code.clone()))))
    }

    fn push_frame(
        &mut self,
        body: &'static Body,
        code: Rc<Unit>,
        function: Value,
        callee: Option<Gc<FunctionObject>>,
        globals: Gc<Dict>,
        caller: Option<FrameStateId>,
    ) {
        let owner = body.owner();
        let known = self.f.units.iter().find(|(_, unit)| unit.code_object == owner.address() as u64).map(|(id, _)| id);
        let unit = known.unwrap_or_else(|| {
            self.unit_globals.push(globals.address() as u64);
            self.f.units.push(super::ir::Unit {
                label: body.code.qualname.to_string(),
                code: Some(body.code.clone()),
                code_object: owner.address() as u64,
            })
        });
        let empty = self.f.constant(Constant::Empty);
        let position = 0;
        self.frames.push(Frame {
            unit,
            code,
            body,
            registers: vec![empty; body.register_count as usize],
            function,
            callee,
            globals,
            caller,
            position,
            next: position,
            state: None,
            site_state: None,
            phase: 0,
            edges: HashMap::new(),
            blocks: HashMap::new(),
            headers: HashMap::new(),
            returns_to: None,
            returned: None,
            constructs: None,
            generator: None,
            carried: 0,
            consumers: Vec::new(),
            inlines_here: None,
            sealed: false,
        });
    }

    fn frame(&self) -> &Frame {
        match self.frames.last() {
            Some(frame) => frame,
            None => unreachable!("the function itself is the first frame"),
        }
    }

    fn frame_mut(&mut self) -> &mut Frame {
        match self.frames.last_mut() {
            Some(frame) => frame,
            None => unreachable!("the function itself is the first frame"),
        }
    }

    fn run(&mut self) -> Result<(), (Refusal, u32)> {
        let start = self.request.osr.unwrap_or(0);
        let parameters = self.frame().body.code.parameter_count();
        if let Some(header) = self.request.osr {
            let entry = self.f.entry();
            let registers = self.f.new_parameter(entry, Type::POINTER);
            self.registers = Some(registers);
            let live: Vec<u16> = self.frame().code.live_before(header).iter().collect();
            for register in live {
                let immediate = [Immediate::Int(i64::from(register))];
                let value = self.f.append(entry, Op::LoadRegister, &[registers], &immediate, None);
                self.frame_mut().registers[usize::from(register)] = value;
            }
        } else {
            for register in 0..parameters {
                let entry = self.f.entry();
                let value = self.f.new_parameter(entry, Type::ANY_OR_EMPTY);
                self.frame_mut().registers[usize::from(register)] = value;
            }
            self.frame_mut().state = None;
            self.emit(Op::Enter, &[], &[]);
            self.guard_globals();
        }
        self.translate(start)
    }

    /// The function runs with the globals that this code was compiled for.
    fn guard_globals(&mut self) {
        let names = self.frame().code.instructions.iter().any(|decoded| {
            use crate::bytecode::Op::{LoadGlobal, MakeFunction, StoreGlobal};
            matches!(decoded.instruction.op(), LoadGlobal | StoreGlobal | MakeFunction)
        });
        if !names {
            return;
        }
        let function = self.frame().function;
        let globals = self.emit(Op::Load, &[function], &[Immediate::Place(Place::Field(Field::FunctionGlobals))]);
        let expected = self.object_constant(self.request.globals.value());
        self.emit(
            Op::GuardSame,
            &[globals],
            &[Immediate::Constant(expected), Immediate::Reason(ExitReason::GlobalChanged)],
        );
    }

    // ---- registers ----

    /// The value in a register that the bytecode reads: there is one (invariant 3 of the bytecode).
    fn get(&mut self, register: Register) -> Value {
        let value = self.get_or_empty(register);
        if !self.f.ty(value).intersects(Type::EMPTY) || self.f.ty(value) == Type::EMPTY || self.block.is_none() {
            return value;
        }
        let yes = self.f.constant(Constant::Flag(true));
        let value = self.emit(Op::AssumeType, &[value, yes], &[Immediate::Type(Type::ANY)]);
        self.set(register, value);
        value
    }

    /// What a register holds, which may be nothing.
    fn get_or_empty(&self, register: Register) -> Value {
        self.frame().registers[register.index()]
    }

    fn set(&mut self, register: Register, value: Value) {
        self.frame_mut().registers[register.index()] = value;
    }

    // ---- emitting ----

    /// Appends an instruction to the block.
    fn emit(&mut self, op: Op, arguments: &[Value], immediates: &[Immediate]) -> Value {
        let Some(block) = self.block else { unreachable!("control does not get here") };
        let info = op.info();
        let state = if info.effects.exits {
            Some(self.state())
        } else if info.effects.raises {
            Some(self.raise_state())
        } else {
            None
        };
        let value = self.f.append(block, op, arguments, immediates, state);
        if info.effects.raises && !info.effects.exits { self.catch(value) } else { value }
    }

    /// Calls a runtime helper.
    fn call_helper(&mut self, helper: Helper, arguments: &[Value]) -> Value {
        let Some(block) = self.block else { unreachable!("control does not get here") };
        let effects = helper.info().effects;
        let state = if effects.raises { Some(self.raise_state()) } else { None };
        let value = self.f.append(block, Op::CallHelper, arguments, &[Immediate::Helper(helper)], state);
        let value = if effects.raises { self.catch(value) } else { value };
        if effects.reenters {
            self.called();
        } else if effects.lists {
            self.seal();
        }
        value
    }

    /// Python code ran: everything before must be looked at again.
    fn called(&mut self) {
        self.recheck = true;
        self.seal();
    }

    /// Leaves where nothing is known because nothing ever ran. False: that was tried before, or is not to be tried;
    /// then the instruction is translated for whatever may come.
    fn leave_unknown(&mut self) -> bool {
        if !self.request.options.prune || self.has_failed(ExitReason::NeverRun) {
            return false;
        }
        self.exit(ExitReason::NeverRun);
        true
    }

    /// Leaves for the interpreter at the current instruction.
    fn exit(&mut self, reason: ExitReason) {
        if self.block.is_some() {
            self.emit(Op::Exit, &[], &[Immediate::Reason(reason)]);
            self.block = None;
        }
    }

    /// The value, checked to be of a type.
    fn guard_type(&mut self, value: Value, ty: Type, reason: ExitReason) -> Value {
        if self.f.ty(value).is_subset(ty) {
            return value;
        }
        if self.f.op(value) == Op::BoxNumber {
            return self.guard_number(value, ty, reason);
        }
        self.emit(Op::GuardType, &[value], &[Immediate::Type(ty), Immediate::Reason(reason)])
    }

    /// The value, checked to be an object of a shape.
    fn guard_shape(&mut self, value: Value, shape: u32) -> Value {
        self.emit(Op::GuardShape, &[value], &[Immediate::Shape(shape), Immediate::Reason(ExitReason::ShapeChanged)])
    }

    /// Checks that a word is a certain value; gives the constant.
    fn guard_same(&mut self, value: Value, expected: Word, reason: ExitReason) -> Value {
        let constant = self.word_constant(expected);
        if value == constant {
            return constant;
        }
        if let Some(immediate) = self.f.as_constant(constant) {
            self.emit(Op::GuardSame, &[value], &[Immediate::Constant(immediate), Immediate::Reason(reason)]);
        }
        constant
    }

    fn guard_true(&mut self, flag: Value, reason: ExitReason) {
        if self.f.as_flag(flag) != Some(true) {
            self.emit(Op::GuardTrue, &[flag], &[Immediate::Reason(reason)]);
        }
    }

    fn guard_false(&mut self, flag: Value, reason: ExitReason) {
        if self.f.as_flag(flag) != Some(false) {
            self.emit(Op::GuardFalse, &[flag], &[Immediate::Reason(reason)]);
        }
    }

    fn load(&mut self, base: Value, field: Field) -> Value {
        self.emit(Op::Load, &[base], &[Immediate::Place(Place::Field(field))])
    }

    fn store(&mut self, base: Value, field: Field, value: Value) {
        self.emit(Op::Store, &[base, value], &[Immediate::Place(Place::Field(field))]);
    }

    fn unbox_int(&mut self, value: Value) -> Value {
        let checked = self.guard_type(value, Type::SMALL_INT, ExitReason::NotInt);
        self.emit_folded(Op::UnboxInt, checked)
    }

    fn unbox_double(&mut self, value: Value) -> Value {
        let checked = self.guard_type(value, Type::FLOAT, ExitReason::NotFloat);
        self.emit_folded(Op::UnboxDouble, checked)
    }

    fn box_int(&mut self, value: Value) -> Value {
        self.emit_folded(Op::BoxInt, value)
    }

    fn box_double(&mut self, value: Value) -> Value {
        self.emit(Op::BoxDouble, &[value], &[])
    }

    fn box_flag(&mut self, value: Value) -> Value {
        self.emit_folded(Op::BoxFlag, value)
    }

    /// A conversion, done now if its operand is known or was converted from what is wanted.
    fn emit_folded(&mut self, op: Op, value: Value) -> Value {
        let inverse = match op {
            Op::UnboxInt => Op::BoxInt,
            Op::UnboxDouble => Op::BoxDouble,
            Op::UnboxFlag => Op::BoxFlag,
            Op::BoxInt => Op::UnboxInt,
            Op::BoxFlag => Op::UnboxFlag,
            _ => op,
        };
        if inverse != op && self.f.op(value) == inverse {
            return self.f.argument(value, 0);
        }
        match (op, self.f.as_constant(value)) {
            (Op::UnboxInt, Some(Constant::SmallInt(n))) => return self.f.int(n),
            (Op::UnboxFlag, Some(Constant::Bool(flag))) => return self.f.constant(Constant::Flag(flag)),
            (Op::BoxInt, Some(Constant::Int64(n))) if Word::small(n).is_some() => {
                return self.f.constant(Constant::SmallInt(n));
            }
            (Op::BoxFlag, Some(Constant::Flag(flag))) => return self.f.constant(Constant::Bool(flag)),
            (Op::UnboxDouble, Some(Constant::Object(object))) => {
                if let Some(bits) = self.f.objects[object].double {
                    return self.f.constant(Constant::Double(bits));
                }
            }
            _ => {}
        }
        self.emit(op, &[value], &[])
    }

    fn compare_ints(&mut self, condition: Condition, a: Value, b: Value) -> Value {
        self.emit(Op::IntCompare, &[a, b], &[Immediate::Condition(condition)])
    }

    // ---- constants ----

    /// The IR constant of a Python value.
    fn word_constant(&mut self, value: Word) -> Value {
        let constant = match value {
            Word::NONE => Constant::None,
            Word::TRUE => Constant::Bool(true),
            Word::FALSE => Constant::Bool(false),
            Word::NOT_IMPLEMENTED => Constant::NotImplemented,
            Word::ELLIPSIS => Constant::Ellipsis,
            _ => match value.as_small() {
                Some(n) => Constant::SmallInt(n),
                None => self.object_constant(value),
            },
        };
        self.f.constant(constant)
    }

    fn object_constant(&mut self, value: Word) -> Constant {
        let ty = self.type_of(value);
        let thread = self.thread;
        let id = self.f.object(value.to_bits(), ty, || label_of(thread, value));
        if ty == Type::FLOAT
            && let Some(float) = value.cast::<Float>()
        {
            self.f.objects[id].double = Some(float.value.to_bits());
        }
        Constant::Object(id)
    }

    /// The type of an existing value.
    fn type_of(&self, value: Word) -> Type {
        if value.is_small() {
            return Type::SMALL_INT;
        }
        match self.thread.shape_of(value) {
            ShapeId::NONE => Type::NONE,
            ShapeId::BOOL => Type::BOOL,
            ShapeId::NOT_IMPLEMENTED | ShapeId::ELLIPSIS => Type::SINGLETON,
            shape => type_of_shape(shape),
        }
    }

    /// A string constant for a name of the current code.
    fn name_constant(&mut self, name: Gc<Str>) -> Value {
        self.word_constant(name.value())
    }

    // ---- feedback ----

    /// A word of a feedback site; zero if nothing may be concluded from it.
    fn feedback(&self, site: Site, word: usize) -> u64 {
        let body = self.frame().body;
        if body.is_cold(site) { 0 } else { body.feedback_words()[site.index() + word].get() }
    }

    /// The site stands for many: nothing is known about it.
    fn is_cold(&self, site: Site) -> bool {
        self.frame().body.is_cold(site)
    }

    /// Earlier code left here too often for this reason.
    fn has_failed(&self, reason: ExitReason) -> bool {
        let frame = self.frame();
        CodeState::known(frame.body).is_some_and(|state| state.failed.borrow().contains(&(frame.position, reason)))
    }

    /// The code relies on the class being as it is now.
    fn assume_class(&mut self, class: Gc<Class>) {
        let assumption = (class.address() as u64, class.version.get());
        if !self.assumptions.classes.contains(&assumption) {
            self.assumptions.classes.push(assumption);
        }
        self.object_constant(class.value());
    }

    /// The class of objects of a shape, if its version is `version` still: then the code relies on it.
    fn assume_shape(&mut self, shape: u32, version: u32) -> bool {
        let class = self.thread.living_class_of_shape(ShapeId(shape));
        let Some(class) = class.filter(|class| class.version.get() == version) else { return false };
        self.assume_class(class);
        true
    }

    /// The code relies on a function's code and defaults.
    fn assume_function(&mut self, function: Gc<FunctionObject>) {
        let address = function.address() as u64;
        if !self.assumptions.functions.contains(&address) {
            self.assumptions.functions.push(address);
        }
    }
}

/// The type of objects of a fixed shape; [`Type::OBJECT`] for all others.
fn type_of_shape(shape: ShapeId) -> Type {
    match shape {
        ShapeId::SMALL_INT => Type::SMALL_INT,
        ShapeId::FLOAT => Type::FLOAT,
        ShapeId::BIG_INT => Type::BIG_INT,
        ShapeId::STR => Type::STR,
        ShapeId::BYTES => Type::BYTES,
        shape if shape.is_list() => Type::LIST,
        ShapeId::TUPLE => Type::TUPLE,
        ShapeId::DICT => Type::DICT,
        ShapeId::SET => Type::SET,
        ShapeId::RANGE => Type::RANGE,
        ShapeId::RANGE_ITERATOR => Type::RANGE_ITERATOR,
        ShapeId::LIST_ITERATOR => Type::LIST_ITERATOR,
        ShapeId::TUPLE_ITERATOR => Type::TUPLE_ITERATOR,
        ShapeId::BOUND_METHOD => Type::BOUND_METHOD,
        ShapeId::SLICE => Type::SLICE,
        ShapeId::CELL => Type::CELL,
        _ => Type::OBJECT,
    }
}

/// How an object is called in dumps: stable, and without its address.
fn label_of(thread: &Thread, value: Word) -> String {
    let Some(header) = value.header() else { return format!("{value:?}") };
    match header.kind() {
        Kind::Str => match header.cast_unchecked::<Str>().as_str(thread) {
            Some(text) if text.len() <= 40 => format!("'{text}'"),
            _ => "str".to_string(),
        },
        Kind::Float => format!("{:?}", header.cast_unchecked::<Float>().value),
        Kind::Function => format!("function {}", header.cast_unchecked::<FunctionObject>().qualname_text(thread)),
        Kind::Type => format!("class {}", header.cast_unchecked::<Class>().name_string()),
        Kind::NativeFunction => {
            format!(
                "builtin {}",
                header.cast_unchecked::<taipan_runtime::types::native_function::NativeFunction>().spec.name
            )
        }
        _ => thread.type_name(value),
    }
}
