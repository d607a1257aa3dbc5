//! The table of IR instructions: one line defines an instruction, and everything else is derived.
//!
//! What lives here: [`for_each_ir_op!`](crate::for_each_ir_op), [`Op`] and what the table says about each
//! ([`OpInfo`]). What must not: printing, parsing, verification, lowering; they read this table.
//! Start at the invariants, then at the table.
//!
//! # Invariants of the IR
//!
//! 1. SSA with block parameters: a value is defined once, by an instruction or as a parameter of a block, and
//!    its definition dominates every use. The entry block has no predecessors.
//! 2. The last instruction of a block is a terminator, and no other is.
//! 3. Constants belong to no block: they exist everywhere. So do the instructions marked as sunk: pure
//!    instructions and allocations that only frame states use; the exit makes their values.
//! 4. An instruction that may exit or raise names a frame state. For one that exits, the bytecode of the
//!    frame state is executed again, so nothing observable may stand between the start of that bytecode and
//!    the exit: the verifier rejects it. For one that only raises, the frame state says where it raised.
//! 5. What depends on a check takes the check's result as its operand: the load of a slot takes the value that
//!    `guard.shape` gave, the load of an element the index that `guard.bounds` gave, a division the divisor
//!    that `guard.nonzero` gave. So an instruction may stand wherever its operands exist and, if it reads
//!    memory, nothing wrote the region in between; no pass has to know which check protects what.
//! 6. Machine values (`Int64`, `Double`, `Flag`, `Pointer`) and words never mix in one value. An `Int64` is a
//!    full 64-bit number; `box.int` takes only those that fit the tag.
//! 7. The identity of float boxes is not kept: the same float may be boxed more than once. `same` therefore
//!    compares floats by their bits.

use super::effects::{Effects, Region, RegionSet};
use super::types::{Representation, Type};

/// Calls `$callback!` with the table of instructions.
///
/// A line is: doc, name, name in dumps, arguments `name: class`, immediates `{name: kind}`, `->` result rule,
/// effects.
///
/// Argument classes: `word` `int` `double` `flag` `pointer` `any`; `words` and `anys` any number of them, last.
///
/// Immediate kinds: `ty` a type; `shape` a shape id; `int` a number; `condition` of a comparison; `place` a
/// field or slot; `elements` a kind of array; `layout` of an allocation; `helper` a runtime function; `math` a
/// function on doubles; `reason` of an exit; `constant` a constant.
///
/// Result rules: `none`; a type; `first` the type of the first argument; `refine` that met with the immediate
/// type; `place`, `elements`, `layout`, `helper` what the immediate says; `join` of the last two arguments'
/// types; `declared` given where the instruction is made (block parameters, constants).
///
/// Effects: `exits` `raises` `allocates` `terminates`, `reads(Region ...)`, `writes(Region ...)`, `world`
/// (may run Python code: reads and writes all regions); `place_read`, `place_write`, `elements_read`,
/// `elements_write`, `shape_read`, `helper`: what the immediate says.
#[macro_export]
macro_rules! for_each_ir_op {
    ($callback:ident) => {
        $callback! {
            // ---- values that belong to no place ----
            /// A parameter of a block.
            Parameter "parameter" () {} -> declared [];
            /// A constant: a Python value or a machine value.
            Constant "const" () {constant: constant} -> declared [];

            // ---- boxes ----
            /// The tagged word of an int that fits the tag.
            BoxInt "box.int" (a: int) {} -> SMALL_INT [];
            /// The Python int of any machine int.
            BoxIntWide "box.wide" (a: int) {} -> INT [allocates];
            /// The machine int of a small int.
            UnboxInt "unbox.int" (a: word) {} -> INT64 [];
            /// A float box.
            BoxDouble "box.double" (a: double) {} -> FLOAT [allocates];
            /// The double in a float box.
            UnboxDouble "unbox.double" (a: word) {} -> DOUBLE [];
            /// A small int or a float box, as the flag says; the double is that of the int, too.
            BoxNumber "box.number" (is_int: flag, int: int, double: double) {} -> NUMBER [allocates];
            /// `True` or `False`.
            BoxFlag "box.flag" (a: flag) {} -> BOOL [];
            /// The truth of a bool.
            UnboxFlag "unbox.flag" (a: word) {} -> FLAG [];
            /// 0 or 1.
            FlagToInt "flag.to_int" (a: flag) {} -> INT64 [];
            /// The nearest double, ties to even.
            IntToDouble "int.to_double" (a: int) {} -> DOUBLE [];
            /// Truncates; exits if the result is not a small int.
            DoubleToInt "double.to_int" (a: double) {} -> INT64 [exits];

            // ---- guards ----
            /// Exits unless the value is of the type.
            GuardType "guard.type" (a: word) {ty: ty, reason: reason} -> refine [exits];
            /// Exits unless the heap object has the shape (checks that it is a heap object first).
            GuardShape "guard.shape" (a: word) {shape: shape, reason: reason} -> heap [exits shape_read];
            /// Exits unless the word is the constant.
            GuardSame "guard.same" (a: word) {constant: constant, reason: reason} -> first [exits];
            /// Exits unless the flag is 1.
            GuardTrue "guard.true" (a: flag) {reason: reason} -> none [exits];
            /// Exits unless the flag is 0.
            GuardFalse "guard.false" (a: flag) {reason: reason} -> none [exits];
            /// Exits unless `0 <= index < length`; gives the index.
            GuardBounds "guard.bounds" (index: int, length: int) {reason: reason} -> INT64 [exits];
            /// Exits if zero; gives the number.
            GuardNonZero "guard.nonzero" (a: int) {reason: reason} -> INT64 [exits];
            /// Exits if the number does not fit the tag; gives it.
            GuardFits "guard.fits" (a: int) {reason: reason} -> INT64 [exits];
            /// Exits if an interrupt, a collection or a signal waits.
            Poll "poll" () {} -> none [exits reads(Thread)];
            /// Exits if an assumption that this code was compiled under does not hold any more.
            CheckValid "check.valid" () {} -> none [exits reads(Objects)];

            // ---- questions ----
            /// The heap object has the shape.
            HasShape "has.shape" (a: word) {shape: shape} -> FLAG [shape_read];
            /// The word is of the type.
            HasType "has.type" (a: word) {ty: ty} -> FLAG [];
            /// The word, which is of the type where the flag is 1; only to be used there.
            AssumeType "assume.type" (a: word, flag: flag) {ty: ty} -> refine [];
            /// The heap object, which has the shape here because of checks that stand before: what depends on the
            /// shape takes this, so that it stays behind them.
            AssumeShape "assume.shape" (a: word) {shape: shape} -> heap [];
            /// The address is that of the object.
            SamePointer "same.pointer" (a: pointer, b: word) {} -> FLAG [];
            /// `a is b`.
            Same "same" (a: word, b: word) {} -> FLAG [];
            /// `a` if the flag is 1, else `b`.
            Select "select" (flag: flag, a: any, b: any) {} -> join [];
            /// `not a`.
            FlagNot "flag.not" (a: flag) {} -> FLAG [];
            /// Both.
            FlagAnd "flag.and" (a: flag, b: flag) {} -> FLAG [];
            /// Either.
            FlagOr "flag.or" (a: flag, b: flag) {} -> FLAG [];

            // ---- ints ----
            /// `a + b`, wrapping at 64 bits.
            IntAdd "int.add" (a: int, b: int) {} -> INT64 [];
            /// `a - b`, wrapping at 64 bits.
            IntSub "int.sub" (a: int, b: int) {} -> INT64 [];
            /// `a * b`, wrapping at 64 bits.
            IntMul "int.mul" (a: int, b: int) {} -> INT64 [];
            /// `a + b` of ints that fit the tag; exits if the sum does not.
            IntAddChecked "int.add_checked" (a: int, b: int) {} -> INT64 [exits];
            /// `a - b` of ints that fit the tag; exits if the difference does not.
            IntSubChecked "int.sub_checked" (a: int, b: int) {} -> INT64 [exits];
            /// `a * b` of ints that fit the tag; exits if the product does not.
            IntMulChecked "int.mul_checked" (a: int, b: int) {} -> INT64 [exits];
            /// `a // b` as Python rounds; `b` is not zero, and both fit the tag.
            IntFloorDiv "int.floor_div" (a: int, b: int) {} -> INT64 [];
            /// `a % b` with the sign of `b`; `b` is not zero, and both fit the tag.
            IntMod "int.mod" (a: int, b: int) {} -> INT64 [];
            /// `a // b` of ints that are not negative.
            IntDivUnsigned "int.div_unsigned" (a: int, b: int) {} -> INT64 [];
            /// `a % b` of ints that are not negative.
            IntModUnsigned "int.mod_unsigned" (a: int, b: int) {} -> INT64 [];
            /// `a & b`.
            IntAnd "int.and" (a: int, b: int) {} -> INT64 [];
            /// `a | b`.
            IntOr "int.or" (a: int, b: int) {} -> INT64 [];
            /// `a ^ b`.
            IntXor "int.xor" (a: int, b: int) {} -> INT64 [];
            /// `a << b`, wrapping; `0 <= b < 64`.
            IntShl "int.shl" (a: int, b: int) {} -> INT64 [];
            /// `a << b`; exits if `b` is not in 0..63 or the result does not fit the tag.
            IntShlChecked "int.shl_checked" (a: int, b: int) {} -> INT64 [exits];
            /// `a >> b` with the sign; `0 <= b < 64`.
            IntShr "int.shr" (a: int, b: int) {} -> INT64 [];
            /// The smaller.
            IntMin "int.min" (a: int, b: int) {} -> INT64 [];
            /// The bigger.
            IntMax "int.max" (a: int, b: int) {} -> INT64 [];
            /// Compares.
            IntCompare "int.compare" (a: int, b: int) {condition: condition} -> FLAG [];

            // ---- doubles ----
            /// `a + b`.
            DoubleAdd "double.add" (a: double, b: double) {} -> DOUBLE [];
            /// `a - b`.
            DoubleSub "double.sub" (a: double, b: double) {} -> DOUBLE [];
            /// `a * b`.
            DoubleMul "double.mul" (a: double, b: double) {} -> DOUBLE [];
            /// `a / b` as IEEE 754 defines it, division by zero included.
            DoubleDiv "double.div" (a: double, b: double) {} -> DOUBLE [];
            /// `-a`.
            DoubleNeg "double.neg" (a: double) {} -> DOUBLE [];
            /// `abs(a)`.
            DoubleAbs "double.abs" (a: double) {} -> DOUBLE [];
            /// The square root; NaN of a negative number.
            DoubleSqrt "double.sqrt" (a: double) {} -> DOUBLE [];
            /// The biggest integral double not above `a`.
            DoubleFloor "double.floor" (a: double) {} -> DOUBLE [];
            /// The smallest integral double not below `a`.
            DoubleCeil "double.ceil" (a: double) {} -> DOUBLE [];
            /// The function's value; never raises.
            DoubleCall "double.call" (arguments: anys) {function: math} -> DOUBLE [];
            /// Compares; false if one is NaN, except `ne`.
            DoubleCompare "double.compare" (a: double, b: double) {condition: condition} -> FLAG [];

            // ---- memory ----
            /// Reads a field or an attribute slot.
            Load "load" (base: any) {place: place} -> place [place_read];
            /// Writes a field or an attribute slot; the barrier is a separate instruction.
            Store "store" (base: any, value: any) {place: place} -> none [place_write];
            /// Reads an element of an array.
            LoadElement "load.element" (base: any, index: int) {elements: elements} -> elements [elements_read];
            /// Writes an element of an array; the barrier is a separate instruction.
            StoreElement "store.element" (base: any, index: int, value: any) {elements: elements} -> none [elements_write];
            /// Gives the object another shape: an attribute was added. `doubles` 1: it is a raw double.
            StoreShape "store.shape" (object: word) {shape: shape, doubles: int} -> none [writes(Shape)];
            /// Must follow a store of `value` into `owner`: tells the collector.
            WriteBarrier "barrier" (owner: word, value: word) {} -> none [writes(Thread)];
            /// Allocates an object, its fields filled from the arguments in the layout's order.
            New "new" (fields: anys) {layout: layout} -> layout [allocates];
            /// Reads a register of the interpreter's frame at an OSR entry.
            LoadRegister "load.register" (frame: pointer) {index: int} -> ANY_OR_EMPTY [];

            /// Writes a register of the frame that the code was entered with: a generator's, before it is suspended.
            StoreRegister "store.register" (frame: pointer, value: word) {index: int} -> none [writes(Registers)];
            /// Notes the pending exception's passage through the innermost frames of the frame state, so many of them, in
            /// its traceback: the last of them handles it.
            NoteTraceback "note.traceback" () {frames: int} -> none [raises writes(Thread)];
            /// Reads a register that the last `call.bytecode` wrote besides its first.
            LoadResult "load.result" () {index: int} -> ANY_OR_EMPTY [reads(Registers)];

            // ---- calls ----
            /// Executes one instruction of a unit's bytecode as the interpreter does. The first argument is the
            /// function, the others are the registers it reads, in the order of `visit_reads`. The result is
            /// the first register it writes.
            CallBytecode "call.bytecode" (function: word, registers: words) {unit: int, position: int} -> ANY_OR_EMPTY [raises world];
            /// Calls a runtime function. Leaves the code with the exception if it raises.
            CallHelper "call.helper" (arguments: anys) {helper: helper} -> helper [helper];
            /// Calls a Python function object known to have native code or not: `function(arguments)`,
            /// its arity checked when this was compiled.
            CallFunction "call.function" (function: word, arguments: words) {} -> ANY [raises world];
            /// The generator, coroutine or async generator that a call of its function makes: `function(arguments)`, its
            /// arity checked when this was compiled.
            MakeGenerator "make.generator" (function: word, arguments: words) {} -> ANY [raises allocates];
            /// Calls any callable with positional arguments.
            CallObject "call.object" (callee: word, arguments: words) {} -> ANY [raises world];

            /// Calls any callable; the last arguments are named by the tuple `names`.
            CallKeywords "call.keywords" (callee: word, names: word, arguments: words) {} -> ANY [raises world];

            // ---- control ----
            /// The start of a compiled function: exits if an interrupt waits or the recursion limit or the end
            /// of the native stack is near.
            Enter "enter" () {} -> none [exits reads(Thread)];
            /// Goes on in another block.
            Jump "jump" () {} -> none [terminates targets(1)];
            /// Goes on in the first block if the flag is 1, else in the second.
            Branch "branch" (flag: flag) {} -> none [terminates targets(2)];
            /// Returns from the compiled function.
            Return "return" (value: word) {} -> none [terminates];
            /// Leaves the compiled code at this unit offset of the frame that the code was entered with, whose
            /// registers were stored: the generator yields the value. Without one the interpreter goes on there.
            Suspend "suspend" (value: words) {position: int} -> none [terminates];
            /// Leaves the compiled code; the interpreter goes on at the frame state.
            Exit "exit" () {reason: reason} -> none [exits terminates];
            /// Control never gets here: the instruction before always raises.
            Unreachable "unreachable" () {} -> none [terminates];
        }
    };
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, missing_docs)]
pub enum ArgumentClass {
    word,
    int,
    double,
    flag,
    pointer,
    any,
    words,
    anys,
}

impl ArgumentClass {
    /// Any number of arguments may stand here.
    pub const fn is_variadic(self) -> bool {
        matches!(self, ArgumentClass::words | ArgumentClass::anys)
    }

    /// The representation an argument must have, if one is asked for.
    pub const fn representation(self) -> Option<Representation> {
        match self {
            ArgumentClass::word | ArgumentClass::words => Some(Representation::Word),
            ArgumentClass::int => Some(Representation::Int64),
            ArgumentClass::double => Some(Representation::Double),
            ArgumentClass::flag => Some(Representation::Flag),
            ArgumentClass::pointer => Some(Representation::Pointer),
            ArgumentClass::any | ArgumentClass::anys => None,
        }
    }
}

/// What an immediate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, missing_docs)]
pub enum ImmediateKind {
    ty,
    shape,
    int,
    condition,
    place,
    elements,
    layout,
    helper,
    math,
    reason,
    constant,
}

/// How the type of a result is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultRule {
    /// No result.
    None,
    /// Always this type.
    Fixed(Type),
    /// The type of the first argument.
    First,
    /// The type of the first argument met with the immediate type.
    Refine,
    /// The type of the first argument met with [`Type::HEAP`], or with [`Type::LIST`] if the immediate is a list's shape.
    Heap,
    /// The type of the place that is read.
    Place,
    /// The type of the array's elements.
    Elements,
    /// The type of the layout's objects.
    Layout,
    /// The result type of the helper.
    Helper,
    /// The join of the last two arguments' types.
    Join,
    /// Given where the instruction is made.
    Declared,
}

/// An effect word of the table that is decided by an immediate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableEffect {
    /// Reads the place's region.
    PlaceRead,
    /// Writes the place's region.
    PlaceWrite,
    /// Reads the elements' region.
    ElementsRead,
    /// Writes the elements' region.
    ElementsWrite,
    /// Reads the shape word of the kind of object that has such a shape.
    ShapeRead,
    /// What the table of helpers says.
    Helper,
}

/// What the table says about an instruction.
#[derive(Debug)]
pub struct OpInfo {
    /// The name in dumps.
    pub name: &'static str,
    /// Names and classes of the arguments.
    pub arguments: &'static [(&'static str, ArgumentClass)],
    /// Names and kinds of the immediates.
    pub immediates: &'static [(&'static str, ImmediateKind)],
    /// The rule for the result's type.
    pub result: ResultRule,
    /// Effects that do not depend on an immediate.
    pub effects: Effects,
    /// The effect that does.
    pub variable_effect: Option<VariableEffect>,
    /// How many blocks a terminator names.
    pub targets: usize,
}

macro_rules! result_rule {
    (none) => {
        ResultRule::None
    };
    (first) => {
        ResultRule::First
    };
    (refine) => {
        ResultRule::Refine
    };
    (heap) => {
        ResultRule::Heap
    };
    (place) => {
        ResultRule::Place
    };
    (elements) => {
        ResultRule::Elements
    };
    (layout) => {
        ResultRule::Layout
    };
    (helper) => {
        ResultRule::Helper
    };
    (join) => {
        ResultRule::Join
    };
    (declared) => {
        ResultRule::Declared
    };
    ($name:ident) => {
        ResultRule::Fixed(Type::$name)
    };
}

macro_rules! apply_effect {
    ($info:ident, exits) => {
        $info.effects.exits = true;
    };
    ($info:ident, raises) => {
        $info.effects.raises = true;
    };
    ($info:ident, allocates) => {
        $info.effects.allocates = true;
    };
    ($info:ident, terminates) => {
        $info.effects.terminates = true;
    };
    ($info:ident, world) => {
        $info.effects.reads = RegionSet::WORLD;
        $info.effects.writes = RegionSet::WORLD;
    };
    ($info:ident, place_read) => {
        $info.variable_effect = Some(VariableEffect::PlaceRead);
    };
    ($info:ident, place_write) => {
        $info.variable_effect = Some(VariableEffect::PlaceWrite);
    };
    ($info:ident, elements_read) => {
        $info.variable_effect = Some(VariableEffect::ElementsRead);
    };
    ($info:ident, elements_write) => {
        $info.variable_effect = Some(VariableEffect::ElementsWrite);
    };
    ($info:ident, shape_read) => {
        $info.variable_effect = Some(VariableEffect::ShapeRead);
    };
    ($info:ident, helper) => {
        $info.variable_effect = Some(VariableEffect::Helper);
    };
    ($info:ident, reads, $region:ident) => {
        $info.effects.reads = $info.effects.reads.union(RegionSet::of(Region::$region));
    };
    ($info:ident, writes, $region:ident) => {
        $info.effects.writes = $info.effects.writes.union(RegionSet::of(Region::$region));
    };
    ($info:ident, targets, $count:literal) => {
        $info.targets = $count;
    };
}

macro_rules! define_ops {
    ($(
        $(#[$doc:meta])*
        $name:ident $text:literal ($($argument:ident : $class:ident),*) {$($immediate:ident : $kind:ident),*}
            -> $rule:ident [$($effect:ident $(($detail:tt))?)*];
    )*) => {
        /// An IR instruction's operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op { $($(#[$doc])* $name,)* }

        impl Op {
            /// All operations, in table order.
            pub const ALL: &[Op] = &[$(Op::$name,)*];

            /// What the table says.
            #[inline]
            pub fn info(self) -> &'static OpInfo {
                static INFO: &[OpInfo] = &[$({
                    #[allow(unused_mut)]
                    let mut info = OpInfo {
                        name: $text,
                        arguments: &[$((stringify!($argument), ArgumentClass::$class),)*],
                        immediates: &[$((stringify!($immediate), ImmediateKind::$kind),)*],
                        result: result_rule!($rule),
                        effects: Effects::PURE,
                        variable_effect: None,
                        targets: 0,
                    };
                    $(apply_effect!(info, $effect $(, $detail)?);)*
                    info
                },)*];
                &INFO[self as usize]
            }
        }
    };
}
for_each_ir_op!(define_ops);

impl Op {
    /// The operation with this name in dumps.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.info().name == name)
    }

    /// Ends a block.
    #[inline]
    pub fn is_terminator(self) -> bool {
        self.info().effects.terminates
    }

    /// Has a result.
    #[inline]
    pub fn has_result(self) -> bool {
        self.info().result != ResultRule::None
    }
}

/// Calls `$callback!` with the table of comparison conditions: doc, name, name in dumps, the condition with
/// the operands swapped, the negated condition (for ints).
macro_rules! for_each_condition {
    ($callback:ident) => {
        $callback! {
            /// Equal.
            Equal "eq" Equal NotEqual;
            /// Not equal.
            NotEqual "ne" NotEqual Equal;
            /// Less.
            Less "lt" Greater GreaterOrEqual;
            /// Less or equal.
            LessOrEqual "le" GreaterOrEqual Greater;
            /// Greater.
            Greater "gt" Less LessOrEqual;
            /// Greater or equal.
            GreaterOrEqual "ge" LessOrEqual Less;
        }
    };
}

macro_rules! define_conditions {
    ($($(#[$doc:meta])* $name:ident $text:literal $swapped:ident $negated:ident;)*) => {
        /// The condition of a comparison.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Condition { $($(#[$doc])* $name,)* }

        impl Condition {
            /// The name in dumps.
            pub const fn name(self) -> &'static str {
                match self { $(Condition::$name => $text,)* }
            }
            /// The condition with this name.
            pub fn from_name(name: &str) -> Option<Condition> {
                match name { $($text => Some(Condition::$name),)* _ => None }
            }
            /// The condition that holds of `(b, a)` when this one holds of `(a, b)`.
            #[must_use]
            pub const fn swapped(self) -> Condition {
                match self { $(Condition::$name => Condition::$swapped,)* }
            }
            /// The condition that holds of two ints when this one does not.
            #[must_use]
            pub const fn negated(self) -> Condition {
                match self { $(Condition::$name => Condition::$negated,)* }
            }
        }
    };
}
for_each_condition!(define_conditions);

impl Condition {
    /// Whether the condition holds of two ordered values.
    pub fn holds<T: PartialOrd>(self, a: T, b: T) -> bool {
        match self {
            Condition::Equal => a == b,
            Condition::NotEqual => a != b,
            Condition::Less => a < b,
            Condition::LessOrEqual => a <= b,
            Condition::Greater => a > b,
            Condition::GreaterOrEqual => a >= b,
        }
    }
}
