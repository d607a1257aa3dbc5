//! One instruction at a time, for the tier above: what it leaves to the interpreter.
//!
//! What lives here: [`execute`], over the same functions as the loop. What must not: instructions that jump, call
//! into activations of their own or end one; native code does those itself or leaves for the interpreter.

use taipan_runtime::dispatch::call;
use taipan_runtime::error::PyResult;
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::value::Value;

use super::frame::Frame;
use super::{calls, exceptions, imports, intrinsics, names, objects, patterns};
use crate::bytecode::Instruction;

/// Executes `instruction` on the registers of `frame`, which need not be an activation's record.
///
/// # Errors
/// What the instruction raises.
pub fn execute(thread: &Thread, frame: &Frame, instruction: Instruction) -> PyResult<()> {
    use Instruction as I;
    match instruction {
        I::LoadGlobal(o) => {
            let name = frame.body().name(o.name.index());
            let value = names::load_global(thread, frame, name, o.site)?;
            frame.set(o.dst, value);
            Ok(())
        }
        I::LoadName(o) => {
            let name = frame.body().name(o.name.index());
            let value = names::load_global(thread, frame, name, o.site)?;
            frame.set(o.dst, value);
            Ok(())
        }
        I::StoreGlobal(o) => {
            let name = frame.body().name(o.name.index());
            names::store_global(thread, frame, name, frame.get(o.src), o.site);
            Ok(())
        }
        I::StoreName(o) => {
            let name = frame.body().name(o.name.index());
            names::store_global(thread, frame, name, frame.get(o.src), o.site);
            Ok(())
        }
        I::DeleteGlobal(o) => names::delete_global(thread, frame, o),
        I::DeleteName(o) => names::delete_name(thread, frame, o),
        I::DeleteCell(o) => names::delete_cell(thread, frame, o),
        I::DeleteFree(o) => names::delete_free(thread, frame, o),
        I::LoadNameOrFree(o) => names::load_name_or_free(thread, frame, o),
        I::LoadDictOrGlobal(o) => names::load_dict_or_global(thread, frame, o),
        I::LoadDictOrFree(o) => names::load_dict_or_free(thread, frame, o),
        I::LoadBuildClass(o) => names::load_build_class(thread, frame, o),
        I::DeleteAttr(o) => objects::delete_attr(thread, frame, o),
        I::LoadSuperAttr(o) => {
            let name = frame.body().name(o.name.index());
            let (global_super, class, receiver) =
                (frame.get(o.global_super), frame.get(o.class), frame.get(o.receiver));
            let (value, _) =
                names::load_super(thread, frame, global_super, class, receiver, o.explicit != 0, name, false)?;
            frame.set(o.dst, value);
            Ok(())
        }
        I::LoadSuperMethod(o) => {
            let name = frame.body().name(o.name.index());
            let (global_super, class, receiver) =
                (frame.get(o.global_super), frame.get(o.class), frame.get(o.receiver));
            let (method, bound) =
                names::load_super(thread, frame, global_super, class, receiver, o.explicit != 0, name, true)?;
            frame.set(o.window, method);
            frame.set_word(o.window.plus(1), bound);
            Ok(())
        }
        I::DeleteSubscript(o) => objects::delete_subscript(thread, frame, o),
        I::BuildSet(o) => objects::build_set(thread, frame, o),
        I::BuildDict(o) => objects::build_dict(thread, frame, o),
        I::BuildString(o) => objects::build_string(thread, frame, o),
        I::ListExtend(o) => objects::list_extend(thread, frame, o),
        I::SetAdd(o) => objects::set_add(thread, frame, o),
        I::SetUpdate(o) => objects::set_update(thread, frame, o),
        I::DictInsert(o) => objects::dict_insert(thread, frame, o),
        I::DictUpdate(o) => objects::dict_update(thread, frame, o),
        I::DictMerge(o) => objects::dict_merge(thread, frame, o),
        I::ListToTuple(o) => objects::list_to_tuple(thread, frame, o),
        I::BuildKeywords(o) => objects::build_keywords(thread, frame, o),
        I::TupleExtend(o) => objects::tuple_extend(thread, frame, o),
        I::FormatValue(o) => objects::format_value(thread, frame, o),
        I::BuildInterpolation(o) => objects::build_interpolation(thread, frame, o),
        I::BuildTemplate(o) => objects::build_template(thread, frame, o),
        I::UnpackSequence(o) => objects::unpack_sequence(thread, frame, o),
        I::UnpackEx(o) => objects::unpack_ex(thread, frame, o),
        I::MakeFunction(o) => objects::make_function(thread, frame, o),
        I::Intrinsic1(o) => intrinsics::intrinsic_1(thread, frame, o),
        I::Intrinsic2(o) => intrinsics::intrinsic_2(thread, frame, o),
        I::LoadContext(o) => exceptions::load_context(thread, frame, o),
        I::ImportName(o) => imports::import_name(thread, frame, o),
        I::ImportFrom(o) => imports::import_from(thread, frame, o),
        I::MatchSequence(o) => patterns::match_sequence(thread, frame, o),
        I::MatchMapping(o) => patterns::match_mapping(thread, frame, o),
        I::GetLen(o) => objects::get_len(thread, frame, o),
        I::MatchKeys(o) => patterns::match_keys(thread, frame, o),
        I::MatchClass(o) => patterns::match_class(thread, frame, o),
        I::CallEx(o) => {
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
        I::BeginHandler(o) => {
            exceptions::begin_handler(thread, frame, o);
            Ok(())
        }
        I::EndHandler(o) => {
            exceptions::end_handler(thread, frame, o);
            Ok(())
        }
        I::ExceptionMatch(o) => {
            let matched = exceptions::exception_match(thread, frame, o)?;
            frame.set(o.dst, Value::from_bool(matched));
            Ok(())
        }
        I::ExceptionGroupMatch(o) => exceptions::group_match(thread, frame, o),
        I::ExceptionGroupFinish(o) => exceptions::group_finish(thread, frame, o),
        I::CallExitWithException(o) => exceptions::call_exit(thread, frame, o),
        I::Raise(o) => exceptions::raise(thread, frame, o),
        I::RaiseAssertion(o) => exceptions::raise_assertion(thread, frame, o),
        other => unreachable!("{:?} is not left to the interpreter one at a time", other.op()),
    }
}
