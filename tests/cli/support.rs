//! A folder to run the binary in, and wallets that run beside it.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// What a finished command left behind.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Both streams, for what must stand in neither.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// The command itself, where it ended as it should.
    #[track_caller]
    pub(crate) fn exit(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

/// An empty folder; commands run inside it, so that paths are short and nothing else is picked up.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[track_caller]
    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of all files in the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The command with these arguments, in this folder, with nothing of this process's environment that it
    /// reads.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofmark"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "COLUMNS", "PROOFMARK_CONFIG"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs to the end. The line is split at spaces.
    pub(crate) fn run(&self, line: &str) -> Done {
        self.run_with(line, &[])
    }

    /// The same with environment variables.
    pub(crate) fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> Done {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = self.command(&arguments);
        command.envs(variables.iter().copied()).output().expect("the binary starts").into()
    }
}

/// `proofmark serve` in a process of its own; it ends when this is dropped.
pub(crate) struct Serve {
    child: Child,
    out: BufReader<ChildStdout>,
    /// The first line of stdout, as it is.
    pub(crate) first: String,
    /// The address that it says.
    pub(crate) url: String,
}

impl Serve {
    /// Serves on a free port, with `conf/proofmark.toml` for its clients in the place.
    pub(crate) fn start(place: &Place, more: &str) -> Self {
        let line = format!("serve --port 0 --write-config conf {more}");
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut child = place.command(&arguments).stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let url = first.trim().trim_start_matches("listening on ").to_owned();
        Self { child, out, first, url }
    }

    /// Another line of stdout.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn end(mut self, signal: &str) -> Option<i32> {
        send_signal(&self.child, signal);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process of ours.
pub(crate) fn send_signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(sent.expect("kill starts").success());
}

/// Whether a tool is installed; says which test is skipped where it is not.
pub(crate) fn has_tool(name: &str, probe: &str) -> bool {
    let found = Command::new(name).arg(probe).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// The case of a report, by its id.
#[track_caller]
pub(crate) fn case<'a>(report: &'a Value, id: &str) -> &'a Value {
    let cases = report["cases"].as_array().expect("cases");
    cases.iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("no case {id}"))
}

/// The ids of the cases with a verdict.
pub(crate) fn ids(report: &Value, verdict: &str) -> Vec<String> {
    let cases = report["cases"].as_array().expect("cases");
    let with = cases.iter().filter(|case| case["verdict"] == verdict);
    with.map(|case| case["id"].as_str().unwrap().to_owned()).collect()
}

/// A report without what differs from run to run.
pub(crate) fn timeless(mut report: Value) -> Value {
    for member in ["started", "elapsed_ms", "latency"] {
        report.as_object_mut().unwrap().remove(member);
    }
    for case in report["cases"].as_array_mut().unwrap() {
        case["elapsed_ms"] = 0.into();
        let exchanges = case.pointer_mut("/finding/minimal").and_then(Value::as_array_mut);
        for exchange in exchanges.into_iter().flatten() {
            exchange["at_ms"] = 0.into();
            exchange["response"]["elapsed_ms"] = 0.into();
            exchange["curl"] = Value::Null;
            exchange["request"]["headers"] = Value::Null;
            exchange["response"]["headers"] = Value::Null;
            // Ids of messages follow from the digits of the run.
            if let Some(text) = exchange.pointer("/response/body/text").and_then(Value::as_str) {
                let length = text.len();
                exchange["response"]["body"] = length.into();
            }
        }
        let moments = case.pointer_mut("/finding/timeline").and_then(Value::as_array_mut);
        for moment in moments.into_iter().flatten() {
            (moment["at_ms"], moment["elapsed_ms"]) = (0.into(), 0.into());
        }
    }
    report
}
