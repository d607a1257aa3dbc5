//! The table of special methods that the runtime looks up on classes.
//!
//! What lives here: [`Special`] and its names. What must not: the protocols themselves (`dispatch/`).

use crate::object::Gc;
use crate::types::str::Str;
use crate::vm::Names;

macro_rules! define_specials {
    ($($variant:ident = $name:ident;)*) => {
        /// A special method: an index in every class's cache of resolved special methods.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Special { $($variant,)* }

        impl Special {
            /// How many there are.
            pub const COUNT: usize = [$(Special::$variant),*].len();
            /// All of them: `ALL[s as usize] == s`.
            pub const ALL: [Special; Special::COUNT] = [$(Special::$variant),*];

            /// The Python name, interned.
            #[inline]
            pub fn name(self, names: &Names) -> Gc<Str> {
                match self { $(Special::$variant => names.$name,)* }
            }

            /// The Python name.
            pub const fn text(self) -> &'static str {
                match self { $(Special::$variant => stringify!($name),)* }
            }
        }
    };
}

define_specials! {
    Abs = __abs__; Add = __add__; Aenter = __aenter__; Aexit = __aexit__; Aiter = __aiter__; And = __and__;
    Anext = __anext__; Await = __await__; Bool = __bool__; Buffer = __buffer__; Bytes = __bytes__; Call = __call__; Ceil = __ceil__;
    Complex = __complex__; Contains = __contains__; Del = __del__; DelAttr = __delattr__; Delete = __delete__;
    DelItem = __delitem__; Dir = __dir__; DivMod = __divmod__; Enter = __enter__; Eq = __eq__; Exit = __exit__;
    Float = __float__; Floor = __floor__; FloorDiv = __floordiv__; Format = __format__; Fspath = __fspath__;
    Ge = __ge__; Get = __get__; GetAttr = __getattr__; GetAttribute = __getattribute__; GetItem = __getitem__;
    Gt = __gt__; Hash = __hash__; IAdd = __iadd__; IAnd = __iand__; IFloorDiv = __ifloordiv__;
    ILShift = __ilshift__; IMatMul = __imatmul__; IMod = __imod__; IMul = __imul__; Index = __index__;
    Init = __init__; InstanceCheck = __instancecheck__; Int = __int__; Invert = __invert__; IOr = __ior__;
    IPow = __ipow__; IRShift = __irshift__; ISub = __isub__; Iter = __iter__; ITrueDiv = __itruediv__;
    IXor = __ixor__; Le = __le__; Len = __len__; LengthHint = __length_hint__; LShift = __lshift__; Lt = __lt__;
    MatMul = __matmul__; Missing = __missing__; Mod = __mod__; Mul = __mul__; Ne = __ne__; Neg = __neg__;
    New = __new__; Next = __next__; Or = __or__; Pos = __pos__; Pow = __pow__; RAdd = __radd__; RAnd = __rand__;
    RDivMod = __rdivmod__; Repr = __repr__; Reversed = __reversed__; RFloorDiv = __rfloordiv__;
    RLShift = __rlshift__; RMatMul = __rmatmul__; RMod = __rmod__; RMul = __rmul__; ROr = __ror__;
    Round = __round__; RPow = __rpow__; RRShift = __rrshift__; RShift = __rshift__; RSub = __rsub__;
    RTrueDiv = __rtruediv__; RXor = __rxor__; Set = __set__; SetAttr = __setattr__; SetItem = __setitem__;
    Str = __str__; Sub = __sub__; SubclassCheck = __subclasscheck__; TrueDiv = __truediv__; Trunc = __trunc__;
    Xor = __xor__;
}
