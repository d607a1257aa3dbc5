//! What is known about the contents of memory at a point, and what instructions change about it.
//!
//! What lives here: [`Facts`], the aliasing rules, and what a loop writes ([`LoopWrites`]). What must not: the
//! decision what to do with a fact; that is for the passes.
//!
//! Aliasing: different places never overlap (`Place::region`); the same place of two objects is the same memory
//! only if the objects may be the same. Two objects are certainly different if one was allocated here after the
//! other one was known.

use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;
use std::collections::HashMap;

/// A piece of memory, as facts name it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Location {
    /// A place of an object.
    Place(Value, Key),
    /// An element of an array.
    Element(Value, Region, Value),
}

/// What tells one place of an object from another: the representation of a slot does not matter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    Field(Field),
    Slot(u16),
    Overflow,
    OverflowSlot(u16),
    DictValue(u32),
    Absolute,
}

impl Key {
    /// The key of a place.
    pub fn of(place: Place) -> Key {
        match place {
            Place::Field(field) => Key::Field(field),
            Place::Slot { offset, .. } => Key::Slot(offset),
            Place::Overflow { .. } => Key::Overflow,
            Place::OverflowSlot { index, .. } => Key::OverflowSlot(index),
            Place::DictValue { index } => Key::DictValue(index),
            Place::Absolute32 => Key::Absolute,
        }
    }

    fn region(self) -> Region {
        match self {
            Key::Field(field) => field.region(),
            Key::Slot(_) => Region::Slots,
            Key::Overflow => Region::Overflow,
            Key::OverflowSlot(_) => Region::OverflowSlots,
            Key::DictValue(_) => Region::Dicts,
            Key::Absolute => Region::Objects,
        }
    }
}

impl Location {
    fn region(self) -> Region {
        match self {
            Location::Place(_, key) => key.region(),
            Location::Element(_, region, _) => region,
        }
    }
}

/// The value that `value` is, whatever guards it went through: facts are about objects, not about SSA values.
pub fn object_of(f: &Function, value: Value) -> Value {
    let mut value = f.resolve(value);
    while matches!(f.op(value), Op::GuardType | Op::GuardShape | Op::GuardSame | Op::AssumeType | Op::AssumeShape) {
        value = f.argument(value, 0);
    }
    value
}

/// What is known at a point.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Facts {
    /// What a location holds.
    pub contents: HashMap<Location, Value>,
    /// The shape an object has.
    pub shapes: HashMap<Value, KnownShape>,
    /// The assumptions of the code hold: no Python code has run since that was found out.
    pub valid: bool,
}

/// A shape, and why it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownShape {
    /// The shape.
    pub shape: u32,
    /// The object behind the check that proved it, or fresh from its allocation; `None` if there were several
    /// checks, on different paths. What depends on the shape takes this value.
    pub witness: Option<Value>,
}

/// Tells which objects may be the same.
pub struct Aliasing<'a> {
    cfg: &'a Cfg,
    /// Position of each value in its block.
    position: SecondaryMap<Value, u32>,
}

impl<'a> Aliasing<'a> {
    /// For the function whose graph is `cfg`.
    pub fn new(f: &Function, cfg: &'a Cfg) -> Aliasing<'a> {
        let mut position = SecondaryMap::new();
        for block in &cfg.order {
            for (i, value) in f.blocks[*block].instructions.iter().enumerate() {
                position[*value] = i as u32 + 1;
            }
        }
        Aliasing { cfg, position }
    }

    /// The words may point to the same object.
    pub fn may_alias(&self, f: &Function, a: Value, b: Value) -> bool {
        let (a, b) = (object_of(f, a), object_of(f, b));
        if a == b {
            return true;
        }
        let (new_a, new_b) = (f.op(a) == Op::New, f.op(b) == Op::New);
        if (new_a && new_b) || (f.as_constant(a).is_some() && f.as_constant(b).is_some()) {
            return false;
        }
        if (new_a && self.known_before(f, b, a)) || (new_b && self.known_before(f, a, b)) {
            return false;
        }
        // The items of different lists are in different places.
        if let (Some(list_a), Some(list_b)) = (list_of(f, a), list_of(f, b)) {
            return self.may_alias(f, list_a, list_b);
        }
        f.ty(a).intersects(f.ty(b))
    }

    /// `value` was there when `allocation` was made, so it is not that object.
    fn known_before(&self, f: &Function, value: Value, allocation: Value) -> bool {
        let Home::Block(block) = f.values[allocation].home else { return false };
        match f.values[value].home {
            Home::Everywhere => f.op(value) == Op::Constant,
            Home::Parameter(home) => self.cfg.dominates(home, block),
            Home::Block(home) if home == block => self.position[value] < self.position[allocation],
            Home::Block(home) => self.cfg.dominates(home, block),
            Home::None => false,
        }
    }
}

/// The list or array whose items `pointer` points to.
fn list_of(f: &Function, pointer: Value) -> Option<Value> {
    let is_items = f.op(pointer) == Op::Load
        && matches!(f.values[pointer].place(), Some(Place::Field(Field::ListItems | Field::ArrayItems)));
    is_items.then(|| f.argument(pointer, 0))
}

impl Facts {
    /// Forgets what the instruction may change, and learns what it writes.
    pub fn apply(&mut self, f: &Function, aliasing: &Aliasing<'_>, value: Value) {
        let instruction = &f.values[value];
        match instruction.op {
            Op::Store => {
                let (Some(place), base, stored) = (instruction.place(), f.argument(value, 0), f.argument(value, 1))
                else {
                    return;
                };
                self.forget_place(f, aliasing, Key::of(place), base);
                self.contents.insert(Location::Place(object_of(f, base), Key::of(place)), stored);
            }
            Op::StoreElement => {
                let Some(elements) = instruction.elements() else { return };
                let (base, index, stored) = (f.argument(value, 0), f.argument(value, 1), f.argument(value, 2));
                self.forget_element(f, aliasing, elements.region(), base, index);
                self.contents
                    .insert(Location::Element(object_of(f, base), elements.region(), strip_bounds(f, index)), stored);
            }
            Op::StoreShape => {
                let object = f.argument(value, 0);
                self.forget_shape(f, aliasing, object);
                if let Some(shape) = instruction.shape() {
                    let object = object_of(f, object);
                    let witness = (f.op(object) == Op::New).then_some(object);
                    self.shapes.insert(object, KnownShape { shape, witness });
                }
            }
            Op::New => {
                let Some(layout) = f.layout_of(instruction) else { return };
                if let Some(places) = layout.places() {
                    for (place, argument) in places.into_iter().zip(&instruction.arguments) {
                        self.contents.insert(Location::Place(value, Key::of(place)), f.resolve(*argument));
                    }
                }
                if let Layout::Instance { shape, .. } = layout {
                    self.shapes.insert(value, KnownShape { shape: *shape, witness: Some(value) });
                }
            }
            Op::WriteBarrier => {}
            Op::CheckValid => self.valid = true,
            _ => self.forget_regions(instruction.effects().writes),
        }
    }

    /// Forgets everything about regions.
    pub fn forget_regions(&mut self, regions: RegionSet) {
        if regions.is_empty() {
            return;
        }
        self.contents.retain(|location, _| !regions.contains(location.region()));
        self.shapes.retain(|_, known| !regions.contains(Region::of_shape(known.shape)));
        self.valid &= !regions.contains(Region::Objects);
    }

    fn forget_place(&mut self, f: &Function, aliasing: &Aliasing<'_>, key: Key, base: Value) {
        self.contents.retain(|location, _| match location {
            Location::Place(other, other_key) => *other_key != key || !aliasing.may_alias(f, *other, base),
            Location::Element(..) => true,
        });
    }

    fn forget_element(&mut self, f: &Function, aliasing: &Aliasing<'_>, region: Region, base: Value, index: Value) {
        let index = strip_bounds(f, index);
        self.contents.retain(|location, _| match location {
            Location::Element(other, other_region, other_index) => {
                *other_region != region
                    || !aliasing.may_alias(f, *other, base)
                    || matches!((f.as_int(*other_index), f.as_int(index)), (Some(a), Some(b)) if a != b)
            }
            Location::Place(..) => true,
        });
    }

    fn forget_shape(&mut self, f: &Function, aliasing: &Aliasing<'_>, object: Value) {
        // Only instances get another shape by an instruction.
        self.shapes.retain(|other, known| {
            Region::of_shape(known.shape) != Region::Shape || !aliasing.may_alias(f, *other, object)
        });
    }

    /// Forgets what a loop may change.
    pub fn forget_loop(&mut self, f: &Function, aliasing: &Aliasing<'_>, writes: &LoopWrites) {
        self.forget_regions(writes.regions);
        for (key, base) in &writes.places {
            self.forget_place(f, aliasing, *key, *base);
        }
        for (region, base) in &writes.elements {
            self.contents.retain(|location, _| match location {
                Location::Element(other, other_region, _) => {
                    other_region != region || !aliasing.may_alias(f, *other, *base)
                }
                Location::Place(..) => true,
            });
        }
        for object in &writes.shapes {
            self.forget_shape(f, aliasing, *object);
        }
    }

    /// Keeps what both know.
    pub fn intersect(&mut self, other: &Facts) {
        self.valid &= other.valid;
        self.contents.retain(|location, value| other.contents.get(location) == Some(value));
        self.shapes.retain(|object, known| match other.shapes.get(object) {
            Some(also) if also.shape == known.shape => {
                known.witness = known.witness.filter(|_| known.witness == also.witness);
                true
            }
            _ => false,
        });
    }
}

/// The index that `guard.bounds` was given: facts are about numbers, not about the checks they went through.
pub fn strip_bounds(f: &Function, index: Value) -> Value {
    let mut index = f.resolve(index);
    while f.op(index) == Op::GuardBounds {
        index = f.argument(index, 0);
    }
    index
}

/// What the instructions of a loop write.
#[derive(Debug, Default)]
pub struct LoopWrites {
    /// Written by calls: everything in these regions.
    pub regions: RegionSet,
    /// Places stored to, with the object.
    pub places: Vec<(Key, Value)>,
    /// Arrays stored to.
    pub elements: Vec<(Region, Value)>,
    /// Objects that get another shape.
    pub shapes: Vec<Value>,
}

impl LoopWrites {
    /// The writes of all blocks of `l`.
    pub fn of(f: &Function, l: &Loop) -> LoopWrites {
        let mut writes = LoopWrites::default();
        for block in &l.blocks {
            for value in &f.blocks[*block].instructions {
                let instruction = &f.values[*value];
                match instruction.op {
                    Op::Store => {
                        if let Some(place) = instruction.place() {
                            writes.places.push((Key::of(place), f.argument(*value, 0)));
                        }
                    }
                    Op::StoreElement => {
                        if let Some(elements) = instruction.elements() {
                            writes.elements.push((elements.region(), f.argument(*value, 0)));
                        }
                    }
                    Op::StoreShape => writes.shapes.push(f.argument(*value, 0)),
                    Op::WriteBarrier => {}
                    _ => writes.regions = writes.regions.union(instruction.effects().writes),
                }
            }
        }
        writes
    }

    /// What `value`, a load or a guard of a shape, reads may be written in the loop.
    pub fn may_change(&self, f: &Function, aliasing: &Aliasing<'_>, value: Value) -> bool {
        let instruction = &f.values[value];
        if self.regions.intersects(instruction.effects().reads) {
            return true;
        }
        match instruction.op {
            Op::Load => {
                let Some(place) = instruction.place() else { return true };
                let base = f.argument(value, 0);
                self.places.iter().any(|(key, other)| *key == Key::of(place) && aliasing.may_alias(f, *other, base))
            }
            Op::LoadElement => {
                let Some(elements) = instruction.elements() else { return true };
                let base = f.argument(value, 0);
                self.elements
                    .iter()
                    .any(|(region, other)| *region == elements.region() && aliasing.may_alias(f, *other, base))
            }
            Op::GuardShape | Op::HasShape => {
                let object = f.argument(value, 0);
                instruction.effects().reads.contains(Region::Shape)
                    && self.shapes.iter().any(|other| aliasing.may_alias(f, *other, object))
            }
            _ => !instruction.effects().reads.is_empty(),
        }
    }
}
