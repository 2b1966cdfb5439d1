//! The pages in `docs/` are true: their files are written, their commands run, and what they print is compared.
//! `UPDATE_DOCS=1` writes down what is printed now.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "docs/nightly.rs"]
mod nightly;
#[path = "docs/shop.rs"]
mod shop;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The address that pages name.
const ADDRESS: &str = "http://127.0.0.1:8080";

/// What differs from run to run: the address, how long it took, and where a request stands in time.
fn steady(text: &str, url: &str) -> String {
    let line = |line: &str| {
        let mut words: Vec<String> = line.replace(url, ADDRESS).split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            if words[at] == "ms," || words[at] == "s," {
                "…".clone_into(&mut words[at - 1]);
                "ms,".clone_into(&mut words[at]);
            }
        }
        words.join(" ")
    };
    // Where the last line of a run is broken depends on both.
    let (before, verdict) = text.split_at(text.rfind("\nconforms:").map_or(text.len(), |at| at + 1));
    let whole = format!("{before}{}", verdict.replace("\n  ", " "));
    whole.lines().map(|text| line(text).trim_end().to_owned() + "\n").collect()
}

/// The words of a command; single quotes keep one together.
fn words(command: &str) -> Vec<String> {
    command.split(' ').map(|word| word.trim_matches('\'').to_owned()).collect()
}

struct Page {
    folder: tempfile::TempDir,
    url: String,
}

impl Page {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a command prints, errors last.
    fn printed(&self, command: &str) -> String {
        let command = command.replace(ADDRESS, &self.url);
        let all = words(&command);
        assert_eq!(all[0], "proofmark", "{command}");
        let mut run = Command::new(env!("CARGO_BIN_EXE_proofmark"));
        let done =
            run.args(&all[1..]).current_dir(self.folder.path()).env("COLUMNS", "100").output().unwrap();
        assert!(matches!(done.status.code(), Some(0 | 1)), "{command}: {done:?}");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        steady(&format!("{}{}", text(done.stdout), text(done.stderr)), &self.url)
    }

    /// The page with the commands' output as it is now.
    fn followed(&self, page: &str) -> String {
        let mut whole = String::new();
        let mut block: Option<(String, String)> = None;
        for line in page.lines() {
            match &mut block {
                None => {
                    whole.push_str(line);
                    whole.push('\n');
                    block = line.strip_prefix("```").map(|kind| (kind.to_owned(), String::new()));
                }
                Some((kind, text)) if line == "```" => {
                    if kind == "console" {
                        for command in text.lines().filter_map(|line| line.strip_prefix("$ ")) {
                            whole.push_str(&format!("$ {command}\n{}", self.printed(command)));
                        }
                    } else {
                        if let Some((_, name)) = kind.split_once(' ') {
                            std::fs::write(self.path(name), text.replace(ADDRESS, &self.url)).unwrap();
                        }
                        whole.push_str(text);
                    }
                    whole.push_str("```\n");
                    block = None;
                }
                Some((_, text)) => {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
        whole
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_about_adding_an_api_is_true() {
    let page = Page { folder: tempfile::tempdir().unwrap(), url: shop::start().await };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/adding.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let followed = tokio::task::block_in_place(|| page.followed(&written));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, followed).unwrap();
    } else {
        assert_eq!(followed, written, "docs/adding.md shows something else (see UPDATE_DOCS)");
    }
}
