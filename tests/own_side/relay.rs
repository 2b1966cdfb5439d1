//! A way to a wallet that can be made to hang.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Passes everything on until it is told to hang; its threads end with the process.
pub(crate) struct Relay {
    pub(crate) url: String,
    hangs: Arc<AtomicBool>,
}

impl Relay {
    pub(crate) fn to(url: &str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let target = url.trim_start_matches("http://").to_owned();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let hangs = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&hangs);
        std::thread::spawn(move || {
            for near in socket.incoming().flatten() {
                let Ok(far) = TcpStream::connect(&target) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let flag = Arc::clone(&flag);
                    std::thread::spawn(move || pass(from, to, &flag));
                }
            }
        });
        Self { url, hangs }
    }

    /// From now on nothing gets through, and no connection ends.
    pub(crate) fn hang(&self) {
        self.hangs.store(true, Ordering::SeqCst);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, hangs: &AtomicBool) {
    let mut piece = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        while hangs.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_secs(1));
        }
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}
