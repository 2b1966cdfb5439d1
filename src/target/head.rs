//! The head of a request: its address, its time, its signature, and how header fields are written down.

use super::compose::{Composer, Draft};
use super::encoding::encode;
use super::sign::{Parts, formed, header_value};
use crate::case::script::{Fields, SignatureEdit, Step, Time};
use crate::clock;
use crate::contract::Operation;
use crate::contract::signing::{SignedPath, TimeFormat};
use crate::exchange::Headers;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// The offset that times with an offset have, `+03:00`: one that nobody mistakes for none.
const OFFSET: Offset = Offset::constant(3);

/// How many bytes a truncated signature lacks.
pub(super) const CUT: usize = 16;

/// What stands before an operation's path: the path of the target's URL and the contract's base path, once.
pub fn prefix(target: &str, operation: &Operation) -> String {
    let target = target.trim_end_matches('/');
    let has = target.ends_with(&operation.base);
    if has { target.to_owned() } else { format!("{target}{}", operation.base) }
}

/// The part of a path that is signed, of which the prefix is the base path.
pub fn signed<'a>(operation: &Operation, path: &'a str, prefix: &str) -> &'a str {
    match operation.rules.signing.as_ref().map(|signing| signing.path) {
        Some(SignedPath::Operation) => path.strip_prefix(prefix).unwrap_or(path),
        _ => path,
    }
}

impl Composer<'_> {
    /// Path and query of a step, and the part of them that is signed.
    pub(super) fn place(&self, path: &str, step: &Step) -> (String, String) {
        let (path, query) = path.find('?').map_or((path, ""), |at| path.split_at(at));
        let operation = self.called(step);
        let prefix = prefix(self.base, operation);
        let path = format!("{prefix}{path}{}{query}{}", operation.rules.suffix, step.wire.tail);
        let signed = signed(operation, &path, &prefix).to_owned();
        (path, signed)
    }

    /// Header fields of one sending: the contract's own, then the step's edits, written as the step asks.
    ///
    /// # Errors
    /// The signature could not be made.
    pub async fn headers(&self, step: &Step, draft: &Draft) -> Result<Headers, String> {
        let mut headers = self.fields(step, draft).await?;
        match step.fields {
            Fields::AsNamed => {}
            Fields::LowerCase => headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase()),
            Fields::Reversed => headers.reverse(),
        }
        Ok(headers)
    }

    async fn fields(&self, step: &Step, draft: &Draft) -> Result<Headers, String> {
        let names = &self.called(step).rules.headers;
        let mut headers = draft.fields.clone();
        if step.wire.gzip {
            headers.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        }
        let client = step.client.as_ref().and_then(|name| self.config.clients.get(name));
        let client = client.unwrap_or(&self.config.client);
        if let (Some(name), Some(id)) = (&names.client, &client.id) {
            headers.push((name.clone(), id.clone()));
        }
        if let Some(name) = &names.time {
            headers.push((name.clone(), self.time(step)));
        }
        for field in &self.config.network.headers {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case(&field.name));
            headers.push((field.name.clone(), field.value.expose().to_owned()));
        }
        for (name, value) in &step.headers {
            headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            headers.extend(value.iter().map(|value| (name.clone(), value.clone())));
        }
        let edited = |name: &str| step.headers.keys().any(|edited| edited.eq_ignore_ascii_case(name));
        if let Some(name) = names.signature.as_ref().filter(|name| !edited(name))
            && let Some(value) = self.signature(step, draft, &headers, client.key_version).await?
        {
            headers.push((name.clone(), value));
        }
        Ok(headers)
    }

    /// The value of the signature's header field, where the request has one.
    async fn signature(
        &self,
        step: &Step,
        draft: &Draft,
        headers: &Headers,
        version: Option<u32>,
    ) -> Result<Option<String>, String> {
        let names = &self.called(step).rules.headers;
        let signer = match &step.signature {
            SignatureEdit::KeyOf(name) => Some(name.clone()),
            _ => step.client.clone(),
        };
        let (Some(signing), Some(key)) = (&self.called(step).rules.signing, self.signing_keys.get(&signer))
        else {
            return Ok(None);
        };
        let sent = |name: &Option<String>| {
            name.as_ref()
                .and_then(|name| crate::exchange::header(headers, name))
                .unwrap_or_default()
                .to_owned()
        };
        let (id, claimed) = (sent(&names.client), sent(&names.time));
        let right = Parts {
            method: &draft.method,
            path: &draft.signed,
            client: &id,
            time: &claimed,
            body: &draft.body,
        };
        let (body, path) = ([&draft.body[..], b" "].concat(), format!("{}/", draft.signed));
        let (time, other) =
            (self.written(step, clock::now() - SignedDuration::from_secs(1)), format!("{id}X"));
        let parts = match step.signature {
            SignatureEdit::OtherBody => Parts { body: &body, ..right },
            SignatureEdit::OtherPath => Parts { path: &path, ..right },
            SignatureEdit::OtherTime => Parts { time: &time, ..right },
            SignatureEdit::OtherClient => Parts { client: &other, ..right },
            SignatureEdit::OtherMethod => Parts { method: "PUT", ..right },
            _ => right,
        };
        let mut signature = match step.signature {
            SignatureEdit::Missing => return Ok(None),
            SignatureEdit::Malformed => return Ok(Some("algorithm=RSA256;;signature".to_owned())),
            _ => key.sign_apart(parts.content(signing)).await?,
        };
        match step.signature {
            SignatureEdit::Wrong => signature.iter_mut().take(1).for_each(|byte| *byte ^= 0x80),
            SignatureEdit::Empty => signature.clear(),
            SignatureEdit::Truncated => signature.truncate(signature.len().saturating_sub(CUT)),
            _ => {}
        }
        let encoding = step.wire.encoding.unwrap_or(signing.encoding);
        let mut text = encode(&signature, encoding);
        if step.signature == SignatureEdit::EncodedTwice {
            text = encode(text.as_bytes(), encoding);
        }
        let form = formed(signing, step.wire.value);
        Ok(Some(header_value(&form, version.unwrap_or(1), &text)))
    }

    /// The time that a step claims, as it is written down.
    fn time(&self, step: &Step) -> String {
        let window = self.called(step).rules.time.window.unwrap_or_default();
        let ago = match step.time {
            Time::Now => 0,
            Time::SecondsAgo(seconds) => i64::from(seconds),
            Time::SecondsAhead(seconds) => -i64::from(seconds),
            Time::WindowPercentAgo(percent) => {
                let seconds = window.as_secs().saturating_mul(u64::from(percent)) / 100;
                i64::try_from(seconds).unwrap_or(i64::MAX)
            }
        };
        let now = clock::now();
        self.written(step, now.checked_sub(SignedDuration::from_secs(ago)).unwrap_or(now))
    }

    fn written(&self, step: &Step, at: Timestamp) -> String {
        let format = step.wire.time.unwrap_or(self.called(step).rules.time.format);
        let there = OFFSET.to_datetime(at);
        match format {
            TimeFormat::Seconds => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            TimeFormat::Milliseconds => at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            TimeFormat::OffsetSeconds => format!("{}+03:00", there.strftime("%Y-%m-%dT%H:%M:%S")),
            TimeFormat::OffsetMilliseconds => format!("{}+03:00", there.strftime("%Y-%m-%dT%H:%M:%S%.3f")),
            TimeFormat::EpochMilliseconds => at.as_millisecond().to_string(),
            TimeFormat::Unzoned => at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        }
    }
}
