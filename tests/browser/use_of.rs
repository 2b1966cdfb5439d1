//! Copying, links within the page, the keyboard, and paper.

use crate::build::every_verdict;
use crate::{shown, with_browser};
use serde_json::json;

#[test]
fn a_command_is_copied_as_it_is_shown() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        let report = every_verdict();
        tab.open(&place.page(&report), "");
        let curl = &report.cases[2].finding.as_ref().unwrap().minimal[0].curl;
        let button = format!(
            "[...document.querySelectorAll('.copied')].find(one => one.querySelector('code').textContent === {curl:?}).querySelector('button')"
        );
        tab.eval(&format!("{button}.click()"));
        tab.until(&format!("{button}.firstChild.data"), &json!("Copied"));
        assert_eq!(tab.eval("navigator.clipboard.readText()"), json!(curl));

        tab.eval("[...document.querySelectorAll('button.copy')].find(one => one.textContent.includes('replay')).click()");
        tab.until("navigator.clipboard.readText().then(text => text.startsWith('proofmark replay report.json createOrder/'))", &json!(true));
        tab.assert_quiet();
    });
}

#[test]
fn every_link_leads_to_a_place_on_the_page() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        tab.open(&place.run("faulty", &["key-trimmed", "request-id-accepts-129"]), "");
        let lost = "[...document.querySelectorAll('a')].map(link => link.getAttribute('href')) \
                    .filter(href => !href.startsWith('#') || !document.getElementById(href.slice(1)))";
        assert_eq!(tab.eval(lost), json!([]));
        let twice = "[...document.querySelectorAll('[id]')].map(node => node.id).filter((id, nth, all) => all.indexOf(id) !== nth)";
        assert_eq!(tab.eval(twice), json!([]));
        // A cell of the map leads to its case, in a list that is closed at first.
        assert_eq!(shown(&tab, "ol.cases > li"), 0);
        tab.eval("document.querySelector('a.cell[data-kind=fail]').click()");
        tab.until("document.querySelector('ol.cases > li:target').checkVisibility()", &json!(true));
        assert_eq!(tab.eval("document.querySelector('ol.cases > li:target').dataset.verdict"), "fail");
        tab.assert_quiet();
    });
}

#[test]
fn the_keyboard_is_enough() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        tab.open(&place.page(&every_verdict()), "");
        tab.press("Tab", "Tab", 9, "");
        assert_eq!(tab.eval("document.activeElement.className"), "skip");
        assert!(tab.eval("document.activeElement.getBoundingClientRect().left").as_f64().unwrap() >= 0.0);

        tab.tab_to("#text");
        assert_ne!(tab.eval("getComputedStyle(document.activeElement).outlineStyle"), "none");
        tab.call("Input.insertText", &json!({ "text": "maxLength" }));
        tab.tab_to("[name=verdict][value=fail]");
        tab.press(" ", "Space", 32, " ");
        tab.until("document.getElementById('count').textContent", &json!("1 of 3 findings, 2 of 9 cases"));
        assert_eq!(tab.eval("document.getElementById('count').getAttribute('role')"), "status");

        tab.tab_to("#findings summary");
        let open = "document.querySelector('#findings article:not([hidden]) > details').open";
        let before = tab.eval(open).as_bool().unwrap();
        tab.press("Enter", "Enter", 13, "\r");
        tab.until(open, &json!(!before));
        tab.assert_quiet();
    });
}

#[test]
fn on_paper_nothing_is_folded_and_no_button_is_left() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        // As wide as A4 between its margins.
        tab.size(680, 900);
        tab.open(&place.page(&every_verdict()), "");
        tab.call("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
        assert_eq!((shown(&tab, "button"), shown(&tab, "#filter"), shown(&tab, "nav")), (0, 0, 0));
        assert_eq!(shown(&tab, "article.finding dl"), 3);
        assert_eq!(
            shown(&tab, ".headers li"),
            tab.eval("document.querySelectorAll('.headers li').length").as_u64().unwrap()
        );
        let clipped = "[...document.querySelectorAll('pre, .wide')].filter(node => node.checkVisibility() && \
                       node.scrollHeight > node.clientHeight + 2).length";
        assert_eq!(tab.eval(clipped), 0);
        let printed = tab.call("Page.printToPDF", &json!({ "printBackground": true }));
        assert!(printed["data"].as_str().unwrap().len() > 10_000);

        tab.open(&place.run("conforming", &[]), "");
        let wide = "[...document.querySelectorAll('table, svg, pre')].filter(node => node.checkVisibility() && \
                    node.getBoundingClientRect().right > innerWidth + 1).map(node => node.outerHTML.slice(0, 99))";
        assert_eq!(tab.eval(wide), json!([]));
        tab.assert_quiet();
    });
}
