//! The result of a comparison and its three forms: text for people, Markdown for pages, JSON for programs.
//!
//! What must not live here: measuring. The forms show the same figures; [`Report::rows`] computes them once.
//! Start at [`Report`].

use std::fmt::Write as _;

use super::discover::{Kind, Machine};
use super::run::{Measurements, show_seconds};
use super::statistics::{Ratio, Series, break_even, median, ratio};

/// All that is known after a comparison.
pub struct Report {
    pub script: String,
    pub machines: Vec<Machine>,
    pub measurements: Vec<Measurements>,
    /// Index of the machine that ratios are to.
    pub baseline: usize,
    /// Sentences about what was left out and why.
    pub notes: Vec<String>,
}

/// One machine's figures.
pub struct Row<'a> {
    pub machine: &'a Machine,
    pub start_up: f64,
    pub start_up_cpu: f64,
    pub first: f64,
    pub steady: f64,
    pub peak: f64,
    /// To the baseline; `None` for the baseline itself and where something is missing.
    pub first_ratio: Option<Ratio>,
    pub steady_ratio: Option<Ratio>,
}

/// After how many runs the JIT overtakes another machine.
pub struct BreakEven<'a> {
    pub against: &'a Machine,
    pub runs: Option<u64>,
    /// In its steady state the JIT is clearly slower: what it gained is lost again.
    pub falls_behind: bool,
}

impl Report {
    pub fn rows(&self) -> Vec<Row<'_>> {
        let baseline = &self.measurements[self.baseline];
        let mut rows = Vec::new();
        for (index, (machine, found)) in self.machines.iter().zip(&self.measurements).enumerate() {
            let other = index != self.baseline;
            rows.push(Row {
                machine,
                start_up: median(&found.start_up),
                start_up_cpu: median(&found.start_up_cpu),
                first: median(&found.first),
                steady: median(&found.steady()),
                peak: median(&found.peak),
                first_ratio: ratio(&baseline.first, &found.first).filter(|_| other),
                steady_ratio: ratio(&baseline.steady(), &found.steady()).filter(|_| other),
            });
        }
        rows
    }

    /// When the JIT overtakes the interpreter and the baseline.
    pub fn break_evens(&self) -> Vec<BreakEven<'_>> {
        let Some(jit) = self.machines.iter().position(|machine| machine.kind == Kind::TaipanJit) else {
            return Vec::new();
        };
        let interpreter = self.machines.iter().position(|machine| machine.kind == Kind::TaipanInterpreter);
        let mut others: Vec<usize> =
            interpreter.into_iter().chain([self.baseline]).filter(|other| *other != jit).collect();
        others.dedup();
        let series = |index: usize| self.measurements[index].series.first();
        let mut found = Vec::new();
        for other in others {
            let (Some(slow), Some(quick)) = (series(other), series(jit)) else { continue };
            let start_up = |index: usize| median(&self.measurements[index].start_up);
            let runs = break_even(
                Series { start_up: start_up(other), runs: slow },
                Series { start_up: start_up(jit), runs: quick },
            );
            let steady = ratio(&self.measurements[other].steady(), &self.measurements[jit].steady());
            let falls_behind = runs.is_some() && steady.is_some_and(|steady| steady.is_clearly_slower());
            found.push(BreakEven { against: &self.machines[other], runs, falls_behind });
        }
        found
    }

    /// The JIT's steady state against the interpreter's.
    pub fn gain_of_jit(&self) -> Option<Ratio> {
        let of = |kind| {
            self.machines.iter().position(|machine| machine.kind == kind).map(|at| self.measurements[at].steady())
        };
        ratio(&of(Kind::TaipanInterpreter)?, &of(Kind::TaipanJit)?)
    }

    /// Whether the JIT's steady state is clearly slower than the baseline's or the interpreter's.
    pub fn is_slower(&self) -> bool {
        let to_baseline = self.rows().into_iter().filter(|row| row.machine.kind == Kind::TaipanJit);
        let mut ratios = to_baseline.filter_map(|row| row.steady_ratio).chain(self.gain_of_jit());
        ratios.any(|ratio| ratio.is_clearly_slower())
    }

    const COLUMNS: [&'static str; 7] =
        ["", "start-up", "first run", "steady state", "peak memory", "first run", "steady state"];

    /// The cells of the table, without heads.
    fn cells(&self) -> Vec<[String; 7]> {
        let row = |row: Row| {
            let is_baseline = std::ptr::eq(row.machine, &self.machines[self.baseline]);
            let ratio = |ratio: Option<Ratio>| if is_baseline { "baseline".to_string() } else { show_ratio(ratio) };
            [
                row.machine.name.clone(),
                show_seconds(row.start_up),
                show_seconds(row.first),
                show_seconds(row.steady),
                show_bytes(row.peak),
                ratio(row.first_ratio),
                ratio(row.steady_ratio),
            ]
        };
        self.rows().into_iter().map(row).collect()
    }

    /// The sentences below the table.
    fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if let Some(gain) = self.gain_of_jit() {
            sentences.push(format!("JIT against interpreter, steady state: {}.", show_ratio(Some(gain))));
        }
        for point in self.break_evens() {
            let name = &point.against.name;
            sentences.push(match point.runs {
                Some(_) if point.falls_behind => {
                    format!("Taipan JIT is ahead of {name} at first, but slower in the steady state.")
                }
                Some(1) => format!("Taipan JIT is ahead of {name} from the first run."),
                Some(runs) => format!("Taipan JIT overtakes {name} after {runs} runs in one process."),
                None => format!("Taipan JIT does not overtake {name}, however often the script runs."),
            });
        }
        sentences.extend(self.notes.iter().cloned());
        sentences
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let cells = self.cells();
        let mut widths = Self::COLUMNS.map(|head| head.chars().count());
        for row in &cells {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let line = |row: &[String]| {
            let mut text = String::new();
            for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
                let gap = " ".repeat(width - cell.chars().count());
                // Names to the left, figures to the right.
                let padded = if column == 0 { format!("{cell}{gap}") } else { format!("   {gap}{cell}") };
                text.push_str(&padded);
            }
            text.trim_end().to_string()
        };
        let name = &self.machines[self.baseline].name;
        let mut text = format!("{}: seconds, and times as quick as {name} (95% interval)\n\n", self.script);
        let rows = std::iter::once(Self::COLUMNS.map(str::to_string)).chain(cells);
        for row in rows {
            writeln!(text, "{}", line(&row)).expect("a string takes text");
        }
        text.push('\n');
        for sentence in self.sentences() {
            writeln!(text, "{sentence}").expect("a string takes text");
        }
        text
    }

    /// A table and a list.
    pub fn markdown(&self) -> String {
        let name = &self.machines[self.baseline].name;
        let mut text = format!("`{}`\n\n| | start-up | first run | steady state | peak memory ", self.script);
        writeln!(text, "| first run: times as quick as {name} | steady state: the same |")
            .expect("a string takes text");
        text.push_str("|---|--:|--:|--:|--:|--:|--:|\n");
        for row in self.cells() {
            writeln!(text, "| {} |", row.join(" | ")).expect("a string takes text");
        }
        text.push('\n');
        for sentence in self.sentences() {
            writeln!(text, "- {sentence}").expect("a string takes text");
        }
        text
    }

    /// Every figure and every sample. Seconds and bytes; what is missing is `null`.
    pub fn json(&self) -> String {
        let list = |samples: &[f64]| format!("[{}]", samples.iter().map(|s| number(*s)).collect::<Vec<_>>().join(", "));
        let interval = |ratio: Option<Ratio>| {
            ratio.map_or("null".to_string(), |r| {
                let figures = [r.value, r.low, r.high].map(number);
                format!(
                    "{{\"value\": {}, \"low\": {}, \"high\": {}, \"clear\": {}}}",
                    figures[0],
                    figures[1],
                    figures[2],
                    r.is_clear()
                )
            })
        };
        let mut machines = Vec::new();
        for (row, found) in self.rows().iter().zip(&self.measurements) {
            let series: Vec<String> = found.series.iter().map(|series| list(series)).collect();
            machines.push(format!(
                "    {{\"name\": {}, \"program\": {}, \"start_up\": {}, \"start_up_cpu\": {}, \"first_run\": {}, \"steady\": {}, \
                 \"peak_memory\": {},\n     \"first_run_ratio\": {}, \"steady_ratio\": {},\n     \"samples\": {{\"start_up\": {}, \
                 \"first_run\": {}, \"runs\": [{}]}},\n     \"complaint\": {}}}",
                quote(&row.machine.name),
                quote(&row.machine.program.to_string_lossy()),
                number(row.start_up),
                number(row.start_up_cpu),
                number(row.first),
                number(row.steady),
                number(row.peak),
                interval(row.first_ratio),
                interval(row.steady_ratio),
                list(&found.start_up),
                list(&found.first),
                series.join(", "),
                found.complaint.as_deref().map_or("null".to_string(), quote),
            ));
        }
        let points = self.break_evens().into_iter().map(|point| {
            let runs = point.runs.map_or("null".to_string(), |runs| runs.to_string());
            let (against, falls_behind) = (quote(&point.against.name), point.falls_behind);
            format!("{{\"against\": {against}, \"runs\": {runs}, \"falls_behind\": {falls_behind}}}")
        });
        let notes: Vec<String> = self.notes.iter().map(|note| quote(note)).collect();
        format!(
            "{{\n  \"script\": {},\n  \"baseline\": {},\n  \"machines\": [\n{}\n  ],\n  \"jit_against_interpreter\": {},\n  \
             \"break_even\": [{}],\n  \"slower\": {},\n  \"notes\": [{}]\n}}\n",
            quote(&self.script),
            quote(&self.machines[self.baseline].name),
            machines.join(",\n"),
            interval(self.gain_of_jit()),
            points.collect::<Vec<_>>().join(", "),
            self.is_slower(),
            notes.join(", "),
        )
    }
}

/// A ratio with its interval, or that there is none to speak of.
fn show_ratio(ratio: Option<Ratio>) -> String {
    let digits = |value: f64| if value >= 10.0 { format!("{value:.0}") } else { format!("{value:.2}") };
    match ratio {
        None => "–".to_string(),
        Some(ratio) if !ratio.is_clear() => "no clear difference".to_string(),
        Some(ratio) => format!("{}x ({} to {})", digits(ratio.value), digits(ratio.low), digits(ratio.high)),
    }
}

fn show_bytes(bytes: f64) -> String {
    if bytes.is_nan() { "–".to_string() } else { format!("{:.1} MB", bytes / 1e6) }
}

fn number(value: f64) -> String {
    if value.is_finite() { format!("{value}") } else { "null".to_string() }
}

/// A JSON string (RFC 8259, section 7).
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c < ' ' => write!(quoted, "\\u{:04x}", c as u32).expect("a string takes text"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn report() -> Report {
        let machine = |kind, name: &str| Machine {
            kind,
            name: name.into(),
            program: PathBuf::from("/bin/x"),
            arguments: Vec::new(),
        };
        let found = |start: f64, run: f64, first: f64| Measurements {
            start_up: vec![start; 3],
            start_up_cpu: vec![start; 3],
            first: vec![start + first; 3],
            peak: vec![8e6; 3],
            series: vec![vec![first, run, run, run]; 2],
            complaint: None,
        };
        Report {
            script: "examples/x.py".into(),
            machines: vec![
                machine(Kind::TaipanInterpreter, "Taipan interpreter"),
                machine(Kind::TaipanJit, "Taipan JIT"),
                machine(Kind::CPython, "CPython 3.11.2"),
            ],
            measurements: vec![found(0.002, 0.5, 0.5), found(0.002, 0.1, 1.0), found(0.012, 0.4, 0.4)],
            baseline: 2,
            notes: vec!["PyPy \"3.9\" was left out.".into()],
        }
    }

    #[test]
    fn text() {
        let expected = "\
examples/x.py: seconds, and times as quick as CPython 3.11.2 (95% interval)

                     start-up   first run   steady state   peak memory             first run          steady state
Taipan interpreter     2.0 ms      502 ms         500 ms        8.0 MB   0.82x (0.82 to 0.82)   0.80x (0.80 to 0.80)
Taipan JIT             2.0 ms      1.00 s         100 ms        8.0 MB   0.41x (0.41 to 0.41)   4.00x (4.00 to 4.00)
CPython 3.11.2        12.0 ms      412 ms         400 ms        8.0 MB               baseline               baseline

JIT against interpreter, steady state: 5.00x (5.00 to 5.00).
Taipan JIT overtakes Taipan interpreter after 3 runs in one process.
Taipan JIT overtakes CPython 3.11.2 after 3 runs in one process.
PyPy \"3.9\" was left out.
";
        let strip = |text: &str| text.split_whitespace().map(str::to_string).collect::<Vec<_>>();
        assert_eq!(strip(&report().text()), strip(expected), "{}", report().text());
    }

    #[test]
    fn markdown_has_one_row_for_each_machine() {
        let text = report().markdown();
        assert!(
            text.contains(
                "| Taipan JIT | 2.0 ms | 1.00 s | 100 ms | 8.0 MB | 0.41x (0.41 to 0.41) | 4.00x (4.00 to 4.00) |"
            ),
            "{text}"
        );
        assert_eq!(text.lines().filter(|line| line.starts_with("| ")).count(), 4, "{text}");
    }

    #[test]
    fn json_names_every_figure() {
        let text = report().json();
        assert!(text.contains("\"baseline\": \"CPython 3.11.2\""), "{text}");
        assert!(text.contains("\"notes\": [\"PyPy \\\"3.9\\\" was left out.\"]"), "{text}");
        assert!(text.contains("\"first_run_ratio\": null"), "{text}");
        let balance = |open, close| text.matches(open).count() == text.matches(close).count();
        assert!(balance('{', '}') && balance('[', ']'), "{text}");
    }

    #[test]
    fn slower_means_clearly_slower() {
        let mut slow = report();
        assert!(!slow.is_slower());
        slow.measurements[1].series = vec![vec![1.0, 0.9, 0.9, 0.9]; 2];
        assert!(slow.is_slower());
    }

    #[test]
    fn missing_figures_show_as_dashes() {
        let mut report = report();
        report.measurements[1].series.clear();
        assert!(
            report.text().contains('–')
                && report.break_evens().is_empty()
                && report.json().contains("\"steady\": null")
        );
    }
}
