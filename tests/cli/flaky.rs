//! Targets that answer the same request now so, now otherwise.

use crate::moody::{Gateway, Mood};
use crate::support::{Place, Serve, case};

const ID: &str = "sendInbox/request/requestId/maxLength/above";
const FAULT: &str = "--fault request-id-accepts-129";

/// The two wallets behind a gateway, with a configuration for it.
struct Moody {
    place: Place,
    _wallets: [Serve; 2],
    urls: [String; 2],
}

impl Moody {
    fn new() -> Self {
        let place = Place::new();
        let wallets = [Serve::start(&place, FAULT), Serve::start(&place, "")];
        let urls = [wallets[1].url.clone(), wallets[0].url.clone()];
        Self { place, _wallets: wallets, urls }
    }

    /// A run of one case that is refused or taken as the gateway's mood has it.
    fn run(&self, mood: Mood, more: &str, code: i32) -> crate::support::Done {
        let gateway = Gateway::start(&self.urls[0], &self.urls[1], mood);
        let line = format!(
            "run --config conf/proofmark.toml --target {} --only {ID} --only */maxLength/at --samples 1 --report json=r.json {more}",
            gateway.url
        );
        self.place.run(&line).exit(code)
    }
}

#[test]
fn a_flaky_case_is_named_and_neither_fails_the_job_nor_changes_the_snapshot() {
    let moody = Moody::new();
    moody.run(|_| false, "--snapshot a.snap", 0);
    let accepted = moody.place.read("a.snap");
    // It breaks first, and then holds twice.
    let done = moody.run(|nth| nth == 0, "--snapshot a.snap", 0);
    assert!(done.out.contains("Flaky (1)") && done.out.contains(ID), "{}", done.out);
    assert!(done.out.contains("broke 1 of 3 times with the same seed"), "{}", done.out);
    assert!(!done.out.to_lowercase().contains("newly broken"), "{}", done.out);
    assert_eq!(moody.place.read("a.snap"), accepted);
    assert!(!moody.place.has("a.snap.new"));
    let report = moody.place.json("r.json");
    assert_eq!(case(&report, ID)["flaky"], serde_json::json!({ "failed": 1, "of": 3 }));
    assert_eq!(case(&report, ID)["verdict"], "fail", "the verdict is that of the first");
    // Accepting the report accepts nothing of it.
    moody.place.run("accept r.json --snapshot a.snap").exit(0);
    assert_eq!(moody.place.read("a.snap"), accepted);
}

#[test]
fn what_breaks_each_time_is_newly_broken() {
    let moody = Moody::new();
    moody.run(|_| false, "--snapshot a.snap", 0);
    let done = moody.run(|_| true, "--snapshot a.snap", 1);
    assert!(done.out.contains("1 newly broken") && !done.out.contains("laky"), "{}", done.out);
    assert!(case(&moody.place.json("r.json"), ID)["flaky"].is_null());
    // Not asked again, it is what it first seemed.
    let done = moody.run(|nth| nth == 0, "--snapshot a.snap --repeats 0", 1);
    assert!(done.out.contains("1 newly broken"), "{}", done.out);
    // More repeats see what fewer would miss.
    let done = moody.run(|nth| nth != 4, "--snapshot a.snap --repeats 4", 0);
    assert!(done.out.contains("broke 4 of 5 times"), "{}", done.out);
}

#[test]
fn what_seems_fixed_by_luck_is_flaky_and_stays_accepted() {
    let moody = Moody::new();
    moody.run(|_| true, "--snapshot a.snap", 1);
    let accepted = moody.place.read("a.snap");
    assert!(accepted.contains(&format!("fail          {ID}")), "{accepted}");
    let done = moody.run(|nth| nth > 1, "--snapshot a.snap --strict", 0);
    assert!(done.out.contains("broke 1 of 3 times"), "{}", done.out);
    assert!(!done.out.contains("fixed") && !done.out.contains("tale"), "{}", done.out);
    assert_eq!(moody.place.read("a.snap"), accepted);
    let done = moody.run(|_| false, "--snapshot a.snap", 0);
    assert!(done.out.contains("1 newly fixed"), "{}", done.out);
}

#[test]
fn a_first_run_does_not_accept_what_is_flaky() {
    let moody = Moody::new();
    let done = moody.run(|nth| nth == 0, "--snapshot a.snap", 0);
    assert!(done.out.contains("Flaky (1)"), "{}", done.out);
    assert!(!moody.place.read("a.snap").contains(ID));
    // So that one that breaks for good is news.
    moody.run(|_| true, "--snapshot a.snap", 1);
}

#[test]
fn without_a_snapshot_a_flaky_must_fails_and_is_named() {
    let moody = Moody::new();
    let done =
        moody.run(|nth| nth == 0, "--report junit=j.xml --report markdown=m.md --report html=h.html", 1);
    assert!(!done.out.contains("flaky"), "nothing is judged again unless asked for: {}", done.out);
    let reports = "--report junit=j.xml --report markdown=m.md --report html=h.html --repeats 2";
    let done = moody.run(|nth| nth == 0, reports, 1);
    assert!(done.out.contains("flaky") && done.out.contains("broke 1 of 3 times"), "{}", done.out);
    for name in ["j.xml", "m.md", "h.html"] {
        assert!(moody.place.read(name).contains("broke 1 of 3 times"), "{name}");
    }
    moody.run(|_| false, "--repeats 2", 0);
}

#[test]
fn judging_again_keeps_to_the_exchange_budget() {
    let moody = Moody::new();
    moody.run(|_| false, "--snapshot a.snap", 0);
    moody.run(|nth| nth == 0, "--snapshot a.snap --exchanges 40", 0);
    let spent = moody.place.json("r.json")["exchanges"].as_u64().unwrap();
    assert!(spent <= 40, "{spent}");
    let first = |report: &serde_json::Value| case(report, ID)["exchanges"].as_u64().unwrap();
    assert!(first(&moody.place.json("r.json")) >= 3, "the repeats are counted");
}
