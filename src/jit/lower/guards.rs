//! Lowering of guards and questions about values.

use super::*;
use cranelift_codegen::ir::condcodes::IntCC;
use taipan_runtime::layout::{header, thread};
use taipan_runtime::object::ShapeId;
use taipan_runtime::value::bits;

/// The fixed shapes of the kinds that one shape, or a run of shapes, identifies.
fn shapes_of(kind: Type) -> Option<(u32, u32)> {
    let one = |shape: ShapeId| Some((shape.0, shape.0));
    match kind {
        Type::BIG_INT => one(ShapeId::BIG_INT),
        Type::FLOAT => one(ShapeId::FLOAT),
        Type::STR => one(ShapeId::STR),
        Type::BYTES => one(ShapeId::BYTES),
        Type::TUPLE => one(ShapeId::TUPLE),
        Type::DICT => one(ShapeId::DICT),
        Type::SET => one(ShapeId::SET),
        Type::RANGE => one(ShapeId::RANGE),
        Type::RANGE_ITERATOR => one(ShapeId::RANGE_ITERATOR),
        Type::LIST_ITERATOR => one(ShapeId::LIST_ITERATOR),
        Type::TUPLE_ITERATOR => one(ShapeId::TUPLE_ITERATOR),
        Type::BOUND_METHOD => one(ShapeId::BOUND_METHOD),
        Type::SLICE => one(ShapeId::SLICE),
        Type::CELL => one(ShapeId::CELL),
        Type::LIST => Some((ShapeId::LIST_ANY.0, ShapeId::LIST_BOOL.0)),
        _ => None,
    }
}

impl Lowering<'_> {
    pub(super) fn guard(&mut self, value: Value) {
        let instruction = &self.f.values[value];
        let first = instruction.arguments.first().copied();
        match instruction.op {
            Op::GuardType => {
                let (Some(argument), Some(ty)) = (first, instruction.type_immediate()) else { return };
                let a = self.value(argument);
                let from = self.f.ty(argument);
                let flag = self.has_type(a, from, ty);
                self.exit_unless(value, flag);
                self.define(value, a);
            }
            Op::GuardShape => {
                let (Some(argument), Some(shape)) = (first, instruction.shape()) else { return };
                let a = self.value(argument);
                if let Some(object) = self.is_object(a, self.f.ty(argument)) {
                    self.exit_unless(value, object);
                }
                let same = self.shape_is(a, shape);
                self.exit_unless(value, same);
                self.define(value, a);
            }
            Op::GuardSame => {
                let Some(Immediate::Constant(constant)) = instruction.immediates.first() else { return };
                let a = self.argument(value, 0);
                let wanted = self.constant(*constant);
                let same = self.builder.ins().icmp(IntCC::Equal, a, wanted);
                self.exit_unless(value, same);
                self.define(value, a);
            }
            Op::GuardTrue => {
                let flag = self.argument(value, 0);
                self.exit_unless(value, flag);
            }
            Op::GuardFalse => {
                let flag = self.argument(value, 0);
                self.exit_if(value, flag);
            }
            Op::GuardBounds => {
                let (index, length) = (self.argument(value, 0), self.argument(value, 1));
                // Unsigned: a negative index is a very big one.
                let inside = self.builder.ins().icmp(IntCC::UnsignedLessThan, index, length);
                self.exit_unless(value, inside);
                self.define(value, index);
            }
            Op::GuardNonZero => {
                let a = self.argument(value, 0);
                self.exit_unless(value, a);
                self.define(value, a);
            }
            Op::GuardFits => {
                let a = self.argument(value, 0);
                let overflow = self.misfit(a);
                self.exit_if(value, overflow);
                self.define(value, a);
            }
            Op::Poll => {
                let base = self.thread();
                let flags = self.access(Region::Thread, thread::POLL as u32, false);
                let word = self.builder.ins().load(types::I32, flags, base, thread::POLL);
                self.exit_if(value, word);
            }
            Op::CheckValid => {
                let address = self.word(self.anchors.invalid);
                let flags = self.access(Region::Objects, u32::MAX, false);
                let byte = self.builder.ins().load(types::I8, flags, address, 0);
                self.exit_if(value, byte);
            }
            Op::HasShape => {
                let (Some(argument), Some(shape)) = (first, instruction.shape()) else { return };
                let a = self.value(argument);
                let flag = match self.is_object(a, self.f.ty(argument)) {
                    None => self.shape_is(a, shape),
                    Some(object) => self.both(object, |this| this.shape_is(a, shape)),
                };
                self.define(value, flag);
            }
            Op::AssumeType | Op::AssumeShape => {
                let a = self.argument(value, 0);
                self.define(value, a);
            }
            Op::SamePointer => {
                let (a, b) = (self.argument(value, 0), self.argument(value, 1));
                let flag = self.builder.ins().icmp(IntCC::Equal, a, b);
                self.define(value, flag);
            }
            Op::HasType => {
                let (Some(argument), Some(ty)) = (first, instruction.type_immediate()) else { return };
                let a = self.value(argument);
                let flag = self.has_type(a, self.f.ty(argument), ty);
                self.define(value, flag);
            }
            _ => {
                let (left, right) = (instruction.arguments[0], instruction.arguments[1]);
                let flag = self.same(left, right);
                self.define(value, flag);
            }
        }
    }

    /// `a` is a heap object; `None` if that is known.
    fn is_object(&mut self, a: clif::Value, ty: Type) -> Option<clif::Value> {
        if ty.is_subset(Type::HEAP) {
            return None;
        }
        let tag = self.builder.ins().band_imm_u(a, bits::NON_OBJECT_MASK as i64);
        let object = self.builder.ins().icmp_imm_u(IntCC::Equal, tag, 0);
        if !ty.intersects(Type::EMPTY) {
            return Some(object);
        }
        let nonzero = self.builder.ins().icmp_imm_u(IntCC::NotEqual, a, 0);
        Some(self.builder.ins().band(object, nonzero))
    }

    fn shape_of(&mut self, a: clif::Value) -> clif::Value {
        let flags = self.access(Region::Shape, 0, false);
        self.builder.ins().load(types::I32, flags, a, header::SHAPE)
    }

    /// The heap object's shape is `shape`.
    fn shape_is(&mut self, a: clif::Value, shape: u32) -> clif::Value {
        let found = self.shape_of(a);
        self.builder.ins().icmp_imm_u(IntCC::Equal, found, i64::from(shape))
    }

    /// `first` and then what `second` makes, which is only executed if `first` is true.
    fn both(&mut self, first: clif::Value, second: impl FnOnce(&mut Self) -> clif::Value) -> clif::Value {
        let next = self.builder.create_block();
        let done = self.builder.create_block();
        let result = self.builder.append_block_param(done, types::I8);
        let no = self.builder.ins().iconst(types::I8, 0);
        self.builder.ins().brif(first, next, &[], done, &[no.into()]);
        self.switch_to(next);
        let flag = second(self);
        self.builder.ins().jump(done, &[flag.into()]);
        self.switch_to(done);
        result
    }

    /// `first`, or else what `second` makes, which is only executed if `first` is false.
    fn either(&mut self, first: clif::Value, second: impl FnOnce(&mut Self) -> clif::Value) -> clif::Value {
        let next = self.builder.create_block();
        let done = self.builder.create_block();
        let result = self.builder.append_block_param(done, types::I8);
        let yes = self.builder.ins().iconst(types::I8, 1);
        self.builder.ins().brif(first, done, &[yes.into()], next, &[]);
        self.switch_to(next);
        let flag = second(self);
        self.builder.ins().jump(done, &[flag.into()]);
        self.switch_to(done);
        result
    }

    /// `a`, known to be of type `from`, is of type `wanted`.
    fn has_type(&mut self, a: clif::Value, from: Type, wanted: Type) -> clif::Value {
        let wanted = wanted & from;
        // "Everything but the empty word" is asked often.
        if wanted == from - Type::EMPTY {
            return self.builder.ins().icmp_imm_u(IntCC::NotEqual, a, 0);
        }
        let mut tests: Vec<Test> = Vec::new();
        for kind in (wanted & Type::IMMEDIATE).kinds() {
            tests.push(Test::Immediate(kind));
        }
        let objects = wanted & Type::HEAP;
        if !objects.is_never() {
            tests.push(Test::Objects(objects, from));
        }
        self.any_of(a, &tests)
    }

    fn any_of(&mut self, a: clif::Value, tests: &[Test]) -> clif::Value {
        let Some((test, rest)) = tests.split_first() else { return self.builder.ins().iconst(types::I8, 0) };
        let flag = match test {
            Test::Immediate(kind) => self.is_immediate(a, *kind),
            Test::Objects(objects, from) => self.is_one_of(a, *objects, *from),
        };
        if rest.is_empty() { flag } else { self.either(flag, |this| this.any_of(a, rest)) }
    }

    fn is_immediate(&mut self, a: clif::Value, kind: Type) -> clif::Value {
        match kind {
            Type::SMALL_INT => {
                let tag = self.builder.ins().band_imm_u(a, bits::SMALL_INT_TAG as i64);
                self.builder.ins().ireduce(types::I8, tag)
            }
            Type::BOOL => {
                let either = self.builder.ins().bor_imm_u(a, 1 << bits::BOOL_SHIFT);
                self.builder.ins().icmp_imm_u(IntCC::Equal, either, bits::TRUE as i64)
            }
            Type::NONE => self.builder.ins().icmp_imm_u(IntCC::Equal, a, bits::NONE as i64),
            Type::EMPTY => self.builder.ins().icmp_imm_u(IntCC::Equal, a, 0),
            _ => {
                let first = self.builder.ins().icmp_imm_u(IntCC::Equal, a, bits::NOT_IMPLEMENTED as i64);
                let second = self.builder.ins().icmp_imm_u(IntCC::Equal, a, bits::ELLIPSIS as i64);
                self.builder.ins().bor(first, second)
            }
        }
    }

    /// `a` is a heap object of one of the kinds.
    fn is_one_of(&mut self, a: clif::Value, kinds: Type, from: Type) -> clif::Value {
        let test = |this: &mut Self| {
            if (from & Type::HEAP).is_subset(kinds) {
                return this.builder.ins().iconst(types::I8, 1);
            }
            let shape = this.shape_of(a);
            let mut result: Option<clif::Value> = None;
            for kind in kinds.kinds() {
                let Some((first, last)) = shapes_of(kind) else { continue };
                let flag = if first == last {
                    this.builder.ins().icmp_imm_u(IntCC::Equal, shape, i64::from(first))
                } else {
                    let distance = this.builder.ins().iadd_imm_s(shape, -i64::from(first));
                    this.builder.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, distance, i64::from(last - first))
                };
                result = Some(match result {
                    None => flag,
                    Some(other) => this.builder.ins().bor(other, flag),
                });
            }
            match result {
                Some(flag) => flag,
                None => this.builder.ins().iconst(types::I8, 0),
            }
        };
        match self.is_object(a, from) {
            None => test(self),
            Some(object) => self.both(object, test),
        }
    }

    /// `a is b`. Floats are the same if their bits are.
    fn same(&mut self, left: Value, right: Value) -> clif::Value {
        let (a, b) = (self.value(left), self.value(right));
        let flag = self.builder.ins().icmp(IntCC::Equal, a, b);
        let both = self.f.ty(left) & self.f.ty(right);
        if !both.intersects(Type::FLOAT) {
            return flag;
        }
        let (from_left, from_right) = (self.f.ty(left), self.f.ty(right));
        self.either(flag, |this| {
            let left_float = this.has_type(a, from_left, Type::FLOAT);
            this.both(left_float, |this| {
                let right_float = this.has_type(b, from_right, Type::FLOAT);
                this.both(right_float, |this| {
                    let flags = this.access(Region::Constant, u32::MAX, true);
                    let offset = taipan_runtime::layout::object::FLOAT_VALUE;
                    let x = this.builder.ins().load(types::I64, flags, a, offset);
                    let y = this.builder.ins().load(types::I64, flags, b, offset);
                    this.builder.ins().icmp(IntCC::Equal, x, y)
                })
            })
        })
    }
}

/// One of several alternatives that a type test asks for.
#[derive(Clone, Copy)]
enum Test {
    Immediate(Type),
    Objects(Type, Type),
}
