//! Requests a second and requests at once: as many as were asked for, and fewer where the target asks for fewer.

use crate::exchange::Response;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// Hands out leave to send: never more of it at once than was asked for, and at an even pace. Without a rate nobody
/// waits for the pace, until the target asks for fewer requests.
///
/// Requests that are sent together leave together, and the silence before and after them is as long as their slots
/// would have been: so no second holds more requests than the rate, wherever it begins.
///
/// The pace is one for all lanes of a run. A busy answer halves it, and every calm moment after that raises it by a
/// tenth, up to the rate that was asked for.
///
/// Rate-limiting crates bring bursts, jitter and keyed state; a row of evenly spaced slots is all that a
/// promise of "at most N a second" needs.
pub struct Pace {
    row: Mutex<Row>,
    /// Held by who waits for the next slot, so that slots are taken in the order in which they were asked for.
    turn: tokio::sync::Mutex<()>,
    /// What may be open at once.
    open: Semaphore,
    at_once: usize,
}

/// Leave for requests that are sent together; they are open for as long as it is held.
#[must_use = "requests count as over once their leave is dropped"]
pub struct Leave<'a> {
    _open: Option<SemaphorePermit<'a>>,
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

/// What a second is taken for, so that requests which are under way for different times do not come closer than the
/// rate allows.
const SECOND: Duration = Duration::from_millis(1_020);
/// How late a slot may be taken without those after it being as late: timers are no finer than this.
const LAG: Duration = Duration::from_millis(5);
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
    /// A pace of so many requests a second, of which so many may be open at once.
    pub fn new(rate: Option<u32>, at_once: usize) -> Self {
        let rate = rate.filter(|rate| *rate > 0);
        let least = rate.map_or(Duration::ZERO, |rate| SECOND / rate);
        // More of them together than a second has room for would break the rate.
        let together = rate.and_then(|rate| usize::try_from(rate).ok()).unwrap_or(usize::MAX).min(at_once);
        let open = Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS));
        Self {
            row: Mutex::new(Row::new(least)),
            turn: tokio::sync::Mutex::default(),
            open,
            at_once: together.max(1),
        }
    }

    /// How many requests may be sent together.
    pub fn at_once(&self) -> usize {
        self.at_once
    }

    /// Waits until one request may be sent.
    pub async fn leave(&self) -> Leave<'_> {
        self.leave_together(1, Duration::ZERO).await
    }

    /// Waits until so many requests may be sent together, the last of them this much later than the first.
    pub async fn leave_together(&self, requests: usize, spread: Duration) -> Leave<'_> {
        let requests = u32::try_from(requests.clamp(1, self.at_once)).unwrap_or(u32::MAX);
        // It is never closed.
        let open = self.open.acquire_many(requests).await.ok();
        self.slots(requests, spread).await;
        Leave { _open: open }
    }

    /// Waits until a request may be sent again for which leave is held.
    pub async fn again(&self) {
        self.slots(1, Duration::ZERO).await;
    }

    async fn slots(&self, requests: u32, spread: Duration) {
        if self.row(|row| row.is_free(Instant::now(), requests)) {
            return;
        }
        let _turn = self.turn.lock().await;
        // What an answer asks for counts for those as well that wait already.
        while let Some(due) = self.row(|row| row.take(Instant::now(), requests, spread)) {
            sleep_until(due).await;
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

    /// Takes slots where nobody has to wait for any.
    fn is_free(&mut self, now: Instant, requests: u32) -> bool {
        let free = self.gap.is_zero() && self.next.is_none_or(|next| next <= now);
        if free {
            self.enter(now, requests);
        }
        free
    }

    /// Takes so many slots at once where they are due, the last for a request that is sent this much later; else when
    /// they will be.
    fn take(&mut self, now: Instant, requests: u32, spread: Duration) -> Option<Instant> {
        let due = self.next.map(|next| next + self.gap * requests.saturating_sub(1));
        if let Some(due) = due.filter(|due| *due > now) {
            return Some(due);
        }
        let at = due.filter(|due| now.duration_since(*due) <= LAG).unwrap_or(now);
        self.next = Some(at + spread + self.gap * requests);
        self.enter(now, requests);
        None
    }

    fn enter(&mut self, now: Instant, requests: u32) {
        for _ in 0..requests {
            if self.recent.len() == RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back(now);
        }
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
    at.duration_since(crate::clock::now()).try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed expectation is the test's failure")]

    use super::{CALM, FASTEST, LONGEST_HOLD, PATIENCE, Row, SLOWEST, retry_after};
    use crate::exchange::Response;
    use std::time::Duration;
    use tokio::time::Instant;

    const MS: Duration = Duration::from_millis(1);

    /// How far apart so many slots are that are asked for at once.
    fn spread(row: &mut Row, now: Instant, count: u32) -> Duration {
        let first = slot(row, now);
        (1..count).map(|_| slot(row, now)).last().map_or(Duration::ZERO, |last| last.duration_since(first))
    }

    /// When a slot is taken that is asked for now.
    fn slot(row: &mut Row, now: Instant) -> Instant {
        together(row, now, 1)
    }

    fn together(row: &mut Row, now: Instant, requests: u32) -> Instant {
        if row.is_free(now, requests) {
            return now;
        }
        match row.take(now, requests, Duration::ZERO) {
            None => now,
            Some(due) => {
                assert_eq!(row.take(due, requests, Duration::ZERO), None);
                due
            }
        }
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        assert_eq!(spread(&mut Row::new(Duration::ZERO), Instant::now(), 1_000), Duration::ZERO);
    }

    /// Wherever a second begins, and whatever is sent together in it.
    #[test]
    fn no_second_holds_more_than_the_rate() {
        let start = Instant::now();
        let mut row = Row::new(20 * MS);
        let mut sent = Vec::new();
        for nth in 0..400u32 {
            let requests = if nth % 7 == 3 { 1 + nth % 50 } else { 1 };
            let at = together(&mut row, start, requests);
            sent.extend(std::iter::repeat_n(at, usize::try_from(requests).unwrap()));
        }
        for (index, first) in sent.iter().enumerate() {
            let within = sent[index..].iter().take_while(|at| at.duration_since(*first) < 1_000 * MS).count();
            assert!(within <= 50, "{within} in the second from {:?}", first.duration_since(start));
        }
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
            slot(&mut row, start + 3 * MS * nth);
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
        slot(&mut row, start);
        row.busy(start, None);
        assert!(spread(&mut row, start, 2) >= FASTEST);
    }

    #[test]
    fn a_target_can_ask_for_a_pause_but_not_for_ever() {
        let start = Instant::now();
        for (asked, kept) in [(2_000 * MS, 2_000 * MS), (3_600_000 * MS, LONGEST_HOLD)] {
            let mut row = Row::new(Duration::ZERO);
            row.busy(start, Some(asked));
            assert_eq!(slot(&mut row, start).duration_since(start), kept);
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
