//! The exchange budget: which cases a run has room for, and how many requests each of them may send.
//!
//! What is planned follows from the cases alone, before anything is sent. A target that makes requests cost more,
//! because it leaves outcomes open or breaks, leaves less for the cases at the end of the order. Whether they are
//! still judged depends on what the cases before them have cost, and not on which of them finished first: so a
//! case waits until that is known, unless there is room for it however much those before it will cost.

use super::order;
use crate::case::Case;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// What the search for fewer and smaller requests that break may cost where exchanges are limited, beside sending
/// the first ones twice more: what it spends, other cases lack.
const SEARCH: usize = 10;

/// How many requests may be sent, for a case or for a whole run.
#[derive(Debug)]
pub(super) struct Allowance {
    promised: usize,
    limit: AtomicUsize,
    sent: AtomicUsize,
    ran_out: AtomicBool,
    /// The budget of the run, to be named where it ends.
    budget: usize,
}

impl Default for Allowance {
    /// As many as it takes.
    fn default() -> Self {
        Self::new(usize::MAX, usize::MAX)
    }
}

impl Allowance {
    pub(super) fn new(limit: usize, budget: usize) -> Self {
        Self {
            promised: limit,
            limit: AtomicUsize::new(limit),
            sent: AtomicUsize::new(0),
            ran_out: AtomicBool::new(false),
            budget,
        }
    }

    /// Counts a request that is about to be sent.
    ///
    /// # Errors
    /// None may be sent any more.
    pub(super) fn take(&self) -> Result<(), String> {
        let limit = self.limit.load(Ordering::Relaxed);
        let next = |sent: usize| (sent < limit).then_some(sent + 1);
        match self.sent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) {
            Ok(_) => Ok(()),
            Err(_) => Err(self.end()),
        }
    }

    /// Whether so many may still be sent.
    ///
    /// # Errors
    /// As [`Allowance::take`].
    pub(super) fn has(&self, requests: usize) -> Result<(), String> {
        if self.limit.load(Ordering::Relaxed).saturating_sub(self.sent()) >= requests {
            Ok(())
        } else {
            Err(self.end())
        }
    }

    /// From here on, only fewer and smaller requests than these are searched for.
    pub(super) fn search(&self, requests: usize) {
        if self.promised != usize::MAX {
            let enough = self.sent().saturating_add(SEARCH).saturating_add(2 * requests);
            self.limit.fetch_min(enough, Ordering::Relaxed);
        }
    }

    fn end(&self) -> String {
        self.ran_out.store(true, Ordering::Relaxed);
        format!("the exchange budget of {} ended before its answers decided", self.budget)
    }

    /// So many were sent before, in a part of the run that was broken off.
    pub(super) fn spent(&self, requests: usize) {
        self.sent.store(requests, Ordering::Relaxed);
    }

    /// How many were sent.
    pub(super) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether one more was wanted than may be sent.
    pub(super) fn ran_out(&self) -> bool {
        self.ran_out.load(Ordering::Relaxed)
    }
}

/// A case that was selected, and whether the configuration has what it needs; it costs nothing where it has not.
pub(super) struct Selected<'a> {
    pub(super) case: &'a Case,
    pub(super) ready: bool,
}

impl Selected<'_> {
    fn requests(&self) -> usize {
        if self.ready { self.case.requests() } else { 0 }
    }
}

/// One case in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// The position of the case in the plan.
    pub(super) at: usize,
    /// How many samples of it are judged; none where there is no room for it.
    pub(super) samples: u64,
    /// The requests that they send where nothing has to be repeated.
    requests: usize,
    /// Whether the case waits for the end of the run.
    late: bool,
}

impl Turn {
    /// The most that the case may send: what it needs where every outcome stays open under every key, in which the
    /// search for fewer requests has room as well.
    fn most(self) -> usize {
        const OPEN: usize = 20;
        // Nobody can wait to see what it spends, so it is charged for all of it.
        if self.late {
            return self.requests;
        }
        self.requests.saturating_mul(OPEN).saturating_add(SEARCH)
    }
}

/// The turns of all cases: in plan order and with all samples where there is no budget, else those that tell
/// most first, one sample of each before another of any, as long as there is room. Cases that wait for the end of
/// the run begin before all others but the first, whose verdict is not to wait for them.
pub(super) fn turns(cases: &[Selected<'_>], samples: u64, budget: Option<usize>) -> Vec<Turn> {
    let turn = |(at, one): (usize, &Selected<'_>)| {
        let samples = one.case.samples(samples);
        let times = usize::try_from(samples).unwrap_or(usize::MAX);
        Turn { at, samples, requests: one.requests().saturating_mul(times), late: one.case.is_late() }
    };
    let all = cases.iter().enumerate().map(turn);
    let Some(mut room) = budget else {
        return late_ones_early(all.collect());
    };
    let mut turns: Vec<Turn> = all.map(|turn| Turn { samples: 0, requests: 0, ..turn }).collect();
    let ranks = order::ranks(cases.iter().map(|one| one.case));
    turns.sort_by_key(|turn| ranks[turn.at]);
    for round in 0..samples.max(1) {
        let before = room;
        for turn in &mut turns {
            let one = &cases[turn.at];
            let requests = one.requests();
            if turn.samples == round && round < one.case.samples(samples) && requests <= room {
                turn.samples += 1;
                turn.requests += requests;
                room -= requests;
            }
        }
        if room == before {
            break;
        }
    }
    late_ones_early(turns)
}

fn late_ones_early(mut turns: Vec<Turn>) -> Vec<Turn> {
    turns.sort_by_key(|turn| !turn.late);
    if let Some(first) = turns.iter().position(|turn| !turn.late) {
        turns[..=first].rotate_right(1);
    }
    turns
}

/// Lets cases begin, one after the other, while there is room for them.
#[derive(Debug)]
pub(super) struct Gate {
    turns: Vec<Turn>,
    budget: Option<usize>,
    next: tokio::sync::Mutex<usize>,
    ledger: Mutex<Ledger>,
    settled: Notify,
}

#[derive(Debug, Default)]
struct Ledger {
    /// What may still be spent by cases that have not begun, if those under way spend nothing.
    room: usize,
    /// What those under way may spend at most.
    promised: usize,
}

/// Whether a case may begin.
enum Promise {
    /// It may, and send so many requests.
    Now(usize),
    /// Not before it is known what those under way spend.
    Later,
    /// There is no room for it.
    Never,
}

/// A case whose turn it is.
pub(super) struct Admitted {
    pub(super) turn: Turn,
    /// What it may send; nothing where there is no room for it.
    pub(super) allowance: Option<Allowance>,
}

impl Gate {
    /// A gate for these turns; so many requests of the budget were sent before.
    pub(super) fn new(turns: Vec<Turn>, budget: Option<usize>, sent: usize) -> Self {
        let ledger = Ledger { room: budget.unwrap_or(usize::MAX).saturating_sub(sent), promised: 0 };
        Self {
            turns,
            budget,
            next: tokio::sync::Mutex::default(),
            ledger: Mutex::new(ledger),
            settled: Notify::new(),
        }
    }

    /// The next case; nothing when all had their turn.
    pub(super) async fn admit(&self) -> Option<Admitted> {
        let mut next = self.next.lock().await;
        let turn = *self.turns.get(*next)?;
        *next += 1;
        let Some(budget) = self.budget else {
            return Some(Admitted { turn, allowance: Some(Allowance::default()) });
        };
        loop {
            let settled = self.settled.notified();
            match self.promise(turn) {
                Promise::Later => settled.await,
                Promise::Never => return Some(Admitted { turn, allowance: None }),
                Promise::Now(most) => {
                    return Some(Admitted { turn, allowance: Some(Allowance::new(most, budget)) });
                }
            }
        }
    }

    /// How much the case may send.
    fn promise(&self, turn: Turn) -> Promise {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let sure = ledger.room.saturating_sub(ledger.promised);
        let most = if turn.samples == 0 {
            return Promise::Never;
        } else if sure >= turn.most() {
            turn.most()
        } else if ledger.promised > 0 {
            return Promise::Later;
        } else if ledger.room >= turn.requests {
            ledger.room
        } else {
            return Promise::Never;
        };
        ledger.promised += most;
        Promise::Now(most)
    }

    /// A case may spend its whole allowance at some later time.
    pub(super) fn charge(&self, allowance: &Allowance) {
        self.end(allowance, allowance.promised);
    }

    /// A case has ended, and this is what it has spent of its allowance.
    pub(super) fn settle(&self, allowance: &Allowance) {
        self.end(allowance, allowance.sent());
    }

    fn end(&self, allowance: &Allowance, spent: usize) {
        if self.budget.is_none() {
            return;
        }
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.promised = ledger.promised.saturating_sub(allowance.promised);
        ledger.room = ledger.room.saturating_sub(spent);
        drop(ledger);
        self.settled.notify_one();
    }
}
