//! `proofmark probe`: how a target speaks, found out by asking.

use crate::listener::{Listener, Manner};
use crate::support::{Place, Serve};

/// The configuration of a served wallet without the line that names its dialect.
fn forget_dialect(place: &Place) {
    let text = place.read("conf/proofmark.toml");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("dialect")).collect();
    place.write("conf/proofmark.toml", lines.join("\n"));
}

#[test]
fn every_dialect_is_recognised_with_a_key() {
    for dialect in ["default", "qi", "tng", "gcash", "alipay-connect", "mpesa", "rebell"] {
        let place = Place::new();
        let serve = Serve::start(&place, &format!("--dialect {dialect}"));
        forget_dialect(&place);
        let done = place.run("probe --config conf/proofmark.toml").exit(0);
        assert!(done.out.contains(&format!("the nearest dialect is {dialect}\n")), "{dialect}: {}", done.out);
        assert!(done.out.contains("the signature holds\n"), "{dialect}: {}", done.out);
        assert!(!done.out.contains("it differs") && !done.out.contains("not found out"), "{}", done.out);
        let written = place.read("proofmark.toml");
        assert!(written.contains(&format!("dialect = \"{dialect}\"")), "{written}");
        drop(serve);
    }
}

#[test]
fn without_a_key_it_says_what_it_could_not_find_out_and_what_it_wrote_is_a_configuration() {
    let place = Place::new();
    let serve = Serve::start(&place, "--dialect rebell");
    let done = place.run(&format!("probe --target {} --output own.toml", serve.url)).exit(0);
    assert!(done.out.contains("not found out: which signatures are taken"), "{}", done.out);
    assert!(done.out.contains("the nearest dialect is rebell\n"), "{}", done.out);
    let done = place.run("run --config own.toml --only sendInbox/wire/content-type-other-charset --quiet");
    assert!(done.out.contains("dialect rebell") && done.out.contains(&serve.url), "{}", done.all());
    drop(serve);
}

#[test]
fn what_was_asked_and_seen_is_told_and_nothing_is_delivered() {
    let place = Place::new();
    let serve = Serve::start(&place, "--dialect tng");
    forget_dialect(&place);
    let done = place.run("probe --config conf/proofmark.toml").exit(0);
    let asked = done.out.lines().filter(|line| line.starts_with("asked  ")).count();
    let seen = done.out.lines().filter(|line| line.starts_with("  saw  ")).count();
    assert!(asked == seen && (10..40).contains(&asked), "{}", done.out);
    assert!(done.out.contains("asked  POST /acl/api/v1/messages/sendInbox, unsigned, the body {}\n"));
    assert!(!done.out.contains("status S") && !done.out.contains("status A"), "{}", done.out);
    assert!(!done.all().contains("demo-token"), "{}", done.all());
    drop(serve);
}

#[test]
fn requests_are_few_and_have_no_content() {
    let place = Place::new();
    let listener = Listener::start(Manner::Refuse);
    let done = place.run(&format!("probe --target {}", listener.url)).exit(3);
    assert!(done.err.contains("nothing at"), "{}", done.err);
    let requests = listener.requests();
    assert!((3..20).contains(&requests.len()), "{}", requests.len());
    for request in requests {
        assert!(request.ends_with("\r\n\r\n{}") || request.ends_with("\r\n\r\n"), "{request}");
    }
    assert!(!place.has("proofmark.toml"));
}

#[test]
fn a_file_that_is_there_is_kept_unless_told_otherwise() {
    let place = Place::new();
    let serve = Serve::start(&place, "");
    place.write("proofmark.toml", "# mine\n");
    let line = format!("probe --target {}", serve.url);
    let done = place.run(&line).exit(2);
    assert!(done.err.contains("proofmark.toml") && done.err.contains("--force"), "{}", done.err);
    assert_eq!((place.read("proofmark.toml").as_str(), done.out.as_str()), ("# mine\n", ""));
    place.run(&format!("{line} --force")).exit(0);
    assert!(place.read("proofmark.toml").contains("dialect = \"default\""));
    drop(serve);
}

#[test]
fn where_nothing_answers_nothing_is_written() {
    let place = Place::new();
    for (target, word) in [
        ("http://127.0.0.1:9".to_owned(), "cannot be asked"),
        (Listener::start(Manner::Page(200)).url, "nothing at"),
        (Listener::start(Manner::Page(404)).url, "nothing at"),
    ] {
        let done = place.run(&format!("probe --target {target}")).exit(3);
        assert!(done.err.contains(word), "{target}: {}", done.err);
        assert!(!place.has("proofmark.toml"));
    }
    let done = place.run("probe").exit(2);
    assert!(done.err.contains("--target"), "{}", done.err);
    let done = place.run("probe --target http://127.0.0.1:9 --operation sendLetter").exit(2);
    assert!(done.err.contains("sendLetter") && done.err.contains("sendInbox"), "{}", done.err);
}
