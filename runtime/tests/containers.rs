//! Containers and the modules beside them against CPython 3.14, without an interpreter.
//!
//! Each line of `data/containers.txt` is a statement, a tab, `=>`, a tab and what CPython answers: `ascii()` of
//! the result (nothing for assignments), or class and message of the exception. Variables last from line to
//! line. The statements are a small part of Python: literals, calls, attributes, subscripts, operators,
//! comparisons, assignments and `del`. All lines run twice, the second time collecting at every allocation.

use taipan_runtime::dispatch;
use taipan_runtime::dispatch::binary::{self, BinaryOperator};
use taipan_runtime::dispatch::compare::{self, CompareOperator};
use taipan_runtime::dispatch::{attr, call, iter, subscript, text};
use taipan_runtime::error::PyResult;
use taipan_runtime::gc::{GcMode, HeapOptions};
use taipan_runtime::modules::import;
use taipan_runtime::native::PyClass;
use taipan_runtime::object::Gc;
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::list::List;
use taipan_runtime::types::set::Set;
use taipan_runtime::types::slice::Slice;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::Type;
use taipan_runtime::types::{enumerate, filter, float, int, map, reversed, zip};
use taipan_runtime::value::Value;
use taipan_runtime::vm::{Vm, VmOptions};

/// Reads and evaluates one statement.
struct Evaluator<'a> {
    thread: &'a Thread,
    names: Gc<Dict>,
    text: &'a [u8],
    position: usize,
}

/// What an assignment writes to.
enum Target {
    Name(Gc<Str>),
    Item(Value, Value),
    Attribute(Value, Gc<Str>),
}

impl Evaluator<'_> {
    fn intern(&self, name: &str) -> Gc<Str> {
        self.thread.vm().interner.intern_text(self.thread, name)
    }

    fn skip_blanks(&mut self) {
        while self.text.get(self.position) == Some(&b' ') {
            self.position += 1;
        }
    }

    fn peek(&mut self) -> u8 {
        self.skip_blanks();
        self.text.get(self.position).copied().unwrap_or(0)
    }

    fn starts_with(&mut self, token: &str) -> bool {
        self.skip_blanks();
        self.text[self.position..].starts_with(token.as_bytes())
    }

    fn accept(&mut self, token: &str) -> bool {
        let found = self.starts_with(token);
        if found {
            self.position += token.len();
        }
        found
    }

    fn accept_word(&mut self, word: &str) -> bool {
        let start = self.position;
        if self.peek().is_ascii_alphabetic() && self.word() == word {
            return true;
        }
        self.position = start;
        false
    }

    fn expect(&mut self, token: &str) {
        assert!(
            self.accept(token),
            "expected {token:?} at {} in {:?}",
            self.position,
            String::from_utf8_lossy(self.text)
        );
    }

    fn word(&mut self) -> String {
        self.skip_blanks();
        let start = self.position;
        while self.text.get(self.position).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_') {
            self.position += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.position]).into_owned()
    }

    fn statement(&mut self) -> PyResult<Option<Value>> {
        if self.accept_word("del") {
            return match self.target()? {
                Some(Target::Item(object, key)) => subscript::delete_item(self.thread, object, key).map(|()| None),
                Some(Target::Attribute(object, name)) => attr::delete(self.thread, object, name).map(|()| None),
                Some(Target::Name(_)) | None => panic!("cannot delete a name"),
            };
        }
        let start = self.position;
        if let Some(target) = self.target()? {
            let operator =
                BinaryOperator::ALL.iter().copied().find(|op| self.starts_with(&format!("{}=", op.symbol())));
            if let Some(operator) = operator {
                self.expect(&format!("{}=", operator.symbol()));
                let old = match &target {
                    Target::Name(name) => self.names.get_str(self.thread, *name).unwrap_or(Value::NONE),
                    Target::Item(object, key) => subscript::get_item(self.thread, *object, *key)?,
                    Target::Attribute(object, name) => attr::get(self.thread, *object, *name)?,
                };
                let value = self.expression()?;
                let value = binary::inplace(self.thread, operator, old, value)?;
                self.assign(target, value)?;
                return Ok(None);
            }
            if self.starts_with("=") && !self.starts_with("==") {
                self.expect("=");
                let value = self.expression()?;
                self.assign(target, value)?;
                return Ok(None);
            }
        }
        self.position = start;
        self.expression().map(Some)
    }

    fn assign(&mut self, target: Target, value: Value) -> PyResult<()> {
        match target {
            Target::Name(name) => {
                self.names.insert_str(self.thread, name, value);
                Ok(())
            }
            Target::Item(object, key) => subscript::set_item(self.thread, object, key, value),
            Target::Attribute(object, name) => attr::set(self.thread, object, name, value),
        }
    }

    /// A name with trailers, evaluated up to its last trailer; `None` if that is no target.
    fn target(&mut self) -> PyResult<Option<Target>> {
        if !(self.peek().is_ascii_alphabetic() || self.peek() == b'_') {
            return Ok(None);
        }
        let word = self.word();
        let mut target = Target::Name(self.intern(&word));
        // Only chains of subscripts and attributes can be targets; anything else is an expression.
        let mut look = self.position;
        let mut depth = 0usize;
        loop {
            match self.text.get(look) {
                Some(b'[') => depth += 1,
                Some(b']') => depth -= 1,
                Some(b'(') if depth == 0 => return Ok(None),
                Some(b'.') => {}
                Some(c) if depth > 0 || c.is_ascii_alphanumeric() || *c == b'_' => {}
                _ => break,
            }
            look += 1;
        }
        let rest = String::from_utf8_lossy(&self.text[look..]).trim_start().to_owned();
        let assigns = rest.is_empty()
            || rest.starts_with('=') && !rest.starts_with("==")
            || BinaryOperator::ALL.iter().any(|op| rest.starts_with(&format!("{}=", op.symbol())));
        if !assigns {
            return Ok(None);
        }
        while self.position < look {
            let object = match target {
                Target::Name(name) => match self.names.get_str(self.thread, name) {
                    Some(value) => value,
                    None => return Ok(None),
                },
                Target::Item(object, key) => subscript::get_item(self.thread, object, key)?,
                Target::Attribute(object, name) => attr::get(self.thread, object, name)?,
            };
            target = if self.accept(".") {
                let word = self.word();
                Target::Attribute(object, self.intern(&word))
            } else {
                self.expect("[");
                let key = self.subscript()?;
                Target::Item(object, key)
            };
        }
        Ok(Some(target))
    }

    fn expression(&mut self) -> PyResult<Value> {
        let left = self.binary(0)?;
        for op in [
            CompareOperator::Eq,
            CompareOperator::Ne,
            CompareOperator::Le,
            CompareOperator::Ge,
            CompareOperator::Lt,
            CompareOperator::Gt,
        ] {
            if self.accept(op.symbol()) {
                let right = self.binary(0)?;
                return compare::compare(self.thread, op, left, right);
            }
        }
        if self.accept_word("in") {
            let right = self.binary(0)?;
            return iter::contains(self.thread, right, left).map(Value::from_bool);
        }
        if self.accept_word("not") {
            assert!(self.accept_word("in"));
            let right = self.binary(0)?;
            return iter::contains(self.thread, right, left).map(|found| Value::from_bool(!found));
        }
        if self.accept_word("is") {
            let right = self.binary(0)?;
            return Ok(Value::from_bool(left == right));
        }
        Ok(left)
    }

    fn binary(&mut self, level: usize) -> PyResult<Value> {
        const LEVELS: [&[BinaryOperator]; 6] = [
            &[BinaryOperator::BitOr],
            &[BinaryOperator::BitXor],
            &[BinaryOperator::BitAnd],
            &[BinaryOperator::LShift, BinaryOperator::RShift],
            &[BinaryOperator::Add, BinaryOperator::Sub],
            &[BinaryOperator::FloorDiv, BinaryOperator::Mul, BinaryOperator::TrueDiv, BinaryOperator::Mod],
        ];
        if level == LEVELS.len() {
            return self.unary();
        }
        let mut left = self.binary(level + 1)?;
        'operators: loop {
            for &op in LEVELS[level] {
                if self.starts_with(op.symbol()) && !self.starts_with("**") {
                    self.expect(op.symbol());
                    let right = self.binary(level + 1)?;
                    left = binary::binary(self.thread, op, left, right)?;
                    continue 'operators;
                }
            }
            return Ok(left);
        }
    }

    fn unary(&mut self) -> PyResult<Value> {
        if self.accept("-") {
            let value = self.unary()?;
            return binary::negative(self.thread, value);
        }
        let mut value = self.atom()?;
        loop {
            if self.accept("**") {
                let exponent = self.unary()?;
                value = binary::binary(self.thread, BinaryOperator::Pow, value, exponent)?;
            } else if self.accept(".") {
                let name = self.word();
                value = attr::get(self.thread, value, self.intern(&name))?;
            } else if self.accept("[") {
                let key = self.subscript()?;
                value = subscript::get_item(self.thread, value, key)?;
            } else if self.accept("(") {
                value = self.call(value)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn call(&mut self, callee: Value) -> PyResult<Value> {
        let mut arguments = ScratchVec::new();
        let keywords = Dict::new(self.thread);
        while !self.accept(")") {
            let start = self.position;
            let word = if self.peek().is_ascii_alphabetic() { self.word() } else { String::new() };
            if !word.is_empty() && self.starts_with("=") && !self.starts_with("==") {
                self.expect("=");
                let value = self.expression()?;
                keywords.insert_str(self.thread, self.intern(&word), value);
            } else {
                self.position = start;
                let value = self.expression()?;
                arguments.push(self.thread, value);
            }
            if !self.accept(",") {
                self.expect(")");
                break;
            }
        }
        call::call_with_dict(self.thread, callee, &arguments, Some(keywords))
    }

    fn subscript(&mut self) -> PyResult<Value> {
        let mut parts = [None; 3];
        let mut count = 0;
        loop {
            if !self.starts_with(":") && !self.starts_with("]") {
                parts[count] = Some(self.expression()?);
            }
            if !self.accept(":") {
                break;
            }
            count += 1;
        }
        self.expect("]");
        Ok(match (count, parts[0]) {
            (0, Some(key)) => key,
            _ => {
                let part = |index: usize| parts[index].unwrap_or(Value::NONE);
                Slice::new(self.thread, part(0), part(1), part(2)).value()
            }
        })
    }

    fn items(&mut self, end: &str) -> PyResult<(ScratchVec, bool)> {
        let (mut items, mut comma) = (ScratchVec::new(), false);
        while !self.accept(end) {
            let value = self.expression()?;
            items.push(self.thread, value);
            comma = self.accept(",");
            if !comma {
                self.expect(end);
                break;
            }
        }
        Ok((items, comma))
    }

    fn braces(&mut self) -> PyResult<Value> {
        if self.accept("}") {
            return Ok(Dict::new(self.thread).value());
        }
        let first = self.expression()?;
        if self.accept(":") {
            let dict = Dict::new(self.thread);
            let value = self.expression()?;
            dict.insert(self.thread, first, value)?;
            while self.accept(",") && !self.starts_with("}") {
                let key = self.expression()?;
                self.expect(":");
                let value = self.expression()?;
                dict.insert(self.thread, key, value)?;
            }
            self.expect("}");
            return Ok(dict.value());
        }
        let set = Set::new(self.thread);
        set.add(self.thread, first)?;
        while self.accept(",") {
            let key = self.expression()?;
            set.add(self.thread, key)?;
        }
        self.expect("}");
        Ok(set.value())
    }

    fn atom(&mut self) -> PyResult<Value> {
        let thread = self.thread;
        match self.peek() {
            b'(' => {
                self.expect("(");
                let (items, comma) = self.items(")")?;
                Ok(if items.len() == 1 && !comma { items[0] } else { Tuple::new(thread, &items).value() })
            }
            b'[' => {
                self.expect("[");
                let (items, _) = self.items("]")?;
                Ok(List::new(thread, &items).value())
            }
            b'{' => {
                self.expect("{");
                self.braces()
            }
            b'\'' => {
                self.expect("'");
                let start = self.position;
                while self.text[self.position] != b'\'' {
                    self.position += 1;
                }
                self.position += 1;
                Ok(Str::from_wtf8_bytes_unchecked(thread, &self.text[start..self.position - 1]).value())
            }
            b'0'..=b'9' => {
                let start = self.position;
                while self.text.get(self.position).is_some_and(|c| c.is_ascii_digit() || matches!(c, b'.' | b'e')) {
                    self.position += 1;
                }
                let digits = String::from_utf8_lossy(&self.text[start..self.position]).into_owned();
                Ok(match digits.contains(['.', 'e']) {
                    true => float::from_f64(thread, float::parse(&digits).unwrap_or_default()),
                    false => int::from_bigint(thread, int::text::literal(&digits, 10)),
                })
            }
            _ => {
                let word = self.word();
                if matches!(word.as_str(), "iter" | "next" | "hash" | "len") && self.accept("(") {
                    let (arguments, _) = self.items(")")?;
                    return self.protocol(&word, &arguments);
                }
                self.name(&word)
            }
        }
    }

    /// The functions that show a protocol directly.
    fn protocol(&self, function: &str, arguments: &[Value]) -> PyResult<Value> {
        let thread = self.thread;
        match (function, arguments) {
            ("iter", &[value]) => iter::get_iter(thread, value),
            ("hash", &[value]) => dispatch::hash::hash(thread, value).map(|hash| int::from_i64(thread, hash)),
            ("len", &[value]) => iter::length(thread, value).map(|length| int::from_usize(thread, length)),
            ("next", &[value]) => match iter::next(thread, value)? {
                Some(item) => Ok(item),
                None => Err(taipan_runtime::native::exhausted(thread)),
            },
            _ => panic!("wrong number of arguments for {function}"),
        }
    }

    fn name(&self, word: &str) -> PyResult<Value> {
        let thread = self.thread;
        let types = &thread.vm().types;
        let name = self.intern(word);
        if let Some(value) = self.names.get_str(thread, name) {
            return Ok(value);
        }
        let class = match word {
            "None" => return Ok(Value::NONE),
            "True" => return Ok(Value::TRUE),
            "False" => return Ok(Value::FALSE),
            "enumerate" => Type::of_spec(thread, enumerate::Enumerate::SPEC),
            "zip" => Type::of_spec(thread, zip::Zip::SPEC),
            "map" => Type::of_spec(thread, map::Map::SPEC),
            "filter" => Type::of_spec(thread, filter::Filter::SPEC),
            "reversed" => Type::of_spec(thread, reversed::Reversed::SPEC),
            "range" => types.range,
            "slice" => types.slice,
            _ => {
                for module in ["builtins", "itertools", "_collections", "_heapq", "_bisect", "_operator"] {
                    let Ok(module) = import::import_name(thread, module) else { panic!("no module {module}") };
                    if let Ok(Some(value)) = attr::get_optional(thread, module, name) {
                        return Ok(value);
                    }
                }
                return Err(thread.raise_plain_name_error(format!("name '{word}' is not defined")));
            }
        };
        Ok(class.value())
    }
}

fn ascii(thread: &Thread, value: Value) -> PyResult<String> {
    let shown = text::repr(thread, value)?;
    Ok(shown.to_str_lossy(thread).into_owned())
}

fn outcome(thread: &Thread, names: Gc<Dict>, statement: &str) -> String {
    let mut evaluator = Evaluator { thread, names, text: statement.as_bytes(), position: 0 };
    let result = evaluator.statement().and_then(|value| match value {
        Some(value) => ascii(thread, value),
        None => Ok(String::new()),
    });
    match result {
        Ok(shown) => shown,
        Err(raised) => {
            let exception = thread.take_exception(raised);
            let message = text::str(thread, exception).map(|m| m.to_str_lossy(thread).into_owned());
            format!("!{}: {}", thread.type_name(exception), message.unwrap_or_default())
        }
    }
}

fn check_all(options: HeapOptions) {
    let marker = 0u8;
    let base = (&raw const marker).addr() + 64;
    let options = VmOptions { heap: options, ..VmOptions::default() };
    let (vm, thread) = match Vm::new(options, base, base - (1 << 20)) {
        Ok(made) => made,
        Err(error) => panic!("no isolate: {error:?}"),
    };
    run_lines(&thread);
    drop(thread);
    drop(vm);
}

/// Not inlined, so that everything it holds lies below the stack base.
#[inline(never)]
fn run_lines(thread: &Thread) {
    let names = Dict::new(thread);
    names.insert_str(thread, thread.vm().interner.intern_text(thread, "nan"), float::from_f64(thread, f64::NAN));
    let mut failures = Vec::new();
    for line in include_str!("data/containers.txt").lines() {
        let Some((statement, expected)) = line.split_once("\t=>\t") else { continue };
        let actual = outcome(thread, names, statement);
        if actual != expected {
            failures.push(format!("{statement}\n  expected {expected}\n  but got  {actual}"));
        }
    }
    assert!(failures.is_empty(), "{} lines differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_line_gives_what_cpython_gives() {
    check_all(HeapOptions::default());
}

#[test]
fn every_line_gives_the_same_when_collecting_all_the_time() {
    check_all(HeapOptions { mode: GcMode::EveryAllocation, poison: true, ..HeapOptions::default() });
}
