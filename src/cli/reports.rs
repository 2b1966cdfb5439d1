//! Reports and snapshots on disk: `diff`, `accept`, `merge`, and what `run` writes.

use super::input;
use super::output::{self, Failure};
use crate::exit::Exit;
use crate::report::format::{Format, ReportTarget, render};
use crate::report::model::Report;
use crate::report::snapshot::{self, Snapshot};
use crate::report::terminal::Style;
use crate::report::write::write_atomically;
use crate::report::{diff, json, merge};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Writes every report, each whole or not at all. One that cannot be written does not cost the others.
pub(super) fn write_all(targets: &[ReportTarget], report: &Report) -> Result<(), Failure> {
    let failed: Vec<String> = targets
        .iter()
        .filter_map(|target| write_atomically(&target.path, &render(target.format, report)).err())
        .map(|error| error.to_string())
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::own(failed.join("\n"))) }
}

/// Finds out before anything is sent whether every report and the snapshot can have a file of its own.
pub(super) fn check_writable(targets: &[ReportTarget], snapshot: Option<&Path>) -> Result<(), Failure> {
    let reports = targets.iter().map(|target| {
        let option = format!("--report {}={}", target.format.as_str(), target.path.display());
        (option, target.path.as_path())
    });
    let snapshot = snapshot.map(|path| (format!("--snapshot {}", path.display()), path));
    let mut taken: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (option, path) in reports.chain(snapshot) {
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

/// The accepted snapshot, where there is one.
pub(super) fn read_snapshot(path: &Path) -> Result<Option<Snapshot>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    let text = input::text(path)?;
    let parsed =
        snapshot::parse(&text).map_err(|error| Failure::input(format!("{}: {error}", path.display())))?;
    Ok(Some(parsed))
}

/// What may keep a run from becoming a snapshot.
pub(super) struct Gaps {
    /// Cases were chosen by id or level, so that it is judged against its own part of the snapshot.
    pub(super) chosen: bool,
    /// It is one shard of several.
    pub(super) shard: bool,
    /// It was ended early.
    pub(super) interrupted: bool,
}

impl Gaps {
    /// Why the run becomes no snapshot, and what would; nothing where it may become one.
    fn reason(&self, report: &Report) -> Option<String> {
        let errors = report.totals.error;
        if self.interrupted {
            Some("the run was interrupted; let one run to its end".to_owned())
        } else if errors > 0 {
            let cases = if errors == 1 { "1 case ended".to_owned() } else { format!("{errors} cases ended") };
            Some(format!("{cases} in an error; run again when that is mended"))
        } else if report.cases.iter().any(|case| case.left_out) {
            Some("the exchange budget left cases out; let one run without --exchanges".to_owned())
        } else if self.shard {
            Some("only a shard was judged; merge all shards and accept that".to_owned())
        } else {
            None
        }
    }
}

/// Compares with the accepted snapshot; returns whether something newly broke. Without one, the run's is
/// written and becomes the accepted one, and what is broken in it was not accepted before. What does not
/// hold all that was asked for never becomes a snapshot: what is missing would be accepted as missing.
pub(super) fn compare_snapshot(
    path: &Path,
    accepted: Option<&Snapshot>,
    report: &Report,
    gaps: &Gaps,
    style: Style,
) -> Result<Option<bool>, Failure> {
    let text = snapshot::render(report);
    let pending = snapshot::pending_path(path);
    let left_out = report.cases.iter().any(|case| case.left_out);
    let mut unfit = gaps.reason(report);
    let Some(accepted) = accepted else {
        if let Some(reason) = unfit {
            output::note(&format!("snapshot: {} is not written, since {reason}", path.display()));
            return Ok(None);
        }
        write_atomically(path, &text).map_err(Failure::own)?;
        let broken = report.totals.fail;
        let accepts =
            if broken > 0 { format!(" and accepts {broken} broken from now on") } else { String::new() };
        output::note(&format!(
            "snapshot: {} is new{accepts}; later runs are compared with it",
            path.display()
        ));
        return Ok(Some(broken > 0));
    };
    let mut accepted = accepted.clone();
    let mut judged = report.clone();
    judged.cases.retain(|case| !case.left_out);
    if gaps.chosen || gaps.shard || left_out {
        // A part of the suite is compared with its own part of the snapshot, and never takes its place.
        let whole = accepted.cases.len();
        accepted.cases.retain(|id, _| judged.cases.iter().any(|case| case.id == *id));
        if accepted.cases.len() < whole {
            unfit = unfit.or(Some(
                "only a part of what it holds was judged; leave --only and the like out".to_owned(),
            ));
        }
    }
    let comparison = snapshot::compare(&accepted, &judged);
    if comparison.is_empty() {
        if unfit.is_none() {
            let _ = std::fs::remove_file(&pending);
        }
        output::print(&format!("snapshot: nothing changed since {}\n", path.display()));
        return Ok(Some(false));
    }
    if let Some(reason) = unfit {
        output::note(&format!("snapshot: {} is not written, since {reason}", pending.display()));
    } else {
        write_atomically(&pending, &text).map_err(Failure::own)?;
        output::note(&format!(
            "snapshot: {} holds this run; accept it with `proofmark accept REPORT.json --snapshot {}` or `cargo insta review`",
            pending.display(),
            path.display()
        ));
    }
    output::print(&diff::render(&comparison, style));
    Ok(Some(comparison.newly_broke()))
}

/// `proofmark diff`.
pub(super) fn diff(old: &Path, new: &Path) -> Result<Exit, Failure> {
    let (old, new) = (read(old)?, read(new)?);
    let diff = diff::between(&old, &new);
    output::print(&diff::render(&diff, output::style(false)));
    Ok(if diff.newly_broke() { Exit::Broken } else { Exit::Held })
}

/// `proofmark accept`.
pub(super) fn accept(report: &Path, path: &Path) -> Result<Exit, Failure> {
    let report = read(report)?;
    write_atomically(path, &snapshot::render(&report)).map_err(Failure::input)?;
    let _ = std::fs::remove_file(snapshot::pending_path(path));
    output::note(&format!("{} now holds {} cases", path.display(), report.cases.len()));
    Ok(Exit::Held)
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
