//! How many files may be open at the same time, and what that leaves room for.

use super::output::Failure;
use std::path::Path;

/// Files that are open whatever is judged: streams, timers, signals, a report that is written.
const ALWAYS: usize = 16;
/// What the embedded wallet has open beside its connections.
const WALLET: usize = 10;
/// Connections of requests that are sent together, and one that was there before.
const TOGETHER: usize = 9;
/// Connections of cases that wait for the end of the run.
const WAITING: usize = 4;
/// The pipes of a command that is started for a request.
const PIPES: usize = 6;
/// What the limit is raised to where it may be.
const ENOUGH: u64 = 4096;

/// What a run opens.
pub(super) struct Wants {
    /// Cases judged at the same time.
    pub(super) concurrency: usize,
    /// The target is in this process, which then has both ends of each connection.
    pub(super) embedded: bool,
    /// A command completes each request.
    pub(super) hook: bool,
}

impl Wants {
    /// For each case that is judged.
    fn each(&self) -> usize {
        TOGETHER * self.ends() + if self.hook { PIPES } else { 0 }
    }

    fn fixed(&self) -> usize {
        ALWAYS + WAITING * self.ends() + if self.embedded { WALLET } else { 0 }
    }

    fn ends(&self) -> usize {
        if self.embedded { 2 } else { 1 }
    }

    /// For so many cases at the same time.
    fn all(&self, concurrency: usize) -> usize {
        self.fixed().saturating_add(self.each().saturating_mul(concurrency))
    }
}

/// What there is room for.
pub(super) struct Room {
    /// Cases that can be judged at the same time.
    pub(super) concurrency: usize,
    /// What there is to say of it, where that is less than what was wanted.
    pub(super) note: Option<String>,
}

/// How much of what a run wants there is room for. The limit is raised first, as far as that is allowed.
///
/// # Errors
/// There is no room for a single case.
pub(super) fn room(wants: &Wants) -> Result<Room, Failure> {
    let all = wants.all(wants.concurrency);
    let Some((limit, open)) = limit(all) else {
        return Ok(Room { concurrency: wants.concurrency, note: None });
    };
    let free = limit.saturating_sub(open);
    if free >= all {
        return Ok(Room { concurrency: wants.concurrency, note: None });
    }
    let concurrency = free.saturating_sub(wants.fixed()) / wants.each();
    if concurrency == 0 {
        return Err(Failure::own(format!(
            "a run needs {} open files at the same time, and the limit is {limit} (raise it with `ulimit -n {}`)",
            wants.all(1) + open,
            rounded(wants.all(1) + open)
        )));
    }
    let cases = if concurrency == 1 { "1 case is".to_owned() } else { format!("{concurrency} cases are") };
    let note = format!(
        "no more than {limit} files may be open at the same time, so {cases} judged at once and not {} (raise the limit \
         with `ulimit -n {}`)",
        wants.concurrency,
        rounded(all + open)
    );
    Ok(Room { concurrency, note: Some(note) })
}

/// Makes sure that so many more files may be open.
///
/// # Errors
/// They may not.
pub(super) fn have(wanted: usize) -> Result<(), Failure> {
    match limit(wanted) {
        Some((limit, open)) if limit.saturating_sub(open) < wanted => Err(Failure::own(format!(
            "this needs {} open files at the same time, and the limit is {limit} (raise it with `ulimit -n {}`)",
            wanted + open,
            rounded(wanted + open)
        ))),
        _ => Ok(()),
    }
}

fn rounded(files: usize) -> usize {
    files.next_multiple_of(64)
}

/// The limit, raised where so many more would not fit, and how many files are open; nothing where nobody knows.
#[cfg(unix)]
fn limit(more: usize) -> Option<(usize, usize)> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let listed = ["/proc/self/fd", "/dev/fd"].into_iter().find_map(|list| Path::new(list).read_dir().ok());
    // One of them lists the others.
    let open = listed?.count().saturating_sub(1);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current = current?;
    let wanted = u64::try_from(open + more).unwrap_or(u64::MAX);
    let raised = wanted.max(ENOUGH).min(maximum.unwrap_or(u64::MAX));
    let fits = wanted <= current || raised <= current;
    let is_raised = !fits && setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }).is_ok();
    let limit = if is_raised { raised } else { current };
    Some((usize::try_from(limit).unwrap_or(usize::MAX), open))
}

#[cfg(not(unix))]
fn limit(_: usize) -> Option<(usize, usize)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_a_limit_that_is_enough() {
        let wants = Wants { concurrency: 16, embedded: true, hook: false };
        assert!(rounded(wants.all(1)) >= wants.all(1) && wants.all(1) <= 64);
        assert!(wants.all(16) <= 384, "{}", wants.all(16));
        assert!(have(usize::MAX / 2).is_err_and(|failure| failure.message.contains("ulimit -n")));
        assert!(room(&Wants { concurrency: 1, embedded: false, hook: false }).is_ok());
    }
}
