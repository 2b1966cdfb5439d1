//! A listener that nobody has any business with, though hostile targets name it wherever they can.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) struct Trap {
    pub(crate) url: String,
    connections: Arc<AtomicUsize>,
}

impl Trap {
    /// A trap on a free port; its thread ends with the process.
    pub(crate) fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/trap", socket.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        std::thread::spawn(move || {
            for _ in socket.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { url, connections }
    }

    /// How many connections were opened.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}
