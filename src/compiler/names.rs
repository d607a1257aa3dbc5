//! Reading, binding and deleting variables.
//!
//! What lives here: from a resolved name to the instruction that reaches it, and the layout of a unit's named
//! registers. What must not: other assignment targets; see [`super::assign`].

use std::sync::Arc;

use ruff_text_size::TextRange;

use super::emit::{SITE, Unit};
use super::scope::{NameFlags, Resolution, ScopeId, ScopeKind};
use super::{Compiler, Namespace};
use crate::bytecode::{NameIndex, Register, operands};

/// Where a variable is, from the code being built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a register.
    Register(Register),
    /// In a cell, itself in a register.
    Cell(Register),
    /// In a cell of the closure.
    Free(u16),
    /// In the globals or builtins.
    Global,
    /// In the locals mapping, the globals or builtins.
    Mapping,
    /// Class body: in the locals mapping or else in a cell of the closure.
    MappingOrFree(u16),
    /// Annotation scope in a class: in the class's mapping or else in the globals or builtins.
    ClassOrGlobal,
    /// Annotation scope in a class: in the class's mapping or else in a cell of the closure.
    ClassOrFree(u16),
}

impl<'a> Compiler<'a> {
    /// The name as the scope's tables spell it.
    pub(super) fn mangled(&self, name: &str) -> String {
        self.scopes[self.current_scope()].mangle(name).unwrap_or_else(|| name.to_owned())
    }

    /// Where the (mangled) variable is.
    pub(super) fn place(&self, name: &str) -> Place {
        let unit_scope = &self.scopes[self.unit.scope];
        let in_comprehension = !self.unit.inlined.is_empty();
        for scope in self.unit.inlined.iter().rev() {
            match self.scopes[*scope].get(name).map(|entry| entry.resolution) {
                Some(resolution @ (Resolution::Local | Resolution::Cell)) => {
                    let key = (*scope, Arc::from(name));
                    if let Some(register) = self.unit.inlined_registers.get(&key) {
                        return match resolution {
                            Resolution::Cell => Place::Cell(*register),
                            _ => Place::Register(*register),
                        };
                    }
                }
                Some(Resolution::GlobalExplicit) => return Place::Global,
                Some(Resolution::GlobalImplicit) if unit_scope.kind == ScopeKind::Module => {
                    return self.outermost_place();
                }
                Some(Resolution::GlobalImplicit) => return Place::Global,
                Some(Resolution::Free) | None => {}
            }
        }
        let is_class = unit_scope.kind == ScopeKind::Class;
        match unit_scope.get(name).map_or(Resolution::GlobalImplicit, |entry| entry.resolution) {
            _ if is_class && in_comprehension => {
                self.unit.free_index.get(name).map_or(Place::Global, |index| Place::Free(*index))
            }
            Resolution::Local if is_class => Place::Mapping,
            Resolution::Local | Resolution::Cell | Resolution::GlobalImplicit
                if unit_scope.kind == ScopeKind::Module =>
            {
                if unit_scope.flags(name).intersects(NameFlags::GLOBAL_ELSEWHERE) {
                    return Place::Global;
                }
                self.outermost_place()
            }
            resolution @ (Resolution::Local | Resolution::Cell) => match self.unit.registers.get(name) {
                Some(register) if resolution == Resolution::Cell => Place::Cell(*register),
                Some(register) => Place::Register(*register),
                None => Place::Global,
            },
            Resolution::Free => {
                let index = self.unit.free_index.get(name).copied().unwrap_or_default();
                if is_class {
                    Place::MappingOrFree(index)
                } else if unit_scope.can_see_class && !name.starts_with("__classdict__") {
                    Place::ClassOrFree(index)
                } else {
                    Place::Free(index)
                }
            }
            Resolution::GlobalExplicit => Place::Global,
            Resolution::GlobalImplicit if is_class => Place::Mapping,
            Resolution::GlobalImplicit if unit_scope.can_see_class && name != "__classdict__" => Place::ClassOrGlobal,
            Resolution::GlobalImplicit => Place::Global,
        }
    }

    fn outermost_place(&self) -> Place {
        match self.options.namespace {
            Namespace::Globals => Place::Global,
            Namespace::Mapping => Place::Mapping,
        }
    }

    /// The register of a variable that lives in one.
    pub(super) fn local_register(&self, name: &str) -> Option<Register> {
        match self.place(&self.mangled(name)) {
            Place::Register(register) => Some(register),
            _ => None,
        }
    }

    fn name_index(&mut self, name: &str) -> NameIndex {
        self.unit.name(name)
    }

    /// `dst = variable`.
    pub(super) fn load_name(&mut self, name: &str, dst: Register, range: TextRange) {
        let name = self.mangled(name);
        self.load_mangled(&name, dst, range);
    }

    pub(super) fn load_mangled(&mut self, name: &str, dst: Register, range: TextRange) {
        match self.place(name) {
            Place::Register(src) => {
                self.unit.emit(range, operands::CheckBound { src });
                self.unit.copy(range, dst, src);
            }
            Place::Cell(cell) => self.unit.emit(range, operands::LoadCell { dst, cell }),
            Place::Free(index) => self.unit.emit(range, operands::LoadFree { dst, index }),
            Place::Global => {
                let name = self.name_index(name);
                self.unit.emit(range, operands::LoadGlobal { dst, name, site: SITE });
            }
            Place::Mapping => {
                let name = self.name_index(name);
                self.unit.emit(range, operands::LoadName { dst, name, site: SITE });
            }
            Place::MappingOrFree(index) => {
                let name = self.name_index(name);
                self.unit.emit(range, operands::LoadNameOrFree { dst, name, index });
            }
            Place::ClassOrGlobal => {
                let (name, dict) = (self.name_index(name), self.class_mapping(range));
                self.unit.emit(range, operands::LoadDictOrGlobal { dst, dict, name });
                self.unit.release(dict.0);
            }
            Place::ClassOrFree(index) => {
                let (name, dict) = (self.name_index(name), self.class_mapping(range));
                self.unit.emit(range, operands::LoadDictOrFree { dst, dict, name, index });
                self.unit.release(dict.0);
            }
        }
    }

    /// The class's mapping, in a temporary.
    fn class_mapping(&mut self, range: TextRange) -> Register {
        let dst = self.unit.temporary();
        self.load_mangled("__classdict__", dst, range);
        dst
    }

    /// `variable = src`.
    pub(super) fn store_name(&mut self, name: &str, src: Register, range: TextRange) {
        let name = self.mangled(name);
        self.store_mangled(&name, src, range);
    }

    pub(super) fn store_mangled(&mut self, name: &str, src: Register, range: TextRange) {
        match self.place(name) {
            Place::Register(dst) => self.unit.copy(range, dst, src),
            Place::Cell(cell) => self.unit.emit(range, operands::StoreCell { cell, src }),
            Place::Free(index) | Place::ClassOrFree(index) => {
                self.unit.emit(range, operands::StoreFree { index, src });
            }
            Place::MappingOrFree(index) if self.is_nonlocal(name) => {
                self.unit.emit(range, operands::StoreFree { index, src });
            }
            Place::Global | Place::ClassOrGlobal => {
                let name = self.name_index(name);
                self.unit.emit(range, operands::StoreGlobal { src, name, site: SITE });
            }
            Place::Mapping | Place::MappingOrFree(_) => {
                let name = self.name_index(name);
                self.unit.emit(range, operands::StoreName { src, name, site: SITE });
            }
        }
    }

    fn is_nonlocal(&self, name: &str) -> bool {
        self.scopes[self.unit.scope].flags(name).intersects(super::scope::NameFlags::NONLOCAL)
    }

    /// `del variable`.
    pub(super) fn delete_name(&mut self, name: &str, range: TextRange) {
        let name = self.mangled(name);
        match self.place(&name) {
            Place::Register(dst) => {
                self.unit.emit(range, operands::CheckBound { src: dst });
                self.unit.emit(range, operands::Clear { dst });
            }
            Place::Cell(cell) => self.unit.emit(range, operands::DeleteCell { cell }),
            Place::Free(index) | Place::ClassOrFree(index) => {
                self.unit.emit(range, operands::DeleteFree { index });
            }
            Place::MappingOrFree(index) if self.is_nonlocal(&name) => {
                self.unit.emit(range, operands::DeleteFree { index });
            }
            Place::Global | Place::ClassOrGlobal => {
                let name = self.name_index(&name);
                self.unit.emit(range, operands::DeleteGlobal { name });
            }
            Place::Mapping | Place::MappingOrFree(_) => {
                let name = self.name_index(&name);
                self.unit.emit(range, operands::DeleteName { name });
            }
        }
    }

    /// `dst = the cell of a variable`, to be captured.
    pub(super) fn load_closure_cell(&mut self, name: &str, dst: Register, range: TextRange) {
        for scope in self.unit.inlined.iter().rev() {
            let key = (*scope, Arc::from(name));
            let captured = self.scopes[*scope].get(name).is_some_and(|entry| entry.resolution == Resolution::Cell);
            if let (true, Some(register)) = (captured, self.unit.inlined_registers.get(&key)) {
                let src = *register;
                self.unit.copy(range, dst, src);
                return;
            }
        }
        let own = self.unit.cells.iter().find(|(cell, _)| **cell == *name).map(|(_, register)| *register);
        match own {
            Some(src) => self.unit.copy(range, dst, src),
            None => {
                let index = self.unit.free_index.get(name).copied().unwrap_or_default();
                self.unit.emit(range, operands::LoadClosureCell { dst, index });
            }
        }
    }

    /// Gives registers to the variables of the unit's scope and of the comprehensions inlined in it.
    pub(super) fn lay_out_registers(&mut self) {
        let scopes = self.scopes;
        let id = self.unit.scope;
        let scope = &scopes[id];
        self.unit.free_names.clone_from(&scope.free_names);
        for (index, name) in scope.free_names.iter().enumerate() {
            self.unit.free_index.insert(name.clone(), index as u16);
        }
        let unit = &mut self.unit;
        let function_like = scope.kind.is_function_like();
        for name in &scope.parameters {
            unit.registers.insert(name.clone(), Register(unit.varnames.len() as u16));
            unit.varnames.push(name.clone());
        }
        let mut inlined = InlinedLayout { function_like, ..InlinedLayout::default() };
        let mut children = scope.children.iter().filter(|child| scopes[**child].is_inlined).peekable();
        for (at, entry) in scope.names.iter().enumerate() {
            while let Some(child) = children.next_if(|child| scopes[**child].names_before <= at) {
                inlined.visit(scopes, unit, *child);
            }
            let local = function_like && entry.resolution == Resolution::Local;
            if local && !unit.registers.contains_key(&entry.name) {
                unit.registers.insert(entry.name.clone(), Register(unit.varnames.len() as u16));
                unit.varnames.push(entry.name.clone());
            }
        }
        for child in children {
            inlined.visit(scopes, unit, *child);
        }
        let mut cells: Vec<Arc<str>> = scope
            .names
            .iter()
            .filter(|entry| entry.resolution == Resolution::Cell)
            .map(|entry| entry.name.clone())
            .collect();
        for (needed, name) in [
            (scope.needs_class_cell, "__class__"),
            (scope.needs_classdict_cell, "__classdict__"),
            (scope.kind == ScopeKind::Class && scope.needs_conditional_cell, "__conditional_annotations__"),
        ] {
            if needed {
                cells.push(name.into());
            }
        }
        cells.sort();
        let mut next = unit.varnames.len() as u16;
        for name in cells {
            let register = match unit.registers.get(&name) {
                Some(parameter) => *parameter,
                None => {
                    let register = Register(next);
                    next = next.wrapping_add(1);
                    register
                }
            };
            if function_like {
                unit.registers.insert(name.clone(), register);
            }
            unit.cells.push((name, register));
        }
        for (variable, slot) in inlined.hidden {
            unit.inlined_registers.insert(variable, Register(next.wrapping_add(slot)));
        }
        for (slot, (name, _)) in inlined.hidden_slots.iter().enumerate() {
            unit.hidden.push((name.clone(), Register(next.wrapping_add(slot as u16))));
        }
        let count = unit.varnames.len() + unit.cells.len() + inlined.hidden_slots.len();
        if count >= usize::from(u16::MAX) - 1 {
            // The numbers above have wrapped: the code is refused when it is assembled.
            unit.overflow = Some(super::emit::REGISTERS);
            next = u16::MAX - 1;
        } else {
            next += inlined.hidden_slots.len() as u16;
        }
        unit.first_temporary = next;
        unit.top = next;
        unit.register_count = next;
    }
}

/// Assigns registers to the variables of inlined comprehensions. A comprehension may share a register with
/// another one that has a variable of the same name, unless one is inside the other.
#[derive(Default)]
struct InlinedLayout {
    function_like: bool,
    /// Registers among the unit's `varnames` that comprehensions use, and whether an enclosing one does now.
    shared: Vec<(Arc<str>, Register, bool)>,
    /// Variables that get a register after the cells, and which slot there.
    hidden: Vec<((ScopeId, Arc<str>), u16)>,
    /// The slots after the cells, and whether an enclosing comprehension uses them now.
    hidden_slots: Vec<(Arc<str>, bool)>,
}

impl InlinedLayout {
    fn visit(&mut self, scopes: &super::scope::ScopeTree, unit: &mut Unit<'_>, id: ScopeId) {
        let scope = &scopes[id];
        let mut used_shared = Vec::new();
        let mut used_hidden = Vec::new();
        let own = &scopes[unit.scope];
        for entry in &scope.names {
            if !matches!(entry.resolution, Resolution::Local | Resolution::Cell) || &*entry.name == ".0" {
                continue;
            }
            let name = entry.name.clone();
            let taken = own.get(&name).is_some_and(|entry| {
                matches!(entry.resolution, Resolution::Local | Resolution::Cell | Resolution::Free)
            });
            if self.function_like && !taken && entry.resolution == Resolution::Local {
                let free = self.shared.iter().position(|(known, _, busy)| *known == name && !busy);
                if let Some(at) = free {
                    unit.inlined_registers.insert((id, name), self.shared[at].1);
                    self.shared[at].2 = true;
                    used_shared.push(at);
                    continue;
                }
                if !self.shared.iter().any(|(known, ..)| *known == name) {
                    let register = Register(unit.varnames.len() as u16);
                    unit.varnames.push(name.clone());
                    unit.inlined_registers.insert((id, name.clone()), register);
                    used_shared.push(self.shared.len());
                    self.shared.push((name, register, true));
                    continue;
                }
            }
            let slot = match self.hidden_slots.iter().position(|(known, busy)| *known == name && !busy) {
                Some(slot) => slot,
                None => {
                    self.hidden_slots.push((name.clone(), false));
                    self.hidden_slots.len() - 1
                }
            };
            self.hidden_slots[slot].1 = true;
            used_hidden.push(slot);
            self.hidden.push(((id, name), slot as u16));
        }
        for child in &scope.children {
            if scopes[*child].is_inlined {
                self.visit(scopes, unit, *child);
            }
        }
        for at in used_shared {
            self.shared[at].2 = false;
        }
        for slot in used_hidden {
            self.hidden_slots[slot].1 = false;
        }
    }
}
