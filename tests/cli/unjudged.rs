//! Targets that cannot be judged, runs that are cut short, and readers that go away.

use crate::listener::{Listener, Manner};
use crate::support::{Place, ids, send_signal};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// Runs against a URL, which must be exit 3 with an error that names it and a whole report.
#[track_caller]
fn unjudged(url: &str, more: &str, wanted: &str) {
    let place = Place::new();
    let line = format!("run --target {url} --report json=r.json --report junit=r.xml {more}");
    let done = place.run(&line).exit(3);
    // Of a host that is not this machine, another line says what will be sent to it.
    let errors: Vec<&str> = done.err.lines().filter(|line| !line.contains(" will be sent ")).collect();
    assert!(done.err.contains(wanted), "no `{wanted}` in {}", done.err);
    assert!(errors[0].starts_with(&format!("error: the target {url}")), "{}", done.err);
    assert_eq!((errors.len(), done.out.as_str()), (1, ""), "{}", done.err);
    let report = place.json("r.json");
    assert_eq!(report["verdict"], "undecided");
    assert!(ids(&report, "fail").is_empty() && ids(&report, "pass").is_empty());
    assert!(place.read("r.xml").trim_end().ends_with("</testsuites>"));
    assert_eq!(place.files(), ["r.json", "r.xml"]);
}

#[test]
fn nothing_listens() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    drop(socket);
    unjudged(&url, "", "check host and port");
}

#[test]
fn a_host_that_does_not_exist() {
    unjudged("http://no-such-host.invalid/", "--timeout 3s", "check host and port");
}

#[test]
fn a_page_instead_of_an_api() {
    for status in [200, 404] {
        let listener = Listener::start(Manner::Page(status));
        unjudged(&format!("{}/", listener.url), "", &format!("HTTP {status}"));
        assert!(listener.answered() >= 1);
    }
}

#[test]
fn no_answer_in_time() {
    let listener = Listener::start(Manner::Silent);
    unjudged(&format!("{}/", listener.url), "--timeout 200ms", "--timeout");
    assert!(listener.connections() >= 1);
}

#[test]
fn http_where_tls_is_expected() {
    let listener = Listener::start(Manner::Impatient);
    let url = format!("{}/", listener.url.replace("http:", "https:"));
    unjudged(&url, "", "cannot be judged");
}

#[test]
fn a_budget_that_ends_before_anything_is_decided() {
    let place = Place::new();
    let done = place.run("run --budget 1ms --report json=r.json").exit(3);
    assert!(done.out.contains("the budget ended"), "{}", done.out);
    let report = place.json("r.json");
    assert_eq!(report["verdict"], "undecided");
    assert!(ids(&report, "pass").is_empty() && !ids(&report, "error").is_empty());
}

#[test]
fn an_unjudged_run_makes_no_snapshot() {
    let place = Place::new();
    let listener = Listener::start(Manner::Page(200));
    place.run(&format!("run --target {} --snapshot a.snap", listener.url)).exit(3);
    assert!(place.files().is_empty(), "{:?}", place.files());
}

#[test]
fn an_interrupt_reports_what_was_judged() {
    for signal in ["INT", "TERM"] {
        let place = Place::new();
        let listener = Listener::start(Manner::Slow);
        // Robustness cases need no configuration, and a slow target makes sure that some are left.
        let line = format!("run --target {} --concurrency 1 --report json=r.json", listener.url);
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = place.command(&arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while listener.answered() < 6 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        send_signal(&child, signal);
        let done = crate::support::Done::from(child.wait_with_output().unwrap()).exit(130);
        assert!(done.out.contains("the run was interrupted"), "{}", done.out);
        let report = place.json("r.json");
        let cases = report["cases"].as_array().unwrap();
        let has = |word: &str| cases.iter().any(|case| case["reason"].as_str().unwrap().contains(word));
        assert!(has("interrupted before this case"), "{signal}");
        assert!(cases.iter().any(|case| case["exchanges"].as_u64().unwrap() > 0), "{signal}");
    }
}

#[test]
fn a_second_interrupt_does_not_wait() {
    let place = Place::new();
    let listener = Listener::start(Manner::Silent);
    let line = format!("run --target {} --timeout 1h --report json=r.json", listener.url);
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let mut child = place.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
    while listener.connections() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // Two signals at once may arrive as one, so they are sent until the process has gone.
    let status = loop {
        send_signal(&child, "INT");
        std::thread::sleep(std::time::Duration::from_millis(100));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
    };
    assert_eq!(status.code(), Some(130));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    for line in ["list", "faults", "generate sendInbox --valid 400", "run --only */accessToken/required/*"] {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let mut command = place.command(&arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::with_capacity(16, child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        drop(out);
        let done = child.wait_with_output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{line}");
        assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{line}");
    }
}
