//! One instruction at a time, for the tier above: what it leaves to the interpreter.
//!
//! What lives here: [`execute`], over the same functions as the loop. What must not: instructions that jump, call
//! into activations of their own or end one; native code does those itself or leaves for the interpreter.
#![allow(unsafe_code)] // Operands are read at the `pc`.

use taipan_runtime::dispatch::call;
use taipan_runtime::error::PyResult;
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::value::Value;

use super::frame::Frame;
use super::{calls, exceptions, imports, intrinsics, names, objects, patterns};
use crate::bytecode::{Op, operands};

/// Executes the instruction at the `pc` of `frame` on its registers. The frame need not be an activation's record.
///
/// # Errors
/// What the instruction raises.
pub fn execute(thread: &Thread, frame: &Frame) -> PyResult<()> {
    macro_rules! read {
        ($name:ident) => {
            // SAFETY: an instruction of this operation is at the `pc`.
            unsafe { operands::$name::read(frame.pc) }
        };
    }
    match frame.operation() {
        Op::LoadGlobal => {
            let o = read!(LoadGlobal);
            let name = frame.body().name(o.name.index());
            let value = names::load_global(thread, frame, name, o.site)?;
            frame.set(o.dst, value);
            Ok(())
        }
        Op::LoadName => {
            let o = read!(LoadName);
            let name = frame.body().name(o.name.index());
            let value = names::load_global(thread, frame, name, o.site)?;
            frame.set(o.dst, value);
            Ok(())
        }
        Op::StoreGlobal => {
            let o = read!(StoreGlobal);
            let name = frame.body().name(o.name.index());
            names::store_global(thread, frame, name, frame.get(o.src), o.site);
            Ok(())
        }
        Op::StoreName => {
            let o = read!(StoreName);
            let name = frame.body().name(o.name.index());
            names::store_global(thread, frame, name, frame.get(o.src), o.site);
            Ok(())
        }
        Op::DeleteGlobal => names::delete_global(thread, frame, read!(DeleteGlobal)),
        Op::DeleteName => names::delete_name(thread, frame, read!(DeleteName)),
        Op::DeleteCell => names::delete_cell(thread, frame, read!(DeleteCell)),
        Op::DeleteFree => names::delete_free(thread, frame, read!(DeleteFree)),
        Op::LoadNameOrFree => names::load_name_or_free(thread, frame, read!(LoadNameOrFree)),
        Op::LoadDictOrGlobal => names::load_dict_or_global(thread, frame, read!(LoadDictOrGlobal)),
        Op::LoadDictOrFree => names::load_dict_or_free(thread, frame, read!(LoadDictOrFree)),
        Op::LoadBuildClass => names::load_build_class(thread, frame, read!(LoadBuildClass)),
        Op::DeleteAttr => objects::delete_attr(thread, frame, read!(DeleteAttr)),
        Op::LoadSuperAttr => {
            let o = read!(LoadSuperAttr);
            let name = frame.body().name(o.name.index());
            let (global_super, class, receiver) =
                (frame.get(o.global_super), frame.get(o.class), frame.get(o.receiver));
            let (value, _) =
                names::load_super(thread, frame, global_super, class, receiver, o.explicit != 0, name, false)?;
            frame.set(o.dst, value);
            Ok(())
        }
        Op::LoadSuperMethod => {
            let o = read!(LoadSuperMethod);
            let name = frame.body().name(o.name.index());
            let (global_super, class, receiver) =
                (frame.get(o.global_super), frame.get(o.class), frame.get(o.receiver));
            let (method, bound) =
                names::load_super(thread, frame, global_super, class, receiver, o.explicit != 0, name, true)?;
            frame.set(o.window, method);
            frame.set_word(o.window.plus(1), bound);
            Ok(())
        }
        Op::DeleteSubscript => objects::delete_subscript(thread, frame, read!(DeleteSubscript)),
        Op::BuildSet => objects::build_set(thread, frame, read!(BuildSet)),
        Op::BuildDict => objects::build_dict(thread, frame, read!(BuildDict)),
        Op::BuildString => objects::build_string(thread, frame, read!(BuildString)),
        Op::ListExtend => objects::list_extend(thread, frame, read!(ListExtend)),
        Op::SetAdd => objects::set_add(thread, frame, read!(SetAdd)),
        Op::SetUpdate => objects::set_update(thread, frame, read!(SetUpdate)),
        Op::DictInsert => objects::dict_insert(thread, frame, read!(DictInsert)),
        Op::DictUpdate => objects::dict_update(thread, frame, read!(DictUpdate)),
        Op::DictMerge => objects::dict_merge(thread, frame, read!(DictMerge)),
        Op::ListToTuple => objects::list_to_tuple(thread, frame, read!(ListToTuple)),
        Op::BuildKeywords => objects::build_keywords(thread, frame, read!(BuildKeywords)),
        Op::TupleExtend => objects::tuple_extend(thread, frame, read!(TupleExtend)),
        Op::FormatValue => objects::format_value(thread, frame, read!(FormatValue)),
        Op::BuildInterpolation => objects::build_interpolation(thread, frame, read!(BuildInterpolation)),
        Op::BuildTemplate => objects::build_template(thread, frame, read!(BuildTemplate)),
        Op::UnpackSequence => objects::unpack_sequence(thread, frame, read!(UnpackSequence)),
        Op::UnpackEx => objects::unpack_ex(thread, frame, read!(UnpackEx)),
        Op::MakeFunction => objects::make_function(thread, frame, read!(MakeFunction)),
        Op::Intrinsic1 => intrinsics::intrinsic_1(thread, frame, read!(Intrinsic1)),
        Op::Intrinsic2 => intrinsics::intrinsic_2(thread, frame, read!(Intrinsic2)),
        Op::LoadContext => exceptions::load_context(thread, frame, read!(LoadContext)),
        Op::ImportName => imports::import_name(thread, frame, read!(ImportName)),
        Op::ImportFrom => imports::import_from(thread, frame, read!(ImportFrom)),
        Op::MatchSequence => patterns::match_sequence(thread, frame, read!(MatchSequence)),
        Op::MatchMapping => patterns::match_mapping(thread, frame, read!(MatchMapping)),
        Op::GetLen => objects::get_len(thread, frame, read!(GetLen)),
        Op::MatchKeys => patterns::match_keys(thread, frame, read!(MatchKeys)),
        Op::MatchClass => patterns::match_class(thread, frame, read!(MatchClass)),
        Op::CallEx => {
            let o = read!(CallEx);
            let callee = frame.get(o.callee);
            let keywords = o.kwargs.get().map(|register| frame.get(register));
            let site = frame.body().site(o.site).as_ptr();
            let (arguments, keywords) = calls::unpack(thread, callee, frame.get(o.args), keywords, site)?;
            let values = ScratchVec::from_slice(thread, arguments.items());
            let keywords = keywords.filter(|keywords| !keywords.is_empty());
            let result = call::call_with_dict(thread, callee, &values, keywords)?;
            frame.set(o.dst, result);
            Ok(())
        }
        Op::BeginHandler => {
            let o = read!(BeginHandler);
            exceptions::begin_handler(thread, frame, o);
            Ok(())
        }
        Op::EndHandler => {
            let o = read!(EndHandler);
            exceptions::end_handler(thread, frame, o);
            Ok(())
        }
        Op::ExceptionMatch => {
            let o = read!(ExceptionMatch);
            let matched = exceptions::exception_match(thread, frame, o)?;
            frame.set(o.dst, Value::from_bool(matched));
            Ok(())
        }
        Op::ExceptionGroupMatch => exceptions::group_match(thread, frame, read!(ExceptionGroupMatch)),
        Op::ExceptionGroupFinish => exceptions::group_finish(thread, frame, read!(ExceptionGroupFinish)),
        Op::CallExitWithException => exceptions::call_exit(thread, frame, read!(CallExitWithException)),
        Op::Raise => exceptions::raise(thread, frame, read!(Raise)),
        Op::RaiseAssertion => exceptions::raise_assertion(thread, frame, read!(RaiseAssertion)),
        other => unreachable!("{other:?} is not left to the interpreter one at a time"),
    }
}
