//! Hooks: a command or a small server that completes every request.

use crate::listener::{Listener, Manner};
use crate::support::{Done, Place, Serve, case, has_tool, ids};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proofmark::config::secret::Secret;
use proofmark::target::keys::SigningKey;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

/// Two cases, a few requests.
const FEW: &str = "--only sendInbox/request/requestId/required/* --samples 1";
const MISSING: &str = "sendInbox/request/requestId/required/missing";
const REPORTS: &str = "--report json=out/r.json --report html=out/r.html --report markdown=out/r.md \
                       --report har=out/r.har --report junit=out/r.xml";

/// A configuration with a hook that is this script.
fn hooked(place: &Place, script: &str) {
    place.write("conf/hook.sh", format!("#!/bin/sh\n{script}\n"));
    let path = place.path("conf/hook.sh");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    place.write(
        "conf/p.toml",
        "[client]\nid = \"CLIENT\"\n[tokens]\nvalid = \"canary-token\"\n[hook]\ncommand = [\"./hook.sh\", \"an argument\"]\n",
    );
    place.write("out/.keep", "");
}

fn run(place: &Place, listener: &Listener, more: &str) -> Done {
    place.run(&format!("run --config conf/p.toml --target {} {REPORTS} {more}", listener.url))
}

/// All that a run wrote, in one text.
fn everything(place: &Place, done: &Done) -> String {
    let files = ["r.json", "r.html", "r.md", "r.har", "r.xml"];
    files.iter().map(|file| place.read(&format!("out/{file}"))).chain([done.all()]).collect()
}

/// A server that answers what a function makes of a request's JSON, with a status.
fn signer(answer: impl Fn(Value) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sign", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap_or_default() > 2 {
                if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                    length = text.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_err() {
                continue;
            }
            let (status, text) = answer(serde_json::from_slice(&body).unwrap());
            let head = format!(
                "HTTP/1.1 {status} Any\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                text.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(text.as_bytes()));
        }
    });
    url
}

/// Signs as the reference wallet wants it.
fn wallets_signer(place: &Place) -> String {
    let key = SigningKey::from_pem(&Secret::new("key", place.read("conf/client.pem"))).unwrap();
    signer(move |request| {
        let text = |at: &str| request.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (client, time) = (text("/headers/Client-Id"), text("/headers/Request-Time"));
        let body = match request.get("body_base64") {
            None => text("/body").into_bytes(),
            Some(encoded) => STANDARD.decode(encoded.as_str().unwrap()).unwrap(),
        };
        let head = format!("{} {}\n{client}.{time}.", text("/method"), text("/path"));
        let signature = STANDARD.encode(key.sign(&[head.as_bytes(), &body].concat()).unwrap());
        let value = format!("algorithm=RSA256, keyVersion=1, signature={signature}");
        (200, json!({ "headers": { "Signature": value } }).to_string())
    })
}

#[test]
fn a_signer_takes_the_place_of_a_private_key_where_it_can() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let url = wallets_signer(&place);
    let toml = place.read("conf/proofmark.toml");
    let without: Vec<&str> = toml.lines().filter(|line| !line.starts_with("private_key")).collect();
    place.write("conf/p.toml", format!("{}\n[hook]\nurl = \"{url}\"\n", without[..].join("\n")));
    let line = "--only sendInbox/header/* --only sendInbox/robustness/* --only sendInbox/idempotency/burst* \
                --samples 1 --report json=r.json";
    let done = place.run(&format!("run --config conf/p.toml --target {} {line}", serve.url)).exit(0);
    let report = place.json("r.json");
    assert!(ids(&report, "fail").is_empty() && ids(&report, "error").is_empty(), "{}", done.out);
    // What has to be signed well is; what has to be signed wrongly is not asked of the hook.
    assert_eq!(case(&report, "sendInbox/header/body-with-whitespace")["verdict"], "pass");
    assert_eq!(case(&report, "sendInbox/header/response-client-id")["verdict"], "pass");
    let wrong = case(&report, "sendInbox/header/signature-wrong");
    assert_eq!(wrong["verdict"], "skipped");
    let reason = wrong["reason"].as_str().unwrap();
    assert!(reason.contains("client.private_key") && reason.contains("the hook cannot"), "{reason}");

    // With a key of our own the hook changes nothing that a case is about.
    place.write("conf/p.toml", format!("{toml}\n[hook]\nurl = \"{url}\"\n"));
    place.run(&format!("run --config conf/p.toml --target {} {line}", serve.url)).exit(0);
    let report = place.json("r.json");
    assert!(ids(&report, "skipped").is_empty(), "{:?}", ids(&report, "skipped"));
    assert_eq!(case(&report, "sendInbox/header/signature-wrong")["verdict"], "pass");
}

#[test]
fn a_command_sets_and_removes_fields_and_changes_the_body() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    hooked(
        &place,
        "cat > last.json; printf '%s' \"$1\" > argument\n\
         echo '{\"headers\": {\"X-Sig\": \"made here\", \"client-id\": null}, \"body\": \"{\\\"sealed\\\":1}\"}'",
    );
    run(&place, &listener, FEW);
    let requests = listener.requests();
    assert!(requests.len() > 1);
    for request in &requests {
        assert!(
            request.contains("X-Sig: made here") && request.ends_with("\r\n\r\n{\"sealed\":1}"),
            "{request}"
        );
        assert!(!request.contains("Client-Id") && request.contains("Request-Time"), "{request}");
    }
    let asked = place.json("last.json");
    assert_eq!((&asked["operation"], &asked["method"]), (&"sendInbox".into(), &"POST".into()));
    assert_eq!(asked["path"], "/v1/messages/sendInbox");
    assert_eq!(asked["url"], format!("{}/v1/messages/sendInbox", listener.url));
    assert_eq!(asked["headers"]["Client-Id"], "CLIENT");
    assert!(asked["body"].as_str().unwrap().contains("canary-token"));
    assert_eq!(place.read("argument"), "an argument");
    // A body that is no text, and one that is made so.
    hooked(&place, "cat > last.json; echo '{\"body_base64\": \"/wA=\"}'");
    run(&place, &listener, "--only sendInbox/robustness/invalid-utf8");
    assert!(
        place.json("last.json").get("body").is_none() && place.json("last.json")["body_base64"].is_string()
    );
    assert!(listener.requests().last().unwrap().ends_with("\u{fffd}\0"));
}

#[test]
fn what_a_hook_sets_is_a_secret() {
    let place = Place::new();
    let listener = Listener::start(Manner::Echo);
    // One value that is always the same, and one that never is.
    hooked(
        &place,
        "cat > /dev/null; n=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \\n')\n\
         echo \"{\\\"headers\\\": {\\\"X-Key\\\": \\\"canary-key\\\", \\\"X-Sig\\\": \\\"canary-signature-$n\\\"}}\"",
    );
    let done =
        run(&place, &listener, "--only sendInbox/code/* --only sendInbox/request/requestId/* --samples 1");
    assert!(listener.requests().concat().contains("X-Sig: canary-signature-"));
    let everything = everything(&place, &done);
    let leak = everything.find("canary").map(|at| &everything[at.saturating_sub(80)..at + 30]);
    assert_eq!(leak, None);
    let json = place.read("out/r.json");
    for wanted in ["«redacted:hook.X-Key»", "«redacted:hook.X-Sig»", "PROOFMARK_HOOK_X_SIG:?"] {
        assert!(json.contains(wanted), "{wanted}");
    }
}

#[test]
fn a_hook_that_fails_is_no_fault_of_the_target() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    for (script, more, wanted) in [
        ("echo 'no key here' >&2; exit 3", "", "hook.command failed with exit code 3"),
        ("exec sleep 30", "--timeout 300ms", "hook.command took longer than 300ms"),
        ("sleep 30 & wait", "--timeout 300ms", "hook.command took longer than 300ms"),
        ("kill -9 $$", "", "hook.command was killed"),
        ("echo nonsense", "", "something that is no JSON"),
        (":", "", "something that is no JSON"),
        ("echo '{\"header\": {}}'", "", "JSON of another form"),
        ("echo '{\"headers\": {\"X-Sig\": 5}}'", "", "JSON of another form"),
        ("echo '[]'", "", "JSON of another form"),
        ("echo '{\"headers\": {\"X Y\": \"a\"}}'", "", "a header field that HTTP cannot hold"),
        ("printf '%s' '{\"headers\": {\"X-Y\": \"a\\nb\"}}'", "", "a header field that HTTP cannot hold"),
        ("echo '{\"headers\": {\"Host\": \"a\"}}'", "", "set Host"),
        ("echo '{\"body_base64\": \"?\"}'", "", "body_base64"),
        ("echo '{\"body\": \"\", \"body_base64\": \"\"}'", "", "both"),
        ("yes | head -c 40000000", "", "said more than 16 MiB"),
    ] {
        hooked(&place, script);
        let done = run(&place, &listener, &format!("{FEW} {more}")).exit(3);
        assert!(done.err.contains(wanted), "{script}: no `{wanted}` in {}", done.err);
        assert_eq!(done.err.lines().count(), 1, "{script}: {}", done.err);
        assert!(ids(&place.json("out/r.json"), "fail").is_empty(), "{script}");
    }
    assert_eq!(listener.connections(), 0);
    place.write("conf/hook.sh", "not to be run");
    std::fs::set_permissions(place.path("conf/hook.sh"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let done = run(&place, &listener, FEW).exit(3);
    assert!(done.err.contains("hook.command cannot be started"), "{}", done.err);

    for (status, text, wanted) in
        [(500, "broken", "hook.url answered HTTP 500"), (200, "broken", "something that is no JSON")]
    {
        let url = signer(move |_| (status, text.to_owned()));
        place.write("conf/p.toml", format!("[tokens]\nvalid = \"canary-token\"\n[hook]\nurl = \"{url}\"\n"));
        let done = run(&place, &listener, FEW).exit(3);
        assert!(done.err.contains(wanted), "{}", done.err);
    }
    place.write(
        "conf/p.toml",
        "[tokens]\nvalid = \"canary-token\"\n[hook]\nurl = \"http://127.0.0.1:1/sign\"\n",
    );
    let done = run(&place, &listener, FEW).exit(3);
    assert!(
        done.err.contains("hook.url gave no answer") && done.err.contains("the signer is up"),
        "{}",
        done.err
    );
    assert_eq!(listener.connections(), 0);
}

#[test]
fn what_a_hook_complains_of_is_shown_without_secrets() {
    let place = Place::new();
    let _serve = Serve::start(&place, "");
    let listener = Listener::start(Manner::Refuse);
    hooked(&place, "echo 'the HSM is gone:' >&2; cat >&2; exit 1");
    let toml = place.read("conf/p.toml").replace("[tokens]", "private_key = \"client.pem\"\n[tokens]");
    place.write("conf/p.toml", toml);
    let done = run(&place, &listener, FEW).exit(3);
    assert!(done.err.contains("the HSM is gone: {\"body\":"), "{}", done.err);
    let everything = everything(&place, &done);
    assert!(
        !everything.contains("canary-token") && everything.contains("«redacted:tokens.valid»"),
        "{everything}"
    );
}

#[test]
fn a_hook_that_fails_now_and_then_costs_the_cases_that_it_fails() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    hooked(&place, "if grep -q requestId; then echo '{}'; else echo 'no requestId to sign' >&2; exit 1; fi");
    let done = run(&place, &listener, "--only sendInbox/request/requestId/* --samples 1").exit(3);
    let report = place.json("out/r.json");
    assert_eq!(ids(&report, "error"), [MISSING], "{}", done.out);
    let reason = case(&report, MISSING)["reason"].as_str().unwrap();
    assert!(reason.contains("hook.command failed") && reason.ends_with("no requestId to sign"), "{reason}");
    assert_eq!(report["verdict"], "undecided");
}

/// Each case would cost the whole time limit otherwise, and there are hundreds.
#[test]
fn a_hook_that_hangs_is_given_up() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    hooked(&place, "if [ -e greeted ]; then exec sleep 5; fi; touch greeted; echo '{}'");
    run(&place, &listener, "--timeout 400ms --samples 1").exit(3);
    let report = place.json("out/r.json");
    let errors = ids(&report, "error");
    let reasons: Vec<&str> = errors.iter().map(|id| case(&report, id)["reason"].as_str().unwrap()).collect();
    assert!(reasons.iter().all(|reason| reason.starts_with("hook.command took")), "{reasons:?}");
    let given_up = reasons.iter().filter(|reason| reason.contains("not asked any more")).count();
    assert!(given_up > 100, "{given_up} of {}", reasons.len());
}

#[test]
fn a_finding_is_replayed_with_the_hook() {
    let place = Place::new();
    let serve = Serve::start(&place, "--fault request-id-accepts-129");
    let url = wallets_signer(&place);
    let toml = place.read("conf/proofmark.toml");
    let without: Vec<&str> = toml.lines().filter(|line| !line.starts_with("private_key")).collect();
    let without = without.join("\n");
    place.write("conf/p.toml", format!("{without}\n[hook]\nurl = \"{url}\"\n"));
    let id = "sendInbox/request/requestId/maxLength/above";
    let line = format!("--config conf/p.toml --target {}", serve.url);
    place.run(&format!("run {line} --only {id} --report json=r.json")).exit(1);
    place.run(&format!("replay r.json {id} {line}")).exit(1);
    place.write("conf/p.toml", format!("{without}\n[hook]\nurl = \"http://127.0.0.1:1/\"\n"));
    let done = place.run(&format!("replay r.json {id} {line}")).exit(3);
    assert!(done.out.contains("hook.url"), "{}", done.all());
    // A pasted command asks for what the hook makes, and sends nothing without it.
    if has_tool("bash", "--version") {
        let report = place.json("r.json");
        let command = case(&report, id)["finding"]["minimal"][0]["curl"].as_str().unwrap().to_owned();
        let mut bash = std::process::Command::new("bash");
        let done: Done =
            bash.arg("-c").arg(command).env("PROOFMARK_TOKENS_VALID", "t").output().unwrap().into();
        assert!(done.err.contains("set it to what the hook makes") && done.out.is_empty(), "{}", done.all());
    }
}

#[test]
fn a_profile_replaces_the_hook() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    hooked(&place, "cat > /dev/null; echo '{\"headers\": {\"X-Sig\": \"base\"}}'");
    let url = signer(|_| (200, json!({ "headers": { "X-Sig": "nightly" } }).to_string()));
    let toml = place.read("conf/p.toml");
    place.write("conf/p.toml", format!("{toml}[profile.nightly.hook]\nurl = \"{url}\"\n"));
    run(&place, &listener, FEW);
    assert!(listener.requests().last().unwrap().contains("X-Sig: base"));
    run(&place, &listener, &format!("{FEW} --profile nightly"));
    assert!(listener.requests().last().unwrap().contains("X-Sig: nightly"));
}
