//! The fields of the request. Lengths are counted in Unicode code points; null counts as missing; members that
//! the contract does not know are ignored.

use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::answer::Refusal;
use super::conduct::Conduct;
use super::credentials::credentials;
use super::fault::Flaw;
use super::variant::Habit;

/// A request that is valid as far as its form goes.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) access_token: String,
    pub(super) request_id: String,
    pub(super) template_code: String,
}

/// A required text, with the faults that loosen or tighten it.
struct Text {
    name: &'static str,
    max: usize,
    missing: Flaw,
    null: Flaw,
    empty: Flaw,
    one_over: Flaw,
    one_under: Flaw,
    refuses_one_short: Flaw,
}

const ACCESS_TOKEN: Text = Text {
    name: "accessToken",
    max: 128,
    missing: Flaw::AccessTokenMayBeMissing,
    null: Flaw::AccessTokenMayBeNull,
    empty: Flaw::AccessTokenMayBeEmpty,
    one_over: Flaw::AccessTokenOneOver,
    one_under: Flaw::AccessTokenOneUnder,
    refuses_one_short: Flaw::AccessTokenRefuses127,
};

const REQUEST_ID: Text = Text {
    name: "requestId",
    max: 128,
    missing: Flaw::RequestIdMayBeMissing,
    null: Flaw::RequestIdMayBeNull,
    empty: Flaw::RequestIdMayBeEmpty,
    one_over: Flaw::RequestIdOneOver,
    one_under: Flaw::RequestIdOneUnder,
    refuses_one_short: Flaw::RequestIdRefuses127,
};

const TEMPLATE_CODE: Text = Text {
    name: "templateCode",
    max: 256,
    missing: Flaw::TemplateCodeMayBeMissing,
    null: Flaw::TemplateCodeMayBeNull,
    empty: Flaw::TemplateCodeMayBeEmpty,
    one_over: Flaw::TemplateCodeOneOver,
    one_under: Flaw::TemplateCodeOneUnder,
    refuses_one_short: Flaw::TemplateCodeRefuses255,
};

/// The members that the contract knows.
const MEMBERS: [&str; 4] = ["accessToken", "requestId", "templateCode", "templates"];

/// Validates the body. `unnamed` is the key that a wallet which lets `requestId` be absent puts in its place.
pub(super) fn message(body: &Value, unnamed: &str, conduct: &Conduct) -> Result<Message, Refusal> {
    let known = credentials();
    let Value::Object(members) = body else {
        return if body.is_array() && conduct.has(Flaw::TopLevelArrayAccepted) {
            Ok(Message {
                access_token: known.token_valid.to_owned(),
                request_id: unnamed.to_owned(),
                template_code: known.template_code.to_owned(),
            })
        } else {
            Err(Refusal::Field("body"))
        };
    };
    if members.is_empty() && conduct.has(Flaw::CrashOnEmptyObject) {
        return Err(Refusal::Crash);
    }
    if conduct.has(Flaw::UnknownMemberRefused) && members.keys().any(|name| !MEMBERS.contains(&name.as_str()))
    {
        return Err(Refusal::Field("body"));
    }
    let message = Message {
        access_token: ACCESS_TOKEN.read(members, known.token_valid, conduct)?,
        request_id: REQUEST_ID.read(members, unnamed, conduct)?,
        template_code: TEMPLATE_CODE.read(members, known.template_code, conduct)?,
    };
    check_templates(members.get("templates"), conduct)?;
    Ok(message)
}

impl Text {
    fn read(
        &self,
        members: &Map<String, Value>,
        stand_in: &str,
        conduct: &Conduct,
    ) -> Result<String, Refusal> {
        let text = match members.get(self.name) {
            None if conduct.has(self.missing) => return Ok(stand_in.to_owned()),
            Some(Value::Null) if conduct.has(self.null) => return Ok(stand_in.to_owned()),
            Some(Value::String(text)) if text.is_empty() && conduct.has(self.empty) => {
                return Ok(stand_in.to_owned());
            }
            Some(Value::Number(number)) if self.takes_numbers(conduct) => return Ok(number.to_string()),
            Some(Value::Bool(flag)) if self.takes_booleans(conduct) => return Ok(flag.to_string()),
            Some(Value::String(text)) => text,
            _ => return Err(Refusal::Field(self.name)),
        };
        let mut max =
            self.max + usize::from(conduct.has(self.one_over)) - usize::from(conduct.has(self.one_under));
        if self.name == "requestId" && conduct.has(Flaw::RequestIdCutShort) {
            max = 64;
        }
        let min = 1 + usize::from(self.name == "requestId" && conduct.has(Flaw::RequestIdOfOneRefused));
        let length = self.length(text, conduct);
        let skipped = length + 1 == self.max && conduct.has(self.refuses_one_short);
        if (min..=max).contains(&length) && !skipped {
            Ok(text.clone())
        } else {
            Err(Refusal::Field(self.name))
        }
    }

    fn takes_numbers(&self, conduct: &Conduct) -> bool {
        self.name == "requestId" && conduct.has(Flaw::RequestIdMayBeNumber)
    }

    fn takes_booleans(&self, conduct: &Conduct) -> bool {
        self.name == "requestId" && conduct.has(Flaw::RequestIdMayBeBoolean)
    }

    fn length(&self, text: &str, conduct: &Conduct) -> usize {
        if conduct.has(Flaw::CountsUtf8Bytes) {
            text.len()
        } else if conduct.has(Flaw::CountsUtf16Units) {
            text.encode_utf16().count()
        } else if self.name == "requestId" && conduct.has(Flaw::RequestIdCountsGraphemes) {
            text.graphemes(true).count()
        } else {
            text.chars().count()
        }
    }
}

fn check_templates(templates: Option<&Value>, conduct: &Conduct) -> Result<(), Refusal> {
    let refused = Err(Refusal::Field("templates"));
    match templates {
        None if conduct.has(Flaw::TemplatesMayBeMissing) => Ok(()),
        Some(Value::Null) if conduct.has(Flaw::TemplatesMayBeNull) => Ok(()),
        Some(Value::Object(_)) if conduct.has(Flaw::TemplatesMayBeObject) => Ok(()),
        Some(Value::Array(items)) if items.is_empty() => {
            if conduct.has(Flaw::CrashOnEmptyTemplates) {
                Err(Refusal::Crash)
            } else if conduct.has(Flaw::EmptyTemplatesAccepted) {
                Ok(())
            } else {
                refused
            }
        }
        Some(Value::Array(items)) => {
            let looked_at = if conduct.has(Flaw::ChecksFirstTemplateOnly) {
                1
            } else if conduct.has(Flaw::ChecksFirstTenTemplates) {
                10
            } else {
                items.len()
            };
            items.iter().take(looked_at).try_for_each(|item| check_template(item, conduct))
        }
        _ => refused,
    }
}

fn check_template(template: &Value, conduct: &Conduct) -> Result<(), Refusal> {
    let Value::Object(members) = template else {
        return if conduct.has(Flaw::TemplateMayBeAnything) {
            Ok(())
        } else {
            Err(Refusal::Field("templates"))
        };
    };
    let refused = Err(Refusal::Field("templateParameters"));
    match members.get("templateParameters") {
        None if conduct.has(Flaw::ParametersMayBeMissing) => Ok(()),
        Some(Value::Null) if conduct.has(Flaw::ParametersMayBeNull) => Ok(()),
        Some(Value::String(_)) if conduct.has(Flaw::ParametersMayBeString) => Ok(()),
        Some(Value::Array(_)) if conduct.has(Flaw::ParametersMayBeArray) => Ok(()),
        // The contract shows texts only and says nothing of other types, so taking and refusing them are both
        // right.
        Some(Value::Object(parameters)) if conduct.does(Habit::TextParametersOnly) => {
            if parameters.values().all(Value::is_string) { Ok(()) } else { refused }
        }
        Some(Value::Object(parameters)) if conduct.has(Flaw::NonAsciiParametersRefused) => {
            if parameters.values().filter_map(Value::as_str).all(str::is_ascii) { Ok(()) } else { refused }
        }
        Some(Value::Object(parameters)) => {
            let any = |wanted: fn(&str) -> bool| parameters.values().filter_map(Value::as_str).any(wanted);
            let crashes = conduct.has(Flaw::CrashOnEmoji) && any(|text| text.chars().any(|c| c > '\u{ffff}'))
                || conduct.has(Flaw::CrashOnFormatDirective) && any(|text| text.contains('%'));
            let unwanted = conduct.has(Flaw::ControlCharactersRefused)
                && any(|text| text.chars().any(|c| c.is_ascii_control() && c != '\0'))
                || conduct.has(Flaw::DigitsRefused)
                    && any(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
            match (crashes, unwanted) {
                (true, _) => Err(Refusal::Crash),
                (false, true) => refused,
                (false, false) => Ok(()),
            }
        }
        _ => refused,
    }
}

/// Whether the first of several templates is good: where the request is refused all the same, a later one is not.
pub(super) fn begins_well(body: &Value, conduct: &Conduct) -> bool {
    let templates = body.get("templates").and_then(Value::as_array);
    templates.is_some_and(|all| all.len() > 1 && check_template(&all[0], conduct).is_ok())
}

/// Whether U+0000 occurs in any text of the value, member names included.
pub(super) fn mentions_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(mentions_nul),
        Value::Object(members) => {
            members.iter().any(|(name, item)| name.contains('\0') || mentions_nul(item))
        }
        _ => false,
    }
}
