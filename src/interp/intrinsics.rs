//! Rare operations: the implementation of [`crate::bytecode::intrinsics`].
//!
//! What lives here: what each intrinsic does, mostly by way of the `_typing` module. What must not: anything
//! hot. Start at [`intrinsic_1`].

use taipan_runtime::dispatch::{attr, call};
use taipan_runtime::error::PyResult;
use taipan_runtime::modules::import::import_name;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

use super::frame::Frame;
use crate::bytecode::intrinsics::Intrinsic;
use crate::bytecode::operands;

/// `Intrinsic1`.
pub fn intrinsic_1(thread: &Thread, frame: &Frame, o: operands::Intrinsic1) -> PyResult<()> {
    let result = run(thread, o.function, &[frame.get(o.a)])?;
    frame.set(o.dst, result);
    Ok(())
}

/// `Intrinsic2`.
pub fn intrinsic_2(thread: &Thread, frame: &Frame, o: operands::Intrinsic2) -> PyResult<()> {
    let result = run(thread, o.function, &[frame.get(o.a), frame.get(o.b)])?;
    frame.set(o.dst, result);
    Ok(())
}

/// Calls a function of the native `_typing` module.
fn typing(thread: &Thread, function: &str, arguments: &[Value]) -> PyResult<Value> {
    let module = import_name(thread, "_typing")?;
    let function = attr::get(thread, module, thread.vm().interner.intern_text(thread, function))?;
    call::call(thread, function, arguments)
}

fn run(thread: &Thread, number: u16, operands: &[Value]) -> PyResult<Value> {
    let Some(intrinsic) = Intrinsic::from_operand(number) else { unreachable!("the compiler emits known intrinsics") };
    match intrinsic {
        Intrinsic::Print => {
            let sys = thread.vm().sys.get();
            let hook = sys.and_then(|sys| sys.dict().get_str(thread, thread.vm().names.displayhook));
            match hook {
                Some(hook) => call::call(thread, hook, operands).map(|_| Value::NONE),
                None => Err(thread.raise_runtime_error("lost sys.displayhook")),
            }
        }
        Intrinsic::CheckAnnotationFormat => {
            let format = taipan_runtime::dispatch::number::index_i64(thread, operands[0])?;
            if format > 2 { Err(thread.raise_not_implemented_error("")) } else { Ok(Value::NONE) }
        }
        Intrinsic::TypeVar => typing(thread, "_make_typevar", &[operands[0], Value::NONE, Value::NONE]),
        Intrinsic::TypeVarWithBound => typing(thread, "_make_typevar", &[operands[0], operands[1], Value::NONE]),
        Intrinsic::TypeVarWithConstraints => typing(thread, "_make_typevar", &[operands[0], Value::NONE, operands[1]]),
        Intrinsic::ParamSpec => typing(thread, "_make_paramspec", operands),
        Intrinsic::TypeVarTuple => typing(thread, "_make_typevartuple", operands),
        Intrinsic::SubscriptGeneric => subscript_generic(thread, operands[0]),
        Intrinsic::TypeAlias => typing(thread, "_make_typealias", operands),
        Intrinsic::SetTypeParamDefault => typing(thread, "_set_default", operands).map(|_| operands[0]),
        Intrinsic::SetFunctionTypeParams => {
            if let (Some(function), Some(parameters)) = (operands[0].cast::<Function>(), operands[1].cast::<Tuple>()) {
                thread.store_gc(function, &function.type_parameters, parameters);
            }
            Ok(operands[0])
        }
    }
}

/// `typing.Generic[parameters]`, TypeVarTuples unpacked.
fn subscript_generic(thread: &Thread, parameters: Value) -> PyResult<Value> {
    let generic = typing_attribute(thread, "Generic")?;
    let unpacked = typing(thread, "_unpack_typevartuples", &[parameters])?;
    taipan_runtime::dispatch::subscript::get_item(thread, generic, unpacked)
}

fn typing_attribute(thread: &Thread, name: &str) -> PyResult<Value> {
    let module = import_name(thread, "_typing")?;
    attr::get(thread, module, thread.vm().interner.intern_text(thread, name))
}
