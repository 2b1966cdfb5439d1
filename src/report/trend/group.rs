//! The reports on one target: their counts, and the history of each case.

use super::super::model::{Overall, Totals, Verdict};
use super::super::text;
use super::read::{Key, Read, Seen, Texts};
use std::collections::BTreeMap;

/// How often a case has to change between holding and breaking to be called flaky.
const BACK_AND_FORTH: usize = 3;

/// What a case came to in one report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It was not judged.
    Absent,
    /// It was asked, skipped or failed, and nothing was decided.
    Undecided,
    /// It held.
    Held,
    /// It came out differently with the same seed.
    Flaky,
    /// It broke.
    Broke,
}

/// What happened to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It broke, having held before or not having been there.
    Broke,
    /// It broke in another way.
    Changed,
    /// It held again.
    Fixed,
}

/// Something that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// In which report, by its place.
    pub run: usize,
    /// What.
    pub kind: Kind,
    /// What broke, in a sentence; empty where it holds again.
    pub summary: String,
}

/// The history of a case that broke at least once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// The case.
    pub id: String,
    /// Whether it is a MUST.
    pub must: bool,
    /// What it came to in each report.
    pub marks: Vec<Mark>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// How often it changed between holding and breaking.
    pub changes: usize,
    /// In how many reports it is called flaky.
    pub marked: usize,
}

impl Track {
    /// Whether it was called flaky, or goes back and forth.
    pub fn is_flaky(&self) -> bool {
        self.marked > 0 || self.changes >= BACK_AND_FORTH
    }

    /// How it goes back and forth, in words.
    pub(super) fn unsteady(&self) -> String {
        let changed = (self.changes > 0).then(|| format!("changed {}", text::count(self.changes, "time")));
        let marked = (self.marked > 0)
            .then(|| format!("judged differently with one seed in {}", text::count(self.marked, "report")));
        changed.into_iter().chain(marked).collect::<Vec<_>>().join(", ")
    }

    /// Whether it was broken in the last report that judged it, and in which one that began.
    pub fn broken_since(&self) -> Option<&Event> {
        self.unmended().filter(|_| !self.is_open())
    }

    /// The same where the last report that judged it did not decide it, so that nobody knows.
    pub fn open_since(&self) -> Option<&Event> {
        self.unmended().filter(|_| self.is_open())
    }

    /// When it last broke, where it was not seen to hold since.
    fn unmended(&self) -> Option<&Event> {
        let broke = self.events.iter().rposition(|event| event.kind == Kind::Broke)?;
        let later = &self.events[broke..];
        later.iter().all(|event| event.kind != Kind::Fixed).then(|| later.first()).flatten()
    }

    /// Whether the last report that judged it left it open.
    fn is_open(&self) -> bool {
        self.marks.iter().rfind(|mark| **mark != Mark::Absent) == Some(&Mark::Undecided)
    }

    /// When it last broke and was fixed, where it holds by now.
    pub fn fixed(&self) -> Option<(&Event, &Event)> {
        let fixed = self.events.last().filter(|event| event.kind == Kind::Fixed)?;
        let broke = self.events.iter().rev().find(|event| event.kind == Kind::Broke)?;
        Some((broke, fixed))
    }
}

/// One report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The file.
    pub path: String,
    /// When the run started, RFC 3339 in UTC.
    pub started: String,
    /// The verdict on the whole.
    pub verdict: Overall,
    /// The chosen cases by verdict.
    pub totals: Totals,
    /// The median time, in microseconds.
    pub p50_us: Option<u64>,
    /// The time that 95 of 100 do not exceed, in microseconds.
    pub p95_us: Option<u64>,
}

impl Run {
    /// The day on which it started.
    pub(super) fn day(&self) -> &str {
        self.started.get(..10).unwrap_or(&self.started)
    }
}

/// All reports on one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The URL of the target, or `embedded`.
    pub target: String,
    /// The name of the suite.
    pub suite: String,
    /// The dialect, where one was named.
    pub dialect: Option<String>,
    /// The reports, the oldest first.
    pub runs: Vec<Run>,
    /// The cases that broke at least once, by id.
    pub tracks: Vec<Track>,
    /// Reports from which on another suite was judged, and what is different.
    pub suites: Vec<(usize, String)>,
    /// Whether the times are those of single answers; else they are those of whole cases.
    pub of_answers: bool,
}

pub(super) fn of(key: Key, mut reads: Vec<Read>, narrowed: bool, ids: &Texts, faults: &Texts) -> Group {
    reads.sort_by(|a, b| (a.started, &a.path).cmp(&(b.started, &b.path)));
    let of_answers = !narrowed && reads.iter().all(|read| read.answers.is_some());
    let mut suites = Vec::new();
    for (place, pair) in reads.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        if before.version != after.version {
            suites.push((place + 1, format!("version {} in place of {}", after.version, before.version)));
        } else if before.digest != after.digest {
            suites.push((place + 1, "another digest, so other cases or another contract".to_owned()));
        }
    }
    let tracks = tracks(&reads, ids, faults);
    let runs = reads
        .into_iter()
        .map(|read| {
            let times = if of_answers { read.answers } else { of_cases(&read.cases) };
            Run {
                path: read.path,
                started: read.started.to_string(),
                verdict: read.verdict,
                totals: totals(&read.cases),
                p50_us: times.map(|[median, _]| median),
                p95_us: times.map(|[_, most]| most),
            }
        })
        .collect();
    let Key { target, suite, dialect } = key;
    Group { target, suite, dialect, runs, tracks, suites, of_answers }
}

fn totals(cases: &[Seen]) -> Totals {
    let mut totals = Totals::default();
    for case in cases {
        totals.add(case.verdict);
    }
    totals
}

/// How long whole cases took, of those for which something was sent.
fn of_cases(cases: &[Seen]) -> Option<[u64; 2]> {
    let took = |case: &&Seen| case.verdict != Verdict::Skipped;
    let mut times: Vec<u32> = cases.iter().filter(took).map(|case| case.elapsed_ms).collect();
    times.sort_unstable();
    let at = |percent: usize| {
        let rank = (times.len() * percent).div_ceil(100).max(1);
        times.get(rank - 1).map(|ms| u64::from(*ms) * 1000)
    };
    Some([at(50)?, at(95)?])
}

/// The histories of the cases that broke.
fn tracks(reads: &[Read], ids: &Texts, faults: &Texts) -> Vec<Track> {
    let broke = |seen: &Seen| seen.flaky || matches!(seen.verdict, Verdict::Fail | Verdict::Warn);
    let mut tracks: BTreeMap<u32, Track> = BTreeMap::new();
    for seen in reads.iter().flat_map(|read| &read.cases).filter(|seen| broke(seen)) {
        let track = tracks.entry(seen.case).or_insert_with(|| Track {
            id: ids.text(seen.case).to_owned(),
            must: true,
            marks: vec![Mark::Absent; reads.len()],
            events: Vec::new(),
            changes: 0,
            marked: 0,
        });
        track.must &= seen.verdict != Verdict::Warn;
    }
    // Whether each case holds by what was last decided, and what broke in it where it does not.
    let mut states: BTreeMap<u32, Result<(), Option<u32>>> = BTreeMap::new();
    for (run, seen) in
        reads.iter().enumerate().flat_map(|(run, read)| read.cases.iter().map(move |c| (run, c)))
    {
        let Some(track) = tracks.get_mut(&seen.case) else { continue };
        let mark = mark(*seen);
        track.marks[run] = mark;
        track.marked += usize::from(mark == Mark::Flaky);
        let now = match mark {
            Mark::Held => Ok(()),
            Mark::Broke => Err(seen.fault),
            // What is not decided changes nothing, and what is flaky is neither broken nor fixed.
            Mark::Absent | Mark::Undecided | Mark::Flaky => continue,
        };
        let before = states.insert(seen.case, now);
        let kind = match (before, now) {
            (Some(Ok(())) | None, Err(_)) => Kind::Broke,
            (Some(Err(_)), Ok(())) => Kind::Fixed,
            (Some(Err(old)), Err(new)) if old != new => Kind::Changed,
            _ => continue,
        };
        track.changes += usize::from(before.is_some() && kind != Kind::Changed);
        let summary = now.err().flatten().map_or(String::new(), |fault| faults.text(fault).to_owned());
        track.events.push(Event { run, kind, summary });
    }
    let mut tracks: Vec<Track> = tracks.into_values().collect();
    tracks.sort_by(|a, b| a.id.cmp(&b.id));
    tracks
}

fn mark(seen: Seen) -> Mark {
    match seen.verdict {
        _ if seen.flaky => Mark::Flaky,
        Verdict::Pass => Mark::Held,
        Verdict::Fail | Verdict::Warn => Mark::Broke,
        Verdict::Inconclusive | Verdict::Skipped | Verdict::Error => Mark::Undecided,
    }
}
