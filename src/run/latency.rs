//! How long answers took, summed up so that shards add up to the whole.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The upper bounds of a decade in microseconds, each about a quarter above the one before it.
const BOUNDS: [u64; 10] = [100, 125, 160, 200, 250, 315, 400, 500, 630, 800];
/// The longest time that is told apart: eleven days.
const LONGEST: u64 = 1_000_000_000_000;

/// How long the answers of one operation took, from sending to the last byte. As every time in a report, it differs
/// from run to run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// The operation's id.
    pub operation: String,
    /// How many answers there were.
    pub answers: u64,
    /// Microseconds of all answers together.
    pub total_us: u64,
    /// Microseconds of the slowest.
    pub max_us: u64,
    /// The answers by their time, ascending; times that no answer took are left out.
    pub buckets: Vec<Bucket>,
}

/// The answers that took at most so long, and longer than the bucket before allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Microseconds, one of 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, times a power of ten.
    pub up_to_us: u64,
    /// How many answers.
    pub count: u64,
}

impl Latency {
    /// Nothing yet.
    pub fn new(operation: &str) -> Self {
        Self { operation: operation.to_owned(), ..Self::default() }
    }

    /// Counts one answer.
    pub fn record(&mut self, took: Duration) {
        let us = u64::try_from(took.as_micros()).map_or(LONGEST, |us| us.min(LONGEST));
        self.answers += 1;
        self.total_us = self.total_us.saturating_add(us);
        self.max_us = self.max_us.max(us);
        self.count(bound(us), 1);
    }

    /// Adds the answers of another part of the run.
    pub fn add(&mut self, other: &Self) {
        self.answers = self.answers.saturating_add(other.answers);
        self.total_us = self.total_us.saturating_add(other.total_us);
        self.max_us = self.max_us.max(other.max_us);
        for bucket in &other.buckets {
            self.count(bucket.up_to_us, bucket.count);
        }
    }

    fn count(&mut self, up_to_us: u64, count: u64) {
        match self.buckets.binary_search_by_key(&up_to_us, |bucket| bucket.up_to_us) {
            Ok(place) => {
                let known = &mut self.buckets[place].count;
                *known = known.saturating_add(count);
            }
            Err(place) => self.buckets.insert(place, Bucket { up_to_us, count }),
        }
    }

    /// Microseconds within which so many hundredths of the answers came, to the bound of a bucket; nothing without
    /// answers.
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let all: u128 = self.buckets.iter().map(|bucket| u128::from(bucket.count)).sum();
        let wanted = (all * u128::from(percent.min(100))).div_ceil(100).max(1);
        let mut so_far = 0;
        let reached = |bucket: &&Bucket| {
            so_far += u128::from(bucket.count);
            so_far >= wanted
        };
        self.buckets.iter().find(reached).map(|bucket| bucket.up_to_us.min(self.max_us))
    }
}

/// The operations of several parts of a run, sorted by their ids.
pub fn sum<'a>(parts: impl IntoIterator<Item = &'a Latency>) -> Vec<Latency> {
    let mut sums: std::collections::BTreeMap<&str, Latency> = std::collections::BTreeMap::new();
    for part in parts {
        sums.entry(&part.operation).or_insert_with(|| Latency::new(&part.operation)).add(part);
    }
    sums.into_values().collect()
}

/// The bound of the bucket for a time.
fn bound(us: u64) -> u64 {
    let mut scale = 1;
    loop {
        if let Some(bound) = BOUNDS.iter().map(|bound| bound * scale).find(|bound| us <= *bound) {
            return bound;
        }
        scale *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: &[u64]) -> Latency {
        let mut latency = Latency::new("a");
        for us in times {
            latency.record(Duration::from_micros(*us));
        }
        latency
    }

    #[test]
    fn every_time_has_a_bucket_that_is_near() {
        for us in [1, 100, 101, 800, 801, 999, 1_000, 123_456, 9_999_999_999] {
            let up_to = bound(us);
            assert!(up_to >= us && up_to <= (us + us * 3 / 10).max(100), "{us}: {up_to}");
        }
        let forever = of(&[u64::MAX]);
        assert_eq!((forever.max_us, forever.buckets[0].up_to_us), (LONGEST, LONGEST));
    }

    #[test]
    fn parts_add_up_to_the_whole_in_any_order() {
        let (one, other) = (of(&[90, 300, 5_000]), of(&[310, 7]));
        let whole = of(&[5_000, 310, 7, 300, 90]);
        assert_eq!(sum([&one, &other]), std::slice::from_ref(&whole));
        assert_eq!(sum([&other, &one]), [whole]);
    }

    #[test]
    fn a_percentile_is_the_bound_that_so_many_answers_keep() {
        let latency = of(&[100, 200, 300, 400, 90_000]);
        assert_eq!(latency.percentile(50), Some(315));
        assert_eq!(latency.percentile(80), Some(400));
        assert_eq!(latency.percentile(99), Some(90_000));
        assert_eq!(Latency::new("a").percentile(50), None);
    }
}
