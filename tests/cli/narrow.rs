//! A pane as narrow as a phone: nothing is wider than it but what is there to be copied.

use crate::support::{Place, has_tool};
use std::process::Command;

const COLUMNS: usize = 40;

/// What a command prints on a terminal of so many columns, without its colours.
fn on_terminal(place: &Place, line: &str) -> String {
    let inner = format!("stty cols {COLUMNS} rows 60; '{}' {line}", env!("CARGO_BIN_EXE_proofmark"));
    let mut command = Command::new("script");
    command
        .args(["-qec", &inner, "/dev/null"])
        .current_dir(place.path(""))
        .stdin(std::process::Stdio::null());
    for variable in ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    let done = command.env("TERM", "xterm").output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).replace('\r', "");
    console::strip_ansi_codes(&text).into_owned()
}

/// Whether a line is there to be copied: a command, or a path or an id that stands alone. Usage is laid out by the
/// library that reads the command line.
fn is_for_copying(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("proofmark ")
        || line.starts_with("Usage: ")
        || !line.trim_start_matches("- ").trim_end().contains(' ')
}

#[track_caller]
fn assert_fits(place: &Place, line: &str) -> String {
    let shown = on_terminal(place, line);
    assert!(!shown.trim().is_empty(), "`{line}` says nothing");
    let wide = shown.lines().find(|one| one.chars().count() > COLUMNS && !is_for_copying(one));
    assert_eq!(wide, None, "`{line}` is too wide here");
    shown
}

#[test]
fn what_is_listed_and_explained_fits() {
    let place = Place::new();
    if !has_tool("script", "--version") {
        return;
    }
    for line in [
        "list",
        "list --dialect",
        "faults",
        "explain exit-codes",
        "explain sendInbox/idempotency/replay-same-result",
        "explain sendInbox/request/accessToken/maxLength/above",
        "explain sendInbox/no/such-case",
        "--help",
        "run --help",
        "init --help",
        "lint no-such-file.yaml",
        "run --shard 9/2",
        "run --report json=nowhere/report.json",
        "run --only nothing-is-called-so",
        "init --target http://127.0.0.1:1 --token-env A_NAME",
    ] {
        assert_fits(&place, line);
    }
    let shown = assert_fits(&place, "selftest --suite sendInbox --only key-trimmed --repeats 1");
    assert!(shown.contains("noticed") && shown.contains("2 idempotency"), "{shown}");
}

#[test]
fn what_reports_are_made_of_fits() {
    let place = Place::new();
    if !has_tool("script", "--version") {
        return;
    }
    place.run("run --fault key-trimmed --only */idempotency/key-* --report json=new.json").exit(1);
    place.run("run --only */idempotency/key-* --report json=old.json").exit(0);
    for line in [
        "accept old.json --snapshot wallet.snap",
        "merge old.json --report json=merged.json",
        "replay new.json sendInbox/idempotency/key-trailing-space",
        "replay new.json sendInbox/idempotency/key-trailing",
    ] {
        assert_fits(&place, line);
    }
}

#[test]
fn a_word_is_never_broken() {
    let place = Place::new();
    let done =
        place.run_with("explain sendInbox/idempotency/replay-same-result", &[("COLUMNS", "40")]).exit(0);
    let whole = place.run("explain sendInbox/idempotency/replay-same-result").exit(0);
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&done.out), words(&whole.out));
    assert!(done.out.lines().count() > whole.out.lines().count());
}

#[test]
fn what_a_run_finds_fits() {
    let place = Place::new();
    if !has_tool("script", "--version") {
        return;
    }
    let shown = on_terminal(
        &place,
        "run --fault key-trimmed --only '*/key-*-space' --report json=r.json 2>/dev/null",
    );
    let command =
        |line: &str| ["N=$(", "BODY=", "replay:"].iter().any(|start| line.trim_start().starts_with(start));
    let wide =
        shown.lines().find(|line| line.chars().count() > COLUMNS && !command(line) && !is_for_copying(line));
    assert_eq!(wide, None, "{shown}");
    assert!(shown.contains("timeline:") && shown.contains("> second (key 2"), "{shown}");
}
