//! Lowering of loads, stores, barriers and allocation.

use super::*;
use crate::jit::runtime::Entry;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AliasRegionData, MemFlagsData};
use taipan_runtime::helpers::Helper;
use taipan_runtime::layout::{header, object, thread};
use taipan_runtime::object::gc_byte;

impl Lowering<'_> {
    /// The flags of an access: aligned, never trapping, in the alias region of `region` and `detail`. `readonly`
    /// only for what never changes while native code can see it.
    pub(super) fn access(&mut self, region: Region, detail: u32, readonly: bool) -> MemFlagsData {
        let user_id = (region as u32) << 24 | (detail & 0xff_ffff);
        let region =
            self.builder.func.dfg.alias_regions.insert(AliasRegionData { user_id, description: region.name().into() });
        let flags = MemFlagsData::trusted().with_alias_region(Some(region));
        if readonly { flags.with_readonly() } else { flags }
    }

    fn load_cell(&mut self, cell: Cell, flags: MemFlagsData, base: clif::Value, offset: i32) -> clif::Value {
        match cell {
            Cell::Word | Cell::Int64 | Cell::Pointer => self.builder.ins().load(types::I64, flags, base, offset),
            Cell::Double => self.builder.ins().load(types::F64, flags, base, offset),
            Cell::Unsigned32 => self.builder.ins().uload32(flags, base, offset),
            Cell::Unsigned16 => self.builder.ins().uload16(types::I64, flags, base, offset),
            Cell::Unsigned8 => self.builder.ins().uload8(types::I64, flags, base, offset),
            Cell::Signed32 => self.builder.ins().sload32(flags, base, offset),
            Cell::Signed16 => self.builder.ins().sload16(types::I64, flags, base, offset),
            Cell::Signed8 => self.builder.ins().sload8(types::I64, flags, base, offset),
        }
    }

    fn store_cell(&mut self, cell: Cell, flags: MemFlagsData, stored: clif::Value, base: clif::Value, offset: i32) {
        match cell {
            Cell::Word | Cell::Int64 | Cell::Pointer | Cell::Double => {
                self.builder.ins().store(flags, stored, base, offset)
            }
            Cell::Unsigned32 | Cell::Signed32 => self.builder.ins().istore32(flags, stored, base, offset),
            Cell::Unsigned16 | Cell::Signed16 => self.builder.ins().istore16(flags, stored, base, offset),
            Cell::Unsigned8 | Cell::Signed8 => self.builder.ins().istore8(flags, stored, base, offset),
        };
    }

    pub(super) fn memory(&mut self, value: Value) {
        let instruction = &self.f.values[value];
        match instruction.op {
            Op::Load => {
                let Some(place) = instruction.place() else { return };
                let base = self.argument(value, 0);
                let (region, detail) = offsets::place_region(place);
                let flags = self.access(region, detail, region == Region::Constant);
                let result = self.load_cell(place.cell(), flags, base, offsets::place(place));
                self.define(value, result);
            }
            Op::Store => {
                let Some(place) = instruction.place() else { return };
                let (base, stored) = (self.argument(value, 0), self.argument(value, 1));
                let (region, detail) = offsets::place_region(place);
                let flags = self.access(region, detail, false);
                self.store_cell(place.cell(), flags, stored, base, offsets::place(place));
            }
            Op::LoadElement => {
                let Some(elements) = instruction.elements() else { return };
                let (base, index) = (self.argument(value, 0), self.argument(value, 1));
                let address = self.element_address(elements, base, index);
                let flags = self.access(elements.region(), 0, elements.region() == Region::Constant);
                let result = self.load_cell(elements.cell(), flags, address, offsets::elements(elements));
                self.define(value, result);
            }
            Op::StoreElement => {
                let Some(elements) = instruction.elements() else { return };
                let (base, index, stored) = (self.argument(value, 0), self.argument(value, 1), self.argument(value, 2));
                let address = self.element_address(elements, base, index);
                let flags = self.access(elements.region(), 0, false);
                self.store_cell(elements.cell(), flags, stored, address, offsets::elements(elements));
            }
            Op::StoreShape => {
                let Some(shape) = instruction.shape() else { return };
                let doubles = instruction.immediates.contains(&Immediate::Int(1));
                let base = self.argument(value, 0);
                let flags = self.access(Region::Shape, 0, false);
                let word = self.builder.ins().iconst(types::I32, i64::from(shape));
                self.builder.ins().store(flags, word, base, header::SHAPE);
                if doubles {
                    let flags = self.access(Region::Shape, 0, false);
                    let old = self.builder.ins().load(types::I8, flags, base, header::FLAGS);
                    let new = self.builder.ins().bor_imm_u(old, i64::from(object::HAS_DOUBLES));
                    self.builder.ins().store(flags, new, base, header::FLAGS);
                }
            }
            Op::WriteBarrier => {
                let owner = self.argument(value, 0);
                self.write_barrier(owner);
            }
            Op::New => self.new_object(value),
            Op::StoreRegister => {
                let Some(Immediate::Int(index)) = instruction.immediates.first().copied() else { return };
                let (base, stored) = (self.argument(value, 0), self.argument(value, 1));
                let flags = self.access(Region::Thread, u32::MAX, false);
                self.builder.ins().store(flags, stored, base, (index * 8) as i32);
            }
            Op::LoadResult => {
                let Some(Immediate::Int(index)) = instruction.immediates.first().copied() else { return };
                let slot = self.register_slot();
                let result = self.builder.ins().stack_load(types::I64, types::I64, slot, (index * 8) as i32);
                self.define(value, result);
            }
            _ => {
                let Some(Immediate::Int(index)) = instruction.immediates.first().copied() else { return };
                let base = self.argument(value, 0);
                let flags = self.access(Region::Thread, u32::MAX, false);
                let result = self.builder.ins().load(types::I64, flags, base, (index * 8) as i32);
                self.define(value, result);
            }
        }
    }

    fn element_address(&mut self, elements: Elements, base: clif::Value, index: clif::Value) -> clif::Value {
        let shift = i64::from(offsets::element_shift(elements));
        let distance = if shift == 0 { index } else { self.builder.ins().ishl_imm_u(index, shift) };
        self.builder.ins().iadd(base, distance)
    }

    /// Tells the collector that `owner` was written to, if it is old and not yet remembered.
    fn write_barrier(&mut self, owner: clif::Value) {
        let slow = self.cold_block();
        let done = self.builder.create_block();
        let flags = self.access(Region::Shape, 0, false);
        let byte = self.builder.ins().load(types::I8, flags, owner, header::GC);
        let old = self.builder.ins().icmp_imm_u(IntCC::Equal, byte, i64::from(gc_byte::OLD));
        self.builder.ins().brif(old, slow, &[], done, &[]);
        self.switch_to(slow);
        let base = self.thread();
        let address = (self.anchors.address_of)(Entry::Remember);
        self.call_address(address, &[base, owner], None);
        self.builder.ins().jump(done, &[]);
        self.switch_to(done);
    }

    /// New memory of `size` bytes that starts with `header`; the rest is zero.
    pub(super) fn allocate(&mut self, size: i64, header: u64) -> clif::Value {
        let slow = self.cold_block();
        let fast = self.builder.create_block();
        let done = self.builder.create_block();
        let result = self.builder.append_block_param(done, types::I64);
        let base = self.thread();
        let top_flags = self.access(Region::Thread, thread::ALLOCATION_TOP as u32, false);
        let limit_flags = self.access(Region::Thread, thread::ALLOCATION_LIMIT as u32, false);
        let top = self.builder.ins().load(types::I64, top_flags, base, thread::ALLOCATION_TOP);
        let limit = self.builder.ins().load(types::I64, limit_flags, base, thread::ALLOCATION_LIMIT);
        let end = self.builder.ins().iadd_imm_s(top, size);
        let full = self.builder.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        self.builder.ins().brif(full, slow, &[], fast, &[]);
        self.switch_to(fast);
        self.builder.ins().store(top_flags, end, base, thread::ALLOCATION_TOP);
        self.builder.ins().jump(done, &[top.into()]);
        self.switch_to(slow);
        let base = self.thread();
        let bytes = self.builder.ins().iconst(types::I64, size);
        let address = (self.anchors.address_of)(Entry::Allocate);
        let memory = self.call_address(address, &[base, bytes], Some(types::I64)).unwrap_or(bytes);
        self.builder.ins().jump(done, &[memory.into()]);
        self.switch_to(done);
        let flags = self.access(Region::Shape, 0, false);
        let word = self.word(header);
        // The header is written as one word, in the region of shapes.
        self.builder.ins().store(flags, word, result, header::SHAPE);
        result
    }

    fn new_object(&mut self, value: Value) {
        let Some(layout) = self.f.layout_of(&self.f.values[value]).cloned() else { return };
        let arguments = self.arguments(value);
        if let Layout::List { elements, count } = layout {
            let result = self.new_list(elements, count, &arguments);
            return self.define(value, result);
        }
        if let Layout::Keywords { .. } = layout {
            let result = self.object_of_words(Entry::Keywords, &arguments);
            return self.define(value, result);
        }
        if matches!(layout, Layout::Enumerate | Layout::Zip) {
            let helper = if layout == Layout::Zip { Helper::new_zip } else { Helper::new_enumerate };
            let base = self.thread();
            let all = [&[base], arguments.as_slice()].concat();
            let result = self.call_address((self.anchors.address_of)(Entry::Helper(helper)), &all, Some(types::I64));
            return self.define(value, result.unwrap_or(base));
        }
        if layout == Layout::Function {
            let base = self.thread();
            let all = [&[base], arguments.as_slice()].concat();
            let result = self.call_address((self.anchors.address_of)(Entry::MakeFunction), &all, Some(types::I64));
            return self.define(value, result.unwrap_or(base));
        }
        if let Layout::Generator { .. } = layout {
            let result = self.call_object(value, Entry::MakeGenerator);
            return self.define(value, result);
        }
        let memory = self.allocate(offsets::size(&layout), offsets::header_word(&layout));
        match layout.places() {
            Some(places) => {
                for (place, stored) in places.into_iter().zip(arguments) {
                    let (region, detail) = offsets::place_region(place);
                    let flags = self.access(region, detail, false);
                    self.store_cell(place.cell(), flags, stored, memory, offsets::place(place));
                }
            }
            None => {
                let flags = self.access(Region::Constant, Field::TupleLength as u32, false);
                let length = self.builder.ins().iconst(types::I64, arguments.len() as i64);
                self.builder.ins().store(flags, length, memory, object::TUPLE_LENGTH);
                for (i, stored) in arguments.into_iter().enumerate() {
                    let flags = self.access(Region::Constant, 0, false);
                    self.builder.ins().store(flags, stored, memory, object::TUPLE_ITEMS + 8 * i as i32);
                }
            }
        }
        self.define(value, memory);
    }

    /// What a function of the runtime makes of words.
    fn object_of_words(&mut self, entry: Entry, words: &[clif::Value]) -> clif::Value {
        let base = self.thread();
        let buffer = self.pass_in_memory(words);
        let count = self.builder.ins().iconst(types::I64, words.len() as i64);
        let address = (self.anchors.address_of)(entry);
        self.call_address(address, &[base, buffer, count], Some(types::I64)).unwrap_or(base)
    }

    /// A list with its items: the helper makes both, the items are written here.
    fn new_list(&mut self, elements: Elements, count: u32, items: &[clif::Value]) -> clif::Value {
        if elements == Elements::ListWords {
            // The runtime looks at the items and chooses how to keep them.
            return self.object_of_words(Entry::ListOf, items);
        }
        let base = self.thread();
        let address = (self.anchors.address_of)(Entry::NewList);
        let shape = self.builder.ins().iconst(types::I64, i64::from(offsets::list_shape(elements)));
        let length = self.builder.ins().iconst(types::I64, i64::from(count));
        let list = self.call_address(address, &[base, shape, length], Some(types::I64)).unwrap_or(length);
        let flags = self.access(Region::ListStorage, Field::ListItems as u32, false);
        let storage = self.builder.ins().load(types::I64, flags, list, object::LIST_ITEMS);
        for (i, item) in items.iter().enumerate() {
            let flags = self.access(elements.region(), 0, false);
            self.builder.ins().store(flags, *item, storage, 8 * i as i32);
        }
        list
    }
}
