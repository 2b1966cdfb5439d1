//! `proofmark lint` on good files, and on copies broken in one place each.

use crate::support::Place;

const CONTRACT: &str = include_str!("../../schemas/sendInbox.v1.yaml");
const CODES: &str = include_str!("../../cases/sendInbox/code.yaml");
const COMPARISON: &str = include_str!("../../cases/sendInbox/comparison.yaml");
const CASES: &str = include_str!("../../cases/sendInbox/idempotency.yaml");

/// The text with one part replaced, and the line where the replacement stands.
#[track_caller]
fn broken(text: &str, from: &str, to: &str) -> (String, usize) {
    assert!(text.contains(from), "`{from}` is not in the file");
    let at = text.find(from).unwrap();
    (text.replacen(from, to, 1), text[..at].matches('\n').count() + 1)
}

/// Breaks a file in one place: exit 2, and an error with the very place, every wanted word, and a mend.
#[track_caller]
fn found(text: &str, from: &str, to: &str, wanted: &[&str]) {
    let (line, places, errors) = lint(text, from, to, wanted);
    let near = line.saturating_sub(3)..=line + to.matches('\n').count();
    assert!(places.iter().any(|place| near.contains(place)), "{to}: no place near {line} in {errors}");
}

/// The same where the error may stand at the table around the broken member.
#[track_caller]
fn found_around(text: &str, from: &str, to: &str, wanted: &[&str]) {
    let (line, places, errors) = lint(text, from, to, wanted);
    assert!(places.iter().any(|place| *place <= line), "{to}: no place before {line} in {errors}");
}

#[track_caller]
fn lint(text: &str, from: &str, to: &str, wanted: &[&str]) -> (usize, Vec<usize>, String) {
    let place = Place::new();
    let (broken, line) = broken(text, from, to);
    place.write("broken.yaml", &broken);
    let done = place.run("lint broken.yaml").exit(2);
    assert_eq!(done.out, "");
    let errors: Vec<&str> = done.err.lines().filter(|line| line.starts_with("error: ")).collect();
    assert!(!errors.is_empty(), "{to}: {}", done.err);
    for error in &errors {
        assert!(error.ends_with(')') && error.contains(" ("), "no mend in {error}");
        assert!(error.contains(": /"), "no pointer in {error}");
    }
    for word in wanted {
        assert!(done.err.contains(word), "{to}: no `{word}` in {}", done.err);
    }
    let count = format!("{} problem{}", errors.len(), if errors.len() == 1 { "" } else { "s" });
    assert!(done.err.trim_end().ends_with(&count), "{}", done.err);
    (line, errors.iter().map(|error| place_of(error)).collect(), done.err.clone())
}

/// The line that an error names.
#[track_caller]
fn place_of(error: &str) -> usize {
    let rest = error.strip_prefix("error: broken.yaml:").unwrap_or_else(|| panic!("no line in {error}"));
    rest.split(':').next().unwrap().parse().unwrap_or_else(|_| panic!("no line in {error}"))
}

#[test]
fn the_projects_own_files_are_good() {
    let place = Place::new();
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = std::fs::read_dir(format!("{root}/cases/sendInbox")).unwrap();
    let mut files: Vec<String> = folder.map(|entry| entry.unwrap().path().display().to_string()).collect();
    files.push(format!("{root}/schemas/sendInbox.v1.yaml"));
    assert!(files.len() > 5);
    for file in files {
        let done = place.command(&["lint", &file]).output().unwrap();
        let done = crate::support::Done::from(done).exit(0);
        assert_eq!((done.out, done.err), (format!("{file}: no problems\n"), String::new()));
    }
}

#[test]
fn a_contract_with_a_typo_in_the_extension() {
    found_around(CONTRACT, "        busy: busy\n", "        bussy: busy\n", &["bussy", "/x-proofmark"]);
    found(CONTRACT, "            class: refused\n", "            klass: refused\n", &["klass"]);
    found(CONTRACT, "            class: refused\n", "            class: rejected\n", &["rejected"]);
    found(CONTRACT, "wait: 30ms", "wait: soon", &["soon"]);
    found(CONTRACT, "proofmark.extension/1", "proofmark.extension/9", &["proofmark.extension/"]);
}

#[test]
fn a_contract_that_names_what_is_not_there() {
    found(
        CONTRACT,
        "codes: [INVALID_ACCESS_TOKEN]\n",
        "codes: [INVALID_ACESS_TOKEN]\n",
        &["INVALID_ACESS_TOKEN"],
    );
    found(CONTRACT, "statuses: [S], origin: api", "statuses: [Z], origin: api", &["status Z"]);
    found(CONTRACT, "            codes: [ACCEPT]\n", "            codes: [ACCEPTED]\n", &["ACCEPTED"]);
    found_around(
        CONTRACT,
        "schemas/ContentTemplate\" }",
        "schemas/Template\" }",
        &["#/components/schemas/Template"],
    );
    found(CONTRACT, "            position: 14\n", "            position: 99\n", &["99"]);
    found(CONTRACT, "        invalid: illegal-parameter\n", "        invalid: ilegal\n", &["ilegal"]);
    found(CONTRACT, "          conflict: conflict\n", "          conflict: clash\n", &["clash"]);
    found(CONTRACT, "          key: /requestId\n", "          key: /requestID\n", &["/requestID"]);
    found(CONTRACT, "{ pointer: /accessToken,", "{ pointer: /token,", &["/token"]);
}

#[test]
fn a_contract_whose_schemas_cannot_be_used() {
    let dialect = "openapi: 3.1.0\njsonSchemaDialect: urn:other\n";
    found(CONTRACT, "openapi: 3.1.0\n", dialect, &["unknown dialect", "urn:other"]);
    let pattern = "          maxLength: 128\n          pattern: ^(a+)+$\n";
    found(CONTRACT, "          maxLength: 128\n", pattern, &["catastrophic", "accessToken/pattern"]);
    let large = "          maxLength: 128\n          pattern: ((ab){1000}){1000}\n";
    found(CONTRACT, "          maxLength: 128\n", large, &["too large"]);
    let item = "items: { $ref: \"#/components/schemas/ContentTemplate\" }";
    found(
        CONTRACT,
        item,
        "items: { $ref: \"https://example.com/t.json\" }",
        &["t.json", "nothing is fetched"],
    );
    found(CONTRACT, item, "items: { $ref: \"#template\" }", &["#template", "leads nowhere"]);
    found(CONTRACT, item, "items: { type: list }", &["\"list\"", "items/type"]);
}

#[test]
fn a_contract_that_contradicts_itself() {
    found(CONTRACT, "- { code: PARAM_MISSING,", "- { code: PARAM_ILLEGAL,", &["PARAM_ILLEGAL"]);
    found(
        CONTRACT,
        "              templateCode: MINI_APP_COMMON_INBOX\n",
        "              templateCode: 5\n",
        &["/templateCode"],
    );
    found_around(CONTRACT, "          maxLength: 128\n", "          maxLength: many\n", &["maxLength"]);
}

#[test]
fn every_error_is_told_at_once() {
    let place = Place::new();
    let (text, _) = broken(CONTRACT, "codes: [INVALID_ACCESS_TOKEN]\n", "codes: [NOT_THERE]\n");
    let (text, _) = broken(&text, "            position: 14\n", "            position: 99\n");
    place.write("broken.yaml", &text);
    let done = place.run("lint broken.yaml").exit(2);
    assert!(done.err.contains("NOT_THERE") && done.err.contains("99"), "{}", done.err);
}

#[test]
fn a_broken_case_file() {
    found(CASES, "law: idempotency\n", "law: idempotence\n", &["idempotence"]);
    found(CASES, "operation: sendInbox\n", "operation: sendOutbox\n", &["sendOutbox"]);
    found(CASES, "    level: must\n", "    level: perhaps\n", &["perhaps"]);
    found(CASES, "    fix: Store", "    fixx: Store", &["fixx"]);
    found(CASES, "rule: same-result,", "rule: some-result,", &["some-result"]);
    found(CASES, "  - id: replay-new-connection\n", "  - id: replay-same-result\n", &["replay-same-result"]);
    found(CASES, "again: [again, third] }", "again: [again, fourth] }", &["fourth"]);
    found(
        CODES,
        "situations: [invalid-token] }",
        "situations: [bad-token] }",
        &["bad-token", "invalid-token"],
    );
    found(CODES, "{ rule: cause, control: good,", "{ rule: cause, control: best,", &["best"]);
    found(COMPARISON, "fields: lower-case }", "fields: small }", &["small"]);
    found(COMPARISON, "of: [lower-case, reversed] }", "of: [lower-case, turned] }", &["turned"]);
}

#[test]
fn what_is_neither_a_contract_nor_cases() {
    let place = Place::new();
    place.write("syntax.yaml", "openapi: 3.1.0\n  x: [\n");
    place.write("empty.yaml", "");
    place.write("other.yaml", "a: 1\n");
    place.write("list.yaml", "- openapi\n");
    place.write("twice.yaml", "openapi: 3.1.0\nopenapi: 3.1.0\n");
    place.write("old.yaml", CONTRACT.replace("openapi: 3.1.0", "openapi: 2.0.3"));
    place.write("json.json", "{\"openapi\": ");
    place.write("bytes.yaml", [0xff, 0xfe]);
    for (file, wanted) in [
        ("syntax.yaml", "syntax.yaml:2"),
        ("empty.yaml", "empty.yaml"),
        ("other.yaml", "neither a contract nor a case file"),
        ("list.yaml", "neither a contract nor a case file"),
        ("twice.yaml", "twice.yaml:2"),
        ("old.yaml", "2.0.3"),
        ("json.json", "json.json"),
        ("bytes.yaml", "UTF-8"),
        ("none.yaml", "none.yaml"),
    ] {
        let done = place.run(&format!("lint {file}")).exit(2);
        assert!(done.err.starts_with("error: ") && done.err.contains(wanted), "{file}: {}", done.err);
    }
}

/// A tag says nothing here, and what follows it is found all the same.
#[test]
fn what_has_a_tag_has_its_line() {
    found(CASES, "level: must", "level: !grade often", &["level"]);
    found(CASES, "expect: {", "expect: !rule {anything: 1, ", &["expect"]);
    found(CONTRACT, "openapi: 3.1.0", "openapi: !version next", &["openapi"]);
    let place = Place::new();
    for text in ["!document text\n", "\n!document [cases]\n", "!a !b text\n"] {
        place.write("broken.yaml", text);
        let done = place.run("list --cases broken.yaml").exit(2);
        assert!(!done.err.contains(":0:") && done.err.contains("broken.yaml:"), "{}", done.err);
    }
}
