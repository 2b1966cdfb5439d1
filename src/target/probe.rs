//! Asking, beside the target's API, how often a key took effect.

use super::client::Client;
use super::command;
use super::limit::{Pace, retry_after};
use super::route::Route;
use super::sink::Sink;
use crate::config::Config;
use crate::config::probe::Probe;
use crate::contract::problem::Problem;
use crate::exchange::Request;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How long effects are watched for where the configuration does not say.
const DEFAULT_SETTLE: Duration = Duration::from_secs(2);
/// Between the first two looks, and the longest pause between later ones.
const PAUSES: (Duration, Duration) = (Duration::from_millis(15), Duration::from_millis(250));
/// How long as many effects as expected are watched at least.
const MOMENT: Duration = Duration::from_millis(500);
/// Commands at the same time.
const COMMANDS: usize = 8;
/// The longest output of a command that is read, in bytes.
const LONGEST: u64 = 4 << 10;
/// How often a probe is asked again that asks for fewer requests.
const BUSY: usize = 10;

/// The probes of a configuration, ready to be asked.
pub struct Prober {
    probes: BTreeMap<String, Way>,
    client: Client,
    limit: Duration,
    settle: Duration,
    commands: Semaphore,
}

enum Way {
    Url(String),
    Command(Vec<String>),
    Sink(Sink),
}

/// What a probe is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The probe, such as `probe.inbox`.
    pub probe: &'a str,
    /// How the contract calls its key, such as `requestId`.
    pub name: &'a str,
    /// The key.
    pub key: &'a str,
    /// How many effects there should be.
    pub expected: u64,
    /// Whether as many as expected are watched for a moment only: while nobody else may send.
    pub brief: bool,
}

impl Prober {
    /// Opens the sinks of a configuration; they take messages for as long as this lives.
    ///
    /// `limit` is the time limit of one look.
    ///
    /// # Errors
    /// A [`Problem`] for an address that cannot be listened on, or a TLS setup that cannot be used.
    pub fn open(config: &Config, limit: Duration) -> Result<Self, Problem> {
        let mut probes = BTreeMap::new();
        let mut tls = false;
        for (name, probe) in &config.probes {
            let way = match probe {
                Probe::Url(url) => {
                    tls |= url.starts_with("https:");
                    Way::Url(url.clone())
                }
                Probe::Command(words) => Way::Command(words.clone()),
                Probe::Sink { listen, key } => Way::Sink(Sink::open(*listen, key).map_err(|error| {
                    Problem::new(
                        "configuration",
                        format!("{name}: {listen} cannot be listened on: {error}"),
                        "choose a free port, or stop what listens there",
                    )
                })?),
            };
            probes.insert(name.clone(), way);
        }
        let client = Route::aside(&config.network, tls).and_then(|route| Client::new(&route, limit));
        let client = client.map_err(|error| Problem::new("probe", error, ""))?;
        let settle = config.limits.settle.unwrap_or(DEFAULT_SETTLE);
        Ok(Self { probes, client, limit, settle, commands: Semaphore::new(COMMANDS) })
    }

    /// The number of effects of a key: looked at until the time to settle is over, since one too many may come
    /// late, or until there are too many.
    ///
    /// # Errors
    /// Why there is no number, in words that hold nothing of what a probe said.
    pub async fn count(&self, pace: &Pace, question: Question<'_>) -> Result<u64, String> {
        let way =
            self.probes.get(question.probe).ok_or_else(|| format!("{} is not configured", question.probe))?;
        let start = Instant::now();
        let mut end = start + self.settle;
        let mut pause = PAUSES.0;
        loop {
            let last = Instant::now() >= end;
            match self.look(pace, way, question).await {
                // Messages without a key may be followed by one with it.
                Err(_) if !last && matches!(way, Way::Sink(_)) => {}
                Ok(seen) if seen <= question.expected && !last => {
                    if question.brief && seen == question.expected {
                        end = end.min(start + MOMENT);
                    }
                }
                other => return other,
            }
            sleep_until(end.min(Instant::now() + pause)).await;
            pause = PAUSES.1.min(pause * 2);
        }
    }

    async fn look(&self, pace: &Pace, way: &Way, question: Question<'_>) -> Result<u64, String> {
        match way {
            Way::Url(url) => self.fetch(pace, url, question.key).await,
            Way::Command(words) => self.run(words, question).await,
            Way::Sink(sink) => sink.count(question.key),
        }
    }

    async fn fetch(&self, pace: &Pace, url: &str, key: &str) -> Result<u64, String> {
        let encoded = utf8_percent_encode(key, UNRESERVED).to_string();
        let url = match (url.find('{'), url.find('}')) {
            (Some(open), Some(close)) if open < close => {
                format!("{}{encoded}{}", &url[..open], &url[close + 1..])
            }
            _ => return Err("the probe's URL has no place for the key, such as {requestId}".to_owned()),
        };
        let request =
            Request { method: "GET".to_owned(), url, headers: Vec::new(), body: Bytes::new(), hooked: None };
        let _leave = pace.leave().await;
        let mut answer = self.client.send(&request, false).await;
        for _ in 0..BUSY {
            let Some(response) = answer.as_ref().ok().filter(|response| response.status == 429) else {
                break;
            };
            pace.busy(retry_after(response));
            pace.again().await;
            answer = self.client.send(&request, false).await;
        }
        if answer.is_err() {
            // A kept connection may have been closed just as it was used.
            pace.again().await;
            answer = self.client.send(&request, true).await;
        }
        let response = answer.map_err(|reason| format!("the probe gave no answer: {}", reason.describe()))?;
        let count = response.json().and_then(|answer| answer.get("count").and_then(Value::as_u64));
        count.ok_or_else(|| format!("the probe answered HTTP {} without {{\"count\": N}}", response.status))
    }

    /// Runs the command.
    async fn run(&self, words: &[String], question: Question<'_>) -> Result<u64, String> {
        let place = format!("{{{}}}", question.name);
        if !words.iter().skip(1).any(|word| word.contains(&place)) {
            return Err(format!("the probe's command has no argument with {place}"));
        }
        let _turn = self.commands.acquire().await.map_err(|_| "the run is over")?;
        let filled = |(at, word): (usize, &String)| {
            // The program is no place for a key.
            if at == 0 { word.clone() } else { word.replace(&place, question.key) }
        };
        let words = words.iter().enumerate().map(filled);
        let printed = command::output("the probe's command", words, LONGEST, self.limit).await?;
        let count = printed.and_then(|text| number(&text));
        count.ok_or_else(|| "the probe's command printed neither a number nor {\"count\": N}".to_owned())
    }
}

/// A number, or `{"count": N}`, with white space around it.
fn number(text: &str) -> Option<u64> {
    let value: Value = serde_json::from_str(text.trim()).ok()?;
    value.get("count").unwrap_or(&value).as_u64()
}
