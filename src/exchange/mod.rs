//! What went over the wire: requests, responses and the failures in between, as plain data.
//!
//! Nothing here sends or judges. [`Exchange`]s are recorded by [`crate::target`], judged by
//! [`crate::law`] and shown, in the redacted form of [`record`], by [`crate::report`]. A journal holds
//! them as [`kept`] does, so that they can be judged again.

pub mod json;
pub mod kept;
pub mod pack;
pub mod record;
pub mod stand_in;

use bytes::Bytes;
use json::Unread;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::Duration;

/// A list of header fields in wire order. Names keep the case in which they were sent or received.
pub type Headers = Vec<(String, String)>;

/// An HTTP request exactly as it was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `POST`.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// Header fields that proofmark set; `Host` and `Content-Length` are the client's.
    pub headers: Headers,
    /// The body, byte for byte.
    pub body: Bytes,
    /// What a hook made of it; nothing where there is none.
    pub hooked: Option<Hooked>,
}

/// What a hook made of a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Hooked {
    /// The header fields that it set, whose values are secret.
    pub fields: Vec<String>,
    /// The body as it was before.
    pub content: Bytes,
}

impl Request {
    /// The body as it was composed, whatever a hook made of it before it was sent.
    pub fn content(&self) -> &Bytes {
        self.hooked.as_ref().map_or(&self.body, |hooked| &hooked.content)
    }

    /// Whether a hook set this header field.
    pub fn is_hooked(&self, name: &str) -> bool {
        let fields = self.hooked.iter().flat_map(|hooked| &hooked.fields);
        fields.into_iter().any(|field| field.eq_ignore_ascii_case(name))
    }
}

/// A longer body is read anew whenever somebody asks for its JSON, which may take many times its own room.
const KEPT_JSON: usize = 16 << 10;

/// An HTTP response as it came in.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// Header fields, duplicates kept. A value that is not UTF-8 is converted lossily.
    pub headers: Headers,
    /// The body; no more than its beginning where it is longer than is read.
    pub body: Bytes,
    /// Whether the body is longer than is read.
    pub truncated: bool,
    /// The body as JSON, once somebody asked: every law does, some more than once.
    read: OnceLock<Result<Value, Unread>>,
}

impl PartialEq for Response {
    fn eq(&self, other: &Self) -> bool {
        let parts = |one: &Self| (one.status, one.truncated);
        parts(self) == parts(other) && self.headers == other.headers && self.body == other.body
    }
}

impl Eq for Response {}

impl Response {
    /// A response of which the body is still to be read.
    pub fn new(status: u16, headers: Headers, body: Bytes, truncated: bool) -> Self {
        Self { status, headers, body, truncated, read: OnceLock::new() }
    }

    /// The value of the first header field of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The body as JSON, where it can be read as that.
    pub fn json(&self) -> Option<Cow<'_, Value>> {
        self.read().ok()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// Why it cannot be read as that.
    pub fn read(&self) -> Result<Cow<'_, Value>, Unread> {
        match self.read.get() {
            Some(read) => read.as_ref().map(Cow::Borrowed).map_err(|why| *why),
            // Why it cannot be read takes no room.
            None if self.body.len() > KEPT_JSON => {
                self.read_anew().map(Cow::Owned).inspect_err(|why| drop(self.read.set(Err(*why))))
            }
            None => {
                self.read.get_or_init(|| self.read_anew()).as_ref().map(Cow::Borrowed).map_err(|why| *why)
            }
        }
    }

    fn read_anew(&self) -> Result<Value, Unread> {
        let coding = self.header("content-encoding").map(str::trim).filter(|coding| !coding.is_empty());
        if self.truncated {
            Err(Unread::Long)
        } else if coding.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
            Err(Unread::Coded)
        } else {
            json::read(&self.body)
        }
    }
}

/// The value of the first header field of this name, in any case.
pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

/// Why a request got no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoAnswer {
    /// The connection could not be opened: refused, no route, no such host.
    Unreachable,
    /// The TLS handshake failed.
    Tls,
    /// The target's certificate was issued by nobody that we trust.
    Untrusted,
    /// The target wants a client certificate, or another one.
    Unidentified,
    /// The target speaks none of the HTTP versions that we offered.
    Version,
    /// The proxy let nothing through to the target.
    Proxy,
    /// The time limit of the exchange ended.
    Timeout,
    /// The connection was closed or reset before the response was complete.
    Closed,
    /// What came back is not HTTP.
    Malformed,
    /// The answer goes on for longer than anybody listens.
    Endless,
    /// We closed the connection on purpose before an answer was there.
    Cut,
    /// This machine had no file descriptor left for a connection.
    Starved,
    /// The target answered nothing any more, whatever was asked.
    Gone,
}

impl NoAnswer {
    /// Whether the target could not even be spoken to, so that the failure says nothing of its conformance.
    pub fn is_environment(self) -> bool {
        self.is_tls() || matches!(self, Self::Unreachable | Self::Proxy | Self::Gone | Self::Starved)
    }

    /// Whether no secure connection came about, which sending again will not mend.
    pub fn is_tls(self) -> bool {
        matches!(self, Self::Tls | Self::Untrusted | Self::Unidentified | Self::Version)
    }

    /// The failure in words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Unreachable => "no connection could be opened",
            Self::Tls => "the TLS handshake failed",
            Self::Untrusted => "the target's TLS certificate is not trusted",
            Self::Unidentified => "the target refused the TLS handshake over the client certificate",
            Self::Version => "the target does not speak the HTTP version that was offered",
            Self::Proxy => "the proxy let the request not through to the target",
            Self::Timeout => "no complete answer within the time limit",
            Self::Closed => "the connection was closed before the answer was complete",
            Self::Malformed => "the answer is not HTTP",
            Self::Starved => {
                "there was no file descriptor left for a connection; raise the limit with `ulimit -n`, or lower \
                 --concurrency"
            }
            Self::Endless => "the answer goes on after 64 KiB or 500 fields of head, or after 16 MiB of body",
            Self::Cut => "the caller closed the connection before an answer was there",
            Self::Gone => "the target stopped answering",
        }
    }
}

/// What became of the check of a response's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureCheck {
    /// No key is configured to check it with, or there was no response.
    Unchecked,
    /// The response is not signed.
    Absent,
    /// The signature holds.
    Valid,
    /// The signature holds, but its text is encoded in a way that the contract does not have: which one.
    Misencoded(&'static str),
    /// The signature does not hold, or its header field cannot be read.
    Invalid,
}

/// One request and what became of it.
#[derive(Clone)]
pub struct Exchange {
    /// The name of the script's step that sent it, such as `first` or `again`.
    pub role: String,
    /// The operation that it called.
    pub operation: String,
    /// Which copy of a burst or series it is (0-based); 0 outside of them.
    pub copy: usize,
    /// The request as sent.
    pub request: Request,
    /// The response, or why there is none.
    pub outcome: Result<Response, NoAnswer>,
    /// Whether the response's signature holds.
    pub signature: SignatureCheck,
    /// When the request was sent, from the start of the run.
    pub at: Duration,
    /// From sending to the last byte of the answer.
    pub elapsed: Duration,
    /// Whether the same request was sent again because this answer left the outcome open.
    pub superseded: bool,
}

impl Exchange {
    /// The response, where there is one.
    pub fn response(&self) -> Option<&Response> {
        self.outcome.as_ref().ok()
    }
}

/// How many effects the probe counts for the key of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectCount {
    /// The step.
    pub role: String,
    /// Which copy of a series it is (0-based); 0 outside of them.
    pub copy: usize,
    /// The number, or why it is not known.
    pub count: Result<u64, String>,
}

/// Everything that was seen while one script was sent, in the order of sending.
#[derive(Clone, Default)]
pub struct History {
    /// The exchanges, superseded ones included.
    pub exchanges: Vec<Exchange>,
    /// What the probe counted once all steps were done.
    pub effects: Vec<EffectCount>,
    /// What an earlier answer lacks that a later step is fed with, in words, so that the rest was not sent.
    pub missing: Option<String>,
}

impl History {
    /// The exchanges of a step whose answers count, with their place in [`History::exchanges`].
    pub fn of<'a>(&'a self, role: &'a str) -> impl Iterator<Item = (usize, &'a Exchange)> {
        self.exchanges.iter().enumerate().filter(move |(_, e)| e.role == role && !e.superseded)
    }
}
