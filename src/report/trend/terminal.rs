//! A trend on a terminal.

use super::super::paint::Paint;
use super::super::terminal::Style;
use super::super::text;
use super::Trend;
use super::group::{Event, Group, Kind, Run, Track};
use super::spark;
use std::fmt::Write as _;

/// Cases that a list holds.
const CASES: usize = 40;
/// Columns of a row of bars where the output is no terminal.
const WIDE: usize = 80;
/// Columns of the name of a row.
const NAME: usize = 8;

pub(super) fn render(trend: &Trend, style: Style, unicode: bool) -> String {
    let mut page = Page { out: String::new(), style, unicode, paint: Paint(style.color) };
    for group in &trend.groups {
        page.group(group);
    }
    page.out
}

/// A name, its values, and how one of them is said.
type Row = (&'static str, Vec<Option<u64>>, fn(u64) -> String);

struct Page {
    out: String,
    style: Style,
    unicode: bool,
    paint: Paint,
}

impl Page {
    fn group(&mut self, group: &Group) {
        let dialect = group.dialect.as_ref().map_or(String::new(), |dialect| format!(", dialect {dialect}"));
        self.line(&self.paint.bold(&format!("{}: {}{dialect}", group.target, group.suite)), "");
        let (Some(first), Some(last)) = (group.runs.first(), group.runs.last()) else { return };
        let reports = text::count(group.runs.len(), "report");
        self.line(&format!("  {reports} from {} to {}", first.day(), last.day()), "    ");
        for (run, what) in &group.suites {
            if let Some(run) = group.runs.get(*run) {
                self.line(&format!("  suite: {what}, since {} ({})", run.day(), run.path), "    ");
            }
        }
        self.out.push('\n');
        self.counts(group);
        let broken: Vec<&Track> =
            group.tracks.iter().filter(|track| track.broken_since().is_some()).collect();
        let open: Vec<&Track> = group.tracks.iter().filter(|track| track.open_since().is_some()).collect();
        let flaky: Vec<&Track> = group.tracks.iter().filter(|track| track.is_flaky()).collect();
        let fixed: Vec<&Track> =
            group.tracks.iter().filter(|track| track.fixed().is_some() && !track.is_flaky()).collect();
        let title = self.paint.bad("Broken now");
        self.list(&title, &broken, |page, track| page.broken(group, track));
        let title = self.paint.unsure("Broke, and not decided now");
        self.list(&title, &open, |page, track| page.broken(group, track));
        let title = self.paint.unsure("Flaky");
        self.list(&title, &flaky, |page, track| page.flaky(group, track));
        if !self.style.quiet {
            let title = self.paint.good("Fixed");
            self.list(&title, &fixed, |page, track| page.fixed(group, track));
        }
        let last =
            format!("{} broken now, {} flaky, {} fixed in {reports}", broken.len(), flaky.len(), fixed.len());
        self.line(&last, "  ");
        self.out.push('\n');
    }

    /// A line, whose rest is indented where it is too wide.
    fn line(&mut self, said: &str, indent: &str) {
        // Spaces at the beginning would be lost.
        let own = said.len() - said.trim_start().len();
        let lead = &said[..own];
        let width = self.style.width.saturating_sub(own.max(indent.len()));
        for (nth, line) in text::wrap(said.trim_start(), width).iter().enumerate() {
            let _ = writeln!(self.out, "{}{line}", if nth == 0 { lead } else { indent });
        }
    }

    fn room(&self, beside: usize) -> usize {
        self.style.width.min(WIDE + beside).saturating_sub(beside).max(8)
    }

    fn counts(&mut self, group: &Group) {
        let runs = &group.runs;
        let count =
            |of: &dyn Fn(&Run) -> usize| runs.iter().map(|run| Some(of(run) as u64)).collect::<Vec<_>>();
        let rows: [Row; 5] = [
            ("broken", count(&|run| run.totals.fail), |n| n.to_string()),
            ("warned", count(&|run| run.totals.warn), |n| n.to_string()),
            ("passed", count(&|run| run.totals.pass), |n| n.to_string()),
            ("p50", runs.iter().map(|run| run.p50_us).collect(), time),
            ("p95", runs.iter().map(|run| run.p95_us).collect(), time),
        ];
        for (name, values, said) in rows {
            let known = || values.iter().flatten().copied();
            let (Some(least), Some(most)) = (known().min(), known().max()) else { continue };
            if name == "warned" && most == 0 {
                continue;
            }
            let now = values.last().copied().flatten();
            let now = now.map_or("not known now".to_owned(), |now| format!("{} now", said(now)));
            let range = if least == most { now } else { format!("{} to {}, {now}", said(least), said(most)) };
            let beside = 2 + NAME + 2 + range.len();
            let bars = spark::bars(&values, self.room(beside), self.unicode);
            let _ = writeln!(self.out, "  {name:<NAME$}{bars}  {range}");
        }
        let what = if group.of_answers { "one answer" } else { "a whole case" };
        self.line(&format!("  p50 and p95: how long {what} took, at half and at 95 of 100"), "    ");
        self.out.push('\n');
    }

    fn list(&mut self, title: &str, tracks: &[&Track], entry: impl Fn(&mut Self, &Track)) {
        if tracks.is_empty() {
            return;
        }
        let _ = writeln!(self.out, "{title} ({})", tracks.len());
        for track in tracks.iter().take(CASES) {
            entry(self, track);
        }
        if let Some(more @ 1..) = tracks.len().checked_sub(CASES) {
            let _ = writeln!(
                self.out,
                "  {} not shown; the JSON and HTML have all",
                text::count(more, "more case")
            );
        }
        self.out.push('\n');
    }

    fn id(&mut self, track: &Track) {
        let level = if track.must { "" } else { " (no MUST)" };
        self.line(&format!("  {}{level}", track.id), "    ");
        let room = self.room(4);
        let marks = spark::marks(&track.marks, room, self.unicode);
        let _ = writeln!(self.out, "    {}", marks.trim_end());
    }

    fn broken(&mut self, group: &Group, track: &Track) {
        self.id(track);
        if let Some(event) = track.broken_since() {
            let reports = text::count(group.runs.len() - event.run, "report");
            self.line(&format!("    since {}, {reports}", place(group, event)), "      ");
        } else if let Some(event) = track.open_since() {
            self.line(&format!("    broke {}", place(group, event)), "      ");
        }
        let latest = track.events.iter().rev().find(|event| event.kind != Kind::Fixed);
        if let Some(event) = latest.filter(|event| !event.summary.is_empty()) {
            self.line(&format!("    {}", text::cut(&event.summary, 1_000)), "      ");
        }
    }

    fn flaky(&mut self, _: &Group, track: &Track) {
        self.id(track);
        self.line(&format!("    {}", track.unsteady()), "      ");
    }

    fn fixed(&mut self, group: &Group, track: &Track) {
        self.id(track);
        if let Some((broke, fixed)) = track.fixed() {
            self.line(&format!("    broke {}", place(group, broke)), "      ");
            self.line(&format!("    fixed {}", place(group, fixed)), "      ");
        }
    }
}

/// When something happened, and the report that shows it.
fn place(group: &Group, event: &Event) -> String {
    group.runs.get(event.run).map_or(String::new(), |run| format!("{} ({})", run.day(), run.path))
}

/// Microseconds for people.
pub(super) fn time(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        us => text::duration(us / 1_000),
    }
}
