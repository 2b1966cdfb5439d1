//! Who waits for whom: the lock that makes duplicates take turns, and the ways in which it can be missing.

use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::answer::Refusal;
use super::fault::Flaw;
use super::send::{Desk, Job};
use super::store::Slot;
use super::variant::Habit;

/// How long a wallet whose lock is missing takes for what the lock should have covered. The race is a real one, and
/// a duplicate that arrives later than this does not run into it; the window is wide enough for a burst whose
/// connections are still to be made.
pub(super) const RACE_WINDOW: Duration = Duration::from_millis(10);

/// How long a wallet takes to deliver while duplicates wait for it, where it is slow.
const SLOW_DELIVERY: Duration = Duration::from_millis(200);

/// Held while a request is carried out; nothing where no lock keeps its duplicates away.
pub(super) type Guard = Option<OwnedMutexGuard<()>>;

/// Faults whose duplicates overlap, each in its own way.
const RACES: [Flaw; 3] = [Flaw::RaceWithoutLock, Flaw::RaceWithOneMessageId, Flaw::LockPerConnection];

impl Desk {
    /// Waits until no other request with the same key is under way.
    ///
    /// # Errors
    /// A duplicate is under way, and the wallet does not let this one wait.
    pub(super) async fn turn(&self, job: &Job<'_>, slot: &Slot) -> Result<Guard, Refusal> {
        let conduct = job.conduct;
        let unlocked = [Flaw::RaceWithoutLock, Flaw::RaceWithOneMessageId, Flaw::RaceStoresAfterDelivery];
        if unlocked.into_iter().any(|flaw| conduct.has(flaw)) {
            return Ok(None);
        }
        let lock = if conduct.has(Flaw::LockPerConnection) {
            self.store.connection(job.call.peer)
        } else {
            slot.turn()
        };
        if conduct.does(Habit::TwinAnsweredUnknown) || conduct.does(Habit::TwinAnsweredAccepted) {
            return lock.try_lock_owned().map(Some).map_err(|_| Refusal::Unknown);
        }
        let _waiting = slot.wait();
        Ok(Some(lock.lock_owned().await))
    }

    /// What one sending takes.
    pub(super) async fn take_time(&self, job: &Job<'_>, slot: &Slot) {
        let racing = RACES.into_iter().any(|flaw| job.conduct.has(flaw));
        // Some deliver at once, so that what follows is all the later.
        let at_once = [Flaw::RaceStoresAfterDelivery, Flaw::HangUpForgetsDelivery];
        if !at_once.into_iter().any(|flaw| job.conduct.has(flaw)) {
            tokio::time::sleep(if racing { self.delay.max(RACE_WINDOW) } else { self.delay }).await;
        }
        if job.conduct.does(Habit::SlowDelivery) && slot.has_waiting() {
            tokio::time::sleep(SLOW_DELIVERY).await;
        }
    }
}
