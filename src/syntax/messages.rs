//! From the parser crate's errors to CPython's words.
//!
//! What lives here: which of CPython's errors a refused source gets. What must not: compiling anything that
//! the parser refused.
//!
//! CPython's parser reports an error of its tokenizer first, wherever it lies; then what its `invalid_*` grammar
//! rules recognise; then a bracket that was never closed; else "invalid syntax" at the last token it looked at.
//! The same order is kept here, with the parser crate's error kinds and recovered tree in the place of the rules.

use ruff_python_ast as ast;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Mod, Stmt};
use ruff_python_parser::{
    InterpolatedStringErrorType, LexicalErrorType, Mode, ParseError, ParseErrorType, ParseOptions, Parsed,
    UnsupportedSyntaxError, parse_unchecked,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::error::{SyntaxErrorInfo, SyntaxErrorKind};
use super::source::SourceText;
use super::{literals, tokenizer};

/// The range between two offsets; empty if they are not in order, as in a tree recovered from nonsense.
fn span(start: TextSize, end: TextSize) -> TextRange {
    TextRange::new(start, end.max(start))
}

/// An error in CPython's words, before it gets its place.
struct Diagnosis {
    kind: SyntaxErrorKind,
    message: String,
    range: TextRange,
    /// Not recognised by any rule: "invalid syntax".
    generic: bool,
    /// The columns to show, where they are not those of the range.
    columns: Option<(i32, i32)>,
}

impl Diagnosis {
    fn new(message: impl Into<String>, range: TextRange) -> Diagnosis {
        Diagnosis { kind: SyntaxErrorKind::Syntax, message: message.into(), range, generic: false, columns: None }
    }

    /// Whether a range that is empty stands for the newline that ends the source.
    fn widens(message: &str) -> bool {
        !message.starts_with("Expected one or more names") && !message.starts_with("Type parameter list")
    }

    /// A diagnosis that shows no end.
    fn without_end(message: impl Into<String>, range: TextRange) -> Diagnosis {
        Diagnosis { columns: Some((0, 0)), ..Diagnosis::new(message, range) }
    }

    fn generic(range: TextRange) -> Diagnosis {
        Diagnosis { generic: true, ..Diagnosis::new("invalid syntax", range) }
    }
}

/// The SyntaxError that CPython would raise for a source that the parser refused.
pub(super) fn translate(source: &SourceText, parsed: &Parsed<Mod>) -> SyntaxErrorInfo {
    let scan = tokenizer::scan(source);
    if let Some(error) = scan.error {
        return error;
    }
    let context = Context::new(source, parsed);
    let diagnosis = context.diagnose();
    if let Some((bracket, at)) = scan.open.last() {
        let offset = TextSize::try_from(*at).unwrap_or_default();
        let bracket_line = source.line(offset);
        let at_end = context.is_at_end(diagnosis.range.start());
        let in_definition =
            diagnosis.generic && context.is_definition(offset) && diagnosis.range.start() > offset + TextSize::new(1);
        if (diagnosis.generic && at_end) || in_definition || source.line(diagnosis.range.end()) > bracket_line {
            let mut error =
                source.error(format!("'{bracket}' was never closed"), TextRange::at(offset, TextSize::new(1)));
            error.end_column = 0;
            return error;
        }
    }
    context.place(diagnosis)
}

/// The SyntaxError for syntax of a later Python.
pub(super) fn unsupported(source: &SourceText, error: &UnsupportedSyntaxError) -> SyntaxErrorInfo {
    use ruff_python_parser::UnsupportedSyntaxErrorKind as Kind;
    match error.kind {
        Kind::UnpackingInComprehension(_) if source.slice(error.range).starts_with("**") => source.error(
            "dict unpacking cannot be used in dict comprehension",
            TextRange::at(error.range.start(), TextSize::new(2)),
        ),
        Kind::ParenthesizedKeywordArgumentName => {
            let text = source.slice(error.range);
            let inner = text.len() - text.trim_start_matches(['(', ' ']).len();
            let start = error.range.start() + TextSize::try_from(inner).unwrap_or_default();
            let rest = &source.text()[error.range.end().to_usize()..];
            let equals = rest.find('=').map_or(0, |at| at + 1);
            let end = error.range.end() + TextSize::try_from(equals).unwrap_or_default();
            source.error("expression cannot contain assignment, perhaps you meant \"==\"?", span(start, end))
        }
        Kind::UnpackingInComprehension(_) => {
            source.error("iterable unpacking cannot be used in comprehension", error.range)
        }
        _ => source.error("invalid syntax", error.range),
    }
}

/// A refused source with what is known of it.
struct Context<'a> {
    source: &'a SourceText,
    parsed: &'a Parsed<Mod>,
    /// Tokens without comments and newlines inside of brackets.
    tokens: Vec<Token>,
}

impl<'a> Context<'a> {
    fn new(source: &'a SourceText, parsed: &'a Parsed<Mod>) -> Context<'a> {
        let tokens = parsed.tokens().iter().filter(|token| !token.kind().is_trivia()).copied().collect();
        Context { source, parsed, tokens }
    }

    fn text(&self, range: TextRange) -> &'a str {
        self.source.text().get(range.start().to_usize()..range.end().to_usize()).unwrap_or("")
    }

    fn is_at_end(&self, offset: TextSize) -> bool {
        self.source.text()[offset.to_usize().min(self.source.text().len())..].trim().is_empty()
    }

    /// Whether the bracket at `offset` opens the parameters of a `def`.
    fn is_definition(&self, offset: TextSize) -> bool {
        let opener = self.token_at(offset);
        opener >= 2 && self.kind(opener - 2) == TokenKind::Def
    }

    /// The error with the columns CPython gives it.
    fn place(&self, diagnosis: Diagnosis) -> SyntaxErrorInfo {
        let Diagnosis { kind, message, range, columns, .. } = diagnosis;
        let mut error = self.source.error_of_kind(kind, message, range);
        match columns {
            Some((0, end)) => error.end_column = end,
            Some((start, end)) => (error.column, error.end_column) = (start, end),
            None if self.text(range) == "\n"
                || range.is_empty() && self.is_at_end(range.start()) && Diagnosis::widens(&error.message) =>
            {
                error.end_column = error.column + 1;
            }
            None => {}
        }
        if columns.is_some() || self.text(range) == "\n" {
            error.end_line = error.line;
        }
        error
    }

    /// Index of the first token that starts at or after `offset`.
    fn token_at(&self, offset: TextSize) -> usize {
        self.tokens.partition_point(|token| {
            token.start() < offset
                || (token.range().is_empty() && token.kind() == TokenKind::Dedent && token.start() == offset)
        })
    }

    fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    fn kind(&self, index: usize) -> TokenKind {
        self.token(index).map_or(TokenKind::EndOfFile, Token::kind)
    }

    /// The token before `index`.
    fn before(&self, index: usize) -> Option<&Token> {
        index.checked_sub(1).and_then(|index| self.tokens.get(index))
    }

    /// The range of a token; empty at the end of the source.
    fn range_of(&self, index: usize) -> TextRange {
        match self.token(index) {
            Some(token) => token.range(),
            None => TextRange::empty(TextSize::try_from(self.source.text().len()).unwrap_or_default()),
        }
    }

    /// How many brackets are open before token `index`.
    fn depth(&self, index: usize) -> usize {
        self.tokens[..index.min(self.tokens.len())].iter().fold(0usize, |depth, token| match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth + 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth.saturating_sub(1),
            _ => depth,
        })
    }

    /// The token that opens the innermost bracket open before token `index`.
    fn opener(&self, index: usize) -> Option<usize> {
        let mut closed = 0;
        for at in (0..index.min(self.tokens.len())).rev() {
            match self.tokens[at].kind() {
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => closed += 1,
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace if closed == 0 => return Some(at),
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => closed -= 1,
                _ => {}
            }
        }
        None
    }

    /// The first token of the logical line that holds token `index`.
    fn line_start(&self, index: usize) -> usize {
        let mut at = index.min(self.tokens.len());
        while at > 0
            && !matches!(
                self.tokens[at - 1].kind(),
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi
            )
        {
            at -= 1;
        }
        at
    }

    // ---- diagnosis ----

    fn diagnose(&self) -> Diagnosis {
        let errors = self.parsed.errors();
        let first = &errors[0];
        if let Some(diagnosis) = self.statement_rules(first) {
            return diagnosis;
        }
        self.translate_kind(first)
    }

    /// Rules about whole statements, which CPython tries before those about expressions.
    fn statement_rules(&self, error: &ParseError) -> Option<Diagnosis> {
        let index = self.token_at(error.location.start());
        let start = self.line_start(index);
        // `print x`
        let first = self.token(start)?;
        if first.kind() == TokenKind::Name
            && matches!(self.text(first.range()), "print" | "exec")
            && index == start + 1
            && self.starts_expression(self.kind(index))
            && self.kind(index) != TokenKind::Lpar
            && let Some(rest) = self.expressions_at(self.token(index)?.start())
        {
            let name = self.text(first.range());
            return Some(Diagnosis::new(
                format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?"),
                span(first.start(), rest.end()),
            ));
        }
        if first.kind() == TokenKind::Import && self.kind(index) == TokenKind::From && index > start + 1 {
            let end = self.end_of_statement(index);
            return Some(Diagnosis::new(
                "Did you mean to use 'from ... import ...' instead?",
                span(first.start(), end),
            ));
        }
        None
    }

    /// The end of the last token before the newline or semicolon after token `index`.
    fn end_of_statement(&self, index: usize) -> TextSize {
        let mut at = index;
        while at < self.tokens.len()
            && !matches!(self.kind(at), TokenKind::Newline | TokenKind::Semi | TokenKind::EndOfFile)
        {
            at += 1;
        }
        self.before(at).map_or(TextSize::new(0), |token| token.end())
    }

    fn starts_expression(&self, kind: TokenKind) -> bool {
        matches!(
            kind,
            TokenKind::Name
                | TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
                | TokenKind::String
                | TokenKind::FStringStart
                | TokenKind::TStringStart
                | TokenKind::Lpar
                | TokenKind::Lsqb
                | TokenKind::Lbrace
                | TokenKind::Minus
                | TokenKind::Plus
                | TokenKind::Tilde
                | TokenKind::Not
                | TokenKind::None
                | TokenKind::True
                | TokenKind::False
                | TokenKind::Ellipsis
                | TokenKind::Lambda
                | TokenKind::Await
                | TokenKind::Match
                | TokenKind::Case
                | TokenKind::Type
        )
    }

    /// Parses what starts at `offset` as expressions, as far as that goes.
    fn expressions_at(&self, offset: TextSize) -> Option<TextRange> {
        let range = self.parse_at(offset, |expression| expression.range() + offset)?;
        (!range.is_empty()).then_some(range)
    }

    /// Parses the rest of the line at `offset` and gives something of the first expression.
    fn parse_at<T>(&self, offset: TextSize, look: impl FnOnce(&Expr) -> T) -> Option<T> {
        let rest = &self.source.text()[offset.to_usize()..];
        let parsed = parse_unchecked(rest, ParseOptions::from(Mode::Expression));
        let Mod::Expression(module) = parsed.syntax() else { return None };
        if module.body.range().is_empty() || is_invalid(&module.body) {
            return None;
        }
        Some(look(&module.body))
    }

    /// The range of one `expression` of the grammar (no tuple, no star) that starts at `offset`.
    fn expression_at(&self, offset: TextSize) -> Option<TextRange> {
        let shift = |range: TextRange| range + offset;
        self.parse_at(offset, |body| match body {
            Expr::Tuple(tuple) if !tuple.parenthesized => tuple.elts.first().map(|first| shift(first.range())),
            Expr::Generator(generator) if !generator.parenthesized => Some(shift(generator.elt.range())),
            Expr::Named(named) => Some(shift(named.target.range())),
            Expr::Starred(_) | Expr::Yield(_) | Expr::YieldFrom(_) => None,
            other => Some(shift(other.range())),
        })
        .flatten()
    }

    /// The longest expression in the recovered tree that ends at `end`, not starting before `from`, and for
    /// which `accept` holds.
    fn expression_ending(&self, end: TextSize, from: TextSize, accept: fn(&Expr) -> bool) -> Option<TextRange> {
        let mut finder = Finder { end, from, accept, found: None };
        match self.parsed.syntax() {
            Mod::Module(module) => module.body.iter().for_each(|statement| finder.visit_stmt(statement)),
            Mod::Expression(module) => finder.visit_expr(&module.body),
        }
        finder.found
    }

    /// The generic error, or one of the rules about two expressions side by side.
    fn unexpected(&self, index: usize) -> Diagnosis {
        let mut generic = Diagnosis::generic(self.range_of(index));
        if matches!(self.kind(index), TokenKind::Indent) {
            return self.unexpected_indent(index);
        }
        let Some(previous) = self.before(index) else { return generic };
        let start = self.line_start(index);
        match (previous.kind(), self.kind(index)) {
            // `<>` is one token there.
            (TokenKind::Less, TokenKind::Greater) if previous.end() == generic.range.start() => {
                generic.range = span(previous.start(), generic.range.end());
            }
            (_, TokenKind::Minus) if self.kind(start) == TokenKind::Case => generic.range = self.range_of(index + 1),
            // `not` might have been `not in`.
            (_, TokenKind::Not) if self.depth(index) == 0 => generic.range = self.range_of(index + 1),
            (_, TokenKind::ColonEqual) => {
                let from = self.token(start).map_or(TextSize::new(0), |token| token.start());
                if let Some(left) = self.expression_ending(previous.end(), from, |_| true)
                    && let Some(name) = self.parse_at(left.start(), expression_name)
                    && name != "name"
                    && self.text(left) != "name"
                    && self.expression_at_range(left).is_some_and(|found| !found.is_name_expr())
                {
                    let name = self.expression_at_range(left).map_or(name, expression_name);
                    return Diagnosis::new(format!("cannot use assignment expressions with {name}"), left);
                }
            }
            (TokenKind::As, _) if self.kind(start) == TokenKind::Case => {
                if let Some(range) = self.expression_at(self.range_of(index).start())
                    && let Some(name) = self.parse_at(range.start(), expression_name)
                {
                    return Diagnosis::new(format!("cannot use {name} as pattern target"), range);
                }
            }
            _ => {}
        }
        if let Some(diagnosis) = self.parenthesized_parameters(index, start) {
            return diagnosis;
        }
        // `a if b` without `else`.
        if let Some(diagnosis) = self.conditional_rules(index, start) {
            return diagnosis;
        }
        let from = match self.opener(index) {
            Some(opener) => self.range_of(opener).end(),
            None => self.range_of(start).start(),
        };
        let left = self.expression_ending(previous.end(), from, is_disjunction);
        // `"say "hi""`
        if previous.kind() == TokenKind::String
            && self.kind(index) == TokenKind::Name
            && self.kind(index + 1) == TokenKind::String
            && previous.end() == self.range_of(index).start()
        {
            let from = self.range_of(index).start();
            let mut last = index;
            while self.kind(last + 1) != TokenKind::String {
                last += 1;
            }
            return Diagnosis::new(
                "invalid syntax. Is this intended to be part of the string?",
                span(from, self.range_of(last).end()),
            );
        }
        if self.depth(index) > 0
            && self.starts_expression(self.kind(index))
            && let Some(left) = left
            && let Some(right) = self.expression_at(self.range_of(index).start())
        {
            let first = self.token_at(left.start());
            let name_then_string = self.kind(first) == TokenKind::Name && self.kind(first + 1) == TokenKind::String;
            let closes = self.opener(index).is_some();
            if !name_then_string && closes {
                return Diagnosis::new("invalid syntax. Perhaps you forgot a comma?", span(left.start(), right.end()));
            }
        }
        self.field_rules(index).unwrap_or(generic)
    }

    /// `def f((a, b))` and `lambda (a): 1`.
    fn parenthesized_parameters(&self, index: usize, start: usize) -> Option<Diagnosis> {
        if self.kind(index) != TokenKind::Lpar {
            return None;
        }
        let what = if self.kind(index - 1) == TokenKind::Lambda {
            "Lambda expression parameters"
        } else {
            let opener = self.opener(index)?;
            let is_definition = opener >= start + 2 && self.kind(opener - 2) == TokenKind::Def;
            if !is_definition || !matches!(self.kind(index - 1), TokenKind::Lpar | TokenKind::Comma) {
                return None;
            }
            "Function parameters"
        };
        let depth = self.depth(index);
        let close = (index + 1..self.tokens.len())
            .find(|at| self.kind(*at) == TokenKind::Rpar && self.depth(at + 1) == depth)?;
        let names = (index + 1..close).all(|at| matches!(self.kind(at), TokenKind::Name | TokenKind::Comma));
        names.then(|| {
            let range = span(self.range_of(index).start(), self.range_of(close).end());
            Diagnosis::new(format!("{what} cannot be parenthesized"), range)
        })
    }

    /// The letter of the f-string or t-string whose replacement field token `opener` opens.
    fn field_of(&self, opener: usize) -> Option<char> {
        if self.kind(opener) != TokenKind::Lbrace {
            return None;
        }
        let mut closed = 0;
        for at in (0..opener).rev() {
            match self.kind(at) {
                TokenKind::FStringEnd | TokenKind::TStringEnd => closed += 1,
                TokenKind::FStringStart | TokenKind::TStringStart if closed > 0 => closed -= 1,
                start @ (TokenKind::FStringStart | TokenKind::TStringStart) => {
                    let inner = (at + 1..opener).fold(0usize, |depth, at| match self.kind(at) {
                        TokenKind::Lbrace => depth + 1,
                        TokenKind::Rbrace => depth.saturating_sub(1),
                        _ => depth,
                    });
                    return (inner == 0).then_some(if start == TokenKind::FStringStart { 'f' } else { 't' });
                }
                _ => {}
            }
        }
        None
    }

    /// Errors in a replacement field of an f-string.
    fn field_rules(&self, index: usize) -> Option<Diagnosis> {
        let opener = self.opener(index)?;
        let kind = self.field_of(opener)?;
        if opener + 1 == index {
            let text = self.text(self.range_of(index));
            if matches!(text, "}" | "=" | "!" | ":") {
                let message = format!("{kind}-string: valid expression required before '{text}'");
                return Some(Diagnosis::new(message, self.range_of(index)));
            }
            return None;
        }
        if self.kind(opener + 1) == TokenKind::Lambda {
            let colon = self.first_from(opener + 1, TokenKind::Colon)?;
            return Some(Diagnosis::new(
                format!("{kind}-string: lambda expressions are not allowed without parentheses"),
                span(self.range_of(opener + 1).start(), self.range_of(colon).end()),
            ));
        }
        Some(Diagnosis::new(format!("{kind}-string: expecting '=', or '!', or ':', or '}}'"), self.range_of(index)))
    }

    fn conditional_rules(&self, index: usize, start: usize) -> Option<Diagnosis> {
        // Look back for an `if` of the same depth that stands in an expression.
        let depth = self.depth(index);
        let mut at = index;
        while at > start {
            at -= 1;
            if self.depth(at) != depth {
                continue;
            }
            match self.kind(at) {
                TokenKind::If if at > start => {
                    let test_end = self.before(index)?.end();
                    let condition = self.expression_ending(test_end, self.range_of(at).end(), is_disjunction)?;
                    if condition.start() != self.token(at + 1)?.start() || self.kind(index) == TokenKind::Colon {
                        return None;
                    }
                    let body_end = self.before(at)?.end();
                    let from = self.token(start)?.start();
                    let body = self.expression_ending(body_end, from, is_disjunction)?;
                    return Some(Diagnosis::new(
                        "expected 'else' after 'if' expression",
                        span(body.start(), condition.end()),
                    ));
                }
                TokenKind::Else if at + 1 == index => {
                    let has_if = (start..at).any(|before| self.kind(before) == TokenKind::If && before > start);
                    return has_if.then(|| {
                        Diagnosis::new("expected expression after 'else', but statement is given", self.range_of(index))
                    });
                }
                TokenKind::Comma | TokenKind::Equal | TokenKind::Else | TokenKind::For => return None,
                _ => {}
            }
        }
        None
    }

    fn unexpected_indent(&self, index: usize) -> Diagnosis {
        let end = self.range_of(index).end();
        let column = self.source.line_and_column(end).1 as i32;
        Diagnosis {
            kind: SyntaxErrorKind::Indentation,
            columns: Some((column, -1)),
            ..Diagnosis::new("unexpected indent", TextRange::empty(end))
        }
    }

    fn translate_kind(&self, error: &ParseError) -> Diagnosis {
        let range = error.location;
        let index = self.token_at(range.start());
        match &error.error {
            ParseErrorType::Lexical(lexical) => self.lexical(lexical, range, index),
            ParseErrorType::FStringError(kind) => self.interpolated("f", kind, range, index),
            ParseErrorType::TStringError(kind) => self.interpolated("t", kind, range, index),
            ParseErrorType::UnexpectedIndentation => self.unexpected_indent(
                self.tokens
                    .iter()
                    .position(|token| token.kind() == TokenKind::Indent && token.end() >= range.end())
                    .unwrap_or(index),
            ),
            ParseErrorType::InvalidAssignmentTarget
            | ParseErrorType::InvalidNamedAssignmentTarget
            | ParseErrorType::InvalidAnnotatedAssignmentTarget
            | ParseErrorType::InvalidAugmentedAssignmentTarget
            | ParseErrorType::InvalidDeleteTarget => self.target(&error.error, range, index),
            ParseErrorType::ExpectedToken { expected, found } => self.expected_token(*expected, *found, index),
            ParseErrorType::SimpleStatementsOnSameLine
            | ParseErrorType::SimpleAndCompoundStatementOnSameLine
            | ParseErrorType::UnexpectedExpressionToken => self.unexpected(index),
            ParseErrorType::ExpectedExpression => self.expected_expression(index),
            ParseErrorType::PositionalAfterKeywordArgument => {
                self.argument_order(range, "positional argument follows keyword argument")
            }
            ParseErrorType::PositionalAfterKeywordUnpacking => {
                self.argument_order(range, "positional argument follows keyword argument unpacking")
            }
            ParseErrorType::InvalidArgumentUnpackingOrder => {
                let start = match self.before(index) {
                    Some(comma) if comma.kind() == TokenKind::Comma => comma.start(),
                    _ => range.start(),
                };
                Diagnosis::new(
                    "iterable argument unpacking follows keyword argument unpacking",
                    span(start, range.end()),
                )
            }
            ParseErrorType::UnparenthesizedGeneratorExpression
                if self.kind(self.line_start(index)) == TokenKind::Class =>
            {
                Diagnosis::generic(self.range_of(self.first_from(index, TokenKind::For).unwrap_or(index)))
            }
            ParseErrorType::UnparenthesizedGeneratorExpression => {
                Diagnosis::new("Generator expression must be parenthesized", range)
            }
            ParseErrorType::IterableUnpackingInComprehension => {
                Diagnosis::new("iterable unpacking cannot be used in comprehension", range)
            }
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                let name = span(range.start(), self.range_of(index).end());
                Diagnosis::new("parameter without a default follows parameter with a default", name)
            }
            ParseErrorType::ParamAfterVarKeywordParam => {
                Diagnosis::new("arguments cannot follow var-keyword argument", self.range_of(index))
            }
            ParseErrorType::ExpectedKeywordParam => {
                let star = self.star_before(index);
                let in_lambda =
                    self.opener(index).is_none_or(|opener| self.kind(opener.saturating_sub(2)) != TokenKind::Def);
                let range = if in_lambda { self.range_of(self.token_at(star.end())) } else { star };
                Diagnosis::new("named arguments must follow bare *", range)
            }
            ParseErrorType::VarParameterWithDefault => {
                let equals = self.first_from(self.token_at(range.start()), TokenKind::Equal).unwrap_or(index);
                let before = self.tokens[..equals]
                    .iter()
                    .rev()
                    .find(|token| matches!(token.kind(), TokenKind::Star | TokenKind::DoubleStar));
                let what = match before.map(Token::kind) {
                    Some(TokenKind::DoubleStar) => "var-keyword argument cannot have default value",
                    _ => "var-positional argument cannot have default value",
                };
                Diagnosis::new(what, self.range_of(equals))
            }
            ParseErrorType::EmptyImportNames => self.empty_import(index),
            ParseErrorType::EmptyTypeParams => {
                let close = self.first_from(index, TokenKind::Rsqb).unwrap_or(index);
                Diagnosis::new("Type parameter list cannot be empty", TextRange::empty(self.range_of(close).start()))
            }
            ParseErrorType::InvalidStarredExpressionUsage => self.starred(range, index),
            ParseErrorType::InvalidMatchPatternTarget => Diagnosis::new("cannot use '_' as a target", range),
            ParseErrorType::ExpectedImaginaryNumber => {
                Diagnosis::new("imaginary number required in complex literal", range)
            }
            ParseErrorType::ExpectedRealNumber => Diagnosis::new("real number required in complex literal", range),
            ParseErrorType::InvalidStarPatternUsage => {
                let star = self.token_at(range.start());
                Diagnosis::generic(self.range_of(star + 2))
            }
            ParseErrorType::UnparenthesizedNamedExpression => self.named_operator(range, index),
            ParseErrorType::UnparenthesizedTupleExpression => {
                Diagnosis::generic(self.range_of(self.first_from(index, TokenKind::Comma).unwrap_or(index)))
            }
            ParseErrorType::InvalidLambdaExpressionUsage
            | ParseErrorType::InvalidYieldExpressionUsage
            | ParseErrorType::EmptySlice
            | ParseErrorType::EmptyGlobalNames
            | ParseErrorType::EmptyNonlocalNames
            | ParseErrorType::EmptyDeleteTargets
            | ParseErrorType::UnexpectedTokenAfterAsync(_)
            | ParseErrorType::UnexpectedIpythonEscapeCommand => self.unexpected(index),
            ParseErrorType::StringAnnotationError(message) => Diagnosis::new(*message, range),
            ParseErrorType::OtherError(message) => self.other(message, range, index),
        }
    }

    /// The first token of a kind from `index` on.
    fn first_from(&self, index: usize, kind: TokenKind) -> Option<usize> {
        (index..self.tokens.len()).find(|at| self.kind(*at) == kind)
    }

    fn star_before(&self, index: usize) -> TextRange {
        let star = (0..=index.min(self.tokens.len() - 1)).rev().find(|at| self.kind(*at) == TokenKind::Star);
        self.range_of(star.unwrap_or(index))
    }

    // ---- arguments ----

    /// CPython points at what ends the list of arguments.
    fn argument_order(&self, range: TextRange, message: &str) -> Diagnosis {
        let mut at = self.token_at(range.end());
        let depth = self.depth(at);
        while at + 1 < self.tokens.len() && !(matches!(self.kind(at), TokenKind::Rpar) && self.depth(at) == depth) {
            at += 1;
        }
        Diagnosis::new(message, self.range_of(at))
    }

    // ---- tokens that are missing ----

    fn expected_token(&self, expected: TokenKind, found: TokenKind, index: usize) -> Diagnosis {
        let start = self.line_start(index);
        let first = match self.kind(start) {
            TokenKind::Async => self.kind(start + 1),
            kind => kind,
        };
        if matches!(expected, TokenKind::Colon) {
            let forced = match first {
                TokenKind::Def | TokenKind::Try | TokenKind::Finally => true,
                TokenKind::Else => start + 1 == index,
                TokenKind::For => self.tokens[start..index].iter().any(|token| token.kind() == TokenKind::In),
                _ => false,
            };
            let compound = matches!(
                first,
                TokenKind::If
                    | TokenKind::Elif
                    | TokenKind::Else
                    | TokenKind::While
                    | TokenKind::For
                    | TokenKind::With
                    | TokenKind::Def
                    | TokenKind::Class
                    | TokenKind::Try
                    | TokenKind::Except
                    | TokenKind::Finally
                    | TokenKind::Match
                    | TokenKind::Case
            );
            if compound && self.depth(index) == 0 && (forced || found == TokenKind::Newline) {
                return Diagnosis::new("expected ':'", self.range_of(index));
            }
        }
        if found == TokenKind::Equal
            && let Some(diagnosis) = self.equals(index)
        {
            return diagnosis;
        }
        if expected == TokenKind::In && self.depth(index) > 0 {
            return Diagnosis::new("'in' expected after for-loop variables", self.range_of(index));
        }
        if matches!(expected, TokenKind::Lpar) && first == TokenKind::Def && index == start + 2 {
            return Diagnosis::new("expected '('", self.range_of(index));
        }
        if expected == TokenKind::Import && found == TokenKind::Newline && first == TokenKind::From {
            return Diagnosis::generic(self.range_of(index));
        }
        if found == TokenKind::Comma
            && let Some(diagnosis) = self.comprehension_target(index)
        {
            return diagnosis;
        }
        if matches!(self.kind(index), TokenKind::For | TokenKind::Async)
            && let Some(diagnosis) = self.comprehension_target(index)
        {
            return diagnosis;
        }
        if let Some(diagnosis) = self.dict_rules(index) {
            return diagnosis;
        }
        if found == TokenKind::Indent {
            return self.unexpected_indent(index);
        }
        if matches!(first, TokenKind::Import | TokenKind::From)
            && found == TokenKind::Dot
            && self.before(index.saturating_sub(1)).is_some_and(|token| token.kind() == TokenKind::As)
        {
            return self.import_target(index);
        }
        if let Some(diagnosis) = self.attribute_after_as(first, found, index) {
            return diagnosis;
        }
        self.unexpected(index)
    }

    /// `except A as b.c:` and `case a as b.c:`.
    fn attribute_after_as(&self, first: TokenKind, found: TokenKind, index: usize) -> Option<Diagnosis> {
        if !matches!(found, TokenKind::Dot | TokenKind::Lpar | TokenKind::Lsqb) {
            return None;
        }
        let target = index.checked_sub(1)?;
        if self.before(target)?.kind() != TokenKind::As {
            return None;
        }
        let range = self.expression_at(self.token(target)?.start())?;
        let name = self.parse_at(self.token(target)?.start(), expression_name)?;
        match first {
            TokenKind::Except => Some(Diagnosis::new(format!("cannot use except statement with {name}"), range)),
            TokenKind::Case => Some(Diagnosis::new(format!("cannot use {name} as pattern target"), range)),
            _ => None,
        }
    }

    fn import_target(&self, index: usize) -> Diagnosis {
        let start = self.range_of(index - 1).start();
        match self.expression_at(start) {
            Some(range) => {
                let name = self.parse_at(start, expression_name).unwrap_or("attribute");
                Diagnosis::new(format!("cannot use {name} as import target"), range)
            }
            None => Diagnosis::generic(self.range_of(index)),
        }
    }

    /// `=` where no assignment can be.
    fn equals(&self, index: usize) -> Option<Diagnosis> {
        let start = self.line_start(index);
        let previous = self.before(index)?;
        let from = self.token(start)?.start();
        if let Some(opener) = self.opener(index)
            && self.is_call(opener)
        {
            // A keyword argument whose name is no name.
            let depth = self.depth(index);
            let start = (opener + 1..index)
                .rev()
                .find(|at| self.depth(*at) == depth && self.kind(*at) == TokenKind::Comma)
                .unwrap_or(opener)
                + 1;
            let offset = self.range_of(start).start();
            let whole = span(offset, previous.end());
            let parsed = ruff_python_parser::parse_expression(self.text(whole)).ok()?;
            let left = match parsed.expr() {
                Expr::Generator(generator) if !generator.parenthesized => return None,
                other => other.range() + offset,
            };
            let text = self.text(left);
            if matches!(text, "True" | "False" | "None") {
                return Some(Diagnosis::new(
                    format!("cannot assign to {text}"),
                    span(left.start(), self.range_of(index).end()),
                ));
            }
            return Some(Diagnosis::new(
                "expression cannot contain assignment, perhaps you meant \"==\"?",
                span(left.start(), self.range_of(index).end()),
            ));
        }
        let left = self.expression_ending(previous.end(), from, |expression| {
            is_disjunction(expression)
                && !matches!(
                    expression,
                    Expr::BoolOp(_) | Expr::UnaryOp(ast::ExprUnaryOp { op: ast::UnaryOp::Not, .. }) | Expr::Compare(_)
                )
        })?;
        let right = self.bitwise_or_at(self.token(index + 1)?.start())?;
        if matches!(self.kind(self.token_at(right.end())), TokenKind::Equal | TokenKind::ColonEqual) {
            return None;
        }
        let inside = self.depth(index) > 0;
        let in_condition = matches!(self.kind(start), TokenKind::If | TokenKind::Elif | TokenKind::While);
        if !(inside || in_condition) {
            return None;
        }
        let (is_name, message) = self.assigned(left);
        if is_name {
            return Some(Diagnosis::new(
                "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
                span(left.start(), right.end()),
            ));
        }
        message.map(|name| {
            Diagnosis::new(format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"), left)
        })
    }

    fn bitwise_or_at(&self, offset: TextSize) -> Option<TextRange> {
        self.parse_at(offset, |body| {
            let mut body = body;
            loop {
                body = match body {
                    Expr::Tuple(tuple) if !tuple.parenthesized => tuple.elts.first()?,
                    Expr::Compare(compare) => &compare.left,
                    Expr::BoolOp(operation) => operation.values.first()?,
                    Expr::If(node) => &node.body,
                    Expr::Generator(node) if !node.parenthesized => &node.elt,
                    other => return Some(other.range() + offset),
                };
            }
        })
        .flatten()
    }

    /// Whether an expression is a name; if not and it cannot be assigned to, what it is.
    fn assigned(&self, range: TextRange) -> (bool, Option<&'static str>) {
        let text = self.text(range);
        let Ok(parsed) = ruff_python_parser::parse_expression(text) else { return (false, None) };
        match parsed.expr() {
            Expr::Name(_) => (true, None),
            Expr::List(_) | Expr::Tuple(_) | Expr::Generator(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) => {
                (false, None)
            }
            Expr::Attribute(_) | Expr::Subscript(_) => (false, Some(expression_name(parsed.expr()))),
            other => (false, Some(expression_name(other))),
        }
    }

    /// Whether the bracket opened by token `opener` holds the arguments of a call.
    fn is_call(&self, opener: usize) -> bool {
        self.kind(opener) == TokenKind::Lpar
            && !self.before(opener.saturating_sub(1)).is_some_and(|token| token.kind() == TokenKind::Def)
            && self.before(opener).is_some_and(|token| {
                matches!(
                    token.kind(),
                    TokenKind::Name | TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::String
                )
            })
    }

    /// `[x, y for x in z]`
    fn comprehension_target(&self, index: usize) -> Option<Diagnosis> {
        let opener = self.opener(index)?;
        if !matches!(self.kind(opener), TokenKind::Lsqb | TokenKind::Lbrace) {
            return None;
        }
        if !matches!(self.kind(index), TokenKind::For | TokenKind::Async) {
            return None;
        }
        let first = self.token(opener + 1)?;
        let last = self.before(index)?;
        let has_comma = (opener + 1..index).any(|at| self.kind(at) == TokenKind::Comma);
        let has_colon =
            (opener + 1..index).any(|at| self.kind(at) == TokenKind::Colon && self.depth(at) == self.depth(index));
        if !has_comma || has_colon {
            return None;
        }
        Some(Diagnosis::new(
            "did you forget parentheses around the comprehension target?",
            span(first.start(), last.end()),
        ))
    }

    /// Dict displays with a part missing.
    fn dict_rules(&self, index: usize) -> Option<Diagnosis> {
        let opener = self.opener(index)?;
        if self.kind(opener) != TokenKind::Lbrace {
            return None;
        }
        let depth = self.depth(index);
        let in_dict = (opener + 1..index)
            .any(|at| self.depth(at) == depth && matches!(self.kind(at), TokenKind::Colon | TokenKind::DoubleStar));
        if !in_dict {
            return None;
        }
        let previous = index - 1;
        if self.kind(previous) == TokenKind::Colon && (matches!(self.kind(index), TokenKind::Rbrace | TokenKind::Comma))
        {
            return Some(Diagnosis::new("expression expected after dictionary key and ':'", self.range_of(previous)));
        }
        // A key without a value after a complete pair.
        let item =
            (opener + 1..index).rev().find(|at| self.depth(*at) == depth && self.kind(*at) == TokenKind::Comma)?;
        let has_colon = (item + 1..index)
            .any(|at| self.depth(at) == depth && matches!(self.kind(at), TokenKind::Colon | TokenKind::DoubleStar));
        if !has_colon && item + 1 < index {
            let key_end = self.token(previous)?;
            self.expression_ending(key_end.end(), self.range_of(item).end(), |_| true)?;
            let mut range = key_end.range();
            range = TextRange::empty(range.start());
            return Some(Diagnosis::without_end("':' expected after dictionary key", range));
        }
        None
    }

    fn expected_expression(&self, index: usize) -> Diagnosis {
        let start = self.line_start(index);
        let previous = self.before(index).map(Token::kind);
        if let Some(diagnosis) = self.dict_rules(index) {
            return diagnosis;
        }
        match (previous, self.kind(index)) {
            (Some(TokenKind::Equal), TokenKind::Rpar | TokenKind::Comma) => {
                let opener = self.opener(index);
                if opener.is_some_and(|opener| opener >= 2 && self.kind(opener - 2) == TokenKind::Def) {
                    return Diagnosis::new("expected default value expression", self.range_of(index - 1));
                }
                if let Some(opener) = opener
                    && self.is_call(opener)
                    && let Some(name) = self.before(index - 1)
                {
                    return Diagnosis::new(
                        "expected argument value expression",
                        span(name.start(), self.range_of(index - 1).end()),
                    );
                }
            }
            (Some(TokenKind::Star), TokenKind::Rpar | TokenKind::Comma)
                if self.opener(index).is_some_and(|at| self.is_call(at)) =>
            {
                return Diagnosis::new("Invalid star expression", self.range_of(index));
            }
            (Some(TokenKind::Else), _) => {
                if let Some(diagnosis) = self.conditional_rules(index, start) {
                    return diagnosis;
                }
            }
            (Some(TokenKind::Rarrow), TokenKind::Colon) => {
                return Diagnosis::new("expected ':'", self.range_of(index - 1));
            }
            (_, TokenKind::Equal) => {
                if let Some(diagnosis) = self.equals(index) {
                    return diagnosis;
                }
            }
            _ => {}
        }
        self.field_rules(index).unwrap_or_else(|| {
            let mut generic = Diagnosis::generic(self.range_of(index));
            if let (Some(less), TokenKind::Greater) = (self.before(index), self.kind(index))
                && less.kind() == TokenKind::Less
                && less.end() == generic.range.start()
            {
                generic.range = span(less.start(), generic.range.end());
            }
            generic
        })
    }

    fn empty_import(&self, index: usize) -> Diagnosis {
        if self.kind(index) == TokenKind::Newline || self.kind(index) == TokenKind::EndOfFile {
            let end = self.before(index).map_or(TextSize::new(0), |token| token.end());
            return Diagnosis::new("Expected one or more names after 'import'", TextRange::empty(end));
        }
        Diagnosis::generic(self.range_of(index))
    }

    fn starred(&self, range: TextRange, index: usize) -> Diagnosis {
        let previous = self.before(index).map(Token::kind);
        let next = self.token_at(range.end());
        if previous == Some(TokenKind::Lpar) && self.kind(next) == TokenKind::Rpar {
            return Diagnosis::new("cannot use starred expression here", range);
        }
        Diagnosis::new("can't use starred expression here", range)
    }

    fn named_operator(&self, range: TextRange, index: usize) -> Diagnosis {
        let operator =
            self.first_from(index, TokenKind::ColonEqual).filter(|at| self.range_of(*at).start() < range.end());
        Diagnosis::generic(self.range_of(operator.unwrap_or(index)))
    }

    // ---- targets ----

    fn target(&self, error: &ParseErrorType, range: TextRange, index: usize) -> Diagnosis {
        let Some(found) = self.expression_at_range(range) else {
            return Diagnosis::generic(self.range_of(index));
        };
        let (name, range) = match invalid_target(found) {
            Some(inner) => (expression_name(inner), inner.range()),
            None => (expression_name(found), range),
        };
        match error {
            ParseErrorType::InvalidAugmentedAssignmentTarget => {
                let whole = expression_name(found);
                Diagnosis::new(format!("'{whole}' is an illegal expression for augmented assignment"), found.range())
            }
            ParseErrorType::InvalidDeleteTarget => Diagnosis::new(format!("cannot delete {name}"), range),
            ParseErrorType::InvalidNamedAssignmentTarget => {
                let name = expression_name(found);
                Diagnosis::new(format!("cannot use assignment expressions with {name}"), found.range())
            }
            ParseErrorType::InvalidAnnotatedAssignmentTarget => {
                Diagnosis::new("illegal target for annotation", found.range())
            }
            _ => self.assignment_target(found, name, range),
        }
    }

    fn assignment_target(&self, found: &Expr, name: &'static str, range: TextRange) -> Diagnosis {
        let start = self.line_start(self.token_at(range.start()));
        let first = self.kind(start);
        let keyword = if first == TokenKind::Async { self.kind(start + 1) } else { first };
        let in_targets =
            matches!(keyword, TokenKind::For | TokenKind::With) || self.depth(self.token_at(range.start())) > 0;
        let plain = Diagnosis::new(format!("cannot assign to {name}"), range);
        // The long form is only for one `=` after something that is no chain of targets.
        let after = self.token_at(found.range().end());
        let closing = (after..self.tokens.len()).find(|at| self.kind(*at) != TokenKind::Rpar).unwrap_or(after);
        if self.kind(closing) != TokenKind::Equal {
            return plain;
        }
        if matches!(found, Expr::Yield(_) | Expr::YieldFrom(_)) && self.depth(after) == 0 {
            return Diagnosis::new("assignment to yield expression not possible", found.range());
        }
        let at_start = self.before(self.token_at(found.range().start())).is_none_or(|token| {
            matches!(
                token.kind(),
                TokenKind::Newline
                    | TokenKind::Indent
                    | TokenKind::Dedent
                    | TokenKind::Semi
                    | TokenKind::Colon
                    | TokenKind::Lpar
            )
        });
        let second = (closing + 1..self.tokens.len())
            .take_while(|at| !matches!(self.kind(*at), TokenKind::Newline | TokenKind::Semi))
            .any(|at| self.kind(at) == TokenKind::Equal && self.depth(at) == self.depth(closing));
        let simple = matches!(
            found,
            Expr::Compare(_)
                | Expr::BoolOp(_)
                | Expr::Lambda(_)
                | Expr::If(_)
                | Expr::Generator(_)
                | Expr::NoneLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::List(_)
                | Expr::Tuple(_)
                | Expr::UnaryOp(ast::ExprUnaryOp { op: ast::UnaryOp::Not, .. })
        );
        if simple || second || !at_start || (in_targets && !matches!(found, Expr::Yield(_))) {
            return plain;
        }
        Diagnosis::new(format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"), range)
    }

    fn expression_at_range(&self, range: TextRange) -> Option<&'a Expr> {
        struct At<'a> {
            range: TextRange,
            found: Option<&'a Expr>,
        }
        impl<'a> Visitor<'a> for At<'a> {
            fn visit_stmt(&mut self, statement: &'a Stmt) {
                if self.found.is_none() {
                    walk_stmt(self, statement);
                }
            }
            fn visit_expr(&mut self, expression: &'a Expr) {
                if self.found.is_some() {
                    return;
                }
                if expression.range() == self.range {
                    self.found = Some(expression);
                } else {
                    walk_expr(self, expression);
                }
            }
        }
        let mut at = At { range, found: None };
        match self.parsed.syntax() {
            Mod::Module(module) => module.body.iter().for_each(|statement| at.visit_stmt(statement)),
            Mod::Expression(module) => at.visit_expr(&module.body),
        }
        at.found
    }

    // ---- lexical errors that the scan did not see, and texts of the parser ----

    fn lexical(&self, error: &LexicalErrorType, range: TextRange, index: usize) -> Diagnosis {
        match error {
            LexicalErrorType::UnicodeError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace
            | LexicalErrorType::InvalidByteLiteral
            | LexicalErrorType::StringError => self.string_error(range),
            LexicalErrorType::FStringError(kind) => self.interpolated("f", kind, range, index),
            LexicalErrorType::TStringError(kind) => self.interpolated("t", kind, range, index),
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
    fn string_error(&self, range: TextRange) -> Diagnosis {
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
    fn mixed_strings(&self, range: TextRange) -> Diagnosis {
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

    fn interpolated(
        &self,
        kind: &str,
        error: &InterpolatedStringErrorType,
        range: TextRange,
        index: usize,
    ) -> Diagnosis {
        let message = match error {
            InterpolatedStringErrorType::UnclosedLbrace => return self.unexpected(index),
            InterpolatedStringErrorType::InvalidConversionFlag => {
                let text = self.text(self.range_of(index));
                if self.kind(index) == TokenKind::Name {
                    format!("{kind}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'")
                } else {
                    return Diagnosis::new(
                        format!("{kind}-string: missing conversion character"),
                        self.range_of(index),
                    );
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

    fn other(&self, message: &str, range: TextRange, index: usize) -> Diagnosis {
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
    fn end_of_clause(&self, index: usize) -> TextSize {
        let colon = self.first_from(index, TokenKind::Colon).unwrap_or(index);
        self.before(colon).map_or(TextSize::new(0), |token| token.end())
    }

    /// "expected an indented block", with the statement that wants it.
    fn expected_block(&self, clause: &str, index: usize) -> Diagnosis {
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
    fn end_of_source(&self) -> (TextRange, Option<(i32, i32)>) {
        let text = self.source.text().trim_end_matches('\n');
        let end = TextSize::try_from(text.len()).unwrap_or_default();
        let line = self.source.line(end);
        let length = self.source.line_text(line).map_or(0, |text| text.trim_end_matches('\n').chars().count());
        (TextRange::empty(end), Some((length as i32 + 1, -1)))
    }
}

/// Finds the longest expression that ends at a place.
struct Finder {
    end: TextSize,
    from: TextSize,
    accept: fn(&Expr) -> bool,
    found: Option<TextRange>,
}

impl<'a> Visitor<'a> for Finder {
    fn visit_expr(&mut self, expression: &'a Expr) {
        let range = expression.range();
        if range.end() == self.end
            && range.start() >= self.from
            && !is_invalid(expression)
            && (self.accept)(expression)
            && self.found.is_none_or(|found| range.len() > found.len())
        {
            self.found = Some(range);
        }
        walk_expr(self, expression);
    }
}

/// A placeholder that the parser put where an expression was missing.
fn is_invalid(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if name.ctx == ast::ExprContext::Invalid || name.id.is_empty())
}

/// The grammar's `disjunction`: no conditional expression, lambda, star, tuple or named expression.
fn is_disjunction(expression: &Expr) -> bool {
    match expression {
        Expr::Tuple(tuple) => tuple.parenthesized,
        Expr::Generator(generator) => generator.parenthesized,
        Expr::If(_)
        | Expr::Lambda(_)
        | Expr::Starred(_)
        | Expr::Named(_)
        | Expr::Yield(_)
        | Expr::YieldFrom(_)
        | Expr::Slice(_) => false,
        _ => true,
    }
}

/// The part of a target that cannot be assigned to.
fn invalid_target(target: &Expr) -> Option<&Expr> {
    match target {
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            elts.iter().find_map(invalid_target)
        }
        Expr::Starred(node) => invalid_target(&node.value),
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => None,
        other => Some(other),
    }
}

/// What CPython calls an expression in messages (`_PyPegen_get_expr_name`).
fn expression_name(expression: &Expr) -> &'static str {
    match expression {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => "literal",
        Expr::BooleanLiteral(node) => {
            if node.value {
                "True"
            } else {
                "False"
            }
        }
        Expr::NoneLiteral(_) => "None",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}
