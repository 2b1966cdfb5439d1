//! A request as a shell command that sends it again.
//!
//! Secrets come from environment variables, the time is that of pasting, and the signature is made by
//! openssl. A burst is a loop in the background. What makes a run's keys unique is made anew by the first command of a finding, so that pasting
//! it twice never repeats a request by accident; the others need the first to be pasted before them.

use crate::case::script::{SignatureEdit, Step, Time, Times, When};
use crate::config::{Config, secret};
use crate::contract::extension::Signing;
use crate::contract::{Operation, parts};
use crate::exchange::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The variable that names the file of the signing key.
pub const KEY_FILE: &str = "PROOFMARK_KEY_FILE";
/// Runs of one byte at least this long are written by a command instead of being spelled out.
const RUN: usize = 512;

/// Writes commands for the requests of one finding.
pub struct Writer<'a> {
    /// The operation that is called.
    pub operation: &'a Operation,
    /// Whose secrets are replaced by variables.
    pub config: &'a Config,
    /// The eight digits that all keys of the run have in common.
    pub nonce: &'a str,
    /// Whether this is the first command of its finding, which makes new digits.
    pub first: bool,
    /// The step that sent the request.
    pub step: Option<&'a Step>,
}

impl Writer<'_> {
    /// The command, on one line.
    pub fn command(&self, request: &Request) -> String {
        let names = &self.operation.rules.headers;
        let mut parts = Vec::new();
        if let Some(When::EndAfter(age)) = self.step.map(|step| step.when) {
            parts.push(format!("sleep {}", age.div_ceil(1_000)));
        }
        let body = self.quote(&request.body);
        parts.push(format!("BODY={}", if body.is_empty() { "''" } else { &body }));
        let edited = |name: &str| {
            self.step.is_some_and(|step| step.headers.keys().any(|edited| edited.eq_ignore_ascii_case(name)))
        };
        let is = |name: &str, own: &Option<String>| {
            own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)) && !edited(name)
        };
        let mut headers = String::new();
        for (name, value) in &request.headers {
            if is(name, &names.time) {
                parts.push(format!("TIME={}", self.time()));
                headers.push_str(&format!(" -H \"{name}: $TIME\""));
            } else if is(name, &names.signature) {
                if let Some(signing) = &self.operation.rules.signing {
                    let (command, shown) = self.signature(signing, request, name);
                    parts.extend(command);
                    headers.push_str(&shown);
                }
            } else {
                headers.push_str(&format!(" -H {}", self.quote(format!("{name}: {value}").as_bytes())));
            }
        }
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push_str(" -H 'Content-Type:'");
        }
        let url = self.quote(request.url.as_bytes());
        let method = self.quote(request.method.as_bytes());
        if self.first && [&body, &url, &headers].iter().any(|text| text.contains("$N")) {
            parts.insert(0, "N=$(date +%s | tail -c 9)".to_owned());
        }
        let send = format!("printf %s \"$BODY\" | curl -sS -i -X {method} {url}{headers} --data-binary @-");
        parts.push(match self.step.map(|step| step.times) {
            Some(Times::Burst(count)) => format!("for I in $(seq {count}); do {send} & done; wait"),
            _ => send,
        });
        parts.join("; ")
    }

    fn time(&self) -> String {
        match self.step.map(|step| &step.time) {
            Some(Time::SecondsAgo(seconds)) => {
                format!("$(date -u -d @$(($(date +%s) - {seconds})) +%Y-%m-%dT%H:%M:%SZ)")
            }
            _ => "$(date -u +%Y-%m-%dT%H:%M:%SZ)".to_owned(),
        }
    }

    /// The command that makes the signature, and the header field.
    fn signature(&self, signing: &Signing, request: &Request, name: &str) -> (Option<String>, String) {
        let edit = self.step.map_or(SignatureEdit::Right, |step| step.signature);
        if edit == SignatureEdit::Malformed {
            return (None, format!(" -H '{name}: algorithm=RSA256;;signature'"));
        }
        let names = &self.operation.rules.headers;
        let sent = |own: &Option<String>| {
            own.as_ref().and_then(|own| crate::exchange::header(&request.headers, own)).unwrap_or_default()
        };
        let path = request.url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        let path =
            format!("{}{}", path.unwrap_or("/"), if edit == SignatureEdit::OtherPath { "/" } else { "" });
        let claimed = sent(&names.time);
        let time = if edit == SignatureEdit::OtherTime {
            "2020-01-01T00:00:00Z".to_owned()
        } else if self
            .step
            .is_some_and(|step| names.time.as_ref().is_some_and(|n| step.headers.contains_key(n)))
        {
            self.quote(claimed.as_bytes())
        } else {
            "\"$TIME\"".to_owned()
        };
        let body = if edit == SignatureEdit::OtherBody { "\"$BODY \"" } else { "\"$BODY\"" };
        let mut format = signing.content.replace('%', "%%").replace('\\', "\\\\").replace('\n', "\\n");
        let mut arguments: Vec<(usize, String)> = Vec::new();
        for (place, argument) in [
            ("{method}", self.quote(request.method.as_bytes())),
            ("{path}", self.quote(path.as_bytes())),
            ("{client}", self.quote(sent(&names.client).as_bytes())),
            ("{time}", time),
            ("{body}", body.to_owned()),
        ] {
            arguments.extend(format.find(place).map(|at| (at, argument)));
        }
        arguments.sort_by_key(|(at, _)| *at);
        for place in ["{method}", "{path}", "{client}", "{time}", "{body}"] {
            format = format.replace(place, "%s");
        }
        let arguments: Vec<String> = arguments
            .into_iter()
            .map(|(_, text)| if text.is_empty() { "''".to_owned() } else { text })
            .collect();
        let spoil = if edit == SignatureEdit::Wrong { " | tr 'A-Za-z' 'B-ZAb-za'" } else { "" };
        let client = self.step.and_then(|step| step.client.as_deref());
        let key_file = match client {
            Some(name) => format!("{KEY_FILE}_{}", secret::in_upper_case(name)),
            None => KEY_FILE.to_owned(),
        };
        let command = format!(
            "SIGNATURE=$(printf '{format}' {} | openssl dgst -sha256 -sign \"${key_file}\" | openssl base64 -A{spoil})",
            arguments.join(" ")
        );
        let client = client.and_then(|name| self.config.clients.get(name)).unwrap_or(&self.config.client);
        let version = client.key_version.unwrap_or(1);
        let value = super::sign::header_value(signing, version, "$SIGNATURE");
        (Some(command), format!(" -H \"{name}: {value}\""))
    }

    /// Bytes as a shell word, with variables in place of secrets and of the run's digits.
    fn quote(&self, bytes: &[u8]) -> String {
        let mut marks: Vec<(String, String)> =
            vec![(self.nonce.to_owned(), if self.first { "\"$N\"" } else { "\"${N:?}\"" }.to_owned())];
        for secret in self.config.secrets.values() {
            let variable = format!("\"${}\"", secret.variable());
            let written = super::write::in_json(secret.expose());
            if written != secret.expose() {
                let in_json = format!("\"$(printf %s \"${}\" | sed 's/[\\\"]/\\&/g')\"", secret.variable());
                marks.push((written, in_json));
            }
            marks.push((super::write::escaped(secret.expose()), variable.clone()));
            let encoded = parts::encoded(secret.expose());
            if encoded != secret.expose() {
                let in_url = format!("\"$(printf %s \"${}\" | jq -sRr @uri)\"", secret.variable());
                marks.push((encoded, in_url));
            }
            let base64 = STANDARD.encode(secret.expose());
            marks.push((base64, format!("\"$(printf %s \"${}\" | base64 -w0)\"", secret.variable())));
            marks.push((secret.expose().to_owned(), variable));
        }
        marks.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        let mut word = String::new();
        let mut plain = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let mark = marks.iter().find(|(text, _)| !text.is_empty() && rest.starts_with(text.as_bytes()));
            let run = rest.iter().take_while(|byte| **byte == rest[0]).count();
            if let Some((text, variable)) = mark {
                literal(&mut word, &mut plain);
                word.push_str(variable);
                rest = &rest[text.len()..];
            } else if run >= RUN && rest[0].is_ascii_graphic() && rest[0] != b'\'' && rest[0] != b'\\' {
                literal(&mut word, &mut plain);
                word.push_str(&format!(
                    "\"$(head -c {run} /dev/zero | tr '\\0' '{}')\"",
                    char::from(rest[0])
                ));
                rest = &rest[run..];
            } else {
                plain.push(rest[0]);
                rest = &rest[1..];
            }
        }
        literal(&mut word, &mut plain);
        word
    }
}

/// Ends a literal part of a word: single quotes, or `$'…'` where there are bytes that a line cannot hold.
fn literal(word: &mut String, plain: &mut Vec<u8>) {
    if plain.is_empty() {
        return;
    }
    let bytes = std::mem::take(plain);
    match String::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => {
            word.push('\'');
            word.push_str(&text.replace('\'', "'\\''"));
            word.push('\'');
        }
        other => {
            let bytes = other.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
            word.push_str("$'");
            for byte in bytes {
                match byte {
                    b'\'' | b'\\' => word.push_str(&format!("\\{}", char::from(byte))),
                    b' '..=b'~' => word.push(char::from(byte)),
                    other => word.push_str(&format!("\\x{other:02x}")),
                }
            }
            word.push('\'');
        }
    }
}
