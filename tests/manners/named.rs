//! A host that is not this machine has to be named by who runs it, and is told of before anything is sent to it.

use crate::gauge::Gauge;
use crate::support::{Done, Place, Serve, ids};
use crate::ways::Proxy;
use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

/// A host of which no name server knows, behind a proxy that takes everybody to the wallet.
const HOST: &str = "wallet.test";

/// The configuration of the wallet, which is reached by that name.
fn configured(place: &Place, to: &str, own: &str) -> Proxy {
    let proxy = Proxy::start(to, None);
    let toml = place.read("conf/proofmark.toml");
    let line = toml.lines().find(|line| line.starts_with("url = ")).unwrap();
    let named = format!("url = \"http://{HOST}\"\nproxy = \"{}\"", proxy.url);
    let toml = toml.replacen(line, &named, 1);
    let probe = toml.lines().find(|line| line.starts_with("inbox = ")).unwrap().to_owned();
    place.write("conf/p.toml", toml.replacen(&probe, &probe.replace(own, to), 1));
    proxy
}

/// The number of requests that a run says beforehand it will send at most.
fn told(done: &Done) -> usize {
    let line =
        done.err.lines().find(|line| line.contains("will be sent")).unwrap_or_else(|| panic!("{}", done.err));
    let (_, rest) = line.split_once("will be sent ").unwrap();
    rest.split(' ').next().unwrap().parse().unwrap()
}

/// The number is honest: a target that keeps the contract sees no more, and not much less.
#[test]
fn how_much_will_be_sent_is_said_first() {
    for (more, rate, at_once) in [
        ("", "no limit of requests a second", "16"),
        ("--samples 1 --rate 400 --concurrency 4", "no more than 400 requests in a second", "4"),
    ] {
        let place = Place::new();
        let serve = Serve::start(&place, "");
        let gauge = Gauge::start(&serve.url, Duration::ZERO);
        let _proxy = configured(&place, &gauge.url, &serve.url);
        // What probes are asked is no request to the target.
        let toml = place.read("conf/p.toml").replace(&gauge.url, &serve.url);
        place.write("conf/p.toml", toml);
        let done =
            place.run(&format!("run --config conf/p.toml --quiet --report json=r.json {more}")).exit(0);
        let line = done.err.lines().next().unwrap();
        assert!(
            line.starts_with("sendInbox ") && line.contains(&format!(" cases: {HOST} through 127.0.0.1 ")),
            "{line}"
        );
        assert!(line.contains(rate) && line.ends_with(&format!("and {at_once} at the same time")), "{line}");
        let (told, seen) = (told(&done), gauge.requests());
        let again = usize::try_from(place.json("r.json")["exchanges"].as_u64().unwrap()).unwrap() + 1;
        assert_eq!(seen, again, "the gauge counts what the report counts, and the greeting");
        assert!(seen <= told && seen * 10 > told * 7, "{told} told, {seen} seen");
    }
}

#[test]
fn a_limit_of_exchanges_is_what_is_said() {
    let place = Place::new();
    let serve = Serve::start(&place, "--fault access-token-accepts-129");
    let gauge = Gauge::start(&serve.url, Duration::ZERO);
    let _proxy = configured(&place, &gauge.url, &serve.url);
    let toml = place.read("conf/p.toml").replace(&gauge.url, &serve.url);
    place.write("conf/p.toml", toml);
    let done = place.run("run --config conf/p.toml --exchanges 60");
    assert_eq!(told(&done), 60);
    assert!(gauge.requests() <= 60, "{}", gauge.requests());
}

/// It stands there before the first connection, and not only in the end.
#[test]
fn it_is_said_before_anything_is_sent() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let gauge = Gauge::start(&serve.url, Duration::from_hours(1));
    let _proxy = configured(&place, &gauge.url, &serve.url);
    let done = place.run("run --config conf/p.toml --timeout 300ms").exit(3);
    let lines: Vec<&str> = done.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", done.err);
    assert!(lines[0].contains("will be sent") && lines[1].starts_with("error: "), "{}", done.err);
}

#[test]
fn nothing_is_said_of_this_machine() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let port = serve.url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost", "127.0.0.1."] {
        let line = format!(
            "run --config conf/proofmark.toml --target http://{host}:{port} --only sendInbox/header/*"
        );
        let done = place.run(&line).exit(0);
        assert_eq!(done.err, "", "{host}");
    }
}

/// A report that somebody sent is no order to talk to whatever host it names.
#[test]
fn a_report_names_no_host() {
    let place = Place::new();
    let serve = Serve::start(&place, "--fault request-id-accepts-129");
    let proxy = configured(&place, &serve.url, &serve.url);
    place
        .run("run --config conf/p.toml --only sendInbox/request/requestId/* --samples 1 --report json=r.json")
        .exit(1);
    let id = ids(&place.json("r.json"), "fail").remove(0);
    let before = proxy.heads().len();
    // The configuration that is left says how to get there, but not where.
    let toml = place.read("conf/p.toml").replacen(&format!("url = \"http://{HOST}\"\n"), "", 1);
    place.write("conf/nowhere.toml", toml);
    let done = place.run(&format!("replay r.json {id} --config conf/nowhere.toml")).exit(2);
    assert_eq!((done.err.lines().count(), done.out.as_str()), (1, ""), "{}", done.err);
    assert!(done.err.contains(&format!("http://{HOST}/")) && done.err.contains("--target"), "{}", done.err);
    assert_eq!(proxy.heads().len(), before, "nothing was sent");
    let named = format!("replay r.json {id} --config conf/nowhere.toml --target http://{HOST}");
    let done = place.run(&named).exit(1);
    assert!(done.out.contains("still broken") && told(&done) >= 1, "{}", done.all());
    assert!(proxy.heads().len() > before);
    // A report may hold what is no URL at all.
    let text = place.read("r.json").replace(&format!("http://{HOST}/"), "http://user:canary-1@wallet.test/");
    place.write("odd.json", text);
    let done = place.run(&format!("replay odd.json {id} --config conf/nowhere.toml")).exit(2);
    assert!(!done.all().contains("canary-1"), "{}", done.all());
}

/// Nor is a journal.
#[test]
fn a_journal_names_no_host() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let proxy = configured(&place, &serve.url, &serve.url);
    let only = "--only sendInbox/request/requestId/* --samples 1";
    place.run(&format!("run --config conf/p.toml {only} --report ndjson=j.ndjson")).exit(0);
    let text = place.read("j.ndjson");
    let kept: Vec<&str> = text.lines().take(4).collect();
    place.write("j.ndjson", kept.join("\n") + "\n");
    let before = proxy.heads().len();
    let toml = place.read("conf/p.toml").replacen(&format!("url = \"http://{HOST}\"\n"), "", 1);
    place.write("conf/nowhere.toml", toml);
    let done = place.run(&format!("run --config conf/nowhere.toml {only} --resume j.ndjson")).exit(2);
    assert!(done.err.contains("the target is http://wallet.test/"), "{}", done.err);
    assert_eq!(proxy.heads().len(), before);
}

/// An address of this machine that other machines can reach is no loopback address.
#[test]
fn an_address_of_the_network_is_told_of() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let Some(address) = outside() else { return };
    let port = serve.url.rsplit(':').next().unwrap().to_owned();
    let Some(bridge) = bridge(address, &serve.url) else { return };
    let line = format!("run --config conf/proofmark.toml --target http://{bridge} --only sendInbox/header/*");
    let done = place.run(&line).exit(0);
    assert!(done.err.contains(&format!("{address} will be sent")), "{} {port}", done.err);
}

/// The address of this machine in its network, where it has one. Nothing is sent.
fn outside() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket
        .local_addr()
        .ok()
        .map(|address| address.ip())
        .filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

/// A listener on that address which passes everything on to the wallet.
fn bridge(address: IpAddr, to: &str) -> Option<String> {
    let to = to.trim_start_matches("http://").to_owned();
    let listener = std::net::TcpListener::bind((address, 0)).ok()?;
    let own = listener.local_addr().ok()?;
    std::thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = std::net::TcpStream::connect(&to) else { return };
            for (mut from, mut into) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut from, &mut into);
                    let _ = into.shutdown(std::net::Shutdown::Both);
                });
            }
        }
    });
    Some(own.to_string())
}
