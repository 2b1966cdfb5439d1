//! What the laws say of a history, and what is told of it.

use super::finding::cut_text;
use super::journal::{Heard, Purpose, Said};
use super::judged::Judged;
use super::lane::Lane;
use crate::case::Case;
use crate::contract::{Contract, Operation};
use crate::exchange::History;
use crate::law::hearing::{Called, Hearing, Schemas};
use crate::law::{self, Judgement};
use crate::target::keep::Keeper;
use crate::target::redact::RUN_MARK;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tokio::sync::mpsc::UnboundedSender;

/// The response schemas of all operations of a contract, each taken when it is asked for.
pub(super) struct AllSchemas(BTreeMap<String, OnceLock<Schemas>>);

impl AllSchemas {
    pub(super) fn new(contract: &Contract) -> Self {
        Self(contract.ids().map(|id| (id.to_owned(), OnceLock::new())).collect())
    }

    fn get(&self, operation: &Operation) -> Option<&Schemas> {
        Some(self.0.get(&operation.id)?.get_or_init(|| Schemas::new(operation)))
    }
}

/// What the law of a case says of a history.
///
/// # Errors
/// The contract has no operation of the case.
pub(super) fn judgement(
    contract: &Contract,
    schemas: &AllSchemas,
    case: &Case,
    history: &History,
) -> Result<Judgement, String> {
    let called = |id: &str| {
        let operation = contract.operation(id)?;
        Some(Called { operation, schemas: schemas.get(operation)? })
    };
    let Called { operation, schemas } =
        called(&case.operation).ok_or_else(|| format!("the suite has no operation `{}`", case.operation))?;
    let mut others: Vec<Called<'_>> = Vec::new();
    for exchange in history.exchanges.iter().filter(|exchange| exchange.operation != operation.id) {
        if others.iter().all(|other| other.operation.id != exchange.operation) {
            others.extend(called(&exchange.operation));
        }
    }
    if !others.is_empty() {
        // A rule about a step that calls another operation puts that in the place of the case's own.
        others.push(Called { operation, schemas });
    }
    Ok(law::judge(&case.rule, &Hearing { operation, schemas, others: &others, history }))
}

/// What a history that was kept is said to show, in the words of a report, where these are the digits of its run.
///
/// # Errors
/// Why it cannot be judged.
pub(super) fn again<'a>(
    contract: &Contract,
    schemas: &AllSchemas,
    case: &Case,
    heard: &Heard,
    runs: impl Iterator<Item = &'a str>,
) -> Result<(Judgement, Said), String> {
    let (history, restorer) = heard.history()?;
    let judgement = judgement(contract, schemas, case, &history)?;
    let runs: Vec<&str> = runs.filter(|run| !run.is_empty()).collect();
    let shown = |text: &str| {
        let marked = restorer.marked(text);
        cut_text(&runs.iter().fold(marked, |text, run| text.replace(run, RUN_MARK)))
    };
    let said = Said::of(case, &judgement, &shown);
    Ok((judgement, said))
}

/// What workers tell of.
pub(super) enum Note {
    /// The case at this place of the plan has begun.
    Begun(usize),
    /// A history was judged.
    Heard(Box<Heard>),
    /// A case is judged.
    Judged {
        /// Its place in the plan.
        at: usize,
        /// Its verdict.
        judged: Box<Judged>,
        /// Whether that was found out just now.
        fresh: bool,
    },
}

/// Tells of the histories of one case.
#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) case: Case,
    pub(super) notes: UnboundedSender<Note>,
}

impl Recorder {
    /// Tells of a history that was judged, and finds out whether what is kept of it is judged alike.
    pub(super) fn judged(
        &self,
        lane: &Lane,
        trial: (Purpose, u64),
        history: &History,
        judgement: &Judgement,
    ) {
        let redactor = lane.redactor(&self.case.operation).map(|redactor| redactor.of(history));
        let shown =
            |text: &str| cut_text(&redactor.as_ref().map_or(text.to_owned(), |redactor| redactor.text(text)));
        let said = Said::of(&self.case, judgement, &shown);
        let Some(mut heard) = self.kept(lane, trial, said, history) else { return };
        let session = &lane.session;
        let runs = std::iter::once(session.stamps.nonce());
        let (contract, schemas) = (&session.suite.contract, session.all_schemas());
        heard.differs = match again(contract, schemas, &self.case, &heard, runs) {
            Ok((_, said)) if said == heard.said => None,
            Ok((_, said)) => {
                Some(format!("with a text of the same length for each secret, the law says: {}", said.reason))
            }
            Err(why) => Some(why),
        };
        self.tell(heard);
    }

    /// Tells of a history that is not judged.
    pub(super) fn unjudged(&self, lane: &Lane, trial: (Purpose, u64), history: &History, why: &str) {
        let redactor = lane.redactor(&self.case.operation);
        let reason = redactor.map_or(String::new(), |redactor| redactor.of(history).text(why));
        if let Some(heard) = self.kept(lane, trial, Said::nothing(cut_text(&reason)), history) {
            self.tell(heard);
        }
    }

    fn kept(&self, lane: &Lane, trial: (Purpose, u64), said: Said, history: &History) -> Option<Heard> {
        let session = &lane.session;
        let redactor = session.redactor(&self.case.operation)?;
        let keeper = Keeper::new(redactor, &lane.kept(), history);
        Some(Heard::keep(&self.case.id, trial, said, history, keeper))
    }

    fn tell(&self, heard: Heard) {
        // Once the run is over, nobody wants it.
        let _ = self.notes.send(Note::Heard(Box::new(heard)));
    }
}
