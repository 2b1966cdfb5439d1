//! From a history to what a journal keeps of it, and back.

use super::{Heard, Purpose, Said};
use crate::exchange::History;
use crate::exchange::stand_in::{MOST, Restorer};
use crate::target::keep::Keeper;

impl Heard {
    /// Keeps a history.
    pub(in crate::run) fn keep(
        id: &str,
        (purpose, sample): (Purpose, u64),
        said: Said,
        history: &History,
        mut keeper: Keeper,
    ) -> Self {
        Self {
            id: id.to_owned(),
            sample,
            purpose,
            said,
            exchanges: history.exchanges.iter().map(|exchange| keeper.exchange(exchange)).collect(),
            effects: history.effects.iter().map(|count| keeper.count(count)).collect(),
            missing: history.missing.as_ref().map(|missing| keeper.text(missing)),
            secrets: keeper.used(),
            differs: None,
        }
    }

    /// The history as laws read it, with texts of the same length in the places of secrets, and what turns those into
    /// marks again.
    ///
    /// # Errors
    /// Why it cannot be judged, in words: a body was too large to be kept, or what is kept is not what it says.
    pub fn history(&self) -> Result<(History, Restorer), String> {
        let lengths = self.secrets.values().fold(0_usize, |sum, shape| sum.saturating_add(shape.length));
        if lengths > MOST {
            return Err("its secrets are longer than any that are sent".to_owned());
        }
        let restorer = Restorer::new(&self.secrets);
        let (mut exchanges, mut bytes) = (Vec::with_capacity(self.exchanges.len()), 0);
        for kept in &self.exchanges {
            let exchange = kept.restore(&restorer)?;
            bytes += exchange.request.body.len() + exchange.response().map_or(0, |answer| answer.body.len());
            if bytes > MOST {
                return Err("its bodies are longer than any that are sent".to_owned());
            }
            exchanges.push(exchange);
        }
        let history = History {
            exchanges,
            effects: self.effects.iter().map(|count| count.restore(&restorer)).collect(),
            missing: self.missing.as_ref().map(|missing| restorer.text(missing)),
        };
        Ok((history, restorer))
    }
}

#[cfg(test)]
mod tests {
    use crate::exchange::pack::packed;
    use crate::run::journal::Heard;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    fn heard(bodies: &[&str], secrets: &serde_json::Value) -> Option<Heard> {
        let exchange = |body: &&str| {
            json!({"role": "a", "operation": "o", "at_ns": 0, "elapsed_ns": 0, "signature": "absent", "no_answer": "closed",
                "request": {"method": "POST", "url": "http://a.test/", "headers": [], "body": {"gzip": body}}})
        };
        let exchanges: Vec<_> = bodies.iter().map(exchange).collect();
        serde_json::from_value(
            json!({"id": "a", "sample": 0, "purpose": "sample", "judgement": "held", "reason": "",
            "exchanges": exchanges, "secrets": secrets}),
        )
        .ok()
    }

    #[test]
    fn a_hostile_line_does_not_fill_the_memory() {
        let bomb = STANDARD.encode(packed(&vec![b'a'; 60 << 20]));
        let whole = heard(&[bomb.as_str(); 8], &json!({})).map(|heard| heard.history().err());
        assert!(matches!(whole, Some(Some(why)) if why.contains("bodies")));
        let long = json!({"«redacted:a»": {"length": usize::MAX}, "«redacted:b»": {"length": 9}});
        let whole = heard(&[], &long).map(|heard| heard.history().err());
        assert!(matches!(whole, Some(Some(why)) if why.contains("secrets")));
        let marks = STANDARD.encode(packed("«redacted:a»".repeat(100_000).as_bytes()));
        let many = heard(&[marks.as_str()], &json!({"«redacted:a»": {"length": 200_000}}));
        assert!(many.is_some_and(|heard| heard.history().is_ok()));
    }
}
