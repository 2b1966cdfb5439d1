//! How names of header fields were spelled: the HTTP server shows them in lower case, so a wallet that is particular
//! about it has to look at the bytes on their way in.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How much of what is read at once may be a head.
const HEAD: usize = 4096;
/// How long to wait when no connection can be taken, for instance because too many are open.
const PAUSE: Duration = Duration::from_millis(50);

/// A listener whose connections remember how the last head was spelled.
pub(super) struct Listener(pub(super) TcpListener);

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    // An answer is a few hundred bytes: it must not wait for more to come. A socket that refuses the
                    // option is only slower.
                    let _ = stream.set_nodelay(true);
                    return (Stream { stream, capitals: Arc::new(AtomicBool::new(true)) }, address);
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Who calls, and how the head of the request at hand is spelled.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    capitals: Arc<AtomicBool>,
}

impl Peer {
    /// Whether `Client-Id` was written with capitals.
    pub(super) fn capitals(&self) -> bool {
        self.capitals.load(Ordering::Relaxed)
    }
}

impl Connected<IncomingStream<'_, Listener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        Self { address: *stream.remote_addr(), capitals: Arc::clone(&stream.io().capitals) }
    }
}

/// A connection.
pub(super) struct Stream {
    stream: TcpStream,
    capitals: Arc<AtomicBool>,
}

impl Stream {
    fn look(&self, read: &[u8]) {
        const FIELD: &[u8] = b"\r\nclient-id:";
        let head = &read[..read.len().min(HEAD)];
        if let Some(at) = head.windows(FIELD.len()).position(|part| part.eq_ignore_ascii_case(FIELD)) {
            self.capitals.store(head[at + 2] == b'C', Ordering::Relaxed);
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Some(new) = buffer.filled().get(before..) {
            self.look(new);
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
