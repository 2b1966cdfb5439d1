//! The configuration: where the target is, who we are there, and what the target really has.

mod file;
pub mod hook;
pub mod network;
pub mod probe;
mod reach;
pub mod secret;
pub mod supply;

use crate::contract::dialect::Dialect;
use crate::contract::problem::Problem;
use file::{Layer, OtherClient, Source};
use hook::Hook;
use network::Network;
use probe::Probe;
use secret::Secret;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;
use supply::{Given, Supply};
use zeroize::Zeroizing;

/// Everything that a run needs to know about its target.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The target's base URL.
    pub url: Option<String>,
    /// How the target speaks: the name of a built-in dialect, or the path of a dialect file.
    pub dialect: Option<String>,
    /// Who sends.
    pub client: Client,
    /// Other clients of the same target, by name, such as `second`; they have no key to verify answers with.
    pub clients: BTreeMap<String, Client>,
    /// Credentials by table and kind, such as `tokens.valid`.
    pub secrets: BTreeMap<String, Secret>,
    /// Credentials of the same kind that are had during the run.
    pub supplies: BTreeMap<String, Supply>,
    /// What fixtures are filled from; `{"template": …, "fixtures": …}`.
    pub values: Value,
    /// Where effects are counted, by name, such as `probe.inbox`.
    pub probes: BTreeMap<String, Probe>,
    /// Limits of the run.
    pub limits: Limits,
    /// How the target is reached.
    pub network: Network,
}

/// Who sends the requests.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The client's id.
    pub id: Option<String>,
    /// The version of the key that signs, 1 where not given.
    pub key_version: Option<u32>,
    /// The key that signs requests, PEM.
    pub private_key: Option<Secret>,
    /// The key that the target signs with, PEM.
    pub server_public_key: Option<Secret>,
}

/// Limits of a run; the command line overrides them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Requests a second.
    pub rate: Option<u32>,
    /// Cases judged at the same time.
    pub concurrency: Option<usize>,
    /// The time limit of one exchange.
    pub timeout: Option<Duration>,
    /// The time limit of the whole run.
    pub budget: Option<Duration>,
    /// The most requests of the whole run.
    pub exchanges: Option<usize>,
    /// How long effects are watched for at the probe.
    pub settle: Option<Duration>,
    /// How old requests must be at least that are replayed at the end of the run.
    pub retention: Option<Duration>,
}

/// Reads an environment variable. Only the command line passes the real environment in.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads a file that a configuration names, as text.
pub type Files<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

/// All that is asked of the machine while a configuration is read. Commands and URLs are for the run.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The environment variables.
    pub environment: Environment<'a>,
    /// The files.
    pub files: Files<'a>,
}

/// The longest file that is read, in bytes: no key, token or list of certificates comes near. What is named may be a
/// device that never ends.
const LONGEST: u64 = 4 << 20;

impl Config {
    /// Reads a configuration file.
    ///
    /// Files that it names are looked for beside it.
    ///
    /// # Errors
    /// A [`Problem`] for text that is not TOML or has unknown members, an unknown profile, a variable that
    /// is not set, a file that cannot be read, a duration or URL that is none.
    pub fn load(path: &Path, profile: Option<&str>, environment: Environment<'_>) -> Result<Self, Problem> {
        let name = path.display().to_string();
        let text = file_text(path).map(Zeroizing::new).map_err(|error| {
            Problem::new(&name, format!("cannot be read: {error}"), "check the path given with --config")
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&name, &text, folder, profile, environment)
    }

    /// Reads the text of a configuration file; see [`Config::load`].
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(
        name: &str,
        text: &str,
        folder: &Path,
        profile: Option<&str>,
        environment: Environment<'_>,
    ) -> Result<Self, Problem> {
        Self::parse_in(name, text, folder, profile, Surroundings { environment, files: &file_text })
    }

    /// The same, with other files than those of this machine.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse_in(
        name: &str,
        text: &str,
        folder: &Path,
        profile: Option<&str>,
        surroundings: Surroundings<'_>,
    ) -> Result<Self, Problem> {
        let file: file::File = toml::from_str(text).map_err(|error| {
            let problem = Problem::new(name, one_line(&unquoted(error.message())), "correct this line");
            match error.span() {
                Some(span) => problem.at_line(text[..span.start.min(text.len())].matches('\n').count() + 1),
                None => problem,
            }
        })?;
        let layer = file.layered(profile).map_err(|known| {
            let wanted = profile.unwrap_or_default();
            let mend = if known.is_empty() {
                format!("add a table [profile.{wanted}], or leave --profile out")
            } else {
                format!("name one of: {}", known.join(", "))
            };
            Problem::new(name, format!("has no profile `{wanted}`"), mend)
        })?;
        Reader { name, folder, surroundings }.config(layer)
    }

    /// Whether a member such as `tokens.valid` or `client.private_key` is configured.
    pub fn has(&self, need: &str) -> bool {
        match need {
            "client.private_key" => self.client.private_key.is_some(),
            "client.server_public_key" => self.client.server_public_key.is_some(),
            other => match other.strip_prefix("clients.") {
                Some(name) => self.clients.contains_key(name),
                None => {
                    self.secrets.contains_key(other)
                        || self.supplies.contains_key(other)
                        || self.probes.contains_key(other)
                }
            },
        }
    }

    /// Every secret, for redaction.
    pub fn all_secrets(&self) -> Vec<&Secret> {
        let keys = [&self.client.private_key, &self.client.server_public_key];
        let others = self.clients.values().filter_map(|client| client.private_key.as_ref());
        let lists = self.supplies.values().filter_map(|supply| match supply {
            Supply::List(values) => Some(values),
            _ => None,
        });
        let network = self.network.secrets();
        let own = self.secrets.values().chain(lists.flatten());
        own.chain(keys.into_iter().flatten()).chain(others).chain(network).collect()
    }

    /// The secrets in the URLs of probes, of sources of credentials and of the hook.
    pub fn secrets_of_urls(&self) -> Vec<Secret> {
        let probes = self.probes.iter().filter_map(|(name, probe)| match probe {
            Probe::Url(url) => Some((name.as_str(), url.as_str())),
            _ => None,
        });
        let supplies = self.supplies.iter().filter_map(|(name, supply)| match supply {
            Supply::Url(url) => Some((name.as_str(), url.as_str())),
            _ => None,
        });
        let hook = self.network.hook.iter().filter_map(|hook| match hook {
            Hook::Url(url) => Some((hook.member(), url.as_str())),
            Hook::Command(_) => None,
        });
        probes.chain(supplies).chain(hook).flat_map(|(name, url)| Secret::of_url(name, url)).collect()
    }
}

struct Reader<'a> {
    name: &'a str,
    folder: &'a Path,
    surroundings: Surroundings<'a>,
}

/// The text of a file of this machine.
fn file_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if length as u64 > LONGEST {
        return Err(io::Error::other(format!("it is larger than {} MiB", LONGEST >> 20)));
    }
    Ok(text)
}

impl Reader<'_> {
    fn config(&self, mut layer: Layer) -> Result<Config, Problem> {
        let network = self.network(&mut layer)?;
        let (mut secrets, mut supplies) = (BTreeMap::new(), BTreeMap::new());
        for (kind, raw) in layer.tokens {
            let name = format!("tokens.{kind}");
            let given = raw.checked(&name, self.folder);
            let source = match given.map_err(|(message, mend)| self.problem(&name, &message, mend))? {
                Given::Source(source) => source,
                Given::Supply(supply) => {
                    supplies.insert(name, supply);
                    continue;
                }
            };
            let secret = self.secret(&name, source)?;
            if secret.expose().is_empty() {
                return Err(self.problem(&name, "is empty", "give the token's text"));
            }
            secrets.insert(name, secret);
        }
        let key =
            |name: &str, source: Option<Source>| source.map(|source| self.key(name, source)).transpose();
        if let Some(url) = &layer.target.url {
            check_url(url)
                .map_err(|message| self.problem("target.url", &message, "write http://… or https://…"))?;
        }
        Ok(Config {
            dialect: layer.target.dialect.map(|name| self.dialect(name)),
            url: layer.target.url,
            client: Client {
                id: layer.client.id.map(|id| self.client_id("client.id", id)).transpose()?,
                key_version: layer.client.key_version,
                private_key: key("client.private_key", layer.client.private_key)?,
                server_public_key: key("client.server_public_key", layer.client.server_public_key)?,
            },
            clients: self.clients(layer.clients)?,
            secrets,
            network,
            supplies,
            values: serde_json::json!({ "template": layer.template, "fixtures": layer.fixtures }),
            probes: self.probes(layer.probe)?,
            limits: Limits {
                rate: self.positive("limits.rate", layer.limits.rate)?,
                concurrency: self.positive("limits.concurrency", layer.limits.concurrency)?,
                timeout: self.duration("limits.timeout", layer.limits.timeout)?,
                budget: self.duration("limits.budget", layer.limits.budget)?,
                exchanges: self.positive("limits.exchanges", layer.limits.exchanges)?,
                settle: self.duration("limits.settle", layer.limits.settle)?,
                retention: self.duration("limits.retention", layer.limits.retention)?,
            },
        })
    }

    fn clients(&self, clients: BTreeMap<String, OtherClient>) -> Result<BTreeMap<String, Client>, Problem> {
        let read = |(name, client): (String, OtherClient)| {
            let member = |member: &str| format!("clients.{name}.{member}");
            let key = client.private_key.map(|source| self.key(&member("private_key"), source));
            let client = Client {
                id: Some(self.client_id(&member("id"), client.id)?),
                key_version: client.key_version,
                private_key: key.transpose()?,
                server_public_key: None,
            };
            Ok((name, client))
        };
        clients.into_iter().map(read).collect()
    }

    /// A dialect that is no built-in one is a file beside the configuration.
    fn dialect(&self, name: String) -> String {
        if Dialect::names().contains(&name) { name } else { self.folder.join(name).display().to_string() }
    }

    fn client_id(&self, member: &str, id: String) -> Result<String, Problem> {
        if id.is_empty() || !id.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            let message = "is empty or holds characters that a header field cannot hold";
            return Err(self.problem(member, message, "use printable ASCII"));
        }
        Ok(id)
    }

    fn probes(&self, probes: BTreeMap<String, probe::Raw>) -> Result<BTreeMap<String, Probe>, Problem> {
        let check = |(kind, raw): (String, probe::Raw)| {
            let name = format!("probe.{kind}");
            match raw.checked(self.folder) {
                Ok(probe) => Ok((name, probe)),
                Err((message, mend)) => Err(self.problem(&name, &message, mend)),
            }
        };
        probes.into_iter().map(check).collect()
    }

    /// A key given as a string is its PEM text, or else the path of a PEM file. What is neither may be a key
    /// without its PEM lines, so it is not repeated.
    fn key(&self, name: &str, source: Source) -> Result<Secret, Problem> {
        match source {
            Source::Text(text) if !text.contains("-----BEGIN") => {
                let read = (self.surroundings.files)(&self.folder.join(text.as_str())).map(Zeroizing::new);
                let pem = read.map_err(|_| {
                    self.problem(
                        name,
                        "the string is neither PEM text nor the path of a readable file",
                        "give the whole PEM text from -----BEGIN to -----END, { file = \"client.pem\" } relative to the configuration file, or { env = \"NAME\" }",
                    )
                })?;
                Ok(Self::from_file(name, &pem))
            }
            other => self.secret(name, other),
        }
    }

    fn from_file(name: &str, text: &str) -> Secret {
        Secret::new(name, text.trim_end_matches(['\r', '\n']).to_owned())
    }

    fn secret(&self, name: &str, source: Source) -> Result<Secret, Problem> {
        match source {
            Source::Text(text) => Ok(Secret::new(name, text)),
            Source::Env(variable) => match (self.surroundings.environment)(&variable) {
                Some(value) => Ok(Secret::new(name, value).from_variable(&variable)),
                None => Err(self.problem(
                    name,
                    &format!("the environment variable {variable} is not set"),
                    "export it, or remove this member to skip the cases that need it",
                )),
            },
            Source::File(file) => {
                let path = self.folder.join(&file);
                let text = (self.surroundings.files)(&path).map(Zeroizing::new).map_err(|error| {
                    self.problem(
                        name,
                        &format!("the file {} cannot be read: {error}", path.display()),
                        "give a path relative to the configuration file, or an absolute one",
                    )
                })?;
                Ok(Self::from_file(name, &text))
            }
        }
    }

    fn positive<T: PartialEq + From<u8>>(&self, name: &str, value: Option<T>) -> Result<Option<T>, Problem> {
        match value {
            Some(number) if number == T::from(0) => Err(self.problem(name, "is zero", "give at least 1")),
            other => Ok(other),
        }
    }

    fn duration(&self, name: &str, text: Option<String>) -> Result<Option<Duration>, Problem> {
        let Some(text) = text else { return Ok(None) };
        match humantime::parse_duration(&text) {
            Ok(duration) if !duration.is_zero() => Ok(Some(duration)),
            Ok(_) => Err(self.problem(name, "is zero", "give a longer time, such as \"5s\"")),
            Err(error) => Err(self.problem(
                name,
                &format!("`{text}` is no duration: {error}"),
                "write it as \"5s\" or \"90s\"",
            )),
        }
    }

    fn problem(&self, member: &str, message: &str, mend: &str) -> Problem {
        Problem::new(self.name, format!("{member}: {message}"), mend)
    }
}

/// Checks that a text is the URL of a target: http or https, with a host, without credentials or query.
///
/// # Errors
/// What is wrong, in words.
pub fn check_url(text: &str) -> Result<url::Url, String> {
    // Where a password or a token may stand, the text is not repeated.
    let shown = if text.contains(['@', '?', '#']) { "the URL".to_owned() } else { format!("`{text}`") };
    let url = url::Url::parse(text).map_err(|error| format!("{shown} is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{shown} is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL holds a user name or password, which would stand in every report".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the URL has a query or fragment, and a target's base URL has none".to_owned());
    }
    Ok(url)
}

/// A message of the TOML reader without the value that it quotes from the file: a token in the wrong place
/// is still a token, and a PIN of digits too. What kind of value it is stays.
fn unquoted(message: &str) -> String {
    if !message.starts_with("invalid ") {
        return message.to_owned();
    }
    let (found, expected) = message.rsplit_once(", expected ").unwrap_or((message, ""));
    let kind = found.split(['`', '"', '\'']).next().unwrap_or_default().trim_end();
    if expected.is_empty() { kind.to_owned() } else { format!("{kind}, expected {expected}") }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
