//! The time of day, as the machine's clock said it at the start and as the time that passed since then makes it.
//!
//! A clock that is set while a run goes on changes nothing for whoever is spoken to: times that are sent follow on each
//! other as they should. Time that a machine sleeps counts as passed where the system tells.

use jiff::Timestamp;
use std::sync::LazyLock;
use std::time::Duration;

static START: LazyLock<(Timestamp, Duration)> = LazyLock::new(|| (Timestamp::now(), passed()));

/// Looks at the machine's clock, unless somebody did before.
pub(crate) fn start() {
    LazyLock::force(&START);
}

/// The time by the machine's clock as it was at the start, whatever became of that since.
pub(crate) fn now() -> Timestamp {
    let (start, before) = *START;
    start.checked_add(passed().saturating_sub(before)).unwrap_or(start)
}

/// How much time has passed since some moment, sleep included.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn passed() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanoseconds.unwrap_or_default())
}

/// How much time has passed since some moment.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn passed() -> Duration {
    static MOMENT: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    MOMENT.elapsed()
}

#[cfg(test)]
mod tests {
    #[test]
    fn time_goes_on_as_the_machine_s_clock_does() {
        let before = super::now();
        std::thread::sleep(std::time::Duration::from_millis(20));
        let after = super::now();
        assert!(after.duration_since(before).as_millis() >= 20);
        assert!(jiff::Timestamp::now().duration_since(after).as_secs().abs() < 60);
    }
}
