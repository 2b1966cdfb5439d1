//! Histories as a journal keeps them: everything that laws read, and no secret.

use super::redact::Redactor;
use crate::config::secret::Secret;
use crate::exchange::kept::{
    KeptBody, KeptCount, KeptExchange, KeptHooked, KeptOutcome, KeptRequest, KeptResponse, check_in_words,
};
use crate::exchange::stand_in::Shapes;
use crate::exchange::{EffectCount, Exchange, Headers, History};
use std::borrow::Cow;
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
    pub fn new(redactor: &Redactor, issued: &[Secret], history: &History) -> Self {
        let (redactor, known) = redactor.numbered(issued, history);
        Self { redactor, known, used: Shapes::new() }
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
        let body = self.body(&request.headers, &request.body);
        let hooked = request.hooked.as_ref().map(|hooked| KeptHooked {
            fields: hooked.fields.clone(),
            content: (hooked.content != request.body).then(|| self.body(&request.headers, &hooked.content)),
        });
        let outcome = match &exchange.outcome {
            Err(reason) => KeptOutcome::NoAnswer(*reason),
            Ok(response) => KeptOutcome::Response(KeptResponse {
                status: response.status,
                headers: self.redactor.headers(&response.headers, None),
                body: self.body(&response.headers, &response.body),
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
        self.note(|mark| fields().any(|field| field.value.contains(mark) || field.name.contains(mark)));
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

    fn body(&mut self, headers: &Headers, body: &[u8]) -> KeptBody {
        let shown = self.redactor.bytes(headers, body);
        if matches!(shown, Cow::Owned(_)) {
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

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
