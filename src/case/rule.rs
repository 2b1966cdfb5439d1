//! What a case expects of the answers, as data.

use crate::contract::extension::StatusClass;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The step whose answer is judged.
pub const PROBE: &str = "probe";
/// The step that the probe is compared with.
pub const CONTROL: &str = "control";
/// The step with the same bound reached in ASCII.
pub const ASCII: &str = "ascii";
/// The step with the same bound reached in three-byte characters.
pub const THREE_BYTE: &str = "three-byte";
/// The step with the value one within its bound.
pub const INSIDE: &str = "inside";
/// The step with the value at its bound.
pub const AT: &str = "at";

/// The rule that a case is judged by. Roles are names of steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// The request is taken: an answer of class success or accepted.
    Taken {
        /// The step that must be taken.
        of: String,
        /// A step that must have been refused before, for this to say something.
        #[serde(default, rename = "after-refused")]
        after_refused: Option<String>,
    },
    /// Of several requests that spend the same single-use value, one is taken and no other.
    TakenOnce {
        /// The step, a burst.
        of: String,
    },
    /// The request is refused, finally, as the situation asks.
    Refused {
        /// The step that must be refused.
        of: String,
        /// Why.
        situation: String,
        /// Whether the value at fault stands in for one that the target must know, so that it is as right to
        /// refuse the request because the target does not know it.
        #[serde(default, rename = "made-up")]
        made_up: bool,
        /// Whether the code must be one that the contract documents.
        #[serde(default)]
        documented: bool,
    },
    /// A refused request carries one of the situation's codes.
    Code {
        /// The step that is refused.
        of: String,
        /// Why.
        situation: String,
    },
    /// Any answer will do that is not a breakdown: no HTTP 5xx, no unknown outcome, no stack trace.
    Orderly {
        /// The step.
        of: String,
    },
    /// The request is not taken and breaks nothing, whatever its answer says, and has no effect that a probe counts.
    Untaken {
        /// The step.
        of: String,
    },
    /// A value at its bound is treated like one well inside (`control`), whatever that treatment is.
    Alike {
        /// The step with the value well inside.
        control: String,
        /// The step with the value at the bound.
        of: String,
        /// Whether the values stand in for ones that the target must know, so that both may be refused; else the
        /// first must be taken for the comparison to say something.
        #[serde(default, rename = "made-up")]
        made_up: bool,
    },
    /// Of three values, one within the bound, one at it and one beyond, the first two are treated alike and the
    /// third is refused.
    Bound {
        /// The step with the value one within the bound.
        inside: String,
        /// The step with the value at the bound.
        at: String,
        /// The step with the value one beyond.
        beyond: String,
        /// Whether the values stand in for ones that the target must know, so that all may be refused.
        #[serde(default, rename = "made-up")]
        made_up: bool,
    },
    /// The request is refused, finally, and the refusal names one of the situations as its cause, or no cause in
    /// particular.
    Cause {
        /// A request like it that is taken, which shows that nothing else is the matter.
        control: String,
        /// The step that must be refused.
        of: String,
        /// Everything that is the matter with it.
        situations: Vec<String>,
    },
    /// What is refused once is refused each time, with the same code.
    SameRefusal {
        /// The requests, alike but for what cannot matter; series and bursts count one by one.
        of: Vec<String>,
    },
    /// Requests that differ only in what cannot matter are answered alike.
    AlikeAnswers {
        /// The request that the others are held against.
        control: String,
        /// The others.
        of: Vec<String>,
    },
    /// Replays have the result of the first request.
    SameResult {
        /// The first request.
        first: String,
        /// The replays.
        again: Vec<String>,
    },
    /// The same for several keys: each replay has the result of its first request.
    EachSameResult {
        /// First request and replay of each key.
        pairs: Vec<(String, String)>,
    },
    /// Duplicates sent at the same time have one result among them.
    OneResult {
        /// The bursts, each with a key of its own.
        bursts: Vec<String>,
        /// A replay once the last burst is over.
        after: String,
    },
    /// A used key with other content has no effect of its own.
    NoSecondEffect {
        /// The request that used the key.
        first: String,
        /// The request with other content.
        other: String,
    },
    /// An order explains every answer of the whole script, and each key took effect at most once.
    History,
    /// Requests with different keys have effects of their own.
    Distinct {
        /// The requests.
        of: Vec<String>,
    },
    /// The number of effects that the probe counts for each key of a step.
    Effects {
        /// The step, whose keys the probe is asked for.
        of: String,
        /// How many there must be.
        count: u64,
        /// The class that the step's answer must have for the count to say something.
        when: StatusClass,
    },
    /// Every answer satisfies the response schema.
    Schema {
        /// The step.
        of: String,
        /// The class of answer that this is about.
        when: StatusClass,
    },
    /// Status and code belong together.
    Pairing {
        /// The step.
        of: String,
        /// The class of answer that this is about.
        when: StatusClass,
    },
    /// The answer has an HTTP status that the contract allows for an answered request.
    HttpStatus {
        /// The step.
        of: String,
        /// The class of answer that this is about.
        when: StatusClass,
    },
    /// The answer is JSON by its media type.
    MediaType {
        /// The step.
        of: String,
    },
    /// HTTP status and media type of the answer are ones that the document describes.
    Documented {
        /// The step.
        of: String,
        /// Whether this is about refusals too.
        #[serde(default)]
        refusals: bool,
    },
    /// The answer is UTF-8, and does not claim another charset.
    Charset {
        /// The step.
        of: String,
    },
    /// The answer carries, or does not carry, the id of the effect.
    EffectId {
        /// The step.
        of: String,
        /// The class of answer that this is about.
        when: StatusClass,
        /// Whether the id must be there.
        present: bool,
    },
    /// The answer has a member.
    Member {
        /// The step.
        of: String,
        /// The class of answer that this is about.
        when: StatusClass,
        /// JSON pointer into the response.
        pointer: String,
    },
    /// The answer shows what this case in particular asks for.
    Shows {
        /// The step.
        of: String,
        /// The class of answer that this is about.
        when: StatusClass,
        /// A JSON Schema that the answer satisfies.
        #[serde(default = "anything")]
        schema: Value,
        /// Members of the answer that repeat members of its request, each a JSON pointer.
        #[serde(default)]
        echo: BTreeMap<String, String>,
        /// Whether it is as good to refuse the request.
        #[serde(default, rename = "or-refused")]
        or_refused: bool,
    },
    /// An answer of this class becomes another one when the request is sent again.
    Settles {
        /// The step.
        of: String,
        /// The class: unknown or accepted.
        class: StatusClass,
        /// The step that asks again, for class accepted.
        #[serde(default)]
        again: Option<String>,
    },
    /// The answer carries a header field.
    ResponseHeader {
        /// The step.
        of: String,
        /// Which one.
        field: ResponseField,
    },
    /// The answer is signed with the target's key.
    ResponseSignature {
        /// The step.
        of: String,
    },
}

/// A header field of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResponseField {
    /// The client's id, equal to the request's.
    Client,
    /// The time, ISO 8601.
    Time,
}

fn anything() -> Value {
    Value::Bool(true)
}
