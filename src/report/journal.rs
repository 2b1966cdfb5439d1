//! The journal of a run: a line an event, written as it happens. What is in it is said in [`crate::run::journal`].

use crate::run::Event;
use std::io::{self, Write};

/// Writes events, each as a line that whoever follows can read at once.
pub struct Writer {
    out: Box<dyn Write + Send>,
    line: Vec<u8>,
}

impl Writer {
    /// A writer to something that is not buffered further.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out, line: Vec::new() }
    }

    /// Writes the line of an event.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn take(&mut self, event: Event<'_>) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, &event)?;
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        self.out.flush()
    }
}
