//! There is no way to ask for secrets.

use crate::place::Place;

/// All commands that the help of a command lists.
fn commands(help: &str) -> Vec<String> {
    let list = help.split_once("Commands:").map_or("", |(_, rest)| rest);
    let list = list.split("\n\n").next().unwrap_or_default();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next())
        .map(ToOwned::to_owned)
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn no_option_shows_secrets() {
    let place = Place::new();
    let mut due = vec![String::new()];
    let mut seen = 0;
    while let Some(command) = due.pop() {
        let help = String::from_utf8(place.run(&format!("{command} --help")).one_of(&[0]).out).unwrap();
        seen += 1;
        let text = help.to_ascii_lowercase();
        for word in ["show-secret", "unredact", "no-redact", "reveal", "plain-text", "show-token", "insecure"]
        {
            assert!(!text.contains(word), "{command}: {word}");
        }
        due.extend(commands(&help).into_iter().map(|name| format!("{command} {name}")));
    }
    assert!(seen > 15, "{seen}");
    for option in ["--show-secrets", "--show-secrets=true"] {
        let done = place.run(&format!("run {option}"));
        assert_eq!(done.code, Some(2));
        assert!(done.texts().contains("unexpected argument"), "{}", done.texts());
    }
}
