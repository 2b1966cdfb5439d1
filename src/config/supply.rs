//! Where credentials come from that are not written down: a command, a URL, an operation of the API itself, or a list
//! of values that are good for one request each.

use super::file::Source;
use super::secret::{Secret, place};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// A source of credentials of one kind.
#[derive(Clone)]
pub enum Supply {
    /// A program and its arguments; it prints a value, or `{"value": "…"}`.
    Command(Vec<String>),
    /// A URL that answers `{"value": "…"}`.
    Url(String),
    /// Values that are good for one request each.
    List(Vec<Secret>),
    /// An operation of the contract, whose answer holds the value.
    Operation {
        /// The operation's id.
        operation: String,
        /// JSON pointer into the answer; by default the first secret that the contract says it issues.
        at: Option<String>,
    },
}

/// What a command is told and what a URL holds beside its host may be secret.
impl fmt::Debug for Supply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(words) => write!(out, "Command({:?}, …)", words.first()),
            Self::Url(url) => write!(out, "Url({})", place(url)),
            Self::List(values) => out.debug_tuple("List").field(values).finish(),
            Self::Operation { operation, at } => {
                out.debug_struct("Operation").field("operation", operation).field("at", at).finish()
            }
        }
    }
}

/// A member of `[tokens]` as the file has it.
pub(super) enum Raw {
    /// Known when the file is read.
    Known(Source),
    List(Vec<Zeroizing<String>>),
    Table(Table),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Table {
    env: Option<String>,
    file: Option<String>,
    command: Option<Vec<String>>,
    url: Option<String>,
    operation: Option<String>,
    at: Option<String>,
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Raw;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string, a list of strings, or a table with one of `env`, `file`, `command`, `url` and `operation`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Known(Source::Text(Zeroizing::new(text.to_owned()))))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element::<String>()? {
                    list.push(Zeroizing::new(item));
                }
                Ok(Raw::List(list))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, members: A) -> Result<Raw, A::Error> {
                use serde::de::Error;
                let table = Table::deserialize(MapAccessDeserializer::new(members))?;
                let Table { env, file, command, url, operation, at: _ } = &table;
                let texts = [env, file, url, operation].into_iter().filter(|text| text.is_some()).count();
                if texts + usize::from(command.is_some()) != 1 {
                    let wanted = "exactly one of `env`, `file`, `command`, `url` and `operation`";
                    return Err(A::Error::custom(format!("expected {wanted}")));
                }
                Ok(Raw::Table(table))
            }
        }
        input.deserialize_any(Visitor)
    }
}

/// What a member of `[tokens]` gives: a source that is read at once, or one that is asked during the run.
pub(super) enum Given {
    Source(Source),
    Supply(Supply),
}

/// What is wrong with a member, and the mend.
pub(super) type Wrong = (String, &'static str);

const MEND: &str = "give a string, a list of strings, or one of { env = … }, { file = … }, { command = […] }, { url = … } and { operation = … }";

impl Raw {
    /// The source. A program that is named with a folder is looked for beside the configuration.
    pub(super) fn checked(self, name: &str, folder: &Path) -> Result<Given, Wrong> {
        let table = match self {
            Self::Known(source) => return Ok(Given::Source(source)),
            Self::List(values) if values.is_empty() => return Err(("is an empty list".to_owned(), MEND)),
            Self::List(values) if values.iter().any(|value| value.is_empty()) => {
                return Err(("holds an empty text".to_owned(), "give each value's text"));
            }
            Self::List(values) => {
                let values = values.into_iter().map(|value| Secret::new(name, value)).collect();
                return Ok(Given::Supply(Supply::List(values)));
            }
            Self::Table(table) => table,
        };
        if table.at.is_some() && table.operation.is_none() {
            return Err((
                "has `at` without `operation`".to_owned(),
                "name the operation whose answer it is in",
            ));
        }
        let Table { env, file, command, url, operation, at } = table;
        if let Some(env) = env {
            return Ok(Given::Source(Source::Env(env)));
        }
        if let Some(file) = file {
            return Ok(Given::Source(Source::File(file)));
        }
        if let Some(words) = command {
            return self::command(words, folder).map(Given::Supply);
        }
        if let Some(url) = url {
            let parsed = url::Url::parse(&url).ok();
            let http = parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https"));
            let mend = "write it as { url = \"http://127.0.0.1:8080/code\" }";
            return if http {
                Ok(Given::Supply(Supply::Url(url)))
            } else {
                Err(("has a `url` that is no http or https URL".to_owned(), mend))
            };
        }
        if at.as_ref().is_some_and(|at| !at.starts_with('/')) {
            let mend = "write it as { operation = \"…\", at = \"/accessToken\" }";
            return Err(("has an `at` that is no JSON pointer".to_owned(), mend));
        }
        let operation = operation.unwrap_or_default();
        Ok(Given::Supply(Supply::Operation { operation, at }))
    }
}

fn command(mut words: Vec<String>, folder: &Path) -> Result<Supply, Wrong> {
    let Some(program) = words.first_mut().filter(|program| !program.is_empty()) else {
        return Err(("names no program".to_owned(), "write it as { command = [\"./code.sh\"] }"));
    };
    if program.contains('/') {
        *program = folder.join(&*program).to_string_lossy().into_owned();
    }
    Ok(Supply::Command(words))
}
