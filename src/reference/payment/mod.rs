//! Payments and refunds: what was made, and the operations that make it and tell of it.

pub(super) mod inquiry;
pub(super) mod pay;
pub(super) mod refund;
pub(super) mod refund_inquiry;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::amount::Amount;
use super::effects::Effects;
use super::fixtures::{CURRENCY, PAYMENT, REFUND};

/// Everything that was paid and given back.
#[derive(Debug)]
pub(super) struct Ledger {
    books: Mutex<Books>,
    pub(super) effects: Effects,
}

#[derive(Debug, Default)]
struct Books {
    /// Payments by the wallet's id.
    payments: HashMap<String, Payment>,
    /// The wallet's ids of payments by client and the client's id; the demo payment is everybody's.
    payment_ids: HashMap<(Vec<u8>, String), String>,
    /// States of refunds by the wallet's id.
    refunds: HashMap<String, State>,
    /// The same for refunds.
    refund_ids: HashMap<(Vec<u8>, String), String>,
}

#[derive(Clone, Debug)]
struct Payment {
    amount: Amount,
    state: State,
    refunded: u64,
    /// How often it was given back, in parts or as a whole.
    refunds: u64,
}

/// How far something has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Processing,
    Done,
}

impl State {
    /// As the contracts write it.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Done => "SUCCESS",
        }
    }
}

/// What the demo payment was over: enough for as many refunds as anybody tries.
const DEMO_VALUE: u64 = 1_000_000_000_000;

impl Default for Ledger {
    fn default() -> Self {
        let amount = Amount { currency: CURRENCY.to_owned(), value: DEMO_VALUE };
        let payment = Payment { amount, state: State::Done, refunded: 1_000, refunds: 1 };
        let mut books = Books::default();
        books.payments.insert(PAYMENT.0.to_owned(), payment);
        books.payment_ids.insert((Vec::new(), PAYMENT.1.to_owned()), PAYMENT.0.to_owned());
        books.refunds.insert(REFUND.0.to_owned(), State::Done);
        books.refund_ids.insert((Vec::new(), REFUND.1.to_owned()), REFUND.0.to_owned());
        Self { books: Mutex::new(books), effects: Effects::default() }
    }
}

impl Ledger {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a payment under the wallet's id and the client's.
    fn open(&self, id: &str, client: &[u8], key: &str, amount: Amount) {
        let mut books = self.books();
        let payment = Payment { amount, state: State::Processing, refunded: 0, refunds: 0 };
        books.payments.insert(id.to_owned(), payment);
        books.payment_ids.insert((client.to_vec(), key.to_owned()), id.to_owned());
    }

    /// The user has paid.
    fn paid(&self, id: &str) {
        if let Some(payment) = self.books().payments.get_mut(id) {
            payment.state = State::Done;
        }
    }

    /// The wallet's id of a payment, by the client's.
    fn payment_id(&self, client: &[u8], key: &str) -> Option<String> {
        let books = self.books();
        find(&books.payment_ids, client, key)
    }

    /// How far a payment has come.
    fn payment(&self, id: &str) -> Option<State> {
        self.books().payments.get(id).map(|payment| payment.state)
    }

    /// Takes a refund of a payment over.
    fn open_refund(&self, id: &str, payment: &str, client: &[u8], key: &str, value: u64) {
        let mut books = self.books();
        if let Some(payment) = books.payments.get_mut(payment) {
            payment.refunded += value;
            payment.refunds += 1;
        }
        books.refunds.insert(id.to_owned(), State::Processing);
        books.refund_ids.insert((client.to_vec(), key.to_owned()), id.to_owned());
    }

    /// The user has the money back.
    fn refunded(&self, id: &str) {
        if let Some(state) = self.books().refunds.get_mut(id) {
            *state = State::Done;
        }
    }

    /// The wallet's id of a refund, by the client's.
    fn refund_id(&self, client: &[u8], key: &str) -> Option<String> {
        let books = self.books();
        find(&books.refund_ids, client, key)
    }

    /// How far a refund has come.
    fn refund(&self, id: &str) -> Option<State> {
        self.books().refunds.get(id).copied()
    }
}

fn find(ids: &HashMap<(Vec<u8>, String), String>, client: &[u8], key: &str) -> Option<String> {
    let own = ids.get(&(client.to_vec(), key.to_owned()));
    own.or_else(|| ids.get(&(Vec::new(), key.to_owned()))).cloned()
}
