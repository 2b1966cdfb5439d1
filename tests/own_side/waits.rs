//! Waiting for what a process does, and for its end.

use crate::support::{Place, send_signal};
use std::process::Child;
use std::time::{Duration, Instant};

/// A test that waits longer waits for nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until something is so.
#[track_caller]
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a file has so many lines.
#[track_caller]
pub(crate) fn until_lines(place: &Place, name: &str, wanted: usize) {
    let lines = || std::fs::read(place.path(name)).unwrap_or_default();
    until(name, || lines().split(|byte| *byte == b'\n').count() > wanted);
}

/// The process, killed where a test ends before it does.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn signal(&self, name: &str) {
        send_signal(&self.0, name);
    }

    pub(crate) fn is_over(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Waits for the end; the exit code, and how long that took.
    #[track_caller]
    pub(crate) fn end(&mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        until("the end", || self.is_over());
        (self.0.wait().unwrap().code(), began.elapsed())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
