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
        let path = self.0.path().join(format!("{name}.html"));
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_proofmark"));
        command.current_dir(self.0.path()).args(["run", "--quiet"]);
        for fault in faults {
            command.args(["--fault", fault]);
        }
        let output = command.arg("--report").arg(format!("html={}", path.display())).output().unwrap();
        assert!(path.exists(), "{}", String::from_utf8_lossy(&output.stderr));
        path
    }
}

/// What is shown of a list: how many items, and the texts of a part of each.
fn shown(tab: &Tab<'_>, selector: &str) -> u64 {
    let visible =
        format!("[...document.querySelectorAll({selector:?})].filter(node => node.checkVisibility()).length");
    tab.eval(&visible).as_u64().unwrap()
}
