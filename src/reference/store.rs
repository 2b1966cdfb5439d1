//! What each key was answered, kept for as long as the wallet runs.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Mutex as Turn;

use super::answer::Answer;
use super::key::Key;

/// The stored answers by key.
#[derive(Debug, Default)]
pub(super) struct Store {
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
    /// Only a fault locks connections.
    connections: Mutex<HashMap<SocketAddr, Arc<Turn<()>>>>,
    requests: AtomicU64,
}

/// The place of one key.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// Held while a request with this key is carried out, so that its twin waits for the answer.
    turn: Arc<Turn<()>>,
    waiting: AtomicU64,
    stored: Mutex<Option<Stored>>,
    deliveries: AtomicU64,
    attempts: AtomicU64,
    /// Whether a request has begun that has not ended; only a fault looks at it.
    begun: AtomicBool,
}

/// An answered request.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) answer: Answer,
    pub(super) body: Value,
    /// How often the answer was given again.
    pub(super) replays: u64,
    // The rest is what only faults look at.
    pub(super) raw: Bytes,
    pub(super) peer: SocketAddr,
    pub(super) time: Vec<u8>,
    pub(super) since: Instant,
    /// How many requests the store had seen by then.
    pub(super) age_mark: u64,
}

impl Store {
    /// The slot of a key. The map's lock is held for the look-up only.
    pub(super) fn slot(&self, key: &Key) -> Arc<Slot> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(key.clone()).or_default())
    }

    /// The lock of a connection.
    pub(super) fn connection(&self, peer: SocketAddr) -> Arc<Turn<()>> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(connections.entry(peer).or_default())
    }

    /// How many requests have come this far.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

/// Counts one request that waits for its turn, for as long as it is kept.
pub(super) struct Waiting<'a>(&'a Slot);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Slot {
    /// The lock of the key.
    pub(super) fn turn(&self) -> Arc<Turn<()>> {
        Arc::clone(&self.turn)
    }

    /// Says that one more request waits.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(self)
    }

    /// Whether a request waits for its turn.
    pub(super) fn has_waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// What is stored.
    pub(super) fn get(&self) -> Option<Stored> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of the delivery that is being made for this key, from 0.
    pub(super) fn next_delivery(&self) -> u64 {
        self.deliveries.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts one more time that the stored answer was given again.
    pub(super) fn count_replay(&self) {
        if let Some(stored) = self.stored.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            stored.replays += 1;
        }
    }

    /// The number of the attempt that is being made for this key, from 0; only faults count them.
    pub(super) fn next_attempt(&self) -> u64 {
        self.attempts.fetch_add(1, Ordering::Relaxed)
    }

    /// Marks that a request has begun, and says whether one had before that has not ended.
    pub(super) fn begin(&self) -> bool {
        self.begun.swap(true, Ordering::Relaxed)
    }

    /// Stores, in place of what was stored before.
    pub(super) fn put(&self, stored: Stored) {
        *self.stored.lock().unwrap_or_else(PoisonError::into_inner) = Some(stored);
    }
}
