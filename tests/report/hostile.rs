//! A target that attacks its own report.

use crate::build::{ATTACKS, HOSTILE, hostile, hostile_with};
use proofmark::report::terminal::Style;
use proofmark::report::{diff, har, html, json, junit, markdown, snapshot, terminal};

const PLAIN: Style = Style { color: false, width: 80, quiet: false };

#[test]
fn no_text_acts_on_the_terminal() {
    let report = hostile();
    let before = crate::build::report(vec![]);
    for text in [
        terminal::render(&report, PLAIN, Some("r.json")),
        diff::render(&diff::between(&before, &report, None), PLAIN),
        snapshot::render(&report),
        markdown::render(&report),
    ] {
        let bad =
            text.chars().find(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c));
        assert_eq!(bad, None, "{text}");
        assert!(text.contains("\\u{1b}") && text.contains("\\u{202e}"), "{text}");
    }
}

#[test]
fn only_the_curl_command_keeps_line_breaks_on_the_terminal() {
    assert_text!(terminal::render(&hostile(), PLAIN, Some("r.json")));
}

#[test]
fn html_stays_text() {
    let page = html::render(&hostile());
    for attack in [
        "<script>alert",
        "</script><script",
        "\"onmouseover",
        "</code></pre></details>",
        "\u{202e}",
        "\u{1b}",
    ] {
        assert!(!page.contains(attack), "{attack}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)"));
    if let Some(path) = std::env::var_os("PROOFMARK_HTML_HOSTILE") {
        std::fs::write(path, &page).unwrap();
    }
}

#[test]
fn no_text_changes_what_a_page_is_made_of() {
    let page = html::render(&hostile_with("plain"));
    let plain = elements(&page);
    for attack in ATTACKS {
        assert_eq!(elements(&html::render(&hostile_with(attack))), plain, "{attack}");
    }
}

/// How often each element starts, but for those that mark differences.
fn elements(page: &str) -> std::collections::BTreeMap<&str, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for tag in page.split('<').skip(1) {
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap();
        if !matches!(name, "" | "mark") {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts
}

#[test]
fn junit_stays_xml() {
    let xml = junit::render(&hostile());
    let read = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    assert_eq!((read.tests, read.failures, read.errors), (5, 1, 1));
    assert!(!xml.contains("<script>"));
}

#[test]
fn markdown_stays_in_its_spans_and_fences() {
    let text = markdown::render(&hostile());
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => continue,
            None if ticks.len() >= 3 && line.ends_with("sh") => fence = Some(ticks),
            None => {}
        }
        assert!(!line.starts_with("## verdict"), "{line}");
        assert!(!line.starts_with("PASS"), "{line}");
        if line.starts_with('|') {
            assert!(!line.contains("script"), "{line}");
        }
        // Outside code spans nothing of the target is left that a renderer would act on.
        let mut outside = String::new();
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            outside.push_str(&rest[..at]);
            let run: String = rest[at..].chars().take_while(|c| *c == '`').collect();
            let after = &rest[at + run.len()..];
            let mut end = 0;
            let close = loop {
                let Some(found) = after[end..].find(&run) else { break None };
                let start = end + found;
                let length = after[start..].chars().take_while(|c| *c == '`').count();
                if length == run.len() {
                    break Some(start);
                }
                end = start + length;
            };
            match close {
                Some(close) => rest = &after[close + run.len()..],
                None if outside.ends_with('\\') => {
                    rest = after;
                }
                None => break,
            }
        }
        outside.push_str(rest);
        assert!(!outside.contains("<script"), "{line}");
        assert!(!outside.contains("@octocat"), "{line}");
        assert!(!outside.contains("[x]("), "{line}");
    }
    assert_eq!(fence, None);
}

#[test]
fn json_and_har_keep_every_byte() {
    let report = hostile();
    let archive: serde_json::Value =
        serde_json::from_str(&har::render(&report, har::minimal_exchanges(&report))).unwrap();
    assert_eq!(archive["log"]["entries"][0]["response"]["content"]["text"], HOSTILE);
    let read = json::parse(json::to_string(&report).as_bytes(), "r.json".as_ref()).unwrap();
    assert_eq!(read, report);
}
