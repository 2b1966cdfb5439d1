//! Standard streams.

use crate::exit::Exit;
use crate::report::terminal::Style;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Why a command ends without doing its work.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
}

#[expect(clippy::needless_pass_by_value, reason = "callers hand over errors that they are done with")]
impl Failure {
    /// The input is wrong.
    pub(super) fn input(message: impl ToString) -> Self {
        Self { exit: Exit::BadInput, message: message.to_string() }
    }

    /// The user does not want it any more.
    pub(super) fn interrupted(message: impl ToString) -> Self {
        Self { exit: Exit::Interrupted, message: message.to_string() }
    }

    /// proofmark itself failed.
    pub(super) fn own(message: impl ToString) -> Self {
        Self { exit: Exit::OwnFailure, message: message.to_string() }
    }
}

/// Prints to standard output. A reader that went away is no error.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints one line to standard output.
///
/// Returns whether somebody still reads it.
pub(super) fn line(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).is_ok()
}

/// How much is gathered before it is written.
const PIECE: usize = 32 * 1024;
/// How long a line waits for the next ones.
const PATIENCE: Duration = Duration::from_millis(100);

/// A stream of lines to standard output, written in large pieces; the last one where it is dropped.
pub(super) struct Lines {
    piece: Vec<u8>,
    written: Instant,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self { piece: Vec::with_capacity(2 * PIECE), written: Instant::now() }
    }

    /// The line that is being made: whatever is appended, up to [`Self::end`].
    pub(super) fn line(&mut self) -> &mut Vec<u8> {
        &mut self.piece
    }

    /// Ends the line.
    ///
    /// Returns whether somebody still reads.
    pub(super) fn end(&mut self) -> bool {
        self.piece.push(b'\n');
        (self.piece.len() < PIECE && self.written.elapsed() < PATIENCE) || self.write()
    }

    fn write(&mut self) -> bool {
        let mut out = std::io::stdout().lock();
        let read = out.write_all(&self.piece).and_then(|()| out.flush()).is_ok();
        self.piece.clear();
        self.piece.shrink_to(2 * PIECE);
        self.written = Instant::now();
        read
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.write();
    }
}

/// Prints an error to standard error.
pub(super) fn error(message: &str) {
    let mut out = std::io::stderr().lock();
    for line in message.lines() {
        // What a message quotes may come from a file that somebody else wrote.
        let line = line.replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
        let _ = writeln!(out, "error: {line}");
    }
}

/// Prints a note to standard error.
pub(super) fn note(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// How text on standard output looks: coloured on a terminal unless `NO_COLOR` is set.
pub(super) fn style(quiet: bool) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal.then(terminal_width)).unwrap_or(usize::MAX);
    Style { color: (terminal || forced) && !plain, width: width.max(40), quiet }
}

/// Whether bars and blocks can be shown: not where a locale is named that is none of UTF-8.
pub(super) fn has_unicode() -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let locale = named.map(|locale| locale.to_ascii_lowercase()).find(|locale| !locale.is_empty());
    locale.is_none_or(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}

/// The width of the terminal, as the progress bar's library measures it.
fn terminal_width() -> usize {
    let (_, columns) = console::Term::stdout().size();
    usize::from(columns)
}
