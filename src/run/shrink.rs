//! The smallest payload that breaks a clause in the same way.

use super::finding::Broken;
use super::journal::Purpose;
use super::judge::{Trial, breaks_alike};
use super::judged::Tally;
use super::lane::Lane;
use super::reduce;
use super::schedule::Cut;
use crate::case::Case;
use crate::case::build::{around_document, around_edit};
use crate::case::model::Plan;
use crate::case::script::Script;
use crate::generate::{Edit, seed, shrink};
use proptest::strategy::Strategy;
use serde_json::Value;
use std::sync::Arc;
use tokio::runtime::Handle;

/// How many further payloads one finding may cost.
const BUDGET: usize = 60;

/// Shrinks the payload of a generated case, and the script of one that was written or consists of programs; values
/// next to a bound are what they are.
///
/// Every attempt has fresh keys, and counts only if it breaks with the same fingerprint. Where the search fails or
/// the run has to end, what it has so far is the smallest: a breach that was seen is never lost.
pub(super) async fn smallest(
    lane: &Arc<Lane>,
    case: &Case,
    sample: u64,
    broken: Broken,
    cut: &Cut,
    tally: &mut Tally,
) -> Broken {
    if matches!(case.plan, Plan::Bound(_)) {
        return broken;
    }
    if matches!(case.plan, Plan::Written(_) | Plan::Programs(_)) {
        return reduce::smallest(lane, case, sample, broken, cut, tally).await;
    }
    // Value trees cannot be sent between threads, so the whole search stays on one that may block.
    let (lane, case, cut) = (Arc::clone(lane), case.clone(), cut.clone());
    let (runtime, whole) = (Handle::current(), broken.clone());
    let search = move || {
        let tally = Tally::default();
        let mut search =
            Search { lane: &lane, case: &case, cut: &cut, runtime, sample, best: broken, tally, attempt: 0 };
        // A search that fails leaves the best it had.
        let _ = search.run();
        (search.best, search.tally)
    };
    let Ok((best, spent)) = tokio::task::spawn_blocking(search).await else { return whole };
    tally.add(spent);
    best
}

struct Search<'a> {
    lane: &'a Lane,
    cut: &'a Cut,
    case: &'a Case,
    runtime: Handle,
    sample: u64,
    best: Broken,
    tally: Tally,
    attempt: usize,
}

impl Search<'_> {
    fn run(&mut self) -> Result<(), String> {
        let (session, case) = (&self.lane.session, self.case);
        let operation = session.operation(&case.operation).ok_or("the operation is gone")?;
        let generator = session.generator(&case.operation).ok_or("the generator is gone")?;
        let seed = seed(session.seed, &case.id, self.sample);
        let mut failure = None;
        let mut fails = |search: &mut Self, script: Result<Script, String>| match script
            .and_then(|s| search.breaks(&s))
        {
            Ok(breaks) => breaks,
            Err(reason) => {
                failure = Some(reason);
                false
            }
        };
        let shrunk = match &case.plan {
            Plan::Written(_) | Plan::Programs(_) | Plan::Bound(_) => return Ok(()),
            Plan::Goal(plan) => {
                let edits = generator.edits(&plan.goal).map_err(|refusal| refusal.to_string())?;
                let values = edits.prop_map(|edit| serde_json::to_value(edit).unwrap_or_default()).sboxed();
                let script = |value: &Value| {
                    let edit: Edit =
                        serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
                    around_edit(case, plan, operation, generator, session.seed, &edit)
                        .map_err(|r| r.to_string())
                };
                shrink(&values, seed, |value| fails(self, script(value)), BUDGET)
            }
            Plan::Samples => {
                let documents = generator.valid().map_err(|refusal| refusal.to_string())?;
                shrink(&documents, seed, |value| fails(self, Ok(around_document(value.clone()))), BUDGET)
            }
        };
        match (failure, shrunk) {
            (Some(reason), _) => Err(reason),
            (None, Err(refusal)) => Err(refusal.to_string()),
            (None, Ok(_)) => Ok(()),
        }
    }

    /// Whether a script breaks the clause in the same way; if so it is the best so far.
    fn breaks(&mut self, script: &Script) -> Result<bool, String> {
        if self.cut.reason().is_some() {
            return Ok(false);
        }
        self.attempt += 1;
        let label = format!("{}#{}#shrink{}", self.case.id, self.sample, self.attempt);
        let trial = Trial { label, purpose: Purpose::Shrinking, sample: self.sample };
        let alike = &self.best.fingerprint;
        let sent = breaks_alike(self.lane, self.case, script, trial, alike, &mut self.tally);
        // The runtime goes away with the run, and with it the timers that this waits for.
        let sent = async {
            tokio::select! {
                broken = sent => broken,
                () = self.cut.wait() => Ok(None),
            }
        };
        let Some(broken) = self.runtime.block_on(sent)? else { return Ok(false) };
        self.best = broken;
        Ok(true)
    }
}
