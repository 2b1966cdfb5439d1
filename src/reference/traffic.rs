//! How many requests a wallet takes that limits their rate.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The rate, as the time that each request takes up, and how many may come at once.
const EACH: Duration = Duration::from_millis(10);
const AT_ONCE: u32 = 10;

/// A bucket that fills with time; every request takes from it.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Until when the requests so far take up the wallet.
    taken: Mutex<Option<Instant>>,
}

impl Traffic {
    /// Whether one more request may come now; if so it is counted.
    pub(super) fn takes(&self) -> bool {
        let now = Instant::now();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let until = taken.map_or(now, |taken| taken.max(now)) + EACH;
        let room = until.duration_since(now) <= EACH * AT_ONCE;
        if room {
            *taken = Some(until);
        }
        room
    }
}
