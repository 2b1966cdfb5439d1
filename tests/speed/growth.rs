//! Memory does not grow with the number of exchanges: those that passed are not kept.

use crate::support::{Place, Serve};
use std::process::Stdio;
use std::time::Duration;

/// Kibibytes that a process has had in memory at most; nothing where that is not to be read.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// How many exchanges a run with so many samples has, and its peak in kibibytes.
fn run(place: &Place, url: &str, samples: &str, more: &[&str]) -> (u64, u64) {
    let report = format!("json=report-{samples}.json");
    let mut arguments = vec!["run", "--config", "unsigned.toml", "--quiet", "--only", "sendInbox/request/*"];
    arguments.extend(["--target", url, "--samples", samples, "--report", &report]);
    arguments.extend(more);
    let mut child = place.command(&arguments).stdout(Stdio::null()).spawn().expect("the binary starts");
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(child.id()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    }
    let report = place.json(&format!("report-{samples}.json"));
    assert_eq!(report["verdict"], "conforms");
    (report["exchanges"].as_u64().unwrap(), most)
}

#[test]
fn many_times_as_many_exchanges_take_no_more_memory() {
    if peak(std::process::id()).is_none() {
        eprintln!("skipped: this system does not tell how much memory a process has");
        return;
    }
    let place = Place::new();
    let serve = Serve::start(&place, "--unsigned");
    let config = place.read("conf/proofmark.toml");
    let tables = config.split("\n\n").filter(|table| !table.starts_with("[clients."));
    let lines = tables
        .flat_map(str::lines)
        .filter(|line| !line.contains("private_key") && !line.contains("public_key"));
    place.write("unsigned.toml", lines.collect::<Vec<_>>().join("\n"));
    for journal in [&[][..], &["--report", "ndjson=journal.ndjson"]] {
        let (few, little) = run(&place, &serve.url, "1", journal);
        let (many, much) = run(&place, &serve.url, "12", journal);
        assert!(many >= 5 * few, "{few} exchanges, then {many}");
        assert!(much < little + (6 << 10), "{few} exchanges take {little} KiB, and {many} take {much} KiB");
    }
}
