//! Where a pickle is written: bytes in frames, and the file behind them.
//!
//! What lives here: [`Output`]. What must not: what is written. From protocol 4 on a pickle is cut into frames of about
//! 64 KiB, so that a reader needs few calls (PEP 3154, "Framing"); bytes of that size and more stand between frames and
//! go to the file as they are.

use super::opcode::Opcode;
use crate::dispatch::call;
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;

/// A shorter frame has no header.
const LEAST_FRAME: usize = 4;
/// A frame of this size ends at the next boundary; data of this size stands beside frames.
const FRAME_TARGET: usize = 64 << 10;
/// The opcode of a frame and its length.
const FRAME_HEADER: usize = 9;

/// The bytes that were written and not yet given to the file.
pub struct Output {
    bytes: Vec<u8>,
    /// Where the header of the open frame stands.
    frame: Option<usize>,
    /// Frames are made.
    framing: bool,
    /// The method `write` of the file; without one, everything stays here.
    sink: Option<Value>,
}

impl Output {
    /// An empty output. It stands on the native stack, where the collector finds `sink`.
    pub fn new(sink: Option<Value>) -> Output {
        Output { bytes: Vec::with_capacity(256), frame: None, framing: false, sink }
    }

    /// From here on what is written lies in frames.
    pub fn start_framing(&mut self) {
        self.framing = true;
    }

    /// Makes room for a frame's header before the first byte of a frame.
    #[inline(always)]
    fn open(&mut self) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.bytes.len());
            self.bytes.extend_from_slice(&[0; FRAME_HEADER]);
        }
    }

    /// Writes an opcode.
    #[inline(always)]
    pub fn opcode(&mut self, opcode: Opcode) {
        self.open();
        self.bytes.push(opcode as u8);
    }

    /// Writes an opcode and what follows it.
    #[inline(always)]
    pub fn instruction(&mut self, opcode: Opcode, argument: &[u8]) {
        self.open();
        self.bytes.push(opcode as u8);
        self.bytes.extend_from_slice(argument);
    }

    /// Writes bytes that belong to the last opcode.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.open();
        self.bytes.extend_from_slice(bytes);
    }

    /// A frame may end here.
    ///
    /// # Errors
    /// What the file's `write` raises.
    #[inline(always)]
    pub fn boundary(&mut self, thread: &Thread) -> PyResult<()> {
        match self.frame {
            Some(start) if self.bytes.len() - start >= FRAME_TARGET + FRAME_HEADER => self.end_frame(thread),
            _ => Ok(()),
        }
    }

    #[cold]
    fn end_frame(&mut self, thread: &Thread) -> PyResult<()> {
        self.commit();
        self.flush(thread)
    }

    /// Ends the open frame: its header tells its length.
    pub fn commit(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let length = self.bytes.len() - start - FRAME_HEADER;
        if length >= LEAST_FRAME {
            self.bytes[start] = Opcode::Frame as u8;
            self.bytes[start + 1..start + FRAME_HEADER].copy_from_slice(&(length as u64).to_le_bytes());
        } else {
            self.bytes.drain(start..start + FRAME_HEADER);
        }
    }

    /// Gives the file what was written; without a file, nothing happens.
    ///
    /// # Errors
    /// What the file's `write` raises.
    pub fn flush(&mut self, thread: &Thread) -> PyResult<()> {
        let Some(sink) = self.sink else { return Ok(()) };
        self.commit();
        let bytes = Bytes::new(thread, &self.bytes);
        self.bytes.clear();
        call::call(thread, sink, &[bytes.value()])?;
        Ok(())
    }

    /// Writes an opcode with the length of what follows, and the bytes of `data`: a str or a contiguous bytes-like
    /// object. Where these are many, the file gets `payload` itself.
    ///
    /// # Errors
    /// What the file's `write` raises, and what reading the memory of `data` raises.
    pub fn counted(
        &mut self,
        thread: &Thread,
        header: (Opcode, &[u8]),
        length: usize,
        data: Value,
        payload: Value,
    ) -> PyResult<()> {
        if length < FRAME_TARGET {
            self.instruction(header.0, header.1);
            return self.append(thread, data);
        }
        self.commit();
        let framing = std::mem::replace(&mut self.framing, false);
        self.instruction(header.0, header.1);
        let result = self.large(thread, data, payload);
        self.framing = framing;
        result
    }

    fn large(&mut self, thread: &Thread, data: Value, payload: Value) -> PyResult<()> {
        let Some(sink) = self.sink else { return self.append(thread, data) };
        self.flush(thread)?;
        let payload = match payload.cast::<Str>() {
            Some(text) => Bytes::new(thread, text.as_bytes(thread)).value(),
            None => payload,
        };
        call::call(thread, sink, &[payload])?;
        Ok(())
    }

    fn append(&mut self, thread: &Thread, data: Value) -> PyResult<()> {
        match data.cast::<Str>() {
            Some(text) => self.bytes.extend_from_slice(text.as_bytes(thread)),
            None => buffer::with_bytes(thread, data, |bytes| self.bytes.extend_from_slice(bytes))?,
        }
        Ok(())
    }

    /// All that was written.
    pub fn finish(mut self) -> Vec<u8> {
        self.commit();
        self.bytes
    }
}
