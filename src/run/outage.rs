//! A target that is away: for a moment, which is waited for, or for good, which ends the run.

use super::journal::Purpose;
use super::lane::{Lane, Outgoing};
use crate::case::script::{MADE_UP, Step, Writing};
use crate::contract::Operation;
use crate::exchange::{Exchange, History, NoAnswer, Response};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long a target may be away that was there before: longer than a restart takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Between two attempts to reach it, whoever makes them.
const PAUSE: Duration = Duration::from_millis(200);
/// How often a target may take too long to say whether it is there.
const TIMEOUTS: usize = 2;
/// The step that finds out whether the target is there.
const ROLE: &str = "control";

/// What is known of a target's presence.
#[derive(Default)]
pub(super) struct Outage {
    /// Whether it has answered at all.
    answered: AtomicBool,
    /// Since when no connection comes about.
    since: Mutex<Option<Instant>>,
    /// Held by the one who looks whether it is back.
    turn: tokio::sync::Mutex<()>,
    /// Why it was given up.
    gone: OnceLock<NoAnswer>,
}

impl Outage {
    /// What the target does in place of answering, where it was given up.
    pub(super) fn gone(&self) -> Option<NoAnswer> {
        self.gone.get().copied()
    }

    /// Whether the target has answered at all.
    pub(super) fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// Takes note of what became of a request, and waits where no connection came about and it may be sent again; so
    /// long as `began` is not long ago.
    pub(super) async fn rides(&self, outcome: &Result<Response, NoAnswer>, began: Instant) -> bool {
        match outcome {
            Ok(_) => {
                self.answered.store(true, Ordering::Relaxed);
                self.since(|since| *since = None);
                return false;
            }
            Err(NoAnswer::Unreachable) => {}
            Err(_) => return false,
        }
        // One that was never there is not waited for.
        if !self.has_answered() || self.gone().is_some() {
            return false;
        }
        let since = self.since(|since| *since.get_or_insert_with(Instant::now));
        if since.elapsed() > PATIENCE {
            let _ = self.gone.set(NoAnswer::Unreachable);
            return false;
        }
        if began.elapsed() > PATIENCE {
            return false;
        }
        // One after the other looks whether it is back, so that it is not run over when it is.
        let _turn = self.turn.lock().await;
        if self.since(|since| since.is_some()) {
            tokio::time::sleep(PAUSE).await;
        }
        self.gone().is_none()
    }

    fn since<T>(&self, work: impl FnOnce(&mut Option<Instant>) -> T) -> T {
        work(&mut self.since.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Lane {
    /// Where a request of a history has no answer, finds out whether the target answers any other. If it answers none,
    /// that says nothing of the request, and the target is given up.
    pub(super) async fn doubt(&self, history: &mut History) {
        let silent = |exchange: &&mut Exchange| {
            let reason = exchange.outcome.as_ref().err();
            !exchange.superseded
                && reason.is_some_and(|reason| {
                    matches!(reason, NoAnswer::Timeout | NoAnswer::Closed | NoAnswer::Proxy)
                })
        };
        if !history.exchanges.iter_mut().any(|exchange| silent(&exchange)) || !self.is_gone().await {
            return;
        }
        for exchange in history.exchanges.iter_mut().filter(silent) {
            exchange.outcome = Err(NoAnswer::Gone);
        }
    }

    /// Whether the target answers nothing any more.
    async fn is_gone(&self) -> bool {
        let Some(operation) = self.session.suite.contract.operations.first() else { return false };
        let (began, mut timeouts) = (Instant::now(), 0);
        let outage = &self.session.outage;
        let mut history = History::default();
        let gone = loop {
            if outage.gone().is_some() {
                break true;
            }
            // Without allowance, or where the hook fails, nothing is known.
            let Ok(exchange) = self.ask(operation, history.exchanges.len()).await else { break false };
            let outcome = exchange.outcome.as_ref().map(|_| ()).map_err(|reason| *reason);
            history.exchanges.push(exchange);
            let Err(
                reason @ (NoAnswer::Timeout | NoAnswer::Closed | NoAnswer::Unreachable | NoAnswer::Proxy),
            ) = outcome
            else {
                break false;
            };
            timeouts += usize::from(reason == NoAnswer::Timeout);
            if timeouts >= TIMEOUTS || began.elapsed() > PATIENCE {
                let _ = outage.gone.set(reason);
                break true;
            }
            tokio::time::sleep(PAUSE).await;
        };
        if let Some(recorder) = &self.recorder {
            recorder.unjudged(self, (Purpose::Control, 0), &history, "it shows whether the target is there");
        }
        gone
    }

    /// Sends a good request, then one that has to be refused, and so on: a target that breaks down on one of them is
    /// there all the same.
    async fn ask(&self, operation: &Operation, attempt: usize) -> Result<Exchange, String> {
        let good = Step { credential: Some(MADE_UP.to_owned()), ..Step::new(ROLE) };
        let step = if attempt.is_multiple_of(2) {
            good
        } else {
            Step { write: Writing::Text("{}".to_owned()), ..good }
        };
        let composer = self.session.composer(operation, format!("{ROLE}#{attempt}"));
        let row = composer.row(&step, &mut BTreeMap::new(), &[]);
        let draft = row.first().ok_or("nothing to ask")?;
        let request = self.request(&composer, &step, draft).await?;
        let (path, new_connection) = (draft.signed.as_str(), true);
        let out = Outgoing { role: &step.role, copy: 0, request, path, new_connection, cut_after: None };
        self.exchange(operation, out).await
    }
}
