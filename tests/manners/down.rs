//! A target that is down, or goes down: how long until that is said, how often, and what is claimed.

use crate::support::{Done, Place, Serve, ids};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What happens to connections.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Line {
    /// They are passed on to the wallet.
    Up,
    /// Nobody listens, and those that were open are gone.
    Down,
    /// They are taken, and nothing is said any more.
    Mute,
}

/// A line to a wallet that breaks after so many requests, for good or for some time.
struct Switch {
    url: String,
    address: SocketAddr,
    wallet: SocketAddr,
    after: usize,
    then: Line,
    passed: AtomicUsize,
    /// Requests and connections once it is broken.
    late: AtomicUsize,
    now: Mutex<Line>,
    open: Mutex<Vec<TcpStream>>,
}

impl Switch {
    fn start(wallet: &str, after: usize, then: Line, back_in: Option<Duration>) -> Arc<Self> {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let switch = Arc::new(Self {
            url: format!("http://{address}"),
            address,
            wallet: wallet.trim_start_matches("http://").parse().unwrap(),
            after,
            then,
            passed: AtomicUsize::new(0),
            late: AtomicUsize::new(0),
            now: Mutex::new(Line::Up),
            open: Mutex::new(Vec::new()),
        });
        let own = Arc::clone(&switch);
        std::thread::spawn(move || {
            let mut socket = Some(socket);
            loop {
                own.listen(socket.take().unwrap());
                let Some(back_in) = back_in else { return };
                std::thread::sleep(back_in);
                // Once only.
                *own.now.lock().unwrap() = Line::Up;
                socket = Some(TcpListener::bind(own.address).unwrap());
            }
        });
        switch
    }

    fn line(&self) -> Line {
        *self.now.lock().unwrap()
    }

    /// Takes connections until the line is down.
    fn listen(self: &Arc<Self>, socket: TcpListener) {
        socket.set_nonblocking(true).unwrap();
        while self.line() != Line::Down {
            match socket.accept() {
                Ok((near, _)) => {
                    near.set_nonblocking(false).unwrap();
                    let own = Arc::clone(self);
                    std::thread::spawn(move || own.serve(near));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        drop(socket);
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }

    fn serve(self: &Arc<Self>, near: TcpStream) {
        if self.line() == Line::Mute {
            self.late.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_mins(1));
            return;
        }
        let Ok(far) = TcpStream::connect(self.wallet) else { return };
        near.set_nodelay(true).unwrap();
        far.set_nodelay(true).unwrap();
        self.open.lock().unwrap().push(near.try_clone().unwrap());
        let (mut down, mut up) = (far.try_clone().unwrap(), near.try_clone().unwrap());
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut down, &mut up);
            let _ = up.shutdown(std::net::Shutdown::Both);
        });
        let (mut near, mut far) = (near, far);
        let mut part = vec![0; 65_536];
        while let Ok(read @ 1..) = std::io::Read::read(&mut near, &mut part) {
            // The heads of requests are counted; bodies come with them, or after them.
            if part[..read].windows(9).any(|window| window == b" HTTP/1.1") {
                let before = self.passed.fetch_add(1, Ordering::SeqCst);
                if before == self.after {
                    *self.now.lock().unwrap() = self.then;
                }
            }
            if self.line() == Line::Mute {
                self.late.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            if std::io::Write::write_all(&mut far, &part[..read]).is_err() {
                break;
            }
        }
        let _ = far.shutdown(std::net::Shutdown::Both);
    }
}

/// A wallet behind a line that breaks, judged by a whole run; how long that took.
fn judged(place: &Place, switch: &Switch, more: &str) -> (Done, Duration) {
    let toml = place.read("conf/proofmark.toml");
    let own = toml.lines().find(|line| line.starts_with("url = ")).unwrap();
    place.write("conf/p.toml", toml.replacen(own, &format!("url = \"{}\"", switch.url), 1));
    let start = Instant::now();
    let done = place.run(&format!("run --config conf/p.toml --report json=r.json {more}"));
    (done, start.elapsed())
}

/// Every error of a report has one of a few reasons, nobody is accused, and standard error says it once.
#[track_caller]
fn said_once(done: &Done, report: &Value, wanted: &str) {
    let told = done.err.lines().filter(|line| line.contains(wanted)).count();
    assert_eq!((told, done.err.lines().count()), (1, 1), "{}", done.err);
    let cases = report["cases"].as_array().unwrap();
    let errors = cases.iter().filter(|case| case["verdict"] == "error");
    let reasons: BTreeSet<&str> = errors.map(|case| case["reason"].as_str().unwrap()).collect();
    assert!(reasons.len() <= 4, "{reasons:?}");
    assert!(ids(report, "fail").is_empty() && ids(report, "warn").is_empty(), "{}", done.out);
    let lines = done.out.lines().filter(|line| line.contains("stopped answering")).count();
    assert!(lines <= 4, "{}", done.out);
}

#[test]
fn what_dies_in_the_middle_ends_the_run_soon() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let switch = Switch::start(&serve.url, 300, Line::Down, None);
    let (done, took) = judged(&place, &switch, "");
    let report = place.json("r.json");
    said_once(&done, &report, "stopped answering: no connection could be opened");
    assert_eq!((done.code, report["verdict"].as_str()), (Some(3), Some("undecided")));
    assert!(ids(&report, "pass").len() > 30, "what was decided before is kept: {}", done.out);
    assert!(ids(&report, "error").len() > 100, "{}", done.out);
    // Five seconds of patience, and the time that a run takes until then.
    assert!(took < Duration::from_secs(40), "{took:?}");
}

#[test]
fn what_falls_silent_in_the_middle_ends_the_run_soon() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let switch = Switch::start(&serve.url, 300, Line::Mute, None);
    let (done, took) = judged(&place, &switch, "--timeout 1s");
    let report = place.json("r.json");
    said_once(&done, &report, "stopped answering: no complete answer within the time limit");
    assert_eq!(done.code, Some(3));
    assert!(ids(&report, "pass").len() > 30 && ids(&report, "error").len() > 100, "{}", done.out);
    // Of each of 16 cases at the same time: a request and once more, and two to see whether anything is answered.
    let late = switch.late.load(Ordering::SeqCst);
    assert!(late <= 16 * 5, "{late} requests to a target that is down");
    assert!(took < Duration::from_secs(40), "{took:?}");
}

/// What a MUST broke before counts, whatever becomes of the target.
#[test]
fn what_broke_before_is_reported() {
    let place = Place::new();
    let serve = Serve::start(&place, "--fault request-id-accepts-129");
    let switch = Switch::start(&serve.url, 600, Line::Down, None);
    let (done, _) = judged(&place, &switch, "--repeats 0");
    let report = place.json("r.json");
    assert!(!ids(&report, "fail").is_empty() && !ids(&report, "error").is_empty(), "{}", done.all());
    assert_eq!((done.code, report["verdict"].as_str()), (Some(1), Some("fails")));
    assert_eq!(done.err.lines().filter(|line| line.contains("stopped answering")).count(), 1, "{}", done.err);
}

/// A restart: connections are cut in the middle and refused for a while.
#[test]
fn a_short_outage_is_waited_for_and_nobody_is_accused() {
    for (after, back_in) in [(150, 1_000), (420, 2_000)] {
        let place = Place::new();
        let serve = Serve::start(&place, "");
        let switch = Switch::start(&serve.url, after, Line::Down, Some(Duration::from_millis(back_in)));
        let (done, _) = judged(&place, &switch, "");
        let report = place.json("r.json");
        assert_eq!(done.code, Some(0), "{}", done.all());
        for verdict in ["fail", "warn", "error", "skipped"] {
            assert!(ids(&report, verdict).is_empty(), "{verdict}: {}", done.out);
        }
        assert_eq!(ids(&report, "pass").len(), 397, "{}", done.out);
        assert_eq!(done.err, "");
    }
}

/// From the start, nothing is waited for.
#[test]
fn what_is_down_from_the_start_is_said_at_once() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    for (url, limit) in [(refused.as_str(), 60), ("http://no-such-host.invalid", 60)] {
        let place = Place::new();
        let start = Instant::now();
        let done = place.run(&format!("run --target {url} --report json=r.json")).exit(3);
        assert!(start.elapsed() < Duration::from_secs(limit), "{url}: {:?}", start.elapsed());
        let errors = done.err.lines().filter(|line| line.starts_with("error: "));
        assert_eq!((errors.count(), done.out.as_str()), (1, ""), "{}", done.err);
        assert!(done.err.contains("no connection could be opened"), "{}", done.err);
    }
}

/// A proxy that does not reach the target any more speaks for itself, not for the target.
#[test]
fn what_a_proxy_says_of_itself_is_not_held_against_the_target() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let switch = Switch::start(&serve.url, 300, Line::Down, None);
    let proxy = crate::ways::Proxy::start(&switch.url, None);
    let toml = place.read("conf/proofmark.toml");
    let own = toml.lines().find(|line| line.starts_with("url = ")).unwrap();
    let through = format!("{own}\nproxy = \"{}\"", proxy.url);
    place.write("conf/p.toml", toml.replacen(own, &through, 1));
    let done = place.run("run --config conf/p.toml --report json=r.json").exit(3);
    let report = place.json("r.json");
    assert!(ids(&report, "pass").len() > 30, "{}", done.out);
    said_once(&done, &report, "stopped answering: the proxy");
}
