//! Doing what takes long, until it is done or somebody asks for an end.

use super::ending::Ending;
use super::files;
use super::output::Failure;
use crate::case::select::Selection;
use crate::exit::Exit;
use crate::run::session::Session;
use crate::run::{Event, Options, Outcome, Stop};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How long what is under way has to end, once nobody waits for it any more.
const FAREWELL: Duration = Duration::from_millis(300);

/// What is to be done.
pub(super) struct Work<'a> {
    pub(super) selection: &'a Selection,
    pub(super) options: &'a Options,
    pub(super) observe: &'a (dyn Fn(Event<'_>) + Sync),
    /// With nothing to judge, the target is not even greeted.
    pub(super) nothing: bool,
}

/// Whoever waits for interrupts, until the process ends: also while reports are written, a second one ends it at once.
pub(super) struct Watch {
    /// Told of the first.
    stop: Stop,
    /// Held, since it waits for them.
    _runtime: Background,
}

impl Watch {
    pub(super) fn interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A runtime that nobody waits for where it is dropped: what it still does is of no interest.
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Work<'_> {
    /// Runs to the end, or to an interrupt.
    pub(super) fn drive(&self, session: Arc<Session>) -> Result<(Outcome, Watch), Failure> {
        let runtime = runtime()?;
        let stop = Stop::new(self.nothing.into());
        let interrupted = Stop::default();
        let flags = (Arc::clone(&stop), Arc::clone(&interrupted));
        let outcome = runtime.block_on(async {
            let (again, second) = tokio::sync::oneshot::channel();
            let mut ending = listen()?;
            tokio::spawn(async move {
                ending.wait().await;
                flags.0.store(true, Ordering::Relaxed);
                flags.1.store(true, Ordering::Relaxed);
                ending.wait().await;
                if again.send(()).is_err() {
                    at_once();
                }
            });
            let run = crate::run::run(session, self.selection, self.options, stop, self.observe);
            // The first interrupt ends the run in order, with all its reports; a second one does not wait for that.
            tokio::select! {
                outcome = run => Ok(outcome),
                Ok(()) = second => Err(Failure::interrupted("interrupted twice; nothing is reported")),
            }
        });
        match outcome {
            Ok(outcome) => Ok((outcome, Watch { stop: interrupted, _runtime: Background(Some(runtime)) })),
            Err(failure) => {
                // Commands that are under way are ended where they are dropped.
                runtime.shutdown_timeout(FAREWELL);
                Err(failure)
            }
        }
    }
}

/// Ends the process, where nothing is under way that has to end in order.
#[expect(
    clippy::exit,
    reason = "the thread that writes reports may be stuck, and nobody wants to wait for it"
)]
fn at_once() {
    std::process::exit(Exit::Interrupted.code().into());
}

fn listen() -> Result<Ending, Failure> {
    Ending::listen().map_err(|error| Failure::own(format!("signals cannot be waited for: {error}")))
}

/// Waits for work to be done, or for an interrupt.
pub(super) fn wait_for<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let mut ending = listen()?;
        tokio::select! {
            done = work => Ok(done),
            () = ending.wait() => Err(Failure::interrupted("interrupted; nothing is reported")),
        }
    });
    if done.is_err() {
        runtime.shutdown_timeout(FAREWELL);
    }
    done
}

/// The runtime that sends requests.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    /// What a runtime and its signals have open.
    const OWN: usize = 12;
    // It does not survive to have too few.
    files::have(OWN)?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::own(format!("the runtime cannot be set up: {error}")))
}
