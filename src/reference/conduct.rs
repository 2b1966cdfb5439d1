//! How one wallet behaves: which faults and which variants it has.

use super::dialect::{DEFAULT, Dialect};
use super::fault::Fault;
use super::variant::Variant;

/// The faults and variants that are switched on, by name.
#[derive(Debug)]
pub(super) struct Conduct {
    flaws: Vec<&'static str>,
    habits: Vec<&'static str>,
    /// How it speaks.
    pub(super) dialect: &'static Dialect,
}

impl Conduct {
    pub(super) fn new(faults_on: &[&'static Fault], variants_on: &[&'static Variant]) -> Self {
        Self {
            flaws: faults_on.iter().map(|fault| fault.name).collect(),
            habits: variants_on.iter().map(|variant| variant.name).collect(),
            dialect: &DEFAULT,
        }
    }

    /// The same in a dialect.
    pub(super) fn speaking(self, dialect: &'static Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Whether the wallet is broken in this way.
    pub(super) fn has(&self, flaw: impl Into<&'static str>) -> bool {
        !self.flaws.is_empty() && self.flaws.contains(&flaw.into())
    }

    /// Whether the wallet takes this other, correct way.
    pub(super) fn does(&self, habit: impl Into<&'static str>) -> bool {
        !self.habits.is_empty() && self.habits.contains(&habit.into())
    }
}
