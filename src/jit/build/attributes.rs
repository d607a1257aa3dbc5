//! `object.name`, on the left and on the right, and the look-up of methods.
//!
//! The entries of the interpreter's inline caches are the feedback: shape, version of the class, what was found.
//! An entry whose class has changed since is not used.

use super::*;
use crate::bytecode::NameIndex;
use crate::bytecode::feedback::attr;
use taipan_runtime::types::descriptors::Property;

/// An entry of an `Attr` site.
#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: u8,
    shape: u32,
    version: u32,
    payload: u64,
}

impl Entry {
    fn adds_double(&self) -> bool {
        self.kind == attr::ADD_DOUBLE
    }
}

/// What an access found, as IR values.
enum Found {
    /// The attribute.
    Value(Value),
    /// A callable, and the receiver it takes first.
    Bound(Value, Value),
}

impl Builder<'_> {
    /// The usable entries of a site, and whether they are all that was seen.
    fn entries(&mut self, site: Site) -> (Vec<Entry>, bool) {
        let flags = self.feedback(site, 0);
        let kinds = self.feedback(site, attr::KINDS);
        let mut complete = flags & (attr::MEGAMORPHIC | attr::UNCACHED) == 0 && !self.is_cold(site);
        let mut entries = Vec::new();
        for index in 0..attr::ENTRY_COUNT {
            let kind = (kinds >> (8 * index)) as u8;
            if kind == 0 {
                continue;
            }
            let key = self.feedback(site, attr::ENTRIES + index * attr::ENTRY_WORDS);
            let payload = self.feedback(site, attr::ENTRIES + index * attr::ENTRY_WORDS + 1);
            let entry = Entry { kind, shape: key as u32, version: (key >> 32) as u32, payload };
            let same = |other: &Entry| other.shape == entry.shape && other.adds_double() == entry.adds_double();
            if self.is_current(&entry) && !entries.iter().any(same) {
                entries.push(entry);
            } else {
                complete = false;
            }
        }
        (entries, complete)
    }

    /// The entry still describes what its class does, and is of a kind that is translated.
    fn is_current(&self, entry: &Entry) -> bool {
        match entry.kind {
            attr::SLOT
            | attr::DOUBLE
            | attr::OVERFLOW
            | attr::METHOD
            | attr::CLASS_VALUE
            | attr::PROPERTY
            | attr::TUPLE_ITEM
            | attr::CLASS_METHOD
            | attr::ADD_SLOT
            | attr::ADD_DOUBLE => {
                let class = self.thread.living_class_of_shape(ShapeId(entry.shape));
                class.is_some_and(|class| class.version.get() == entry.version)
            }
            attr::OF_CLASS | attr::OF_CLASS_BOUND | attr::MODULE => true,
            _ => false,
        }
    }

    pub(super) fn load_attribute(&mut self, dst: Register, object: Register, name: NameIndex, site: Site) {
        let receiver = self.get(object);
        if let Some(value) = self.attribute_of_constant(receiver, name) {
            return self.set(dst, value);
        }
        let result = self.by_entries(receiver, name, site, |this, found| match found {
            Found::Value(value) => value,
            Found::Bound(function, receiver) => {
                let layout = this.f.layout(Layout::BoundMethod);
                this.emit(Op::New, &[function, receiver], &[layout])
            }
        });
        if let Some(value) = result {
            self.set(dst, value);
        }
    }

    /// Reads through the entries of a site; `finish` makes one value of what was found.
    fn by_entries(
        &mut self,
        receiver: Value,
        name: NameIndex,
        site: Site,
        finish: impl Fn(&mut Self, Found) -> Value,
    ) -> Option<Value> {
        let (entries, complete) = self.entries(site);
        let untouched = self.feedback(site, 0) == 0 && self.feedback(site, attr::KINDS) == 0;
        if untouched && !self.is_cold(site) && self.leave_unknown() {
            return None;
        }
        let failed = self.has_failed(ExitReason::ShapeChanged);
        match entries.as_slice() {
            [] => Some(self.load_by_name(receiver, name)),
            [entry] if complete && !failed && self.may_read(entry, receiver) => {
                let object = self.guard_entry_shape(receiver, entry);
                let found = self.read_entry(entry, object)?;
                Some(finish(self, found))
            }
            _ => self.polymorphic(receiver, name, &entries, complete && !failed, finish),
        }
    }

    /// One block for each shape, and an exit or a call for the rest.
    fn polymorphic(
        &mut self,
        receiver: Value,
        name: NameIndex,
        entries: &[Entry],
        complete: bool,
        finish: impl Fn(&mut Self, Found) -> Value,
    ) -> Option<Value> {
        // Class objects and modules are told apart by identity, not by shape.
        if entries.iter().any(|entry| !attr::is_of_instances(entry.kind)) {
            return Some(self.load_by_name(receiver, name));
        }
        let mut cases = self.begin_cases(&[Type::ANY]);
        for (i, entry) in entries.iter().enumerate() {
            let last = complete && i + 1 == entries.len();
            if last {
                self.guard_shape(receiver, entry.shape);
            }
            let flag = (!last).then(|| self.has_shape(receiver, entry));
            self.case(&mut cases, flag, |this| {
                let object = this.guard_entry_shape(receiver, entry);
                this.read_entry(entry, object).map(|found| [finish(this, found)])
            });
        }
        if !complete {
            self.case(&mut cases, None, |this| Some([this.load_by_name(receiver, name)]));
        }
        Some(self.end_cases(cases)[0])
    }

    fn has_shape(&mut self, receiver: Value, entry: &Entry) -> Value {
        self.emit(Op::HasShape, &[receiver], &[Immediate::Shape(entry.shape)])
    }

    /// The entry can be read from this receiver: attributes of class objects and modules only if it is a constant.
    fn may_read(&self, entry: &Entry, receiver: Value) -> bool {
        attr::is_of_instances(entry.kind)
            || (self.constant_object(receiver).is_some() && !self.has_failed(ExitReason::ConstantChanged))
    }

    fn load_by_name(&mut self, receiver: Value, name: NameIndex) -> Value {
        let name = self.frame().body.name(name.index());
        let name = self.name_constant(name);
        self.call_helper(Helper::load_attribute, &[receiver, name])
    }

    /// The receiver, checked to have the entry's shape, which the code then relies on.
    fn guard_entry_shape(&mut self, receiver: Value, entry: &Entry) -> Value {
        if !attr::is_of_instances(entry.kind) {
            // It is a constant: its shape is known.
            return receiver;
        }
        self.assume_shape(entry.shape, entry.version);
        // Types of builtin kinds need a check of the kind only, which holds for ever.
        let ty = type_of_shape(ShapeId(entry.shape));
        if ty != Type::OBJECT && ty != Type::LIST {
            return self.guard_type(receiver, ty, ExitReason::ShapeChanged);
        }
        self.guard_shape(receiver, entry.shape)
    }

    /// Reads an attribute from an object of the entry's shape. `None`: control has left.
    fn read_entry(&mut self, entry: &Entry, object: Value) -> Option<Found> {
        Some(match entry.kind {
            attr::SLOT => {
                let cell = if self.is_declared_slot(entry) { SlotCell::Optional } else { SlotCell::Word };
                let place = Place::Slot { offset: entry.payload as u16, cell };
                let value = self.emit(Op::Load, &[object], &[Immediate::Place(place)]);
                Found::Value(self.guard_type(value, Type::ANY, ExitReason::Unbound))
            }
            attr::DOUBLE => {
                let place = Place::Slot { offset: entry.payload as u16, cell: SlotCell::Double };
                let double = self.emit(Op::Load, &[object], &[Immediate::Place(place)]);
                Found::Value(self.box_double(double))
            }
            attr::OVERFLOW => {
                let place = Place::Overflow { offset: entry.payload as u16 };
                let storage = self.emit(Op::Load, &[object], &[Immediate::Place(place)]);
                let index = (entry.payload >> 32) as u16;
                let place = Place::OverflowSlot { index, cell: SlotCell::Optional };
                let value = self.emit(Op::Load, &[storage], &[Immediate::Place(place)]);
                Found::Value(self.guard_type(value, Type::ANY, ExitReason::Unbound))
            }
            attr::CLASS_VALUE => Found::Value(self.payload_constant(entry.payload)?),
            attr::METHOD => Found::Bound(self.payload_constant(entry.payload)?, object),
            attr::CLASS_METHOD => {
                let class = self.thread.class_of_shape(ShapeId(entry.shape));
                let class = self.word_constant(class.value());
                Found::Bound(self.payload_constant(entry.payload)?, class)
            }
            attr::PROPERTY => Found::Value(self.read_property(entry.payload, object)?),
            attr::TUPLE_ITEM => {
                // Instances of the class need not be as long as its fields ask for, and some may have been made when
                // the class had less room for attributes.
                let (index, spare) = (i64::from(entry.payload as u32), (entry.payload >> 32) as i64);
                let (length, wanted) = (self.load(object, Field::TupleLength), self.f.int(index));
                let inside = self.compare_ints(Condition::Less, wanted, length);
                self.guard_true(inside, ExitReason::IndexOutOfRange);
                let (found, expected) = (self.load(object, Field::TupleSpare), self.f.int(spare));
                let as_expected = self.compare_ints(Condition::Equal, found, expected);
                self.guard_true(as_expected, ExitReason::ShapeChanged);
                let index = self.f.int(spare + index);
                let place = [Immediate::Elements(Elements::TupleItems)];
                Found::Value(self.emit(Op::LoadElement, &[object, index], &place))
            }
            attr::OF_CLASS | attr::OF_CLASS_BOUND => return self.read_class_entry(entry, object),
            attr::MODULE => return self.read_module_entry(entry, object),
            _ => {
                self.exit(ExitReason::NotCompiled);
                return None;
            }
        })
    }

    fn payload_constant(&mut self, payload: u64) -> Option<Value> {
        let word = Word::from_bits(payload)?;
        Some(self.word_constant(word))
    }

    /// Slots that `__slots__` declared may be empty; those of ordinary attributes are not.
    fn is_declared_slot(&self, entry: &Entry) -> bool {
        let shape = self.thread.vm().shapes.get(ShapeId(entry.shape));
        let declared = size_of::<Word>() as u64 * u64::from(shape.reserved.get());
        entry.payload < u64::from(shape.slots_offset.get()) + declared
    }

    /// Calls the getter of a property.
    fn read_property(&mut self, payload: u64, object: Value) -> Option<Value> {
        let property = Word::from_bits(payload)?.cast::<Property>()?;
        let getter = property.getter.get()?;
        let getter = self.word_constant(getter);
        self.call_value(getter, &[object])
    }

    /// An attribute of a class object: the class whose version the entry has is looked for among the objects
    /// the code mentions; others leave.
    fn read_class_entry(&mut self, entry: &Entry, object: Value) -> Option<Found> {
        let Some(class) = self.constant_object(object).and_then(|word| word.cast::<Class>()) else {
            self.exit(ExitReason::NotCompiled);
            return None;
        };
        if class.version.get() != entry.version {
            self.exit(ExitReason::ConstantChanged);
            return None;
        }
        self.assume_class(class);
        let value = self.payload_constant(entry.payload)?;
        Some(if entry.kind == attr::OF_CLASS { Found::Value(value) } else { Found::Bound(value, object) })
    }

    fn read_module_entry(&mut self, entry: &Entry, object: Value) -> Option<Found> {
        let module = self.constant_object(object).and_then(|word| word.cast::<taipan_runtime::types::module::Module>());
        let Some(module) = module else {
            self.exit(ExitReason::NotCompiled);
            return None;
        };
        Some(Found::Value(self.module_value(module.dict(), entry.payload as u32)?))
    }

    /// A value in the namespace of a module that is a constant.
    fn module_value(&mut self, dict: Gc<Dict>, index: u32) -> Option<Value> {
        let version = dict.current_keys_version();
        let now = dict.entry_value(index as usize)?;
        let constant = self.object_constant(dict.value());
        let base = self.f.constant(constant);
        let found = self.load(base, Field::DictKeysVersion);
        let expected = self.f.int(i64::from(version));
        let same = self.compare_ints(Condition::Equal, found, expected);
        self.guard_true(same, ExitReason::GlobalChanged);
        let table = self.load(base, Field::DictTable);
        let value = self.emit(Op::Load, &[table], &[Immediate::Place(Place::DictValue { index })]);
        let value = self.guard_type(value, Type::ANY, ExitReason::GlobalChanged);
        if now.header().is_some_and(|header| {
            matches!(header.kind(), Kind::Function | Kind::Type | Kind::NativeFunction | Kind::Module)
        }) && !self.has_failed(ExitReason::ConstantChanged)
        {
            return Some(self.guard_same(value, now, ExitReason::ConstantChanged));
        }
        Some(value)
    }

    /// The object that a value is, if it is a constant.
    pub(super) fn constant_object(&self, value: Value) -> Option<Word> {
        match self.f.as_constant(value) {
            Some(Constant::Object(object)) => Word::from_bits(self.f.objects[object].word),
            _ => None,
        }
    }

    /// An attribute of a module or class that is a constant needs no feedback.
    fn attribute_of_constant(&mut self, receiver: Value, name: NameIndex) -> Option<Value> {
        let word = self.constant_object(receiver)?;
        let module = word.cast::<taipan_runtime::types::module::Module>()?;
        if self.has_failed(ExitReason::GlobalChanged) {
            return None;
        }
        let name = self.frame().body.name(name.index());
        let dict = module.dict();
        let index = dict.entry_index_str(self.thread, name)?;
        if dict.current_keys_version() == 0 || self.thread.class_of(word) != self.thread.vm().types.module {
            return None;
        }
        self.module_value(dict, index as u32)
    }

    // ---- methods ----

    pub(super) fn load_method(&mut self, window: Register, object: Register, name: NameIndex, site: Site) {
        let receiver = self.get(object);
        if let Some(value) = self.attribute_of_constant(receiver, name) {
            let empty = self.f.constant(Constant::Empty);
            self.set(window, value);
            return self.set(window.plus(1), empty);
        }
        let (entries, complete) = self.entries(site);
        let failed = self.has_failed(ExitReason::ShapeChanged);
        let untouched = self.feedback(site, 0) == 0 && self.feedback(site, attr::KINDS) == 0;
        if untouched && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        if let ([entry], true, false) = (entries.as_slice(), complete, failed)
            && self.may_read(entry, receiver)
        {
            let object = self.guard_entry_shape(receiver, entry);
            if let Some(found) = self.read_entry(entry, object) {
                self.set_found(window, found);
            }
            return;
        }
        let methods = entries.iter().all(|entry| entry.kind == attr::METHOD) && !entries.is_empty();
        if methods && !failed {
            return self.polymorphic_method(window, receiver, &entries, complete, name);
        }
        self.method_by_name(window, receiver, name);
    }

    fn set_found(&mut self, window: Register, found: Found) {
        let (function, receiver) = match found {
            Found::Value(value) => (value, self.f.constant(Constant::Empty)),
            Found::Bound(function, receiver) => (function, receiver),
        };
        self.set(window, function);
        self.set(window.plus(1), receiver);
    }

    /// The runtime looks the method up; it gives a callable, bound if it must be.
    fn method_by_name(&mut self, window: Register, receiver: Value, name: NameIndex) {
        let name = self.frame().body.name(name.index());
        let name = self.name_constant(name);
        let callable = self.call_helper(Helper::load_attribute, &[receiver, name]);
        let empty = self.f.constant(Constant::Empty);
        self.set(window, callable);
        self.set(window.plus(1), empty);
    }

    /// Methods of several shapes: the call behind finds out again which one it is, by identity.
    fn polymorphic_method(
        &mut self,
        window: Register,
        receiver: Value,
        entries: &[Entry],
        complete: bool,
        name: NameIndex,
    ) {
        let mut cases = self.begin_cases(&[Type::ANY, Type::ANY_OR_EMPTY]);
        for (i, entry) in entries.iter().enumerate() {
            let last = complete && i + 1 == entries.len();
            let flag = (!last).then(|| self.has_shape(receiver, entry));
            self.case(&mut cases, flag, |this| {
                let object = this.guard_entry_shape(receiver, entry);
                this.payload_constant(entry.payload).map(|method| [method, object])
            });
        }
        if !complete {
            self.case(&mut cases, None, |this| {
                let name = this.frame().body.name(name.index());
                let name = this.name_constant(name);
                let callable = this.call_helper(Helper::load_attribute, &[receiver, name]);
                Some([callable, this.f.constant(Constant::Empty)])
            });
        }
        let results = self.end_cases(cases);
        let (function, bound) = (results[0], results[1]);
        self.set(window, function);
        self.set(window.plus(1), bound);
    }

    // ---- stores ----

    pub(super) fn store_attribute(&mut self, object: Register, name: NameIndex, src: Register, site: Site) {
        let (receiver, value) = (self.get(object), self.get(src));
        let (entries, complete) = self.entries(site);
        let untouched = self.feedback(site, 0) == 0 && self.feedback(site, attr::KINDS) == 0;
        if untouched && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        let stores = entries
            .iter()
            .all(|entry| matches!(entry.kind, attr::SLOT | attr::DOUBLE | attr::ADD_SLOT | attr::ADD_DOUBLE));
        let failed = self.has_failed(ExitReason::ShapeChanged)
            || entries.iter().any(|entry| self.has_failed_for(entry, complement(entry, &entries)));
        if entries.is_empty() || !stores || failed {
            return self.store_by_name(receiver, name, value);
        }
        let shapes: Vec<&Entry> = entries
            .iter()
            .enumerate()
            .filter(|(i, entry)| !entries[..*i].iter().any(|other| other.shape == entry.shape))
            .map(|(_, entry)| entry)
            .collect();
        if let ([entry], true) = (shapes.as_slice(), complete) {
            let object = self.guard_entry_shape(receiver, entry);
            return self.write_entries(entry, complement(entry, &entries), object, value);
        }
        let mut cases = self.begin_cases(&[]);
        for (i, entry) in shapes.iter().enumerate() {
            let last = complete && i + 1 == shapes.len();
            let flag = (!last).then(|| self.has_shape(receiver, entry));
            self.case(&mut cases, flag, |this| {
                let object = this.guard_entry_shape(receiver, entry);
                this.write_entries(entry, complement(entry, &entries), object, value);
                Some([])
            });
        }
        if !complete {
            self.case(&mut cases, None, |this| {
                this.store_by_name(receiver, name, value);
                Some([])
            });
        }
        self.end_cases(cases);
    }

    /// A store through this entry has met values that it cannot take, which no other entry of the site takes.
    fn has_failed_for(&self, entry: &Entry, complement: Option<&Entry>) -> bool {
        match entry.kind {
            _ if complement.is_some() => false,
            attr::DOUBLE | attr::ADD_DOUBLE => self.has_failed(ExitReason::NotFloat),
            attr::ADD_SLOT if entry.payload & attr::ADDS_FLOATS == 0 => self.has_failed(ExitReason::TypeChanged),
            _ => false,
        }
    }

    /// Writes through the entry of the object's shape, or through the one that adds the attribute as what the value is.
    fn write_entries(&mut self, entry: &Entry, complement: Option<&Entry>, object: Value, value: Value) {
        let Some(other) = complement else { return self.write_entry(entry, object, value) };
        let (double, plain) = if entry.adds_double() { (entry, other) } else { (other, entry) };
        let ty = self.f.ty(value);
        if ty.is_subset(Type::FLOAT) {
            return self.write_entry(double, object, value);
        }
        if !ty.intersects(Type::FLOAT) {
            return self.write_entry(plain, object, value);
        }
        let (floats, others, join) = (self.new_block(), self.new_block(), self.new_block());
        let state = self.state();
        let is_float = self.emit(Op::HasType, &[value], &[Immediate::Type(Type::FLOAT)]);
        self.branch(is_float, Destination::Block(floats), Destination::Block(others));
        self.enter_block(floats);
        self.unseal(Some(state));
        self.write_entry(double, object, value);
        self.jump_block(join, &[]);
        self.enter_block(others);
        self.unseal(Some(state));
        self.write_entry(plain, object, value);
        self.jump_block(join, &[]);
        self.enter_block(join);
        self.seal();
    }

    fn store_by_name(&mut self, receiver: Value, name: NameIndex, value: Value) {
        let name = self.frame().body.name(name.index());
        let name = self.name_constant(name);
        self.call_helper(Helper::store_attribute, &[receiver, name, value]);
    }

    fn write_entry(&mut self, entry: &Entry, object: Value, value: Value) {
        let offset = match entry.kind {
            attr::SLOT | attr::DOUBLE => entry.payload as u16,
            _ => (entry.payload >> 32) as u16,
        };
        let adds = matches!(entry.kind, attr::ADD_SLOT | attr::ADD_DOUBLE);
        let double = matches!(entry.kind, attr::DOUBLE | attr::ADD_DOUBLE);
        if double {
            let number = self.unbox_double(value);
            let place = Place::Slot { offset, cell: SlotCell::Double };
            self.emit(Op::Store, &[object, number], &[Immediate::Place(place)]);
        } else {
            if adds && entry.payload & attr::ADDS_FLOATS == 0 && self.f.ty(value).intersects(Type::FLOAT) {
                // A float would make the new slot one of raw doubles.
                let is_float = self.emit(Op::HasType, &[value], &[Immediate::Type(Type::FLOAT)]);
                self.guard_false(is_float, ExitReason::TypeChanged);
            }
            let place = Place::Slot { offset, cell: SlotCell::Word };
            self.emit(Op::Store, &[object, value], &[Immediate::Place(place)]);
        }
        if adds {
            let shape = entry.payload as u32;
            self.emit(Op::StoreShape, &[object], &[Immediate::Shape(shape), Immediate::Int(i64::from(double))]);
        }
        if !double && self.f.ty(value).intersects(Type::HEAP) {
            self.emit(Op::WriteBarrier, &[object, value], &[]);
        }
    }
}

/// The entry for the same shape that adds the attribute where this one cannot, because of the value's type.
fn complement<'a>(entry: &Entry, entries: &'a [Entry]) -> Option<&'a Entry> {
    entries.iter().find(|other| other.shape == entry.shape && other.kind != entry.kind)
}
