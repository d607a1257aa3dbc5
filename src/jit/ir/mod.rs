//! The SSA intermediate representation.
//!
//! What lives here: the data structures ([`Function`], [`Block`]s, [`Instruction`]s, [`FrameState`]s), the
//! tables they are made from ([`ops`], [`types`], [`effects`], [`memory`]), text form ([`print`], [`parse`]) and
//! the verifier ([`verify`]). What must not: transformations (`jit/passes`), knowledge of Cranelift
//! (`jit/lower`) or of bytecode beyond the positions that frame states name (`jit/build`).
//! Start at the invariants in [`ops`], then at [`Function`].

pub mod analysis;
pub mod effects;
pub mod memory;
pub mod ops;
pub mod parse;
pub mod print;
pub mod types;
pub mod verify;

use cranelift_codegen::entity::{EntityRef, entity_impl};
pub use cranelift_codegen::entity::{PrimaryMap, SecondaryMap, packed_option::PackedOption};
use smallvec::SmallVec;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use taipan_runtime::dispatch::operation::Tried;
use taipan_runtime::helpers::{Helper, HelperClass};
use taipan_runtime::object::ShapeId;
use taipan_runtime::value::bits;

pub use effects::{Effects, Region, RegionSet};
pub use memory::{Cell, Elements, Field, Layout, MathFunction, Place, SlotCell};
pub use ops::{Condition, Op, ResultRule};
pub use types::{Representation, Type};

use super::events::ExitReason;
use ops::VariableEffect;

/// An SSA value: the instruction or block parameter that defines it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(u32);
entity_impl!(Value, "v");

/// A basic block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block(u32);
entity_impl!(Block, "b");

/// A frame state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameStateId(u32);
entity_impl!(FrameStateId, "fs");

/// A Python object that the code mentions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(u32);
entity_impl!(ObjectId, "obj");

/// A code object whose bytecode is part of the function: its own, or one that was inlined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(u32);
entity_impl!(UnitId, "unit");

/// A constant, Python or machine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Constant {
    /// The empty word.
    Empty,
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// `NotImplemented`.
    NotImplemented,
    /// `...`.
    Ellipsis,
    /// "There is none": what the helper `next` gives at the end.
    Absent,
    /// A small int as a tagged word.
    SmallInt(i64),
    /// A heap object.
    Object(ObjectId),
    /// A machine int.
    Int64(i64),
    /// A machine double, by its bits.
    Double(u64),
    /// A truth value.
    Flag(bool),
    /// An absolute address outside the heap (a version counter and the like), named by an object entry.
    Pointer(ObjectId),
}

impl Constant {
    /// The type, but for heap objects, whose type is that of their [`Object`].
    fn ty(self) -> Option<Type> {
        Some(match self {
            Constant::Empty => Type::EMPTY,
            Constant::None => Type::NONE,
            Constant::Bool(_) => Type::BOOL,
            Constant::NotImplemented | Constant::Ellipsis | Constant::Absent => Type::SINGLETON,
            Constant::SmallInt(_) => Type::SMALL_INT,
            Constant::Int64(_) => Type::INT64,
            Constant::Double(_) => Type::DOUBLE,
            Constant::Flag(_) => Type::FLAG,
            Constant::Pointer(_) => Type::POINTER,
            Constant::Object(_) => return None,
        })
    }

    /// The tagged word, but for heap objects and machine values.
    pub fn immediate_word(self) -> Option<u64> {
        Some(match self {
            Constant::Empty => 0,
            Constant::None => bits::NONE,
            Constant::Bool(false) => bits::FALSE,
            Constant::Bool(true) => bits::TRUE,
            Constant::NotImplemented => bits::NOT_IMPLEMENTED,
            Constant::Ellipsis => bits::ELLIPSIS,
            Constant::Absent => bits::ABSENT,
            Constant::SmallInt(n) => (n as u64) << bits::SMALL_INT_SHIFT | bits::SMALL_INT_TAG,
            Constant::Object(_)
            | Constant::Int64(_)
            | Constant::Double(_)
            | Constant::Flag(_)
            | Constant::Pointer(_) => return None,
        })
    }
}

/// A heap object (or an address outside the heap) that the code mentions. What roots it is the snapshot that
/// the compilation works on, later the code itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// How it is called in dumps: stable, without addresses.
    pub label: String,
    /// Its word.
    pub word: u64,
    /// Its type.
    pub ty: Type,
    /// For a float box: the double's bits, so that constants fold.
    pub double: Option<u64>,
}

/// What an instruction carries besides its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Immediate {
    Type(Type),
    Shape(u32),
    Int(i64),
    Condition(Condition),
    Place(Place),
    Elements(Elements),
    /// Index in [`Function::layouts`].
    Layout(u32),
    Helper(Helper),
    Math(MathFunction),
    Reason(ExitReason),
    Constant(Constant),
}

/// Where a terminator goes, and what it gives the parameters of that block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The block.
    pub block: Block,
    /// One argument for each of its parameters.
    pub arguments: Vec<Value>,
}

/// An instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// What it does.
    pub op: Op,
    /// What it works on, as the table names them.
    pub arguments: SmallVec<[Value; 3]>,
    /// The immediates, as the table names them.
    pub immediates: SmallVec<[Immediate; 2]>,
    /// Where a terminator goes.
    pub targets: Vec<Target>,
    /// The frame state, for an instruction that may exit or raise.
    pub frame_state: PackedOption<FrameStateId>,
    /// The result's type.
    pub ty: Type,
    /// If it raises, its result is the empty word and control goes on behind it: the code that follows asks, and
    /// handles the exception.
    pub caught: bool,
    /// The parameter, constant or instruction belongs to no place in a block.
    pub home: Home,
    /// For a sunk allocation: the allocation in a block that it stands for. In frame states that belong together the same
    /// one means the same object.
    pub stands_for: PackedOption<Value>,
    /// The bytecode it was made for, if it was made for some: what people read, and what a failing check is held
    /// against.
    pub origin: Option<Origin>,
}

/// An instruction of the bytecode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    /// The code object.
    pub unit: UnitId,
    /// Unit offset.
    pub position: u32,
}

/// Where an instruction stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Home {
    /// Nowhere yet, or no more.
    None,
    /// In a block's list.
    Block(Block),
    /// A parameter of a block.
    Parameter(Block),
    /// A constant, or sunk into the exits that need it.
    Everywhere,
}

/// A basic block.
#[derive(Clone, Default, Debug)]
pub struct BlockData {
    /// The parameters.
    pub parameters: Vec<Value>,
    /// The instructions; the last is the terminator.
    pub instructions: Vec<Value>,
    /// For a loop header: the frame state at which the loop is entered, naming the header's parameters. Hoisted
    /// guards resume there.
    pub loop_state: PackedOption<FrameStateId>,
    /// Expected to be executed rarely.
    pub cold: bool,
}

/// How the interpreter goes on in a rebuilt frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Resume {
    /// Executes the instruction at the position.
    Here,
    /// An exception raised at the position is pending: unwinds.
    Raise,
    /// Waits for a callee; its result goes to the destination of the call at the position.
    AfterCall,
    /// Waits for `__init__` of an object under construction, which is the result of the call; the value is
    /// the object.
    AfterInit(Value),
    /// Waits for the method of the operator at the position, which is as far as this if the method declines.
    AfterOperator(Tried),
    /// Waits for a callee whose result is ignored.
    AfterIgnored,
    /// Waits at a `ForIter` for the next item of this generator, which runs inlined.
    AfterNext(Value),
    /// No activation, but what is in the registers of this generator, which is suspended at the position: it is
    /// inlined into the activation that is named before.
    Suspended(Value),
}

impl Resume {
    /// The object under construction whose `__init__` is waited for.
    pub fn instance(&self) -> Option<Value> {
        match self {
            Resume::AfterInit(object) => Some(*object),
            Resume::Here
            | Resume::Raise
            | Resume::AfterCall
            | Resume::AfterOperator(_)
            | Resume::AfterIgnored
            | Resume::AfterNext(_)
            | Resume::Suspended(_) => None,
        }
    }

    /// The object that this way of going on is about.
    pub fn object(&self) -> Option<Value> {
        match self {
            Resume::AfterInit(object) | Resume::AfterNext(object) | Resume::Suspended(object) => Some(*object),
            Resume::Here | Resume::Raise | Resume::AfterCall | Resume::AfterOperator(_) | Resume::AfterIgnored => None,
        }
    }

    fn object_mut(&mut self) -> Option<&mut Value> {
        match self {
            Resume::AfterInit(object) | Resume::AfterNext(object) | Resume::Suspended(object) => Some(object),
            Resume::Here | Resume::Raise | Resume::AfterCall | Resume::AfterOperator(_) | Resume::AfterIgnored => None,
        }
    }
}

/// A snapshot of an interpreter frame: what it takes to go on in the interpreter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameState {
    /// Whose bytecode.
    pub unit: UnitId,
    /// Unit offset of the instruction.
    pub position: u32,
    /// How to go on.
    pub resume: Resume,
    /// The function object of the frame.
    pub function: Value,
    /// The registers the interpreter may still read, and their contents; ascending.
    pub registers: Vec<(u16, Value)>,
    /// The caller's frame, if this one was inlined.
    pub caller: PackedOption<FrameStateId>,
}

/// A code object whose bytecode is part of the function.
#[derive(Clone, Debug)]
pub struct Unit {
    /// How it is called in dumps.
    pub label: String,
    /// The bytecode; absent in IR that was parsed from text.
    pub code: Option<Arc<crate::bytecode::Code>>,
    /// Address of the code object, which frames refer to.
    pub code_object: u64,
}

/// A function in SSA form: the unit of compilation.
#[derive(Clone, Default, Debug)]
pub struct Function {
    /// How it is called in dumps.
    pub name: String,
    /// Instructions, constants and parameters.
    pub values: PrimaryMap<Value, Instruction>,
    /// The blocks; only those in `order` are part of the function.
    pub blocks: PrimaryMap<Block, BlockData>,
    /// The blocks that exist, the entry first.
    pub order: Vec<Block>,
    /// Frame states.
    pub frame_states: PrimaryMap<FrameStateId, FrameState>,
    /// Objects that constants refer to.
    pub objects: PrimaryMap<ObjectId, Object>,
    /// Code objects that frame states refer to.
    pub units: PrimaryMap<UnitId, Unit>,
    /// Layouts that allocations refer to.
    pub layouts: Vec<Layout>,
    /// Entered in a loop: the entry's parameters are the function and the pointer to its registers.
    pub is_osr: bool,
    /// What new instructions are made for: set by the builder as it goes.
    pub origin: Option<Origin>,
    /// Bytecode whose checks are not made for a whole loop at once: earlier code left because of that.
    pub stay: HashSet<Origin>,
    constants: HashMap<Constant, Value>,
    object_index: HashMap<u64, ObjectId>,
    /// Values that were replaced, by what; resolved when read through [`Function::resolve`].
    forwards: SecondaryMap<Value, PackedOption<Value>>,
}

impl Function {
    /// An empty function.
    pub fn new(name: impl Into<String>) -> Function {
        Function { name: name.into(), ..Function::default() }
    }

    /// The entry block.
    pub fn entry(&self) -> Block {
        self.order[0]
    }

    /// How many activations above the outermost a frame state has.
    pub fn inlined_frames(&self, state: FrameStateId) -> i64 {
        let mut count = 0;
        let mut next = self.frame_states[state].caller.expand();
        while let Some(id) = next {
            count += i64::from(self.frame_states[id].is_activation());
            next = self.frame_states[id].caller.expand();
        }
        count
    }

    // ---- making things ----

    /// A new block at the end.
    pub fn new_block(&mut self) -> Block {
        let block = self.blocks.push(BlockData::default());
        self.order.push(block);
        block
    }

    /// A new parameter of `block`.
    pub fn new_parameter(&mut self, block: Block, ty: Type) -> Value {
        let value = self.values.push(Instruction {
            op: Op::Parameter,
            arguments: SmallVec::new(),
            immediates: SmallVec::new(),
            targets: Vec::new(),
            frame_state: PackedOption::default(),
            ty,
            caught: false,
            home: Home::Parameter(block),
            stands_for: PackedOption::default(),
            origin: self.origin,
        });
        self.blocks[block].parameters.push(value);
        value
    }

    /// The value of a constant; the same one for the same constant.
    pub fn constant(&mut self, constant: Constant) -> Value {
        if let Some(value) = self.constants.get(&constant) {
            return *value;
        }
        let ty = match constant {
            Constant::Object(object) => self.objects[object].ty,
            _ => constant.ty().unwrap_or(Type::ANY),
        };
        let value = self.values.push(Instruction {
            op: Op::Constant,
            arguments: SmallVec::new(),
            immediates: SmallVec::from_slice(&[Immediate::Constant(constant)]),
            targets: Vec::new(),
            frame_state: PackedOption::default(),
            ty,
            caught: false,
            home: Home::Everywhere,
            stands_for: PackedOption::default(),
            origin: None,
        });
        self.constants.insert(constant, value);
        value
    }

    /// A machine int constant.
    pub fn int(&mut self, n: i64) -> Value {
        self.constant(Constant::Int64(n))
    }

    /// A machine double constant.
    pub fn double(&mut self, d: f64) -> Value {
        self.constant(Constant::Double(d.to_bits()))
    }

    /// The entry for a heap object; the same one for the same word.
    pub fn object(&mut self, word: u64, ty: Type, label: impl FnOnce() -> String) -> ObjectId {
        if word != 0
            && let Some(id) = self.object_index.get(&word)
        {
            return *id;
        }
        let base = label();
        let mut label = base.clone();
        let mut number = 1;
        while self.objects.values().any(|object| object.label == label) {
            number += 1;
            label = format!("{base}#{number}");
        }
        let id = self.objects.push(Object { label, word, ty, double: None });
        self.object_index.insert(word, id);
        id
    }

    /// The index of a layout; the same one for equal layouts.
    pub fn layout(&mut self, layout: Layout) -> Immediate {
        let index = self.layouts.iter().position(|known| *known == layout).unwrap_or_else(|| {
            self.layouts.push(layout);
            self.layouts.len() - 1
        });
        Immediate::Layout(index as u32)
    }

    /// Makes an instruction that stands nowhere yet. Its type follows from the table.
    pub fn make(
        &mut self,
        op: Op,
        arguments: &[Value],
        immediates: &[Immediate],
        frame_state: Option<FrameStateId>,
    ) -> Value {
        let mut instruction = Instruction {
            op,
            arguments: SmallVec::from_slice(arguments),
            immediates: SmallVec::from_slice(immediates),
            targets: Vec::new(),
            frame_state: frame_state.into(),
            ty: Type::NEVER,
            caught: false,
            home: Home::None,
            stands_for: PackedOption::default(),
            origin: self.origin,
        };
        instruction.ty = self.result_type(&instruction);
        self.values.push(instruction)
    }

    /// Makes an instruction at the end of `block`.
    pub fn append(
        &mut self,
        block: Block,
        op: Op,
        arguments: &[Value],
        immediates: &[Immediate],
        frame_state: Option<FrameStateId>,
    ) -> Value {
        let value = self.make(op, arguments, immediates, frame_state);
        self.values[value].home = Home::Block(block);
        self.blocks[block].instructions.push(value);
        value
    }

    /// Ends `block` with a jump.
    pub fn append_jump(&mut self, block: Block, target: Block, arguments: &[Value]) -> Value {
        let value = self.append(block, Op::Jump, &[], &[], None);
        self.values[value].targets.push(Target { block: target, arguments: arguments.to_vec() });
        value
    }

    /// Ends `block` with a branch.
    pub fn append_branch(&mut self, block: Block, flag: Value, then: Target, otherwise: Target) -> Value {
        let value = self.append(block, Op::Branch, &[flag], &[], None);
        self.values[value].targets.extend([then, otherwise]);
        value
    }

    // ---- asking ----

    /// The type that the table gives the result, with the empty word where that says that it raised.
    pub fn result_type(&self, instruction: &Instruction) -> Type {
        let ty = self.type_without_exception(instruction);
        if instruction.caught { ty | Type::EMPTY } else { ty }
    }

    fn type_without_exception(&self, instruction: &Instruction) -> Type {
        let argument = |i: usize| instruction.arguments.get(i).map_or(Type::ANY, |a| self.values[self.resolve(*a)].ty);
        match instruction.op.info().result {
            ResultRule::None => Type::NEVER,
            ResultRule::Fixed(ty) => ty,
            ResultRule::First => argument(0),
            // Only lists have the shapes of lists.
            ResultRule::Heap => match instruction.shape() {
                Some(shape) if ShapeId(shape).is_list() => argument(0) & Type::LIST,
                _ => argument(0) & Type::HEAP,
            },
            ResultRule::Refine => match instruction.immediates.first() {
                Some(Immediate::Type(ty)) => argument(0) & *ty,
                _ => argument(0),
            },
            ResultRule::Place => instruction.place().map_or(Type::ANY, Place::ty),
            ResultRule::Elements => instruction.elements().map_or(Type::ANY, Elements::ty),
            ResultRule::Layout => self.layout_of(instruction).map_or(Type::ANY, Layout::ty),
            ResultRule::Helper => instruction.helper().map_or(Type::ANY, helper_type),
            ResultRule::Join => argument(1) | argument(2),
            ResultRule::Declared => instruction.ty,
        }
    }

    /// The layout of an allocation.
    pub fn layout_of(&self, instruction: &Instruction) -> Option<&Layout> {
        match instruction.immediates.first() {
            Some(Immediate::Layout(index)) => self.layouts.get(*index as usize),
            _ => None,
        }
    }

    /// What the instruction may do.
    pub fn effects(&self, value: Value) -> Effects {
        self.values[value].effects()
    }

    /// The constant that `value` is.
    pub fn as_constant(&self, value: Value) -> Option<Constant> {
        match self.values[self.resolve(value)].immediates.first() {
            Some(Immediate::Constant(constant)) if self.values[self.resolve(value)].op == Op::Constant => {
                Some(*constant)
            }
            _ => None,
        }
    }

    /// The machine int that `value` is.
    pub fn as_int(&self, value: Value) -> Option<i64> {
        match self.as_constant(value) {
            Some(Constant::Int64(n)) => Some(n),
            _ => None,
        }
    }

    /// The machine double that `value` is.
    pub fn as_double(&self, value: Value) -> Option<f64> {
        match self.as_constant(value) {
            Some(Constant::Double(bits)) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The truth value that `value` is.
    pub fn as_flag(&self, value: Value) -> Option<bool> {
        match self.as_constant(value) {
            Some(Constant::Flag(flag)) => Some(flag),
            _ => None,
        }
    }

    /// The type of a value.
    #[inline]
    pub fn ty(&self, value: Value) -> Type {
        self.values[self.resolve(value)].ty
    }

    /// The operation that defines a value.
    #[inline]
    pub fn op(&self, value: Value) -> Op {
        self.values[self.resolve(value)].op
    }

    /// The first argument of the instruction that defines `value`.
    #[inline]
    pub fn argument(&self, value: Value, index: usize) -> Value {
        self.resolve(self.values[self.resolve(value)].arguments[index])
    }

    /// The terminator of a block.
    pub fn terminator(&self, block: Block) -> Value {
        match self.blocks[block].instructions.last() {
            Some(value) => *value,
            None => panic!("{block} is empty"),
        }
    }

    /// The blocks that follow `block`.
    pub fn successors(&self, block: Block) -> impl Iterator<Item = Block> + '_ {
        self.values[self.terminator(block)].targets.iter().map(|target| target.block)
    }

    // ---- replacing ----

    /// What `value` stands for after replacements.
    #[inline]
    pub fn resolve(&self, mut value: Value) -> Value {
        while let Some(next) = self.forwards[value].expand() {
            value = next;
        }
        value
    }

    /// Makes every use of `old` a use of `new`. The uses are rewritten by [`Function::apply_replacements`].
    pub fn replace(&mut self, old: Value, new: Value) {
        let new = self.resolve(new);
        if old != new {
            self.forwards[old] = new.into();
        }
    }

    /// Rewrites all uses of replaced values.
    pub fn apply_replacements(&mut self) {
        let forwards = std::mem::take(&mut self.forwards);
        let resolve = |mut value: Value| {
            while let Some(next) = forwards[value].expand() {
                value = next;
            }
            value
        };
        for instruction in self.values.values_mut() {
            if instruction.home == Home::None {
                continue;
            }
            for argument in &mut instruction.arguments {
                *argument = resolve(*argument);
            }
            for target in &mut instruction.targets {
                for argument in &mut target.arguments {
                    *argument = resolve(*argument);
                }
            }
        }
        for state in self.frame_states.values_mut() {
            state.for_each_value_mut(|value| *value = resolve(*value));
        }
    }

    /// Takes the instruction out of its block, which no longer lists it.
    pub fn detach(&mut self, value: Value) {
        self.values[value].home = Home::None;
    }

    /// Drops from `block` the instructions that were detached.
    pub fn sweep(&mut self, block: Block) {
        let mut list = std::mem::take(&mut self.blocks[block].instructions);
        list.retain(|value| self.values[*value].home == Home::Block(block));
        self.blocks[block].instructions = list;
    }
}

impl Instruction {
    /// What the instruction may do.
    pub fn effects(&self) -> Effects {
        let info = self.op.info();
        let mut effects = info.effects;
        match info.variable_effect {
            None => {}
            Some(VariableEffect::PlaceRead) => {
                if let Some(place) = self.place() {
                    effects.reads = RegionSet::of(place.region());
                }
            }
            Some(VariableEffect::PlaceWrite) => {
                if let Some(place) = self.place() {
                    effects.writes = RegionSet::of(place.region());
                }
            }
            Some(VariableEffect::ElementsRead) => {
                if let Some(elements) = self.elements() {
                    effects.reads = RegionSet::of(elements.region());
                }
            }
            Some(VariableEffect::ElementsWrite) => {
                if let Some(elements) = self.elements() {
                    effects.writes = RegionSet::of(elements.region());
                }
            }
            Some(VariableEffect::ShapeRead) => {
                if let Some(shape) = self.shape() {
                    effects.reads = RegionSet::of(Region::of_shape(shape));
                }
            }
            Some(VariableEffect::Helper) => {
                if let Some(helper) = self.helper() {
                    let declared = helper.info().effects;
                    effects.raises = declared.raises;
                    if declared.reenters {
                        effects.reads = RegionSet::WORLD;
                        effects.writes = RegionSet::WORLD;
                    } else if declared.lists {
                        effects.reads = RegionSet::WORLD;
                        effects.writes = RegionSet::LISTS;
                    } else if declared.reads {
                        effects.reads = RegionSet::WORLD;
                    }
                }
            }
        }
        effects
    }

    /// May run Python code.
    pub fn reenters(&self) -> bool {
        match self.helper() {
            Some(helper) => helper.info().effects.reenters,
            None => self.op.info().effects.writes == RegionSet::WORLD,
        }
    }

    /// Gives a new object each time: two such instructions are never one, and one in a loop stays there.
    pub fn is_fresh(&self) -> bool {
        match self.helper() {
            Some(helper) => helper.info().effects.fresh,
            None => self.op == Op::New,
        }
    }

    /// The place immediate.
    pub fn place(&self) -> Option<Place> {
        self.immediates.iter().find_map(|immediate| match immediate {
            Immediate::Place(place) => Some(*place),
            _ => None,
        })
    }

    /// The elements immediate.
    pub fn elements(&self) -> Option<Elements> {
        self.immediates.iter().find_map(|immediate| match immediate {
            Immediate::Elements(elements) => Some(*elements),
            _ => None,
        })
    }

    /// The helper immediate.
    pub fn helper(&self) -> Option<Helper> {
        self.immediates.iter().find_map(|immediate| match immediate {
            Immediate::Helper(helper) => Some(*helper),
            _ => None,
        })
    }

    /// The exit reason: the immediate, or what the operation implies.
    pub fn reason(&self) -> ExitReason {
        self.immediates
            .iter()
            .find_map(|immediate| match immediate {
                Immediate::Reason(reason) => Some(*reason),
                _ => None,
            })
            .unwrap_or(match self.op {
                Op::IntShlChecked => ExitReason::ShiftCount,
                Op::DoubleToInt => ExitReason::NotInteger,
                Op::Poll => ExitReason::Poll,
                Op::CheckValid => ExitReason::Invalidated,
                Op::Enter => ExitReason::RecursionLimit,
                _ => ExitReason::IntOverflow,
            })
    }

    /// The shape immediate.
    pub fn shape(&self) -> Option<u32> {
        self.immediates.iter().find_map(|immediate| match immediate {
            Immediate::Shape(shape) => Some(*shape),
            _ => None,
        })
    }

    /// The condition immediate.
    pub fn condition(&self) -> Option<Condition> {
        self.immediates.iter().find_map(|immediate| match immediate {
            Immediate::Condition(condition) => Some(*condition),
            _ => None,
        })
    }

    /// The type immediate.
    pub fn type_immediate(&self) -> Option<Type> {
        self.immediates.iter().find_map(|immediate| match immediate {
            Immediate::Type(ty) => Some(*ty),
            _ => None,
        })
    }

    /// Calls `visit` for every value the instruction uses, its frame state not included.
    pub fn for_each_use(&self, mut visit: impl FnMut(Value)) {
        self.arguments.iter().copied().for_each(&mut visit);
        for target in &self.targets {
            target.arguments.iter().copied().for_each(&mut visit);
        }
    }
}

impl FrameState {
    /// It describes an activation, not a suspended generator.
    pub fn is_activation(&self) -> bool {
        !matches!(self.resume, Resume::Suspended(_))
    }

    /// Calls `visit` for every value the frame state names, its caller's not included.
    pub fn for_each_value(&self, mut visit: impl FnMut(Value)) {
        visit(self.function);
        if let Some(value) = self.resume.object() {
            visit(value);
        }
        self.registers.iter().for_each(|(_, value)| visit(*value));
    }

    /// As [`FrameState::for_each_value`], to change them.
    pub fn for_each_value_mut(&mut self, mut visit: impl FnMut(&mut Value)) {
        visit(&mut self.function);
        if let Some(value) = self.resume.object_mut() {
            visit(value);
        }
        self.registers.iter_mut().for_each(|(_, value)| visit(value));
    }
}

/// The type of a helper's result.
fn helper_type(helper: Helper) -> Type {
    match helper.info().result {
        HelperClass::word | HelperClass::any => Type::ANY,
        HelperClass::any_or_empty => Type::ANY_OR_EMPTY,
        HelperClass::bool => Type::BOOL,
        HelperClass::integer => Type::INT,
        HelperClass::str => Type::STR,
        HelperClass::list => Type::LIST,
        HelperClass::tuple => Type::TUPLE,
        HelperClass::dict => Type::DICT,
        HelperClass::int => Type::INT64,
        HelperClass::double => Type::DOUBLE,
        HelperClass::pointer => Type::POINTER,
        HelperClass::done => Type::NONE,
        HelperClass::nothing => Type::NEVER,
    }
}

impl Default for Instruction {
    fn default() -> Self {
        Instruction {
            op: Op::Unreachable,
            arguments: SmallVec::new(),
            immediates: SmallVec::new(),
            targets: Vec::new(),
            frame_state: PackedOption::default(),
            ty: Type::NEVER,
            caught: false,
            home: Home::None,
            stands_for: PackedOption::default(),
            origin: None,
        }
    }
}

/// The entity with this number.
pub(crate) fn entity<T: EntityRef>(index: usize) -> T {
    T::new(index)
}
