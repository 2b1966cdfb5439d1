//! A target on a free port that does one thing to all its callers.

use crate::message::{Message, Reader};
use crate::play::{End, Play, Scene, Start};
use crate::table::Behaviour;
use crate::trap::Trap;
use crate::wallet;
use std::io;
use std::net::SocketAddr;
use std::sync::LazyLock;
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
});

/// A running target; dropping it closes its port.
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) trap: Trap,
    accepting: JoinHandle<()>,
}

impl Drop for Target {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Target {
    pub(crate) fn start(behaviour: &Behaviour, wallet: SocketAddr) -> Self {
        let trap = Trap::start();
        let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let way = Way { start: behaviour.start, play: behaviour.play, wallet };
        let url_of_trap = trap.url.clone();
        let accepting = RUNTIME.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let trap = url_of_trap.clone();
                tokio::spawn(async move {
                    // A caller who has had enough goes away.
                    let _ = way.serve(stream, trap).await;
                });
            }
        });
        Self { url, trap, accepting }
    }
}

#[derive(Clone, Copy)]
struct Way {
    start: Start,
    play: fn(&Scene) -> Play,
    wallet: SocketAddr,
}

impl Way {
    async fn serve(self, stream: TcpStream, trap: String) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let (reading, mut writing) = stream.into_split();
        let mut reader = Reader::new(reading);
        let nothing = Message { head: String::new(), body: Vec::new() };
        let mut scene = Scene { good: nothing, trap };
        let mut before = 0;
        loop {
            match self.start {
                Start::Accept => {}
                Start::Head => {
                    if reader.head().await?.is_none() {
                        return Ok(());
                    }
                }
                Start::Once if before > 0 => {
                    reader.more().await?;
                    return reset(&writing);
                }
                Start::Whole | Start::Once => {
                    let Some(request) = reader.message(false).await? else { return Ok(()) };
                    scene.good = wallet::ask(self.wallet, &request).await;
                }
            }
            let play = (self.play)(&scene);
            for (at, piece) in play.pieces.enumerate() {
                if at > 0 {
                    tokio::time::sleep(play.pause).await;
                }
                writing.write_all(&piece).await?;
            }
            match play.end {
                End::Keep => before += 1,
                End::Close => return Ok(()),
                End::Reset => return reset(&writing),
                End::Half => {
                    writing.shutdown().await?;
                    reader.drain().await;
                    return Ok(());
                }
                End::Hang => {
                    reader.drain().await;
                    return Ok(());
                }
            }
        }
    }
}

/// Resets a connection when both its halves are dropped.
fn reset(writing: &OwnedWriteHalf) -> io::Result<()> {
    writing.as_ref().set_zero_linger()
}
