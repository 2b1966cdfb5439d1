//! Listeners that nobody may talk to, and a target that names them wherever a client might follow.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Listeners on other addresses and ports of this machine; their threads end with the process.
pub(crate) struct Traps {
    /// Their addresses, such as `127.0.0.2:4000`.
    pub(crate) addresses: Vec<String>,
    caught: Arc<AtomicUsize>,
}

impl Traps {
    pub(crate) fn set() -> Self {
        let caught = Arc::new(AtomicUsize::new(0));
        let own = ["127.0.0.1:0", "127.0.0.2:0", "127.1.2.3:0", "[::1]:0"];
        let sockets = own.iter().filter_map(|own| TcpListener::bind(own).ok());
        let addresses = sockets.map(|socket| {
            let (address, caught) = (socket.local_addr().unwrap().to_string(), Arc::clone(&caught));
            std::thread::spawn(move || {
                for stream in socket.incoming() {
                    caught.fetch_add(1, Ordering::SeqCst);
                    drop(stream);
                }
            });
            address
        });
        let addresses: Vec<String> = addresses.collect();
        assert!(addresses.len() >= 3, "{addresses:?}");
        Self { addresses, caught }
    }

    /// Nobody has connected to any of them, and one that is talked to takes note of it.
    #[track_caller]
    pub(crate) fn are_empty(&self) {
        assert_eq!(self.caught.load(Ordering::SeqCst), 0, "a request left for another host");
        drop(TcpStream::connect(&self.addresses[0]).unwrap());
        while self.caught.load(Ordering::SeqCst) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        self.caught.store(0, Ordering::SeqCst);
    }
}

/// A target that answers each request in another way, all of which lead elsewhere.
pub(crate) struct Lure {
    pub(crate) url: String,
    answered: Arc<AtomicUsize>,
    ways: usize,
}

impl Lure {
    pub(crate) fn start(traps: &Traps) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let all = Arc::new(answers(&url, traps));
        let (answered, ways) = (Arc::new(AtomicUsize::new(0)), all.len());
        let counter = Arc::clone(&answered);
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let (all, counter) = (Arc::clone(&all), Arc::clone(&counter));
                std::thread::spawn(move || serve(stream, &all, &counter));
            }
        });
        Self { url, answered, ways }
    }

    /// Every way to lead elsewhere was tried.
    #[track_caller]
    pub(crate) fn tried_all(&self) {
        let answered = self.answered.load(Ordering::SeqCst);
        assert!(answered >= self.ways, "{answered} of {} ways", self.ways);
    }
}

/// Whole responses.
fn answers(own: &str, traps: &Traps) -> Vec<String> {
    let refusal = r#"{"result":{"resultStatus":"F","resultCode":"PARAM_ILLEGAL","resultMessage":"no"}}"#;
    let whole = |status: u16, fields: &str, body: &str| {
        format!(
            "HTTP/1.1 {status} Any\r\n{fields}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    // The greeting is answered in order, so that everything else is tried.
    let mut all = vec![whole(200, "", refusal)];
    for trap in &traps.addresses {
        let port = trap.rsplit(':').next().unwrap();
        let places = [
            format!("http://{trap}/x"),
            format!("https://{trap}/x"),
            format!("//{trap}/x"),
            format!("{own}:80@{trap}/"),
            format!("http://localhost:{port}/"),
            "file:///etc/passwd".to_owned(),
            format!("{own}/v1/messages/sendInbox"),
            "/v1/messages/sendInbox".to_owned(),
        ];
        for place in places {
            for status in [300, 301, 302, 303, 305, 307, 308] {
                all.push(whole(status, &format!("Location: {place}\r\n"), ""));
            }
            for name in [
                "Location",
                "Content-Location",
                "Refresh",
                "Link",
                "URI",
                "X-Accel-Redirect",
                "Report-To",
                "NEL",
            ] {
                let value = match name {
                    "Refresh" => format!("0; url={place}"),
                    "Link" => format!("<{place}>; rel=preload, <{place}>; rel=next"),
                    _ => place.clone(),
                };
                all.push(whole(200, &format!("{name}: {value}\r\n"), refusal));
                all.push(whole(201, &format!("{name}: {value}\r\n"), refusal));
            }
            let body =
                refusal.replace("\"no\"", &format!("\"{place}\",\"next\":\"{place}\",\"$ref\":\"{place}\""));
            all.push(whole(200, "", &body));
        }
        let host = trap.rsplit_once(':').unwrap().0;
        for field in [
            format!("Alt-Svc: h2=\"{trap}\"; ma=86400, http/1.1=\"{trap}\", h3=\":{port}\""),
            format!("Set-Cookie: a=b; Domain={host}; Path=/"),
            format!("Set-Cookie: a=b\r\nSet-Cookie: c=d; Domain={host}"),
            format!("Proxy-Authenticate: Basic realm=x\r\nVia: 1.1 {trap}"),
            format!("WWW-Authenticate: Bearer realm=\"http://{trap}/token\""),
            format!("Upgrade: h2c\r\nConnection: Upgrade\r\nHost: {trap}"),
        ] {
            for status in [200, 401, 407, 421, 426] {
                all.push(whole(status, &format!("{field}\r\n"), refusal));
            }
        }
    }
    all
}

fn serve(mut stream: TcpStream, all: &[String], answered: &AtomicUsize) {
    let mut bytes = Vec::new();
    let mut part = [0; 16_384];
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let text = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            let chunks = text.contains("transfer-encoding: chunked") && !bytes.ends_with(b"0\r\n\r\n");
            if bytes.len() >= end + 4 + length && !chunks {
                let at = answered.fetch_add(1, Ordering::SeqCst);
                if stream.write_all(all[at % all.len()].as_bytes()).is_err() {
                    return;
                }
                bytes.clear();
                continue;
            }
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
}
