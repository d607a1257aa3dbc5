//! Python exceptions as Rust results, and the table of standard exception classes.
//!
//! What lives here: [`Raised`], [`PyResult`], [`for_each_exception!`] and the `raise_*` methods of `Thread`
//! made from it. What must not: the exception object (`types/exception.rs`) and tracebacks.
//! Start at [`PyResult`].

use crate::object::Gc;
use crate::thread::Thread;
use crate::types::exception::Exception;
use crate::types::type_object::Type;
use crate::value::Value;

/// "An exception is waiting in `thread.exception`." Made only by raising.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised(pub(crate) ());

/// The result of anything that may raise. For `Value` it is one word: zero is `Err`.
pub type PyResult<T> = Result<T, Raised>;

/// Calls `$callback!` with the standard exceptions: `class field, raise method, Python name: base;`.
#[macro_export]
macro_rules! for_each_exception {
    ($callback:ident) => {
        $callback! {
            base_exception, raise_base_exception, "BaseException": object;
            exception, raise_exception, "Exception": base_exception;
            base_exception_group, raise_base_exception_group, "BaseExceptionGroup": base_exception;
            generator_exit, raise_generator_exit, "GeneratorExit": base_exception;
            keyboard_interrupt, raise_keyboard_interrupt, "KeyboardInterrupt": base_exception;
            system_exit, raise_system_exit, "SystemExit": base_exception;
            arithmetic_error, raise_arithmetic_error, "ArithmeticError": exception;
            floating_point_error, raise_floating_point_error, "FloatingPointError": arithmetic_error;
            overflow_error, raise_overflow_error, "OverflowError": arithmetic_error;
            zero_division_error, raise_zero_division_error, "ZeroDivisionError": arithmetic_error;
            assertion_error, raise_assertion_error, "AssertionError": exception;
            attribute_error, raise_plain_attribute_error, "AttributeError": exception;
            buffer_error, raise_buffer_error, "BufferError": exception;
            eof_error, raise_eof_error, "EOFError": exception;
            import_error, raise_import_error, "ImportError": exception;
            module_not_found_error, raise_module_not_found_error, "ModuleNotFoundError": import_error;
            lookup_error, raise_lookup_error, "LookupError": exception;
            index_error, raise_index_error, "IndexError": lookup_error;
            key_error, raise_plain_key_error, "KeyError": lookup_error;
            memory_error, raise_memory_error, "MemoryError": exception;
            name_error, raise_plain_name_error, "NameError": exception;
            unbound_local_error, raise_unbound_local_error, "UnboundLocalError": name_error;
            os_error, raise_plain_os_error, "OSError": exception;
            blocking_io_error, raise_blocking_io_error, "BlockingIOError": os_error;
            child_process_error, raise_child_process_error, "ChildProcessError": os_error;
            connection_error, raise_connection_error, "ConnectionError": os_error;
            broken_pipe_error, raise_broken_pipe_error, "BrokenPipeError": connection_error;
            connection_aborted_error, raise_connection_aborted_error, "ConnectionAbortedError": connection_error;
            connection_refused_error, raise_connection_refused_error, "ConnectionRefusedError": connection_error;
            connection_reset_error, raise_connection_reset_error, "ConnectionResetError": connection_error;
            file_exists_error, raise_file_exists_error, "FileExistsError": os_error;
            file_not_found_error, raise_file_not_found_error, "FileNotFoundError": os_error;
            interrupted_error, raise_interrupted_error, "InterruptedError": os_error;
            is_a_directory_error, raise_is_a_directory_error, "IsADirectoryError": os_error;
            not_a_directory_error, raise_not_a_directory_error, "NotADirectoryError": os_error;
            permission_error, raise_permission_error, "PermissionError": os_error;
            process_lookup_error, raise_process_lookup_error, "ProcessLookupError": os_error;
            timeout_error, raise_timeout_error, "TimeoutError": os_error;
            reference_error, raise_reference_error, "ReferenceError": exception;
            runtime_error, raise_runtime_error, "RuntimeError": exception;
            not_implemented_error, raise_not_implemented_error, "NotImplementedError": runtime_error;
            python_finalization_error, raise_python_finalization_error, "PythonFinalizationError": runtime_error;
            recursion_error, raise_recursion_error, "RecursionError": runtime_error;
            stop_async_iteration, raise_stop_async_iteration, "StopAsyncIteration": exception;
            stop_iteration, raise_plain_stop_iteration, "StopIteration": exception;
            syntax_error, raise_plain_syntax_error, "SyntaxError": exception;
            indentation_error, raise_plain_indentation_error, "IndentationError": syntax_error;
            incomplete_input_error, raise_plain_incomplete_input_error, "_IncompleteInputError": syntax_error;
            tab_error, raise_plain_tab_error, "TabError": indentation_error;
            system_error, raise_system_error, "SystemError": exception;
            type_error, raise_type_error, "TypeError": exception;
            value_error, raise_value_error, "ValueError": exception;
            unicode_error, raise_unicode_error, "UnicodeError": value_error;
            unicode_decode_error, raise_plain_unicode_decode_error, "UnicodeDecodeError": unicode_error;
            unicode_encode_error, raise_plain_unicode_encode_error, "UnicodeEncodeError": unicode_error;
            unicode_translate_error, raise_plain_unicode_translate_error, "UnicodeTranslateError": unicode_error;
            warning, raise_warning, "Warning": exception;
            bytes_warning, raise_bytes_warning, "BytesWarning": warning;
            deprecation_warning, raise_deprecation_warning, "DeprecationWarning": warning;
            encoding_warning, raise_encoding_warning, "EncodingWarning": warning;
            future_warning, raise_future_warning, "FutureWarning": warning;
            import_warning, raise_import_warning, "ImportWarning": warning;
            pending_deprecation_warning, raise_pending_deprecation_warning, "PendingDeprecationWarning": warning;
            resource_warning, raise_resource_warning, "ResourceWarning": warning;
            runtime_warning, raise_runtime_warning, "RuntimeWarning": warning;
            syntax_warning, raise_syntax_warning, "SyntaxWarning": warning;
            unicode_warning, raise_unicode_warning, "UnicodeWarning": warning;
            user_warning, raise_user_warning, "UserWarning": warning;
        }
    };
}

macro_rules! define_raise_methods {
    ($($field:ident, $raise:ident, $name:literal : $base:ident;)*) => {
        impl Thread {
            $(
                #[doc = concat!("Raises `", $name, "(message)`.")]
                #[cold]
                pub fn $raise(&self, message: impl AsRef<str>) -> Raised {
                    self.raise_message(self.vm().exceptions.$field, message.as_ref())
                }
            )*
        }
    };
}
for_each_exception!(define_raise_methods);

impl Thread {
    /// Raises `class(message)`.
    #[cold]
    pub fn raise_message(&self, class: Gc<Type>, message: &str) -> Raised {
        let text = crate::types::str::Str::new(self, message);
        self.raise_with_arguments(class, &[text.value()])
    }

    /// Raises an exception of `class` (a standard one, its constructor not overridden) with these `args`.
    #[cold]
    pub fn raise_with_arguments(&self, class: Gc<Type>, arguments: &[Value]) -> Raised {
        let exception = Exception::new(self, class, arguments);
        self.raise_exception_object(exception)
    }

    /// Raises this exception: sets its context to the one being handled, and makes it the pending one.
    #[cold]
    pub fn raise_exception_object(&self, exception: Gc<Exception>) -> Raised {
        exception.set_implicit_context(self);
        self.exception.set(Some(exception.value()));
        Raised(())
    }

    /// Makes `exception` pending as it is, context untouched (re-raise).
    #[cold]
    pub fn reraise(&self, exception: Value) -> Raised {
        self.exception.set(Some(exception));
        Raised(())
    }

    /// "An exception is already pending": for shims that saw the sentinel.
    #[inline(always)]
    pub fn raised(&self) -> Raised {
        debug_assert!(self.exception.get().is_some());
        Raised(())
    }

    /// Takes the pending exception.
    pub fn take_exception(&self, _: Raised) -> Value {
        match self.exception.take() {
            Some(exception) => exception,
            None => unreachable!("Raised without a pending exception"),
        }
    }

    /// The pending exception is an instance of `class`.
    pub fn exception_is(&self, class: Gc<Type>) -> bool {
        self.exception.get().is_some_and(|e| self.class_of(e).is_subclass_of(class))
    }

    /// Clears the pending exception if it is an instance of `class`, else gives it back as `Err`.
    pub fn catch(&self, raised: Raised, class: Gc<Type>) -> PyResult<Value> {
        if self.exception_is(class) { Ok(self.take_exception(raised)) } else { Err(raised) }
    }
}
