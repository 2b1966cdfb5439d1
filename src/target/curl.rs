//! A request as a shell command that sends it again.
//!
//! Secrets come from environment variables, the time is that of pasting, and the signature is made by
//! openssl. A burst is a loop in the background. What makes a run's keys unique is made anew by the first command of a finding, so that pasting
//! it twice never repeats a request by accident; the others need the first to be pasted before them.

use super::encoding::encode;
use super::head;
use crate::case::script::{SignatureEdit, Step, Time, Times, When, Wire};
use crate::config::network::Field;
use crate::config::secret::Secret;
use crate::config::{Config, secret};
use crate::contract::extension::{Encoding, Signing, TimeFormat};
use crate::contract::{Operation, parts};
use crate::exchange::Request;
use crate::exchange::pack::unpacked;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The variable that names the file of the signing key.
pub const KEY_FILE: &str = "PROOFMARK_KEY_FILE";
/// Runs of one byte at least this long are written by a command instead of being spelled out.
const RUN: usize = 512;

/// Packs what a command prints as it is packed in a request.
const PACK: &str = " | gzip -nc";

/// What makes base64 text of the way a signature is written.
fn written(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Base64 => "",
        Encoding::UrlEncodedBase64 => " | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g'",
        Encoding::Base64url => " | tr '+/' '-_' | tr -d '='",
    }
}

/// Writes commands for the requests of one finding.
pub struct Writer<'a> {
    /// The operation that is called.
    pub operation: &'a Operation,
    /// Whose secrets are replaced by variables.
    pub config: &'a Config,
    /// What stands before the operation's path at the target.
    pub prefix: &'a str,
    /// Secrets that were given on the way, which are replaced by variables too.
    pub secrets: &'a [Secret],
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
        let gzip = self.wire().is_some_and(|wire| wire.gzip);
        let plain = if gzip { unpacked(&request.body).unwrap_or_default() } else { request.body.to_vec() };
        let body = self.quote(&plain);
        parts.extend(self.fed(&body));
        parts.push(format!("BODY={}", if body.is_empty() { "''" } else { &body }));
        let edited = |name: &str| {
            self.step.is_some_and(|step| step.headers.keys().any(|edited| edited.eq_ignore_ascii_case(name)))
        };
        let is = |name: &str, own: &Option<String>| {
            own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)) && !edited(name)
        };
        let mut headers = String::new();
        for (name, value) in &request.headers {
            if request.is_hooked(name) {
                let variable = format!("PROOFMARK_HOOK_{}", secret::in_upper_case(name));
                let ask = "${".to_owned() + &variable + ":?set it to what the hook makes of this request}";
                headers.push_str(&format!(" -H \"{name}: {ask}\""));
            } else if let Some(field) = self.configured(name, value) {
                headers.push_str(&format!(" -H \"{name}: ${}\"", field.value.variable()));
            } else if is(name, &names.time) {
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
        let pack = if gzip { PACK } else { "" };
        // An answer to HEAD announces a body that never comes.
        let patience = if request.method == "HEAD" { " --max-time 2" } else { "" };
        let way = super::way::options(&self.config.network, &request.url);
        let send = format!(
            "printf %s \"$BODY\"{pack} | curl -sS -i{way}{patience} -X {method} {url}{headers} --data-binary @-"
        );
        parts.push(match self.step.map(|step| step.times) {
            Some(Times::Burst(count)) => format!("for I in $(seq {count}); do {send} & done; wait"),
            _ => send,
        });
        parts.join("; ")
    }

    /// The configured header field that this one is.
    fn configured(&self, name: &str, value: &str) -> Option<&Field> {
        let is = |field: &&Field| field.name.eq_ignore_ascii_case(name) && field.value.expose() == value;
        self.config.network.headers.iter().find(is)
    }

    fn wire(&self) -> Option<&Wire> {
        self.step.map(|step| &step.wire)
    }

    /// What says where the secrets come from that the request takes out of earlier answers.
    fn fed(&self, body: &str) -> Vec<String> {
        let steps = self.step.iter().flat_map(|step| step.feed.values());
        let answers: Vec<String> = steps.map(|feed| format!("{} of {}", feed.at, feed.of)).collect();
        let mut variables: Vec<String> = self.secrets.iter().map(Secret::variable).collect();
        variables.sort();
        variables.dedup();
        let used =
            variables.iter().filter(|name| !answers.is_empty() && body.contains(&format!("${name}\"")));
        used.map(|name| format!(": \"${{{name}:?take it out of {}}}\"", answers.join(", "))).collect()
    }

    /// The command that writes the claimed time.
    fn time(&self) -> String {
        let rules = &self.operation.rules.time;
        let shift = match self.step.map(|step| &step.time) {
            None | Some(Time::Now) => String::new(),
            Some(Time::SecondsAgo(seconds)) => format!(" - {seconds}"),
            Some(Time::SecondsAhead(seconds)) => format!(" + {seconds}"),
            Some(Time::WindowPercentAgo(percent)) => {
                let window = rules.window.unwrap_or_default().as_secs();
                format!(" - {}", window.saturating_mul(u64::from(*percent)) / 100)
            }
        };
        let day = "%Y-%m-%dT%H:%M:%S";
        let (zone, form) = match self.wire().and_then(|wire| wire.time).unwrap_or(rules.format) {
            TimeFormat::Seconds => ("", format!("{day}Z")),
            TimeFormat::Milliseconds => ("", format!("{day}.%3NZ")),
            TimeFormat::OffsetSeconds => ("TZ=UTC-3 ", format!("{day}+03:00")),
            TimeFormat::OffsetMilliseconds => ("TZ=UTC-3 ", format!("{day}.%3N+03:00")),
            TimeFormat::EpochMilliseconds => ("", "%s%3N".to_owned()),
            TimeFormat::Unzoned => ("", day.to_owned()),
        };
        let utc = if zone.is_empty() { " -u" } else { "" };
        if shift.is_empty() {
            return format!("$({zone}date{utc} +{form})");
        }
        format!("$({zone}date{utc} -d @$(($(date +%s){shift})) +{form})")
    }

    /// The command that makes the signature, and the header field.
    fn signature(&self, signing: &Signing, request: &Request, name: &str) -> (Option<String>, String) {
        let right = SignatureEdit::Right;
        let edit = self.step.map_or(&right, |step| &step.signature);
        if *edit == SignatureEdit::Malformed {
            return (None, format!(" -H '{name}: algorithm=RSA256;;signature'"));
        }
        let key_of = match edit {
            SignatureEdit::KeyOf(name) => Some(name.as_str()),
            _ => self.step.and_then(|step| step.client.as_deref()),
        };
        let key_file = match key_of {
            Some(name) => format!("{KEY_FILE}_{}", secret::in_upper_case(name)),
            None => KEY_FILE.to_owned(),
        };
        let (format, arguments) = self.content(signing, request, edit);
        let mut command = match self.wire().filter(|wire| wire.gzip) {
            // What is packed cannot stand in a variable; a contract signs the body last.
            Some(_) => format!(
                "{{ printf '{}' {}; printf %s \"$BODY\"{PACK}; }}",
                format.trim_end_matches("%s"),
                arguments.split_last().map_or(String::new(), |(_, before)| before.join(" "))
            ),
            None => format!("printf '{format}' {}", arguments.join(" ")),
        };
        command.push_str(&format!(" | openssl dgst -sha256 -sign \"${key_file}\""));
        if *edit == SignatureEdit::Truncated {
            command.push_str(&format!(" | head -c -{}", head::CUT));
        }
        let encoding = self.wire().and_then(|wire| wire.encoding).unwrap_or(signing.encoding);
        command.push_str(" | openssl base64 -A");
        if *edit == SignatureEdit::Wrong {
            command.push_str(" | tr 'A-Za-z' 'B-ZAb-za'");
        }
        command.push_str(written(encoding));
        if *edit == SignatureEdit::EncodedTwice {
            command.push_str(" | openssl base64 -A");
            command.push_str(written(encoding));
        }
        let command = match edit {
            SignatureEdit::Empty => format!("SIGNATURE='{}'", encode(&[], encoding)),
            _ => format!("SIGNATURE=$({command})"),
        };
        let client = self.step.and_then(|step| step.client.as_deref());
        let client = client.and_then(|name| self.config.clients.get(name)).unwrap_or(&self.config.client);
        let form = super::sign::formed(signing, self.wire().map(|wire| wire.value).unwrap_or_default());
        let value = super::sign::header_value(&form, client.key_version.unwrap_or(1), "$SIGNATURE");
        (Some(command), format!(" -H \"{name}: {value}\""))
    }

    /// What is signed, as a format of `printf` and its arguments.
    fn content(&self, signing: &Signing, request: &Request, edit: &SignatureEdit) -> (String, Vec<String>) {
        let names = &self.operation.rules.headers;
        let sent = |own: &Option<String>| {
            own.as_ref().and_then(|own| crate::exchange::header(&request.headers, own)).unwrap_or_default()
        };
        let path = request.url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        let path = head::signed(self.operation, path.unwrap_or("/"), self.prefix);
        let more = |other: SignatureEdit, text: &'static str| if *edit == other { text } else { "" };
        let path = format!("{path}{}", more(SignatureEdit::OtherPath, "/"));
        let client = format!("{}{}", sent(&names.client), more(SignatureEdit::OtherClient, "X"));
        let claimed = sent(&names.time);
        let time = if *edit == SignatureEdit::OtherTime {
            "2020-01-01T00:00:00Z".to_owned()
        } else if self
            .step
            .is_some_and(|step| names.time.as_ref().is_some_and(|n| step.headers.contains_key(n)))
        {
            self.quote(claimed.as_bytes())
        } else {
            "\"$TIME\"".to_owned()
        };
        let method = if *edit == SignatureEdit::OtherMethod { "PUT" } else { &request.method };
        let body = if *edit == SignatureEdit::OtherBody { "\"$BODY \"" } else { "\"$BODY\"" };
        let mut format = signing.content.replace('%', "%%").replace('\\', "\\\\").replace('\n', "\\n");
        let mut arguments: Vec<(usize, String)> = Vec::new();
        for (place, argument) in [
            ("{method}", self.quote(method.as_bytes())),
            ("{path}", self.quote(path.as_bytes())),
            ("{client}", self.quote(client.as_bytes())),
            ("{time}", time),
            ("{body}", body.to_owned()),
        ] {
            arguments.extend(format.find(place).map(|at| (at, argument)));
        }
        arguments.sort_by_key(|(at, _)| *at);
        for place in ["{method}", "{path}", "{client}", "{time}", "{body}"] {
            format = format.replace(place, "%s");
        }
        let quoted = |text: String| if text.is_empty() { "''".to_owned() } else { text };
        (format, arguments.into_iter().map(|(_, text)| quoted(text)).collect())
    }

    /// Bytes as a shell word, with variables in place of secrets and of the run's digits.
    fn quote(&self, bytes: &[u8]) -> String {
        let mut marks: Vec<(String, String)> =
            vec![(self.nonce.to_owned(), if self.first { "\"$N\"" } else { "\"${N:?}\"" }.to_owned())];
        let fields = self.config.network.headers.iter().filter(|field| field.secret);
        let given = self.secrets.iter().chain(fields.map(|field| &field.value));
        for secret in self.config.secrets.values().chain(given) {
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
