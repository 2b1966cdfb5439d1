//! The command line.
#![allow(clippy::doc_markdown, reason = "the comments are the help that users read")]

use crate::case::grade::Level;
use crate::case::select::Shard;
use crate::report::format::ReportTarget;
use crate::schema::{Dialect, Formats, Integers, Reading};
use clap::{Args, Parser, Subcommand, ValueEnum};
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
4 proofmark itself failed; 130 interrupted."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge a target; with no arguments, the embedded reference wallet
    Run(Box<RunArgs>),
    /// List every case
    List(ListArgs),
    /// Explain one case in words
    Explain {
        /// The case's id, as `proofmark list` shows it
        case_id: String,
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
    /// Show what changed between two JSON reports; exit 1 if something newly broke
    Diff {
        /// The earlier report
        old: PathBuf,
        /// The later report
        new: PathBuf,
    },
    /// Make a report the accepted snapshot
    Accept {
        /// The JSON report
        report: PathBuf,
        /// The snapshot to write
        #[arg(long, value_name = "FILE")]
        snapshot: PathBuf,
    },
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
    /// Find out by asking how a target speaks, and write a configuration to start with
    Probe(ProbeArgs),
    /// Write an overlay with x-proofmark for an OpenAPI document, and say what is guessed and why
    Init(InitArgs),
    /// Check a contract, case file or dialect
    Lint {
        /// The file; a contract has `openapi`, a case file `cases`, a dialect `changes`
        file: PathBuf,
        /// The contract that a case file belongs to, in place of the built-in one, or that a dialect is for too
        #[arg(long, value_name = "FILE")]
        contract: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The OpenAPI document
    pub(super) document: PathBuf,
    /// The overlay to write; without it, it is printed
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Replace the overlay where it is there
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct SuiteArgs {
    /// A built-in suite to judge (repeatable), in place of sendInbox; `family` names all of them
    #[arg(long = "suite", value_name = "NAME", conflicts_with = "contract")]
    pub(super) names: Vec<String>,
    /// An OpenAPI 3.0 or 3.1 document, with or without x-proofmark, or an overlay on one, in place of the built-in
    /// contract
    #[arg(long, value_name = "FILE")]
    pub(super) contract: Option<PathBuf>,
    /// A case file for the contract (repeatable); without one, the built-in cases of its operations
    #[arg(long = "cases", value_name = "FILE")]
    pub(super) cases: Vec<PathBuf>,
    /// How the wallet speaks: a built-in dialect or a dialect file, in place of what the configuration says; `list
    /// --dialect` alone lists the built-in ones
    #[arg(long, value_name = "NAME|FILE", num_args = 0..=1, default_missing_value = "")]
    pub(super) dialect: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// The target's base URL
    #[arg(long, value_name = "URL")]
    pub(super) target: Option<String>,
    /// The configuration file [default: proofmark.toml where present]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// A profile of the configuration file
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// The time limit of one exchange, such as 5s
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) timeout: Option<Duration>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct SelectArgs {
    /// Only cases whose id matches (repeatable); `*` also stands for `/`
    #[arg(long, value_name = "GLOB")]
    pub(super) only: Vec<String>,
    /// Leave out cases whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(super) skip: Vec<String>,
    /// Only cases at least this binding
    #[arg(long, value_enum)]
    pub(super) level: Option<LevelArg>,
    /// Only part I of N of the cases
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<Shard>,
}

impl SelectArgs {
    /// Whether any of them is there.
    pub(super) fn is_given(&self) -> bool {
        !self.only.is_empty() || !self.skip.is_empty() || self.level.is_some() || self.shard.is_some()
    }
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) suite: SuiteArgs,
    /// The seed that payloads follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Generated payloads a case
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) samples: u64,
    #[command(flatten)]
    pub(super) select: SelectArgs,
    /// Cases judged at the same time; a burst within a case is sent at once whatever this says [default: 16]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(super) concurrency: Option<usize>,
    /// At most so many requests a second; a burst waits until it has a slot for each of its requests, and is then
    /// released at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rate: Option<u32>,
    /// The time limit of the whole run, such as 90s
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) budget: Option<Duration>,
    /// Replay requests from the beginning of the run at its end, and no sooner than this after they were sent, such
    /// as 90s; the report says how old they were. Without it they are replayed as soon as all else is done
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) retention: Option<Duration>,
    /// At most so many requests in the whole run; the cases that tell most for what they cost come first, and the
    /// others are skipped. Questions to a probe do not count
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(super) exchanges: Option<usize>,
    /// Turn on a fault of the embedded wallet (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    pub(super) faults: Vec<String>,
    /// Write a report: json, junit, html, markdown or har (repeatable)
    #[arg(long = "report", value_name = "FMT=PATH")]
    pub(super) reports: Vec<ReportTarget>,
    /// Compare with this accepted snapshot; written where it does not exist yet, unless the run has errors or is one shard
    #[arg(long, value_name = "FILE")]
    pub(super) snapshot: Option<PathBuf>,
    /// Show failures and the verdict only
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// The output's format
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Listing,
    #[command(flatten)]
    pub(super) suite: SuiteArgs,
    #[command(flatten)]
    pub(super) select: SelectArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
SOURCE is a JSON Schema in JSON or YAML (2020-12, or the dialect that its $schema names); one schema of a document, \
as FILE#/json/pointer, such as openapi.yaml#/components/schemas/Pet; or an operation of the built-in suite. The \
schemas of an OpenAPI 3.0 document are read as OpenAPI 3.0 has them, those of 3.1 as 2020-12 or as its \
jsonSchemaDialect says. References are followed within the document; nothing is ever fetched.

Exit codes: 0 payloads were printed; 1 `unsatisfiable:` there is no such value; 2 the input is wrong; 3 `gave up:` none \
was found in time.")]
pub(super) struct GenerateArgs {
    /// A JSON Schema file, FILE#/json/pointer, or an operation of the built-in suite, such as sendInbox
    pub(super) source: String,
    /// Take SOURCE for an operation of this OpenAPI document: its requests are printed, those with parameters as
    /// {"path": …, "query": …, "header": …, "cookie": …, "body": …}
    #[arg(long, value_name = "FILE", conflicts_with = "dialect")]
    pub(super) contract: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reading: ReadingArgs,
    /// So many valid payloads [default: 10]
    #[arg(long, value_name = "N", conflicts_with = "violating")]
    pub(super) valid: Option<u64>,
    /// So many payloads that each violate one keyword at one place
    #[arg(long, value_name = "N")]
    pub(super) violating: Option<u64>,
    /// List every goal instead of payloads: each side of every keyword at every place, and whether it can be met,
    /// violated alone or only among others, or why not at all
    #[arg(long, conflicts_with_all = ["valid", "violating"])]
    pub(super) goals: bool,
    /// The seed that payloads follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Violate only at this JSON pointer; with `--keyword required` the missing member, which is what is printed, or
    /// the object that lacks it
    #[arg(long, value_name = "P", requires = "violating")]
    pub(super) pointer: Option<String>,
    /// Violate only this keyword
    #[arg(long, value_name = "K", requires = "violating")]
    pub(super) keyword: Option<String>,
}

/// How a schema is read where it does not say so itself.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct ReadingArgs {
    /// Read the schema in this dialect, whatever the document declares: 2020-12, 2019-09, draft7, draft6, draft4,
    /// openapi-3.0, openapi-3.1, openapi-3.2
    #[arg(long, value_name = "NAME", value_parser = dialect)]
    pub(super) dialect: Option<Dialect>,
    /// Whether `format` only annotates, so that any string passes it, or asserts, so that it can be violated
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(super) formats: FormatsArg,
    /// Whether numbers of `format` int32, int64 and the like are unbounded, or within the range of that type: as if
    /// its limits stood there as `minimum` and `maximum`
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(super) integers: IntegersArg,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum FormatsArg {
    #[default]
    Annotated,
    Asserted,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum IntegersArg {
    #[default]
    Unbounded,
    Ranges,
}

impl From<ReadingArgs> for Reading {
    fn from(args: ReadingArgs) -> Self {
        Self {
            dialect: args.dialect,
            formats: match args.formats {
                FormatsArg::Annotated => Formats::Annotated,
                FormatsArg::Asserted => Formats::Asserted,
            },
            integers: match args.integers {
                IntegersArg::Unbounded => Integers::Unbounded,
                IntegersArg::Ranges => Integers::Ranges,
            },
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The port; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) port: u16,
    /// Turn on a fault (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    pub(super) faults: Vec<String>,
    /// Turn on a correct variant (repeatable)
    #[arg(long = "variant", value_name = "NAME")]
    pub(super) variants: Vec<String>,
    /// Speak as the wallet of this dialect does
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(super) dialect: String,
    /// Do not ask for signatures
    #[arg(long)]
    pub(super) unsigned: bool,
    /// Post each delivered message to this http URL, as {"requestId": …}; for a probe that listens
    #[arg(long, value_name = "URL", value_parser = webhook)]
    pub(super) webhook: Option<String>,
    /// Write proofmark.toml and the demo keys for this wallet into a folder
    #[arg(long, value_name = "DIR")]
    pub(super) write_config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct SelftestArgs {
    /// The seed that payloads follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// The output's format
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Listing,
    /// How often the whole suite is run against each fault that is a race
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) repeats: u64,
    /// With how many seeds, one after the other, every correct wallet is judged
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) seeds: u64,
    /// A built-in suite that judges (repeatable) [default: all of them]
    #[arg(long = "suite", value_name = "NAME")]
    pub(super) suites: Vec<String>,
    /// Only this fault or variant (repeatable)
    #[arg(long = "only", value_name = "NAME")]
    pub(super) only: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
At most a few dozen requests are sent, one after the other, and each lacks what the operation needs, so that it has to \
be refused. With a client's key, it is found out which signatures are taken; without one, the rest.

Exit codes: 0 the configuration is written; 2 the input is wrong, or the file is there already; 3 nothing answers, or \
nothing answers like the operation.")]
pub(super) struct ProbeArgs {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// The configuration to write
    #[arg(long, value_name = "FILE", default_value = "proofmark.toml")]
    pub(super) output: PathBuf,
    /// Replace the file where it is there already
    #[arg(long)]
    pub(super) force: bool,
    /// The operation to look for [default: the first one that the default dialect names]
    #[arg(long, value_name = "ID")]
    pub(super) operation: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// The JSON report that holds the finding
    pub(super) report: PathBuf,
    /// The case's id
    pub(super) case_id: String,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    pub(super) suite: SuiteArgs,
    /// Turn on a fault of the embedded wallet, in place of those of the report (repeatable)
    #[arg(long = "fault", value_name = "NAME")]
    pub(super) faults: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Listing {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LevelArg {
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

fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::named(text).ok_or_else(|| {
        format!("is no dialect; name one of: {}", Dialect::names().collect::<Vec<_>>().join(", "))
    })
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("give a whole number of at least 1".to_owned()),
    }
}
