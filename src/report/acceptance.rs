//! Who accepted a failure, why, and until when.

use super::text;
use jiff::civil::Date;

/// The lines of a snapshot that say it, in their order.
pub(super) const KEYS: [&str; 3] = ["owner", "reason", "expires"];

/// The terms on which a failure is accepted; each may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acceptance {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why it is accepted.
    pub reason: Option<String>,
    /// The last day, in UTC, on which it is; without one it is for good.
    pub expires: Option<Date>,
}

impl Acceptance {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether its last day has passed.
    pub fn is_over(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| today > last)
    }

    /// These terms, and where they are silent those of before.
    pub(super) fn over(&self, before: Option<&Self>) -> Self {
        let before = before.cloned().unwrap_or_default();
        Self {
            owner: self.owner.clone().or(before.owner),
            reason: self.reason.clone().or(before.reason),
            expires: self.expires.or(before.expires),
        }
    }

    /// What the snapshot says: keys and values, each in one line.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&'static str, String)> {
        let one = |text: &Option<String>| text.as_ref().map(|text| text::line(text.trim()));
        let values = [one(&self.owner), one(&self.reason), self.expires.map(|date| date.to_string())];
        KEYS.into_iter().zip(values).filter_map(|(key, value)| Some((key, value?)))
    }

    /// In a few words, such as `by ann, until 2026-12-31: ticket 7`.
    pub(super) fn words(&self) -> String {
        let owner = self.owner.as_ref().map(|owner| format!("by {owner}"));
        let expires = self.expires.map(|date| format!("until {date}"));
        let said: Vec<String> = owner.into_iter().chain(expires).collect();
        let reason = self.reason.as_deref();
        match (said.is_empty(), reason) {
            (true, None) => "without owner, reason and expiry date".to_owned(),
            (true, Some(reason)) => reason.to_owned(),
            (false, None) => said.join(", "),
            (false, Some(reason)) => format!("{}: {reason}", said.join(", ")),
        }
    }
}

/// A date such as `2026-12-31`.
///
/// # Errors
/// What is wrong, and how a date is written.
pub fn date(text: &str) -> Result<Date, String> {
    // Other spellings of the same day are no mistake, but would make two files of one snapshot.
    text.parse::<Date>()
        .ok()
        .filter(|date| date.to_string() == text)
        .ok_or_else(|| format!("`{text}` is no date; write it as 2026-12-31"))
}
