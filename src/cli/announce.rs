//! What is said, and asked for, before requests leave this machine.

use super::output::{self, Failure};
use crate::case::suite::Suite;
use crate::config::Config;
use crate::config::network::Network;
use crate::run::session::{DEFAULT_CONCURRENCY, Session};

/// Says where requests go that leave this machine, and how many there will be at most, where nothing has to be
/// repeated; a part of a sentence says what is sent.
pub(super) fn announce(session: &Session, requests: usize, what: &str) {
    let (network, url) = (&session.config.network, session.url());
    if network.stays_here(url) {
        return;
    }
    let host = url.host_str().unwrap_or_default();
    let through = match network.proxy_for(url) {
        Some(proxy) => format!(" through {}", proxy.url.host_str().unwrap_or_default()),
        None => String::new(),
    };
    let limits = &session.config.limits;
    let rate = limits.rate.map_or("no limit of requests a second".to_owned(), |rate| {
        format!("no more than {rate} requests in a second")
    });
    let at_once = limits.concurrency.unwrap_or(DEFAULT_CONCURRENCY);
    output::note(&format!(
        "{what}: {host}{through} will be sent {requests} requests at most where it keeps the contract and answers at once; {rate}, and {at_once} at the same time"
    ));
}

/// The suite and its cases, as a part of a sentence.
pub(super) fn suite(suite: &Suite, cases: usize) -> String {
    let of = if cases == 1 { "case" } else { "cases" };
    format!("{} {}, {cases} {of}", suite.contract.title, suite.contract.version)
}

/// The URL of a target that no user has named: it comes from a file that anybody may have written, and so has to be
/// on this machine.
///
/// # Errors
/// Why nothing is sent there.
pub(super) fn unnamed(url: &str, file: &str, network: &Network) -> Result<String, Failure> {
    let parsed = crate::config::check_url(url)
        .map_err(|message| Failure::input(format!("{file}: the target: {message}")))?;
    if network.stays_here(&parsed) {
        return Ok(url.to_owned());
    }
    Err(Failure::input(format!(
        "{file} is about {parsed}, a host that neither --target nor the configuration names (add --target {parsed} if requests are to go there)"
    )))
}

/// The URL of the target that a user has named, or else the one of the file.
///
/// # Errors
/// As [`unnamed`].
pub(super) fn named_or(config: &Config, url: &str, file: &str) -> Result<String, Failure> {
    match &config.url {
        Some(named) => Ok(named.clone()),
        None => unnamed(url, file, &config.network),
    }
}
