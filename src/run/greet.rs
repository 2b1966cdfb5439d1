//! The greeting: one good request before all cases.

use super::budget::Allowance;
use super::send;
use super::session::Session;
use crate::case::rule::Rule;
use crate::case::script::{MADE_UP, Script, Step};
use crate::exchange::NoAnswer;
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
pub(super) async fn greet(session: &Arc<Session>, budget: Option<usize>) -> Greeting {
    const ROLE: &str = "greeting";
    let Some(operation) = session.suite.contract.operations.first() else { return Greeting::default() };
    // What is good for one request only is not spent on a greeting.
    let single_use = operation.rules.credentials.iter().any(|credential| credential.single_use);
    let credential = single_use.then(|| MADE_UP.to_owned());
    let script = Script(vec![Step { credential, ..Step::new(ROLE) }]);
    let rule = Rule::Orderly { of: ROLE.to_owned() };
    let Ok(lane) = session.lane() else { return Greeting::default() };
    let lane =
        budget.map_or_else(|| Arc::clone(&lane), |budget| lane.within(Allowance::new(budget, budget), None));
    let sent = send::script(&lane, operation, &script, &rule, ROLE.to_owned()).await;
    let mut greeting = Greeting { sent: lane.allowance.sent(), ..Greeting::default() };
    let Ok(history) = sent else { return greeting };
    greeting.answers = history.exchanges.iter().filter(|exchange| exchange.response().is_some()).count();
    let Some(last) = history.exchanges.last() else { return greeting };
    let url = session.url().to_string();
    greeting.unjudged = match Answer::read(operation, last) {
        Answer::None(reason) => {
            let mend = match reason {
                NoAnswer::Unreachable => "check host and port, and that the target is up",
                NoAnswer::Tls => "check its certificate, or use the host name that the certificate is for",
                NoAnswer::Timeout => "check that the target answers at all, and --timeout",
                NoAnswer::Closed | NoAnswer::Malformed | NoAnswer::Cut => "",
            };
            let spoken = matches!(reason, NoAnswer::Closed | NoAnswer::Malformed | NoAnswer::Cut);
            (!spoken).then(|| Unjudged::NoAnswer { url, reason: format!("{}; {mend}", reason.describe()) })
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
            page.then_some(Unjudged::Page { url, status: response.status })
        }
        Answer::Outcome(_) => None,
    };
    greeting
}
