//! Asking the target, beside its API, how often a key took effect.

use super::client::Client;
use super::limit::{Pace, retry_after};
use crate::exchange::Request;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use tokio::time::Instant;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// How long an effect may take to show where the configuration does not say.
pub const DEFAULT_SETTLE: Duration = Duration::from_secs(2);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(15);
/// How often a probe is asked again that asks for fewer requests.
const BUSY: usize = 10;
/// How long one effect too many is waited for.
const AFTER: Duration = Duration::from_millis(40);

/// Asks a probe for the number of effects of a key, until it is as large as expected or patience ends, and
/// once more to see whether it grows beyond.
///
/// The URL's `{name}` is replaced by the key, percent-encoded. The answer is `{"count": N}`.
///
/// # Errors
/// What the probe answered instead, in words.
pub async fn count(
    client: &Client,
    pace: &Pace,
    url: &str,
    key: &str,
    expected: u64,
    settle: Duration,
) -> Result<u64, String> {
    let mut seen = ask(client, pace, url, key).await?;
    let patience = Instant::now() + settle;
    while seen < expected && Instant::now() < patience {
        tokio::time::sleep(PAUSE).await;
        seen = ask(client, pace, url, key).await?;
    }
    if seen == expected {
        tokio::time::sleep(AFTER).await;
        seen = ask(client, pace, url, key).await?;
    }
    Ok(seen)
}

async fn ask(client: &Client, pace: &Pace, url: &str, key: &str) -> Result<u64, String> {
    let encoded = utf8_percent_encode(key, UNRESERVED).to_string();
    let url = match (url.find('{'), url.find('}')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{encoded}{}", &url[..open], &url[close + 1..])
        }
        _ => return Err("the probe's URL has no place for the key, such as {requestId}".to_owned()),
    };
    let request = Request { method: "GET".to_owned(), url, headers: Vec::new(), body: Bytes::new() };
    pace.wait().await;
    let mut answer = client.send(&request, false).await;
    for _ in 0..BUSY {
        let Some(response) = answer.as_ref().ok().filter(|response| response.status == 429) else { break };
        pace.busy(retry_after(response));
        pace.wait().await;
        answer = client.send(&request, false).await;
    }
    if answer.is_err() {
        // A kept connection may have been closed just as it was used.
        pace.wait().await;
        answer = client.send(&request, true).await;
    }
    let response = answer.map_err(|reason| format!("the probe gave no answer: {}", reason.describe()))?;
    let count = response.json().and_then(|answer| answer.get("count").and_then(serde_json::Value::as_u64));
    count.ok_or_else(|| format!("the probe answered HTTP {} without {{\"count\": N}}", response.status))
}
