//! The greeting: one good request before all cases.

use super::budget::Allowance;
use super::lane::Lane;
use super::send;
use super::session::Session;
use crate::case::rule::Rule;
use crate::case::script::{MADE_UP, Script, Step, Writing};
use crate::config::network::Http;
use crate::contract::Operation;
use crate::exchange::{History, NoAnswer};
use crate::law::answer::Answer;
use std::sync::Arc;

/// Why a run says nothing of its target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unjudged {
    /// The target gives no answer at all.
    #[error("the target {url} cannot be judged: {reason}")]
    NoAnswer {
        /// The target.
        url: String,
        /// What happens instead of an answer, and how to mend it.
        reason: String,
    },
    /// What answers is not the API.
    #[error(
        "the target {url} answers HTTP {status} with a page instead of the API's JSON; check the URL and its base path"
    )]
    Page {
        /// The target.
        url: String,
        /// The HTTP status of the page.
        status: u16,
    },
    /// The target answered at first, and nothing any more.
    #[error("the target {url} stopped answering: {reason}; check that it is up, and run again")]
    Gone {
        /// The target.
        url: String,
        /// What happens instead of an answer.
        reason: &'static str,
    },
}

#[derive(Default)]
pub(super) struct Greeting {
    pub(super) answers: usize,
    /// How many requests were sent for it.
    pub(super) sent: usize,
    pub(super) unjudged: Option<Unjudged>,
}

/// One good request before all cases: tells a target that is down, or is something else, from one that
/// breaks its contract.
///
/// Where a connection comes about and no answer, one more request tells a target that only breaks down on good ones
/// from one that does not speak HTTP at all.
pub(super) async fn greet(session: &Arc<Session>, budget: Option<usize>) -> Greeting {
    const ROLE: &str = "greeting";
    let Some(operation) = session.suite.contract.operations.first() else { return Greeting::default() };
    // What is good for one request only is not spent on a greeting.
    let single_use = operation.rules.credentials.iter().any(|credential| credential.single_use);
    let credential = single_use.then(|| MADE_UP.to_owned());
    let good = Step { credential, ..Step::new(ROLE) };
    let Ok(lane) = session.lane() else { return Greeting::default() };
    let lane = budget
        .map_or_else(|| Arc::clone(&lane), |budget| lane.within(Allowance::new(budget, budget), None, None));
    let mut greeting = Greeting::default();
    let reason = greeting.say(&lane, operation, good).await;
    if let Some(reason) = reason.filter(|_| greeting.unjudged.is_none()) {
        let knock = Step { write: Writing::Text("{}".to_owned()), ..Step::new("knock") };
        if greeting.say(&lane, operation, knock).await.is_some() && greeting.answers == 0 {
            let url = session.url().to_string();
            let reason =
                format!("{}; check that this is its port, and that it speaks HTTP there", reason.describe());
            greeting.unjudged = Some(Unjudged::NoAnswer { url, reason });
        }
    }
    greeting.sent = lane.allowance.sent();
    greeting
}

impl Greeting {
    /// Sends a request, and takes note of what its answer says of the target; why there is none.
    async fn say(&mut self, lane: &Arc<Lane>, operation: &Operation, step: Step) -> Option<NoAnswer> {
        let session = &lane.session;
        let rule = Rule::Orderly { of: step.role.clone() };
        let (label, script) = (step.role.clone(), Script(vec![step]));
        let mut history = History::default();
        let sent = send::script(lane, operation, &script, &rule, label, &mut history).await;
        let url = session.url().to_string();
        if sent.is_err() {
            let obstacle = lane.obstacle().map(ToOwned::to_owned);
            self.unjudged = obstacle.map(|reason| Unjudged::NoAnswer { url, reason });
            return None;
        }
        self.answers += history.exchanges.iter().filter(|exchange| exchange.response().is_some()).count();
        match Answer::read(operation, history.exchanges.last()?) {
            Answer::None(reason) => {
                let mend = mend(session, reason);
                self.unjudged = mend
                    .map(|mend| Unjudged::NoAnswer { url, reason: format!("{}; {mend}", reason.describe()) });
                return Some(reason);
            }
            // Who asks a proxy for a whole URL hears from it what it thinks of the target.
            Answer::Opaque { response, .. }
                if session.is_relayed() && (502..=504).contains(&response.status) =>
            {
                let reason = format!(
                    "HTTP {} comes from target.proxy or from behind it; check that the target is up and that the proxy can reach it",
                    response.status
                );
                self.unjudged = Some(Unjudged::NoAnswer { url, reason });
            }
            Answer::Opaque { response, .. } => {
                let html = response
                    .header("content-type")
                    .is_some_and(|value| value.to_ascii_lowercase().contains("html"))
                    || response.body.trim_ascii_start().starts_with(b"<");
                let page = html
                    && response.json().is_none()
                    && !(300..400).contains(&response.status)
                    && response.status < 500;
                self.unjudged = page.then_some(Unjudged::Page { url, status: response.status });
            }
            Answer::Unread { .. } | Answer::Outcome(_) => {}
        }
        None
    }
}

/// What to do about a greeting without answer; nothing where the target was spoken to all the same.
fn mend(session: &Session, reason: NoAnswer) -> Option<&'static str> {
    let network = &session.config.network;
    let encrypted = session.url().scheme() == "https";
    Some(match reason {
        NoAnswer::Unreachable if network.resolve.is_empty() => {
            "check host and port, and that the target is up"
        }
        NoAnswer::Unreachable => "check host, port and target.resolve, and that the target is up",
        NoAnswer::Tls => {
            "check that its certificate is valid now, and that the URL has the host name that it is for"
        }
        NoAnswer::Untrusted if network.ca.is_some() => {
            "check that target.ca holds the CA that issued its certificate"
        }
        NoAnswer::Untrusted => "where a private CA issued its certificate, name that as target.ca",
        NoAnswer::Unidentified if network.identity.is_some() => {
            "check that client.certificate is one that the target knows and that is valid now"
        }
        NoAnswer::Unidentified => "set client.certificate and client.certificate_key",
        NoAnswer::Version if network.http == Http::Two => "leave target.http out, or set it to \"1.1\"",
        NoAnswer::Version => "set target.http to \"2\"",
        NoAnswer::Proxy => {
            "check target.proxy, its user name and password, and that the target is up behind it; target.no_proxy names hosts to reach without it"
        }
        NoAnswer::Timeout => "check that the target answers at all, and --timeout",
        NoAnswer::Closed | NoAnswer::Malformed if network.http == Http::Two => {
            "check that the target speaks HTTP/2, or leave target.http out"
        }
        NoAnswer::Closed if encrypted && network.identity.is_none() => {
            "where the target wants a client certificate, set client.certificate and client.certificate_key"
        }
        NoAnswer::Closed
        | NoAnswer::Malformed
        | NoAnswer::Endless
        | NoAnswer::Cut
        | NoAnswer::Gone
        | NoAnswer::Starved => return None,
    })
}
