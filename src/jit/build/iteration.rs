//! Iterators, unpacking, displays.

use super::*;
use crate::bytecode::analysis::Decoded;
use crate::bytecode::feedback::iter;

/// How many items of a display or an unpacking are handled one by one.
const MANY: u16 = 32;

impl Builder<'_> {
    // ---- displays ----

    fn items(&mut self, first: Register, count: u16) -> Vec<Value> {
        (0..count).map(|i| self.get(first.plus(i))).collect()
    }

    pub(super) fn build_tuple(&mut self, dst: Register, first: Register, count: u16) {
        let items = self.items(first, count);
        let tuple = self.tuple_of(&items);
        self.set(dst, tuple);
    }

    pub(super) fn build_list(&mut self, dst: Register, first: Register, count: u16) {
        let items = self.items(first, count);
        let list = if count == 0 {
            self.call_helper(Helper::new_list, &[])
        } else if items.iter().all(|item| self.f.ty(*item) == Type::SMALL_INT) {
            let layout = self.f.layout(Layout::List { count: u32::from(count), elements: Elements::ListInts });
            self.emit(Op::New, &items, &[layout])
        } else if items.iter().all(|item| self.f.ty(*item) == Type::FLOAT) && !self.has_failed(ExitReason::ListChanged)
        {
            let doubles: Vec<Value> = items.iter().map(|item| self.double_for_list(*item)).collect();
            let layout = self.f.layout(Layout::List { count: u32::from(count), elements: Elements::ListDoubles });
            self.emit(Op::New, &doubles, &[layout])
        } else {
            // The helper looks at the items and chooses how to keep them.
            let layout = self.f.layout(Layout::List { count: u32::from(count), elements: Elements::ListWords });
            self.emit(Op::New, &items, &[layout])
        };
        self.set(dst, list);
    }

    /// The double of a float that goes into a list of raw doubles, where no NaN may stand.
    pub(super) fn double_for_list(&mut self, value: Value) -> Value {
        let double = self.unbox_double(value);
        if self.f.as_double(double).is_none_or(f64::is_nan) {
            let number = self.emit(Op::DoubleCompare, &[double, double], &[Immediate::Condition(Condition::Equal)]);
            self.guard_true(number, ExitReason::ListChanged);
        }
        double
    }

    /// `list.append(item)` on an exact list: written in place if there is room and the list keeps such items.
    pub(super) fn append_to_list(&mut self, list: Value, item: Value) {
        let ty = self.f.ty(item);
        let (shape, elements) = if ty == Type::SMALL_INT {
            (ShapeId::LIST_INT, Elements::ListInts)
        } else if ty == Type::FLOAT {
            (ShapeId::LIST_FLOAT, Elements::ListDoubles)
        } else if ty == Type::BOOL {
            (ShapeId::LIST_BOOL, Elements::ListBools)
        } else {
            (ShapeId::LIST_ANY, Elements::ListWords)
        };
        let state = self.frame().state;
        let (fast, slow, join) = (self.new_block(), self.new_block(), self.new_block());
        let length = self.load(list, Field::ListLength);
        let capacity = self.load(list, Field::ListCapacity);
        let room = self.compare_ints(Condition::Less, length, capacity);
        let mut kept = self.emit(Op::HasShape, &[list], &[Immediate::Shape(shape.0)]);
        if elements == Elements::ListWords && ty.intersects(Type::SMALL_INT) {
            // Small ints are the same words in a list of nothing else.
            let ints = self.emit(Op::HasShape, &[list], &[Immediate::Shape(ShapeId::LIST_INT.0)]);
            let is_int = self.emit(Op::HasType, &[item], &[Immediate::Type(Type::SMALL_INT)]);
            let both = self.emit(Op::FlagAnd, &[ints, is_int], &[]);
            kept = self.emit(Op::FlagOr, &[kept, both], &[]);
        }
        let mut fits = self.emit(Op::FlagAnd, &[room, kept], &[]);
        let stored = match elements {
            Elements::ListDoubles => {
                let double = self.unbox_double(item);
                let number = self.emit(Op::DoubleCompare, &[double, double], &[Immediate::Condition(Condition::Equal)]);
                fits = self.emit(Op::FlagAnd, &[fits, number], &[]);
                double
            }
            Elements::ListBools => {
                let flag = self.emit_folded(Op::UnboxFlag, item);
                self.emit(Op::FlagToInt, &[flag], &[])
            }
            _ => item,
        };
        self.branch_with(fits, (fast, &[]), (slow, &[]));
        self.enter_block(fast);
        let pointer = self.load(list, Field::ListItems);
        self.emit(Op::StoreElement, &[pointer, length, stored], &[Immediate::Elements(elements)]);
        let one = self.f.int(1);
        let longer = self.emit(Op::IntAdd, &[length, one], &[]);
        self.store(list, Field::ListLength, longer);
        if elements == Elements::ListWords && ty.intersects(Type::HEAP) {
            let storage = self.load(list, Field::ListStorage);
            self.emit(Op::WriteBarrier, &[storage, item], &[]);
        }
        self.jump_block(join, &[]);
        self.enter_block(slow);
        self.unseal(state);
        self.call_helper(Helper::list_append, &[list, item]);
        self.jump_block(join, &[]);
        self.enter_block(join);
        self.seal();
    }

    // ---- unpacking ----

    pub(super) fn unpack_sequence(
        &mut self,
        src: Register,
        first: Register,
        count: u16,
        site: Site,
        decoded: &Decoded,
    ) {
        let value = self.get(src);
        let word = self.feedback(site, 0);
        let seen = word & 0xffff;
        let ty = self.f.ty(value);
        if seen == 0 && ty != Type::TUPLE && ty != Type::LIST && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        let failed =
            self.has_failed(ExitReason::WrongLength) || self.has_failed(ExitReason::TypeChanged) || count > MANY;
        if failed {
            return self.execute(decoded);
        }
        if ty == Type::TUPLE || (seen == iter::TUPLE && ty.intersects(Type::TUPLE)) {
            let tuple = self.guard_type(value, Type::TUPLE, ExitReason::TypeChanged);
            for (i, item) in (0..).zip(self.tuple_items(tuple, count)) {
                self.set(first.plus(i), item);
            }
        } else if seen == iter::LIST && ty.intersects(Type::LIST) && !self.has_failed(ExitReason::ListChanged) {
            let shape = (word >> iter::SHAPE_SHIFT) as u32;
            let Some(elements) = super::subscripts::elements_of_shape(shape) else { return self.execute(decoded) };
            let list = self.guard_list(value, shape);
            let length = self.load(list, Field::ListLength);
            self.guard_length(length, count);
            let pointer = self.load(list, Field::ListItems);
            for i in 0..count {
                let index = self.f.int(i64::from(i));
                let item = self.list_element(pointer, index, elements);
                self.set(first.plus(i), item);
            }
        } else {
            self.execute(decoded);
        }
    }

    /// The items of a tuple, after a check that there are so many.
    pub(super) fn tuple_items(&mut self, tuple: Value, count: u16) -> Vec<Value> {
        let length = self.load(tuple, Field::TupleLength);
        self.guard_length(length, count);
        let item = |i| {
            let index = self.f.int(i64::from(i));
            self.emit(Op::LoadElement, &[tuple, index], &[Immediate::Elements(Elements::TupleItems)])
        };
        (0..count).map(item).collect()
    }

    pub(super) fn guard_length(&mut self, length: Value, count: u16) {
        let wanted = self.f.int(i64::from(count));
        let same = self.compare_ints(Condition::Equal, length, wanted);
        self.guard_true(same, ExitReason::WrongLength);
    }

    // ---- iterators ----

    pub(super) fn get_iterator(&mut self, dst: Register, src: Register, site: Site) {
        let value = self.get(src);
        let word = self.feedback(site, 0);
        let seen = word & 0xffff;
        let ty = self.f.ty(value);
        let known = ty == Type::RANGE
            || ty == Type::LIST
            || ty == Type::TUPLE
            || ty == Type::RANGE_ITERATOR
            || self.is_plain_generator(value);
        if seen == 0 && !known && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        let zero = self.f.int(0);
        let single = !self.has_failed(ExitReason::TypeChanged);
        let is_iterator = ty == Type::RANGE_ITERATOR
            || self.enumerated(value).is_some()
            || self.zipped(value).is_some()
            || self.is_plain_generator(value);
        let iterator = if is_iterator {
            value
        } else if ty == Type::RANGE
            || (single && seen == iter::RANGE && (word >> iter::SHAPE_SHIFT) as u32 == ShapeId::RANGE.0)
        {
            match self.range_iterator(value) {
                Some(iterator) => iterator,
                None => self.call_helper(Helper::get_iterator, &[value]),
            }
        } else if ty == Type::LIST || (single && seen == iter::LIST && elements_known(word)) {
            let list = self.guard_type(value, Type::LIST, ExitReason::TypeChanged);
            let layout = self.f.layout(Layout::ListIterator);
            self.emit(Op::New, &[list, zero], &[layout])
        } else if ty == Type::TUPLE
            || (single && seen == iter::TUPLE && (word >> iter::SHAPE_SHIFT) as u32 == ShapeId::TUPLE.0)
        {
            let tuple = self.guard_type(value, Type::TUPLE, ExitReason::TypeChanged);
            let layout = self.f.layout(Layout::TupleIterator);
            self.emit(Op::New, &[tuple, zero], &[layout])
        } else {
            self.call_helper(Helper::get_iterator, &[value])
        };
        self.set(dst, iterator);
    }

    /// The iterator of a range of small ints.
    fn range_iterator(&mut self, value: Value) -> Option<Value> {
        if self.has_failed(ExitReason::NotInt) {
            return None;
        }
        let range = self.guard_type(value, Type::RANGE, ExitReason::TypeChanged);
        // All numbers lie between start and stop: if both are small ints, they are.
        let stop = self.load(range, Field::RangeStop);
        self.guard_type(stop, Type::SMALL_INT, ExitReason::NotInt);
        let parts = [Field::RangeStart, Field::RangeLength, Field::RangeStep].map(|field| {
            let word = self.load(range, field);
            self.unbox_int(word)
        });
        let layout = self.f.layout(Layout::RangeIterator);
        Some(self.emit(Op::New, &parts, &[layout]))
    }

    pub(super) fn for_iterator(&mut self, dst: Register, iterator: Register, site: Site, target: u32, next: u32) {
        let value = self.get(iterator);
        let word = self.feedback(site, 0);
        let seen = word & 0x7fff;
        let ty = self.f.ty(value);
        let known = ty == Type::RANGE_ITERATOR || ty == Type::LIST_ITERATOR || ty == Type::TUPLE_ITERATOR;
        if seen == 0 && !known && !self.is_cold(site) && word & iter::OTHER == 0 && self.leave_unknown() {
            return;
        }
        let single = word & iter::OTHER == 0 && !self.has_failed(ExitReason::TypeChanged);
        // Of iterators, only those of the builtin sequences count as RANGE, LIST and TUPLE.
        if let Some(iterator_layout) = self.enumerated(value)
            && !self.has_failed(ExitReason::IntOverflow)
            && !self.has_failed(ExitReason::TypeChanged)
        {
            self.next_of_enumerate(dst, value, &iterator_layout, target, next);
        } else if let Some(iterators) = self.zipped(value)
            && !self.has_failed(ExitReason::TypeChanged)
        {
            self.next_of_zip(dst, &iterators, target, next);
        } else if ty == Type::RANGE_ITERATOR || (single && seen == iter::RANGE && ty.intersects(Type::RANGE_ITERATOR)) {
            let checked = self.guard_type(value, Type::RANGE_ITERATOR, ExitReason::TypeChanged);
            self.next_of_range(dst, iterator, checked, target, next);
        } else if ty == Type::LIST_ITERATOR || (single && seen == iter::LIST && ty.intersects(Type::LIST_ITERATOR)) {
            let checked = self.guard_type(value, Type::LIST_ITERATOR, ExitReason::TypeChanged);
            let shape = (word >> iter::SHAPE_SHIFT) as u32;
            self.next_of_sequence(dst, iterator, checked, Type::LIST, Some(shape), target, next);
        } else if ty == Type::TUPLE_ITERATOR || (single && seen == iter::TUPLE && ty.intersects(Type::TUPLE_ITERATOR)) {
            let checked = self.guard_type(value, Type::TUPLE_ITERATOR, ExitReason::TypeChanged);
            self.next_of_sequence(dst, iterator, checked, Type::TUPLE, None, target, next);
        } else {
            let item = self.call_helper(Helper::next, &[value]);
            let absent = self.f.constant(Constant::Absent);
            let exhausted = self.emit(Op::Same, &[item, absent], &[]);
            self.finish_next(dst, item, exhausted, target, next);
        }
    }

    /// The layout of an object that was made here.
    fn layout_made(&self, value: Value) -> Option<&Layout> {
        self.f.layout_of(&self.f.values[value]).filter(|_| self.f.op(value) == Op::New)
    }

    /// What an `enumerate` that was made here iterates with.
    fn enumerated(&self, value: Value) -> Option<Layout> {
        if self.layout_made(value) != Some(&Layout::Enumerate) {
            return None;
        }
        self.layout_made(self.f.argument(value, 0)).cloned()
    }

    /// What a `zip` that was made here iterates with, and over what.
    fn zipped(&self, value: Value) -> Option<Vec<(Value, Type)>> {
        if self.layout_made(value) != Some(&Layout::Zip) {
            return None;
        }
        let tuple = self.f.argument(value, 0);
        let Some(&Layout::Tuple { count }) = self.layout_made(tuple) else { return None };
        let iterators = (0..count as usize).map(|index| self.f.argument(tuple, index));
        iterators
            .map(|iterator| match self.layout_made(iterator)? {
                Layout::TupleIterator => Some((iterator, Type::TUPLE)),
                Layout::ListIterator => Some((iterator, Type::LIST)),
                _ => None,
            })
            .collect()
    }

    fn next_of_zip(&mut self, dst: Register, iterators: &[(Value, Type)], target: u32, next: u32) {
        let mut steps: Vec<Step> = Vec::new();
        for &(iterator, ty) in iterators {
            // Those before an iterator that has ended have moved on all the same.
            let step = self.begin_step(iterator, ty, target, &steps);
            steps.push(step);
        }
        // What may leave comes first: a store cannot be taken back.
        let items: Vec<Value> = steps.iter().map(|step| self.item_of_step(step, None)).collect();
        for step in &steps {
            self.finish_step(step);
        }
        let layout = self.f.layout(Layout::Tuple { count: items.len() as u32 });
        let tuple = self.emit(Op::New, &items, &[layout]);
        self.set(dst, tuple);
        self.jump_to(next);
    }

    fn next_of_enumerate(&mut self, dst: Register, enumerate: Value, layout: &Layout, target: u32, next: u32) {
        let ty = if *layout == Layout::TupleIterator { Type::TUPLE } else { Type::LIST };
        let iterator = self.f.argument(enumerate, 0);
        let step = self.begin_step(iterator, ty, target, &[]);
        // What may leave comes first: a store cannot be taken back.
        let word = self.load(enumerate, Field::EnumerateCount);
        let count = self.unbox_int(word);
        let one = self.f.int(1);
        let counted = self.emit(Op::IntAddChecked, &[count, one], &[]);
        let counted = self.box_int(counted);
        let item = self.item_of_step(&step, None);
        self.finish_step(&step);
        self.store(enumerate, Field::EnumerateCount, counted);
        let number = self.box_int(count);
        let layout = self.f.layout(Layout::Tuple { count: 2 });
        let pair = self.emit(Op::New, &[number, item], &[layout]);
        self.set(dst, pair);
        self.jump_to(next);
    }

    /// Branches on `exhausted`; in the other case `dst` is the item.
    fn finish_next(&mut self, dst: Register, item: Value, exhausted: Value, target: u32, next: u32) {
        let more = self.new_block();
        self.branch(exhausted, Destination::Position(target), Destination::Block(more));
        let recheck = self.recheck;
        self.enter_block(more);
        self.recheck = recheck;
        self.set(dst, item);
        self.jump_to(next);
    }

    fn next_of_range(&mut self, dst: Register, register: Register, iterator: Value, target: u32, next: u32) {
        self.set(register, iterator);
        let remaining = self.load(iterator, Field::RangeIteratorRemaining);
        let zero = self.f.int(0);
        let some = self.compare_ints(Condition::NotEqual, remaining, zero);
        let more = self.new_block();
        self.branch(some, Destination::Block(more), Destination::Position(target));
        self.enter_block(more);
        let one = self.f.int(1);
        let less = self.emit(Op::IntSub, &[remaining, one], &[]);
        self.store(iterator, Field::RangeIteratorRemaining, less);
        let current = self.load(iterator, Field::RangeIteratorCurrent);
        let step = self.load(iterator, Field::RangeIteratorStep);
        let following = self.emit(Op::IntAdd, &[current, step], &[]);
        self.store(iterator, Field::RangeIteratorCurrent, following);
        let item = self.emit(Op::BoxInt, &[current], &[]);
        self.set(dst, item);
        self.jump_to(next);
    }

    /// The next item of a list's or tuple's iterator. `shape`: that of the lists seen here.
    fn next_of_sequence(
        &mut self,
        dst: Register,
        register: Register,
        iterator: Value,
        ty: Type,
        shape: Option<u32>,
        target: u32,
        next: u32,
    ) {
        self.set(register, iterator);
        let step = self.begin_step(iterator, ty, target, &[]);
        let item = self.item_of_step(&step, shape);
        self.finish_step(&step);
        self.set(dst, item);
        self.jump_to(next);
    }

    /// Leaves for `target` if the iterator of a list or tuple is at the end; then those of `before` have moved on.
    fn begin_step(&mut self, iterator: Value, ty: Type, target: u32, before: &[Step]) -> Step {
        let sequence = self.load(iterator, Field::IteratorSequence);
        let index = self.load(iterator, Field::IteratorIndex);
        // An exhausted iterator has no sequence: seldom asked again, so leave for that.
        let sequence = self.guard_type(sequence, ty, ExitReason::TypeChanged);
        let length = self.load(sequence, if ty == Type::LIST { Field::ListLength } else { Field::TupleLength });
        let some = self.compare_ints(Condition::Less, index, length);
        let (more, done) = (self.new_block(), self.new_block());
        self.branch(some, Destination::Block(more), Destination::Block(done));
        self.enter_block(done);
        let empty = self.f.constant(Constant::Empty);
        self.store(iterator, Field::IteratorSequence, empty);
        for step in before {
            self.finish_step(step);
        }
        self.jump_to(target);
        self.enter_block(more);
        Step { iterator, sequence, index, length }
    }

    /// The item an iterator stands at.
    fn item_of_step(&mut self, step: &Step, shape: Option<u32>) -> Value {
        let elements = shape.and_then(super::subscripts::elements_of_shape);
        if self.f.ty(step.sequence) == Type::TUPLE {
            let reason = Immediate::Reason(ExitReason::IndexOutOfRange);
            let checked = self.emit(Op::GuardBounds, &[step.index, step.length], &[reason]);
            return self.list_element(step.sequence, checked, Elements::TupleItems);
        }
        match (shape, elements) {
            (Some(shape), Some(elements)) if !self.has_failed(ExitReason::ListChanged) => {
                let list = self.guard_list(step.sequence, shape);
                let pointer = self.load(list, Field::ListItems);
                self.list_element(pointer, step.index, elements)
            }
            _ => self.any_list_element(step.sequence, step.index),
        }
    }

    fn finish_step(&mut self, step: &Step) {
        let one = self.f.int(1);
        let following = self.emit(Op::IntAdd, &[step.index, one], &[]);
        self.store(step.iterator, Field::IteratorIndex, following);
    }
}

/// An iterator of a list or tuple that has an item left.
struct Step {
    iterator: Value,
    sequence: Value,
    index: Value,
    length: Value,
}

/// The shape in an `Iter` word is one of a list.
fn elements_known(word: u64) -> bool {
    super::subscripts::elements_of_shape((word >> iter::SHAPE_SHIFT) as u32).is_some()
}
