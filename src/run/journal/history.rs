//! From a history to what a journal keeps of it, and back.

use super::{Heard, Purpose, Said};
use crate::exchange::History;
use crate::exchange::kept::Restorer;
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
        let restorer = Restorer::new(&self.secrets);
        let exchanges: Result<_, _> = self.exchanges.iter().map(|kept| kept.restore(&restorer)).collect();
        let history = History {
            exchanges: exchanges?,
            effects: self.effects.iter().map(|count| count.restore(&restorer)).collect(),
            missing: self.missing.as_ref().map(|missing| restorer.text(missing)),
        };
        Ok((history, restorer))
    }
}
