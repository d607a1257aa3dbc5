//! The way from Rust into native code.
//!
//! What lives here: trampolines, one for each number of arguments, that set the pinned register, take the
//! arguments from memory and call. What must not: the way back, which are ordinary calls of Rust functions.

use cranelift_codegen::Context;
use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use taipan_runtime::layout::thread as thread_layout;

/// A trampoline: thread, native entry, function word, first argument.
pub type Trampoline = unsafe extern "C" fn(*const u8, *const u8, u64, *const u64) -> u64;

/// The code of the trampoline for `count` arguments. It refers to nothing outside of itself.
///
/// # Errors
/// What Cranelift says.
pub fn generate(isa: &OwnedTargetIsa, count: usize) -> Result<Vec<u8>, String> {
    let convention = isa.default_call_conv();
    let mut context = Context::new();
    let word = clif::AbiParam::new(types::I64);
    context.func.signature = clif::Signature { params: vec![word; 4], returns: vec![word], call_conv: convention };
    let mut builder_context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    let [thread, entry, function, arguments] = *builder.block_params(block) else {
        return Err("a trampoline has four parameters".to_string());
    };
    let callee = builder.import_signature(clif::Signature {
        params: vec![word; count + 1],
        returns: vec![word],
        call_conv: convention,
    });
    let saved = builder.ins().get_pinned_reg(types::I64);
    builder.ins().set_pinned_reg(thread);
    let mut words = vec![function];
    for i in 0..count {
        words.push(builder.ins().load(types::I64, clif::MemFlagsData::trusted(), arguments, 8 * i as i32));
    }
    let call = builder.ins().call_indirect(callee, entry, &words);
    let result = builder.inst_results(call)[0];
    builder.ins().set_pinned_reg(saved);
    builder.ins().return_(&[result]);
    builder.seal_all_blocks();
    builder.finalize(isa.frontend_config());
    let code = context.compile(&**isa, &mut Default::default()).map_err(|error| format!("{error:?}"))?;
    if !code.buffer.relocs().is_empty() {
        return Err("a trampoline refers to something outside of itself".to_string());
    }
    Ok(code.code_buffer().to_vec())
}

/// The code of a native entry for `count` arguments that passes them, in memory, to the function at `target`:
/// `(thread, function, arguments, count) -> word`.
///
/// # Errors
/// What Cranelift says.
pub fn generate_stub(isa: &OwnedTargetIsa, count: usize, target: u64) -> Result<Vec<u8>, String> {
    let convention = isa.default_call_conv();
    let mut context = Context::new();
    let word = clif::AbiParam::new(types::I64);
    context.func.signature =
        clif::Signature { params: vec![word; count + 1], returns: vec![word], call_conv: convention };
    let mut builder_context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    let parameters = builder.block_params(block).to_vec();
    let size = 8 * count.max(1) as u32;
    let slot = builder.create_sized_stack_slot(clif::StackSlotData::new(clif::StackSlotKind::ExplicitSlot, size, 3));
    for (i, parameter) in parameters[1..].iter().enumerate() {
        builder.ins().stack_store(types::I64, *parameter, slot, 8 * i as i32);
    }
    let signature =
        builder.import_signature(clif::Signature { params: vec![word; 4], returns: vec![word], call_conv: convention });
    let thread = builder.ins().get_pinned_reg(types::I64);
    // Walks of the native stack start here: the stub is nobody's activation.
    let frame = builder.ins().get_frame_pointer(types::I64);
    let flags = clif::MemFlagsData::trusted();
    builder.ins().store(flags, frame, thread, thread_layout::NATIVE_FRAME);
    let nobody = builder.ins().iconst(types::I64, 0);
    builder.ins().store(flags, nobody, thread, thread_layout::NATIVE_SITE);
    let buffer = builder.ins().stack_addr(types::I64, slot, 0);
    let count = builder.ins().iconst(types::I64, count as i64);
    let callee = builder.ins().iconst(types::I64, target.cast_signed());
    let call = builder.ins().call_indirect(signature, callee, &[thread, parameters[0], buffer, count]);
    let result = builder.inst_results(call)[0];
    builder.ins().return_(&[result]);
    builder.seal_all_blocks();
    builder.finalize(isa.frontend_config());
    let code = context.compile(&**isa, &mut Default::default()).map_err(|error| format!("{error:?}"))?;
    if !code.buffer.relocs().is_empty() {
        return Err("a stub refers to something outside of itself".to_string());
    }
    Ok(code.code_buffer().to_vec())
}
