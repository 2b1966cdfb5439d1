//! What the page about nightly runs shows is printed, in that order; `…` stands for what it leaves out.

use crate::{Page, words};
use std::path::Path;

/// The page's lines that are not printed, in their order.
fn missing(expected: &[&str], printed: &str) -> Option<String> {
    let mut lines = printed.lines();
    let mut gap = false;
    for wanted in expected {
        if *wanted == "…" {
            gap = true;
            continue;
        }
        let found = if gap { lines.any(|line| line == *wanted) } else { lines.next() == Some(*wanted) };
        if !found {
            return Some((*wanted).to_owned());
        }
        gap = false;
    }
    (!gap).then(|| lines.next()).flatten().map(|more| format!("nothing, but there is: {more}"))
}

#[test]
fn the_page_about_nightly_runs_is_true() {
    let page = Page { folder: tempfile::tempdir().unwrap(), url: "http://127.0.0.1:1".to_owned() };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/nightly.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let mut blocks = 0;
    for block in written.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for part in block.split("$ ").skip(1) {
            let (command, shown) = part.split_once('\n').unwrap();
            assert_eq!(words(command)[0], "proofmark");
            let printed = page.printed(command);
            let shown: Vec<&str> = shown.lines().collect();
            assert_eq!(missing(&shown, &printed), None, "{command} prints:\n{printed}");
            blocks += 1;
        }
    }
    assert!(blocks >= 9, "{blocks}");
    // The entry that it shows is the one that was written, until it was fixed.
    let fixed = std::fs::read_to_string(page.path("wallet.snap")).unwrap();
    assert!(!fixed.contains("owner:"), "{fixed}");
}
