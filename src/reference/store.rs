//! What each key was answered, kept for as long as the wallet runs.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::Mutex as Turn;

use super::answer::Answer;
use super::key::Key;

/// The stored answers by key.
#[derive(Debug, Default)]
pub(super) struct Store {
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
    requests: AtomicU64,
}

/// The place of one key.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// Held while a request with this key is carried out, so that its twin waits for the answer.
    pub(super) turn: Turn<()>,
    stored: Mutex<Option<Stored>>,
    deliveries: AtomicU64,
    attempts: AtomicU64,
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

    /// How many requests have come this far.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Slot {
    /// What is stored.
    pub(super) fn get(&self) -> Option<Stored> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of the delivery that is being made for this key, from 0.
    pub(super) fn next_delivery(&self) -> u64 {
        self.deliveries.fetch_add(1, Ordering::Relaxed)
    }

    /// The number of the attempt that is being made for this key, from 0; only faults count them.
    pub(super) fn next_attempt(&self) -> u64 {
        self.attempts.fetch_add(1, Ordering::Relaxed)
    }

    /// Stores, in place of what was stored before.
    pub(super) fn put(&self, stored: Stored) {
        *self.stored.lock().unwrap_or_else(PoisonError::into_inner) = Some(stored);
    }
}
