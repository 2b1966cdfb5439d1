//! The libtest protocol that `cargo nextest` speaks: list all trials, then run each by its exact name in a process of
//! its own. <https://nexte.st/docs/design/custom-test-harnesses/>

use crate::support::{Place, Serve, ids};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::SystemTime;

/// The test target `conformance`, which `cargo test` has built beside this one.
fn conformance() -> Option<PathBuf> {
    let own = std::env::current_exe().unwrap();
    let entries = std::fs::read_dir(own.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let is_one = |path: &PathBuf| {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("conformance-") && path.extension() == own.extension()
    };
    let built =
        |path: &PathBuf| path.metadata().and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let newest = entries.filter(is_one).max_by_key(built);
    if newest.is_none() {
        eprintln!("skipped: the test target `conformance` is not built");
    }
    newest
}

fn call(program: &PathBuf, arguments: &[&str], config: Option<&PathBuf>) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).env_remove("PROOFMARK_CONFIG");
    command.envs(config.map(|path| ("PROOFMARK_CONFIG", path)));
    command.output().unwrap()
}

/// The names that are listed, as nextest reads them.
fn listed(program: &PathBuf, more: &[&str]) -> Vec<String> {
    let done = call(program, &[&["--list", "--format", "terse"], more].concat(), None);
    assert!(done.status.success(), "{done:?}");
    let text = String::from_utf8(done.stdout).unwrap();
    text.lines()
        .map(|line| line.strip_suffix(": test").unwrap_or_else(|| panic!("{line}")).to_owned())
        .collect()
}

#[test]
fn trials_are_listed_once_and_none_is_ignored_before_it_runs() {
    let Some(program) = conformance() else { return };
    let names = listed(&program, &[]);
    assert!(names.len() > 300, "{}", names.len());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert!(listed(&program, &["--ignored"]).is_empty());
    let cases: BTreeSet<String> =
        names.iter().filter_map(|name| Some(name.split_once(' ')?.1.replace("::", "/"))).collect();
    let place = Place::new();
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&place.run("list --format json").exit(0).out).unwrap();
    let known: BTreeSet<String> = list.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(cases, known);
}

#[test]
fn slices_of_exact_names_find_what_one_run_finds() {
    let Some(program) = conformance() else { return };
    let place = Place::new();
    let wallet = Serve::start(&place, "--fault key-trimmed");
    let config = place.path("conf/proofmark.toml");
    let line = "run --config conf/proofmark.toml --only */idempotency/key-* --report json=report.json";
    place.run(line).exit(1);
    let report = place.json("report.json");
    let names: Vec<String> =
        listed(&program, &[]).into_iter().filter(|name| name.contains("::idempotency::key-")).collect();
    assert_eq!(names.len(), report["cases"].as_array().unwrap().len());
    let mut broken = BTreeSet::new();
    for slice in 0..4 {
        for name in names.iter().skip(slice).step_by(4) {
            let done = call(&program, &["--exact", name, "--nocapture"], Some(&config));
            let text = String::from_utf8_lossy(&done.stdout);
            assert!(text.contains("running 1 test"), "{name}: {text}");
            match done.status.code() {
                Some(0) => {}
                Some(101) => {
                    broken.insert(name.split_once(' ').unwrap().1.replace("::", "/"));
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }
    assert_eq!(broken, ids(&report, "fail").into_iter().collect());
    assert!(broken.len() >= 2, "{broken:?}");
    drop(wallet);
}
