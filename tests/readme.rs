//! The README is true: its commands exist, its configuration is read, its output is what is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use proofmark::config::Config;
use proofmark::reference::credentials;
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The texts of all fenced blocks of a language, indentation of lists taken away.
fn blocks(language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for line in README.lines() {
        let trimmed = line.trim_start();
        match &mut open {
            Some(_) if trimmed == "```" => blocks.extend(open.take().map(|(_, text)| text)),
            Some((indent, text)) => {
                text.push_str(line.get(*indent..).unwrap_or_default());
                text.push('\n');
            }
            None if trimmed.strip_prefix("```") == Some(language) => {
                open = Some((line.len() - trimmed.len(), String::new()));
            }
            None => {}
        }
    }
    blocks
}

fn proofmark(arguments: &[&str]) -> String {
    ended(0, arguments)
}

/// What a command prints that ends with that exit code.
fn ended(code: i32, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofmark"));
    let done = command.args(arguments).current_dir(folder.path()).output().unwrap();
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(code), "{arguments:?}: {stderr}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn every_command_and_option_exists() {
    let commands = blocks("sh").join("\n");
    let mut seen = 0;
    for line in commands.lines().filter(|line| line.starts_with("proofmark ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let help = proofmark(&[words[1], "--help"]);
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "`{line}`: no option {option}");
        }
        seen += 1;
    }
    assert!(seen >= 8, "only {seen} commands found");
}

#[test]
fn the_configuration_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("client.pem"), credentials().client_private_key_pem).unwrap();
    std::fs::write(folder.path().join("second.pem"), credentials().second_client_private_key_pem).unwrap();
    std::fs::write(folder.path().join("wallet.pub.pem"), credentials().wallet_public_key_pem).unwrap();
    let environment = |name: &str| name.starts_with("WALLET_TOKEN").then(|| format!("value of {name}"));
    let toml = &blocks("toml")[0];
    let read = |profile| Config::parse("proofmark.toml", toml, folder.path(), profile, &environment).unwrap();
    let config = read(None);
    for need in
        ["client.private_key", "client.server_public_key", "tokens.second", "clients.second", "probe.inbox"]
    {
        assert!(config.has(need), "{need}");
    }
    assert_eq!(config.limits.rate, Some(50));
    assert_eq!(read(Some("nightly")).limits.rate, Some(10));
}

#[test]
fn the_way_to_the_target_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["ca.pem", "client-cert.pem", "client-cert.key", "sign.sh"] {
        std::fs::write(folder.path().join(name), name).unwrap();
    }
    let environment = |name: &str| match name {
        "STAGING_PROXY" => Some("http://user:password@proxy.example.test:3128".to_owned()),
        "GATEWAY_KEY" => Some("a key".to_owned()),
        _ => None,
    };
    let toml = blocks("toml").into_iter().find(|text| text.contains("ca.pem")).unwrap();
    let config = Config::parse("proofmark.toml", &toml, folder.path(), None, &environment).unwrap();
    let network = config.network;
    let target = url::Url::parse(&config.url.unwrap()).unwrap();
    assert_eq!(network.proxy_for(&target).unwrap().url.as_str(), "http://proxy.example.test:3128/");
    assert!(network.proxy_for(&url::Url::parse("http://10.1.2.3/").unwrap()).is_none());
    assert_eq!(network.http.as_str(), "2");
    assert!(network.ca.is_some() && network.identity.is_some() && network.hook.is_some());
    assert_eq!((network.resolve.len(), network.headers.len()), (1, 2));
}

#[test]
fn the_main_job_prints_what_is_shown() {
    // What differs from run to run: how long it took, and the port.
    let steady = |text: &str| {
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            if words[at] == "ms," || words[at] == "s," {
                words[at - 1] = "…".to_owned();
                words[at] = "ms,".to_owned();
            } else if words[at - 1] == "target" {
                words[at] = "…".to_owned();
            }
        }
        words.join(" ")
    };
    let shown = blocks("console").into_iter().find(|text| text.starts_with("$ cargo run")).unwrap();
    let (_, shown) = shown.split_once('\n').unwrap();
    assert_eq!(steady(&proofmark(&["run"])), steady(shown));
}

#[test]
fn a_broken_wallet_prints_what_is_shown() {
    // Lines are broken to fit, commands are cut, and times are of their run.
    let close = |text: &str| text.split_whitespace().collect::<String>();
    let shown = blocks("text").into_iter().find(|text| text.contains("fault key-trimmed)")).unwrap();
    let (shown, _) = shown.split_once(" exchanges in ").unwrap();
    let timed = |line: &&str| line.contains("ms  HTTP") || line.contains('…');
    let command = ["run", "--fault", "key-trimmed", "--quiet", "--report", "json=report.json"];
    let printed = close(&ended(1, &command));
    let lines: Vec<String> = shown.lines().filter(|line| !timed(line)).map(close).collect();
    assert!(lines.len() > 15);
    for line in lines {
        assert!(printed.contains(&line), "{line}");
    }
}

#[test]
fn the_dialect_shown_is_sound() {
    let text =
        blocks("yaml").into_iter().find(|text| text.starts_with("format: proofmark.dialect/1")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dialect.yaml");
    std::fs::write(&path, text).unwrap();
    let said = proofmark(&["lint", path.to_str().unwrap()]);
    assert!(said.ends_with("no problems\n"), "{said}");
}
