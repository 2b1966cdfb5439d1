//! Markdown for a step summary or a comment: the verdict first, then what to act on, within 60 kB.
//!
//! What a target says stands in code spans and fences whose delimiters are longer than any run of
//! backticks inside, never in a table and never as markup.

use super::cause::{self, Cause};
use super::group::by_reason;
use super::model::{CaseReport, Finding, Report, Totals, Verdict};
use super::terminal::{answer, verdict_line};
use super::{flaky, rows, text, timeline, variables, words};
use std::fmt::Write as _;

/// The most that is written, in bytes; GitHub takes 1 MiB a step, comments take 65,536 characters.
pub const LIMIT: usize = 60_000;
/// Kept free for the note on what was left out.
const RESERVE: usize = 200;
/// Bytes of one value of a target.
const VALUE: usize = 1_000;
/// Bytes of one curl command.
const CURL: usize = 4_000;
/// Exchanges shown of one finding.
const EXCHANGES: usize = 4;
/// Codes listed by name in one place.
const ROWS: usize = 40;
/// Causes shown in full; the others have a line each.
const CAUSES: usize = 10;
/// Bytes of a name in a list.
const NAME: usize = 300;
/// Bytes of the name of a code or a status.
const WORD: usize = 60;
/// Cases listed by id in one place.
const IDS: usize = 10;

/// The report as Markdown.
pub fn render(report: &Report) -> String {
    let mut out = head(report);
    let mut left_out = 0;
    for part in parts(report) {
        if out.len() + part.len() + RESERVE <= LIMIT {
            out.push_str(&part);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        let parts = text::count(left_out, "part");
        let _ = writeln!(out, "\n*Cut at {} kB: {parts} left out. The JSON report has all.*", LIMIT / 1000);
    }
    out
}

fn head(report: &Report) -> String {
    let verdict = report.verdict.as_str();
    let mut out = format!("## proofmark: {verdict}\n\n");
    let suite = format!("{} {}", report.suite.name, report.suite.version);
    let _ = writeln!(out, "{} judged by {}.\n", code(&verdict_line(report)), code(&suite));
    out.push_str("| law |");
    for verdict in words::VERDICTS {
        let _ = write!(out, " {} |", words::verdict(verdict));
    }
    out.push_str("\n| :-- |");
    out.push_str(&" --: |".repeat(words::VERDICTS.len()));
    out.push('\n');
    for law in words::LAWS {
        let totals = Totals::count(report.cases.iter().filter(|case| case.law == law));
        if totals.all() > 0 {
            row(&mut out, words::law(law), totals);
        }
    }
    row(&mut out, "**all**", report.totals);
    for table in rows::tables(&report.coverage) {
        let _ = write!(out, "\n{}: {}", table.name, table.counted());
        if !table.never.is_empty() {
            let never: Vec<String> =
                table.never.iter().take(ROWS).map(|name| code(&text::cut(name, WORD))).collect();
            let more = table.never.len().saturating_sub(ROWS);
            let more = if more > 0 { format!(" and {more} not shown") } else { String::new() };
            let _ = write!(out, ": {}{more}", never.join(", "));
        }
        out.push('\n');
    }
    if let Some(line) = variables::line(report, &[Verdict::Fail, Verdict::Warn]) {
        let _ = writeln!(out, "\n{}", code(&line));
    }
    out
}

fn row(out: &mut String, name: &str, totals: Totals) {
    let _ = write!(out, "| {name} |");
    for verdict in words::VERDICTS {
        let _ = write!(out, " {} |", totals.get(verdict));
    }
    out.push('\n');
}

/// What may be left out, the most important first.
fn parts(report: &Report) -> Vec<String> {
    let mut parts = Vec::new();
    let mut titled = |title: &str, bodies: Vec<String>| {
        for (nth, body) in bodies.into_iter().enumerate() {
            parts.push(if nth == 0 { format!("\n### {title}\n{body}") } else { body });
        }
    };
    let causes = cause::of(report);
    let broken = |verdict| -> Vec<String> {
        let mut of_verdict = causes.iter().filter(|cause| cause.verdict == verdict);
        let full = of_verdict.by_ref().take(CAUSES).map(finding).collect::<Vec<_>>();
        full.into_iter().chain(briefly(&of_verdict.collect::<Vec<_>>())).collect()
    };
    let reasons = |verdict| vec![reasons(report, verdict)].into_iter().filter(|s| !s.is_empty()).collect();
    titled("Broken", broken(Verdict::Fail));
    titled("Flaky", flaky(report));
    titled("Errors of the harness", reasons(Verdict::Error));
    titled("Warnings", broken(Verdict::Warn));
    titled("Not decided", reasons(Verdict::Inconclusive));
    titled("Skipped", reasons(Verdict::Skipped));
    parts
}

/// Causes in a line each, as one part.
fn briefly(causes: &[&Cause<'_>]) -> Option<String> {
    let mut out = String::new();
    for (nth, cause) in causes.iter().enumerate() {
        let cases = text::count(cause.cases().count(), "case");
        let id = cause.lead().map_or_else(String::new, |lead| code(&text::cut(&lead.id, NAME)));
        let line = format!("- {}: {cases}, such as {id}\n", prose(&text::cut(&cause.title, NAME)));
        if out.len() + line.len() > LIMIT / 6 {
            let _ = writeln!(out, "- … {} not shown", text::count(causes.len() - nth, "more cause"));
            break;
        }
        out.push_str(&line);
    }
    (!out.is_empty()).then(|| format!("\n{out}"))
}

fn finding(cause: &Cause<'_>) -> String {
    let Some(group) = cause.groups.first() else { return String::new() };
    let case = group.lead;
    let others: Vec<_> = cause.cases().skip(1).collect();
    let mut out = format!("\n#### {}\n\n", prose(&cause.title));
    let _ = writeln!(out, "- **case**: {}", code(&case.id));
    let _ = writeln!(out, "- **asks**: {}", code(&case.title));
    let Some(finding) = group.finding else {
        let _ = writeln!(out, "- **reason**: {}", code(&case.reason));
        return out;
    };
    for (label, value) in [
        ("finding", &finding.summary),
        ("clause", &case.clause),
        ("expected", &finding.expected),
        ("observed", &finding.observed),
    ] {
        let _ = writeln!(out, "- **{label}**: {}", code(value));
    }
    if !others.is_empty() {
        let ids: Vec<String> = others.iter().take(IDS).map(|case| code(&case.id)).collect();
        let more = others.len().saturating_sub(IDS);
        let more = if more > 0 { format!(" and {more} not shown") } else { String::new() };
        let count = text::count(others.len(), "more case");
        let _ = writeln!(out, "- **also**: {count}: {}{more}", ids.join(", "));
        for evidence in &cause.evidence {
            let _ = writeln!(out, "- **evidence**: {}", code(evidence));
        }
    }
    let timeline = timeline::lines(finding);
    if !timeline.is_empty() {
        let _ = writeln!(out, "\n{}", fence("", &timeline.join("\n")));
    }
    out.push_str(&exchanges(finding));
    out
}

fn exchanges(finding: &Finding) -> String {
    let mut out = String::from("\n<details><summary>The smallest request that shows it</summary>\n");
    for exchange in finding.minimal.iter().take(EXCHANGES) {
        let curl = text::cut(&text::block(&exchange.curl), CURL);
        let _ = writeln!(out, "\n{}\n\n{}", code(&exchange.role), fence("sh", &curl));
        let _ = writeln!(out, "\nanswer: {}", code(&answer(exchange)));
    }
    if let Some(more @ 1..) = finding.minimal.len().checked_sub(EXCHANGES) {
        let _ = writeln!(out, "\n{} more in the JSON report", text::count(more, "exchange"));
    }
    out.push_str("\n</details>\n");
    out
}

/// What does not come out alike.
fn flaky(report: &Report) -> Vec<String> {
    let line = |(case, said): &(&CaseReport, String)| format!("\n- {} {said}\n", code(&case.id));
    flaky::cases(report).iter().map(line).collect()
}

fn reasons(report: &Report, verdict: Verdict) -> String {
    let mut out = String::new();
    for (reason, cases) in by_reason(report, verdict) {
        if out.is_empty() {
            out.push('\n');
        }
        if out.len() > LIMIT / 6 {
            out.push_str("- … and other reasons\n");
            break;
        }
        let _ = writeln!(out, "- {}: {}", text::count(cases.len(), "case"), code(reason));
        if verdict != Verdict::Skipped {
            let ids: Vec<String> = cases.iter().take(IDS).map(|case| code(&case.id)).collect();
            let more = cases.len().saturating_sub(IDS);
            let more = if more > 0 { format!(" and {more} not shown") } else { String::new() };
            let _ = writeln!(out, "  {}{more}", ids.join(", "));
        }
    }
    out
}

/// The longest run of backticks.
fn backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// A code span: one line, whatever the text.
pub(super) fn code(value: &str) -> String {
    let value = text::cut(&text::line(value), VALUE);
    if value.trim().is_empty() {
        return "(empty)".into();
    }
    let ticks = "`".repeat(backticks(&value) + 1);
    // Spaces keep a backtick at the edge apart from the delimiter; renderers take one off each side.
    let pad = if ticks.len() > 1 || value.starts_with(' ') || value.ends_with(' ') { " " } else { "" };
    format!("{ticks}{pad}{value}{pad}{ticks}")
}

/// A fenced block that nothing inside can close.
fn fence(language: &str, body: &str) -> String {
    let ticks = "`".repeat((backticks(body) + 1).max(3));
    format!("{ticks}{language}\n{body}\n{ticks}")
}

/// Prose with every character that Markdown or HTML would act on escaped.
fn prose(value: &str) -> String {
    let mut out = String::new();
    for c in text::cut(&text::line(value), VALUE).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mention notifies a person: nobody's name follows the sign directly.
            '@' => out.push_str("@\u{200b}"),
            c if c.is_ascii_punctuation() && !matches!(c, ',' | ';' | '\'' | '"' | '/' | '?' | '%') => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
