//! Arguments that are unpacked: `f(*args, **kwargs)`.
//!
//! What lives here: which arguments `*iterable` and `**mapping` stand for, where code here made them or calls so far tell
//! how many there are. Then the call is one with plain arguments, and the tuple and the dict mostly are not made. What
//! must not: calls themselves (`calls.rs`).

use super::*;
use crate::bytecode::analysis::Decoded;
use crate::bytecode::feedback::unpack;
use crate::bytecode::{Instruction as Bytecode, operands};
use taipan_runtime::types::tuple::Tuple;

/// How many arguments are passed one by one.
const MANY: usize = 16;

/// The names of the last arguments of a call.
#[derive(Clone)]
pub(super) struct Names {
    /// The names, in order.
    // rooted: by the tuple of the code's constants that they are in
    pub(super) texts: Vec<Gc<Str>>,
    /// The tuple of the names, if there is one.
    pub(super) tuple: Option<Value>,
}

/// Keyword arguments: their names and values.
// rooted: by the constants of the IR that the names are
type Keywords = (Vec<Gc<Str>>, Vec<Value>);

impl Builder<'_> {
    /// The names in a constant of the current frame.
    pub(super) fn names(&mut self, index: usize) -> Names {
        let word = self.frame().body.constant(index);
        let tuple = self.word_constant(word);
        let names = word.cast::<Tuple>();
        let texts = names.map_or_else(Vec::new, |names| names.items().iter().filter_map(|name| name.cast()).collect());
        Names { texts, tuple: Some(tuple) }
    }

    /// `CallEx`.
    pub(super) fn call_unpacked(&mut self, o: operands::CallEx, decoded: &Decoded) {
        let (callee, args) = (self.get(o.callee), self.get(o.args));
        let kwargs = self.optional(o.kwargs);
        if let Some(mut arguments) = self.items_unpacked(args, o.site)
            && let Some((names, values)) = self.keywords_unpacked(kwargs, o.site)
        {
            arguments.extend(values);
            let names = (!names.is_empty()).then_some(Names { texts: names, tuple: None });
            if let Some(result) = self.call_any(callee, &arguments, names.as_ref(), Some(o.site), Some(o.dst)) {
                self.set(o.dst, result);
            }
            return;
        }
        self.guard_plain_callee(callee);
        let is_dict = |kwargs: Value| self.f.ty(kwargs) == Type::DICT;
        if self.f.ty(args) != Type::TUPLE || (o.raw != 0 && !kwargs.is_some_and(is_dict)) {
            // What a lone `*iterable` or `**mapping` is may be anything.
            return self.execute(decoded);
        }
        let result = self.call_with_collected(callee, args, kwargs);
        self.set(o.dst, result);
    }

    /// Calls anything with arguments in a tuple and a dict.
    fn call_with_collected(&mut self, callee: Value, args: Value, kwargs: Option<Value>) -> Value {
        let empty = self.f.constant(Constant::Empty);
        self.call_helper(Helper::call_unpacked, &[callee, args, kwargs.unwrap_or(empty)])
    }

    /// Calls anything with keyword arguments for whose names there is no tuple.
    pub(super) fn call_with_names(&mut self, callee: Value, arguments: &[Value], names: &[Gc<Str>]) -> Value {
        let (positional, named) = arguments.split_at(arguments.len() - names.len());
        let args = self.tuple_of(positional);
        let kwargs = self.keywords_of(names, named);
        self.call_with_collected(callee, args, Some(kwargs))
    }

    /// The items that an iterable stands for in a call; `None` if that is not known.
    fn items_unpacked(&mut self, iterable: Value, site: Site) -> Option<Vec<Value>> {
        if let Some(tuple) = self.constant_object(iterable).and_then(|word| word.cast::<Tuple>()) {
            let items = tuple.is_exact().then(|| tuple.items().to_vec()).filter(|items| items.len() <= MANY)?;
            return Some(items.into_iter().map(|item| self.word_constant(item)).collect());
        }
        if self.f.op(iterable) == Op::New
            && let Some(Layout::Tuple { .. }) = self.f.layout_of(&self.f.values[iterable])
        {
            return Some(self.f.values[iterable].arguments.to_vec());
        }
        let word = self.feedback(site, 0);
        let count = (word >> unpack::COUNT_SHIFT) as usize;
        if self.is_cold(site)
            || word & (unpack::TUPLE | unpack::OTHER | unpack::VARIED) != unpack::TUPLE
            || count > MANY
            || !self.f.ty(iterable).intersects(Type::TUPLE)
            || self.has_failed(ExitReason::WrongLength)
            || self.has_failed(ExitReason::TypeChanged)
        {
            return None;
        }
        let tuple = self.guard_type(iterable, Type::TUPLE, ExitReason::TypeChanged);
        Some(self.tuple_items(tuple, count as u16))
    }

    /// The names and values that `kwargs` of a call stands for; `None` if that is not known.
    fn keywords_unpacked(&mut self, kwargs: Option<Value>, site: Site) -> Option<Keywords> {
        let Some(kwargs) = kwargs else { return Some((Vec::new(), Vec::new())) };
        if self.keywords.contains(&kwargs) {
            return Some(self.pairs(kwargs));
        }
        let word = self.feedback(site, 0);
        if self.is_cold(site)
            || word & (unpack::TUPLE | unpack::OTHER) == 0
            || word & unpack::KEYWORDS != 0
            || !self.f.ty(kwargs).intersects(Type::DICT)
            || self.has_failed(ExitReason::WrongLength)
            || self.has_failed(ExitReason::TypeChanged)
        {
            return None;
        }
        let dict = self.guard_type(kwargs, Type::DICT, ExitReason::TypeChanged);
        let length = self.load(dict, Field::DictLength);
        self.guard_length(length, 0);
        Some((Vec::new(), Vec::new()))
    }

    /// What a dict of keyword arguments made here consists of.
    fn pairs(&self, dict: Value) -> Keywords {
        let arguments = &self.f.values[dict].arguments;
        let name = |pair: &[Value]| self.constant_object(pair[0]).and_then(|word| word.cast::<Str>());
        let names = arguments.chunks_exact(2).filter_map(name).collect();
        (names, arguments.chunks_exact(2).map(|pair| pair[1]).collect())
    }

    /// A tuple of these items.
    pub(super) fn tuple_of(&mut self, items: &[Value]) -> Value {
        if items.is_empty() {
            let empty = self.thread.vm().constant(|constants| constants.empty_tuple);
            return self.word_constant(empty.value());
        }
        let layout = self.f.layout(Layout::Tuple { count: items.len() as u32 });
        self.emit(Op::New, items, &[layout])
    }

    /// A dict of keyword arguments.
    fn keywords_of(&mut self, names: &[Gc<Str>], values: &[Value]) -> Value {
        let mut pairs = Vec::with_capacity(2 * names.len());
        for (name, value) in names.iter().zip(values) {
            pairs.push(self.word_constant(name.value()));
            pairs.push(*value);
        }
        let layout = self.f.layout(Layout::Keywords { count: names.len() as u32 });
        self.emit(Op::New, &pairs, &[layout])
    }

    /// The dict for the `**` parameter of a function that is called with these arguments beside those it has
    /// parameters for.
    pub(super) fn extra_keywords(&mut self, body: &Body, names: &[Gc<Str>], values: &[Value]) -> Value {
        let dict = self.keywords_of(names, values);
        let unit = self.unit(body);
        if body.code.varkeywords_register().is_some_and(|register| is_passed_on(&unit, register)) {
            self.keywords.insert(dict);
        }
        dict
    }

    /// `BuildKeywords`.
    pub(super) fn build_keywords(&mut self, o: operands::BuildKeywords) {
        let names = self.names(o.names.index());
        let values: Vec<Value> = (0..o.count).map(|i| self.get(o.first.plus(i))).collect();
        let dict = self.keywords_of(&names.texts, &values);
        // Nothing but `DictMerge` and `CallEx` looks at what is in that register.
        self.keywords.insert(dict);
        self.set(o.dst, dict);
    }

    /// `DictMerge`.
    pub(super) fn merge_keywords(&mut self, o: operands::DictMerge, decoded: &Decoded) {
        let (dict, mapping) = (self.get(o.dict), self.get(o.mapping));
        if self.keywords.contains(&dict) && self.keywords.contains(&mapping) {
            let (mut names, mut values) = self.pairs(dict);
            let (more_names, more_values) = self.pairs(mapping);
            if !more_names.iter().any(|name| names.iter().any(|known| Str::equals(self.thread, *known, *name))) {
                names.extend(more_names);
                values.extend(more_values);
                let merged = self.keywords_of(&names, &values);
                self.keywords.insert(merged);
                return self.set(o.dict, merged);
            }
        }
        self.keywords.remove(&dict);
        self.execute(decoded);
    }

    /// `TupleExtend`.
    pub(super) fn extend_tuple(&mut self, o: operands::TupleExtend, decoded: &Decoded) {
        let (so_far, iterable) = (self.optional(o.tuple), self.get(o.iterable));
        let before = match so_far {
            None => Some(Vec::new()),
            Some(tuple) => self.items_made_here(tuple),
        };
        let (Some(mut items), Some(more)) = (before, self.items_unpacked(iterable, o.site)) else {
            return self.execute(decoded);
        };
        items.extend(more);
        let tuple = self.tuple_of(&items);
        self.set(o.dst, tuple);
    }

    /// The items of a tuple that code here made.
    fn items_made_here(&self, tuple: Value) -> Option<Vec<Value>> {
        let made = matches!(self.f.layout_of(&self.f.values[tuple]), Some(Layout::Tuple { .. }));
        (made && self.f.op(tuple) == Op::New).then(|| self.f.values[tuple].arguments.to_vec())
    }
}

/// Code does nothing with the dict in a register but pass its content on.
fn is_passed_on(unit: &Unit, register: Register) -> bool {
    unit.instructions.iter().all(|decoded| {
        let mut touched = false;
        decoded.instruction.visit_writes(|written| touched |= written == register);
        let reads = |other: Register| other == register;
        let mut count = 0;
        decoded.instruction.visit_reads(|read| count += usize::from(read == register));
        let passes = if let Bytecode::CallEx(o) = decoded.instruction {
            usize::from(o.raw != 0 && o.kwargs.get().is_some_and(reads))
        } else if let Bytecode::DictMerge(o) = decoded.instruction {
            usize::from(reads(o.mapping))
        } else {
            0
        };
        !touched && count == passes
    })
}
