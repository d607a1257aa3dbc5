//! The table of runtime functions that native code may call.
//!
//! What lives here: [`for_each_helper!`](crate::for_each_helper) and what is derived from it. What must not:
//! the functions ([`shims`]), which are thin, over what the interpreter calls for the same purpose, so that both
//! tiers agree. Start at the table.

pub mod shims;

/// Calls `$callback!` with the table of helpers.
///
/// A line is: doc, name, parameters `name: class` (after the thread, which every helper takes first), `->`
/// result class, effects.
///
/// Parameter classes: `word` a tagged value or empty; `int` 64 bits; `double`; `pointer`.
///
/// Result classes: `any` a value, `any_or_empty`, a named type of value (`integer`, `str`, `list`, ...), `int`, `double`,
/// `nothing`. A helper that raises gives a word, zero for "raised"; `done` is such a word without content.
///
/// Effects: `raises`; `reenters` may run Python code, and so change anything; `lists` changes lists and nothing
/// else, and runs no Python code; `reads` depends on memory but changes nothing; none of these: depends on the
/// arguments only; `fresh` gives a new object each time, so two calls are never one.
#[macro_export]
macro_rules! for_each_helper {
    ($callback:ident) => {
        $callback! {
            // ---- numbers ----
            /// `a op b`, `operation` a binary operator's number.
            binary(operation: int, a: word, b: word) -> any [raises reenters];
            /// `a op= b`.
            binary_in_place(operation: int, a: word, b: word) -> any [raises reenters];
            /// `a op b`, an operation's number, after the first method returned NotImplemented; `tried`: how far that is.
            operator_declined(operation: int, tried: int, a: word, b: word) -> any [raises reenters];
            /// `a op b` of ints of any size.
            int_binary(operation: int, a: word, b: word) -> integer [raises];
            /// As `int_binary`, for operators whose result may be a float.
            int_operation(operation: int, a: word, b: word) -> any [raises];
            /// `op a`, `operation` 0 `-`, 1 `+`, 2 `~`.
            unary(operation: int, a: word) -> any [raises reenters];
            /// `a op b`, `operation` a comparison's number.
            compare(operation: int, a: word, b: word) -> any [raises reenters];
            /// `bool(a op b)`.
            compare_truth(operation: int, a: word, b: word) -> bool [raises reenters];
            /// `bool(a)`.
            truth(a: word) -> bool [raises reenters];

            // ---- strings ----
            /// `a + b` of strings.
            concatenate(a: word, b: word) -> str [raises];
            /// 1 if two strings are equal, else 0.
            str_equal(a: word, b: word) -> int [];
            /// -1, 0 or 1, as two strings compare.
            str_compare(a: word, b: word) -> int [];
            /// The character at an index that is inside.
            str_index(text: word, index: int) -> str [];
            /// The code point at an index that is inside.
            str_code_point(text: word, index: int) -> int [];
            /// The string of a code point.
            str_of_code_point(code: int) -> str [];

            // ---- variables and attributes ----
            /// `object.name`.
            load_attribute(object: word, name: word) -> any [raises reenters];
            /// `object.name = value`.
            store_attribute(object: word, name: word, value: word) -> done [raises reenters];

            // ---- containers and iteration ----
            /// `item in container`.
            contains(item: word, container: word) -> bool [raises reenters];
            /// `type(object)`.
            class_of(object: word) -> any [reads];
            /// `isinstance(object, class)`.
            is_instance(object: word, class: word) -> bool [raises reenters];
            /// `len(object)`.
            length(object: word) -> any [raises reenters];
            /// `object[index]`.
            load_subscript(object: word, index: word) -> any [raises reenters];
            /// `object[index] = value`.
            store_subscript(object: word, index: word, value: word) -> done [raises reenters];
            /// `list[start:stop:step]` of an exact list, the parts small ints or None.
            list_slice(list: word, start: word, stop: word, step: word) -> list [raises reads fresh];
            /// `list[start:stop:step] = source` of exact lists, the parts small ints or None.
            list_store_slice(list: word, start: word, stop: word, step: word, source: word) -> done [raises lists];
            /// The value of a str key in a dict all of whose keys are strs, or the empty word: it has no such key, or
            /// other keys that Python code may have to compare.
            dict_get(dict: word, key: word) -> any_or_empty [reads];
            /// `iter(object)`.
            get_iterator(object: word) -> any [raises reenters];
            /// `next(iterator)`, or the absent word when it is exhausted.
            next(iterator: word) -> any [raises reenters];
            /// An empty list.
            new_list() -> list [fresh];
            /// An `enumerate` that goes on with this count and the next item of the iterator.
            new_enumerate(iterator: word, count: word) -> any [fresh];
            /// A `zip` that goes on with the next items of a tuple of iterators.
            new_zip(iterators: word) -> any [fresh];
            /// An empty set.
            new_set() -> any [fresh];
            /// `set.add(item)` on an exact set.
            set_add(set: word, item: word) -> done [raises reenters];
            /// The tuple of the items of an exact list.
            list_to_tuple(list: word) -> tuple [raises reads fresh];
            /// `list.append(item)` on an exact list.
            list_append(list: word, item: word) -> done [raises lists];
            /// `list.pop()` on an exact list.
            list_pop(list: word) -> any [raises lists];

            // ---- calls ----
            /// 1 if the callable looks at its caller's frame or variables, else 0.
            looks_at_frames(callee: word) -> int [reads];
            /// `callee(*args, **kwargs)`; `kwargs` may be empty.
            call_unpacked(callee: word, args: word, kwargs: word) -> any [raises reenters];
            /// Calls a builtin function that takes no receiver, or its receiver as the first argument.
            native_1(function: word, a: word) -> any [raises reenters];
            native_2(function: word, a: word, b: word) -> any [raises reenters];
            native_3(function: word, a: word, b: word, c: word) -> any [raises reenters];
            /// Raises TypeError unless the result of an `__init__` is None.
            check_init(result: word) -> done [raises];
        }
    };
}

/// What a helper takes or gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, missing_docs)]
pub enum HelperClass {
    word,
    any,
    any_or_empty,
    bool,
    integer,
    str,
    list,
    tuple,
    dict,
    int,
    double,
    pointer,
    done,
    nothing,
}

/// What a helper may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct HelperEffects {
    pub raises: bool,
    pub reenters: bool,
    pub lists: bool,
    pub reads: bool,
    pub fresh: bool,
}

/// What the table says about a helper.
#[derive(Debug)]
pub struct HelperInfo {
    pub name: &'static str,
    /// Names and classes of the parameters after the thread.
    pub parameters: &'static [(&'static str, HelperClass)],
    pub result: HelperClass,
    pub effects: HelperEffects,
}

macro_rules! define_helpers {
    ($($(#[$doc:meta])* $name:ident ($($parameter:ident : $class:ident),*) -> $result:ident [$($effect:ident)*];)*) => {
        /// A runtime function that native code may call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(non_camel_case_types)]
        #[repr(u16)]
        pub enum Helper { $($(#[$doc])* $name,)* }

        impl Helper {
            /// All helpers, in table order.
            pub const ALL: &[Helper] = &[$(Helper::$name,)*];

            /// What the table says.
            pub fn info(self) -> &'static HelperInfo {
                const INFO: &[HelperInfo] = &[$(HelperInfo {
                    name: stringify!($name),
                    parameters: &[$((stringify!($parameter), HelperClass::$class),)*],
                    result: HelperClass::$result,
                    effects: {
                        #[allow(unused_mut)]
                        let mut effects =
                            HelperEffects { raises: false, reenters: false, lists: false, reads: false, fresh: false };
                        $(effects.$effect = true;)*
                        effects
                    },
                },)*];
                &INFO[self as usize]
            }

            /// The address that native code calls.
            pub fn address(self) -> usize {
                match self { $(Helper::$name => shims::$name as *const () as usize,)* }
            }
        }
    };
}
for_each_helper!(define_helpers);

impl Helper {
    /// The helper with this name.
    pub fn from_name(name: &str) -> Option<Helper> {
        Helper::ALL.iter().copied().find(|helper| helper.info().name == name)
    }
}
