//! Methods of str, bytes and bytearray against CPython 3.14, called without a program around them.
//!
//! Each line of `data/text_methods.txt` is `receiver.method(arguments)`, a tab, `=>`, a tab and what CPython
//! answers: `ascii()` of the result, or class and message of the exception. The file is made by CPython.

use taipan::engine::{Engine, JitMode};
use taipan_runtime::dispatch;
use taipan_runtime::gc::{GcMode, HeapOptions};
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::text::codecs::escapes;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::bytearray::ByteArray;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::list::List;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;
use taipan_runtime::vm::VmOptions;

/// Reads the literals of the table.
struct Reader<'a> {
    thread: &'a Thread,
    text: &'a [u8],
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.position).copied().unwrap_or(0)
    }

    fn accept(&mut self, byte: u8) -> bool {
        while self.peek() == b' ' {
            self.position += 1;
        }
        let found = self.peek() == byte;
        self.position += usize::from(found);
        found
    }

    fn word(&mut self) -> String {
        let start = self.position;
        while self.peek().is_ascii_alphanumeric() || matches!(self.peek(), b'_' | b'.' | b'-') {
            self.position += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.position]).into_owned()
    }

    fn quoted(&mut self) -> Vec<u8> {
        let quote = self.text[self.position];
        let start = self.position + 1;
        let mut end = start;
        while self.text[end] != quote {
            end += if self.text[end] == b'\\' { 2 } else { 1 };
        }
        self.position = end + 1;
        self.text[start..end].to_vec()
    }

    fn string(&mut self) -> Value {
        // The escapes are those of unicode_escape; other characters stand for themselves.
        let mut out = Vec::new();
        for (index, piece) in self.quoted().split(|&byte| byte == b'\\').enumerate() {
            if index == 0 {
                out.extend_from_slice(piece);
                continue;
            }
            let escape = [b"\\", piece].concat();
            let ascii = escape.iter().position(|byte| !byte.is_ascii()).unwrap_or(escape.len());
            escapes::unicode_escape_step(&escape[..ascii], 0, true, &mut out, &mut None);
            out.extend_from_slice(&escape[ascii..]);
        }
        Str::from_wtf8_bytes_unchecked(self.thread, &out).value()
    }

    fn items(&mut self, end: u8) -> ScratchVec {
        let mut items = ScratchVec::new();
        while !self.accept(end) {
            items.push(self.thread, self.value());
            self.accept(b',');
        }
        items
    }

    fn value(&mut self) -> Value {
        let thread = self.thread;
        self.accept(b' ');
        match self.peek() {
            b'\'' | b'"' => self.string(),
            b'b' if matches!(self.text.get(self.position + 1), Some(b'\'' | b'"')) => {
                self.position += 1;
                let raw = self.quoted();
                Bytes::new(thread, &escapes::decode_bytes(&raw, None, &mut None).unwrap_or_default()).value()
            }
            b'(' => {
                self.position += 1;
                let items = self.items(b')');
                Tuple::new(thread, &items).value()
            }
            b'[' => {
                self.position += 1;
                let items = self.items(b']');
                List::new(thread, &items).value()
            }
            b'{' => {
                self.position += 1;
                let dict = Dict::new(thread);
                while !self.accept(b'}') {
                    let key = self.value();
                    assert!(self.accept(b':'));
                    let value = self.value();
                    assert!(dict.insert(thread, key, value).is_ok());
                    self.accept(b',');
                }
                dict.value()
            }
            _ => match self.word().as_str() {
                "None" => Value::NONE,
                "True" => Value::TRUE,
                "False" => Value::FALSE,
                "bytearray" => {
                    assert!(self.accept(b'('));
                    let data = self.value();
                    assert!(self.accept(b')'));
                    let data = data.cast::<Bytes>().unwrap_or_else(|| Bytes::empty(thread));
                    ByteArray::new(thread, data.as_slice()).map_or(Value::NONE, |array| array.value())
                }
                number => match number.parse::<i64>() {
                    Ok(number) => Value::small_wrapping(number),
                    Err(_) => {
                        Float::new(thread, number.parse().unwrap_or_else(|_| panic!("literal {number:?}"))).value()
                    }
                },
            },
        }
    }
}

/// What the call in `source` gives, in the words of the table.
fn answer(thread: &Thread, source: &str) -> String {
    let mut reader = Reader { thread, text: source.as_bytes(), position: 0 };
    let receiver = reader.value();
    assert!(reader.accept(b'.'), "{source}");
    let name = reader.word();
    assert!(reader.accept(b'('), "{source}");
    let arguments = reader.items(b')');
    let name = thread.vm().interner.intern_text(thread, &name);
    let result = dispatch::call::call_method(thread, receiver, name, &arguments)
        .and_then(|result| dispatch::text::ascii(thread, result));
    match result {
        Ok(text) => text.to_string_lossy(thread),
        Err(raised) => {
            let exception = thread.take_exception(raised);
            let class = thread.type_name(exception);
            let message = match dispatch::text::str(thread, exception)
                .and_then(|message| dispatch::text::ascii(thread, message.value()))
            {
                Ok(message) => message.to_string_lossy(thread),
                Err(_) => "'?'".to_owned(),
            };
            format!("{class}: {}", &message[1..message.len() - 1])
        }
    }
}

/// The collector scans the native stack up to a mark in this frame; values live in the frames below it.
fn check_table(heap: HeapOptions) {
    let options = VmOptions { hash_seed: Some(0), heap, ..VmOptions::default() };
    let engine = match Engine::builder().options(options).jit(JitMode::Off).build() {
        Ok(engine) => engine,
        Err(error) => panic!("no engine: {error}"),
    };
    let thread = engine.thread();
    let table = include_str!("data/text_methods.txt");
    let mut wrong = Vec::new();
    for line in table.lines() {
        let Some((source, expected)) = line.split_once("\t=>\t") else { panic!("{line}") };
        let answer = answer(thread, source);
        if answer != expected {
            wrong.push(format!("{source}\n   expected {expected}\n   got      {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), table.lines().count(), wrong.join("\n"));
}

#[test]
fn methods_answer_as_cpython_does() {
    check_table(HeapOptions::default());
}

#[test]
fn methods_survive_collection_at_every_allocation() {
    check_table(HeapOptions { mode: GcMode::EveryAllocation, poison: true, ..HeapOptions::default() });
}
