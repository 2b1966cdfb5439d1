//! Histories as a journal keeps them: everything that laws read, and no secret.

use super::redact::{Redactor, sort, spell};
use crate::config::Config;
use crate::config::secret::Secret;
use crate::exchange::kept::{
    KeptBody, KeptCount, KeptExchange, KeptHooked, KeptOutcome, KeptRequest, KeptResponse, check_in_words,
};
use crate::exchange::stand_in::{Shape, Shapes};
use crate::exchange::{EffectCount, Exchange, History};
use std::collections::BTreeMap;
use std::time::Duration;

/// Replaces the secrets of one history, each by a mark of its own.
///
/// Unlike in a report, the run's own digits stay as they are: they are no secret, and who looks for a request in the
/// logs of a target finds it by them.
pub struct Keeper {
    redactor: Redactor,
    /// The shapes of all secrets that may occur.
    known: Shapes,
    /// Those that did.
    used: Shapes,
}

impl Keeper {
    /// A keeper for a history, in which these secrets were issued.
    pub fn new(redactor: &Redactor, config: &Config, issued: &[Secret], history: &History) -> Self {
        let mut marks = Marks::default();
        for secret in config.all_secrets().into_iter().chain(issued) {
            marks.take(secret);
        }
        let mut redactor = redactor.clone();
        redactor.names.clear();
        let fields = history.exchanges.iter().flat_map(|exchange| {
            let request = &exchange.request;
            let sent = request.headers.iter().map(move |field| (Some(request), field));
            let received = exchange.response().into_iter().flat_map(|response| &response.headers);
            sent.chain(received.map(|field| (None, field)))
        });
        let fields: Vec<_> =
            fields.map(|(request, (name, value))| (name, value, redactor.mark(request, name))).collect();
        redactor.take_in(fields.into_iter());
        redactor.names.extend(marks.names);
        sort(&mut redactor.names);
        Self { redactor, known: marks.shapes, used: Shapes::new() }
    }

    /// The shapes of the secrets that were replaced so far.
    pub fn used(self) -> Shapes {
        self.used
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> String {
        let shown = self.redactor.text(text);
        if shown != text {
            self.note(|mark| shown.contains(mark));
        }
        shown
    }

    /// An exchange.
    pub fn exchange(&mut self, exchange: &Exchange) -> KeptExchange {
        let request = &exchange.request;
        let body = self.body(&request.body);
        let hooked = request.hooked.as_ref().map(|hooked| KeptHooked {
            fields: hooked.fields.clone(),
            content: (hooked.content != request.body).then(|| self.body(&hooked.content)),
        });
        let outcome = match &exchange.outcome {
            Err(reason) => KeptOutcome::NoAnswer(*reason),
            Ok(response) => KeptOutcome::Response(KeptResponse {
                status: response.status,
                headers: self.redactor.headers(&response.headers, None),
                body: self.body(&response.body),
                truncated: response.truncated,
            }),
        };
        let kept = KeptExchange {
            role: exchange.role.clone(),
            operation: exchange.operation.clone(),
            copy: exchange.copy,
            at_ns: nanos(exchange.at),
            elapsed_ns: nanos(exchange.elapsed),
            superseded: exchange.superseded,
            signature: check_in_words(exchange.signature),
            request: KeptRequest {
                method: request.method.clone(),
                url: self.text(&request.url),
                headers: self.redactor.headers(&request.headers, Some(request)),
                body,
                hooked,
            },
            outcome,
        };
        let received = match &kept.outcome {
            KeptOutcome::Response(response) => response.headers.as_slice(),
            KeptOutcome::NoAnswer(_) => &[],
        };
        let fields = || kept.request.headers.iter().chain(received);
        self.note(|mark| fields().any(|field| field.value.contains(mark)));
        kept
    }

    /// A count of effects.
    pub fn count(&mut self, count: &EffectCount) -> KeptCount {
        let (number, unknown) = match &count.count {
            Ok(number) => (Some(*number), None),
            Err(why) => (None, Some(self.text(why))),
        };
        KeptCount { role: count.role.clone(), copy: count.copy, count: number, unknown }
    }

    fn body(&mut self, body: &[u8]) -> KeptBody {
        let shown = self.redactor.bytes(body);
        if shown != body {
            let plain = crate::exchange::pack::unpacked(&shown);
            let text = String::from_utf8_lossy(plain.as_deref().unwrap_or(&shown));
            self.note(|mark| text.contains(mark));
        }
        KeptBody::keep(&shown)
    }

    /// Takes down the shapes of the marks that are there.
    fn note(&mut self, there: impl Fn(&str) -> bool) {
        for (mark, shape) in &self.known {
            if !self.used.contains_key(mark) && there(mark) {
                self.used.insert(mark.clone(), *shape);
            }
        }
    }
}

/// A mark for each secret: those of one name are numbered, so that laws can still tell them apart.
#[derive(Default)]
struct Marks {
    names: Vec<(String, String)>,
    shapes: Shapes,
    values: BTreeMap<String, String>,
    numbers: BTreeMap<String, usize>,
}

impl Marks {
    fn take(&mut self, secret: &Secret) {
        let value = secret.expose();
        if value.is_empty() || self.values.contains_key(value) {
            return;
        }
        let number = self.numbers.entry(secret.name().to_owned()).or_default();
        *number += 1;
        let name = secret.name();
        let mark = if *number == 1 {
            format!("«redacted:{name}»")
        } else {
            format!("«redacted:{name}#{number}»")
        };
        spell(&mut self.names, value, &mark);
        self.shapes.insert(mark.clone(), Shape::of(value));
        self.values.insert(value.to_owned(), mark);
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
