//! Pictures of reports for people to look at, where `PROOFMARK_SCREENSHOTS` names a folder for them.

use crate::many::many;
use crate::with_browser;
use base64::Engine as _;
use serde_json::json;

/// The tallest picture.
const TALL: u64 = 6_000;

#[test]
fn pictures() {
    let Some(folder) = std::env::var_os("PROOFMARK_SCREENSHOTS") else { return };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    with_browser(|browser, place| {
        let tab = browser.tab();
        let history = ["race-without-lock", "replay-delivers-again", "key-trimmed"];
        let some = [
            "key-trimmed",
            "request-id-accepts-129",
            "response-unsigned",
            "validation-as-500",
            "stale-time-accepted",
        ];
        let pages = [
            ("conforming", place.run("conforming", &[])),
            ("findings", place.run("findings", &some)),
            ("history", place.run("history", &history)),
            ("many", place.page(&many(5_000, 400))),
        ];
        for (name, page) in pages {
            for (theme, width) in [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)] {
                tab.size(width, 900);
                tab.theme(theme);
                tab.open(&page, "");
                let height = tab.eval("document.documentElement.scrollHeight").as_u64().unwrap().min(TALL);
                tab.size(width, u32::try_from(height).unwrap());
                assert_eq!(
                    tab.eval("document.documentElement.scrollWidth"),
                    width,
                    "{name} is as wide as the window"
                );
                let picture = tab.call("Page.captureScreenshot", &json!({ "format": "png" }));
                let bytes = base64::engine::general_purpose::STANDARD
                    .decode(picture["data"].as_str().unwrap())
                    .unwrap();
                std::fs::write(folder.join(format!("{name}-{theme}-{width}.png")), bytes).unwrap();
            }
        }
    });
}
