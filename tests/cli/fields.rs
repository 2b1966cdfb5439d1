//! Further header fields, wrong values, and commands that take the configured way.

use crate::listener::{Listener, Manner};
use crate::support::{Place, Serve, case, has_tool};
use crate::ways::{Authority, BOTH, HOST, Proxy, behind_tls, configure, run};
use std::process::{Command, Stdio};

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
    assert!(json.contains("«redacted:headers.X-Gate»") && json.contains("«redacted:headers.X-Env»"));
    assert!(json.contains("$PROOFMARK_HEADERS_X_GATE") && json.contains("$PM_VAR"), "{json}");
    assert!(json.contains("X-Env: $PROOFMARK_HEADERS_X_ENV") && !json.contains("\"uat\""));
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
