//! A way to the target: one client, and through it exchanges that are recorded.

use super::session::Session;
use crate::contract::Operation;
use crate::exchange::{Exchange, Request, SignatureCheck};
use crate::law::answer::Answer;
use crate::target::client::Client;
use crate::target::limit::retry_after;
use crate::target::probe;
use std::sync::Arc;
use std::time::Instant;

/// A session and a client whose connections nobody else uses.
pub(super) struct Lane {
    pub(super) session: Arc<Session>,
    pub(super) client: Client,
}

/// A request on its way out.
pub(super) struct Outgoing<'a> {
    /// The step that sends it.
    pub(super) role: &'a str,
    /// Which copy of a burst or series it is.
    pub(super) copy: usize,
    pub(super) request: Request,
    /// Path and query, which the response's signature covers.
    pub(super) path: &'a str,
    pub(super) new_connection: bool,
}

impl Lane {
    /// Sends one request and records what became of it.
    pub(super) async fn exchange(&self, operation: &Operation, out: Outgoing<'_>) -> Exchange {
        let start = Instant::now();
        let outcome = self.client.send(&out.request, out.new_connection).await;
        let elapsed = start.elapsed();
        let mut exchange = Exchange {
            role: out.role.to_owned(),
            copy: out.copy,
            request: out.request,
            outcome,
            signature: SignatureCheck::Unchecked,
            at: self.session.since_start(start),
            elapsed,
            superseded: false,
        };
        exchange.signature = self.session.check_signature(operation, &exchange, out.path);
        self.heed(operation, &exchange);
        exchange
    }

    /// Lets the pace of the whole run follow what an answer says of it.
    fn heed(&self, operation: &Operation, exchange: &Exchange) {
        let Some(response) = exchange.response() else { return };
        if Answer::read(operation, exchange).is_busy(operation) {
            self.session.pace.busy(retry_after(response));
        } else {
            self.session.pace.calm();
        }
    }

    /// Asks the operation's probe for the number of effects of a key.
    ///
    /// # Errors
    /// Why there is no number, in words.
    pub(super) async fn effects(
        &self,
        operation: &Operation,
        key: Option<&str>,
        expected: u64,
    ) -> Result<u64, String> {
        let name = operation.rules.effect.as_ref().map(|effect| format!("probe.{}", effect.probe));
        let url = name.and_then(|name| self.session.config.probes.get(&name));
        let (Some(url), Some(key)) = (url, key) else {
            return Err("there is no probe, or the request has no key".to_owned());
        };
        let settle = self.session.config.limits.settle.unwrap_or(probe::DEFAULT_SETTLE);
        probe::count(&self.client, &self.session.pace, url, key, expected, settle).await
    }
}
