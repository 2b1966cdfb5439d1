//! What fuzzing has found and what it starts from, looked at without a fuzzer: every file of every corpus in
//! `fuzz/corpus`, by the very functions that the fuzz targets call.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a target fails by panicking, after the name of the file at fault"
)]

mod targets;

use std::path::PathBuf;

/// A folder of `fuzz/corpus`, and the target that takes its files.
fn each(name: &str, target: fn(&[u8])) {
    let fuzz = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    if !fuzz.is_dir() {
        println!("the published crate has no corpora");
        return;
    }
    let folder = fuzz.join("corpus").join(name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(files.len() > 4, "{}: only {} files", folder.display(), files.len());
    for file in files {
        let data = std::fs::read(&file).expect("the file is read");
        // The name of the file at fault is told where the target panics.
        println!("{}", file.display());
        target(&data);
    }
}

macro_rules! corpora {
    ($($name:ident),+) => {
        /// Every target, by its name.
        const TARGETS: &[&str] = &[$(stringify!($name)),+];

        $(#[test]
        fn $name() {
            each(stringify!($name), targets::$name);
        })+
    };
}

corpora!(contract, case, config, snapshot, report, journal, response, signature, canonical, generate);

#[test]
fn every_target_has_a_program_and_every_corpus_a_target() {
    let fuzz = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    if !fuzz.is_dir() {
        return;
    }
    let names = |folder: &str, end: &str| {
        let entries = std::fs::read_dir(fuzz.join(folder)).expect("the folder is there");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry.expect("an entry").file_name().to_string_lossy().trim_end_matches(end).to_owned()
            })
            .collect();
        names.sort();
        names
    };
    let mut targets: Vec<&str> = TARGETS.to_vec();
    targets.sort_unstable();
    assert_eq!(names("fuzz_targets", ".rs"), targets);
    assert_eq!(names("corpus", ""), targets);
}
