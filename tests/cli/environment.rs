//! Targets behind a private CA, a proxy, another address or HTTP/2.

use crate::listener::{Listener, Manner};
use crate::support::{Done, Place, Serve, case, has_tool, ids};
use crate::ways::{Authority, Front, Issued, Proxy};
use serde_json::Value;
use std::process::{Command, Stdio};

/// Cases of every kind that matter to a connection, and few of them.
const SOME: &str = "--only sendInbox/header/* --only sendInbox/comparison/* --only sendInbox/idempotency/*connection* \
                    --only sendInbox/request/requestId/* --samples 1";
/// The host that the certificates are for; no name server knows it.
const HOST: &str = "wallet.test";
const BOTH: [&str; 2] = ["h2", "http/1.1"];

/// A configuration for the reference wallet with other lines about the target.
fn configure(place: &Place, target: &str) {
    let toml = place.read("conf/proofmark.toml");
    let own = toml.lines().find(|line| line.starts_with("url = ")).unwrap();
    place.write("conf/p.toml", toml.replacen(own, target, 1));
}

fn run(place: &Place, more: &str) -> Done {
    place.run(&format!("run --config conf/p.toml --report json=r.json {more}"))
}

/// A wallet behind TLS, and the lines of a configuration that reach it.
fn behind_tls(
    place: &Place,
    serve: &Serve,
    ca: &Authority,
    protocols: &[&str],
    clients: Option<&Authority>,
) -> (Front, String) {
    let front = Front::start(&serve.url, &ca.issue(HOST), protocols, clients);
    place.write("conf/ca.pem", &ca.pem);
    let lines = format!(
        "url = \"https://{HOST}:{}\"\nresolve = {{ \"{HOST}\" = \"127.0.0.1\" }}\nca = {{ file = \"ca.pem\" }}",
        front.port
    );
    (front, lines)
}

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
    assert_eq!(done.err.lines().count(), 1, "{}", done.err);
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

#[test]
fn further_header_fields_are_in_every_request() {
    let place = Place::new();
    let listener = Listener::start(Manner::Echo);
    place.write("key.txt", "canary-from-a-file\n");
    place.write(
        "p.toml",
        "[client]\nid = \"CLIENT\"\n[tokens]\nvalid = \"a-token\"\n[headers]\nX-Env = \"uat\"\nX-Gate = { file = \"key.txt\" }\n\
         Authorization = \"Basic canary-in-text\"\nX-Var = { env = \"PM_VAR\" }\nAccept = \"a/b\"\n\
         [profile.nightly.headers]\nx-env = \"nightly\"\n",
    );
    let reports =
        "--report json=out/r.json --report html=out/r.html --report markdown=out/r.md --report har=out/r.har";
    place.write("out/.keep", "");
    let only = "--only sendInbox/comparison/header-accept --only sendInbox/request/requestId/required/*";
    let line = format!("run --config p.toml --target {} --samples 1 {only} {reports}", listener.url);
    let done = place.run_with(&line, &[("PM_VAR", "canary-variable")]);
    let requests = listener.requests();
    assert!(requests.len() > 2);
    for wanted in
        ["X-Env: uat", "X-Gate: canary-from-a-file", "X-Var: canary-variable", "Basic canary-in-text"]
    {
        assert!(requests.iter().all(|request| request.contains(wanted)), "{wanted}");
    }
    // What a case says of a field counts for its request.
    assert!(requests.iter().any(|request| request.contains("Accept: a/b")));
    assert!(requests.iter().any(|request| request.contains("Accept: application/json")));
    let json = place.read("out/r.json");
    assert!(json.contains("«redacted:headers.X-Gate»") && json.contains("\"uat\""));
    assert!(json.contains("$PROOFMARK_HEADERS_X_GATE") && json.contains("$PM_VAR"), "{json}");
    assert!(json.contains("-H 'X-Env: uat'"));
    for file in ["r.json", "r.html", "r.md", "r.har"] {
        let text = place.read(&format!("out/{file}"));
        assert!(
            !text.contains("canary"),
            "{file}: {:?}",
            text.split("canary").next().map(|t| t.chars().rev().take(99).collect::<String>())
        );
    }
    assert!(!done.all().contains("canary"));
    place.run_with(&format!("{line} --profile nightly"), &[("PM_VAR", "v")]);
    let requests = listener.requests();
    let last = requests.last().unwrap();
    assert!(last.to_ascii_lowercase().contains("x-env: nightly") && !last.contains("uat"), "{last}");
}

#[test]
fn wrong_values_are_told_before_anything_is_sent() {
    let place = Place::new();
    let (ca, other) = (Authority::new(), Authority::new());
    let (one, two) = (ca.issue("one"), other.issue("two"));
    place.write("ca.pem", &ca.pem);
    place.write("one.pem", &one.certificate);
    place.write("one.key", &one.key);
    place.write("two.key", &two.key);
    place.write("text.pem", "nothing\n");
    place.write("bad.pem", "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n");
    place.write("cut.pem", "-----BEGIN CERTIFICATE-----\naGVsbG8=\n");
    place.write(
        "sealed.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\naGVsbG8=\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let identity = |key: &str| {
        format!(
            "[client]\ncertificate = {{ file = \"one.pem\" }}\ncertificate_key = {{ file = \"{key}\" }}\n"
        )
    };
    for (toml, wanted) in [
        ("[target]\nca = { file = \"none.pem\" }\n".to_owned(), &["target.ca", "none.pem", "relative"][..]),
        (
            "[target]\nca = { file = \"text.pem\" }\n".to_owned(),
            &["target.ca", "no certificate", "BEGIN CERTIFICATE"],
        ),
        ("[target]\nca = { file = \"bad.pem\" }\n".to_owned(), &["target.ca", "certificate 1", "X.509"]),
        ("[target]\nca = { file = \"cut.pem\" }\n".to_owned(), &["target.ca", "PEM"]),
        ("[target]\nca = { env = \"PM_UNSET\" }\n".to_owned(), &["target.ca", "PM_UNSET"]),
        (
            "[client]\ncertificate = \"one.pem\"\n".to_owned(),
            &["client.certificate", "client.certificate_key", "both"],
        ),
        ("[client]\ncertificate_key = \"one.key\"\n".to_owned(), &["client.certificate_key", "both"]),
        (identity("two.key"), &["client.certificate_key", "does not belong"]),
        (identity("one.pem"), &["client.certificate_key", "no private key", "PKCS#8"]),
        (identity("sealed.key"), &["client.certificate_key", "encrypted"]),
        (identity("none.key"), &["client.certificate_key", "none.key"]),
        ("[target]\nproxy = \"nonsense\"\n".to_owned(), &["target.proxy", "no URL", "3128"]),
        ("[target]\nproxy = \"ftp://HUSH:HUSH@h\"\n".to_owned(), &["target.proxy", "neither"]),
        ("[target]\nproxy = \"socks5://h:1\"\n".to_owned(), &["target.proxy", "SOCKS"]),
        ("[target]\nproxy = \"http://h/path\"\n".to_owned(), &["target.proxy", "path"]),
        ("[target]\nhttp = \"3\"\n".to_owned(), &["target.http", "`3`", "1.1"]),
        ("[target]\nhttp = 2\n".to_owned(), &["p.toml:2", "expected a string"]),
        ("[target]\nhttp = \"2\"\nproxy = \"http://127.0.0.1:9\"\n".to_owned(), &["target.http", "proxy"]),
        (
            "[target]\nresolve = { \"a.test\" = \"b.test\" }\n".to_owned(),
            &["target.resolve.a.test", "`b.test`"],
        ),
        (
            "[target]\nresolve = { \"a.test:80\" = \"127.0.0.1\" }\n".to_owned(),
            &["target.resolve", "`a.test:80`"],
        ),
        ("[headers]\n\"X Y\" = \"v\"\n".to_owned(), &["headers.X Y", "no name"]),
        ("[headers]\nX-A = \"a\\nb\"\n".to_owned(), &["headers.X-A", "ASCII"]),
        ("[headers]\nHost = \"a\"\n".to_owned(), &["headers.Host", "leave it out"]),
        ("[headers]\nX-A = { env = \"PM_UNSET\" }\n".to_owned(), &["headers.X-A", "PM_UNSET"]),
        ("[hook]\ncommand = []\n".to_owned(), &["hook.command", "no program"]),
        ("[hook]\ncommand = [\"./none.sh\"]\n".to_owned(), &["hook.command", "none.sh", "relative"]),
        ("[hook]\nurl = \"sign\"\n".to_owned(), &["hook.url", "http"]),
        ("[hook]\nurl = \"http://HUSH@h/\"\n".to_owned(), &["hook.url", "password"]),
        ("[hook]\n".to_owned(), &["hook", "neither"]),
        ("[hook]\nurl = \"http://h\"\ncommand = [\"a\"]\n".to_owned(), &["hook", "both"]),
        ("[hook]\nprogram = \"a\"\n".to_owned(), &["p.toml:2", "`program`"]),
    ] {
        place.write("p.toml", &toml);
        let listener = Listener::start(Manner::Page(200));
        let done =
            place.run(&format!("run --config p.toml --target {} --report json=r.json", listener.url)).exit(2);
        for word in wanted {
            assert!(done.err.contains(word), "{toml}: no `{word}` in: {}", done.err);
        }
        assert!(!done.err.contains("HUSH") && done.err.contains('('), "{toml}: {}", done.err);
        assert_eq!((done.err.lines().count(), done.out.as_str()), (1, ""), "{toml}: {}", done.err);
        assert_eq!(listener.connections(), 0, "{toml}");
        assert!(!place.has("r.json"), "{toml}");
    }
}

/// The answer to the last command of a finding, pasted into a shell.
#[track_caller]
fn paste(place: &Place, id: &str, variables: &[(&str, &str)]) -> String {
    let report = place.json("r.json");
    let minimal = case(&report, id)["finding"]["minimal"].as_array().expect("a finding").clone();
    let commands: Vec<&str> = minimal.iter().map(|exchange| exchange["curl"].as_str().unwrap()).collect();
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(commands.join("\necho\n")).stdin(Stdio::null()).current_dir(place.path(""));
    bash.env("PROOFMARK_KEY_FILE", "conf/client.pem").env("PROOFMARK_TOKENS_VALID", "demo-token-valid");
    bash.envs(variables.iter().copied());
    let done = bash.output().unwrap();
    assert!(done.stderr.is_empty(), "{}\n{commands:#?}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn a_pasted_command_takes_the_same_way() {
    if !(has_tool("bash", "--version") && has_tool("curl", "--version") && has_tool("openssl", "version")) {
        return;
    }
    let (place, ca, clients) = (Place::new(), Authority::new(), Authority::new());
    let serve = Serve::start(&place, "--fault request-id-accepts-129");
    let id = "sendInbox/request/requestId/maxLength/above";
    let taken = "\"resultStatus\":\"S\"";
    let only = format!("--only {id}");

    let (front, lines) = behind_tls(&place, &serve, &ca, &BOTH, Some(&clients));
    let issued = clients.issue("somebody");
    place.write("conf/cert.pem", issued.certificate);
    place.write("conf/cert.key.pem", issued.key);
    for http in ["1.1", "2"] {
        configure(&place, &format!("{lines}\nhttp = \"{http}\""));
        let toml = place.read("conf/p.toml").replace(
            "[client]\n",
            "[client]\ncertificate = \"cert.pem\"\ncertificate_key = \"cert.key.pem\"\n",
        );
        place.write("conf/p.toml", toml + "[headers]\nX-Gate = { env = \"PM_GATE\" }\n");
        place
            .run_with(
                &format!("run --config conf/p.toml --report json=r.json {only}"),
                &[("PM_GATE", "letmein-7")],
            )
            .exit(1);
        let answer = paste(&place, id, &[("PM_GATE", "letmein-7")]);
        assert!(answer.contains(taken), "{answer}");
        assert!(answer.starts_with(&format!("HTTP/{http} 200")), "{answer}");
    }
    assert_eq!(front.protocols().last().unwrap(), "h2");

    let proxy = Proxy::start(&serve.url, Some("c29tZWJvZHk6bGV0bWVpbi04"));
    let with = proxy.url.replace("//", "//somebody:letmein-8@");
    configure(&place, &format!("url = \"http://{HOST}\"\nproxy = \"{with}\""));
    run(&place, &only).exit(1);
    let before = proxy.heads().len();
    let answer = paste(&place, id, &[("PROOFMARK_TARGET_PROXY", &with)]);
    assert!(answer.contains(taken) && proxy.heads().len() > before, "{answer}");

    let port = serve.url.rsplit(':').next().unwrap();
    configure(&place, &format!("url = \"http://{HOST}\"\nresolve = {{ \"{HOST}\" = \"127.0.0.1:{port}\" }}"));
    run(&place, &only).exit(1);
    assert!(paste(&place, id, &[]).contains(taken));
    configure(&place, &format!("url = \"{}\"\nhttp = \"2\"", serve.url));
    run(&place, &only).exit(1);
    let answer = paste(&place, id, &[]);
    assert!(answer.contains(taken) && answer.starts_with("HTTP/2 200"), "{answer}");
}
