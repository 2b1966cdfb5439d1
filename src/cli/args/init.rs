//! What `proofmark init` is told.
#![allow(clippy::doc_markdown, reason = "the comments are the help that users read")]

use clap::Args;
use std::path::PathBuf;

#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Without a document a configuration is written, from the options or, without --target on a terminal, from questions. \
What is left open stands in it as an example to fill in. Nothing secret is written: a token is named by an environment \
variable or a file, a key by its file.

Exit codes: 0 the file is written; 2 the input is wrong, or the file is there already.")]
pub(in crate::cli) struct InitArgs {
    /// An OpenAPI document: write an overlay with x-proofmark for it, and say what is guessed and why
    pub(in crate::cli) document: Option<PathBuf>,
    /// The file to write [default: proofmark.toml; an overlay is printed]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Replace the file where it is there
    #[arg(long)]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) answers: InitAnswers,
}

/// What is known of the target.
#[derive(Clone, Debug, Default, Args)]
pub(in crate::cli) struct InitAnswers {
    /// The target's base URL
    #[arg(long, visible_alias = "url", value_name = "URL", conflicts_with = "document")]
    pub(in crate::cli) target: Option<String>,
    /// How the wallet speaks: a built-in dialect or a dialect file
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "document")]
    pub(in crate::cli) dialect: Option<String>,
    /// The built-in suite that the configuration is for (repeatable), in place of sendInbox; `family` names all of
    /// them
    #[arg(long = "suite", value_name = "NAME", conflicts_with = "document")]
    pub(in crate::cli) suites: Vec<String>,
    /// The id of the client that sends
    #[arg(long, value_name = "ID", conflicts_with = "document")]
    pub(in crate::cli) client_id: Option<String>,
    /// The version of the client's key [default: 1]
    #[arg(long, value_name = "N", conflicts_with = "document")]
    pub(in crate::cli) key_version: Option<u32>,
    /// The file of the client's private key, PEM
    #[arg(long, value_name = "FILE", conflicts_with = "document")]
    pub(in crate::cli) private_key: Option<PathBuf>,
    /// The file of the key that the target signs with, PEM
    #[arg(long, value_name = "FILE", conflicts_with = "document")]
    pub(in crate::cli) server_public_key: Option<PathBuf>,
    /// The environment variable that holds a token (repeatable); without KIND the one that most requests carry
    #[arg(long, value_name = "[KIND=]NAME", value_parser = super::kinded, conflicts_with = "document")]
    pub(in crate::cli) token_env: Vec<(Option<String>, String)>,
    /// The file that holds a token (repeatable); without KIND the one that most requests carry
    #[arg(long, value_name = "[KIND=]FILE", value_parser = super::kinded, conflicts_with = "document")]
    pub(in crate::cli) token_file: Vec<(Option<String>, String)>,
    /// A template that the target really has
    #[arg(long, value_name = "CODE", conflicts_with = "document")]
    pub(in crate::cli) template: Option<String>,
    /// A parameter of the template (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::pair, requires = "template")]
    pub(in crate::cli) template_parameter: Vec<(String, String)>,
    /// What else the target really has (repeatable), such as app_id=3333010071465913
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::pair, conflicts_with = "document")]
    pub(in crate::cli) fixture: Vec<(String, String)>,
    /// A URL that answers {"count": N} with the effects of a request (repeatable); without KIND those of the suite's
    /// first operation
    #[arg(long, value_name = "[KIND=]URL", value_parser = super::kinded, conflicts_with = "document")]
    pub(in crate::cli) probe: Vec<(Option<String>, String)>,
}
