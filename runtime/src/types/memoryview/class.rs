//! The Python class `memoryview`.
//!
//! What lives here: its methods. What must not: the layout of views (`mod.rs`), items (`item.rs`).
#![allow(unsafe_code)] // Copies items between views.

use super::item::ItemType;
use super::{Format, Layout, MAX_DIMENSIONS, MemoryView};
use crate::dispatch::{compare, number};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::buffer::{self, MemoryViewObject};
use crate::types::byte_methods;
use crate::types::bytes::Bytes;
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::slice::{self, Slice};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::{int, str::hash_bytes};
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

type View = Gc<MemoryViewObject>;

/// The item type of a view. NotImplementedError for formats that can only be shown.
fn item_type(view: View, thread: &Thread) -> PyResult<ItemType> {
    match ItemType::from_format(&view.data.format()) {
        Some(item) => Ok(item),
        None => {
            let format = view.data.format();
            Err(thread.raise_not_implemented_error(format!("memoryview: format {} not supported", format.as_str())))
        }
    }
}

/// The address of the item at these indices, negative ones counting from the end.
fn item_address(view: View, thread: &Thread, indices: &[i64]) -> PyResult<*mut u8> {
    let data = &view.data;
    let mut address = data.data_pointer();
    for (dimension, &index) in indices.iter().enumerate() {
        let length = data.lengths()[dimension] as i64;
        let absolute = if index < 0 { index + length } else { index };
        if absolute < 0 || absolute >= length {
            return Err(thread.raise_index_error(format!("index out of bounds on dimension {}", dimension + 1)));
        }
        address = address.wrapping_offset(absolute as isize * data.strides()[dimension]);
    }
    Ok(address)
}

/// What a subscript selects.
enum Selection {
    Item(*mut u8),
    View(View),
}

fn select(view: View, thread: &Thread, key: Value) -> PyResult<Selection> {
    let data = &view.data;
    data.check_released(thread)?;
    if data.dimensions() == 0 {
        if key == Value::ELLIPSIS {
            return Ok(Selection::View(view));
        }
        return match key.cast::<Tuple>() {
            Some(tuple) if tuple.is_empty() => Ok(Selection::Item(data.data_pointer())),
            _ => Err(thread.raise_type_error("invalid indexing of 0-dim memory")),
        };
    }
    if number::has_index(thread, key) {
        let index = number::subscript_i64(thread, key)?;
        data.check_released(thread)?;
        if data.dimensions() > 1 {
            return Err(thread.raise_not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
        return item_address(view, thread, &[index]).map(Selection::Item);
    }
    if let Some(slice) = key.cast::<Slice>() {
        let (start, stop, step) = slice.unpack(thread)?;
        data.check_released(thread)?;
        let selected = slice::adjust(start, stop, step, data.lengths()[0]);
        let mut lengths = data.lengths().to_vec();
        let mut strides = data.strides().to_vec();
        lengths[0] = selected.count;
        let address = data.data_pointer().wrapping_offset(selected.start * strides[0]);
        strides[0] *= selected.step;
        let layout = Layout { lengths: &lengths, strides: &strides };
        return Ok(Selection::View(MemoryView::derive(
            thread,
            view,
            address,
            data.format(),
            data.item_size(),
            layout,
            false,
        )));
    }
    if let Some(tuple) = key.cast::<Tuple>() {
        let all_ints = tuple.items().iter().all(|&item| number::has_index(thread, item));
        if !tuple.is_empty() && all_ints {
            let (given, dimensions) = (tuple.len(), data.dimensions());
            if given < dimensions {
                return Err(thread.raise_not_implemented_error("sub-views are not implemented"));
            }
            if given > dimensions {
                return Err(thread
                    .raise_type_error(format!("cannot index {dimensions}-dimension view with {given}-element tuple")));
            }
            let mut indices = Vec::with_capacity(given);
            for &item in tuple.items() {
                indices.push(number::subscript_i64(thread, item)?);
            }
            data.check_released(thread)?;
            return item_address(view, thread, &indices).map(Selection::Item);
        }
        if !tuple.is_empty() && tuple.items().iter().all(|item| item.cast::<Slice>().is_some()) {
            return Err(thread.raise_not_implemented_error("multi-dimensional slicing is not implemented"));
        }
    }
    Err(thread.raise_type_error("memoryview: invalid slice key"))
}

/// The items as nested lists.
fn list_of(view: View, thread: &Thread, item: ItemType, dimension: usize, base: *mut u8) -> PyResult<Value> {
    let data = &view.data;
    if dimension == data.dimensions() {
        return Ok(item.read(thread, base));
    }
    let list = List::with_capacity(thread, data.lengths()[dimension]);
    for index in 0..data.lengths()[dimension] {
        let address = base.wrapping_offset(index as isize * data.strides()[dimension]);
        list.push(thread, list_of(view, thread, item, dimension + 1, address)?)?;
    }
    Ok(list.value())
}

/// `view == other`: same shape and equal items.
fn equals(view: View, thread: &Thread, other: Value) -> PyResult<Option<bool>> {
    if other == view.value() {
        return Ok(Some(true));
    }
    let other = match MemoryView::of(thread, other) {
        Some(other) => other,
        None if buffer::is_bytes_like(thread, other) => MemoryView::new(thread, other)?,
        None => return Ok(None),
    };
    if view.data.is_released() || other.data.is_released() {
        return Ok(Some(false));
    }
    let result = items_equal(view, thread, other);
    result.map(Some)
}

fn items_equal(view: View, thread: &Thread, other: View) -> PyResult<bool> {
    let (a, b) = (&view.data, &other.data);
    if a.lengths() != b.lengths() {
        return Ok(false);
    }
    let (Some(item_a), Some(item_b)) = (ItemType::from_format(&a.format()), ItemType::from_format(&b.format())) else {
        // Formats that are only shown never compare equal.
        return Ok(false);
    };
    let bytewise = |item: ItemType| matches!(item, ItemType::Signed(_) | ItemType::Unsigned(_) | ItemType::Char);
    if item_a == item_b && bytewise(item_a) {
        return Ok(a.to_vec() == b.to_vec());
    }
    let mut addresses = Vec::new();
    b.for_each_item(&mut |address| addresses.push(address));
    let mut equal = true;
    let mut outcome = Ok(());
    let mut next = addresses.into_iter();
    a.for_each_item(&mut |address| {
        let Some(other_address) = next.next() else { return };
        if equal && outcome.is_ok() {
            match compare::equals(thread, item_a.read(thread, address), item_b.read(thread, other_address)) {
                Ok(same) => equal = same,
                Err(raised) => outcome = Err(raised),
            }
        }
    });
    outcome.map(|()| equal)
}

/// Words of a shape argument of `cast`.
fn shape_of(thread: &Thread, shape: Value) -> PyResult<Vec<usize>> {
    let items = match (shape.cast::<List>(), shape.cast::<Tuple>()) {
        (Some(list), _) => Tuple::from_list(thread, list),
        (_, Some(tuple)) => tuple,
        (None, None) => return Err(thread.raise_type_error("shape must be a list or a tuple")),
    };
    if items.len() > MAX_DIMENSIONS {
        return Err(
            thread.raise_value_error(format!("memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"))
        );
    }
    let mut lengths = Vec::with_capacity(items.len());
    for &item in items.items() {
        let Some(number) = int::as_int(item) else {
            return Err(thread.raise_type_error("memoryview.cast(): elements of shape must be integers"));
        };
        match number.to_i64().and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0) {
            Some(length) => lengths.push(length),
            None => return Err(thread.raise_value_error("memoryview.cast(): elements of shape must be integers > 0")),
        }
    }
    Ok(lengths)
}

/// Strides of items lying one behind the other.
fn contiguous_strides(lengths: &[usize], item_size: usize) -> Vec<isize> {
    let mut strides = vec![0; lengths.len()];
    let mut stride = item_size as isize;
    for (slot, &length) in strides.iter_mut().zip(lengths).rev() {
        *slot = stride;
        stride *= length as isize;
    }
    strides
}

fn read_only(thread: &Thread) -> Raised {
    thread.raise_type_error("cannot modify read-only memory")
}

fn numbers(thread: &Thread, words: impl Iterator<Item = i64>) -> Gc<Tuple> {
    let words: Vec<i64> = words.collect();
    let list = List::with_capacity(thread, words.len());
    for word in words {
        // A handful of dimensions: room was reserved.
        let _ = list.push(thread, int::from_i64(thread, word));
    }
    Tuple::from_list(thread, list)
}

/// The item at `position` of a one-dimensional view.
fn nth(view: View, thread: &Thread, position: usize) -> PyResult<Value> {
    let item = item_type(view, thread)?;
    Ok(item.read(thread, item_address(view, thread, &[position as i64])?))
}

/// Create a new memoryview object which references the given object.
#[py_class(name = "memoryview", signature = "(object)", payload)]
impl MemoryView {
    #[new(signature = "(cls, object)", style = "keywords")]
    fn py_new(_class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<View> {
        MemoryView::new(thread, object)
    }

    /// Create a new memoryview object which references the given object.
    #[classmethod(signature = "(cls, object, flags)")]
    fn _from_flags(_class: Gc<Type>, thread: &Thread, object: Value, _flags: i32) -> PyResult<View> {
        MemoryView::new(thread, object)
    }

    /// See PEP 585
    #[classmethod(signature = "(cls, object, /)")]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> Value {
        GenericAlias::make(thread, class.value(), object).value()
    }

    #[method]
    fn __repr__(this: Gc<MemoryViewObject>) -> String {
        let state = if this.data.is_released() { "released memory" } else { "memory" };
        format!("<{state} at {:#x}>", this.value().to_bits())
    }

    #[method]
    fn __len__(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<usize> {
        this.data.check_released(thread)?;
        match this.data.lengths().first() {
            Some(length) => Ok(*length),
            None => Err(thread.raise_type_error("0-dim memory has no length")),
        }
    }

    #[method]
    fn __getitem__(this: Gc<MemoryViewObject>, thread: &Thread, key: Value) -> PyResult<Value> {
        match select(this, thread, key)? {
            Selection::View(view) => Ok(view.value()),
            Selection::Item(address) => Ok(item_type(this, thread)?.read(thread, address)),
        }
    }

    #[method]
    fn __setitem__(this: Gc<MemoryViewObject>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        this.data.check_released(thread)?;
        if this.data.is_read_only() {
            return Err(read_only(thread));
        }
        let target = match select(this, thread, key)? {
            Selection::View(target) if this.data.dimensions() > 0 => target,
            Selection::View(_) => {
                let item = item_type(this, thread)?;
                let bytes = item.encode(thread, value, &this.data.format())?;
                return write_item(this, thread, this.data.data_pointer(), &bytes[..item.size()]);
            }
            Selection::Item(address) => {
                let item = item_type(this, thread)?;
                let bytes = item.encode(thread, value, &this.data.format())?;
                return write_item(this, thread, address, &bytes[..item.size()]);
            }
        };
        if this.data.dimensions() != 1 {
            return Err(
                thread.raise_not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1")
            );
        }
        let source = match buffer::view_of(thread, value, buffer::flags::FULL_READ_ONLY)? {
            Some(source) => source,
            None => return Err(buffer::not_bytes_like(thread, value)),
        };
        let (a, b) = (&target.data, &source.data);
        if a.lengths() != b.lengths() || a.format().native_letter() != b.format().native_letter() {
            return Err(thread.raise_value_error("memoryview assignment: lvalue and rvalue have different structures"));
        }
        let bytes = b.to_vec();
        let mut offset = 0;
        a.for_each_item(&mut |address| {
            // SAFETY: the address is that of an item of the target view, which is writable.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr().add(offset), address, a.item_size()) };
            offset += a.item_size();
        });
        MemoryView::release(target, thread)?;
        if value != source.value() {
            MemoryView::release(source, thread)?;
        }
        Ok(())
    }

    #[method]
    fn __delitem__(this: Gc<MemoryViewObject>, thread: &Thread, _key: Value) -> PyResult<()> {
        this.data.check_released(thread)?;
        Err(if this.data.is_read_only() { read_only(thread) } else { thread.raise_type_error("cannot delete memory") })
    }

    #[method]
    fn __iter__(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<Value> {
        this.data.check_released(thread)?;
        match this.data.dimensions() {
            0 => Err(thread.raise_type_error("invalid indexing of 0-dim memory")),
            1 => {
                item_type(this, thread)?;
                let class = Type::of_spec(thread, &MEMORY_ITERATOR_CLASS);
                Ok(Payload::new(thread, class, MemoryIterator { view: Slot::new(this.value()), index: Cell::new(0) })
                    .value())
            }
            _ => Err(thread.raise_not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    #[method]
    fn __eq__(this: Gc<MemoryViewObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        Ok(equals(this, thread, other)?.map_or(Value::NOT_IMPLEMENTED, Value::from_bool))
    }

    #[method]
    fn __ne__(this: Gc<MemoryViewObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        Ok(equals(this, thread, other)?.map_or(Value::NOT_IMPLEMENTED, |equal| Value::from_bool(!equal)))
    }

    #[method]
    fn __hash__(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<i64> {
        if let Some(hash) = this.data.cached_hash().get() {
            return Ok(hash);
        }
        this.data.check_released(thread)?;
        if !this.data.is_read_only() {
            return Err(thread.raise_value_error("cannot hash writable memoryview object"));
        }
        if !matches!(this.data.format().native_letter(), Some(b'B' | b'b' | b'c')) {
            return Err(thread.raise_value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        let hash = hash_bytes(&this.data.to_vec(), thread.vm().hash_keys) as i64;
        this.data.cached_hash().set(Some(hash));
        Ok(hash)
    }

    #[method]
    fn __buffer__(this: Gc<MemoryViewObject>, thread: &Thread, _flags: i64) -> PyResult<View> {
        MemoryView::new(thread, this.value())
    }

    #[method]
    fn __release_buffer__(_this: Gc<MemoryViewObject>, thread: &Thread, buffer: Value) -> PyResult<()> {
        match MemoryView::of(thread, buffer) {
            Some(view) => MemoryView::release(view, thread),
            None => Err(thread.raise_type_error("expected a memoryview object")),
        }
    }

    #[method(signature = "(self, /)")]
    fn __enter__(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<View> {
        this.data.check_released(thread)?;
        Ok(this)
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(signature = "(self, /, *exc_info)")]
    fn __exit__(this: Gc<MemoryViewObject>, thread: &Thread, _exc_info: &[Value]) -> PyResult<()> {
        MemoryView::release(this, thread)
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(name = "release", signature = "(self, /)")]
    fn py_release(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<()> {
        MemoryView::release(this, thread)
    }

    /// Cast a memoryview to a new format or shape.
    #[method(signature = "(self, /, format, shape=<unrepresentable>)")]
    fn cast(this: Gc<MemoryViewObject>, thread: &Thread, format: Gc<Str>, shape: Option<Value>) -> PyResult<View> {
        let data = &this.data;
        data.check_released(thread)?;
        if !data.is_c_contiguous() {
            return Err(thread.raise_type_error("memoryview: casts are restricted to C-contiguous views"));
        }
        let to_dimensions = shape.map(|shape| shape_of(thread, shape)).transpose()?;
        let with_shape = to_dimensions.is_some();
        if (with_shape || data.dimensions() != 1) && data.lengths().contains(&0) {
            return Err(thread.raise_type_error("memoryview: cannot cast view with zeros in shape or strides"));
        }
        if let Some(lengths) = &to_dimensions
            && data.dimensions() != 1
            && lengths.len() != 1
        {
            return Err(thread.raise_type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
        }
        let text = format.to_string_lossy(thread);
        let new_format = Format::new(&text);
        let Some(source) = ItemType::from_format(&data.format()) else {
            return Err(thread.raise_value_error(
                "memoryview: source format must be a native single character format prefixed with an optional '@'",
            ));
        };
        let Some(item) = ItemType::from_format(&new_format) else {
            return Err(thread.raise_value_error(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'",
            ));
        };
        let is_byte = |format: &Format| matches!(format.native_letter(), Some(b'b' | b'B' | b'c'));
        if !is_byte(&data.format()) && !is_byte(&new_format) {
            return Err(thread.raise_type_error("memoryview: cannot cast between two non-byte formats"));
        }
        debug_assert_eq!(source.size(), data.item_size());
        let total = data.byte_count();
        if !total.is_multiple_of(item.size()) {
            return Err(thread.raise_type_error("memoryview: length is not a multiple of itemsize"));
        }
        let lengths = to_dimensions.unwrap_or_else(|| vec![total / item.size()]);
        let product = lengths.iter().try_fold(item.size(), |product, &length| product.checked_mul(length));
        if product != Some(total) {
            return Err(thread.raise_type_error("memoryview: product(shape) * itemsize != buffer size"));
        }
        let strides = contiguous_strides(&lengths, item.size());
        let layout = Layout { lengths: &lengths, strides: &strides };
        Ok(MemoryView::derive(thread, this, data.data_pointer(), new_format, item.size(), layout, false))
    }

    /// Return a readonly version of the memoryview.
    #[method(signature = "(self, /)")]
    fn toreadonly(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<View> {
        let data = &this.data;
        data.check_released(thread)?;
        let layout = Layout { lengths: data.lengths(), strides: data.strides() };
        Ok(MemoryView::derive(thread, this, data.data_pointer(), data.format(), data.item_size(), layout, true))
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the
    /// original array is converted to C or Fortran order. For contiguous views,
    /// 'A' returns an exact copy of the physical memory. In particular, in-memory
    /// Fortran order is preserved. For non-contiguous views, the data is converted
    /// to C first. order=None is the same as order='C'.
    #[method(signature = "(self, /, order='C')")]
    fn tobytes(
        this: Gc<MemoryViewObject>,
        thread: &Thread,
        order: crate::native::Nullable<Gc<Str>>,
    ) -> PyResult<Gc<Bytes>> {
        this.data.check_released(thread)?;
        let order = order.given().map(|order| order.to_string_lossy(thread));
        let fortran = match order.as_deref() {
            None | Some("C") => false,
            Some("F") => true,
            Some("A") => !this.data.is_c_contiguous() && this.data.is_f_contiguous(),
            Some(_) => return Err(thread.raise_value_error("order must be 'C', 'F' or 'A'")),
        };
        let bytes = if fortran { this.data.to_vec_fortran() } else { this.data.to_vec() };
        Ok(Bytes::new(thread, &bytes))
    }

    /// Return the data in the buffer as a list of elements.
    #[method(signature = "(self, /)")]
    fn tolist(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<Value> {
        this.data.check_released(thread)?;
        let item = item_type(this, thread)?;
        list_of(this, thread, item, 0, this.data.data_pointer())
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    #[method(signature = "(self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(
        this: Gc<MemoryViewObject>,
        thread: &Thread,
        sep: Option<Value>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Gc<Str>> {
        this.data.check_released(thread)?;
        byte_methods::hex(thread, &this.data.to_vec(), sep, bytes_per_sep)
    }

    /// Count the number of occurrences of a value.
    #[method(signature = "(self, value, /)")]
    fn count(this: Gc<MemoryViewObject>, thread: &Thread, value: Value) -> PyResult<usize> {
        let length = one_dimensional_length(this, thread)?;
        let mut count = 0;
        for position in 0..length {
            let item = nth(this, thread, position)?;
            count += usize::from(item == value || compare::equals(thread, item, value)?);
            this.data.check_released(thread)?;
        }
        Ok(count)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(signature = "(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<MemoryViewObject>,
        thread: &Thread,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let length = one_dimensional_length(this, thread)?;
        let bound = |value: Option<Value>, default: isize| {
            value.map_or(Ok(default), |value| slice::required_index(thread, value))
        };
        let clip = |index: isize| if index < 0 { (index + length as isize).max(0) as usize } else { index as usize };
        let (start, stop) = (clip(bound(start, 0)?), clip(bound(stop, isize::MAX)?).min(length));
        for position in start..stop {
            let item = nth(this, thread, position)?;
            if item == value || compare::equals(thread, item, value)? {
                return Ok(position);
            }
            this.data.check_released(thread)?;
        }
        Err(thread.raise_value_error("memoryview.index(x): x not found"))
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<Value> {
        this.data.check_released(thread)?;
        Ok(this.data.owner().unwrap_or(Value::NONE))
    }

    /// The amount of space in bytes that the array would use in
    ///  a contiguous representation.
    #[getter]
    fn nbytes(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<usize> {
        this.data.check_released(thread)?;
        Ok(this.data.byte_count())
    }

    /// A bool indicating whether the memory is read only.
    #[getter]
    fn readonly(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_released(thread)?;
        Ok(this.data.is_read_only())
    }

    /// The size in bytes of each element of the memoryview.
    #[getter]
    fn itemsize(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<usize> {
        this.data.check_released(thread)?;
        Ok(this.data.item_size())
    }

    /// A string containing the format (in struct module style)
    ///  for each element in the view.
    #[getter(name = "format")]
    fn py_format(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<String> {
        this.data.check_released(thread)?;
        Ok(this.data.format().as_str().to_owned())
    }

    /// An integer indicating how many dimensions of a multi-dimensional
    ///  array the memory represents.
    #[getter]
    fn ndim(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<usize> {
        this.data.check_released(thread)?;
        Ok(this.data.dimensions())
    }

    /// A tuple of ndim integers giving the shape of the memory
    ///  as an N-dimensional array.
    #[getter]
    fn shape(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        this.data.check_released(thread)?;
        Ok(numbers(thread, this.data.lengths().iter().map(|&length| length as i64)))
    }

    /// A tuple of ndim integers giving the size in bytes to access
    ///  each element for each dimension of the array.
    #[getter(name = "strides")]
    fn py_strides(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        this.data.check_released(thread)?;
        Ok(numbers(thread, this.data.strides().iter().map(|&stride| stride as i64)))
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[getter]
    fn suboffsets(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        this.data.check_released(thread)?;
        Ok(Tuple::new(thread, &[]))
    }

    /// A bool indicating whether the memory is C contiguous.
    #[getter]
    fn c_contiguous(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_released(thread)?;
        Ok(this.data.is_c_contiguous())
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[getter]
    fn f_contiguous(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_released(thread)?;
        Ok(this.data.is_f_contiguous())
    }

    /// A bool indicating whether the memory is contiguous.
    #[getter]
    fn contiguous(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_released(thread)?;
        Ok(this.data.is_c_contiguous() || this.data.is_f_contiguous())
    }
}

fn one_dimensional_length(view: View, thread: &Thread) -> PyResult<usize> {
    view.data.check_released(thread)?;
    match view.data.lengths() {
        [] => Err(thread.raise_type_error("invalid indexing of 0-dim memory")),
        [length] => Ok(*length),
        _ => Err(thread.raise_not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}

/// Writes the bytes of one item, if the conversion of the value did not release the view.
fn write_item(view: View, thread: &Thread, address: *mut u8, bytes: &[u8]) -> PyResult<()> {
    view.data.check_released(thread)?;
    // SAFETY: the address is that of an item of this size in a writable view that is not released.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), address, bytes.len()) };
    Ok(())
}

/// Iterator over a one-dimensional view.
pub struct MemoryIterator {
    view: Slot,
    index: Cell<usize>,
}

impl PayloadData for MemoryIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.view);
    }
}

#[py_class(name = "memory_iterator", payload, no_instances)]
impl MemoryIterator {
    #[method]
    fn __iter__(this: Gc<Payload<MemoryIterator>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<MemoryIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(view) = this.data.view.get().and_then(|view| MemoryView::of(thread, view)) else { return Ok(None) };
        view.data.check_released(thread)?;
        let index = this.data.index.get();
        if view.data.lengths().first().is_none_or(|&length| index >= length) {
            this.data.view.init(None);
            return Ok(None);
        }
        this.data.index.set(index + 1);
        nth(view, thread, index).map(Some)
    }
}
