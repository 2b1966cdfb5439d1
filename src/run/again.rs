//! Cases that are judged again with the same seed: what does not come out alike each time is flaky.

use super::budget::Allowance;
use super::hear::{Note, Recorder};
use super::judged::Judged;
use super::model::{CaseReport, Repeats};
use super::purse;
use super::schedule::{Cut, judge_one};
use super::session::Session;
use super::{Event, Options};
use crate::case::Case;
use crate::law::verdict::Verdict;
use futures_util::StreamExt as _;
use std::fmt;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Which cases are judged again after the run, and how often.
#[derive(Clone)]
pub struct Again {
    /// How many more times.
    pub times: usize,
    /// Whether a case is in question, by what it came to.
    pub doubts: Arc<dyn Fn(&CaseReport) -> bool + Send + Sync>,
}

impl Default for Again {
    /// None.
    fn default() -> Self {
        Self { times: 0, doubts: Arc::new(|_| false) }
    }
}

impl fmt::Debug for Again {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Again").field("times", &self.times).finish_non_exhaustive()
    }
}

/// What further judgements of a case came to.
#[derive(Default)]
struct Further {
    broke: usize,
    held: usize,
    exchanges: usize,
}

/// Judges the cases in question again, with the same payloads and fresh keys, and marks those that are flaky. A
/// judgement that decides nothing counts for nothing. All requests of the run count against its exchange budget,
/// of which so many were sent before the first case. Each of them is told of once more, with what is known by now.
pub(super) async fn judge(
    session: &Arc<Session>,
    plan: &[(usize, Case)],
    judged: &mut [Judged],
    options: &Options,
    sent: usize,
    (cut, observe): (&Cut, &(dyn Fn(Event<'_>) + Sync)),
) {
    let again = &options.again;
    // Where a run goes on that was broken off, some are known to be flaky.
    let doubted =
        |judged: &Judged| again.times > 0 && judged.report.flaky.is_none() && (again.doubts)(&judged.report);
    let places: Vec<usize> = (0..judged.len()).filter(|at| doubted(&judged[*at])).collect();
    // Nothing is searched for: the finding is there, and only the verdict is asked for.
    let cut = &Cut { search: false, ..cut.clone() };
    let (notes, mut incoming) = unbounded_channel();
    let one = |at: usize, room: Option<usize>| {
        let notes = options.record.then(|| notes.clone());
        async move {
            let further = match plan.get(at) {
                Some((_, case)) => rounds(session, case, options, room, cut, notes).await,
                None => Further::default(),
            };
            (at, further)
        }
    };
    let mut done = Vec::with_capacity(places.len());
    if let Some(budget) = options.exchanges {
        // One after the other, so that each knows what those before it have left.
        let before: usize = judged.iter().map(|judged| judged.report.exchanges).sum();
        let mut room = budget.saturating_sub(sent).saturating_sub(before);
        for at in places {
            let (at, further) = one(at, Some(room)).await;
            room = room.saturating_sub(further.exchanges);
            done.push((at, further));
        }
    } else {
        let all = futures_util::stream::iter(places.into_iter().map(|at| one(at, None)));
        done = all.buffer_unordered(options.concurrency.max(1)).collect().await;
    }
    while let Ok(note) = incoming.try_recv() {
        if let Note::Heard(heard) = note {
            observe(Event::Heard(&heard));
        }
    }
    for (at, further) in done {
        let report = &mut judged[at].report;
        report.exchanges += further.exchanges;
        report.flaky = mark(report.verdict, &further);
        observe(judged[at].event(plan.len(), plan.len()));
    }
}

/// How often a case broke, where its judgements differ.
fn mark(first: Verdict, further: &Further) -> Option<Repeats> {
    let first_broke = breaks(first)?;
    let failed = further.broke + usize::from(first_broke);
    let of = further.broke + further.held + 1;
    (failed > 0 && failed < of).then_some(Repeats { failed, of })
}

/// Whether a verdict says that the clause broke; nothing where it decides nothing.
fn breaks(verdict: Verdict) -> Option<bool> {
    match verdict {
        Verdict::Fail | Verdict::Warn => Some(true),
        Verdict::Pass => Some(false),
        Verdict::Inconclusive | Verdict::Skipped | Verdict::Error => None,
    }
}

async fn rounds(
    session: &Arc<Session>,
    case: &Case,
    options: &Options,
    room: Option<usize>,
    cut: &Cut,
    notes: Option<UnboundedSender<Note>>,
) -> Further {
    let mut further = Further::default();
    for round in 1..=options.again.times {
        let Ok(lane) = session.lane() else { break };
        let Ok(reserved) = purse::reserve(session, case, options.samples) else { break };
        let allowance = match (room, options.exchanges) {
            (Some(room), Some(budget)) => Allowance::new(room.saturating_sub(further.exchanges), budget),
            _ => Allowance::default(),
        };
        let own = {
            let recorder = notes.clone().map(|notes| Recorder { case: case.clone(), notes });
            lane.in_round(round, allowance, reserved, recorder)
        };
        let judged = judge_one(&own, case, options.samples, cut).await;
        further.exchanges += own.allowance.sent();
        match breaks(judged.report.verdict) {
            Some(true) => further.broke += 1,
            Some(false) => further.held += 1,
            None => {}
        }
    }
    further
}

#[cfg(test)]
mod tests {
    use super::{Further, Verdict, mark};
    use crate::run::model::Repeats;

    #[test]
    fn only_judgements_that_decide_and_differ_make_a_case_flaky() {
        let further = |broke, held| Further { broke, held, exchanges: 0 };
        assert_eq!(mark(Verdict::Fail, &further(1, 1)), Some(Repeats { failed: 2, of: 3 }));
        assert_eq!(mark(Verdict::Pass, &further(1, 1)), Some(Repeats { failed: 1, of: 3 }));
        assert_eq!(mark(Verdict::Fail, &further(2, 0)), None);
        assert_eq!(mark(Verdict::Pass, &further(0, 2)), None);
        assert_eq!(mark(Verdict::Fail, &further(0, 0)), None);
        assert_eq!(mark(Verdict::Inconclusive, &further(1, 1)), None);
    }
}
