//! Intrinsics: rare operations that `Intrinsic1` and `Intrinsic2` name by number.
//!
//! What lives here: the table of those the compiler emits. What must not: their implementation, which is the
//! interpreter's. Start at [`for_each_intrinsic!`](crate::for_each_intrinsic).

/// Calls `$callback!` with the table of intrinsics: doc, name, number of operands.
#[macro_export]
macro_rules! for_each_intrinsic {
    ($callback:ident) => {
        $callback! {
            /// `a` is the value of an expression statement in interactive mode: `sys.displayhook(a)`.
            /// Gives None.
            Print(1);
            /// In `__annotate__` and the like: raises NotImplementedError if the format `a` is greater than 2
            /// (`VALUE_WITH_FAKE_GLOBALS`). Gives None.
            CheckAnnotationFormat(1);
            /// `TypeVar(a)`, variance inferred, its `__module__` from the frame's globals.
            TypeVar(1);
            /// `ParamSpec(a)`, variance inferred.
            ParamSpec(1);
            /// `TypeVarTuple(a)`.
            TypeVarTuple(1);
            /// `typing.Generic[a]` for the tuple of type parameters `a`, TypeVarTuples unpacked.
            SubscriptGeneric(1);
            /// `TypeAliasType` from the tuple `a`: name, tuple of type parameters or None, function that
            /// computes the value.
            TypeAlias(1);
            /// `TypeVar(a)` whose bound is computed by the function `b`.
            TypeVarWithBound(2);
            /// `TypeVar(a)` whose constraints are computed by the function `b`.
            TypeVarWithConstraints(2);
            /// Sets `a.__type_params__ = b` on a function. Gives `a`.
            SetFunctionTypeParams(2);
            /// Makes function `b` the one that computes the default of type parameter `a`. Gives `a`.
            SetTypeParamDefault(2);
        }
    };
}

macro_rules! define_intrinsics {
    ($( $(#[doc = $doc:literal])+ $name:ident($arity:literal); )*) => {
        /// A rare operation; its discriminant is the `function` operand.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Intrinsic {
            $( $(#[doc = $doc])+ $name, )*
        }

        impl Intrinsic {
            /// Every intrinsic, by number.
            pub const ALL: &'static [Intrinsic] = &[$(Intrinsic::$name),*];

            /// The table name.
            pub fn name(self) -> &'static str {
                match self { $( Intrinsic::$name => stringify!($name), )* }
            }

            /// Number of operands: 1 for `Intrinsic1`, 2 for `Intrinsic2`.
            pub fn arity(self) -> usize {
                match self { $( Intrinsic::$name => $arity, )* }
            }

            /// The intrinsic of a `function` operand.
            pub fn from_operand(function: u16) -> Option<Intrinsic> {
                Intrinsic::ALL.get(usize::from(function)).copied()
            }
        }
    };
}

for_each_intrinsic!(define_intrinsics);
