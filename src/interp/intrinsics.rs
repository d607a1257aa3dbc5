//! Rare operations: the implementation of [`crate::bytecode::intrinsics`].
//!
//! What lives here: what each intrinsic does, mostly by way of the runtime's `modules::typing`. What must not: anything
//! hot. Start at [`intrinsic_1`].

use taipan_runtime::dispatch::call;
use taipan_runtime::error::PyResult;
use taipan_runtime::modules::typing::{ParameterKind, syntax};
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
        Intrinsic::TypeVar => Ok(syntax::parameter(thread, ParameterKind::TypeVar, operands[0])),
        Intrinsic::TypeVarWithBound => Ok(syntax::bounded(thread, operands[0], operands[1], false)),
        Intrinsic::TypeVarWithConstraints => Ok(syntax::bounded(thread, operands[0], operands[1], true)),
        Intrinsic::ParamSpec => Ok(syntax::parameter(thread, ParameterKind::ParamSpec, operands[0])),
        Intrinsic::TypeVarTuple => Ok(syntax::parameter(thread, ParameterKind::TypeVarTuple, operands[0])),
        Intrinsic::SubscriptGeneric => syntax::subscript_generic(thread, operands[0]),
        Intrinsic::TypeAlias => match operands[0].cast::<Tuple>().as_ref().map(|parts| parts.items()) {
            Some(&[name, parameters, evaluate]) => Ok(syntax::alias(thread, name, parameters, evaluate)),
            _ => unreachable!("the compiler builds a tuple of three"),
        },
        Intrinsic::SetTypeParamDefault => {
            syntax::set_default(thread, operands[0], operands[1]);
            Ok(operands[0])
        }
        Intrinsic::SetFunctionTypeParams => {
            if let (Some(function), Some(parameters)) = (operands[0].cast::<Function>(), operands[1].cast::<Tuple>()) {
                thread.store_gc(function, &function.type_parameters, parameters);
            }
            Ok(operands[0])
        }
    }
}
