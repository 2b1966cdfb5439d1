//! A gateway in front of a wallet that notes when each request comes, and how many are open.
//!
//! It passes bytes on as they come. A request comes with its first byte, and is over with the first byte of its answer
//! or with its connection, whichever is sooner.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What was seen.
#[derive(Default)]
struct Seen {
    arrivals: Vec<Instant>,
    open: usize,
    most: usize,
    /// The longest time for which this process was kept from looking.
    stall: Duration,
}

/// The gateway; its thread ends with the process.
pub(crate) struct Gauge {
    pub(crate) url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Gauge {
    /// In front of the wallet of this URL; answers are held back for so long.
    pub(crate) fn start(to: &str, hold: Duration) -> Self {
        let to: SocketAddr = to.trim_start_matches("http://").parse().unwrap();
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                tokio::spawn(watch(Arc::clone(&shared)));
                let listener = TcpListener::from_std(socket).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(pass(stream, to, hold, Arc::clone(&shared)));
                }
            });
        });
        Self { url, seen }
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.seen.lock().unwrap().arrivals.len()
    }

    /// The most that were open at once.
    pub(crate) fn most(&self) -> usize {
        self.seen.lock().unwrap().most
    }

    /// The most that came within so long, wherever that begins.
    pub(crate) fn busiest(&self, window: Duration) -> usize {
        let arrivals = self.seen.lock().unwrap().arrivals.clone();
        let within =
            |at: usize| arrivals[at..].iter().take_while(|one| **one - arrivals[at] < window).count();
        (0..arrivals.len()).map(within).max().unwrap_or_default()
    }

    /// From the first request to the last.
    pub(crate) fn span(&self) -> Duration {
        let arrivals = &self.seen.lock().unwrap().arrivals;
        arrivals.last().map_or(Duration::ZERO, |last| *last - arrivals[0])
    }

    /// For how long nobody could look, at the worst: requests that came apart may then seem to have come together.
    pub(crate) fn stall(&self) -> Duration {
        self.seen.lock().unwrap().stall
    }
}

/// Notes how late a timer is.
async fn watch(seen: Arc<Mutex<Seen>>) {
    const TICK: Duration = Duration::from_millis(2);
    loop {
        let start = Instant::now();
        tokio::time::sleep(TICK).await;
        let late = start.elapsed().saturating_sub(TICK);
        let mut seen = seen.lock().unwrap();
        seen.stall = seen.stall.max(late);
    }
}

/// A request that is open, until this is dropped.
struct Open(Arc<Mutex<Seen>>);

impl Open {
    fn now(seen: &Arc<Mutex<Seen>>) -> Self {
        let mut all = seen.lock().unwrap();
        all.arrivals.push(Instant::now());
        all.open += 1;
        all.most = all.most.max(all.open);
        Self(Arc::clone(seen))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().unwrap().open -= 1;
    }
}

/// Where a request ends.
#[derive(Default)]
struct Request {
    head: Vec<u8>,
    /// How much of the body is still to come; nothing while that is not known.
    left: Option<usize>,
}

impl Request {
    /// Takes what came; whether the request is over.
    fn take(&mut self, part: &[u8]) -> bool {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(part.len());
            return *left == 0;
        }
        self.head.extend_from_slice(part);
        let Some(end) = self.head.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
        let text = String::from_utf8_lossy(&self.head[..end]).to_ascii_lowercase();
        if text.contains("transfer-encoding: chunked") {
            return self.head.ends_with(b"0\r\n\r\n");
        }
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
        let left = (end + 4 + length).saturating_sub(self.head.len());
        self.left = Some(left);
        left == 0
    }
}

async fn pass(mut near: TcpStream, to: SocketAddr, hold: Duration, seen: Arc<Mutex<Seen>>) {
    let Ok(mut far) = TcpStream::connect(to).await else { return };
    near.set_nodelay(true).unwrap();
    far.set_nodelay(true).unwrap();
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    let mut request: Option<Request> = None;
    let mut open: Option<Open> = None;
    loop {
        tokio::select! {
            read = near.read(&mut up) => {
                let Ok(read @ 1..) = read else { return };
                if request.is_none() && open.is_none() {
                    open = Some(Open::now(&seen));
                }
                if request.get_or_insert_default().take(&up[..read]) {
                    request = None;
                }
                if far.write_all(&up[..read]).await.is_err() {
                    return;
                }
            }
            read = far.read(&mut down) => {
                let Ok(read @ 1..) = read else { return };
                if open.is_some() {
                    let left = async {
                        // Whoever asked may go away in the meantime.
                        let mut byte = [0];
                        while !matches!(near.peek(&mut byte).await, Ok(0) | Err(_)) {
                            tokio::time::sleep(Duration::from_millis(1)).await;
                        }
                    };
                    tokio::select! {
                        () = tokio::time::sleep(hold) => {}
                        () = left => return,
                    }
                }
                open = None;
                if near.write_all(&down[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}
