//! The report on a terminal: failures with all it takes to see them again, and the verdict last.

use super::cause::{self, Cause};
use super::group::by_reason;
use super::model::{Finding, Overall, Report, Totals, Verdict};
use super::paint::Paint;
use super::{flaky, rows, text, timeline, variables, words};
use crate::contract::dialect::DEFAULT;
use crate::exchange::record::{BodyRecord, ExchangeRecord};
use std::fmt::Write as _;

/// How to write on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to write escape sequences for colour.
    pub color: bool,
    /// Columns to wrap at; `usize::MAX` where the output is no terminal.
    pub width: usize,
    /// Failures and the verdict only.
    pub quiet: bool,
}

/// Causes shown in full; the others have a line each.
const CAUSES: usize = 8;
/// Exchanges shown of one finding: a burst shows no more by its sixteenth request.
const EXCHANGES: usize = 4;
/// Further cases of one finding listed by id.
const IDS: usize = 5;
/// Rows of a table of the contract listed by name.
const ROWS: usize = 8;
/// Reasons listed for cases that were not decided.
const REASONS: usize = 12;
/// Bytes of one value of a target.
const VALUE: usize = 1_000;
/// Bytes of one curl command.
const CURL: usize = 8_000;
/// Columns of a pane that has no room for the bars of a timeline.
const NARROW: usize = 80;
/// Where the values stand.
const INDENT: usize = 13;

/// The report as text. `json` is the path of the JSON report that `proofmark replay` will read.
pub fn render(report: &Report, style: Style, json: Option<&str>) -> String {
    let mut page = Page { out: String::new(), style, paint: Paint(style.color), json };
    let causes = cause::of(report);
    let (failed, warned): (Vec<_>, Vec<_>) = causes.iter().partition(|cause| cause.verdict == Verdict::Fail);
    let mut variables = variables::line(report, &[Verdict::Fail]).filter(|_| !style.quiet);
    for cause in failed.iter().take(CAUSES) {
        if cause.groups.iter().any(|group| group.finding.is_some_and(|finding| !finding.minimal.is_empty())) {
            page.variables(variables.take());
        }
        page.broken(cause, true);
    }
    page.briefly(failed.get(CAUSES..).unwrap_or_default());
    if !style.quiet {
        for cause in warned.iter().take(CAUSES) {
            page.broken(cause, false);
        }
        page.briefly(warned.get(CAUSES..).unwrap_or_default());
        page.flaky(report);
        page.reasons(report, Verdict::Error, true);
        page.reasons(report, Verdict::Inconclusive, true);
        page.reasons(report, Verdict::Skipped, false);
        page.laws(report);
        page.rows(report);
    }
    page.last_line(report);
    page.out
}

struct Page<'a> {
    out: String,
    style: Style,
    paint: Paint,
    json: Option<&'a str>,
}

impl Page<'_> {
    fn label(&self, label: &str) -> String {
        let label = format!("{:<width$}", format!("{label}:"), width = INDENT - 2);
        format!("  {}", self.paint.dim(&label))
    }

    /// A label and its value, which hangs beside it over as many lines as it takes.
    fn field(&mut self, label: &str, value: &str) {
        let value = text::cut(&text::line(value), VALUE);
        let mut lead = self.label(label);
        for line in text::wrap(&value, self.style.width.saturating_sub(INDENT)) {
            let _ = writeln!(self.out, "{lead}{line}");
            lead = " ".repeat(INDENT);
        }
    }

    /// What must be set before any command below is pasted.
    fn variables(&mut self, line: Option<String>) {
        let Some(line) = line else { return };
        let line = text::cut(&line, VALUE);
        for (nth, line) in text::wrap(&line, self.style.width.saturating_sub(2)).iter().enumerate() {
            let _ = writeln!(self.out, "{}{line}", if nth == 0 { "" } else { "  " });
        }
        self.out.push('\n');
    }

    /// A cause, and the case that shows it best.
    fn broken(&mut self, cause: &Cause<'_>, in_full: bool) {
        let Some(group) = cause.groups.first() else { return };
        let case = group.lead;
        let title = text::cut(&text::line(&cause.title), VALUE);
        for (nth, line) in text::wrap(&title, self.style.width.saturating_sub(6)).iter().enumerate() {
            let lead = if nth == 0 { words::verdict(cause.verdict).to_uppercase() } else { "    ".into() };
            let lead = if nth == 0 { self.paint.verdict(cause.verdict, &lead) } else { lead };
            let _ = writeln!(self.out, "{lead}  {}", self.paint.bold(line));
        }
        self.field("case", &case.id);
        self.field("asks", &case.title);
        if let Some(finding) = group.finding {
            self.finding(case.id.as_str(), finding, &case.clause, in_full);
        } else {
            self.field("reason", &case.reason);
        }
        let mut others: Vec<_> = cause.cases().skip(1).collect();
        others.sort_by_key(|case| case.index);
        if !others.is_empty() {
            let ids = text::some_ids(others.iter().map(|case| case.id.as_str()), IDS);
            self.field("and", &format!("{}: {ids}", text::count(others.len(), "more case")));
            for evidence in &cause.evidence {
                self.field("evidence", evidence);
            }
        }
        self.out.push('\n');
    }

    /// Causes in a line each.
    fn briefly(&mut self, causes: &[&Cause<'_>]) {
        for cause in causes {
            let Some(lead) = cause.lead() else { continue };
            let word = words::verdict(cause.verdict).to_uppercase();
            let cases = text::count(cause.cases().count(), "case");
            let said = format!("{}: {cases}, such as {}", text::line(&cause.title), text::line(&lead.id));
            let said = text::cut(&said, VALUE);
            for (nth, line) in text::wrap(&said, self.style.width.saturating_sub(6)).iter().enumerate() {
                let lead = if nth == 0 { self.paint.verdict(cause.verdict, &word) } else { "    ".into() };
                let _ = writeln!(self.out, "{lead}  {line}");
            }
        }
        if !causes.is_empty() {
            let more = "these in full: run again with `--only CASE`, or write `--report html=report.html`";
            for line in text::wrap(more, self.style.width.saturating_sub(2)) {
                let _ = writeln!(self.out, "  {}", self.paint.dim(&line));
            }
            self.out.push('\n');
        }
    }

    fn finding(&mut self, id: &str, finding: &Finding, clause: &str, in_full: bool) {
        self.field("finding", &finding.summary);
        self.field("clause", clause);
        self.field("expected", &finding.expected);
        self.field("observed", &finding.observed);
        if !in_full {
            return;
        }
        self.timeline(finding);
        let several = finding.minimal.len() > 1;
        for (nth, exchange) in finding.minimal.iter().take(EXCHANGES).enumerate() {
            let name = if several {
                format!("{} of {}: {}", nth + 1, finding.minimal.len(), text::line(&exchange.role))
            } else {
                String::new()
            };
            self.exchange(name.trim_end(), exchange);
        }
        if let Some(more @ 1..) = finding.minimal.len().checked_sub(EXCHANGES) {
            let _ = writeln!(self.out, "  {} more in the JSON report", text::count(more, "exchange"));
        }
        match self.json {
            // Not wrapped: it is there to be pasted.
            Some(path) => {
                let (path, id) = (text::shell_word(path), text::shell_word(id));
                let command = text::line(&format!("proofmark replay {path} {id}"));
                let _ = writeln!(self.out, "{}{command}", self.label("replay"));
            }
            None => self.field("replay", "needs the JSON report: run again with `--report json=report.json`"),
        }
    }

    fn timeline(&mut self, finding: &Finding) {
        let room = self.style.width.saturating_sub(INDENT);
        let mut lines = timeline::lines(finding);
        // Wrapped bars would not stand below each other any more.
        if lines.iter().any(|line| text::columns(line) > room) && self.style.width < NARROW {
            let wrapped = |sentence: &String| {
                let mut lines = text::wrap(sentence, room.saturating_sub(2));
                lines.iter_mut().skip(1).for_each(|line| line.insert_str(0, "  "));
                lines
            };
            lines = timeline::sentences(finding).iter().flat_map(wrapped).collect();
        }
        for (nth, line) in lines.iter().enumerate() {
            let lead = if nth == 0 { self.label("timeline") } else { " ".repeat(INDENT) };
            let _ = writeln!(self.out, "{lead}{}", text::cut(line, VALUE));
        }
    }

    fn exchange(&mut self, name: &str, exchange: &ExchangeRecord) {
        let label = if name.is_empty() { "request:".into() } else { format!("request {name}") };
        let _ = writeln!(self.out, "  {}", self.paint.dim(&label));
        let altered = text::is_altered(&exchange.curl);
        if altered {
            let note = "(characters that cannot be shown are escaped below: replay it instead of pasting)";
            for line in text::wrap(note, self.style.width.saturating_sub(4)) {
                let _ = writeln!(self.out, "    {line}");
            }
        }
        let curl = text::cut(&text::block(&exchange.curl), CURL);
        // A line break within quotes belongs to the body, and an indent after it would too. What
        // cannot be pasted anyway is indented, so that no line of it passes for one of ours.
        let in_quotes = curl.replace("\\\n", "").contains('\n');
        let indent = if in_quotes && !altered { "" } else { "    " };
        for line in curl.lines() {
            let _ = writeln!(self.out, "{indent}{line}");
        }
        let answer = answer(exchange);
        self.field("answer", &answer);
    }

    /// What does not come out alike, a case a line.
    fn flaky(&mut self, report: &Report) {
        let cases = flaky::cases(report);
        for (case, said) in &cases {
            let said = format!("flaky: {} {said}", text::line(&case.id));
            for (nth, line) in text::wrap(&said, self.style.width.saturating_sub(2)).iter().enumerate() {
                let line = if nth == 0 { self.paint.unsure(line) } else { format!("  {line}") };
                let _ = writeln!(self.out, "{line}");
            }
        }
        if !cases.is_empty() {
            self.out.push('\n');
        }
    }

    fn reasons(&mut self, report: &Report, verdict: Verdict, with_ids: bool) {
        let groups = by_reason(report, verdict);
        if groups.is_empty() {
            return;
        }
        for (reason, cases) in groups.iter().take(REASONS) {
            let reason = text::cut(&text::line(reason), VALUE);
            let count = text::count(cases.len(), "case");
            let said = match verdict {
                Verdict::Error => format!("error in {count}: {reason}"),
                verdict => format!("{count} {}: {reason}", words::verdict(verdict)),
            };
            let mut indent = "";
            for line in text::wrap(&said, self.style.width.saturating_sub(2)) {
                let line = if indent.is_empty() { self.paint.verdict(verdict, &line) } else { line };
                let _ = writeln!(self.out, "{indent}{line}");
                indent = "  ";
            }
            if with_ids {
                let ids = text::some_ids(cases.iter().map(|case| case.id.as_str()), IDS);
                for line in text::wrap(&ids, self.style.width.saturating_sub(4)) {
                    let _ = writeln!(self.out, "    {line}");
                }
            }
        }
        if let Some((_, rest)) = groups.split_at_checked(REASONS).filter(|(_, rest)| !rest.is_empty()) {
            let cases: usize = rest.iter().map(|(_, cases)| cases.len()).sum();
            let verdict = words::verdict(verdict);
            let _ = writeln!(self.out, "{} {verdict} for other reasons", text::count(cases, "case"));
        }
        self.out.push('\n');
    }

    /// The table of laws; on a pane too narrow for it, a line a law.
    fn laws(&mut self, report: &Report) {
        let wide = self.style.width >= 60;
        if wide {
            let _ = write!(self.out, "{:<11}", "law");
            for verdict in words::VERDICTS {
                let _ = write!(self.out, "  {:>4}", words::verdict(verdict));
            }
            self.out.push('\n');
        }
        for law in words::LAWS {
            let totals = Totals::count(report.cases.iter().filter(|case| case.law == law));
            if totals.all() == 0 {
                continue;
            }
            if !wide {
                let _ = writeln!(self.out, "{}: {}", words::law(law), totals_line(totals));
                continue;
            }
            let _ = write!(self.out, "{:<11}", words::law(law));
            for verdict in words::VERDICTS {
                let (count, word) = (totals.get(verdict), words::verdict(verdict));
                let cell = format!("{count:>width$}", width = word.len().max(4));
                let cell =
                    if count == 0 { self.paint.dim(&cell) } else { self.paint.verdict(verdict, &cell) };
                let _ = write!(self.out, "  {cell}");
            }
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    /// What came of the contract's statuses and codes, and which of them nothing has brought about.
    fn rows(&mut self, report: &Report) {
        let tables = rows::tables(&report.coverage);
        for table in &tables {
            let mut said = format!("{:<11}{}", format!("{}:", table.name), table.counted());
            if !table.never.is_empty() {
                let never = text::some_ids(table.never.iter().copied(), ROWS);
                said.push_str(&format!(": {}", text::cut(&never, VALUE)));
            }
            let mut indent = "";
            for line in text::wrap(&said, self.style.width.saturating_sub(2)) {
                let _ = writeln!(self.out, "{indent}{line}");
                indent = "  ";
            }
        }
        if !tables.is_empty() {
            self.out.push('\n');
        }
    }

    fn last_line(&mut self, report: &Report) {
        let verdict = report.verdict.as_str();
        let painted = match report.verdict {
            Overall::Conforms => self.paint.good(verdict),
            Overall::Fails => self.paint.bad(verdict),
            Overall::Undecided => self.paint.unsure(verdict),
        };
        let said = format!("{verdict}: {}", verdict_line(report));
        // A number stays with its word.
        let said = words::VERDICTS.into_iter().fold(said, |said, verdict| {
            let count = format!("{} {}", report.totals.get(verdict), words::verdict(verdict));
            said.replacen(&count, &count.replace(' ', &text::GLUE.to_string()), 1)
        });
        let lines = text::wrap(&said, self.style.width.saturating_sub(2));
        for (nth, line) in lines.iter().enumerate() {
            let line = if nth == 0 { line.replacen(verdict, &painted, 1) } else { format!("  {line}") };
            let _ = writeln!(self.out, "{line}");
        }
    }
}

/// Totals without the zeros.
fn totals_line(totals: Totals) -> String {
    let said: Vec<String> = words::VERDICTS
        .into_iter()
        .filter(|verdict| totals.get(*verdict) > 0)
        .map(|verdict| format!("{} {}", totals.get(verdict), words::verdict(verdict)))
        .collect();
    if said.is_empty() { "no case".into() } else { said.join(", ") }
}

/// What follows the verdict in one line.
pub(super) fn verdict_line(report: &Report) -> String {
    let target = &report.target;
    let mut how: Vec<String> = Vec::new();
    how.extend(target.embedded.then(|| "embedded".to_owned()));
    if target.embedded && !target.faults.is_empty() {
        let faults: Vec<String> = target.faults.iter().map(|fault| text::line(fault)).collect();
        how.push(format!("fault {}", faults.join(" + ")));
    }
    how.extend(words::way(target).map(ToOwned::to_owned));
    let how = if how.is_empty() { String::new() } else { format!(" ({})", how.join(", ")) };
    let shard = report.shard.as_ref().map_or(String::new(), |shard| format!(", shard {}", text::line(shard)));
    let own = report.suite.dialect.as_ref().filter(|dialect| *dialect != DEFAULT);
    let dialect = own.map_or(String::new(), |dialect| format!(", dialect {}", text::line(dialect)));
    format!(
        "{}; {} in {}, seed {}{shard}{dialect}, target {}{how}",
        totals_line(report.totals),
        text::count(report.exchanges, "exchange"),
        text::duration(report.elapsed_ms),
        report.seed,
        text::line(&target.url),
    )
}

/// What came back, in a line.
pub(super) fn answer(exchange: &ExchangeRecord) -> String {
    let response = &exchange.response;
    let status = match (response.status, &response.no_answer) {
        (Some(status), None) => format!("HTTP {status}"),
        (Some(status), Some(why)) => format!("HTTP {status}, then {why}"),
        (None, Some(why)) => format!("none: {why}"),
        (None, None) => "none".into(),
    };
    match &response.body {
        Some(BodyRecord::Text(body)) if body.is_empty() => format!("{status}, no body"),
        Some(BodyRecord::Text(body)) => format!("{status} {}", text::cut(body, 400)),
        Some(BodyRecord::Base64(body)) => format!("{status}, base64 {}", text::cut(body, 120)),
        None => status,
    }
}
