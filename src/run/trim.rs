//! The smallest document that breaks a clause in the same way: members and items go, and values become small.
//!
//! A target that breaks down must not do so whatever it is sent, so there the whole document is made smaller, and sent
//! by itself. Where it is the answer that breaks a clause, only what the case puts into the document changes. Each
//! attempt breaks the same keywords of the request schema, or none where the first did not, and counts only if the
//! target breaks in the same way.

use super::finding::Broken;
use super::journal::Purpose;
use super::judge::{Trial, breaks_alike};
use super::judged::Tally;
use super::lane::Lane;
use super::schedule::Cut;
use crate::case::Case;
use crate::case::model::Plan;
use crate::case::script::{Script, Step, Times, Writing};
use crate::contract::Operation;
use crate::schema::place::{concrete, put, take};
use crate::schema::{Oracle, pointer};
use crate::target::compose::Composer;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many requests the search for a smaller one may cost.
const REQUESTS: usize = 48;
/// Rules that no request may make a target break.
const BREAKDOWNS: [&str; 3] = ["breakdown", "stack-trace", "answer"];

/// Makes the document smaller that is shown last; the breach as it was where nothing smaller breaks alike.
pub(super) async fn smallest(
    lane: &Lane,
    case: &Case,
    sample: u64,
    broken: Broken,
    cut: &Cut,
    tally: &mut Tally,
) -> Broken {
    let whole = BREAKDOWNS.contains(&broken.breach.rule);
    let drawn = matches!(case.plan, Plan::Goal(_) | Plan::Samples);
    if matches!(case.plan, Plan::Programs(_) | Plan::Bound(_)) || !(whole || drawn) {
        return broken;
    }
    let shown = broken.breach.show.last().and_then(|at| broken.history.exchanges.get(*at));
    let Some(role) = shown.map(|exchange| exchange.role.clone()) else { return broken };
    let plain = |step: &&Step| {
        step.role == role
            && step.feed.is_empty()
            && step.times == Times::Once
            && step.write == Writing::Compact
    };
    let Some(step) = broken.script.0.iter().find(plain).cloned() else { return broken };
    let session = &lane.session;
    let Some(own) = session.operation(&case.operation) else { return broken };
    let composer = session.composer(own, format!("{}#{sample}#trim", case.id));
    let operation = composer.called(&step);
    let Some(generator) = session.generator(&operation.id) else { return broken };
    let Some(document) = document(&composer, &step) else { return broken };
    let oracle = generator.oracle();
    let hasty = if whole { Some(lane.hasty()) } else { None };
    let search = Search {
        lane: hasty.as_ref().unwrap_or(lane),
        case,
        cut,
        tally,
        sample,
        whole,
        // Generated documents hang together; of a chosen place, only the value says anything.
        parts: whole || matches!(case.plan, Plan::Samples),
        role,
        left: fixed(operation, &document, &step, whole),
        breaches: breaches(oracle, &document),
        oracle,
        composer: &composer,
        document,
        room: lane.allowance.sent() + REQUESTS,
        attempt: 0,
        best: broken,
    };
    search.run(&step).await
}

/// The places that stay as they are: those that make a request one of its own, and unless the target breaks down,
/// all that it has to know.
fn fixed(operation: &Operation, document: &Value, step: &Step, whole: bool) -> Vec<String> {
    let rules = &operation.rules;
    let mut left: Vec<&str> = rules.idempotency.iter().map(|idempotency| idempotency.key.as_str()).collect();
    if !whole {
        left.extend(rules.credentials.iter().map(|credential| credential.pointer.as_str()));
        left.extend(rules.fixtures.iter().map(|fixture| fixture.pointer.as_str()));
    }
    left.into_iter()
        .chain(step.vary.iter().map(String::as_str))
        .map(|pointer| concrete(document, pointer))
        .collect()
}

/// The document that a step sends, whatever its key.
fn document(composer: &Composer<'_>, step: &Step) -> Option<Value> {
    composer.row(step, &mut BTreeMap::new(), &[]).pop().map(|draft| draft.document)
}

/// What of the schema a document breaks: keywords and their places.
fn breaches(oracle: &Oracle, document: &Value) -> BTreeSet<(String, String)> {
    oracle.breaches(document).into_iter().map(|breach| (breach.pointer, breach.keyword)).collect()
}

/// Whether one pointer leads to the place of the other, or to something in it.
fn within(pointer: &str, place: &str) -> bool {
    pointer::inside(pointer, place).is_some()
}

/// Something that makes a document smaller.
#[derive(Clone)]
enum Less {
    /// The member or item is not there.
    Without(String),
    /// There is a smaller value.
    With(String, Value),
}

struct Search<'a> {
    lane: &'a Lane,
    case: &'a Case,
    cut: &'a Cut,
    tally: &'a mut Tally,
    sample: u64,
    /// Whether any part of the document may change, and the request is sent by itself.
    whole: bool,
    /// Whether members and items may go, and texts become shorter.
    parts: bool,
    role: String,
    /// The places that stay as they are.
    left: Vec<String>,
    breaches: BTreeSet<(String, String)>,
    oracle: &'a Oracle,
    composer: &'a Composer<'a>,
    /// The smallest document so far.
    document: Value,
    /// How many requests the lane may have sent in the end.
    room: usize,
    attempt: usize,
    best: Broken,
}

impl Search<'_> {
    async fn run(mut self, step: &Step) -> Broken {
        let places: Vec<String> = step.set.keys().map(|place| concrete(&self.document, place)).collect();
        if self.whole && self.best.script.0.len() > 1 {
            let mut alone = step.clone();
            (alone.beside, alone.key.of) = (false, None);
            self.tries(Script(vec![alone]), None).await;
        }
        if self.whole {
            let all = self.all_but(&places);
            if !all.is_empty() {
                self.lessen(all).await;
            }
        }
        if self.parts {
            for place in self.inner() {
                if self.may_change(&place, &places) && self.document.pointer(&place).is_some() {
                    self.lessen(vec![Less::Without(place)]).await;
                }
            }
        }
        for place in self.inner() {
            if !self.may_change(&place, &places) {
                continue;
            }
            match self.document.pointer(&place).cloned() {
                Some(Value::Number(number)) => {
                    if let Some(number) = number.as_i64() {
                        self.number(&place, number).await;
                    }
                }
                Some(Value::String(text)) if self.parts => self.text(&place, &text).await,
                _ => {}
            }
        }
        self.best
    }

    /// All places below the root, those in an array from its end.
    fn inner(&self) -> Vec<String> {
        fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    for (name, member) in members {
                        let place = pointer::join(at, name);
                        found.push(place.clone());
                        walk(member, &place, found);
                    }
                }
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate().rev() {
                        let place = pointer::join(at, &index.to_string());
                        found.push(place.clone());
                        walk(item, &place, found);
                    }
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        walk(&self.document, "", &mut found);
        found
    }

    /// Whether a place is one that may become smaller, where the case edits these.
    fn may_change(&self, place: &str, edited: &[String]) -> bool {
        let near = |other: &String| within(place, other) || within(other, place);
        let free = !self.left.iter().any(near);
        free && (self.whole || edited.iter().any(|edited| within(place, edited)))
    }

    /// Everything that makes what the case does not edit smaller.
    fn all_but(&self, edited: &[String]) -> Vec<Less> {
        let (mut small, mut all) = (self.document.clone(), Vec::new());
        let near = |place: &str, other: &String| within(place, other) || within(other, place);
        for place in self.inner() {
            if self.left.iter().chain(edited).any(|other| near(&place, other)) {
                continue;
            }
            let value = match small.pointer(&place) {
                None => continue,
                Some(Value::String(text)) if text.chars().count() > 1 => Some(Value::from("a")),
                Some(Value::Number(number)) if number.as_i64() != Some(0) => Some(Value::from(0)),
                Some(_) => None,
            };
            let without = Some(Less::Without(place.clone()));
            for less in without.into_iter().chain(value.map(|value| Less::With(place, value))) {
                let next = lessened(&small, std::slice::from_ref(&less));
                if breaches(self.oracle, &next) == self.breaches {
                    small = next;
                    all.push(less);
                    break;
                }
            }
        }
        all
    }

    /// The number nearest to zero, or a bound on the way there, from which on it breaks.
    async fn number(&mut self, place: &str, number: i64) {
        let sign = number.signum();
        let with = |size: u64| {
            let size = i64::try_from(size).unwrap_or(i64::MAX);
            Less::With(place.to_owned(), Value::from(sign.saturating_mul(size)))
        };
        self.least(number.unsigned_abs(), &with).await;
    }

    /// The shortest beginning of a text, and then the shortest end of that.
    async fn text(&mut self, place: &str, text: &str) {
        let characters: Vec<char> = text.chars().collect();
        let size = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let taken = |count: u64| usize::try_from(count).unwrap_or(usize::MAX).min(characters.len());
        let start = |count: u64| characters[..taken(count)].iter().collect::<String>();
        let kept = self
            .least(size(characters.len()), &|count| Less::With(place.to_owned(), Value::from(start(count))))
            .await;
        let rest: Vec<char> = start(kept).chars().collect();
        let end = |count: u64| {
            let count = usize::try_from(count).unwrap_or(usize::MAX).min(rest.len());
            Less::With(place.to_owned(), Value::from(rest[rest.len() - count..].iter().collect::<String>()))
        };
        self.least(size(rest.len()), &end).await;
    }

    /// The least size that breaks, below one that does, where all above it do: steps that double, then halves.
    async fn least(&mut self, breaks: u64, with: &(dyn Fn(u64) -> Less + Sync)) -> u64 {
        let (mut low, mut high, mut step) = (0, breaks, 1);
        if high == 0 || self.lessen(vec![with(0)]).await {
            return 0;
        }
        while low + step < high {
            if self.lessen(vec![with(low + step)]).await {
                high = low + step;
                break;
            }
            low += step;
            step = step.saturating_mul(2);
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.lessen(vec![with(middle)]).await { high = middle } else { low = middle }
        }
        high
    }

    /// Tries a smaller document; whether it breaks alike, and so is the best so far.
    async fn lessen(&mut self, less: Vec<Less>) -> bool {
        let mut script = self.best.script.clone();
        let Some(step) = script.0.iter_mut().find(|step| step.role == self.role) else { return false };
        for less in less {
            match less {
                Less::Without(place) => {
                    step.set.retain(|set, _| !within(set, &place));
                    step.remove.push(place);
                }
                Less::With(place, value) => {
                    step.set.insert(place, value);
                }
            }
        }
        let Some(document) = document(self.composer, step) else { return false };
        if document == self.document || breaches(self.oracle, &document) != self.breaches {
            return false;
        }
        self.tries(script, Some(document)).await
    }

    /// Sends a script, of which the document is this one.
    async fn tries(&mut self, script: Script, document: Option<Value>) -> bool {
        if self.cut.reason().is_some() || self.lane.allowance.sent() + script.requests() > self.room {
            return false;
        }
        self.attempt += 1;
        let label = format!("{}#{}#trim{}", self.case.id, self.sample, self.attempt);
        let trial = Trial { label, purpose: Purpose::Shrinking, sample: self.sample };
        let alike = &self.best.fingerprint;
        // A search that fails leaves the best it had.
        let sent = breaks_alike(self.lane, self.case, &script, trial, alike, self.tally).await;
        let Ok(Some(broken)) = sent else { return false };
        self.best = broken;
        self.document = document.unwrap_or_else(|| self.document.clone());
        true
    }
}

fn lessened(document: &Value, all: &[Less]) -> Value {
    let mut document = document.clone();
    for less in all {
        match less {
            Less::Without(place) => {
                take(&mut document, place);
            }
            Less::With(place, value) => {
                put(&mut document, place, value.clone());
            }
        }
    }
    document
}
