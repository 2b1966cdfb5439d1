//! How the verdict on a case follows from what the law says of its samples.

use crate::case::Case;
use crate::case::grade::Level;
use crate::case::script::Script;
use crate::law::verdict::Verdict;
use crate::law::{Breach, Judgement};

/// What the samples of a case have shown so far.
#[derive(Default)]
pub(super) struct Samples {
    held: Option<String>,
    undecided: Option<String>,
}

/// A judgement after which no further sample is sent.
pub(super) enum Ending {
    /// The clause broke.
    Broken(Breach),
    /// The target could not be spoken to; why.
    Blocked(String),
}

impl Samples {
    /// Takes what the law says of the next sample; that may end it.
    pub(super) fn take(&mut self, judgement: Judgement) -> Option<Ending> {
        match judgement {
            Judgement::Held(reason) => self.held = self.held.take().or(Some(reason)),
            Judgement::Undecided(reason) => self.undecided = self.undecided.take().or(Some(reason)),
            Judgement::Blocked(reason) => return Some(Ending::Blocked(reason)),
            Judgement::Broken(breach) => return Some(Ending::Broken(breach)),
        }
        None
    }

    /// Whether any was judged.
    pub(super) fn any(&self) -> bool {
        self.held.is_some() || self.undecided.is_some()
    }

    /// The verdict where none broke, and why.
    pub(super) fn verdict(self) -> (Verdict, String) {
        match (self.held, self.undecided) {
            (Some(reason), _) => (Verdict::Pass, reason),
            (None, Some(reason)) => (Verdict::Inconclusive, reason),
            (None, None) => (Verdict::Inconclusive, "nothing was judged".to_owned()),
        }
    }
}

/// The reason of a case that replays at the end of the run says how old its requests were; no more than what was
/// asked for, which is the same in every run.
pub(super) fn aged(judgement: Judgement, script: &Script) -> Judgement {
    let Judgement::Held(reason) = judgement else { return judgement };
    Judgement::Held(match script.age() {
        Some(age) => {
            format!("{reason}; the oldest replay verified was {} old", humantime::format_duration(age))
        }
        None if script.is_late() => format!("{reason} until all other cases were done"),
        None => reason,
    })
}

/// A broken MUST fails; a broken SHOULD or MAY warns.
pub(super) fn broken(case: &Case) -> Verdict {
    if case.level == Level::Must { Verdict::Fail } else { Verdict::Warn }
}
