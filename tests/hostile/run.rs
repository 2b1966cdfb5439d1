//! One run of the binary, watched: its exit code, what it wrote, how long it took and how much memory.

use crate::table::Behaviour;
use serde_json::Value;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// After what time more than its budget a run is stopped from outside.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) err: Vec<u8>,
    /// The JSON report, as far as it is one.
    pub(crate) report: Option<Value>,
    /// From start to end.
    pub(crate) took: Duration,
    /// How long one of its threads had something to do and no processor to do it on, at the most: what a busy machine
    /// takes from it.
    pub(crate) waited: Duration,
    /// The most memory that it ever held, in KiB.
    pub(crate) peak: u64,
}

impl Ran {
    /// The cases of the report.
    pub(crate) fn cases(&self) -> &[Value] {
        let cases = self.report.as_ref().and_then(|report| report["cases"].as_array());
        cases.map(Vec::as_slice).unwrap_or_default()
    }
}

/// Runs the binary against a target, in a folder that holds its configuration.
pub(crate) fn run(folder: &Path, url: &str, behaviour: &Behaviour) -> Ran {
    let Behaviour { budget, timeout, cases, .. } = *behaviour;
    let file = |name: &str| File::create(folder.join(name)).unwrap();
    let words = |duration: Duration| format!("{}ms", duration.as_millis());
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofmark"));
    command
        .args(["run", "--target", url, "--budget", &words(budget), "--timeout", &words(timeout)])
        .args(["--report", "json=r.json", "--report", "html=r.html", "--report", "ndjson=r.ndjson"])
        .args(cases.iter().flat_map(|glob| ["--only", glob]))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(file("out"))
        .stderr(file("err"));
    for variable in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "COLUMNS", "PROOFMARK_CONFIG"] {
        command.env_remove(variable);
    }
    let start = Instant::now();
    let mut child = command.spawn().expect("the binary starts");
    let (mut peak, mut waited) = (0, Duration::ZERO);
    let code = loop {
        peak = memory(&child).unwrap_or_default().max(peak);
        waited = waiting(&child).max(waited);
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if start.elapsed() > budget + PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = start.elapsed();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
    let report = serde_json::from_slice(&read("r.json")).ok();
    Ran { code, out: read("out"), err: read("err"), report, took, waited, peak }
}

/// The most memory that a process has held so far, in KiB; nothing where the system does not say.
fn memory(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// The longest time that a thread of a process has waited for a processor so far.
fn waiting(child: &Child) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{}/task", child.id())).into_iter().flatten().flatten();
    let nanos = threads.filter_map(|thread| {
        let words = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        words.split(' ').nth(1)?.parse().ok()
    });
    Duration::from_nanos(nanos.max().unwrap_or_default())
}
