//! Positions in text files: `tell` and `seek` with cookies.
//!
//! What lives here: what a cookie holds, how one is made and followed. What must not: reading and writing (`mod.rs`),
//! the methods' arguments (`class.rs`). Start at [`Cookie`].

use super::super::raise_unsupported;
use super::{Snapshot, TextWrapper};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{call_method, repr, tuple};
use crate::text::code_points;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::tuple::Tuple;
use crate::value::Value;
use num_bigint::BigInt;

impl TextWrapper {
    /// The text that the first `count` bytes of the snapshot decode to, and whether nothing is held back then
    /// but a `\r`. For `tell`: the decoder is left in that state.
    pub(super) fn replay(&self, thread: &Thread, input: &[u8], pending_cr: bool) -> PyResult<(usize, bool, bool)> {
        if let Some(decoder) = self.decoder.get() {
            let flags = self.snapshot_flags.get().unwrap_or(Value::small_wrapping(0));
            let state = tuple(thread, &[Bytes::empty(thread).value(), flags]);
            call_method(thread, decoder, "setstate", &[state])?;
        }
        self.undecoded.borrow_mut().clear();
        self.line_ends.set_pending(pending_cr);
        let text = self.decode(thread, input, false)?;
        let clean = match self.decoder.get() {
            None => self.undecoded.borrow().is_empty(),
            Some(decoder) => {
                let state = call_method(thread, decoder, "getstate", &[])?;
                let kept = state.cast::<Tuple>().and_then(|state| state.get(0));
                kept.and_then(|kept| kept.cast::<Bytes>()).is_some_and(|kept| kept.is_empty())
            }
        };
        Ok((text.len(), clean, self.line_ends.is_pending()))
    }

    /// The position as an opaque number.
    pub(super) fn position_cookie(&self, thread: &Thread) -> PyResult<Value> {
        self.check_open(thread)?;
        if !self.seekable.get() {
            return Err(raise_unsupported(thread, "underlying stream is not seekable"));
        }
        if !self.telling.get() {
            return Err(thread.raise_plain_os_error("telling position disabled by next() call"));
        }
        self.flush_pending(thread)?;
        self.flush_buffer(thread)?;
        let raw = call_method(thread, self.buffer(thread)?, "tell", &[])?;
        let Some(snapshot) = self.snapshot.borrow_mut().take() else { return Ok(raw) };
        let result = self.tell_in_chunk(thread, dispatch::number::index_i64(thread, raw)?, &snapshot);
        *self.snapshot.borrow_mut() = Some(snapshot);
        result
    }

    pub(super) fn tell_in_chunk(&self, thread: &Thread, raw: i64, snapshot: &Snapshot) -> PyResult<Value> {
        let start = raw - snapshot.input.len() as i64;
        let used = self.position.get();
        let kept = self.undecoded.borrow().clone();
        let state_now = match self.decoder.get() {
            Some(decoder) => Some(call_method(thread, decoder, "getstate", &[])?),
            None => None,
        };
        let pending_now = self.line_ends.is_pending();
        let result = self.cookie_for(thread, start, used, snapshot);
        // Whatever came of it, the decoder goes on from where it was.
        if let (Some(decoder), Some(state)) = (self.decoder.get(), state_now) {
            call_method(thread, decoder, "setstate", &[state])?;
        }
        *self.undecoded.borrow_mut() = kept;
        self.line_ends.set_pending(pending_now);
        result
    }

    pub(super) fn cookie_for(&self, thread: &Thread, start: i64, used: usize, snapshot: &Snapshot) -> PyResult<Value> {
        let input = &snapshot.input;
        let flags = |pending: bool, thread: &Thread| -> PyResult<i64> {
            let inner = match self.snapshot_flags.get() {
                Some(flags) if self.decoder.get().is_some() => dispatch::number::index_i64(thread, flags)?,
                _ => 0,
            };
            Ok(inner << 1 | i64::from(pending))
        };
        if used == 0 {
            return pack_cookie(
                thread,
                &Cookie { start, flags: flags(snapshot.pending_cr, thread)?, ..Cookie::default() },
            );
        }
        // More input never gives less text: bisect for the last point that gives no more than was used.
        let (mut low, mut high) = (0, input.len());
        while low < high {
            let middle = (low + high).div_ceil(2);
            if self.replay(thread, &input[..middle], snapshot.pending_cr)?.0 <= used {
                low = middle
            } else {
                high = middle - 1
            }
        }
        // The first of the points that give as much, if possible one with a clean state.
        let mut point = low;
        let (mut length, mut clean, mut pending) = self.replay(thread, &input[..point], snapshot.pending_cr)?;
        while point > 0 {
            let (shorter, shorter_clean, shorter_pending) =
                self.replay(thread, &input[..point - 1], snapshot.pending_cr)?;
            if shorter < length && clean {
                break;
            }
            if clean && (!shorter_clean || shorter_pending) {
                break;
            }
            point -= 1;
            (length, clean, pending) = (shorter, shorter_clean, shorter_pending);
        }
        if length == used {
            return pack_cookie(
                thread,
                &Cookie { start: start + point as i64, flags: flags(pending, thread)?, ..Cookie::default() },
            );
        }
        let skipped = {
            let decoded = self.decoded.borrow();
            code_points::count(&decoded[length..used])
        };
        let mut feed = 1;
        while point + feed < input.len() && self.replay(thread, &input[..point + feed], snapshot.pending_cr)?.0 < used {
            feed += 1;
        }
        let cookie = Cookie {
            start: start + point as i64,
            flags: flags(pending, thread)?,
            feed: feed as i64,
            skip: skipped as i64,
            need_end: point + feed >= input.len(),
        };
        pack_cookie(thread, &cookie)
    }

    pub(super) fn seek_cookie(&self, thread: &Thread, this: Value, cookie: Value, whence: i32) -> PyResult<Value> {
        self.check_open(thread)?;
        if !self.seekable.get() {
            return Err(raise_unsupported(thread, "underlying stream is not seekable"));
        }
        let zero = Value::small_wrapping(0);
        let is_zero = dispatch::compare::equals(thread, cookie, zero)?;
        let cookie = match whence {
            0 => cookie,
            1 if !is_zero => return Err(raise_unsupported(thread, "can't do nonzero cur-relative seeks")),
            1 => call_method(thread, this, "tell", &[])?,
            2 if !is_zero => return Err(raise_unsupported(thread, "can't do nonzero end-relative seeks")),
            2 => {
                call_method(thread, this, "flush", &[])?;
                self.forget_decoded();
                self.snapshot.borrow_mut().take();
                self.reset_decoder(thread)?;
                let position = call_method(thread, self.buffer(thread)?, "seek", &[zero, Value::small_wrapping(2)])?;
                if let Some(encoder) = self.encoder.get() {
                    let at_start = dispatch::compare::equals(thread, position, zero)?;
                    restart_encoder(thread, encoder, at_start)?;
                }
                return Ok(position);
            }
            other => return Err(thread.raise_value_error(format!("invalid whence ({other}, should be 0, 1 or 2)"))),
        };
        if int::is_negative(dispatch::number::index(thread, cookie)?) {
            return Err(thread.raise_value_error(format!("negative seek position {}", repr(thread, cookie)?)));
        }
        call_method(thread, this, "flush", &[])?;
        let parts = unpack_cookie(thread, cookie)?;
        let binary = self.buffer(thread)?;
        call_method(thread, binary, "seek", &[int::from_i64(thread, parts.start)])?;
        self.forget_decoded();
        self.snapshot.borrow_mut().take();
        self.undecoded.borrow_mut().clear();
        self.line_ends.set_pending(parts.flags & 1 != 0);
        if let Some(decoder) = self.decoder.get() {
            if parts.start == 0 && parts.flags == 0 {
                call_method(thread, decoder, "reset", &[])?;
            } else {
                let state = tuple(thread, &[Bytes::empty(thread).value(), int::from_i64(thread, parts.flags >> 1)]);
                call_method(thread, decoder, "setstate", &[state])?;
            }
        }
        if parts.skip > 0 {
            let pending_cr = self.line_ends.is_pending();
            let input = call_method(thread, binary, "read", &[int::from_i64(thread, parts.feed)])?;
            let input = buffer::to_vec(thread, input)?;
            let text = self.decode(thread, &input, parts.need_end)?;
            if code_points::count(&text) < parts.skip as usize {
                return Err(thread.raise_plain_os_error("can't restore logical file position"));
            }
            self.position.set(code_points::advance(&text, 0, parts.skip as usize));
            *self.decoded.borrow_mut() = text;
            *self.snapshot.borrow_mut() = Some(Snapshot { input, pending_cr });
        } else if self.telling.get() {
            *self.snapshot.borrow_mut() = Some(Snapshot { input: Vec::new(), pending_cr: self.line_ends.is_pending() });
        }
        if let Some(encoder) = self.encoder.get() {
            restart_encoder(thread, encoder, parts.start == 0 && parts.flags == 0)?;
        }
        Ok(cookie)
    }
}

/// Makes an encoder write its mark again at the start of the file, and not elsewhere.
pub(super) fn restart_encoder(thread: &Thread, encoder: Value, at_start: bool) -> PyResult<()> {
    if at_start {
        call_method(thread, encoder, "reset", &[])?;
    } else {
        call_method(thread, encoder, "setstate", &[Value::small_wrapping(0)])?;
    }
    Ok(())
}

/// A position in a text file: 64 bits each of byte position, decoder flags, bytes to feed and characters to skip
/// (the layout that CPython's cookies have too).
#[derive(Default)]
struct Cookie {
    start: i64,
    flags: i64,
    feed: i64,
    skip: i64,
    need_end: bool,
}

fn pack_cookie(thread: &Thread, cookie: &Cookie) -> PyResult<Value> {
    if cookie.flags == 0 && cookie.feed == 0 && cookie.skip == 0 {
        return Ok(int::from_i64(thread, cookie.start));
    }
    let parts = [cookie.start, cookie.flags, cookie.feed, cookie.skip, i64::from(cookie.need_end)];
    let number = parts.iter().rev().fold(BigInt::ZERO, |number, &part| (number << 64) + BigInt::from(part));
    Ok(int::from_bigint(thread, number))
}

fn unpack_cookie(thread: &Thread, cookie: Value) -> PyResult<Cookie> {
    let number = dispatch::number::index_bigint(thread, cookie)?;
    let digits: Vec<u64> = number.magnitude().to_u64_digits();
    let part = |index: usize| digits.get(index).copied().unwrap_or(0) as i64;
    if digits.len() > 5 {
        return Err(thread.raise_overflow_error("Python int too large to convert to C long"));
    }
    Ok(Cookie { start: part(0), flags: part(1), feed: part(2), skip: part(3), need_end: part(4) != 0 })
}
