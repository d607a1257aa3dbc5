//! Imports.
//!
//! What lives here: `import` and `from ... import`. What must not: finding modules.

use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::{Compiler, Result};
use crate::bytecode::{Constant, operands};

impl<'a> Compiler<'a> {
    pub(super) fn import(&mut self, node: &'a ast::StmtImport) -> Result {
        let range = node.range();
        for alias in &node.names {
            let mark = self.unit.top;
            let module = self.unit.temporary();
            let fromlist = self.unit.temporary();
            self.unit.emit(range, operands::LoadNone { dst: fromlist });
            let name = self.unit.name(&alias.name);
            self.unit.emit(range, operands::ImportName { dst: module, name, fromlist, level: 0 });
            let mut components = alias.name.split('.');
            let first = components.next().unwrap_or_default();
            match &alias.asname {
                None => self.store_name(first, module, range),
                Some(bound) => {
                    // `import a.b.c as d` binds the innermost module.
                    for component in components {
                        let name = self.unit.name(component);
                        self.unit.emit(range, operands::ImportFrom { dst: module, module, name });
                    }
                    self.store_name(bound, module, range);
                }
            }
            self.unit.release(mark);
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self, node: &'a ast::StmtImportFrom) -> Result {
        let range = node.range();
        let mark = self.unit.top;
        let module_name = node.module.as_deref().unwrap_or_default();
        let module = self.unit.temporary();
        let fromlist = self.unit.temporary();
        let names = node.names.iter().map(|alias| Constant::str(&alias.name)).collect();
        self.unit.load_constant(range, fromlist, Constant::Tuple(names));
        let Ok(level) = u16::try_from(node.level) else {
            return Err(self.error("too many dots in relative import", range));
        };
        let name = self.unit.name(module_name);
        self.unit.emit(range, operands::ImportName { dst: module, name, fromlist, level });
        for alias in &node.names {
            if &alias.name == "*" {
                self.unit.emit(range, operands::ImportStar { module });
                continue;
            }
            let dst = fromlist;
            let name = self.unit.name(&alias.name);
            self.unit.emit(range, operands::ImportFrom { dst, module, name });
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            self.store_name(bound, dst, range);
        }
        self.unit.release(mark);
        Ok(())
    }
}
