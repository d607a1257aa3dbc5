//! The loop: one `match` over the operations.
//!
//! What lives here: [`run`], with the fast paths of the hot instructions inline. What must not: anything slow;
//! that stands in the files beside this one, each function `#[inline(never)]`. Start at [`run`].
//!
//! The state of the loop is in locals, so that it stands in machine registers: the program counter, register
//! 0, the frame record and the feedback vector. `pc` points to the running instruction until its arm ends;
//! whoever may call, raise or look at the activation saves it in the frame first. An arm ends by `next!`,
//! by a jump, by entering or leaving an activation, or by `raise!`.
#![allow(unsafe_code)] // Registers, units and feedback words are reached by address.

use taipan_runtime::dispatch::binary::BinaryOperator;
use taipan_runtime::dispatch::compare::CompareOperator;
use taipan_runtime::dispatch::iter as iteration;
use taipan_runtime::dispatch::operation::Operation;
use taipan_runtime::gc::registers::stack_pointer;
use taipan_runtime::object::{Gc, Kind, ShapeId};
use taipan_runtime::thread::{LoopFrame, Thread};
use taipan_runtime::types::cell::CellObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::generator::{Generator, GeneratorState};
use taipan_runtime::types::instance;
use taipan_runtime::types::iterators::SequenceIterator;
use taipan_runtime::types::list::List;
use taipan_runtime::types::native_function::NativeFunction;
use taipan_runtime::types::prompt;
use taipan_runtime::types::range::RangeIterator;
use taipan_runtime::types::special::Special;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

use super::body::Body;
use super::cache::{self, Site as AttrSite};
use super::calls::{self, Called};
use super::chain;
use super::frame::{self, Frame, Link, Word};
use super::number::{self, UnaryOperator, both_floats};
use super::resume::{self, Sent};
use super::tier::{self, Tier};
use super::traceback::{self, Left, Unwound};
use super::{bind, exceptions, imports, intrinsics, names, objects, patterns, poll, profile, trace};
use crate::bytecode::feedback::{
    attr, binary as binary_facts, call as call_facts, global, iter as iter_facts, operand, subscript as subscript_facts,
};
use crate::bytecode::{Op, operands};

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub enum Exit {
    Returned(Value),
    /// The generator whose activation was run yielded.
    Yielded(Value),
    /// The exception is pending.
    Raised,
}

/// Feedback bits of two small ints, of two floats.
const INT_INT: u64 = operand::SMALL_INT | operand::SMALL_INT << 8 | binary_facts::TWO_INTS;
const FLOAT_FLOAT: u64 = operand::FLOAT | operand::FLOAT << 8;

/// The number of an exact float.
#[inline(always)]
fn exact_float(value: Value) -> Option<f64> {
    match value.header() {
        Some(header) if header.shape() == ShapeId::FLOAT => Some(header.cast_unchecked::<Float>().value),
        _ => None,
    }
}

/// `a // b` of two small ints as tagged words; `None` for a zero divisor.
#[inline(always)]
fn floor_divide(a: Value, b: Value) -> Option<Value> {
    let (a, b) = (a.to_small_unchecked(), b.to_small_unchecked());
    if b == 0 {
        return None;
    }
    let quotient = a.wrapping_div(b);
    let inexact = quotient.wrapping_mul(b) != a;
    Value::small(quotient - i64::from(inexact && (a ^ b) < 0))
}

/// `a % b` of two small ints; `None` for a zero divisor.
#[inline(always)]
fn modulo(a: Value, b: Value) -> Option<Value> {
    let (a, b) = (a.to_small_unchecked(), b.to_small_unchecked());
    if b == 0 {
        return None;
    }
    let remainder = a.wrapping_rem(b);
    Some(Value::small_wrapping(if remainder != 0 && (remainder ^ b) < 0 { remainder + b } else { remainder }))
}

/// `a << b` of two small ints; `None` if the result is not one.
#[inline(always)]
fn shift_left(a: Value, b: Value) -> Option<Value> {
    let (a, b) = (a.to_small_unchecked(), b.to_small_unchecked());
    if !(0..62).contains(&b) {
        return None;
    }
    let shifted = a << b;
    if shifted >> b == a { Value::small(shifted) } else { None }
}

/// `a >> b` of two small ints; `None` for a negative count.
#[inline(always)]
fn shift_right(a: Value, b: Value) -> Option<Value> {
    let (a, b) = (a.to_small_unchecked(), b.to_small_unchecked());
    if b < 0 { None } else { Some(Value::small_wrapping(a >> b.min(63))) }
}

/// Counts a call from native code and runs the activation it pushed, by whichever tier.
pub fn run_entered(thread: &Thread, entered: *mut Frame) -> Exit {
    // SAFETY: the caller pushed the record, with a link to native code.
    unsafe {
        let body = (*entered).body;
        let count = (*body).entry_count.get().wrapping_add(1);
        (*body).entry_count.set(count);
        if thread.is_traced() {
            return run_traced(thread, entered);
        }
        if count >= (*body).entry_threshold.get() {
            return run_answered(thread, entered, tier::entered(thread, entered));
        }
        run(thread, entered)
    }
}

/// Runs code that no function calls: a module, a class body, what `exec` is given.
pub fn run_module(thread: &Thread, entered: *mut Frame) -> Exit {
    if thread.is_traced() { run_traced(thread, entered) } else { run(thread, entered) }
}

/// Reports that an activation begins, or goes on if it is a generator's, and runs it in the traced loop.
#[cold]
#[inline(never)]
fn run_traced(thread: &Thread, entered: *mut Frame) -> Exit {
    // SAFETY: the record is the innermost activation.
    match unsafe { trace::entered(thread, entered) } {
        Ok(()) => run(thread, entered),
        Err(_) => run_answered(thread, entered, Tier::Raised),
    }
}

/// Counts a resumption from native code and runs the generator's activation, by whichever tier.
pub fn run_resumed(thread: &Thread, resumed: *mut Frame) -> Exit {
    if thread.is_traced() {
        return run_traced(thread, resumed);
    }
    if !count_resumption(resumed) {
        return run(thread, resumed);
    }
    run_answered(thread, resumed, tier::resumed(thread, resumed))
}

/// As [`run_resumed`]; a tier above may go on with the generator as long as `take` takes what it yields.
pub fn run_drained(thread: &Thread, resumed: *mut Frame, take: &mut dyn FnMut(Value) -> bool) -> Exit {
    if thread.is_traced() {
        return run_traced(thread, resumed);
    }
    if !count_resumption(resumed) {
        return run(thread, resumed);
    }
    run_answered(thread, resumed, tier::drained(thread, resumed, take))
}

/// Counts the resumption of a generator; true if the tiers above are to be asked.
#[inline(always)]
fn count_resumption(resumed: *mut Frame) -> bool {
    // SAFETY: the record is the innermost activation.
    let (body, op) = unsafe { (&*(*resumed).body, resume::op_at((*resumed).pc)) };
    if op == Op::Send {
        // Delegation is the interpreter's.
        return false;
    }
    let count = body.resume_count.get().wrapping_add(1);
    body.resume_count.set(count);
    count >= body.resume_threshold.get()
}

/// Goes on as the tier above says, until the activation that native code pushed ends.
fn run_answered(thread: &Thread, entered: *mut Frame, answer: Tier) -> Exit {
    // SAFETY: the record is the innermost one again where a value is returned; `unwind` starts at the innermost.
    unsafe {
        let extend = match answer {
            Tier::Continue => return run(thread, frame::innermost(thread)),
            Tier::Returned(value) => {
                (*entered).pc = (*(*entered).body).units;
                return match traceback::leave(thread, entered, value) {
                    Left::Native(exit) => exit,
                    // A delegate came to its end: the generator that delegated to it goes on.
                    Left::Caller(caller) => run(thread, caller),
                    Left::Raised(_) => unreachable!("generators and what native code calls make no instances"),
                };
            }
            Tier::Yielded(value) => {
                let link = (*entered).link;
                let generator = resume::running(entered);
                resume::suspend(thread, entered, None);
                let consumer = frame::pop(thread, entered);
                return match resume::pass_up(thread, consumer, link, value, generator) {
                    Some(consumer) => run(thread, consumer),
                    None => Exit::Yielded(value),
                };
            }
            Tier::Raised => true,
            Tier::Left => false,
        };
        match traceback::unwind(thread, frame::innermost(thread), extend) {
            Unwound::Handler(handler) => run(thread, handler),
            Unwound::Native => Exit::Raised,
        }
    }
}

/// Runs activations from `entry`, the innermost one, until the one that was entered from native code ends.
///
/// `entry`'s `pc` says where to start.
#[inline(never)]
pub fn run(thread: &Thread, entry: *mut Frame) -> Exit {
    // The loop's frame lies right below this one; the loop itself says how far down.
    let high = stack_pointer();
    let outer = thread.loop_frame.replace(LoopFrame { low: high, high });
    let exit = if thread.is_traced() { run_loop::<true>(thread, entry) } else { run_loop::<false>(thread, entry) };
    thread.loop_frame.set(outer);
    exit
}

/// [`run`]; `TRACED`: events are reported ([`trace`]). Where that changes, the other loop takes over.
#[inline(never)]
fn run_loop<const TRACED: bool>(thread: &Thread, entry: *mut Frame) -> Exit {
    thread.loop_frame.set(LoopFrame { low: stack_pointer(), ..thread.loop_frame.get() });
    let mut frame: *mut Frame = entry;
    let mut pc: *const u16;
    let mut base: *mut Word;
    let mut feedback: *mut u64;

    // SAFETY: throughout this function: `frame` is the innermost activation and its record is initialised;
    // `pc` points to an instruction of its code, `base` to its registers, `feedback` to its vector. The
    // compiler and the verifier vouch for operands: registers within the file, indices within the pools,
    // registers that are read not empty, jumps to instructions, sites within the vector.
    unsafe {
        macro_rules! reload {
            () => {{
                pc = (*frame).pc;
                base = (*frame).base;
                feedback = (*(*frame).body).feedback;
            }};
        }
        macro_rules! decode {
            ($name:ident) => {
                operands::$name::read(pc)
            };
        }
        macro_rules! word {
            ($register:expr) => {
                *base.add($register.index())
            };
        }
        macro_rules! value {
            ($register:expr) => {{
                debug_assert!((*base.add($register.index())).is_some(), "{} is empty", $register);
                (*base.add($register.index())).unwrap_unchecked()
            }};
        }
        macro_rules! set {
            ($register:expr, $value:expr) => {{
                let value: Value = $value;
                *base.add($register.index()) = Some(value);
            }};
        }
        macro_rules! site {
            ($site:expr) => {
                feedback.add($site.index())
            };
        }
        macro_rules! next {
            ($name:ident) => {{
                pc = pc.add(operands::$name::LENGTH);
                continue;
            }};
        }
        macro_rules! jump {
            ($target:expr) => {{
                pc = pc.offset($target as isize);
                continue;
            }};
        }
        macro_rules! save {
            () => {
                (*frame).pc = pc
            };
        }
        // Leaves the dispatch loop; `true` extends the traceback.
        macro_rules! raise {
            ($label:lifetime) => {
                break $label true
            };
        }

        reload!();
        'activation: loop {
            let extend: bool = 'dispatch: loop {
                macro_rules! attempt {
                    ($result:expr) => {
                        match $result {
                            Ok(value) => value,
                            Err(_) => raise!('dispatch),
                        }
                    };
                }
                // An instruction whose work is done by a function of operands and frame.
                macro_rules! outlined {
                    ($name:ident, $function:path) => {{
                        save!();
                        attempt!($function(thread, &*frame, decode!($name)));
                        next!($name)
                    }};
                }
                // As `outlined`, of what may let go of an object that somebody watches.
                macro_rules! dropping {
                    ($name:ident, $function:path) => {{
                        save!();
                        attempt!($function(thread, &*frame, decode!($name)));
                        prompt::settle(thread);
                        next!($name)
                    }};
                }
                // Suspends the generator of the activation, whose `pc` is saved, and gives its consumer a value.
                macro_rules! yielded {
                    ($value:expr, $delegate:expr) => {{
                        let value: Value = $value;
                        if TRACED {
                            attempt!(trace::left(thread, frame, value));
                        }
                        let mut link = (*frame).link;
                        let generator = resume::running(frame);
                        resume::suspend(thread, frame, $delegate);
                        frame = frame::pop(thread, frame);
                        if link.has(Link::NATIVE) {
                            return Exit::Yielded(value);
                        }
                        // Traced, each of those that delegate yields by itself.
                        if TRACED && link.has(Link::CHAIN) {
                            frame = chain::expose_delegator(thread, frame, Some(generator));
                            generator.leave_chain();
                            link.destination = operands::Send::read((*frame).pc).dst.0;
                        }
                        if !TRACED && link.has(Link::SEND) {
                            match resume::pass_up(thread, frame, link, value, generator) {
                                Some(consumer) => frame = consumer,
                                None => return Exit::Yielded(value),
                            }
                            reload!();
                            continue 'dispatch;
                        }
                        base = (*frame).base;
                        feedback = (*(*frame).body).feedback;
                        pc = (*frame).pc.add(usize::from(link.length));
                        *base.add(usize::from(link.destination)) = Some(value);
                        continue 'dispatch;
                    }};
                }
                // Does what the tier above says about the activation it was given.
                macro_rules! answered {
                    ($answer:expr) => {{
                        match $answer {
                            Tier::Continue => frame = frame::innermost(thread),
                            Tier::Returned(value) => {
                                (*frame).pc = (*(*frame).body).units;
                                finish!(value)
                            }
                            Tier::Yielded(value) => yielded!(value, None),
                            Tier::Raised => {
                                frame = frame::innermost(thread);
                                raise!('dispatch)
                            }
                            Tier::Left => {
                                frame = frame::innermost(thread);
                                break 'dispatch false
                            }
                        }
                    }};
                }
                // Continues in an activation that was just entered.
                macro_rules! enter {
                    ($frame:expr) => {{
                        frame = $frame;
                        if TRACED {
                            if poll::handle_others(thread).is_err() || trace::entered(thread, frame).is_err() {
                                raise!('dispatch)
                            }
                            reload!();
                            continue 'dispatch;
                        }
                        let body = (*frame).body;
                        let count = (*body).entry_count.get().wrapping_add(1);
                        (*body).entry_count.set(count);
                        if count >= (*body).entry_threshold.get()
                            || thread.poll.load(std::sync::atomic::Ordering::Relaxed) != 0
                        {
                            if thread.is_traced() {
                                return run_traced(thread, frame);
                            }
                            answered!(tier::entered(thread, frame));
                        }
                        reload!();
                        continue 'dispatch;
                    }};
                }
                // Goes on in a generator's activation that was just resumed.
                macro_rules! resume {
                    ($frame:expr) => {{
                        frame = $frame;
                        if TRACED {
                            if trace::entered(thread, frame).is_err() {
                                raise!('dispatch)
                            }
                            reload!();
                            continue 'dispatch;
                        }
                        if thread.poll.load(std::sync::atomic::Ordering::Relaxed) != 0 && thread.is_traced() {
                            return run_traced(thread, frame);
                        }
                        if count_resumption(frame) {
                            answered!(tier::resumed(thread, frame));
                        }
                        reload!();
                        continue 'dispatch;
                    }};
                }
                // Ends the activation, whose `pc` is saved, with a value.
                macro_rules! finish {
                    ($value:expr) => {{
                        match traceback::leave(thread, frame, $value) {
                            Left::Caller(caller) => {
                                frame = caller;
                                reload!();
                                continue 'dispatch;
                            }
                            Left::Native(exit) => return exit,
                            Left::Raised(caller) => {
                                frame = caller;
                                raise!('dispatch)
                            }
                        }
                    }};
                }
                // Calls a Python function with values that do not stand in a window. Falls through if the function
                // does not take exactly these arguments.
                macro_rules! push_call {
                    ($function:expr, [$($argument:expr),*], $link:expr) => {{
                        let function: Gc<Function> = $function;
                        let body: *const Body = Body::of(function.code.get().unwrap_unchecked());
                        let arguments = [$($argument),*];
                        if (*body).exact_arguments as usize == arguments.len() {
                            let top = (*frame).top;
                            for (index, &argument) in arguments.iter().enumerate() {
                                *top.add(index) = Some(argument);
                            }
                            let entered = attempt!(frame::push(thread, frame, function, body, top, arguments.len(), $link));
                            enter!(entered)
                        }
                    }};
                }
                // Goes on behind a call that is over, which may have begun to trace.
                macro_rules! returned {
                    ($name:ident) => {{
                        if !TRACED && thread.poll.load(std::sync::atomic::Ordering::Relaxed) != 0 && thread.is_traced()
                        {
                            pc = pc.add(operands::$name::LENGTH);
                            save!();
                            return run(thread, frame);
                        }
                        next!($name)
                    }};
                }
                // The result of a call, reported if it is traced and of a builtin function.
                macro_rules! profiled {
                    ($callee:expr, $first:expr, $count:expr, $call:expr) => {
                        if TRACED { trace::calling(thread, frame, $callee, $first, $count, || $call) } else { $call }
                    };
                }
                macro_rules! called {
                    ($callee:expr, $first:expr, $count:expr, $result:expr, $name:ident, $dst:expr) => {{
                        match attempt!(profiled!($callee, $first, $count, $result)) {
                            Called::Entered(entered) => enter!(entered),
                            Called::Value(value) => {
                                set!($dst, value);
                                returned!($name)
                            }
                        }
                    }};
                }
                // Calls the method that answers an operator first, if it is written in Python. Falls through otherwise.
                macro_rules! operator_call {
                    ($name:ident, $site:expr, $operation:expr, $a:expr, $b:expr, $destination:expr, $flags:expr) => {{
                        let link = Link::to_register($destination, operands::$name::LENGTH).with($flags);
                        let site = site!($site);
                        if let Some(entered) =
                            attempt!(number::enter_method(thread, frame, site, $operation, $a, $b, link))
                        {
                            enter!(entered)
                        }
                    }};
                }
                macro_rules! arithmetic {
                    ($name:ident, $small:expr, $float:expr) => {{
                        let o = decode!($name);
                        let (a, b) = (value!(o.lhs), value!(o.rhs));
                        if Value::both_small(a, b) {
                            let small: Option<Value> = $small(a, b);
                            if let Some(result) = small {
                                profile::note(site!(o.site), INT_INT);
                                set!(o.dst, result);
                                next!($name)
                            }
                        } else if let Some((x, y)) = both_floats(a, b) {
                            let float: Option<f64> = $float(x, y);
                            if let Some(result) = float {
                                profile::note(site!(o.site), FLOAT_FLOAT);
                                save!();
                                let result = Float::new(thread, result).value();
                                set!(o.dst, result);
                                next!($name)
                            }
                        }
                        save!();
                        let operation = Operation::arithmetic(BinaryOperator::$name, o.inplace != 0);
                        operator_call!($name, o.site, operation, a, b, o.dst.0, 0);
                        let (body, site) = (&*(*frame).body, site!(o.site));
                        let result =
                            attempt!(number::binary(thread, body, site, BinaryOperator::$name, a, b, o.inplace));
                        set!(o.dst, result);
                        next!($name)
                    }};
                }
                macro_rules! integral {
                    ($name:ident, $small:expr) => {
                        arithmetic!($name, $small, |_: f64, _: f64| None)
                    };
                }
                macro_rules! immediate {
                    ($name:ident, $operator:ident, $small:expr, $float:expr) => {{
                        let o = decode!($name);
                        let a = value!(o.lhs);
                        if a.is_small() {
                            let small: Option<Value> = $small(a, Value::small_wrapping(i64::from(o.rhs)));
                            if let Some(result) = small {
                                profile::note(site!(o.site), INT_INT);
                                set!(o.dst, result);
                                next!($name)
                            }
                        } else if let Some(x) = exact_float(a) {
                            let float: Option<f64> = $float(x, f64::from(o.rhs));
                            if let Some(result) = float {
                                profile::note(site!(o.site), operand::FLOAT | operand::SMALL_INT << 8);
                                save!();
                                let result = Float::new(thread, result).value();
                                set!(o.dst, result);
                                next!($name)
                            }
                        }
                        save!();
                        let b = Value::small_wrapping(i64::from(o.rhs));
                        let operation = Operation::arithmetic(BinaryOperator::$operator, o.inplace != 0);
                        operator_call!($name, o.site, operation, a, b, o.dst.0, 0);
                        let (body, site) = (&*(*frame).body, site!(o.site));
                        let result =
                            attempt!(number::binary(thread, body, site, BinaryOperator::$operator, a, b, o.inplace));
                        set!(o.dst, result);
                        next!($name)
                    }};
                }
                macro_rules! unary {
                    ($name:ident, $operator:ident, $small:expr, $float:expr) => {{
                        let o = decode!($name);
                        let a = value!(o.src);
                        if let Some(n) = a.as_small() {
                            let small: Option<Value> = $small(n);
                            if let Some(result) = small {
                                profile::note(site!(o.site), operand::SMALL_INT);
                                set!(o.dst, result);
                                next!($name)
                            }
                        } else if let Some(x) = exact_float(a) {
                            let float: Option<f64> = $float(x);
                            if let Some(result) = float {
                                profile::note(site!(o.site), operand::FLOAT);
                                save!();
                                let result = Float::new(thread, result).value();
                                set!(o.dst, result);
                                next!($name)
                            }
                        }
                        save!();
                        let result = attempt!(number::unary(thread, site!(o.site), UnaryOperator::$operator, a));
                        set!(o.dst, result);
                        next!($name)
                    }};
                }
                // The truth of a comparison of two values.
                macro_rules! comparison_truth {
                    ($name:ident, $site:expr, $operator:ident, $op:tt, $a:expr, $b:expr) => {{
                        let (a, b): (Value, Value) = ($a, $b);
                        if Value::both_small(a, b) {
                            profile::note(site!($site), INT_INT);
                            a.small_order_key() $op b.small_order_key()
                        } else if let Some((x, y)) = both_floats(a, b) {
                            profile::note(site!($site), FLOAT_FLOAT);
                            x $op y
                        } else {
                            save!();
                            let operation = Operation::Compare(CompareOperator::$operator);
                            operator_call!($name, $site, operation, a, b, 0, Link::JUMP);
                            let (body, site) = (&*(*frame).body, site!($site));
                            attempt!(number::compare_truth(thread, body, site, CompareOperator::$operator, a, b))
                        }
                    }};
                }
                macro_rules! comparison {
                    ($name:ident, $op:tt) => {{
                        let o = decode!($name);
                        let (a, b) = (value!(o.lhs), value!(o.rhs));
                        let result = if Value::both_small(a, b) {
                            profile::note(site!(o.site), INT_INT);
                            Value::from_bool(a.small_order_key() $op b.small_order_key())
                        } else if let Some((x, y)) = both_floats(a, b) {
                            profile::note(site!(o.site), FLOAT_FLOAT);
                            Value::from_bool(x $op y)
                        } else {
                            save!();
                            let operation = Operation::Compare(CompareOperator::$name);
                            operator_call!($name, o.site, operation, a, b, o.dst.0, 0);
                            let (body, site) = (&*(*frame).body, site!(o.site));
                            attempt!(number::compare(thread, body, site, CompareOperator::$name, a, b))
                        };
                        set!(o.dst, result);
                        next!($name)
                    }};
                }
                // Jumps if `truth` is `sense`, counting.
                macro_rules! branch {
                    ($name:ident, $site:expr, $truth:expr, $sense:expr, $target:expr) => {{
                        if $truth == $sense {
                            profile::taken($site);
                            jump!($target)
                        } else {
                            profile::not_taken($site);
                            next!($name)
                        }
                    }};
                }
                macro_rules! compare_jump {
                    ($name:ident, $operator:ident, $op:tt) => {{
                        let o = decode!($name);
                        let truth = comparison_truth!($name, o.site, $operator, $op, value!(o.lhs), value!(o.rhs));
                        branch!($name, site!(o.site), truth, (o.sense != 0), o.target)
                    }};
                }
                macro_rules! compare_jump_immediate {
                    ($name:ident, $operator:ident, $op:tt) => {{
                        let o = decode!($name);
                        let (a, b) = (value!(o.lhs), Value::small_wrapping(i64::from(o.rhs)));
                        let truth = if a.is_small() {
                            profile::note(site!(o.site), INT_INT);
                            a.small_order_key() $op b.small_order_key()
                        } else if let Some(x) = exact_float(a) {
                            profile::note(site!(o.site), operand::FLOAT | operand::SMALL_INT << 8);
                            x $op f64::from(o.rhs)
                        } else {
                            save!();
                            let operation = Operation::Compare(CompareOperator::$operator);
                            operator_call!($name, o.site, operation, a, b, 0, Link::JUMP);
                            let (body, site) = (&*(*frame).body, site!(o.site));
                            attempt!(number::compare_truth(thread, body, site, CompareOperator::$operator, a, b))
                        };
                        branch!($name, site!(o.site), truth, (o.sense != 0), o.target)
                    }};
                }
                macro_rules! truth {
                    ($site:expr, $value:expr) => {{
                        let value: Value = $value;
                        if value == Value::TRUE {
                            profile::note($site, operand::BOOL);
                            true
                        } else if value == Value::FALSE {
                            profile::note($site, operand::BOOL);
                            false
                        } else if value.is_small() {
                            profile::note($site, operand::SMALL_INT);
                            value.to_small_unchecked() != 0
                        } else {
                            save!();
                            attempt!(number::truth(thread, $site, value))
                        }
                    }};
                }

                if TRACED {
                    save!();
                    if !thread.is_traced() {
                        return run(thread, frame);
                    }
                    attempt!(trace::instruction(thread, frame));
                    pc = (*frame).pc;
                }

                match resume::op_at(pc) {
                    // ---- moves and constants ----
                    Op::Nop => next!(Nop),
                    Op::Move => {
                        let o = decode!(Move);
                        word!(o.dst) = word!(o.src);
                        next!(Move)
                    }
                    Op::LoadConst => {
                        let o = decode!(LoadConst);
                        set!(o.dst, *(*(*frame).body).constants.add(o.value.index()));
                        next!(LoadConst)
                    }
                    Op::LoadConstWide => {
                        let o = decode!(LoadConstWide);
                        set!(o.dst, *(*(*frame).body).constants.add(o.value as usize));
                        next!(LoadConstWide)
                    }
                    Op::LoadInt => {
                        let o = decode!(LoadInt);
                        set!(o.dst, Value::small_wrapping(i64::from(o.value)));
                        next!(LoadInt)
                    }
                    Op::LoadNone => {
                        let o = decode!(LoadNone);
                        set!(o.dst, Value::NONE);
                        next!(LoadNone)
                    }
                    Op::LoadTrue => {
                        let o = decode!(LoadTrue);
                        set!(o.dst, Value::TRUE);
                        next!(LoadTrue)
                    }
                    Op::LoadFalse => {
                        let o = decode!(LoadFalse);
                        set!(o.dst, Value::FALSE);
                        next!(LoadFalse)
                    }
                    Op::Clear => {
                        let o = decode!(Clear);
                        save!();
                        if let Some(old) = word!(o.dst).take() {
                            prompt::dropped(thread, old);
                        }
                        prompt::settle(thread);
                        next!(Clear)
                    }
                    Op::CheckBound => {
                        let o = decode!(CheckBound);
                        if word!(o.src).is_none() {
                            save!();
                            names::unbound_local(thread, &*frame, o.src);
                            raise!('dispatch)
                        }
                        next!(CheckBound)
                    }

                    // ---- variables ----
                    Op::LoadGlobal => {
                        let o = decode!(LoadGlobal);
                        let site = site!(o.site);
                        let versions = *site.add(global::VERSIONS);
                        let globals = (*frame).globals;
                        if versions != 0 && globals.current_keys_version() == versions as u32 {
                            let dict = if versions >> 32 == 0 {
                                Some(globals)
                            } else {
                                let builtins = thread.vm().builtins_dict();
                                if builtins.current_keys_version() == (versions >> 32) as u32 {
                                    Some(builtins)
                                } else {
                                    None
                                }
                            };
                            if let Some(value) =
                                dict.and_then(|dict| dict.entry_value(*site.add(global::INDEX) as usize))
                            {
                                set!(o.dst, value);
                                next!(LoadGlobal)
                            }
                        }
                        save!();
                        let value = attempt!(names::load_global(
                            thread,
                            &*frame,
                            (*(*frame).body).name(o.name.index()),
                            o.site
                        ));
                        set!(o.dst, value);
                        next!(LoadGlobal)
                    }
                    Op::StoreGlobal => {
                        let o = decode!(StoreGlobal);
                        let site = site!(o.site);
                        let versions = *site.add(global::VERSIONS);
                        let globals = (*frame).globals;
                        save!();
                        if versions != 0 && u64::from(globals.current_keys_version()) == versions {
                            let index = *site.add(global::INDEX) as usize;
                            if let Some(old) = globals.entry_value(index) {
                                prompt::dropped(thread, old);
                            }
                            globals.set_entry_value(thread, index, value!(o.src));
                        } else {
                            names::store_global(
                                thread,
                                &*frame,
                                (*(*frame).body).name(o.name.index()),
                                value!(o.src),
                                o.site,
                            );
                        }
                        prompt::settle(thread);
                        next!(StoreGlobal)
                    }
                    Op::DeleteGlobal => dropping!(DeleteGlobal, names::delete_global),
                    Op::LoadName => outlined!(LoadName, names::load_name),
                    Op::StoreName => dropping!(StoreName, names::store_name),
                    Op::DeleteName => dropping!(DeleteName, names::delete_name),
                    Op::MakeCell => {
                        let o = decode!(MakeCell);
                        save!();
                        let cell = CellObject::allocate(thread, word!(o.cell)).value();
                        set!(o.cell, cell);
                        next!(MakeCell)
                    }
                    Op::LoadCell => {
                        let o = decode!(LoadCell);
                        let cell: Gc<CellObject> = value!(o.cell).header().unwrap_unchecked().cast_unchecked();
                        match cell.content.get() {
                            Some(value) => set!(o.dst, value),
                            None => {
                                save!();
                                names::unbound_local(thread, &*frame, o.cell);
                                raise!('dispatch)
                            }
                        }
                        next!(LoadCell)
                    }
                    Op::StoreCell => {
                        let o = decode!(StoreCell);
                        let cell: Gc<CellObject> = value!(o.cell).header().unwrap_unchecked().cast_unchecked();
                        thread.store(cell, &cell.content, value!(o.src));
                        next!(StoreCell)
                    }
                    Op::DeleteCell => dropping!(DeleteCell, names::delete_cell),
                    Op::LoadFree => {
                        let o = decode!(LoadFree);
                        match names::closure_cell(&*frame, o.index).content.get() {
                            Some(value) => set!(o.dst, value),
                            None => {
                                save!();
                                names::free_variable_error(thread, &*frame, o.index);
                                raise!('dispatch)
                            }
                        }
                        next!(LoadFree)
                    }
                    Op::StoreFree => {
                        let o = decode!(StoreFree);
                        let cell = names::closure_cell(&*frame, o.index);
                        thread.store(cell, &cell.content, value!(o.src));
                        next!(StoreFree)
                    }
                    Op::DeleteFree => dropping!(DeleteFree, names::delete_free),
                    Op::LoadClosureCell => {
                        let o = decode!(LoadClosureCell);
                        set!(o.dst, names::closure_cell(&*frame, o.index).value());
                        next!(LoadClosureCell)
                    }
                    Op::LoadNameOrFree => outlined!(LoadNameOrFree, names::load_name_or_free),
                    Op::LoadDictOrGlobal => outlined!(LoadDictOrGlobal, names::load_dict_or_global),
                    Op::LoadDictOrFree => outlined!(LoadDictOrFree, names::load_dict_or_free),
                    Op::LoadLocals => outlined!(LoadLocals, names::load_locals),
                    Op::LoadBuildClass => outlined!(LoadBuildClass, names::load_build_class),
                    Op::LoadCommon => {
                        let o = decode!(LoadCommon);
                        set!(o.dst, thread.vm().common_builtin(usize::from(o.which)));
                        next!(LoadCommon)
                    }

                    // ---- arithmetic ----
                    Op::Add => arithmetic!(Add, Value::add_small, |x: f64, y: f64| Some(x + y)),
                    Op::Sub => arithmetic!(Sub, Value::sub_small, |x: f64, y: f64| Some(x - y)),
                    Op::Mul => arithmetic!(Mul, Value::mul_small, |x: f64, y: f64| Some(x * y)),
                    Op::TrueDiv => {
                        arithmetic!(TrueDiv, |_, _| None, |x: f64, y: f64| if y == 0.0 { None } else { Some(x / y) })
                    }
                    Op::FloorDiv => integral!(FloorDiv, floor_divide),
                    Op::Mod => integral!(Mod, modulo),
                    Op::Pow => integral!(Pow, |_, _| None),
                    Op::LShift => integral!(LShift, shift_left),
                    Op::RShift => integral!(RShift, shift_right),
                    Op::BitAnd => integral!(BitAnd, |a: Value, b: Value| Value::from_bits(a.to_bits() & b.to_bits())),
                    Op::BitOr => integral!(BitOr, |a: Value, b: Value| Value::from_bits(a.to_bits() | b.to_bits())),
                    Op::BitXor => {
                        integral!(BitXor, |a: Value, b: Value| Some(Value::small_wrapping(
                            a.to_small_unchecked() ^ b.to_small_unchecked()
                        )))
                    }
                    Op::MatMul => integral!(MatMul, |_, _| None),
                    Op::AddImm => immediate!(AddImm, Add, Value::add_small, |x: f64, y: f64| Some(x + y)),
                    Op::SubImm => immediate!(SubImm, Sub, Value::sub_small, |x: f64, y: f64| Some(x - y)),
                    Op::MulImm => immediate!(MulImm, Mul, Value::mul_small, |x: f64, y: f64| Some(x * y)),
                    Op::FloorDivImm => immediate!(FloorDivImm, FloorDiv, floor_divide, |_, _| None),
                    Op::ModImm => immediate!(ModImm, Mod, modulo, |_, _| None),
                    Op::LShiftImm => immediate!(LShiftImm, LShift, shift_left, |_, _| None),
                    Op::RShiftImm => immediate!(RShiftImm, RShift, shift_right, |_, _| None),
                    Op::BitAndImm => {
                        immediate!(
                            BitAndImm,
                            BitAnd,
                            |a: Value, b: Value| Value::from_bits(a.to_bits() & b.to_bits()),
                            |_, _| None
                        )
                    }
                    Op::Negative => unary!(Negative, Negative, |n: i64| Value::small(-n), |x: f64| Some(-x)),
                    Op::Positive => unary!(Positive, Positive, |n: i64| Value::small(n), |_| None),
                    Op::Invert => unary!(Invert, Invert, |n: i64| Some(Value::small_wrapping(!n)), |_| None),
                    Op::Not => {
                        let o = decode!(Not);
                        let truth = truth!(site!(o.site), value!(o.src));
                        if truth {
                            profile::not_taken(site!(o.site));
                        } else {
                            profile::taken(site!(o.site));
                        }
                        set!(o.dst, Value::from_bool(!truth));
                        next!(Not)
                    }

                    // ---- comparisons ----
                    Op::Lt => comparison!(Lt, <),
                    Op::Le => comparison!(Le, <=),
                    Op::Eq => comparison!(Eq, ==),
                    Op::Ne => comparison!(Ne, !=),
                    Op::Gt => comparison!(Gt, >),
                    Op::Ge => comparison!(Ge, >=),
                    Op::Is => {
                        let o = decode!(Is);
                        set!(o.dst, Value::from_bool((value!(o.lhs) == value!(o.rhs)) != (o.negate != 0)));
                        next!(Is)
                    }
                    Op::Contains => {
                        let o = decode!(Contains);
                        save!();
                        let found = attempt!(number::contains(
                            thread,
                            &*(*frame).body,
                            site!(o.site),
                            value!(o.item),
                            value!(o.container)
                        ));
                        set!(o.dst, Value::from_bool(found != (o.negate != 0)));
                        next!(Contains)
                    }

                    // ---- jumps ----
                    Op::Jump => jump!(decode!(Jump).target),
                    Op::JumpBack => {
                        let o = decode!(JumpBack);
                        let counter = site!(o.site);
                        let count = (*counter).wrapping_add(1);
                        *counter = count;
                        let reached = count >= u64::from((*(*frame).body).loop_threshold.get());
                        if reached || thread.poll.load(std::sync::atomic::Ordering::Relaxed) != 0 {
                            save!();
                            if thread.poll.load(std::sync::atomic::Ordering::Relaxed) != 0 {
                                attempt!(poll::handle(thread));
                                if !TRACED && thread.is_traced() {
                                    pc = pc.offset(o.target as isize);
                                    save!();
                                    return run(thread, frame);
                                }
                            }
                            if reached && !TRACED {
                                match tier::looped(thread, frame, (*frame).offset().wrapping_add_signed(o.target)) {
                                    Tier::Continue => {}
                                    Tier::Returned(value) => finish!(value),
                                    Tier::Yielded(value) => yielded!(value, None),
                                    Tier::Raised => {
                                        frame = frame::innermost(thread);
                                        raise!('dispatch)
                                    }
                                    Tier::Left => {
                                        frame = frame::innermost(thread);
                                        break 'dispatch false;
                                    }
                                }
                                if frame != frame::innermost(thread) || (*frame).pc != pc {
                                    // The tier above ran some of the loop and came back elsewhere.
                                    frame = frame::innermost(thread);
                                    reload!();
                                    continue;
                                }
                            }
                        }
                        jump!(o.target)
                    }
                    Op::JumpIfTrue => {
                        let o = decode!(JumpIfTrue);
                        let truth = truth!(site!(o.site), value!(o.src));
                        branch!(JumpIfTrue, site!(o.site), truth, true, o.target)
                    }
                    Op::JumpIfFalse => {
                        let o = decode!(JumpIfFalse);
                        let truth = truth!(site!(o.site), value!(o.src));
                        branch!(JumpIfFalse, site!(o.site), truth, false, o.target)
                    }
                    Op::JumpIfNone => {
                        let o = decode!(JumpIfNone);
                        branch!(JumpIfNone, site!(o.site), value!(o.src).is_none(), true, o.target)
                    }
                    Op::JumpIfNotNone => {
                        let o = decode!(JumpIfNotNone);
                        branch!(JumpIfNotNone, site!(o.site), value!(o.src).is_none(), false, o.target)
                    }
                    Op::JumpLt => compare_jump!(JumpLt, Lt, <),
                    Op::JumpLe => compare_jump!(JumpLe, Le, <=),
                    Op::JumpEq => compare_jump!(JumpEq, Eq, ==),
                    Op::JumpNe => compare_jump!(JumpNe, Ne, !=),
                    Op::JumpGt => compare_jump!(JumpGt, Gt, >),
                    Op::JumpGe => compare_jump!(JumpGe, Ge, >=),
                    Op::JumpLtImm => compare_jump_immediate!(JumpLtImm, Lt, <),
                    Op::JumpLeImm => compare_jump_immediate!(JumpLeImm, Le, <=),
                    Op::JumpEqImm => compare_jump_immediate!(JumpEqImm, Eq, ==),
                    Op::JumpNeImm => compare_jump_immediate!(JumpNeImm, Ne, !=),
                    Op::JumpGtImm => compare_jump_immediate!(JumpGtImm, Gt, >),
                    Op::JumpGeImm => compare_jump_immediate!(JumpGeImm, Ge, >=),
                    Op::JumpIs => {
                        let o = decode!(JumpIs);
                        branch!(JumpIs, site!(o.site), (value!(o.lhs) == value!(o.rhs)), (o.sense != 0), o.target)
                    }

                    // ---- attributes and subscripts ----
                    Op::LoadAttr => {
                        let o = decode!(LoadAttr);
                        let object = value!(o.object);
                        let site = site!(o.site);
                        save!();
                        if let Some(header) = object.header() {
                            let key = *site.add(attr::ENTRIES);
                            let shape = header.shape().0;
                            if key as u32 == shape && cache::class_version(thread, shape) == (key >> 32) as u32 {
                                let kind = *site.add(attr::KINDS) as u8;
                                let payload = *site.add(attr::ENTRIES + 1);
                                if kind == attr::SLOT {
                                    if let Some(value) = cache::slot_at(header, payload as usize).get() {
                                        set!(o.dst, value);
                                        next!(LoadAttr)
                                    }
                                } else if kind == attr::DOUBLE {
                                    let number = instance::raw_double(cache::slot_at(header, payload as usize));
                                    let value = Float::new(thread, number).value();
                                    set!(o.dst, value);
                                    next!(LoadAttr)
                                } else if kind == attr::PROPERTY
                                    && let Some(getter) = cache::property_getter(payload)
                                {
                                    let link = Link::to_register(o.dst.0, operands::LoadAttr::LENGTH);
                                    push_call!(getter, [object], link)
                                }
                            }
                        }
                        let name = (*(*frame).body).name(o.name.index());
                        let value = attempt!(cache::load(thread, &*(*frame).body, AttrSite(site), object, name));
                        set!(o.dst, value);
                        next!(LoadAttr)
                    }
                    Op::StoreAttr => {
                        let o = decode!(StoreAttr);
                        let object = value!(o.object);
                        let site = site!(o.site);
                        if let Some(header) = object.header() {
                            let key = *site.add(attr::ENTRIES);
                            let shape = header.shape().0;
                            if key as u32 == shape
                                && cache::class_version(thread, shape) == (key >> 32) as u32
                                && cache::write(thread, AttrSite(site).entry(0), header, value!(o.src))
                            {
                                next!(StoreAttr)
                            }
                        }
                        save!();
                        let name = (*(*frame).body).name(o.name.index());
                        attempt!(cache::store(thread, &*(*frame).body, AttrSite(site), object, name, value!(o.src)));
                        next!(StoreAttr)
                    }
                    Op::DeleteAttr => dropping!(DeleteAttr, objects::delete_attr),
                    Op::LoadMethod => {
                        let o = decode!(LoadMethod);
                        let object = value!(o.object);
                        let site = site!(o.site);
                        if let Some(header) = object.header() {
                            let key = *site.add(attr::ENTRIES);
                            let shape = header.shape().0;
                            if key as u32 == shape
                                && *site.add(attr::KINDS) as u8 == attr::METHOD
                                && cache::class_version(thread, shape) == (key >> 32) as u32
                            {
                                word!(o.window) = Value::from_bits(*site.add(attr::ENTRIES + 1));
                                set!(o.window.plus(1), object);
                                next!(LoadMethod)
                            }
                        }
                        save!();
                        let name = (*(*frame).body).name(o.name.index());
                        let (method, receiver) =
                            attempt!(cache::load_method(thread, &*(*frame).body, AttrSite(site), object, name));
                        set!(o.window, method);
                        word!(o.window.plus(1)) = receiver;
                        next!(LoadMethod)
                    }
                    Op::LoadSuperAttr => {
                        let o = decode!(LoadSuperAttr);
                        save!();
                        let name = (*(*frame).body).name(o.name.index());
                        let (value, _) = attempt!(names::load_super(
                            thread,
                            &*frame,
                            value!(o.global_super),
                            value!(o.class),
                            value!(o.receiver),
                            o.explicit != 0,
                            name,
                            false
                        ));
                        set!(o.dst, value);
                        next!(LoadSuperAttr)
                    }
                    Op::LoadSuperMethod => {
                        let o = decode!(LoadSuperMethod);
                        save!();
                        let name = (*(*frame).body).name(o.name.index());
                        let (method, receiver) = attempt!(names::load_super(
                            thread,
                            &*frame,
                            value!(o.global_super),
                            value!(o.class),
                            value!(o.receiver),
                            o.explicit != 0,
                            name,
                            true
                        ));
                        set!(o.window, method);
                        word!(o.window.plus(1)) = receiver;
                        next!(LoadSuperMethod)
                    }
                    Op::LoadSubscript => {
                        let o = decode!(LoadSubscript);
                        let (object, index) = (value!(o.object), value!(o.index));
                        let site = site!(o.site);
                        if let Some(header) = object.header() {
                            let shape = header.shape();
                            if index.is_small() {
                                let position = index.to_small_unchecked() as usize;
                                if shape.is_list() {
                                    let list: Gc<List> = header.cast_unchecked();
                                    save!();
                                    if let Some(value) = list.get(thread, position) {
                                        profile::note(site, profile::list_item(shape));
                                        profile::note_shape(site, shape.0);
                                        set!(o.dst, value);
                                        next!(LoadSubscript)
                                    }
                                } else if shape == ShapeId::TUPLE {
                                    let tuple: Gc<Tuple> = header.cast_unchecked();
                                    if let Some(&value) = tuple.items().get(position) {
                                        profile::note(site, subscript_facts::TUPLE | operand::SMALL_INT << 8);
                                        set!(o.dst, value);
                                        next!(LoadSubscript)
                                    }
                                }
                            }
                            if shape == ShapeId::DICT {
                                let dict: Gc<Dict> = header.cast_unchecked();
                                save!();
                                if *site & subscript_facts::DICT != 0
                                    && let Some(value) = attempt!(dict.get(thread, index))
                                {
                                    set!(o.dst, value);
                                    next!(LoadSubscript)
                                }
                            }
                        }
                        save!();
                        if let Some(method) = objects::python_method(thread, object, Special::GetItem) {
                            profile::subscription(thread, site, object, index);
                            push_call!(
                                method,
                                [object, index],
                                Link::to_register(o.dst.0, operands::LoadSubscript::LENGTH)
                            )
                        }
                        let value = attempt!(objects::load_subscript(thread, site, object, index));
                        set!(o.dst, value);
                        next!(LoadSubscript)
                    }
                    Op::StoreSubscript => {
                        let o = decode!(StoreSubscript);
                        let (object, index) = (value!(o.object), value!(o.index));
                        let site = site!(o.site);
                        save!();
                        if index.is_small()
                            && let Some(header) = object.header()
                        {
                            let shape = header.shape();
                            let list: Gc<List> = header.cast_unchecked();
                            let position = index.to_small_unchecked() as usize;
                            if (shape == ShapeId::LIST_ANY
                                || shape == ShapeId::LIST_INT && value!(o.src).is_small()
                                || shape == ShapeId::LIST_FLOAT && exact_float(value!(o.src)).is_some()
                                || shape == ShapeId::LIST_BOOL && value!(o.src).is_bool())
                                && position < list.len()
                            {
                                profile::note(site, profile::list_item(shape));
                                profile::note_shape(site, shape.0);
                                list.set(thread, position, value!(o.src));
                                next!(StoreSubscript)
                            }
                        }
                        if let Some(method) = objects::python_method(thread, object, Special::SetItem) {
                            profile::subscription(thread, site, object, index);
                            let link = Link::to_register(0, operands::StoreSubscript::LENGTH).with(Link::DISCARD);
                            push_call!(method, [object, index, value!(o.src)], link)
                        }
                        attempt!(objects::store_subscript(thread, site, object, index, value!(o.src)));
                        next!(StoreSubscript)
                    }
                    Op::DeleteSubscript => dropping!(DeleteSubscript, objects::delete_subscript),
                    Op::BuildSlice => outlined!(BuildSlice, objects::build_slice),

                    // ---- displays ----
                    Op::BuildList => outlined!(BuildList, objects::build_list),
                    Op::BuildTuple => outlined!(BuildTuple, objects::build_tuple),
                    Op::BuildSet => outlined!(BuildSet, objects::build_set),
                    Op::BuildDict => outlined!(BuildDict, objects::build_dict),
                    Op::BuildString => outlined!(BuildString, objects::build_string),
                    Op::ListAppend => outlined!(ListAppend, objects::list_append),
                    Op::ListExtend => outlined!(ListExtend, objects::list_extend),
                    Op::SetAdd => outlined!(SetAdd, objects::set_add),
                    Op::SetUpdate => outlined!(SetUpdate, objects::set_update),
                    Op::DictInsert => outlined!(DictInsert, objects::dict_insert),
                    Op::DictUpdate => outlined!(DictUpdate, objects::dict_update),
                    Op::DictMerge => outlined!(DictMerge, objects::dict_merge),
                    Op::ListToTuple => outlined!(ListToTuple, objects::list_to_tuple),
                    Op::BuildKeywords => outlined!(BuildKeywords, objects::build_keywords),
                    Op::TupleExtend => outlined!(TupleExtend, objects::tuple_extend),
                    Op::FormatValue => outlined!(FormatValue, objects::format_value),
                    Op::BuildInterpolation => outlined!(BuildInterpolation, objects::build_interpolation),
                    Op::BuildTemplate => outlined!(BuildTemplate, objects::build_template),

                    // ---- unpacking ----
                    Op::UnpackSequence => {
                        let o = decode!(UnpackSequence);
                        let source = value!(o.src);
                        if let Some(header) = source.header()
                            && header.shape() == ShapeId::TUPLE
                        {
                            let tuple: Gc<Tuple> = header.cast_unchecked();
                            if tuple.len() == usize::from(o.count) {
                                profile::note(site!(o.site), iter_facts::TUPLE);
                                for (index, &item) in tuple.items().iter().enumerate() {
                                    *base.add(o.first.index() + index) = Some(item);
                                }
                                next!(UnpackSequence)
                            }
                        }
                        outlined!(UnpackSequence, objects::unpack_sequence)
                    }
                    Op::UnpackEx => outlined!(UnpackEx, objects::unpack_ex),

                    // ---- iteration ----
                    Op::GetIter => outlined!(GetIter, objects::get_iter),
                    Op::ForIter => {
                        let o = decode!(ForIter);
                        let iterator = value!(o.iter);
                        let site = site!(o.site);
                        save!();
                        let item: Word = 'found: {
                            if let Some(header) = iterator.header() {
                                match header.shape() {
                                    ShapeId::RANGE_ITERATOR => {
                                        profile::note(site, iter_facts::RANGE);
                                        let range: Gc<RangeIterator> = header.cast_unchecked();
                                        break 'found range.next();
                                    }
                                    ShapeId::LIST_ITERATOR => {
                                        profile::note(site, iter_facts::LIST);
                                        let list: Gc<SequenceIterator> = header.cast_unchecked();
                                        if let Some(list) = list.sequence().and_then(|list| list.header()) {
                                            profile::note_shape(site, list.shape().0);
                                        }
                                        break 'found list.next_of_list(thread);
                                    }
                                    ShapeId::TUPLE_ITERATOR => {
                                        profile::note(site, iter_facts::TUPLE);
                                        let tuple: Gc<SequenceIterator> = header.cast_unchecked();
                                        break 'found tuple.next_of_tuple();
                                    }
                                    ShapeId::GENERATOR => {
                                        profile::note(site, iter_facts::GENERATOR);
                                        let generator: Gc<Generator> = header.cast_unchecked();
                                        if matches!(
                                            generator.state.get(),
                                            GeneratorState::Suspended | GeneratorState::Created
                                        ) {
                                            let link = Link::to_register(o.dst.0, operands::ForIter::LENGTH)
                                                .with(Link::FOR_ITER);
                                            resume!(attempt!(resume::enter(
                                                thread,
                                                frame,
                                                generator,
                                                Value::NONE,
                                                link
                                            )))
                                        }
                                    }
                                    _ => {
                                        if let Some(method) = objects::python_method(thread, iterator, Special::Next) {
                                            profile::iteration(thread, site, iterator);
                                            let link =
                                                Link::to_register(o.dst.0, operands::ForIter::LENGTH).with(Link::NEXT);
                                            push_call!(method, [iterator], link)
                                        }
                                    }
                                }
                            }
                            if *site & !iter_facts::EXHAUSTED & 0xffff == 0 {
                                profile::iteration(thread, site, iterator);
                            }
                            attempt!(iteration::next(thread, iterator))
                        };
                        match item {
                            Some(item) => {
                                set!(o.dst, item);
                                next!(ForIter)
                            }
                            None => {
                                profile::note(site, iter_facts::EXHAUSTED);
                                jump!(o.target)
                            }
                        }
                    }

                    // ---- calls ----
                    Op::Call => {
                        let o = decode!(Call);
                        let window = base.add(o.window.index());
                        let callee = value!(o.window);
                        let site = site!(o.site);
                        let count = usize::from(o.argc);
                        let link = Link::to_register(o.dst.0, operands::Call::LENGTH);
                        save!();
                        if let Some(header) = callee.header() {
                            if header.kind() == Kind::Function {
                                let function: Gc<Function> = header.cast_unchecked();
                                let code = function.code.get().unwrap_unchecked();
                                let body: *const Body = Body::of(code);
                                let key = profile::key(call_facts::FUNCTION, code.address() as u64);
                                if *site.add(1) != key {
                                    profile::callee(thread, &*(*frame).body, site, key);
                                }
                                if (*body).exact_arguments as usize == count && !(*frame).link.has(Link::GENERATOR) {
                                    let entered = attempt!(frame::push(
                                        thread,
                                        frame,
                                        function,
                                        body,
                                        window.add(1),
                                        count,
                                        link
                                    ));
                                    enter!(entered)
                                }
                            } else if header.kind() == Kind::NativeFunction {
                                let key = profile::key(call_facts::NATIVE, callee.to_bits());
                                if *site.add(1) != key {
                                    profile::callee(thread, &*(*frame).body, site, key);
                                }
                                let native: Gc<NativeFunction> = header.cast_unchecked();
                                let first = window.add(1);
                                let value = attempt!(profiled!(
                                    callee,
                                    first,
                                    count,
                                    calls::call_native(thread, native, bind::as_values(first, count))
                                ));
                                set!(o.dst, value);
                                returned!(Call)
                            } else {
                                let key = profile::callee_key(thread, callee);
                                if *site.add(1) != key {
                                    profile::callee(thread, &*(*frame).body, site, key);
                                }
                            }
                        }
                        let first = window.add(1);
                        called!(
                            callee,
                            first,
                            count,
                            calls::call(thread, frame, callee, first, count, None, link),
                            Call,
                            o.dst
                        )
                    }
                    Op::CallMethod => {
                        let o = decode!(CallMethod);
                        let window = base.add(o.window.index());
                        let callee = value!(o.window);
                        let site = site!(o.site);
                        let link = Link::to_register(o.dst.0, operands::CallMethod::LENGTH);
                        save!();
                        let bound = (*window.add(1)).is_some();
                        let first = if bound { window.add(1) } else { window.add(2) };
                        let count = usize::from(o.argc) + usize::from(bound);
                        if let Some(header) = callee.header() {
                            if header.kind() == Kind::Function {
                                let function: Gc<Function> = header.cast_unchecked();
                                let code = function.code.get().unwrap_unchecked();
                                let body: *const Body = Body::of(code);
                                let key = profile::key(call_facts::FUNCTION, code.address() as u64);
                                if *site.add(1) != key {
                                    profile::callee(thread, &*(*frame).body, site, key);
                                }
                                if (*body).exact_arguments as usize == count && !(*frame).link.has(Link::GENERATOR) {
                                    let entered =
                                        attempt!(frame::push(thread, frame, function, body, first, count, link));
                                    enter!(entered)
                                }
                            } else if header.kind() == Kind::NativeFunction {
                                let key = profile::key(call_facts::NATIVE, callee.to_bits());
                                if *site.add(1) != key {
                                    profile::callee(thread, &*(*frame).body, site, key);
                                }
                                let native: Gc<NativeFunction> = header.cast_unchecked();
                                let value = attempt!(profiled!(
                                    callee,
                                    first,
                                    count,
                                    calls::call_native(thread, native, bind::as_values(first, count))
                                ));
                                set!(o.dst, value);
                                returned!(CallMethod)
                            } else {
                                let key = profile::callee_key(thread, callee);
                                if *site.add(1) != key {
                                    profile::callee(thread, &*(*frame).body, site, key);
                                }
                            }
                        }
                        called!(
                            callee,
                            first,
                            count,
                            calls::call(thread, frame, callee, first, count, None, link),
                            CallMethod,
                            o.dst
                        )
                    }
                    Op::CallKw => {
                        let o = decode!(CallKw);
                        let callee = value!(o.window);
                        save!();
                        let key = profile::callee_key(thread, callee);
                        if *site!(o.site).add(1) != key {
                            profile::callee(thread, &*(*frame).body, site!(o.site), key);
                        }
                        let names = (*(*frame).body).constant(o.names.index()).cast::<Tuple>();
                        let link = Link::to_register(o.dst.0, operands::CallKw::LENGTH);
                        let first = base.add(o.window.index() + 1);
                        called!(
                            callee,
                            first,
                            usize::from(o.argc),
                            calls::call(thread, frame, callee, first, usize::from(o.argc), names, link),
                            CallKw,
                            o.dst
                        )
                    }
                    Op::CallMethodKw => {
                        let o = decode!(CallMethodKw);
                        let window = base.add(o.window.index());
                        let callee = value!(o.window);
                        save!();
                        let key = profile::callee_key(thread, callee);
                        if *site!(o.site).add(1) != key {
                            profile::callee(thread, &*(*frame).body, site!(o.site), key);
                        }
                        let bound = (*window.add(1)).is_some();
                        let first = if bound { window.add(1) } else { window.add(2) };
                        let count = usize::from(o.argc) + usize::from(bound);
                        let names = (*(*frame).body).constant(o.names.index()).cast::<Tuple>();
                        let link = Link::to_register(o.dst.0, operands::CallMethodKw::LENGTH);
                        called!(
                            callee,
                            first,
                            count,
                            calls::call(thread, frame, callee, first, count, names, link),
                            CallMethodKw,
                            o.dst
                        )
                    }
                    Op::CallEx => {
                        let o = decode!(CallEx);
                        let callee = value!(o.callee);
                        save!();
                        let key = profile::callee_key(thread, callee);
                        if *site!(o.site).add(1) != key {
                            profile::callee(thread, &*(*frame).body, site!(o.site), key);
                        }
                        let kwargs = o.kwargs.get().map(|register| value!(register));
                        let (args, kwargs) =
                            attempt!(calls::unpack(thread, callee, value!(o.args), kwargs, site!(o.site)));
                        let link = Link::to_register(o.dst.0, operands::CallEx::LENGTH);
                        let (first, count) = (args.items().as_ptr().cast::<Word>(), args.len());
                        called!(
                            callee,
                            first,
                            count,
                            calls::call_ex(thread, frame, callee, args, kwargs, link),
                            CallEx,
                            o.dst
                        )
                    }

                    // ---- functions and classes ----
                    Op::MakeFunction => outlined!(MakeFunction, objects::make_function),
                    Op::Intrinsic1 => outlined!(Intrinsic1, intrinsics::intrinsic_1),
                    Op::Intrinsic2 => outlined!(Intrinsic2, intrinsics::intrinsic_2),

                    // ---- control of the frame ----
                    Op::Return => {
                        let o = decode!(Return);
                        let value = value!(o.src);
                        if TRACED {
                            attempt!(trace::left(thread, frame, value));
                        }
                        let link = (*frame).link;
                        // (An operator's method that answers returns like any function.)
                        let plain =
                            link.flags == 0 || (link.flags == Link::OPERATOR && value != Value::NOT_IMPLEMENTED);
                        if plain && (*frame).object.is_none() {
                            if thread.vm().heap.has_finalizable() {
                                prompt::dropped_locals(thread, frame::locals_of(frame), value);
                            }
                            frame = frame.sub(1);
                            thread.frame.set(frame.cast());
                            thread.register_top.set((*frame).top);
                            frame::leave_recursion(thread);
                            base = (*frame).base;
                            feedback = (*(*frame).body).feedback;
                            pc = (*frame).pc.add(usize::from(link.length));
                            *base.add(usize::from(link.destination)) = Some(value);
                            if prompt::is_unsettled(thread) {
                                save!();
                                prompt::settle(thread);
                            }
                            continue;
                        }
                        save!();
                        finish!(value)
                    }
                    Op::ReturnGenerator => {
                        save!();
                        let Some(function) = (*frame).function else { unreachable!("functions make generators") };
                        let registers = std::slice::from_raw_parts(base, (*(*frame).body).register_count as usize);
                        let generator =
                            attempt!(resume::make(thread, function, registers.iter().copied(), (*frame).offset()));
                        finish!(generator)
                    }
                    Op::Yield | Op::YieldDelegate => {
                        let delegated = resume::op_at(pc) == Op::YieldDelegate;
                        let (value, delegate) = if delegated {
                            let o = decode!(YieldDelegate);
                            (value!(o.src), word!(o.iter))
                        } else {
                            (value!(decode!(Yield).src), None)
                        };
                        save!();
                        yielded!(value, delegate)
                    }
                    Op::Send => {
                        let o = decode!(Send);
                        save!();
                        match attempt!(resume::send(thread, frame, value!(o.iter), value!(o.value))) {
                            Sent::Entered(entered) => resume!(entered),
                            Sent::Yielded(value) => {
                                set!(o.dst, value);
                                next!(Send)
                            }
                            Sent::Returned(value) => {
                                set!(o.dst, value);
                                jump!(o.target)
                            }
                        }
                    }
                    Op::GetYieldFromIter => {
                        let o = decode!(GetYieldFromIter);
                        save!();
                        let iterator = attempt!(resume::yield_from_iterator(thread, &*frame, value!(o.src)));
                        set!(o.dst, iterator);
                        next!(GetYieldFromIter)
                    }
                    Op::GetAwaitable => {
                        let o = decode!(GetAwaitable);
                        save!();
                        let iterator = attempt!(resume::awaitable(
                            thread,
                            value!(o.src),
                            resume::AwaitContext::from_operand(o.context)
                        ));
                        set!(o.dst, iterator);
                        next!(GetAwaitable)
                    }
                    Op::GetAiter => {
                        let o = decode!(GetAiter);
                        save!();
                        let iterator = attempt!(resume::async_iterator(thread, value!(o.src)));
                        set!(o.dst, iterator);
                        next!(GetAiter)
                    }
                    Op::GetAnext => {
                        let o = decode!(GetAnext);
                        save!();
                        let iterator = attempt!(resume::async_next(thread, value!(o.iter)));
                        set!(o.dst, iterator);
                        next!(GetAnext)
                    }
                    Op::EndAsyncFor => {
                        let o = decode!(EndAsyncFor);
                        let exception = value!(o.exc);
                        if thread.class_of(exception).is_subclass_of(thread.vm().exceptions.stop_async_iteration) {
                            jump!(o.target)
                        }
                        save!();
                        thread.reraise(exception);
                        break 'dispatch false;
                    }

                    // ---- context managers and exceptions ----
                    Op::LoadContext => outlined!(LoadContext, exceptions::load_context),
                    Op::BeginHandler => {
                        exceptions::begin_handler(thread, &*frame, decode!(BeginHandler));
                        next!(BeginHandler)
                    }
                    Op::EndHandler => {
                        exceptions::end_handler(thread, &*frame, decode!(EndHandler));
                        next!(EndHandler)
                    }
                    Op::Raise => outlined!(Raise, exceptions::raise),
                    Op::ReraiseCurrent => {
                        save!();
                        let (_, extend) = exceptions::reraise_current(thread);
                        break 'dispatch extend;
                    }
                    Op::Reraise => {
                        save!();
                        thread.reraise(value!(decode!(Reraise).exc));
                        break 'dispatch false;
                    }
                    Op::ExceptionMatch => {
                        let o = decode!(ExceptionMatch);
                        save!();
                        let matched = attempt!(exceptions::exception_match(thread, &*frame, o));
                        if matched {
                            profile::taken(site!(o.site));
                        } else {
                            profile::not_taken(site!(o.site));
                        }
                        set!(o.dst, Value::from_bool(matched));
                        next!(ExceptionMatch)
                    }
                    Op::ExceptionGroupMatch => outlined!(ExceptionGroupMatch, exceptions::group_match),
                    Op::ExceptionGroupFinish => outlined!(ExceptionGroupFinish, exceptions::group_finish),
                    Op::CallExitWithException => outlined!(CallExitWithException, exceptions::call_exit),
                    Op::RaiseAssertion => outlined!(RaiseAssertion, exceptions::raise_assertion),

                    // ---- imports, patterns, annotations ----
                    Op::ImportName => outlined!(ImportName, imports::import_name),
                    Op::ImportFrom => outlined!(ImportFrom, imports::import_from),
                    Op::ImportStar => outlined!(ImportStar, imports::import_star),
                    Op::MatchSequence => outlined!(MatchSequence, patterns::match_sequence),
                    Op::MatchMapping => outlined!(MatchMapping, patterns::match_mapping),
                    Op::GetLen => outlined!(GetLen, objects::get_len),
                    Op::MatchKeys => outlined!(MatchKeys, patterns::match_keys),
                    Op::MatchClass => outlined!(MatchClass, patterns::match_class),
                    Op::SetupAnnotations => {
                        save!();
                        attempt!(names::setup_annotations(thread, &*frame));
                        next!(SetupAnnotations)
                    }
                }
            };
            // An exception is pending. Arms that raise have saved `pc`.
            match traceback::unwind(thread, frame, extend) {
                Unwound::Handler(handler) => {
                    frame = handler;
                    reload!();
                    continue 'activation;
                }
                Unwound::Native => return Exit::Raised,
            }
        }
    }
}
