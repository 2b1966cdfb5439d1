//! Credentials that are had when they are needed: from a command, from a URL, or from a list of single-use values.

use super::client::Client;
use super::command;
use super::limit::Pace;
use super::route::Route;
use crate::config::Config;
use crate::config::secret::Secret;
use crate::config::supply::Supply;
use crate::contract::problem::Problem;
use crate::exchange::Request;
use bytes::Bytes;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// The longest value that is taken, in bytes.
const LONGEST: u64 = 16 << 10;

/// The credentials of a run that are not written down.
pub struct Purse {
    lists: Mutex<BTreeMap<String, VecDeque<Secret>>>,
    /// What was had once and serves the whole run; the lock is held while it is had.
    once: tokio::sync::Mutex<BTreeMap<String, Result<Secret, String>>>,
    /// Nothing where no URL is asked.
    client: Option<Client>,
    limit: Duration,
}

impl Purse {
    /// The purse of a configuration. `limit` is the longest that a command or an answer may take.
    ///
    /// # Errors
    /// A [`Problem`] for a TLS setup that cannot be used.
    pub fn open(config: &Config, limit: Duration) -> Result<Self, Problem> {
        let mut urls = config.supplies.values().filter_map(|supply| match supply {
            Supply::Url(url) => Some(url),
            _ => None,
        });
        let client = urls.next().map(|first| {
            let https = |url: &String| url.starts_with("https:");
            let encrypted = https(first) || urls.any(https);
            Client::new(&Route::aside(&config.network, encrypted)?, limit)
        });
        let client = client.transpose().map_err(|error| Problem::new("tokens", error, ""))?;
        let lists = config.supplies.iter().filter_map(|(name, supply)| match supply {
            Supply::List(values) => Some((name.clone(), values.iter().cloned().collect())),
            _ => None,
        });
        Ok(Self { lists: Mutex::new(lists.collect()), once: tokio::sync::Mutex::default(), client, limit })
    }

    /// So many values of a list; nothing where so many are not left.
    pub fn reserve(&self, name: &str, count: usize) -> Option<VecDeque<Secret>> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.get_mut(name)?;
        (list.len() >= count).then(|| list.drain(..count).collect())
    }

    /// What serves the whole run, had by `get` where nobody has had it yet.
    ///
    /// # Errors
    /// What `get` says, each time.
    pub async fn once(
        &self,
        name: &str,
        get: impl Future<Output = Result<Secret, String>>,
    ) -> Result<Secret, String> {
        let mut had = self.once.lock().await;
        if let Some(had) = had.get(name) {
            return had.clone();
        }
        let fresh = get.await;
        had.insert(name.to_owned(), fresh.clone());
        fresh
    }

    /// A fresh value from a command or a URL.
    ///
    /// # Errors
    /// Why there is none, in words that hold nothing of what was printed or answered.
    pub async fn fetch(&self, pace: &Pace, name: &str, supply: &Supply) -> Result<Secret, String> {
        let value = match supply {
            Supply::Command(words) => self.run(words).await,
            Supply::Url(url) => self.get(pace, url).await,
            Supply::List(_) | Supply::Operation { .. } => Err("it is asked for in another way".to_owned()),
        };
        match value {
            Ok(value) if value.is_empty() => {
                Err(format!("{name} is not to be had: its source gave an empty value"))
            }
            Ok(value) => Ok(Secret::new(name, value)),
            Err(why) => Err(format!("{name} is not to be had: {why}")),
        }
    }

    async fn get(&self, pace: &Pace, url: &str) -> Result<Zeroizing<String>, String> {
        let request = Request {
            method: "GET".to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: Bytes::new(),
            hooked: None,
        };
        let client = self.client.as_ref().ok_or("no URL is configured")?;
        let _leave = pace.leave().await;
        let mut answer = client.send(&request, false).await;
        if answer.is_err() {
            // A kept connection may have been closed just as it was used.
            pace.again().await;
            answer = client.send(&request, true).await;
        }
        let response = answer.map_err(|reason| format!("the URL gave no answer: {}", reason.describe()))?;
        let value = response.json().as_deref().and_then(value);
        value.ok_or_else(|| format!("the URL answered HTTP {} without {{\"value\": \"…\"}}", response.status))
    }

    /// Runs the command.
    async fn run(&self, words: &[String]) -> Result<Zeroizing<String>, String> {
        let printed = command::output("the command", words.iter().cloned(), LONGEST, self.limit).await?;
        let text = printed.ok_or("the command printed what is not UTF-8")?;
        let json: Option<Value> = serde_json::from_str(text.trim()).ok();
        Ok(json.as_ref().and_then(value).unwrap_or_else(|| Zeroizing::new(text.trim().to_owned())))
    }
}

/// The text of `{"value": "…"}`.
fn value(json: &Value) -> Option<Zeroizing<String>> {
    json.get("value").and_then(Value::as_str).map(|text| Zeroizing::new(text.to_owned()))
}
