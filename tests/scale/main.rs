//! Spread over machines: shards, single trials, and the files that schedulers read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first surprise, and says so where a tool it needs is not installed"
)]

mod commands;
mod manifests;
mod shards;
#[allow(dead_code, reason = "what the tests of the command line share is more than is used here")]
#[path = "../cli/support.rs"]
mod support;
mod trials;

use proofmark::contract::document::Document;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A file of this repository.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The documents of a YAML file of this repository.
#[track_caller]
fn documents(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let one = |text: &str| Document::parse(name, text).unwrap_or_else(|problem| panic!("{problem}")).value;
    text.split("\n---\n").map(one).collect()
}

/// The texts of a list.
#[track_caller]
fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    items.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
}
