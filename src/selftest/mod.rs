//! Judging the harness itself: every fault of the reference wallet must be noticed by a case that names it,
//! and no correct variant of it may be failed.

mod matrix;
mod nightly;
mod race;

pub use matrix::{LAWS, Matrix};
pub use nightly::{BUDGETS, Nightly, nightly, smallest_budget};
pub use race::{Detection, detection};

use crate::case::Case;
use crate::case::select::Selection;
use crate::case::suite::Suite;
use crate::config::Limits;
use crate::config::network::Http;
use crate::embedded::config;
use crate::law::verdict::Verdict;
use crate::reference::{Dialect, Fault, Settings, Variant, Wallet};
use crate::run::model::{CaseReport, Report};
use crate::run::session::Session;
use crate::run::{Event, Options, Stop, run};
use crate::target::stamp::Stamps;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What the suite made of one fault.
#[derive(Clone, Debug)]
pub struct Kill {
    /// The fault.
    pub fault: &'static Fault,
    /// Cases that fail or warn and that the fault names.
    pub noticed: Vec<String>,
    /// Other cases that fail or warn.
    pub besides: Vec<String>,
    /// How many cases judged it.
    pub judged: usize,
}

impl Kill {
    /// Whether a case that the fault names has noticed it.
    pub fn is_noticed(&self) -> bool {
        !self.noticed.is_empty()
    }
}

/// What the suite made of one wallet that is correct.
#[derive(Clone, Debug)]
pub struct Spared {
    /// The variant; `None` is the wallet as it is.
    pub variant: Option<&'static Variant>,
    /// The dialect that it speaks and is judged in, where that is not the default one.
    pub dialect: Option<&'static Dialect>,
    /// Cases that fail or warn, with their reasons; there should be none.
    pub accused: Vec<(String, String)>,
}

impl Spared {
    /// Whether this case is among those that fail or warn.
    pub fn has(&self, id: &str) -> bool {
        self.accused.iter().any(|(accused, _)| accused == id)
    }
}

/// Which cases judge a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of the operations that the fault names cases of, for the whole kill matrix.
    Whole,
    /// Those that the fault names.
    Named,
}

/// Runs the selected cases against a wallet.
///
/// # Errors
/// The wallet or the session cannot be set up, in words.
pub async fn judge(
    suite: &Arc<Suite>,
    settings: Settings,
    selection: &Selection,
    seed: u64,
) -> Result<Report, String> {
    observed(suite, settings, selection, seed, None, &|_, _| false).await
}

/// The same with so many exchanges at most, and only until a case with its verdict is `enough`.
async fn observed(
    suite: &Arc<Suite>,
    settings: Settings,
    selection: &Selection,
    seed: u64,
    exchanges: Option<usize>,
    enough: &(dyn Fn(&str, Verdict) -> bool + Sync),
) -> Result<Report, String> {
    let retention = settings.faults.iter().any(|fault| takes_time(suite, fault)).then_some(RETENTION);
    let faults = settings.faults.iter().map(|fault| fault.name.to_owned()).collect();
    let unverified = settings.variants.iter().any(|variant| variant.unverified);
    let http2 = settings.variants.iter().any(|variant| variant.http2);
    let wallet = Wallet::start(settings).map_err(|error| error.to_string())?;
    let url = wallet.base_url();
    let mut config = config(&url, Limits { retention, ..Limits::default() });
    if unverified {
        config.client.server_public_key = None;
    }
    if http2 {
        config.network.http = Http::Two;
    }
    let session = Session::new(Arc::clone(suite), config, &url, seed, Stamps::new(seed))
        .map_err(|problem| problem.to_string())?;
    // Whether a case notices something is all that counts, and what it would take at least is not.
    let options = Options { embedded: Some(faults), exchanges, search: false, ..Options::default() };
    let stop = Stop::default();
    let observe = |event: Event<'_>| {
        if let Event::Judged { report, .. } = event
            && enough(&report.id, report.verdict)
        {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let outcome = run(Arc::new(session), selection, &options, Arc::clone(&stop), &observe).await;
    wallet.stop();
    Ok(outcome.report)
}

/// How old replays at the end are where a fault shows in nothing else.
const RETENTION: Duration = Duration::from_millis(1_300);

/// Whether the cases that a fault names all wait for the end of the run, so that only time shows it.
fn takes_time(suite: &Suite, fault: &Fault) -> bool {
    let named = |id: &str| fault.noticed_by.contains(&id);
    let mut cases = suite.cases.iter().filter(|case| named(&case.id)).peekable();
    cases.peek().is_some() && cases.all(Case::is_late)
}

/// Judges a wallet with one fault.
///
/// # Errors
/// As [`judge`]; or a pattern of the fault that is none.
pub async fn kill(
    suite: &Arc<Suite>,
    fault: &'static Fault,
    scope: Scope,
    seed: u64,
) -> Result<Kill, String> {
    let named = named_by(fault)?;
    let whole = reach(suite, fault)?;
    let selection = if scope == Scope::Named { &named } else { &whole };
    let report =
        judge(suite, Settings { faults: vec![fault], ..Settings::default() }, selection, seed).await?;
    let is_named = |id: &String| suite.case(id).is_some_and(|case| named.takes(case));
    let broken = |case: &&CaseReport| is_broken(case.verdict);
    let (noticed, besides) =
        report.cases.iter().filter(broken).map(|case| case.id.clone()).partition(is_named);
    Ok(Kill { fault, noticed, besides, judged: report.cases.len() })
}

/// Whether the suite has a case that the fault names.
///
/// # Errors
/// A pattern of the fault that is none, in words.
pub fn concerns(suite: &Suite, fault: &Fault) -> Result<bool, String> {
    let named = named_by(fault)?;
    Ok(suite.cases.iter().any(|case| named.takes(case)))
}

/// All cases of the operations of which the fault names a case.
fn reach(suite: &Suite, fault: &Fault) -> Result<Selection, String> {
    let named = named_by(fault)?;
    let cases = suite.cases.iter().filter(|case| named.takes(case));
    of_operations(&cases.map(|case| case.operation.as_str()).collect())
}

/// What judges a variant of what all operations share: all cases of the first operation, and of the others those that
/// are written, since their payloads are read by the same code.
fn widely(suite: &Suite) -> Result<Selection, String> {
    let operations = suite.contract.operations.iter().map(|operation| globset::escape(&operation.id));
    let skipped: Vec<String> = operations.skip(1).map(|id| format!("{id}/request/*")).collect();
    Selection::new(&[], &skipped, None, None)
}

/// All cases of some operations; all that there are where none is named.
fn of_operations(operations: &BTreeSet<&str>) -> Result<Selection, String> {
    let patterns: Vec<String> = operations.iter().map(|id| format!("{}/*", globset::escape(id))).collect();
    Selection::new(&patterns, &[], None, None)
}

/// The cases that a fault names.
fn named_by(fault: &Fault) -> Result<Selection, String> {
    let patterns: Vec<String> = fault.noticed_by.iter().map(|&pattern| pattern.to_owned()).collect();
    Selection::new(&patterns, &[], None, None)
}

/// Whether a case has noticed something. A failure of ours notices nothing.
fn is_broken(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Warn)
}

/// Judges a correct wallet.
///
/// # Errors
/// As [`judge`].
pub async fn spare(
    suite: &Arc<Suite>,
    variant: Option<&'static Variant>,
    seed: u64,
) -> Result<Spared, String> {
    let concerned: BTreeSet<&str> =
        variant.into_iter().flat_map(|variant| variant.operations).copied().collect();
    let variants = variant.into_iter().collect();
    let selection =
        if variant.is_some() && concerned.is_empty() { widely(suite)? } else { of_operations(&concerned)? };
    let report = judge(suite, Settings { variants, ..Settings::default() }, &selection, seed).await?;
    Ok(Spared { variant, dialect: None, accused: accused(&report) })
}

/// Judges the wallet in a dialect that it speaks.
///
/// # Errors
/// As [`judge`]; or there is no dialect file of this name.
pub async fn spare_in(dialect: &'static Dialect, seed: u64) -> Result<Spared, String> {
    let family = [crate::contract::suites::FAMILY.to_owned()];
    let suite = Suite::chosen_in(&family, dialect.name).map_err(|problems| problems.to_string())?;
    let suite = Arc::new(suite);
    let settings = Settings { dialect, ..Settings::default() };
    let report = judge(&suite, settings, &widely(&suite)?, seed).await?;
    Ok(Spared { variant: None, dialect: Some(dialect), accused: accused(&report) })
}

/// The cases that fail, warn or have an error, with their reasons.
fn accused(report: &Report) -> Vec<(String, String)> {
    let accused = |case: &&CaseReport| matches!(case.verdict, Verdict::Fail | Verdict::Warn | Verdict::Error);
    report.cases.iter().filter(accused).map(|case| (case.id.clone(), case.reason.clone())).collect()
}
