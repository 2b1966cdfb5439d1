//! From arguments to what the library works on.

use super::args::{ConfigArgs, SelectArgs, SuiteArgs};
use super::output::{self, Failure};
use crate::case::select::Selection;
use crate::case::suite::{Suite, builtin_cases};
use crate::config::Config;
use crate::contract::problem::Problem;
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

/// The suite: built in, or from the files that are named.
pub(super) fn suite(args: &SuiteArgs) -> Result<Arc<Suite>, Failure> {
    let contract = match &args.contract {
        None => contract::builtin().map_err(Failure::own)?,
        Some(path) => contract::lint::load(path).map_err(Failure::input)?,
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
    let suite = Suite::new(contract, &files).map_err(Failure::input)?;
    warn(&suite.contract.warnings);
    Ok(Arc::new(suite))
}

/// Says what of a document cannot be used.
pub(super) fn warn(warnings: &[Problem]) {
    const SHOWN: usize = 20;
    for warning in warnings.iter().take(SHOWN) {
        output::note(&format!("warning: {warning}"));
    }
    if let Some(more) = warnings.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        output::note(&format!("warning: {more} more like these (see `proofmark lint`)"));
    }
}

/// A contract for which nothing but its form is looked at.
pub(super) fn contract(path: &Path) -> Result<Contract, Failure> {
    Contract::load(path).map_err(Failure::input)
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
