//! Errors about strings, and about statements and clauses.
//!
//! What lives here: what the parser's lexer refuses and CPython's does not, and the parser's free texts. What
//! must not: expressions and targets.

use super::*;

impl<'a> Context<'a> {
    // ---- lexical errors that the scan did not see, and texts of the parser ----

    pub(super) fn lexical(&self, error: &LexicalErrorType, range: TextRange, index: usize) -> Diagnosis {
        match error {
            LexicalErrorType::UnicodeError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace
            | LexicalErrorType::InvalidByteLiteral
            | LexicalErrorType::StringError => self.string_error(range),
            LexicalErrorType::FStringError(kind) => self.interpolated("f", kind, index),
            LexicalErrorType::TStringError(kind) => self.interpolated("t", kind, index),
            LexicalErrorType::OtherError(message) if message.contains("bytes") || message.contains("mix") => {
                self.string_error(range)
            }
            LexicalErrorType::UnclosedStringError
            | LexicalErrorType::IndentationError
            | LexicalErrorType::UnrecognizedToken { .. }
            | LexicalErrorType::LineContinuationError
            | LexicalErrorType::Eof
            | LexicalErrorType::OtherError(_) => self.field_rules(index).unwrap_or_else(|| Diagnosis::generic(range)),
        }
    }

    /// A string that cannot be decoded: CPython's words for it, on the whole token.
    pub(super) fn string_error(&self, range: TextRange) -> Diagnosis {
        let token = self.tokens.iter().find(|token| {
            token.range().contains_range(range)
                && matches!(token.kind(), TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle)
        });
        let Some(token) = token else { return Diagnosis::generic(range) };
        match literals::decode_error(self.text(token.range())) {
            Some(message) => Diagnosis::new(message, token.range()),
            None => self.mixed_strings(range),
        }
    }

    /// Strings of different sorts side by side.
    pub(super) fn mixed_strings(&self, range: TextRange) -> Diagnosis {
        let is_string = |kind: TokenKind| {
            matches!(
                kind,
                TokenKind::String
                    | TokenKind::FStringStart
                    | TokenKind::FStringMiddle
                    | TokenKind::FStringEnd
                    | TokenKind::TStringStart
                    | TokenKind::TStringMiddle
                    | TokenKind::TStringEnd
            )
        };
        let start = self.token_at(range.start());
        let mut end = start;
        while is_string(self.kind(end)) {
            end += 1;
        }
        if self.tokens[start..end].iter().any(|token| token.kind() == TokenKind::TStringStart) {
            let last = self.before(end).map_or(range.end(), |token| token.end());
            return Diagnosis::new(
                "cannot mix t-string literals with string or bytes literals",
                span(range.start(), last),
            );
        }
        Diagnosis::new("cannot mix bytes and nonbytes literals", self.range_of(end))
    }

    pub(super) fn interpolated(&self, kind: &str, error: &InterpolatedStringErrorType, index: usize) -> Diagnosis {
        let message = match error {
            InterpolatedStringErrorType::UnclosedLbrace => return self.unexpected(index),
            InterpolatedStringErrorType::InvalidConversionFlag => {
                let text = self.text(self.range_of(index));
                if self.kind(index) == TokenKind::Name {
                    format!("{kind}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'")
                } else {
                    // A field that ends here has no conversion; anything else is none.
                    let word = if matches!(text, "}" | ":") || text.is_empty() { "missing" } else { "invalid" };
                    return Diagnosis::new(format!("{kind}-string: {word} conversion character"), self.range_of(index));
                }
            }
            InterpolatedStringErrorType::SingleRbrace => format!("{kind}-string: single '}}' is not allowed"),
            InterpolatedStringErrorType::UnterminatedString => format!("unterminated {kind}-string literal"),
            InterpolatedStringErrorType::UnterminatedTripleQuotedString => {
                format!("unterminated triple-quoted {kind}-string literal")
            }
            InterpolatedStringErrorType::LambdaWithoutParentheses => {
                format!("{kind}-string: lambda expressions are not allowed without parentheses")
            }
            InterpolatedStringErrorType::ConversionFlagNotImmediatelyAfterExclamation => {
                format!("{kind}-string: conversion type must come right after the exclamation mark")
            }
            InterpolatedStringErrorType::NewlineInFormatSpec => {
                format!("{kind}-string: newlines are not allowed in format specifiers for single quoted {kind}-strings")
            }
        };
        Diagnosis::new(message, self.range_of(index))
    }

    pub(super) fn other(&self, message: &str, range: TextRange, index: usize) -> Diagnosis {
        let start = self.line_start(index);
        if let Some(clause) = message.strip_prefix("Expected an indented block after ") {
            return self.expected_block(clause, index);
        }
        match message {
            "Expected `except` or `finally` after `try` block" => {
                let mut diagnosis = Diagnosis::new("expected 'except' or 'finally' block", self.range_of(index));
                if self.is_at_end(diagnosis.range.start()) {
                    (diagnosis.range, diagnosis.columns) = self.end_of_source();
                }
                diagnosis
            }
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                let except = (0..=index).rev().find(|at| self.kind(*at) == TokenKind::Except).unwrap_or(index);
                let end = if self.kind(except + 1) == TokenKind::Star { except + 1 } else { except };
                Diagnosis::new(
                    "cannot have both 'except' and 'except*' on the same 'try'",
                    span(self.range_of(except).start(), self.range_of(end).end()),
                )
            }
            "Multiple exception types must be parenthesized when using `as`" => Diagnosis::new(
                "multiple exception types must be parenthesized when using 'as'",
                span(range.start(), self.end_of_clause(index)),
            ),
            "Expected one or more exception types" => {
                let except = (0..=index).rev().find(|at| self.kind(*at) == TokenKind::Except).unwrap_or(index);
                Diagnosis::new("expected one or more exception types", self.range_of(except + 2))
            }
            "Only one '*' parameter allowed"
            | "Only one '*' separator allowed"
            | "Keyword-only parameter separator not allowed after '*' parameter" => {
                Diagnosis::new("* argument may appear only once", self.star_before(self.token_at(range.start())))
            }
            "Only one '**' parameter allowed" => {
                Diagnosis::new("arguments cannot follow var-keyword argument", self.range_of(index))
            }
            "Only one '/' separator allowed" => Diagnosis::new("/ may appear only once", range),
            "Position-only parameter separator not allowed as first parameter" => {
                Diagnosis::new("at least one argument must precede /", range)
            }
            "'/' parameter must appear before '*' parameter" => Diagnosis::new("/ must be ahead of *", range),
            "Only single target (not list) can be annotated" => {
                Diagnosis::new("only single target (not list) can be annotated", range)
            }
            "Only single target (not tuple) can be annotated" => {
                let text = self.text(range);
                let range = if text.starts_with('(') { range } else { span(range.start(), self.range_of(index).end()) };
                Diagnosis::new("only single target (not tuple) can be annotated", range)
            }
            "Trailing comma not allowed" if self.kind(start) == TokenKind::From => {
                let newline = self.token_at(range.end());
                Diagnosis::new("trailing comma not allowed without surrounding parentheses", self.range_of(newline))
            }
            "Positional patterns cannot follow keyword patterns" => {
                Diagnosis::new("positional patterns follow keyword patterns", range)
            }
            "Expected symbol after `as`" if matches!(self.kind(start), TokenKind::Import | TokenKind::From) => {
                Diagnosis::generic(self.range_of(index))
            }
            "Expected a parameter name" => {
                let from = self.token_at(range.end());
                let equals = self.first_from(from, TokenKind::Equal).unwrap_or(index);
                self.equals(equals).unwrap_or_else(|| Diagnosis::generic(self.range_of(equals)))
            }
            "Star import must be the only import" => {
                let star = self.first_from(start, TokenKind::Star).unwrap_or(index);
                Diagnosis::generic(self.range_of(star + 1))
            }
            "Trailing comma not allowed" => Diagnosis::generic(self.range_of(self.token_at(range.end()))),
            message if message.contains("t-string") || message.contains("Bytes literal cannot be mixed") => {
                self.mixed_strings(range)
            }
            "Pattern cannot follow a double star pattern" | "Only one double star pattern is allowed" => {
                Diagnosis::generic(self.range_of(index))
            }
            _ => {
                if matches!(self.kind(index), TokenKind::Equal)
                    && let Some(diagnosis) = self.equals(index)
                {
                    return diagnosis;
                }
                if let Some(diagnosis) = self.comprehension_target(index).or_else(|| self.dict_rules(index)) {
                    return diagnosis;
                }
                self.unexpected(index)
            }
        }
    }

    /// The end of the token before the colon that ends a clause.
    pub(super) fn end_of_clause(&self, index: usize) -> TextSize {
        let colon = self.first_from(index, TokenKind::Colon).unwrap_or(index);
        self.before(colon).map_or(TextSize::new(0), |token| token.end())
    }

    /// "expected an indented block", with the statement that wants it.
    pub(super) fn expected_block(&self, clause: &str, index: usize) -> Diagnosis {
        // The keyword is the first of the last line that ends in a colon before the token.
        let colon = (0..index.min(self.tokens.len())).rev().find(|at| {
            self.kind(*at) == TokenKind::Colon && matches!(self.kind(at + 1), TokenKind::Newline | TokenKind::EndOfFile)
        });
        let start = colon.map_or(0, |colon| self.line_start(colon));
        let keyword = match self.kind(start) {
            TokenKind::Async => self.kind(start + 1),
            kind => kind,
        };
        let line = self.source.line(self.range_of(start).start());
        let what = match keyword {
            TokenKind::Def => "function definition".to_owned(),
            TokenKind::Class => "class definition".to_owned(),
            TokenKind::Except if self.kind(start + 1) == TokenKind::Star => "'except*' statement".to_owned(),
            _ => {
                let word = self.token(start).map_or(clause, |token| {
                    let word = if token.kind() == TokenKind::Async { self.token(start + 1) } else { Some(token) };
                    word.map_or(clause, |word| self.text(word.range()))
                });
                format!("'{word}' statement")
            }
        };
        let message = format!("expected an indented block after {what} on line {line}");
        let next = (index..self.tokens.len())
            .find(|at| !matches!(self.kind(*at), TokenKind::EndOfFile | TokenKind::Dedent | TokenKind::Newline));
        let (range, columns) = match next {
            Some(next) => (self.range_of(next), None),
            None => self.end_of_source(),
        };
        Diagnosis { kind: SyntaxErrorKind::Indentation, columns, ..Diagnosis::new(message, range) }
    }

    /// The place of an error at the end of the source: after its last line that is not blank.
    pub(super) fn end_of_source(&self) -> (TextRange, Option<(i32, i32)>) {
        let text = self.source.text().trim_end_matches('\n');
        let end = TextSize::try_from(text.len()).unwrap_or_default();
        let line = self.source.line(end);
        let length = self.source.line_text(line).map_or(0, |text| text.trim_end_matches('\n').chars().count());
        (TextRange::empty(end), Some((length as i32 + 1, -1)))
    }
}
