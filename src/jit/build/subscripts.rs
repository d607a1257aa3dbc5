//! `object[index]`, on the left and on the right.

use super::*;
use crate::bytecode::feedback::{operand, subscript};
use taipan_runtime::types::special::Special;

/// How the items of a list of this shape are kept; `None` for what is no exact list.
pub(super) fn elements_of_shape(shape: u32) -> Option<Elements> {
    match ShapeId(shape) {
        ShapeId::LIST_ANY => Some(Elements::ListWords),
        ShapeId::LIST_INT => Some(Elements::ListInts),
        ShapeId::LIST_FLOAT => Some(Elements::ListDoubles),
        ShapeId::LIST_BOOL => Some(Elements::ListBools),
        _ => None,
    }
}

impl Builder<'_> {
    /// The value, checked to be a list of this storage strategy.
    pub(super) fn guard_list(&mut self, value: Value, shape: u32) -> Value {
        self.emit(Op::GuardShape, &[value], &[Immediate::Shape(shape), Immediate::Reason(ExitReason::ListChanged)])
    }

    /// An item at a checked index, boxed.
    pub(super) fn list_element(&mut self, pointer: Value, index: Value, elements: Elements) -> Value {
        let item = self.emit(Op::LoadElement, &[pointer, index], &[Immediate::Elements(elements)]);
        match elements {
            Elements::ListDoubles => self.box_double(item),
            Elements::ListBools => {
                let zero = self.f.int(0);
                let flag = self.compare_ints(Condition::NotEqual, item, zero);
                self.emit(Op::BoxFlag, &[flag], &[])
            }
            Elements::ArrayDoubles => self.box_double(item),
            Elements::ArrayInt64 => self.box_word(item),
            Elements::ArrayInt32
            | Elements::ArrayInt16
            | Elements::ArrayInt8
            | Elements::ArrayUnsigned32
            | Elements::ArrayUnsigned16
            | Elements::ArrayUnsigned8
            | Elements::BytesItems => self.box_int(item),
            Elements::ListWords | Elements::ListInts | Elements::TupleItems => item,
        }
    }

    /// The int that a machine word is: mostly a small one.
    fn box_word(&mut self, word: Value) -> Value {
        if self.has_failed(ExitReason::IntOverflow) {
            return self.emit(Op::BoxIntWide, &[word], &[]);
        }
        let small = self.emit(Op::GuardFits, &[word], &[Immediate::Reason(ExitReason::IntOverflow)]);
        self.box_int(small)
    }

    /// The item at an index known to be inside, of a list whose strategy may be any.
    pub(super) fn any_list_element(&mut self, list: Value, index: Value) -> Value {
        let pointer = self.load(list, Field::ListItems);
        let join = self.new_block();
        let result = self.f.new_parameter(join, Type::ANY);
        for (shape, elements) in
            [(ShapeId::LIST_FLOAT, Elements::ListDoubles), (ShapeId::LIST_BOOL, Elements::ListBools)]
        {
            let (raw, other) = (self.new_block(), self.new_block());
            let is_raw = self.emit(Op::HasShape, &[list], &[Immediate::Shape(shape.0)]);
            self.branch(is_raw, Destination::Block(raw), Destination::Block(other));
            self.enter_block(raw);
            let item = self.list_element(pointer, index, elements);
            self.jump_block(join, &[item]);
            self.enter_block(other);
        }
        let item = self.list_element(pointer, index, Elements::ListWords);
        self.jump_block(join, &[item]);
        self.enter_block(join);
        result
    }

    /// A checked index into something of `length`.
    pub(super) fn checked_index(&mut self, index: Value, length: Value, negative: bool) -> Value {
        let mut int = self.unbox_int(index);
        if negative || self.f.as_int(int).is_some_and(|n| n < 0) {
            let zero = self.f.int(0);
            let below = self.compare_ints(Condition::Less, int, zero);
            let from_end = self.emit(Op::IntAdd, &[int, length], &[]);
            int = self.emit(Op::Select, &[below, from_end, int], &[]);
        }
        self.emit(Op::GuardBounds, &[int, length], &[Immediate::Reason(ExitReason::IndexOutOfRange)])
    }

    pub(super) fn load_subscript(&mut self, dst: Register, object: Register, index: Register, site: Site) {
        let (container, index) = (self.get(object), self.get(index));
        let word = self.feedback(site, 0);
        let (seen, indices) = (word & 0xff, word >> subscript::INDEX_SHIFT & operand::MASK);
        let ty = self.f.ty(container);
        let known = ty == Type::LIST || ty == Type::TUPLE;
        if seen == 0 && !known && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        let by_int = (indices == operand::SMALL_INT || self.f.ty(index) == Type::SMALL_INT)
            && word & subscript::RAISED == 0
            && !self.has_failed(ExitReason::IndexOutOfRange)
            && !self.has_failed(ExitReason::TypeChanged)
            && !self.has_failed(ExitReason::NotInt);
        let negative = word & subscript::NEGATIVE != 0;
        let shape = (word >> subscript::SHAPE_SHIFT) as u32;
        let is_exact_list =
            |ty: Type| ty == Type::LIST || (seen == subscript::LIST && elements_of_shape(shape).is_some());
        if is_exact_list(ty)
            && !self.has_failed(ExitReason::TypeChanged)
            && let Some([start, stop, step]) = self.slice_parts(index)
        {
            let list = self.guard_type(container, Type::LIST, ExitReason::TypeChanged);
            let slice = self.call_helper(Helper::list_slice, &[list, start, stop, step]);
            return self.set(dst, slice);
        }
        let by_str = seen == subscript::DICT && shape == ShapeId::DICT.0 && indices == operand::STR;
        if by_str
            && ty.intersects(Type::DICT)
            && self.f.ty(index).intersects(Type::STR)
            && [ExitReason::TypeChanged, ExitReason::NotStr, ExitReason::IndexOutOfRange]
                .into_iter()
                .all(|reason| !self.has_failed(reason))
        {
            let dict = self.guard_type(container, Type::DICT, ExitReason::TypeChanged);
            let key = self.guard_type(index, Type::STR, ExitReason::NotStr);
            let found = self.call_helper(Helper::dict_get, &[dict, key]);
            // A missing key is the interpreter's.
            let found = self.guard_type(found, Type::ANY, ExitReason::IndexOutOfRange);
            return self.set(dst, found);
        }
        let result = if by_int && (ty == Type::LIST || seen == subscript::LIST) {
            self.load_list_item(container, index, negative, word)
        } else if by_int
            && (ty == Type::TUPLE || seen == subscript::TUPLE)
            // The interpreter's quick path, which is for exact tuples, notes no shape.
            && (ty == Type::TUPLE || shape == 0 || shape == ShapeId::TUPLE.0)
        {
            let tuple = self.guard_type(container, Type::TUPLE, ExitReason::TypeChanged);
            let length = self.load(tuple, Field::TupleLength);
            let index = self.checked_index(index, length, negative);
            self.emit(Op::LoadElement, &[tuple, index], &[Immediate::Elements(Elements::TupleItems)])
        } else if by_int && seen == subscript::BYTES && shape == ShapeId::BYTES.0 {
            let bytes = self.guard_type(container, Type::BYTES, ExitReason::TypeChanged);
            let length = self.load(bytes, Field::BytesLength);
            let index = self.checked_index(index, length, negative);
            let data = self.load(bytes, Field::BytesData);
            self.list_element(data, index, Elements::BytesItems)
        } else if by_int && let Some(seen) = self.array_seen(word) {
            self.load_array_item(container, index, negative, seen)
        } else if seen == subscript::OTHER
            && let Some(method) = self.subscript_method(shape, Special::GetItem)
        {
            match self.call_subscript_method(container, shape, method, &[index], Some(dst)) {
                Some(value) => value,
                None => return,
            }
        } else if by_int && seen == subscript::STR && shape == ShapeId::STR.0 {
            let text = self.guard_type(container, Type::STR, ExitReason::TypeChanged);
            let length = self.load(text, Field::StrLength);
            let index = self.checked_index(index, length, negative);
            self.call_helper(Helper::str_index, &[text, index])
        } else {
            self.call_helper(Helper::load_subscript, &[container, index])
        };
        if self.block.is_some() {
            self.set(dst, result);
        }
    }

    fn load_list_item(&mut self, container: Value, index: Value, negative: bool, word: u64) -> Value {
        let shape = (word >> subscript::SHAPE_SHIFT) as u32;
        let strategies = word >> subscript::STRATEGIES_SHIFT & subscript::STRATEGIES_MASK;
        let bit = |shape: ShapeId| 1 << (shape.0 - ShapeId::LIST_ANY.0);
        let failed = self.has_failed(ExitReason::ListChanged);
        match elements_of_shape(shape) {
            Some(_) if !failed && strategies == bit(ShapeId::LIST_ANY) | bit(ShapeId::LIST_INT) => {
                let list = self.guard_type(container, Type::LIST, ExitReason::TypeChanged);
                let [any, ints] = [ShapeId::LIST_ANY, ShapeId::LIST_INT]
                    .map(|shape| self.emit(Op::HasShape, &[list], &[Immediate::Shape(shape.0)]));
                let words = self.emit(Op::FlagOr, &[any, ints], &[]);
                self.guard_true(words, ExitReason::ListChanged);
                let length = self.load(list, Field::ListLength);
                let index = self.checked_index(index, length, negative);
                let pointer = self.load(list, Field::ListItems);
                self.list_element(pointer, index, Elements::ListWords)
            }
            Some(elements) if !failed && strategies.count_ones() <= 1 => {
                let list = self.guard_list(container, shape);
                let length = self.load(list, Field::ListLength);
                let index = self.checked_index(index, length, negative);
                let pointer = self.load(list, Field::ListItems);
                self.list_element(pointer, index, elements)
            }
            _ => {
                let list = self.guard_type(container, Type::LIST, ExitReason::TypeChanged);
                let length = self.load(list, Field::ListLength);
                let index = self.checked_index(index, length, negative);
                self.any_list_element(list, index)
            }
        }
    }

    /// The parts of a slice made here, if they are small ints and None.
    fn slice_parts(&mut self, index: Value) -> Option<[Value; 3]> {
        if self.f.op(index) != Op::New || self.f.ty(index) != Type::SLICE || self.has_failed(ExitReason::NotInt) {
            return None;
        }
        let allowed = Type::SMALL_INT | Type::NONE;
        let parts = [0, 1, 2].map(|i| self.f.argument(index, i));
        if parts.iter().any(|part| !self.f.ty(*part).intersects(allowed)) {
            return None;
        }
        Some(parts.map(|part| self.guard_type(part, allowed, ExitReason::NotInt)))
    }

    pub(super) fn store_subscript(&mut self, object: Register, index: Register, src: Register, site: Site) {
        let (container, index, value) = (self.get(object), self.get(index), self.get(src));
        let word = self.feedback(site, 0);
        let (seen, indices) = (word & 0xff, word >> subscript::INDEX_SHIFT & operand::MASK);
        let ty = self.f.ty(container);
        if seen == 0 && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        let by_int = (indices == operand::SMALL_INT || self.f.ty(index) == Type::SMALL_INT)
            && word & subscript::RAISED == 0
            && !self.has_failed(ExitReason::IndexOutOfRange)
            && !self.has_failed(ExitReason::TypeChanged)
            && !self.has_failed(ExitReason::NotInt)
            && !self.has_failed(ExitReason::ListChanged)
            && !self.has_failed(ExitReason::NotFloat);
        let shape = (word >> subscript::SHAPE_SHIFT) as u32;
        let elements = elements_of_shape(shape);
        if (ty == Type::LIST || (seen == subscript::LIST && elements.is_some()))
            && self.f.ty(value).intersects(Type::LIST)
            && !self.has_failed(ExitReason::TypeChanged)
            && let Some([start, stop, step]) = self.slice_parts(index)
        {
            let list = self.guard_type(container, Type::LIST, ExitReason::TypeChanged);
            let source = self.guard_type(value, Type::LIST, ExitReason::TypeChanged);
            self.call_helper(Helper::list_store_slice, &[list, start, stop, step, source]);
            return;
        }
        if by_int && let Some(seen) = self.array_seen(word) {
            return self.store_array_item(container, index, value, word & subscript::NEGATIVE != 0, seen);
        }
        if seen == subscript::OTHER
            && let Some(method) = self.subscript_method(shape, Special::SetItem)
        {
            self.call_subscript_method(container, shape, method, &[index, value], None);
            return;
        }
        match elements {
            Some(elements) if by_int && (ty == Type::LIST || seen == subscript::LIST) => {
                let list = self.guard_list(container, shape);
                // Check the value first: a store that changes how the list is kept is the interpreter's.
                let stored = match elements {
                    Elements::ListInts => self.guard_type(value, Type::SMALL_INT, ExitReason::ListChanged),
                    Elements::ListDoubles => {
                        let float = self.guard_type(value, Type::FLOAT, ExitReason::ListChanged);
                        self.double_for_list(float)
                    }
                    Elements::ListBools => {
                        let truth = self.guard_type(value, Type::BOOL, ExitReason::ListChanged);
                        let flag = self.emit(Op::UnboxFlag, &[truth], &[]);
                        self.emit(Op::FlagToInt, &[flag], &[])
                    }
                    Elements::ListWords
                    | Elements::TupleItems
                    | Elements::BytesItems
                    | Elements::ArrayDoubles
                    | Elements::ArrayInt64
                    | Elements::ArrayInt32
                    | Elements::ArrayInt16
                    | Elements::ArrayInt8
                    | Elements::ArrayUnsigned32
                    | Elements::ArrayUnsigned16
                    | Elements::ArrayUnsigned8 => value,
                };
                let length = self.load(list, Field::ListLength);
                let index = self.checked_index(index, length, word & subscript::NEGATIVE != 0);
                let pointer = self.load(list, Field::ListItems);
                self.emit(Op::StoreElement, &[pointer, index, stored], &[Immediate::Elements(elements)]);
                if elements == Elements::ListWords && self.f.ty(value).intersects(Type::HEAP) {
                    let storage = self.load(list, Field::ListStorage);
                    self.emit(Op::WriteBarrier, &[storage, value], &[]);
                }
            }
            _ => {
                self.call_helper(Helper::store_subscript, &[container, index, value]);
            }
        }
    }

    // ---- classes with subscripts written in Python ----

    /// The method of plain instances of this shape, if it is a Python function.
    fn subscript_method(&self, shape: u32, special: Special) -> Option<Gc<FunctionObject>> {
        if self.has_failed(ExitReason::ShapeChanged) {
            return None;
        }
        let class = self.thread.living_class_of_shape(ShapeId(shape))?;
        let plain = class.instance_kind.get() == Kind::Instance;
        class.special(self.thread, special).filter(|_| plain)?.cast::<FunctionObject>()
    }

    /// Calls `method` of an object that must have the shape. `None`: control does not come back.
    fn call_subscript_method(
        &mut self,
        object: Value,
        shape: u32,
        method: Gc<FunctionObject>,
        arguments: &[Value],
        dst: Option<Register>,
    ) -> Option<Value> {
        self.assume_class(self.thread.class_of_shape(ShapeId(shape)));
        let object = self.guard_shape(object, shape);
        let mut all = vec![object];
        all.extend_from_slice(arguments);
        self.call_function_object(method, &all, dst)
    }
}
