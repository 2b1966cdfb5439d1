//! The HTML report in a real browser. Left out where there is none: `PROOFMARK_CHROMIUM` names one that has to start,
//! `PROOFMARK_AXE` the script of axe-core, and `PROOFMARK_SCREENSHOTS` a folder for pictures to look at.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod access;
#[path = "../report/build.rs"]
#[allow(dead_code, reason = "another target uses the rest")]
mod build;
mod chromium;
mod filter;
mod hostile;
mod many;
mod pictures;
mod use_of;

use chromium::{Browser, Tab};
use proofmark::report::model::Report;
use std::io::Write as _;
use std::path::PathBuf;

/// Says something that is seen although the test passes.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Opens reports in tabs of one browser; nothing is done where there is none.
fn with_browser(test: impl FnOnce(&Browser, &Place)) {
    let Some(path) = chromium::path() else {
        say("left out: no browser here; install chromium, or name one in PROOFMARK_CHROMIUM");
        return;
    };
    let place = Place(tempfile::tempdir().unwrap());
    test(&Browser::start(&path), &place);
}

/// A folder for the pages of a test.
struct Place(tempfile::TempDir);

impl Place {
    fn page(&self, report: &Report) -> PathBuf {
        let path = self.0.path().join("report.html");
        std::fs::write(&path, proofmark::report::html::render(report)).unwrap();
        path
    }

    /// The page of a run of the real binary.
    fn run(&self, name: &str, faults: &[&str]) -> PathBuf {
        let page = format!("{name}.html");
        let report = format!("html={page}");
        let mut line = vec!["run", "--quiet", "--report", &report];
        line.extend(faults.iter().flat_map(|fault| ["--fault", fault]));
        self.made(&line, &page)
    }

    /// The page of a certificate under a requirement set.
    fn certificate(&self, set: &str) -> PathBuf {
        let key = rcgen::KeyPair::generate().unwrap();
        std::fs::write(self.0.path().join("key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(self.0.path().join("pub.pem"), key.public_key_pem()).unwrap();
        self.made(&["run", "--quiet", "--report", "json=r.json", "--report", "ndjson=r.ndjson"], "r.json");
        let made = |line: &str, file| {
            self.made(&line.split(' ').chain(["--requirements", set]).collect::<Vec<_>>(), file)
        };
        made("attest r.json --key key.pem --journal r.ndjson", "r.intoto.json");
        made("verify r.intoto.json --key pub.pem --certificate c.html", "c.html")
    }

    /// The pages of what changed between two runs, and of what became of each case over them.
    fn comparisons(&self) -> [PathBuf; 2] {
        std::fs::create_dir(self.0.path().join("runs")).unwrap();
        for (file, faults) in [("runs/1.json", &[][..]), ("runs/2.json", &["--fault", "key-trimmed"])] {
            let report = format!("json={file}");
            self.made(&[&["run", "--quiet", "--report", &report], faults].concat(), file);
        }
        let diff =
            self.made(&["diff", "runs/1.json", "runs/2.json", "--report", "html=diff.html"], "diff.html");
        [diff, self.made(&["trend", "runs", "--report", "html=trend.html"], "trend.html")]
    }

    /// A file that a command of the real binary writes.
    fn made(&self, line: &[&str], file: &str) -> PathBuf {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_proofmark"));
        let output = command.current_dir(self.0.path()).args(line).output().unwrap();
        let path = self.0.path().join(file);
        assert!(path.exists(), "{line:?}: {}", String::from_utf8_lossy(&output.stderr));
        path
    }
}

/// What is shown of a list: how many items, and the texts of a part of each.
fn shown(tab: &Tab<'_>, selector: &str) -> u64 {
    let visible =
        format!("[...document.querySelectorAll({selector:?})].filter(node => node.checkVisibility()).length");
    tab.eval(&visible).as_u64().unwrap()
}
