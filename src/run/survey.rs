//! Finding out how a target speaks, by asking: where the operation is, which signatures it takes, whether it signs its
//! answers, which HTTP statuses it has, and which dialect comes nearest.
//!
//! Every request has the body `{}` or none, lacks what the operation needs, and so has to be refused. There are at most
//! a few dozen of them, one after the other.

mod nearest;

use super::lane::{Lane, Outgoing};
use super::session::Session;
use crate::case::script::{SignatureEdit, Step, Writing};
use crate::contract::Operation;
use crate::contract::signing::{Encoding, SignedPath};
use crate::exchange::{Exchange, NoAnswer, SignatureCheck};
use crate::law::answer::Answer;
use crate::target::encoding::{Spelling, readings};
use crate::target::sign::signature_text;
pub use nearest::{Nearest, nearest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A path that no API has.
const NOWHERE: &str = "/proofmark-asks-what-an-unknown-path-is-answered";
/// A base path that many gateways have, beside those of the dialects.
const COMMON: &str = "/api";

/// A dialect, by its name, and the operation as it has it.
pub type Spoken = (String, Operation);

/// One request, and what came back, in words.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was sent.
    pub what: String,
    /// What came back.
    pub saw: String,
}

/// How the target signs its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// Not at all.
    Not,
    /// In this encoding, where it can be told; and whether the signature holds, where there is a key to verify it with.
    As(Option<Encoding>, Option<bool>),
}

/// What was found out.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Every request in order.
    pub asked: Vec<Asked>,
    /// Why there was no answer at all, where that is so.
    pub unanswered: Option<NoAnswer>,
    /// The path at which the operation answers, and what stands before it there.
    pub place: Option<Place>,
    /// The signatures that are taken; nothing where there is no key to ask with.
    pub taken: Option<Vec<(SignedPath, Encoding)>>,
    /// How answers are signed.
    pub signed: Option<Signed>,
    /// Whether refusals have HTTP statuses of their own.
    pub layered: Option<bool>,
}

/// Where an operation answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The whole path.
    pub path: String,
    /// The base path, below the path of the target's URL.
    pub base: String,
    /// What stands behind the operation's own path.
    pub suffix: String,
}

/// Asks the target. The dialects come with the operation as each has it, the one to fall back to first.
///
/// # Errors
/// A failure of our own: a signature that could not be made, or the TLS setup of this machine cannot be used.
pub async fn survey(session: &Arc<Session>, dialects: &[Spoken]) -> Result<Survey, String> {
    let mut asker = Asker { lane: session.lane()?, survey: Survey::default() };
    let Some((_, first)) = dialects.first() else { return Ok(asker.survey) };
    let mut nowhere = at(first, "", "");
    NOWHERE.clone_into(&mut nowhere.path);
    let unknown = asker.ask(&nowhere, &unsigned(), "an unknown path").await?;
    if let Err(reason) = unknown.outcome
        && !matches!(reason, NoAnswer::Closed | NoAnswer::Malformed)
    {
        asker.survey.unanswered = Some(reason);
        return Ok(asker.survey);
    }
    let Some((operation, refused)) = asker.find(first, dialects, &saw(&nowhere, &unknown)).await? else {
        return Ok(asker.survey);
    };
    asker.survey.place = Some(Place {
        path: asker.address(&operation),
        base: operation.base.clone(),
        suffix: operation.rules.suffix.clone(),
    });
    let get = Step { method: Some("GET".to_owned()), ..unsigned() };
    asker.ask(&operation, &get, "with GET").await?;
    let text = Step { write: Writing::Text("{not json".to_owned()), ..unsigned() };
    let unreadable = asker.ask(&operation, &text, "a body that is not JSON").await?;
    let mut all = vec![refused, unreadable];
    if session.config.has("client.private_key") {
        all.extend(asker.signatures(&operation).await?);
    }
    let statuses: Vec<u16> = all.iter().filter_map(|one| Some(one.response()?.status)).collect();
    asker.survey.layered =
        (!statuses.is_empty()).then(|| statuses.iter().any(|status| (400..500).contains(status)));
    asker.survey.signed = how_signed(session, &operation, &all);
    Ok(asker.survey)
}

/// The operation with this base path and suffix.
fn at(operation: &Operation, base: &str, suffix: &str) -> Operation {
    let mut moved = operation.clone();
    base.clone_into(&mut moved.base);
    suffix.clone_into(&mut moved.rules.suffix);
    moved
}

fn unsigned() -> Step {
    Step { signature: SignatureEdit::Missing, ..signed(SignatureEdit::Right) }
}

fn signed(signature: SignatureEdit) -> Step {
    Step { signature, write: Writing::Text("{}".to_owned()), ..Step::new("asked") }
}

/// What an answer says, without what differs from one request to the next.
fn saw(operation: &Operation, exchange: &Exchange) -> String {
    Answer::read(operation, exchange).describe()
}

struct Asker {
    lane: Arc<Lane>,
    survey: Survey,
}

impl Asker {
    async fn ask(&mut self, operation: &Operation, step: &Step, how: &str) -> Result<Exchange, String> {
        let session = Arc::clone(&self.lane.session);
        let composer = session.composer(operation, format!("survey#{}", self.survey.asked.len()));
        let row = composer.row(step, &mut BTreeMap::new(), &[]);
        let draft = row.first().ok_or("nothing to ask")?;
        let request = session.request(&composer, step, draft).await?;
        let what = format!("{} {}, {how}", request.method, draft.path);
        let out = Outgoing {
            role: &step.role,
            copy: 0,
            request,
            path: &draft.signed,
            new_connection: false,
            cut_after: None,
        };
        let exchange = self.lane.exchange(operation, out).await?;
        let signed = match exchange.signature {
            SignatureCheck::Valid | SignatureCheck::Misencoded(_) => ", signed",
            SignatureCheck::Invalid => ", with a signature that does not hold",
            SignatureCheck::Absent => ", unsigned",
            SignatureCheck::Unchecked => "",
        };
        let words = format!("{}{signed}", saw(operation, &exchange));
        let redactor = session.redactor(&operation.id).map(|redactor| redactor.of_one(&exchange));
        let redact = |text: String| redactor.as_ref().map_or(text.clone(), |one| one.text(&text));
        self.survey.asked.push(Asked { what: redact(what), saw: redact(words) });
        Ok(exchange)
    }

    fn address(&self, operation: &Operation) -> String {
        let prefix = self.lane.session.prefix(operation);
        format!("{prefix}{}{}", operation.path, operation.rules.suffix)
    }

    /// The first place that is not answered like an unknown path, but like the operation.
    async fn find(
        &mut self,
        first: &Operation,
        dialects: &[Spoken],
        unknown: &str,
    ) -> Result<Option<(Operation, Exchange)>, String> {
        let mut places: Vec<Operation> = Vec::new();
        let bases = dialects.iter().map(|(_, operation)| (operation.base.as_str(), operation));
        let common = std::iter::once((COMMON, first));
        for (base, operation) in bases.chain(common) {
            let moved = at(operation, base, &operation.rules.suffix);
            if !places.iter().any(|known| self.address(known) == self.address(&moved)) {
                places.push(moved);
            }
        }
        let mut likely = None;
        for operation in places {
            let exchange = self.ask(&operation, &unsigned(), "unsigned, the body {}").await?;
            let words = saw(&operation, &exchange);
            let refusal = Answer::read(&operation, &exchange);
            match refusal {
                Answer::Outcome(_) if words != *unknown => return Ok(Some((operation, exchange))),
                // What stands before the API may refuse by HTTP status alone.
                Answer::Opaque { response, .. }
                    if matches!(response.status, 400 | 401 | 403 | 415 | 422)
                        && words != *unknown
                        && likely.is_none() =>
                {
                    likely = Some((operation, exchange));
                }
                _ => {}
            }
        }
        if likely.is_some() || !self.lane.session.config.has("client.private_key") {
            return Ok(likely);
        }
        // A gateway may refuse whatever is unsigned before it looks at the path.
        for (name, operation) in dialects {
            let how = format!("the body {{}}, signed as {name} does");
            let exchange = self.ask(operation, &signed(SignatureEdit::Right), &how).await?;
            let outcome = Answer::read(operation, &exchange).outcome().is_some();
            if outcome && saw(operation, &exchange) != *unknown {
                return Ok(Some((operation.clone(), exchange)));
            }
        }
        Ok(None)
    }

    /// Asks with every way to write a signature, and with a wrong one to know a refusal by.
    async fn signatures(&mut self, operation: &Operation) -> Result<Vec<Exchange>, String> {
        let mut all = Vec::new();
        let wrong = self.ask(operation, &signed(SignatureEdit::Wrong), "a wrong signature").await?;
        let refusal = saw(operation, &wrong);
        let mut taken = Vec::new();
        let below = !self.lane.session.prefix(operation).is_empty();
        let ways =
            [(SignedPath::Sent, "the whole path signed"), (SignedPath::Operation, "no base path signed")];
        for (path, words) in ways.into_iter().take(if below { 2 } else { 1 }) {
            for encoding in Encoding::ALL {
                let mut spoken = operation.clone();
                if let Some(signing) = &mut spoken.rules.signing {
                    (signing.path, signing.encoding) = (path, encoding);
                }
                let how = format!("signed in {}, {words}", encoding.name());
                let exchange = self.ask(&spoken, &signed(SignatureEdit::Right), &how).await?;
                if exchange.response().is_some() && saw(operation, &exchange) != refusal {
                    taken.push((path, encoding));
                }
                all.push(exchange);
            }
        }
        all.push(wrong);
        self.survey.taken = Some(taken);
        Ok(all)
    }
}

/// How the answers that came are signed.
fn how_signed(session: &Session, operation: &Operation, all: &[Exchange]) -> Option<Signed> {
    let signing = operation.rules.signing.as_ref()?;
    let name = operation.rules.headers.response_signature.as_ref()?;
    let answers = || all.iter().filter_map(Exchange::response);
    answers().next()?;
    let Some(value) = answers().find_map(|response| response.header(name)) else { return Some(Signed::Not) };
    let encoding = signature_text(signing, value).and_then(|text| {
        readings(text).into_iter().find_map(|(_, spelling)| match spelling {
            Spelling::As(encoding) => Some(encoding),
            Spelling::Twice => None,
        })
    });
    let holds =
        |one: &Exchange| matches!(one.signature, SignatureCheck::Valid | SignatureCheck::Misencoded(_));
    let verified = session.config.has("client.server_public_key").then(|| all.iter().any(holds));
    Some(Signed::As(encoding, verified))
}
