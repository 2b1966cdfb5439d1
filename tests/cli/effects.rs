//! Effects: how they are counted, and what is said where nobody counts.

use crate::listener::{Listener, Manner};
use crate::support::{Done, Place, Serve, case, has_tool, ids, send_signal};
use serde_json::Value;
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

const REPLAY: &str = "sendInbox/idempotency/replay-one-effect";
const BURST: &str = "sendInbox/idempotency/burst-one-effect";
const LATE: &str = "sendInbox/idempotency/replay-at-the-end";

/// A port that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Writes `p.toml`: the configuration of the wallet, its probe replaced by another one or by nothing.
fn configure(place: &Place, probe: Option<&str>) {
    let toml = place.read("conf/proofmark.toml");
    let kept: Vec<&str> = toml.lines().filter(|line| !line.starts_with("inbox = ")).collect();
    let probe = probe.map(|probe| format!("inbox = {probe}")).unwrap_or_default();
    let text = format!("{}\n{probe}\n[limits]\nsettle = \"400ms\"\ntimeout = \"3s\"\n", kept.join("\n"));
    place.write("conf/p.toml", text);
}

fn run(place: &Place, only: &str) -> (Done, Value) {
    let line = format!("run --config conf/p.toml --only {only} --report json=r.json");
    (place.run(&line), place.json("r.json"))
}

#[track_caller]
fn verdict(report: &Value, id: &str) -> (String, String) {
    let case = case(report, id);
    let text = |name: &str| case[name].as_str().unwrap().to_owned();
    (text("verdict"), text("reason"))
}

#[test]
fn a_url_a_command_and_a_sink_count_alike() {
    let place = Place::new();
    for (fault, wanted) in [
        ("", "pass"),
        ("--fault replay-delivers-again", "fail"),
        ("--fault delivers-again-later", "fail"),
        ("--fault success-without-delivery", "fail"),
    ] {
        let port = free_port();
        let serve = Serve::start(&place, &format!("--webhook http://127.0.0.1:{port}/hook {fault}"));
        let url = format!("{}/probe/inbox", serve.url);
        let mut probes = vec![
            format!("\"{url}?requestId={{requestId}}\""),
            format!("{{ listen = \"127.0.0.1:{port}\", key = \"/requestId\" }}"),
        ];
        if has_tool("curl", "--version") {
            let words = format!("\"-sG\", \"{url}\", \"--data-urlencode\", \"requestId={{requestId}}\"");
            probes.push(format!("{{ command = [\"curl\", {words}] }}"));
        }
        for probe in probes {
            configure(&place, Some(&probe));
            let (done, report) = run(&place, REPLAY);
            assert_eq!(verdict(&report, REPLAY).0, wanted, "{fault} {probe}: {}", done.all());
            done.exit(i32::from(wanted == "fail"));
        }
    }
}

#[test]
fn without_a_probe_nothing_passes_and_answers_alone_can_fail() {
    let place = Place::new();
    for (fault, broken) in [
        ("", &[][..]),
        // One messageId, two deliveries: nobody can tell.
        ("--fault replay-delivers-again", &[]),
        ("--fault new-message-id-on-replay", &[REPLAY, BURST]),
        ("--fault race-without-lock", &[BURST]),
        // A case of its own is about that.
        ("--fault message-id-on-refusal", &[]),
    ] {
        let _serve = Serve::start(&place, fault);
        configure(&place, None);
        let (mut done, mut report) = run(&place, "*-effect --skip */unknown-*");
        // A race needs luck, of which a busy machine has less.
        for _ in 0..if fault.contains("race") { 5 } else { 0 } {
            if ids(&report, "fail").is_empty() {
                (done, report) = run(&place, "*-effect --skip */unknown-*");
            }
        }
        assert_eq!(ids(&report, "fail"), broken, "{fault}: {}", done.all());
        assert!(ids(&report, "pass").is_empty() && ids(&report, "skipped").is_empty(), "{}", done.all());
        let open = ids(&report, "inconclusive");
        assert!(open.len() >= 4, "{open:?}");
        for id in open {
            let reason = verdict(&report, &id).1;
            assert!(reason.starts_with("effect not observed"), "{id}: {reason}");
        }
    }
    let explained = place.run(&format!("explain {REPLAY}")).exit(0).out;
    assert!(explained.contains("without a probe"), "{explained}");
}

#[test]
fn a_probe_that_fails_is_a_reason_and_keeps_its_secrets() {
    let place = Place::new();
    let _serve = Serve::start(&place, "");
    place.write("conf/slow.sh", "#!/bin/sh\necho canary-secret\nsleep 20\n");
    for (command, wanted) in [
        ("[\"no-such-program\", \"{requestId}\"]", "cannot be started"),
        ("[\"sh\", \"-c\", \"echo canary-secret >&2; exit 3\", \"{requestId}\"]", "exit code 3"),
        ("[\"sh\", \"-c\", \"echo canary-secret\", \"{requestId}\"]", "neither a number"),
        ("[\"sh\", \"./slow.sh\", \"{requestId}\"]", "exit code"),
        ("[\"sh\", \"conf/slow.sh\", \"{requestId}\"]", "longer than 3s"),
        ("[\"sh\", \"-c\", \"kill -9 $$\", \"{requestId}\"]", "was killed"),
        ("[\"echo\", \"{bookingId}\"]", "no argument with {requestId}"),
    ] {
        configure(&place, Some(&format!("{{ command = {command} }}")));
        let (done, report) = run(&place, "sendInbox/status/success-effect");
        let (verdict, reason) = verdict(&report, "sendInbox/status/success-effect");
        assert_eq!(verdict, "inconclusive", "{command}");
        assert!(reason.starts_with("effect not observed: "), "{command}: {reason}");
        assert!(reason.contains(wanted), "{command}: {reason}");
        assert!(!(done.all() + &place.read("r.json")).contains("canary"), "{command}: {reason}");
    }
    // A program that is named with a folder is looked for beside the configuration.
    place.write("conf/one.sh", "#!/bin/sh\necho '{\"count\": 1}'\n");
    let script = place.path("conf/one.sh");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(script, mode).unwrap();
    configure(&place, Some("{ command = [\"./one.sh\", \"{requestId}\"] }"));
    assert_eq!(verdict(&run(&place, REPLAY).1, REPLAY).0, "pass");
}

#[test]
fn a_sink_whose_messages_have_no_key_counts_nothing() {
    let place = Place::new();
    let port = free_port();
    let _serve = Serve::start(&place, &format!("--webhook http://127.0.0.1:{port}/"));
    configure(&place, Some(&format!("{{ listen = \"127.0.0.1:{port}\", key = \"/data/id\" }}")));
    let (_, report) = run(&place, REPLAY);
    let (verdict, reason) = verdict(&report, REPLAY);
    assert_eq!(verdict, "inconclusive", "{reason}");
    assert!(reason.starts_with("effect not observed") && reason.contains("/data/id"), "{reason}");
}

#[test]
fn a_sink_needs_its_port() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let _serve = Serve::start(&place, "");
    configure(&place, Some(&format!("{{ listen = \"{address}\", key = \"/requestId\" }}")));
    let done = place.run("run --config conf/p.toml").exit(2);
    let wanted = format!("probe.inbox: {address} cannot be listened on");
    assert!(done.err.contains(&wanted) && done.err.contains("free port"), "{}", done.err);
    place.run("serve --webhook https://127.0.0.1:9/").exit(2);
}

#[test]
fn early_requests_are_replayed_at_the_end() {
    let place = Place::new();
    let only = format!("--only {LATE} --only sendInbox/status/success --report json=r.json");
    place.run(&format!("run {only}")).exit(0);
    let reason = verdict(&place.json("r.json"), LATE).1;
    assert_eq!(reason, "the results of 3 keys are kept until all other cases were done");
    let start = Instant::now();
    place.run(&format!("run {only} --retention 1500ms --concurrency 1")).exit(0);
    assert!(start.elapsed() >= Duration::from_millis(1500));
    let reason = verdict(&place.json("r.json"), LATE).1;
    assert_eq!(reason, "the results of 3 keys are kept; the oldest replay verified was 1s 500ms old");
    let fault = "--fault forgets-after-a-second";
    place.run(&format!("run {only} {fault}")).exit(0);
    place.run(&format!("run {only} {fault} --retention 1500ms")).exit(1);
    assert_eq!(ids(&place.json("r.json"), "fail"), [LATE]);
    let again = place.run(&format!("replay r.json {LATE}")).exit(1);
    assert!(again.out.starts_with("still broken"), "{}", again.out);
    place.write("p.toml", "[limits]\nretention = \"1h\"\n");
    let done = place.run(&format!("run {only} --config p.toml --budget 1m")).exit(2);
    assert!(done.err.contains("--retention") && done.err.contains("--budget"), "{}", done.err);
}

#[test]
fn a_wait_for_the_end_is_cut_like_anything_else() {
    let place = Place::new();
    let deliveries = Listener::start(Manner::Page(200));
    let _serve = Serve::start(&place, &format!("--webhook {}/", deliveries.url));
    let only = format!("--only {LATE} --only sendInbox/status/success");
    let line = format!("run --config conf/proofmark.toml {only} --retention 1h --report json=r.json");
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut command = place.command(&arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The greeting, the three early requests, and the other case.
    while deliveries.answered() < 5 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    send_signal(&child, "INT");
    Done::from(child.wait_with_output().unwrap()).exit(130);
    let report = place.json("r.json");
    assert_eq!(ids(&report, "pass"), ["sendInbox/status/success"]);
    let reason = verdict(&report, LATE).1;
    assert!(reason.contains("interrupted while this case was judged"), "{reason}");
}

#[test]
fn watching_effects_holds_up_no_other_case() {
    let place = Place::new();
    let _serve = Serve::start(&place, "");
    let toml = format!("{}\n[limits]\nsettle = \"2s\"\n", place.read("conf/proofmark.toml"));
    place.write("conf/p.toml", toml);
    let start = Instant::now();
    let (done, report) = run(&place, "*-effect --concurrency 1");
    let watched = ids(&report, "pass").len();
    assert!(watched >= 6, "{}", done.all());
    // One after the other they would take twice as many seconds.
    assert!(start.elapsed() < Duration::from_secs(8), "{watched} cases in {:?}", start.elapsed());
}
