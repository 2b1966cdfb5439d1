//! Interrupts, and requests to terminate.
//!
//! They end the process at once, with the code of an interrupt, until somebody listens for them, who then ends in
//! order. SIGQUIT is left to the system: it ends without a word, and leaves a core where those are wanted.

#[cfg(unix)]
use crate::exit::Exit;
#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether nobody listens.
static AT_ONCE: AtomicBool = AtomicBool::new(true);

/// The signals that ask the process to end.
#[cfg(unix)]
fn asking() -> Vec<i32> {
    let mut signals = vec![SIGINT, SIGTERM];
    if !is_kept_up() {
        signals.push(SIGHUP);
    }
    signals
}

/// Whether somebody wants this process to survive its terminal, as `nohup` does.
#[cfg(unix)]
fn is_kept_up() -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        // Where it cannot be known, the signal keeps doing what it does.
        return true;
    };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    ignored & (1 << (SIGHUP - 1)) != 0
}

/// From here on, a request to end is answered with the code of an interrupt, and a file that gets too large is an
/// error like any other.
pub(super) fn heed() {
    #[cfg(unix)]
    {
        static TOO_LARGE: AtomicBool = AtomicBool::new(false);
        // What cannot be heeded does what it does by default.
        for signal in asking() {
            let code = Exit::Interrupted.code().into();
            let _ = signal_hook::flag::register_conditional_shutdown(signal, code, &AT_ONCE);
        }
        let _ = signal_hook::flag::register(SIGXFSZ, &TOO_LARGE);
    }
}

/// Listens for the signals that ask the process to end.
pub(super) struct Ending {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
}

impl Ending {
    /// Begins to listen; called inside a runtime. From then on the signals no longer end the process.
    pub(super) fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        let ending = {
            use tokio::signal::unix::{SignalKind, signal};
            let kinds = asking().into_iter().map(SignalKind::from_raw);
            Self { signals: kinds.map(signal).collect::<Result<_, _>>()? }
        };
        #[cfg(not(unix))]
        let ending = Self {};
        AT_ONCE.store(false, Ordering::SeqCst);
        Ok(ending)
    }

    /// Waits for the next of them.
    pub(super) async fn wait(&mut self) {
        #[cfg(unix)]
        {
            let waiting = self.signals.iter_mut().map(|signal| Box::pin(signal.recv()));
            futures_util::future::select_all(waiting).await;
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
