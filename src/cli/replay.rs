//! `proofmark replay`.

use super::announce;
use super::args::ReplayArgs;
use super::explain::unknown;
use super::output::{self, Failure};
use super::{embedded, input, reports};
use crate::exit::Exit;
use crate::reference::Settings;
use crate::report::model::Finding;
use crate::run::replay::{Replay, most, replay as send, script as readable};
use crate::run::session::Session;
use crate::target::stamp::Stamps;
use std::sync::Arc;

/// Sends a finding's exchanges again.
pub(super) fn replay(args: &ReplayArgs) -> Result<Exit, Failure> {
    let report = reports::read(&args.report)?;
    let Some(judged) = report.cases.iter().find(|case| case.id == args.case_id) else {
        return Err(Failure::input(unknown(&args.case_id, report.cases.iter().map(|case| case.id.as_str()))));
    };
    let Some(finding) = &judged.finding else {
        let verdict = format!("{:?}", judged.verdict).to_lowercase();
        return Err(Failure::input(format!(
            "{} has no finding in this report: its verdict is {verdict} (replay a case that failed or warned)",
            args.case_id
        )));
    };
    // A report may come from anywhere, so its script is looked at before anything is made of it.
    let script = readable(finding).map_err(|error| {
        let name = args.report.display();
        Failure::input(format!(
            "{name}: {}: {error} (write the report anew with `proofmark run`)",
            args.case_id
        ))
    })?;
    let mut config = input::config(&args.config)?;
    let spoken = config.dialect.as_deref().or(report.suite.dialect.as_deref());
    let suite = input::suite_of(&args.case_id, &args.suite, spoken)?;
    let Some(case) = suite.case(&args.case_id).cloned() else {
        return Err(Failure::input(format!(
            "the suite has no case {} (name the contract and case files of the report with --contract and --cases)",
            args.case_id
        )));
    };
    let stamps = Stamps::random().map_err(Failure::own)?;
    let mut wallet = None;
    if args.config.target.is_none() && report.target.embedded {
        let faults = if args.faults.is_empty() { &report.target.faults } else { &args.faults };
        let started = {
            let dialect = embedded::speaking(suite.contract.dialect.as_deref());
            embedded::start(Settings { faults: embedded::faults(faults)?, dialect, ..Settings::default() })?
        };
        config = crate::embedded::config(&started.base_url(), config.limits);
        wallet = Some(started);
    }
    let url = announce::named_or(&config, &report.target.url, &args.report.display().to_string())?;
    let session = Session::new(suite, config, &url, report.seed, stamps).map_err(Failure::input)?;
    if let Some(lack) = session.lacks(&case) {
        return Err(Failure::input(format!("{lack}, and this case needs it (name a file with --config)")));
    }
    announce::announce(&session, most(&script), &args.case_id);
    let outcome = super::drive::wait_for(send(&Arc::new(session), &case, finding))?;
    drop(wallet);
    Ok(match outcome.map_err(Failure::own)? {
        Replay::StillBroken(again) => {
            output::page(&shown(&args.case_id, &again, again.fingerprint == finding.fingerprint));
            Exit::Broken
        }
        Replay::Holds(reason) => {
            output::page(&format!("holds now: {}\n  {reason}\n", args.case_id));
            Exit::Held
        }
        Replay::Undecided(reason) => {
            output::page(&format!("undecided: {}\n  {reason}\n", args.case_id));
            Exit::Unjudged
        }
    })
}

fn shown(id: &str, finding: &Finding, same: bool) -> String {
    let how = if same { "still broken" } else { "broken in another way than before" };
    format!(
        "{how}: {id}\n  {}\n  expected: {}\n  observed: {}\n",
        finding.summary, finding.expected, finding.observed
    )
}
