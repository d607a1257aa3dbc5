//! What the `site` module adds to the builtins: `exit`, `quit`, `copyright`, `credits`, `license`, `help`.
//!
//! What lives here: their classes, made natively so that starting needs no stdlib. What must not: the texts of
//! `help` (`pydoc`). Start at [`add_to`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{call_method, get, intern};
use crate::native::{Keywords, PyClass};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::module::Module;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// `exit` and `quit`.
pub struct Quitter {
    name: &'static str,
}

impl PayloadData for Quitter {
    fn trace(&self, _: &mut Tracer) {}
}

#[py_class(name = "Quitter", module = "_sitebuiltins", no_instances, payload)]
impl Quitter {
    #[method]
    fn __repr__(this: Gc<Payload<Quitter>>) -> String {
        format!("Use {}() or Ctrl-D (i.e. EOF) to exit", this.data.name)
    }

    #[method(signature = "(self, code=None)")]
    fn __call__(this: Gc<Payload<Quitter>>, thread: &Thread, code: Option<Value>) -> PyResult<()> {
        let _ = this;
        // Shells like IDLE catch SystemExit but listen when their stdin wrapper is closed.
        if let Some(stdin) = super::text::of_sys(thread, thread.vm().names.stdin)
            && let Err(raised) = call_method(thread, stdin, "close", &[])
        {
            thread.take_exception(raised);
        }
        Err(thread.raise_with_arguments(thread.vm().exceptions.system_exit, &[code.unwrap_or(Value::NONE)]))
    }

    #[getter]
    fn name(this: Gc<Payload<Quitter>>) -> &'static str {
        this.data.name
    }

    #[getter]
    fn eof(this: Gc<Payload<Quitter>>) -> &'static str {
        let _ = this;
        "Ctrl-D (i.e. EOF)"
    }
}

/// `copyright`, `credits` and `license`: show a text.
pub struct Printer {
    name: &'static str,
    text: &'static str,
}

impl PayloadData for Printer {
    fn trace(&self, _: &mut Tracer) {}
}

/// interactive prompt objects for printing the license text, a list of
/// contributors and the copyright notice.
#[py_class(name = "_Printer", module = "_sitebuiltins", no_instances, payload)]
impl Printer {
    #[method]
    fn __repr__(this: Gc<Payload<Printer>>) -> String {
        if this.data.text.lines().count() <= 23 {
            this.data.text.to_owned()
        } else {
            format!("Type {}() to see the full {} text", this.data.name, this.data.name)
        }
    }

    #[method(signature = "(self)")]
    fn __call__(this: Gc<Payload<Printer>>, thread: &Thread) -> PyResult<()> {
        let print = get(thread, thread.vm().builtins.get().map_or(Value::NONE, |b| b.value()), "print")?;
        dispatch::call::call(thread, print, &[crate::modules::support::string(thread, this.data.text)])?;
        Ok(())
    }
}

/// `help`.
pub struct Helper;

impl PayloadData for Helper {
    fn trace(&self, _: &mut Tracer) {}
}

/// Define the builtin 'help'.
///
/// This is a wrapper around pydoc.help that provides a helpful message
/// when 'help' is typed at the Python interactive prompt.
///
/// Calling help() at the Python prompt starts an interactive help session.
/// Calling help(thing) prints help for the python object 'thing'.
#[py_class(name = "_Helper", module = "_sitebuiltins", no_instances, payload)]
impl Helper {
    #[method]
    fn __repr__(this: Gc<Payload<Helper>>) -> &'static str {
        let _ = this;
        "Type help() for interactive help, or help(object) for help about object."
    }

    #[method(signature = "(self, *args, **kwds)")]
    fn __call__(this: Gc<Payload<Helper>>, thread: &Thread, args: &[Value], keywords: Keywords<'_>) -> PyResult<Value> {
        let _ = this;
        let pydoc = crate::modules::import::import_name(thread, "pydoc")?;
        let help = get(thread, pydoc, "help")?;
        dispatch::call::call_keywords(thread, help, args, keywords)
    }
}

const COPYRIGHT: &str = "Copyright (c) the Taipan authors.\nThe standard library is Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved.";
const CREDITS: &str = "Taipan runs the standard library of CPython, the work of thousands of contributors.\nSee www.python.org for more information.";
const LICENSE: &str = "Taipan is licensed under MIT or Apache-2.0.\nThe standard library is licensed under the PSF License: see https://docs.python.org/3.14/license.html";

/// Puts the six objects into `builtins`.
pub fn add_to(thread: &Thread, builtins: Gc<Module>) {
    let quitter = Type::of_spec(thread, Quitter::SPEC);
    for name in ["quit", "exit"] {
        let object = Payload::new(thread, quitter, Quitter { name });
        builtins.dict().insert_str(thread, intern(thread, name), object.value());
    }
    let printer = Type::of_spec(thread, Printer::SPEC);
    for (name, text) in [("copyright", COPYRIGHT), ("credits", CREDITS), ("license", LICENSE)] {
        let object = Payload::new(thread, printer, Printer { name, text });
        builtins.dict().insert_str(thread, intern(thread, name), object.value());
    }
    let helper = Payload::new(thread, Type::of_spec(thread, Helper::SPEC), Helper);
    builtins.dict().insert_str(thread, intern(thread, "help"), helper.value());
}
