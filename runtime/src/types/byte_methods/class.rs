//! One text of every method that `bytes` and `bytearray` share: [`byte_methods!`] makes the block of each class from it.
//!
//! What lives here: names, signatures and docstrings. What must not: bodies of more than a few lines (the modules
//! beside this one), what only one of the classes can. Start at the macro.

/// Makes the block of shared methods of a class: `byte_methods!(Bytes, "bytes")`.
macro_rules! byte_methods {
    ($class:ident, $name:tt) => {
        #[taipan_macros::py_methods(class = $name, spec = SHARED_METHODS)]
        impl $class {
            #[method(no_reenter)]
            fn __len__(this: Gc<$class>) -> usize {
                this.len()
            }

            #[method]
            fn __contains__(this: Gc<$class>, thread: &Thread, key: Value) -> PyResult<bool> {
                byte_methods::contains(this, thread, key)
            }

            #[method]
            fn __add__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::concat(this, thread, other)
            }

            #[method]
            fn __mul__(this: Gc<$class>, thread: &Thread, count: Value) -> PyResult<Value> {
                byte_methods::repeat(this, thread, count)
            }

            #[method]
            fn __rmul__(this: Gc<$class>, thread: &Thread, count: Value) -> PyResult<Value> {
                byte_methods::repeat(this, thread, count)
            }

            #[method]
            fn __eq__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::equality(this, thread, other, true)
            }

            #[method]
            fn __ne__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::equality(this, thread, other, false)
            }

            #[method]
            fn __lt__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_lt())
            }

            #[method]
            fn __le__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_le())
            }

            #[method]
            fn __gt__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_gt())
            }

            #[method]
            fn __ge__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_ge())
            }

            #[method]
            fn __mod__(this: Gc<$class>, thread: &Thread, values: Value) -> PyResult<Value> {
                let format = this.as_slice().to_vec();
                let formatted = crate::dispatch::text::percent::format_bytes(thread, &format, values)?;
                <$class as ByteSequence>::make(thread, &formatted)
            }

            #[method]
            fn __rmod__(this: Gc<$class>, thread: &Thread, format: Value) -> PyResult<Value> {
                match format.cast::<$class>() {
                    Some(format) => $class::__mod__(format, thread, this.value()),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Return -1 on failure.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn find(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<i64> {
                Ok(byte_methods::find(this, thread, sub, start, end, false)?.map_or(-1, |index| index as i64))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Return -1 on failure.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn rfind(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<i64> {
                Ok(byte_methods::find(this, thread, sub, start, end, true)?.map_or(-1, |index| index as i64))
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Raise ValueError if the subsection is not found.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn index(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                byte_methods::find(this, thread, sub, start, end, false)?.ok_or_else(|| byte_methods::not_found(thread))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Raise ValueError if the subsection is not found.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn rindex(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                byte_methods::find(this, thread, sub, start, end, true)?.ok_or_else(|| byte_methods::not_found(thread))
            }

            /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn count(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                byte_methods::count(this, thread, sub, start, end)
            }

            /// Return True if the bytes starts with the specified prefix, False otherwise.
            ///
            ///   prefix
            ///     A bytes or a tuple of bytes to try.
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[method(signature = "(self, prefix, start=None, end=None, /)")]
            fn startswith(
                this: Gc<$class>,
                thread: &Thread,
                prefix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                byte_methods::affix(this, thread, prefix, start, end, true)
            }

            /// Return True if the bytes ends with the specified suffix, False otherwise.
            ///
            ///   suffix
            ///     A bytes or a tuple of bytes to try.
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[method(signature = "(self, suffix, start=None, end=None, /)")]
            fn endswith(
                this: Gc<$class>,
                thread: &Thread,
                suffix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                byte_methods::affix(this, thread, suffix, start, end, false)
            }

            /// Return a copy with all occurrences of substring old replaced by new.
            ///
            ///   count
            ///     Maximum number of occurrences to replace.
            ///     -1 (the default value) means replace all occurrences.
            ///
            /// If the optional argument count is given, only the first count occurrences are
            /// replaced.
            #[method(signature = "(self, old, new, count=-1, /)")]
            fn replace(
                this: Gc<$class>,
                thread: &Thread,
                old: Value,
                new: Value,
                count: Option<isize>,
            ) -> PyResult<Value> {
                byte_methods::replace(this, thread, old, new, count)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace characters
            ///     (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            #[method(signature = "(self, /, sep=None, maxsplit=-1)")]
            fn split(
                this: Gc<$class>,
                thread: &Thread,
                sep: Option<Value>,
                maxsplit: Option<isize>,
            ) -> PyResult<Gc<List>> {
                byte_methods::split(this, thread, sep, maxsplit, false)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace characters
            ///     (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            ///
            /// Splitting is done starting at the end of the bytes and working to the front.
            #[method(signature = "(self, /, sep=None, maxsplit=-1)")]
            fn rsplit(
                this: Gc<$class>,
                thread: &Thread,
                sep: Option<Value>,
                maxsplit: Option<isize>,
            ) -> PyResult<Gc<List>> {
                byte_methods::split(this, thread, sep, maxsplit, true)
            }

            /// Return a list of the lines in the bytes, breaking at line boundaries.
            ///
            /// Line breaks are not included in the resulting list unless keepends is given and
            /// true.
            #[method(signature = "(self, /, keepends=False)")]
            fn splitlines(this: Gc<$class>, thread: &Thread, keepends: Option<bool>) -> PyResult<Gc<List>> {
                byte_methods::splitlines(this, thread, keepends.unwrap_or(false))
            }

            /// Partition the bytes into three parts using the given separator.
            ///
            /// This will search for the separator sep in the bytes. If the separator is found,
            /// returns a 3-tuple containing the part before the separator, the separator
            /// itself, and the part after it.
            ///
            /// If the separator is not found, returns a 3-tuple containing the original bytes
            /// object and two empty bytes objects.
            #[method(signature = "(self, sep, /)")]
            fn partition(this: Gc<$class>, thread: &Thread, sep: Value) -> PyResult<Gc<Tuple>> {
                byte_methods::partition(this, thread, sep, false)
            }

            /// Partition the bytes into three parts using the given separator.
            ///
            /// This will search for the separator sep in the bytes, starting at the end. If
            /// the separator is found, returns a 3-tuple containing the part before the
            /// separator, the separator itself, and the part after it.
            ///
            /// If the separator is not found, returns a 3-tuple containing two empty bytes
            /// objects and the original bytes object.
            #[method(signature = "(self, sep, /)")]
            fn rpartition(this: Gc<$class>, thread: &Thread, sep: Value) -> PyResult<Gc<Tuple>> {
                byte_methods::partition(this, thread, sep, true)
            }

            /// Concatenate any number of bytes objects.
            ///
            /// The bytes whose method is called is inserted in between each pair.
            ///
            /// The result is returned as a new bytes object.
            ///
            /// Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.
            #[method(signature = "(self, iterable_of_bytes, /)")]
            fn join(this: Gc<$class>, thread: &Thread, iterable_of_bytes: Value) -> PyResult<Value> {
                byte_methods::join(this, thread, iterable_of_bytes)
            }

            /// Strip leading and trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading and trailing ASCII whitespace.
            #[method(signature = "(self, bytes=None, /)")]
            fn strip(this: Gc<$class>, thread: &Thread, bytes: Option<Value>) -> PyResult<Value> {
                byte_methods::strip(this, thread, bytes, true, true)
            }

            /// Strip leading bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading  ASCII whitespace.
            #[method(signature = "(self, bytes=None, /)")]
            fn lstrip(this: Gc<$class>, thread: &Thread, bytes: Option<Value>) -> PyResult<Value> {
                byte_methods::strip(this, thread, bytes, true, false)
            }

            /// Strip trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip trailing ASCII whitespace.
            #[method(signature = "(self, bytes=None, /)")]
            fn rstrip(this: Gc<$class>, thread: &Thread, bytes: Option<Value>) -> PyResult<Value> {
                byte_methods::strip(this, thread, bytes, false, true)
            }

            /// Return a bytes object with the given prefix string removed if present.
            ///
            /// If the bytes starts with the prefix string, return bytes[len(prefix):].
            /// Otherwise, return a copy of the original bytes.
            #[method(signature = "(self, prefix, /)")]
            fn removeprefix(this: Gc<$class>, thread: &Thread, prefix: Value) -> PyResult<Value> {
                let length = crate::types::buffer::with_bytes(thread, prefix, |part| {
                    this.as_slice().starts_with(part).then_some(part.len())
                })?;
                match length {
                    Some(length @ 1..) => <$class as ByteSequence>::make(thread, &this.as_slice()[length..]),
                    _ => <$class as ByteSequence>::unchanged(this, thread),
                }
            }

            /// Return a bytes object with the given suffix string removed if present.
            ///
            /// If the bytes ends with the suffix string and that suffix is not empty,
            /// return bytes[:-len(prefix)].  Otherwise, return a copy of the original
            /// bytes.
            #[method(signature = "(self, suffix, /)")]
            fn removesuffix(this: Gc<$class>, thread: &Thread, suffix: Value) -> PyResult<Value> {
                let length = crate::types::buffer::with_bytes(thread, suffix, |part| {
                    this.as_slice().ends_with(part).then_some(part.len())
                })?;
                match length {
                    Some(length @ 1..) => {
                        <$class as ByteSequence>::make(thread, &this.as_slice()[..this.len() - length])
                    }
                    _ => <$class as ByteSequence>::unchanged(this, thread),
                }
            }

            /// Return a left-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(signature = "(self, width, fillchar=b' ', /)")]
            fn ljust(this: Gc<$class>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                byte_methods::pad(this, thread, width, fillchar, "ljust", |_, _| 0)
            }

            /// Return a right-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(signature = "(self, width, fillchar=b' ', /)")]
            fn rjust(this: Gc<$class>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                byte_methods::pad(this, thread, width, fillchar, "rjust", |padding, _| padding)
            }

            /// Return a centered string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(signature = "(self, width, fillchar=b' ', /)")]
            fn center(this: Gc<$class>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                byte_methods::pad(this, thread, width, fillchar, "center", |padding, width| {
                    padding / 2 + (padding & width & 1)
                })
            }

            /// Pad a numeric string with zeros on the left, to fill a field of the given width.
            ///
            /// The original string is never truncated.
            #[method(signature = "(self, width, /)")]
            fn zfill(this: Gc<$class>, thread: &Thread, width: isize) -> PyResult<Value> {
                byte_methods::zfill(this, thread, width)
            }

            /// Return a copy where all tab characters are expanded using spaces.
            ///
            /// If tabsize is not given, a tab size of 8 characters is assumed.
            #[method(signature = "(self, /, tabsize=8)")]
            fn expandtabs(this: Gc<$class>, thread: &Thread, tabsize: Option<i32>) -> PyResult<Value> {
                let size = usize::try_from(tabsize.unwrap_or(8)).unwrap_or(0);
                let expanded = crate::text::ascii::expand_tabs(this.as_slice(), size, |_| true);
                <$class as ByteSequence>::make(thread, &expanded)
            }

            /// Return a copy with each character mapped by the given translation table.
            ///
            ///   table
            ///     Translation table, which must be a bytes object of length 256.
            ///
            /// All characters occurring in the optional argument delete are removed.
            /// The remaining characters are mapped through the given translation table.
            #[method(signature = "(self, table, /, delete=b'')")]
            fn translate(
                this: Gc<$class>,
                thread: &Thread,
                table: Option<Value>,
                delete: Option<Value>,
            ) -> PyResult<Value> {
                byte_methods::translate(this, thread, table, delete)
            }

            /// Return a translation table usable for the bytes or bytearray translate method.
            ///
            /// The returned table will be one where each byte in frm is mapped to the byte at
            /// the same position in to.
            ///
            /// The bytes objects frm and to must be of the same length.
            #[staticmethod(signature = "(frm, to, /)")]
            fn maketrans(thread: &Thread, frm: Value, to: Value) -> PyResult<Gc<Bytes>> {
                byte_methods::maketrans(thread, frm, to)
            }

            /// Create a bytes object from a string of hexadecimal numbers.
            ///
            /// Spaces between two numbers are accepted.
            /// Example: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.
            #[classmethod(signature = "(cls, string, /)")]
            fn fromhex(class: Gc<Type>, thread: &Thread, string: Value) -> PyResult<Value> {
                let parsed = byte_methods::parse_hex(thread, string)?;
                let made = <$class as ByteSequence>::make(thread, &parsed)?;
                if thread.class_of(made) == class {
                    Ok(made)
                } else {
                    // A subclass of either class is given bytes.
                    let plain = Bytes::new(thread, &parsed).value();
                    crate::dispatch::call::call(thread, class.value(), &[plain])
                }
            }

            /// Create a string of hexadecimal numbers from a bytes object.
            ///
            ///   sep
            ///     An optional single character or byte to separate hex bytes.
            ///   bytes_per_sep
            ///     How many bytes between separators.  Positive values count from the
            ///     right, negative values count from the left.
            ///
            /// Example:
            /// >>> value = b'\xb9\x01\xef'
            /// >>> value.hex()
            /// 'b901ef'
            /// >>> value.hex(':')
            /// 'b9:01:ef'
            /// >>> value.hex(':', 2)
            /// 'b9:01ef'
            /// >>> value.hex(':', -2)
            /// 'b901:ef'
            #[method(signature = "(self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(
                this: Gc<$class>,
                thread: &Thread,
                sep: Option<Value>,
                bytes_per_sep: Option<i32>,
            ) -> PyResult<Gc<Str>> {
                <$class as ByteSequence>::exported(this, |bytes| byte_methods::hex(thread, bytes, sep, bytes_per_sep))
            }

            /// Decode the bytes using the codec registered for encoding.
            ///
            ///   encoding
            ///     The encoding with which to decode the bytes.
            ///   errors
            ///     The error handling scheme to use for the handling of decoding errors.
            ///     The default is 'strict' meaning that decoding errors raise a
            ///     UnicodeDecodeError. Other possible values are 'ignore' and 'replace'
            ///     as well as any other name registered with codecs.register_error that
            ///     can handle UnicodeDecodeErrors.
            #[method(signature = "(self, /, encoding='utf-8', errors='strict')")]
            fn decode(
                this: Gc<$class>,
                thread: &Thread,
                encoding: Option<Gc<Str>>,
                errors: Option<Gc<Str>>,
            ) -> PyResult<Gc<Str>> {
                let (encoding, errors) = crate::types::str::class::codec_names(thread, encoding, errors)?;
                crate::dispatch::text::codecs::decode(thread, this.value(), encoding.as_deref(), errors.as_deref())
            }

            /// B.capitalize() -> copy of B
            ///
            /// Return a copy of B with only its first character capitalized (ASCII)
            /// and the rest lower-cased.
            #[method(signature = "(self, /)")]
            fn capitalize(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, crate::text::ascii::capitalize)
            }

            /// B.lower() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to lowercase.
            #[method(signature = "(self, /)")]
            fn lower(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, <[u8]>::make_ascii_lowercase)
            }

            /// B.upper() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to uppercase.
            #[method(signature = "(self, /)")]
            fn upper(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, <[u8]>::make_ascii_uppercase)
            }

            /// B.title() -> copy of B
            ///
            /// Return a titlecased version of B, i.e. ASCII words start with uppercase
            /// characters, all remaining cased characters have lowercase.
            #[method(signature = "(self, /)")]
            fn title(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, crate::text::ascii::title)
            }

            /// B.swapcase() -> copy of B
            ///
            /// Return a copy of B with uppercase ASCII characters converted
            /// to lowercase ASCII and vice versa.
            #[method(signature = "(self, /)")]
            fn swapcase(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, crate::text::ascii::swap_case)
            }

            /// B.isalnum() -> bool
            ///
            /// Return True if all characters in B are alphanumeric
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isalnum(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::ALNUM)
            }

            /// B.isalpha() -> bool
            ///
            /// Return True if all characters in B are alphabetic
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isalpha(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::ALPHA)
            }

            /// B.isascii() -> bool
            ///
            /// Return True if B is empty or all characters in B are ASCII,
            /// False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isascii(this: Gc<$class>) -> bool {
                this.as_slice().is_ascii()
            }

            /// B.isdigit() -> bool
            ///
            /// Return True if all characters in B are digits
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isdigit(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::DIGIT)
            }

            /// B.isspace() -> bool
            ///
            /// Return True if all characters in B are whitespace
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isspace(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::BYTES_SPACE)
            }

            /// B.islower() -> bool
            ///
            /// Return True if all cased characters in B are lowercase and there is
            /// at least one cased character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn islower(this: Gc<$class>) -> bool {
                crate::text::ascii::is_cased(this.as_slice(), Class::LOWER, Class::UPPER)
            }

            /// B.isupper() -> bool
            ///
            /// Return True if all cased characters in B are uppercase and there is
            /// at least one cased character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isupper(this: Gc<$class>) -> bool {
                crate::text::ascii::is_cased(this.as_slice(), Class::UPPER, Class::LOWER)
            }

            /// B.istitle() -> bool
            ///
            /// Return True if B is a titlecased string and there is at least one
            /// character in B, i.e. uppercase characters may only follow uncased
            /// characters and lowercase characters only cased ones. Return False
            /// otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn istitle(this: Gc<$class>) -> bool {
                crate::text::ascii::is_title(this.as_slice())
            }
        }
    };
}
pub(crate) use byte_methods;
