//! axe-core finds nothing, in light and in dark, wide and narrow.

use crate::build::every_verdict;
use crate::chromium::Tab;
use crate::{say, with_browser};
use serde_json::json;
use std::path::Path;

/// What axe has to say of a page, with everything on it open.
fn complaints(tab: &Tab<'_>, axe: &str, page: &Path, theme: &str, width: u32) -> Vec<String> {
    tab.size(width, 900);
    tab.theme(theme);
    tab.open(page, "");
    tab.eval("for (const node of document.querySelectorAll('details')) node.open = true");
    tab.eval(&format!("{axe}; null"));
    let violations = tab.eval(
        "axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.flatMap(one => \
         one.nodes.map(node => `${one.id} (${one.help}): ${node.html.slice(0, 200)}: ${node.failureSummary}`)))",
    );
    let list = violations.as_array().unwrap();
    list.iter().map(|one| format!("{theme}, {width}: {}", one.as_str().unwrap())).collect()
}

#[test]
fn axe_finds_nothing() {
    let Some(path) = std::env::var_os("PROOFMARK_AXE") else {
        say("left out: PROOFMARK_AXE does not name axe.min.js; npm install axe-core brings it");
        return;
    };
    let axe = std::fs::read_to_string(&path).expect("PROOFMARK_AXE names the script of axe-core");
    with_browser(|browser, place| {
        let tab = browser.tab();
        let [diff, trend] = place.comparisons();
        let pages = [
            place.page(&every_verdict()),
            place.run("conforming", &[]),
            place.run("faulty", &["key-trimmed", "request-id-accepts-129", "race-without-lock"]),
            place.certificate("sendInbox-v1/2026-11"),
            diff,
            trend,
        ];
        let mut all = Vec::new();
        for page in &pages {
            for (theme, width) in [("light", 1280), ("dark", 390)] {
                all.extend(complaints(&tab, &axe, page, theme, width));
            }
        }
        for (theme, width) in [("dark", 1280), ("light", 390)] {
            all.extend(complaints(&tab, &axe, &pages[0], theme, width));
        }
        tab.assert_quiet();
        assert!(all.is_empty(), "{} complaints:\n{}", all.len(), all[..all.len().min(20)].join("\n"));
        assert_eq!(tab.eval("axe.version.split('.')[0]"), json!("4"));
    });
}
