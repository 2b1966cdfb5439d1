//! Examples for the help of every command.

use clap::{Command, CommandFactory as _};

/// The command line with its examples.
pub(in crate::cli) fn command() -> Command {
    let with = |command: Command, examples: &str| {
        let before = command.get_after_help().map(|text| format!("{text}\n\n")).unwrap_or_default();
        command.after_help(format!("{before}Examples:\n{}", indented(examples)))
    };
    let program = with(super::Cli::command(), PROGRAM);
    EXAMPLES.iter().fold(program, |program, (name, examples)| {
        program.mut_subcommand(name, |command| with(command, examples))
    })
}

fn indented(examples: &str) -> String {
    examples.trim().lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

const PROGRAM: &str = "
# judge the embedded wallet
proofmark run
# write proofmark.toml for yours
proofmark init
# what does this case ask for?
proofmark explain sendInbox/wire/trailing-slash
# what does exit code 3 mean?
proofmark explain 3
";

/// By command. Comments stay short enough for a narrow pane.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "run",
        "
# the embedded wallet, over real HTTP
proofmark run
# your wallet, by proofmark.toml
proofmark run --report html=report.html
# one law only
proofmark run --only '*/idempotency/*'
# nightly: fail on what newly breaks
proofmark run --snapshot wallet.snap
# the second of four parts
proofmark run --shard 2/4 --report json=2.json
",
    ),
    (
        "list",
        "
proofmark list
proofmark list --suite family --level must
# what one shard judges
proofmark list --shard 1/4 --format json
# the built-in dialects
proofmark list --dialect
",
    ),
    (
        "explain",
        "
proofmark explain sendInbox/wire/trailing-slash
# a code that the process ended with
proofmark explain 3
proofmark explain exit-codes
",
    ),
    (
        "generate",
        "
proofmark generate sendInbox --valid 5
proofmark generate schema.json --violating 20
# only one keyword at one place
proofmark generate schema.json --violating 5 --pointer /name --keyword maxLength
",
    ),
    (
        "serve",
        "
proofmark serve --port 8080
# a wallet that trims requestIds
proofmark serve --port 8080 --fault key-trimmed
# with proofmark.toml and demo keys
proofmark serve --port 8080 --write-config demo
",
    ),
    (
        "faults",
        "
proofmark faults
proofmark faults --suite family --format json
",
    ),
    (
        "selftest",
        "
proofmark selftest --suite sendInbox
# one fault, tried often
proofmark selftest --only key-trimmed --repeats 20
",
    ),
    (
        "diff",
        "
# did anything newly break?
proofmark diff yesterday.json today.json
# two targets, as a page
proofmark diff sandbox.json production.json --names sandbox,production --report html=diff.html
",
    ),
    (
        "trend",
        "
proofmark trend reports
proofmark trend reports --report html=trend.html
",
    ),
    (
        "accept",
        "
proofmark accept report.json --snapshot wallet.snap
# what is known, by whom and until when
proofmark accept report.json --snapshot wallet.snap --owner payments --reason 'mended in 2.1' --expires 2026-12-31
",
    ),
    (
        "merge",
        "
proofmark merge 1.json 2.json --report json=report.json
# all shards, in several formats
proofmark merge 1.json 2.json 3.json --report junit=junit.xml --report markdown=report.md
",
    ),
    (
        "replay",
        "
proofmark replay report.json sendInbox/idempotency/key-trailing-space
# at another target
proofmark replay report.json sendInbox/idempotency/key-trailing-space --target http://127.0.0.1:8080
",
    ),
    (
        "attest",
        "
proofmark attest report.json --key evidence.key
# with the recorded exchanges
proofmark attest report.json --key evidence.key --journal run.ndjson --requirements sendInbox-v1/2026-11
",
    ),
    (
        "verify",
        "
proofmark verify report.intoto.json --key evidence.pub
",
    ),
    (
        "requirements",
        "
proofmark requirements
proofmark requirements freeze sendInbox-v1/2026-12 --output set.json
",
    ),
    (
        "probe",
        "
# how does it speak?
proofmark probe --target http://127.0.0.1:8080
",
    ),
    (
        "init",
        "
# asks, and writes proofmark.toml
proofmark init
# asks nothing
proofmark init --target https://staging.example.test --client-id TEST_CLIENT --private-key client.pem --token-env WALLET_TOKEN
# an overlay for another API
proofmark init openapi.yaml --output openapi.overlay.yaml
",
    ),
    (
        "lint",
        "
proofmark lint openapi.yaml
proofmark lint cases.yaml --contract openapi.yaml
",
    ),
    (
        "completions",
        "
# for this shell
source <(proofmark completions bash)
# for each one from now on
proofmark completions bash > ~/.local/share/bash-completion/completions/proofmark
proofmark completions zsh > ~/.zfunc/_proofmark
proofmark completions fish > ~/.config/fish/completions/proofmark.fish
",
    ),
    (
        "man",
        "
proofmark man --output ~/.local/share/man/man1
man proofmark-run
",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    /// The words of a command as a shell splits them, up to where its output goes.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" > ").next().unwrap_or_default();
        let parts = line.split('\'').enumerate();
        // Every second part stands between quotes, and is a word of its own.
        parts
            .flat_map(|(at, part)| if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_command_has_examples_that_are_right() {
        let mut seen = 0;
        for (name, examples) in EXAMPLES.iter().chain([&("", PROGRAM)]) {
            let own = examples.lines().filter(|line| line.starts_with(&format!("proofmark {name}"))).count();
            assert!(own > 0, "{name}");
            for line in examples.lines().filter(|line| line.starts_with("proofmark ")) {
                if let Err(error) = super::super::Cli::try_parse_from(words(line)) {
                    assert!(line.is_empty(), "{line}: {error}");
                }
                seen += 1;
            }
        }
        assert!(seen > 25, "{seen}");
        for known in super::super::Cli::command().get_subcommands() {
            let given = EXAMPLES.iter().any(|(name, _)| *name == known.get_name());
            assert!(given, "no examples for {}", known.get_name());
            assert!(command().try_get_matches_from(["proofmark", known.get_name(), "--help"]).is_err());
        }
    }
}
