//! From arguments to what the library works on.

use super::args::{ConfigArgs, SelectArgs, SuiteArgs};
use super::output::Failure;
use crate::case::select::Selection;
use crate::case::suite::{Suite, builtin_cases};
use crate::config::Config;
use crate::contract::dialect::{self, Dialect};
use crate::contract::{self, Contract};
use crate::target::keys::{SigningKey, VerifyingKey};
use std::path::Path;
use std::sync::Arc;

/// The file that is read where no other is named.
const DEFAULT_CONFIG: &str = "proofmark.toml";

/// Reads a text file.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::input(format!("{} cannot be read: {error} (check the path)", path.display()))
    })
}

/// The suite: built in, or from the files that are named; in the dialect that the arguments name, or else the
/// configuration.
pub(super) fn suite(args: &SuiteArgs, configured: Option<&str>) -> Result<Arc<Suite>, Failure> {
    let document = match &args.contract {
        None => None,
        Some(path) => Some((path.display().to_string(), text(path)?)),
    };
    let own = document.as_slice();
    let named = args.dialect.as_deref().or(configured);
    let dialect = named.map(|name| dialect(name, own)).transpose()?;
    let contract = match &document {
        None => {
            let dialect = dialect.map_or_else(|| Dialect::builtin(dialect::DEFAULT), Ok);
            contract::builtin_in(&dialect.map_err(Failure::own)?).map_err(Failure::input)?
        }
        Some((name, text)) => {
            let problems = contract::lint::contract_in(name, text, dialect.as_ref());
            if !problems.is_empty() {
                return Err(Failure::input(contract::problem::Problems(problems)));
            }
            Contract::parse_in(name, text, dialect.as_ref()).map_err(Failure::input)?
        }
    };
    let mut named = Vec::new();
    for path in &args.cases {
        named.push((path.display().to_string(), text(path)?));
    }
    let files = if named.is_empty() {
        builtin_cases(&contract)
    } else {
        named.iter().map(|(name, text)| (name.clone(), text.as_str())).collect()
    };
    Suite::new(contract, &files).map(Arc::new).map_err(Failure::input)
}

/// The built-in dialect of this name, or the one in this file, for the built-in contracts and these.
pub(super) fn dialect(name: &str, contracts: &[(String, String)]) -> Result<Dialect, Failure> {
    if Dialect::names().iter().any(|known| known == name) {
        return Dialect::builtin(name).map_err(Failure::own);
    }
    let path = Path::new(name);
    if name.is_empty() || !path.is_file() {
        return Err(Failure::input(format!(
            "--dialect {name}: neither a built-in dialect nor a file (name a file, or one of: {})",
            Dialect::names().join(", ")
        )));
    }
    let text = text(path)?;
    let mut problems = contract::lint::dialect(name, &text, contracts);
    // Operations that nobody has described yet are no harm to those that are.
    problems.retain(|problem| problem.pointer.as_deref() != Some("/operations"));
    if !problems.is_empty() {
        return Err(Failure::input(contract::problem::Problems(problems)));
    }
    Dialect::parse(name, &text).map_err(Failure::input)
}

/// The configuration: of the named file, of the default one where it is there, or empty; overridden by
/// arguments.
pub(super) fn config(args: &ConfigArgs) -> Result<Config, Failure> {
    let environment = |name: &str| std::env::var(name).ok();
    let profile = args.profile.as_deref();
    let path = args.config.as_deref();
    let path = path.or_else(|| Some(Path::new(DEFAULT_CONFIG)).filter(|path| path.is_file()));
    let mut config = match (path, profile) {
        (Some(path), _) => {
            let config = Config::load(path, profile, &environment).map_err(Failure::input)?;
            check_keys(&config)
                .map_err(|message| Failure::input(format!("{}: {message}", path.display())))?;
            config
        }
        (None, None) => Config::default(),
        (None, Some(name)) => {
            return Err(Failure::input(format!(
                "--profile {name}: there is no {DEFAULT_CONFIG} here (name a file with --config)"
            )));
        }
    };
    if let Some(url) = &args.target {
        crate::config::check_url(url).map_err(|message| {
            Failure::input(format!("--target: {message} (write http://… or https://…)"))
        })?;
        config.url = Some(url.clone());
    }
    config.limits.timeout = args.timeout.or(config.limits.timeout);
    Ok(config)
}

/// Finds out whether the keys can be used, while the file that names them is known.
fn check_keys(config: &Config) -> Result<(), String> {
    for client in std::iter::once(&config.client).chain(config.clients.values()) {
        client.private_key.as_ref().map(SigningKey::from_pem).transpose()?;
    }
    config.client.server_public_key.as_ref().map(VerifyingKey::from_pem).transpose()?;
    Ok(())
}

/// The selection of cases.
pub(super) fn selection(args: &SelectArgs) -> Result<Selection, Failure> {
    Selection::new(&args.only, &args.skip, args.level.map(Into::into), args.shard).map_err(Failure::input)
}
