//! Everything from a target is text, wherever it is shown: it moves no cursor, gives no command, is no formula.

use crate::place::{Done, Place};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a target may say to whoever looks at it.
const ATTACKS: [&str; 26] = [
    "\u{1b}[31mred\u{1b}[2J\u{1b}[H",
    "\u{1b}]8;;http://evil.test\u{7}link\u{1b}]8;;\u{7}",
    "\u{1b}]52;c;Zm9v\u{7}",
    "\u{9b}31m\u{9d}52;c;Zm9v\u{9c}",
    "\u{202e}txet desrever\u{202c}\u{2066}\u{2069}",
    "zero\u{200b}width\u{feff}\u{2060}\u{ad}",
    "bell\u{7}backspace\u{8}delete\u{7f}",
    "over\rwritten, and a tab\tand\u{b}\u{c}",
    "line\nPASS  everything\n\nconforms: 400 pass",
    "::error file=a.rs::owned",
    "x\n::set-output name=a::b",
    "::stop-commands::token",
    "::add-mask::a",
    "##[error]owned",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[testFailed name='a']",
    "=HYPERLINK(\"http://evil.test\",\"a\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "]]><testcase name=\"x\"/><![CDATA[",
    "| cell | [x](http://evil.test) ![y](z) @octocat",
    "````\n# heading\n<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "../../../../tmp/proofmark-escaped",
    "tag\u{e0041}\u{e007f} \u{2028}\u{2029}\u{85}",
];

/// A target whose every word is an attack.
fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let turn = AtomicUsize::new(0);
        for mut stream in listener.incoming().flatten() {
            let (mut bytes, mut part) = (Vec::new(), [0; 16_384]);
            while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => bytes.extend_from_slice(&part[..read]),
                }
            }
            let attack = ATTACKS[turn.fetch_add(1, Ordering::SeqCst) % ATTACKS.len()];
            let json = serde_json::Value::from(attack);
            let body = format!(
                r#"{{"result":{{"resultStatus":{json},"resultCode":{json},"resultMessage":{json}}},{json}:{json}}}"#
            );
            let field: String = attack.chars().filter(|c| *c == '\t' || !c.is_control()).collect();
            let head = format!(
                "HTTP/1.1 200 {field}\r\ncontent-type: application/json; x={field}\r\nx-attack: {field}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes());
            // What came after the head is read away, so that closing does not reset the answer.
            let _ = stream.write_all(body.as_bytes());
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.set_read_timeout(Some(std::time::Duration::from_millis(50)));
            while stream.read(&mut part).is_ok_and(|read| read > 0) {}
        }
    });
    url
}

/// Whether a character does something, or hides something.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(u32::from(c), 0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe0fff)
}

/// What was printed, without the colours that proofmark itself sets.
#[track_caller]
fn assert_tame(what: &str, done: &Done) {
    let text = String::from_utf8(done.texts().into_bytes()).unwrap();
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
        assert_eq!(&after[end..=end], "m", "{what}: a control sequence that is no colour");
        rest = &after[end + 1..];
    }
    plain.push_str(rest);
    let bad = plain.lines().find(|line| line.chars().any(acts));
    assert_eq!(bad.map(|line| line.escape_debug().to_string()), None, "{what}");
    for line in plain.lines() {
        assert!(!line.trim_start().starts_with("::"), "{what}: a command to the runner: {line}");
        let lower = line.to_ascii_lowercase();
        assert!(!["##[", "##vso[", "##teamcity["].iter().any(|mark| lower.contains(mark)), "{what}: {line}");
        assert!(
            !line.starts_with("PASS") && !line.starts_with("conforms"),
            "{what}: a forged verdict: {line}"
        );
    }
}

#[test]
fn nothing_that_a_target_says_acts_where_it_is_shown() {
    let url = start();
    let place = Place::new();
    place.write(
        "conf/p.toml",
        format!(
            "[target]\nurl = \"{url}\"\n[client]\nid = \"CLIENT\"\n[tokens]\nvalid = \"a-token-of-ours\"\n"
        ),
    );
    let only = "--samples 1 --only sendInbox/code/* --only sendInbox/status/* --only sendInbox/request/* --only sendInbox/robustness/*";
    let run = |color: &str, name: &str| {
        let all = proofmark::report::format::Format::ALL;
        let reports: String = all
            .iter()
            .fold(String::new(), |all, format| format!("{all} --report {0}=out/{name}.{0}", format.as_str()));
        let done = place
            .run(&format!("run --config conf/p.toml --color {color} --snapshot out/a.snap {only}{reports}"));
        assert!(matches!(done.code, Some(0 | 1 | 3)), "{:?}: {}", done.code, done.texts());
        assert_tame(&format!("run, colours {color}"), &done);
    };
    run("always", "one");
    run("never", "two");
    let report: serde_json::Value = serde_json::from_str(&place.read("out/one.json")).unwrap();
    let cases = report["cases"].as_array().unwrap();
    let broken: Vec<&str> = cases
        .iter()
        .filter(|case| !case["finding"].is_null())
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    assert!(broken.len() > 20, "{}", broken.len());
    std::fs::create_dir(place.path("out/runs")).unwrap();
    for name in ["one", "two"] {
        std::fs::copy(place.path(&format!("out/{name}.json")), place.path(&format!("out/runs/{name}.json")))
            .unwrap();
    }
    for line in [
        "diff out/one.json out/two.json --color always --report html=out/d.html --report markdown=out/d.md",
        "trend out/runs --color always --report html=out/t.html",
        &format!("replay out/one.json {} --config conf/p.toml", broken[0]),
        &format!("replay out/one.json {} --config conf/p.toml", broken[broken.len() - 1]),
        "merge out/one.json --report json=out/m.json",
        "probe --config conf/p.toml --output out/found.toml",
        "accept out/two.json --snapshot out/b.snap --owner me --reason why --color always",
    ] {
        assert_tame(line, &place.run(line));
    }
    // What is written for people to look at acts on no terminal either.
    for name in ["out/one.markdown", "out/d.md", "out/one.junit"] {
        let text = place.read(name);
        assert_eq!(text.chars().find(|c| acts(*c) && *c != '\u{200b}'), None, "{name}");
    }
    let xml = place.read("out/one.junit");
    assert!(quick_junit::Report::deserialize_from_str(&xml).is_ok());
    let mut names: Vec<String> = std::fs::read_dir(place.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.retain(|name| !name.starts_with("one.") && !name.starts_with("two."));
    let expected =
        ["a.snap", "a.snap.new", "b.snap", "d.html", "d.md", "found.toml", "m.json", "runs", "t.html"];
    assert!(names.iter().all(|name| expected.contains(&name.as_str())), "{names:?}");
    assert!(!std::path::Path::new("/tmp/proofmark-escaped").exists());
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let url = start();
    let place = Place::new();
    place.write(
        "conf/p.toml",
        format!(
            "[target]\nurl = \"{url}\"\n[client]\nid = \"CLIENT\"\n[tokens]\nvalid = \"a-token-of-ours\"\n"
        ),
    );
    place.run("run --config conf/p.toml --samples 1 --only sendInbox/code/* --only sendInbox/request/* --report html=out/r.html --report markdown=out/r.md").one_of(&[1, 3]);
    let page = place.read("out/r.html");
    let mut cells = 0;
    for cell in page.split("<t").filter(|part| {
        part.starts_with("d>") || part.starts_with("d ") || part.starts_with("h>") || part.starts_with("h ")
    }) {
        let inside = cell.split_once('>').unwrap().1.split("</t").next().unwrap();
        let mut text = String::new();
        for part in inside.split('<') {
            text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        }
        let text = text.replace("&quot;", "\"").replace("&amp;", "&");
        assert!(!text.trim_start().starts_with(['=', '+', '-', '@']), "{text}");
        cells += 1;
    }
    assert!(cells > 20 && page.contains("'=HYPERLINK"), "{cells}");
    for line in place.read("out/r.md").lines().filter(|line| line.starts_with('|')) {
        let cells = line.trim_matches('|').split('|').map(str::trim);
        assert!(
            cells
                .filter(|cell| !cell.starts_with("--") && !cell.starts_with(":-"))
                .all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
            "{line}"
        );
    }
}

#[test]
fn a_contract_that_somebody_else_wrote_is_text_too() {
    let place = Place::new();
    for (nth, attack) in ATTACKS.iter().enumerate() {
        let text = serde_json::Value::from(*attack);
        let document = format!(
            r#"{{"openapi":"3.1.0","info":{{"title":{text},"version":{text}}},"paths":{{"/a":{{"post":{{"operationId":{text},"summary":{text},"description":{text},
            "requestBody":{{"content":{{"application/json":{{"schema":{{"type":"object","required":[{text}],"properties":{{{text}:{{"type":"string","maxLength":3,"description":{text}}}}}}}}}}}}},
            "responses":{{"200":{{"description":{text}}}}}}}}}}}}}"#
        );
        let name = format!("conf/{nth}.json");
        place.write(&name, document);
        for line in [
            "lint",
            "list --contract",
            "run --target http://127.0.0.1:1 --timeout 200ms --contract",
            "explain x --contract",
        ] {
            assert_tame(line, &place.run(&format!("{line} {name}")));
        }
        let list = String::from_utf8_lossy(&place.run(&format!("list --format json --contract {name}")).out)
            .into_owned();
        let first = serde_json::from_str::<serde_json::Value>(&list)
            .ok()
            .and_then(|list| Some(list.as_array()?.first()?["id"].as_str()?.to_owned()));
        if let Some(id) = first.filter(|id| !id.contains(char::is_whitespace)) {
            assert_tame("explain", &place.run(&format!("explain {id} --contract {name}")));
        }
    }
}
