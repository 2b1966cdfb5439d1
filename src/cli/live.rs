//! Reports that are written from what a run hears: the journal, while it goes on, and the archive of all exchanges.

use super::output::{self, Failure};
use crate::contract::problem::Problem;
use crate::report::format::{Format, ReportTarget};
use crate::report::har::{self, Spool};
use crate::report::journal::Writer;
use crate::report::model::Report;
use crate::run::Event;
use crate::run::journal::{self, Journal};
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A journal that is gone on with.
pub(super) struct Earlier<'a> {
    pub(super) path: &'a Path,
    pub(super) journal: &'a Journal,
}

/// What is written while a run goes on.
pub(super) struct Live(Mutex<Open>);

#[derive(Default)]
struct Open {
    journals: Vec<(String, Writer)>,
    spool: Option<Spool>,
    /// Whether something could not be written.
    failed: bool,
}

/// Reads a journal.
pub(super) fn read(path: &Path) -> Result<Journal, Failure> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| {
        Failure::input(Problem::new(&name, format!("cannot be read: {error}"), "check the path"))
    })?;
    journal::read(&name, BufReader::new(file)).map_err(Failure::input)
}

/// Finds out whether the journal that is gone on with is the only one that is written, and nothing else is in its
/// place.
pub(super) fn check_one(targets: &[ReportTarget], resumed: &Path) -> Result<(), Failure> {
    let same = |path: &Path| match (path.canonicalize(), resumed.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    let journal = |target: &&ReportTarget| target.format == Format::Ndjson;
    match targets.iter().find(|target| journal(target) != same(&target.path)) {
        None => Ok(()),
        Some(target) => Err(Failure::input(format!(
            "--report {}={}: --resume goes on writing {} ({})",
            target.format.as_str(),
            target.path.display(),
            resumed.display(),
            if journal(&target) { "leave this report out" } else { "name another file" }
        ))),
    }
}

impl Live {
    /// Opens what these reports need.
    pub(super) fn open(targets: &[ReportTarget], earlier: Option<&Earlier<'_>>) -> Result<Self, Failure> {
        let mut open = Open::default();
        if let Some(Earlier { path, journal }) = earlier {
            let file = go_on(path, journal.whole).map_err(|error| unwritable(path, &error))?;
            open.journals.push((path.display().to_string(), Writer::new(Box::new(file))));
        } else {
            for target in targets.iter().filter(|target| target.format == Format::Ndjson) {
                let path = target.path.as_path();
                let out = begin(path).map_err(|error| unwritable(path, &error))?;
                open.journals.push((path.display().to_string(), Writer::new(out)));
            }
        }
        if targets.iter().any(|target| target.format == Format::Har) {
            let spool = Spool::new().and_then(|mut spool| {
                if let Some(Earlier { journal, .. }) = earlier {
                    let decided = journal.heard.iter().filter(|(id, _)| journal.is_decided(id));
                    decided.flat_map(|(_, heard)| heard).try_for_each(|heard| spool.keep(heard))?;
                }
                Ok(spool)
            });
            open.spool = Some(spool.map_err(|error| {
                Failure::own(format!("there is no place for temporary files: {error} (set TMPDIR)"))
            })?);
        }
        Ok(Self(Mutex::new(open)))
    }

    /// Whether histories are wanted.
    pub(super) fn listens(&self) -> bool {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !open.journals.is_empty() || open.spool.is_some()
    }

    /// Takes note of an event. What cannot be written does not cost the run.
    pub(super) fn observe(&self, event: Event<'_>) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = &mut *open;
        open.journals.retain_mut(|(name, writer)| match writer.take(event) {
            Ok(()) => true,
            Err(error) => {
                open.failed = true;
                output::note(&format!(
                    "the journal {name} ends here, and the run goes on: it cannot be written: {error}"
                ));
                false
            }
        });
        if let (Some(spool), Event::Heard(heard)) = (&mut open.spool, event)
            && let Err(error) = spool.keep(heard)
        {
            open.failed = true;
            open.spool = None;
            output::note(&format!(
                "there will be no archive of all exchanges: they cannot be put aside: {error}"
            ));
        }
    }

    /// Writes what waits for the end of the run.
    ///
    /// Returns whether everything could be written.
    pub(super) fn finish(self, targets: &[ReportTarget], report: &Report) -> bool {
        let mut open = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Some(spool) = &mut open.spool else { return !open.failed };
        for target in targets.iter().filter(|target| target.format == Format::Har) {
            let mut write = |out: &mut dyn Write| har::write_all(report, spool, out);
            if let Err(error) = output::save(&target.path, &mut write) {
                open.failed = true;
                output::error(&error.to_string());
            }
        }
        !open.failed
    }
}

/// A new journal, in place of what the file held.
fn begin(path: &Path) -> std::io::Result<Box<dyn Write + Send>> {
    // Opened anew, it would be written over by what is printed later.
    if output::is_stdout(path) {
        return Ok(Box::new(output::Stdout));
    }
    let file = File::options().write(true).create(true).truncate(true).open(path)?;
    Ok(Box::new(file))
}

/// The journal that is there, up to the end of its last whole line.
fn go_on(path: &Path, whole: u64) -> std::io::Result<File> {
    let file = File::options().append(true).open(path)?;
    file.set_len(whole)?;
    Ok(file)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(format!("the journal {} cannot be written: {error} (choose another path)", path.display()))
}
