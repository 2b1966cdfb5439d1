//! Targets behind a private CA, a proxy, another address or HTTP/2.

use crate::listener::{Listener, Manner};
use crate::support::{Place, Serve, case, ids};
use crate::ways::{Authority, BOTH, Front, HOST, Issued, Proxy, behind_tls, configure, run};
use serde_json::Value;

/// Cases of every kind that matter to a connection, and few of them.
const SOME: &str = "--only sendInbox/header/* --only sendInbox/comparison/* --only sendInbox/idempotency/*connection* \
                    --only sendInbox/request/requestId/* --samples 1";
fn conforms(place: &Place) -> Value {
    let report = place.json("r.json");
    assert_eq!((ids(&report, "fail"), ids(&report, "warn"), ids(&report, "error")), (vec![], vec![], vec![]));
    assert!(ids(&report, "pass").len() > 20);
    report
}

/// A run that the way to the target keeps from judging: exit 3, one line, and no accusation.
#[track_caller]
fn unjudged(place: &Place, more: &str, wanted: &str) {
    let done = run(place, more).exit(3);
    assert!(done.err.contains(wanted), "no `{wanted}` in {}", done.err);
    let lines = done.err.lines().filter(|line| !line.contains(" will be sent "));
    assert_eq!(lines.count(), 1, "{}", done.err);
    let report = place.json("r.json");
    assert!(ids(&report, "fail").is_empty() && ids(&report, "pass").is_empty());
}

#[test]
fn a_private_ca_is_trusted_beside_the_systems() {
    let (place, ca) = (Place::new(), Authority::new());
    let serve = Serve::start(&place, "");
    let (front, lines) = behind_tls(&place, &serve, &ca, &BOTH, None);
    configure(&place, &lines);
    run(&place, SOME).exit(0);
    let report = conforms(&place);
    assert_eq!(report["target"]["http"], "1.1");
    assert_eq!(front.protocols(), ["http/1.1"], "nothing else is offered where nothing is said");

    configure(&place, &lines.replace("ca = { file = \"ca.pem\" }", ""));
    unjudged(&place, SOME, "name that as target.ca");
    // Two CAs in one file, of which neither is the right one.
    place.write("conf/ca.pem", format!("{}{}", Authority::new().pem, Authority::new().pem));
    configure(&place, &lines);
    unjudged(&place, SOME, "target.ca holds the CA");
    place.write("conf/ca.pem", format!("{}{}", Authority::new().pem, ca.pem));
    run(&place, SOME).exit(0);
    configure(&place, &lines.replace(HOST, "localhost"));
    unjudged(&place, SOME, "host name");
    let old = Front::start(&serve.url, &ca.issue_until(HOST, 2020), &BOTH, None);
    configure(&place, &lines.replace(&front.port.to_string(), &old.port.to_string()));
    unjudged(&place, SOME, "valid now");
}

/// A probe at the same private place is asked over TLS too, though never through the proxy.
#[test]
fn a_probe_is_reached_like_the_target() {
    let (place, ca) = (Place::new(), Authority::new());
    let serve = Serve::start(&place, "");
    let (front, lines) = behind_tls(&place, &serve, &ca, &BOTH, None);
    let proxy = Proxy::start(&format!("127.0.0.1:{}", front.port), None);
    configure(&place, &format!("{lines}\nproxy = \"{}\"", proxy.url));
    let probe = format!("https://{HOST}:{}/probe", front.port);
    let toml = place.read("conf/p.toml").replace(&format!("{}/probe", serve.url), &probe);
    assert!(toml.contains(&probe), "{toml}");
    place.write("conf/p.toml", toml);
    let id = "sendInbox/header/unsigned-no-effect";
    run(&place, &format!("--only {id}")).exit(0);
    assert_eq!(case(&place.json("r.json"), id)["verdict"], "pass");
    assert!(proxy.heads().len() < front.connections());
}

#[test]
fn a_ca_may_be_text_or_come_from_a_variable() {
    let (place, ca) = (Place::new(), Authority::new());
    let serve = Serve::start(&place, "");
    let (_front, lines) = behind_tls(&place, &serve, &ca, &BOTH, None);
    let few = "--only sendInbox/request/requestId/required/*";
    configure(&place, &lines.replace("{ file = \"ca.pem\" }", &format!("'''{}'''", ca.pem)));
    run(&place, few).exit(0);
    configure(&place, &lines.replace("{ file = \"ca.pem\" }", "\"ca.pem\""));
    run(&place, few).exit(0);
    configure(&place, &lines.replace("{ file = \"ca.pem\" }", "{ env = \"PM_CA\" }"));
    let line = format!("run --config conf/p.toml {few}");
    place.run_with(&line, &[("PM_CA", &ca.pem)]).exit(0);
}

#[test]
fn a_client_certificate_is_shown_to_who_asks_for_it() {
    let (place, ca, clients) = (Place::new(), Authority::new(), Authority::new());
    let serve = Serve::start(&place, "");
    let (_front, lines) = behind_tls(&place, &serve, &ca, &BOTH, Some(&clients));
    configure(&place, &lines);
    unjudged(&place, SOME, "set client.certificate");

    let with = |issued: &Issued| {
        place.write("conf/cert.pem", &issued.certificate);
        place.write("conf/cert.key.pem", &issued.key);
        configure(&place, &lines);
        let toml = place.read("conf/p.toml").replace(
            "[client]\n",
            "[client]\ncertificate = { file = \"cert.pem\" }\ncertificate_key = { file = \"cert.key.pem\" }\n",
        );
        place.write("conf/p.toml", toml);
    };
    with(&clients.issue("somebody"));
    run(&place, SOME).exit(0);
    conforms(&place);
    with(&ca.issue("someone"));
    unjudged(&place, SOME, "client.certificate is one that the target knows");
}

#[test]
fn http_2_is_spoken_with_and_without_tls() {
    let (place, ca) = (Place::new(), Authority::new());
    let serve = Serve::start(&place, "--variant http2-only");
    assert!(place.read("conf/proofmark.toml").contains("http = \"2\""));
    place.run(&format!("run --config conf/proofmark.toml --report json=r.json {SOME}")).exit(0);
    let report = conforms(&place);
    assert_eq!(report["target"]["http"], "2");

    let (front, lines) = behind_tls(&place, &serve, &ca, &BOTH, None);
    configure(&place, &lines);
    run(&place, SOME).exit(0);
    conforms(&place);
    assert_eq!(front.protocols(), ["h2"]);

    // The version that is not there.
    let (_front, lines) = behind_tls(&place, &serve, &ca, &["http/1.1"], None);
    configure(&place, &lines);
    unjudged(&place, SOME, "leave target.http out");
    let (_front, lines) = behind_tls(&place, &serve, &ca, &["h2"], None);
    configure(&place, &lines);
    let toml = place.read("conf/p.toml").replace("http = \"2\"", "http = \"1.1\"");
    place.write("conf/p.toml", toml);
    unjudged(&place, SOME, "set target.http to \"2\"");
    let listener = Listener::start(Manner::Impatient);
    place.write("conf/p.toml", format!("[target]\nurl = \"{}\"\nhttp = \"2\"\n", listener.url));
    unjudged(&place, SOME, "check that the target speaks HTTP/2");
}

#[test]
fn the_embedded_wallet_speaks_http_2_too() {
    let place = Place::new();
    place.write("proofmark.toml", "[target]\nhttp = \"2\"\n");
    place.run(&format!("run --report json=r.json {SOME}")).exit(0);
    let report = conforms(&place);
    assert_eq!((&report["target"]["http"], &report["target"]["embedded"]), (&"2".into(), &true.into()));
}

#[test]
fn a_proxy_is_the_way_to_http_and_https() {
    let (place, ca) = (Place::new(), Authority::new());
    let serve = Serve::start(&place, "");
    // user:p@ss
    let proxy = Proxy::start(&serve.url, Some("dXNlcjpwQHNz"));
    let through = |credentials: &str| proxy.url.replace("//", &format!("//{credentials}"));
    let http = |proxy: &str| format!("url = \"http://{HOST}\"\nproxy = \"{proxy}\"");
    configure(&place, &http(&through("user:p%40ss@")));
    let done = run(&place, &format!("{SOME} --report html=r.html")).exit(0);
    let report = conforms(&place);
    assert_eq!(report["target"]["proxy"], true);
    let heads = proxy.heads();
    assert!(heads.iter().all(|head| head.starts_with(&format!("POST http://{HOST}/"))), "{heads:?}");
    let everything = format!("{}{}{}", done.all(), place.read("r.json"), place.read("r.html"));
    for secret in ["p@ss", "p%40ss", "dXNlcjpwQHNz"] {
        assert!(!everything.contains(secret), "{secret}");
    }
    for wrong in ["", "user:guess@"] {
        configure(&place, &http(&through(wrong)));
        unjudged(&place, SOME, "check target.proxy");
    }
    configure(&place, &http("http://127.0.0.1:1"));
    unjudged(&place, SOME, "check target.proxy");

    let front = Front::start(&serve.url, &ca.issue(HOST), &BOTH, None);
    let tunnel = Proxy::start(&format!("127.0.0.1:{}", front.port), None);
    place.write("conf/ca.pem", &ca.pem);
    configure(&place, &format!("url = \"https://{HOST}\"\nca = \"ca.pem\"\nproxy = \"{}\"", tunnel.url));
    run(&place, SOME).exit(0);
    conforms(&place);
    // The proxy's own answer where it reaches nobody is none of the target's.
    let lost = Proxy::start("127.0.0.1:1", None);
    configure(&place, &http(&lost.url));
    unjudged(&place, SOME, "target.proxy or from behind it");
    configure(&place, &format!("url = \"https://{HOST}\"\nca = \"ca.pem\"\nproxy = \"{}\"", lost.url));
    unjudged(&place, SOME, "check target.proxy");
    // A proxy that is itself reached over TLS, under a name of ours, and HTTP/2 through it.
    let outer = Front::start(&tunnel.url, &ca.issue("proxy.test"), &[], None);
    let secure = format!("https://proxy.test:{}", outer.port);
    configure(
        &place,
        &format!(
            "url = \"https://{HOST}\"\nca = \"ca.pem\"\nhttp = \"2\"\nproxy = \"{secure}\"\n\
             resolve = {{ \"proxy.test\" = \"127.0.0.1\" }}"
        ),
    );
    run(&place, SOME).exit(0);
    conforms(&place);
    assert!(outer.connections() > 0);
    assert_eq!(front.protocols(), ["http/1.1", "h2"]);
    let heads = tunnel.heads();
    assert!(heads.iter().all(|head| head.starts_with(&format!("CONNECT {HOST}:443 "))), "{heads:?}");
}

#[test]
fn a_proxy_is_left_aside_where_it_is_not_meant() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let proxy = Proxy::start(&serve.url, None);
    let few = "--only sendInbox/request/requestId/required/*";
    for hosts in ["\"127.0.0.1\"", "\"example.test\", \"127.0.0.0/8\"", "\"*\""] {
        configure(
            &place,
            &format!("url = \"{}\"\nproxy = \"{}\"\nno_proxy = [{hosts}]", serve.url, proxy.url),
        );
        run(&place, few).exit(0);
        assert_eq!(place.json("r.json")["target"].get("proxy"), None);
    }
    // A profile can do without the proxy.
    configure(&place, &format!("url = \"{}\"\nproxy = \"{}\"", serve.url, proxy.url));
    let toml = place.read("conf/p.toml") + "[profile.direct.target]\nproxy = \"\"\n";
    place.write("conf/p.toml", toml);
    run(&place, &format!("{few} --profile direct")).exit(0);
    // The environment is not asked.
    let variables =
        [("HTTP_PROXY", proxy.url.as_str()), ("http_proxy", &proxy.url), ("ALL_PROXY", &proxy.url)];
    place.run_with(&format!("run --config conf/proofmark.toml {few}"), &variables).exit(0);
    assert!(proxy.heads().is_empty(), "{:?}", proxy.heads());
    run(&place, few).exit(0);
    assert!(!proxy.heads().is_empty());
}

#[test]
fn a_name_is_looked_up_where_the_configuration_says() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let port = serve.url.rsplit(':').next().unwrap();
    let few = "--only sendInbox/request/requestId/required/*";
    for (url, address) in [
        (format!("http://{HOST}:{port}"), "127.0.0.1".to_owned()),
        (format!("http://{HOST}"), format!("127.0.0.1:{port}")),
        (format!("http://{HOST}:{port}"), format!("127.0.0.1:{port}")),
    ] {
        configure(&place, &format!("url = \"{url}\"\nresolve = {{ \"Wallet.Test\" = \"{address}\" }}"));
        run(&place, few).exit(0);
    }
    configure(&place, &format!("url = \"http://{HOST}:1\"\nresolve = {{ \"{HOST}\" = \"127.0.0.1\" }}"));
    unjudged(&place, few, "target.resolve");
    configure(&place, &format!("url = \"http://{HOST}:1\"\nresolve = {{ \"{HOST}\" = \"127.0.0.1:2\" }}"));
    let done = run(&place, few).exit(2);
    assert!(done.err.contains("target.resolve.wallet.test"), "{}", done.err);
}
