//! Sending a finding's script again.

use super::finding::{self, Broken, fingerprint};
use super::journal::Purpose;
use super::judge::{Trial, try_script};
use super::judged::Tally;
use super::lane::Lane;
use super::model::Finding;
use super::session::Session;
use crate::case::Case;
use crate::case::script::{Script, Step};
use crate::law::Judgement;
use std::sync::Arc;

/// How often a script with requests that overlap is sent until it breaks.
const TRIES: usize = 10;

/// What a replay shows.
pub enum Replay {
    /// The clause breaks again.
    StillBroken(Box<Finding>),
    /// The clause holds now; what was seen.
    Holds(String),
    /// The answers do not decide, or the target could not be spoken to; why.
    Undecided(String),
}

/// The script that a finding holds.
///
/// # Errors
/// There is none, this version cannot read it, or it asks for more than a step may.
pub fn script(finding: &Finding) -> Result<Script, String> {
    let script = finding.script.clone().ok_or("the finding holds no script to send again")?;
    let script: Script = serde_json::from_value(script)
        .map_err(|error| format!("the finding's script cannot be read: {error}"))?;
    for step in &script.0 {
        step.check().map_err(|error| format!("the finding's script cannot be sent: {error}"))?;
    }
    Ok(script)
}

/// Sends a finding's script again, with fresh keys, and judges it by its case's rule; several times where requests
/// overlap, until it breaks.
///
/// # Errors
/// A failure of our own, or what [`script`] refuses.
pub async fn replay(session: &Arc<Session>, case: &Case, finding: &Finding) -> Result<Replay, String> {
    let script = script(finding)?.within(session.pace.at_once());
    let lane = session.lane()?;
    // Requests that overlap need luck to break.
    let tries = tries(&script);
    let mut shown = Replay::Undecided("nothing was sent".to_owned());
    for attempt in 0..tries {
        let label = format!("{}#replay{attempt}", case.id);
        shown = once(&lane, case, &script, label).await?;
        if matches!(shown, Replay::StillBroken(_)) {
            break;
        }
    }
    Ok(shown)
}

fn tries(script: &Script) -> usize {
    if script.0.iter().any(Step::overlaps) { TRIES } else { 1 }
}

/// The most requests that sending a script again takes, where none has to be repeated.
pub fn most(script: &Script) -> usize {
    script.requests() * tries(script)
}

async fn once(lane: &Lane, case: &Case, script: &Script, label: String) -> Result<Replay, String> {
    let trial = Trial { label, purpose: Purpose::Repeat, sample: 0 };
    let tried = try_script(lane, case, script, trial, &mut Tally::default()).await;
    let (judgement, history) = match (tried, lane.obstacle()) {
        (Err(_), Some(obstacle)) => return Ok(Replay::Undecided(obstacle.to_owned())),
        (tried, _) => tried?,
    };
    Ok(match judgement {
        Judgement::Broken(breach) => {
            let fingerprint = fingerprint(case, &breach);
            let broken = Broken { script: script.clone(), history, breach, fingerprint, repeats: None };
            Replay::StillBroken(Box::new(finding::finding(lane, case, &broken)))
        }
        Judgement::Held(reason) => Replay::Holds(reason),
        Judgement::Undecided(reason) | Judgement::Blocked(reason) => Replay::Undecided(reason),
    })
}
