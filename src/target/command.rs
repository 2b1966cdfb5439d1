//! Commands of the configuration: run without a shell, told nothing, and heard for as long as an exchange may take.

use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// What a command prints, at most so many bytes of it; nothing where that is no UTF-8. What it writes to stderr may hold
/// secrets and is not even read. `who` is what it is called in errors, such as `the command`.
///
/// # Errors
/// Why it did not end well within the limit, in words that hold nothing of what it printed.
pub(super) async fn output(
    who: &str,
    words: impl IntoIterator<Item = String>,
    longest: u64,
    limit: Duration,
) -> Result<Option<Zeroizing<String>>, String> {
    let mut words = words.into_iter();
    let program = words.next().ok_or_else(|| format!("{who} names no program"))?;
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{who} cannot be started: {error}"))?;
    let mut out = child.stdout.take().ok_or_else(|| format!("{who} has no output"))?.take(longest);
    // As long as it may be, so that no part of it is left behind where it grows.
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(longest).unwrap_or_default()));
    let done = timeout(limit, async {
        let read = out.read_to_string(&mut text).await;
        // Nothing reads on, so that a command which writes more than this ends too.
        drop(out);
        (read.is_ok(), child.wait().await)
    });
    match done.await {
        Err(_) => Err(format!("{who} took longer than {}", humantime::format_duration(limit))),
        Ok((_, Err(error))) => Err(format!("{who} cannot be waited for: {error}")),
        Ok((_, Ok(status))) if !status.success() => Err(match status.code() {
            Some(code) => format!("{who} failed with exit code {code}"),
            None => format!("{who} was killed"),
        }),
        Ok((read, Ok(_))) => Ok(read.then_some(text)),
    }
}
