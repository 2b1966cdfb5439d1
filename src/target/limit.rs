//! Requests a second, kept exactly: each waits for its own slot.

use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Hands out slots at an even pace; without a rate it hands them out at once.
///
/// Rate-limiting crates bring bursts, jitter and keyed state; a row of evenly spaced slots is all that a
/// promise of "at most N a second" needs.
pub struct Pace {
    slot: Option<(Duration, Mutex<Option<Instant>>)>,
}

impl Pace {
    /// A pace of so many requests a second.
    pub fn new(rate: Option<u32>) -> Self {
        Self {
            slot: rate.filter(|rate| *rate > 0).map(|rate| (Duration::from_secs(1) / rate, Mutex::new(None))),
        }
    }

    /// Waits for the next slot.
    pub async fn wait(&self) {
        let Some((gap, next)) = &self.slot else { return };
        let mine = {
            let mut next = next.lock().await;
            let now = Instant::now();
            let mine = next.map_or(now, |next| next.max(now));
            *next = Some(mine + *gap);
            mine
        };
        sleep_until(mine).await;
    }
}
