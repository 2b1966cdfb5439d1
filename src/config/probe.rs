//! Where effects are counted: a URL, a command, or a sink that proofmark opens.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

/// A way to learn how often a key took effect.
#[derive(Clone, PartialEq, Eq)]
pub enum Probe {
    /// A URL with `{name}` in place of the key; it answers `{"count": N}`.
    Url(String),
    /// A program and its arguments, `{requestId}` or however the contract calls its key in place of the key. It
    /// prints a number or `{"count": N}`.
    Command(Vec<String>),
    /// A server of our own, to which the target posts its effects as JSON.
    Sink {
        /// Where it listens.
        listen: SocketAddr,
        /// The JSON pointer of the key in each message.
        key: String,
    },
}

/// What a command is told and what a URL holds beside its host may be secret.
impl fmt::Debug for Probe {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => write!(out, "Url({})", super::secret::place(url)),
            Self::Command(words) => write!(out, "Command({:?}, …)", words.first()),
            Self::Sink { listen, key } => {
                out.debug_struct("Sink").field("listen", listen).field("key", key).finish()
            }
        }
    }
}

/// A probe as the file has it.
pub(super) enum Raw {
    Url(String),
    Table(Table),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    command: Option<Vec<String>>,
    listen: Option<String>,
    key: Option<String>,
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Raw;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a URL, { command = […] } or { listen = \"127.0.0.1:PORT\", key = \"/…\" }")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Url(text.to_owned()))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, members: A) -> Result<Raw, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(members)).map(Raw::Table)
            }
        }
        input.deserialize_any(Visitor)
    }
}

/// What is wrong with a probe, and the mend.
pub(super) type Wrong = (String, &'static str);

const URL_MEND: &str = "write it as \"http://127.0.0.1:8080/probe?requestId={requestId}\"";
const COMMAND_MEND: &str = "write it as { command = [\"count-messages\", \"{requestId}\"] }";
const SINK_MEND: &str = "write it as { listen = \"127.0.0.1:8081\", key = \"/requestId\" }";

impl Raw {
    /// The probe. A program that is named with a folder is looked for beside the configuration.
    pub(super) fn checked(self, folder: &Path) -> Result<Probe, Wrong> {
        match self {
            Self::Url(text) => url(text),
            Self::Table(Table { command: Some(_), listen, key }) if listen.is_some() || key.is_some() => {
                let other = if listen.is_some() { "listen" } else { "key" };
                Err((format!("has both `command` and `{other}`"), "give either a command or a sink"))
            }
            Self::Table(Table { command: Some(words), .. }) => command(words, folder),
            Self::Table(Table { listen: Some(listen), key: Some(key), .. }) => sink(&listen, key),
            Self::Table(Table { listen: Some(_), .. }) => Err(("has no `key`".to_owned(), SINK_MEND)),
            Self::Table(Table { key: Some(_), .. }) => Err(("has no `listen`".to_owned(), SINK_MEND)),
            Self::Table(_) => Err(("has neither `command` nor `listen`".to_owned(), COMMAND_MEND)),
        }
    }
}

/// Whether there is a `{name}` to be filled in for each request.
fn has_place(text: &str) -> bool {
    matches!((text.find('{'), text.find('}')), (Some(open), Some(close)) if open + 1 < close)
}

fn url(text: String) -> Result<Probe, Wrong> {
    let filled = text.replace(['{', '}'], "");
    let url = url::Url::parse(&filled).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    match url {
        None => Err(("is no http or https URL".to_owned(), URL_MEND)),
        Some(_) if !has_place(&text) => Err(("has no place for the key".to_owned(), URL_MEND)),
        Some(_) => Ok(Probe::Url(text)),
    }
}

fn command(mut words: Vec<String>, folder: &Path) -> Result<Probe, Wrong> {
    let Some(program) = words.first_mut().filter(|program| !program.is_empty()) else {
        return Err(("names no program".to_owned(), COMMAND_MEND));
    };
    if program.contains('/') {
        *program = folder.join(&*program).to_string_lossy().into_owned();
    }
    if !words.iter().skip(1).any(|word| has_place(word)) {
        return Err(("has no argument with a place for the key".to_owned(), COMMAND_MEND));
    }
    Ok(Probe::Command(words))
}

fn sink(listen: &str, key: String) -> Result<Probe, Wrong> {
    let address = listen.parse::<SocketAddr>().ok().filter(|address| address.port() != 0);
    match address {
        None => Err((format!("`{listen}` is no address with a port to listen on"), SINK_MEND)),
        Some(_) if !key.starts_with('/') => Err((format!("`{key}` is no JSON pointer to a key"), SINK_MEND)),
        Some(listen) => Ok(Probe::Sink { listen, key }),
    }
}
