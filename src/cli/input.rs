//! From arguments to what the library works on.

use super::args::{ConfigArgs, SelectArgs, SuiteArgs};
use super::output::{self, Failure};
use crate::case::select::Selection;
use crate::case::suite::{Suite, builtin_cases};
use crate::config::Config;
use crate::contract::dialect::{self, Dialect};
use crate::contract::problem::Problem;
use crate::contract::{self, Contract, suites};
use crate::reference::Fault;
use crate::target::keys::{SigningKey, VerifyingKey};
use crate::target::tls;
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
    let named = args.dialect.as_deref().or(configured);
    let dialect = named.map(|name| dialect(name, args.contract.as_deref())).transpose()?;
    let contract = match &args.contract {
        None => {
            let dialect = dialect.map_or_else(|| Dialect::builtin(dialect::DEFAULT), Ok);
            suites::chosen_in(&args.names, &dialect.map_err(Failure::own)?).map_err(Failure::input)?
        }
        Some(path) => {
            let contract = contract::lint::load(path, dialect.as_ref()).map_err(Failure::input)?;
            // The cases that are built in may call operations which the file does not have.
            if args.cases.is_empty() { suites::beside(contract).map_err(Failure::own)? } else { contract }
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

/// The built-in dialect of this name, or the one in this file, for the built-in contracts and this one.
pub(super) fn dialect(name: &str, contract: Option<&Path>) -> Result<Dialect, Failure> {
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
    let mut problems = contract::lint::dialect(name, &text, contract);
    // Operations that nobody has described yet are no harm to those that are.
    problems.retain(|problem| problem.pointer.as_deref() != Some("/operations"));
    if !problems.is_empty() {
        return Err(Failure::input(contract::problem::Problems(problems)));
    }
    Dialect::parse(name, &text).map_err(Failure::input)
}

/// The suite in which a case is looked up: the default one where that has it, else all that are built in, unless
/// files or names say otherwise.
pub(super) fn suite_of(
    case: &str,
    args: &SuiteArgs,
    configured: Option<&str>,
) -> Result<Arc<Suite>, Failure> {
    let suite = suite(args, configured)?;
    let given = args.contract.is_some() || !args.cases.is_empty() || !args.names.is_empty();
    if given || suite.case(case).is_some() {
        return Ok(suite);
    }
    self::suite(&SuiteArgs { names: vec![suites::FAMILY.to_owned()], ..args.clone() }, configured)
}

/// The built-in suites that judge faults of the embedded wallet: the default one, or those of which the faults name
/// cases.
pub(super) fn suites_of(faults: &[&'static Fault]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    if faults.is_empty() {
        return Ok(names);
    }
    for contract in suites::all().map_err(Failure::own)? {
        let has = |id: &str| faults.iter().any(|fault| fault.names(id));
        if contract.operations.iter().any(|operation| has(&operation.id)) {
            names.push(contract.title);
        }
    }
    Ok(names)
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
    tls::check(&config.network)
}

/// The selection of cases.
pub(super) fn selection(args: &SelectArgs) -> Result<Selection, Failure> {
    Selection::new(&args.only, &args.skip, args.level.map(Into::into), args.shard).map_err(Failure::input)
}
