//! `_types`: the classes that the module `types` names.
//!
//! What lives here: the list of names. Without it `types` would find the classes by making an object of each.

use taipan_macros::py_module;

/// Define names for built-in types.
#[py_module(name = "_types")]
pub mod types {
    use crate::error::PyResult;
    use crate::native::PyClass;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::module::Module;
    use crate::types::namespace::SimpleNamespace;
    use crate::types::type_object::Type;
    use crate::types::union_type::UnionType;

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let types = &thread.vm().types;
        for (name, class) in [
            ("AsyncGeneratorType", types.async_generator),
            ("BuiltinFunctionType", types.builtin_function_or_method),
            ("BuiltinMethodType", types.builtin_function_or_method),
            ("CellType", types.cell),
            ("ClassMethodDescriptorType", types.classmethod_descriptor),
            ("CodeType", types.code),
            ("CoroutineType", types.coroutine),
            ("EllipsisType", types.ellipsis),
            ("FrameType", types.frame),
            ("FunctionType", types.function),
            ("GeneratorType", types.generator),
            ("GenericAlias", types.generic_alias),
            ("GetSetDescriptorType", types.getset_descriptor),
            ("LambdaType", types.function),
            ("MappingProxyType", types.mappingproxy),
            ("MemberDescriptorType", types.member_descriptor),
            ("MethodDescriptorType", types.method_descriptor),
            ("MethodType", types.method),
            ("MethodWrapperType", types.method_wrapper),
            ("ModuleType", types.module),
            ("NoneType", types.none_type),
            ("NotImplementedType", types.not_implemented_type),
            ("SimpleNamespace", Type::of_spec(thread, <SimpleNamespace as PyClass>::SPEC)),
            ("TracebackType", types.traceback),
            ("UnionType", Type::of_spec(thread, <UnionType as PyClass>::SPEC)),
            ("WrapperDescriptorType", types.wrapper_descriptor),
        ] {
            module.set(thread, name, class.value());
        }
        Ok(())
    }
}
