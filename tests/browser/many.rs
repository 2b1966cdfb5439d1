//! Five thousand cases.

use crate::build::{broken, case, exchange, finding, report};
use crate::{say, with_browser};
use proofmark::report::model::{Law, Report, Verdict};
use serde_json::json;

/// So many cases, of which every tenth broke, in so many ways.
pub(crate) fn many(cases: usize, kinds: usize) -> Report {
    let laws = [Law::Shape, Law::Status, Law::Code, Law::Idempotency, Law::Header, Law::Robustness];
    let list = (0..cases).map(|nth| {
        let (id, law) = (format!("operation{}/request/field{nth}/maxLength/above", nth % 40), laws[nth % 6]);
        match nth % 10 {
            0 => {
                let body = format!("{{\"field{nth}\":\"{}\"}}", "a".repeat(200));
                let minimal = vec![exchange("send", &body, 200, "{\"status\":\"S\"}")];
                let (print, summary) =
                    (format!("print {}", nth / 10 % kinds), format!("field {nth} is taken"));
                broken(&id, law, Verdict::Fail, finding(&print, &summary, minimal))
            }
            1 => case(&id, law, Verdict::Inconclusive, "the target never answered U"),
            _ => case(&id, law, Verdict::Pass, "held"),
        }
    });
    report(list.collect())
}

#[test]
fn five_thousand_cases_load_and_filter_at_once() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        tab.size(1280, 900);
        let page = place.page(&many(5_000, 400));
        let size = std::fs::metadata(&page).unwrap().len();
        tab.open(&page, "");
        let load = tab.eval("performance.getEntriesByType('navigation')[0].loadEventEnd").as_f64().unwrap();
        // From the key to the next picture, without the pause in which one may still be typing.
        let filter = |text: &str| {
            let steps = format!(
                "new Promise(done => {{ const field = document.getElementById('text'); field.value = {text:?}; \
                 const from = performance.now(); field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
                 new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)))) \
                 .observe(document.getElementById('count'), {{ childList: true, characterData: true, subtree: true }}); }})"
            );
            tab.eval(&steps).as_f64().unwrap()
        };
        let first = filter("field4990");
        tab.until(
            "document.getElementById('count').textContent",
            &json!("1 of 400 findings, 1 of 5,000 cases"),
        );
        let again = filter("field49");
        let cleared = filter("");
        tab.until("document.querySelectorAll('ol.cases > li:not([hidden])').length", &json!(5_000));
        say(&format!(
            "5,000 cases: {} kB, loaded in {load:.0} ms; filtered in {first:.0}, {again:.0} and {cleared:.0} ms",
            size / 1000
        ));
        assert!(size < 12_000_000, "{size} bytes");
        assert!(load < 30_000.0, "loaded in {load} ms");
        assert!(first.max(again).max(cleared) < 10_000.0, "filtered in {first}, {again} and {cleared} ms");
        tab.assert_quiet();
    });
}
