//! Builtin functions and classes that are instructions in the IR.
//!
//! What lives here: recognising them, by where they are defined and how they are called, and their translation
//! for the operand types at hand. What must not: any that cannot be told to behave as the builtin does; those
//! are called.

use super::*;
use taipan_runtime::types::enumerate::Enumerate;
use taipan_runtime::types::native_function::NativeFunction;
use taipan_runtime::types::zip::Zip;

impl Builder<'_> {
    /// Calls a builtin by instructions. `None`: it must be called as it is.
    pub(super) fn call_builtin(&mut self, native: Gc<NativeFunction>, arguments: &[Value]) -> Option<Value> {
        if self.has_failed_as_builtin() {
            return None;
        }
        let thread = self.thread;
        let owner = native.owner.get().and_then(|owner| owner.cast::<Class>()).map(|class| class.name_string());
        let module = native.module.get().and_then(|name| name.cast::<Str>()).map(|name| name.to_string_lossy(thread));
        let place = owner.or(module)?;
        match (place.as_str(), native.spec.name, arguments) {
            ("builtins", "len", &[a]) => self.length(a),
            ("builtins", "abs", &[a]) => self.absolute(a),
            ("builtins", "min", &[a, b]) => self.extreme(a, b, true),
            ("builtins", "max", &[a, b]) => self.extreme(a, b, false),
            ("builtins", "ord", &[a]) if self.f.ty(a) == Type::STR => {
                let length = self.load(a, Field::StrLength);
                let one = self.f.int(1);
                let single = self.compare_ints(Condition::Equal, length, one);
                self.guard_true(single, ExitReason::WrongLength);
                let zero = self.f.int(0);
                let code = self.call_helper(Helper::str_code_point, &[a, zero]);
                Some(self.box_int(code))
            }
            ("builtins", "chr", &[a])
                if self.f.ty(a) == Type::SMALL_INT && !self.has_failed(ExitReason::IndexOutOfRange) =>
            {
                let code = self.unbox_int(a);
                let limit = self.f.int(0x11_0000);
                let code =
                    self.emit(Op::GuardBounds, &[code, limit], &[Immediate::Reason(ExitReason::IndexOutOfRange)]);
                Some(self.call_helper(Helper::str_of_code_point, &[code]))
            }
            ("builtins", "isinstance", &[a, class]) => self.is_instance(a, class),
            ("math", name, _) => self.call_math(name, arguments),
            ("list", "append", &[list, item]) => {
                let list = self.exact_list(list)?;
                self.append_to_list(list, item);
                Some(self.f.constant(Constant::None))
            }
            ("list", "pop", &[list]) => {
                let list = self.exact_list(list)?;
                Some(self.call_helper(Helper::list_pop, &[list]))
            }
            _ => None,
        }
    }

    /// Earlier code left at this call because an argument was not what the instructions expected.
    fn has_failed_as_builtin(&self) -> bool {
        [
            ExitReason::TypeChanged,
            ExitReason::NotInt,
            ExitReason::NotFloat,
            ExitReason::WrongLength,
            ExitReason::IndexOutOfRange,
            ExitReason::ListChanged,
        ]
        .into_iter()
        .any(|reason| self.has_failed(reason))
    }

    fn length(&mut self, value: Value) -> Option<Value> {
        let ty = self.f.ty(value);
        let field = if ty == Type::LIST {
            Field::ListLength
        } else if ty == Type::TUPLE {
            Field::TupleLength
        } else if ty == Type::STR {
            Field::StrLength
        } else if ty == Type::DICT {
            Field::DictLength
        } else if ty == Type::BYTES {
            Field::BytesLength
        } else {
            // Ask what it is: a list or a tuple has its length at hand, others are asked.
            let (known, other, join) = (self.new_block(), self.new_block(), self.new_block());
            let result = self.f.new_parameter(join, Type::ANY);
            let is_list = self.emit(Op::HasType, &[value], &[Immediate::Type(Type::LIST)]);
            let state = self.frame().state;
            self.branch(is_list, Destination::Block(known), Destination::Block(other));
            self.enter_block(known);
            let list = self.emit(Op::AssumeType, &[value, is_list], &[Immediate::Type(Type::LIST)]);
            let length = self.load(list, Field::ListLength);
            let boxed = self.box_int(length);
            self.jump_block(join, &[boxed]);
            self.enter_block(other);
            self.unseal(state);
            let length = self.call_helper(Helper::length, &[value]);
            self.jump_block(join, &[length]);
            self.enter_block(join);
            self.called();
            return Some(result);
        };
        let length = self.load(value, field);
        Some(self.box_int(length))
    }

    fn absolute(&mut self, value: Value) -> Option<Value> {
        let ty = self.f.ty(value);
        if ty == Type::FLOAT {
            let double = self.unbox_double(value);
            let magnitude = self.emit(Op::DoubleAbs, &[double], &[]);
            return Some(self.box_double(magnitude));
        }
        if ty == Type::SMALL_INT && !self.has_failed(ExitReason::IntOverflow) {
            let int = self.unbox_int(value);
            let zero = self.f.int(0);
            let negated = self.emit(Op::IntSubChecked, &[zero, int], &[]);
            let magnitude = self.emit(Op::IntMax, &[int, negated], &[]);
            return Some(self.box_int(magnitude));
        }
        None
    }

    /// `min(a, b)` and `max(a, b)`: the second only if it is smaller, or bigger.
    fn extreme(&mut self, a: Value, b: Value, smaller: bool) -> Option<Value> {
        let (left, right) = (self.f.ty(a), self.f.ty(b));
        if left == Type::SMALL_INT && right == Type::SMALL_INT {
            let (x, y) = (self.unbox_int(a), self.unbox_int(b));
            let op = if smaller { Op::IntMin } else { Op::IntMax };
            let result = self.emit(op, &[x, y], &[]);
            return Some(self.box_int(result));
        }
        if left == Type::FLOAT && right == Type::FLOAT {
            let (x, y) = (self.unbox_double(a), self.unbox_double(b));
            let condition = if smaller { Condition::Less } else { Condition::Greater };
            let second = self.emit(Op::DoubleCompare, &[y, x], &[Immediate::Condition(condition)]);
            let result = self.emit(Op::Select, &[second, y, x], &[]);
            return Some(self.box_double(result));
        }
        None
    }

    /// `isinstance(a, class)` for a builtin class whose instances the type tells. What may be an instance of a
    /// subclass is asked in the usual way; later passes drop that if the type says that it is none.
    fn is_instance(&mut self, value: Value, class: Value) -> Option<Value> {
        let class = self.constant_object(class)?.cast::<Class>()?;
        let types = &self.thread.vm().types;
        let instances = [
            (types.int, Type::INT | Type::BOOL),
            (types.bool, Type::BOOL),
            (types.float, Type::FLOAT),
            (types.str, Type::STR),
            (types.bytes, Type::BYTES),
            (types.list, Type::LIST),
            (types.tuple, Type::TUPLE),
            (types.dict, Type::DICT),
            (types.set, Type::SET),
        ];
        let (_, exact) = instances.into_iter().find(|(known, _)| *known == class)?;
        let is_exact = self.emit(Op::HasType, &[value], &[Immediate::Type(exact)]);
        if !self.f.ty(value).intersects(Type::OBJECT) {
            return Some(self.box_flag(is_exact));
        }
        let (other, object, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.f.new_parameter(join, Type::BOOL);
        let [yes, no] = [true, false].map(|answer| self.f.constant(Constant::Bool(answer)));
        let state = self.frame().state;
        self.branch_with(is_exact, (join, &[yes]), (other, &[]));
        self.enter_block(other);
        self.unseal(state);
        let is_object = self.emit(Op::HasType, &[value], &[Immediate::Type(Type::HEAP)]);
        self.branch_with(is_object, (object, &[]), (join, &[no]));
        self.enter_block(object);
        self.unseal(state);
        let class = self.word_constant(class.value());
        let truth = self.call_helper(Helper::is_instance, &[value, class]);
        self.jump_block(join, &[truth]);
        self.enter_block(join);
        self.called();
        Some(result)
    }

    /// `type(value)`.
    fn class_of(&mut self, value: Value) -> Value {
        let types = &self.thread.vm().types;
        let ty = self.f.ty(value);
        let exact = [
            (Type::INT, types.int),
            (Type::BOOL, types.bool),
            (Type::FLOAT, types.float),
            (Type::STR, types.str),
            (Type::BYTES, types.bytes),
            (Type::LIST, types.list),
            (Type::TUPLE, types.tuple),
            (Type::DICT, types.dict),
            (Type::SET, types.set),
        ];
        if let Some((_, class)) = exact.into_iter().find(|(exact, _)| ty.is_subset(*exact)) {
            return self.word_constant(class.value());
        }
        let shape = if self.f.op(value) == Op::GuardShape { self.f.values[value].shape() } else { None };
        match shape.and_then(|shape| self.thread.living_class_of_shape(ShapeId(shape))) {
            Some(class) => self.word_constant(class.value()),
            None => self.call_helper(Helper::class_of, &[value]),
        }
    }

    /// The receiver of a list's method, checked to be an exact list; `None` if it is known not to be.
    fn exact_list(&mut self, list: Value) -> Option<Value> {
        let shape = if self.f.op(list) == Op::GuardShape { self.f.values[list].shape() } else { None };
        if shape.is_some_and(|shape| super::subscripts::elements_of_shape(shape).is_none()) {
            // An instance of a subclass.
            return None;
        }
        Some(self.guard_type(list, Type::LIST, ExitReason::TypeChanged))
    }

    /// The double of a number; what may be something else is checked to be one.
    fn known_double(&mut self, value: Value) -> Option<Value> {
        let ty = self.f.ty(value);
        if ty == Type::FLOAT {
            return Some(self.unbox_double(value));
        }
        if ty == Type::SMALL_INT {
            let int = self.unbox_int(value);
            return Some(self.emit(Op::IntToDouble, &[int], &[]));
        }
        ty.intersects(Type::FLOAT).then(|| self.double_of_number(value))
    }

    fn call_math(&mut self, name: &str, arguments: &[Value]) -> Option<Value> {
        if self.has_failed(ExitReason::Domain) {
            return None;
        }
        let unary = |function| Some((function, 1));
        let (function, count) = match name {
            "sin" => unary(MathFunction::Sin),
            "cos" => unary(MathFunction::Cos),
            "tan" => unary(MathFunction::Tan),
            "atan" => unary(MathFunction::Atan),
            "exp" => unary(MathFunction::Exp),
            "log" if arguments.len() == 1 => unary(MathFunction::Log),
            "atan2" => Some((MathFunction::Atan2, 2)),
            "sqrt" | "fabs" | "floor" | "ceil" => return self.call_math_instruction(name, arguments),
            _ => None,
        }?;
        if arguments.len() != count {
            return None;
        }
        let doubles = arguments.iter().map(|argument| self.known_double(*argument)).collect::<Option<Vec<_>>>()?;
        if name == "log" {
            let zero = self.f.double(0.0);
            let positive =
                self.emit(Op::DoubleCompare, &[doubles[0], zero], &[Immediate::Condition(Condition::Greater)]);
            self.guard_true(positive, ExitReason::Domain);
        }
        let result = self.emit(Op::DoubleCall, &doubles, &[Immediate::Math(function)]);
        // What is not finite may be an error: leave, and let the builtin decide.
        let magnitude = self.emit(Op::DoubleAbs, &[result], &[]);
        let infinity = self.f.double(f64::INFINITY);
        let finite = self.emit(Op::DoubleCompare, &[magnitude, infinity], &[Immediate::Condition(Condition::Less)]);
        self.guard_true(finite, ExitReason::Domain);
        Some(self.box_double(result))
    }

    fn call_math_instruction(&mut self, name: &str, arguments: &[Value]) -> Option<Value> {
        let &[argument] = arguments else { return None };
        let rounds = matches!(name, "floor" | "ceil");
        if rounds && self.f.ty(argument).is_subset(Type::INT) {
            return Some(argument);
        }
        if rounds && self.f.ty(argument) != Type::FLOAT {
            return None;
        }
        let double = self.known_double(argument)?;
        match name {
            "fabs" => {
                let result = self.emit(Op::DoubleAbs, &[double], &[]);
                Some(self.box_double(result))
            }
            "sqrt" => {
                let zero = self.f.double(0.0);
                let valid =
                    self.emit(Op::DoubleCompare, &[double, zero], &[Immediate::Condition(Condition::GreaterOrEqual)]);
                self.guard_true(valid, ExitReason::Domain);
                let result = self.emit(Op::DoubleSqrt, &[double], &[]);
                Some(self.box_double(result))
            }
            _ => {
                let op = if name == "floor" { Op::DoubleFloor } else { Op::DoubleCeil };
                let rounded = self.emit(op, &[double], &[]);
                let int = self.emit(Op::DoubleToInt, &[rounded], &[]);
                Some(self.box_int(int))
            }
        }
    }

    /// Calls a builtin class by instructions. `None`: it must be called as it is.
    pub(super) fn call_builtin_class(&mut self, class: Gc<Class>, arguments: &[Value]) -> Option<Value> {
        let types = &self.thread.vm().types;
        if class == types.range {
            return self.new_range(arguments);
        }
        if class == Zip::class(self.thread) {
            return self.new_zip(arguments);
        }
        let &[argument] = arguments else { return None };
        if class == types.type_type {
            return Some(self.class_of(argument));
        }
        let ty = self.f.ty(argument);
        if class == Enumerate::class(self.thread) {
            return self.new_enumerate(argument);
        }
        if class == types.int {
            if ty.is_subset(Type::INT) {
                return Some(argument);
            }
            if ty == Type::FLOAT && !self.has_failed(ExitReason::NotInteger) {
                let double = self.unbox_double(argument);
                let int = self.emit(Op::DoubleToInt, &[double], &[]);
                return Some(self.box_int(int));
            }
            if self.f.op(argument) == Op::BoxNumber && !self.has_failed(ExitReason::NotInteger) {
                let [is_int, int, double] = [0, 1, 2].map(|part| self.f.argument(argument, part));
                let truncated = self.emit(Op::DoubleToInt, &[double], &[]);
                let result = self.emit(Op::Select, &[is_int, int, truncated], &[]);
                return Some(self.box_int(result));
            }
            if ty == Type::BOOL {
                let flag = self.emit_folded(Op::UnboxFlag, argument);
                let int = self.emit(Op::FlagToInt, &[flag], &[]);
                return Some(self.box_int(int));
            }
        }
        if class == types.float {
            if ty == Type::FLOAT {
                return Some(argument);
            }
            if ty == Type::SMALL_INT {
                let int = self.unbox_int(argument);
                let double = self.emit(Op::IntToDouble, &[int], &[]);
                return Some(self.box_double(double));
            }
        }
        None
    }

    /// `enumerate(sequence)`, where it is a list or a tuple: mostly nobody but the loop around it sees it.
    fn new_enumerate(&mut self, iterable: Value) -> Option<Value> {
        if self.has_failed_as_builtin() || !self.may_be_sequence(iterable) {
            return None;
        }
        let iterator = self.sequence_iterator(iterable);
        let enumerate = self.f.layout(Layout::Enumerate);
        let zero = self.f.constant(Constant::SmallInt(0));
        Some(self.emit(Op::New, &[iterator, zero], &[enumerate]))
    }

    /// `zip(sequence, ...)` of a few lists and tuples, as `enumerate`.
    fn new_zip(&mut self, iterables: &[Value]) -> Option<Value> {
        if self.has_failed_as_builtin()
            || !(2..=3).contains(&iterables.len())
            || !iterables.iter().all(|iterable| self.may_be_sequence(*iterable))
        {
            return None;
        }
        let iterators: Vec<Value> = iterables.iter().map(|iterable| self.sequence_iterator(*iterable)).collect();
        let (tuple, zip) = (Layout::Tuple { count: iterators.len() as u32 }, self.f.layout(Layout::Zip));
        let tuple = self.f.layout(tuple);
        let iterators = self.emit(Op::New, &iterators, &[tuple]);
        Some(self.emit(Op::New, &[iterators], &[zip]))
    }

    /// The value is a list or tuple for all that is known.
    fn may_be_sequence(&self, value: Value) -> bool {
        let ty = self.f.ty(value);
        ty == Type::TUPLE || ty.intersects(Type::LIST)
    }

    /// The iterator of a tuple, or of what is guarded to be a list.
    fn sequence_iterator(&mut self, iterable: Value) -> Value {
        let (layout, sequence) = if self.f.ty(iterable) == Type::TUPLE {
            (Layout::TupleIterator, iterable)
        } else {
            (Layout::ListIterator, self.guard_type(iterable, Type::LIST, ExitReason::TypeChanged))
        };
        let (layout, zero) = (self.f.layout(layout), self.f.int(0));
        self.emit(Op::New, &[sequence, zero], &[layout])
    }

    /// `range(...)` of small ints whose distance is one, too.
    fn new_range(&mut self, arguments: &[Value]) -> Option<Value> {
        if self.has_failed(ExitReason::NotInt)
            || self.has_failed(ExitReason::DivisionByZero)
            || self.has_failed(ExitReason::IntOverflow)
        {
            return None;
        }
        let (zero, one) = (self.f.int(0), self.f.int(1));
        let (start, stop, step) = match *arguments {
            [stop] => (zero, self.unbox_int(stop), one),
            [start, stop] => (self.unbox_int(start), self.unbox_int(stop), one),
            [start, stop, step] => (self.unbox_int(start), self.unbox_int(stop), self.unbox_int(step)),
            _ => return None,
        };
        let length = self.range_length(start, stop, step)?;
        let parts = [start, stop, step, length].map(|part| self.box_int(part));
        let layout = self.f.layout(Layout::Range);
        Some(self.emit(Op::New, &parts, &[layout]))
    }

    fn range_length(&mut self, start: Value, stop: Value, step: Value) -> Option<Value> {
        let zero = self.f.int(0);
        let constant = self.f.as_int(step);
        if constant == Some(0) {
            return None;
        }
        let down = constant.is_some_and(|n| n < 0);
        if constant.is_none() {
            // Only steps upwards; others leave, once, and are then called as they are.
            let upwards = self.compare_ints(Condition::Greater, step, zero);
            self.guard_true(upwards, ExitReason::DivisionByZero);
        }
        let (low, high) = if down { (stop, start) } else { (start, stop) };
        let bounded = self.emit(Op::IntMax, &[high, low], &[]);
        let distance = self.emit(Op::IntSubChecked, &[bounded, low], &[]);
        match constant {
            Some(1 | -1) => Some(distance),
            _ => {
                let stride = match constant {
                    Some(n) => self.f.int(n.abs()),
                    None => step,
                };
                let one = self.f.int(1);
                let extra = self.emit(Op::IntSub, &[stride, one], &[]);
                let sum = self.emit(Op::IntAddChecked, &[distance, extra], &[]);
                let divisor = match constant {
                    Some(_) => stride,
                    None => self.emit(Op::GuardNonZero, &[stride], &[Immediate::Reason(ExitReason::DivisionByZero)]),
                };
                Some(self.emit(Op::IntFloorDiv, &[sum, divisor], &[]))
            }
        }
    }
}
