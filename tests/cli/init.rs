//! `proofmark init`: from nothing to a run that uses what it wrote.

use crate::support::{Place, Serve, has_tool};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The value of a member of the wallet's own configuration.
#[track_caller]
fn of_demo(place: &Place, member: &str) -> String {
    let text = place.read("conf/proofmark.toml");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{member} = \"")));
    line.unwrap_or_else(|| panic!("no {member}")).trim_end_matches('"').to_owned()
}

fn everything(place: &Place, url: &str) -> String {
    let id = of_demo(place, "id");
    place.write("second.token", of_demo(place, "second"));
    format!(
        "init --target {url} --client-id {id} --private-key conf/client.pem --server-public-key conf/wallet.pub.pem \
         --token-env DEMO_TOKEN --token-env expired=DEMO_EXPIRED --token-file second=second.token \
         --template MINI_APP_COMMON_INBOX --probe {url}/probe/inbox?requestId={{requestId}}"
    )
}

#[test]
fn what_it_writes_is_used_by_a_run_that_conforms() {
    let place = Place::new();
    let wallet = Serve::start(&place, "");
    let done = place.run(&everything(&place, &wallet.url)).exit(0);
    assert!(done.out.contains("written: proofmark.toml"), "{}", done.out);
    assert!(done.out.contains("not set yet: the environment variable DEMO_TOKEN"), "{}", done.out);
    assert!(
        done.out.contains("left open: tokens.unscoped; 3 cases are skipped, such as sendInbox/"),
        "{}",
        done.out
    );
    assert!(!done.out.contains("left open: tokens.expired"), "{}", done.out);
    let tokens = [("DEMO_TOKEN", of_demo(&place, "valid")), ("DEMO_EXPIRED", of_demo(&place, "expired"))];
    let text = place.read("proofmark.toml");
    for (_, secret) in &tokens {
        assert!(!text.contains(secret.as_str()) && !done.all().contains(secret.as_str()), "{text}");
    }
    let line = done.out.lines().find_map(|line| line.strip_prefix("  proofmark ")).expect("what comes next");
    assert_eq!(line, "run --report html=report.html");
    let variables: Vec<(&str, &str)> = tokens.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let run = place.run_with("run --report json=report.json", &variables).exit(0);
    assert!(run.out.contains("conforms:"), "{}", run.out);
    let skipped = place.json("report.json")["totals"]["skipped"].as_u64().unwrap();
    assert_eq!(skipped, 6, "{}", run.out);
    assert!(place.run("run").exit(2).err.contains("DEMO_"));
}

#[test]
fn each_example_can_be_taken_as_it_stands() {
    let place = Place::new();
    let wallet = Serve::start(&place, "");
    for suite in ["sendInbox", "family"] {
        let line = format!("init --target {} --suite {suite} --output conf/mine.toml --force", wallet.url);
        place.run(&line).exit(0);
        let text = place.read("conf/mine.toml");
        let is_example = |line: &str| line.starts_with('#') && !line.starts_with("# ") && line.len() > 1;
        assert!(text.lines().filter(|line| is_example(line)).count() > 15, "{text}");
        let taken = |line: &str| {
            let line = if is_example(line) { &line[1..] } else { line };
            // What names a certificate, a proxy or a number of its own would change how the target is reached.
            let strange = ["ca =", "proxy =", "http ="].iter().any(|name| line.starts_with(name));
            if strange { String::new() } else { format!("{line}\n") }
        };
        place.write("conf/taken.toml", text.lines().map(taken).collect::<String>());
        let names = text.match_indices("PROOFMARK_TOKENS_").map(|(at, _)| {
            let name: String =
                text[at..].chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            (name, "a-token".to_owned())
        });
        let names: Vec<_> = names.collect();
        let variables: Vec<(&str, &str)> =
            names.iter().map(|(name, value)| (&name[..], &value[..])).collect();
        let line =
            "run --config conf/taken.toml --profile nightly --only */wire/trailing-slash --exchanges 40";
        let done = place.run_with(line, &variables);
        assert!(matches!(done.code, Some(0 | 1)), "{}", done.all());
    }
}

#[test]
fn files_are_named_from_where_the_configuration_stands() {
    let place = Place::new();
    let wallet = Serve::start(&place, "");
    place.run(&format!("{} --output conf/mine.toml", everything(&place, &wallet.url))).exit(0);
    let text = place.read("conf/mine.toml");
    assert!(text.contains("private_key = { file = \"client.pem\" }"), "{text}");
    let absolute = place.path("second.token").canonicalize().unwrap();
    assert!(text.contains(&format!("second = {{ file = \"{}\" }}", absolute.display())), "{text}");
    let variables = [("DEMO_TOKEN", "demo-token-valid"), ("DEMO_EXPIRED", "demo-token-expired")];
    place.run_with("run --config conf/mine.toml --only */code/second-token", &variables).exit(0);
}

#[test]
fn what_is_there_is_kept_unless_forced() {
    let place = Place::new();
    place.write("proofmark.toml", "mine\n");
    let line = "init --target http://127.0.0.1:1";
    assert!(place.run(line).exit(2).err.contains("--force"));
    assert_eq!(place.read("proofmark.toml"), "mine\n");
    place.run(&format!("{line} --force")).exit(0);
    assert!(place.read("proofmark.toml").contains("url = \"http://127.0.0.1:1\""));
}

#[test]
fn wrong_answers_are_refused_with_a_mend_and_nothing_is_written() {
    let place = Place::new();
    place.write("no.pem", "no key\n");
    place.write("openapi.yaml", "openapi: 3.1.0\n");
    for (options, mend) in [
        ("", "--target URL"),
        ("--target example.test", "write http://… or https://…"),
        ("--target http://x.test --private-key gone.pem", "check the path"),
        ("--target http://x.test --private-key no.pem", "PKCS#8"),
        ("--target http://x.test --token-env 1a-token", "its name"),
        ("--target http://x.test --token-file gone", "write the token into it"),
        ("--target http://x.test --suite nothing", "sendInbox"),
        ("--target http://x.test --dialect nothing", "qi"),
        ("--target http://x.test --probe http://x.test/count", "requestId={requestId}"),
        ("--target http://x.test --template-parameter Title", "--template"),
        ("--target http://x.test --fixture app_id", "NAME=VALUE"),
        ("openapi.yaml --target http://x.test", "--target"),
    ] {
        let done = place.run(&format!("init {options}")).exit(2);
        assert!(done.err.contains(mend), "{options}: {}", done.err);
        assert!(!done.err.contains("a-token"), "{}", done.err);
        assert_eq!(place.files(), ["no.pem", "openapi.yaml"], "{options}");
    }
}

#[test]
fn values_with_quotes_stay_values() {
    let place = Place::new();
    let hostile = "x\"\n[tokens]\nvalid = \"stolen";
    let arguments = ["init", "--target", "http://127.0.0.1:1", "--client-id", "a\"b", "--template", hostile];
    let done = place.command(&arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let table: toml::Table = place.read("proofmark.toml").parse().unwrap();
    assert_eq!(table["template"]["code"].as_str(), Some(hostile));
    assert_eq!(table["client"]["id"].as_str(), Some("a\"b"));
    assert!(table["tokens"].as_table().unwrap().is_empty());
}

#[test]
fn on_a_terminal_it_asks_until_the_answers_are_right() {
    let place = Place::new();
    if !has_tool("script", "--version") {
        return;
    }
    let wallet = Serve::start(&place, "");
    let inner = format!("'{}' init", env!("CARGO_BIN_EXE_proofmark"));
    let mut command = Command::new("script");
    command.args(["-qec", &inner, "/dev/null"]).current_dir(place.path(""));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let answers = [
        "staging",
        &wallet.url,
        &of_demo(&place, "id"),
        "gone.pem",
        "conf/client.pem",
        "",
        "not a name",
        "DEMO_TOKEN",
        "MINI_APP_COMMON_INBOX",
        "",
    ];
    child.stdin.take().unwrap().write_all((answers.join("\n") + "\n").as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{shown}");
    for said in
        ["Where is the target?", "cannot be read", "is no name of an environment variable", "written:"]
    {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let run = place.run_with("run --only */idempotency/*", &[("DEMO_TOKEN", "demo-token-valid")]).exit(0);
    assert!(run.out.contains("conforms:"), "{}", run.out);
    let text = place.read("proofmark.toml");
    assert!(text.contains("#server_public_key") && text.contains("#dialect"), "{text}");
}
