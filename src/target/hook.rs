//! A program or server of the user's that completes requests before they are sent.
//!
//! It is given the request as JSON, `{"operation", "method", "url", "path", "headers": {NAME: VALUE}, "body"}`, with
//! `body_base64` in place of `body` where that is no UTF-8, and says what changes:
//! `{"headers": {NAME: VALUE or null}, "body" or "body_base64"}`, all of it optional. What it does wrong is a fault of
//! the run's environment, never the target's.

use super::client::Client;
use super::route::Route;
use crate::config::hook::Hook as Way;
use crate::config::network::{Network, is_of_the_transmission};
use crate::exchange::{Hooked, NoAnswer, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Hooks at the same time.
const TURNS: usize = 8;
/// How often in a row a hook may take too long until it is not asked any more: each time costs the whole limit.
const PATIENCE: usize = 8;
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 16 << 20;
/// How much of what a command complains of is read, in bytes.
const COMPLAINT: u64 = 4 << 10;
/// The form of an answer, for who wrote another.
const FORM: &str = r#"{"headers": {"NAME": "VALUE" or null}, "body": "TEXT"}"#;

/// The hook of a configuration, ready to be asked.
pub struct Hook {
    way: Way,
    /// Who asks a URL; nobody asks a command.
    client: Option<Client>,
    limit: Duration,
    turns: Semaphore,
    /// How often in a row it took too long.
    slow: AtomicUsize,
}

/// Why a hook did not complete a request. What it complained of is not printed.
pub struct Failure {
    /// What went wrong and how to mend it, without anything that the hook said.
    pub reason: String,
    /// What it complained of; it may hold anything that it was given.
    pub complaint: String,
}

impl std::fmt::Debug for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Failure").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl Failure {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), complaint: String::new() }
    }
}

/// What changes, as a hook says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default)]
    headers: BTreeMap<String, Option<String>>,
    body: Option<String>,
    body_base64: Option<String>,
}

impl Hook {
    /// The configured hook, where there is one. `limit` is the time limit of one request.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn of(network: &Network, limit: Duration) -> Result<Option<Self>, String> {
        let Some(way) = network.hook.clone() else { return Ok(None) };
        let client = match &way {
            Way::Command(_) => None,
            Way::Url(url) => Some(Client::new(&Route::aside(network, url.scheme() == "https")?, limit)?),
        };
        Ok(Some(Self { way, client, limit, turns: Semaphore::new(TURNS), slow: AtomicUsize::new(0) }))
    }

    /// Has a request completed. Header fields that are `kept` stay as they are, since a case is about them.
    ///
    /// # Errors
    /// The hook failed, took too long, or said what cannot be understood.
    pub async fn complete(
        &self,
        operation: &str,
        request: Request,
        kept: &[String],
    ) -> Result<Request, Failure> {
        let question = question(operation, &request);
        let answer = {
            let _turn = self.turns.acquire().await.map_err(|_| Failure::new("the run is over"))?;
            if self.slow.load(Ordering::Relaxed) >= PATIENCE {
                let what = format!("took too long {PATIENCE} times in a row and is not asked any more");
                return Err(self.failure(&what, "lengthen --timeout, or make it faster"));
            }
            let said = match &self.way {
                Way::Command(words) => self.run(words, &question).await,
                Way::Url(url) => self.ask(url.as_str(), question).await,
            };
            if said.is_ok() {
                self.slow.store(0, Ordering::Relaxed);
            }
            said?
        };
        let answer = serde_json::from_slice(&answer).map_err(|error| {
            let what = if error.is_data() { "JSON of another form" } else { "something that is no JSON" };
            self.failure(&format!("said {what}"), &format!("it has to say {FORM}"))
        })?;
        self.applied(answer, request, kept)
    }

    fn failure(&self, what: &str, mend: &str) -> Failure {
        Failure::new(format!("{} {what} ({mend})", self.way.member()))
    }

    fn applied(&self, answer: Answer, request: Request, kept: &[String]) -> Result<Request, Failure> {
        let mut request = request;
        let mut hooked = Hooked { fields: Vec::new(), content: request.body.clone() };
        for (name, value) in answer.headers {
            let fits = HeaderName::from_bytes(name.as_bytes()).is_ok()
                && value.as_ref().is_none_or(|value| HeaderValue::from_str(value).is_ok());
            if !fits {
                return Err(
                    self.failure("set a header field that HTTP cannot hold", "use ASCII, on one line")
                );
            }
            if is_of_the_transmission(&name) {
                let what = format!("set {name}, which the HTTP client writes itself");
                return Err(self.failure(&what, "leave it out"));
            }
            if kept.iter().any(|kept| kept.eq_ignore_ascii_case(&name)) {
                continue;
            }
            let place = request.headers.iter().position(|(known, _)| known.eq_ignore_ascii_case(&name));
            request.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            if let Some(value) = value {
                let place = place.unwrap_or(request.headers.len()).min(request.headers.len());
                request.headers.insert(place, (name.clone(), value));
                hooked.fields.push(name);
            }
        }
        match (answer.body, answer.body_base64) {
            (None, None) => {}
            (Some(text), None) => request.body = text.into(),
            (None, Some(text)) => {
                let bytes = STANDARD.decode(text.trim());
                let bytes = bytes.map_err(|_| {
                    self.failure("gave a body_base64 that is none", "use base64 with padding")
                })?;
                request.body = bytes.into();
            }
            (Some(_), Some(_)) => {
                return Err(self.failure("gave both body and body_base64", "it has to give one of them"));
            }
        }
        request.hooked = Some(hooked);
        Ok(request)
    }

    async fn ask(&self, url: &str, question: Vec<u8>) -> Result<Bytes, Failure> {
        let client = self.client.as_ref().ok_or_else(|| Failure::new("there is nobody to ask"))?;
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        let (method, url) = ("POST".to_owned(), url.to_owned());
        let request = Request { method, url, headers, body: question.into(), hooked: None };
        let mut answer = client.send(&request, false).await;
        if matches!(answer, Err(NoAnswer::Closed)) {
            // A kept connection may have been closed just as it was used.
            answer = client.send(&request, true).await;
        }
        match answer {
            Err(NoAnswer::Timeout) => Err(self.slow()),
            Err(reason) => {
                let what = format!("gave no answer: {}", reason.describe());
                Err(self.failure(&what, "check that the signer is up"))
            }
            Ok(response) if response.status != 200 => {
                let what = format!("answered HTTP {}", response.status);
                let complaint = String::from_utf8_lossy(&response.body).into_owned();
                Err(Failure { complaint, ..self.failure(&what, "it has to answer 200") })
            }
            Ok(response) => Ok(response.body),
        }
    }

    fn slow(&self) -> Failure {
        self.slow.fetch_add(1, Ordering::Relaxed);
        let limit = humantime::format_duration(self.limit);
        self.failure(&format!("took longer than {limit}"), "lengthen --timeout, or make it faster")
    }

    /// Runs the command, without a shell.
    async fn run(&self, words: &[String], question: &[u8]) -> Result<Bytes, Failure> {
        let (program, rest) = words.split_first().ok_or_else(|| Failure::new("there is nothing to run"))?;
        let mut child = Command::new(program)
            .args(rest)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                self.failure(&format!("cannot be started: {error}"), "check its path and that it may be run")
            })?;
        let (Some(mut stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Failure::new("the hook has no pipes"));
        };
        let (mut said, mut complaint) = (Vec::new(), Vec::new());
        let done = timeout(self.limit, async {
            let write = async {
                // A command need not read what it does not want to know.
                let _ = stdin.write_all(question).await;
                drop(stdin);
            };
            let (mut out, mut err) = (stdout.take(LONGEST), stderr.take(COMPLAINT));
            let complain = async {
                let read = err.read_to_end(&mut complaint).await;
                // What follows is thrown away, so that a talkative command can go on.
                let _ = tokio::io::copy(&mut err.into_inner(), &mut tokio::io::sink()).await;
                read
            };
            let listen = async {
                let read = out.read_to_end(&mut said).await;
                // Nothing reads on, so that a command which writes more than this ends too.
                drop(out);
                read
            };
            let ((), read, _) = tokio::join!(write, listen, complain);
            (read.is_ok(), child.wait().await)
        });
        let Ok((read, status)) = done.await else { return Err(self.slow()) };
        if u64::try_from(said.len()).is_ok_and(|length| length >= LONGEST) {
            let what = format!("said more than {} MiB", LONGEST >> 20);
            return Err(self.failure(&what, &format!("it has to say {FORM}")));
        }
        let failed = match status {
            Ok(status) if status.success() => (!read).then(|| "cannot be read".to_owned()),
            Ok(status) => Some(match status.code() {
                Some(code) => format!("failed with exit code {code}"),
                None => "was killed".to_owned(),
            }),
            Err(error) => Some(format!("cannot be waited for: {error}")),
        };
        match failed {
            None => Ok(said.into()),
            Some(what) => {
                let complaint = String::from_utf8_lossy(&complaint).into_owned();
                let failure = self.failure(&what, "run it by hand with a request on its stdin");
                Err(Failure { complaint, ..failure })
            }
        }
    }
}

/// The request as JSON.
fn question(operation: &str, request: &Request) -> Vec<u8> {
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in &request.headers {
        // A field that is there twice means its values in one list (RFC 9110, 5.3).
        let value = match headers.get(name).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value.clone(),
        };
        headers.insert(name.clone(), value.into());
    }
    let path = url::Url::parse(&request.url).ok();
    let path = path.map(|url| url[url::Position::BeforePath..url::Position::AfterQuery].to_owned());
    let mut question = serde_json::json!({
        "operation": operation,
        "method": request.method,
        "url": request.url,
        "path": path,
        "headers": headers,
    });
    match std::str::from_utf8(&request.body) {
        Ok(text) => question["body"] = text.into(),
        Err(_) => question["body_base64"] = STANDARD.encode(&request.body).into(),
    }
    question.to_string().into_bytes()
}
