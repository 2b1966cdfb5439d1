//! What a hostile target does with one request: when it begins, what it says, and how that ends.

use crate::message::Message;
use std::iter;
use std::time::Duration;

/// When a target begins to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// As soon as the connection is there.
    Accept,
    /// When the head of the request is there.
    Head,
    /// When the whole request is there, and a good wallet has answered it.
    Whole,
    /// The same for the first request of a connection; a second one is read no further than it comes at once, and the
    /// connection is reset.
    Once,
}

/// What it may say something about.
pub(crate) struct Scene {
    /// What a good wallet answers, where the request was read to its end.
    pub(crate) good: Message,
    /// The URL of a listener that nobody has any business with.
    pub(crate) trap: String,
}

/// How it ends once all is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The next request is waited for.
    Keep,
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// The connection is closed for writing, and read on.
    Half,
    /// Nothing more happens.
    Hang,
}

/// What is said, piece by piece.
pub(crate) struct Play {
    pub(crate) pieces: Box<dyn Iterator<Item = Vec<u8>> + Send>,
    pub(crate) pause: Duration,
    pub(crate) end: End,
}

impl Play {
    /// Says this in one go.
    pub(crate) fn say(bytes: impl Into<Vec<u8>>, end: End) -> Self {
        Self { pieces: Box::new(iter::once(bytes.into())), pause: Duration::ZERO, end }
    }

    /// Says nothing.
    pub(crate) fn silence(end: End) -> Self {
        Self { pieces: Box::new(iter::empty()), pause: Duration::ZERO, end }
    }

    /// Says this, and then that for ever.
    pub(crate) fn endless(first: impl Into<Vec<u8>>, piece: impl Into<Vec<u8>>) -> Self {
        let pieces = iter::once(first.into()).chain(iter::repeat(piece.into()));
        Self { pieces: Box::new(pieces), pause: Duration::ZERO, end: End::Close }
    }

    /// Says the first at once, and then a byte a second.
    pub(crate) fn trickle(first: impl Into<Vec<u8>>, rest: Vec<u8>) -> Self {
        let pieces = iter::once(first.into()).chain(rest.into_iter().map(|byte| vec![byte]));
        Self { pieces: Box::new(pieces), pause: Duration::from_secs(1), end: End::Close }
    }
}
