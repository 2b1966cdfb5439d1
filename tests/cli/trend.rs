//! `trend` over a folder of reports.

use crate::support::Place;

const ONE: &str = "run --only */requestId/maxLength/above --only */requestId/maxLength/at";
const FAULT: &str = "--fault request-id-accepts-129";

/// Three nights, of which the second is broken.
fn nights() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path("nights")).unwrap();
    std::fs::create_dir(place.path("nights/old")).unwrap();
    for (name, fault, code) in [("old/1", "", 0), ("2", FAULT, 1), ("3", "", 0)] {
        place.run(&format!("{ONE} {fault} --report json=nights/{name}.json")).exit(code);
    }
    place
}

#[test]
fn a_trend_says_when_it_broke_and_when_it_was_fixed() {
    let place = nights();
    let done = place.run("trend nights --report html=t.html --report json=t.json").exit(0);
    assert_eq!(done.err, "");
    for wanted in
        ["3 reports from", "Fixed (1)", "sendInbox/request/requestId/maxLength/above", "(2.json)", "(3.json)"]
    {
        assert!(done.out.contains(wanted), "no {wanted} in {}", done.out);
    }
    let told = place.json("t.json");
    let group = &told["groups"][0];
    assert_eq!(group["target"], "embedded");
    assert_eq!(group["runs"][0]["path"], "old/1.json");
    assert_eq!(group["cases"][0]["marks"], "hbh");
    assert_eq!(group["cases"][0]["events"][1]["what"], "fixed");
    assert!(group["runs"][1]["p95_us"].as_u64() >= group["runs"][1]["p50_us"].as_u64());
    assert!(place.read("t.html").contains("<svg"));
    let done = place.run("trend nights --only */at").exit(0);
    assert!(!done.out.contains("above") && done.out.contains("0 broken now"), "{}", done.out);
    let done = place.run_with("trend nights", &[("LC_ALL", "C"), ("COLUMNS", "44")]).exit(0);
    assert!(done.out.is_ascii() && done.out.lines().all(|line| line.len() <= 44), "{}", done.out);
}

#[test]
fn what_is_no_report_costs_a_warning_and_no_more() {
    let place = nights();
    let text = place.read("nights/2.json");
    place.write("nights/half.json", &text[..text.len() / 2]);
    place.write("nights/package.json", "{}");
    place.write("nights/README.md", "nights");
    let done = place.run("trend nights").exit(0);
    assert!(done.err.contains("warning: half.json cannot be read"), "{}", done.err);
    assert!(done.err.contains("2 other files are no report"), "{}", done.err);
    assert!(done.out.contains("3 reports from"), "{}", done.out);
    for (line, wanted) in [
        ("trend none", "none cannot be read"),
        ("trend .", "holds no report"),
        ("trend nights --only zzz", "matches no case"),
        ("trend nights --report markdown=t.md", "html or json"),
        ("trend nights --report html=none/t.html", "no folder none"),
    ] {
        let folder = if line == "trend ." { Place::new() } else { nights() };
        let done = folder.run(line).exit(2);
        assert!(done.err.contains(wanted) && done.out.is_empty(), "{line}: {}", done.all());
    }
}
