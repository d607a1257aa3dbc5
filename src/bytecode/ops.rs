//! The table of bytecode instructions: one line defines an instruction, and everything else is derived.
//!
//! What lives here: [`for_each_op!`](crate::for_each_op), and the types generated from the table
//! ([`Op`], [`operands`], [`Instruction`]). What must not: execution, compilation or formatting;
//! those live with the interpreter, the compiler and [`super::disasm`] and read this table.
//! The types of operands are in [`super::operand`].
//! Start at the invariants, then at the table.
//!
//! # Invariants of the bytecode
//!
//! 1. Code is a sequence of `u16` units. The first unit of an instruction is its [`Op`]; its operands
//!    follow in table order, one unit each, a `jump` and an `imm32` two (low half first).
//! 2. A register is an index into the frame's register file. Parameters come first, in the order
//!    positional-only, positional-or-keyword, keyword-only, `*args`, `**kwargs`; then the other locals;
//!    then temporaries, used as a stack. A register that was never written holds the empty word.
//! 3. A local that may be unbound where it is read is preceded by `CheckBound`; every other read of a
//!    register sees a value. The verifier proves it for temporaries; the compiler's definite-assignment
//!    analysis provides it for locals.
//! 4. A call window is a run of registers at the top of the live temporaries:
//!    `[callee, argument 0, argument 1, ...]`. The callee may overwrite everything from the window up.
//!    For method calls it is `[callee, self or empty, argument 0, ...]`, filled by `LoadMethod`.
//! 5. A `jump` operand is relative to the first unit of its own instruction. Only `JumpBack` jumps
//!    backwards, and its target is a loop header: it polls for interrupts and counts for OSR entry.
//! 6. An instruction writes its destination last: if it raises, no register has changed, except where
//!    its doc line says so (call windows are dead after a call in either case).
//! 7. Exceptions are dispatched by the code's exception table (innermost entry first); the first
//!    instruction of a handler is `BeginHandler`.
//!    Handlers that only clean up end the outer handler's state themselves before they re-raise.
//! 8. Feedback sites are word offsets in the function's feedback vector, one site an instruction,
//!    never shared; except [`super::code::Code::cold_site`], of which only the first word may be written,
//!    by whoever counts: the others stay zero.
//! 9. A frame of a generator or coroutine turns a StopIteration that leaves it into RuntimeError
//!    (PEP 479); the bytecode has no instruction for that.

// Decoding from a raw instruction pointer is the interpreter's inner loop: no bounds checks there.
#![allow(unsafe_code)]

/// Calls `$callback!` with the table of instructions.
///
/// A line is: doc, name, operands `name: kind`, then effects in brackets.
///
/// Operand kinds for single registers: `out` written; `reg` read; `opt` read, or [`NO_REGISTER`];
/// `inout` read and written.
///
/// Operand kinds for the first register of a run: `call` read, callee and `argc` arguments, dead after;
/// `method_call` read, callee, self or empty and `argc` arguments, dead after; `pair` two read;
/// `pair_out` two written; `items` read, `count` of them; `item_pairs` read, `2 * count`;
/// `items_out` written, `count`; `rest_items_out` written, `before + 1 + after`.
///
/// Other operand kinds: `constant` index in the constant pool; `name` index in the name pool; `imm`
/// unsigned number; `simm` signed number; `imm32` 32-bit signed number; `jump` branch target; and a
/// feedback site: `site_binary`, `site_compare`, `site_branch`, `site_attr`, `site_global`, `site_call`,
/// `site_iter`, `site_unpack`, `site_subscript`, `site_loop` (see [`super::feedback`]).
///
/// Effects: `raises` may raise a Python exception; `calls` may run arbitrary Python code;
/// `ends` control does not fall through; `suspends` leaves the frame and may come back.
#[macro_export]
macro_rules! for_each_op {
    ($callback:ident) => {
        $callback! {
            // ---- moves and constants ----
            /// Does nothing.
            Nop {} [];
            /// `dst = src`.
            Move { dst: out, src: reg } [];
            /// `dst = constants[value]`.
            LoadConst { dst: out, value: constant } [];
            /// As `LoadConst` for an index past 65535.
            LoadConstWide { dst: out, value: imm32 } [];
            /// `dst = value`, a small int.
            LoadInt { dst: out, value: imm32 } [];
            /// `dst = None`.
            LoadNone { dst: out } [];
            /// `dst = True`.
            LoadTrue { dst: out } [];
            /// `dst = False`.
            LoadFalse { dst: out } [];
            /// Empties a register: `del local`, or a dead window slot.
            Clear { dst: out } [];
            /// Raises UnboundLocalError if the local `src` is empty.
            CheckBound { src: reg } [raises];

            // ---- variables ----
            /// `dst = globals[name]`, else builtins; NameError if in neither.
            LoadGlobal { dst: out, name: name, site: site_global } [raises calls];
            /// `globals[name] = src`.
            StoreGlobal { src: reg, name: name, site: site_global } [raises calls];
            /// `del globals[name]`.
            DeleteGlobal { name: name } [raises calls];
            /// Class body or exec: `dst` from the locals mapping, then globals, then builtins.
            LoadName { dst: out, name: name, site: site_global } [raises calls];
            /// Class body or exec: stores into the locals mapping.
            StoreName { src: reg, name: name, site: site_global } [raises calls];
            /// Class body or exec: deletes from the locals mapping.
            DeleteName { name: name } [raises calls];
            /// Wraps the register's content (a value or empty) in a new cell.
            MakeCell { cell: inout } [];
            /// `dst = cell's content`; UnboundLocalError if empty.
            LoadCell { dst: out, cell: reg } [raises];
            /// `cell's content = src`.
            StoreCell { cell: reg, src: reg } [];
            /// Empties a cell; UnboundLocalError if it was empty.
            DeleteCell { cell: reg } [raises];
            /// `dst = content of the function's closure cell index`; NameError if empty.
            LoadFree { dst: out, index: imm } [raises];
            /// `content of the function's closure cell index = src`.
            StoreFree { index: imm, src: reg } [];
            /// Empties a closure cell; NameError if it was empty.
            DeleteFree { index: imm } [raises];
            /// `dst = the closure cell itself`, to be captured by an inner function.
            LoadClosureCell { dst: out, index: imm } [];
            /// Class body: looks `name` up in the locals mapping, falling back to the closure cell.
            LoadNameOrFree { dst: out, name: name, index: imm } [raises calls];
            /// Annotation scope in a class: looks `name` up in the mapping `dict`, then globals, then builtins.
            LoadDictOrGlobal { dst: out, dict: reg, name: name } [raises calls];
            /// Annotation scope in a class: looks `name` up in the mapping `dict`, then the closure cell.
            LoadDictOrFree { dst: out, dict: reg, name: name, index: imm } [raises calls];
            /// Class body: `dst = locals mapping of the frame`.
            LoadLocals { dst: out } [raises];
            /// `dst = builtins.__build_class__`.
            LoadBuildClass { dst: out } [raises calls];
            /// `dst = the common builtin number which`, whatever the names are bound to now
            /// ([`taipan_runtime::modules::builtins::COMMON`]).
            LoadCommon { dst: out, which: imm } [];

            // ---- arithmetic: `inplace` is 1 for an augmented assignment ----
            /// `dst = lhs + rhs`.
            Add { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs - rhs`.
            Sub { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs * rhs`.
            Mul { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs / rhs`.
            TrueDiv { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs // rhs`.
            FloorDiv { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs % rhs`.
            Mod { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs ** rhs`.
            Pow { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs << rhs`.
            LShift { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs >> rhs`.
            RShift { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs & rhs`.
            BitAnd { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs | rhs`.
            BitOr { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs ^ rhs`.
            BitXor { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs @ rhs`.
            MatMul { dst: out, lhs: reg, rhs: reg, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs + rhs`, rhs an int literal.
            AddImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs - rhs`, rhs an int literal.
            SubImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs * rhs`, rhs an int literal.
            MulImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs // rhs`, rhs an int literal.
            FloorDivImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs % rhs`, rhs an int literal.
            ModImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs << rhs`, rhs an int literal.
            LShiftImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs >> rhs`, rhs an int literal.
            RShiftImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = lhs & rhs`, rhs an int literal.
            BitAndImm { dst: out, lhs: reg, rhs: simm, inplace: imm, site: site_binary } [raises calls];
            /// `dst = -src`.
            Negative { dst: out, src: reg, site: site_binary } [raises calls];
            /// `dst = +src`.
            Positive { dst: out, src: reg, site: site_binary } [raises calls];
            /// `dst = ~src`.
            Invert { dst: out, src: reg, site: site_binary } [raises calls];
            /// `dst = not src`, always a bool.
            Not { dst: out, src: reg, site: site_branch } [raises calls];

            // ---- comparisons ----
            /// `dst = lhs < rhs`.
            Lt { dst: out, lhs: reg, rhs: reg, site: site_compare } [raises calls];
            /// `dst = lhs <= rhs`.
            Le { dst: out, lhs: reg, rhs: reg, site: site_compare } [raises calls];
            /// `dst = lhs == rhs`.
            Eq { dst: out, lhs: reg, rhs: reg, site: site_compare } [raises calls];
            /// `dst = lhs != rhs`.
            Ne { dst: out, lhs: reg, rhs: reg, site: site_compare } [raises calls];
            /// `dst = lhs > rhs`.
            Gt { dst: out, lhs: reg, rhs: reg, site: site_compare } [raises calls];
            /// `dst = lhs >= rhs`.
            Ge { dst: out, lhs: reg, rhs: reg, site: site_compare } [raises calls];
            /// `dst = lhs is rhs` (`negate` 0) or `lhs is not rhs` (1).
            Is { dst: out, lhs: reg, rhs: reg, negate: imm } [];
            /// `dst = item in container` (`negate` 0) or `not in` (1).
            Contains { dst: out, item: reg, container: reg, negate: imm, site: site_compare } [raises calls];

            // ---- jumps ----
            /// Jumps forwards.
            Jump { target: jump } [ends];
            /// Jumps back to a loop header; polls for interrupts, counts towards OSR.
            JumpBack { target: jump, site: site_loop } [raises calls ends];
            /// Jumps if `src` is true.
            JumpIfTrue { src: reg, target: jump, site: site_branch } [raises calls];
            /// Jumps if `src` is false.
            JumpIfFalse { src: reg, target: jump, site: site_branch } [raises calls];
            /// Jumps if `src is None`.
            JumpIfNone { src: reg, target: jump, site: site_branch } [];
            /// Jumps if `src is not None`.
            JumpIfNotNone { src: reg, target: jump, site: site_branch } [];
            /// Jumps if the truth of `lhs < rhs` is `sense` (0 or 1).
            JumpLt { lhs: reg, rhs: reg, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Jumps if the truth of `lhs <= rhs` is `sense`.
            JumpLe { lhs: reg, rhs: reg, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Jumps if the truth of `lhs == rhs` is `sense`.
            JumpEq { lhs: reg, rhs: reg, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Jumps if the truth of `lhs != rhs` is `sense`.
            JumpNe { lhs: reg, rhs: reg, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Jumps if the truth of `lhs > rhs` is `sense`.
            JumpGt { lhs: reg, rhs: reg, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Jumps if the truth of `lhs >= rhs` is `sense`.
            JumpGe { lhs: reg, rhs: reg, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Like `JumpLt`, rhs an int literal.
            JumpLtImm { lhs: reg, rhs: simm, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Like `JumpLe`, rhs an int literal.
            JumpLeImm { lhs: reg, rhs: simm, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Like `JumpEq`, rhs an int literal.
            JumpEqImm { lhs: reg, rhs: simm, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Like `JumpNe`, rhs an int literal.
            JumpNeImm { lhs: reg, rhs: simm, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Like `JumpGt`, rhs an int literal.
            JumpGtImm { lhs: reg, rhs: simm, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Like `JumpGe`, rhs an int literal.
            JumpGeImm { lhs: reg, rhs: simm, sense: imm, target: jump, site: site_compare } [raises calls];
            /// Jumps if the truth of `lhs is rhs` is `sense`.
            JumpIs { lhs: reg, rhs: reg, sense: imm, target: jump, site: site_branch } [];

            // ---- attributes and subscripts ----
            /// `dst = object.name`.
            LoadAttr { dst: out, object: reg, name: name, site: site_attr } [raises calls];
            /// `object.name = src`.
            StoreAttr { object: reg, name: name, src: reg, site: site_attr } [raises calls];
            /// `del object.name`.
            DeleteAttr { object: reg, name: name } [raises calls];
            /// Fills `window` and `window+1` with method and self, or with a callable and empty.
            LoadMethod { window: pair_out, object: reg, name: name, site: site_attr } [raises calls];
            /// `super().name` (`explicit` 0) or `super(class, receiver).name` (1): as `LoadAttr`. If `global_super`
            /// is not the builtin `super`, it is called with none or with both arguments.
            LoadSuperAttr { dst: out, global_super: reg, class: reg, receiver: reg, explicit: imm, name: name, site: site_attr } [raises calls];
            /// As `LoadSuperAttr` for an attribute about to be called: fills `window` as `LoadMethod`.
            LoadSuperMethod { window: pair_out, global_super: reg, class: reg, receiver: reg, explicit: imm, name: name, site: site_attr } [raises calls];
            /// `dst = object[index]`.
            LoadSubscript { dst: out, object: reg, index: reg, site: site_subscript } [raises calls];
            /// `object[index] = src`.
            StoreSubscript { object: reg, index: reg, src: reg, site: site_subscript } [raises calls];
            /// `del object[index]`.
            DeleteSubscript { object: reg, index: reg } [raises calls];
            /// `dst = slice(start, stop, step)`.
            BuildSlice { dst: out, start: reg, stop: reg, step: reg } [];

            // ---- displays ----
            /// `dst = [r[first], ...]`, `count` items.
            BuildList { dst: out, first: items, count: imm } [];
            /// `dst = (r[first], ...)`, `count` items.
            BuildTuple { dst: out, first: items, count: imm } [];
            /// `dst = {r[first], ...}`, `count` items.
            BuildSet { dst: out, first: items, count: imm } [raises calls];
            /// `dst = {k: v, ...}`, `count` pairs in consecutive registers.
            BuildDict { dst: out, first: item_pairs, count: imm } [raises calls];
            /// `dst = {name: r[first], ...}`, keyword arguments: `count` values, named by the tuple of strings `names`.
            BuildKeywords { dst: out, first: items, count: imm, names: constant } [];
            /// Joins `count` strings.
            BuildString { dst: out, first: items, count: imm } [raises];
            /// `list.append(item)` on a list being built.
            ListAppend { list: reg, item: reg } [];
            /// `list.extend(iterable)` on a list being built.
            ListExtend { list: reg, iterable: reg } [raises calls];
            /// `set.add(item)`.
            SetAdd { set: reg, item: reg } [raises calls];
            /// `set.update(iterable)`.
            SetUpdate { set: reg, iterable: reg } [raises calls];
            /// `dict[key] = value` on a dict being built.
            DictInsert { dict: reg, key: reg, value: reg } [raises calls];
            /// `dict.update(mapping)`, for `{**mapping}`.
            DictUpdate { dict: reg, mapping: reg } [raises calls];
            /// As `DictUpdate` for `f(**mapping)`: repeated keys raise TypeError naming `callee`.
            DictMerge { dict: reg, mapping: reg, callee: reg } [raises calls];
            /// `dst = (*tuple, *iterable)`, positional arguments; `tuple` may be absent.
            TupleExtend { dst: out, tuple: opt, iterable: reg, site: site_unpack } [raises calls];
            /// `dst = tuple(list)`, the list not used again.
            ListToTuple { dst: out, list: reg } [];
            /// `dst = str/repr/ascii/none (conversion 1/2/3/0) of src, formatted with spec (or absent)`.
            FormatValue { dst: out, src: reg, conversion: imm, spec: opt } [raises calls];
            /// Template string interpolation (PEP 750): value, expression text, conversion, format spec.
            BuildInterpolation { dst: out, value: reg, expression: constant, conversion: imm, spec: opt } [raises calls];
            /// Template string of `count` alternating strings and interpolations.
            BuildTemplate { dst: out, first: items, count: imm } [raises calls];

            // ---- unpacking ----
            /// `r[first..first+count] = src`, exactly `count` items.
            UnpackSequence { src: reg, first: items_out, count: imm, site: site_iter } [raises calls];
            /// `before` items, a list of the rest, `after` items, into consecutive registers from `first`.
            UnpackEx { src: reg, first: rest_items_out, before: imm, after: imm } [raises calls];

            // ---- iteration ----
            /// `dst = iter(src)`.
            GetIter { dst: out, src: reg, site: site_iter } [raises calls];
            /// `dst = next(iter)`, or jumps to `target` when it is exhausted. `dst` unchanged then.
            ForIter { dst: out, iter: reg, target: jump, site: site_iter } [raises calls];

            // ---- calls ----
            /// `dst = r[window](r[window+1], ...)`, `argc` positional arguments.
            Call { dst: out, window: call, argc: imm, site: site_call } [raises calls];
            /// Calls what `LoadMethod` filled in; `argc` arguments after self.
            CallMethod { dst: out, window: method_call, argc: imm, site: site_call } [raises calls];
            /// As `Call`; the last arguments are named by the tuple of strings `names`.
            CallKw { dst: out, window: call, argc: imm, names: constant, site: site_call } [raises calls];
            /// As `CallMethod` with keyword names.
            CallMethodKw { dst: out, window: method_call, argc: imm, names: constant, site: site_call } [raises calls];
            /// `dst = callee(*args, **kwargs)`; args a tuple or (from a lone `*iterable`) anything; kwargs absent, what a
            /// `BuildKeywords` made, or (`raw` 1, from a lone `**mapping`) anything.
            CallEx { dst: out, callee: reg, args: reg, kwargs: opt, raw: imm, site: site_call } [raises calls];

            // ---- functions and classes ----
            /// `dst = function of code constant`, with the four optional parts.
            MakeFunction { dst: out, code: constant, defaults: opt, kwdefaults: opt, annotate: opt, closure: opt } [];
            /// Calls an intrinsic of [`super::intrinsics`] with one operand.
            Intrinsic1 { dst: out, function: imm, a: reg } [raises calls];
            /// Calls an intrinsic with two operands.
            Intrinsic2 { dst: out, function: imm, a: reg, b: reg } [raises calls];

            // ---- control of the frame ----
            /// Returns `src` to the caller.
            Return { src: reg } [ends];
            /// First instruction of a generator, coroutine or async generator: makes it and returns it.
            ReturnGenerator {} [suspends];
            /// Yields `src` to the consumer (of a generator or async generator); `dst` receives what is sent in.
            Yield { dst: out, src: reg } [raises calls suspends];
            /// One step of `yield from`/`await`: sends `value` to `iter`. If it yields, `dst` is what it
            /// yielded; if it returns, `dst` is the returned value and control jumps to `target`.
            Send { dst: out, iter: reg, value: reg, target: jump } [raises calls];
            /// As `Yield` inside `yield from`/`await`: `throw` and `close` are delegated to `iter`.
            /// A delegated `throw` that ends the inner iterator puts its value in `dst` and jumps to `target`.
            YieldDelegate { dst: out, src: reg, iter: reg, target: jump } [raises calls suspends];
            /// `dst = iterator to delegate to`, for `yield from src`.
            GetYieldFromIter { dst: out, src: reg } [raises calls];
            /// `dst = awaitable iterator of src`; `context` 0 plain, 1 `__aenter__`, 2 `__aexit__`.
            GetAwaitable { dst: out, src: reg, context: imm } [raises calls];
            /// `dst = src.__aiter__()`.
            GetAiter { dst: out, src: reg } [raises calls];
            /// `dst = awaitable iterator of iter.__anext__()`.
            GetAnext { dst: out, iter: reg } [raises calls];
            /// Handler of an async loop: jumps to `target` if `exc` is StopAsyncIteration, else re-raises.
            EndAsyncFor { exc: reg, target: jump } [raises ends];

            // ---- context managers ----
            /// As `LoadMethod`: fills `exit`, `exit+1` with `__exit__` and `window`, `window+1` with `__enter__`,
            /// checking both exist in CPython's order. `is_async` 1 for `async with`.
            LoadContext { window: pair_out, exit: pair_out, manager: reg, is_async: imm } [raises calls];

            // ---- exceptions ----
            /// Start of a handler: `exc` = the exception, `saved` = the one handled before (or empty).
            BeginHandler { exc: out, saved: out } [];
            /// End of a handler: the exception handled before is current again; `saved` may be empty.
            EndHandler { saved: reg } [];
            /// Raises `exc` (an instance or a class), `from cause` if given.
            Raise { exc: reg, cause: opt } [raises calls ends];
            /// Bare `raise`.
            ReraiseCurrent {} [raises ends];
            /// Raises `exc` again, its traceback kept.
            Reraise { exc: reg } [raises ends];
            /// `dst = exc matches the class or tuple of classes`; TypeError if it is neither.
            ExceptionMatch { dst: out, exc: reg, class: reg, site: site_branch } [raises calls];
            /// `except*`: splits `exc` by class; `rest` and `matched` (None if nothing).
            ExceptionGroupMatch { matched: out, rest: out, exc: reg, class: reg } [raises calls];
            /// `except*` epilogue: the exception to re-raise from the list of raised ones, or None.
            ExceptionGroupFinish { dst: out, original: reg, raised: reg } [raises calls];
            /// `dst = exit(type, exc, traceback)` of the pair in `window`.
            CallExitWithException { dst: out, window: pair, exc: reg } [raises calls];
            /// Raises AssertionError, with `message` if given.
            RaiseAssertion { message: opt } [raises calls ends];

            // ---- imports ----
            /// `dst = __import__(name, globals, None, fromlist, level)`.
            ImportName { dst: out, name: name, fromlist: reg, level: imm } [raises calls];
            /// `dst = getattr(module, name)`, else the submodule; ImportError.
            ImportFrom { dst: out, module: reg, name: name } [raises calls];
            /// `from module import *` into the locals mapping.
            ImportStar { module: reg } [raises calls];

            // ---- pattern matching ----
            /// `dst = subject is a sequence for patterns`.
            MatchSequence { dst: out, subject: reg } [];
            /// `dst = subject is a mapping for patterns`.
            MatchMapping { dst: out, subject: reg } [];
            /// `dst = len(subject)`.
            GetLen { dst: out, subject: reg } [raises calls];
            /// `dst = tuple of the values for the tuple `keys`, or None if one is missing.
            MatchKeys { dst: out, subject: reg, keys: reg } [raises calls];
            /// `dst = tuple of attributes (count positional, then the tuple `names`), or None.
            MatchClass { dst: out, subject: reg, class: reg, count: imm, names: constant } [raises calls];

            // ---- annotations ----
            /// `__annotations__` of a module or class body is made if missing.
            SetupAnnotations {} [raises calls];
        }
    };
}

use super::operand::{
    Access, ConstantIndex, Effects, NameIndex, Operand, OperandInfo, OperandKind, OptionalRegister, Register, Site,
    visit_operand,
};

/// The Rust type of an operand of the given kind.
macro_rules! operand_type {
    (out) => {
        Register
    };
    (reg) => {
        Register
    };
    (inout) => {
        Register
    };
    (opt) => {
        OptionalRegister
    };
    (call) => {
        Register
    };
    (method_call) => {
        Register
    };
    (pair) => {
        Register
    };
    (pair_out) => {
        Register
    };
    (items) => {
        Register
    };
    (item_pairs) => {
        Register
    };
    (items_out) => {
        Register
    };
    (rest_items_out) => {
        Register
    };
    (constant) => {
        ConstantIndex
    };
    (name) => {
        NameIndex
    };
    (imm) => {
        u16
    };
    (simm) => {
        i16
    };
    (imm32) => {
        i32
    };
    (jump) => {
        i32
    };
    ($site:ident) => {
        Site
    };
}

/// Evaluates to `Some(&mut field)` for the operand of the named category, `None` for the others.
macro_rules! select_operand {
    (jump, jump, $field:expr) => {
        Some($field)
    };
    (site, site_binary, $field:expr) => {
        Some($field)
    };
    (site, site_compare, $field:expr) => {
        Some($field)
    };
    (site, site_branch, $field:expr) => {
        Some($field)
    };
    (site, site_attr, $field:expr) => {
        Some($field)
    };
    (site, site_global, $field:expr) => {
        Some($field)
    };
    (site, site_call, $field:expr) => {
        Some($field)
    };
    (site, site_iter, $field:expr) => {
        Some($field)
    };
    (site, site_unpack, $field:expr) => {
        Some($field)
    };
    (site, site_subscript, $field:expr) => {
        Some($field)
    };
    (site, site_loop, $field:expr) => {
        Some($field)
    };
    (clobber, call, $field:expr) => {
        Some($field)
    };
    (clobber, method_call, $field:expr) => {
        Some($field)
    };
    (dst, out, $field:expr) => {
        Some($field)
    };
    ($category:ident, $kind:ident, $field:expr) => {
        None
    };
}

macro_rules! define_ops {
    ($( $(#[doc = $doc:literal])+ $name:ident { $($operand:ident : $kind:ident),* } [$($effect:ident)*]; )*) => {
        /// The operation of an instruction: its first unit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op {
            $( $(#[doc = $doc])+ $name, )*
        }

        impl Op {
            /// Every operation, in table order: `ALL[op as usize] == op`.
            pub const ALL: &'static [Op] = &[$(Op::$name),*];
            /// How many operations there are.
            pub const COUNT: usize = Op::ALL.len();

            /// The table name, for dumps.
            pub fn name(self) -> &'static str {
                const NAMES: [&str; Op::COUNT] = [$(stringify!($name)),*];
                NAMES[self as usize]
            }

            /// The table's doc line.
            pub fn doc(self) -> &'static str {
                const DOCS: [&str; Op::COUNT] = [$(concat!($($doc),+)),*];
                DOCS[self as usize].trim()
            }

            /// What executing the operation may do besides writing its outputs.
            pub const fn effects(self) -> Effects {
                const EFFECTS: [Effects; Op::COUNT] =
                    [$(Effects::NONE$(.union(effect!($effect)))*),*];
                EFFECTS[self as usize]
            }

            /// Names and kinds of the operands, in encoding order.
            pub const fn operands(self) -> &'static [OperandInfo] {
                const OPERANDS: [&[OperandInfo]; Op::COUNT] = [$(&[$(OperandInfo {
                    name: stringify!($operand),
                    kind: OperandKind::$kind,
                }),*]),*];
                OPERANDS[self as usize]
            }

            /// Units that an instruction of this operation takes, the operation's own included.
            pub const fn length(self) -> usize {
                const LENGTHS: [usize; Op::COUNT] = [$(operands::$name::LENGTH),*];
                LENGTHS[self as usize]
            }
        }

        /// One struct per operation, holding the decoded operands.
        pub mod operands {
            use super::*;

            $(
                $(#[doc = $doc])+
                #[derive(Clone, Copy, Debug, PartialEq, Eq)]
                pub struct $name {
                    $(
                        #[doc = concat!("Operand kind `", stringify!($kind), "`.")]
                        pub $operand: operand_type!($kind),
                    )*
                }

                impl $name {
                    /// The operation that these are the operands of.
                    pub const OP: Op = Op::$name;
                    /// Units of an encoded instruction, the operation's own included.
                    pub const LENGTH: usize = 1 $(+ <operand_type!($kind) as Operand>::UNITS)*;

                    /// Reads the operands of the instruction whose first unit is at `at`.
                    ///
                    /// # Safety
                    /// `at` must point to `LENGTH` readable units that encode this operation.
                    #[inline(always)]
                    #[allow(unused_variables, unused_mut, unused_assignments)]
                    pub unsafe fn read(at: *const u16) -> Self {
                        let mut offset = 1;
                        $(
                            // SAFETY: the caller vouches for LENGTH units, of which these are some.
                            let $operand = unsafe { <operand_type!($kind) as Operand>::read(at.add(offset)) };
                            offset += <operand_type!($kind) as Operand>::UNITS;
                        )*
                        Self { $($operand),* }
                    }

                    /// Appends the encoded instruction to `units`.
                    pub fn encode(&self, units: &mut Vec<u16>) {
                        units.push(Op::$name as u16);
                        $( self.$operand.write(units); )*
                    }

                    /// Calls `visit` for each register the instruction accesses in the given way.
                    #[allow(unused_variables)]
                    pub fn visit_registers(&self, access: Access, visit: &mut dyn FnMut(Register)) {
                        $( visit_operand!($kind, self, self.$operand, access, visit); )*
                    }
                }
            )*
        }

        /// A decoded instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Instruction {
            $( $(#[doc = $doc])+ $name(operands::$name), )*
        }

        $(
            impl From<operands::$name> for Instruction {
                fn from(operands: operands::$name) -> Self {
                    Instruction::$name(operands)
                }
            }
        )*

        impl Instruction {
            /// The instruction's operation.
            pub const fn op(&self) -> Op {
                match self { $( Instruction::$name(_) => Op::$name, )* }
            }

            /// Decodes the instruction at unit `at`, and gives the offset of the next one;
            /// `None` if `at` does not hold a whole instruction of a known operation.
            pub fn try_decode(units: &[u16], at: usize) -> Option<(Instruction, usize)> {
                let op = Op::from_unit(*units.get(at)?)?;
                let next = at + op.length();
                let encoded = units.get(at..next)?;
                let instruction = match op {
                    // SAFETY: `encoded` holds LENGTH units of this operation.
                    $( Op::$name => Instruction::$name(unsafe { operands::$name::read(encoded.as_ptr()) }), )*
                };
                Some((instruction, next))
            }

            /// Appends the encoded instruction to `units`.
            pub fn encode(&self, units: &mut Vec<u16>) {
                match self { $( Instruction::$name(operands) => operands.encode(units), )* }
            }

            /// Calls `visit` for each register read: windows included, `NO_REGISTER` not.
            pub fn visit_reads(&self, mut visit: impl FnMut(Register)) {
                match self {
                    $( Instruction::$name(operands) => operands.visit_registers(Access::Read, &mut visit), )*
                }
            }

            /// Calls `visit` for each register written: runs included.
            pub fn visit_writes(&self, mut visit: impl FnMut(Register)) {
                match self {
                    $( Instruction::$name(operands) => operands.visit_registers(Access::Write, &mut visit), )*
                }
            }

            /// The jump operand, if there is one.
            pub fn jump_mut(&mut self) -> Option<&mut i32> {
                match self {
                    $( Instruction::$name(_operands) => {
                        let fields: &mut [Option<&mut i32>] =
                            &mut [$(select_operand!(jump, $kind, &mut _operands.$operand)),*];
                        fields.iter_mut().find_map(Option::take)
                    } )*
                }
            }

            /// The feedback site, if there is one.
            pub fn site_mut(&mut self) -> Option<&mut Site> {
                match self {
                    $( Instruction::$name(_operands) => {
                        let fields: &mut [Option<&mut Site>] =
                            &mut [$(select_operand!(site, $kind, &mut _operands.$operand)),*];
                        fields.iter_mut().find_map(Option::take)
                    } )*
                }
            }

            /// The `out` operand, if there is exactly one register written through such an operand.
            pub fn destination_mut(&mut self) -> Option<&mut Register> {
                match self {
                    $( Instruction::$name(_operands) => {
                        let fields: &mut [Option<&mut Register>] =
                            &mut [$(select_operand!(dst, $kind, &mut _operands.$operand)),*];
                        match fields.iter().flatten().count() {
                            1 => fields.iter_mut().find_map(Option::take),
                            _ => None,
                        }
                    } )*
                }
            }

            /// The first register of a call window: everything from it up is dead after the instruction.
            pub fn clobbers_from(&self) -> Option<Register> {
                match self {
                    $( Instruction::$name(_operands) => {
                        let fields: &[Option<Register>] =
                            &[$(select_operand!(clobber, $kind, _operands.$operand)),*];
                        fields.iter().find_map(|field| *field)
                    } )*
                }
            }

            /// Calls `visit` with name, kind and raw value of each operand, in encoding order.
            pub fn visit_operands(&self, mut visit: impl FnMut(OperandInfo, i32)) {
                match self {
                    $( Instruction::$name(_operands) => {
                        $( visit(
                            OperandInfo { name: stringify!($operand), kind: OperandKind::$kind },
                            Operand::raw(_operands.$operand),
                        ); )*
                        let _ = &mut visit;
                    } )*
                }
            }
        }
    };
}

/// The effect that the table names.
macro_rules! effect {
    (raises) => {
        Effects::RAISES
    };
    (calls) => {
        Effects::CALLS
    };
    (ends) => {
        Effects::ENDS
    };
    (suspends) => {
        Effects::SUSPENDS
    };
}

for_each_op!(define_ops);

impl Op {
    /// The operation a first unit encodes, `None` if it is not in the table.
    #[inline]
    pub fn from_unit(unit: u16) -> Option<Op> {
        Op::ALL.get(usize::from(unit)).copied()
    }

    /// One of the operations that call what a register holds, with arguments in registers.
    pub fn is_call(self) -> bool {
        self.operands().iter().any(|operand| operand.kind == OperandKind::site_call)
    }
}

impl Instruction {
    /// Decodes the instruction at unit `at`, and gives the offset of the next one.
    ///
    /// # Panics
    /// If `at` is not the start of an instruction.
    pub fn decode(units: &[u16], at: usize) -> (Instruction, usize) {
        Instruction::try_decode(units, at).unwrap_or_else(|| panic!("no instruction at unit {at}"))
    }

    /// What executing the instruction may do besides writing its outputs.
    pub const fn effects(&self) -> Effects {
        self.op().effects()
    }

    /// The jump operand, relative to the instruction's first unit.
    pub fn jump(mut self) -> Option<i32> {
        self.jump_mut().copied()
    }

    /// The feedback site.
    pub fn site(mut self) -> Option<Site> {
        self.site_mut().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_round_trips() {
        for (number, op) in Op::ALL.iter().enumerate() {
            assert_eq!(*op as usize, number);
            assert!(!op.doc().is_empty());
            let mut units = vec![*op as u16];
            units.extend((1..op.length()).map(|i| (i * 4099) as u16));
            let (instruction, next) = Instruction::decode(&units, 0);
            assert_eq!((instruction.op(), next), (*op, units.len()));
            let mut again = Vec::new();
            instruction.encode(&mut again);
            assert_eq!(again, units);
            assert_eq!(Instruction::try_decode(&units[..units.len() - 1], 0), None);
            assert_eq!(
                instruction.site().is_some(),
                op.operands().iter().any(|operand| operand.kind.site_kind().is_some())
            );
        }
        assert_eq!(Op::from_unit(Op::COUNT as u16), None);
    }

    #[test]
    fn registers_of_windows_are_visited() {
        let call =
            Instruction::from(operands::CallMethod { dst: Register(2), window: Register(5), argc: 2, site: Site(0) });
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        call.visit_reads(|register| reads.push(register.0));
        call.visit_writes(|register| writes.push(register.0));
        assert_eq!((reads, writes), (vec![5, 6, 7, 8], vec![2]));
        assert_eq!(call.clobbers_from(), Some(Register(5)));
        let jump = Instruction::from(operands::ForIter {
            dst: Register(1),
            iter: Register(3),
            target: -70_000,
            site: Site(4),
        });
        assert_eq!(jump.jump(), Some(-70_000));
        let mut units = Vec::new();
        jump.encode(&mut units);
        assert_eq!(Instruction::decode(&units, 0).0, jump);
    }
}
