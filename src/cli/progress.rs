//! The progress bar: on a terminal, and nowhere else.

use crate::law::verdict::Verdict;
use crate::run::Event;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Shows how far a run is.
pub(super) struct Progress {
    bar: ProgressBar,
    broken: AtomicUsize,
}

impl Progress {
    /// A bar on standard error; hidden where that is no terminal, or where asked to.
    pub(super) fn new(hidden: bool) -> Self {
        let target =
            if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(10) };
        let bar = ProgressBar::with_draw_target(None, target);
        // The bar takes what room there is left, on a narrow pane none.
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} cases  {elapsed}  {msg}  {wide_bar}") {
            bar.set_style(style);
        }
        Self { bar, broken: AtomicUsize::new(0) }
    }

    /// Takes note of an event.
    pub(super) fn observe(&self, event: Event<'_>) {
        let Event::Judged { report, done, of, .. } = event else { return };
        if matches!(report.verdict, Verdict::Fail | Verdict::Error) {
            let broken = self.broken.fetch_add(1, Ordering::Relaxed) + 1;
            self.bar.set_message(format!("{broken} broken"));
        }
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
