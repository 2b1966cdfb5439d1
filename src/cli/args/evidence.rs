//! What `proofmark attest` and `proofmark verify` are told.
#![allow(clippy::doc_markdown, reason = "the comments are the help that users read")]

use super::{Listing, SuiteArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
A key in PEM: ECDSA P-256, Ed25519 or RSA as OpenSSL writes it, or one that cosign encrypted, whose password is in \
COSIGN_PASSWORD. `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out evidence.key` makes one, and \
`openssl pkey -in evidence.key -pubout -out evidence.pub` its public half for those who verify.

Exit codes: 0 the attestation is written; 1 the report contradicts itself, its suite or its journals; 2 the input is \
wrong.")]
pub(in crate::cli) struct AttestArgs {
    /// The JSON report
    pub(in crate::cli) report: PathBuf,
    /// The private key that signs
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) key: PathBuf,
    /// A journal of the run, as `run --report ndjson=FILE` wrote it (repeatable, one a shard)
    #[arg(long = "journal", value_name = "FILE")]
    pub(in crate::cli) journals: Vec<PathBuf>,
    /// The requirement set that the report is held to: a built-in one, such as sendInbox-v1/2026-11, or a file
    #[arg(long, value_name = "SET|FILE")]
    pub(in crate::cli) requirements: Option<String>,
    /// Where the run can be looked up, such as the CI job
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) url: Option<String>,
    /// The attestation to write [default: REPORT with `.intoto.json` in place of `.json`]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RequirementsArgs {
    #[command(subcommand)]
    pub(in crate::cli) action: Option<RequirementsAction>,
    /// The output's format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Listing,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RequirementsAction {
    /// Make a new set of a suite as it is; a set that is there is never changed
    Freeze(FreezeArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct FreezeArgs {
    /// What the set is called, such as sendInbox-v1/2026-12
    pub(in crate::cli) id: String,
    /// Whom it is for, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) title: Option<String>,
    /// Cases that may stay undecided, and why, as GLOB=REASON (repeatable)
    #[arg(long = "optional", value_name = "GLOB=REASON", value_parser = optional)]
    pub(in crate::cli) optional: Vec<(String, String)>,
    /// Take title and optional cases from another set, a built-in one or a file
    #[arg(long, value_name = "SET|FILE")]
    pub(in crate::cli) like: Option<String>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
}

fn optional(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((glob, reason)) if !glob.is_empty() && !reason.trim().is_empty() => {
            Ok((glob.to_owned(), reason.to_owned()))
        }
        _ => Err("write GLOB=REASON, such as '*/expired-*=needs a token that has expired'".to_owned()),
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is sent anywhere. Report and journals are looked for beside the attestation, by the names that it gives, where \
they are not named here.

Exit codes: 0 the evidence holds, and every MUST that it was asked about held; 1 something was changed or does not \
follow, or a MUST broke; 2 the input is wrong; 3 the evidence holds, and is not enough to tell.")]
pub(in crate::cli) struct VerifyArgs {
    /// The attestation
    pub(in crate::cli) attestation: PathBuf,
    /// The public key of whoever signed it
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) key: PathBuf,
    /// The report that it is about
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) report: Option<PathBuf>,
    /// A journal that it is about (repeatable)
    #[arg(long = "journal", value_name = "FILE")]
    pub(in crate::cli) journals: Vec<PathBuf>,
    /// Write a certificate, a page for a report that conforms under its set and was judged again
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) certificate: Option<PathBuf>,
    /// The requirement set to hold the report to [default: the one that the attestation names]
    #[arg(long, value_name = "SET|FILE")]
    pub(in crate::cli) requirements: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) suite: SuiteArgs,
}
