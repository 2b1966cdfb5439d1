//! The exchanges of a run, put aside on disk until their order is known.

use crate::run::journal::Heard;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

/// The histories of a run in a file that nobody else sees, and that is gone with the process.
pub struct Spool {
    file: File,
    end: u64,
    histories: BTreeMap<String, Vec<Place>>,
}

/// Where a history stands.
#[derive(Clone, Copy)]
struct Place {
    at: u64,
    length: usize,
    /// When its first request was sent, in nanoseconds from the start of the run.
    first: u64,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// There is no place for temporary files.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, end: 0, histories: BTreeMap::new() })
    }

    /// Puts a history aside.
    ///
    /// # Errors
    /// There is no space left.
    pub fn keep(&mut self, heard: &Heard) -> io::Result<()> {
        let Some(first) = heard.exchanges.iter().map(|exchange| exchange.at_ns).min() else { return Ok(()) };
        let text = serde_json::to_vec(heard)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&text)?;
        let place = Place { at: self.end, length: text.len(), first };
        self.end += text.len() as u64;
        self.histories.entry(heard.id.clone()).or_default().push(place);
        Ok(())
    }

    /// When the first request of a case was sent, in nanoseconds from the start of the run; nothing where none was.
    pub(super) fn first(&self, id: &str) -> Option<u64> {
        self.histories.get(id)?.iter().map(|place| place.first).min()
    }

    /// How many histories of a case there are.
    pub(super) fn count(&self, id: &str) -> usize {
        self.histories.get(id).map_or(0, Vec::len)
    }

    /// One of them, in the order in which they were judged.
    pub(super) fn read(&mut self, id: &str, at: usize) -> io::Result<Option<Heard>> {
        let Some(place) = self.histories.get(id).and_then(|places| places.get(at)).copied() else {
            return Ok(None);
        };
        let mut text = vec![0; place.length];
        self.file.seek(SeekFrom::Start(place.at))?;
        self.file.read_exact(&mut text)?;
        Ok(Some(serde_json::from_slice(&text)?))
    }
}
