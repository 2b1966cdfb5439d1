//! Credentials that are had when a request needs them.

use super::journal::Purpose;
use super::lane::{Lane, Reserved};
use super::send;
use super::session::Session;
use crate::case::Case;
use crate::case::build;
use crate::case::credentials;
use crate::case::rule::Rule;
use crate::case::script::{Script, Step, Times, Writing};
use crate::config::secret::Secret;
use crate::config::supply::Supply;
use crate::contract::extension::{Credential, StatusClass};
use crate::contract::problem::Problem;
use crate::contract::{Contract, Operation};
use crate::exchange::{Exchange, History};
use crate::law::answer::Answer;
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// The step that has a credential from the API itself.
const ROLE: &str = "credential";

impl Lane {
    /// A value of a kind of credential; nothing where the configuration holds it, or holds none.
    ///
    /// # Errors
    /// Why there is none, in words; it is kept in [`Lane::lacking`].
    pub(super) async fn draw(&self, name: &str, credential: &Credential) -> Result<Option<Secret>, String> {
        let config = &self.session.config;
        let single_use = credential.single_use;
        let Some(supply) = config.supplies.get(name) else {
            if credential.when_present && !config.secrets.contains_key(name) {
                return Err(self.lack(format!("{name} is not configured")));
            }
            return Ok(None);
        };
        let purse = &self.session.purse;
        let pace = &self.session.pace;
        let drawn = match supply {
            Supply::List(values) => self.set_aside(name).ok_or_else(|| used_up(name, values.len())),
            Supply::Operation { operation, at } if single_use => {
                self.ask_api(name, operation, at.as_deref()).await
            }
            Supply::Operation { operation, at } => {
                purse.once(name, self.ask_api(name, operation, at.as_deref())).await
            }
            supply if single_use => purse.fetch(pace, name, supply).await,
            supply => purse.once(name, purse.fetch(pace, name, supply)).await,
        };
        match drawn {
            Ok(secret) => {
                self.keep(secret.clone());
                Ok(Some(secret))
            }
            Err(why) => Err(self.lack(why)),
        }
    }

    /// Keeps in mind why a credential was not to be had.
    fn lack(&self, why: String) -> String {
        let _ = self.lacking.set(why.clone());
        why
    }

    fn set_aside(&self, name: &str) -> Option<Secret> {
        match &self.reserved {
            Some(reserved) => {
                let mut reserved = reserved.lock().unwrap_or_else(PoisonError::into_inner);
                reserved.get_mut(name)?.pop_front()
            }
            None => self.session.purse.reserve(name, 1)?.pop_front(),
        }
    }

    /// Calls an operation for the value that its answer holds.
    async fn ask_api(&self, name: &str, operation: &str, at: Option<&str>) -> Result<Secret, String> {
        let lack = |why: String| format!("{name} is not to be had from {operation}: {why}");
        let (called, at) = source(&self.session.suite.contract, operation, at).map_err(|why| lack(why.0))?;
        let script = Script(vec![Step::new(ROLE)]);
        let rule = Rule::Orderly { of: ROLE.to_owned() };
        // What gives a credential may need one of another kind itself.
        let mut history = History::default();
        let label = format!("{ROLE}#{name}");
        let sent = Box::pin(send::script(self, called, &script, &rule, label, &mut history)).await;
        if let Some(recorder) = &self.recorder {
            let issued = history.exchanges.iter().filter_map(|exchange| given(exchange, at));
            // The journal is the first to see it.
            issued.for_each(|value| self.keep(Secret::new(name, value)));
            recorder.unjudged(self, (Purpose::Credential, 0), &history, &format!("it gives {name}"));
        }
        sent.map_err(lack)?;
        let Some(last) = history.exchanges.last() else { return Err(lack("nothing was sent".to_owned())) };
        let answer = Answer::read(called, last);
        match given(last, at) {
            Some(value) if answer.class().is_some_and(StatusClass::took) => Ok(Secret::new(name, value)),
            _ => Err(lack(format!("{}, no {at}", answer.describe()))),
        }
    }
}

/// The text at a place of an answer.
fn given(exchange: &Exchange, at: &str) -> Option<String> {
    let body = exchange.response()?.json()?;
    body.pointer(at)?.as_str().filter(|value| !value.is_empty()).map(ToOwned::to_owned)
}

fn used_up(name: &str, all: usize) -> String {
    let values = if all == 1 { "the only value is" } else { "all values are" };
    format!("{name} is used up: {values} spent ({all} given)")
}

/// The operation that gives a credential, and where in its answer; or what is wrong, and the mend.
fn source<'a>(
    contract: &'a Contract,
    id: &str,
    at: Option<&'a str>,
) -> Result<(&'a Operation, &'a str), (String, String)> {
    let known = || contract.ids().collect::<Vec<_>>().join(", ");
    let called = contract.operation(id).ok_or_else(|| {
        (format!("the contract has no operation `{id}`"), format!("name one of: {}", known()))
    })?;
    let first = called.rules.issued.first().map(|issued| issued.pointer.as_str());
    let at = at.or(first).ok_or_else(|| {
        (
            format!("the contract does not say which secret `{id}` issues"),
            "say where it stands in the answer, with `at = \"/…\"`".to_owned(),
        )
    })?;
    Ok((called, at))
}

/// Finds out whether every operation that gives a credential which some case needs is one of the contract.
///
/// # Errors
/// The first that is not.
pub(super) fn check(session: &Session) -> Result<(), Problem> {
    let needed = |name: &String| session.suite.cases.iter().any(|case| case.needs.contains(name));
    for (name, supply) in session.config.supplies.iter().filter(|(name, _)| needed(name)) {
        if let Supply::Operation { operation, at } = supply {
            source(&session.suite.contract, operation, at.as_deref()).map_err(|(message, mend)| {
                Problem::new("configuration", format!("{name}: {message}"), mend)
            })?;
        }
    }
    Ok(())
}

/// Sets single-use values aside for a case: as many as its requests take where none breaks.
///
/// # Errors
/// Which kind is used up, in words.
pub(super) fn reserve(session: &Session, case: &Case, samples: u64) -> Result<Option<Reserved>, String> {
    let lists = || session.config.supplies.iter().filter(|(_, supply)| matches!(supply, Supply::List(_)));
    if lists().next().is_none() {
        return Ok(None);
    }
    let mut needed: BTreeMap<String, usize> = BTreeMap::new();
    let (operation, generator) = (session.operation(&case.operation), session.generator(&case.operation));
    if let (Some(operation), Some(generator)) = (operation, generator) {
        for sample in 0..case.samples(samples) {
            let Ok(script) = build::script(case, operation, generator, session.seed, sample) else {
                continue;
            };
            for step in &script.0 {
                let other = step.operation.as_ref().and_then(|id| session.operation(id));
                let used = step.credentials(other.unwrap_or(operation)).into_iter();
                for name in used.filter_map(|(used, kind)| credentials::name(used, kind)) {
                    *needed.entry(name).or_default() += draws(step);
                }
            }
        }
    }
    let mut reserved = Reserved::new();
    for (name, supply) in lists() {
        let Some(count) = needed.get(name).copied().filter(|count| *count > 0) else { continue };
        let all = if let Supply::List(values) = supply { values.len() } else { 0 };
        reserved.insert(name.clone(), session.purse.reserve(name, count).ok_or_else(|| used_up(name, all))?);
    }
    Ok(Some(reserved))
}

/// How many values of a kind the requests of a step take.
fn draws(step: &Step) -> usize {
    match step.times {
        _ if step.key.of.is_some() || matches!(step.write, Writing::Text(_)) => 0,
        Times::Series(count) => count,
        Times::Once | Times::Burst(_) => 1,
    }
}
