//! Laws: pure functions from a recorded history to a judgement.
//!
//! A law never sends anything and looks at no clock, so the same code judges a live run, a replay and a
//! history that somebody sent in. Each law has a file of its own:
//!
//! | file | law |
//! | --- | --- |
//! | [`shape`] | response schema, media type, charset |
//! | [`status`] | what a status obliges |
//! | [`code`] | which code belongs to which situation |
//! | [`history`] | whether an order explains what was answered to requests that share keys |
//! | [`idempotency`] | what a repeated request may do |
//! | [`effects`] | how often a request takes effect |
//! | [`retention`] | what is still known of several keys |
//! | [`header`] | response headers and signatures |
//! | [`robustness`] | an orderly answer to a disorderly request |
//! | [`boundary`], [`bound`] | values at their bounds, held against others |
//! | [`cause`] | what a refusal blames |
//! | [`likeness`] | answers held against each other |
//! | [`shows`] | what a case in particular asks of an answer |

pub mod answer;
pub mod bound;
pub mod boundary;
pub mod cause;
pub mod code;
pub mod effects;
pub mod header;
pub mod hearing;
pub mod history;
pub mod idempotency;
pub mod likeness;
pub mod retention;
pub mod robustness;
pub mod shape;
pub mod shows;
pub mod status;
mod trace;
pub mod verdict;

use crate::case::rule::Rule;
use hearing::Hearing;

/// What a law finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The clause held; what was seen, in a sentence.
    Held(String),
    /// The clause broke.
    Broken(Breach),
    /// The answers do not decide; why, in a sentence.
    Undecided(String),
    /// The target could not be spoken to; why, in a sentence.
    Blocked(String),
}

/// A broken clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The rule, a short name that belongs to its fingerprint.
    pub rule: &'static str,
    /// Where or how it broke; belongs to the fingerprint, so it holds nothing that differs from run to run.
    pub place: String,
    /// One sentence that names what is wrong.
    pub summary: String,
    /// What the contract asks for.
    pub expected: String,
    /// What the target did, without anything that differs from run to run.
    pub observed: String,
    /// The exchanges that show it, by their place in the history.
    pub show: Vec<usize>,
}

/// Judges a history by a case's rule, and then by what the contract asks of every answer.
///
/// The rule is about the operation that its step called; each answer is read by the contract of its own.
pub fn judge(rule: &Rule, hearing: &Hearing<'_>) -> Judgement {
    if let Some(missing) = &hearing.history.missing {
        return Judgement::Undecided(missing.clone());
    }
    let hearing = &hearing.about(rule.roles().first().copied());
    let judgement = match rule {
        Rule::Taken { of, after_refused } => status::taken(hearing, of, after_refused.as_deref()),
        Rule::TakenOnce { of } => status::taken_once(hearing, of),
        Rule::Refused { of, situation, made_up, documented } => {
            code::refused(hearing, of, situation, *made_up, *documented)
        }
        Rule::Code { of, situation } => code::suits(hearing, of, situation),
        Rule::Orderly { of } => robustness::orderly(hearing, of),
        Rule::Untaken { of } => robustness::untaken(hearing, of),
        Rule::Alike { control, of, made_up } => boundary::alike(hearing, control, of, *made_up),
        Rule::Bound { inside, at, beyond, made_up } => bound::bound(hearing, inside, at, beyond, *made_up),
        Rule::Cause { control, of, situations } => cause::cause(hearing, control, of, situations),
        Rule::SameRefusal { of } => likeness::same_refusal(hearing, of),
        Rule::AlikeAnswers { control, of } => likeness::alike_answers(hearing, control, of),
        Rule::SameResult { first, again } => idempotency::same_result(hearing, first, again),
        Rule::EachSameResult { pairs } => retention::each_same_result(hearing, pairs),
        Rule::OneResult { bursts, after } => idempotency::one_result(hearing, bursts, after),
        Rule::NoSecondEffect { first, other } => idempotency::no_second_effect(hearing, first, other),
        Rule::History => history::whole(hearing),
        Rule::Distinct { of } => idempotency::distinct(hearing, of),
        Rule::Effects { of, count, when } => effects::effects(hearing, of, *count, *when),
        Rule::Schema { of, when } => shape::schema(hearing, of, *when),
        Rule::Pairing { of, when } => status::pairing(hearing, of, *when),
        Rule::HttpStatus { of, when } => status::http_status(hearing, of, *when),
        Rule::MediaType { of } => shape::media_type(hearing, of),
        Rule::Documented { of, refusals } => shape::documented(hearing, of, *refusals),
        Rule::Charset { of } => shape::charset(hearing, of),
        Rule::EffectId { of, when, present } => status::effect_id(hearing, of, *when, *present),
        Rule::Member { of, when, pointer } => shape::member(hearing, of, *when, pointer),
        Rule::Shows { of, when, schema, echo, or_refused } => {
            shows::shows(hearing, of, *when, schema, echo, *or_refused)
        }
        Rule::Settles { of, class, again } => status::settles(hearing, of, *class, again.as_deref()),
        Rule::ResponseHeader { of, field } => header::response_header(hearing, of, *field),
        Rule::ResponseSignature { of } => header::response_signature(hearing, of),
    };
    match judgement {
        Judgement::Held(reason) => match shape::every_answer(hearing) {
            Some(breach) => Judgement::Broken(breach),
            None => hearing.unread().unwrap_or(Judgement::Held(reason)),
        },
        other => other,
    }
}
