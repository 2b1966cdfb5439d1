//! What `proofmark generate` is told.
#![allow(clippy::doc_markdown, reason = "the comments are the help that users read")]

use crate::schema::{Dialect, Formats, Integers, Reading};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "\
SOURCE is a JSON Schema in JSON or YAML (2020-12, or the dialect that its $schema names); one schema of a document, \
as FILE#/json/pointer, such as openapi.yaml#/components/schemas/Pet; or an operation of the built-in suite. The \
schemas of an OpenAPI 3.0 document are read as OpenAPI 3.0 has them, those of 3.1 as 2020-12 or as its \
jsonSchemaDialect says. References are followed within the document; nothing is ever fetched.

Exit codes: 0 payloads were printed; 1 `unsatisfiable:` there is no such value; 2 the input is wrong; 3 `gave up:` none \
was found in time.")]
pub(in crate::cli) struct GenerateArgs {
    /// A JSON Schema file, FILE#/json/pointer, or an operation of the built-in suite, such as sendInbox
    pub(in crate::cli) source: String,
    /// Take SOURCE for an operation of this OpenAPI document: its requests are printed, those with parameters as
    /// {"path": …, "query": …, "header": …, "cookie": …, "body": …}
    #[arg(long, value_name = "FILE", conflicts_with = "dialect")]
    pub(in crate::cli) contract: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) reading: ReadingArgs,
    /// So many valid payloads [default: 10]
    #[arg(long, value_name = "N", conflicts_with = "violating")]
    pub(in crate::cli) valid: Option<u64>,
    /// So many payloads that each violate one keyword at one place
    #[arg(long, value_name = "N")]
    pub(in crate::cli) violating: Option<u64>,
    /// List every goal instead of payloads: each side of every keyword at every place, and whether it can be met,
    /// violated alone or only among others, or why not at all
    #[arg(long, conflicts_with_all = ["valid", "violating"])]
    pub(in crate::cli) goals: bool,
    /// The seed that payloads follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) seed: u64,
    /// Violate only at this JSON pointer; with `--keyword required` the missing member, which is what is printed, or
    /// the object that lacks it
    #[arg(long, value_name = "P", requires = "violating")]
    pub(in crate::cli) pointer: Option<String>,
    /// Violate only this keyword
    #[arg(long, value_name = "K", requires = "violating")]
    pub(in crate::cli) keyword: Option<String>,
}

/// How a schema is read where it does not say so itself.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct ReadingArgs {
    /// Read the schema in this dialect, whatever the document declares: 2020-12, 2019-09, draft7, draft6, draft4,
    /// openapi-3.0, openapi-3.1, openapi-3.2
    #[arg(long, value_name = "NAME", value_parser = dialect)]
    pub(in crate::cli) dialect: Option<Dialect>,
    /// Whether `format` only annotates, so that any string passes it, or asserts, so that it can be violated
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(in crate::cli) formats: FormatsArg,
    /// Whether numbers of `format` int32, int64 and the like are unbounded, or within the range of that type: as if
    /// its limits stood there as `minimum` and `maximum`
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(in crate::cli) integers: IntegersArg,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(in crate::cli) enum FormatsArg {
    #[default]
    Annotated,
    Asserted,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(in crate::cli) enum IntegersArg {
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

fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::named(text).ok_or_else(|| {
        format!("is no dialect; name one of: {}", Dialect::names().collect::<Vec<_>>().join(", "))
    })
}
