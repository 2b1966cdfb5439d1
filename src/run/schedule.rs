//! Workers that take cases from the plan one after the other.

use super::judge;
use super::judged::Judged;
use super::lane::Lane;
use super::session::Session;
use super::{Event, Options, Stop};
use crate::case::Case;
use crate::law::verdict::Verdict;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How the reason of a case begins that was lost by a fault of ours.
pub(super) const OWN_FAILURE: &str = "proofmark failed";

/// The results of all cases, in plan order.
pub(super) async fn judge_all(
    session: &Arc<Session>,
    plan: &Arc<Vec<(usize, Case)>>,
    options: &Options,
    deadline: Option<Instant>,
    stop: &Stop,
    observe: &(dyn Fn(Event<'_>) + Sync),
) -> Vec<Judged> {
    let next = Arc::new(AtomicUsize::new(0));
    let (results, mut incoming) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..options.concurrency.clamp(1, plan.len().max(1)) {
        let (session, plan, next, stop, results) =
            (Arc::clone(session), Arc::clone(plan), Arc::clone(&next), Arc::clone(stop), results.clone());
        let samples = options.samples;
        tokio::spawn(async move {
            let lane = session.lane();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((_, case)) = plan.get(at) else { return };
                let judged = match &lane {
                    Ok(lane) => judge_one(lane, case, samples, deadline, &stop).await,
                    Err(reason) => Judged::unrun(case, Verdict::Error, &format!("{OWN_FAILURE}: {reason}")),
                };
                if results.send((at, judged)).is_err() {
                    return;
                }
            }
        });
    }
    drop(results);
    let mut judged: Vec<Option<Judged>> = plan.iter().map(|_| None).collect();
    let mut done = 0;
    while let Some((at, result)) = incoming.recv().await {
        done += 1;
        let report = &result.report;
        observe(Event::Judged { id: &report.id, verdict: report.verdict, done, of: plan.len() });
        judged[at] = Some(result);
    }
    let lost = |case: &Case| {
        Judged::unrun(case, Verdict::Error, &format!("{OWN_FAILURE} before this case was judged"))
    };
    judged
        .into_iter()
        .zip(plan.iter())
        .map(|(judged, (_, case))| judged.unwrap_or_else(|| lost(case)))
        .collect()
}

async fn judge_one(
    lane: &Arc<Lane>,
    case: &Case,
    samples: u64,
    deadline: Option<Instant>,
    stop: &Stop,
) -> Judged {
    if stop.load(Ordering::Relaxed) {
        return Judged::unrun(case, Verdict::Error, "the run was interrupted before this case");
    }
    if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
        return Judged::unrun(case, Verdict::Error, "the budget ended before this case");
    }
    // A task of its own, so that a failure of ours costs one case and not the run.
    let work = {
        let (lane, case) = (Arc::clone(lane), case.clone());
        tokio::spawn(async move { judge::case(&lane, &case, samples).await })
    };
    let abort = work.abort_handle();
    let lost = || Judged::unrun(case, Verdict::Error, &format!("{OWN_FAILURE} while it judged this case"));
    tokio::select! {
        judged = work => judged.unwrap_or_else(|_| lost()),
        () = cut_short(deadline, stop) => {
            abort.abort();
            let why = if stop.load(Ordering::Relaxed) { "the run was interrupted" } else { "the budget ended" };
            Judged::unrun(case, Verdict::Error, &format!("{why} while this case was judged"))
        }
    }
}

/// Waits for the end of the budget, or for an interrupt.
pub(super) async fn cut_short(deadline: Option<Instant>, stop: &Stop) {
    /// How soon an interrupt is noticed.
    const GLANCE: Duration = Duration::from_millis(50);
    while !stop.load(Ordering::Relaxed) && deadline.is_none_or(|deadline| Instant::now() < deadline) {
        let glance = Instant::now() + GLANCE;
        tokio::time::sleep_until(deadline.map_or(glance, |deadline| deadline.min(glance))).await;
    }
}
