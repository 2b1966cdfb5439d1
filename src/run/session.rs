//! What all cases of a run share: the suite, the way to the target, and the run's own digits.

use super::hear::AllSchemas;
use super::lane::Lane;
use super::outage::Outage;
use super::purse;
use crate::case::Case;
use crate::case::script::{Step, When};
use crate::case::suite::Suite;
use crate::config::Config;
use crate::contract::Operation;
use crate::contract::problem::Problem;
use crate::exchange::{Exchange, NoAnswer, Request, SignatureCheck};
use crate::generate::Generator;
use crate::target::client::Client;
use crate::target::compose::{Composer, Draft};
use crate::target::encoding::Spelling;
use crate::target::head::prefix;
use crate::target::hook::Hook;
use crate::target::keys::{SigningKey, VerifyingKey};
use crate::target::limit::Pace;
use crate::target::probe::Prober;
use crate::target::purse::Purse;
use crate::target::redact::{Redactor, Secrets};
use crate::target::route::Route;
use crate::target::sign::{Parts, signature_text};
use crate::target::stamp::Stamps;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{RwLock, watch};
use url::Url;

/// The time limit of one exchange where none is given.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
/// How many requests may be open at once where no limit is given.
pub const DEFAULT_CONCURRENCY: usize = 16;

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
    pub(super) outage: Arc<Outage>,
    pub(super) prober: Arc<Prober>,
    pub(super) purse: Purse,
    timeout: Duration,
    client: OnceLock<Client>,
    base: Url,
    route: Route,
    pub(super) hook: Option<Hook>,
    signing: BTreeMap<Option<String>, SigningKey>,
    /// How many cases are not done that a step at the end of the run has to wait for.
    pub(super) busy: watch::Sender<usize>,
    verifying: Option<VerifyingKey>,
    schemas: AllSchemas,
    /// What must not be shown, of the configuration and of the run.
    pub(super) secrets: Arc<Secrets>,
    redactors: BTreeMap<String, OnceLock<Redactor>>,
    started: Instant,
    /// How long before its own start the run began, where it was broken off and goes on.
    before: Duration,
    /// Held by who sends, and wholly by who needs to be the only one.
    pub(super) floor: RwLock<()>,
}

impl Session {
    /// A session with one target.
    ///
    /// # Errors
    /// A [`Problem`] for a key that is none, a URL that is none, or a
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
        let wrong = |message| Problem::new("configuration", message, "");
        let route = Route::to(&config.network, &base).map_err(wrong)?;
        let hook = Hook::of(&config.network, timeout).map_err(wrong)?;
        let pace = Pace::new(config.limits.rate, config.limits.concurrency.unwrap_or(DEFAULT_CONCURRENCY));
        let schemas = AllSchemas::new(&suite.contract);
        let secrets = Arc::new(Secrets::of(&config, stamps.nonce()));
        let redactors = suite.contract.ids().map(|id| (id.to_owned(), OnceLock::new())).collect();
        let purse = Purse::open(&config, timeout)?;
        let started = Instant::now();
        let session = Self {
            suite,
            config,
            seed,
            stamps,
            pace,
            outage: Arc::default(),
            prober,
            purse,
            timeout,
            client: OnceLock::new(),
            base,
            route,
            hook,
            signing,
            busy: watch::Sender::new(0),
            verifying,
            schemas,
            secrets,
            redactors,
            started,
            before: Duration::ZERO,
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

    pub(super) fn all_schemas(&self) -> &AllSchemas {
        &self.schemas
    }

    pub(super) fn redactor(&self, operation: &str) -> Option<&Redactor> {
        let called = self.operation(operation)?;
        let redactor = || Redactor::new(&self.secrets, called);
        Some(self.redactors.get(operation)?.get_or_init(redactor))
    }

    /// Why a case cannot be run: what the configuration lacks, or does not allow.
    pub fn lacks(&self, case: &Case) -> Option<String> {
        const KEY: &str = "client.private_key";
        let hook = self.hook.is_some() && !self.config.has(KEY);
        // A hook signs in place of the key, but only well.
        let signed =
            || self.operation(&case.operation).is_some_and(|operation| !case.edits_signing(operation));
        let met = |need: &String| self.config.has(need) || (hook && need == KEY && signed());
        let (wanted, most) = (case.at_once(), self.pace.at_once());
        let Some(need) = case.needs.iter().find(|need| !met(need)) else {
            return (wanted > most).then(|| {
                format!(
                    "it takes {wanted} requests at the same time, and --concurrency or --rate allows {most}"
                )
            });
        };
        Some(if hook && need == KEY {
            format!("{need} is not configured, and the hook cannot be asked to sign wrongly")
        } else {
            format!("{need} is not configured")
        })
    }

    /// Whether a proxy answers in place of a target that it does not reach.
    pub(super) fn is_relayed(&self) -> bool {
        self.route.is_proxied() && self.base.scheme() == "http"
    }

    /// The way to the target.
    pub(super) fn route(&self) -> &Route {
        &self.route
    }

    pub(super) fn composer<'a>(&'a self, operation: &'a Operation, label: String) -> Composer<'a> {
        Composer {
            contract: &self.suite.contract,
            operation,
            config: &self.config,
            signing_keys: &self.signing,
            stamps: &self.stamps,
            base: self.base.path(),
            label,
        }
    }

    /// What stands before the path of an operation at the target.
    pub(super) fn prefix(&self, operation: &Operation) -> String {
        prefix(self.base.path(), operation)
    }

    /// The request that sends a draft: its headers, and so its time and signature, are made anew.
    pub(super) async fn request(
        &self,
        composer: &Composer<'_>,
        step: &Step,
        draft: &Draft,
    ) -> Result<Request, String> {
        let origin = self.base.origin().ascii_serialization();
        Ok(Request {
            method: draft.method.clone(),
            url: format!("{origin}{}", draft.path),
            headers: composer.headers(step, draft).await?,
            body: draft.body.clone(),
            hooked: None,
        })
    }

    /// A way to the target with connections of its own: requests sent one after the other share one, whatever
    /// else goes on.
    ///
    /// # Errors
    /// The TLS setup of this machine cannot be used.
    pub(super) fn lane(self: &Arc<Self>) -> Result<Arc<Lane>, String> {
        let client = Client::beside(self.client.get(), &self.route, self.timeout)?;
        // The first one is a lane's own as well; the others take of it what keeps no connections.
        let _ = self.client.set(client.clone());
        Ok(Arc::new(Lane::new(Arc::clone(self), client)))
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
        match key.spelling(&parts.content(signing), text) {
            Some(Spelling::As(encoding)) if signing.answers.contains(&encoding) => SignatureCheck::Valid,
            Some(Spelling::As(encoding)) => SignatureCheck::Misencoded(encoding.name()),
            Some(Spelling::Twice) => SignatureCheck::Misencoded("an encoding of an encoding"),
            None => SignatureCheck::Invalid,
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
        self.before + at.duration_since(self.started)
    }

    /// The session of a run that began so long ago, was broken off and goes on.
    #[must_use]
    pub fn going_on(self, before: Duration) -> Self {
        Self { before, ..self }
    }

    /// The same with no more connections open than are used, for where few files may be open.
    #[must_use]
    pub fn sparing(mut self) -> Self {
        self.route.sparing = true;
        self
    }

    /// Since the session began.
    pub fn elapsed(&self) -> Duration {
        self.before + self.started.elapsed()
    }
}

/// Whether sending the same request again may help.
pub(super) fn is_passing(reason: NoAnswer) -> bool {
    !reason.is_tls()
}
