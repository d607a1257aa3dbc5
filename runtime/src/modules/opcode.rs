//! The module `_opcode`: facts about bytecode that `dis` and `opcode` ask for.
//!
//! Taipan's bytecode is its own, so the tables of CPython's instructions are empty: `dis` can be imported (by
//! `inspect`, among others), and what disassembles is refused where it asks for `co_code`.

use taipan_macros::py_module;

macro_rules! predicates {
    ($($name:ident)*) => {
        /// What kinds of operand an instruction has: none.
        #[py_module(name = "_opcode")]
        pub mod predicates {
            $(
                /// Return False: CPython's instructions do not exist here.
                #[function(signature = "(opcode)")]
                fn $name(opcode: i64) -> bool {
                    let _ = opcode;
                    false
                }
            )*
        }
    };
}
predicates! { is_valid has_arg has_const has_name has_jump has_free has_local has_exc }

/// Opcode support module.
#[py_module(name = "_opcode", extend = [super::predicates::MODULE])]
pub mod opcode {
    use crate::error::PyResult;
    use crate::modules::support::{string, tuple};
    use crate::object::Gc;
    use crate::scratch::ScratchVec;
    use crate::thread::Thread;
    use crate::types::list::List;
    use crate::value::Value;

    /// The binary operators in the order of CPython's operand numbers: name and symbol.
    /// CPython's interpreter can be built without.
    #[constant(name = "ENABLE_SPECIALIZATION")]
    const ENABLE_SPECIALIZATION: bool = false;
    #[constant(name = "ENABLE_SPECIALIZATION_FT")]
    const ENABLE_SPECIALIZATION_FT: bool = false;

    const OPERATORS: &[(&str, &str)] = &[
        ("NB_ADD", "+"),
        ("NB_AND", "&"),
        ("NB_FLOOR_DIVIDE", "//"),
        ("NB_LSHIFT", "<<"),
        ("NB_MATRIX_MULTIPLY", "@"),
        ("NB_MULTIPLY", "*"),
        ("NB_REMAINDER", "%"),
        ("NB_OR", "|"),
        ("NB_POWER", "**"),
        ("NB_RSHIFT", ">>"),
        ("NB_SUBTRACT", "-"),
        ("NB_TRUE_DIVIDE", "/"),
        ("NB_XOR", "^"),
        ("NB_INPLACE_ADD", "+="),
        ("NB_INPLACE_AND", "&="),
        ("NB_INPLACE_FLOOR_DIVIDE", "//="),
        ("NB_INPLACE_LSHIFT", "<<="),
        ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
        ("NB_INPLACE_MULTIPLY", "*="),
        ("NB_INPLACE_REMAINDER", "%="),
        ("NB_INPLACE_OR", "|="),
        ("NB_INPLACE_POWER", "**="),
        ("NB_INPLACE_RSHIFT", ">>="),
        ("NB_INPLACE_SUBTRACT", "-="),
        ("NB_INPLACE_TRUE_DIVIDE", "/="),
        ("NB_INPLACE_XOR", "^="),
        ("NB_SUBSCR", "[]"),
    ];

    fn names(thread: &Thread, names: &[&str]) -> Value {
        let mut values = ScratchVec::new();
        for name in names {
            values.push(thread, string(thread, name));
        }
        List::new(thread, &values).value()
    }

    /// Compute the stack effect of the opcode.
    #[function(signature = "(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(thread: &Thread, opcode: i64, oparg: Option<Value>, jump: Option<Value>) -> PyResult<i64> {
        let _ = (opcode, oparg, jump);
        Err(thread.raise_value_error("invalid opcode or oparg"))
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function(signature = "(*, code, offset)")]
    fn get_executor(code: Value, offset: i64) {
        let _ = (code, offset);
    }

    /// Return the specialization stats
    #[function]
    fn get_specialization_stats() {}

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function]
    fn get_nb_ops(thread: &Thread) -> PyResult<Gc<List>> {
        let list = List::empty(thread);
        for (name, symbol) in OPERATORS {
            list.push(thread, tuple(thread, &[string(thread, name), string(thread, symbol)]))?;
        }
        Ok(list)
    }

    /// Return a list of names of the unary intrinsics.
    #[function]
    fn get_intrinsic1_descs(thread: &Thread) -> Value {
        names(thread, &["INTRINSIC_1_INVALID"])
    }

    /// Return a list of names of the binary intrinsics.
    #[function]
    fn get_intrinsic2_descs(thread: &Thread) -> Value {
        names(thread, &["INTRINSIC_2_INVALID"])
    }

    /// Return a list of special method names.
    #[function]
    fn get_special_method_names(thread: &Thread) -> Value {
        names(thread, &["__enter__", "__exit__", "__aenter__", "__aexit__"])
    }
}
