//! HTTP messages as bytes: read from a socket, and changed before they are passed on.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A head longer than this is none of ours.
const LONGEST: usize = 1 << 20;

/// Reads messages from a socket; what came too early waits for the next one.
pub(crate) struct Reader<S> {
    socket: S,
    waiting: Vec<u8>,
}

impl<S: AsyncRead + Unpin> Reader<S> {
    pub(crate) fn new(socket: S) -> Self {
        Self { socket, waiting: Vec::new() }
    }

    /// Waits for more bytes; whether there were any.
    pub(crate) async fn more(&mut self) -> io::Result<bool> {
        let mut part = vec![0; 16 << 10];
        let length = self.socket.read(&mut part).await?;
        self.waiting.extend_from_slice(&part[..length]);
        Ok(length > 0)
    }

    /// The length of the next head, its empty line included; nothing where the socket ends before.
    pub(crate) async fn head(&mut self) -> io::Result<Option<usize>> {
        loop {
            if let Some(end) = self.waiting.windows(4).position(|four| four == b"\r\n\r\n") {
                return Ok(Some(end + 4));
            }
            if self.waiting.len() > LONGEST || !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// The next message, head and body; nothing where the socket ends before. The answer to HEAD has no body.
    pub(crate) async fn message(&mut self, to_head: bool) -> io::Result<Option<Message>> {
        let Some(end) = self.head().await? else { return Ok(None) };
        let head = String::from_utf8_lossy(&self.waiting[..end]).to_ascii_lowercase();
        let length = |line: &str| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok();
        let chunked = head.lines().any(|line| line.starts_with("transfer-encoding:"));
        let length = if to_head { 0 } else { head.lines().find_map(length).unwrap_or_default() };
        let complete = |waiting: &[u8]| {
            if chunked { waiting.ends_with(b"0\r\n\r\n") } else { waiting.len() >= end + length }
        };
        while !complete(&self.waiting) {
            if !self.more().await? {
                return Ok(None);
            }
        }
        let whole = if chunked { self.waiting.len() } else { end + length };
        let rest = self.waiting.split_off(whole);
        let bytes = std::mem::replace(&mut self.waiting, rest);
        let (head, body) = bytes.split_at(end);
        let head = String::from_utf8_lossy(&head[..end - 4]).into_owned();
        Ok(Some(Message { head, body: body.to_vec() }))
    }

    /// Reads until the other side ends.
    pub(crate) async fn drain(&mut self) {
        while matches!(self.more().await, Ok(true)) {
            self.waiting.clear();
        }
    }
}

/// A request or an answer.
#[derive(Clone)]
pub(crate) struct Message {
    /// The first line and the header fields, without the empty line.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The method of a request.
    pub(crate) fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// As it goes over the wire.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), b"\r\n\r\n", &self.body].concat()
    }

    /// The same without a header field.
    pub(crate) fn without(&self, name: &str) -> Self {
        let is_other = |line: &&str| {
            line.split_once(':').is_none_or(|(field, _)| !field.trim().eq_ignore_ascii_case(name))
        };
        let lines: Vec<&str> = self.head.split("\r\n").filter(is_other).collect();
        Self { head: lines.join("\r\n"), body: self.body.clone() }
    }

    /// The same with these header fields as well, each a whole line.
    pub(crate) fn with(&self, fields: &[&str]) -> Self {
        let lines: Vec<&str> = std::iter::once(self.head.as_str()).chain(fields.iter().copied()).collect();
        Self { head: lines.join("\r\n"), body: self.body.clone() }
    }

    /// The same with another body, whose length it says.
    pub(crate) fn holding(&self, body: Vec<u8>) -> Self {
        let head = format!("{}\r\ncontent-length: {}", self.without("content-length").head, body.len());
        Self { head, body }
    }

    /// The same with another first line.
    pub(crate) fn starting(&self, line: &str) -> Self {
        let rest = self.head.split_once("\r\n").map(|(_, rest)| rest).unwrap_or_default();
        Self { head: format!("{line}\r\n{rest}"), body: self.body.clone() }
    }
}
