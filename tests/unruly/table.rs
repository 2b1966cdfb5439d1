//! Every unruly behaviour, and what it has to come to.

use crate::gate::{self, Manner as Gate};
use crate::http2::{self, Manner as Http2};
use crate::judge::Expect::{self, Conforms, LikeAnyOther, Undecided, Unjudged};
use crate::judge::{Unruly, came_to, judge};
use crate::support::{Place, Serve, ids};
use crate::tls::{self, Manner as Tls};
use crate::ways::{Authority, HOST};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Cases of every kind that matter to a connection, and few of them.
const SOME: &str = "--only sendInbox/header/* --only sendInbox/comparison/* --only sendInbox/request/requestId/* --samples 1";
const QUICK: &str = "--timeout 500ms";

const TLS: [(Tls, &str, Expect); 13] = [
    (Tls::Expired, "", Unjudged("its certificate is valid now")),
    (Tls::NotYetValid, "", Unjudged("its certificate is valid now")),
    (Tls::WrongName, "", Unjudged("the host name that it is for")),
    (Tls::SelfSigned, "", Unjudged("certificate")),
    (Tls::OtherAuthority, "", Unjudged("check that target.ca holds the CA that issued its certificate")),
    (Tls::OldAlert, "", Unjudged("the TLS handshake failed")),
    (Tls::OldHello, "", Unjudged("the TLS handshake failed")),
    (Tls::Hangs, QUICK, Unjudged("cannot be judged")),
    (Tls::Closes, "", Unjudged("cannot be judged")),
    (Tls::Garbage, "", Unjudged("the TLS handshake failed")),
    (Tls::Plain, "", Unjudged("the TLS handshake failed")),
    (Tls::NoGoodbye, SOME, Conforms),
    (Tls::CutShort, "", Unjudged("cannot be judged")),
];

const HTTP2: [(Http2, &str, Expect); 16] = [
    (Http2::GoawayAtOnce, "", Unjudged("cannot be judged")),
    (Http2::GoawayInstead, "", Unjudged("cannot be judged")),
    (Http2::GoawayAfterEach, SOME, LikeAnyOther),
    (Http2::ResetEach, "", Unjudged("cannot be judged")),
    (Http2::ResetInside, "", Unjudged("cannot be judged")),
    (Http2::ResetFlood, "", Unjudged("cannot be judged")),
    (Http2::PingFlood, SOME, LikeAnyOther),
    (Http2::SettingsFlood, SOME, LikeAnyOther),
    (Http2::NoWindow, QUICK, Unjudged("cannot be judged")),
    (Http2::EndlessHead, QUICK, Unjudged("cannot be judged")),
    (Http2::EmptyFrames, QUICK, Unjudged("cannot be judged")),
    (Http2::Trailers, SOME, LikeAnyOther),
    (Http2::EmptyGrants, "", Unjudged("cannot be judged")),
    (Http2::HugeFrame, "", Unjudged("cannot be judged")),
    (Http2::BadCompression, "", Unjudged("cannot be judged")),
    (Http2::NotSpoken, "", Unjudged("speaks HTTP/2")),
];

const GATE: [(Gate, &str, Expect); 7] = [
    (Gate::Asks(429), "--budget 80s", Conforms),
    (Gate::Asks(503), "--budget 80s", Conforms),
    (Gate::AlwaysAsks(429), "--budget 4s", Unjudged("")),
    (Gate::AlwaysAsks(503), "--budget 4s", Unjudged("")),
    (Gate::SlowerAndSlower, "--budget 6s", Undecided("the budget ended")),
    (Gate::Drops, "", Conforms),
    (Gate::Refuses, "", Conforms),
];

/// Runs rows of the table, a few at the same time, and names the one that came to something else.
fn all<Manner: Copy + std::fmt::Debug + Sync>(
    rows: &[(Manner, &'static str, Expect)],
    one: impl Fn(Manner, &'static str, Expect) + Sync,
) {
    let next = AtomicUsize::new(0);
    let failed: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            let mut failed = Vec::new();
            while let Some((manner, more, expect)) = rows.get(next.fetch_add(1, Ordering::SeqCst)) {
                let run = std::panic::AssertUnwindSafe(|| one(*manner, more, *expect));
                if std::panic::catch_unwind(run).is_err() {
                    failed.push(format!("{manner:?}"));
                }
            }
            failed
        };
        let hands: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "came to something else: {}", failed.join(", "));
}

#[test]
fn tls() {
    all(&TLS, |manner, more, expect| {
        let (place, ca) = (Place::new(), Authority::new());
        let serve = Serve::start(&place, "");
        let port = tls::start(&serve.url, &ca, manner);
        place.write("conf/ca.pem", &ca.pem);
        let lines = format!(
            "url = \"https://{HOST}:{port}\"\nresolve = {{ \"{HOST}\" = \"127.0.0.1\" }}\nca = {{ file = \"ca.pem\" }}"
        );
        let (done, report) = judge(&place, &Unruly { lines, more });
        came_to(expect, &done, &report, None);
    });
}

/// TLS where none is expected: what comes back is no HTTP.
#[test]
fn tls_on_a_port_for_http() {
    let (place, ca) = (Place::new(), Authority::new());
    let serve = Serve::start(&place, "");
    let port = tls::start(&serve.url, &ca, Tls::NoGoodbye);
    let lines = format!("url = \"http://127.0.0.1:{port}\"");
    let (done, report) = judge(&place, &Unruly { lines, more: "" });
    assert_eq!(done.code, Some(3), "{}", done.all());
    assert!(ids(&report, "pass").is_empty() && done.err.contains("cannot be judged"), "{}", done.all());
}

#[test]
fn http2() {
    let lines = |manner| format!("url = \"{}\"\nhttp = \"2\"", http2::start(manner));
    let place = Place::new();
    let _serve = Serve::start(&place, "");
    let orderly = Unruly { lines: lines(Http2::Orderly), more: SOME };
    let (done, usual) = judge(&place, &orderly);
    assert_eq!(done.code, Some(1), "it refuses what is right: {}", done.all());
    all(&HTTP2, |manner, more, expect| {
        let place = Place::new();
        let _serve = Serve::start(&place, "");
        let (done, report) = judge(&place, &Unruly { lines: lines(manner), more });
        came_to(expect, &done, &report, Some(&usual));
    });
}

#[test]
fn limits_and_luck() {
    all(&GATE, |manner, more, expect| {
        let place = Place::new();
        let serve = Serve::start(&place, "");
        let lines = format!("url = \"{}\"", gate::start(&serve.url, manner));
        let (done, report) = judge(&place, &Unruly { lines, more });
        came_to(expect, &done, &report, None);
    });
}
