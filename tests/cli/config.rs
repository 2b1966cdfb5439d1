//! What `proofmark.toml` says, as the target sees it.

use crate::listener::{Listener, Manner};
use crate::support::{Place, Serve, case, has_tool, ids};
use std::process::Command;

/// Needs a token and a signature, and nothing else.
const SIGNED: &str = "sendInbox/idempotency/replay-same-result";

/// The access tokens that a target was sent.
fn tokens(listener: &Listener) -> Vec<String> {
    let token = |request: String| {
        let rest = request.split_once("\"accessToken\":\"")?.1;
        Some(rest[..rest.find('"')?].to_owned())
    };
    let mut tokens: Vec<String> = listener.requests().into_iter().filter_map(token).collect();
    tokens.dedup();
    tokens
}

/// One run with a token configured like this; what the target was sent in its place.
fn sent(place: &Place, line: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let listener = Listener::start(Manner::Refuse);
    let only = "--only sendInbox/request/templates/required/missing --samples 1 --concurrency 1";
    let done = place.run_with(&format!("run --target {} {only} {line}", listener.url), variables);
    assert!(listener.answered() > 0, "{}", done.all());
    tokens(&listener)
}

#[test]
fn a_secret_is_read_from_a_string_a_variable_or_a_file() {
    let place = Place::new();
    place.write("deep/token.txt", "from-a-file\n");
    for (source, token) in [
        ("\"from-a-string\"", "from-a-string"),
        ("{ env = \"PM_TOKEN\" }", "from-a-variable"),
        ("{ file = \"token.txt\" }", "from-a-file"),
    ] {
        place.write("deep/p.toml", format!("[tokens]\nvalid = {source}\n"));
        let tokens = sent(&place, "--config deep/p.toml", &[("PM_TOKEN", "from-a-variable")]);
        assert_eq!(tokens, [token], "{source}");
    }
    let absolute = place.path("deep/token.txt");
    place.write("p.toml", format!("[tokens]\nvalid = {{ file = \"{}\" }}\n", absolute.display()));
    assert_eq!(sent(&place, "--config p.toml", &[]), ["from-a-file"]);
}

#[test]
fn a_profile_overrides_member_by_member() {
    let place = Place::new();
    let base = Listener::start(Manner::Refuse);
    let nightly = Listener::start(Manner::Refuse);
    place.write(
        "p.toml",
        format!(
            "[target]\nurl = \"{}\"\n[client]\nid = \"BASE\"\n[tokens]\nvalid = \"base-token\"\n\
             [template]\ncode = \"BASE_CODE\"\nparameters = {{ Title = \"base-parameter\", Content = \"c\", Url = \"u\" }}\n\
             [profile.nightly.target]\nurl = \"{}\"\n[profile.nightly.client]\nid = \"NIGHTLY\"\n\
             [profile.nightly.template]\ncode = \"NIGHTLY_CODE\"\n\
             [profile.other.client]\nid = \"OTHER\"\n",
            base.url, nightly.url
        ),
    );
    let only = "--only sendInbox/request/accessToken/required/missing --only sendInbox/request/requestId/* --samples 1";
    place.run(&format!("run --config p.toml --profile nightly {only}"));
    assert_eq!(base.connections(), 0);
    let requests = nightly.requests().concat();
    for wanted in ["Client-Id: NIGHTLY", "NIGHTLY_CODE", "base-parameter", "base-token"] {
        assert!(requests.contains(wanted), "{wanted} in {requests}");
    }
    for other in ["BASE", "OTHER"] {
        assert!(!requests.contains(other), "{other} in {requests}");
    }
    place.run(&format!("run --config p.toml {only}"));
    let requests = base.requests().concat();
    assert!(requests.contains("Client-Id: BASE") && requests.contains("BASE_CODE"), "{requests}");
    let (base_before, nightly_before) = (base.connections(), nightly.connections());
    let flag = Listener::start(Manner::Refuse);
    place.run(&format!("run --config p.toml --profile nightly --target {} {only}", flag.url));
    assert!(flag.requests().concat().contains("Client-Id: NIGHTLY"));
    assert_eq!((base.connections(), nightly.connections()), (base_before, nightly_before));
}

#[test]
fn fixtures_are_what_is_sent() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    place.write(
        "p.toml",
        format!(
            "[target]\nurl = \"{}\"\n[fixtures]\npayment_id = \"BASE-1\"\npayment_request_id = \"BASE-2\"\n\
             [profile.nightly.fixtures]\npayment_id = \"NIGHTLY-1\"\n",
            listener.url
        ),
    );
    let run = "run --suite inquiryPayment --only inquiryPayment/inquiry/asked-twice --config p.toml";
    place.run(&format!("{run} --profile nightly"));
    let requests = listener.requests().concat();
    assert!(requests.contains("NIGHTLY-1") && requests.contains("BASE-2"), "{requests}");
    assert!(!requests.contains("BASE-1"), "{requests}");
}

#[test]
fn the_configuration_of_the_reference_wallet_is_good_for_the_family() {
    let place = Place::new();
    let _serve = Serve::start(&place, "");
    let cases = "--only */inquiry/* --only */results/* --only */message/*";
    let done = place.run(&format!("run --suite family --config conf/proofmark.toml {cases}")).exit(0);
    let line =
        done.out.lines().find(|line| line.starts_with("conforms")).unwrap_or_else(|| panic!("{}", done.out));
    assert!(!line.contains("skipped"), "{line}");
}

#[test]
fn the_file_of_the_current_folder_is_picked_up() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    place.write("proofmark.toml", format!("[target]\nurl = \"{}\"\n", listener.url));
    place.run("run --only sendInbox/request/accessToken/required/missing");
    assert!(listener.answered() > 0);
    place.write("proofmark.toml", "[target]\nurll = 5\n");
    assert!(place.run("run").exit(2).err.contains("proofmark.toml:2"));
    place.write("empty.toml", "");
    place.run("run --config empty.toml --only sendInbox/request/accessToken/required/missing").exit(0);
}

#[test]
fn both_forms_of_a_private_key_sign() {
    let place = Place::new();
    let _serve = Serve::start(&place, "");
    let run = format!("run --config conf/proofmark.toml --only {SIGNED}");
    place.run(&run).exit(0);
    if !has_tool("openssl", "version") {
        return;
    }
    let key = place.read("conf/client.pem");
    let traditional = |arguments: &[&str]| {
        let made = Command::new("openssl").args(arguments).current_dir(place.path("conf")).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    traditional(&["rsa", "-in", "client.pem", "-traditional", "-out", "pkcs1.pem"]);
    traditional(&["pkcs8", "-topk8", "-nocrypt", "-in", "client.pem", "-out", "pkcs8.pem"]);
    for (name, form) in [("pkcs1.pem", "BEGIN RSA PRIVATE KEY"), ("pkcs8.pem", "BEGIN PRIVATE KEY")] {
        let text = place.read(&format!("conf/{name}"));
        assert!(text.contains(form), "{name}");
        place.write("conf/client.pem", &text);
        place.run(&run).exit(0);
    }
    // Another key of the same form is told from the right one, so the two above did sign.
    traditional(&["genrsa", "-out", "client.pem", "2048"]);
    assert_ne!(place.read("conf/client.pem"), key);
    assert_ne!(place.run(&run).code, Some(0));
    let toml = place.read("conf/proofmark.toml").replace("{ file = \"client.pem\" }", "{ env = \"PM_KEY\" }");
    place.write("conf/proofmark.toml", toml);
    place.run_with(&run, &[("PM_KEY", &key)]).exit(0);
}

#[test]
fn without_a_private_key_requests_go_unsigned() {
    let place = Place::new();
    let serve = Serve::start(&place, "--unsigned");
    let toml = place.read("conf/proofmark.toml");
    let toml: Vec<&str> = toml.lines().filter(|line| !line.contains("_key = ")).collect();
    place.write("p.toml", toml.join("\n"));
    let done = place.run(&format!("run --config p.toml --target {} --report json=r.json", serve.url)).exit(0);
    let report = place.json("r.json");
    let skipped = ids(&report, "skipped");
    assert!(!skipped.is_empty() && done.out.contains("client.private_key"), "{}", done.out);
    for id in &skipped {
        let reason = case(&report, id)["reason"].as_str().unwrap();
        assert!(
            reason.contains("client.private_key") || reason.contains("server_public_key"),
            "{id}: {reason}"
        );
        assert_eq!(case(&report, id)["exchanges"], 0, "{id}");
    }
    assert!(skipped.iter().any(|id| id.starts_with("sendInbox/header/")), "{skipped:?}");
    assert!(ids(&report, "pass").len() > 100);
}

#[test]
fn a_case_without_its_credential_is_skipped_and_says_so() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let toml = place.read("conf/proofmark.toml");
    for kind in ["unscoped", "expired", "second"] {
        let kept: Vec<&str> = toml.lines().filter(|line| !line.starts_with(kind)).collect();
        let file = format!("conf/{kind}.toml");
        place.write(&file, kept.join("\n"));
        let line = "run --samples 1 --only */code/* --only */status/* --only */idempotency/*";
        let line = format!("{line} --config {file} --target {} --report json=r.json", serve.url);
        let done = place.run(&line).exit(0);
        let report = place.json("r.json");
        let need = format!("tokens.{kind}");
        let skipped = ids(&report, "skipped");
        assert!(!skipped.is_empty() && done.out.contains(&need), "{kind}: {}", done.out);
        for id in &skipped {
            assert!(case(&report, id)["reason"].as_str().unwrap().contains(&need), "{id}");
        }
        let list = place.run("list --format json").exit(0).out;
        let list: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
        for listed in
            list.iter().filter(|listed| listed["needs"].as_array().unwrap().contains(&need.clone().into()))
        {
            let id = listed["id"].as_str().unwrap().to_owned();
            let selected = report["cases"].as_array().unwrap().iter().any(|case| case["id"] == id.as_str());
            assert!(!selected || skipped.contains(&id), "{id} needs {need}");
        }
    }
}

#[test]
fn limits_of_the_file_hold_until_the_command_line_overrides_them() {
    let place = Place::new();
    let listener = Listener::start(Manner::Silent);
    place.write("p.toml", format!("[target]\nurl = \"{}\"\n[limits]\ntimeout = \"100ms\"\n", listener.url));
    assert!(place.run("run --config p.toml").exit(3).err.contains("time limit"));
    place.write("b.toml", "[limits]\nbudget = \"1ms\"\n");
    place.run("run --config b.toml").exit(3);
    place.run("run --config b.toml --budget 10m --only */accessToken/required/*").exit(0);
}
