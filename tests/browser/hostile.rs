//! A target that attacks the page of its own report.

use crate::build::{ATTACKS, HOSTILE, hostile_with};
use crate::chromium::Tab;
use crate::with_browser;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what a page calls `alert` for.
fn set_trap(tab: &Tab<'_>) {
    let trap = "globalThis.hits = 0; globalThis.alert = () => { globalThis.hits++; };";
    tab.call("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": trap }));
}

/// Opens a page with so many scripts of its own, and everything on it; nothing came of what it quotes.
fn assert_harmless(tab: &Tab<'_>, page: &Path, scripts: u64, what: &str) {
    tab.open(page, "");
    tab.eval("for (const node of document.querySelectorAll('details')) node.open = true");
    // What waits for a pointer or the focus gets it.
    tab.eval(
        "for (const node of document.querySelectorAll('*')) { \
              node.dispatchEvent(new MouseEvent('mouseover')); node.focus?.(); }",
    );
    assert_eq!(tab.eval("globalThis.hits"), 0, "{what}");
    assert_eq!(tab.eval("document.scripts.length"), scripts, "{what}");
    let foreign = "document.querySelectorAll('img, iframe, object, embed, base, link, form[action], \
                   meta[http-equiv=refresh], a:not([href^=\"#\"])').length";
    assert_eq!(tab.eval(foreign), 0, "{what}");
    let handlers = "[...document.querySelectorAll('*')].flatMap(node => node.getAttributeNames()) \
                    .filter(name => name.startsWith('on') || name === 'style' || name === 'autofocus').length";
    assert_eq!(tab.eval(handlers), 0, "{what}");
    assert!(tab.eval("location.href").as_str().unwrap().starts_with("file://"), "{what}");
}

#[test]
fn whatever_a_target_sends_does_nothing() {
    with_browser(|browser, place| {
        let tab = browser.tab();
        set_trap(&tab);
        for attack in ATTACKS.into_iter().chain([HOSTILE]) {
            assert_harmless(&tab, &place.page(&hostile_with(attack)), 1, attack);
        }
        tab.assert_quiet();
    });
}

/// Answers whatever comes with the attacks, each time with the next one in another place; its address.
fn attacker() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let turn = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let turn = Arc::clone(&turn);
            std::thread::spawn(
                move || while attack(&stream, turn.fetch_add(1, Ordering::Relaxed)).is_some() {},
            );
        }
    });
    url
}

fn attack(mut stream: &TcpStream, turn: usize) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok()?;
    let text = |place: usize| ATTACKS[(turn + place) % ATTACKS.len()];
    let body = json!({
        "result": { "resultStatus": if turn.is_multiple_of(2) { "S" } else { text(0) }, "resultCode": text(1), "resultMessage": HOSTILE },
        "messageId": text(2), text(3): { text(4): [text(5)] },
    });
    let body = if turn.is_multiple_of(5) { text(6).to_owned() } else { body.to_string() };
    let (kind, status) =
        if turn.is_multiple_of(3) { (text(7), "500 <b>") } else { ("application/json", "200 OK") };
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nX-Note: {}\r\n", text(8));
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).ok()
}

#[test]
fn what_a_target_really_sent_does_nothing_on_any_page() {
    with_browser(|browser, place| {
        let configuration = format!(
            "[target]\nurl = \"{}\"\n[client]\nid = \"C\"\n[tokens]\nvalid = \"v-0123456789\"\n\
             [template]\ncode = \"T\"\nparameters = {{ Title = \"t\" }}\n",
            attacker()
        );
        std::fs::write(place.0.path().join("proofmark.toml"), configuration).unwrap();
        std::fs::create_dir(place.0.path().join("runs")).unwrap();
        let run = |name: &str| {
            let (json, html) = (format!("json=runs/{name}.json"), format!("html={name}.html"));
            place.made(&["run", "--quiet", "--report", &json, "--report", &html], &format!("{name}.html"))
        };
        let pages = [
            (run("1"), 1),
            (run("2"), 1),
            (
                place
                    .made(&["diff", "runs/1.json", "runs/2.json", "--report", "html=diff.html"], "diff.html"),
                0,
            ),
            (place.made(&["trend", "runs", "--report", "html=trend.html"], "trend.html"), 0),
        ];
        let report = std::fs::read_to_string(&pages[0].0).unwrap();
        assert!(
            report.contains("onerror=alert(1)") && report.contains("frame srcdoc"),
            "the attacks are shown"
        );
        let tab = browser.tab();
        set_trap(&tab);
        for (page, scripts) in pages {
            assert_harmless(&tab, &page, scripts, &page.display().to_string());
        }
        tab.assert_quiet();
    });
}

#[test]
fn what_a_requirement_set_says_does_nothing_on_a_certificate() {
    with_browser(|browser, place| {
        let undecided =
            ["unknown-settles", "unknown-one-effect", "*then-settles", "accepted-*", "refusal-is-final"];
        let optional: Vec<String> =
            undecided.iter().zip(ATTACKS).map(|(case, attack)| format!("*/{case}={attack}")).collect();
        let mut freeze =
            vec!["requirements", "freeze", "hostile/1", "--title", ATTACKS[11], "--output", "set.yaml"];
        freeze.extend(optional.iter().flat_map(|allowed| ["--optional", allowed]));
        place.made(&freeze, "set.yaml");
        let page = place.certificate("set.yaml");
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(text.contains("onerror=alert(1)"), "the attacks are shown");
        let tab = browser.tab();
        set_trap(&tab);
        assert_harmless(&tab, &page, 0, "certificate");
        tab.assert_quiet();
    });
}
