//! The special methods that CPython keeps in type slots, with the texts every class shows for them.
//!
//! What lives here: the table. What must not: special methods that are ordinary methods in CPython
//! (`__reduce__`, `__sizeof__`, `__format__`, ...). Start at [`find`].

/// A special method that shows as a slot wrapper.
pub struct Slot {
    pub name: &'static str,
    /// Signature, used unless the method states its own.
    pub signature: &'static str,
    /// `__doc__`, used unless the method has a doc comment.
    pub doc: &'static str,
    /// Its operand is tried: one that does not convert gives NotImplemented, not an error.
    pub binary: bool,
}

/// The slot of this name.
pub fn find(name: &str) -> Option<&'static Slot> {
    SLOTS.iter().find(|slot| slot.name == name)
}

const fn slot(name: &'static str, signature: &'static str, doc: &'static str) -> Slot {
    Slot { name, signature, doc, binary: false }
}

const fn binary(name: &'static str, signature: &'static str, doc: &'static str) -> Slot {
    Slot { name, signature, doc, binary: true }
}

/// Sorted by name.
static SLOTS: &[Slot] = &[
    slot("__abs__", "(self, /)", "abs(self)"),
    binary("__add__", "(self, value, /)", "Return self+value."),
    slot("__aiter__", "(self, /)", "Return an awaitable, that resolves in asynchronous iterator."),
    binary("__and__", "(self, value, /)", "Return self&value."),
    slot("__anext__", "(self, /)", "Return a value or raise StopAsyncIteration."),
    slot("__await__", "(self, /)", "Return an iterator to be used in await expression."),
    slot("__bool__", "(self, /)", "True if self else False"),
    slot("__buffer__", "(self, flags, /)", "Return a buffer object that exposes the underlying memory of the object."),
    slot("__call__", "(self, /, *args, **kwargs)", "Call self as a function."),
    slot("__contains__", "(self, key, /)", "Return bool(key in self)."),
    slot("__del__", "(self, /)", "Called when the instance is about to be destroyed."),
    slot("__delattr__", "(self, name, /)", "Implement delattr(self, name)."),
    slot("__delete__", "(self, instance, /)", "Delete an attribute of instance."),
    slot("__delitem__", "(self, key, /)", "Delete self[key]."),
    binary("__divmod__", "(self, value, /)", "Return divmod(self, value)."),
    binary("__eq__", "(self, value, /)", "Return self==value."),
    slot("__float__", "(self, /)", "float(self)"),
    binary("__floordiv__", "(self, value, /)", "Return self//value."),
    binary("__ge__", "(self, value, /)", "Return self>=value."),
    slot("__get__", "(self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner."),
    slot("__getattribute__", "(self, name, /)", "Return getattr(self, name)."),
    slot("__getitem__", "(self, key, /)", "Return self[key]."),
    binary("__gt__", "(self, value, /)", "Return self>value."),
    slot("__hash__", "(self, /)", "Return hash(self)."),
    binary("__iadd__", "(self, value, /)", "Return self+=value."),
    binary("__iand__", "(self, value, /)", "Return self&=value."),
    binary("__ifloordiv__", "(self, value, /)", "Return self//=value."),
    binary("__ilshift__", "(self, value, /)", "Return self<<=value."),
    binary("__imatmul__", "(self, value, /)", "Return self@=value."),
    binary("__imod__", "(self, value, /)", "Return self%=value."),
    binary("__imul__", "(self, value, /)", "Return self*=value."),
    slot(
        "__index__",
        "(self, /)",
        "Return self converted to an integer, if self is suitable for use as an index into a list.",
    ),
    slot("__init__", "(self, /, *args, **kwargs)", "Initialize self.  See help(type(self)) for accurate signature."),
    slot("__int__", "(self, /)", "int(self)"),
    slot("__invert__", "(self, /)", "~self"),
    binary("__ior__", "(self, value, /)", "Return self|=value."),
    binary("__ipow__", "(self, value, /)", "Return self**=value."),
    binary("__irshift__", "(self, value, /)", "Return self>>=value."),
    binary("__isub__", "(self, value, /)", "Return self-=value."),
    slot("__iter__", "(self, /)", "Implement iter(self)."),
    binary("__itruediv__", "(self, value, /)", "Return self/=value."),
    binary("__ixor__", "(self, value, /)", "Return self^=value."),
    binary("__le__", "(self, value, /)", "Return self<=value."),
    slot("__len__", "(self, /)", "Return len(self)."),
    binary("__lshift__", "(self, value, /)", "Return self<<value."),
    binary("__lt__", "(self, value, /)", "Return self<value."),
    binary("__matmul__", "(self, value, /)", "Return self@value."),
    binary("__mod__", "(self, value, /)", "Return self%value."),
    binary("__mul__", "(self, value, /)", "Return self*value."),
    binary("__ne__", "(self, value, /)", "Return self!=value."),
    slot("__neg__", "(self, /)", "-self"),
    slot("__next__", "(self, /)", "Implement next(self)."),
    binary("__or__", "(self, value, /)", "Return self|value."),
    slot("__pos__", "(self, /)", "+self"),
    binary("__pow__", "(self, value, mod=None, /)", "Return pow(self, value, mod)."),
    binary("__radd__", "(self, value, /)", "Return value+self."),
    binary("__rand__", "(self, value, /)", "Return value&self."),
    binary("__rdivmod__", "(self, value, /)", "Return divmod(value, self)."),
    slot(
        "__release_buffer__",
        "(self, buffer, /)",
        "Release the buffer object that exposes the underlying memory of the object.",
    ),
    slot("__repr__", "(self, /)", "Return repr(self)."),
    binary("__rfloordiv__", "(self, value, /)", "Return value//self."),
    binary("__rlshift__", "(self, value, /)", "Return value<<self."),
    binary("__rmatmul__", "(self, value, /)", "Return value@self."),
    binary("__rmod__", "(self, value, /)", "Return value%self."),
    binary("__rmul__", "(self, value, /)", "Return value*self."),
    binary("__ror__", "(self, value, /)", "Return value|self."),
    binary("__rpow__", "(self, value, mod=None, /)", "Return pow(value, self, mod)."),
    binary("__rrshift__", "(self, value, /)", "Return value>>self."),
    binary("__rshift__", "(self, value, /)", "Return self>>value."),
    binary("__rsub__", "(self, value, /)", "Return value-self."),
    binary("__rtruediv__", "(self, value, /)", "Return value/self."),
    binary("__rxor__", "(self, value, /)", "Return value^self."),
    slot("__set__", "(self, instance, value, /)", "Set an attribute of instance to value."),
    slot("__setattr__", "(self, name, value, /)", "Implement setattr(self, name, value)."),
    slot("__setitem__", "(self, key, value, /)", "Set self[key] to value."),
    slot("__str__", "(self, /)", "Return str(self)."),
    binary("__sub__", "(self, value, /)", "Return self-value."),
    binary("__truediv__", "(self, value, /)", "Return self/value."),
    binary("__xor__", "(self, value, /)", "Return self^value."),
];

#[cfg(test)]
mod tests {
    use super::{SLOTS, find};
    use crate::signature::Signature;

    #[test]
    fn every_signature_parses() {
        for slot in SLOTS {
            assert!(Signature::parse(slot.signature, true).is_ok(), "{}", slot.name);
        }
    }

    #[test]
    fn arithmetic_and_comparisons_try_their_operand() {
        let tries = |name| find(name).is_some_and(|slot| slot.binary);
        assert!(tries("__add__") && tries("__ror__") && tries("__le__") && tries("__ipow__"));
        assert!(!tries("__getitem__") && !tries("__contains__"));
        assert!(find("__reduce__").is_none());
    }
}
