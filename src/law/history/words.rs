//! What no order explains, in words.

use super::event::Event;
use super::order::Kind;
use crate::contract::Operation;
use crate::law::Breach;
use crate::law::hearing::Hearing;

/// What is broken: the history of one key, or that two keys are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    Key(Kind),
    Merged,
}

pub(super) fn breach(hearing: &Hearing<'_>, broken: Broken, first: &Event, second: &Event) -> Breach {
    let id = id_name(hearing.operation);
    let (before, after) = (describe(hearing, first), describe(hearing, second));
    let result = || format!("the first request's result again: {before}");
    let (rule, summary, expected, observed) = match broken {
        Broken::Key(Kind::NewId) => (
            "replay-new-id",
            format!("a repeated request has another {id}: it was done again"),
            result(),
            format!("{after}, with another {id}"),
        ),
        Broken::Key(Kind::TwinIds) => (
            "twins-disagree",
            format!("duplicates sent at the same time have more than one {id}: it was done more than once"),
            format!("one {id} among all duplicates"),
            format!("more than one {id}"),
        ),
        Broken::Key(Kind::SecondEffect) => (
            "second-effect",
            format!("a used key with other content is taken as a new request, with another {id}"),
            format!("the stored result, or a refusal{}", conflict_codes(hearing.operation)),
            format!("{after}, with another {id}"),
        ),
        Broken::Key(Kind::LostId) => (
            "replay-lost-id",
            format!("a repeated request has no {id} although the first one had"),
            result(),
            format!("{after}, without {id}"),
        ),
        Broken::Key(Kind::Refused) => {
            ("replay-refused", "a repeated request is refused".to_owned(), result(), after)
        }
        Broken::Key(Kind::TwinRefused) => (
            "twin-refused",
            "a duplicate sent at the same time is refused".to_owned(),
            "the one result for every duplicate, or an unknown outcome for now".to_owned(),
            after,
        ),
        Broken::Key(Kind::Unsettled) => (
            "replay-unsettled",
            "a repeated request falls back behind its success".to_owned(),
            result(),
            after,
        ),
        Broken::Key(Kind::Unfounded) => (
            "conflict-unfounded",
            "a key is said to be used with other content, and never was".to_owned(),
            "the request taken, or refused for another reason".to_owned(),
            after,
        ),
        Broken::Merged => (
            "keys-merged",
            "two different keys are treated as one".to_owned(),
            format!("each request with a {id} of its own"),
            format!("{after}, with the first one's {id}"),
        ),
    };
    let mut show = vec![first.at, second.at];
    show.dedup();
    Breach { rule, place: String::new(), summary, expected, observed, show }
}

/// The breach of a count that is not the one wanted.
pub(in crate::law) fn count(operation: &Operation, show: Vec<usize>, seen: u64, wanted: u64) -> Breach {
    let effect = operation.rules.effect.as_ref();
    let meaning = effect.map_or("one effect", |effect| effect.meaning.as_str());
    let more = seen > wanted;
    Breach {
        rule: "effect-count",
        place: format!("{} instead of {wanted}", if more { "more" } else { "fewer" }),
        summary: match wanted {
            0 => "a refused request has an effect all the same",
            _ if more => "one request has more than one effect",
            _ => "a request answered as done has no effect",
        }
        .to_owned(),
        expected: format!("the probe counts {wanted} ({meaning})"),
        observed: format!("the probe counts {}", if more { "more".to_owned() } else { seen.to_string() }),
        show,
    }
}

fn describe(hearing: &Hearing<'_>, event: &Event) -> String {
    let exchange = hearing.history.exchanges.get(event.at);
    exchange.map_or(String::new(), |exchange| hearing.answer(exchange).describe())
}

/// The name of the effect's id, as in `messageId`.
pub(in crate::law) fn id_name(operation: &Operation) -> String {
    let effect = operation.rules.effect.as_ref();
    effect.map_or("id".to_owned(), |effect| effect.id.trim_start_matches('/').replace('/', "."))
}

/// ` with` and the codes of a used key, where the contract has some.
pub(in crate::law) fn conflict_codes(operation: &Operation) -> String {
    let situation = operation.rules.idempotency.as_ref().map(|rules| rules.conflict.as_str());
    let codes = situation.and_then(|name| operation.situation(name)).map(|situation| {
        // Codes alone are told by name, as they always were.
        if situation.statuses.is_empty() { situation.codes.join(" or ") } else { situation.in_words() }
    });
    codes.map(|codes| format!(" with {codes}")).unwrap_or_default()
}
