//! Scope analysis: which names are local, global, captured, and where each lives.
//!
//! What lives here: the tree of scopes, the names of each with what is done to them, and the resolution of
//! every name. What must not: registers and instructions. [`build`](super::scope_build) fills the tree from the
//! syntax tree; [`resolve`](super::scope_resolve) decides. Start at [`Scope`].
//!
//! The rules are those of the language reference, "Naming and binding", with PEP 572 (named expressions),
//! PEP 649 (annotations), PEP 695/696 (type parameters) and PEP 709 (inlined comprehensions).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use ruff_text_size::TextRange;

/// A quick hash for short identifiers: multiply and rotate over 8-byte chunks (as rustc's FxHash).
#[derive(Default, Clone, Copy)]
pub struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

/// A hash map with [`NameHasher`].
pub type NameMap<K, V> = HashMap<K, V, BuildHasherDefault<NameHasher>>;
/// A hash set of names.
pub type NameSet = HashSet<Arc<str>, BuildHasherDefault<NameHasher>>;

/// Index of a [`Scope`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(pub u32);

impl ScopeId {
    /// The module's scope.
    pub const MODULE: ScopeId = ScopeId(0);

    /// The id as an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a scope was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The whole source.
    Module,
    /// A function definition.
    Function,
    /// A lambda expression.
    Lambda,
    /// A class body.
    Class,
    /// A list, set or dict comprehension.
    Comprehension(ComprehensionKind),
    /// A generator expression.
    GeneratorExpression,
    /// `__annotate__` (PEP 649).
    Annotation,
    /// Bound, constraints or default of a type parameter.
    TypeVariable,
    /// The value of a type alias.
    TypeAlias,
    /// The type parameters of a function, class or alias.
    TypeParameters,
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// A list.
    List,
    /// A set.
    Set,
    /// A dict.
    Dict,
}

impl ScopeKind {
    /// Whether names bound here live in registers and cells, visible to scopes within.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }

    /// Comprehensions and generator expressions.
    pub fn is_comprehension(self) -> bool {
        matches!(self, ScopeKind::Comprehension(_) | ScopeKind::GeneratorExpression)
    }

    /// The annotation scopes of PEP 649 and PEP 695: what an error says may not be used "within ...".
    pub fn annotation_description(self) -> Option<&'static str> {
        match self {
            ScopeKind::Annotation => Some("an annotation"),
            ScopeKind::TypeVariable => Some("a TypeVar bound"),
            ScopeKind::TypeAlias => Some("a type alias"),
            ScopeKind::TypeParameters => Some("the definition of a generic"),
            ScopeKind::Module
            | ScopeKind::Function
            | ScopeKind::Lambda
            | ScopeKind::Class
            | ScopeKind::Comprehension(_)
            | ScopeKind::GeneratorExpression => None,
        }
    }
}

/// What is done to a name in a scope: a set of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct NameFlags(pub u16);

impl NameFlags {
    /// Declared `global`.
    pub const GLOBAL: NameFlags = NameFlags(1);
    /// Bound by assignment and the like.
    pub const LOCAL: NameFlags = NameFlags(1 << 1);
    /// A parameter.
    pub const PARAMETER: NameFlags = NameFlags(1 << 2);
    /// Declared `nonlocal`.
    pub const NONLOCAL: NameFlags = NameFlags(1 << 3);
    /// Read.
    pub const USE: NameFlags = NameFlags(1 << 4);
    /// Bound by an import.
    pub const IMPORT: NameFlags = NameFlags(1 << 5);
    /// Annotated.
    pub const ANNOTATED: NameFlags = NameFlags(1 << 6);
    /// The target of a comprehension's `for`.
    pub const ITERATION: NameFlags = NameFlags(1 << 7);
    /// A type parameter.
    pub const TYPE_PARAMETER: NameFlags = NameFlags(1 << 8);
    /// Free in a method of this class, besides what it is in the class.
    pub const FREE_IN_CLASS: NameFlags = NameFlags(1 << 9);

    /// Declared `global` in some function or class: for the outermost scope.
    pub const GLOBAL_ELSEWHERE: NameFlags = NameFlags(1 << 10);

    /// Anything that binds the name here.
    pub const BOUND: NameFlags = NameFlags(Self::LOCAL.0 | Self::PARAMETER.0 | Self::IMPORT.0 | Self::TYPE_PARAMETER.0);

    /// Whether any of the bits of `other` are set.
    pub fn intersects(self, other: NameFlags) -> bool {
        self.0 & other.0 != 0
    }

    /// Sets the bits of `other`.
    pub fn insert(&mut self, other: NameFlags) {
        self.0 |= other.0;
    }

    /// The bits of both.
    #[must_use]
    pub const fn union(self, other: NameFlags) -> NameFlags {
        NameFlags(self.0 | other.0)
    }
}

/// Where a name lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Here, seen by nobody else: a register (or an entry of a class's or module's mapping).
    Local,
    /// Here, captured by inner functions.
    Cell,
    /// In an outer function.
    Free,
    /// Declared global.
    GlobalExplicit,
    /// Not bound in any function around: global or builtin.
    GlobalImplicit,
}

/// A name in a scope.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name, mangled.
    pub name: Arc<str>,
    /// What is done to it.
    pub flags: NameFlags,
    /// Where it lives, once resolved.
    pub resolution: Resolution,
    /// The `global` or `nonlocal` statement, for errors.
    pub declaration: Option<TextRange>,
}

/// A scope.
#[derive(Debug)]
pub struct Scope {
    /// What it was made for.
    pub kind: ScopeKind,
    /// The name its code gets.
    pub name: Arc<str>,
    /// The scope around it; none for the module.
    pub parent: Option<ScopeId>,
    /// Scopes directly within, in order of appearance.
    pub children: Vec<ScopeId>,
    /// How many names the scope around had when this one began: CPython orders `co_varnames` by first use,
    /// variables of inlined comprehensions among the others.
    pub names_before: usize,
    /// The source text it covers, as CPython locates it.
    pub range: TextRange,
    /// Its names, in order of first appearance.
    pub names: Vec<Name>,
    /// Index into `names`.
    index: NameMap<Arc<str>, u32>,
    /// Parameters, in register order.
    pub parameters: Vec<Arc<str>>,
    /// Lies in a function, however deep.
    pub is_nested: bool,
    /// An `async def`.
    pub is_async: bool,
    /// Contains `yield`, or is a generator expression.
    pub is_generator: bool,
    /// An `async def`, or contains `await` or an asynchronous comprehension.
    pub is_coroutine: bool,
    /// A comprehension compiled into the code around it.
    pub is_inlined: bool,
    /// A method's or function's own scope directly in a class.
    pub is_method: bool,
    /// An annotation scope whose names are looked up in the class around it first.
    pub can_see_class: bool,
    /// Class: methods use `__class__` or `super`.
    pub needs_class_cell: bool,
    /// Class: annotation scopes need its mapping.
    pub needs_classdict_cell: bool,
    /// Class or module: keeps a set of the annotations that were executed.
    pub has_conditional_annotations: bool,
    /// Class: that set lives in a cell.
    pub needs_conditional_cell: bool,
    /// Class or module: the scope of its `__annotate__`.
    pub annotation_scope: Option<ScopeId>,
    /// Contains a named expression, directly or in an inlined comprehension.
    pub has_named_expression: bool,
    /// The class whose private names are mangled here.
    pub private: Option<Arc<str>>,
    /// Type parameters of a class: only these are mangled.
    pub mangled_only: Option<NameSet>,
    /// Names that the code's closure provides, in order.
    pub free_names: Vec<Arc<str>>,
}

impl Scope {
    /// An empty scope.
    pub fn new(kind: ScopeKind, name: Arc<str>, parent: Option<ScopeId>, range: TextRange) -> Scope {
        Scope {
            kind,
            name,
            parent,
            children: Vec::new(),
            names_before: 0,
            range,
            names: Vec::new(),
            index: NameMap::default(),
            parameters: Vec::new(),
            is_nested: false,
            is_async: false,
            is_generator: false,
            is_coroutine: false,
            is_inlined: false,
            is_method: false,
            can_see_class: false,
            needs_class_cell: false,
            needs_classdict_cell: false,
            has_conditional_annotations: false,
            needs_conditional_cell: false,
            annotation_scope: None,
            has_named_expression: false,
            private: None,
            mangled_only: None,
            free_names: Vec::new(),
        }
    }

    /// The entry of a (mangled) name.
    pub fn get(&self, name: &str) -> Option<&Name> {
        self.index.get(name).map(|at| &self.names[*at as usize])
    }

    /// The flags of a (mangled) name, empty if it does not occur.
    pub fn flags(&self, name: &str) -> NameFlags {
        self.get(name).map_or(NameFlags::default(), |entry| entry.flags)
    }

    /// The entry of a (mangled) name, made if missing.
    pub fn entry(&mut self, name: &Arc<str>) -> &mut Name {
        let at = match self.index.get(name) {
            Some(at) => *at as usize,
            None => {
                let at = self.names.len();
                self.index.insert(name.clone(), at as u32);
                self.names.push(Name {
                    name: name.clone(),
                    flags: NameFlags::default(),
                    resolution: Resolution::GlobalImplicit,
                    declaration: None,
                });
                at
            }
        };
        &mut self.names[at]
    }

    /// `name` as it is spelled in this scope's tables: private names of a class are mangled.
    pub fn mangle(&self, name: &str) -> Option<String> {
        if let Some(only) = &self.mangled_only
            && !only.contains(name)
        {
            return None;
        }
        mangle(self.private.as_deref()?, name)
    }
}

/// The private name `name` mangled for a class, if it is private (language reference, "Private name mangling").
pub fn mangle(class: &str, name: &str) -> Option<String> {
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return None;
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() { None } else { Some(format!("_{class}{name}")) }
}

/// What role a scope plays for the syntax node it is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScopeRole {
    /// The body of a function, class, lambda or comprehension; the value of an alias.
    Body,
    /// The type parameters.
    TypeParameters,
    /// The annotations of a function.
    Annotations,
    /// The bound or constraints of a type parameter.
    Bound,
    /// The default of a type parameter.
    Default,
}

/// All scopes of a source.
#[derive(Debug)]
pub struct ScopeTree {
    /// The scopes, the module's first.
    pub scopes: Vec<Scope>,
    /// From the address of a syntax node, and a role, to its scope. The tree does not move while this lives.
    pub by_node: NameMap<(usize, ScopeRole), ScopeId>,
    /// All names, shared.
    names: NameSet,
}

impl ScopeTree {
    /// A tree with no scopes.
    pub fn new() -> ScopeTree {
        ScopeTree { scopes: Vec::new(), by_node: NameMap::default(), names: NameSet::default() }
    }

    /// The shared copy of a name.
    pub fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let name: Arc<str> = name.into();
        self.names.insert(name.clone());
        name
    }

    /// The scope of a node in a role, if the node has one.
    pub fn find<T>(&self, node: &T, role: ScopeRole) -> Option<ScopeId> {
        self.by_node.get(&(std::ptr::from_ref(node).addr(), role)).copied()
    }
}

impl Default for ScopeTree {
    fn default() -> Self {
        ScopeTree::new()
    }
}

impl std::ops::Index<ScopeId> for ScopeTree {
    type Output = Scope;

    fn index(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }
}

impl std::ops::IndexMut<ScopeId> for ScopeTree {
    fn index_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.index()]
    }
}
