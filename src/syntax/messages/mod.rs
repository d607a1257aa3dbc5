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
use super::parse::ParseFailure;
use super::source::SourceText;
use super::{literals, tokenizer};

mod clauses;
mod expressions;
mod targets;

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
pub(super) fn translate(source: &SourceText, parsed: &Parsed<Mod>) -> ParseFailure {
    let scan = tokenizer::scan(source);
    if let Some(info) = scan.error {
        // CPython's parser stops at an indented first line before its tokenizer sees what follows.
        let context = Context::new(source, parsed);
        if context.kind(0) == TokenKind::Indent && info.line > source.line(context.range_of(0).end()) {
            return ParseFailure { info: context.place(context.unexpected_indent(0)), at_end: false };
        }
        // A triple-quoted string or a line continued may go on, and a string whose last line has not ended.
        let lines: Vec<&str> = source.text().split('\n').skip(info.line.saturating_sub(1) as usize).collect();
        let open = lines.split_last().is_some_and(|(_, ended)| ended.iter().all(|line| line.ends_with('\\')));
        let at_end = info.message.starts_with("unterminated triple-quoted")
            || info.message.starts_with("unexpected EOF")
            || info.message.starts_with("unterminated string literal") && open;
        return ParseFailure { info, at_end };
    }
    let context = Context::new(source, parsed);
    let diagnosis = context.diagnose();
    let at_end = context.could_go_on(&diagnosis) || !scan.open.is_empty();
    if let Some((bracket, at)) = scan.open.last() {
        let offset = TextSize::try_from(*at).unwrap_or_default();
        let bracket_line = source.line(offset);
        let ends = context.is_at_end(diagnosis.range.start());
        let in_definition =
            diagnosis.generic && context.is_definition(offset) && diagnosis.range.start() > offset + TextSize::new(1);
        if (diagnosis.generic && ends) || in_definition || source.line(diagnosis.range.end()) > bracket_line {
            let message = format!("'{bracket}' was never closed");
            let mut info = source.error(message, TextRange::at(offset, TextSize::new(1)));
            info.end_column = 0;
            return ParseFailure { info, at_end };
        }
    }
    ParseFailure { info: context.place(diagnosis), at_end }
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

    /// More lines could mend it. A line that ends too early with a line break could not: only where a block, a clause
    /// or what is decorated is missing does the parser want more lines.
    fn could_go_on(&self, diagnosis: &Diagnosis) -> bool {
        let rest = &self.source.text()[diagnosis.range.start().to_usize().min(self.source.text().len())..];
        let wants_lines = diagnosis.message.starts_with("expected an indented block")
            || diagnosis.message.starts_with("expected 'except'")
            || diagnosis.generic && self.is_lone_decorator();
        self.is_at_end(diagnosis.range.start()) && (wants_lines || !rest.contains('\n'))
    }

    /// Whether the bracket at `offset` opens the parameters of a `def`.
    fn is_definition(&self, offset: TextSize) -> bool {
        let opener = self.token_at(offset);
        opener >= 2 && self.kind(opener - 2) == TokenKind::Def
    }

    /// The error with the columns CPython gives it.
    fn place(&self, diagnosis: Diagnosis) -> SyntaxErrorInfo {
        let Diagnosis { kind, message, range, columns, generic, .. } = diagnosis;
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
        if generic && range.is_empty() && self.is_lone_decorator() && self.is_at_end(range.start()) {
            // The end of the source, behind the line break that CPython adds to a last line without one.
            (error.column, error.end_column) = (0, 0);
        }
        if columns.is_some() || self.text(range) == "\n" {
            error.end_line = error.line;
        }
        error
    }

    /// The source is a decorator with nothing behind it.
    fn is_lone_decorator(&self) -> bool {
        let end = self.tokens.iter().position(|token| token.kind() == TokenKind::Newline).unwrap_or(0);
        let whole = end >= 2 && matches!(self.kind(end - 1), TokenKind::Name | TokenKind::Rpar | TokenKind::Rsqb);
        self.kind(0) == TokenKind::At && whole
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

    fn translate_kind(&self, error: &ParseError) -> Diagnosis {
        let range = error.location;
        let index = self.token_at(range.start());
        match &error.error {
            ParseErrorType::Lexical(lexical) => self.lexical(lexical, range, index),
            ParseErrorType::FStringError(kind) => self.interpolated("f", kind, index),
            ParseErrorType::TStringError(kind) => self.interpolated("t", kind, index),
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
}
