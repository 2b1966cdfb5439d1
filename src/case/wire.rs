//! What a step does to a request on its way: signature, time, address and the writing of header fields.

use super::script::{Step, is_default};
use crate::contract::signing::{Encoding, TimeFormat};
use serde::{Deserialize, Serialize};

/// How a request differs on the wire from the one that the contract describes; the members of a step's `wire`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wire {
    /// Text behind the path, such as `/` or `?trace=1`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tail: String,
    /// How the value of the signature's header field is written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub value: ValueForm,
    /// How the signature becomes text, in place of the contract's way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// How the time is written, in place of the contract's way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeFormat>,
    /// Whether the body is packed with gzip, and declared so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gzip: bool,
}

impl Wire {
    /// Whether it is about what a signed request proves.
    pub fn is_about_trust(&self) -> bool {
        self.value != ValueForm::default() || self.encoding.is_some() || self.time.is_some()
    }
}

/// How the pairs in the signature's header field are written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueForm {
    /// As in the contract.
    #[default]
    AsNamed,
    /// With a space behind each comma.
    Spaced,
    /// Without spaces.
    Unspaced,
    /// The pairs in reverse order.
    Reversed,
    /// What names the algorithm in lower case.
    LowerCaseAlgorithm,
    /// Without the pair that names the version of the key.
    WithoutKeyVersion,
    /// With a version that no key has.
    UnknownKeyVersion,
}

/// How header fields are written down; none of it may matter (RFC 9110, 5.1 and 5.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fields {
    /// Names with capitals, in the order of the contract.
    #[default]
    AsNamed,
    /// Names in lower case.
    LowerCase,
    /// In reverse order.
    Reversed,
}

/// The time that a request claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Time {
    /// The time of sending.
    #[default]
    Now,
    /// So many seconds before sending.
    SecondsAgo(u32),
    /// So many seconds after sending.
    SecondsAhead(u32),
    /// Before sending, by so many percent of the window that the contract documents; without one the case is none.
    WindowPercentAgo(u32),
}

/// What is done to the signature of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureEdit {
    /// Signed as the contract says.
    #[default]
    Right,
    /// The header field is left out.
    Missing,
    /// The header field does not have the contract's form.
    Malformed,
    /// The right form around a signature in which one bit is wrong.
    Wrong,
    /// The right form around no signature at all.
    Empty,
    /// The right signature without its last bytes.
    Truncated,
    /// The right signature, its text encoded once more.
    EncodedTwice,
    /// The right signature of another body.
    OtherBody,
    /// The right signature of another path.
    OtherPath,
    /// The right signature of another time.
    OtherTime,
    /// The right signature of another client's id.
    OtherClient,
    /// The right signature of another method.
    OtherMethod,
    /// Signed with the key of another client, one of `[clients]`.
    KeyOf(String),
}

/// What a step does to a request on its way, in words.
pub(super) fn in_words(step: &Step) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(match step.fields {
        Fields::AsNamed => None,
        Fields::LowerCase => Some("with the names of header fields in lower case".to_owned()),
        Fields::Reversed => Some("with header fields in reverse order".to_owned()),
    });
    parts.extend(match step.time {
        Time::Now => None,
        Time::SecondsAgo(seconds) => Some(format!("claiming a time {seconds} seconds ago")),
        Time::SecondsAhead(seconds) => Some(format!("claiming a time {seconds} seconds from now")),
        Time::WindowPercentAgo(percent) => {
            Some(format!("claiming a time {percent} % of the documented window ago"))
        }
    });
    let wire = &step.wire;
    parts.extend(wire.time.map(|format| format!("with the time {}", time_in_words(format))));
    parts.extend(match &step.signature {
        SignatureEdit::Right => None,
        SignatureEdit::Missing => Some("unsigned".to_owned()),
        SignatureEdit::Malformed => Some("with a malformed signature header".to_owned()),
        SignatureEdit::Wrong => Some("with a wrong signature".to_owned()),
        SignatureEdit::Empty => Some("with an empty signature".to_owned()),
        SignatureEdit::Truncated => Some("with a signature that lacks its last bytes".to_owned()),
        SignatureEdit::EncodedTwice => Some("with a signature whose text is encoded twice".to_owned()),
        SignatureEdit::OtherBody => Some("with the signature of another body".to_owned()),
        SignatureEdit::OtherPath => Some("with the signature of another path".to_owned()),
        SignatureEdit::OtherTime => Some("with the signature of another time".to_owned()),
        SignatureEdit::OtherClient => Some("with the signature of another client's id".to_owned()),
        SignatureEdit::OtherMethod => Some("with the signature of another method".to_owned()),
        SignatureEdit::KeyOf(name) => Some(format!("signed with the key of the client `{name}`")),
    });
    parts.extend(match wire.value {
        ValueForm::AsNamed => None,
        ValueForm::Spaced => Some("with a space behind each comma of the signature header".to_owned()),
        ValueForm::Unspaced => Some("without spaces in the signature header".to_owned()),
        ValueForm::Reversed => Some("with the pairs of the signature header in reverse order".to_owned()),
        ValueForm::LowerCaseAlgorithm => Some("with the algorithm in lower case".to_owned()),
        ValueForm::WithoutKeyVersion => Some("without a version of the key".to_owned()),
        ValueForm::UnknownKeyVersion => Some("with a version that no key has".to_owned()),
    });
    parts.extend(wire.encoding.map(|encoding| format!("with the signature in {}", encoding.name())));
    if !wire.tail.is_empty() {
        parts.push(format!("at the address with `{}` behind it", wire.tail));
    }
    if wire.gzip {
        parts.push("packed with gzip".to_owned());
    }
    parts
}

fn time_in_words(format: TimeFormat) -> &'static str {
    match format {
        TimeFormat::Seconds => "in UTC to the second",
        TimeFormat::Milliseconds => "in UTC to the millisecond",
        TimeFormat::OffsetSeconds => "with an offset, to the second",
        TimeFormat::OffsetMilliseconds => "with an offset, to the millisecond",
        TimeFormat::EpochMilliseconds => "in milliseconds since 1970",
        TimeFormat::Unzoned => "without offset",
    }
}
