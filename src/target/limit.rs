//! Requests a second: as many as were asked for, and fewer where the target asks for fewer.

use crate::exchange::Response;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Hands out slots at an even pace; without a rate it hands them out at once, until the target asks for fewer.
///
/// The pace is one for all lanes of a run. A busy answer halves it, and every calm moment after that raises it by a
/// tenth, up to the rate that was asked for.
///
/// Rate-limiting crates bring bursts, jitter and keyed state; a row of evenly spaced slots is all that a
/// promise of "at most N a second" needs.
pub struct Pace {
    row: Mutex<Row>,
}

struct Row {
    /// Between two slots at the rate that was asked for; zero without one.
    least: Duration,
    /// Between two slots now.
    gap: Duration,
    next: Option<Instant>,
    /// When the last slots were handed out, oldest first.
    recent: VecDeque<Instant>,
    /// When the pace was last lowered, and last raised or lowered.
    lowered: Option<Instant>,
    changed: Option<Instant>,
    /// Since when the target answers nothing but that it is busy.
    busy_since: Option<Instant>,
}

/// Slots by which the present rate is told.
const RECENT: usize = 64;
/// The slowest pace that the target can bring about: five requests a second.
const SLOWEST: Duration = Duration::from_millis(200);
/// The fastest pace that is kept up for a busy target: five hundred requests a second.
const FASTEST: Duration = Duration::from_millis(2);
/// How long busy answers are taken for ones to requests that were already on their way, at the least.
const ECHO: Duration = Duration::from_millis(150);
/// How long the target has to stay calm before the pace is raised.
const CALM: Duration = Duration::from_millis(250);
/// How long a target may ask for nothing to be sent, at the most.
pub const LONGEST_HOLD: Duration = Duration::from_secs(10);
/// After how long without another answer a target is taken to be busy for good: longer than the minute that many
/// gateways count requests by.
const PATIENCE: Duration = Duration::from_secs(70);

impl Pace {
    /// A pace of so many requests a second.
    pub fn new(rate: Option<u32>) -> Self {
        let least =
            rate.filter(|rate| *rate > 0).map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate);
        Self { row: Mutex::new(Row::new(least)) }
    }

    /// Waits for the next slot.
    pub async fn wait(&self) {
        let now = Instant::now();
        let mine = self.row(|row| row.slot(now));
        if mine > now {
            sleep_until(mine).await;
        }
    }

    /// Takes note of an answer that asks for fewer requests, and of how long it asks for none at all.
    pub fn busy(&self, hold: Option<Duration>) {
        self.row(|row| row.busy(Instant::now(), hold));
    }

    /// Takes note of any other answer.
    pub fn calm(&self) {
        self.row(|row| row.calm(Instant::now()));
    }

    /// Whether the target has answered nothing for long but that it is busy, so that asking again is vain.
    pub fn is_vain(&self) -> bool {
        self.row(|row| row.is_vain(Instant::now()))
    }

    fn row<T>(&self, work: impl FnOnce(&mut Row) -> T) -> T {
        work(&mut self.row.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Row {
    fn new(least: Duration) -> Self {
        let recent = VecDeque::with_capacity(RECENT);
        Self { least, gap: least, next: None, recent, lowered: None, changed: None, busy_since: None }
    }

    fn slot(&mut self, now: Instant) -> Instant {
        let mine = self.next.map_or(now, |next| next.max(now));
        self.next = Some(mine + self.gap);
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(mine);
        mine
    }

    fn busy(&mut self, now: Instant, hold: Option<Duration>) {
        self.busy_since.get_or_insert(now);
        let echo = ECHO.max(self.gap * 4);
        if self.lowered.is_none_or(|lowered| now.duration_since(lowered) >= echo) {
            self.gap = (self.spacing(now) * 2).max(FASTEST).clamp(self.least, SLOWEST.max(self.least));
            self.lowered = Some(now);
            self.changed = Some(now);
        }
        if let Some(hold) = hold {
            let until = now + hold.min(LONGEST_HOLD);
            self.next = Some(self.next.map_or(until, |next| next.max(until)));
        }
    }

    fn calm(&mut self, now: Instant) {
        self.busy_since = None;
        if self.changed.is_some_and(|changed| now.duration_since(changed) >= CALM) && self.gap > self.least {
            let raised = self.gap * 10 / 11;
            self.gap = if raised < FASTEST { self.least } else { raised.max(self.least) };
            self.changed = Some(now);
        }
    }

    fn is_vain(&self, now: Instant) -> bool {
        self.busy_since.is_some_and(|since| now.duration_since(since) > PATIENCE)
    }

    /// The time between two slots of late.
    fn spacing(&self, now: Instant) -> Duration {
        if !self.gap.is_zero() {
            return self.gap;
        }
        let span = self.recent.front().map_or(Duration::ZERO, |first| now.duration_since(*first));
        span / u32::try_from(self.recent.len().max(1)).unwrap_or(1)
    }
}

/// How long a response asks for no further request: `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
pub fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    at.duration_since(jiff::Timestamp::now()).try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{CALM, FASTEST, LONGEST_HOLD, PATIENCE, Row, SLOWEST, retry_after};
    use crate::exchange::Response;
    use std::time::Duration;
    use tokio::time::Instant;

    const MS: Duration = Duration::from_millis(1);

    /// How far apart so many slots are that are asked for at once.
    fn spread(row: &mut Row, now: Instant, count: u32) -> Duration {
        let first = row.slot(now);
        (1..count).map(|_| row.slot(now)).last().map_or(Duration::ZERO, |last| last.duration_since(first))
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        assert_eq!(spread(&mut Row::new(Duration::ZERO), Instant::now(), 1_000), Duration::ZERO);
    }

    #[test]
    fn a_rate_is_kept_and_a_busy_target_halves_it() {
        let start = Instant::now();
        let mut row = Row::new(10 * MS);
        assert_eq!(spread(&mut row, start, 101), 1_000 * MS);
        row.busy(start, None);
        // One that was already on its way says nothing new.
        row.busy(start + 50 * MS, None);
        assert_eq!(spread(&mut row, start, 51), 1_000 * MS);
        row.busy(start + 500 * MS, None);
        assert_eq!(spread(&mut row, start, 26), 1_000 * MS);
        for nth in 1..100 {
            row.calm(start + 500 * MS + CALM * nth);
        }
        assert_eq!(spread(&mut row, start, 101), 1_000 * MS, "the rate that was asked for, and no more");
    }

    #[test]
    fn a_busy_target_slows_where_no_rate_was_asked_for() {
        let start = Instant::now();
        let mut row = Row::new(Duration::ZERO);
        for nth in 0..64 {
            row.slot(start + 3 * MS * nth);
        }
        let mut now = start + 3 * MS * 64;
        row.busy(now, None);
        assert_eq!(spread(&mut row, now, 101), 600 * MS);
        for _ in 0..20 {
            now += 1_000 * MS;
            row.busy(now, None);
        }
        assert_eq!(spread(&mut row, now, 6), SLOWEST * 5);
        assert!(!row.is_vain(now) && row.is_vain(start + PATIENCE + 1_000 * MS));
        row.calm(now);
        assert!(!row.is_vain(now + PATIENCE * 2));
        for _ in 0..200 {
            now += CALM;
            row.calm(now);
        }
        assert_eq!(spread(&mut row, now + PATIENCE, 100), Duration::ZERO, "nothing is left of it in the end");
    }

    #[test]
    fn a_target_that_is_busy_at_once_slows_too() {
        let start = Instant::now();
        let mut row = Row::new(Duration::ZERO);
        row.slot(start);
        row.busy(start, None);
        assert!(spread(&mut row, start, 2) >= FASTEST);
    }

    #[test]
    fn a_target_can_ask_for_a_pause_but_not_for_ever() {
        let start = Instant::now();
        for (asked, kept) in [(2_000 * MS, 2_000 * MS), (3_600_000 * MS, LONGEST_HOLD)] {
            let mut row = Row::new(Duration::ZERO);
            row.busy(start, Some(asked));
            assert_eq!(row.slot(start).duration_since(start), kept);
        }
    }

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date() {
        let response = |value: &str| {
            Response::new(429, vec![("Retry-After".to_owned(), value.to_owned())], bytes::Bytes::new(), false)
        };
        assert_eq!(retry_after(&response(" 3 ")), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(&response("Wed, 21 Oct 2015 07:28:00 GMT")), None);
        assert!(retry_after(&response("Wed, 21 Oct 2099 07:28:00 GMT")).is_some());
        assert_eq!(retry_after(&response("soon")), None);
    }
}
