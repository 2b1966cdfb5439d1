//! Targets that are no wallet: they count, stay silent, answer pages, or echo.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a listener does with a connection.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// Takes it and never answers.
    Silent,
    /// Says HTTP 400 before it has read anything, which is what a TLS client does not want to hear.
    Impatient,
    /// Answers this status with a page.
    Page(u16),
    /// Answers HTTP 200 with the request's head and body as it came.
    Echo,
    /// Answers as a wallet would refuse.
    Refuse,
    /// The same, some time later.
    Slow,
}

/// A listener on a free port; its threads end with the process.
pub(crate) struct Listener {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    pub(crate) fn start(manner: Manner) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let answered = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let counters = (Arc::clone(&connections), Arc::clone(&answered), Arc::clone(&requests));
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                counters.0.fetch_add(1, Ordering::SeqCst);
                let (answered, requests) = (Arc::clone(&counters.1), Arc::clone(&counters.2));
                std::thread::spawn(move || serve(stream, manner, &answered, &requests));
            }
        });
        Self { url, connections, answered, requests }
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The requests, head and body, in the order in which they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How many requests were answered.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, manner: Manner, answered: &AtomicUsize, requests: &Mutex<Vec<String>>) {
    if matches!(manner, Manner::Impatient) {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        let _ = stream.read(&mut [0; 4096]);
        return;
    }
    let Some(request) = request(&mut stream) else { return };
    requests.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
    let (status, kind, body) = match manner {
        Manner::Silent | Manner::Impatient => {
            // The reader went away when this returns, so that nothing waits for the process.
            let _ = stream.read(&mut [0]);
            return;
        }
        Manner::Page(status) => (status, "text/html", b"<!doctype html><h1>Welcome</h1>".to_vec()),
        Manner::Echo => (200, "application/json", request),
        Manner::Refuse | Manner::Slow => {
            if matches!(manner, Manner::Slow) {
                std::thread::sleep(Duration::from_millis(60));
            }
            let result =
                r#"{"result":{"resultStatus":"F","resultCode":"PARAM_ILLEGAL","resultMessage":"no"}}"#;
            (200, "application/json", result.as_bytes().to_vec())
        }
    };
    let head = format!(
        "HTTP/1.1 {status} Any\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    if stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).is_ok() {
        answered.fetch_add(1, Ordering::SeqCst);
    }
}

/// One request, head and body.
fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = [0; 16_384];
    loop {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = head {
            let text = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Some(bytes);
            }
        }
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
}
