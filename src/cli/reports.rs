//! Reports on disk: `merge`, and what `run` writes.

use super::output::{self, Failure};
use crate::exit::Exit;
use crate::report::format::{Format, ReportTarget, render};
use crate::report::model::Report;
use crate::report::write;
use crate::report::{json, merge};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Writes every report, each whole or not at all. One that cannot be written does not cost the others.
pub(super) fn write_all(targets: &[ReportTarget], report: &Report) -> Result<(), Failure> {
    let failed: Vec<String> = targets
        .iter()
        .filter_map(|target| {
            let text = render(target.format, report);
            output::save(&target.path, &mut |out| out.write_all(text.as_bytes())).err()
        })
        .map(|error| error.to_string())
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::own(failed.join("\n"))) }
}

/// Finds out before anything is sent whether every report and the snapshot can have a file of its own.
pub(super) fn check_writable(targets: &[ReportTarget], snapshot: Option<&Path>) -> Result<(), Failure> {
    let reports = targets.iter().map(|target| (option(target), target.path.as_path()));
    let snapshot = snapshot.map(|path| (format!("--snapshot {}", path.display()), path));
    check_places(reports.chain(snapshot.clone()))?;
    // A journal is opened where it stands before anything is sent. A snapshot that is there may well be where nothing
    // may be written, since it is only read as long as nothing changes.
    let reports = targets.iter().filter(|target| target.format != Format::Ndjson);
    let reports = reports.map(|target| (option(target), target.path.as_path()));
    let snapshot = snapshot.filter(|(_, path)| !path.exists());
    check_written(reports.chain(snapshot))
}

/// The option that names a report.
fn option(target: &ReportTarget) -> String {
    format!("--report {}={}", target.format.as_str(), target.path.display())
}

/// Finds out whether what every option names could be written.
pub(super) fn check_written<'a>(options: impl Iterator<Item = (String, &'a Path)>) -> Result<(), Failure> {
    for (option, path) in options.filter(|(_, path)| !output::is_stdout(path)) {
        write::check_writable(path).map_err(|error| {
            let (source, mend) = (&error.source, error.mend);
            Failure::input(format!("{option}: cannot be written: {source} ({mend})"))
        })?;
    }
    Ok(())
}

/// Finds out whether every option can have a file of its own.
pub(super) fn check_places<'a>(options: impl Iterator<Item = (String, &'a Path)>) -> Result<(), Failure> {
    let mut taken: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (option, path) in options {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let Ok(place) = folder.canonicalize().and_then(|place| place.read_dir().map(|_| place)) else {
            return Err(Failure::input(format!(
                "{option}: there is no folder {} (make it first)",
                folder.display()
            )));
        };
        if path.is_dir() {
            return Err(Failure::input(format!("{option}: is a folder (name a file)")));
        }
        let file = path.file_name().map(|name| place.join(name)).unwrap_or_default();
        let device = path.exists() && !path.is_file();
        if let Some(other) = taken.insert(file, option.clone()).filter(|_| !device) {
            return Err(Failure::input(format!(
                "{option} and {other} name one file, and the later would replace the earlier (name two)"
            )));
        }
    }
    Ok(())
}

/// Where the JSON report goes, for hints.
pub(super) fn json_path(targets: &[ReportTarget]) -> Option<String> {
    targets
        .iter()
        .find(|target| target.format == Format::Json)
        .map(|target| target.path.display().to_string())
}

/// `proofmark merge`.
pub(super) fn merge(shards: &[PathBuf], targets: &[ReportTarget]) -> Result<Exit, Failure> {
    if targets.iter().any(|target| target.format == Format::Ndjson) {
        return Err(Failure::input(
            "--report ndjson: reports do not hold what was heard, so only `proofmark run` can write a journal (keep \
             the journals of the shards)",
        ));
    }
    check_writable(targets, None)?;
    let mut named = Vec::new();
    for path in shards {
        named.push((path.display().to_string(), read(path)?));
    }
    let report = merge::merge(&named).map_err(Failure::input)?;
    write_all(targets, &report)?;
    output::note(&format!("{} shards merged: {}", named.len(), report.verdict.as_str()));
    Ok(super::run::verdict(&report, None))
}

/// Reads a JSON report.
pub(super) fn read(path: &Path) -> Result<Report, Failure> {
    json::read(path).map_err(Failure::input)
}
