//! Requests to end: what was judged is reported, and nothing is left behind.

use crate::machine::{ALL, FEW, assert_whole, script};
use crate::relay::Relay;
use crate::support::{Place, Serve, ids};
use crate::waits::{Process, until, until_lines};
use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long an end may take on a busy machine; far less than the minute that an exchange may take here.
const SOON: Duration = Duration::from_secs(10);

/// Starts a command, whose errors are read in the end. Whoever runs the tests may ignore what asks to end.
fn start(place: &Place, line: &str) -> Process {
    let text = format!("exec env --default-signal=HUP,INT,TERM \"$P\" {line}");
    Process(script(place, &text).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
}

fn errors(process: &mut Process) -> String {
    let mut text = String::new();
    process.0.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_first_signal_ends_a_run_whose_target_hangs_and_all_is_reported() {
    for signal in ["INT", "TERM", "HUP"] {
        let place = Place::new();
        let serve = Serve::start(&place, "");
        let relay = Relay::to(&serve.url);
        let line = format!(
            "run --quiet --config conf/proofmark.toml --target {} --timeout 1m --rate 100 {ALL}",
            relay.url
        );
        let mut run = start(&place, &line);
        until_lines(&place, "r.ndjson", 60);
        relay.hang();
        std::thread::sleep(Duration::from_millis(300));
        assert!(!run.is_over(), "{signal}");
        run.signal(signal);
        let (code, took) = run.end();
        assert_eq!((code, errors(&mut run).as_str()), (Some(130), ""), "{signal}");
        assert!(took < SOON, "{signal}: {took:?}");
        let report = assert_whole(&place);
        assert!(!ids(&report, "pass").is_empty() && !ids(&report, "error").is_empty());
        assert!(ids(&report, "fail").is_empty(), "the target is not to blame: {:?}", ids(&report, "fail"));
        let reasons = report["cases"].as_array().unwrap().iter().filter(|case| case["verdict"] == "error");
        assert!(
            reasons
                .map(|case| &case["reason"])
                .all(|reason| reason.as_str().unwrap().contains("interrupted"))
        );
    }
}

#[test]
fn a_second_signal_does_not_wait() {
    let place = Place::new();
    assert!(Command::new("mkfifo").arg(place.path("pipe")).status().unwrap().success());
    // Nobody reads the report, so that writing it takes for ever.
    let mut run = start(&place, &format!("{FEW} --report ndjson=j --report json=pipe"));
    until("the verdict", || place.has("j") && place.read("j").contains("\"event\":\"finished\""));
    run.signal("INT");
    std::thread::sleep(Duration::from_millis(500));
    assert!(!run.is_over(), "a report is written to its end");
    run.signal("TERM");
    let (code, took) = run.end();
    assert_eq!(code, Some(130));
    assert!(took < SOON, "{took:?}");
}

#[test]
fn a_signal_while_a_report_is_written_leaves_it_whole() {
    let place = Place::new();
    assert!(Command::new("mkfifo").arg(place.path("pipe")).status().unwrap().success());
    let mut run = start(&place, &format!("{FEW} --report ndjson=j --report json=pipe --report junit=after"));
    until("the verdict", || place.has("j") && place.read("j").contains("\"event\":\"finished\""));
    run.signal("INT");
    std::thread::sleep(Duration::from_millis(300));
    let report: serde_json::Value = serde_json::from_str(&place.read("pipe")).unwrap();
    assert_eq!(report["verdict"], "conforms");
    assert_eq!(run.end().0, Some(130));
    assert!(place.read("after").trim_end().ends_with("</testsuites>"));
}

/// Whether proofmark, and no more the shell that becomes it, has something to do on a request to end.
fn listens(process: &Process) -> bool {
    let about = |name: &str| format!("/proc/{}/{name}", process.0.id());
    let program = std::fs::read_link(about("exe")).unwrap_or_default();
    let status = std::fs::read_to_string(about("status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
    // SIGHUP, SIGINT and SIGTERM.
    let asking = 1 | 1 << 1 | 1 << 14;
    program.ends_with("proofmark")
        && u64::from_str_radix(caught, 16).is_ok_and(|mask| mask & asking == asking)
}

#[test]
fn a_signal_ends_every_other_command_at_once() {
    let place = Place::new();
    place.write("folder/.keep", "");
    for pipe in ["pipe", "folder/pipe.json"] {
        assert!(Command::new("mkfifo").arg(place.path(pipe)).status().unwrap().success());
    }
    for (number, (line, begun)) in [
        // Files that are never read to their end.
        ("run --contract pipe", ""),
        ("run --resume pipe", ""),
        ("list --contract pipe", ""),
        ("lint pipe", ""),
        ("accept pipe --snapshot s", ""),
        ("diff pipe pipe", ""),
        // What goes on for long by itself.
        ("generate sendInbox --valid 1000000000 > out", "out"),
        ("generate sendInbox --violating 1000000000 > out2", "out2"),
        ("selftest --suite sendInbox > out3", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let mut process = start(&place, line);
        until("it listens", || listens(&process) || process.is_over());
        if begun.is_empty() {
            std::thread::sleep(Duration::from_millis(200));
        } else {
            until(begun, || std::fs::metadata(place.path(begun)).is_ok_and(|file| file.len() > 0));
        }
        assert!(!process.is_over(), "{line}");
        process.signal(["INT", "TERM", "HUP"][number % 3]);
        let (code, took) = process.end();
        assert_eq!(code, Some(130), "{line}: {}", errors(&mut process));
        assert!(took < SOON, "{line}: {took:?}");
    }
    assert!(!place.has("s"));
}

#[test]
fn what_is_to_survive_its_terminal_does() {
    let place = Place::new();
    let text = format!("trap '' HUP; exec \"$P\" {FEW} --rate 50 --report ndjson=j --report json=r");
    let mut run = Process(script(&place, &text).stdout(Stdio::null()).spawn().unwrap());
    until_lines(&place, "j", 5);
    run.signal("HUP");
    assert_eq!(run.end().0, Some(0));
    assert_eq!(place.json("r")["verdict"], "conforms");
}

#[test]
fn a_wallet_that_is_served_ends_in_order_and_gives_its_port_back() {
    for signal in ["INT", "TERM", "HUP"] {
        let place = Place::new();
        let mut serve = start(&place, "serve --port 0 > out");
        until_lines(&place, "out", 1);
        let address = place.read("out").trim().trim_start_matches("listening on http://").to_owned();
        // A connection over which nothing comes holds nobody up.
        let idle = TcpStream::connect(&address).unwrap();
        serve.signal(signal);
        let (code, took) = serve.end();
        assert_eq!(code, Some(0), "{signal}");
        assert!(took < SOON, "{signal}: {took:?}");
        drop(idle);
        assert!(TcpStream::connect(&address).is_err());
    }
}

/// Whether a process is there and runs.
fn lives(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    // One that is dead and was not waited for yet is dead.
    status.is_ok_and(|line| !line.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

#[test]
fn commands_that_were_started_do_not_survive() {
    for (start_of, member, signals) in [
        ("[target]", "[hook]\ncommand = [\"sh\", \"conf/wait.sh\"]\n[target]", 1),
        ("[target]", "[hook]\ncommand = [\"sh\", \"conf/wait.sh\"]\n[target]", 2),
        ("valid = ", "valid = { command = [\"sh\", \"conf/wait.sh\"] } #", 1),
        ("inbox = ", "inbox = { command = [\"sh\", \"conf/wait.sh\", \"{requestId}\"] } #", 1),
    ] {
        let place = Place::new();
        let _serve = Serve::start(&place, "");
        let config = place.read("conf/proofmark.toml");
        assert!(config.contains(&format!("\n{start_of}")), "{config}");
        place.write("conf/p.toml", config.replacen(&format!("\n{start_of}"), &format!("\n{member}"), 1));
        let pids = place.path("pids");
        place.write("conf/wait.sh", format!("#!/bin/sh\necho $$ >> '{}'\nexec sleep 600\n", pids.display()));
        let mut run = start(&place, "run --quiet --config conf/p.toml --timeout 1m --report json=r");
        until_lines(&place, "pids", 1);
        for signal in 0..signals {
            std::thread::sleep(Duration::from_millis(200 * signal));
            run.signal("TERM");
        }
        let (code, took) = run.end();
        assert_eq!(code, Some(130), "{member}: {}", errors(&mut run));
        assert!(took < SOON, "{member}: {took:?}");
        let pids = place.read("pids");
        assert!(!pids.is_empty());
        until("the commands are gone", || !pids.lines().any(lives));
    }
}

#[test]
fn the_port_of_a_sink_is_given_back() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let relay = Relay::to(&serve.url);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = place.read("conf/proofmark.toml");
    let (before, _) = config.split_once("[probe]").unwrap();
    let sink = format!("{before}[probe]\ninbox = {{ listen = \"{free}\", key = \"/requestId\" }}\n");
    place.write("conf/proofmark.toml", sink);
    let mut run = start(
        &place,
        &format!(
            "{FEW} --config conf/proofmark.toml --target {} --timeout 1m --rate 50 --report ndjson=j",
            relay.url
        ),
    );
    until_lines(&place, "j", 5);
    relay.hang();
    TcpStream::connect(free).unwrap();
    run.signal("INT");
    assert_eq!(run.end().0, Some(130));
    TcpListener::bind(free).unwrap();
}
