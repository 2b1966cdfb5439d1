//! What the form shows and hides, and that the address carries it.

use crate::build::every_verdict;
use crate::{shown, with_browser};
use serde_json::json;

const COUNT: &str = "document.getElementById('count').textContent";
const CASES: &str = "ol.cases > li";
const FINDINGS: &str = "article.finding";

#[test]
fn verdict_law_level_and_text_filter_findings_and_cases() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        tab.open(&place.page(&every_verdict()), "");
        tab.until(COUNT, &json!("3 findings, 9 cases"));
        assert_eq!((shown(&tab, FINDINGS), shown(&tab, CASES)), (3, 9));

        tab.eval("document.querySelector('[name=verdict][value=fail]').click()");
        tab.until(COUNT, &json!("2 of 3 findings, 3 of 9 cases"));
        assert_eq!((shown(&tab, FINDINGS), shown(&tab, CASES)), (2, 3));
        assert_eq!(shown(&tab, "details.reason"), 0);
        tab.until("location.hash", &json!("#verdict=fail"));

        // Values of one kind add up, those of several kinds narrow down.
        tab.eval("document.querySelector('[name=verdict][value=warn]').click()");
        tab.until(COUNT, &json!("3 findings, 4 of 9 cases"));
        tab.eval("document.querySelector('[name=law][value=shape]').click()");
        tab.until(COUNT, &json!("1 of 3 findings, 2 of 9 cases"));
        tab.eval("document.querySelector('[name=level][value=should]').click()");
        tab.until(COUNT, &json!("0 of 3 findings, 0 of 9 cases"));
        assert_eq!(shown(&tab, "#findings .nothing"), 1);
        tab.until("location.hash", &json!("#verdict=fail&verdict=warn&law=shape&level=should"));

        tab.eval("document.querySelector('#filter [type=reset]').click()");
        tab.until(COUNT, &json!("3 findings, 9 cases"));
        assert_eq!((shown(&tab, FINDINGS), shown(&tab, CASES)), (3, 9));

        tab.eval("document.getElementById('text').focus()");
        tab.call("Input.insertText", &json!({ "text": "EXPIRED-late" }));
        tab.until(COUNT, &json!("0 of 3 findings, 1 of 9 cases"));
        assert_eq!(shown(&tab, "details.reason"), 1);
        tab.assert_quiet();
    });
}

#[test]
fn an_address_with_a_filter_opens_filtered_and_one_with_a_place_opens_there() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        let page = place.page(&every_verdict());
        tab.open(&page, "#law=code&verdict=skipped&text=late");
        tab.until(COUNT, &json!("0 of 3 findings, 1 of 9 cases"));
        assert_eq!(tab.eval("document.getElementById('text').value"), "late");
        assert_eq!(tab.eval("document.querySelectorAll('#filter :checked').length"), 2);

        // A link to a case that the filter hides shows it.
        tab.eval("location.hash = '#case-1'");
        tab.until(COUNT, &json!("3 findings, 9 cases"));
        tab.until("document.getElementById('case-1').checkVisibility()", &json!(true));
        tab.assert_quiet();

        let broken = browser.tab();
        broken.open(&page, "#verdict=%E0%A4%A&law=<script>&nonsense");
        broken.until(COUNT, &json!("3 findings, 9 cases"));
        broken.assert_quiet();
    });
}

#[test]
fn without_a_script_everything_is_there_and_nothing_that_needs_one() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        tab.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
        tab.open(&place.page(&every_verdict()), "#verdict=fail");
        assert_eq!((shown(&tab, FINDINGS), shown(&tab, CASES)), (3, 9));
        assert_eq!(shown(&tab, ".scripted"), 0);
        tab.assert_quiet();
    });
}
