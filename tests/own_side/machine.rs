//! A shell to set up a machine that fails, and what is asked of what a run leaves behind.

use crate::support::{Done, Place};
use serde_json::Value;
use std::process::{Command, Stdio};

/// All formats of reports, as options, written to files `r.FORMAT`.
pub(crate) const ALL: &str = "--report json=r.json --report junit=r.junit --report html=r.html --report markdown=r.markdown --report har=r.har --report sarif=r.sarif --report ctrf=r.ctrf --report ndjson=r.ndjson";

/// A few cases, of which all hold.
pub(crate) const FEW: &str = "run --quiet --only */accessToken/*";

/// A fault by which one of those breaks.
pub(crate) const FAULT: &str = "--fault access-token-may-be-missing";

/// A script for the shell, in which `$P` is proofmark.
pub(crate) fn script(place: &Place, text: &str) -> Command {
    let mut command = place.command(&[]);
    let mut shell = Command::new("bash");
    // A pattern is for proofmark, and not for the shell.
    shell.args(["-f", "-c", text]).env("P", command.get_program());
    shell.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null());
    for (name, value) in command.env("LC_ALL", "C.UTF-8").get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Runs a script to its end.
pub(crate) fn shell(place: &Place, text: &str) -> Done {
    script(place, text).output().expect("bash starts").into()
}

/// Runs a script to its end with mounts of its own; nothing where that is not allowed, which is said.
pub(crate) fn with_mounts(place: &Place, text: &str) -> Option<Done> {
    if !shell(place, "unshare -rm mount -t tmpfs none /mnt").err.is_empty() {
        eprintln!("skipped: this machine allows no mounts in a namespace of their own");
        return None;
    }
    place.write("mounts.sh", format!("set -f\n{text}"));
    Some(shell(place, "exec unshare -rm bash mounts.sh"))
}

/// Finds every report of [`ALL`] whole; that as JSON.
#[track_caller]
pub(crate) fn assert_whole(place: &Place) -> Value {
    for format in ["har", "sarif", "ctrf"] {
        place.json(&format!("r.{format}"));
    }
    assert!(place.read("r.junit").trim_end().ends_with("</testsuites>"));
    assert!(place.read("r.html").trim_end().ends_with("</html>"));
    assert!(place.read("r.markdown").contains("##"));
    let journal = place.read("r.ndjson");
    let lines: Vec<Value> = journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["event"], "finished");
    assert!(temporary(place).is_empty(), "{:?}", place.files());
    place.json("r.json")
}

/// The temporary files of reports that are there.
pub(crate) fn temporary(place: &Place) -> Vec<String> {
    place.files().into_iter().filter(|name| name.starts_with(".proofmark-")).collect()
}

/// What went wrong, once and with its mend.
#[track_caller]
pub(crate) fn assert_told(done: &Done, parts: &[&str]) {
    for part in parts {
        assert_eq!(done.err.matches(part).count(), 1, "{part}: {}", done.err);
    }
    assert!(!done.err.contains("panicked") && !done.err.contains("please report it"), "{}", done.err);
}
