//! Lowering: from optimised IR to Cranelift's.
//!
//! What lives here: the walk over blocks and the mapping of values; families of instructions are in the other
//! files. What must not: optimisation, and anything that depends on one machine. Start at [`lower`].
//!
//! # The native ABI
//!
//! `fn(function, argument 0, ..., argument n-1) -> word` in the C convention of the target, with the thread in
//! Cranelift's pinned register. All parameters of the code are passed, `*args` and `**kwargs` as the tuple and
//! dict they are. An OSR entry takes `(function, registers)`. The result is a word, 0 if an exception is
//! pending, or `SIDE_EXIT` if the activation was rebuilt in the interpreter: see `exits.rs`.

mod arithmetic;
mod calls;
mod guards;
mod listing;
mod memory;
mod offsets;
mod side_exits;

use super::exits::{CallSite, Exit};
use super::ir::analysis::Cfg;
use super::ir::*;
use cranelift_codegen::Context;
use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use std::collections::HashMap;

pub use listing::Listing;
pub use offsets::place as place_offset;

/// What the code refers to outside of itself. The addresses are data of the unit of compilation.
#[derive(Clone, Copy, Debug)]
pub struct Anchors {
    /// What a side exit passes to the exit helper besides the exit's number.
    pub code: u64,
    /// A byte that is zero as long as the code's assumptions hold.
    pub invalid: u64,
    /// Address of bytes that each make one guard fail, and are cleared by that; zero: guards are left alone.
    pub forced: u64,
    /// The 32-bit word that says where the code suspended itself.
    pub suspended: u64,
    /// Addresses of helpers; a table so that tests and dumps can give others.
    pub address_of: fn(super::runtime::Entry) -> u64,
}

/// Machine code and what belongs to it.
#[derive(Debug)]
pub struct Lowered {
    /// The instructions, with their constants behind them.
    pub bytes: Vec<u8>,
    /// Where the code must be aligned to.
    pub alignment: u32,
    /// Calls of the function itself, to be relocated.
    pub relocations: Vec<Relocation>,
    /// Side exits, by number.
    pub exits: Vec<Exit>,
    /// Call sites, by number: what return addresses and tracebacks refer to.
    pub call_sites: Vec<CallSite>,
    /// Offset of each return address, ascending, and the call site's number.
    pub return_addresses: Vec<(u32, u32)>,
    /// Cranelift's IR, if asked for.
    pub clif: Option<Listing>,
    /// Disassembly, if asked for.
    pub assembly: Option<Listing>,
}

/// A place in the code that refers to the code's own start.
#[derive(Clone, Copy, Debug)]
pub struct Relocation {
    /// Offset of the field.
    pub offset: u32,
    /// What sort of field.
    pub kind: cranelift_codegen::binemit::Reloc,
    /// What to add.
    pub addend: i64,
}

/// What to keep for `inspect`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keep {
    /// Cranelift's IR.
    pub clif: bool,
    /// The disassembly.
    pub assembly: bool,
}

/// Generates code for `function`.
///
/// # Errors
/// What Cranelift says; it means a bug in the lowering.
pub fn lower(function: &Function, isa: &OwnedTargetIsa, anchors: Anchors, keep: Keep) -> Result<Lowered, String> {
    let mut context = Context::new();
    let mut builder_context = FunctionBuilderContext::new();
    let entry = function.entry();
    let mut signature = clif::Signature::new(isa.default_call_conv());
    for _ in &function.blocks[entry].parameters {
        signature.params.push(clif::AbiParam::new(types::I64));
    }
    signature.returns.push(clif::AbiParam::new(types::I64));
    context.func.signature = signature;
    context.func.name = clif::UserFuncName::user(0, 0);

    let mut lowering = Lowering::new(function, &mut context.func, &mut builder_context, &**isa, anchors);
    lowering.keeps_origins = keep.clif || keep.assembly;
    lowering.run();
    let (exits, call_sites, origins) = lowering.finish(isa);
    let origins = listing::Origins { call_sites: &call_sites, others: &origins };
    let clif = keep.clif.then(|| listing::clif(&context.func, &origins));
    let compiled =
        context.compile(&**isa, &mut Default::default()).map_err(|error| format!("{error:?}\n{function}"))?;
    let assembly = if keep.assembly { Some(listing::assembly(compiled, isa, &origins)?) } else { None };
    Ok(Lowered {
        bytes: compiled.code_buffer().to_vec(),
        alignment: compiled.buffer.alignment.max(isa.function_alignment().minimum),
        relocations: compiled
            .buffer
            .relocs()
            .iter()
            .map(|reloc| Relocation { offset: reloc.offset, kind: reloc.kind, addend: reloc.addend })
            .collect(),
        return_addresses: return_addresses(compiled),
        clif,
        assembly,
        exits,
        call_sites,
    })
}

/// The call site of each return address, from the source locations that calls were given.
fn return_addresses(compiled: &cranelift_codegen::CompiledCode) -> Vec<(u32, u32)> {
    let locations = compiled.buffer.get_srclocs_sorted();
    let mut result: Vec<(u32, u32)> = compiled
        .buffer
        .call_sites()
        .filter_map(|site| {
            let at = site.ret_addr - 1;
            let index = locations.partition_point(|location| location.start <= at).checked_sub(1)?;
            let location = &locations[index];
            let is_site = !location.loc.is_default() && location.loc.bits() & listing::ORIGIN == 0;
            (at < location.end && is_site).then(|| (site.ret_addr, location.loc.bits()))
        })
        .collect();
    result.sort_unstable();
    result
}

/// The state of lowering one function.
struct Lowering<'a> {
    f: &'a Function,
    builder: FunctionBuilder<'a>,
    isa: &'a dyn TargetIsa,
    anchors: Anchors,
    cfg: Cfg,
    blocks: SecondaryMap<Block, PackedOption<clif::Block>>,
    values: SecondaryMap<Value, PackedOption<clif::Value>>,
    /// The thread, read from the pinned register once in each block.
    thread: Option<clif::Value>,
    /// Python calls left at the entry.
    depth: Option<clif::Value>,
    signatures: HashMap<(Vec<clif::Type>, Option<clif::Type>), clif::SigRef>,
    exits: side_exits::Exits,
    call_sites: Vec<CallSite>,
    /// Where `call.bytecode` passes registers: one word for each register of the biggest unit.
    registers: Option<clif::StackSlot>,
    /// Guards made so far.
    guards: i32,
    /// How many inlined frames the deepest frame state has.
    inline_depth: u32,
    /// The function makes Python calls, and so takes part in counting their depth.
    counts_depth: bool,
    /// Cranelift's instructions say which bytecode they come from, for `inspect`.
    keeps_origins: bool,
    /// The origins that source locations with the bit [`listing::ORIGIN`] number.
    origins: Vec<Origin>,
}

impl<'a> Lowering<'a> {
    fn new(
        f: &'a Function,
        func: &'a mut clif::Function,
        context: &'a mut FunctionBuilderContext,
        isa: &'a dyn TargetIsa,
        anchors: Anchors,
    ) -> Lowering<'a> {
        let reachable = Cfg::compute(f);
        let mut inline_depth = 0;
        let mut counts_depth = false;
        for block in &reachable.order {
            for value in &f.blocks[*block].instructions {
                counts_depth |= f.values[*value].reenters();
                if let Some(state) = f.values[*value].frame_state.expand() {
                    inline_depth = inline_depth.max(f.inlined_frames(state) as u32);
                }
            }
        }
        Lowering {
            f,
            builder: FunctionBuilder::new(func, context),
            isa,
            anchors,
            cfg: reachable,
            blocks: SecondaryMap::new(),
            values: SecondaryMap::new(),
            thread: None,
            depth: None,
            signatures: HashMap::new(),
            exits: side_exits::Exits::default(),
            call_sites: Vec::new(),
            registers: None,
            guards: 0,
            inline_depth,
            counts_depth,
            keeps_origins: false,
            origins: Vec::new(),
        }
    }

    fn run(&mut self) {
        let order = self.cfg.order.clone();
        for block in &order {
            let new = self.builder.create_block();
            self.blocks[*block] = new.into();
            for parameter in &self.f.blocks[*block].parameters {
                let ty = clif_type(self.f.ty(*parameter));
                let value = self.builder.append_block_param(new, ty);
                self.values[*parameter] = value.into();
            }
            if self.f.blocks[*block].cold {
                self.builder.set_cold_block(new);
            }
        }
        for block in &order {
            let new = self.block(*block);
            self.switch_to(new);
            for value in self.f.blocks[*block].instructions.clone() {
                self.instruction(value);
            }
        }
        self.emit_exits();
    }

    fn finish(mut self, isa: &OwnedTargetIsa) -> (Vec<Exit>, Vec<CallSite>, Vec<Origin>) {
        self.builder.seal_all_blocks();
        let exits = std::mem::take(&mut self.exits.descriptors);
        self.builder.finalize(isa.frontend_config());
        (exits, self.call_sites, self.origins)
    }

    /// What is made from now on comes from this bytecode, if that is to be remembered.
    fn locate(&mut self, origin: Option<Origin>) {
        let location = match origin {
            Some(origin) if self.keeps_origins => {
                if self.origins.last() != Some(&origin) {
                    self.origins.push(origin);
                }
                clif::SourceLoc::new(listing::ORIGIN | (self.origins.len() - 1) as u32)
            }
            Some(_) | None => clif::SourceLoc::default(),
        };
        self.builder.set_srcloc(location);
    }

    fn switch_to(&mut self, block: clif::Block) {
        self.builder.switch_to_block(block);
        self.thread = None;
    }

    fn block(&self, block: Block) -> clif::Block {
        match self.blocks[block].expand() {
            Some(block) => block,
            None => unreachable!("{block} is not reachable"),
        }
    }

    /// The thread.
    fn thread(&mut self) -> clif::Value {
        match self.thread {
            Some(thread) => thread,
            None => {
                let thread = self.builder.ins().get_pinned_reg(types::I64);
                self.thread = Some(thread);
                thread
            }
        }
    }

    /// The Cranelift value of `value`. Constants are made where they are used.
    fn value(&mut self, value: Value) -> clif::Value {
        if let Some(constant) = self.f.as_constant(value) {
            return self.constant(constant);
        }
        match self.values[value].expand() {
            Some(found) => found,
            // A sunk computation: it is made in the exit that needs it.
            None if self.f.values[value].home == Home::Everywhere => {
                self.instruction(value);
                let found = self.values[value].expand();
                // Another exit makes its own.
                self.values[value] = PackedOption::default();
                match found {
                    Some(found) => found,
                    None => unreachable!("{value} has no result"),
                }
            }
            None => unreachable!("{value} is used before it is defined\n{}", self.f),
        }
    }

    fn argument(&mut self, value: Value, index: usize) -> clif::Value {
        let argument = self.f.values[value].arguments[index];
        self.value(argument)
    }

    fn arguments(&mut self, value: Value) -> Vec<clif::Value> {
        (0..self.f.values[value].arguments.len()).map(|i| self.argument(value, i)).collect()
    }

    fn constant(&mut self, constant: Constant) -> clif::Value {
        match constant {
            Constant::Int64(n) => self.builder.ins().iconst(types::I64, n),
            Constant::Double(bits) => self.builder.ins().f64const(f64::from_bits(bits)),
            Constant::Flag(flag) => self.builder.ins().iconst(types::I8, i64::from(flag)),
            Constant::Object(object) | Constant::Pointer(object) => self.word(self.f.objects[object].word),
            Constant::Empty
            | Constant::None
            | Constant::Bool(_)
            | Constant::NotImplemented
            | Constant::Ellipsis
            | Constant::Absent
            | Constant::SmallInt(_) => self.word(constant.immediate_word().unwrap_or(0)),
        }
    }

    fn word(&mut self, word: u64) -> clif::Value {
        self.builder.ins().iconst(types::I64, word.cast_signed())
    }

    fn define(&mut self, value: Value, result: clif::Value) {
        self.values[value] = result.into();
    }

    /// The signature of a function in the C convention.
    fn signature(&mut self, parameters: &[clif::Type], result: Option<clif::Type>) -> clif::SigRef {
        let key = (parameters.to_vec(), result);
        if let Some(signature) = self.signatures.get(&key) {
            return *signature;
        }
        let mut signature = clif::Signature::new(self.isa.default_call_conv());
        signature.params.extend(parameters.iter().map(|ty| clif::AbiParam::new(*ty)));
        signature.returns.extend(result.map(clif::AbiParam::new));
        let signature = self.builder.import_signature(signature);
        self.signatures.insert(key, signature);
        signature
    }

    /// Calls a function at a fixed address.
    fn call_address(
        &mut self,
        address: u64,
        arguments: &[clif::Value],
        result: Option<clif::Type>,
    ) -> Option<clif::Value> {
        let parameters: Vec<clif::Type> = arguments.iter().map(|a| self.builder.func.dfg.value_type(*a)).collect();
        let signature = self.signature(&parameters, result);
        let callee = self.word(address);
        let call = self.builder.ins().call_indirect(signature, callee, arguments);
        self.builder.inst_results(call).first().copied()
    }

    /// A new block that is expected to be executed rarely.
    fn cold_block(&mut self) -> clif::Block {
        let block = self.builder.create_block();
        self.builder.set_cold_block(block);
        block
    }

    fn instruction(&mut self, value: Value) {
        if self.keeps_origins {
            self.locate(self.f.values[value].origin);
        }
        match self.f.op(value) {
            Op::Parameter | Op::Constant => {}
            Op::BoxInt
            | Op::BoxIntWide
            | Op::UnboxInt
            | Op::BoxDouble
            | Op::BoxNumber
            | Op::UnboxDouble
            | Op::BoxFlag
            | Op::UnboxFlag
            | Op::FlagToInt
            | Op::IntToDouble
            | Op::DoubleToInt => self.conversion(value),
            Op::GuardType
            | Op::GuardShape
            | Op::GuardSame
            | Op::GuardTrue
            | Op::GuardFalse
            | Op::GuardBounds
            | Op::GuardNonZero
            | Op::GuardFits
            | Op::Poll
            | Op::CheckValid
            | Op::HasShape
            | Op::HasType
            | Op::AssumeType
            | Op::AssumeShape
            | Op::SamePointer
            | Op::Same => self.guard(value),
            Op::Select
            | Op::FlagNot
            | Op::FlagAnd
            | Op::FlagOr
            | Op::IntAdd
            | Op::IntSub
            | Op::IntMul
            | Op::IntAddChecked
            | Op::IntSubChecked
            | Op::IntMulChecked
            | Op::IntFloorDiv
            | Op::IntMod
            | Op::IntDivUnsigned
            | Op::IntModUnsigned
            | Op::IntAnd
            | Op::IntOr
            | Op::IntXor
            | Op::IntShl
            | Op::IntShlChecked
            | Op::IntShr
            | Op::IntMin
            | Op::IntMax
            | Op::IntCompare
            | Op::DoubleAdd
            | Op::DoubleSub
            | Op::DoubleMul
            | Op::DoubleDiv
            | Op::DoubleNeg
            | Op::DoubleAbs
            | Op::DoubleSqrt
            | Op::DoubleFloor
            | Op::DoubleCeil
            | Op::DoubleCall
            | Op::DoubleCompare => self.arithmetic(value),
            Op::Load
            | Op::Store
            | Op::LoadElement
            | Op::StoreElement
            | Op::StoreShape
            | Op::WriteBarrier
            | Op::New
            | Op::LoadRegister
            | Op::StoreRegister
            | Op::LoadResult => self.memory(value),
            Op::CallHelper
            | Op::CallFunction
            | Op::MakeGenerator
            | Op::CallObject
            | Op::CallKeywords
            | Op::CallBytecode => self.call(value),
            Op::NoteTraceback => self.note_traceback(value),
            Op::Enter => self.enter(value),
            Op::Jump | Op::Branch | Op::Return | Op::Suspend | Op::Exit | Op::Unreachable => self.control(value),
        }
    }

    fn control(&mut self, value: Value) {
        match self.f.op(value) {
            Op::Jump => {
                let (block, arguments) = self.target(value, 0);
                self.builder.ins().jump(block, &arguments);
            }
            Op::Branch => {
                let flag = self.argument(value, 0);
                let (then, then_arguments) = self.target(value, 0);
                let (otherwise, otherwise_arguments) = self.target(value, 1);
                self.builder.ins().brif(flag, then, &then_arguments, otherwise, &otherwise_arguments);
            }
            Op::Return => {
                let result = self.argument(value, 0);
                self.leave(result);
            }
            Op::Suspend => {
                let Some(Immediate::Int(position)) = self.f.values[value].immediates.first().copied() else { return };
                let position = self.builder.ins().iconst(types::I32, position + 1);
                let address = self.word(self.anchors.suspended);
                let flags = self.access(Region::Thread, u32::MAX - 1, false);
                self.builder.ins().store(flags, position, address, 0);
                let result = match self.f.values[value].arguments.first().copied() {
                    Some(yielded) => self.value(yielded),
                    None => self.word(taipan_runtime::value::bits::SIDE_EXIT),
                };
                self.leave(result);
            }
            Op::Exit => {
                let reason = self.f.values[value].reason();
                let exit = self.exit_block(value, reason);
                self.builder.ins().jump(exit, &[]);
            }
            _ => {
                // What stands before always leaves; the verifier of Cranelift wants a terminator.
                self.builder.ins().trap(clif::TrapCode::unwrap_user(1));
            }
        }
    }

    fn target(&mut self, value: Value, index: usize) -> (clif::Block, Vec<clif::BlockArg>) {
        let target = &self.f.values[value].targets[index];
        let arguments = target.arguments.iter().map(|argument| self.value(*argument).into()).collect();
        (self.block(target.block), arguments)
    }
}

/// The register type of a value.
fn clif_type(ty: Type) -> clif::Type {
    match ty.representation() {
        Representation::Word | Representation::Int64 | Representation::Pointer => types::I64,
        Representation::Double => types::F64,
        Representation::Flag => types::I8,
    }
}
