//! The command line.
#![allow(clippy::doc_markdown, reason = "the comments are the help that users read")]

mod evidence;
mod examples;
mod generate;
mod init;
mod reports;
mod run;

pub(in crate::cli) use evidence::{AttestArgs, FreezeArgs, RequirementsAction, RequirementsArgs, VerifyArgs};
pub(in crate::cli) use examples::command;
pub(in crate::cli) use generate::GenerateArgs;
pub(in crate::cli) use init::{InitAnswers, InitArgs};
pub(in crate::cli) use reports::{AcceptArgs, DiffArgs, Form, Page, TrendArgs};
pub(in crate::cli) use run::RunArgs;

use crate::case::grade::Level;
use crate::case::select::Shard;
use crate::report::format::ReportTarget;
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;
use std::time::Duration;

/// Judges an HTTP API against its contract.
#[derive(Debug, Parser)]
#[command(
    name = "proofmark",
    version,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 every MUST held; 1 a MUST broke; 2 the input is wrong; 3 the target could not be judged; \
4 proofmark itself failed; 130 interrupted. `proofmark explain exit-codes` says more."
)]
pub(in crate::cli) struct Cli {
    /// When to colour; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are respected where this says `auto`
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    pub(in crate::cli) color: ColorChoice,
    #[command(subcommand)]
    pub(in crate::cli) command: Command,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Judge a target; with no arguments, the embedded reference wallet
    Run(Box<RunArgs>),
    /// List every case
    List(ListArgs),
    /// Explain one case in words, or an exit code
    Explain {
        /// The case's id, as `proofmark list` shows it; an exit code, or `exit-codes` for all of them
        #[arg(value_name = "CASE_ID|CODE")]
        topic: String,
        #[command(flatten)]
        suite: SuiteArgs,
    },
    /// Print payloads for a schema, one JSON object a line
    Generate(GenerateArgs),
    /// Serve the reference wallet alone
    Serve(ServeArgs),
    /// List the faults that `serve` and `selftest` know, by the suite that notices them
    Faults {
        /// The output's format
        #[arg(long, value_enum, default_value_t)]
        format: Listing,
        /// Of a built-in suite (repeatable), in place of sendInbox; `family` names all of them
        #[arg(long = "suite", value_name = "NAME")]
        suites: Vec<String>,
    },
    /// Judge the harness itself: every fault must be noticed, every correct variant left alone
    Selftest(SelftestArgs),
    /// Show what changed between two JSON reports, or differs between two targets; exit 1 if something newly broke
    Diff(DiffArgs),
    /// Show what became of each case over a folder of JSON reports: when it broke, when it was fixed, whether it is flaky
    Trend(TrendArgs),
    /// Make a report the accepted snapshot
    Accept(AcceptArgs),
    /// Make one report out of the shards of a run; the exit code is that of the whole
    Merge {
        /// The JSON reports of all shards
        #[arg(required = true, value_name = "SHARD.json")]
        shards: Vec<PathBuf>,
        /// Write a report: json, junit, html, markdown or har
        #[arg(long = "report", value_name = "FMT=PATH", required = true)]
        reports: Vec<ReportTarget>,
    },
    /// Send a finding's minimal exchanges again; exit 1 if it still breaks
    Replay(ReplayArgs),
    /// Sign a report: an in-toto Test Result statement in a DSSE envelope
    Attest(AttestArgs),
    /// Check an attestation offline, and judge the recorded exchanges again
    Verify(VerifyArgs),
    /// List the frozen requirement sets, or make one
    Requirements(RequirementsArgs),
    /// Find out by asking how a target speaks, and write a configuration to start with
    Probe(ProbeArgs),
    /// Write a configuration to start with; of an OpenAPI document, an overlay with what is guessed
    Init(Box<InitArgs>),
    /// Check a contract, case file, dialect or requirement set
    Lint {
        /// The file; a contract has `openapi`, a case file `cases`, a dialect `changes`; a requirement set says so in `format`
        file: PathBuf,
        /// The contract that a case file belongs to, in place of the built-in one, or that a dialect is for too
        #[arg(long, value_name = "FILE")]
        contract: Option<PathBuf>,
    },
    /// Print the completion script of a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, or write one for each command
    Man {
        /// The folder to write them into, made where it is not there
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SuiteArgs {
    /// A built-in suite to judge (repeatable), in place of sendInbox; `family` names all of them
    #[arg(long = "suite", value_name = "NAME", conflicts_with = "contract")]
    pub(in crate::cli) names: Vec<String>,
    /// An OpenAPI 3.0 or 3.1 document, with or without x-proofmark, or an overlay on one, in place of the built-in
    /// contract
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) contract: Option<PathBuf>,
    /// A case file for the contract (repeatable); without one, the built-in cases of its operations
    #[arg(long = "cases", value_name = "FILE")]
    pub(in crate::cli) cases: Vec<PathBuf>,
    /// How the wallet speaks: a built-in dialect or a dialect file, in place of what the configuration says; `list
    /// --dialect` alone lists the built-in ones
    #[arg(long, value_name = "NAME|FILE", num_args = 0..=1, default_missing_value = "")]
    pub(in crate::cli) dialect: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ConfigArgs {
    /// The target's base URL
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) target: Option<String>,
    /// The configuration file [default: proofmark.toml where present]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// A profile of the configuration file
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) profile: Option<String>,
    /// The time limit of one exchange, such as 5s
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(in crate::cli) timeout: Option<Duration>,
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SelectArgs {
    /// Only cases whose id matches (repeatable); `*` also stands for `/`
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) only: Vec<String>,
    /// Leave out cases whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) skip: Vec<String>,
    /// Only cases at least this binding
    #[arg(long, value_enum)]
    pub(in crate::cli) level: Option<LevelArg>,
    /// Only part I of N of the cases, by a hash of their ids; I counts from 1, or from 0 as `index:I/N`
    #[arg(long, value_name = "I/N")]
    pub(in crate::cli) shard: Option<Shard>,
}

impl SelectArgs {
    /// Whether any of them is there.
    pub(in crate::cli) fn is_given(&self) -> bool {
        !self.only.is_empty() || !self.skip.is_empty() || self.level.is_some() || self.shard.is_some()
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Listing,
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
    #[command(flatten)]
    pub(in crate::cli) select: SelectArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ServeArgs {
    /// The port; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) port: u16,
    /// Turn on a fault (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    pub(in crate::cli) faults: Vec<String>,
    /// Turn on a correct variant (repeatable)
    #[arg(long = "variant", value_name = "NAME")]
    pub(in crate::cli) variants: Vec<String>,
    /// Speak as the wallet of this dialect does
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(in crate::cli) dialect: String,
    /// Do not ask for signatures
    #[arg(long)]
    pub(in crate::cli) unsigned: bool,
    /// Post each delivered message to this http URL, as {"requestId": …}; for a probe that listens
    #[arg(long, value_name = "URL", value_parser = webhook)]
    pub(in crate::cli) webhook: Option<String>,
    /// Write proofmark.toml and the demo keys for this wallet into a folder
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) write_config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SelftestArgs {
    /// The seed that payloads follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) seed: u64,
    /// The output's format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Listing,
    /// How often the whole suite is run against each fault that is a race
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub(in crate::cli) repeats: u64,
    /// With how many seeds, one after the other, every correct wallet is judged
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(in crate::cli) seeds: u64,
    /// A built-in suite that judges (repeatable) [default: all of them]
    #[arg(long = "suite", value_name = "NAME")]
    pub(in crate::cli) suites: Vec<String>,
    /// Only this fault or variant (repeatable)
    #[arg(long = "only", value_name = "NAME")]
    pub(in crate::cli) only: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
At most a few dozen requests are sent, one after the other, and each lacks what the operation needs, so that it has to \
be refused. With a client's key, it is found out which signatures are taken; without one, the rest.

Exit codes: 0 the configuration is written; 2 the input is wrong, or the file is there already; 3 nothing answers, or \
nothing answers like the operation.")]
pub(in crate::cli) struct ProbeArgs {
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    /// The configuration to write
    #[arg(long, value_name = "FILE", default_value = "proofmark.toml")]
    pub(in crate::cli) output: PathBuf,
    /// Replace the file where it is there already
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// The operation to look for [default: the first one that the default dialect names]
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) operation: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReplayArgs {
    /// The JSON report that holds the finding
    pub(in crate::cli) report: PathBuf,
    /// The case's id
    pub(in crate::cli) case_id: String,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
    /// Turn on a fault of the embedded wallet, in place of those of the report (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    pub(in crate::cli) faults: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(in crate::cli) enum Listing {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum LevelArg {
    Must,
    Should,
    May,
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Self {
        match level {
            LevelArg::Must => Self::Must,
            LevelArg::Should => Self::Should,
            LevelArg::May => Self::May,
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        Ok(_) => Err("is zero; give a longer time, such as 90s".to_owned()),
        Err(error) => Err(format!("{error}; write it as 90s, 5m or 250ms")),
    }
}

fn webhook(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        Ok(url) if url.scheme() == "http" => Ok(text.to_owned()),
        _ => Err("is no http URL; write it as http://127.0.0.1:8081/".to_owned()),
    }
}

/// `KIND=VALUE`, or a value alone; it may have an `=` of its own behind what is no word.
fn kinded(text: &str) -> Result<(Option<String>, String), String> {
    let is_word =
        |kind: &str| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let (kind, value) = match text.split_once('=') {
        Some((kind, value)) if is_word(kind) => (Some(kind.to_owned()), value),
        _ => (None, text),
    };
    if value.is_empty() { Err("gives no value".to_owned()) } else { Ok((kind, value.to_owned())) }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("give a whole number of at least 1".to_owned()),
    }
}
