//! Wrong input: exit 2, one clear error, nothing sent, nothing written.

use crate::listener::{Listener, Manner};
use crate::support::{Done, Place};

/// Runs against a listener that counts, with a report that must not appear. `URL` in the line and in the
/// configuration stands for the listener.
#[track_caller]
fn refused(place: &Place, line: &str, wanted: &[&str]) -> Done {
    let before = place.files();
    let listener = Listener::start(Manner::Page(200));
    let line = format!("{} --report json=must-not-appear.json", line.replace("URL", &listener.url));
    let done = place.run(&line).exit(2);
    assert!(done.err.starts_with("error: "), "{line}: {}", done.err);
    assert_eq!(done.out, "", "{line}");
    for word in wanted {
        assert!(done.err.contains(word), "{line}: no `{word}` in: {}", done.err);
    }
    assert!(!done.err.contains("panic"), "{line}: {}", done.err);
    assert_eq!(listener.connections(), 0, "{line}: a request was sent");
    assert_eq!(place.files(), before, "{line}: a file appeared");
    done
}

#[test]
fn a_wrong_command_line() {
    let place = Place::new();
    place.write("a.snap", "no snapshot\n");
    for (line, wanted) in [
        ("run --target URL --nope", &["--nope"][..]),
        ("frobnicate", &["frobnicate"]),
        ("run --target URL --timeout soon", &["--timeout", "soon", "250ms"]),
        ("run --target URL --timeout 0s", &["--timeout", "zero"]),
        ("run --target URL --budget 5parsecs", &["--budget", "5parsecs", "90s"]),
        ("run --target URL --rate 0", &["--rate"]),
        ("run --target URL --concurrency 0", &["--concurrency", "at least 1"]),
        ("run --target URL --samples 0", &["--samples"]),
        ("run --target URL --seed -1", &["-1"]),
        ("run --target URL --level nice", &["--level", "must, should, may"]),
        ("run --target URL --fault access-token-accepts-129", &["--fault", "embedded", "serve --fault"]),
        ("run --fault no-such-fault", &["no-such-fault", "proofmark faults"]),
        ("run --target URL --only no/such/case", &["selection matches no case", "proofmark list"]),
        ("run --target URL --skip *", &["selection matches no case"]),
        ("run --target URL --only [", &["`[`"]),
        ("run --target URL --skip {a", &["`{a`"]),
        ("run --target URL --shard 0/3", &["0/3", "2/5"]),
        ("run --target URL --shard 4/3", &["4/3"]),
        ("run --target URL --shard three", &["three"]),
        ("run --target URL --report json=no/such/folder/r.json", &["no/such/folder", "make it first"]),
        ("run --target URL --report xml=r.xml", &["unknown format", "junit"]),
        ("run --target URL --report json", &["no `=`"]),
        ("run --target URL --report json=.", &["is a folder"]),
        ("run --target URL --report html=r --report junit=./r", &["html=r", "junit=./r", "one file"]),
        ("run --target URL --report html=r --snapshot r", &["html=r", "--snapshot r", "one file"]),
        ("run --target URL --snapshot a.snap", &["a.snap", "line 1", "proofmark accept"]),
        ("run --target URL --snapshot no/such/folder/a.snap", &["--snapshot", "no/such/folder"]),
        ("run --target URL --snapshot .", &["--snapshot", "is a folder"]),
        ("run --target URL --profile nightly", &["nightly", "proofmark.toml"]),
        ("run --target URL --config none.toml", &["none.toml", "--config"]),
        ("run --target URL --contract none.yaml", &["none.yaml"]),
        ("run --target URL --cases none.yaml", &["none.yaml"]),
    ] {
        refused(&place, line, wanted);
    }
}

#[test]
fn a_wrong_url_is_named_and_its_password_is_not() {
    let place = Place::new();
    for (line, wanted) in [
        ("run --target ftp://host/", &["ftp://host/", "neither http nor https"][..]),
        ("run --target http://", &["http://", "host"]),
        ("run --target localhost:8080", &["localhost:8080", "http://"]),
        ("run --target host", &["`host`", "is no URL"]),
        ("run --target http://u:HUSH@host/", &["password"]),
        ("run --target ftp://u:HUSH@host/", &["neither http nor https"]),
        ("run --target //u:HUSH@host/", &["no URL"]),
        ("run --target u:HUSH@host", &["neither http nor https"]),
        ("run --target http://u:HUSH?x@host/", &["no URL"]),
        ("run --target http://host/?token=HUSH", &["query"]),
        ("run --target http://host/#HUSH", &["fragment"]),
    ] {
        let done = refused(&place, line, wanted);
        assert!(!done.all().contains("HUSH"), "{line}: {}", done.all());
    }
    for url in ["ftp://u:HUSH@host/", "http://u:HUSH@host/", "//u:HUSH@host", "http://host/?HUSH"] {
        place.write("p.toml", format!("[target]\nurl = \"{url}\"\n"));
        let done = refused(&place, "run --config p.toml", &["p.toml", "target.url"]);
        assert!(!done.all().contains("HUSH"), "{url}: {}", done.all());
    }
}

#[test]
fn a_wrong_configuration() {
    let place = Place::new();
    place.write("text.pem", "this is no key\n");
    place.write("weak.pem", "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n");
    for (toml, wanted) in [
        ("[target\n", &["p.toml:1"][..]),
        ("[limits]\nrate = 5\nrate = 6\n", &["p.toml:3", "duplicate key"]),
        ("[target]\nurl = \n", &["p.toml:2"]),
        ("[target]\nurls = \"x\"\n", &["p.toml:2", "`urls`", "`url`"]),
        ("[targets]\n", &["p.toml:1", "`targets`"]),
        ("[client]\nid = \"a\"\nkey = \"b\"\n", &["p.toml:3", "`key`", "private_key"]),
        ("[profile.nightly.limit]\nrate = 5\n", &["p.toml:1", "`limit`"]),
        ("[limits]\nrate = 0\n", &["limits.rate", "zero"]),
        ("[limits]\nrate = -5\n", &["p.toml:2", "u32"]),
        ("[limits]\nconcurrency = 0\n", &["limits.concurrency", "zero"]),
        ("[limits]\ntimeout = \"soon\"\n", &["limits.timeout", "`soon`"]),
        ("[limits]\nbudget = \"0s\"\n", &["limits.budget", "zero"]),
        ("[client]\nid = \"\"\n", &["client.id"]),
        ("[client]\nid = \"a\\nb\"\n", &["client.id", "ASCII"]),
        (
            "[client]\nprivate_key = { file = \"none.pem\" }\n",
            &["client.private_key", "none.pem", "relative"],
        ),
        ("[client]\nprivate_key = { file = \"text.pem\" }\n", &["p.toml", "client.private_key", "PKCS#8"]),
        ("[client]\nprivate_key = \"text.pem\"\n", &["client.private_key", "PKCS#8"]),
        ("[client]\nprivate_key = { file = \"weak.pem\" }\n", &["client.private_key", "2048"]),
        ("[client]\nserver_public_key = { file = \"text.pem\" }\n", &["p.toml", "client.server_public_key"]),
        ("[client]\nprivate_key = { env = \"PM_UNSET\" }\n", &["client.private_key", "PM_UNSET", "export"]),
        ("[tokens]\nvalid = { env = \"PM_UNSET\" }\n", &["tokens.valid", "PM_UNSET", "export"]),
        ("[tokens]\nvalid = { env = \"PM_EMPTY\" }\n", &["tokens.valid", "is empty"]),
        ("[tokens]\nvalid = \"\"\n", &["tokens.valid", "is empty"]),
        ("[tokens]\nvalid = { env = \"A\", file = \"b\" }\n", &["p.toml:2", "exactly one"]),
        ("[tokens]\nvalid = {}\n", &["p.toml:2", "exactly one"]),
        ("[tokens]\nvalid = { vault = \"b\" }\n", &["p.toml:2", "`vault`"]),
        ("[tokens]\nvalid = 5\n", &["p.toml:2", "env"]),
        ("[probe]\ninbox = \"/probe?requestId={requestId}\"\n", &["probe.inbox", "http"]),
        ("[probe]\ninbox = \"http://127.0.0.1:9/probe\"\n", &["probe.inbox", "no place for the key"]),
        ("[probe]\ninbox = 5\n", &["p.toml:2", "command"]),
        ("[probe]\ninbox = { comand = [\"a\"] }\n", &["p.toml:2", "`comand`", "`command`"]),
        ("[probe]\ninbox = {}\n", &["probe.inbox", "neither"]),
        ("[probe]\ninbox = { command = [] }\n", &["probe.inbox", "no program"]),
        ("[probe]\ninbox = { command = [\"\", \"{requestId}\"] }\n", &["probe.inbox", "no program"]),
        ("[probe]\ninbox = { command = [\"count\"] }\n", &["probe.inbox", "place for the key"]),
        (
            "[probe]\ninbox = { command = [\"a\", \"{b}\"], key = \"/k\" }\n",
            &["probe.inbox", "both", "`key`"],
        ),
        (
            "[probe]\ninbox = { command = [\"a\", \"{b}\"], listen = \"127.0.0.1:9\" }\n",
            &["probe.inbox", "both", "`listen`"],
        ),
        ("[probe]\ninbox = { listen = \"127.0.0.1:9\" }\n", &["probe.inbox", "no `key`"]),
        ("[probe]\ninbox = { key = \"/requestId\" }\n", &["probe.inbox", "no `listen`"]),
        ("[probe]\ninbox = { listen = \"here\", key = \"/requestId\" }\n", &["probe.inbox", "`here`"]),
        ("[probe]\ninbox = { listen = \"127.0.0.1:0\", key = \"/k\" }\n", &["probe.inbox", "127.0.0.1:0"]),
        ("[probe]\ninbox = { listen = \"127.0.0.1:9\", key = \"k\" }\n", &["probe.inbox", "JSON pointer"]),
        ("[clients.second]\nkey_version = 1\n", &["p.toml:1", "`id`"]),
        ("[clients.second]\nid = \"\"\n", &["clients.second.id", "ASCII"]),
        (
            "[clients.second]\nid = \"b\"\nprivate_key = { env = \"PM_UNSET\" }\n",
            &["clients.second.private_key", "PM_UNSET"],
        ),
        ("[limits]\nretention = \"long\"\n", &["limits.retention", "`long`"]),
        ("[limits]\nretention = \"5s\"\nbudget = \"2s\"\n", &["5s", "--retention", "--budget"]),
    ] {
        place.write("p.toml", toml);
        let listener = Listener::start(Manner::Page(200));
        let line = format!("run --config p.toml --target {} --report json=r.json", listener.url);
        let done = place.run_with(&line, &[("PM_EMPTY", "")]).exit(2);
        for word in wanted {
            assert!(done.err.contains(word), "{toml}: no `{word}` in: {}", done.err);
        }
        assert_eq!(done.err.lines().count(), 1, "{toml}: {}", done.err);
        assert_eq!((done.out.as_str(), listener.connections()), ("", 0), "{toml}");
        assert!(!place.has("r.json"), "{toml}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let place = Place::new();
    place.write("p.toml", [0xff, 0xfe, b'a']);
    refused(&place, "run --config p.toml --target URL", &["p.toml", "UTF-8"]);
    refused(&place, "run --contract p.toml --target URL", &["p.toml", "UTF-8"]);
}

#[test]
fn an_unknown_profile_is_told_the_known_ones() {
    let place = Place::new();
    place.write("p.toml", "[profile.nightly.limits]\nrate = 5\n[profile.weekly]\n");
    refused(&place, "run --target URL --config p.toml --profile night", &["`night`", "nightly, weekly"]);
}

#[test]
fn a_value_in_the_wrong_place_is_not_repeated() {
    let place = Place::new();
    for toml in [
        "tokens = \"HUSH\"\n",
        "[client]\nkey_version = \"HUSH\"\n",
        "[client]\nid = [\"HUSH\"]\n",
        "[limits]\nrate = \"HUSH, expected HUSH\"\n",
        "[tokens]\nvalid = [[\"HUSH\"]]\n",
        "[tokens]\nvalid = \"HUSH\n",
        "[tokens]\nvalid = HUSH\n",
    ] {
        place.write("p.toml", toml);
        let done = refused(&place, "run --target URL --config p.toml", &["p.toml:"]);
        assert!(!done.all().contains("HUSH"), "{toml}: {}", done.all());
    }
}

#[test]
fn a_wrong_contract_or_case_file() {
    let place = Place::new();
    let contract = include_str!("../../schemas/sendInbox.v1.yaml");
    place.write("syntax.yaml", "openapi: 3.1.0\n  paths: [\n");
    place.write("empty.yaml", "");
    place.write("other.yaml", "swagger: '2.0'\n");
    place.write("typo.yaml", contract.replace("        busy: busy\n", "        bussy: busy\n"));
    place.write("cases.yaml", "operation: sendInbox\ngroup: g\nlaw: nonsense\ncases: []\n");
    refused(&place, "run --target URL --contract syntax.yaml", &["syntax.yaml:2", "YAML"]);
    refused(&place, "run --target URL --contract empty.yaml", &["empty.yaml"]);
    refused(&place, "run --target URL --contract other.yaml", &["other.yaml:1", "openapi: 3.1.0"]);
    refused(&place, "run --target URL --contract typo.yaml", &["typo.yaml:", "bussy"]);
    refused(&place, "run --target URL --cases cases.yaml", &["cases.yaml:", "nonsense"]);
}

#[test]
fn a_port_that_is_taken() {
    let place = Place::new();
    let listener = Listener::start(Manner::Silent);
    let port = listener.url.rsplit(':').next().unwrap();
    let done = place.run(&format!("serve --port {port}")).exit(2);
    assert!(done.err.contains(port) && done.err.contains("--port"), "{}", done.err);
    assert_eq!(done.out, "");
    assert!(place.run("serve --fault nope").exit(2).err.contains("nope"));
    assert!(place.run("serve --variant nope").exit(2).err.contains("name one of"));
}

#[test]
fn help_and_version_are_no_errors() {
    let place = Place::new();
    for command in [
        "", "run", "list", "explain", "generate", "serve", "faults", "selftest", "diff", "accept", "merge",
        "replay", "lint",
    ] {
        let done = place.run(&format!("{command} --help")).exit(0);
        assert!(done.out.contains("Usage: proofmark") && done.err.is_empty(), "{command}: {}", done.all());
    }
    assert!(place.run("--version").exit(0).out.starts_with("proofmark "));
    assert!(place.run("").exit(2).err.contains("Usage"));
}
