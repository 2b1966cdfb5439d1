//! A target that attacks the page of its own report.

use crate::build::{ATTACKS, HOSTILE, hostile_with};
use crate::with_browser;
use serde_json::json;

#[test]
fn whatever_a_target_sends_does_nothing() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        let trap = "globalThis.hits = 0; globalThis.alert = () => { globalThis.hits++; };";
        tab.call("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": trap }));
        for attack in ATTACKS.into_iter().chain([HOSTILE]) {
            tab.open(&place.page(&hostile_with(attack)), "");
            tab.eval("for (const node of document.querySelectorAll('details')) node.open = true");
            // What waits for a pointer or the focus gets it.
            tab.eval(
                "for (const node of document.querySelectorAll('*')) { \
                      node.dispatchEvent(new MouseEvent('mouseover')); node.focus?.(); }",
            );
            assert_eq!(tab.eval("globalThis.hits"), 0, "{attack}");
            assert_eq!(tab.eval("document.scripts.length"), 1, "{attack}");
            let foreign = "document.querySelectorAll('img, iframe, object, embed, base, link, form[action], \
                           meta[http-equiv=refresh], a:not([href^=\"#\"])').length";
            assert_eq!(tab.eval(foreign), 0, "{attack}");
            let handlers = "[...document.querySelectorAll('*')].flatMap(node => node.getAttributeNames()) \
                            .filter(name => name.startsWith('on') || name === 'style' || name === 'autofocus').length";
            assert_eq!(tab.eval(handlers), 0, "{attack}");
            assert!(tab.eval("location.href").as_str().unwrap().starts_with("file://"), "{attack}");
        }
        tab.assert_quiet();
    });
}
