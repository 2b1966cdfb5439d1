//! The accepted snapshot: what `run --snapshot` compares with, and `proofmark accept`.

use super::args::AcceptArgs;
use super::input;
use super::output::{self, Failure};
use super::reports;
use crate::case::select::Selection;
use crate::exit::Exit;
use crate::report::compare::Comparison;
use crate::report::model::{CaseReport, Report, Verdict};
use crate::report::review::{self, Why, review};
use crate::report::snapshot::{self, Acceptance, Ask, Snapshot};
use crate::report::terminal::Style;
use crate::report::write::write_atomically;
use crate::run::Again;
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;

/// How many more times a case in question is judged with a snapshot, where nothing is said.
const REPEATS: u16 = 2;

/// The accepted snapshot, where there is one.
pub(super) fn read(path: &Path) -> Result<Option<Snapshot>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    let text = input::text(path)?;
    let parsed =
        snapshot::parse(&text).map_err(|error| Failure::input(format!("{}: {error}", path.display())))?;
    Ok(Some(parsed))
}

/// The day that the clock says, in UTC, unless another is named.
pub(super) fn today(named: Option<Date>) -> Date {
    named.unwrap_or_else(|| jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date())
}

/// What a run is held against.
pub(super) struct Baseline {
    path: std::path::PathBuf,
    /// What was accepted; nothing on the first run.
    accepted: Option<Snapshot>,
    today: Date,
    strict: bool,
}

impl Baseline {
    pub(super) fn open(path: &Path, today: Option<Date>, strict: bool) -> Result<Self, Failure> {
        Ok(Self { path: path.to_owned(), accepted: read(path)?, today: self::today(today), strict })
    }
}

impl Baseline {
    /// The report with what excuses the cases that broke and do not fail the job.
    pub(super) fn excuse(&self, report: &Report) -> Report {
        let mut excused = report.clone();
        if let Some(accepted) = &self.accepted {
            for case in &mut excused.cases {
                case.excused = review::excuse(accepted, case, self.today);
            }
        }
        excused
    }

    /// The report without the cases that broke as they were accepted to, which are no news; its counts stay.
    pub(super) fn news(&self, report: &Report) -> Report {
        let mut news = report.clone();
        if let Some(accepted) = &self.accepted {
            news.cases.retain(|case| !review::is_accepted(accepted, case, self.today));
        }
        news
    }
}

/// Which cases are judged again after the run: with a snapshot those that seem newly broken or fixed, without one
/// those that broke.
pub(super) fn again(baseline: Option<&Baseline>, repeats: Option<u16>) -> Again {
    let Some(baseline) = baseline else {
        let broke = |case: &CaseReport| {
            matches!(case.verdict, Verdict::Fail | Verdict::Warn) && !review::is_race(case)
        };
        return Again { times: repeats.unwrap_or(0).into(), doubts: Arc::new(broke) };
    };
    let (accepted, today) = (baseline.accepted.clone().unwrap_or_default(), baseline.today);
    let doubts = move |case: &CaseReport| review::doubts(&accepted, case, today);
    Again { times: repeats.unwrap_or(REPEATS).into(), doubts: Arc::new(doubts) }
}

/// What may keep a run from becoming a snapshot.
pub(super) struct Gaps {
    /// Cases were chosen by id or level, so that it is judged against its own part of the snapshot.
    pub(super) chosen: bool,
    /// It is one shard of several.
    pub(super) shard: bool,
    /// It was ended early.
    pub(super) interrupted: bool,
}

impl Gaps {
    /// Why the run becomes no snapshot, and what would; nothing where it may become one.
    fn reason(&self, report: &Report) -> Option<String> {
        let errors = report.totals.error;
        if self.interrupted {
            Some("the run was interrupted; let one run to its end".to_owned())
        } else if errors > 0 {
            let cases = if errors == 1 { "1 case ended".to_owned() } else { format!("{errors} cases ended") };
            Some(format!("{cases} in an error; run again when that is mended"))
        } else if report.cases.iter().any(|case| case.left_out) {
            Some("the exchange budget left cases out; let one run without --exchanges".to_owned())
        } else if self.shard {
            Some("only a shard was judged; merge all shards and accept that".to_owned())
        } else {
            None
        }
    }
}

/// What came of comparing a run with its snapshot.
#[derive(Clone, Copy, Default)]
pub(super) struct Compared {
    /// Whether something newly broke; nothing where the run was not compared.
    pub(super) newly_broke: Option<bool>,
    /// Whether something is stale and that is forbidden.
    pub(super) stale: bool,
}

impl Baseline {
    /// Compares a run with the accepted snapshot. Without one, the run's is written and becomes the accepted one, and
    /// what is broken in it was not accepted before. What does not hold all that was asked for never becomes a
    /// snapshot: what is missing would be accepted as missing. `json` is where the JSON report is.
    pub(super) fn compare(
        &self,
        report: &Report,
        gaps: &Gaps,
        style: Style,
        json: Option<&str>,
    ) -> Result<Compared, Failure> {
        match &self.accepted {
            Some(accepted) => self.with(accepted, report, gaps, style, json),
            None => self.first(report, gaps, style),
        }
    }

    fn first(&self, report: &Report, gaps: &Gaps, style: Style) -> Result<Compared, Failure> {
        let path = self.path.display();
        if let Some(reason) = gaps.reason(report) {
            output::note(&format!("snapshot: {path} is not written, since {reason}"));
            return Ok(Compared::default());
        }
        let first = Snapshot::of(report);
        write_atomically(&self.path, &first.render(&report.suite)).map_err(Failure::own)?;
        let broken = first.cases.values().filter(|state| state.verdict == Verdict::Fail).count();
        let accepts =
            if broken > 0 { format!(" and accepts {broken} broken from now on") } else { String::new() };
        output::note(&format!("snapshot: {path} is new{accepts}; later runs are compared with it"));
        if report.cases.iter().any(|case| case.flaky.is_some()) {
            let changes = Comparison::default();
            let flaky = review::Review { changes, ..review(&first, report, self.today) };
            output::print(&review::render(&flaky, false, style));
        }
        Ok(Compared { newly_broke: Some(broken > 0), stale: false })
    }

    fn with(
        &self,
        accepted: &Snapshot,
        report: &Report,
        gaps: &Gaps,
        style: Style,
        json: Option<&str>,
    ) -> Result<Compared, Failure> {
        let path = self.path.display();
        let pending = snapshot::pending_path(&self.path);
        let next = accepted.next(report);
        let left_out = report.cases.iter().any(|case| case.left_out);
        let mut unfit = gaps.reason(report);
        let mut part = accepted.clone();
        let mut judged = report.clone();
        judged.cases.retain(|case| !case.left_out);
        if gaps.chosen || gaps.shard || left_out {
            // A part of the suite is compared with its own part of the snapshot, and never takes its place.
            part.cases.retain(|id, _| judged.cases.iter().any(|case| case.id == *id));
            if part.cases.len() < accepted.cases.len() {
                unfit = unfit.or(Some(
                    "only a part of what it holds was judged; leave --only and the like out".to_owned(),
                ));
            }
        }
        let review = review(&part, &judged, self.today);
        let compared = Compared {
            newly_broke: Some(review.changes.newly_broke()),
            stale: self.strict && review.fails(true),
        };
        let same = next == *accepted;
        if same && unfit.is_none() {
            let _ = std::fs::remove_file(&pending);
        }
        if review == review::Review::default() {
            if unfit.is_none() {
                let _ = std::fs::remove_file(&pending);
            }
            output::page(&format!("snapshot: nothing changed since {path}\n"));
            return Ok(compared);
        }
        let mut unwritten = None;
        let report_path = json.map_or("REPORT.json".to_owned(), ToOwned::to_owned);
        let accept = format!("proofmark accept {report_path} --snapshot {path}");
        if !review.changes.is_empty() && !same {
            if let Some(reason) = unfit {
                output::note(&format!("snapshot: {} is not written, since {reason}", pending.display()));
            } else {
                match write_atomically(&pending, &next.render(&report.suite)) {
                    Ok(()) => output::note(&format!(
                        "snapshot: {} holds this run; accept it with `{accept}` or `cargo insta review`",
                        pending.display()
                    )),
                    // What changed is worth knowing all the same.
                    Err(error) => unwritten = Some(Failure::own(error)),
                }
            }
        }
        output::print(&review::render(&review, self.strict, style));
        for ask in asks(&review, &accept) {
            output::note(&ask);
        }
        unwritten.map_or(Ok(compared), Err)
    }
}

/// What there is to do about accepted failures that are stale.
fn asks(review: &review::Review, accept: &str) -> Vec<String> {
    let count = |why| review.stale.iter().filter(|stale| stale.why == why).count();
    let mut asks = Vec::new();
    let over = match count(Why::Fixed) + count(Why::Gone) {
        0 => None,
        1 => Some("1 accepted failure no longer occurs; take it".to_owned()),
        n => Some(format!("{n} accepted failures no longer occur; take them")),
    };
    if let Some(over) = over {
        asks.push(format!("snapshot: {over} out of the snapshot with `{accept}`"));
    }
    let expired = match count(Why::Expired) {
        0 => None,
        1 => Some("1 accepted failure has expired".to_owned()),
        n => Some(format!("{n} accepted failures have expired")),
    };
    if let Some(expired) = expired {
        asks.push(format!(
            "snapshot: {expired}; mend the target, or accept for longer with `{accept} --only CASE_ID --expires DATE`"
        ));
    }
    asks
}

/// `proofmark accept`.
pub(super) fn accept(args: &AcceptArgs) -> Result<Exit, Failure> {
    let today = today(args.today);
    if let Some(last) = args.expires.filter(|last| *last < today) {
        return Err(Failure::input(format!("--expires {last} is over: today is {today} (name a later day)")));
    }
    let report = reports::read(&args.report)?;
    let path = args.snapshot.display();
    let before = read(&args.snapshot)?.unwrap_or_default();
    let selection = Selection::new(&args.only, &[], None, None).map_err(Failure::input)?;
    let only = |id: &str| selection.takes_id(id);
    let terms = Acceptance { owner: args.owner.clone(), reason: args.reason.clone(), expires: args.expires };
    if !args.only.is_empty()
        && !report.cases.iter().any(|case| only(&case.id))
        && !before.cases.keys().any(|id| only(id))
    {
        return Err(Failure::input(format!(
            "--only matches no case of {} and of {path} (compare with the ids in the report)",
            args.report.display()
        )));
    }
    let ask = Ask { only: (!args.only.is_empty()).then_some(&only), terms: terms.clone(), today };
    let (next, taken) = before.accept(&report, &ask);
    write_atomically(&args.snapshot, &next.render(&report.suite)).map_err(Failure::unwritten)?;
    let pending = snapshot::pending_path(&args.snapshot);
    let whole = next.next(&report);
    if whole == next {
        let _ = std::fs::remove_file(&pending);
    } else if pending.exists() {
        // What was not chosen still waits, with the terms that were accepted by now.
        write_atomically(&pending, &whole.render(&report.suite)).map_err(Failure::unwritten)?;
    }
    output::note(&format!("{path} now holds {} cases", next.cases.len()));
    if !terms.is_empty() {
        output::note(&format!("{} accepted on these terms", failures(taken.len())));
    }
    for note in notes(&next, &taken, today) {
        output::note(&note);
    }
    if report.cases.iter().any(|case| case.flaky.is_some()) {
        output::note("what is flaky stays as it was");
    }
    Ok(Exit::Held)
}

/// What should not stay unsaid of the failures that are accepted.
fn notes(next: &Snapshot, taken: &[String], today: Date) -> Vec<String> {
    let terms = |id: &String| next.accepted.get(id).cloned().unwrap_or_default();
    let endless = taken.iter().filter(|id| terms(id).expires.is_none()).count();
    let over = next.accepted.values().filter(|terms| terms.is_over(today)).count();
    let mut notes = Vec::new();
    if endless > 0 {
        notes.push(format!(
            "{} accepted without expiry; say who, why and until when with --owner, --reason and --expires",
            failures(endless)
        ));
    }
    if over > 0 {
        notes.push(format!("{} expired and still newly broken; give --expires", failures(over)));
    }
    notes
}

fn failures(count: usize) -> String {
    if count == 1 { "1 failure is".to_owned() } else { format!("{count} failures are") }
}
