//! Traceback objects: the chain of frames an exception passed through.

use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::frame::FrameObject;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// One entry: a frame and the instruction in it. `next` is the entry of the frame it called.
#[repr(C)]
pub struct Traceback {
    header: Header,
    pub next: GcSlot<Traceback>,
    pub frame: GcSlot<FrameObject>,
    /// Offset of the instruction in the frame's code.
    pub instruction: Cell<u32>,
    /// The line, or [`UNKNOWN_LINE`] until somebody asks: most exceptions are handled, and nobody does.
    line: Cell<u32>,
}

/// Not looked up in the code's positions yet.
const UNKNOWN_LINE: u32 = u32::MAX;

impl HeapObject for Traceback {
    const KIND: Kind = Kind::Traceback;
    fn size(&self) -> usize {
        size_of::<Traceback>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.next);
        tracer.gc_slot(&self.frame);
    }
}

impl Traceback {
    /// A new head of the chain `next`. Without a line, the instruction's counts.
    pub fn allocate(
        thread: &Thread,
        next: Option<Gc<Traceback>>,
        frame: Gc<FrameObject>,
        instruction: u32,
        line: Option<u32>,
    ) -> Gc<Traceback> {
        thread.allocate(ShapeId::TRACEBACK, 0, |header| Traceback {
            header,
            next: GcSlot::from_option(next),
            frame: GcSlot::new(frame),
            instruction: Cell::new(instruction),
            line: Cell::new(line.unwrap_or(UNKNOWN_LINE)),
        })
    }

    /// The line that ran; 0 if it is not known.
    pub fn line(&self) -> u32 {
        if self.line.get() == UNKNOWN_LINE {
            let code = self.frame.get().and_then(|frame| frame.code.get());
            let span = code.and_then(|code| code.body().span(self.instruction.get()));
            self.line.set(span.map_or(0, |span| span.line));
        }
        self.line.get()
    }
}

/// Create a new traceback object.
#[py_class(name = "traceback", kind = Traceback, module = "builtins")]
impl Traceback {
    #[new(signature = "(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        tb_next: Value,
        tb_frame: Gc<FrameObject>,
        tb_lasti: u32,
        tb_lineno: u32,
    ) -> crate::error::PyResult<Gc<Traceback>> {
        let _ = class;
        let next = match tb_next.cast::<Traceback>() {
            None if !tb_next.is_none() => {
                let message = format!("expected traceback object or None, got '{}'", thread.type_name(tb_next));
                return Err(thread.raise_type_error(message));
            }
            next => next,
        };
        Ok(Traceback::allocate(thread, next, tb_frame, tb_lasti / 2, Some(tb_lineno)))
    }

    #[getter]
    fn tb_next(this: Gc<Traceback>) -> Option<Gc<Traceback>> {
        this.next.get()
    }

    #[setter(tb_next)]
    fn set_tb_next(this: Gc<Traceback>, thread: &Thread, value: Value) -> crate::error::PyResult<()> {
        let next = value.cast::<Traceback>();
        if next.is_none() && !value.is_none() {
            let message = format!("expected traceback object or None, got '{}'", thread.type_name(value));
            return Err(thread.raise_type_error(message));
        }
        let mut cursor = next;
        while let Some(entry) = cursor {
            if entry == this {
                return Err(thread.raise_value_error("traceback loop detected"));
            }
            cursor = entry.next.get();
        }
        this.next.init(next);
        thread.write_barrier(this.header());
        Ok(())
    }

    #[getter]
    fn tb_frame(this: Gc<Traceback>) -> Option<Gc<FrameObject>> {
        this.frame.get()
    }

    #[getter]
    fn tb_lasti(this: Gc<Traceback>) -> i64 {
        // Instructions are counted in units of two bytes, Python counts bytes.
        2 * i64::from(this.instruction.get())
    }

    #[getter]
    fn tb_lineno(this: Gc<Traceback>) -> i64 {
        i64::from(this.line())
    }
}
