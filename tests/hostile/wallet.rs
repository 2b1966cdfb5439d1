//! The good wallet that stands behind hostile targets, so that what they leave alone stays right.

use crate::message::{Message, Reader};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(crate) struct Wallet {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    child: Mutex<Child>,
    folder: TempDir,
}

impl Wallet {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_proofmark"))
            .args(["serve", "--port", "0", "--write-config", "conf"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.trim_start_matches("listening on http://").parse().expect("an address");
        // Nobody reads on, but it must be able to write.
        std::thread::spawn(move || lines.for_each(drop));
        Self { address, child: Mutex::new(child), folder }
    }

    /// Writes the configuration of a client into a folder; without a probe, so that no effects are watched, which takes
    /// its time.
    pub(crate) fn configure(&self, to: &std::path::Path) {
        for entry in std::fs::read_dir(self.folder.path().join("conf")).unwrap() {
            let entry = entry.unwrap();
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let text = text.split("[probe]").next().unwrap();
            std::fs::write(to.join(entry.file_name()), text).unwrap();
        }
    }

    /// Ends it.
    pub(crate) fn stop(&self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// What the wallet at an address answers a request.
pub(crate) async fn ask(address: SocketAddr, request: &Message) -> Message {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let (reading, mut writing) = socket.split();
    writing.write_all(&request.bytes()).await.unwrap();
    let to_head = request.method() == "HEAD";
    let mut reader = Reader::new(reading);
    loop {
        let answer = reader.message(to_head).await.unwrap().expect("the wallet answers");
        // The request is there whole, so nobody waits for a word that it may be sent.
        if !answer.head.starts_with("HTTP/1.1 1") {
            return answer;
        }
    }
}
