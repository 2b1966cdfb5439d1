//! Judging one unruly target, and what holds whatever it does.

use crate::support::{Done, Place, ids};
use crate::trap::Traps;
use serde_json::Value;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What a behaviour has to come to.
#[derive(Clone, Copy)]
pub(crate) enum Expect {
    /// Every MUST held: exit 0, and nobody is accused.
    Conforms,
    /// The target cannot be judged, for a reason that has these words in it: exit 3, no case fails, none passes.
    Unjudged(&'static str),
    /// What was decided before it went wrong is kept, and nobody is accused: exit 3.
    Undecided(&'static str),
    /// It is judged like a target that gives the same answers and is not unruly.
    LikeAnyOther,
}

/// An unruly target: where it is, and what to add to the command line.
pub(crate) struct Unruly {
    /// Lines in place of the target's URL in the configuration of the wallet.
    pub(crate) lines: String,
    pub(crate) more: &'static str,
}

/// The time limit of a run, and what it may take longer.
const BUDGET: Duration = Duration::from_secs(40);
const OVER: Duration = Duration::from_secs(2);
/// The most memory that a run may take, in KiB.
const MOST: u64 = 150 << 10;

/// Judges a target in a place that holds the wallet's configuration, and checks what has to hold of every run.
pub(crate) fn judge(place: &Place, unruly: &Unruly) -> (Done, Value) {
    let traps = Traps::set();
    let toml = place.read("conf/proofmark.toml");
    let own = toml.lines().find(|line| line.starts_with("url = ")).unwrap();
    place.write("conf/p.toml", toml.replacen(own, &unruly.lines, 1));
    let budget = if unruly.more.contains("--budget") {
        String::new()
    } else {
        format!("--budget {}s", BUDGET.as_secs())
    };
    let line = format!("run --config conf/p.toml --report json=r.json {budget} {}", unruly.more);
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut command = place.command(&arguments);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        command.env(name, format!("http://{}", traps.addresses[1]));
    }
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |mut from: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut text = String::new();
            from.read_to_string(&mut text).unwrap();
            text
        })
    };
    let (out, err) = (read(Box::new(out)), read(Box::new(err)));
    let mut peak = 0;
    let code = loop {
        peak = peak.max(memory(child.id()).unwrap_or_default());
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = start.elapsed();
    let done = Done { code, out: out.join().unwrap(), err: err.join().unwrap() };
    let allowed = if let Some((_, limit)) = unruly.more.split_once("--budget ") {
        humantime::parse_duration(limit.split(' ').next().unwrap()).unwrap()
    } else {
        BUDGET
    };
    let idle = idle(place);
    assert!(took <= allowed + OVER + idle, "{took:?} of {allowed:?} and {idle:?}: {}", done.all());
    assert!(peak > 0 && peak < MOST, "{peak} KiB");
    assert!(!done.all().contains("panicked") && !done.all().contains("proofmark failed"), "{}", done.all());
    traps.are_empty();
    let report = place.json("r.json");
    (done, report)
}

/// How long a run takes that sends nothing: on a machine that is busy with other tests, the debug build takes a while
/// to read its suite and to write its report. The longest time that was seen counts.
fn idle(place: &Place) -> Duration {
    static LONGEST: Mutex<Duration> = Mutex::new(Duration::ZERO);
    let start = Instant::now();
    place.run("run --config conf/proofmark.toml --target http://127.0.0.1:9 --report json=idle.json");
    let mut longest = LONGEST.lock().unwrap();
    *longest = longest.max(start.elapsed());
    *longest
}

/// The most memory that a process has had so far, in KiB.
fn memory(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Checks that a run came to what it had to; `usual` is the report on a target that gives the same answers.
#[track_caller]
pub(crate) fn came_to(expect: Expect, done: &Done, report: &Value, usual: Option<&Value>) {
    let counts = |report: &Value| {
        ["pass", "fail", "warn", "inconclusive", "error"].map(|verdict| ids(report, verdict))
    };
    let [pass, fail, warn, _, error] = counts(report);
    let errors: Vec<&str> = done.err.lines().filter(|line| line.starts_with("error: ")).collect();
    match expect {
        Expect::Conforms => {
            assert_eq!(done.code, Some(0), "{}", done.all());
            assert!(
                fail.is_empty() && warn.is_empty() && error.is_empty() && !pass.is_empty(),
                "{}",
                done.all()
            );
        }
        Expect::Unjudged(words) => {
            assert_eq!(done.code, Some(3), "{}", done.all());
            assert!(fail.is_empty() && pass.is_empty() && warn.is_empty(), "{}", done.all());
            assert_eq!(report["verdict"], "undecided");
            assert!(errors.len() <= 1 && done.all().contains(words), "no `{words}` in {}", done.all());
        }
        Expect::Undecided(words) => {
            assert_eq!(done.code, Some(3), "{}", done.all());
            assert!(fail.is_empty() && warn.is_empty() && !error.is_empty(), "{}", done.all());
            assert!(done.all().contains(words), "no `{words}` in {}", done.all());
        }
        Expect::LikeAnyOther => {
            let usual = usual.unwrap();
            assert_eq!(counts(report), counts(usual), "{}", done.all());
            assert_eq!(report["verdict"], usual["verdict"]);
        }
    }
}
