//! Items of `array.array` objects.
//!
//! What lives here: reading and writing an item of an exact array of ints or doubles. What must not: slices, other
//! type codes and conversions that may raise; those are the runtime's. Start at [`elements_of_code`].

use super::*;
use crate::bytecode::feedback::subscript;
use taipan_runtime::modules::array::storage::Array;

/// How the items of an array with this type code are kept, if instructions read and write them.
fn elements_of_code(code: u8) -> Option<Elements> {
    match code {
        b'd' => Some(Elements::ArrayDoubles),
        b'q' | b'l' => Some(Elements::ArrayInt64),
        b'i' => Some(Elements::ArrayInt32),
        b'h' => Some(Elements::ArrayInt16),
        b'b' => Some(Elements::ArrayInt8),
        b'I' => Some(Elements::ArrayUnsigned32),
        b'H' => Some(Elements::ArrayUnsigned16),
        b'B' => Some(Elements::ArrayUnsigned8),
        _ => None,
    }
}

/// An array seen at a site.
#[derive(Clone, Copy)]
pub(super) struct ArraySeen {
    shape: u32,
    code: u8,
    elements: Elements,
}

impl Builder<'_> {
    /// The array that a `Subscript` word describes, if its items can be read and written here.
    pub(super) fn array_seen(&self, word: u64) -> Option<ArraySeen> {
        let shape = ShapeId((word >> subscript::SHAPE_SHIFT) as u32);
        let exact = word & 0xff == subscript::ARRAY && shape == Array::class(self.thread).instance_shape.get();
        if !exact
            || [ExitReason::ShapeChanged, ExitReason::ListChanged, ExitReason::NotFloat]
                .into_iter()
                .any(|reason| self.has_failed(reason))
        {
            return None;
        }
        let code = (word >> subscript::TYPE_CODE_SHIFT) as u8;
        elements_of_code(code).map(|elements| ArraySeen { shape: shape.0, code, elements })
    }

    /// The value, checked to be such an array.
    fn guard_array(&mut self, value: Value, seen: ArraySeen) -> Value {
        let array = self.guard_shape(value, seen.shape);
        let code = self.load(array, Field::ArrayCode);
        let expected = self.f.int(i64::from(seen.code));
        let same = self.compare_ints(Condition::Equal, code, expected);
        self.guard_true(same, ExitReason::ListChanged);
        array
    }

    pub(super) fn load_array_item(&mut self, container: Value, index: Value, negative: bool, seen: ArraySeen) -> Value {
        let array = self.guard_array(container, seen);
        let length = self.load(array, Field::ArrayLength);
        let index = self.checked_index(index, length, negative);
        let pointer = self.load(array, Field::ArrayItems);
        self.list_element(pointer, index, seen.elements)
    }

    pub(super) fn store_array_item(
        &mut self,
        container: Value,
        index: Value,
        value: Value,
        negative: bool,
        seen: ArraySeen,
    ) {
        let array = self.guard_array(container, seen);
        let stored = match (seen.elements.cell(), seen.elements.cell().limits()) {
            (Cell::Double, _) if self.f.ty(value) == Type::SMALL_INT => {
                let int = self.unbox_int(value);
                self.emit(Op::IntToDouble, &[int], &[])
            }
            (Cell::Double, _) => self.unbox_double(value),
            (_, None) => self.unbox_int(value),
            (_, Some((low, high))) => {
                let int = self.unbox_int(value);
                let (low, count) = (self.f.int(low), self.f.int(high - low + 1));
                let distance = self.emit(Op::IntSub, &[int, low], &[]);
                let reason = Immediate::Reason(ExitReason::IndexOutOfRange);
                self.emit(Op::GuardBounds, &[distance, count], &[reason]);
                int
            }
        };
        let length = self.load(array, Field::ArrayLength);
        let index = self.checked_index(index, length, negative);
        let pointer = self.load(array, Field::ArrayItems);
        self.emit(Op::StoreElement, &[pointer, index, stored], &[Immediate::Elements(seen.elements)]);
    }
}
