//! Errors about expressions: two side by side, a part that is missing, `=` where none can be.
//!
//! What lives here: counterparts of the grammar's `invalid_expression`, `invalid_named_expression`,
//! `invalid_arguments`, `invalid_comprehension`, `invalid_double_starred_kvpairs` and their kin. What must not:
//! targets and statements.

use super::targets::expression_name;
use super::*;

impl<'a> Context<'a> {
    /// The end of the last token before the newline or semicolon after token `index`.
    pub(super) fn end_of_statement(&self, index: usize) -> TextSize {
        let mut at = index;
        while at < self.tokens.len()
            && !matches!(self.kind(at), TokenKind::Newline | TokenKind::Semi | TokenKind::EndOfFile)
        {
            at += 1;
        }
        self.before(at).map_or(TextSize::new(0), |token| token.end())
    }

    pub(super) fn starts_expression(&self, kind: TokenKind) -> bool {
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
    pub(super) fn expressions_at(&self, offset: TextSize) -> Option<TextRange> {
        let range = self.parse_at(offset, |expression| expression.range() + offset)?;
        (!range.is_empty()).then_some(range)
    }

    /// Parses the rest of the line at `offset` and gives something of the first expression.
    pub(super) fn parse_at<T>(&self, offset: TextSize, look: impl FnOnce(&Expr) -> T) -> Option<T> {
        let rest = &self.source.text()[offset.to_usize()..];
        let parsed = parse_unchecked(rest, ParseOptions::from(Mode::Expression));
        let Mod::Expression(module) = parsed.syntax() else { return None };
        if module.body.range().is_empty() || is_invalid(&module.body) {
            return None;
        }
        Some(look(&module.body))
    }

    /// The range of one `expression` of the grammar (no tuple, no star) that starts at `offset`.
    pub(super) fn expression_at(&self, offset: TextSize) -> Option<TextRange> {
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
    pub(super) fn expression_ending(
        &self,
        end: TextSize,
        from: TextSize,
        accept: fn(&Expr) -> bool,
    ) -> Option<TextRange> {
        let mut finder = Finder { end, from, accept, found: None };
        match self.parsed.syntax() {
            Mod::Module(module) => module.body.iter().for_each(|statement| finder.visit_stmt(statement)),
            Mod::Expression(module) => finder.visit_expr(&module.body),
        }
        finder.found
    }

    /// The generic error, or one of the rules about two expressions side by side.
    pub(super) fn unexpected(&self, index: usize) -> Diagnosis {
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
    pub(super) fn parenthesized_parameters(&self, index: usize, start: usize) -> Option<Diagnosis> {
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
    pub(super) fn field_of(&self, opener: usize) -> Option<char> {
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
    pub(super) fn field_rules(&self, index: usize) -> Option<Diagnosis> {
        let opener = self.opener(index)?;
        let kind = self.field_of(opener)?;
        if opener + 1 == index {
            let text = self.text(self.range_of(index));
            if matches!(text, "}" | "=" | "!" | ":") {
                let message = format!("{kind}-string: valid expression required before '{text}'");
                return Some(Diagnosis::new(message, self.range_of(index)));
            }
            let message = format!("{kind}-string: expecting a valid expression after '{{'");
            return Some(Diagnosis::new(message, self.range_of(index)));
        }
        if self.kind(opener + 1) == TokenKind::Lambda {
            let colon = self.first_from(opener + 1, TokenKind::Colon)?;
            return Some(Diagnosis::new(
                format!("{kind}-string: lambda expressions are not allowed without parentheses"),
                span(self.range_of(opener + 1).start(), self.range_of(colon).end()),
            ));
        }
        // What stands behind the longest expression is what the grammar stumbles over.
        let depth = self.depth(index);
        let marks = (opener + 1..index).filter(|at| self.depth(*at) == depth);
        let (mut conversion, mut debug) = (false, false);
        for at in marks {
            conversion |= self.kind(at) == TokenKind::Exclamation;
            debug |= self.kind(at) == TokenKind::Equal;
        }
        if conversion || debug {
            let rest = if conversion { "':' or '}'" } else { "'!', or ':', or '}'" };
            return Some(Diagnosis::new(format!("{kind}-string: expecting {rest}"), self.range_of(index)));
        }
        let first = self.range_of(opener + 1).start();
        let longest = (opener + 1..index).rev().find(|at| {
            let found = self.expression_ending(self.range_of(*at).end(), first, |_| true);
            found.is_some_and(|found| found.start() == first)
        });
        Some(match longest {
            Some(last) => Diagnosis::new(
                format!("{kind}-string: expecting '=', or '!', or ':', or '}}'"),
                self.range_of(last + 1),
            ),
            None => Diagnosis::new(
                format!("{kind}-string: expecting a valid expression after '{{'"),
                self.range_of(opener + 1),
            ),
        })
    }

    pub(super) fn conditional_rules(&self, index: usize, start: usize) -> Option<Diagnosis> {
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

    pub(super) fn unexpected_indent(&self, index: usize) -> Diagnosis {
        let end = self.range_of(index).end();
        let column = self.source.line_and_column(end).1 as i32;
        Diagnosis {
            kind: SyntaxErrorKind::Indentation,
            columns: Some((column, -1)),
            ..Diagnosis::new("unexpected indent", TextRange::empty(end))
        }
    }

    // ---- arguments ----

    /// CPython points at what ends the list of arguments.
    pub(super) fn argument_order(&self, range: TextRange, message: &str) -> Diagnosis {
        let mut at = self.token_at(range.end());
        let depth = self.depth(at);
        while at + 1 < self.tokens.len() && !(matches!(self.kind(at), TokenKind::Rpar) && self.depth(at) == depth) {
            at += 1;
        }
        Diagnosis::new(message, self.range_of(at))
    }

    // ---- tokens that are missing ----

    pub(super) fn expected_token(&self, expected: TokenKind, found: TokenKind, index: usize) -> Diagnosis {
        let start = self.line_start(index);
        let first = match self.kind(start) {
            TokenKind::Async => self.kind(start + 1),
            kind => kind,
        };
        if first == TokenKind::Case && found == TokenKind::FStringStart {
            let what = if expected == TokenKind::Rbrace { "mapping pattern keys" } else { "patterns" };
            let end = self.first_from(index, TokenKind::FStringEnd).unwrap_or(index);
            let range = span(self.range_of(index).start(), self.range_of(end).end());
            return Diagnosis::new(format!("{what} may only match literals and attribute lookups"), range);
        }
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
    pub(super) fn attribute_after_as(&self, first: TokenKind, found: TokenKind, index: usize) -> Option<Diagnosis> {
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

    pub(super) fn import_target(&self, index: usize) -> Diagnosis {
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
    pub(super) fn equals(&self, index: usize) -> Option<Diagnosis> {
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

    pub(super) fn bitwise_or_at(&self, offset: TextSize) -> Option<TextRange> {
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
    pub(super) fn assigned(&self, range: TextRange) -> (bool, Option<&'static str>) {
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
    pub(super) fn is_call(&self, opener: usize) -> bool {
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
    pub(super) fn comprehension_target(&self, index: usize) -> Option<Diagnosis> {
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
    pub(super) fn dict_rules(&self, index: usize) -> Option<Diagnosis> {
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

    pub(super) fn expected_expression(&self, index: usize) -> Diagnosis {
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

    pub(super) fn empty_import(&self, index: usize) -> Diagnosis {
        if self.kind(index) == TokenKind::Newline || self.kind(index) == TokenKind::EndOfFile {
            let end = self.before(index).map_or(TextSize::new(0), |token| token.end());
            return Diagnosis::new("Expected one or more names after 'import'", TextRange::empty(end));
        }
        Diagnosis::generic(self.range_of(index))
    }

    pub(super) fn starred(&self, range: TextRange, index: usize) -> Diagnosis {
        let previous = self.before(index).map(Token::kind);
        let next = self.token_at(range.end());
        if previous == Some(TokenKind::Lpar) && self.kind(next) == TokenKind::Rpar {
            return Diagnosis::new("cannot use starred expression here", range);
        }
        Diagnosis::new("can't use starred expression here", range)
    }

    pub(super) fn named_operator(&self, range: TextRange, index: usize) -> Diagnosis {
        let operator =
            self.first_from(index, TokenKind::ColonEqual).filter(|at| self.range_of(*at).start() < range.end());
        Diagnosis::generic(self.range_of(operator.unwrap_or(index)))
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
