//! Workers that take cases from the plan one after the other.

use super::budget::{self, Admitted, Gate, Selected, Turn};
use super::hear::{Note, Recorder};
use super::judge;
use super::judged::Judged;
use super::lane::Lane;
use super::outage::Outage;
use super::purse;
use super::resume::Known;
use super::session::Session;
use super::{Event, Options, Stop};
use crate::case::Case;
use crate::law::verdict::Verdict;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// What ends a run early: its budget, an interrupt, or a target that has gone away.
#[derive(Clone)]
pub(super) struct Cut {
    pub(super) deadline: Option<Instant>,
    pub(super) stop: Stop,
    /// Whether what breaks is made smaller.
    pub(super) search: bool,
    pub(super) outage: Arc<Outage>,
}

impl Cut {
    /// Why the run has to end now; nothing where it may go on.
    pub(super) fn reason(&self) -> Option<&'static str> {
        if self.stop.load(Ordering::Relaxed) {
            Some("the run was interrupted")
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            Some("the budget ended")
        } else if self.outage.gone().is_some() {
            Some("the target stopped answering")
        } else {
            None
        }
    }

    /// Waits until the run has to end.
    pub(super) async fn wait(&self) {
        /// How soon an interrupt is noticed.
        const GLANCE: Duration = Duration::from_millis(50);
        while self.reason().is_none() {
            let glance = Instant::now() + GLANCE;
            tokio::time::sleep_until(self.deadline.map_or(glance, |deadline| deadline.min(glance))).await;
        }
    }
}

/// How long a case that is under way may still take once the run has to end, so that what it found is kept.
const GRACE: Duration = Duration::from_millis(500);

/// How long the first case has the target to itself, so that its verdict does not wait for the signatures of all that
/// begin with it. A target that is slower than that holds nobody up.
const HEAD_START: Duration = Duration::from_millis(20);

/// The results of all cases, in plan order. So many requests of the exchange budget were sent before.
pub(super) async fn judge_all(
    session: &Arc<Session>,
    plan: &Arc<Vec<(usize, Case)>>,
    options: &Options,
    sent: usize,
    cut: &Cut,
    observe: &(dyn Fn(Event<'_>) + Sync),
) -> Vec<Judged> {
    let ready = |case| session.lacks(case).is_none();
    let cases: Vec<Selected<'_>> =
        plan.iter().map(|(_, case)| Selected { case, ready: ready(case) }).collect();
    let budget = options.exchanges;
    let room = budget.map(|budget| budget.saturating_sub(sent));
    let gate = Arc::new(Gate::new(budget::turns(&cases, options.samples, room), budget, sent));
    // Set aside in the order of the plan, so that neither luck nor speed decides who goes without.
    let mut set_aside: Vec<_> =
        plan.iter().map(|(_, case)| purse::reserve(session, case, options.samples)).collect();
    let known = Arc::new(Known::of(options.resumed.as_deref(), plan));
    // What a case that was broken off had is spent, perhaps.
    for (set_aside, (_, case)) in
        set_aside.iter_mut().zip(plan.iter()).filter(|(_, one)| known.broken_off(&one.1))
    {
        *set_aside = purse::reserve(session, case, options.samples);
    }
    let set_aside = Arc::new(set_aside);
    let (notes, mut incoming) = tokio::sync::mpsc::unbounded_channel();
    let working = plan.iter().filter(|(_, case)| !case.is_late()).count();
    session.busy.send_replace(working);
    for worker in 0..options.concurrency.clamp(1, plan.len().max(1)) {
        let (session, plan, cut) = (Arc::clone(session), Arc::clone(plan), cut.clone());
        let (set_aside, known, record) = (Arc::clone(&set_aside), Arc::clone(&known), options.record);
        let desk = Desk { session: Arc::clone(&session), gate: Arc::clone(&gate), notes: notes.clone() };
        let mut busy = session.busy.subscribe();
        tokio::spawn(async move {
            if worker > 0 {
                let _ = tokio::time::timeout(HEAD_START, busy.wait_for(|&left| left < working)).await;
            }
            let mut lane = session.lane();
            while let Some(Admitted { turn, allowance }) = desk.gate.admit().await {
                let Some((_, case)) = plan.get(turn.at) else { return };
                let (case, cut, desk) = (case.clone(), cut.clone(), desk.clone());
                if let Some(judged) = known.judged(&case) {
                    if let Some(allowance) = &allowance {
                        allowance.spent(judged.report.exchanges);
                        if case.is_late() { desk.gate.charge(allowance) } else { desk.gate.settle(allowance) }
                    }
                    desk.known(turn, &case, judged);
                    continue;
                }
                let reserved = match set_aside.get(turn.at) {
                    Some(Ok(reserved)) => reserved.clone(),
                    Some(Err(lacking)) => {
                        if let Some(allowance) = &allowance {
                            desk.gate.settle(allowance);
                        }
                        desk.put(turn, &case, Judged::unrun(&case, Verdict::Skipped, lacking));
                        continue;
                    }
                    None => None,
                };
                let own = match (&lane, allowance) {
                    (Ok(lane), Some(allowance)) => {
                        let notes = desk.notes.clone();
                        let recorder = record.then(|| Recorder { case: case.clone(), notes });
                        lane.within(allowance, reserved, recorder)
                    }
                    (Ok(_), None) => {
                        desk.put(turn, &case, Judged::left_out(&case, budget.unwrap_or_default()));
                        continue;
                    }
                    (Err(reason), _) => {
                        desk.put(turn, &case, Judged::failed(&case, reason));
                        continue;
                    }
                };
                if case.is_late() {
                    desk.gate.charge(&own.allowance);
                }
                desk.begin(turn);
                let sender = Arc::clone(&own);
                let ended = tokio::spawn(async move {
                    let judged = judge_one(&sender, &case, turn.samples, &cut).await;
                    if !case.is_late() {
                        desk.gate.settle(&sender.allowance);
                    }
                    desk.put(turn, &case, judged);
                });
                // A case that only waits makes room for the next one, and keeps its connections.
                tokio::select! {
                    _ = ended => {}
                    () = own.idle.notified() => lane = session.lane(),
                }
            }
        });
    }
    drop(notes);
    let mut judged: Vec<Option<Judged>> = plan.iter().map(|_| None).collect();
    let mut done = 0;
    while done < plan.len()
        && let Some(note) = incoming.recv().await
    {
        match note {
            Note::Begun(at) => {
                if let Some((_, case)) = plan.get(at) {
                    observe(Event::Begun { id: &case.id });
                }
            }
            Note::Heard(heard) => observe(Event::Heard(&heard)),
            Note::Judged { at, judged: mut result, fresh } => {
                done += 1;
                let (Some((index, _)), Some(place)) = (plan.get(at), judged.get_mut(at)) else { continue };
                result.report.index = *index;
                if fresh {
                    observe(result.event(done, plan.len()));
                }
                *place = Some(*result);
            }
        }
    }
    let lost = |case: &Case| Judged::failed(case, "the case was lost");
    judged
        .into_iter()
        .zip(plan.iter())
        .map(|(judged, (_, case))| judged.unwrap_or_else(|| lost(case)))
        .collect()
}

/// Where results are put down.
#[derive(Clone)]
struct Desk {
    session: Arc<Session>,
    gate: Arc<Gate>,
    notes: UnboundedSender<Note>,
}

impl Desk {
    /// Takes a result, and tells cases that wait for the end of the run when there is nothing else left.
    fn put(&self, turn: Turn, case: &Case, judged: Judged) {
        self.take(turn, case, judged, true);
    }

    /// Takes a result of a part of the run that was broken off.
    fn known(&self, turn: Turn, case: &Case, judged: Judged) {
        self.take(turn, case, judged, false);
    }

    /// Tells that a case has begun.
    fn begin(&self, turn: Turn) {
        let _ = self.notes.send(Note::Begun(turn.at));
    }

    fn take(&self, turn: Turn, case: &Case, judged: Judged, fresh: bool) {
        // Once the run is over, nobody wants it.
        let judged = Box::new(judged);
        let _ = self.notes.send(Note::Judged { at: turn.at, judged, fresh });
        if !case.is_late() {
            self.session.busy.send_modify(|cases| *cases = cases.saturating_sub(1));
        }
    }
}

pub(super) async fn judge_one(lane: &Arc<Lane>, case: &Case, samples: u64, cut: &Cut) -> Judged {
    if let Some(reason) = cut.reason() {
        return Judged::unrun(case, Verdict::Error, &format!("{reason} before this case"));
    }
    // A task of its own, so that a failure of ours costs one case and not the run.
    let work = {
        let (lane, case, cut) = (Arc::clone(lane), case.clone(), cut.clone());
        tokio::spawn(async move { judge::case(&lane, &case, samples, &cut).await })
    };
    let abort = work.abort_handle();
    let ended = async {
        cut.wait().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        // What a panic says may hold what was being worked on.
        judged = work => judged.unwrap_or_else(|_| Judged::failed(case, "it broke down on this case")),
        () = ended => {
            abort.abort();
            let reason = cut.reason().unwrap_or("the run ended");
            Judged::unrun(case, Verdict::Error, &format!("{reason} while this case was judged"))
        }
    }
}
