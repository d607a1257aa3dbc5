//! `_tokenize`: the iterator behind the module `tokenize`.
//!
//! What lives here: the class. What must not: the rules (`text/tokens.rs`). Start at [`TokenizerIter`].

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::{string, tuple};
use crate::object::{Gc, Slot};
use crate::text::tokens::{Error, ErrorKind, Token, Tokenizer};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::RefCell;
use taipan_macros::{py_class, py_module};

/// Tokens of the lines that a callable gives.
pub struct TokenizerIter {
    readline: Slot,
    encoding: Option<String>,
    tokenizer: RefCell<Tokenizer>,
    /// Raised when the tokens before it are taken.
    error: RefCell<Option<Error>>,
}

impl PayloadData for TokenizerIter {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.readline);
    }
}

impl TokenizerIter {
    /// The next line of the source; empty at its end.
    fn line(&self, thread: &Thread) -> PyResult<String> {
        let readline = self.readline.get().unwrap_or(Value::NONE);
        let line = match dispatch::call::call(thread, readline, &[]) {
            Ok(line) => line,
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.stop_iteration)?;
                return Ok(String::new());
            }
        };
        if let Some(text) = line.cast::<Str>() {
            return Ok(text.to_str_lossy(thread).into_owned());
        }
        match (&self.encoding, line.cast::<Bytes>()) {
            (Some(encoding), Some(_)) => {
                let text = dispatch::text::codecs::decode(thread, line, Some(encoding), Some("strict"))?;
                Ok(text.to_str_lossy(thread).into_owned())
            }
            (Some(_), None) => {
                let given = thread.type_name(line);
                Err(thread.raise_type_error(format!("readline() returned a non-bytes object ({given})")))
            }
            (None, _) => {
                let given = thread.type_name(line);
                Err(thread.raise_type_error(format!("readline() returned a non-string object ({given})")))
            }
        }
    }
}

fn raise(thread: &Thread, error: &Error) -> Raised {
    let exceptions = &thread.vm().exceptions;
    let class = match error.kind {
        ErrorKind::Syntax => exceptions.syntax_error,
        ErrorKind::Indentation => exceptions.indentation_error,
        ErrorKind::Tab => exceptions.tab_error,
    };
    let number = |number: usize| Value::small_wrapping(number as i64);
    let place = [
        string(thread, "<string>"),
        number(error.line),
        number(error.offset),
        string(thread, &error.text),
        number(error.line),
        number(error.offset),
    ];
    let arguments = [string(thread, &error.message), tuple(thread, &place)];
    thread.raise_with_arguments(class, &arguments)
}

fn token_tuple(thread: &Thread, token: &Token) -> Value {
    let place = |(line, column): (usize, usize)| {
        tuple(thread, &[Value::small_wrapping(line as i64), Value::small_wrapping(column as i64)])
    };
    let kind = Value::small_wrapping(token.kind as i64);
    let text = string(thread, &token.text);
    tuple(thread, &[kind, text, place(token.start), place(token.end), string(thread, &token.line)])
}

#[py_class(name = "TokenizerIter", module = "_tokenize", payload)]
impl TokenizerIter {
    #[new(signature = "(readline, /, *, encoding=None, extra_tokens=False)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        readline: Value,
        encoding: Option<Gc<Str>>,
        extra_tokens: Option<bool>,
    ) -> PyResult<Gc<Payload<TokenizerIter>>> {
        if !extra_tokens.unwrap_or(false) {
            return Err(thread.raise_not_implemented_error("Taipan's TokenizerIter needs extra_tokens=True"));
        }
        let encoding = encoding.map(|name| name.to_str_lossy(thread).into_owned());
        let (tokenizer, error) = (RefCell::default(), RefCell::default());
        Ok(Payload::new(thread, class, TokenizerIter { readline: Slot::new(readline), encoding, tokenizer, error }))
    }

    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<Payload<TokenizerIter>>, thread: &Thread) -> PyResult<Option<Value>> {
        loop {
            if let Some(token) = this.data.tokenizer.borrow_mut().next_ready() {
                return Ok(Some(token_tuple(thread, &token)));
            }
            if let Some(error) = this.data.error.borrow_mut().take() {
                return Err(raise(thread, &error));
            }
            if this.data.tokenizer.borrow().is_at_end() {
                return Ok(None);
            }
            let line = this.data.line(thread)?;
            let fed = this.data.tokenizer.borrow_mut().feed(&line);
            *this.data.error.borrow_mut() = fed.err();
        }
    }
}

/// Python's tokenizer.
#[py_module(name = "_tokenize")]
pub mod tokenize {
    #[class]
    use super::TokenizerIter;
}
