//! The other members of the family: suites by name, steps that feed each other, credentials from elsewhere.

use crate::support::{Place, Serve, case, ids};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// The suites that are built in, by their titles.
fn suites() -> Vec<String> {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).unwrap();
    let files = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().unwrap_or_default() == "yaml");
    let title = |text: String| {
        let line = text.lines().find_map(|line| line.strip_prefix("  title: ").map(str::to_owned));
        line.expect("a title")
    };
    files.map(|path| title(std::fs::read_to_string(path).unwrap())).collect()
}

/// What the wallet gives at a place beside its API, as a user would.
fn given(wallet: &Serve, path: &str) -> String {
    let address = wallet.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let value: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    value["value"].as_str().unwrap().to_owned()
}

/// The configuration of a served wallet, with one line in place of another.
fn configured(place: &Place, kind: &str, source: &str) {
    let text = place.read("conf/proofmark.toml");
    let line = text.lines().find(|line| line.starts_with(&format!("{kind} = "))).expect(kind).to_owned();
    place.write("conf/proofmark.toml", text.replace(&line, &format!("{kind} = {source}")));
}

#[test]
fn every_suite_conforms_to_the_wallet() {
    let place = Place::new();
    for suite in suites() {
        let done = place.run(&format!("run --suite {suite} --quiet --report json=r.json")).exit(0);
        let report = place.json("r.json");
        assert_eq!(report["suite"]["name"], suite.as_str());
        for verdict in ["fail", "warn", "skipped", "error"] {
            assert!(ids(&report, verdict).is_empty(), "{suite}: {verdict}: {}", done.all());
        }
    }
}

#[test]
fn suites_are_chosen_by_name() {
    let place = Place::new();
    let unknown = place.run("run --suite payroll").exit(2);
    for suite in suites() {
        assert!(unknown.err.contains(&suite), "{}", unknown.err);
        assert!(place.run(&format!("list --suite {suite}")).exit(0).out.contains(&format!("{suite}/")));
    }
    place.run("run --suite applyToken --contract c.yaml").exit(2);
    let (plain, named) = (place.run("list").exit(0).out, place.run("list --suite sendInbox").exit(0).out);
    assert_eq!(plain, named);
    let both = place.run("list --suite sendInbox --suite cancelToken").exit(0).out;
    assert!(both.contains("cancelToken/") && both.starts_with(plain.lines().next().unwrap()));
    assert!(!both.contains("applyToken/code"), "a suite that is not named is not judged");
    assert!(
        place
            .run("explain cancelToken/flow/refresh-token-dead")
            .exit(0)
            .out
            .contains("of the answer to `token`")
    );
    assert_eq!(place.run("generate cancelToken --valid 3").exit(0).out.lines().count(), 3);
}

#[test]
fn a_finding_of_several_operations_is_replayed() {
    let place = Place::new();
    let run = "run --only cancelToken/flow/* --fault cancel-keeps-refresh-token --report json=r.json";
    let done = place.run(run).exit(1);
    let report = place.json("r.json");
    let broken = case(&report, "cancelToken/flow/refresh-token-dead");
    assert_eq!(broken["verdict"], "fail", "{}", done.out);
    let minimal = broken["finding"]["minimal"].as_array().unwrap();
    let roles: Vec<&str> = minimal.iter().map(|one| one["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["token", "refresh"], "what it was fed with is shown first");
    assert!(minimal[1]["curl"].as_str().unwrap().contains("/refreshToken of token"));
    for secret in ["demo-access-", "demo-refresh-0", "demo-code-0"] {
        assert!(!place.read("r.json").contains(secret) && !done.all().contains(secret), "{secret} is shown");
    }
    place.run("replay r.json cancelToken/flow/refresh-token-dead").exit(1);
    let wallet = Serve::start(&place, "");
    let replay = "replay r.json cancelToken/flow/refresh-token-dead --config conf/proofmark.toml";
    assert!(place.run(&format!("{replay} --target {}", wallet.url)).exit(0).out.contains("holds now"));
}

#[test]
fn a_token_comes_from_the_api_itself() {
    let place = Place::new();
    let wallet = Serve::start(&place, "");
    configured(&place, "valid", "{ operation = \"applyToken\" }");
    let done = place
        .run("run --config conf/proofmark.toml --only sendInbox/{status,code}/* --report json=r.json")
        .exit(0);
    let report = place.json("r.json");
    assert!(ids(&report, "pass").len() > 20 && ids(&report, "skipped").is_empty(), "{}", done.all());
    assert!(!place.read("r.json").contains("demo-access-"));
    configured(&place, "valid", "{ operation = \"applyToken\", at = \"/nothing\" }");
    let done = place.run("run --config conf/proofmark.toml --only sendInbox/status/success-taken").err;
    assert!(!done.contains("panicked"), "{done}");
    configured(&place, "valid", "{ operation = \"mintToken\" }");
    let wrong = place.run("run --config conf/proofmark.toml").exit(2).err;
    assert!(
        wrong.contains("tokens.valid") && wrong.contains("`mintToken`") && wrong.contains("applyToken"),
        "{wrong}"
    );
    drop(wallet);
}

#[test]
fn a_code_comes_from_a_command() {
    let place = Place::new();
    let wallet = Serve::start(&place, "");
    let codes: Vec<String> = (0..30).map(|_| given(&wallet, "/demo/authCode")).collect();
    place.write("conf/codes", codes.join("\n") + "\n");
    let script = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\nhead -n 1 codes\nsed -i 1d codes\n";
    place.write("conf/code.sh", script);
    let mut mode = std::fs::metadata(place.path("conf/code.sh")).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
    std::fs::set_permissions(place.path("conf/code.sh"), mode).unwrap();
    configured(&place, "code", "{ command = [\"./code.sh\"] }");
    let run = "run --config conf/proofmark.toml --concurrency 1 --suite applyToken --only applyToken/flow/* --report json=r.json";
    let done = place.run(run).exit(0);
    assert!(ids(&place.json("r.json"), "pass").len() >= 5, "{}", done.all());
    place.write("conf/code.sh", "#!/bin/sh\necho SECRET >&2\nexit 7\n");
    let failed = place.run(run);
    let report = place.json("r.json");
    let reason = case(&report, "applyToken/flow/token-usable")["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("tokens.code") && reason.contains("exit code 7"), "{reason}");
    assert!(!failed.all().contains("SECRET"));
}

#[test]
fn a_list_of_codes_is_spent_in_the_order_of_the_cases() {
    let place = Place::new();
    let wallet = Serve::start(&place, "");
    let mut told = Vec::new();
    for concurrency in [8, 16] {
        let codes: Vec<String> = (0..4).map(|_| given(&wallet, "/demo/authCode")).collect();
        configured(&place, "code", &format!("[\"{}\"]", codes.join("\", \"")));
        let only = "--suite applyToken --only applyToken/flow/*";
        let line = format!(
            "run --config conf/proofmark.toml {only} --concurrency {concurrency} --report json=r.json"
        );
        let done = place.run(&line).exit(0);
        let report = place.json("r.json");
        let cases = report["cases"].as_array().unwrap();
        told.push(
            cases.iter().map(|case| (case["verdict"].clone(), case["reason"].clone())).collect::<Vec<_>>(),
        );
        let skipped = ids(&report, "skipped");
        assert_eq!((ids(&report, "pass").len(), skipped.len()), (5, 3), "{}", done.all());
        let reason = case(&report, &skipped[0])["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains("tokens.code is used up") && reason.contains("4 given"), "{reason}");
        for code in codes {
            assert!(!place.read("r.json").contains(&code) && !done.all().contains(&code));
        }
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn a_step_whose_feed_is_missing_decides_nothing() {
    let place = Place::new();
    let done =
        place.run("run --only applyToken/flow/refreshed* --fault refresh-token-missing --report json=r.json");
    let report = place.json("r.json");
    let one = case(&report, "applyToken/flow/refreshed-token-usable");
    assert_eq!(one["verdict"], "inconclusive", "{}", done.all());
    assert!(one["reason"].as_str().unwrap().contains("the answer to `token` has no /refreshToken"), "{one}");
}

#[test]
fn a_feed_that_cannot_be_is_an_error_of_its_file() {
    let place = Place::new();
    for (second, wanted) in [
        ("operation: payOut", "`payOut`"),
        ("feed: { /accessToken: { of: third, at: /accessToken } }", "`third`"),
        ("beside: true, feed: { /accessToken: { of: first, at: /accessToken } }", "not there yet"),
        ("feed: { accessToken: { of: first, at: /accessToken } }", "no JSON pointer"),
        (
            "set: { /accessToken: x }, feed: { /accessToken: { of: first, at: /accessToken } }",
            "both fed and edited",
        ),
        ("with: [/other]", "no credential at `/other`"),
    ] {
        let text = format!(
            "operation: cancelToken\ngroup: g\nlaw: status\ncases:\n  - id: one\n    title: t\n    clause: c\n    level: must\n    fix: f\n    send:\n      - {{ as: first, operation: applyToken }}\n      - {{ as: second, {second} }}\n    expect: {{ rule: taken, of: second }}\n"
        );
        place.write("cases.yaml", text);
        let refused = place.run("lint cases.yaml").exit(2).err;
        assert!(refused.contains(wanted) && refused.contains("cases.yaml:"), "{wanted}: {refused}");
    }
}
