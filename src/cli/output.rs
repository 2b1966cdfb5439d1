//! Standard streams.

use super::page;
use crate::exit::Exit;
use crate::report::terminal::Style;
use crate::report::text;
use crate::report::write::{WriteError, write_atomically_with};
use anstream::{AutoStream, ColorChoice};
use console::Term;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::OnceLock;
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

    /// A file cannot be written: its path is wrong, or the machine fails.
    pub(super) fn unwritten(error: WriteError) -> Self {
        if error.is_of_the_path() { Self::input(error) } else { Self::own(error) }
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

/// Why standard output could not be written.
static UNPRINTED: OnceLock<io::Error> = OnceLock::new();

/// What there is to say of standard output in the end: that it could not be written. A reader that went away is no
/// error.
pub(super) fn unprinted() -> Option<String> {
    let error = UNPRINTED.get()?;
    let mend = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space",
        ErrorKind::FileTooLarge => "raise the limit on the size of files (`ulimit -f`)",
        _ => "check where it is sent to",
    };
    Some(format!("standard output cannot be written: {error}; {mend}"))
}

/// Writes to standard output.
///
/// Returns whether somebody still reads.
fn put(write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> bool {
    let mut out = io::stdout().lock();
    let written = write(&mut out).and_then(|()| out.flush());
    written.inspect_err(keep).is_ok()
}

/// Keeps in mind why standard output could not be written.
fn keep(error: &io::Error) {
    if error.kind() != ErrorKind::BrokenPipe {
        // It is no copy, since an error has none.
        let copy = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
        let _ = UNPRINTED.set(copy);
    }
}

/// Prints to standard output. A reader that went away is no error.
pub(super) fn print(text: &str) {
    put(&mut |out| out.write_all(text.as_bytes()));
}

/// Whether a path is a name of standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}

/// Writes a file whole or not at all, or to standard output where the path is its name: opened anew, it would be
/// replaced, or written over by what is printed later.
pub(super) fn save(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    if !is_stdout(path) {
        return write_atomically_with(path, write);
    }
    put(write);
    Ok(())
}

/// Standard output for what is written piece by piece. Once its reader went away, the rest goes nowhere.
pub(super) struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match io::stdout().write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match io::stdout().flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
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
    put(&mut |out| writeln!(out, "{text}"))
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
        let read = put(&mut |out| out.write_all(&self.piece));
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
    let mut out = io::stderr().lock();
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
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints help, or what is wrong with the command line.
pub(super) fn usage(error: &clap::Error) {
    let _ = if error.use_stderr() {
        let text = page::fitted(&error.render().ansi().to_string(), notes_width());
        anstream::stderr().lock().write_all(text.as_bytes())
    } else {
        // The library lays it out for the terminal by itself.
        error.print().inspect_err(keep)
    };
}

/// Shows on standard error that an answer is waited for.
pub(super) fn prompt() {
    let mut out = io::stderr().lock();
    let _ = out.write_all(b"> ").and_then(|()| out.flush());
}

/// The least width that text is laid out for.
const NARROW: usize = 40;

/// How text on standard output looks: coloured on a terminal, unless `--color`, `NO_COLOR`, `CLICOLOR` or
/// `CLICOLOR_FORCE` say otherwise; as wide as `COLUMNS` says, or else the terminal.
pub(super) fn style(quiet: bool) -> Style {
    let color = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
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
