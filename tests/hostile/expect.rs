//! What is expected of a run against a hostile target.

use crate::run::{Ran, run};
use crate::server::Target;
use crate::table::Behaviour;
use crate::wallet::Wallet;
use serde_json::Value;
use std::time::Duration;

/// What a run may take over its budget.
const OVERTIME: Duration = Duration::from_secs(2);
/// The most memory that a run may hold, in KiB.
const MEMORY: u64 = 150 << 10;
/// How often a run is tried that took too long or came to nothing in its budget: on a busy machine that is bad luck, and
/// one that hangs hangs each time.
const TRIES: usize = 3;

/// What a behaviour leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No answer came that could be judged, and that is found out before any case; the reason says this.
    Unjudged(&'static str),
    /// Every answer breaks the contract, and the findings say this.
    Fails(&'static str),
    /// No answer decides, and the reasons say this.
    Open(&'static str),
    /// The target is right all the same.
    Conforms,
}

impl Verdict {
    /// The exit code.
    pub(crate) fn code(self) -> i32 {
        match self {
            Self::Conforms => 0,
            Self::Fails(_) => 1,
            Self::Unjudged(_) | Self::Open(_) => 3,
        }
    }

    /// The verdict of the report.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Fails(_) => "fails",
            Self::Unjudged(_) | Self::Open(_) => "undecided",
        }
    }

    /// What a case may be.
    fn allows(self, verdict: &str, reason: &str) -> bool {
        // What was never sent says nothing.
        if verdict == "skipped" {
            return true;
        }
        match self {
            Self::Unjudged(words) => verdict == "error" && (reason.contains(words) || ended(verdict, reason)),
            Self::Fails(_) => matches!(verdict, "fail" | "warn" | "inconclusive") || ended(verdict, reason),
            Self::Open(_) => verdict == "inconclusive" || ended(verdict, reason),
            Self::Conforms => matches!(verdict, "pass" | "inconclusive"),
        }
    }

    /// Whether a case is as it has to be at least once.
    fn is_shown(self, case: &Value) -> bool {
        let (verdict, reason) = (text(case, "verdict"), text(case, "reason"));
        match self {
            Self::Unjudged(words) => verdict == "error" && reason.contains(words),
            Self::Fails(words) => verdict == "fail" && reason.contains(words),
            Self::Open(words) => verdict == "inconclusive" && reason.contains(words),
            Self::Conforms => verdict == "pass",
        }
    }
}

/// Whether a case was cut short because the run had to end.
fn ended(verdict: &str, reason: &str) -> bool {
    verdict == "error" && reason.starts_with("the budget ended")
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap_or_default()
}

/// Runs the binary against a behaviour.
///
/// # Errors
/// All that is not as expected.
pub(crate) fn met(behaviour: &Behaviour, wallet: &Wallet) -> Result<(), String> {
    let mut tries = 0;
    loop {
        let folder = tempfile::tempdir().unwrap();
        wallet.configure(folder.path());
        let target = Target::start(behaviour, wallet.address);
        let ran = run(folder.path(), &target.url, behaviour);
        tries += 1;
        eprintln!(
            "{:<28} exit {:>2}  {:>6} ms, {:>5} ms of them without a processor  {:>6} KiB",
            behaviour.name,
            ran.code.unwrap_or(-1),
            ran.took.as_millis(),
            ran.waited.as_millis(),
            ran.peak
        );
        let late = ran.took > behaviour.budget + OVERTIME + ran.waited;
        let mut wrong = wrongs(behaviour.verdict, &ran);
        let shown = ran.cases().iter().any(|case| behaviour.verdict.is_shown(case));
        if (late || !shown && wrong.is_empty()) && tries < TRIES {
            continue;
        }
        if !shown {
            let some = ran.cases().iter().find(|case| text(case, "verdict") != "skipped");
            let some = some.map_or(String::new(), ToString::to_string);
            wrong.push(format!("no case shows {:?}; one is {some:.600}", behaviour.verdict));
        }
        if late {
            let Ran { took, waited, .. } = ran;
            wrong.push(format!(
                "took {took:?}, {waited:?} of them without a processor, with a budget of {:?}",
                behaviour.budget
            ));
        }
        if target.trap.connections() > 0 {
            wrong.push("another host was contacted".to_owned());
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(4_000).collect::<String>();
        return Err(format!(
            "{}\n\nstdout:\n{}\nstderr:\n{}",
            wrong.join("\n"),
            shown(&ran.out),
            shown(&ran.err)
        ));
    }
}

/// What is not as expected, apart from the time.
fn wrongs(verdict: Verdict, ran: &Ran) -> Vec<String> {
    let mut wrong = Vec::new();
    if ran.code != Some(verdict.code()) {
        wrong.push(format!("exit {:?} and not {}", ran.code, verdict.code()));
    }
    if ran.peak > MEMORY {
        wrong.push(format!("held {} KiB", ran.peak));
    }
    for (name, bytes) in [("stdout", &ran.out), ("stderr", &ran.err)] {
        let Ok(text) = std::str::from_utf8(bytes) else {
            wrong.push(format!("{name} is not UTF-8"));
            continue;
        };
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\n') {
            wrong.push(format!("{name} holds {c:?}"));
        }
        if text.contains("panicked") || text.contains("proofmark failed") {
            wrong.push(format!("{name} tells of a failure of ours"));
        }
    }
    let Some(report) = &ran.report else {
        wrong.push("no JSON report".to_owned());
        return wrong;
    };
    if report["verdict"] != verdict.word() {
        wrong.push(format!("the report says {} and not {}", report["verdict"], verdict.word()));
    }
    let strange =
        ran.cases().iter().filter(|case| !verdict.allows(text(case, "verdict"), text(case, "reason")));
    for case in strange.take(5) {
        wrong.push(format!(
            "{} is {}: {}\n    observed {}",
            text(case, "id"),
            text(case, "verdict"),
            text(case, "reason"),
            case["finding"]["observed"]
        ));
    }
    wrong
}
