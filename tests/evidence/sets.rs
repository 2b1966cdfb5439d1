//! Requirement sets: frozen, and nothing that leaves tests out looks complete under one.

use super::bundle::{attested, place, report, statement};
use super::support::Place;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const SET: &str = "sendInbox-v1/2026-11";

/// How many cases the set has.
fn expected() -> usize {
    let sets: Vec<Value> = serde_json::from_str(&Place::new().run("requirements --format json").out).unwrap();
    usize::try_from(sets.iter().find(|set| set["id"] == SET).unwrap()["cases"].as_u64().unwrap()).unwrap()
}

/// What to do when cases or contracts change; a set that is there is never edited.
const HOW: &str = "the suite is no longer what the newest requirement set froze. Either freeze another set,
    proofmark requirements freeze sendInbox-v1/YYYY-MM --like sendInbox-v1/2026-11 --output schemas/requirements/sendInbox-v1/YYYY-MM.yaml
and add its line to schemas/requirements/SHA256SUMS, or leave the set as it is and accept what this test prints now \
(cargo insta review): wallets are then held to the cases of the set, and later ones change nothing";

#[test]
fn a_frozen_set_is_never_changed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/requirements");
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let known: BTreeMap<&str, &str> =
        sums.lines().map(|line| line.split_once("  ").map(|(sum, name)| (name, sum)).unwrap()).collect();
    let place = Place::new();
    let sets: Vec<Value> =
        serde_json::from_str(&place.run("requirements --format json").exit(0).out).unwrap();
    for set in &sets {
        let name = format!("{}.yaml", set["id"].as_str().unwrap());
        assert!(
            known.contains_key(name.as_str()),
            "add the line of {name} to schemas/requirements/SHA256SUMS"
        );
    }
    assert_eq!(known.len(), sets.len(), "SHA256SUMS names sets that are not there");
    let Ok(done) =
        Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&folder).output()
    else {
        eprintln!("left out: sha256sum cannot be run");
        return;
    };
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success(),
        "a frozen set was changed, which is never right: undo it, and freeze another\n{said}"
    );
}

#[test]
fn what_became_of_the_sets_is_written_down() {
    let place = Place::new();
    let sets: Vec<Value> =
        serde_json::from_str(&place.run("requirements --format json").exit(0).out).unwrap();
    let mut text = String::new();
    for set in &sets {
        text.push_str(&format!("{} frozen {}, {} cases\n", set["id"], set["frozen"], set["cases"]));
        for (id, why) in set["changed"].as_object().unwrap() {
            text.push_str(&format!("  changed since: {id}: {why}\n"));
        }
        for id in set["later"].as_array().unwrap() {
            text.push_str(&format!("  later: {id}\n"));
        }
    }
    eprintln!("where this differs, {HOW}");
    insta::assert_snapshot!(text, @r#""sendInbox-v1/2026-11" frozen "2026-11-26", 404 cases"#);
}

#[test]
fn a_whole_run_conforms_under_the_set() {
    let place = place();
    let done = attested(&place, &format!("--requirements {SET}"));
    let wanted = format!("verdict    conforms under {SET}: {0} cases expected, {0} run", expected());
    assert!(done.out.contains(&wanted), "{}", done.out);
    let statement = statement(&place, "report.intoto.json");
    let predicate = &statement["predicate"];
    assert_eq!(predicate["result"], "PASSED");
    let standing = &predicate["proofmark"]["requirements"];
    assert_eq!((&standing["id"], &standing["expected"]), (&json!(SET), &json!(expected())));
    for gap in standing["gaps"].as_array().unwrap() {
        assert!(gap["allowed"].as_str().is_some_and(|why| !why.is_empty()), "{gap}");
    }
    let named = predicate["configuration"].as_array().unwrap().iter().find(|one| one["name"] == SET).unwrap();
    assert_eq!(named["digest"]["sha256"].as_str().unwrap().len(), 64);
    // The set that the attestation names is the one that is asked about.
    let done = place.run("verify report.intoto.json --key k.pub").exit(0);
    assert!(done.out.contains("conforms under"), "{}", done.out);
}

#[test]
fn a_bundle_that_left_tests_out_is_incomplete() {
    let place = place();
    for (more, said) in [
        ("--only */request/*", "left out by --only"),
        ("--skip */required/missing", "left out by --only"),
        ("--level must", "left out by --only"),
        ("--shard 1/3", "the shard 1/3"),
        ("--exchanges 300", "the exchange budget of 300 went to other cases"),
    ] {
        place.run(&format!("run --quiet {more} --report json=report.json"));
        let done = attested(&place, &format!("--requirements {SET}"));
        assert!(
            done.out.contains("verdict    incomplete under") && done.out.contains(said),
            "{more}: {}",
            done.out
        );
        assert_eq!(statement(&place, "report.intoto.json")["predicate"]["result"], "FAILED", "{more}");
        let done = place.run("verify report.intoto.json --key k.pub").exit(3);
        assert!(done.out.contains("incomplete under"), "{more}: {}", done.out);
    }
}

/// A run for want of a token leaves cases out too: those that the set allows are named, the others keep it incomplete.
#[test]
fn what_could_not_be_run_is_allowed_only_where_the_set_says_so() {
    let place = place();
    let serve = super::support::Serve::start(&place, "");
    let config = place.read("conf/proofmark.toml");
    let without = |name: &str| {
        let lines: Vec<&str> = config.lines().filter(|line| !line.starts_with(name)).collect();
        lines.join("\n")
    };
    for (name, code, said) in [("expired", 0, "conforms under"), ("unscoped", 3, "incomplete under")] {
        place.write("conf/proofmark.toml", without(name));
        place.run("run --quiet --config conf/proofmark.toml --report json=report.json").exit(0);
        attested(&place, &format!("--requirements {SET}"));
        let done = place.run("verify report.intoto.json --key k.pub").exit(code);
        assert!(done.out.contains(said), "{name}: {}", done.out);
    }
    drop(serve);
}

#[test]
fn later_cases_are_counted_apart_and_change_nothing() {
    let place = place();
    // A set of the suite without some cases that break here.
    let text = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/requirements/{SET}.yaml")),
    );
    let text = text.unwrap();
    let known = |line: &&str| !line.contains("/key-trailing-space") && !line.contains("/key-leading-space");
    let older: Vec<&str> = text.lines().filter(known).collect();
    place.write("older.yaml", older.join("\n").replace("sendInbox-v1/2026-11", "older"));
    place.run("lint older.yaml").exit(0);
    place.run("run --quiet --fault key-trimmed --report json=report.json").exit(1);
    let done = attested(&place, "--requirements older.yaml");
    assert!(
        done.out.contains(&format!("verdict    conforms under older: {} cases expected", expected() - 2)),
        "{}",
        done.out
    );
    assert!(
        done.out.contains("later      2 cases that are not in the set, 2 of them broken"),
        "{}",
        done.out
    );
    place.run("verify report.intoto.json --key k.pub --requirements older.yaml").exit(0);
    // Nobody has the set but who made it.
    let done = place.run("verify report.intoto.json --key k.pub").exit(2);
    assert!(done.err.contains("older") && done.err.contains("--requirements"), "{}", done.err);
    place.write("older.yaml", format!("{}\n# changed\n", place.read("older.yaml")));
    let done = place.run("verify report.intoto.json --key k.pub --requirements older.yaml").exit(1);
    assert!(done.err.contains("refused: older: its SHA-256 is"), "{}", done.err);
    // Held to all that is asked now, the wallet fails.
    attested(&place, &format!("--requirements {SET}"));
    let done = place.run("verify report.intoto.json --key k.pub").exit(1);
    assert!(done.out.contains("fails under") && done.out.contains("key-trailing-space"), "{}", done.out);
}

#[test]
fn a_case_that_asks_something_else_now_is_changed() {
    let place = place();
    let set = place.run(&format!("requirements freeze mine --like {SET} --output mine.yaml")).exit(0);
    let list: Vec<Value> = serde_json::from_str(&place.run("list --format json").out).unwrap();
    assert!(set.out.contains(&format!("{} cases", list.len())), "{}", set.out);
    let text = place.read("mine.yaml");
    let before = "maxLength/above\", level: must, asks: \"sha256:";
    let at = text.find(before).unwrap() + before.len();
    let mut changed = text.clone();
    changed.replace_range(at..at + 4, "0000");
    place.write("changed.yaml", &changed);
    let done = attested(&place, "--requirements changed.yaml");
    assert!(done.out.contains("it asks something else now"), "{}", done.out);
    place.run("verify report.intoto.json --key k.pub --requirements changed.yaml").exit(3);
    let other = text.replacen("  \"default\": \"sha256:", "  \"other\": \"sha256:", 1);
    place.write("dialect.yaml", &other);
    let done = attested(&place, "--requirements dialect.yaml");
    assert!(done.out.contains("not for the dialect default"), "{}", done.out);
    // A set that is there is not written again.
    let done = place.run("requirements freeze mine --output mine.yaml").exit(2);
    assert!(done.err.contains("never changed"), "{}", done.err);
    assert_eq!(place.read("mine.yaml"), text);
}

/// A report that an earlier proofmark made stands as it stood, where the set froze what judged it.
#[test]
fn an_older_report_stands_under_the_set_that_froze_its_suite() {
    let place = place();
    place.run("run --quiet --report json=report.json --report ndjson=journal.ndjson").exit(0);
    let text = place.read("report.json");
    let report: Value = serde_json::from_str(&text).unwrap();
    let now = report["suite"]["digest"].as_str().unwrap();
    let then = format!("blake3:{}", "1".repeat(64));
    place.write(
        "report.json",
        text.replace(now, &then).replace("two identical requests", "two requests alike"),
    );
    place.write("journal.ndjson", place.read("journal.ndjson").replace(now, &then));
    let done = place.run("attest report.json --key k.key --journal journal.ndjson").exit(1);
    assert!(done.err.contains("refused: report.json: /suite is"), "{}", done.err);
    place.run(&format!("requirements freeze old --like {SET} --output old.yaml")).exit(0);
    let set = place.read("old.yaml");
    place.write(
        "old.yaml",
        set.replace(&format!("\"default\": \"{now}\""), &format!("\"default\": \"{then}\"")),
    );
    attested(&place, "--journal journal.ndjson --requirements old.yaml");
    let done = place.run("verify report.intoto.json --key k.pub --requirements old.yaml").exit(0);
    assert!(done.out.contains("as old froze it") && done.out.contains("verdicts follow"), "{}", done.out);
    // One of its cases asks something else by now: it counts as it was judged then, and nobody here judges it again.
    let before = "sendInbox/request/requestId/maxLength/above\", level: must, asks: \"sha256:";
    let at = place.read("old.yaml").find(before).unwrap() + before.len();
    let mut changed = place.read("old.yaml");
    changed.replace_range(at..at + 4, "0000");
    place.write("old.yaml", changed);
    attested(&place, "--journal journal.ndjson --requirements old.yaml");
    let done = place.run("verify report.intoto.json --key k.pub --requirements old.yaml").exit(3);
    assert!(
        done.out.contains("conforms under old") && done.out.contains("cannot be judged again"),
        "{}",
        done.out
    );
}

#[test]
fn a_set_with_mistakes_is_refused_at_its_lines() {
    let place = place();
    place.run(&format!("requirements freeze mine --like {SET} --output mine.yaml")).exit(0);
    let text = place.read("mine.yaml");
    let twice = text.lines().last().unwrap().to_owned();
    for (name, text, word) in [
        ("twice", format!("{text}{twice}\n"), "there twice"),
        ("glob", text.replace("*/status/accepted-*", "*/none"), "no case of the set matches `*/none`"),
        ("member", text.replace("frozen: ", "thawed: "), "frozen"),
        ("digest", text.replacen("asks: \"sha256:", "asks: \"md5:", 1), "/cases/0/asks"),
        ("level", text.replacen("level: must", "level: perhaps", 1), "/cases/0/level"),
    ] {
        place.write("set.yaml", text);
        let done = place.run("lint set.yaml").exit(2);
        assert!(done.err.contains(word), "{name}: {}", done.err);
    }
    let done = place.run("requirements freeze mine --optional none --output b.yaml").exit(2);
    assert!(done.err.contains("GLOB=REASON"), "{}", done.err);
    assert!(!report().is_empty());
}
