//! What a run writes while it goes on, read and judged again by the library.

use crate::support::{Place, Serve};
use proofmark::case::suite::Suite;
use proofmark::config::Limits;
use proofmark::exchange::kept::{KeptExchange, KeptOutcome};
use proofmark::report::model::{Report, Verdict};
use proofmark::run::journal::{self, Journal, Purpose};
use proofmark::run::rejudge::{Agreement, Rejudged, rejudge};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn journal_of(place: &Place, name: &str) -> Journal {
    journal::read(name, place.read(name).as_bytes()).unwrap_or_else(|problem| panic!("{problem}"))
}

fn report_of(place: &Place, name: &str) -> Report {
    serde_json::from_str(&place.read(name)).unwrap()
}

#[track_caller]
fn assert_all_agree(all: &[Rejudged]) {
    let others: Vec<&Rejudged> = all.iter().filter(|one| one.agreement != Agreement::Agrees).collect();
    assert!(others.is_empty(), "{} of {}: {others:#?}", others.len(), all.len());
}

/// Judges the cases of a report again, by the suite that is built in or by the family; each agrees.
#[track_caller]
pub(crate) fn assert_rejudged(place: &Place, journal: &str, report: &str) -> Journal {
    let (journal, report) = (journal_of(place, journal), report_of(place, report));
    let suite = Suite::builtin().unwrap();
    assert_all_agree(&rejudge(&suite, &journal, &report.cases).unwrap());
    journal
}

/// The bodies of an exchange as they were before they were packed, once and twice.
pub(crate) fn unpacked(exchange: &KeptExchange) -> String {
    let received = match &exchange.outcome {
        KeptOutcome::Response(response) => Some(&response.body),
        KeptOutcome::NoAnswer(_) => None,
    };
    let bodies = [Some(&exchange.request.body), received].into_iter().flatten();
    let plain = bodies.filter_map(|body| body.bytes().ok()).map(|body| {
        let plain = proofmark::exchange::pack::unpacked(&body).unwrap_or_default();
        format!("{}{}", String::from_utf8_lossy(&body), String::from_utf8_lossy(&plain))
    });
    plain.collect()
}

#[track_caller]
fn differing(all: &[Rejudged]) -> Vec<&str> {
    let differ = all.iter().filter(|one| matches!(one.agreement, Agreement::Differs { .. }));
    differ.map(|one| one.id.as_str()).collect()
}

#[test]
fn every_verdict_follows_from_the_journal() {
    let place = Place::new();
    let suite = Suite::builtin().unwrap();
    for faults in [
        "",
        "--fault result-message-missing --fault success-as-201 --fault key-trimmed --fault response-unsigned",
        "--fault counts-utf8-bytes --fault validation-answered-unknown --fault race-without-lock --fault crash-on-gzip",
        "--fault late-token-check --fault replay-compares-bytes --fault signature-not-checked --fault wrong-charset",
        "--fault unknown-then-second-delivery --fault response-signature-wrong --fault refusal-as-html",
    ] {
        place.run(&format!("run --quiet --report ndjson=j --report json=r {faults}"));
        let (journal, report) = (journal_of(&place, "j"), report_of(&place, "r"));
        assert!(!journal.torn && journal.finished.is_some());
        let all = rejudge(&suite, &journal, &report.cases).unwrap();
        assert_eq!(all.len(), suite.cases.len());
        assert_all_agree(&all);
        assert_eq!(report.cases.iter().any(|case| case.verdict == Verdict::Fail), !faults.is_empty());
        let sent: usize = journal.heard.values().flatten().map(|heard| heard.exchanges.len()).sum();
        assert_eq!(sent, report.exchanges, "{faults}");
        let own = journal.judged.values().map(|judged| judged.report.clone());
        let own: BTreeSet<String> = own.map(|case| serde_json::to_string(&case).unwrap()).collect();
        assert_eq!(own, report.cases.iter().map(|case| serde_json::to_string(case).unwrap()).collect());
    }
}

#[test]
fn every_verdict_on_the_family_follows_from_the_journal() {
    let place = Place::new();
    let suite = Suite::chosen(&["family".to_owned()]).unwrap();
    for faults in
        ["", " --fault pay-replay-pays-again --fault token-expiry-missing --fault pay-takes-any-currency"]
    {
        place.run(&format!("run --suite family --quiet --report ndjson=j --report json=r{faults}"));
        let (journal, report) = (journal_of(&place, "j"), report_of(&place, "r"));
        assert_all_agree(&rejudge(&suite, &journal, &report.cases).unwrap());
    }
}

#[test]
fn verdicts_follow_whatever_the_run_was_told() {
    let place = Place::new();
    for more in [
        "--seed 9 --samples 4 --only */request/*",
        "--exchanges 120",
        "--retention 1s --only *at-the-end*",
        "--fault forgets-after-three-requests --only */idempotency/replay*",
    ] {
        place.run(&format!("run --quiet --report ndjson=j --report json=r {more}"));
        assert_rejudged(&place, "j", "r");
    }
    place
        .run("run --quiet --dialect tng --report ndjson=j --report json=r --only */code/* --only */header/*");
    let (journal, report) = (journal_of(&place, "j"), report_of(&place, "r"));
    let suite = Suite::chosen_in(&[], "tng").unwrap();
    assert_all_agree(&rejudge(&suite, &journal, &report.cases).unwrap());
    assert!(rejudge(&Suite::builtin().unwrap(), &journal, &report.cases).is_err());
}

/// Answers every request with the same body.
fn answer(body: &'static str) -> String {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in socket.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        }
    });
    url
}

#[test]
fn nothing_is_claimed_where_a_secret_decides() {
    let place = Place::new();
    let url = answer(r#"{"token":"ABCDEFGH-1234"}"#);
    place.write("p.toml", format!("[target]\nurl = \"{url}\"\n[tokens]\nvalid = \"ABCDEFGH-1234\"\n"));
    let document = |keyword: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{ title: t, version: \"1\" }}\npaths:\n  /a:\n    get:\n      operationId: a\n      \
             responses: {{ \"200\": {{ description: ok, content: {{ application/json: {{ schema: {{ type: object, \
             properties: {{ token: {{ type: string, {keyword} }} }} }} }} }} }} }}\n"
        )
    };
    for (keyword, agrees) in
        [("maxLength: 13", true), ("maxLength: 12", true), ("pattern: \"^[A-Z]{8}-[0-9]{4}$\"", false)]
    {
        place.write("t.yaml", document(keyword));
        place.run("run --quiet --contract t.yaml --config p.toml --report ndjson=j --report json=r");
        let (journal, report) = (journal_of(&place, "j"), report_of(&place, "r"));
        assert!(!place.read("j").contains("ABCDEFGH-1234"));
        let contract = proofmark::contract::Contract::load(&place.path("t.yaml")).unwrap();
        let suite = Suite::new(contract.clone(), &proofmark::case::suite::builtin_cases(&contract)).unwrap();
        let all = rejudge(&suite, &journal, &report.cases).unwrap();
        let judged = report.cases.iter().filter(|case| case.exchanges > 0).count();
        assert!(judged > 0);
        let unclear = all.iter().filter(|one| matches!(one.agreement, Agreement::Unjudgeable(_))).count();
        let marked = journal.heard.values().flatten().filter(|heard| heard.differs.is_some()).count();
        assert_eq!((unclear > 0, marked > 0), (!agrees, !agrees), "{keyword}: {all:#?}");
        assert!(differing(&all).is_empty(), "{keyword}: {all:#?}");
        let mut findings = report.cases.iter().filter_map(|case| case.finding.as_ref());
        let breaks = findings.any(|found| found.fingerprint.contains("/schema/"));
        assert_eq!(breaks, keyword == "maxLength: 12", "{keyword}");
    }
}

/// Changes a report, at the place of a case.
type Edit = fn(&mut Report, usize);

#[test]
fn an_edited_report_is_found_out() {
    let place = Place::new();
    let suite = Suite::builtin().unwrap();
    place.run(
        "run --quiet --report ndjson=j --report json=r --fault key-trimmed --fault success-as-201 --only */idempotency/* --only */status/*",
    );
    let (journal, report) = (journal_of(&place, "j"), report_of(&place, "r"));
    let broken = report.cases.iter().position(|case| case.verdict == Verdict::Fail).unwrap();
    let sound = report.cases.iter().position(|case| case.verdict == Verdict::Pass).unwrap();
    let edits: [(usize, Edit); 6] = [
        (broken, |report, at| {
            let case = &mut report.cases[at];
            (case.verdict, case.finding) = (Verdict::Pass, None);
        }),
        (broken, |report, at| {
            let case = &mut report.cases[at];
            (case.verdict, case.finding) = (Verdict::Skipped, None);
        }),
        (broken, |report, at| {
            let finding = report.cases[at].finding.as_mut().unwrap();
            finding.observed = "something else".to_owned();
        }),
        (broken, |report, at| {
            let finding = report.cases[at].finding.as_mut().unwrap();
            finding.minimal[0].response.status = Some(418);
        }),
        (sound, |report, at| report.cases[at].verdict = Verdict::Fail),
        (sound, |report, at| report.cases[at].reason.push_str(", and more")),
    ];
    for (number, (at, edit)) in edits.into_iter().enumerate() {
        let mut edited = report.clone();
        edit(&mut edited, at);
        let all = rejudge(&suite, &journal, &edited.cases).unwrap();
        assert_eq!(differing(&all), [report.cases[at].id.as_str()], "edit {number}");
    }
    let fewer = &report.cases[1..];
    assert_eq!(differing(&rejudge(&suite, &journal, fewer).unwrap()), [report.cases[0].id.as_str()]);

    // A journal whose histories were taken away shows nothing.
    let mut bare = journal.clone();
    bare.heard.remove(&report.cases[sound].id);
    assert_eq!(differing(&rejudge(&suite, &bare, &report.cases).unwrap()), [report.cases[sound].id.as_str()]);
    let mut other = Suite::builtin().unwrap();
    other.digest = "blake3:00".to_owned();
    assert!(rejudge(&other, &journal, &report.cases).is_err());
}

#[test]
fn an_edited_journal_is_found_out() {
    let place = Place::new();
    let suite = Suite::builtin().unwrap();
    place
        .run("run --quiet --report ndjson=j --report json=r --fault key-trimmed --only */key-trailing-space");
    let text = place.read("j").replace("REPEAT_REQ_INCONSISTENT", "SUCCESS");
    let journal = journal::read("j", text.as_bytes()).unwrap();
    let report = report_of(&place, "r");
    assert_eq!(differing(&rejudge(&suite, &journal, &report.cases).unwrap()).len(), 1);
}

#[test]
fn a_line_that_is_none_is_named_by_its_number() {
    let place = Place::new();
    place.run("run --quiet --report ndjson=j --only */accessToken/required/*").exit(0);
    let text = place.read("j");
    let read = |text: &str| journal::read("j", text.as_bytes()).unwrap_err().to_string();
    let lines: Vec<&str> = text.lines().collect();
    let whole = |lines: &[&str]| lines.join("\n") + "\n";
    assert!(read("").contains("no whole line"));
    assert!(read("{\"event\":\"heard\"").contains("no whole line"));
    assert!(read(&whole(&lines[1..])).contains("does not begin with `started`"));
    assert!(read(&whole(&[lines[0], "{}", lines[1]])).starts_with("j:2: "));
    assert!(read(&whole(&[lines[0], lines[1], lines[0]])).starts_with("j:3: begins a second run"));
    assert!(read(&text.replace("proofmark.journal/1", "proofmark.journal/9")).contains("journal/9"));
    let torn = journal::read("j", &text.as_bytes()[..text.len() - 10]).unwrap();
    assert!(torn.torn && torn.finished.is_none());
    assert_eq!(torn.whole, (text.len() - lines.last().unwrap().len() - 1) as u64);
}

#[test]
fn histories_are_kept_for_what_they_were_sent_for_and_huge_bodies_are_packed() {
    let place = Place::new();
    place.run("run --quiet --report ndjson=j --fault counts-utf8-bytes --fault race-without-lock");
    let journal = journal_of(&place, "j");
    let purposes: BTreeSet<String> =
        journal.heard.values().flatten().map(|heard| format!("{:?}", heard.purpose)).collect();
    assert_eq!(purposes, BTreeSet::from(["Repeat", "Sample", "Shrinking"].map(str::to_owned)));
    assert!(journal.heard.values().flatten().all(|heard| heard.differs.is_none()));
    let samples = journal.heard.values().flatten().filter(|heard| heard.purpose == Purpose::Sample);
    let longest = samples
        .flat_map(|heard| &heard.exchanges)
        .map(|exchange| exchange.request.body.bytes().map(|bytes| bytes.len()).unwrap_or_default());
    assert!(longest.max() > Some(1_000_000));
    assert!(place.read("j").len() < 8_000_000);
    assert!(place.read("j").lines().all(|line| line.len() < 200_000));
}

#[test]
fn a_run_is_followed_line_by_line_through_a_pipe() {
    let place = Place::new();
    let pipe = place.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let line = "run --quiet --report ndjson=pipe --only */accessToken/* --rate 40";
    let arguments: Vec<&str> = line.split(' ').collect();
    let began = Instant::now();
    let mut run = place.command(&arguments).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(std::fs::File::open(&pipe).unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!((&first["event"], &first["format"]), (&"started".into(), &"proofmark.journal/1".into()));
    let judged = |line: &str| serde_json::from_str::<Value>(line).unwrap()["event"] == "judged";
    let mut rest = lines.map(Result::unwrap);
    assert!(rest.any(|line| judged(&line)));
    let seen = began.elapsed();
    assert!(run.try_wait().unwrap().is_none(), "the first verdict is read while the run goes on");
    assert!(rest.last().unwrap().contains("\"event\":\"finished\""));
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert!(began.elapsed() > seen + Duration::from_millis(100));
}

#[test]
fn the_first_verdict_waits_for_no_case_that_goes_on_to_the_end_of_the_run() {
    let late = "sendInbox/idempotency/replay-at-the-end";
    let place = Place::new();
    for budget in ["", "--exchanges 600"] {
        place.run(&format!("run --quiet --concurrency 1 {budget} --report ndjson=j"));
        let text = place.read("j");
        let said = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let events: Vec<(String, String)> =
            lines.map(|line| (said(&line, "event"), said(&line, "id"))).collect();
        let place_of = |event: &str, whose: &dyn Fn(&str) -> bool| {
            events.iter().position(|(what, id)| what == event && whose(id)).unwrap()
        };
        let (first, early) = (place_of("judged", &|_| true), place_of("begun", &|id| id == late));
        let second = place_of("judged", &|id| id != events[first].1);
        assert!(
            events[first].1 != late && first < early && early < second,
            "{budget}: {first} {early} {second}"
        );
    }
}

#[test]
fn a_journal_that_cannot_be_written_costs_neither_the_run_nor_the_other_reports() {
    let place = Place::new();
    let done =
        place.run("run --quiet --only */accessToken/* --report ndjson=/dev/full --report json=r").exit(4);
    assert_eq!(done.err.matches("/dev/full").count(), 1, "{}", done.err);
    assert!(done.err.contains("the run goes on"), "{}", done.err);
    assert!(done.out.contains("conforms"), "{}", done.out);
    assert_eq!(place.json("r")["verdict"], "conforms");
    let refused = place.run("run --report ndjson=nowhere/j").exit(2);
    assert!(refused.err.contains("nowhere"), "{}", refused.err);
}

#[test]
fn reports_alone_make_no_journal() {
    let place = Place::new();
    place.run("run --quiet --only */accessToken/required/* --shard 1/1 --report json=1").exit(0);
    let refused = place.run("merge 1 --report ndjson=j").exit(2);
    assert!(refused.err.contains("only `proofmark run` can write a journal"), "{}", refused.err);
    assert!(!place.has("j"));
    place.run("merge 1 --report har=h").exit(0);
    assert_eq!(place.json("h")["log"]["entries"], Value::Array(Vec::new()));
}

/// What schemas find wrong with values; the first of them is about the whole.
fn wrong(schemas: &[(String, Value)], values: &[Value]) -> Vec<String> {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    for (name, schema) in schemas {
        compiler.add_resource(name, schema.clone()).unwrap();
    }
    let mut known = boon::Schemas::new();
    let schema = compiler.compile(&schemas[0].0, &mut known).unwrap_or_else(|error| panic!("{error}"));
    let errors = values.iter().filter_map(|value| known.validate(value, schema).err());
    errors.map(|error| format!("{error:#}")).collect()
}

/// What the schemas of `tests/har`, which others wrote, find wrong with an archive.
fn wrong_in_archive(archive: &Value) -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/har");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let schemas = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut schemas: Vec<(String, Value)> = schemas
        .map(|path| {
            let name = format!("http://har.test/{}", path.file_name().unwrap().to_str().unwrap());
            (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
        })
        .collect();
    schemas.sort_by_key(|(name, _)| !name.ends_with("/har.json"));
    wrong(&schemas, std::slice::from_ref(archive))
}

#[test]
fn every_line_is_what_the_published_schema_says() {
    let place = Place::new();
    let faults = "--fault counts-utf8-bytes --fault race-without-lock --fault crash-on-malformed-json";
    let only = "--only */accessToken/* --only */idempotency/* --only */robustness/*";
    place.run(&format!("run --quiet {only} {faults} --report ndjson=j"));
    place.run(&format!("run --quiet {only} --rate 30 --budget 500ms --report ndjson=cut"));
    place.run(&format!("run --quiet {only} --resume cut"));
    let schema = |name: &str| {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(format!("{name}.json"));
        let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        (format!("urn:proofmark:schema:{name}"), schema)
    };
    let schemas = [schema("journal.v1"), schema("report.v1")];
    let text = place.read("j") + &place.read("cut");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() > 300 && lines.iter().any(|line| line["event"] == "resumed"));
    let found = wrong(&schemas, &lines);
    assert!(found.is_empty(), "{} lines: {}", found.len(), found[0]);
    let mut odd = lines[0].clone();
    odd["run"] = "a".into();
    assert_eq!(wrong(&schemas, &[odd]).len(), 1);
}

#[test]
fn the_archive_has_every_exchange_in_the_order_of_the_plan() {
    let place = Place::new();
    let run = |concurrency: &str, name: &str| {
        place.run(&format!(
            "run --quiet --seed 3 --fault counts-utf8-bytes --fault crash-on-gzip --concurrency {concurrency} --report har={name} --report json=r"
        ));
        let archive = place.json(name);
        assert_eq!(wrong_in_archive(&archive), Vec::<String>::new());
        let report = place.json("r");
        let entries = archive["log"]["entries"].as_array().unwrap().clone();
        assert_eq!(entries.len() as u64, report["exchanges"].as_u64().unwrap());
        let pages: Vec<Value> =
            archive["log"]["pages"].as_array().unwrap().iter().map(|p| p["id"].clone()).collect();
        let cases = report["cases"].as_array().unwrap().iter();
        let sent: Vec<Value> =
            cases.filter(|case| case["exchanges"] != 0).map(|case| case["id"].clone()).collect();
        assert_eq!(pages, sent);
        let mut order: Vec<Value> = entries.iter().map(|entry| entry["pageref"].clone()).collect();
        order.dedup();
        assert_eq!(order, sent);
        assert!(entries.iter().all(|entry| entry["request"]["httpVersion"] == "HTTP/1.1"));
        let told = |entry: &Value| format!("{} {}", entry["pageref"], entry["comment"]);
        entries.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(run("16", "one.har"), run("48", "many.har"));

    let mut odd = place.json("one.har");
    odd["log"]["entries"][0].as_object_mut().unwrap().remove("timings");
    assert_eq!(wrong_in_archive(&odd).len(), 1, "the schemas notice what is missing");
}

#[test]
fn the_archive_names_the_http_version_that_was_spoken() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    let config = place.read("conf/proofmark.toml").replace("[target]", "[target]\nhttp = \"2\"");
    place.write("conf/proofmark.toml", config);
    let line = format!(
        "run --quiet --config conf/proofmark.toml --target {} --only */accessToken/required/* --report har=h",
        serve.url
    );
    place.run(&line).exit(0);
    let archive = place.json("h");
    assert_eq!(wrong_in_archive(&archive), Vec::<String>::new());
    let entries = archive["log"]["entries"].as_array().unwrap();
    assert!(!entries.is_empty());
    for side in ["request", "response"] {
        assert!(entries.iter().all(|entry| entry[side]["httpVersion"] == "HTTP/2"), "{entries:#?}");
    }
}

#[test]
fn packed_bodies_hide_no_secret() {
    let place = Place::new();
    place
        .run("run --quiet --fault crash-on-gzip --only */gzip-body --report ndjson=j --report json=r")
        .exit(1);
    let tokens = proofmark::embedded::config("http://127.0.0.1:1/", Limits::default());
    let valid = tokens.secrets["tokens.valid"].expose().to_owned();
    let journal = journal_of(&place, "j");
    let report = report_of(&place, "r");
    let shown = report.cases.iter().filter_map(|case| case.finding.as_ref()).flat_map(|found| &found.minimal);
    let shown = shown.filter_map(|one| match &one.request.body {
        proofmark::exchange::record::BodyRecord::Base64(text) => {
            use base64::Engine as _;
            Some(base64::engine::general_purpose::STANDARD.decode(text).unwrap())
        }
        proofmark::exchange::record::BodyRecord::Text(_) => None,
    });
    let kept = journal.heard.values().flatten().flat_map(|heard| &heard.exchanges);
    let bodies = kept.map(|exchange| exchange.request.body.bytes().unwrap()).chain(shown);
    let (mut packed, mut marked) = (0, 0);
    for plain in bodies.filter_map(|body| proofmark::exchange::pack::unpacked(&body)) {
        let plain = String::from_utf8(plain).unwrap();
        packed += 1;
        assert!(!plain.contains(&valid), "{plain}");
        // What is made as small as it can be holds another token in its place.
        marked += usize::from(plain.contains("«redacted:tokens.valid»"));
    }
    assert!(packed >= 2 && marked >= 1, "{packed} {marked}");
}
