//! The secrets of a configuration, made ready once for all that is shown.

use super::RUN_MARK;
use super::known::{Known, Take};
use crate::config::Config;
use crate::config::secret::Secret;
use crate::exchange::stand_in::{Shape, Shapes};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::RwLock;
use zeroize::Zeroizing;

/// The secrets of a configuration. They print as nothing.
pub struct Secrets {
    /// As reports show them, with the run's own digits.
    pub(super) shown: Known,
    /// As a journal keeps them.
    pub(super) numbered: Marks,
    /// What was had or issued during the run, for whoever did not have it.
    pub(super) drawn: RwLock<Known>,
    /// Configured header fields: the name, the value, and what stands for it.
    fields: Vec<(String, Zeroizing<String>, String)>,
}

impl Secrets {
    /// All secrets of a configuration, and the eight digits that all keys of the run have in common.
    pub fn of(config: &Config, nonce: &str) -> Self {
        let mut shown = Known::default();
        let mut numbered = Marks::default();
        let of_urls = config.secrets_of_urls();
        for secret in config.all_secrets().into_iter().chain(&of_urls) {
            shown.secret(secret, &mark(secret.name()));
            numbered.take(secret);
        }
        shown.add(nonce.as_bytes(), RUN_MARK, Take::AsItStands);
        let fields = config.network.headers.iter().map(|field| {
            let value = Zeroizing::new(field.value.expose().to_owned());
            (field.name.clone(), value, mark(field.value.name()))
        });
        Self { shown, numbered, drawn: RwLock::default(), fields: fields.collect() }
    }

    /// Takes in a secret that was had or issued during the run.
    pub fn draw(&self, secret: &Secret) {
        const MOST: usize = 2_000;
        let Ok(mut drawn) = self.drawn.write() else { return };
        if drawn.len() < MOST && secret.expose().len() >= super::SHORT {
            drawn.secret(secret, &mark(secret.name()));
        }
    }

    /// What stands for the value that a header field has by the configuration.
    pub(super) fn field(&self, name: &str, value: &str) -> Option<String> {
        let is = |(own, known, _): &&(String, Zeroizing<String>, String)| {
            own.eq_ignore_ascii_case(name) && **known == *value
        };
        self.fields.iter().find(is).map(|(_, _, mark)| mark.clone())
    }

    /// The shapes of the secrets by their marks in a journal, and what marks further ones.
    pub(super) fn further(&self, issued: &[Secret]) -> (Known, Shapes) {
        let Marks { shapes, values, numbers, .. } = &self.numbered;
        let (shapes, values, numbers) = (shapes.clone(), values.clone(), numbers.clone());
        let mut marks = Marks { known: Known::default(), shapes, values, numbers };
        for secret in issued {
            marks.take(secret);
        }
        (marks.known, marks.shapes)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// A mark for each secret: those of one name are numbered, so that laws can still tell them apart.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) known: Known,
    shapes: Shapes,
    /// The digests of those that are known.
    values: BTreeSet<[u8; 32]>,
    numbers: BTreeMap<String, usize>,
}

impl Marks {
    fn take(&mut self, secret: &Secret) {
        let value = secret.expose();
        if value.is_empty() || !self.values.insert(*blake3::hash(value.as_bytes()).as_bytes()) {
            return;
        }
        let number = self.numbers.entry(secret.name().to_owned()).or_default();
        *number += 1;
        let name = secret.name();
        let mark = if *number == 1 { mark(name) } else { mark(&format!("{name}#{number}")) };
        self.known.secret(secret, &mark);
        self.shapes.insert(mark, Shape::of(value));
    }
}

/// What stands for a secret.
pub(super) fn mark(name: &str) -> String {
    format!("«redacted:{name}»")
}
