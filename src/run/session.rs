//! What all cases of a run share: the suite, the way to the target, and the run's own digits.

use super::lane::Lane;
use super::purse;
use crate::case::Case;
use crate::case::script::When;
use crate::case::suite::Suite;
use crate::config::Config;
use crate::contract::Operation;
use crate::contract::problem::Problem;
use crate::exchange::{Exchange, NoAnswer, Request, SignatureCheck};
use crate::generate::Generator;
use crate::law::hearing::Schemas;
use crate::schema::{Formats, Oracle};
use crate::target::client::Client;
use crate::target::compose::{Composer, Draft};
use crate::target::keys::{SigningKey, VerifyingKey};
use crate::target::limit::Pace;
use crate::target::probe::Prober;
use crate::target::purse::Purse;
use crate::target::redact::Redactor;
use crate::target::sign::{Parts, signature_text};
use crate::target::stamp::Stamps;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, RwLock, watch};
use url::Url;

/// The time limit of one exchange where none is given.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// What all cases of a run share.
pub struct Session {
    /// The contract and its cases.
    pub suite: Arc<Suite>,
    /// Who sends, with what.
    pub config: Config,
    /// The seed that payloads follow from.
    pub seed: u64,
    pub(super) stamps: Stamps,
    pub(super) pace: Pace,
    pub(super) prober: Arc<Prober>,
    pub(super) purse: Purse,
    timeout: Duration,
    base: Url,
    signing: BTreeMap<Option<String>, SigningKey>,
    /// How many cases are not done that a step at the end of the run has to wait for.
    pub(super) busy: watch::Sender<usize>,
    verifying: Option<VerifyingKey>,
    schemas: BTreeMap<String, Schemas>,
    redactors: BTreeMap<String, Redactor>,
    started: Instant,
    /// Held by who sends, and wholly by who needs to be the only one.
    pub(super) floor: RwLock<()>,
}

impl Session {
    /// A session with one target.
    ///
    /// # Errors
    /// A [`Problem`] for a key that is none, a response schema that cannot be compiled, a URL that is none, or a
    /// sink that cannot be opened.
    pub fn new(
        suite: Arc<Suite>,
        config: Config,
        url: &str,
        seed: u64,
        stamps: Stamps,
    ) -> Result<Self, Problem> {
        let limit = config.limits.timeout.unwrap_or(DEFAULT_TIMEOUT);
        let prober = Arc::new(Prober::open(&config, limit)?);
        Self::with_prober(suite, config, url, seed, stamps, prober)
    }

    /// As [`Session::new`], with probes that are open already and may be those of other sessions too.
    ///
    /// # Errors
    /// As [`Session::new`].
    pub fn with_prober(
        suite: Arc<Suite>,
        config: Config,
        url: &str,
        seed: u64,
        stamps: Stamps,
        prober: Arc<Prober>,
    ) -> Result<Self, Problem> {
        let base = crate::config::check_url(url).map_err(|message| {
            Problem::new("target", message, "give the base URL, such as https://staging.example.test")
        })?;
        let key = |message| Problem::new("configuration", message, "");
        let mut signing = BTreeMap::new();
        let others = config.clients.iter().map(|(name, client)| (Some(name.clone()), client));
        for (name, client) in std::iter::once((None, &config.client)).chain(others) {
            if let Some(private) = &client.private_key {
                signing.insert(name, SigningKey::from_pem(private).map_err(key)?);
            }
        }
        let verifying =
            config.client.server_public_key.as_ref().map(VerifyingKey::from_pem).transpose().map_err(key)?;
        let timeout = config.limits.timeout.unwrap_or(DEFAULT_TIMEOUT);
        let pace = Pace::new(config.limits.rate);
        let mut schemas = BTreeMap::new();
        let mut redactors = BTreeMap::new();
        for operation in suite.contract.all() {
            let mut compiled = Schemas::new();
            for (status, schema) in &operation.responses {
                let oracle = Oracle::new(schema, Formats::Annotated).map_err(|error| {
                    Problem::new(
                        "contract",
                        format!("response {status} of {}: {error}", operation.id),
                        "correct the schema",
                    )
                })?;
                compiled.insert(status.clone(), oracle);
            }
            schemas.insert(operation.id.clone(), compiled);
            redactors.insert(operation.id.clone(), Redactor::new(&config, operation, stamps.nonce()));
        }
        let purse = Purse::open(&config, timeout)?;
        let started = Instant::now();
        let session = Self {
            suite,
            config,
            seed,
            stamps,
            pace,
            prober,
            purse,
            timeout,
            base,
            signing,
            busy: watch::Sender::new(0),
            verifying,
            schemas,
            redactors,
            started,
            floor: RwLock::default(),
        };
        purse::check(&session)?;
        Ok(session)
    }

    /// The target's base URL.
    pub fn url(&self) -> &Url {
        &self.base
    }

    /// The operation that a case calls.
    pub(super) fn operation(&self, id: &str) -> Option<&Operation> {
        self.suite.contract.operation(id)
    }

    pub(super) fn generator(&self, operation: &str) -> Option<&Arc<Generator>> {
        self.suite.generators.get(operation)
    }

    pub(super) fn schemas(&self, operation: &str) -> Option<&Schemas> {
        self.schemas.get(operation)
    }

    pub(super) fn redactor(&self, operation: &str) -> Option<&Redactor> {
        self.redactors.get(operation)
    }

    /// Whether a case can be run; otherwise what the configuration lacks.
    pub fn lacks<'a>(&self, case: &'a Case) -> Option<&'a str> {
        case.needs.iter().map(String::as_str).find(|need| !self.config.has(need))
    }

    pub(super) fn composer<'a>(&'a self, operation: &'a Operation, label: String) -> Composer<'a> {
        Composer {
            contract: &self.suite.contract,
            operation,
            config: &self.config,
            signing_keys: &self.signing,
            stamps: &self.stamps,
            base_path: self.base.path().trim_end_matches('/'),
            label,
        }
    }

    /// The request that sends a draft: its headers, and so its time and signature, are made anew.
    pub(super) fn request(
        &self,
        composer: &Composer<'_>,
        step: &crate::case::script::Step,
        draft: &Draft,
    ) -> Result<Request, String> {
        let origin = self.base.origin().ascii_serialization();
        Ok(Request {
            method: draft.method.clone(),
            url: format!("{origin}{}", draft.path),
            headers: composer.headers(step, draft)?,
            body: draft.body.clone(),
        })
    }

    /// A way to the target with connections of its own: requests sent one after the other share one, whatever
    /// else goes on.
    ///
    /// # Errors
    /// The TLS setup of this machine cannot be used.
    pub(super) fn lane(self: &Arc<Self>) -> Result<Arc<Lane>, String> {
        let client = Client::new(self.base.scheme() == "https", self.timeout)?;
        Ok(Arc::new(Lane {
            session: Arc::clone(self),
            client,
            allowance: Arc::default(),
            idle: Notify::new(),
            alone: false,
            reserved: None,
            issued: Arc::default(),
            lacking: Arc::default(),
        }))
    }

    pub(super) fn check_signature(
        &self,
        operation: &Operation,
        exchange: &Exchange,
        path: &str,
    ) -> SignatureCheck {
        let names = &operation.rules.headers;
        let (Some(signing), Some(name), Some(key), Some(response)) =
            (&operation.rules.signing, &names.response_signature, &self.verifying, exchange.response())
        else {
            return SignatureCheck::Unchecked;
        };
        let Some(value) = response.header(name) else { return SignatureCheck::Absent };
        let Some(text) = signature_text(signing, value) else { return SignatureCheck::Invalid };
        let field =
            |name: &Option<String>| name.as_ref().and_then(|name| response.header(name)).unwrap_or_default();
        let parts = Parts {
            method: &exchange.request.method,
            path,
            client: field(&names.response_client),
            time: field(&names.response_time),
            body: &response.body,
        };
        if key.verifies(&parts.content(signing), text) {
            SignatureCheck::Valid
        } else {
            SignatureCheck::Invalid
        }
    }

    /// Waits for the time of a step: not at all, or until all other cases are done and it is late enough after
    /// `before`, when the step before it was done.
    pub(super) async fn wait(&self, when: When, before: Instant) {
        let age = match when {
            When::Now => return,
            When::End => Duration::ZERO,
            When::EndAfter(age) => Duration::from_millis(age),
        };
        // The sender lives as long as the session.
        let _ = self.busy.subscribe().wait_for(|cases| *cases == 0).await;
        tokio::time::sleep(age.saturating_sub(before.elapsed())).await;
    }

    /// How long after the session's start something happened.
    pub(super) fn since_start(&self, at: Instant) -> Duration {
        at.duration_since(self.started)
    }

    /// Since the session began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Whether sending the same request again may help.
pub(super) fn is_passing(reason: NoAnswer) -> bool {
    !matches!(reason, NoAnswer::Tls)
}
