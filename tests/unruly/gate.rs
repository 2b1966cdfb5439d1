//! A gate in front of a wallet that lets most requests through, late or not at all.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What the gate does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// At first, every twentieth request is answered with this status and the next of all kinds of `Retry-After`.
    Asks(u16),
    /// Every request is, and asks for an hour.
    AlwaysAsks(u16),
    /// Each request takes longer than the one before.
    SlowerAndSlower,
    /// Some connections are taken and closed at once, never two soon after each other; which, is luck with a seed.
    Drops,
    /// Nobody listens now and then, for as long as luck with a seed has it.
    Refuses,
}

/// What a server may say of when to come back (RFC 9110, 10.2.3), and what it may not. One of them asks for longer than
/// anybody waits.
const KINDS: [&str; 8] = [
    "1",
    "0",
    "-5",
    "99999999999999999999999999",
    "soon",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Wed, 99 Foo 2015 07:28:00 GMT",
    "1.5",
];
const LATE: &str = "Wed, 21 Oct 2099 07:28:00 GMT";

/// Numbers that look like luck and are the same each time.
struct Luck(u64);

impl Luck {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Starts a gate; its URL.
pub(crate) fn start(wallet: &str, manner: Manner) -> String {
    let wallet: SocketAddr = wallet.trim_start_matches("http://").parse().unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let passed = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        let mut luck = Luck(7);
        let mut socket = Some(socket);
        let mut since = 0;
        loop {
            let Some(listener) = socket.take() else { return };
            // Nobody knows how many come until the next pause.
            for _ in 0..5 + luck.below(20) {
                let Ok((near, _)) = listener.accept() else { return };
                since += 1;
                // Whoever was dropped comes again within as many connections as there are cases at the same time.
                if manner == Manner::Drops && since > 40 && luck.below(4) == 0 {
                    since = 0;
                    continue;
                }
                let passed = Arc::clone(&passed);
                std::thread::spawn(move || drop(serve(near, wallet, manner, &passed)));
            }
            if manner == Manner::Refuses {
                drop(listener);
                std::thread::sleep(Duration::from_millis(luck.below(150)));
                socket = Some(TcpListener::bind(address).unwrap());
            } else {
                socket = Some(listener);
            }
        }
    });
    format!("http://{address}")
}

/// The length of the request at the beginning of these bytes, once it is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    if text.contains("transfer-encoding: chunked") {
        return bytes.ends_with(b"0\r\n\r\n").then_some(bytes.len());
    }
    let body = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let whole = end + body.and_then(|body| body.trim().parse::<usize>().ok()).unwrap_or(0);
    (bytes.len() >= whole).then_some(whole)
}

fn serve(mut near: TcpStream, to: SocketAddr, manner: Manner, passed: &AtomicUsize) -> std::io::Result<()> {
    near.set_nodelay(true)?;
    let mut far = TcpStream::connect(to)?;
    far.set_nodelay(true)?;
    let (mut down, mut up) = (far.try_clone()?, near.try_clone()?);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut down, &mut up);
        let _ = up.shutdown(std::net::Shutdown::Both);
    });
    let (mut bytes, mut part) = (Vec::new(), vec![0; 65_536]);
    loop {
        while let Some(length) = length(&bytes) {
            let rest = bytes.split_off(length);
            let nth = passed.fetch_add(1, Ordering::SeqCst);
            if let Some((status, after)) = asked(manner, nth) {
                let text =
                    format!("HTTP/1.1 {status} Any\r\nretry-after: {after}\r\ncontent-length: 0\r\n\r\n");
                near.write_all(text.as_bytes())?;
            } else {
                if manner == Manner::SlowerAndSlower {
                    std::thread::sleep(Duration::from_millis(4 * u64::try_from(nth).unwrap()));
                }
                far.write_all(&bytes)?;
            }
            bytes = rest;
        }
        match near.read(&mut part)? {
            0 => return far.shutdown(std::net::Shutdown::Both),
            read => bytes.extend_from_slice(&part[..read]),
        }
    }
}

/// What the request of this number is answered in place of being let through.
fn asked(manner: Manner, nth: usize) -> Option<(u16, &'static str)> {
    match manner {
        Manner::Asks(status) if nth % 20 == 19 && nth < 200 => {
            let nth = nth / 20;
            // What is kept up for long is asked for once.
            Some((status, if nth == 9 { LATE } else { KINDS[nth % KINDS.len()] }))
        }
        Manner::AlwaysAsks(status) => Some((status, "3600")),
        _ => None,
    }
}
