//! A way to the target: one client, and through it exchanges that are recorded.

use super::budget::Allowance;
use super::hear::Recorder;
use super::session::Session;
use crate::case::script::Step;
use crate::config::secret::Secret;
use crate::contract::Operation;
use crate::exchange::{Exchange, NoAnswer, Request, Response, SignatureCheck};
use crate::law::answer::Answer;
use crate::target::client::Client;
use crate::target::compose::{Composer, Draft};
use crate::target::limit::retry_after;
use crate::target::probe::Question;
use crate::target::redact::Redactor;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, RwLockReadGuard};

/// A session and a client whose connections nobody else uses.
pub(super) struct Lane {
    pub(super) session: Arc<Session>,
    pub(super) client: Client,
    /// What may be sent over it.
    pub(super) allowance: Arc<Allowance>,
    /// Told when a case has begun to wait and sends nothing for now.
    pub(super) idle: Notify,
    /// Whether nobody else sends while this lane does.
    pub(super) alone: bool,
    /// Whether an outcome that is left open counts as it is, and is not asked for again.
    pub(super) hasty: bool,
    /// How often the case was judged before over another lane: each time has keys of its own.
    pub(super) round: usize,
    /// Why the run's environment kept a request from being sent.
    obstacle: Arc<OnceLock<String>>,
    /// Single-use credentials that were set aside for what is sent over it; without any they are taken as they come.
    pub(super) reserved: Option<Arc<Mutex<Reserved>>>,
    /// What stands for secrets that the target or a source gave on the way.
    pub(super) issued: Arc<Mutex<Vec<Secret>>>,
    /// Why a credential was not to be had.
    pub(super) lacking: Arc<OnceLock<String>>,
    /// Tells of what is judged, where anybody asks.
    pub(super) recorder: Option<Recorder>,
}

/// Single-use credentials by kind.
pub(super) type Reserved = BTreeMap<String, VecDeque<Secret>>;

/// A request on its way out.
pub(super) struct Outgoing<'a> {
    /// The step that sends it.
    pub(super) role: &'a str,
    /// Which copy of a burst or series it is.
    pub(super) copy: usize,
    pub(super) request: Request,
    /// The part of path and query that the response's signature covers.
    pub(super) path: &'a str,
    pub(super) new_connection: bool,
    /// When the connection is closed, counted from the moment the request is sent.
    pub(super) cut_after: Option<Duration>,
}

impl Lane {
    /// A way over a client's connections, over which anything may be sent.
    pub(super) fn new(session: Arc<Session>, client: Client) -> Self {
        Self {
            session,
            client,
            allowance: Arc::default(),
            idle: Notify::new(),
            alone: false,
            hasty: false,
            round: 0,
            obstacle: Arc::default(),
            reserved: None,
            issued: Arc::default(),
            lacking: Arc::default(),
            recorder: None,
        }
    }

    /// The same way for one case, over which no more than the allowance is sent, with these credentials set aside.
    pub(super) fn within(
        &self,
        allowance: Allowance,
        reserved: Option<Reserved>,
        recorder: Option<Recorder>,
    ) -> Arc<Self> {
        self.in_round(0, allowance, reserved, recorder)
    }

    /// As [`Lane::within`], for a case that was judged so often before.
    pub(super) fn in_round(
        &self,
        round: usize,
        allowance: Allowance,
        reserved: Option<Reserved>,
        recorder: Option<Recorder>,
    ) -> Arc<Self> {
        let reserved = reserved.map(|reserved| Arc::new(Mutex::new(reserved)));
        let (issued, lacking) = (Arc::default(), Arc::default());
        let along = self.along(Arc::new(allowance), self.alone, Arc::default());
        Arc::new(Self { round, reserved, issued, lacking, recorder, ..along })
    }

    /// What the keys of a sample follow from.
    pub(super) fn label(&self, case: &str, sample: u64) -> String {
        match self.round {
            0 => format!("{case}#{sample}"),
            round => format!("{case}#{sample}#again{round}"),
        }
    }

    /// The same way, for who sees to it that nobody else sends.
    pub(super) fn alone(&self) -> Self {
        self.along(Arc::clone(&self.allowance), true, Arc::clone(&self.obstacle))
    }

    /// The same way, for who looks for less that breaks a target down: once is enough.
    pub(super) fn hasty(&self) -> Self {
        let along = self.along(Arc::clone(&self.allowance), self.alone, Arc::clone(&self.obstacle));
        Self { hasty: true, ..along }
    }

    fn along(&self, allowance: Arc<Allowance>, alone: bool, obstacle: Arc<OnceLock<String>>) -> Self {
        let (session, client) = (Arc::clone(&self.session), self.client.clone());
        let (reserved, issued) = (self.reserved.clone(), Arc::clone(&self.issued));
        let (lacking, idle) = (Arc::clone(&self.lacking), Notify::new());
        let (recorder, round, hasty) = (self.recorder.clone(), self.round, self.hasty);
        Self {
            session,
            client,
            allowance,
            idle,
            alone,
            hasty,
            round,
            obstacle,
            reserved,
            issued,
            lacking,
            recorder,
        }
    }

    /// Why a request could not be sent, where that is neither our fault nor the target's.
    pub(super) fn obstacle(&self) -> Option<&str> {
        self.obstacle.get().map(String::as_str)
    }

    /// The request that sends a draft: its headers, and so its time and signature, are made anew, and the hook
    /// completes it.
    ///
    /// # Errors
    /// The signature could not be made, or the hook failed, which is an [obstacle](Self::obstacle).
    pub(super) async fn request(
        &self,
        composer: &Composer<'_>,
        step: &Step,
        draft: &Draft,
    ) -> Result<Request, String> {
        let request = self.session.request(composer, step, draft).await?;
        self.session.completed(composer.called(step), step, request).await.inspect_err(|reason| {
            // The first reason is as good as any other.
            let _ = self.obstacle.set(reason.clone());
        })
    }

    /// Waits while somebody sends who has to be the only one.
    pub(super) async fn turn(&self) -> Option<RwLockReadGuard<'_, ()>> {
        if self.alone { None } else { Some(self.session.floor.read().await) }
    }

    /// Sends one request as soon as there is leave for it, and records what became of it.
    ///
    /// # Errors
    /// The allowance is used up, or we have nothing to send with.
    pub(super) async fn exchange(
        &self,
        operation: &Operation,
        out: Outgoing<'_>,
    ) -> Result<Exchange, String> {
        let leave = self.session.pace.leave().await;
        let exchange = self.released(operation, out).await;
        drop(leave);
        exchange
    }

    /// As [`Lane::exchange`], for who has leave to send.
    ///
    /// # Errors
    /// As [`Lane::exchange`].
    pub(super) async fn released(
        &self,
        operation: &Operation,
        out: Outgoing<'_>,
    ) -> Result<Exchange, String> {
        /// How long a connection takes to be closed once nobody waits for its answer.
        const CLOSING: Duration = Duration::from_millis(5);
        self.allowance.take()?;
        let began = Instant::now();
        let (start, outcome) = loop {
            let start = Instant::now();
            let outcome = self.send(operation, &out).await;
            if !self.session.outage.rides(&outcome, began).await {
                break (start, outcome);
            }
            self.session.pace.again().await;
        };
        if outcome == Err(NoAnswer::Starved) {
            return Err(NoAnswer::Starved.describe().to_owned());
        }
        let elapsed = start.elapsed();
        if matches!(outcome, Err(NoAnswer::Cut | NoAnswer::Timeout)) {
            tokio::time::sleep(CLOSING).await;
        }
        let mut exchange = Exchange {
            role: out.role.to_owned(),
            operation: operation.id.clone(),
            copy: out.copy,
            request: out.request,
            outcome,
            signature: SignatureCheck::Unchecked,
            at: self.session.since_start(start),
            elapsed,
            superseded: false,
        };
        self.note(operation, &exchange);
        exchange.signature = self.session.check_signature(operation, &exchange, out.path);
        self.heed(operation, &exchange);
        Ok(exchange)
    }

    async fn send(&self, operation: &Operation, out: &Outgoing<'_>) -> Result<Response, NoAnswer> {
        let response = match out.cut_after {
            Some(patience) => self.client.send_and_leave(&out.request, patience).await,
            None => self.client.send(&out.request, out.new_connection).await,
        }?;
        // Who asks a proxy for a whole URL hears from it that it does not reach the target.
        let rules = &operation.rules;
        let documented = || match &rules.outcome {
            by if by.by_http() => operation.documents(response.status),
            said => response.json().is_some_and(|body| body.pointer(&said.status).is_some()),
        };
        // Before it has answered at all, the greeting says more of it.
        let relayed = self.session.is_relayed() && self.session.outage.has_answered();
        if relayed && matches!(response.status, 502 | 504) && !documented() {
            return Err(NoAnswer::Proxy);
        }
        Ok(response)
    }

    /// Keeps in mind which secrets an answer holds.
    fn note(&self, operation: &Operation, exchange: &Exchange) {
        if operation.rules.issued.is_empty() {
            return;
        }
        let Some(body) = exchange.response().and_then(Response::json) else { return };
        for issued in &operation.rules.issued {
            let text = body.pointer(&issued.pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
            if let Some(text) = text {
                self.keep(Secret::new(&issued.name, text.to_owned()));
            }
        }
    }

    /// Keeps a secret in mind, so that it is shown by its name.
    pub(super) fn keep(&self, secret: Secret) {
        self.session.secrets.draw(&secret);
        let mut kept = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().all(|known| known.expose() != secret.expose()) {
            kept.push(secret);
        }
    }

    /// The secrets that were given on the way.
    pub(super) fn kept(&self) -> Vec<Secret> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What shows exchanges of an operation, without the secrets that are known by now.
    pub(super) fn redactor(&self, operation: &str) -> Option<Redactor> {
        self.session.redactor(operation).map(|redactor| redactor.knowing(&self.kept()))
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
        let rules = &operation.rules;
        let (Some(effect), Some(idempotency), Some(key)) = (&rules.effect, &rules.idempotency, key) else {
            return Err("the request has no key to ask for".to_owned());
        };
        let probe = format!("probe.{}", effect.probe);
        let name = idempotency.key.rsplit('/').next().unwrap_or_default();
        let question = Question { probe: &probe, name, key, expected, brief: self.alone };
        self.session.prober.count(&self.session.pace, question).await
    }
}
