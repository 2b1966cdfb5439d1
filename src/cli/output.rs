//! Standard streams.

use super::page;
use crate::exit::Exit;
use crate::report::terminal::Style;
use crate::report::text;
use anstream::{AutoStream, ColorChoice};
use console::Term;
use std::io::Write;
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

/// Prints text for people to standard output, its lines broken where the pane ends.
pub(super) fn page(text: &str) {
    print(&page::fitted(&tame(text), style(false).width));
}

/// Lines of which no character does anything but show: what they quote may come from anywhere.
fn tame(text: &str) -> String {
    text.split('\n').map(text::line).collect::<Vec<_>>().join("\n")
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
        // What a message quotes may come from a file that somebody else wrote, or from the target.
        let line = line.replace(|c: char| c.is_control() && c != '\t', "\u{fffd}");
        let line = text::line(&line);
        let _ = out.write_all(page::fitted(&format!("error: {line}"), notes_width()).as_bytes());
    }
}

/// Prints a note to standard error.
pub(super) fn note(message: &str) {
    let text = page::fitted(&tame(message), notes_width());
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Prints help, or what is wrong with the command line.
pub(super) fn usage(error: &clap::Error) {
    let _ = if error.use_stderr() {
        let text = page::fitted(&error.render().ansi().to_string(), notes_width());
        anstream::stderr().lock().write_all(text.as_bytes())
    } else {
        // The library lays it out for the terminal by itself.
        error.print()
    };
}

/// Shows on standard error that an answer is waited for.
pub(super) fn prompt() {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(b"> ").and_then(|()| out.flush());
}

/// The least width that text is laid out for.
const NARROW: usize = 40;

/// How text on standard output looks: coloured on a terminal, unless `--color`, `NO_COLOR`, `CLICOLOR` or
/// `CLICOLOR_FORCE` say otherwise; as wide as `COLUMNS` says, or else the terminal.
pub(super) fn style(quiet: bool) -> Style {
    let color = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    let terminal = Term::stdout();
    let width = columns().or_else(|| terminal.is_term().then(|| usize::from(terminal.size().1)));
    Style { color, width: width.unwrap_or(usize::MAX).max(NARROW), quiet }
}

/// Whether bars and blocks can be shown: not where a locale is named that is none of UTF-8.
pub(super) fn has_unicode() -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let locale = named.map(|locale| locale.to_ascii_lowercase()).find(|locale| !locale.is_empty());
    locale.is_none_or(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}

/// Whether standard output has little more than the least width.
pub(super) fn is_narrow() -> bool {
    style(false).width < NARROW + 20
}

/// The width of messages on standard error. Where that is no terminal, a message is one line, for whatever reads it.
fn notes_width() -> usize {
    let terminal = Term::stderr();
    if terminal.is_term() {
        columns().unwrap_or_else(|| usize::from(terminal.size().1)).max(NARROW)
    } else {
        usize::MAX
    }
}

/// The width that the environment asks for.
fn columns() -> Option<usize> {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0)
}
